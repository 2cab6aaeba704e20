//! One account: its name, addresses, groups and role, how its owner signs in, and its end.

use super::super::super::allowed::UsageView;
use super::super::super::error::WebError;
use super::super::super::filters;
use super::super::super::form::{FieldError, Fields};
use super::super::super::page::{PageResult, page_with, see};
use super::super::super::session::Visit;
use super::super::super::settings::Tab;
use super::super::super::shell::{PersonView, Place, Shell};
use super::super::super::words::{Reader, When};
use super::super::audit::ActView;
use super::super::{Refused, open_to, tabs};
use super::add::{ChoiceView, LinkView, groups_of, groups_view, roles_view};
use super::{StateView, actor};
use crate::domain::audit;
use crate::domain::mail;
use crate::domain::people::{self, Deed, PeopleError, Person, Role, Session, State};
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::id::PersonId;
use crate::kernel::secret::Secret;
use crate::kernel::text::{EmailAddress, sentence};
use crate::services::accounts;
use crate::services::signin::{self, SigninError};
use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Form, Path};
use askama::Template;

/// A signed-in browser.
struct SessionView {
    device: String,
    address: String,
    seen: When,
}

/// An address that takes mail for the person.
struct AddressView {
    address: String,
    is_first: bool,
}

/// The account as the page shows it.
struct AccountView {
    id: PersonId,
    person: PersonView,
    login: String,
    role: &'static str,
    state: StateView,
    is_leaving: bool,
    is_disabled: bool,
    is_new: bool,
    has_factor: bool,
    made: When,
    seen: Option<When>,
    link_until: String,
    addresses: Vec<AddressView>,
    groups: Vec<ChoiceView>,
    roles: Vec<ChoiceView>,
    sessions: Vec<SessionView>,
    acts: Vec<ActView>,
    usage: UsageView,
    /// Why signing in and deleting are not the reader's to change; empty where they are.
    kept: String,
    may_set_role: bool,
}

/// Acts on an account that its page shows.
const ACTS: usize = 10;

impl AccountView {
    fn read(tx: &ReadTx<'_>, me: &Session, id: PersonId, reader: Reader) -> Result<Self, WebError> {
        let account = people::account_of(tx, id)?;
        let person = &account.person;
        let groups = people::groups(tx)?;
        let on: Vec<_> = groups.iter().filter(|group| group.members.contains(&id)).map(|group| group.id).collect();
        let addresses = people::addresses(tx, id)?.into_iter().enumerate();
        let sessions = people::sessions(tx, id)?.into_iter().map(|session| SessionView {
            device: session.device,
            address: session.address,
            seen: reader.when(session.seen_at),
        });
        let may = |deed| people::may(tx, &me.person, deed, person);
        Ok(Self {
            id,
            login: person.name.clone(),
            role: person.role.name(),
            state: StateView::new(account.state, reader),
            is_leaving: matches!(account.state, State::Leaving(_)),
            is_disabled: person.is_disabled,
            is_new: account.state == State::Invited,
            has_factor: people::has_factor(tx, id)?,
            made: reader.when(account.made_at),
            seen: account.seen_at.map(|at| reader.when(at)),
            link_until: people::link_ends(tx, id)?.map(|at| reader.when(at).full().to_string()).unwrap_or_default(),
            addresses: addresses
                .map(|(place, address)| AddressView { address: address.to_string(), is_first: place == 0 })
                .collect(),
            groups: groups_view(groups, &on),
            roles: roles_view(person.role.name()),
            sessions: sessions.collect(),
            acts: acts_on(tx, person, reader)?,
            usage: mail::usage(tx, id)?.into(),
            kept: refusal(may(Deed::SignIn))?,
            may_set_role: refusal(may(Deed::Role(person.role)))?.is_empty(),
            person: PersonView::new(person, &me.person),
        })
    }
}

/// What was done to this account lately, among the newest acts of the office.
fn acts_on(tx: &ReadTx<'_>, person: &Person, reader: Reader) -> Result<Vec<ActView>, WebError> {
    let entries = audit::entries(tx, &audit::Wanted::default(), ACTS * 20)?;
    let mark = format!("({})", person.address);
    let of = entries.into_iter().filter(|entry| entry.subject.ends_with(&mark)).take(ACTS);
    Ok(of.map(|entry| ActView::new(entry, reader)).collect())
}

