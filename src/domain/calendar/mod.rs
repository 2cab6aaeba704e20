//! Calendar: calendars and who may do what with them, events and tasks with the times they take place, when people and
//! rooms are taken, and how things were before.
//!
//! Owns `calendar_*`. Asks `people` who is who. Emits `CalendarChanged` and `CalendarsChanged` to everybody concerned.
//! An item is kept as its iCalendar text; its rows are what lists, counts and reminders need of it.
//! Not here: what the text means and how often it comes (`format::ical`), invitations by mail (`services::invite`).

mod access;
mod booking;
mod brief;
mod bring;
mod busy;
#[expect(clippy::module_inception, reason = "the module's first noun is a calendar")]
mod calendar;
mod card;
mod check;
mod desk;
mod error;
mod far;
mod feed;
#[cfg(test)]
mod found_tests;
mod index;
mod invited;
mod item;
mod made;
mod marks;
mod meeting;
mod model;
mod occurrence;
mod outline;
mod preference;
mod prepared;
mod reminder;
mod resource;
#[cfg(test)]
mod room_tests;
mod search;
mod share;
mod source;
mod task;
#[cfg(test)]
mod tests;
mod undo;
mod window;

pub use access::{Access, access};
pub use booking::{Clash, RoomCopy, bookings, clashes, room_copy, room_text, rooms_of};
pub use bring::{Brought, bring};
pub use busy::{busy, busy_calendar, may_see_busy};
pub use calendar::{
    calendar, calendars, default_calendar, forget_look, make_calendar, make_group_calendar, offered, open_calendar,
    remove_calendar, set_calendar, set_default, set_look, set_shown,
};
pub use card::keep_card;
pub use check::check_calendar;
pub use desk::{
    Desk, NewVisit, OpenDesk, Visit, VisitState, desk, desk_called, held_visits, hold_visit, prune_visits, set_desk,
    set_visit, visit,
};
pub use error::CalendarError;
pub use far::{Answered, far_zone, is_overtaken, note_answer, note_far_zone};
pub use feed::{
    Feed, Level, busy_revision, calendar_revision, feed_texts, feeds, is_use_worth_noting, make_feed, note_feed,
    open_feed, revoke_feed,
};
pub use index::{Unindexed, index_late, unindexed};
pub use invited::{Unanswered, unanswered};
pub use item::{
    Copy, Expect, Kept, amend, by_uid, changed_at, deliver, fill_calendar, invited, item, organised, own_copy, put,
    remove, texts, withdraw,
};
pub use made::{items_in, made};
pub use marks::marks;
pub use meeting::{Meeting, meeting};
pub use model::{Before, Calendar, CalendarKind, Entries, Entry, NewCalendar, Rights, Span, Stored, Task, Window};
pub use occurrence::{ToExtend, extend, to_extend};
pub use outline::{Outline, outline};
pub use preference::{Preferences, preferences, set_preferences};
pub use prepared::Prepared;
pub use reminder::{
    Due, Next, Rung, Ways, due_reminders, next_due, next_reminder, own_addresses, prune_rung, put_away, ring, rung,
    rung_one, set_ways, ways,
};
pub use resource::{
    NewResource, Resource, ResourceKind, make_resource, may_book, remove_resource, resource, resource_at, resources,
    set_resource,
};
pub use search::{Found, search};
pub use share::{group_shares, share, share_group, shares};
pub use source::{
    Outcome, Source, add_region, due_sources, has_text, note_region, note_source, read_soon, regions_before, source,
    sources, subscribe, uids,
};
pub use task::{all_tasks, due_tasks, loose_tasks, tasks};
pub use undo::{keep_undo, note_sent, prune_undo, undo, undo_sent, undo_some, undoable};
pub use window::window;
