//! SMTP as the office receives it: RFC 5321 with the extensions that its greeting names.
//!
//! A session is four pure parts: [`line`](mod@line) cuts commands out of bytes, [`command`] reads them, [`stage`]
//! says what may follow what, [`text`] takes a message in. [`reply`] is everything that is ever answered.
//! Not here: sockets and deadlines (`servers::smtp`), who has a mailbox (`services::arrive`).

pub mod command;
pub mod line;
pub mod path;
pub mod reply;
pub mod stage;
pub mod text;

pub use command::{Command, CommandError};
pub use path::{Recipient, ReversePath};
pub use reply::Reply;
pub use stage::{Stage, Verb};
pub use text::{Flaw, TextReader};
