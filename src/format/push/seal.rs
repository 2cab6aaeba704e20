//! Sealing: a key agreed between a fresh pair of ours and the browser's, salted with the browser's secret.

use super::PushFormatError;
use crate::kernel::secret;
use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use base64::Engine as _;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};

/// Bytes of one sealed message. RFC 8291 §4: services must take so many; nothing says that they take more.
const RECORD: usize = 4096;
/// Bytes before the sealed ones: salt, record size, length of the key, key. RFC 8188 §2.1.
const HEAD: usize = 16 + 4 + 1 + POINT;
/// A point of P-256, uncompressed.
const POINT: usize = 65;
/// Bytes behind the sealed ones, and the mark of the last record.
const TAIL: usize = 16 + 1;
/// Bytes that one message may say.
pub const PLAIN: usize = RECORD - HEAD - TAIL;
/// Longest text that a key is read from.
const KEY_TEXT: usize = 200;

/// The keys that a browser gives with its subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    /// Its public key.
    pub p256dh: Vec<u8>,
    /// The secret that it shares with us.
    pub auth: Vec<u8>,
}

impl Keys {
    /// Reads the keys as `PushSubscription.toJSON()` writes them: base64url, with padding or without.
    ///
    /// # Errors
    /// `Keys` where they are of the wrong length, or the public one is no point of the curve.
    pub fn read(p256dh: &str, auth: &str) -> Result<Self, PushFormatError> {
        let keys = Self { p256dh: bytes(p256dh)?, auth: bytes(auth)? };
        sealed(b"", &keys)?;
        Ok(keys)
    }
}

fn bytes(text: &str) -> Result<Vec<u8>, PushFormatError> {
    let text = text.trim();
    let engine = if text.ends_with('=') { URL_SAFE } else { URL_SAFE_NO_PAD };
    let read = (text.len() <= KEY_TEXT).then(|| engine.decode(text).ok()).flatten();
    read.ok_or(PushFormatError::Keys)
}

/// `plain` sealed for the browser that has `keys`, as the body of a request with `Content-Encoding: aes128gcm`.
///
/// # Errors
/// `Length`, or `Keys` where the public key is no point of the curve.
pub fn sealed(plain: &[u8], keys: &Keys) -> Result<Vec<u8>, PushFormatError> {
    let own = PrivateKey::generate(&ECDH_P256).map_err(|_| PushFormatError::Keys)?;
    sealed_with(plain, keys, &own, secret::random())
}

pub(super) fn sealed_with(
    plain: &[u8],
    keys: &Keys,
    own: &PrivateKey,
    salt: [u8; 16],
) -> Result<Vec<u8>, PushFormatError> {
    if plain.len() > PLAIN {
        return Err(PushFormatError::Length);
    }
    if keys.p256dh.len() != POINT || keys.auth.len() != 16 {
        return Err(PushFormatError::Keys);
    }
    let public = own.compute_public_key().map_err(|_| PushFormatError::Keys)?;
    let (key, nonce) = agreed(keys, own, public.as_ref(), salt)?;
    let mut body = Vec::with_capacity(HEAD + plain.len() + TAIL);
    body.extend_from_slice(&salt);
    body.extend_from_slice(&[0, 0, 0x10, 0]); // RECORD
    body.push(65); // POINT
    body.extend_from_slice(public.as_ref());
    let mut inner = Vec::with_capacity(plain.len() + TAIL);
    inner.extend_from_slice(plain);
    // RFC 8188 §2: 2 ends the last record.
    inner.push(2);
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut inner)
        .map_err(|_| PushFormatError::Length)?;
    body.append(&mut inner);
    Ok(body)
}

/// RFC 8291 §3.4: the agreed secret, mixed with the browser's own, becomes a key and a nonce.
fn agreed(
    keys: &Keys,
    own: &PrivateKey,
    public: &[u8],
    salt: [u8; 16],
) -> Result<(LessSafeKey, [u8; 12]), PushFormatError> {
    let theirs = UnparsedPublicKey::new(&ECDH_P256, &keys.p256dh);
    let info = [b"WebPush: info\0".as_slice(), &keys.p256dh, public].concat();
    let wrong = PushFormatError::Keys;
    let input: [u8; 32] = agree(own, theirs, wrong, |secret| derived(&keys.auth, secret, &info).ok_or(wrong))?;
    let key: [u8; 16] = derived(&salt, &input, b"Content-Encoding: aes128gcm\0").ok_or(wrong)?;
    let nonce = derived(&salt, &input, b"Content-Encoding: nonce\0").ok_or(wrong)?;
    Ok((LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).map_err(|_| wrong)?), nonce))
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

/// HKDF with SHA-256. RFC 5869.
pub(super) fn derived<const N: usize>(salt: &[u8], input: &[u8], info: &[u8]) -> Option<[u8; N]> {
    let mut out = [0; N];
    let extracted = Salt::new(HKDF_SHA256, salt).extract(input);
    extracted.expand(&[info], Length(N)).and_then(|key| key.fill(&mut out)).ok()?;
    Some(out)
}