fn refusal(may: Result<(), PeopleError>) -> Result<String, WebError> {
    match may {
        Ok(()) => Ok(String::new()),
        Err(PeopleError::NotAllowed(why)) => Ok(sentence(why)),
        Err(error) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "admin/person.html")]
struct AccountPage {
    shell: Shell,
    tabs: Vec<Tab>,
    errors: Vec<FieldError>,
    it: AccountView,
    alias: String,
    full_name: String,
    link: Option<LinkView>,
}

impl AccountPage {
    fn wrong(&self, field: &str) -> &str {
        self.errors.iter().find(|error| error.field == field).map_or("", |error| &error.sentence)
    }
}

/// GET /admin/people/{id}
pub async fn form(visit: Visit, at: Path<PersonId>) -> PageResult {
    show(&visit, at.into_inner(), &Fields::default(), Vec::new(), None).await
}

async fn show(
    visit: &Visit,
    id: PersonId,
    typed: &Fields,
    errors: Vec<FieldError>,
    link: Option<LinkView>,
) -> PageResult {
    let reader = visit.reader();
    let read = visit.page(Place::Nowhere, move |tx, session| {
        open_to(session)?;
        AccountView::read(tx, session, id, reader)
    });
    let (shell, it) = read.await?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let full_name = if typed.has("full_name") { typed.get("full_name") } else { &it.person.name };
    let (alias, full_name) = (typed.get("alias").to_owned(), full_name.to_owned());
    page_with(status, &AccountPage { shell, tabs: tabs("/admin/people"), errors, it, alias, full_name, link })
}

/// What a form asks to be done.
#[derive(Debug, Clone)]
enum Asked {
    Rename(String),
    Alias(EmailAddress, bool),
    Groups(Vec<crate::kernel::id::GroupId>),
    Disable(bool),
    SignOut,
    FactorOff,
    PictureOff,
    Leave(bool),
    Role(Role),
}

impl Asked {
    fn read(deed: &str, form: &Fields) -> Result<Self, Refused> {
        let wrong = |field: &str, words: &str| Err(Refused::Field(FieldError::new(field, words)));
        Ok(match deed {
            "name" => Self::Rename(form.get("full_name").to_owned()),
            "alias" | "alias-remove" => match form.get("alias").parse() {
                Ok(alias) => Self::Alias(alias, deed == "alias"),
                Err(_) => return wrong("alias", "An address looks like name@example.com."),
            },
            "groups" => Self::Groups(groups_of(form)),
            "disable" | "enable" => Self::Disable(deed == "disable"),
            "sign-out" => Self::SignOut,
            "factor-off" => Self::FactorOff,
            "picture-remove" => Self::PictureOff,
            "delete" | "keep" => Self::Leave(deed == "delete"),
            "role" => match Role::named(form.get("role")) {
                Some(role) => Self::Role(role),
                None => return wrong("role", "Choose a role."),
            },
            _ => return Err(WebError::NotFound.into()),
        })
    }

    /// Whether whoever asks must show once more who they are.
    const fn is_grave(&self) -> bool {
        matches!(self, Self::Leave(true) | Self::Role(_) | Self::FactorOff)
    }

    /// The field that a refusal stands at.
    const fn field(&self) -> &'static str {
        match self {
            Self::Rename(_) | Self::PictureOff => "full_name",
            Self::Alias(..) => "alias",
            Self::Groups(_) => "",
            Self::Disable(_) | Self::SignOut | Self::FactorOff => "sign-in",
            Self::Leave(_) => "confirm",
            Self::Role(_) => "role",
        }
    }

    fn run(self, tx: &mut WriteTx<'_>, actor: &audit::Actor, who: PersonId) -> Result<(), PeopleError> {
        match self {
            Self::Rename(name) => accounts::rename(tx, actor, who, &name),
            Self::Alias(alias, true) => accounts::add_alias(tx, actor, who, &alias),
            Self::Alias(alias, false) => accounts::remove_alias(tx, actor, who, &alias),
            Self::Groups(groups) => accounts::set_groups(tx, actor, who, &groups),
            Self::Disable(is_disabled) => accounts::set_disabled(tx, actor, who, is_disabled),
            Self::SignOut => accounts::end_sessions(tx, actor, who),
            Self::FactorOff => accounts::remove_factor(tx, actor, who),
            Self::PictureOff => accounts::remove_portrait(tx, actor, who),
            Self::Leave(is_leaving) => accounts::set_leaving(tx, actor, who, is_leaving),
            Self::Role(role) => accounts::set_role(tx, actor, who, role),
        }
    }
}

