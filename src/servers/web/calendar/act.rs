//! Acts on events and tasks: move, delete, do, and take back. Each is done at once and says how to undo it.

use super::super::error::WebError;
use super::super::form::Fields;
use super::super::page::{PageResult, fragment, local, see, with};
use super::super::session::Visit;
use super::super::shell::Toast;
use super::clock::is_known_year;
use super::opened::Opened;
use super::scope::{self, Asked};
use super::span;
use crate::domain::calendar::CalendarError;
use crate::domain::people::Session;
use crate::format::ical::{Draft, Kind, Scope, When};
use crate::kernel::id::{CalendarItemId, CalendarUndoId, PersonId};
use crate::services::calendar::{self as acts, ActError, Deed, Done, Tell};
use actix_web::HttpResponse;
use actix_web::web::{Form, Path};
use askama::Template;
use chrono::{NaiveDate, NaiveDateTime, TimeDelta};

const HOME: &str = "/calendar";
/// Where an act on a calendar is taken back.
pub const UNDO: &str = "/calendar/undo";

#[derive(Template)]
#[template(path = "_layout/_toast.html")]
struct ToastFragment {
    toast: Toast,
}

/// Does something to a calendar. Guests are told by mail, unless the form has a field for that and it says no.
pub async fn carry_out(visit: &Visit, who: PersonId, deed: Deed, form: &Fields) -> Result<Done, ActError> {
    let is_told = !form.has("tell") || form.all("tell").any(|tell| tell == "yes");
    let tell = if is_told { Tell::Guests } else { Tell::Nobody };
    acts::act_telling(&visit.web.office, who, deed, tell).await
}

/// Says what was done and how to take it back: as a toast for a script, else on the page at `back`.
pub async fn answer(visit: &Visit, session: &Session, done: &Done, back: &str) -> PageResult {
    let undo = in_address(done.undo);
    if !visit.wants_fragment {
        return Ok(see(&with(back, "undo", &undo)));
    }
    let toast = Toast {
        words: done.sentence.clone(),
        link: done.item.map(|item| format!("/calendar/event/{item}")).unwrap_or_default(),
        link_name: "Show".to_owned(),
        undo,
        undo_at: UNDO.to_owned(),
        csrf: session.csrf.clone(),
        back: back.to_owned(),
    };
    fragment(&ToastFragment { toast })
}

/// An act on calendars as an address names it, apart from those on mail.
pub fn in_address(undo: CalendarUndoId) -> String {
    format!("c{undo}")
}

/// What a script is told where an act was refused.
pub fn refused(words: &str) -> HttpResponse {
    HttpResponse::UnprocessableEntity().content_type("text/plain; charset=utf-8").body(words.to_owned())
}

/// Why an act failed, where no form can put it right.
pub fn failed(error: ActError) -> WebError {
    match error {
        ActError::Calendar(error) => error.into(),
        ActError::Field(_, sentence) => WebError::BadInput(sentence),
        ActError::Ical(error) => WebError::BadInput(error.to_string()),
    }
}

/// The event an act is for, as the form names it.
async fn opened(visit: &Visit, form: &Fields, id: CalendarItemId) -> Result<Opened, WebError> {
    let (asking, instance) = (visit.clone(), form.get("instance").to_owned());
    let read = visit.read(move |tx, session| Opened::read(tx, &asking, session.person.id, id, &instance));
    let opened = read.await?;
    if opened.may_change() { Ok(opened) } else { Err(WebError::Forbidden) }
}

/// Where to go once an event is gone: never to its own page.
fn away(form: &Fields) -> &str {
    let back = local(form.get("back"), HOME);
    if back.starts_with("/calendar/event/") { HOME } else { back }
}

/// POST /calendar/event/{id}/delete
pub async fn delete(visit: Visit, at: Path<CalendarItemId>, form: Form<Fields>) -> PageResult {
    let session = visit.checked(&form).await?;
    let opened = opened(&visit, &form, *at).await?;
    let scope = match scope::parse(form.get("scope"), opened.at) {
        Some(scope) => scope,
        None if opened.is_series() => return scope::ask(&visit, &opened, Asked::Delete).await,
        None => Scope::All,
    };
    let done = carry_out(&visit, session.person.id, Deed::Remove { item: *at, scope }, &form).await.map_err(failed)?;
    answer(&visit, &session, &done, away(&form)).await
}

/// POST /calendar/event/{id}/move: `starts` and `ends` as the reader's clock shows them; whole days end with the first day
/// after them.
pub async fn shift(visit: Visit, at: Path<CalendarItemId>, form: Form<Fields>) -> PageResult {
    let session = visit.checked(&form).await?;
    let opened = opened(&visit, &form, *at).await?;
    let (starts, ends) = (form.get("starts"), form.get("ends"));
    let Some((starts, ends)) = times(&opened, starts, ends) else {
        return Err(WebError::BadInput("no such times".to_owned()));
    };
    let scope = match scope::parse(form.get("scope"), opened.at) {
        Some(scope) => scope,
        None if opened.is_series() => {
            let asked = Asked::Move(form.get("starts").to_owned(), form.get("ends").to_owned());
            return scope::ask(&visit, &opened, asked).await;
        }
        None => Scope::All,
    };
    let (starts, ends) = if scope == Scope::All { of_all(&opened, starts, ends) } else { (starts, ends) };
    let deed = Deed::Move { item: *at, scope, starts, ends };
    match carry_out(&visit, session.person.id, deed, &form).await {
        Ok(done) => answer(&visit, &session, &done, local(form.get("back"), HOME)).await,
        Err(ActError::Calendar(CalendarError::Taken)) if visit.wants_fragment => {
            Ok(refused("The room is taken at that time. Nothing was moved."))
        }
        Err(error) => Err(failed(error)),
    }
}

