//! Roster: a person's own groups of colleagues, under names and in an order of their own.
//!
//! Owns `roster_*`. Every verb takes whose groups they are, and finds nobody else's. Emits nothing: they are looked at by
//! their owner alone. Not here: the groups that administrators make (`people`), who may see whom (`presence`).

mod error;
mod group;
#[cfg(test)]
mod tests;

pub use error::RosterError;
pub use group::{OwnGroup, groups, make, put, remove, rename, shift, take_out};
