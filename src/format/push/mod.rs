//! What a push message looks like on its way: sealed for one browser (RFC 8291 over RFC 8188), and signed for the
//! service that carries it (RFC 8292). The service sees how long it is and when it comes, never what it says.

mod seal;
#[cfg(test)]
mod tests;
mod vapid;

pub use seal::{Keys, PLAIN, sealed};
pub use vapid::Vapid;

/// Why something cannot be sealed or signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PushFormatError {
    /// Not the keys of a browser.
    #[error("these are not the keys of a subscription")]
    Keys,
    /// Longer than one record holds.
    #[error("the message is longer than {PLAIN} bytes")]
    Length,
    /// Not a key pair of ours.
    #[error("the office's own push keys cannot be read")]
    Pair,
}
