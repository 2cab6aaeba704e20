//! The office's certificate: made at first start, read again when its files change, shared by every listener.

use super::stop::Stop;
use crate::kernel::clock::Moment;
use crate::services::acme::{ALPN, AcmeError, Proofs, write_secret};
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};
use x509_parser::extensions::GeneralName;

/// Longest TLS handshake.
pub const HANDSHAKE_WAIT: Duration = Duration::from_secs(30);
/// How often the files are looked at.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// Where the certificate and its key lie, both PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The chain, the office's own certificate first.
    pub certificate: PathBuf,
    /// The private key.
    pub key: PathBuf,
}

/// Why there is no certificate to show.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read or written.
    #[error("{}: {error}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A file holds something else.
    #[error("{}: {error}", path.display())]
    Pem {
        /// Which.
        path: PathBuf,
        /// Why.
        error: rustls::pki_types::pem::Error,
    },
    /// The two do not belong together, or are of a kind that is not spoken.
    #[error("the certificate and its key cannot be used: {0}")]
    Unusable(#[from] rustls::Error),
    /// No certificate could be made.
    #[error("no certificate could be made: {0}")]
    Making(#[from] rcgen::Error),
    /// The one for the time until an authority gives one could not be kept.
    #[error(transparent)]
    Keeping(#[from] AcmeError),
}

/// What tells a changed file: its inode, for a file that was moved into place, and when it was written.
type Stamp = [Option<(u64, SystemTime)>; 2];

/// What a certificate says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Validity {
    /// From when on it is good.
    pub from: Moment,
    /// Until when.
    pub to: Moment,
    /// Whether it was signed by who shows it.
    pub is_own: bool,
    /// The host names it is for, in lower case.
    pub names: Vec<String>,
}

/// The certificate in use. Handshakes take whatever is in it at their time.
#[derive(Debug)]
pub struct Certificate {
    files: TlsFiles,
    /// What is shown to an authority that asks for nothing else.
    proofs: Arc<Proofs>,
    in_use: RwLock<(Stamp, Arc<CertifiedKey>)>,
}

impl Certificate {
    /// Reads the files.
    ///
    /// # Errors
    /// Where one cannot be read, or they do not belong together.
    pub fn load(files: TlsFiles, proofs: Arc<Proofs>) -> Result<Arc<Self>, TlsError> {
        let stamp = stamp(&files);
        let pair = read(&files)?;
        Ok(Arc::new(Self { files, proofs, in_use: RwLock::new((stamp, Arc::new(pair))) }))
    }

    /// What a listener needs: TLS 1.2 and 1.3, no client certificates, `alpn` in order of preference (none for mail).
    ///
    /// # Errors
    /// Where the TLS versions are not to be had: never with the provider built in.
    pub fn server_config(self: &Arc<Self>, alpn: &[&[u8]]) -> Result<Arc<ServerConfig>, TlsError> {
        let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(self) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = alpn.iter().map(|name| name.to_vec()).collect();
        Ok(Arc::new(config))
    }

    /// Looks at the files every few seconds until the office stops, and takes them over when they changed.
    pub async fn follow(self: Arc<Self>, mut stop: Stop) {
        loop {
            tokio::select! {
                () = tokio::time::sleep(LOOK_AGAIN) => {}
                () = stop.said() => return,
            }
            let certificate = Arc::clone(&self);
            match tokio::task::spawn_blocking(move || certificate.renew()).await {
                Ok(Ok(true)) => tracing::info!("the certificate was read again"),
                Ok(Ok(false)) => {}
                Ok(Err(error)) => tracing::warn!(%error, "the changed certificate is not used"),
                Err(error) => tracing::error!(%error, "the certificate could not be looked at"),
            }
        }
    }

    /// When the certificate in use ends; nothing where it does not say so in a way that is understood.
    #[must_use]
    pub fn ends_at(&self) -> Option<Moment> {
        self.validity().map(|validity| validity.to)
    }

    /// What the certificate in use says of itself; nothing where that is not understood. RFC 5280 §4.1.2.5, §4.2.1.6.
    #[must_use]
    pub fn validity(&self) -> Option<Validity> {
        let pair = Arc::clone(&self.in_use.read().unwrap_or_else(PoisonError::into_inner).1);
        let (_, shown) = x509_parser::parse_x509_certificate(pair.cert.first()?).ok()?;
        let at = |time: x509_parser::time::ASN1Time| Moment::from_millis(time.timestamp().saturating_mul(1000));
        let names = shown.subject_alternative_name().ok().flatten().map(|names| &names.value.general_names);
        let named = |name: &GeneralName<'_>| match name {
            GeneralName::DNSName(name) => Some(name.to_lowercase()),
            _ => None,
        };
        Some(Validity {
            from: at(shown.validity().not_before),
            to: at(shown.validity().not_after),
            is_own: shown.issuer() == shown.subject(),
            names: names.into_iter().flatten().filter_map(named).collect(),
        })
    }

    /// Takes the files over where they changed since the last look; says whether it did.
    ///
    /// # Errors
    /// Where they changed to something that cannot be used; the old certificate stays in use, and it is said once.
    pub fn renew(&self) -> Result<bool, TlsError> {
        let now = stamp(&self.files);
        if now == self.in_use.read().unwrap_or_else(PoisonError::into_inner).0 {
            return Ok(false);
        }
        let read = read(&self.files);
        let mut in_use = self.in_use.write().unwrap_or_else(PoisonError::into_inner);
        in_use.0 = now;
        in_use.1 = Arc::new(read?);
        Ok(true)
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        // An authority offers this protocol alone, and wants this certificate alone. RFC 8737 §3.
        if hello.alpn().is_some_and(|mut offered| offered.next() == Some(ALPN) && offered.next().is_none()) {
            return self.proofs.certificate(hello.server_name()?);
        }
        Some(Arc::clone(&self.in_use.read().unwrap_or_else(PoisonError::into_inner).1))
    }
}

