//! Own programs: a password for each mail program or phone, which can be revoked alone; and where programs connect.

use super::admin::Refused;
use super::filters;
use super::form::{FieldError, Fields};
use super::page::{PageResult, page_with, see};
use super::session::Visit;
use super::settings::{Tab, tabs};
use super::shell::{Place, Shell};
use crate::domain::people::{self, AppPassword};
use crate::domain::policy::{self, Act};
use crate::kernel::id::AppPasswordId;
use crate::kernel::text::sentence;
use crate::services::factor::{self, ProgramError};
use actix_web::http::StatusCode;
use actix_web::web::{Form, Path};
use askama::Template;

struct ProgramView {
    id: AppPasswordId,
    name: String,
    words: String,
}

/// A door for programs, as they ask for it.
struct DoorView {
    name: &'static str,
    address: String,
    how: &'static str,
}

#[derive(Template)]
#[template(path = "settings/programs.html")]
struct ProgramsPage {
    shell: Shell,
    tabs: Vec<Tab>,
    errors: Vec<FieldError>,
    programs: Vec<ProgramView>,
    doors: Vec<DoorView>,
    has_factor: bool,
    /// Why no password opens anything, by the office's rules; empty where one does.
    barred: String,
    name: String,
    made: String,
}

impl ProgramsPage {
    fn wrong(&self, field: &str) -> &str {
        self.errors.iter().find(|error| error.field == field).map_or("", |error| &error.sentence)
    }
}

impl From<ProgramError> for Refused {
    fn from(error: ProgramError) -> Self {
        match error {
            ProgramError::Store(error) => error.into(),
            refused => Self::Field(FieldError::new("name", sentence(&refused.to_string()))),
        }
    }
}

/// GET /settings/programs
pub async fn form(visit: Visit) -> PageResult {
    show(&visit, String::new(), Vec::new(), String::new()).await
}

async fn show(visit: &Visit, name: String, errors: Vec<FieldError>, made: String) -> PageResult {
    let reader = visit.reader();
    let read = visit.page(Place::Settings, move |tx, session| {
        let who = session.person.id;
        let view = |one: AppPassword| ProgramView {
            id: one.id,
            name: one.name,
            words: match one.used_at {
                Some(at) => format!("last used {} from {}", reader.when(at).full(), one.used_from),
                None => format!("made {}, not used yet", reader.when(one.made_at).full()),
            },
        };
        let programs: Vec<_> = people::app_passwords(tx, who)?.into_iter().map(view).collect();
        let verdict = policy::of(tx, who, Act::Programs)?;
        let barred = if verdict.is_on() { String::new() } else { sentence(&verdict.refusal().to_string()) };
        let has_factor = people::has_factor(tx, who)? || factor::is_required(tx, &session.person)?;
        Ok((programs, has_factor, barred))
    });
    let (shell, (programs, has_factor, barred)) = read.await?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let (tabs, doors) = (tabs("/settings/programs"), doors(visit));
    page_with(status, &ProgramsPage { shell, tabs, errors, programs, doors, has_factor, barred, name, made })
}

fn doors(visit: &Visit) -> Vec<DoorView> {
    let known = [
        ("submissions", "Sending mail", "TLS from the first byte (SSL/TLS)"),
        ("submission", "Sending mail, else", "STARTTLS"),
    ];
    let open = visit.web.office.status.doors();
    let host = &visit.web.office.hostname;
    let view = |(door, name, how)| {
        let (_, address) = open.iter().find(|(open, _)| *open == door)?;
        Some(DoorView { name, address: format!("{host}, port {}", address.port()), how })
    };
    known.into_iter().filter_map(view).collect()
}

/// POST /settings/programs: `name`.
pub async fn make(visit: Visit, form: Form<Fields>) -> PageResult {
    let name = form.get("name").to_owned();
    let asked = name.clone();
    let made: Result<String, Refused> =
        visit.attempt(&form, move |tx, session| Ok(factor::add_program(tx, session.person.id, &asked)?)).await;
    match made {
        Ok(word) => show(&visit, String::new(), Vec::new(), word).await,
        Err(refused) => show(&visit, name, vec![refused.at("name")?], String::new()).await,
    }
}

/// POST /settings/programs/{id}/revoke
pub async fn revoke(visit: Visit, at: Path<AppPasswordId>, form: Form<Fields>) -> PageResult {
    let id = at.into_inner();
    visit.write(&form, move |tx, session| Ok(people::remove_app_password(tx, session.person.id, id)?)).await?;
    Ok(see("/settings/programs?done=program"))
}
