//! What the office lets others know of somebody who chats: the one place that every door asks.

use crate::domain::settings;
use crate::domain::store::{ReadTx, StoreError};

/// What others are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Manners {
    /// That somebody is writing.
    pub tells_typing: bool,
    /// How far somebody has read.
    pub tells_read: bool,
}

/// What the office's settings say of it.
///
/// # Errors
/// Where the file cannot be read.
pub fn manners(tx: &ReadTx<'_>) -> Result<Manners, StoreError> {
    let is_on = |setting| settings::get(tx, setting).map(|value| value == "on");
    Ok(Manners { tells_typing: is_on(settings::CHAT_TYPING)?, tells_read: is_on(settings::CHAT_READ_MARKS)? })
}
