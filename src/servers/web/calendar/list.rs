//! The calendars on a person's list: making them, and how one likes to see each.

use super::super::error::WebError;
use super::super::filters;
use super::super::form::{FieldError, Fields};
use super::super::page::{PageResult, page_with, see};
use super::super::session::Visit;
use super::super::shell::{Place, Shell};
use super::entry::look_class;
use super::side::named;
use crate::domain::calendar::{self, Calendar, CalendarError, CalendarKind, NewCalendar, Rights};
use crate::domain::people::{self};
use crate::kernel::id::{CalendarId, GroupId, PersonId};
use actix_web::http::StatusCode;
use actix_web::web::{Form, Path};
use askama::Template;

/// The colours, by their number from 1.
const HUES: [&str; 8] = ["Red", "Orange", "Lime", "Green", "Teal", "Blue", "Violet", "Pink"];
/// The patterns, by their number.
const PATTERNS: [&str; 4] = ["Plain", "Stripes", "Dots", "Dashes"];

/// A colour or a pattern to choose.
pub struct SwatchView {
    /// Its number.
    pub value: usize,
    /// Its name.
    pub words: &'static str,
    /// How it looks.
    pub class: String,
    /// Whether it is on.
    pub is_on: bool,
}

/// The colours, the one that is on marked.
pub fn hues(on: i64) -> Vec<SwatchView> {
    let view = |(index, words): (usize, &'static str)| {
        let value = index + 1;
        SwatchView { value, words, class: format!("h{value}"), is_on: i64::try_from(value) == Ok(on) }
    };
    HUES.into_iter().enumerate().map(view).collect()
}

/// The patterns in a colour, the one that is on marked.
pub fn patterns(on: i64, hue: i64) -> Vec<SwatchView> {
    let view = |(value, words): (usize, &'static str)| {
        let number = i64::try_from(value).unwrap_or(0);
        SwatchView { value, words, class: look_class(hue, number), is_on: number == on }
    };
    PATTERNS.into_iter().enumerate().map(view).collect()
}

/// One calendar of the list.
struct Line {
    id: CalendarId,
    name: String,
    class: String,
    /// What is special about it.
    words: String,
    is_default: bool,
    /// Whether the reader may take it off the list.
    may_go: bool,
}

/// A group that a calendar may be made for.
struct GroupChoice {
    id: GroupId,
    name: String,
    is_on: bool,
}

#[derive(Template)]
#[template(path = "calendar/calendars.html")]
struct ListPage {
    shell: Shell,
    own: Vec<Line>,
    others: Vec<Line>,
    groups: Vec<GroupChoice>,
    hues: Vec<SwatchView>,
    patterns: Vec<SwatchView>,
    name: String,
    errors: Vec<FieldError>,
}

/// GET /calendar/calendars
pub async fn list(visit: Visit) -> PageResult {
    show(&visit, StatusCode::OK, &Fields::default(), Vec::new()).await
}

async fn show(visit: &Visit, status: StatusCode, typed: &Fields, errors: Vec<FieldError>) -> PageResult {
    let chosen: Option<GroupId> = typed.get("group").parse().ok();
    let (shell, (own, others, groups)) = visit
        .page(Place::Calendar, move |tx, session| {
            let me = session.person.id;
            let all = named(calendar::calendars(tx, me)?, me, &people::all(tx)?);
            let (own, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|(one, _)| one.owner == Some(me));
            let is_admin = session.person.role.runs_office();
            let groups = people::groups(tx)?.into_iter().filter(|group| is_admin || group.members.contains(&me));
            let choice =
                |group: people::Group| GroupChoice { is_on: chosen == Some(group.id), id: group.id, name: group.name };
            Ok((own, others, groups.map(choice).collect()))
        })
        .await?;
    let hue = typed.get("hue").parse().unwrap_or(4);
    let page = ListPage {
        shell,
        own: own.iter().map(line).collect(),
        others: others.iter().map(line).collect(),
        groups,
        hues: hues(hue),
        patterns: patterns(typed.get("pattern").parse().unwrap_or(0), hue),
        name: typed.get("name").to_owned(),
        errors,
    };
    page_with(status, &page)
}

