//! Accounts as those run them who run the office. Each deed asks `people::may`, and writes itself down in the audit, in
//! one transaction.

mod bring;
mod erase;
mod sheet;
#[cfg(test)]
mod tests;

use crate::domain::audit::{self, Act, Actor};
use crate::domain::event::Event;
use crate::domain::people::{self, Deed, NewPerson, PeopleError, Person, Role};
use crate::domain::store::{Owner, ReadTx, StoreError, WriteTx};
use crate::kernel::id::{GroupId, PersonId};
use crate::kernel::secret::{self, Secret};
use crate::kernel::text::{self, EmailAddress};
use crate::services::office::Office;
use crate::services::setup::{FULL_NAME, SetupError, add, checked_hash, full_name};
use std::time::Duration;

pub use bring::{Brought, bring};
pub use erase::erase_due;
pub use sheet::{Row, Sheet, SheetError, read as read_sheet};

/// How long an invitation opens.
const INVITED: Duration = Duration::from_secs(7 * 24 * 3600);
/// How long a link for a forgotten password opens.
const RESET: Duration = Duration::from_secs(24 * 3600);

/// A person to be invited.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Invited {
    /// The name to sign in with.
    pub name: String,
    /// The name that others read; the name itself where it is empty.
    pub full_name: String,
    /// What the person may do.
    pub role: Option<Role>,
    /// The groups the person is in.
    pub groups: Vec<GroupId>,
}

/// The account that a deed is done to, where `actor` may do it. Who works on the machine itself may do everything.
fn subject(tx: &ReadTx<'_>, actor: &Actor, deed: Deed, who: PersonId) -> Result<Person, PeopleError> {
    let person = people::person(tx, who)?.ok_or(PeopleError::NoPerson)?;
    if let Some(actor) = &actor.person {
        people::may(tx, actor, deed, &person)?;
    }
    Ok(person)
}

fn note(tx: &WriteTx<'_>, actor: &Actor, act: &str, on: &Person, before: &str, after: &str) -> Result<(), StoreError> {
    let subject = format!("{} ({})", on.full_name, on.address);
    audit::note(tx, actor, Act { act, subject: &subject, before, after })
}

/// Makes an account that nobody can sign in to yet, and the secret of the link that opens it. Mail for it arrives at once.
///
/// # Errors
/// `Field` with a sentence for who invites.
pub fn invite(tx: &mut WriteTx<'_>, actor: &Actor, new: &Invited) -> Result<(PersonId, String), SetupError> {
    let id = make(tx, actor, new, String::new())?;
    let token = secret::token();
    people::keep_link(tx, id, &token, INVITED)?;
    Ok((id, token))
}

/// Makes an account whose password is already hashed; nobody can sign in where the hash is empty.
pub(super) fn make(
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    new: &Invited,
    password: String,
) -> Result<PersonId, SetupError> {
    let full_name = full_name(&new.full_name, &new.name);
    let person = NewPerson { name: new.name.clone(), full_name, role: Role::Member, password };
    let id = add(tx, &person)?;
    people::set_groups(tx, id, &new.groups)?;
    let made = people::person(tx, id)?.ok_or(PeopleError::NoPerson)?;
    note(tx, actor, "person.add", &made, "", made.address.as_str())?;
    if let Some(role) = new.role.filter(|role| *role != Role::Member) {
        set_role(tx, actor, id, role)?;
    }
    Ok(id)
}

/// Makes the secret of a link at which the person sets another password; the old one holds until then.
///
/// # Errors
/// `NotAllowed`, `NoPerson`.
pub fn reset_link(tx: &WriteTx<'_>, actor: &Actor, who: PersonId) -> Result<String, PeopleError> {
    let person = subject(tx, actor, Deed::SignIn, who)?;
    let is_new = people::account_of(tx, who)?.state == people::State::Invited;
    let token = secret::token();
    people::keep_link(tx, who, &token, if is_new { INVITED } else { RESET })?;
    note(tx, actor, "person.link", &person, "", if is_new { "invited again" } else { "to set another password" })?;
    Ok(token)
}

/// Sets the password of whom the link belongs to, which shuts it and ends all of the person's sessions.
///
/// # Errors
/// `Done` where the link opens nothing, `Field` where the password will not do.
pub async fn set_password_by_link(office: &Office, token: &str, password: Secret) -> Result<PersonId, SetupError> {
    let asked = token.to_owned();
    let found = office.store.read(move |tx| people::link(tx, &asked)).await?;
    if found.is_none() {
        return Err(SetupError::Done);
    }
    let hash = checked_hash(office, password).await?;
    let token = token.to_owned();
    let set = office.store.write(move |tx| {
        let person = people::link(tx, &token)?.ok_or(SetupError::Done)?;
        people::change_password(tx, person.id, &hash)?;
        people::drop_links(tx, person.id)?;
        Ok(person.id)
    });
    set.await
}