/// POST /admin/people/{id}/{deed}: the fields of each deed's own form; for grave ones `password`, and `confirm` to delete.
pub async fn act(visit: Visit, at: Path<(PersonId, String)>, form: Form<Fields>) -> PageResult {
    let (id, deed) = at.into_inner();
    match done(&visit, id, &deed, &form).await {
        Ok(()) => Ok(see(&format!("/admin/people/{id}?done=office"))),
        Err(refused) => show(&visit, id, &form, vec![refused.at("sign-in")?], None).await,
    }
}

async fn done(visit: &Visit, id: PersonId, deed: &str, form: &Fields) -> Result<(), Refused> {
    let session = visit.checked(form).await?;
    open_to(&session)?;
    let asked = Asked::read(deed, form)?;
    if asked.is_grave() {
        named(visit, id, &asked, form).await?;
        proven(visit, &session, form).await?;
    }
    let (field, here, ends) = (asked.field(), visit.clone(), asked.clone());
    let write = visit.attempt(form, move |tx, session| {
        open_to(session)?;
        Ok(asked.run(tx, &actor(&here, session), id)?)
    });
    let written: Result<(), Refused> = write.await;
    written.map_err(|refused| refused.at(field).map_or_else(Refused::Web, Refused::Field))?;
    if matches!(ends, Asked::Disable(true) | Asked::SignOut | Asked::Leave(true)) {
        visit.web.streams.end_all_of(id);
    }
    Ok(())
}

/// Lets no account be deleted that was not named.
async fn named(visit: &Visit, id: PersonId, asked: &Asked, form: &Fields) -> Result<(), Refused> {
    if !matches!(asked, Asked::Leave(true)) {
        return Ok(());
    }
    let person = visit.read(move |tx, _| people::person(tx, id)?.ok_or(WebError::NotFound)).await?;
    if form.get("confirm").trim() == person.name {
        return Ok(());
    }
    Err(Refused::Field(FieldError::new("confirm", format!("Type {} here to delete this account.", person.name))))
}

/// Asks who is signed in for the password once more.
pub async fn proven(visit: &Visit, session: &Session, form: &Fields) -> Result<(), Refused> {
    let password = Secret::new(form.get("password").to_owned());
    match signin::check(&visit.web.office, &session.person.name, password, visit.ip).await {
        Ok(_) => Ok(()),
        Err(SigninError::Wrong) => Err(Refused::Field(FieldError::new("password", "That is not your password."))),
        Err(SigninError::SlowDown { wait }) => Err(WebError::SlowDown(wait).into()),
        Err(SigninError::Busy) => Err(WebError::Busy.into()),
        Err(SigninError::Store(error)) => Err(error.into()),
    }
}

/// POST /admin/people/{id}/link: a link at which the person sets a password.
pub async fn link(visit: Visit, request: HttpRequest, at: Path<PersonId>, form: Form<Fields>) -> PageResult {
    let (id, here) = (at.into_inner(), visit.clone());
    let made: Result<(Person, String, bool), Refused> = visit
        .attempt(&form, move |tx, session| {
            open_to(session)?;
            let is_new = people::account_of(tx, id)?.state == State::Invited;
            let token = accounts::reset_link(tx, &actor(&here, session), id)?;
            Ok((people::person(tx, id)?.ok_or(PeopleError::NoPerson)?, token, is_new))
        })
        .await;
    match made {
        Ok((person, token, is_new)) => {
            let days = if is_new { "7 days" } else { "24 hours" };
            let link = LinkView::new(&visit, &request, &person, &token, days);
            show(&visit, id, &Fields::default(), Vec::new(), Some(link)).await
        }
        Err(refused) => show(&visit, id, &form, vec![refused.at("sign-in")?], None).await,
    }
}
