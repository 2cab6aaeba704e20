//! Builds everything and starts it: the command line, the configuration, the office and its doors.

mod brand_verbs;
pub mod build;
mod calendar_verbs;
mod chat_verbs;
pub mod cli;
pub mod config;
pub mod demo;
pub mod handed;
pub mod log;
pub mod notify;
mod people_verbs;
mod policy_verbs;
mod queue_verbs;
mod quote_verbs;
pub mod serve;
mod status_verb;
pub mod verbs;
