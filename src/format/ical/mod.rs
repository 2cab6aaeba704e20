//! iCalendar: reading it, the times an event takes place, changing it, and what is said by mail. RFC 5545, 5546, 6047, 7986.
//!
//! A calendar is a tree of lines that stay as they were written, so what is not understood is kept unharmed. All is
//! bounded: bytes, depth, instances, work.

mod attach;
mod busy;
mod draft;
mod edit;
mod export;
mod facts;
mod headline;
mod itip;
mod kept;
mod line;
mod model;
mod occur;
mod read;
mod rule;
mod split;
mod tree;
mod value;
mod walk;
mod when;
mod words;
mod zone;

pub use attach::attached_bytes;
pub use busy::{BusyAsked, busy_asked};
pub use draft::make;
pub use edit::{edit, moved};
pub use export::{Export, export};
pub use headline::headline;
pub use itip::{counter, merged, message, reply, with_answer};
pub use kept::{with_sequence, without_reminders};
pub use model::{
    Answer, Attached, Calendar, Draft, Edited, Facts, Guest, IcalError, Item, Kind, LeftOut, Method, Occurrence,
    Occurrences, Organizer, Part, Privacy, Reminder, Scope, Status, When,
};
pub use read::{item, read, read_import};
pub use split::{cancel, cut};
pub use words::{Every, MonthDay, RuleEnd, RuleError, RuleFields, RuleForm, check_rule, rule_words};
pub use zone::zone;

#[cfg(test)]
mod itip_tests;
#[cfg(test)]
mod rfc_tests;
#[cfg(test)]
mod tests;
