//! The page on which strangers book: free times in the visitor's own zone, and a form. Nobody is signed in here, and nothing
//! of the calendar shows but when it is free.

use super::super::error::WebError;
use super::super::filters;
use super::super::form::{FieldError, Fields};
use super::super::guest::Guest;
use super::super::page::{PageResult, page_with};
use super::super::session::Visit;
use super::super::shell::Frame;
use super::here;
use crate::domain::calendar::{Desk, OpenDesk};
use crate::domain::people::{self, Person};
use crate::format::formats::Formats;
use crate::kernel::clock::Moment;
use crate::kernel::limits;
use crate::services::visit::{self, Asked, VisitError};
use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Form, Path};
use askama::Template;
use chrono::{DateTime, TimeDelta};
use chrono_tz::Tz;

/// Days shown at once.
const DAYS: i64 = 4;

/// A time to choose.
pub struct TimeView {
    /// Milliseconds.
    pub at: i64,
    /// The clock's time.
    pub clock: String,
    /// Whether it is chosen.
    pub is_on: bool,
}

/// The free times of one day.
pub struct FreeDay {
    /// The day, in words.
    pub name: String,
    /// They.
    pub times: Vec<TimeView>,
}

/// What a page of free times shows.
pub struct Times {
    /// By days.
    pub days: Vec<FreeDay>,
    /// The zone's name.
    pub zone: String,
    /// Names of zones.
    pub zones: Vec<&'static str>,
    /// Where the days before are; empty for none.
    pub earlier: String,
    /// Where the days after are; empty for none.
    pub later: String,
}

/// A length to choose, with its address.
struct LengthView {
    words: String,
    href: String,
    is_on: bool,
}

/// A question with what was typed.
struct QuestionView {
    name: String,
    words: String,
    typed: String,
}

#[derive(Template)]
#[template(path = "share/book.html")]
struct BookPage {
    frame: Frame,
    csrf: String,
    errors: Vec<FieldError>,
    it: Desk,
    host: String,
    lengths: Vec<LengthView>,
    minutes: i64,
    times: Times,
    questions: Vec<QuestionView>,
    name: String,
    address: String,
    is_sent: bool,
}

impl BookPage {
    fn wrong(&self, field: &str) -> &str {
        self.errors.iter().find(|error| error.field == field).map_or("", |error| &error.sentence)
    }
}

impl From<VisitError> for WebError {
    fn from(error: VisitError) -> Self {
        match error {
            VisitError::Nothing => Self::NotFound,
            VisitError::Field(_, words) => Self::BadInput(words),
            VisitError::Store(error) => error.into(),
        }
    }
}

/// GET /book/{name}: `minutes`, `zone`, `page`.
pub async fn show(visit: Visit, at: Path<String>, guest: Guest) -> PageResult {
    let query = visit.query.clone();
    page(&visit, &at, &guest, &query, Vec::new(), false).await
}

async fn page(
    visit: &Visit,
    name: &str,
    guest: &Guest,
    typed: &Fields,
    errors: Vec<FieldError>,
    is_sent: bool,
) -> PageResult {
    let (own, fields, browser_zone) = (name.to_owned(), typed.clone(), visit.look.zone);
    let read = visit.web.office.store.read(move |tx| {
        let (desk, person, _) = visit::host(tx, &own)?;
        let minutes = chosen(&desk, &fields);
        let zone = zone(&fields, browser_zone).or(people::zone(tx, desk.person)?).unwrap_or(Tz::UTC);
        let starts = visit::slots(tx, &desk, minutes, None, limits::VISIT_SLOTS)?;
        Ok::<_, VisitError>((desk, person, minutes, zone, starts))
    });
    let (desk, person, minutes, zone, starts): (OpenDesk, Person, i64, Tz, Vec<Moment>) = read.await?;
    let base = format!("/book/{name}?minutes={minutes}&zone={}", zone.name());
    let times = Times::new(&starts, typed, &base, Shown::new(zone, visit));
    let length = |one: &i64| LengthView {
        words: format!("{one} min"),
        href: format!("/book/{name}?minutes={one}&zone={}", zone.name()),
        is_on: *one == minutes,
    };
    let question = |(place, words): (usize, &String)| QuestionView {
        name: format!("answer{place}"),
        typed: typed.get(&format!("answer{place}")).to_owned(),
        words: words.clone(),
    };
    let view = BookPage {
        frame: visit.frame().await,
        csrf: guest.csrf(&visit.web),
        host: person.full_name,
        lengths: desk.is.lengths.iter().map(length).collect(),
        questions: desk.is.questions.iter().enumerate().map(question).collect(),
        minutes,
        times,
        name: typed.get("name").to_owned(),
        address: typed.get("address").to_owned(),
        is_sent,
        it: desk.is,
        errors,
    };
    let status = if view.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mut answer = page_with(status, &view)?;
    guest.keep(&mut answer)?;
    Ok(answer)
}

