//! What the resolver promises.
