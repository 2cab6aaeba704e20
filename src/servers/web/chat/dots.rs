//! Who is here, as far as the reader may see it.

use super::super::error::WebError;
use super::super::session::Visit;
use crate::domain::store::ReadTx;
use crate::kernel::id::PersonId;

/// A person's presence in a dot and a few words.
#[derive(Debug, Clone)]
pub struct Dot {
    /// Its shape and colour.
    pub class: &'static str,
    /// What it means.
    pub words: &'static str,
    /// What the person says of it, and why it is so.
    pub note: String,
}

/// Everybody's presence, as one reader sees it.
pub struct Dots;

impl Dots {
    /// As `me` sees it.
    pub const fn read(_: &ReadTx<'_>, _: &Visit, _: PersonId) -> Result<Self, WebError> {
        Ok(Self)
    }

    /// One person's.
    pub const fn of(&self, _: PersonId) -> Dot {
        Dot { class: "off", words: "Offline", note: String::new() }
    }
}
