//! Invitations: what follows for others from an event that people are called together for, inside the office and by mail to
//! anybody. RFC 5546, RFC 6047. Works with no calendar open anywhere.
//!
//! An event of a colleague is one thing in many calendars: a change of it and every copy of it are one transaction, with
//! the mails that tell of it. Mail from elsewhere is weighed before it is filed, and counts only from whom the event itself
//! names: its organiser, a guest, or who writes for the organiser at the same company. Nothing here answers by itself.

mod answer;
mod asking;
mod card;
mod change;
mod guesting;
mod hosting;
mod incoming;
mod letter;
mod note;
mod outgoing;
mod party;
mod propose;
mod ready;
mod round;
mod spread;
#[cfg(test)]
mod tests;
mod undo;
mod words;

pub use answer::{Reply, answer};
pub use card::{Card, Copied, card};
pub use incoming::{Incoming, Weighed, weigh};
pub use note::{Note, Was, Why, answer_of, word};
pub use outgoing::{Tell, Turn};
pub use party::organizer;
pub use propose::{decide, take};
pub use ready::{Readied, drafted, ready};
pub use round::Round;
pub use undo::{Unsaid, unsay};
pub use words::here;

use std::time::Duration;

/// How long mail about an event waits before it leaves: an act taken back meanwhile was never told. As long as the notice
/// that offers to take it back stands.
pub const HOLD: Duration = Duration::from_secs(12);
