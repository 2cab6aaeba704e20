//! Who sends: a token signed with the office's own key, which the browser was given when it subscribed. RFC 8292.

use super::PushFormatError;
use crate::kernel::clock::Moment;
use crate::kernel::secret::Secret;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use std::time::Duration;

/// How long a token holds. RFC 8292 §2 allows a day; half of one forgives wrong clocks.
const LIFE: Duration = Duration::from_secs(12 * 3600);

/// The office's key pair for push services.
#[derive(Debug)]
pub struct Vapid {
    pair: EcdsaKeyPair,
}

impl Vapid {
    /// A new pair, as text to keep.
    ///
    /// # Errors
    /// `Pair` where the system makes none.
    pub fn fresh() -> Result<Secret, PushFormatError> {
        let made = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).and_then(|pair| pair.to_pkcs8v1());
        Ok(Secret::new(URL_SAFE_NO_PAD.encode(made.map_err(|_| PushFormatError::Pair)?.as_ref())))
    }

    /// The pair that was kept.
    ///
    /// # Errors
    /// `Pair` where the text is not what `fresh` made.
    pub fn read(kept: &Secret) -> Result<Self, PushFormatError> {
        let bytes = URL_SAFE_NO_PAD.decode(kept.reveal()).map_err(|_| PushFormatError::Pair)?;
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &bytes);
        Ok(Self { pair: pair.map_err(|_| PushFormatError::Pair)? })
    }

    /// The public key, as browsers want it for a subscription.
    #[must_use]
    pub fn public(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.pair.public_key().as_ref())
    }

    /// The `Authorization` of a request to the service at `audience` (its origin). `contact` is where its operators may
    /// write: a `mailto:` or `https:` address.
    ///
    /// # Errors
    /// `Pair` where the key does not sign.
    pub fn authorization(&self, audience: &str, contact: &str, now: Moment) -> Result<String, PushFormatError> {
        let claims = json!({ "aud": audience, "exp": now.plus(LIFE).seconds(), "sub": contact });
        let head = URL_SAFE_NO_PAD.encode(json!({ "typ": "JWT", "alg": "ES256" }).to_string());
        let signed = format!("{head}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
        let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes()).map_err(|_| PushFormatError::Pair)?;
        let signature = URL_SAFE_NO_PAD.encode(signature.as_ref());
        Ok(format!("vapid t={signed}.{signature}, k={}", self.public()))
    }
}
