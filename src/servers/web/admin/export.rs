//! Copies for the law: asked for by a form, sent while they are read, written into the log of moderation.

use super::super::Web;
use super::super::chat::say::{Faces, LineView, lines};
use super::super::error::WebError;
use super::super::filters;
use super::super::form::{FieldError, Fields};
use super::super::mail::files::disposition;
use super::super::page::{PageResult, page_with};
use super::super::session::Visit;
use super::super::settings::Tab;
use super::super::shell::{Place, Shell};
use super::super::words::Reader;
use super::log::{OptionView, people_of, rooms};
use super::people::actor;
use super::{open_to, tabs};
use crate::domain::audit::Actor;
use crate::domain::chat::LegalFilter;
use crate::domain::people;
use crate::domain::settings;
use crate::kernel::clock::Moment;
use crate::kernel::id::PersonId;
use crate::services::legal;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{Bytes, Data, Form};
use askama::Template;
use chrono::{Days, Local, NaiveDate, NaiveTime, TimeZone as _};
use chrono_tz::Tz;
use futures_util::stream;

const HTML_FOOT: &str = "</body></html>\n";

#[derive(Template)]
#[template(path = "admin/export.html")]
struct ExportPage {
    shell: Shell,
    tabs: Vec<Tab>,
    errors: Vec<FieldError>,
    people: Vec<OptionView>,
    rooms: Vec<OptionView>,
    from: String,
    to: String,
    is_html: bool,
}

impl ExportPage {
    fn wrong(&self, field: &str) -> &str {
        self.errors.iter().find(|error| error.field == field).map_or("", |error| &error.sentence)
    }
}

/// GET /admin/chat/export
pub async fn form(visit: Visit) -> PageResult {
    show(&visit, &Fields::default(), Vec::new()).await
}

async fn show(visit: &Visit, typed: &Fields, errors: Vec<FieldError>) -> PageResult {
    let (person, room) = (typed.get("person").to_owned(), typed.get("room").to_owned());
    let read = visit.page(Place::Nowhere, move |tx, session| {
        open_to(session)?;
        Ok((people_of(&people::all(tx)?, &person), rooms(tx, session.person.id, &room)?))
    });
    let (shell, (people, rooms)) = read.await?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = ExportPage {
        shell,
        tabs: tabs("/admin/chat/export"),
        errors,
        people,
        rooms,
        from: typed.get("from").to_owned(),
        to: typed.get("to").to_owned(),
        is_html: typed.get("form") == "html",
    };
    page_with(status, &page)
}

/// What the form asks for, or what is wrong with it.
fn asked(form: &Fields, zone: Option<Tz>) -> Result<LegalFilter, FieldError> {
    let day = |name: &str, plus: u64| match form.get(name).trim() {
        "" => Ok(None),
        typed => day_start(typed, plus, zone)
            .map(Some)
            .ok_or_else(|| FieldError::new(name, "A day is written like 2026-11-22.")),
    };
    let (from, until) = (day("from", 0)?, day("to", 1)?);
    if from.zip(until).is_some_and(|(from, until)| from >= until) {
        return Err(FieldError::new("to", "The last day comes before the first."));
    }
    let said_by = form.get("person").parse().ok();
    Ok(LegalFilter { said_by, conversation: form.get("room").parse().ok(), from, until, after: None })
}

/// The beginning of a day, or of the day so many behind it, where the reader is.
fn day_start(typed: &str, plus: u64, zone: Option<Tz>) -> Option<Moment> {
    let day = NaiveDate::parse_from_str(typed, "%Y-%m-%d").ok()?.checked_add_days(Days::new(plus))?;
    let at = day.and_time(NaiveTime::MIN);
    let millis = match zone {
        Some(zone) => zone.from_local_datetime(&at).earliest()?.timestamp_millis(),
        None => Local.from_local_datetime(&at).earliest()?.timestamp_millis(),
    };
    Some(Moment::from_millis(millis))
}

/// How a copy looks.
#[derive(Clone)]
enum Look {
    Lines,
    /// With what it begins with.
    Html(Box<Faces>, Reader, String),
}

#[derive(Template)]
#[template(path = "admin/_legal_head.html")]
struct HeadFragment {
    company: String,
}

#[derive(Template)]
#[template(path = "admin/_legal.html")]
struct PartFragment {
    lines: Vec<LineView>,
}

impl Look {
    fn part(&self, part: &legal::Part, is_first: bool) -> Result<String, WebError> {
        let (faces, reader, head) = match self {
            Self::Lines => return Ok(legal::lines(part)),
            Self::Html(faces, reader, head) => (faces, *reader, head.as_str()),
        };
        let nobody = PersonId::new(0);
        let fragment = PartFragment { lines: lines(&part.messages, nobody, None, faces, reader) };
        let body = fragment.render().map_err(|error| WebError::Broken(error.to_string()))?;
        let head = if is_first { head } else { "" };
        Ok([head, &body, if part.next.is_none() { HTML_FOOT } else { "" }].concat())
    }
}

/// POST /admin/chat/export: `person`, `room`, `from`, `to`, `form`.
pub async fn export(visit: Visit, form: Form<Fields>) -> PageResult {
    let session = visit.checked(&form).await?;
    open_to(&session)?;
    let filter = match asked(&form, visit.look.zone) {
        Ok(filter) => filter,
        Err(error) => return show(&visit, &form, vec![error]).await,
    };
    let reader = visit.reader();
    let (look, kind, end) = if form.get("form") == "html" {
        let (faces, company) =
            visit.read(|tx, _| Ok((Faces::read(tx)?, settings::get(tx, settings::COMPANY)?))).await?;
        let head = HeadFragment { company }.render().map_err(|error| WebError::Broken(error.to_string()))?;
        (Look::Html(Box::new(faces), reader, head), "text/html; charset=utf-8", "html")
    } else {
        (Look::Lines, "application/jsonl", "jsonl")
    };
    let admin = actor(&visit, &session);
    let first = legal::part(&visit.web.office, &admin, filter).await?;
    let text = look.part(&first, true)?;
    let rest = rest(visit.web.clone(), admin, filter, look, first.next);
    let all = stream::once(async move { Ok::<_, WebError>(Bytes::from(text)) });
    let name = format!("legal-export-{}.{end}", visit.web.office.clock.now().seconds());
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, kind))
        .insert_header((CONTENT_DISPOSITION, disposition("attachment", &name)))
        .insert_header(("content-security-policy", "sandbox; default-src 'none'"))
        .streaming(futures_util::StreamExt::chain(all, rest)))
}

/// The parts behind the first. Where one cannot be read, the copy breaks off, and the browser says so.
fn rest(
    web: Data<Web>,
    admin: Actor,
    filter: LegalFilter,
    look: Look,
    next: Option<crate::kernel::id::ChatMessageId>,
) -> impl futures_util::Stream<Item = Result<Bytes, WebError>> {
    stream::unfold(next, move |next| {
        let (web, look, admin) = (web.clone(), look.clone(), admin.clone());
        async move {
            let filter = LegalFilter { after: Some(next?), ..filter };
            let part = match legal::part(&web.office, &admin, filter).await {
                Ok(part) => part,
                Err(error) => return Some((Err(error.into()), None)),
            };
            Some((look.part(&part, false).map(Bytes::from), part.next))
        }
    })
}
