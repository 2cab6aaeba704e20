//! iCalendar: reading it, the times an event takes place, changing it, and what is said by mail. RFC 5545, 5546, 6047, 7986.
//!
//! Built on a kept parser; nothing of that parser's shapes leaves this folder. All is bounded: bytes, depth, instances,
//! time. What is not understood stays in the text unharmed.

mod headline;
mod model;

pub use headline::headline;
pub use model::{
    Answer, Attached, Calendar, Draft, Edited, Facts, Guest, IcalError, Item, Kind, LeftOut, Method, Occurrence,
    Occurrences, Organizer, Part, Privacy, Reminder, Scope, Status, When,
};
