//! Hailstone: a small company's own office on one box, in one process over one SQLite file.
//!
//! Imports go down, events come up. Only the domain touches SQL, and only inside a transaction.
//! `tests/layers.rs` holds these lines to their word.

/// Builds everything and starts it.
pub mod app;
/// The office's own rules and tables, one module a subject.
pub mod domain;
/// Content grammars: mail and foreign HTML. Pure.
pub mod format;
/// Ids, clock, text, limits, secrets: pure, and known to every layer.
pub mod kernel;
/// Session grammars, such as SMTP: pure.
pub mod proto;
/// One server per protocol, and what every listener has.
pub mod servers;
/// Deeds that need two domain modules, or a module and the network.
pub mod services;
