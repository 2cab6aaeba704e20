//! Answering an invitation: from the event's page, or from the card over the mail that it came with.

use super::super::error::WebError;
use super::super::form::Fields;
use super::super::page::{PageResult, local, see, with};
use super::super::session::Visit;
use super::here::Here;
use crate::domain::calendar::CalendarError;
use crate::format::ical::When;
use crate::kernel::id::CalendarItemId;
use crate::services::calendar::ActError;
use crate::services::invite::{self, Reply};
use actix_web::web::{Form, Path};
use chrono::NaiveDateTime;

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
    let back = local(form.get("back"), "/calendar");
    Ok(see(&with(back, "undo", &format!("c{}", done.undo))))
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
