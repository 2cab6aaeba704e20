//! The directory: who is here to write to, by groups and by name.

use super::error::WebError;
use super::filters;
use super::page::{PageResult, in_address, page};
use super::presence::Watch;
use super::session::Visit;
use super::shell::{PersonView, Place, Shell};
use super::words::{count, number};
use crate::domain::people::{self, Group, Person};
use crate::kernel::id::{GroupId, PersonId};
use actix_web::web::Path;
use askama::Template;

/// A group in the list beside the people.
struct GroupView {
    name: String,
    href: String,
    count: String,
    is_here: bool,
}

#[derive(Template)]
#[template(path = "people/people.html")]
struct PeoplePage {
    shell: Shell,
    title: String,
    words: String,
    find: String,
    group: String,
    everybody: GroupView,
    groups: Vec<GroupView>,
    people: Vec<PersonView>,
}

/// GET /people?group=&find=
pub async fn all(visit: Visit) -> PageResult {
    let here = visit.clone();
    let group: Option<GroupId> = visit.query.get("group").parse().ok();
    let find = visit.query.get("find").trim().to_owned();
    let wanted = find.to_lowercase();
    let read = visit.page(Place::People, move |tx, session| {
        let groups = people::groups(tx)?;
        let mut everybody = people::all(tx)?;
        everybody.retain(|person| !person.is_disabled);
        let watch = Watch::new(tx, &here, session.person.id)?;
        let views = in_groups(&groups, &everybody, group);
        let members = group.map(|id| groups.into_iter().find(|one| one.id == id).ok_or(WebError::NotFound));
        let members = members.transpose()?.map(|group| group.members);
        everybody.retain(|person| {
            members.as_ref().is_none_or(|members| members.contains(&person.id)) && is_found(person, &wanted)
        });
        let people = everybody.iter().map(|person| PersonView::new(person, &session.person).seen(&watch));
        Ok((views, people.collect::<Vec<_>>()))
    });
    let (shell, ((everybody, groups), people)) = read.await?;
    let title = groups.iter().find(|group| group.is_here).map_or("People", |group| &group.name).to_owned();
    let shown = i64::try_from(people.len()).unwrap_or(i64::MAX);
    let words = count(shown, "person").replace("persons", "people");
    let group = group.map(|id| id.to_string()).unwrap_or_default();
    page(&PeoplePage { shell, title, words, find, group, everybody, groups, people })
}

/// Whether all the words occur in a person's names or address.
fn is_found(person: &Person, words: &str) -> bool {
    let text = [&person.full_name, &person.name, person.address.as_str()].map(str::to_lowercase).join(" ");
    words.split_whitespace().all(|word| text.contains(word))
}

fn in_groups(groups: &[Group], everybody: &[Person], here: Option<GroupId>) -> (GroupView, Vec<GroupView>) {
    let view = |name: &str, href: String, count: usize, is_here: bool| GroupView {
        name: name.to_owned(),
        href,
        count: number(i64::try_from(count).unwrap_or(i64::MAX)),
        is_here,
    };
    let members = |group: &Group| everybody.iter().filter(|person| group.members.contains(&person.id)).count();
    let all = groups
        .iter()
        .map(|group| view(&group.name, format!("/people?group={}", group.id), members(group), here == Some(group.id)));
    (view("Everybody", "/people".to_owned(), everybody.len(), here.is_none()), all.collect())
}

struct Card {
    view: PersonView,
    login: String,
    role: &'static str,
    mail: String,
    groups: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "people/person.html")]
struct PersonPage {
    shell: Shell,
    person: Card,
}

/// GET /people/{id}
pub async fn one(visit: Visit, at: Path<PersonId>) -> PageResult {
    let (id, here) = (at.into_inner(), visit.clone());
    let (shell, person) = visit
        .page(Place::People, move |tx, session| {
            let person = people::person(tx, id)?.ok_or(WebError::NotFound)?;
            let groups = people::groups(tx)?.into_iter().filter(|group| group.members.contains(&id));
            let view = PersonView::new(&person, &session.person).seen(&Watch::new(tx, &here, session.person.id)?);
            Ok(Card {
                role: if view.is_admin { "Runs this office" } else { "Works here" },
                login: person.name,
                mail: format!("/search?q={}", in_address(&format!("from:{}", view.address))),
                groups: groups.map(|group| (group.name, format!("/people?group={}", group.id))).collect(),
                view,
            })
        })
        .await?;
    page(&PersonPage { shell, person })
}
