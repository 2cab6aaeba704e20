//! What every layer may know: ids, the clock, text, limits and secrets. Pure; no I/O but the clock and randomness.

pub mod clock;
pub mod decimal;
pub mod id;
pub mod limits;
pub mod secret;
pub mod text;
pub mod zone;
