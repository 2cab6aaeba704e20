//! One calendar: its name, what colleagues see of it, whom it is shared with, where invitations go, and its removal.

use super::super::filters;
use super::super::form::{FieldError, Fields};
use super::super::page::{PageResult, page, page_with, see};
use super::super::session::Visit;
use super::super::shell::{Place, Shell};
use super::super::words::count;
use super::list::{self, SwatchView};
use super::side::named;
use crate::domain::calendar::{self, Calendar, CalendarKind, Rights};
use crate::domain::people::{self, Session};
use crate::domain::store::ReadTx;
use crate::kernel::id::{CalendarId, GroupId, PersonId};
use actix_web::http::StatusCode;
use actix_web::web::{Form, Path};
use askama::Template;

/// What is said of a name that is none.
pub const BAD_NAME: &str = "Take a name of 1 to 60 characters.";

/// One of several rights.
struct RightChoice {
    value: &'static str,
    words: &'static str,
    is_on: bool,
}

const OPEN: [(&str, &str); 4] = [
    ("nothing", "Nothing"),
    ("busy", "When it is busy"),
    ("read", "Everything but what is private"),
    ("write", "Everything, and they may change it"),
];
const SHARED: [(&str, &str); 4] = [
    ("busy", "Sees when it is busy"),
    ("read", "Sees everything but what is private"),
    ("write", "May change it"),
    ("act", "Acts for me: invites in my name, sees what is private"),
];

fn rights(word: &str) -> Option<Rights> {
    Some(match word {
        "nothing" => Rights::Nothing,
        "busy" => Rights::Busy,
        "read" => Rights::Read,
        "write" => Rights::Write,
        "act" => Rights::Act,
        _ => return None,
    })
}

const fn word(rights: Rights) -> &'static str {
    match rights {
        Rights::Nothing => "nothing",
        Rights::Busy => "busy",
        Rights::Read => "read",
        Rights::Write => "write",
        Rights::Act | Rights::Own => "act",
    }
}

fn choices(all: &[(&'static str, &'static str)], on: Rights) -> Vec<RightChoice> {
    all.iter().map(|&(value, words)| RightChoice { value, words, is_on: value == word(on) }).collect()
}

/// Somebody, or a group, that a calendar is shared with.
struct ShareView {
    /// As the form names it: `p5` of a person, `g2` of a group.
    with: String,
    name: String,
    choices: Vec<RightChoice>,
}

/// Somebody, or a group, that it may be shared with.
struct WithChoice {
    value: String,
    words: String,
}

#[derive(Template)]
#[template(path = "calendar/manage.html")]
struct ManagePage {
    shell: Shell,
    id: CalendarId,
    heading: String,
    name: String,
    may_name: bool,
    may_share: bool,
    is_default: bool,
    may_be_default: bool,
    may_remove: bool,
    may_export: bool,
    is_counted: bool,
    open: Vec<RightChoice>,
    people: Vec<ShareView>,
    offered_people: Vec<WithChoice>,
    offered_groups: Vec<WithChoice>,
    new_rights: Vec<RightChoice>,
    hues: Vec<SwatchView>,
    patterns: Vec<SwatchView>,
    errors: Vec<FieldError>,
}

/// What is read for the page of a calendar.
struct Read {
    calendar: Calendar,
    heading: String,
    may_name: bool,
    people: Vec<ShareView>,
    offered_people: Vec<WithChoice>,
    offered_groups: Vec<WithChoice>,
}

/// GET /calendar/calendars/{id}
pub async fn form(visit: Visit, at: Path<CalendarId>) -> PageResult {
    show(&visit, StatusCode::OK, *at, None, Vec::new()).await
}

fn read(tx: &ReadTx<'_>, session: &Session, id: CalendarId) -> Result<Read, super::super::error::WebError> {
    let me = session.person.id;
    let everybody = people::all(tx)?;
    let (calendar, heading) = named(vec![calendar::calendar(tx, me, id)?], me, &everybody).remove(0);
    let groups = people::groups(tx)?;
    let is_member = groups.iter().any(|group| Some(group.id) == calendar.group && group.members.contains(&me));
    let mut found = Read {
        may_name: calendar.rights == Rights::Own && !calendar.kind.is_read_only() || is_member,
        people: Vec::new(),
        offered_people: Vec::new(),
        offered_groups: Vec::new(),
        heading,
        calendar,
    };
    if found.calendar.rights < Rights::Own || found.calendar.kind != CalendarKind::Own {
        return Ok(found);
    }
    let (shares, group_shares) = (calendar::shares(tx, me, id)?, calendar::group_shares(tx, me, id)?);
    found.offered_people = everybody
        .iter()
        .filter(|one| one.id != me && !one.is_disabled && !shares.iter().any(|(with, _)| with.id == one.id))
        .map(|one| WithChoice { value: format!("p{}", one.id), words: one.full_name.clone() })
        .collect();
    found.offered_groups = groups
        .iter()
        .filter(|one| !group_shares.iter().any(|(with, _)| with.id == one.id))
        .map(|one| WithChoice { value: format!("g{}", one.id), words: one.name.clone() })
        .collect();
    let share = |with: String, name: String, on: Rights| ShareView { with, name, choices: choices(&SHARED, on) };
    found.people = group_shares
        .into_iter()
        .map(|(group, on)| share(format!("g{}", group.id), format!("{} (group)", group.name), on))
        .chain(shares.into_iter().map(|(person, on)| share(format!("p{}", person.id), person.full_name, on)))
        .collect();
    Ok(found)
}

