//! Quick adding: an event in one line, `Lunch Fri 12-13 with Bob at Roma`. It says how it was understood, before and after.

use super::super::error::WebError;
use super::super::form::Fields;
use super::super::page::{PageResult, fragment, local, see, with};
use super::super::session::Visit;
use super::act::{self, failed};
use super::here::Here;
use super::span;
use crate::domain::calendar::{self, Preferences};
use crate::domain::mail;
use crate::domain::store::ReadTx;
use crate::format::ical::{self, Draft, Reminder, When};
use crate::format::quick::{Quick, quick};
use crate::kernel::clock::Moment;
use crate::kernel::id::PersonId;
use crate::services::calendar::Deed;
use actix_web::web::Form;
use askama::Template;
use chrono::TimeDelta;

/// A line of text as it was understood.
pub struct Understood {
    /// The event it makes. Whom it is with stands in its title: nobody is invited by a line of text.
    pub draft: Draft,
    /// With whom, as they were named.
    pub people: Vec<String>,
    /// The same in words.
    pub words: String,
    /// Whether it says when.
    pub has_time: bool,
}

/// Reads a line as its writer's clock and likes have it.
pub fn understood(text: &str, now: Moment, here: Here, liked: &Preferences) -> Understood {
    let said = quick(text, now, here.zone);
    let mut draft = said.draft();
    if draft.title.is_empty() {
        draft.title = said.people.first().map_or_else(|| "Untitled".to_owned(), |who| format!("With {who}"));
    } else if !said.people.is_empty() {
        draft.title = format!("{} with {}", draft.title, said.people.join(", "));
    }
    if let (Some(starts), false) = (draft.starts, text_has_end(&said, liked)) {
        draft.ends = Some(later(starts, liked.duration));
    }
    if let Some(minutes_before) = liked.reminder.filter(|_| draft.starts.is_some_and(|starts| !starts.is_day())) {
        draft.reminders = vec![Reminder { minutes_before }];
    }
    Understood { words: words(&draft, here), has_time: draft.starts.is_some(), people: said.people, draft }
}

/// Whether the line said how long it takes: where it said nothing, an hour was taken.
fn text_has_end(said: &Quick, liked: &Preferences) -> bool {
    let (Some(starts), Some(ends)) = (said.starts, said.ends) else { return false };
    starts.is_day() || liked.duration == 60 || ends.local() - starts.local() != TimeDelta::hours(1)
}

fn later(starts: When, minutes: i64) -> When {
    starts.with_local(starts.local() + TimeDelta::minutes(minutes))
}

fn words(draft: &Draft, here: Here) -> String {
    let (Some(starts), Some(ends)) = (draft.starts, draft.ends) else {
        return format!("“{}”, no day yet", draft.title);
    };
    let when = span::span(starts, ends, here);
    let place = if draft.place.is_empty() { String::new() } else { format!(" at {}", draft.place) };
    let rule =
        draft.rule.as_deref().map(|rule| format!(". {}", ical::rule_words(rule, here.formats))).unwrap_or_default();
    format!("“{}”{place}, {when}{rule}", draft.title)
}

/// The addresses of those who are named: of each the one person that the name means, where it means but one.
pub fn addresses(tx: &ReadTx<'_>, me: PersonId, people: &[String]) -> Result<Vec<String>, WebError> {
    let mut found = Vec::new();
    for name in people.iter().take(20) {
        if let [one] = mail::completions(tx, me, name)?.as_slice() {
            found.push(one.address.clone());
        }
    }
    Ok(found)
}

#[derive(Template)]
#[template(path = "calendar/_understood.html")]
struct UnderstoodFragment {
    words: String,
}

/// GET /calendar/quick?q=: how a line would be understood, while it is typed.
pub async fn ask(visit: Visit) -> PageResult {
    let asking = visit.clone();
    let read = visit.read(move |tx, session| {
        let here = Here::read(tx, &asking, session.person.id)?;
        let liked = calendar::preferences(tx, session.person.id)?;
        Ok(understood(asking.query.get("q"), asking.web.office.clock.now(), here, &liked))
    });
    let read = read.await?;
    let words = if visit.query.get("q").trim().is_empty() { String::new() } else { read.words };
    fragment(&UnderstoodFragment { words })
}

/// POST /calendar/quick: `text` is the line; with `more` it only fills in the form.
pub async fn add(visit: Visit, form: Form<Fields>) -> PageResult {
    let session = visit.checked(&form).await?;
    let (text, back) = (form.get("text").to_owned(), local(form.get("back"), "/calendar").to_owned());
    let (asking, line) = (visit.clone(), text.clone());
    let read = visit.read(move |tx, session| {
        let here = Here::read(tx, &asking, session.person.id)?;
        let liked = calendar::preferences(tx, session.person.id)?;
        Ok(understood(&line, asking.web.office.clock.now(), here, &liked))
    });
    let said = read.await?;
    // A line that says no time is not guessed at: the form asks.
    if form.has("more") || !said.has_time || text.trim().is_empty() {
        let to = with(&with("/calendar/event/new", "text", &text), "back", &back);
        return Ok(see(&to));
    }
    let deed = Deed::Make { calendar: None, draft: Box::new(said.draft) };
    let done = act::carry_out(&visit, session.person.id, deed, &form).await.map_err(failed)?;
    act::answer(&visit, &session, &done, &back).await
}
