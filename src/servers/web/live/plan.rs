//! What changes to reminders look like: the block of those that rang, as every page has it.

use super::super::error::WebError;
use super::super::filters;
use super::super::reminder::RemindersView;
use super::super::session::Visit;
use super::patch::{Patches, render};
use crate::domain::event::Event;
use crate::domain::people::Session;
use crate::domain::store::{Change, ReadTx};
use askama::Template;
use serde_json::json;

#[derive(Template)]
#[template(path = "_layout/_reminders.html")]
struct RemindersFragment {
    reminders: RemindersView,
}

/// Tells what rang for a person and was not put away.
pub(super) fn tell(
    tx: &ReadTx<'_>,
    session: &Session,
    visit: &Visit,
    changes: &[Change],
    to: &mut Patches,
) -> Result<(), WebError> {
    let is_it = |change: &&Change| change.event == Event::RemindersChanged;
    let Some(newest) = changes.iter().filter(is_it).map(|change| change.revision).max() else { return Ok(()) };
    let mut reminders = RemindersView::read(tx, session.person.id, visit.reader(), newest)?;
    reminders.csrf.clone_from(&session.csrf);
    reminders.back = "/today".to_owned();
    let head = json!({ "op": "replace", "target": "reminders", "ver": newest });
    to.say(None, "reminders", &head, &render(&RemindersFragment { reminders })?);
    Ok(())
}
