//! What is shown to an authority while it looks: words under an address, and certificates made for the purpose.

use super::AcmeError;
use rcgen::{CertificateParams, CustomExtension, DistinguishedName, KeyPair};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivateKeyDer;
use rustls::sign::CertifiedKey;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The protocol by which an authority asks for such a certificate. RFC 8737 §6.2.
pub const ALPN: &[u8] = b"acme-tls/1";

/// What is shown at this moment.
#[derive(Debug, Default)]
pub struct Proofs(Mutex<Held>);

#[derive(Debug, Default)]
struct Held {
    words: HashMap<String, String>,
    certificates: HashMap<String, Arc<CertifiedKey>>,
}

/// Something that is shown until this is dropped.
#[derive(Debug)]
pub(super) struct Shown {
    proofs: Arc<Proofs>,
    key: String,
}

impl Drop for Shown {
    fn drop(&mut self) {
        let mut held = self.proofs.held();
        held.words.remove(&self.key);
        held.certificates.remove(&self.key);
    }
}

impl Proofs {
    /// The word under a token. RFC 8555 §8.3.
    #[must_use]
    pub fn word(&self, token: &str) -> Option<String> {
        self.held().words.get(token).cloned()
    }

    /// The certificate that proves a name. RFC 8737 §3.
    #[must_use]
    pub fn certificate(&self, name: &str) -> Option<Arc<CertifiedKey>> {
        self.held().certificates.get(&name.to_ascii_lowercase()).cloned()
    }

    pub(super) fn show_word(self: &Arc<Self>, token: &str, word: &str) -> Shown {
        self.held().words.insert(token.to_owned(), word.to_owned());
        Shown { proofs: Arc::clone(self), key: token.to_owned() }
    }

    pub(super) fn show_certificate(self: &Arc<Self>, name: &str, digest: &[u8]) -> Result<Shown, AcmeError> {
        let mut params = CertificateParams::new([name.to_owned()])?;
        params.distinguished_name = DistinguishedName::new();
        params.custom_extensions.push(CustomExtension::new_acme_identifier(digest));
        let key = KeyPair::generate()?;
        let chain = vec![params.self_signed(&key)?.der().clone()];
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        // Not `from_der`, which reads the certificate and takes no critical extension that it does not know.
        let key = aws_lc_rs::sign::any_supported_type(&key).map_err(|error| AcmeError::Refused(error.to_string()))?;
        let pair = CertifiedKey::new(chain, key);
        let name = name.to_ascii_lowercase();
        self.held().certificates.insert(name.clone(), Arc::new(pair));
        Ok(Shown { proofs: Arc::clone(self), key: name })
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_goes_when_it_is_no_longer_needed() {
        let proofs = Arc::new(Proofs::default());
        let word = proofs.show_word("token", "token.thumb");
        let certificate = proofs.show_certificate("Mail.example.org", &[7; 32]).unwrap();
        assert_eq!(proofs.word("token").as_deref(), Some("token.thumb"));
        assert!(proofs.word("other").is_none() && proofs.certificate("other.example.org").is_none());
        let pair = proofs.certificate("mail.EXAMPLE.org").unwrap();
        let (_, shown) = x509_parser::parse_x509_certificate(&pair.cert[0]).unwrap();
        let identifier = shown.extensions().iter().find(|one| one.oid.to_id_string() == "1.3.6.1.5.5.7.1.31").unwrap();
        assert!(identifier.critical);
        assert_eq!(identifier.value[2..], [7; 32]);
        drop((word, certificate));
        assert!(proofs.word("token").is_none() && proofs.certificate("mail.example.org").is_none());
    }
}
