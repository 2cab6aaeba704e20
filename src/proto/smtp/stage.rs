//! What may follow what. RFC 5321 §4.1.4.

use super::reply::{Reply, fixed};

/// How far a session has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Connected, or TLS just started: nobody said who they are.
    Fresh,
    /// EHLO or HELO was said.
    Greeted,
    /// MAIL was said.
    Sender,
    /// At least one recipient was taken.
    Recipients,
    /// At least one chunk was taken, and not the last. RFC 3030 §2.
    Chunks,
}

/// The commands whose place matters; all others may come at any time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// MAIL.
    Mail,
    /// RCPT.
    Rcpt,
    /// DATA.
    Data,
    /// BDAT.
    Bdat,
    /// AUTH.
    Auth,
    /// Anything else.
    Other,
}

impl Stage {
    /// Whether `verb` may be said now.
    ///
    /// # Errors
    /// The reply that tells why it may not.
    pub const fn admits(self, verb: Verb) -> Result<(), Reply> {
        match (verb, self) {
            (Verb::Other, _)
            | (Verb::Mail | Verb::Auth, Self::Greeted)
            | (Verb::Rcpt, Self::Sender | Self::Recipients)
            | (Verb::Data, Self::Recipients)
            | (Verb::Bdat, Self::Recipients | Self::Chunks) => Ok(()),
            (Verb::Mail | Verb::Auth, Self::Fresh) => Err(fixed::HELLO_FIRST),
            (Verb::Mail | Verb::Auth, Self::Sender | Self::Recipients | Self::Chunks)
            | (Verb::Rcpt | Verb::Data, Self::Chunks) => Err(fixed::NOT_NOW),
            (Verb::Rcpt | Verb::Data | Verb::Bdat, Self::Fresh | Self::Greeted) => Err(fixed::MAIL_FIRST),
            (Verb::Data | Verb::Bdat, Self::Sender) => Err(fixed::NO_RECIPIENTS),
        }
    }

    /// The stage after a transaction ended, was reset or begun anew.
    #[must_use]
    pub const fn after_reset(self) -> Self {
        match self {
            Self::Fresh => Self::Fresh,
            Self::Greeted | Self::Sender | Self::Recipients | Self::Chunks => Self::Greeted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_command_has_its_place() {
        use Stage::{Chunks, Fresh, Greeted, Recipients, Sender};
        let codes = |verb: Verb| {
            [Fresh, Greeted, Sender, Recipients, Chunks].map(|at| at.admits(verb).map_or_else(|r| r.code(), |()| 0))
        };
        assert_eq!(codes(Verb::Mail), [503, 0, 503, 503, 503]);
        assert_eq!(codes(Verb::Rcpt), [503, 503, 0, 0, 503]);
        assert_eq!(codes(Verb::Data), [503, 503, 554, 0, 503]);
        assert_eq!(codes(Verb::Bdat), [503, 503, 554, 0, 0]);
        assert_eq!(codes(Verb::Auth), [503, 0, 503, 503, 503]);
        assert_eq!(codes(Verb::Other), [0; 5]);
    }

    #[test]
    fn a_reset_never_greets_for_the_client() {
        assert_eq!(Stage::Fresh.after_reset(), Stage::Fresh);
        assert_eq!(Stage::Chunks.after_reset(), Stage::Greeted);
    }
}
