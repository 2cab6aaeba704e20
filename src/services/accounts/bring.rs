//! Bringing in many people at once: a few at a time, each a short write of its own, so that mail and signing in go on.

use super::{Invited, Row, add_with_password, invite};
use crate::domain::audit::Actor;
use crate::domain::people;
use crate::kernel::id::{GroupId, PersonId};
use crate::kernel::secret::Secret;
use crate::services::office::Office;
use crate::services::setup::SetupError;
use futures_util::{StreamExt, TryStreamExt, stream};
use std::collections::HashMap;

/// People in the making at once: fewer than may wait for a hash.
const AT_ONCE: usize = 8;

/// What became of one person of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brought {
    /// Where the person stands in the list.
    pub line: usize,
    /// The name to sign in with.
    pub name: String,
    /// Why there is no account; empty where there is one.
    pub wrong: String,
    /// The account.
    pub person: Option<PersonId>,
    /// The secret of the link that opens it; empty where a password came along.
    pub token: String,
}

/// Makes the accounts of a list. Who cannot be made is told with the reason, and stops nobody else.
///
/// # Errors
/// Where the file cannot be read or written.
pub async fn bring(office: &Office, actor: &Actor, rows: Vec<Row>) -> Result<Vec<Brought>, SetupError> {
    let groups = office.store.read(people::groups).await?;
    let groups: HashMap<String, GroupId> =
        groups.into_iter().map(|group| (group.name.to_lowercase(), group.id)).collect();
    let brought = stream::iter(rows).map(|row| one(office, actor, &groups, row)).buffered(AT_ONCE);
    brought.try_collect().await
}

/// Makes one account, or says why there is none.
async fn one(
    office: &Office,
    actor: &Actor,
    groups: &HashMap<String, GroupId>,
    row: Row,
) -> Result<Brought, SetupError> {
    let (line, name) = (row.line, row.name.clone());
    let (wrong, person, token) = match account(office, actor, groups, row).await {
        Ok((person, token)) => (String::new(), Some(person), token),
        Err(SetupError::Field(_, wrong)) => (wrong, None, String::new()),
        Err(error) => return Err(error),
    };
    Ok(Brought { line, name, wrong, person, token })
}

async fn account(
    office: &Office,
    actor: &Actor,
    groups: &HashMap<String, GroupId>,
    row: Row,
) -> Result<(PersonId, String), SetupError> {
    if !row.wrong.is_empty() {
        return Err(SetupError::person(row.wrong));
    }
    let named =
        |name: &String| groups.get(&name.to_lowercase()).copied().ok_or_else(|| format!("there is no group {name}"));
    let groups = row.groups.iter().map(named).collect::<Result<Vec<_>, _>>().map_err(SetupError::person)?;
    let new = Invited { name: row.name, full_name: row.full_name, role: row.role, groups };
    if row.password.is_empty() {
        let actor = actor.clone();
        return office.store.write(move |tx| invite(tx, &actor, &new)).await;
    }
    Ok((add_with_password(office, actor, new, Secret::new(row.password)).await?, String::new()))
}