/// Makes a self-signed certificate for `hostname` where neither file is there yet; says whether it did.
///
/// # Errors
/// Where it cannot be made or written.
pub fn ensure_self_signed(files: &TlsFiles, hostname: &str) -> Result<bool, TlsError> {
    if files.certificate.exists() || files.key.exists() {
        return Ok(false);
    }
    let (certificate, key) = self_signed(hostname)?;
    write(&files.key, &key, 0o600)?;
    write(&files.certificate, &certificate, 0o644)?;
    Ok(true)
}

/// Makes a self-signed certificate for the time until an authority gives one, in a file with its key, where there is none.
///
/// # Errors
/// Where it cannot be made or written.
pub fn ensure_interim(file: &Path, hostname: &str) -> Result<(), TlsError> {
    if !file.exists() {
        let (certificate, key) = self_signed(hostname)?;
        write_secret(file, &(key + &certificate))?;
    }
    Ok(())
}

/// A certificate for `hostname` signed by its own key, and the key; both PEM.
fn self_signed(hostname: &str) -> Result<(String, String), TlsError> {
    let mut params = CertificateParams::new([hostname.to_owned(), "localhost".to_owned(), "127.0.0.1".to_owned()])?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, hostname);
    let key = KeyPair::generate()?;
    Ok((params.self_signed(&key)?.pem(), key.serialize_pem()))
}

fn write(path: &Path, text: &str, mode: u32) -> Result<(), TlsError> {
    let written = fs::OpenOptions::new().write(true).create_new(true).mode(mode).open(path);
    written.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| at(path, error))
}

fn read(files: &TlsFiles) -> Result<CertifiedKey, TlsError> {
    let chain = fs::read(&files.certificate).map_err(|error| at(&files.certificate, error))?;
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&chain)
        .collect::<Result<_, _>>()
        .map_err(|error| TlsError::Pem { path: files.certificate.clone(), error })?;
    let key = fs::read(&files.key).map_err(|error| at(&files.key, error))?;
    let key = PrivateKeyDer::from_pem_slice(&key).map_err(|error| TlsError::Pem { path: files.key.clone(), error })?;
    Ok(CertifiedKey::from_der(chain, key, &aws_lc_rs::default_provider())?)
}

fn at(path: &Path, error: io::Error) -> TlsError {
    TlsError::File { path: path.to_owned(), error }
}

fn stamp(files: &TlsFiles) -> Stamp {
    [&files.certificate, &files.key].map(|path| {
        let file = fs::metadata(path).ok()?;
        Some((file.ino(), file.modified().ok()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(folder: &Path) -> TlsFiles {
        TlsFiles { certificate: folder.join("cert.pem"), key: folder.join("key.pem") }
    }

    fn shown(certificate: &Certificate) -> Vec<u8> {
        certificate.in_use.read().unwrap().1.cert[0].to_vec()
    }

    #[test]
    fn a_certificate_is_made_once_and_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let files = files(folder.path());
        assert!(ensure_self_signed(&files, "mail.example.org").unwrap());
        let certificate = Certificate::load(files.clone(), Arc::default()).unwrap();
        assert!(!ensure_self_signed(&files, "other.example.org").unwrap());
        assert!(!certificate.renew().unwrap());
        assert!(certificate.server_config(&[b"h2"]).is_ok());
        assert!(certificate.ends_at().unwrap() > Moment::from_millis(1_800_000_000_000), "made to last");
    }

    #[test]
    fn a_changed_certificate_is_taken_over_and_a_broken_one_is_not() {
        let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (files, other) = (files(folder.path()), files(other.path()));
        ensure_self_signed(&files, "mail.example.org").unwrap();
        ensure_self_signed(&other, "mail.example.org").unwrap();
        let certificate = Certificate::load(files.clone(), Arc::default()).unwrap();
        let first = shown(&certificate);

        fs::rename(&other.certificate, &files.certificate).unwrap(); // the old key does not fit it
        assert!(certificate.renew().is_err());
        assert_eq!(shown(&certificate), first);
        assert!(!certificate.renew().unwrap(), "told once");

        fs::rename(&other.key, &files.key).unwrap();
        assert!(certificate.renew().unwrap());
        assert_ne!(shown(&certificate), first);
    }

    #[test]
    fn files_that_cannot_be_read_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let error = Certificate::load(files(folder.path()), Arc::default()).unwrap_err();
        assert!(error.to_string().contains("cert.pem"), "{error}");
    }
}
