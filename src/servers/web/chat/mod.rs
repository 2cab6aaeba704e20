//! The chat page: conversations, what is said in them, and everything that can be done with it.
//!
//! Translates addresses and forms into verbs of `domain::chat`, and messages into fragments that the live stream sends
//! too. Not here: who may read and say what (`domain::chat`), what commands do (`services::command`).

pub mod card;
pub mod complete;
pub mod details;
pub mod event_card;
pub mod export;
pub mod file;
pub mod message;
pub mod post;
pub mod quote_card;
pub mod room;
pub mod rules;
pub mod say;
pub mod search;
pub mod shelf;
pub mod side;
pub mod talk;
