//! Bringing a calendar file in, with a report of what became of it.

use super::super::calendar::act::in_address;
use super::super::error::WebError;
use super::super::filters;
use super::super::form::{FieldError, Fields, Posted};
use super::super::page::{PageResult, page_with};
use super::super::session::Visit;
use super::super::settings::Tab;
use super::super::shell::{Place, Shell};
use super::super::words::count;
use super::tabs;
use crate::domain::calendar;
use crate::kernel::id::CalendarId;
use crate::kernel::limits;
use crate::services::calendar::{ActError, Report, import as bring};
use actix_web::http::StatusCode;
use askama::Template;

/// A calendar to choose.
pub struct ChoiceView {
    pub id: i64,
    pub name: String,
    pub is_on: bool,
}

/// What became of a file, in words.
struct ReportView {
    title: String,
    lines: Vec<String>,
    zones: Vec<String>,
    left_out: Vec<(String, String)>,
    more: String,
    undo: String,
}

#[derive(Template)]
#[template(path = "share/import.html")]
struct ImportPage {
    shell: Shell,
    tabs: Vec<Tab>,
    errors: Vec<FieldError>,
    calendars: Vec<ChoiceView>,
    text: String,
    report: Option<ReportView>,
}

impl ImportPage {
    fn wrong(&self, field: &str) -> &str {
        self.errors.iter().find(|error| error.field == field).map_or("", |error| &error.sentence)
    }
}

/// GET /calendar/import
pub async fn form(visit: Visit) -> PageResult {
    show(&visit, &Fields::default(), Vec::new(), None).await
}

async fn show(visit: &Visit, typed: &Fields, errors: Vec<FieldError>, report: Option<Report>) -> PageResult {
    let chosen = typed.get("calendar").to_owned();
    let read = visit.page(Place::Calendar, move |tx, session| {
        let all = calendar::calendars(tx, session.person.id)?;
        let choice = |one: calendar::Calendar| ChoiceView {
            id: one.id.get(),
            is_on: if chosen.is_empty() { one.is_default } else { one.id.to_string() == chosen },
            name: one.name,
        };
        Ok(all.into_iter().filter(calendar::Calendar::may_write).map(choice).collect::<Vec<_>>())
    });
    let (shell, calendars) = read.await?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    // What was typed is long; it is shown again only where something is wrong with it.
    let text = if errors.is_empty() { String::new() } else { typed.get("text").to_owned() };
    let report = report.map(ReportView::new);
    page_with(status, &ImportPage { shell, tabs: tabs("/calendar/import"), errors, calendars, text, report })
}

impl ReportView {
    fn new(report: Report) -> Self {
        let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let line = |many: usize, what: &str| (many > 0).then(|| format!("{} {what}", count(number(many), "event")));
        let lines = [
            line(report.added, "added"),
            line(report.updated, "updated"),
            line(report.same, "were there already"),
            line(report.left_out_count, "left out"),
        ];
        let zone = |(name, zone): (String, String)| match zone.as_str() {
            "" => format!("{name}: by the rules that the file brings, or as universal time where it brings none"),
            zone => format!("{name}: as {zone}"),
        };
        let more = report.left_out_count - report.left_out.len();
        Self {
            title: if report.name.is_empty() { "Done".to_owned() } else { format!("Done: {}", report.name) },
            lines: lines.into_iter().flatten().collect(),
            zones: report.zones.into_iter().map(zone).collect(),
            left_out: report.left_out.into_iter().map(|one| (one.what, one.why)).collect(),
            more: if more > 0 {
                format!("and {} more", super::super::words::number(number(more)))
            } else {
                String::new()
            },
            undo: report.undo.map(in_address).unwrap_or_default(),
        }
    }
}

/// POST /calendar/import: `calendar`, and `file` or `text`.
pub async fn import(visit: Visit, posted: Posted) -> PageResult {
    let session = visit.checked(&posted.fields).await?;
    let fields = posted.fields;
    let Ok(into) = fields.get("calendar").parse::<CalendarId>() else {
        return wrong(&visit, &fields, "calendar", "Choose a calendar.").await;
    };
    let bytes = posted.files.into_iter().map(|file| file.bytes).find(|bytes| !bytes.is_empty());
    let bytes = bytes.unwrap_or_else(|| fields.get("text").as_bytes().to_vec());
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return wrong(&visit, &fields, "file", "Choose a file, or paste what is in one.").await;
    }
    if bytes.len() > limits::ICAL_IMPORT_BYTES {
        return wrong(&visit, &fields, "file", "The file is too large: 20 MB at the most.").await;
    }
    match bring(&visit.web.office, session.person.id, into, bytes).await {
        Ok(report) => show(&visit, &fields, Vec::new(), Some(report)).await,
        Err(ActError::Ical(error)) => {
            let mut words = error.to_string();
            if let Some(first) = words.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            wrong(&visit, &fields, "file", &format!("{words}.")).await
        }
        Err(ActError::Field(field, words)) => wrong(&visit, &fields, field, &words).await,
        Err(ActError::Calendar(error)) => Err(WebError::from(error)),
    }
}

async fn wrong(visit: &Visit, fields: &Fields, field: &str, words: &str) -> PageResult {
    show(visit, fields, vec![FieldError::new(field, words)], None).await
}
