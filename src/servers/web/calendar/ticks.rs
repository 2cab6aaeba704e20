//! Which calendars are shown: ticks, and calendars of colleagues on one's own list.

use super::super::error::WebError;
use super::super::filters;
use super::super::form::Fields;
use super::super::page::{PageResult, fragment, local, page, see, with};
use super::super::session::Visit;
use super::super::shell::{Place, Shell};
use super::entry::look_class;
use super::side::named;
use crate::domain::calendar::{self, Calendar, CalendarKind};
use crate::domain::people;
use crate::kernel::id::CalendarId;
use crate::kernel::limits;
use actix_web::web::Form;
use askama::Template;

const HOME: &str = "/calendar";

#[derive(Template)]
#[template(source = "", ext = "html")]
struct Nothing;

/// POST /calendar/shown: the ticks as they are now. A button of a calendar's own takes that off the list.
pub async fn keep(visit: Visit, form: Form<Fields>) -> PageResult {
    let fields = form.clone();
    let write = visit.write(&form, move |tx, session| {
        let me = session.person.id;
        if let Ok(id) = fields.get("forget").parse::<CalendarId>() {
            return Ok(calendar::forget_look(tx, me, id)?);
        }
        let ticked: Vec<CalendarId> =
            fields.all("cal").filter_map(|id| id.parse().ok()).take(limits::CALENDARS_AT_ONCE).collect();
        for known in calendar::calendars(tx, me)? {
            let is_shown = ticked.contains(&known.id);
            if is_shown != known.is_shown {
                calendar::set_shown(tx, me, known.id, is_shown)?;
            }
        }
        Ok(())
    });
    write.await?;
    if visit.wants_fragment { fragment(&Nothing) } else { Ok(see(local(form.get("back"), HOME))) }
}

/// One calendar that can be put on the list.
struct OfferedView {
    id: i64,
    name: String,
    hint: &'static str,
    class: String,
}

#[derive(Template)]
#[template(path = "calendar/add.html")]
struct AddPage {
    shell: Shell,
    find: String,
    offered: Vec<OfferedView>,
}

/// GET /calendar/add?find=: calendars of colleagues, groups and rooms that are not on the list yet.
pub async fn choose(visit: Visit) -> PageResult {
    let find = visit.query.get("find").trim().to_owned();
    let wanted = find.to_lowercase();
    let read = visit.page(Place::Calendar, move |tx, session| {
        let me = session.person.id;
        let mut named = named(calendar::offered(tx, me)?, me, &people::all(tx)?);
        named.retain(|(_, name)| name.to_lowercase().contains(&wanted));
        Ok(named.into_iter().map(OfferedView::new).collect::<Vec<_>>())
    });
    let (shell, offered) = read.await?;
    page(&AddPage { shell, find, offered })
}

impl OfferedView {
    fn new((calendar, name): (Calendar, String)) -> Self {
        let hint = match (calendar.kind, calendar.rights) {
            (CalendarKind::Resource, _) => "Room or thing",
            (CalendarKind::Group, _) => "Group",
            (_, calendar::Rights::Busy) => "Busy times only",
            _ => "You may read it",
        };
        Self { id: calendar.id.get(), name, hint, class: look_class(calendar.hue, calendar.pattern) }
    }
}

/// A colour and a pattern that no calendar of the list has, as far as there are any: far from their neighbours first.
fn unlike(known: &[Calendar]) -> (i64, i64) {
    let mut looks = (0..4).flat_map(|pattern| [2, 4, 8, 1, 7, 3, 5, 6].map(|hue| (hue, pattern)));
    let is_free = |look: &(i64, i64)| !known.iter().any(|known| (known.hue, known.pattern) == *look);
    looks.find(is_free).unwrap_or((2, 0))
}

/// POST /calendar/add
pub async fn add(visit: Visit, form: Form<Fields>) -> PageResult {
    visit.checked(&form).await?;
    let id: CalendarId = form.get("calendar").parse().map_err(|_| WebError::NotFound)?;
    let write = visit.write(&form, move |tx, session| {
        let me = session.person.id;
        let known = calendar::calendars(tx, me)?;
        if known.iter().any(|known| known.id == id) {
            return Ok(calendar::set_shown(tx, me, id, true)?);
        }
        let (hue, pattern) = unlike(&known);
        Ok(calendar::set_look(tx, me, id, true, hue, pattern)?)
    });
    write.await?;
    Ok(see(&with("/calendar", "done", "calendar-added")))
}
