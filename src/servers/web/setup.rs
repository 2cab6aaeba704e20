//! The first run: five answers behind a one-time code. What is left to do then has pages of its own (`wizard`).

use super::error::WebError;
use super::filters;
use super::form::{FieldError, Fields};
use super::guest::{self, Guest};
use super::page::{PageResult, page, page_with, see};
use super::session::{self, Visit};
use super::shell::Frame;
use crate::domain::people::Role;
use crate::kernel::secret::{self, Secret};
use crate::kernel::text::sentence;
use crate::services::setup::{self, Field, NewAccount, NewOffice, SetupError};
use actix_web::http::StatusCode;
use actix_web::web::Form;
use askama::Template;

/// One field of the set-up form.
struct FieldView {
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    kind: &'static str,
    autocomplete: &'static str,
    capitals: &'static str,
    value: String,
    error: String,
}

struct Group {
    name: &'static str,
    fields: Vec<FieldView>,
}

#[derive(Template)]
#[template(path = "setup/setup.html")]
struct SetupPage {
    frame: Frame,
    csrf: String,
    code: String,
    groups: Vec<Group>,
    errors: Vec<FieldError>,
}

#[derive(Template)]
#[template(path = "setup/closed.html")]
struct ClosedPage {
    frame: Frame,
    words: &'static str,
}

/// Whether the code opens the page. Once the office is set up there is no such page any more.
async fn opens(visit: &Visit, given: &str) -> Result<bool, WebError> {
    match setup::code(&visit.web.office).await {
        Ok(Some(code)) => Ok(secret::same(&code, given)),
        Ok(None) => Err(WebError::NotFound),
        Err(error) => Err(refusal(error).err().unwrap_or(WebError::NotFound)),
    }
}

async fn closed(visit: &Visit, given: &str) -> PageResult {
    let words = if given.is_empty() {
        "The server printed an address when it started. Open that one, or type its code here."
    } else {
        "This code is not the one that the server printed. Copy the whole address once more."
    };
    page(&ClosedPage { frame: visit.frame().await, words })
}

/// GET /setup
pub async fn form(visit: Visit, guest: Guest) -> PageResult {
    let given = visit.query.get("code").to_owned();
    if !opens(&visit, &given).await? {
        return closed(&visit, &given).await;
    }
    show(&visit, &guest, StatusCode::OK, &given, &Fields::default(), Vec::new()).await
}

async fn show(
    visit: &Visit,
    guest: &Guest,
    status: StatusCode,
    code: &str,
    given: &Fields,
    errors: Vec<FieldError>,
) -> PageResult {
    let groups = groups(given, &errors);
    let (frame, csrf) = (visit.frame().await, guest.csrf(&visit.web));
    let mut answer = page_with(status, &SetupPage { frame, csrf, code: code.to_owned(), groups, errors })?;
    guest.keep(&mut answer)?;
    Ok(answer)
}

/// Name, label, hint, autocomplete. The names are those of the service's own words.
type Asked = (&'static str, &'static str, &'static str, &'static str);

const OFFICE: [Asked; 2] = [
    ("company", "Company", "Stands on every page.", "organization"),
    ("domain", "Mail domain", "What stands behind the @ of your addresses, such as example.com.", "off"),
];
const ADMIN: [Asked; 3] = [
    ("admin_full_name", "Your name", "As others read it.", "name"),
    (
        "admin_name",
        "Sign-in name",
        "Also the first part of your address. Letters, digits, dots and hyphens.",
        "username",
    ),
    ("password", "Password", "10 characters or more. A sentence is easiest to keep in mind.", "new-password"),
];

fn groups(given: &Fields, errors: &[FieldError]) -> Vec<Group> {
    let view = |(name, label, hint, autocomplete): Asked| FieldView {
        name,
        label,
        hint,
        autocomplete,
        kind: if name == "password" { "password" } else { "text" },
        capitals: if name == "company" || name == "admin_full_name" { "words" } else { "none" },
        value: if name == "password" { String::new() } else { given.get(name).to_owned() },
        error: errors.iter().find(|error| error.field == name).map(|error| error.sentence.clone()).unwrap_or_default(),
    };
    vec![
        Group { name: "The office", fields: OFFICE.into_iter().map(view).collect() },
        Group { name: "You, its administrator", fields: ADMIN.into_iter().map(view).collect() },
    ]
}

/// POST /setup
pub async fn set_up(visit: Visit, guest: Guest, form: Form<Fields>) -> PageResult {
    if !guest.is_own_form(&visit.web, &form) {
        return Err(WebError::ForeignForm);
    }
    let given = |name: &str| form.get(name).trim().to_owned();
    let code = given("code");
    if !opens(&visit, &code).await? {
        return closed(&visit, &code).await;
    }
    let (name, full_name) = (given("admin_name"), given("admin_full_name"));
    let admin =
        NewAccount { name, full_name, role: Role::Owner, password: Secret::new(form.get("password").to_owned()) };
    let new = NewOffice { domain: given("domain"), company: given("company"), admin };
    match setup::set_up(&visit.web.office, new).await {
        Ok(admin) => {
            let mut answer = see("/setup/look");
            guest::add_cookie(&mut answer, &session::open(&visit, admin).await?)?;
            Ok(answer)
        }
        Err(error) => {
            let errors = refusal(error)?;
            show(&visit, &guest, StatusCode::UNPROCESSABLE_ENTITY, &code, &form, errors).await
        }
    }
}

/// What the visitor can put right, beside its field; anything else is an error of the page.
fn refusal(error: SetupError) -> Result<Vec<FieldError>, WebError> {
    match error {
        SetupError::Field(field, fact) => Ok(vec![FieldError::new(name_of(field), sentence(&fact))]),
        SetupError::Done => Err(WebError::NotFound),
        SetupError::Busy => Err(WebError::Busy),
        SetupError::Store(error) => Err(error.into()),
    }
}

const fn name_of(field: Field) -> &'static str {
    match field {
        Field::Domain => "domain",
        Field::Company => "company",
        Field::Name => "admin_name",
        Field::Password => "password",
    }
}
