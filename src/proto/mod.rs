//! Session grammars: what the bytes of a protocol mean. Pure; no socket, no clock, no database.

/// SASL exchanges, shared by every protocol that signs people in.
pub mod auth;
/// SMTP: commands, replies, message text and what may follow what.
pub mod smtp;
