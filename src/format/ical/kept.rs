//! Small changes to an item that nobody wrote in a form.

use crate::format::ical::Item;
use crate::format::ical::edit::Open;

/// The item with this `SEQUENCE` on all its parts. RFC 5546 §2.1.4.
#[must_use]
pub fn with_sequence(item: &Item, sequence: i64) -> Item {
    let Some(mut open) = Open::of(item) else { return item.clone() };
    open.each(|node| node.put("SEQUENCE", &sequence.to_string()));
    open.close(item)
}

/// The item without reminders: they are their writer's own.
#[must_use]
pub fn without_reminders(item: &Item) -> Item {
    let Some(mut open) = Open::of(item) else { return item.clone() };
    open.each(|node| node.parts.retain(|part| part.name != "VALARM"));
    open.close(item)
}
