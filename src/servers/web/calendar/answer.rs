//! Answering an invitation: from the event's page, or from the card over the mail that it came with.

use super::super::error::WebError;
use super::super::form::Fields;
use super::super::page::{PageResult, local};
use super::super::session::Visit;
use super::act;
use super::here::Here;
use super::opened::Opened;
use crate::domain::calendar::{CalendarError, Rights};
use crate::domain::people;
use crate::domain::store::ReadTx;
use crate::format::ical::{Answer, Status, When};
use crate::kernel::id::CalendarItemId;
use crate::services::calendar::ActError;
use crate::services::invite::{self, Reply};
use actix_web::web::{Form, Path};
use chrono::NaiveDateTime;

/// A button that answers.
pub struct AnswerView {
    /// The field's value.
    pub name: &'static str,
    /// What it says.
    pub words: &'static str,
    /// Its glyph.
    pub icon: &'static str,
    /// Whether it is what was answered last.
    pub is_chosen: bool,
}

/// The buttons that answer, for one who answers this now.
pub fn buttons(now: Option<Answer>) -> Vec<AnswerView> {
    let all = [
        ("yes", "Yes", "check", Answer::Accepted),
        ("maybe", "Maybe", "help", Answer::Tentative),
        ("no", "No", "close", Answer::Declined),
    ];
    let view = |(name, words, icon, answer)| AnswerView { name, words, icon, is_chosen: now == Some(answer) };
    all.into_iter().map(view).collect()
}

/// What the page of an event asks whose calendar it is in, or who answers for that person.
pub struct AskedView {
    /// What was answered, in words.
    pub words: &'static str,
    /// The buttons.
    pub answers: Vec<AnswerView>,
}

impl AskedView {
    /// What the page asks; nothing where nobody here is invited, or the event is off.
    pub fn read(tx: &ReadTx<'_>, opened: &Opened) -> Result<Option<Self>, WebError> {
        let Some(whole) = opened.stored.answer else { return Ok(None) };
        let Some(owner) = opened.stored.owner else { return Ok(None) };
        let is_off = opened.item.is_cancelled() || opened.facts().status == Status::Cancelled;
        if opened.stored.rights < Rights::Act || is_off {
            return Ok(None);
        }
        let own: Vec<String> = people::addresses(tx, owner)?.iter().map(ToString::to_string).collect();
        let guests = &opened.facts().guests;
        let named = guests.iter().find(|guest| own.iter().any(|own| own.eq_ignore_ascii_case(guest.address.as_str())));
        let answer = named.map_or(whole, |guest| guest.answer);
        let words = match answer {
            Answer::Accepted => "You said yes",
            Answer::Declined => "You said no",
            Answer::Tentative => "You said maybe",
            Answer::Delegated => "Somebody else comes for you",
            Answer::NeedsAction => "Not given yet",
        };
        Ok(Some(Self { words, answers: buttons(Some(answer)) }))
    }
}

/// POST /calendar/event/{id}/answer: `answer` is `yes`, `maybe` or `no`; `scope` is `only` for the instance that is named,
/// else the whole series is answered; `starts` and `ends`, on the reader's clock, propose another time.
pub async fn answer(visit: Visit, at: Path<CalendarItemId>, form: Form<Fields>) -> PageResult {
    let session = visit.checked(&form).await?;
    let answer = invite::answer_of(form.get("answer"))
        .ok_or_else(|| WebError::BadInput(format!("no such answer {:?}", form.get("answer"))))?;
    let asking = visit.clone();
    let here = visit.read(move |tx, session| Here::read(tx, &asking, session.person.id)).await?;
    let instance = When::parse(form.get("instance")).filter(|_| form.get("scope") == "only");
    let reply =
        Reply { item: *at, instance, answer, comment: form.get("note").to_owned(), proposes: proposed(&form, here)? };
    let done = invite::answer(&visit.web.office, session.person.id, reply).await.map_err(failed)?;
    act::answer(&visit, &session, &done, local(form.get("back"), "/calendar")).await
}

/// Another time that a form proposes.
fn proposed(form: &Fields, here: Here) -> Result<Option<(When, When)>, WebError> {
    let (starts, ends) = (form.get("starts"), form.get("ends"));
    if starts.is_empty() && ends.is_empty() {
        return Ok(None);
    }
    let time = |text: &str| {
        let read = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M");
        read.map(|local| When::Zoned { local, zone: here.zone })
            .map_err(|_| WebError::BadInput("no such time".to_owned()))
    };
    Ok(Some((time(starts)?, time(ends)?)))
}

fn failed(error: ActError) -> WebError {
    match error {
        ActError::Calendar(CalendarError::NotAllowed(why)) => WebError::BadInput(why.to_owned()),
        ActError::Calendar(error) => error.into(),
        ActError::Field(_, sentence) => WebError::BadInput(sentence),
        ActError::Ical(error) => WebError::BadInput(error.to_string()),
    }
}
