//! Presence: who is here, how busy, and who may know.
//!
//! Owns `presence_*` and the board, which keeps in memory who is connected. Asks `people` who shares a group. Says
//! `Signal::Presence`, by whoever flushes the board. Not here: meetings and calls themselves (they come in as inputs),
//! the office's policy (it comes in by argument), words for a state (`servers/web/presence`).

mod board;
mod choice;
mod desk;
mod error;
mod eyes;
mod merge;
mod model;
mod privacy;
#[cfg(test)]
mod tests;

pub use board::{Board, Connection, Flushed};
pub use choice::{NewChoice, choice, choose, keep_seen};
pub use error::PresenceError;
pub use eyes::{Eyes, eyes};
pub use merge::{Inputs, RULES, Rule, merge};
pub use model::{Choice, Chosen, Device, Input, Kept, Link, Policy, Presence, Show, Source, Visibility};
pub use privacy::{Privacy, load, privacy, set_privacy};
