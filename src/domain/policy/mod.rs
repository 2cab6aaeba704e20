//! Policy: what the office lets people do, as one sheet of rules: group, act, value. Every door asks [`of`], which answers
//! with the reason.
//!
//! Owns `policy_rule`. A group's rule stands in the place of the rule for everybody; who is in several groups with a rule
//! keeps to the strictest of them. Asked by any module, as `people` is. Not here: what a rule means to a message, a
//! calendar or a file, which the module says that keeps it.

mod act;
mod error;
mod files;
mod kind;
mod rule;
mod talk;
#[cfg(test)]
mod tests;
mod verdict;

pub use act::{Act, Door};
pub use error::PolicyError;
pub use files::{Files, files};
pub use kind::{Kind, Word};
pub use rule::{Rule, rules, set, unset};
pub use talk::talk;
pub use verdict::{Because, Levels, Verdict, allow, everybody, has_rules, is_anywhere, levels, of};
