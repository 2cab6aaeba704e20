//! One server per protocol: wait for a socket or the hour, translate, call, answer.

/// What every listener has: accepting, TLS, stopping, counting.
pub mod net;
/// Work that is owed, indexing, and tidying.
pub mod scheduler;
/// Mail from the world and from own people.
pub mod smtp;
/// Pages and the live stream.
pub mod web;