fn chosen(desk: &OpenDesk, fields: &Fields) -> i64 {
    let typed = fields.get("minutes").parse().ok().filter(|minutes| desk.is.lengths.contains(minutes));
    typed.or_else(|| desk.is.lengths.first().copied()).unwrap_or(30)
}

/// The zone that a visitor chose, or that the browser says.
pub fn zone(fields: &Fields, browser: Option<Tz>) -> Option<Tz> {
    fields.get("zone").parse().ok().or(browser)
}

/// How times are shown to a visitor.
#[derive(Debug, Clone, Copy)]
pub struct Shown {
    zone: Tz,
    now: Moment,
    formats: Formats,
}

impl Shown {
    /// By a clock of `zone`.
    pub fn new(zone: Tz, visit: &Visit) -> Self {
        Self { zone, now: visit.web.office.clock.now(), formats: visit.look.formats }
    }
}

impl Times {
    /// Times by the days of a zone; a page of some days, the one that `typed` asks for.
    pub fn new(starts: &[Moment], typed: &Fields, base: &str, shown: Shown) -> Self {
        let Shown { zone, now, formats } = shown;
        let local =
            |moment: Moment| DateTime::from_timestamp_millis(moment.millis()).unwrap_or_default().with_timezone(&zone);
        let page = i64::from(typed.page());
        // The first page begins with the first free time, so that it is never empty.
        let first = local(starts.first().copied().unwrap_or(now)).date_naive() + TimeDelta::days((page - 1) * DAYS);
        let end = first + TimeDelta::days(DAYS);
        let picked = typed.get("at");
        let mut days: Vec<FreeDay> = Vec::new();
        for at in starts.iter().map(|at| local(*at)).filter(|at| (first..end).contains(&at.date_naive())) {
            let name = formats.named_day(at.date_naive(), local(now).date_naive());
            let millis = at.timestamp_millis();
            let time =
                TimeView { at: millis, clock: formats.time(at).to_string(), is_on: millis.to_string() == picked };
            match days.last_mut() {
                Some(day) if day.name == name => day.times.push(time),
                _ => days.push(FreeDay { name, times: vec![time] }),
            }
        }
        let has_later = starts.last().is_some_and(|last| local(*last).date_naive() >= end);
        Self {
            days,
            zone: zone.name().to_owned(),
            zones: chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()).filter(|name| name.contains('/')).collect(),
            earlier: if page > 1 { format!("{base}&page={}", page - 1) } else { String::new() },
            later: if has_later { format!("{base}&page={}", page + 1) } else { String::new() },
        }
    }
}

/// POST /book/{name}: `at`, `minutes`, `zone`, `name`, `address`, `answer0` and so on. A field that people do not see stays
/// empty.
pub async fn hold(
    visit: Visit,
    request: HttpRequest,
    at: Path<String>,
    guest: Guest,
    form: Form<Fields>,
) -> PageResult {
    if !guest.is_own_form(&visit.web, &form) {
        return Err(WebError::ForeignForm);
    }
    let now = visit.web.office.clock.now();
    if visit.web.visits.count(&visit.ip, now) > limits::VISITS_PER_HOUR {
        return Err(WebError::SlowDown(std::time::Duration::from_secs(3600)));
    }
    let own = at.clone();
    let (desk, _, _) = visit.web.office.store.read(move |tx| visit::host(tx, &own)).await?;
    // What fills in every field is no person; it is told the same as one.
    if !form.get("website").is_empty() {
        return page(&visit, &at, &guest, &Fields::default(), Vec::new(), true).await;
    }
    let asked = Asked {
        at: form.get("at").parse().unwrap_or(0),
        minutes: form.get("minutes").parse().unwrap_or(0),
        name: form.get("name").to_owned(),
        address: form.get("address").to_owned(),
        answers: (0..desk.is.questions.len()).map(|place| form.get(&format!("answer{place}")).to_owned()).collect(),
        zone: zone(&form, visit.look.zone),
    };
    let link = format!("{}/book/visit/", here(&request, &visit.web));
    if asked.at == 0 {
        return page(&visit, &at, &guest, &form, vec![FieldError::new("at", "Choose a time.")], false).await;
    }
    match visit::hold(&visit.web.office, desk, &asked, &link).await {
        Ok(()) => page(&visit, &at, &guest, &form, Vec::new(), true).await,
        Err(VisitError::Field(field, words)) => {
            page(&visit, &at, &guest, &form, vec![FieldError::new(field, words)], false).await
        }
        Err(error) => Err(error.into()),
    }
}
