//! The office's own rules and tables, one module a subject. Synchronous, and handed everything they may touch.

pub mod audit;
pub mod backup;
pub mod calendar;
pub mod chat;
pub mod event;
pub mod filter;
pub mod hours;
pub mod job;
pub mod mail;
pub mod outbound;
pub mod people;
pub mod policy;
pub mod presence;
pub mod push;
pub mod quotes;
pub mod roster;
pub mod settings;
pub mod store;
pub mod trace;
pub mod usage;