fn line((calendar, name): &(Calendar, String)) -> Line {
    let words = match (calendar.kind, calendar.rights) {
        (CalendarKind::Own, Rights::Own) => open_words(calendar.open_to),
        (CalendarKind::Own, rights) => rights_words(rights),
        (CalendarKind::Group, _) => "Of a group: all in it write",
        (CalendarKind::Resource, _) => "A room or a thing",
        (CalendarKind::Subscribed, _) => "Read from an address",
        (CalendarKind::Holidays, _) => "Holidays",
    };
    Line {
        id: calendar.id,
        name: name.clone(),
        class: look_class(calendar.hue, calendar.pattern),
        words: words.to_owned(),
        is_default: calendar.is_default && calendar.rights == Rights::Own,
        may_go: calendar.owner.is_some() && calendar.rights < Rights::Own,
    }
}

/// What colleagues may do with a calendar, in words.
pub const fn open_words(rights: Rights) -> &'static str {
    match rights {
        Rights::Nothing => "Colleagues see nothing of it",
        Rights::Busy => "Colleagues see when it is busy",
        Rights::Read => "Colleagues see everything but what is private",
        Rights::Write | Rights::Act | Rights::Own => "Colleagues may change it",
    }
}

/// What the reader may do with a calendar, in words.
const fn rights_words(rights: Rights) -> &'static str {
    match rights {
        Rights::Nothing => "",
        Rights::Busy => "You see when it is busy",
        Rights::Read => "You see everything but what is private",
        Rights::Write => "You may change it",
        Rights::Act => "You act for its owner",
        Rights::Own => "Yours",
    }
}

/// POST /calendar/calendars
pub async fn make(visit: Visit, form: Form<Fields>) -> PageResult {
    let (name, group) = (form.get("name").to_owned(), form.get("group").parse::<GroupId>().ok());
    let (hue, pattern) = (form.get("hue").parse().unwrap_or(4), form.get("pattern").parse().unwrap_or(0));
    let made = visit.write(&form, move |tx, session| {
        let me = session.person.id;
        let made = match group {
            Some(group) => calendar::make_group_calendar(tx, me, group, &name, hue, pattern),
            None => calendar::make_calendar(tx, &own(me, name, hue, pattern)),
        };
        match made {
            Ok(id) => Ok(Ok(id)),
            Err(error) => Ok(Err(put_right(error)?)),
        }
    });
    match made.await? {
        Ok(id) => Ok(see(&format!("/calendar/calendars/{id}?done=calendar"))),
        Err(sentence) => {
            let errors = vec![FieldError::new("name", sentence)];
            show(&visit, StatusCode::UNPROCESSABLE_ENTITY, &form, errors).await
        }
    }
}

const fn own(me: PersonId, name: String, hue: i64, pattern: i64) -> NewCalendar {
    NewCalendar { owner: Some(me), group: None, kind: CalendarKind::Own, name, hue, pattern, open_to: Rights::Busy }
}

/// POST /calendar/calendars/{id}/look
pub async fn look(visit: Visit, at: Path<CalendarId>, form: Form<Fields>) -> PageResult {
    let id = *at;
    let (hue, pattern) = (form.get("hue").parse().unwrap_or(0), form.get("pattern").parse().unwrap_or(0));
    let keep = visit.write(&form, move |tx, session| {
        let is_shown = calendar::calendar(tx, session.person.id, id)?.is_shown;
        Ok(calendar::set_look(tx, session.person.id, id, is_shown, hue, pattern)?)
    });
    keep.await?;
    Ok(see(&format!("/calendar/calendars/{id}?done=calendar")))
}

/// POST /calendar/calendars/{id}/forget
pub async fn forget(visit: Visit, at: Path<CalendarId>, form: Form<Fields>) -> PageResult {
    let id = *at;
    visit.write(&form, move |tx, session| Ok(calendar::forget_look(tx, session.person.id, id)?)).await?;
    Ok(see("/calendar/calendars?done=calendar-off"))
}

/// Whether an error is one that a form can put right; any other is an error of the page.
pub fn put_right(error: CalendarError) -> Result<String, WebError> {
    match error {
        CalendarError::BadName => Ok(super::manage::BAD_NAME.to_owned()),
        error @ CalendarError::TooMany(..) => Ok(format!("There are too many: {error}.")),
        other => Err(other.into()),
    }
}
