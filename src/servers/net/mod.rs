//! What every listener has: accepting, TLS, stopping, counting, deadlines.
//!
//! Not here: any protocol. A server is handed a [`wire::Wire`] and speaks over it.

pub mod accept;
pub mod pace;
pub mod rate;
pub mod renew;
pub mod stop;
pub mod tls;
pub mod wire;
