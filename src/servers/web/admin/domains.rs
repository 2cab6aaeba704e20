//! Mail domains: for which the office takes mail, which is the first, and what stands under mail of each.

use super::super::error::WebError;
use super::super::filters;
use super::super::form::{FieldError, Fields};
use super::super::page::{PageResult, page_with, see};
use super::super::session::Visit;
use super::super::settings::Tab;
use super::super::shell::{Place, Shell};
use super::super::words::count;
use super::people::actor;
use super::{Refused, open_to, tabs};
use crate::domain::people;
use crate::domain::settings;
use crate::services::domains::{self, DomainError};
use actix_web::http::StatusCode;
use actix_web::web::{Form, Path};
use askama::Template;

struct DomainView {
    name: String,
    is_first: bool,
    words: String,
    footer: String,
    /// The field in which its name is typed to remove it.
    confirm: String,
}

#[derive(Template)]
#[template(path = "admin/domains.html")]
struct DomainsPage {
    shell: Shell,
    tabs: Vec<Tab>,
    errors: Vec<FieldError>,
    domains: Vec<DomainView>,
    name: String,
    open: String,
}

impl DomainsPage {
    fn wrong(&self, field: &str) -> &str {
        self.errors.iter().find(|error| error.field == field).map_or("", |error| &error.sentence)
    }
}

impl From<DomainError> for Refused {
    fn from(error: DomainError) -> Self {
        match error {
            DomainError::People(error) => error.into(),
            DomainError::Setting(error) => error.into(),
            DomainError::Store(error) => error.into(),
        }
    }
}

/// GET /admin/domains
pub async fn form(visit: Visit) -> PageResult {
    let open = visit.query.get("open").to_owned();
    show(&visit, &Fields::default(), open, Vec::new()).await
}

async fn show(visit: &Visit, typed: &Fields, open: String, errors: Vec<FieldError>) -> PageResult {
    let read = visit.page(Place::Nowhere, |tx, session| {
        open_to(session)?;
        let brand = settings::brand(tx)?;
        let mut views = Vec::new();
        for (place, name) in people::domains(tx)?.into_iter().enumerate() {
            let many = people::addresses_in(tx, &name)?;
            views.push(DomainView {
                is_first: place == 0,
                words: count(many, "address").replace("addresss", "addresses"),
                footer: brand.mail_footers.get(&name).cloned().unwrap_or_default(),
                confirm: format!("confirm-{}", name.replace('.', "-")),
                name,
            });
        }
        Ok(views)
    });
    let (shell, mut all) = read.await?;
    // What was typed and not taken is shown again.
    if let Some(one) = all.iter_mut().find(|one| one.name == open && typed.has("footer")) {
        typed.get("footer").clone_into(&mut one.footer);
    }
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let name = typed.get("name").to_owned();
    page_with(status, &DomainsPage { shell, tabs: tabs("/admin/domains"), errors, domains: all, name, open })
}

/// POST /admin/domains: `name`.
pub async fn add(visit: Visit, form: Form<Fields>) -> PageResult {
    let (name, here) = (form.get("name").to_owned(), visit.clone());
    let made: Result<(), Refused> = visit
        .attempt(&form, move |tx, session| {
            open_to(session)?;
            domains::add(tx, &actor(&here, session), &name).map_err(|error| match error {
                people::PeopleError::NoDomain => {
                    Refused::Field(FieldError::new("name", "A domain is written like example.com."))
                }
                error => error.into(),
            })
        })
        .await;
    match made {
        Ok(()) => Ok(see("/admin/domains?done=office")),
        Err(refused) => show(&visit, &form, String::new(), vec![refused.at("name")?]).await,
    }
}

/// POST /admin/domains/{name}/{deed}: `footer` with its text, `first`, or `remove` with the name in `confirm`.
pub async fn act(visit: Visit, at: Path<(String, String)>, form: Form<Fields>) -> PageResult {
    let (name, deed) = at.into_inner();
    let (fields, here, of) = (form.0.clone(), visit.clone(), name.clone());
    let field = if deed == "footer" { "footer".to_owned() } else { format!("confirm-{}", name.replace('.', "-")) };
    let confirm = field.clone();
    let done: Result<(), Refused> = visit
        .attempt(&form, move |tx, session| {
            open_to(session)?;
            let actor = actor(&here, session);
            match deed.as_str() {
                "footer" => Ok(domains::set_footer(tx, &actor, &of, &fields.get("footer").replace("\r\n", "\n"))?),
                "first" => Ok(domains::set_first(tx, &actor, &of)?),
                "remove" if fields.get("confirm").trim() != of => {
                    Err(Refused::Field(FieldError::new(confirm, format!("Type {of} to take no more mail for it."))))
                }
                "remove" => Ok(domains::remove(tx, &actor, &of)?),
                _ => Err(WebError::NotFound.into()),
            }
        })
        .await;
    match done {
        Ok(()) => Ok(see("/admin/domains?done=office")),
        Err(refused) => show(&visit, &form, name, vec![refused.at(&field)?]).await,
    }
}
