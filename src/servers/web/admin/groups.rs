//! Groups of people that administrators make: each takes mail at its name, and policies may be for it alone.

use super::super::filters;
use super::super::form::{FieldError, Fields};
use super::super::page::{PageResult, page_with, see};
use super::super::session::Visit;
use super::super::settings::Tab;
use super::super::shell::{Place, Shell};
use super::super::words::count;
use super::people::actor;
use super::{Refused, open_to, tabs};
use crate::domain::people::{self, Person};
use crate::kernel::id::{GroupId, PersonId};
use crate::servers::web::error::WebError;
use crate::services::accounts;
use actix_web::http::StatusCode;
use actix_web::web::{Form, Path};
use askama::Template;

struct MemberView {
    id: PersonId,
    name: String,
    is_on: bool,
}

struct GroupView {
    id: GroupId,
    name: String,
    address: String,
    words: String,
    people: Vec<MemberView>,
}

#[derive(Template)]
#[template(path = "admin/groups.html")]
struct GroupsPage {
    shell: Shell,
    tabs: Vec<Tab>,
    errors: Vec<FieldError>,
    groups: Vec<GroupView>,
    domain: String,
    name: String,
    /// The group whose fold stands open.
    open: String,
}

impl GroupsPage {
    fn wrong(&self, field: &str) -> &str {
        self.errors.iter().find(|error| error.field == field).map_or("", |error| &error.sentence)
    }
}

/// GET /admin/groups
pub async fn form(visit: Visit) -> PageResult {
    show(&visit, &Fields::default(), String::new(), Vec::new()).await
}

async fn show(visit: &Visit, typed: &Fields, open: String, errors: Vec<FieldError>) -> PageResult {
    let read = visit.page(Place::Nowhere, |tx, session| {
        open_to(session)?;
        let everybody: Vec<Person> = people::all(tx)?.into_iter().filter(|one| !one.is_disabled).collect();
        let mut views = Vec::new();
        for group in people::groups(tx)? {
            let address = people::group_address(tx, group.id)?;
            views.push(view(group, address, &everybody));
        }
        Ok((views, people::primary_domain(tx)?.unwrap_or_default()))
    });
    let (shell, (groups, domain)) = read.await?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let name = typed.get("name").to_owned();
    page_with(status, &GroupsPage { shell, tabs: tabs("/admin/groups"), errors, groups, domain, name, open })
}

fn view(group: people::Group, address: String, everybody: &[Person]) -> GroupView {
    let member = |person: &Person| MemberView {
        id: person.id,
        name: person.full_name.clone(),
        is_on: group.members.contains(&person.id),
    };
    let words = count(i64::try_from(group.members.len()).unwrap_or(i64::MAX), "person").replace("persons", "people");
    GroupView { id: group.id, address, words, people: everybody.iter().map(member).collect(), name: group.name }
}

fn members_of(form: &Fields) -> Vec<PersonId> {
    form.all("person").filter_map(|id| id.parse().ok()).collect()
}

/// POST /admin/groups: `name`.
pub async fn make(visit: Visit, form: Form<Fields>) -> PageResult {
    let (name, here) = (form.get("name").to_owned(), visit.clone());
    let made: Result<GroupId, Refused> = visit
        .attempt(&form, move |tx, session| {
            open_to(session)?;
            Ok(accounts::add_group(tx, &actor(&here, session), &name, &[])?)
        })
        .await;
    match made {
        Ok(id) => Ok(see(&format!("/admin/groups?open={id}&done=office#group-{id}"))),
        Err(refused) => show(&visit, &form, String::new(), vec![refused.at("name")?]).await,
    }
}

/// POST /admin/groups/{id}/{deed}: `members` with `person` as often as there are, or `remove` with the name in `confirm`.
pub async fn act(visit: Visit, at: Path<(GroupId, String)>, form: Form<Fields>) -> PageResult {
    let (id, deed) = at.into_inner();
    let (fields, here) = (form.0.clone(), visit.clone());
    let done: Result<(), Refused> = visit
        .attempt(&form, move |tx, session| {
            open_to(session)?;
            let actor = actor(&here, session);
            match deed.as_str() {
                "members" => Ok(accounts::set_members(tx, &actor, id, &members_of(&fields))?),
                "remove" => {
                    let group = people::groups(tx)?.into_iter().find(|one| one.id == id).ok_or(WebError::NotFound)?;
                    if fields.get("confirm").trim() != group.name {
                        let words = format!("Type {} to remove this group, its address and its calendars.", group.name);
                        return Err(Refused::Field(FieldError::new(format!("confirm-{id}"), words)));
                    }
                    Ok(accounts::remove_group(tx, &actor, id)?)
                }
                _ => Err(WebError::NotFound.into()),
            }
        })
        .await;
    match done {
        Ok(()) => Ok(see("/admin/groups?done=office")),
        Err(refused) => show(&visit, &Fields::default(), id.to_string(), vec![refused.at("name")?]).await,
    }
}