async fn show(
    visit: &Visit,
    status: StatusCode,
    id: CalendarId,
    name: Option<String>,
    errors: Vec<FieldError>,
) -> PageResult {
    let (shell, found) = visit.page(Place::Calendar, move |tx, session| read(tx, session, id)).await?;
    let calendar = &found.calendar;
    let is_owner = calendar.rights == Rights::Own;
    let is_own = is_owner && calendar.kind == CalendarKind::Own;
    let manage = ManagePage {
        id,
        name: name.unwrap_or_else(|| calendar.name.clone()),
        may_name: found.may_name,
        may_share: is_own,
        is_default: calendar.is_default && is_own,
        may_be_default: is_own && !calendar.is_default,
        may_remove: is_owner && !(is_own && calendar.is_default) && calendar.kind != CalendarKind::Resource,
        may_export: calendar.rights >= Rights::Read,
        is_counted: calendar.is_counted,
        open: choices(&OPEN, calendar.open_to),
        new_rights: choices(&SHARED, Rights::Read),
        hues: list::hues(calendar.hue),
        patterns: list::patterns(calendar.pattern, calendar.hue),
        heading: found.heading,
        people: found.people,
        offered_people: found.offered_people,
        offered_groups: found.offered_groups,
        errors,
        shell,
    };
    page_with(status, &manage)
}

fn back(id: CalendarId) -> String {
    format!("/calendar/calendars/{id}?done=calendar")
}

/// POST /calendar/calendars/{id}: its name, what colleagues see of it, and whether it makes one busy.
pub async fn keep(visit: Visit, at: Path<CalendarId>, form: Form<Fields>) -> PageResult {
    let (id, name) = (*at, form.get("name").to_owned());
    let (open, is_counted) = (rights(form.get("open")), form.has("counted"));
    let kept = visit.write(&form, move |tx, session| {
        let was = calendar::calendar(tx, session.person.id, id)?;
        let open = open.unwrap_or(was.open_to);
        match calendar::set_calendar(tx, session.person.id, id, &name, open, is_counted) {
            Ok(()) => Ok(Ok(())),
            Err(error) => Ok(Err(list::put_right(error)?)),
        }
    });
    match kept.await? {
        Ok(()) => Ok(see(&back(id))),
        Err(sentence) => {
            let errors = vec![FieldError::new("name", sentence)];
            show(&visit, StatusCode::UNPROCESSABLE_ENTITY, id, Some(form.get("name").to_owned()), errors).await
        }
    }
}

/// Whom a form names: a person or a group.
enum With {
    Person(PersonId),
    Group(GroupId),
}

fn with(text: &str) -> Option<With> {
    match text.split_at_checked(1)? {
        ("p", id) => id.parse().ok().map(With::Person),
        ("g", id) => id.parse().ok().map(With::Group),
        _ => None,
    }
}

/// POST /calendar/calendars/{id}/share: rights of a person or a group; `nothing` takes them away.
pub async fn share(visit: Visit, at: Path<CalendarId>, form: Form<Fields>) -> PageResult {
    let (id, whom, given) = (*at, with(form.get("with")), rights(form.get("rights")));
    let shared = visit.write(&form, move |tx, session| {
        let me = session.person.id;
        let shared = match (whom, given) {
            (Some(With::Person(person)), Some(rights)) => match people::person(tx, person)? {
                Some(_) => calendar::share(tx, me, id, person, rights),
                None => return Ok(Err("Choose with whom you want to share it.".to_owned())),
            },
            (Some(With::Group(group)), Some(rights)) => calendar::share_group(tx, me, id, group, rights),
            _ => return Ok(Err("Choose with whom you want to share it.".to_owned())),
        };
        match shared {
            Ok(()) => Ok(Ok(())),
            Err(error) => Ok(Err(list::put_right(error)?)),
        }
    });
    match shared.await? {
        Ok(()) => Ok(see(&back(id))),
        Err(sentence) => {
            let errors = vec![FieldError::new("with", sentence)];
            show(&visit, StatusCode::UNPROCESSABLE_ENTITY, id, None, errors).await
        }
    }
}

/// POST /calendar/calendars/{id}/default
pub async fn set_default(visit: Visit, at: Path<CalendarId>, form: Form<Fields>) -> PageResult {
    let id = *at;
    visit.write(&form, move |tx, session| Ok(calendar::set_default(tx, session.person.id, id)?)).await?;
    Ok(see(&back(id)))
}

#[derive(Template)]
#[template(path = "calendar/remove.html")]
struct RemovePage {
    shell: Shell,
    id: CalendarId,
    name: String,
    words: String,
    action: String,
}

/// GET /calendar/calendars/{id}/remove: what goes with it cannot be put back, so this asks, and offers a copy first.
pub async fn ask(visit: Visit, at: Path<CalendarId>) -> PageResult {
    let id = *at;
    let (shell, (calendar, items)) = visit
        .page(Place::Calendar, move |tx, session| {
            Ok((calendar::calendar(tx, session.person.id, id)?, calendar::items_in(tx, session.person.id, id)?))
        })
        .await?;
    let what = count(items, "entry").replace("entrys", "entries");
    page(&RemovePage {
        shell,
        id,
        words: match items {
            0 => "There is nothing in it.".to_owned(),
            _ => format!("{what} and what was shared of it go for good. This cannot be undone."),
        },
        action: match items {
            0 => "Remove it".to_owned(),
            _ => format!("Remove it with {what}"),
        },
        name: calendar.name,
    })
}

/// POST /calendar/calendars/{id}/remove
pub async fn remove(visit: Visit, at: Path<CalendarId>, form: Form<Fields>) -> PageResult {
    let id = *at;
    visit.write(&form, move |tx, session| Ok(calendar::remove_calendar(tx, session.person.id, id)?)).await?;
    Ok(see("/calendar/calendars?done=calendar-gone"))
}
