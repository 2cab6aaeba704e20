//! Random tokens, their hashes, and text that must not be printed.

use aws_lc_rs::{constant_time, digest, hmac, rand};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::fmt;

/// Text that never shows in logs: a password, a key.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    #[must_use]
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// The secret itself, for the one place that checks it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Secret(…)")
    }
}

/// 32 random bytes as 43 characters that are safe in an address, a cookie and a header.
#[must_use]
pub fn token() -> String {
    URL_SAFE_NO_PAD.encode(random::<32>())
}

/// Random bytes from the system.
///
/// # Panics
/// Where the system has no randomness to give: nothing can be kept safe then.
#[must_use]
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    #[expect(clippy::expect_used, reason = "without randomness nothing may go on")]
    rand::fill(&mut bytes).expect("the system gives randomness");
    bytes
}

/// SHA-256 of `bytes`.
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    hash
}

/// The beginning of SHA-256 of `bytes`: so many of its 64 hexadecimal digits.
#[must_use]
pub fn sha256_hex(bytes: &[u8], digits: usize) -> String {
    sha256(bytes).iter().flat_map(|byte| [byte >> 4, byte & 15]).take(digits).map(hexadecimal).collect()
}

fn hexadecimal(digit: u8) -> char {
    char::from_digit(u32::from(digit), 16).unwrap_or_default()
}

/// A keyed mark over `words`, in the form of [`token`].
#[must_use]
pub fn mark(key: &[u8], words: &str) -> String {
    URL_SAFE_NO_PAD.encode(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), words.as_bytes()))
}

/// Compares in a time that does not tell where the two differ.
#[must_use]
pub fn same(left: &str, right: &str) -> bool {
    constant_time::verify_slices_are_equal(left.as_bytes(), right.as_bytes()).is_ok()
}
