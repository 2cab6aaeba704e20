//! What was typed into the form of an event or a task is kept, or comes back with what is wrong with it.

use super::super::error::WebError;
use super::super::form::{FieldError, Fields};
use super::super::page::{PageResult, see};
use super::super::session::Visit;
use super::act::{self, failed};
use super::event;
use super::form::{Around, around, back_of, draft_of, show};
use super::here::Here;
use super::opened::Opened;
use super::scope;
use super::span;
use super::typed::{Reading, Typed};
use crate::domain::calendar::{self, CalendarError};
use crate::domain::people::{self, Person, Session};
use crate::domain::store::ReadTx;
use crate::format::ical::{Draft, Kind, Organizer, Scope};
use crate::kernel::id::{CalendarId, CalendarItemId};
use crate::services::calendar::{ActError, Deed};
use actix_web::http::StatusCode;
use actix_web::web::{Form, Path};

/// POST /calendar/event
pub async fn make(visit: Visit, form: Form<Fields>) -> PageResult {
    let session = visit.checked(&form).await?;
    let typed = Typed::of(&form);
    let around = Around::fresh(back_of(&form));
    if form.has("find") {
        return Ok(see(&typed.find()));
    }
    let made = match drafted(&visit, &session, &typed, None).await {
        Ok((draft, calendar)) => {
            let deed = Deed::Make { calendar: Some(calendar), draft: Box::new(draft) };
            act::carry_out(&visit, session.person.id, deed, &form).await
        }
        Err(errors) => return again(&visit, typed, Around { errors, ..around }).await,
    };
    match made {
        Ok(done) => act::answer(&visit, &session, &done, &around.back).await,
        Err(error) => {
            let errors = refusal(error)?;
            again(&visit, typed, Around { errors, ..around }).await
        }
    }
}

/// POST /calendar/event/{id}/change
pub async fn change(visit: Visit, at: Path<CalendarItemId>, form: Form<Fields>) -> PageResult {
    let session = visit.checked(&form).await?;
    let (id, who) = (*at, session.person.id);
    let typed = Typed::of(&form);
    if form.has("find") {
        return Ok(see(&typed.find()));
    }
    let word = form.get("scope").to_owned();
    let Some(opened) = opened(&visit, &form, id).await? else {
        // It is gone: what was typed becomes a new event, if it is still wanted.
        let gone = "Somebody has deleted this meanwhile. What you typed is kept: save it to make it anew.";
        let errors = vec![FieldError::new("", gone)];
        return again(&visit, typed, Around { errors, ..Around::fresh(back_of(&form)) }).await;
    };
    if !opened.may_change() {
        return Err(WebError::Forbidden);
    }
    let scope = match scope::parse(&word, opened.at) {
        Some(scope) => scope,
        None if opened.is_series() => return scope::ask(&visit, &opened, scope::Asked::Change).await,
        None => Scope::All,
    };
    let around = around(&opened, &word, back_of(&form));
    let revision: i64 = form.get("revision").parse().unwrap_or(opened.stored.revision);
    if revision != opened.stored.revision {
        return again(&visit, typed, Around { changed: changed_words(&opened), ..around }).await;
    }
    let was = draft_of(&opened, &word);
    let (draft, calendar) = match drafted(&visit, &session, &typed, Some((&opened, &was, &around))).await {
        Ok(drafted) => drafted,
        Err(errors) => return again(&visit, typed, Around { errors, ..around }).await,
    };
    let to = Some(calendar).filter(|to| around.has_calendar && *to != opened.stored.calendar);
    let deed = Deed::Change { item: id, revision: Some(revision), scope, draft: Box::new(draft), to };
    match act::carry_out(&visit, who, deed, &form).await {
        Ok(done) => {
            let back = done.item.map_or_else(|| around.back.clone(), |item| to_event(item, &around));
            act::answer(&visit, &session, &done, &back).await
        }
        Err(ActError::Calendar(CalendarError::Changed)) => {
            let changed = changed_words(&opened);
            again(&visit, typed, Around { changed, ..around }).await
        }
        Err(error) => {
            let errors = refusal(error)?;
            again(&visit, typed, Around { errors, ..around }).await
        }
    }
}

/// Back to where the form was opened; to the event itself where that was its own page, which may have moved.
fn to_event(item: CalendarItemId, around: &Around) -> String {
    if around.back.starts_with("/calendar/event/") { format!("/calendar/event/{item}") } else { around.back.clone() }
}

