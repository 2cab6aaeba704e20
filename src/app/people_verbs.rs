//! What the verbs of people do: the twins of the pages under `/admin/people`. Whoever works on the machine itself may do
//! everything; the audit names the command line.

use super::cli::{Domain, Group, User};
use super::queue_verbs::written;
use super::verbs::{VerbError, found, password_from_stdin, say};
use crate::domain::audit::Actor;
use crate::domain::people::{self, PeopleError, Role, State};
use crate::domain::store::WriteTx;
use crate::kernel::id::{GroupId, PersonId, RegistrationId};
use crate::kernel::text::{EmailAddress, one_line};
use crate::services::accounts::{self, Invited};
use crate::services::domains::{self, DomainError};
use crate::services::office::Office;
use crate::services::registration;
use std::path::Path;

impl From<DomainError> for VerbError {
    fn from(error: DomainError) -> Self {
        match error {
            DomainError::People(error) => error.into(),
            DomainError::Setting(error) => error.into(),
            DomainError::Store(error) => error.into(),
        }
    }
}

pub(super) async fn user(office: &Office, verb: User) -> Result<(), VerbError> {
    match verb {
        User::Add { user, name, admin, .. } => {
            let role = if admin { Role::Admin } else { Role::Member };
            let new = Invited { name: user, full_name: name, role: Some(role), groups: Vec::new() };
            accounts::add_with_password(office, &Actor::console(), new, password_from_stdin()?).await?;
            Ok(())
        }
        User::Asking => asking(office),
        User::Admit { number } => admit(office, RegistrationId::new(number)).await,
        User::Refuse { number } => refuse(office, RegistrationId::new(number)).await,
        User::List { json } => list(office, json),
        User::Sessions { user } => sessions(office, user.as_deref()),
        User::Passwd { user, .. } => {
            let who = found(office, &user)?.id;
            Ok(accounts::set_password(office, &Actor::console(), who, password_from_stdin()?).await?)
        }
        User::Invite { user, name, role, group } => invite(office, user, name, &role, &group).await,
        User::Link { user } => {
            let who = found(office, &user)?.id;
            let token = office.store.write(move |tx| accounts::reset_link(tx, &Actor::console(), who)).await?;
            Ok(say(&address(office, &token))?)
        }
        User::Role { user, role } => {
            let role = named_role(&role)?;
            changed(office, &user, move |tx, who| accounts::set_role(tx, &Actor::console(), who, role)).await
        }
        User::Rename { user, name } => {
            changed(office, &user, move |tx, who| accounts::rename(tx, &Actor::console(), who, &name)).await
        }
        User::SignOut { user } => {
            changed(office, &user, |tx, who| accounts::end_sessions(tx, &Actor::console(), who)).await
        }
        User::Disable { user } => set_disabled(office, &user, true).await,
        User::Enable { user } => set_disabled(office, &user, false).await,
        User::Delete { user } => set_leaving(office, &user, true).await,
        User::Keep { user } => set_leaving(office, &user, false).await,
        User::Alias { user, address } => {
            let alias = typed(&address)?;
            changed(office, &user, move |tx, who| accounts::add_alias(tx, &Actor::console(), who, &alias)).await
        }
        User::Unalias { user, address } => {
            let alias = typed(&address)?;
            changed(office, &user, move |tx, who| accounts::remove_alias(tx, &Actor::console(), who, &alias)).await
        }
        User::Groups { user, groups } => {
            let groups = groups_called(office, &groups)?;
            changed(office, &user, move |tx, who| accounts::set_groups(tx, &Actor::console(), who, &groups)).await
        }
        User::FactorOff { user } => {
            changed(office, &user, |tx, who| accounts::remove_factor(tx, &Actor::console(), who)).await
        }
        User::PictureOff { user } => {
            changed(office, &user, |tx, who| accounts::remove_portrait(tx, &Actor::console(), who)).await
        }
        User::Group { group, members } => self::group(office, Group::Add { group, members }).await,
    }
}

