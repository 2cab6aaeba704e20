//! Outbound: messages on their way out of the office, and how far each has come.
//!
//! Owns `outbound_*`. A message waits here until every recipient's server has taken it or it has come back as a
//! bounce. Not here: the connection to another server (`services::depart`), when to try (`job`).

mod error;
mod queue;
#[cfg(test)]
mod tests;

pub use error::OutboundError;
pub use queue::{
    Departure, Recipient, State, Waiting, departure, drop_message, oldest, pending, queue, queue_held, queue_length,
    recall, recipients, retry, settle, waiting,
};
