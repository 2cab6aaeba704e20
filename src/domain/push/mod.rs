//! Push: which browsers may wake a person, what for, and when not.
//!
//! Owns `push_*`. Not here: what a notice says and how it is sealed (`services::push`, `format::push`), whether somebody
//! is looking already (`presence`).

mod choice;
mod error;
mod subscription;
#[cfg(test)]
mod tests;

pub use choice::{ChatLevel, Choices, Quiet, choices, set_choices};
pub use error::PushError;
pub use subscription::{
    NewSubscription, Subscription, count, forget, has_subscription, is_anybody, note_failure, note_sent, people,
    remove, subscribe, subscriptions, unsubscribe,
};
