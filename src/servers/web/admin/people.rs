//! People as administrators see them: everybody, with how it stands with each account.

pub mod add;
pub mod asking;
pub mod bring;
pub mod one;

use super::super::error::WebError;
use super::super::face::Face;
use super::super::filters;
use super::super::form::{FieldError, Fields};
use super::super::page::{PageResult, page, table, with, with_asked};
use super::super::session::Visit;
use super::super::settings::Tab;
use super::super::shell::{Place, Shell};
use super::super::words::{Reader, count, number};
use super::{Refused, open_to, tabs};
use crate::domain::audit::Actor;
use crate::domain::people::{self, Account, PeopleError, Role, Session, State};
use crate::format::csv;
use crate::format::day::rfc3339;
use crate::kernel::text::sentence;
use crate::services::setup::SetupError;
use askama::Template;
use std::cmp::Reverse;

/// Accounts on one page.
const ROWS: usize = 100;
/// What the list is narrowed to, and sorted by.
const FILTERS: [&str; 3] = ["find", "state", "sort"];

/// The session of an administrator, as the audit names who acts.
pub fn actor(visit: &Visit, session: &Session) -> Actor {
    Actor { person: Some(session.person.clone()), origin: visit.ip.to_string() }
}

impl From<PeopleError> for Refused {
    fn from(error: PeopleError) -> Self {
        match error {
            PeopleError::NoPerson | PeopleError::NoGroup | PeopleError::Store(_) => Self::Web(error.into()),
            refused => Self::Field(FieldError::new("", sentence(&refused.to_string()))),
        }
    }
}

impl From<SetupError> for Refused {
    fn from(error: SetupError) -> Self {
        match error {
            SetupError::Field(_, fact) => Self::Field(FieldError::new("", sentence(&fact))),
            SetupError::Done => Self::Web(WebError::Gone),
            SetupError::Busy => Self::Web(WebError::Busy),
            SetupError::Store(error) => error.into(),
        }
    }
}

/// How an account stands: a word, and the look of its badge.
pub struct StateView {
    pub word: &'static str,
    pub look: &'static str,
    pub more: String,
}

impl StateView {
    pub fn new(state: State, reader: Reader) -> Self {
        let (look, more) = match state {
            State::Active => ("", String::new()),
            State::Invited => ("info", "Has not signed in yet".to_owned()),
            State::Disabled => ("warn", "Cannot sign in; mail still arrives".to_owned()),
            State::Leaving(at) => ("bad", format!("Erased on {}", reader.day(at))),
        };
        Self { word: Self::word(state), look, more }
    }

    const fn word(state: State) -> &'static str {
        match state {
            State::Active => "active",
            State::Invited => "invited",
            State::Disabled => "disabled",
            State::Leaving(_) => "leaving",
        }
    }
}

/// One account in the list.
struct RowView {
    href: String,
    name: String,
    address: String,
    face: Face,
    role: &'static str,
    state: StateView,
    seen: String,
}

impl RowView {
    fn new(account: &Account, reader: Reader) -> Self {
        let person = &account.person;
        Self {
            href: format!("/admin/people/{}", person.id),
            name: person.full_name.clone(),
            address: person.address.to_string(),
            face: Face::of(person),
            role: person.role.name(),
            state: StateView::new(account.state, reader),
            seen: account.seen_at.map_or_else(|| "never".to_owned(), |at| reader.when(at).short().to_string()),
        }
    }
}

/// A column by which the list can be sorted.
struct ColumnView {
    name: &'static str,
    href: String,
    sorted: &'static str,
}

#[derive(Template)]
#[template(path = "admin/people.html")]
struct PeoplePage {
    shell: Shell,
    tabs: Vec<Tab>,
    words: String,
    find: String,
    state: String,
    columns: Vec<ColumnView>,
    rows: Vec<RowView>,
    newer: String,
    older: String,
    csv: String,
    asking: i64,
}

/// What the list may be narrowed to.
fn is_in(account: &Account, state: &str) -> bool {
    match state {
        "active" => account.state == State::Active,
        "invited" => account.state == State::Invited,
        "disabled" => account.state == State::Disabled,
        "leaving" => matches!(account.state, State::Leaving(_)),
        "admin" => account.person.role.runs_office(),
        _ => true,
    }
}

fn is_found(account: &Account, wanted: &str) -> bool {
    let person = &account.person;
    [person.full_name.as_str(), &person.name, person.address.as_str()]
        .iter()
        .any(|field| field.to_lowercase().contains(wanted))
}