/// Makes an account that somebody can sign in to at once.
///
/// # Errors
/// `Field` with a sentence for who makes it.
pub async fn add_with_password(
    office: &Office,
    actor: &Actor,
    new: Invited,
    password: Secret,
) -> Result<PersonId, SetupError> {
    let (hash, actor) = (checked_hash(office, password).await?, actor.clone());
    office.store.write(move |tx| make(tx, &actor, &new, hash)).await
}

/// Gives a person another password, and ends all of the person's sessions.
///
/// # Errors
/// `Field` with a sentence for who sets it; `NotAllowed`, `NoPerson` as such.
pub async fn set_password(office: &Office, actor: &Actor, who: PersonId, password: Secret) -> Result<(), SetupError> {
    let (hash, actor) = (checked_hash(office, password).await?, actor.clone());
    let write = office.store.write(move |tx| {
        let person = subject(tx, &actor, Deed::SignIn, who)?;
        people::change_password(tx, who, &hash)?;
        Ok::<_, SetupError>(note(tx, &actor, "person.password", &person, "", "another one")?)
    });
    write.await
}

/// Bars a person from signing in, or allows it again.
///
/// # Errors
/// `NotAllowed`, `NoPerson`.
pub fn set_disabled(tx: &WriteTx<'_>, actor: &Actor, who: PersonId, is_disabled: bool) -> Result<(), PeopleError> {
    let person = subject(tx, actor, Deed::SignIn, who)?;
    people::set_disabled(tx, who, is_disabled)?;
    let word = |is_disabled| if is_disabled { "disabled" } else { "active" };
    note(tx, actor, "person.disable", &person, word(person.is_disabled), word(is_disabled))?;
    Ok(())
}

/// Signs a person out everywhere.
///
/// # Errors
/// `NotAllowed`, `NoPerson`.
pub fn end_sessions(tx: &WriteTx<'_>, actor: &Actor, who: PersonId) -> Result<(), PeopleError> {
    let person = subject(tx, actor, Deed::SignIn, who)?;
    let ended = people::end_sessions(tx, who)?;
    note(tx, actor, "person.sign_out", &person, &format!("{ended} signed in"), "none")?;
    Ok(())
}

/// Asks a person for no second factor any more, who has lost it.
///
/// # Errors
/// `NotAllowed`, `NoPerson`.
pub fn remove_factor(tx: &WriteTx<'_>, actor: &Actor, who: PersonId) -> Result<(), PeopleError> {
    let person = subject(tx, actor, Deed::SignIn, who)?;
    people::remove_factor(tx, who)?;
    note(tx, actor, "person.factor", &person, "on", "off")?;
    Ok(())
}

/// Lets an account go after the grace, or keeps it after all.
///
/// # Errors
/// `NotAllowed`, `NoPerson`.
pub fn set_leaving(tx: &WriteTx<'_>, actor: &Actor, who: PersonId, is_leaving: bool) -> Result<(), PeopleError> {
    let person = subject(tx, actor, Deed::Delete, who)?;
    people::set_leaving(tx, who, is_leaving)?;
    let word = |is_leaving| if is_leaving { "leaves" } else { "stays" };
    note(tx, actor, "person.delete", &person, word(!is_leaving), word(is_leaving))?;
    Ok(())
}

/// Gives a person another role.
///
/// # Errors
/// `NotAllowed`, `NoPerson`.
pub fn set_role(tx: &WriteTx<'_>, actor: &Actor, who: PersonId, role: Role) -> Result<(), PeopleError> {
    let person = subject(tx, actor, Deed::Role(role), who)?;
    people::set_role(tx, who, role)?;
    note(tx, actor, "person.role", &person, person.role.name(), role.name())?;
    Ok(())
}

/// Gives a person another name to be read.
///
/// # Errors
/// `NotAllowed`, `NoPerson`; `BadName` where there is nothing to read.
pub fn rename(tx: &WriteTx<'_>, actor: &Actor, who: PersonId, full_name: &str) -> Result<(), PeopleError> {
    let person = subject(tx, actor, Deed::Edit, who)?;
    let name = text::cut(&text::name_line(full_name), FULL_NAME);
    if name.is_empty() {
        return Err(PeopleError::BadName);
    }
    people::rename(tx, who, &name)?;
    note(tx, actor, "person.name", &person, &person.full_name, &name)?;
    Ok(())
}

