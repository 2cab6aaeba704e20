//! One server for each protocol: it waits for a socket or the hour, translates, calls, answers. Servers never import
//! servers.

pub mod web;
