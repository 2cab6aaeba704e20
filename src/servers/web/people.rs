//! The directory: who is here to write to, by groups and by name.

use super::error::WebError;
use super::filters;
use super::form::FieldError;
use super::page::{PageResult, in_address, page, page_with};
use super::presence::Watch;
use super::roster::of_roster;
use super::session::Visit;
use super::shell::{PersonView, Place, Shell};
use super::words::{count, number};
use crate::domain::people::{self, Group, Person, Session};
use crate::domain::roster::{self, OwnGroup};
use crate::domain::store::ReadTx;
use crate::kernel::id::{GroupId, OwnGroupId, PersonId};
use actix_web::http::StatusCode;
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
    own: Vec<GroupView>,
    /// The own group that is shown, to be arranged.
    arranged: Option<ArrangeView>,
    people: Vec<PersonView>,
    /// What was typed for a new group and refused, and why.
    new_name: String,
    errors: Vec<FieldError>,
}

/// An own group as its owner arranges it.
struct ArrangeView {
    id: OwnGroupId,
    name: String,
    is_first: bool,
    is_last: bool,
    others: Vec<(PersonId, String)>,
}

/// Which people are shown.
#[derive(Debug, Clone, Copy)]
enum Shown {
    Everybody,
    Group(GroupId),
    Own(OwnGroupId),
}

/// GET /people?group=&own=&find=
pub async fn all(visit: Visit) -> PageResult {
    let own = visit.query.get("own").parse().ok();
    show(visit, own, None).await
}

/// What is read for the page.
struct Read {
    title: String,
    everybody: GroupView,
    groups: Vec<GroupView>,
    own: Vec<GroupView>,
    arranged: Option<ArrangeView>,
    people: Vec<PersonView>,
}

/// Shows the directory, or of it an own group; with what was typed and refused, and why.
pub async fn show(visit: Visit, own: Option<OwnGroupId>, refused: Option<(String, FieldError)>) -> PageResult {
    let here = visit.clone();
    let shown = match (own, visit.query.get("group").parse()) {
        (Some(own), _) => Shown::Own(own),
        (None, Ok(group)) => Shown::Group(group),
        (None, Err(_)) => Shown::Everybody,
    };
    let find = visit.query.get("find").trim().to_owned();
    let wanted = find.to_lowercase();
    let (shell, mut found) =
        visit.page(Place::People, move |tx, session| Read::new(tx, session, &here, shown, &wanted)).await?;
    let count_ = i64::try_from(found.people.len()).unwrap_or(i64::MAX);
    let words = count(count_, "person").replace("persons", "people");
    let group = if let Shown::Group(id) = shown { id.to_string() } else { String::new() };
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let (typed, error) = refused.unzip();
    let mut new_name = String::new();
    match (&mut found.arranged, typed) {
        (Some(arranged), Some(typed)) => arranged.name = typed,
        (None, Some(typed)) => new_name = typed,
        (_, None) => {}
    }
    let Read { title, everybody, groups, own, arranged, people } = found;
    let errors = error.into_iter().collect();
    page_with(
        status,
        &PeoplePage { shell, title, words, find, group, everybody, groups, own, arranged, people, new_name, errors },
    )
}

impl Read {
    fn new(tx: &ReadTx<'_>, session: &Session, visit: &Visit, shown: Shown, wanted: &str) -> Result<Self, WebError> {
        let me = session.person.id;
        let (groups, owned) = (people::groups(tx)?, roster::groups(tx, me).map_err(of_roster)?);
        let mut everybody = people::all(tx)?;
        everybody.retain(|person| !person.is_disabled);
        let watch = Watch::new(tx, visit, me)?;
        let group = if let Shown::Group(id) = shown { Some(id) } else { None };
        let (all, views) = in_groups(&groups, &everybody, shown, group);
        let own = own_views(&owned, &everybody, shown);
        let (members, title, arranged) = match shown {
            Shown::Everybody => (None, "People".to_owned(), None),
            Shown::Group(id) => {
                let group = groups.into_iter().find(|one| one.id == id).ok_or(WebError::NotFound)?;
                (Some(group.members), group.name, None)
            }
            Shown::Own(id) => {
                let arranged = ArrangeView::new(&owned, &everybody, id)?;
                let group = owned.into_iter().find(|one| one.id == id).ok_or(WebError::NotFound)?;
                (Some(group.members), group.name, Some(arranged))
            }
        };
        everybody.retain(|person| {
            members.as_ref().is_none_or(|members| members.contains(&person.id)) && is_found(person, wanted)
        });
        let people = everybody.iter().map(|person| PersonView::new(person, &session.person).seen(&watch)).collect();
        Ok(Self { title, everybody: all, groups: views, own, arranged, people })
    }
}

impl ArrangeView {
    fn new(owned: &[OwnGroup], everybody: &[Person], id: OwnGroupId) -> Result<Self, WebError> {
        let at = owned.iter().position(|one| one.id == id).ok_or(WebError::NotFound)?;
        let group = owned.get(at).ok_or(WebError::NotFound)?;
        let others = everybody.iter().filter(|person| !group.members.contains(&person.id));
        Ok(Self {
            id,
            name: group.name.clone(),
            is_first: at == 0,
            is_last: at + 1 == owned.len(),
            others: others.map(|person| (person.id, person.full_name.clone())).collect(),
        })
    }
}

fn own_views(owned: &[OwnGroup], everybody: &[Person], shown: Shown) -> Vec<GroupView> {
    let view = |group: &OwnGroup| {
        let count = everybody.iter().filter(|person| group.members.contains(&person.id)).count();
        GroupView {
            name: group.name.clone(),
            href: format!("/people?own={}", group.id),
            count: number(i64::try_from(count).unwrap_or(i64::MAX)),
            is_here: matches!(shown, Shown::Own(id) if id == group.id),
        }
    };
    owned.iter().map(view).collect()
}

/// Whether all the words occur in a person's names or address.
fn is_found(person: &Person, words: &str) -> bool {
    let text = [&person.full_name, &person.name, person.address.as_str()].map(str::to_lowercase).join(" ");
    words.split_whitespace().all(|word| text.contains(word))
}

fn in_groups(
    groups: &[Group],
    everybody: &[Person],
    shown: Shown,
    here: Option<GroupId>,
) -> (GroupView, Vec<GroupView>) {
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
    let is_all = matches!(shown, Shown::Everybody);
    (view("Everybody", "/people".to_owned(), everybody.len(), is_all), all.collect())
}

struct Card {
    view: PersonView,
    login: String,
    role: &'static str,
    mail: String,
    groups: Vec<(String, String)>,
    own: Vec<OwnView>,
}

/// An own group, and whether the person is in it.
struct OwnView {
    id: OwnGroupId,
    name: String,
    is_in: bool,
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
            let own = roster::groups(tx, session.person.id).map_err(of_roster)?.into_iter();
            let own = own.map(|group| OwnView { id: group.id, is_in: group.members.contains(&id), name: group.name });
            let view = PersonView::new(&person, &session.person).seen(&Watch::new(tx, &here, session.person.id)?);
            Ok(Card {
                role: if view.is_admin { "Runs this office" } else { "Works here" },
                login: person.name,
                mail: format!("/search?q={}", in_address(&format!("from:{}", view.address))),
                groups: groups.map(|group| (group.name, format!("/people?group={}", group.id))).collect(),
                own: own.collect(),
                view,
            })
        })
        .await?;
    page(&PersonPage { shell, person })
}
