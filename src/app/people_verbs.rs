//! What the verbs of people do: the twins of the pages under `/admin/people`. Whoever works on the machine itself may do
//! everything; the audit names the command line.

use super::cli::{Domain, User};
use super::verbs::{VerbError, found, password_from_stdin, say};
use crate::domain::audit::Actor;
use crate::domain::people::{self, PeopleError, Role, State};
use crate::domain::store::WriteTx;
use crate::kernel::id::{GroupId, PersonId};
use crate::kernel::text::EmailAddress;
use crate::services::accounts::{self, Invited};
use crate::services::office::Office;
use std::path::Path;

pub(super) async fn user(office: &Office, verb: User) -> Result<(), VerbError> {
    match verb {
        User::Add { user, name, admin, .. } => {
            let role = if admin { Role::Admin } else { Role::Member };
            let new = Invited { name: user, full_name: name, role: Some(role), groups: Vec::new() };
            accounts::add_with_password(office, &Actor::console(), new, password_from_stdin()?).await?;
            Ok(())
        }
        User::List { json } => list(office, json),
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
            let alias: EmailAddress =
                address.parse().map_err(|error| VerbError::Said(format!("{address}: {error}")))?;
            changed(office, &user, move |tx, who| accounts::add_alias(tx, &Actor::console(), who, &alias)).await
        }
        User::Group { group, members } => {
            let members =
                members.iter().map(|name| Ok(found(office, name)?.id)).collect::<Result<Vec<_>, VerbError>>()?;
            office.store.write(move |tx| accounts::add_group(tx, &Actor::console(), &group, &members)).await?;
            Ok(())
        }
    }
}

/// Changes one account.
async fn changed(
    office: &Office,
    user: &str,
    change: impl FnOnce(&WriteTx<'_>, PersonId) -> Result<(), PeopleError> + Send + 'static,
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
    let role = named_role(role)?;
    let known = office.store.read_here(people::groups)?;
    let group = |name: &String| -> Result<GroupId, VerbError> {
        let found = known.iter().find(|group| group.name == name.to_lowercase());
        found.map(|group| group.id).ok_or_else(|| VerbError::Said(format!("there is no group {name}")))
    };
    let groups = groups.iter().map(group).collect::<Result<Vec<_>, _>>()?;
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
        Domain::Add { name } => {
            office.store.write(move |tx| accounts::add_domain(tx, &Actor::console(), &name)).await?;
            Ok(())
        }
    }
}
