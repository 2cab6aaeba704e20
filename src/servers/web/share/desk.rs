//! One's own booking page: what strangers may book, and when.

use super::super::admin::Refused;
use super::super::filters;
use super::super::form::{FieldError, Fields};
use super::super::page::{PageResult, page_with, see};
use super::super::session::Visit;
use super::super::settings::Tab;
use super::super::shell::{Place, Shell};
use super::{here, tabs};
use crate::domain::calendar::{self, CalendarError, Desk};
use crate::domain::people::PeopleError;
use crate::domain::policy::{self, Act};
use crate::kernel::text::sentence;
use crate::kernel::{limits, secret};
use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Form;
use askama::Template;

/// A length to tick.
struct LengthView {
    minutes: i64,
    is_on: bool,
}

const LENGTHS: [i64; 6] = [15, 30, 45, 60, 90, 120];

#[derive(Template)]
#[template(path = "share/desk.html")]
struct DeskPage {
    shell: Shell,
    tabs: Vec<Tab>,
    errors: Vec<FieldError>,
    it: Desk,
    lengths: Vec<LengthView>,
    questions: String,
    address: String,
    base: String,
    /// Why no page may be open, by the office's rules; empty where one may.
    barred: String,
}

impl DeskPage {
    fn wrong(&self, field: &str) -> &str {
        self.errors.iter().find(|error| error.field == field).map_or("", |error| &error.sentence)
    }
}

/// GET /calendar/booking
pub async fn form(visit: Visit, request: HttpRequest) -> PageResult {
    show(&visit, &request, None, Vec::new()).await
}

async fn show(visit: &Visit, request: &HttpRequest, typed: Option<Desk>, errors: Vec<FieldError>) -> PageResult {
    let read = visit.page(Place::Calendar, move |tx, session| {
        let known = calendar::desk(tx, session.person.id)?;
        let shown = known.as_ref().filter(|desk| desk.is.is_open).map(|desk| desk.is.name.clone());
        let verdict = policy::of(tx, session.person.id, Act::Bookings)?;
        let barred = if verdict.is_on() { String::new() } else { sentence(&verdict.refusal().to_string()) };
        let it = typed.or_else(|| known.map(|desk| desk.is)).unwrap_or_else(|| fresh(&session.person.full_name));
        Ok((it, shown, barred))
    });
    let (shell, (it, shown, barred)) = read.await?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let base = format!("{}/book/", here(request, &visit.web));
    let page = DeskPage {
        shell,
        tabs: tabs("/calendar/booking"),
        errors,
        lengths: LENGTHS.map(|minutes| LengthView { minutes, is_on: it.lengths.contains(&minutes) }).into(),
        questions: it.questions.join("\n"),
        address: shown.map(|name| format!("{base}{name}")).unwrap_or_default(),
        base,
        barred,
        it,
    };
    page_with(status, &page)
}

/// What the form shows to who has no page yet: an address that nobody guesses.
fn fresh(name: &str) -> Desk {
    Desk {
        name: secret::token().chars().filter(char::is_ascii_alphanumeric).take(16).collect(),
        is_open: false,
        title: format!("Meeting with {name}"),
        intro: String::new(),
        place: String::new(),
        lengths: vec![30, 60],
        days_ahead: 28,
        notice: 24,
        buffer: 0,
        questions: Vec::new(),
    }
}

/// POST /calendar/booking
pub async fn keep(visit: Visit, request: HttpRequest, form: Form<Fields>) -> PageResult {
    visit.checked(&form).await?;
    let number = |name: &str, usual: i64| form.get(name).trim().parse().unwrap_or(usual);
    let lengths: Vec<i64> =
        form.all("length").filter_map(|one| one.parse().ok()).filter(|one| LENGTHS.contains(one)).collect();
    let new = Desk {
        name: form.get("name").trim().to_owned(),
        is_open: form.has("open"),
        title: form.get("title").to_owned(),
        intro: form.get("intro").replace("\r\n", "\n"),
        place: form.get("place").to_owned(),
        lengths,
        days_ahead: number("days_ahead", 28),
        notice: number("notice", 24),
        buffer: number("buffer", 0),
        questions: form
            .get("questions")
            .lines()
            .map(|one| one.trim().to_owned())
            .filter(|one| !one.is_empty())
            .collect(),
    };
    let kept: Result<(), Refused> = match checked(&new) {
        Err(error) => Err(Refused::Field(error)),
        Ok(()) => {
            let own = new.clone();
            let keep = visit
                .attempt(&form, move |tx, session| calendar::set_desk(tx, session.person.id, &own).map_err(refused));
            keep.await
        }
    };
    match kept {
        Ok(()) => Ok(see("/calendar/booking?done=office")),
        Err(refused) => show(&visit, &request, Some(new), vec![refused.at("name")?]).await,
    }
}

fn checked(new: &Desk) -> Result<(), FieldError> {
    if new.title.trim().is_empty() {
        return Err(FieldError::new("title", "Say what is booked."));
    }
    if new.lengths.is_empty() {
        return Err(FieldError::new("length", "Tick one length at least."));
    }
    if new.questions.len() > limits::VISIT_QUESTIONS {
        return Err(FieldError::new("questions", format!("At most {} questions.", limits::VISIT_QUESTIONS)));
    }
    Ok(())
}

fn refused(error: CalendarError) -> Refused {
    match error {
        CalendarError::BadName => {
            Refused::Field(FieldError::new("name", "3 to 43 letters without accents, digits, hyphens and underscores."))
        }
        CalendarError::Barred(words) => Refused::Field(FieldError::new("open", sentence(&words))),
        CalendarError::People(PeopleError::Taken(_)) => {
            Refused::Field(FieldError::new("name", "A colleague’s page has this address."))
        }
        other => Refused::Web(other.into()),
    }
}
