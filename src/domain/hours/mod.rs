//! Hours: when a person works, and when the person is out of office. One setting that presence, booking and the automatic
//! answer to mail all read.
//!
//! Owns `hours_*`. Asks `people` where the person's clock hangs. Emits `HoursChanged` to the person.
//! Not here: which days are holidays (`calendar`; they are handed in), the answer itself (`services::away`).

mod answered;
mod away;
mod choice;
mod error;
mod open;
#[cfg(test)]
mod tests;

pub use answered::{answer_once, prune_answered};
pub use away::{Away, away, set_away};
pub use choice::{DAYS, Hours, Spell, hours, set_hours};
pub use error::HoursError;
pub use open::{Span, Standing, open, standing};
