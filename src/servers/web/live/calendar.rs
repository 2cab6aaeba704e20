//! What changes to calendars look like: no more than which ones. A page that shows one of them reads its view again, with
//! what its reader may see of it.

use super::patch::Patches;
use crate::domain::event::Event;
use crate::domain::store::Change;
use serde_json::json;
use std::collections::BTreeSet;

/// Whether a change is one of calendars.
pub(super) const fn is_calendar(event: Event) -> bool {
    matches!(event, Event::CalendarChanged { .. } | Event::CalendarsChanged)
}

/// Tells which calendars changed, all of them at once.
pub(super) fn tell(changes: &[Change], to: &mut Patches) {
    let changed = changes.iter().filter_map(|change| match change.event {
        Event::CalendarChanged { calendar, .. } => Some(calendar),
        _ => None,
    });
    let calendars: BTreeSet<_> = changed.collect();
    let list = changes.iter().any(|change| change.event == Event::CalendarsChanged);
    if list || !calendars.is_empty() {
        to.say(None, "calendar", &json!({ "calendars": calendars, "list": list }), "");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::store::Owner;
    use crate::kernel::id::{CalendarId, CalendarItemId, PersonId};

    #[test]
    fn many_changes_are_told_as_one_and_say_nothing_of_what_is_in_them() {
        let change = |revision, calendar, item| Change {
            revision,
            owner: Owner::Person(PersonId::new(1)),
            event: Event::CalendarChanged { calendar: CalendarId::new(calendar), item: CalendarItemId::new(item) },
        };
        let mut patches = Patches::default();
        tell(&[change(1, 7, 11), change(2, 7, 12), change(3, 5, 13)], &mut patches);
        let said = String::from_utf8(patches.as_bytes().to_vec()).unwrap();
        assert_eq!(said, "event: calendar\ndata: {\"calendars\":[5,7],\"list\":false}\n\n");
    }

    #[test]
    fn what_is_of_no_calendar_says_nothing() {
        let mut patches = Patches::default();
        let event = Event::FoldersChanged;
        tell(&[Change { revision: 1, owner: Owner::Person(PersonId::new(1)), event }], &mut patches);
        assert!(patches.as_bytes().is_empty());
    }
}
