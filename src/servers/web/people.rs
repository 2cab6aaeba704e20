//! The directory: who is here to write to.

use super::error::WebError;
use super::filters;
use super::page::{PageResult, in_address, page};
use super::session::Visit;
use super::shell::{PersonView, Place, Shell};
use super::words::count;
use crate::domain::people;
use crate::kernel::id::PersonId;
use actix_web::web::Path;
use askama::Template;

#[derive(Template)]
#[template(path = "people/people.html")]
struct PeoplePage {
    shell: Shell,
    words: String,
    people: Vec<PersonView>,
}

/// GET /people
pub async fn all(visit: Visit) -> PageResult {
    let (shell, people) = visit
        .page(Place::People, |tx, session| {
            let people = people::all(tx)?.into_iter().filter(|person| !person.is_disabled);
            Ok(people.map(|person| PersonView::new(&person, &session.person)).collect::<Vec<_>>())
        })
        .await?;
    let here = i64::try_from(people.len()).unwrap_or(i64::MAX);
    page(&PeoplePage { shell, words: count(here, "person").replace("persons", "people"), people })
}

struct Card {
    name: String,
    address: String,
    login: String,
    role: &'static str,
    initials: String,
    hue: &'static str,
    write: String,
    mail: String,
}

#[derive(Template)]
#[template(path = "people/person.html")]
struct PersonPage {
    shell: Shell,
    person: Card,
}

/// GET /people/{id}
pub async fn one(visit: Visit, at: Path<PersonId>) -> PageResult {
    let id = at.into_inner();
    let (shell, person) = visit
        .page(Place::People, move |tx, session| {
            let person = people::person(tx, id)?.ok_or(WebError::NotFound)?;
            let view = PersonView::new(&person, &session.person);
            Ok(Card {
                role: if view.is_admin { "Runs this office" } else { "Works here" },
                login: person.name,
                mail: format!("/search?q={}", in_address(&format!("with:{}", view.address))),
                name: view.name,
                address: view.address,
                initials: view.initials,
                hue: view.hue,
                write: view.write,
            })
        })
        .await?;
    page(&PersonPage { shell, person })
}
