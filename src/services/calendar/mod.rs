//! Acts on calendars: what a form, a drag, a chat command or a program wants done to an event, as one write that can be
//! taken back.
//!
//! Reading texts, changing them and reckoning when things take place happen before the transaction; it keeps the result only
//! if nobody changed the event meanwhile. A verb cannot tell which door called it.

mod deed;
mod error;
mod export;
mod extend;
mod import;
mod rooms;
mod task;
#[cfg(test)]
mod tests;

pub use crate::services::invite::Tell;
pub use deed::{Deed, Done, act, act_telling, undo};
pub use error::ActError;
pub use export::{export, export_all};
pub use extend::{keep_ahead, keep_found};
pub use import::{Report, import};
pub use task::set_done;
