//! Filter: a person's own rules for what others say to them: from whom, while how, with which words; then pass it on,
//! answer, or mail it.
//!
//! Owns `filter_*`. Every verb takes whose rules they are. Not here: what is said (`chat`), how one is (`presence`), the
//! doing (`services::filter`).

mod error;
mod rule;
#[cfg(test)]
mod tests;

pub use error::FilterError;
pub use rule::{Deed, Rule, Said, State, has_any, make, may_answer, note_answered, remove, rules};
