//! Trace: what became of each message that came in or went out, step by step, for as many days as the office keeps it.
//!
//! Owns `trace_*`. Written in the transactions that do what is noted, so that neither is without the other. Not here: the
//! message itself (`mail`), and what still waits (`outbound`).

mod passage;
mod step;
#[cfg(test)]
mod tests;

pub use passage::{NewPassage, Passage, begin, departs, find, newest, of_departure, of_item, passage, prune};
pub use step::{NewStep, Step, StepKind, note, steps};