fn sort(accounts: &mut [Account], by: &str) {
    match by {
        "role" => accounts.sort_by_key(|account| Reverse(account.person.role)),
        "state" => accounts.sort_by_key(|account| match account.state {
            State::Leaving(_) => 0,
            State::Disabled => 1,
            State::Invited => 2,
            State::Active => 3,
        }),
        "seen" => accounts.sort_by_key(|account| Reverse(account.seen_at)),
        _ => accounts.sort_by_key(|account| account.person.full_name.to_lowercase()),
    }
}

/// Those who are asked for, in the order that is asked for.
fn found(all: &[Account], asked: &Fields) -> Vec<Account> {
    let (state, wanted) = (asked.get("state"), asked.get("find").trim().to_lowercase());
    let mut found: Vec<Account> =
        all.iter().filter(|account| is_in(account, state) && is_found(account, &wanted)).cloned().collect();
    sort(&mut found, asked.get("sort"));
    found
}

/// GET /admin/people.csv?find=&state=&sort=
pub async fn download(visit: Visit) -> PageResult {
    let all = visit.read(|tx, session| {
        open_to(session)?;
        Ok(people::accounts(tx)?)
    });
    let head = "name,full name,address,role,state,last seen\r\n".to_owned();
    let line = |account: &Account| {
        let person = &account.person;
        csv::line(&[
            csv::cell(&person.name),
            csv::cell(&person.full_name),
            csv::cell(person.address.as_str()),
            person.role.name().to_owned(),
            StateView::word(account.state).to_owned(),
            account.seen_at.map(rfc3339).unwrap_or_default(),
        ])
    };
    let people = found(&all.await?, &visit.query);
    Ok(table("people", people.iter().fold(head, |text, account| text + &line(account))))
}

/// GET /admin/people?find=&state=&sort=&page=
pub async fn list(visit: Visit) -> PageResult {
    let (asked, reader) = (visit.query.clone(), visit.reader());
    let read = visit.page(Place::Nowhere, |tx, session| {
        open_to(session)?;
        Ok((people::accounts(tx)?, people::count_registrations(tx)?))
    });
    let (shell, (all, asking)) = read.await?;
    let (find, state) = (asked.get("find").trim().to_owned(), asked.get("state").to_owned());
    let found = found(&all, &asked);
    let first = (asked.page() as usize - 1).saturating_mul(ROWS);
    let here = with_asked("/admin/people", &asked, &FILTERS);
    let to = |page: u32| with(&here, "page", &page.to_string());
    page(&PeoplePage {
        shell,
        tabs: tabs("/admin/people"),
        words: summary(&all),
        columns: columns(&find, &state, asked.get("sort")),
        newer: if first > 0 { to(asked.page() - 1) } else { String::new() },
        csv: with_asked("/admin/people.csv", &asked, &FILTERS),
        asking,
        older: if found.len() > first + ROWS { to(asked.page() + 1) } else { String::new() },
        rows: found.iter().skip(first).take(ROWS).map(|account| RowView::new(account, reader)).collect(),
        find,
        state,
    })
}

fn columns(find: &str, state: &str, sorted: &str) -> Vec<ColumnView> {
    let all = [("name", "Name"), ("role", "Role"), ("state", "State"), ("seen", "Last seen")];
    let is_on = |key: &str| if sorted.is_empty() { key == "name" } else { key == sorted };
    let view = |(key, name)| {
        let mut href = with("/admin/people", "sort", key);
        for (name, value) in [("find", find), ("state", state)].into_iter().filter(|(_, value)| !value.is_empty()) {
            href = with(&href, name, value);
        }
        ColumnView { name, href, sorted: if is_on(key) { "ascending" } else { "none" } }
    };
    all.into_iter().map(view).collect()
}

/// How many there are, and what stands out.
fn summary(all: &[Account]) -> String {
    let of = |state: &str| i64::try_from(all.iter().filter(|one| is_in(one, state)).count()).unwrap_or(i64::MAX);
    let people = count(of(""), "person").replace("persons", "people");
    let parts = ["invited", "disabled", "leaving"].into_iter().map(|state| (of(state), state));
    let parts = parts.filter(|(many, _)| *many > 0).map(|(many, state)| format!("{} {state}", number(many)));
    std::iter::once(people).chain(parts).collect::<Vec<_>>().join(", ")
}

/// What a role may do, for who gives it.
pub const ROLES: [(Role, &str); 3] = [
    (Role::Member, "Uses the office"),
    (Role::Admin, "Runs the office as well: people, brand, rules"),
    (Role::Owner, "Says who runs it as well"),
];