/// The times that a drag says, each on the clock that the event goes by; nothing where they are none.
fn times(opened: &Opened, starts: &str, ends: &str) -> Option<(When, When)> {
    let zone = opened.here.zone;
    if let Some(first) = day(starts) {
        let last = day(ends).filter(|last| *last > first).unwrap_or(first + TimeDelta::days(1));
        return Some((When::Day(first), When::Day(last)));
    }
    let (from, to) = (clock(starts)?, clock(ends)?);
    // A task without a date has no clock of its own.
    let (own_start, own_end) =
        opened.times().unwrap_or((When::Zoned { local: from, zone }, When::Zoned { local: to, zone }));
    let at = |local: NaiveDateTime, own: When| match own {
        When::Floating(_) => When::Floating(local),
        When::Zoned { zone: own, .. } => When::from_instant(When::Zoned { local, zone }.instant(zone), own),
        When::Utc(_) => When::Utc(When::Zoned { local, zone }.instant(zone)),
        When::Day(_) => When::Zoned { local, zone },
    };
    Some((at(from, own_start), at(to.max(from), own_end)))
}

/// The times of a whole series, one of which is put to `starts`: all are put as far.
fn of_all(opened: &Opened, starts: When, ends: When) -> (When, When) {
    let (Some(at), Some(first)) = (opened.at, opened.item.main.starts.or(opened.item.main.ends)) else {
        return (starts, ends);
    };
    let (was, _) = opened.item.times_of(at);
    let by = starts.local() - span::face(was, starts);
    let first = starts.with_local(span::face(first, starts) + by);
    let length = ends.local() - starts.local();
    (first, ends.with_local(first.local() + length))
}

fn day(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|day| is_known_year(*day))
}

fn clock(text: &str) -> Option<NaiveDateTime> {
    let at = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").ok();
    at.filter(|at| is_known_year(at.date()))
}

/// POST /calendar/event/{id}/done: a task is done, or is not after all. One that comes back moves on to its next time.
pub async fn done(visit: Visit, at: Path<CalendarItemId>, form: Form<Fields>) -> PageResult {
    let session = visit.checked(&form).await?;
    let is_done = form.get("done") != "no";
    let done = acts::set_done(&visit.web.office, session.person.id, *at, is_done).await.map_err(failed)?;
    answer(&visit, &session, &done, local(form.get("back"), HOME)).await
}

/// POST /calendar/event/{id}/due: a task is due on the day, or at the minute, that `due` says. On another day it keeps its
/// hour.
pub async fn due(visit: Visit, at: Path<CalendarItemId>, form: Form<Fields>) -> PageResult {
    let session = visit.checked(&form).await?;
    let opened = opened(&visit, &form, *at).await?;
    let asked = form.get("due");
    let due = day(asked).map(|day| on(&opened, day)).or_else(|| Some(times(&opened, asked, asked)?.0));
    let (Some(due), Kind::Task) = (due, opened.item.kind) else {
        return Err(WebError::BadInput("no such day".to_owned()));
    };
    let was = opened.item.draft_at(None);
    // What has a beginning before it is due begins as long before it as it did.
    let starts = was.starts.zip(was.ends).filter(|(starts, _)| starts.is_day() == due.is_day());
    let starts = starts.map(|(starts, ends)| due.with_local(due.local() - (ends.local() - starts.local())));
    let draft = Box::new(Draft { starts, ends: Some(due), ..was });
    let revision = Some(opened.stored.revision);
    let deed = Deed::Change { item: *at, revision, scope: Scope::All, draft, to: None };
    let done = carry_out(&visit, session.person.id, deed, &form).await.map_err(failed)?;
    answer(&visit, &session, &done, local(form.get("back"), HOME)).await
}

/// A task's time on another day of the reader's: at its hour, if it has one.
fn on(opened: &Opened, day: NaiveDate) -> When {
    match opened.item.main.ends.filter(|ends| !ends.is_day()) {
        Some(ends) => ends.with_local(ends.local() + (day - span::wall(ends, opened.here.zone).date())),
        None => When::Day(day),
    }
}

/// POST /calendar/undo
pub async fn undo(visit: Visit, form: Form<Fields>) -> PageResult {
    let session = visit.checked(&form).await?;
    let ids = form.get("undo").split(',').filter_map(|id| id.strip_prefix('c')?.parse().ok()).take(20);
    let ids: Vec<CalendarUndoId> = ids.collect();
    for id in ids {
        acts::undo(&visit.web.office, session.person.id, id).await.map_err(failed)?;
    }
    if visit.wants_fragment {
        return fragment(&ToastFragment { toast: Toast { words: "Put back".to_owned(), ..Toast::default() } });
    }
    Ok(see(&with(local(form.get("back"), HOME), "done", "undone")))
}
