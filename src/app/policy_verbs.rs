//! What the verbs of policy do: the twins of the page at `/admin/policies`. Who works on the machine itself may do
//! everything; the audit names the command line.

use super::cli::Policy;
use super::verbs::{VerbError, found, say};
use crate::domain::audit::Actor;
use crate::domain::policy::Act;
use crate::kernel::id::GroupId;
use crate::services::office::Office;
use crate::services::policy::{self, Sheet};

pub(super) async fn policy(office: &Office, verb: Policy) -> Result<(), VerbError> {
    match verb {
        Policy::List => list(office),
        Policy::Of { user } => of(office, &user),
        Policy::Set { key, value, group } => change(office, &key, group.as_deref(), Some(value)).await,
        Policy::Unset { key, group } => change(office, &key, group.as_deref(), None).await,
    }
}

/// The act of a key.
pub(super) fn named(key: &str) -> Result<Act, VerbError> {
    Act::named(key).ok_or_else(|| VerbError::Said(format!("there is no rule {key}; see: hailstone policy list")))
}

fn list(office: &Office) -> Result<(), VerbError> {
    let sheet = office.store.read_here(Sheet::read)?;
    for act in Act::ALL {
        let value = sheet.everybody(act);
        say(&format!("{:<24} {:<20} {:<12} {}", act.key(), "everybody", value, act.kind().sentence(value)))?;
        for group in &sheet.groups {
            if let Some(value) = sheet.kept(act, Some(group.id)) {
                let sentence = act.kind().sentence(value);
                say(&format!("{:<24} {:<20} {value:<12} {sentence}", act.key(), group.name))?;
            }
        }
    }
    Ok(())
}

fn of(office: &Office, user: &str) -> Result<(), VerbError> {
    let who = found(office, user)?.id;
    for verdict in office.store.read_here(|tx| policy::verdicts(tx, who))? {
        let (key, value, reason) = (verdict.act.key(), &verdict.value, verdict.reason());
        say(&format!("{key:<24} {value:<12} {reason}: {}", verdict.sentence()))?;
    }
    Ok(())
}

async fn change(office: &Office, key: &str, group: Option<&str>, value: Option<String>) -> Result<(), VerbError> {
    let act = named(key)?;
    let group = group.map(|name| found_group(office, name)).transpose()?;
    let write = office.store.write(move |tx| policy::set(tx, &Actor::console(), act, group, value.as_deref()));
    Ok(write.await?)
}

fn found_group(office: &Office, name: &str) -> Result<GroupId, VerbError> {
    let sheet = office.store.read_here(Sheet::read)?;
    let group = sheet.groups.into_iter().find(|group| group.name == name.to_lowercase());
    group.map(|group| group.id).ok_or_else(|| VerbError::Said(format!("there is no group {name}")))
}
