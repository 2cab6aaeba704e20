//! Adding many people at once: a list is pasted or uploaded, shown as it was understood, and only then brought in.

use super::super::super::error::WebError;
use super::super::super::filters;
use super::super::super::form::{FieldError, Fields, Posted};
use super::super::super::page::{PageResult, page_with};
use super::super::super::session::Visit;
use super::super::super::settings::Tab;
use super::super::super::share::here;
use super::super::super::shell::{Place, Shell};
use super::super::super::words::count;
use super::super::{open_to, tabs};
use super::actor;
use crate::domain::people;
use crate::domain::store::ReadTx;
use crate::kernel::text::sentence;
use crate::services::accounts::{self, Row, Sheet};
use crate::services::setup::{self, SetupError, Step};
use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use askama::Template;
use std::collections::HashSet;

/// One person as the list was understood, or what became of the person.
struct RowView {
    line: usize,
    name: String,
    full_name: String,
    more: String,
    wrong: String,
    link: String,
}

#[derive(Template)]
#[template(path = "admin/bring.html")]
struct BringPage {
    shell: Shell,
    tabs: Vec<Tab>,
    errors: Vec<FieldError>,
    text: String,
    preview: Vec<RowView>,
    report: Vec<RowView>,
    words: String,
    has_links: bool,
    /// Whether this belongs to the set-up, which then goes on.
    goes_on: bool,
}

impl BringPage {
    fn wrong(&self, field: &str) -> &str {
        self.errors.iter().find(|error| error.field == field).map_or("", |error| &error.sentence)
    }
}

/// What the page shows beside the form.
#[derive(Default)]
struct Shown {
    text: String,
    errors: Vec<FieldError>,
    preview: Vec<RowView>,
    report: Vec<RowView>,
    words: String,
}

/// GET /admin/people/import
pub async fn form(visit: Visit) -> PageResult {
    show(&visit, Shown::default()).await
}

async fn show(visit: &Visit, shown: Shown) -> PageResult {
    let read = visit.page(Place::Nowhere, |tx, session| {
        open_to(session)?;
        Ok(setup::left(tx)?.contains(&Step::People))
    });
    let (shell, goes_on) = read.await?;
    let status = if shown.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let Shown { text, errors, preview, report, words } = shown;
    let has_links = report.iter().any(|row| !row.link.is_empty());
    let page =
        BringPage { shell, tabs: tabs("/admin/people"), errors, text, preview, report, words, has_links, goes_on };
    page_with(status, &page)
}

/// POST /admin/people/import: `file` or `text`; with `sure` the people are brought in, else they are shown first.
pub async fn bring(visit: Visit, request: HttpRequest, posted: Posted) -> PageResult {
    let session = visit.checked(&posted.fields).await?;
    open_to(&session)?;
    let text = listed(posted.files.into_iter().map(|file| file.bytes).next(), &posted.fields);
    let sheet = match accounts::read_sheet(&text) {
        Ok(sheet) => sheet,
        Err(error) => {
            let errors = vec![FieldError::new("text", sentence(&error.to_string()))];
            return show(&visit, Shown { text, errors, ..Shown::default() }).await;
        }
    };
    let sheet = visit.read(move |tx, _| told_apart(tx, sheet)).await?;
    if !posted.fields.has("sure") {
        return show(&visit, previewed(text, sheet.rows)).await;
    }
    let brought = accounts::bring(&visit.web.office, &actor(&visit, &session), sheet.rows).await;
    let brought = brought.map_err(|error| match error {
        SetupError::Store(error) => WebError::from(error),
        SetupError::Busy | SetupError::Done | SetupError::Field(..) => WebError::Busy,
    })?;
    let made = brought.iter().filter(|one| one.person.is_some()).count();
    let words = format!("{} of {} added", made, count(i64::try_from(brought.len()).unwrap_or(0), "line"));
    let base = here(&request, &visit.web);
    let report = brought.into_iter().map(|one| RowView {
        line: one.line,
        name: one.name,
        full_name: String::new(),
        more: String::new(),
        wrong: one.wrong,
        link: if one.token.is_empty() { String::new() } else { format!("{base}/welcome/{}", one.token) },
    });
    show(&visit, Shown { report: report.collect(), words, ..Shown::default() }).await
}

/// The list that came: a file wins over what was pasted.
fn listed(file: Option<Vec<u8>>, fields: &Fields) -> String {
    match file.filter(|bytes| !bytes.is_empty()) {
        Some(bytes) => String::from_utf8(bytes)
            // A sheet that some office program wrote in its own way: each byte a letter of Latin-1.
            .unwrap_or_else(|error| error.into_bytes().into_iter().map(char::from).collect()),
        None => fields.get("text").to_owned(),
    }
}

/// Says of whose name is taken, and of groups there are not, before anything is done.
fn told_apart(tx: &ReadTx<'_>, mut sheet: Sheet) -> Result<Sheet, WebError> {
    let taken: HashSet<String> = people::all(tx)?.into_iter().map(|person| person.name).collect();
    let groups: HashSet<String> = people::groups(tx)?.into_iter().map(|group| group.name.to_lowercase()).collect();
    for row in sheet.rows.iter_mut().filter(|row| row.wrong.is_empty()) {
        if !people::is_login(&row.name) {
            row.wrong = people::PeopleError::BadName.to_string();
        } else if taken.contains(&row.name) {
            row.wrong = format!("{} has an account already", row.name);
        } else if let Some(group) = row.groups.iter().find(|group| !groups.contains(&group.to_lowercase())) {
            row.wrong = format!("there is no group {group}");
        }
    }
    Ok(sheet)
}

fn previewed(text: String, rows: Vec<Row>) -> Shown {
    let good = rows.iter().filter(|row| row.wrong.is_empty()).count();
    let words = format!("{good} of {} can be added", count(i64::try_from(rows.len()).unwrap_or(0), "line"));
    let view = |row: Row| {
        let role = row.role.map(|role| role.name().to_owned());
        let password = if row.password.is_empty() { "by a link" } else { "with a password" };
        let more = row.groups.into_iter().chain(role).chain([password.to_owned()]).collect::<Vec<_>>().join(", ");
        RowView {
            line: row.line,
            name: row.name,
            full_name: row.full_name,
            more,
            wrong: row.wrong,
            link: String::new(),
        }
    };
    Shown { text, words, preview: rows.into_iter().map(view).collect(), ..Shown::default() }
}
