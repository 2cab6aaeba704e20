//! The rules as they are kept and set.

use super::{Act, PolicyError};
use crate::domain::event::Event;
use crate::domain::store::{Owner, ReadTx, StoreError, WriteTx};
use crate::kernel::id::GroupId;
use rusqlite::OptionalExtension;

/// A rule that somebody has set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// What it is about.
    pub act: Act,
    /// Whose rule it is; everybody's where there is none.
    pub group: Option<GroupId>,
    /// What it says.
    pub value: String,
}

/// All rules that are set. A rule of an act that this program does not know is passed over.
///
/// # Errors
/// Where the file cannot be read.
pub fn rules(tx: &ReadTx<'_>) -> Result<Vec<Rule>, StoreError> {
    let mut found = tx.sql().prepare_cached("select act, in_group, value from policy_rule order by id")?;
    let rows = found.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?)))?;
    let mut rules = Vec::new();
    for row in rows {
        let (key, group, value) = row?;
        rules.extend(Act::named(&key).map(|act| Rule { act, group, value }));
    }
    Ok(rules)
}

/// What a group's own rule says, or the one for everybody; nothing where none is set.
fn kept(tx: &ReadTx<'_>, act: Act, group: Option<GroupId>) -> Result<Option<String>, StoreError> {
    let mut found = tx.sql().prepare_cached("select value from policy_rule where act = ?1 and in_group is ?2")?;
    Ok(found.query_row((act.key(), group), |row| row.get(0)).optional()?)
}

/// Sets a rule, for everybody or for a group. From the next moment on every door keeps it, and those who look on are told.
/// Returns what was set before.
///
/// # Errors
/// `Value`, `NoGroup`, `ForEverybody`.
pub fn set(tx: &mut WriteTx<'_>, act: Act, group: Option<GroupId>, value: &str) -> Result<Option<String>, PolicyError> {
    let value = act.kind().taken(value);
    let value = value.ok_or_else(|| PolicyError::Value { key: act.key(), wanted: act.kind().in_words() })?;
    known(tx, act, group)?;
    let before = kept(tx, act, group)?;
    tx.sql()
        .prepare_cached("delete from policy_rule where act = ?1 and in_group is ?2")?
        .execute((act.key(), group))?;
    tx.sql().prepare_cached("insert into policy_rule (act, in_group, value) values (?1, ?2, ?3)")?.execute((
        act.key(),
        group,
        &value,
    ))?;
    tx.emit(Owner::Office, Event::PoliciesChanged)?;
    Ok(before)
}

/// Takes a rule away. Returns what was set before.
///
/// # Errors
/// `NoGroup`, `ForEverybody`.
pub fn unset(tx: &mut WriteTx<'_>, act: Act, group: Option<GroupId>) -> Result<Option<String>, PolicyError> {
    known(tx, act, group)?;
    let before = kept(tx, act, group)?;
    tx.sql()
        .prepare_cached("delete from policy_rule where act = ?1 and in_group is ?2")?
        .execute((act.key(), group))?;
    if before.is_some() {
        tx.emit(Owner::Office, Event::PoliciesChanged)?;
    }
    Ok(before)
}

fn known(tx: &ReadTx<'_>, act: Act, group: Option<GroupId>) -> Result<(), PolicyError> {
    let Some(group) = group else { return Ok(()) };
    if !act.is_for_groups() {
        return Err(PolicyError::ForEverybody(act.key()));
    }
    let mut found = tx.sql().prepare_cached("select 1 from people_group where id = ?1")?;
    if found.exists([group])? { Ok(()) } else { Err(PolicyError::NoGroup) }
}
