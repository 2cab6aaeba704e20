//! Backups: what was copied and proven, when the next is due, and one on a click.

use super::super::filters;
use super::super::form::{FieldError, Fields};
use super::super::page::{PageResult, page_with, see};
use super::super::session::Visit;
use super::super::settings::Tab;
use super::super::shell::{Place, Shell};
use super::super::words::{Reader, When, size};
use super::people::actor;
use super::{Refused, open_to, tabs};
use crate::domain::audit::{self, Act};
use crate::domain::backup::{self, Copy};
use crate::domain::settings::{self, SettingError};
use crate::services::backup as service;
use actix_web::http::StatusCode;
use actix_web::web::Form;
use askama::Template;

/// Copies on the page.
const ROWS: usize = 30;

struct CopyView {
    when: When,
    file: String,
    size: String,
    took: String,
    trouble: String,
    is_there: bool,
}

impl CopyView {
    fn new(copy: Copy, reader: Reader) -> Self {
        Self {
            when: reader.when(copy.began_at),
            file: copy.file,
            size: size(copy.bytes),
            took: format!("{:.1} s", copy.took.as_secs_f64()),
            trouble: copy.trouble,
            is_there: copy.is_there,
        }
    }
}

#[derive(Template)]
#[template(path = "admin/backups.html")]
struct BackupsPage {
    shell: Shell,
    tabs: Vec<Tab>,
    errors: Vec<FieldError>,
    words: String,
    at: String,
    keep: String,
    folder: String,
    beside: String,
    copies: Vec<CopyView>,
}

impl BackupsPage {
    fn wrong(&self, field: &str) -> &str {
        self.errors.iter().find(|error| error.field == field).map_or("", |error| &error.sentence)
    }
}

/// GET /admin/backups
pub async fn form(visit: Visit) -> PageResult {
    show(&visit, &Fields::default(), Vec::new()).await
}

async fn show(visit: &Visit, typed: &Fields, errors: Vec<FieldError>) -> PageResult {
    let (reader, given) = (visit.reader(), typed.clone());
    let read = visit.page(Place::Nowhere, move |tx, session| {
        open_to(session)?;
        let value = |name: &str, setting| {
            if given.has(name) { Ok(given.get(name).to_owned()) } else { settings::get(tx, setting) }
        };
        let set = (
            value("at", settings::BACKUP_AT)?,
            value("keep", settings::BACKUP_KEEP)?,
            value("folder", settings::BACKUP_FOLDER)?,
        );
        Ok((set, backup::copies(tx, ROWS)?))
    });
    let (shell, ((at, keep, folder), copies)) = read.await?;
    let last = copies.first().map(|copy| copy.began_at);
    let plan = service::plan(&visit.web.office).await?;
    let next = service::next_due(&plan, last, visit.web.office.clock.now());
    let words = match next {
        Some(next) => format!("The next one is due {}.", reader.when(next).full()),
        None => "None are made by the clock.".to_owned(),
    };
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let beside = visit.web.office.store.path().parent().map(|folder| folder.join("backups"));
    let page = BackupsPage {
        shell,
        tabs: tabs("/admin/backups"),
        errors,
        words,
        at,
        keep,
        folder,
        beside: beside.unwrap_or_default().display().to_string(),
        copies: copies.into_iter().map(|copy| CopyView::new(copy, reader)).collect(),
    };
    page_with(status, &page)
}

/// POST /admin/backups: `at`, `keep`, `folder`.
pub async fn keep(visit: Visit, form: Form<Fields>) -> PageResult {
    let (fields, here) = (form.0.clone(), visit.clone());
    let kept: Result<(), Refused> = visit
        .attempt(&form, move |tx, session| {
            open_to(session)?;
            let (at, keep, folder) = (fields.get("at").trim(), fields.get("keep").trim(), fields.get("folder").trim());
            service::set_plan(tx, &actor(&here, session), at, keep, folder).map_err(|error| match error {
                SettingError::Value { key, wanted } => {
                    Refused::Field(FieldError::new(key.trim_start_matches("backup."), format!("This takes {wanted}.")))
                }
                SettingError::Store(error) => error.into(),
            })
        })
        .await;
    match kept {
        Ok(()) => Ok(see("/admin/backups?done=office")),
        Err(refused) => show(&visit, &form, vec![refused.at("at")?]).await,
    }
}

/// POST /admin/backups/now: makes a copy beside whatever else goes on; the page shows it when it is proven.
pub async fn now(visit: Visit, form: Form<Fields>) -> PageResult {
    let here = visit.clone();
    let write = visit.write(&form, move |tx, session| {
        open_to(session)?;
        let act = Act { act: "backup.now", subject: "the office", before: "", after: "" };
        Ok(audit::note(tx, &actor(&here, session), act)?)
    });
    write.await?;
    let office = visit.web.office.clone();
    if office.status.copying.try_lock().is_err() {
        return Ok(see("/admin/backups?done=copying"));
    }
    actix_web::rt::spawn(async move {
        if let Err(error) = service::run(&office).await {
            tracing::error!(%error, "a backup could not be written down");
        }
    });
    Ok(see("/admin/backups?done=copying"))
}