/// Prints those who ask for an account.
fn asking(office: &Office) -> Result<(), VerbError> {
    for one in office.store.read_here(people::registrations)? {
        let (id, at, asked) = (one.id, written(one.at), &one.asked);
        let line = format!("{id} {at} {} {} ({}) {}", asked.name, asked.full_name, asked.origin, asked.words);
        say(one_line(&line).trim_end())?;
    }
    Ok(())
}

async fn admit(office: &Office, id: RegistrationId) -> Result<(), VerbError> {
    office.store.write(move |tx| registration::admit(tx, &Actor::console(), id)).await?;
    Ok(())
}

async fn refuse(office: &Office, id: RegistrationId) -> Result<(), VerbError> {
    Ok(office.store.write(move |tx| registration::refuse(tx, &Actor::console(), id)).await?)
}

/// Changes one account.
async fn changed(
    office: &Office,
    user: &str,
    change: impl FnOnce(&mut WriteTx<'_>, PersonId) -> Result<(), PeopleError> + Send + 'static,
) -> Result<(), VerbError> {
    let who = found(office, user)?.id;
    Ok(office.store.write(move |tx| change(tx, who)).await?)
}

async fn set_disabled(office: &Office, user: &str, is_disabled: bool) -> Result<(), VerbError> {
    changed(office, user, move |tx, who| accounts::set_disabled(tx, &Actor::console(), who, is_disabled)).await
}

async fn set_leaving(office: &Office, user: &str, is_leaving: bool) -> Result<(), VerbError> {
    changed(office, user, move |tx, who| accounts::set_leaving(tx, &Actor::console(), who, is_leaving)).await
}

fn named_role(name: &str) -> Result<Role, VerbError> {
    Role::named(name).ok_or_else(|| VerbError::Said(format!("{name} is no role: member, admin or owner")))
}

fn typed(address: &str) -> Result<EmailAddress, VerbError> {
    address.parse().map_err(|error| VerbError::Said(format!("{address}: {error}")))
}

fn groups_called(office: &Office, names: &[String]) -> Result<Vec<GroupId>, VerbError> {
    let known = office.store.read_here(people::groups)?;
    let group = |name: &String| {
        let found = known.iter().find(|group| group.name == name.to_lowercase());
        found.map(|group| group.id).ok_or_else(|| VerbError::Said(format!("there is no group {name}")))
    };
    names.iter().map(group).collect()
}

/// What is done with groups.
pub(super) async fn group(office: &Office, verb: Group) -> Result<(), VerbError> {
    let people = |names: &[String]| {
        names.iter().map(|name| Ok(found(office, name)?.id)).collect::<Result<Vec<PersonId>, VerbError>>()
    };
    let called = |name: String| groups_called(office, &[name]).map(|found| found[0]);
    match verb {
        Group::List => list_groups(office)?,
        Group::Add { group, members } => {
            let members = people(&members)?;
            office.store.write(move |tx| accounts::add_group(tx, &Actor::console(), &group, &members)).await?;
        }
        Group::Members { group, members } => {
            let (id, members) = (called(group)?, people(&members)?);
            office.store.write(move |tx| accounts::set_members(tx, &Actor::console(), id, &members)).await?;
        }
        Group::Remove { group } => {
            let id = called(group)?;
            office.store.write(move |tx| accounts::remove_group(tx, &Actor::console(), id)).await?;
        }
    }
    Ok(())
}

fn list_groups(office: &Office) -> Result<(), VerbError> {
    let lines = office.store.read_here(|tx| {
        let mut lines = Vec::new();
        for group in people::groups(tx)? {
            let mut names = Vec::new();
            for id in &group.members {
                names.extend(people::person(tx, *id)?.map(|person| person.name));
            }
            lines.push(format!("{:<40} {}", people::group_address(tx, group.id)?, names.join(" ")));
        }
        Ok::<_, PeopleError>(lines)
    })?;
    lines.iter().try_for_each(|line| Ok(say(line.trim_end())?))
}

/// Where a link opens.
fn address(office: &Office, token: &str) -> String {
    format!("https://{}/welcome/{token}", office.hostname)
}

async fn invite(
    office: &Office,
    name: String,
    full_name: String,
    role: &str,
    groups: &[String],
) -> Result<(), VerbError> {
    let (role, groups) = (named_role(role)?, groups_called(office, groups)?);
    let new = Invited { name, full_name, role: Some(role), groups };
    let (_, token) = office.store.write(move |tx| accounts::invite(tx, &Actor::console(), &new)).await?;
    Ok(say(&address(office, &token))?)
}

fn list(office: &Office, is_json: bool) -> Result<(), VerbError> {
    for account in office.store.read_here(people::accounts)? {
        let person = &account.person;
        let role = person.role.name();
        let state = match account.state {
            State::Active => "active",
            State::Invited => "invited",
            State::Disabled => "disabled",
            State::Leaving(_) => "leaving",
        };
        let line = if is_json {
            let (name, full_name, address) = (&person.name, &person.full_name, person.address.as_str());
            serde_json::json!({ "name": name, "full_name": full_name, "address": address, "role": role, "state": state })
                .to_string()
        } else {
            format!("{:<20} {:<30} {:<40} {role:<7} {state}", person.name, person.full_name, person.address.as_str())
        };
        say(&line)?;
    }
    Ok(())
}

fn sessions(office: &Office, user: Option<&str>) -> Result<(), VerbError> {
    let people = match user {
        Some(user) => vec![found(office, user)?],
        None => office.store.read_here(people::all)?,
    };
    for person in people {
        for session in office.store.read_here(|tx| people::sessions(tx, person.id))? {
            let (seen, address, device) = (written(session.seen_at), session.address, session.device);
            say(&one_line(&format!("{:<20} {seen} {address:<40} {device}", person.name)))?;
        }
    }
    Ok(())
}

/// Brings a list of people in, and prints a line for each: the link that opens the account, or why there is none.
pub(super) async fn bring(office: &Office, file: &Path) -> Result<(), VerbError> {
    let text = std::fs::read(file).map_err(|error| VerbError::Said(format!("{}: {error}", file.display())))?;
    let sheet = accounts::read_sheet(&String::from_utf8_lossy(&text));
    let sheet = sheet.map_err(|error| VerbError::Said(format!("{}: {error}", file.display())))?;
    for one in accounts::bring(office, &Actor::console(), sheet.rows).await? {
        let became = match (one.wrong.as_str(), one.token.as_str()) {
            ("", "") => "added".to_owned(),
            ("", token) => address(office, token),
            (wrong, _) => format!("left out: {wrong}"),
        };
        say(&format!("{:>5} {:<20} {became}", one.line, one.name))?;
    }
    Ok(())
}

pub(super) async fn domain(office: &Office, verb: Domain) -> Result<(), VerbError> {
    match verb {
        Domain::List => office.store.read_here(people::domains)?.iter().try_for_each(|name| Ok(say(name)?)),
        Domain::Add { name } => Ok(office.store.write(move |tx| domains::add(tx, &Actor::console(), &name)).await?),
        Domain::First { name } => {
            Ok(office.store.write(move |tx| domains::set_first(tx, &Actor::console(), &name)).await?)
        }
        Domain::Footer { name, text } => {
            let text = text.replace("\\n", "\n");
            Ok(office.store.write(move |tx| domains::set_footer(tx, &Actor::console(), &name, &text)).await?)
        }
        Domain::Remove { name } => {
            Ok(office.store.write(move |tx| domains::remove(tx, &Actor::console(), &name)).await?)
        }
    }
}
