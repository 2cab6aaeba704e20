//! What `quotes` promises.
