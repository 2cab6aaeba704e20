//! Inviting one person: an account, and a link that opens once.

use super::super::super::error::WebError;
use super::super::super::filters;
use super::super::super::form::{FieldError, Fields};
use super::super::super::page::{PageResult, page_with};
use super::super::super::session::Visit;
use super::super::super::settings::Tab;
use super::super::super::share::here;
use super::super::super::shell::{Place, Shell};
use super::super::{Refused, open_to, tabs};
use super::{ROLES, actor};
use crate::domain::people::{self, Group, Role};
use crate::kernel::id::{GroupId, PersonId};
use crate::services::accounts::{self, Invited};
use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Form;
use askama::Template;

/// Something to tick or to choose.
pub struct ChoiceView {
    pub value: String,
    pub name: String,
    pub words: &'static str,
    pub is_on: bool,
}

/// A link that was just made: it is shown this once.
pub struct LinkView {
    pub name: String,
    pub href: String,
    pub address: String,
    pub days: &'static str,
}

impl LinkView {
    /// The link that `token` opens, at the office as the asking browser knows it.
    pub fn new(visit: &Visit, request: &HttpRequest, person: &people::Person, token: &str, days: &'static str) -> Self {
        Self {
            name: person.full_name.clone(),
            href: format!("/admin/people/{}", person.id),
            address: format!("{}/welcome/{token}", here(request, &visit.web)),
            days,
        }
    }
}

/// The groups to choose from, those in `on` ticked.
pub fn groups_view(groups: Vec<Group>, on: &[GroupId]) -> Vec<ChoiceView> {
    let view = |group: Group| ChoiceView {
        value: group.id.to_string(),
        is_on: on.contains(&group.id),
        name: group.name,
        words: "",
    };
    groups.into_iter().map(view).collect()
}

/// The roles to choose from.
pub fn roles_view(on: &str) -> Vec<ChoiceView> {
    let view = |(role, words): (Role, &'static str)| ChoiceView {
        value: role.name().to_owned(),
        name: role.name().to_owned(),
        words,
        is_on: role.name() == on,
    };
    ROLES.into_iter().map(view).collect()
}

/// The groups that a form ticks.
pub fn groups_of(form: &Fields) -> Vec<GroupId> {
    form.all("group").filter_map(|id| id.parse().ok()).collect()
}

#[derive(Template)]
#[template(path = "admin/invite.html")]
struct InvitePage {
    shell: Shell,
    tabs: Vec<Tab>,
    errors: Vec<FieldError>,
    domain: String,
    name: String,
    full_name: String,
    roles: Vec<ChoiceView>,
    may_give_roles: bool,
    groups: Vec<ChoiceView>,
    link: Option<LinkView>,
}

impl InvitePage {
    fn wrong(&self, field: &str) -> &str {
        self.errors.iter().find(|error| error.field == field).map_or("", |error| &error.sentence)
    }
}

/// GET /admin/people/new
pub async fn form(visit: Visit) -> PageResult {
    show(&visit, &Fields::default(), Vec::new(), None).await
}

async fn show(visit: &Visit, typed: &Fields, errors: Vec<FieldError>, link: Option<LinkView>) -> PageResult {
    let read = visit.page(Place::Nowhere, |tx, session| {
        open_to(session)?;
        let domain = people::primary_domain(tx)?.unwrap_or_default();
        Ok((domain, people::groups(tx)?, session.person.role == Role::Owner))
    });
    let (shell, (domain, groups, may_give_roles)) = read.await?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let role = if typed.has("role") { typed.get("role") } else { Role::Member.name() };
    let page = InvitePage {
        shell,
        tabs: tabs("/admin/people"),
        errors,
        domain,
        name: typed.get("name").to_owned(),
        full_name: typed.get("full_name").to_owned(),
        roles: roles_view(role),
        may_give_roles,
        groups: groups_view(groups, &groups_of(typed)),
        link,
    };
    page_with(status, &page)
}

/// POST /admin/people/new: `name`, `full_name`, `role`, and `group` as often as there are.
pub async fn invite(visit: Visit, request: HttpRequest, form: Form<Fields>) -> PageResult {
    let new = Invited {
        name: form.get("name").to_owned(),
        full_name: form.get("full_name").to_owned(),
        role: Role::named(form.get("role")),
        groups: groups_of(&form),
    };
    let here = visit.clone();
    let made: Result<(PersonId, String), Refused> = visit
        .attempt(&form, move |tx, session| {
            open_to(session)?;
            Ok(accounts::invite(tx, &actor(&here, session), &new)?)
        })
        .await;
    match made {
        Ok((id, token)) => {
            let person = visit.read(move |tx, _| people::person(tx, id)?.ok_or(WebError::NotFound)).await?;
            let link = LinkView::new(&visit, &request, &person, &token, "7 days");
            show(&visit, &Fields::default(), Vec::new(), Some(link)).await
        }
        Err(refused) => show(&visit, &form, vec![refused.at("name")?], None).await,
    }
}