/// The event that a form changes; nothing where it is gone.
async fn opened(visit: &Visit, form: &Fields, id: CalendarItemId) -> Result<Option<Opened>, WebError> {
    let (asking, instance) = (visit.clone(), form.get("instance").to_owned());
    let read = visit.read(move |tx, session| Opened::read(tx, &asking, session.person.id, id, &instance));
    match read.await {
        Ok(opened) => Ok(Some(opened)),
        Err(WebError::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

fn changed_words(opened: &Opened) -> String {
    let facts = opened.facts();
    let when = opened.times().map(|(starts, ends)| span::span(starts, ends, opened.here));
    let place = if facts.place.is_empty() { String::new() } else { format!(", {}", facts.place) };
    format!("“{}”, {}{place}", event::title(facts), when.unwrap_or_else(|| "no date".to_owned()))
}

/// What was typed as a draft with its organizer, and the calendar it goes into; or what is wrong with it.
async fn drafted(
    visit: &Visit,
    session: &Session,
    typed: &Typed,
    was: Option<(&Opened, &Draft, &Around)>,
) -> Result<(Draft, CalendarId), Vec<FieldError>> {
    let wanted = typed.calendar.parse::<CalendarId>().ok().or_else(|| was.map(|(opened, ..)| opened.stored.calendar));
    let (me, asking) = (session.person.clone(), visit.clone());
    let read = visit.read(move |tx, _| Ok((target(tx, &me, wanted)?, Here::read(tx, &asking, me.id)?, domain(tx)?)));
    let (target, here, domain) =
        read.await.map_err(|_| vec![FieldError::new("calendar", "Choose a calendar that you may write to.")])?;
    let reading = Reading {
        zone: here.zone,
        domain: &domain,
        was: was.map(|(_, draft, _)| draft),
        has_rule: was.is_none_or(|(.., around)| around.has_rule),
        has_guests: was.is_none_or(|(.., around)| around.has_guests),
    };
    let mut draft = typed.read(&reading)?;
    let is_foreign = was.is_some_and(|(opened, ..)| opened.is_guest());
    if !is_foreign && draft.kind == Kind::Event {
        let has_guests_already = was.is_some_and(|(_, was, _)| was.guests == draft.guests);
        if !draft.guests.is_empty() && !target.may_invite && !has_guests_already {
            let sentence = format!("You may not invite people in the name of {}.", target.organizer.name);
            return Err(vec![FieldError::new("guests", sentence)]);
        }
        let known = draft.organizer.take().filter(|_| has_guests_already);
        draft.organizer = known.or(Some(target.organizer)).filter(|_| !draft.guests.is_empty());
    }
    Ok((draft, target.calendar))
}

/// Where an event goes, and who invites to it.
struct Target {
    calendar: CalendarId,
    organizer: Organizer,
    may_invite: bool,
}

/// A calendar that `me` may write to. Invitations go out in its owner's name, and say who wrote them where that is another.
fn target(tx: &ReadTx<'_>, me: &Person, wanted: Option<CalendarId>) -> Result<Target, WebError> {
    let id = match wanted {
        Some(id) => id,
        None => calendar::default_calendar(tx, me.id)?,
    };
    let calendar = calendar::calendar(tx, me.id, id)?;
    if !calendar.may_write() {
        return Err(WebError::Forbidden);
    }
    let owner = calendar.owner.filter(|owner| *owner != me.id);
    let organizer = match owner.map(|owner| people::person(tx, owner)).transpose()?.flatten() {
        Some(owner) => Organizer { address: owner.address, name: owner.full_name, sent_by: Some(me.address.clone()) },
        None => Organizer { address: me.address.clone(), name: me.full_name.clone(), sent_by: None },
    };
    Ok(Target { calendar: id, organizer, may_invite: owner.is_none() || event::may_invite(calendar.rights) })
}

fn domain(tx: &ReadTx<'_>) -> Result<String, WebError> {
    Ok(people::primary_domain(tx)?.unwrap_or_default())
}

async fn again(visit: &Visit, typed: Typed, around: Around) -> PageResult {
    if visit.wants_fragment {
        let words: Vec<_> = around.errors.into_iter().map(|error| error.sentence).collect();
        let words = if words.is_empty() { around.changed } else { words.join(" ") };
        return Ok(act::refused(&words));
    }
    show(visit, StatusCode::UNPROCESSABLE_ENTITY, typed, around).await
}

/// What can be put right in the form, beside its field; anything else is an error of the page.
fn refusal(error: ActError) -> Result<Vec<FieldError>, WebError> {
    match error {
        ActError::Field(field, sentence) => Ok(vec![FieldError::new(field, sentence)]),
        ActError::Calendar(CalendarError::Taken) => {
            Ok(vec![FieldError::new("guests", "A room that you ask for is taken at that time.")])
        }
        ActError::Calendar(CalendarError::NotAllowed(words)) => {
            let mut sentence = words.to_owned();
            if let Some(first) = sentence.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            Ok(vec![FieldError::new("calendar", format!("{sentence}."))])
        }
        ActError::Calendar(error @ CalendarError::TooMany(..)) => {
            Ok(vec![FieldError::new("calendar", format!("This calendar is full: {error}."))])
        }
        other => Err(failed(other)),
    }
}
