//! What files a person may send.

use super::{Act, PolicyError, Verdict, of};
use crate::domain::store::{ReadTx, StoreError};
use crate::format::file_kind::FileKind;
use crate::kernel::id::PersonId;

/// Bytes of a megabyte.
const MEGABYTE: i64 = 1024 * 1024;

/// What files a person may send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    allowed: Verdict,
    size: Verdict,
    kinds: Verdict,
}

/// What files a person may send.
///
/// # Errors
/// Where the file cannot be read.
pub fn files(tx: &ReadTx<'_>, who: PersonId) -> Result<Files, StoreError> {
    Ok(Files {
        allowed: of(tx, who, Act::Files)?,
        size: of(tx, who, Act::FileSize)?,
        kinds: of(tx, who, Act::FileKinds)?,
    })
}

impl Files {
    /// Whether any file may be sent.
    #[must_use]
    pub fn is_any(&self) -> bool {
        self.allowed.is_on()
    }

    /// Whether every file may be sent, so that none needs to be looked at.
    #[must_use]
    pub fn is_every(&self) -> bool {
        self.allowed.is_on() && self.size.number() == 0 && self.kinds.value == "any"
    }

    /// Why none may be sent; nothing where some may.
    #[must_use]
    pub fn barred(&self) -> Option<String> {
        (!self.is_any()).then(|| self.allowed.refusal().to_string())
    }

    /// Lets no file through that may not be sent. `size` is in bytes.
    ///
    /// # Errors
    /// `Barred`, with the file's name and the reason.
    pub fn check(&self, name: &str, size: i64, kind: FileKind) -> Result<(), PolicyError> {
        if !self.allowed.is_on() {
            return Err(self.allowed.refusal());
        }
        let most = self.size.number();
        if most > 0 && size > most.saturating_mul(MEGABYTE) {
            return Err(self.size.refusal_of(&format!("sending {name}, which has more than {most} MB,")));
        }
        let is_open = match self.kinds.value.as_str() {
            "any" => true,
            "no-programs" => kind != FileKind::Program,
            "documents" => matches!(kind, FileKind::Document | FileKind::Picture | FileKind::Media),
            _ => kind == FileKind::Picture,
        };
        if is_open {
            return Ok(());
        }
        Err(self.kinds.refusal_of(&format!("sending {name}, which is {},", kind.in_words())))
    }
}