/// Takes a person's picture away, which shows nobody's face or what no colleague should see.
///
/// # Errors
/// `NotAllowed`, `NoPerson`.
pub fn remove_portrait(tx: &WriteTx<'_>, actor: &Actor, who: PersonId) -> Result<(), PeopleError> {
    let person = subject(tx, actor, Deed::Edit, who)?;
    if !person.portrait.is_empty() {
        people::remove_portrait(tx, who)?;
        note(tx, actor, "person.picture", &person, "a picture", "none")?;
    }
    Ok(())
}

/// Lets mail for another address reach a person.
///
/// # Errors
/// `NotAllowed`, `NoPerson`, `Taken`, `NoDomain`.
pub fn add_alias(tx: &WriteTx<'_>, actor: &Actor, who: PersonId, alias: &EmailAddress) -> Result<(), PeopleError> {
    let person = subject(tx, actor, Deed::Edit, who)?;
    people::add_alias(tx, who, alias)?;
    note(tx, actor, "person.alias", &person, "", &alias.key())?;
    Ok(())
}

/// Lets mail for another address reach a person no more.
///
/// # Errors
/// `NotAllowed`, `NoPerson`, `FirstAddress`.
pub fn remove_alias(tx: &WriteTx<'_>, actor: &Actor, who: PersonId, alias: &EmailAddress) -> Result<(), PeopleError> {
    let person = subject(tx, actor, Deed::Edit, who)?;
    people::remove_alias(tx, who, alias)?;
    note(tx, actor, "person.alias", &person, &alias.key(), "")?;
    Ok(())
}

/// Puts a person into these groups and no others.
///
/// # Errors
/// `NotAllowed`, `NoPerson`, `NoGroup`.
pub fn set_groups(tx: &mut WriteTx<'_>, actor: &Actor, who: PersonId, groups: &[GroupId]) -> Result<(), PeopleError> {
    let person = subject(tx, actor, Deed::Edit, who)?;
    let before = group_names(tx, who)?;
    people::set_groups(tx, who, groups)?;
    note(tx, actor, "person.groups", &person, &before, &group_names(tx, who)?)?;
    regrouped(tx)?;
    Ok(())
}

fn group_names(tx: &ReadTx<'_>, who: PersonId) -> Result<String, PeopleError> {
    let names = people::groups(tx)?.into_iter().filter(|group| group.members.contains(&who)).map(|group| group.name);
    Ok(names.collect::<Vec<_>>().join(", "))
}

/// Makes a group that takes mail at its name.
///
/// # Errors
/// `BadName`, `Taken`, `NoPerson`.
pub fn add_group(
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    name: &str,
    members: &[PersonId],
) -> Result<GroupId, PeopleError> {
    let id = people::add_group(tx, name, &[])?;
    people::set_members(tx, id, members)?;
    note_group(tx, actor, "group.add", id, "")?;
    regrouped(tx)?;
    Ok(id)
}

/// Puts these people into a group and no others.
///
/// # Errors
/// `NoGroup`, `NoPerson`.
pub fn set_members(
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    group: GroupId,
    members: &[PersonId],
) -> Result<(), PeopleError> {
    let before = member_names(tx, group)?.1;
    people::set_members(tx, group, members)?;
    note_group(tx, actor, "group.change", group, &before)?;
    Ok(regrouped(tx)?)
}

/// Removes a group with its address and its calendars.
///
/// # Errors
/// `NoGroup`.
pub fn remove_group(tx: &mut WriteTx<'_>, actor: &Actor, group: GroupId) -> Result<(), PeopleError> {
    let (name, before) = member_names(tx, group)?;
    people::remove_group(tx, group)?;
    audit::note(tx, actor, Act { act: "group.remove", subject: &name, before: &before, after: "" })?;
    Ok(regrouped(tx)?)
}

/// Tells that rules may hold for others now, who are in another group.
fn regrouped(tx: &mut WriteTx<'_>) -> Result<(), StoreError> {
    tx.emit(Owner::Office, Event::PoliciesChanged)?;
    Ok(())
}

fn note_group(tx: &WriteTx<'_>, actor: &Actor, act: &str, group: GroupId, before: &str) -> Result<(), PeopleError> {
    let (subject, after) = member_names(tx, group)?;
    audit::note(tx, actor, Act { act, subject: &subject, before, after: &after })?;
    Ok(())
}

/// A group's name, and the sign-in names of who is in it.
fn member_names(tx: &ReadTx<'_>, group: GroupId) -> Result<(String, String), PeopleError> {
    let group = people::groups(tx)?.into_iter().find(|one| one.id == group).ok_or(PeopleError::NoGroup)?;
    let mut names = Vec::new();
    for id in group.members {
        names.extend(people::person(tx, id)?.map(|person| person.name));
    }
    Ok((group.name, names.join(", ")))
}
