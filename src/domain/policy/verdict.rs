//! The one function that every door asks, and what it answers.

use super::{Act, PolicyError};
use crate::domain::store::{ReadTx, StoreError};
use crate::kernel::id::PersonId;
use rusqlite::OptionalExtension;
use std::collections::BTreeMap;

/// Why something holds for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Because {
    /// Nobody has set a rule.
    Nobody,
    /// The rule for everybody.
    Everybody,
    /// The rule of a group that the person is in.
    Group(String),
}

/// What holds for a person, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What it is about.
    pub act: Act,
    /// What holds, as rules say it.
    pub value: String,
    /// Why.
    pub because: Because,
}

impl Verdict {
    /// Whether what can be allowed or not is allowed.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.value == "on"
    }

    /// The number; 0 for no limit.
    #[must_use]
    pub fn number(&self) -> i64 {
        self.value.parse().unwrap_or(0)
    }

    /// What this brings about.
    #[must_use]
    pub fn sentence(&self) -> String {
        self.act.kind().sentence(&self.value)
    }

    /// Why this holds.
    #[must_use]
    pub fn reason(&self) -> String {
        match &self.because {
            Because::Nobody => "no rule is set".to_owned(),
            Because::Everybody => "the rule for everybody".to_owned(),
            Because::Group(name) => format!("the rule of the group {name}"),
        }
    }

    /// What is said where this bars something.
    #[must_use]
    pub fn refusal(&self) -> PolicyError {
        self.refusal_of(self.act.declared().deed)
    }

    /// What is said where this bars a deed that is named more closely.
    #[must_use]
    pub fn refusal_of(&self, deed: &str) -> PolicyError {
        PolicyError::Barred(format!("{deed} is not allowed, by {}", self.reason()))
    }
}

/// What holds for a person: the strictest of the rules of the person's groups, else the rule for everybody, else what the
/// office begins with. Walks `people_member_by_person` and the indexes of `policy_rule`.
///
/// # Errors
/// Where the file cannot be read.
pub fn of(tx: &ReadTx<'_>, who: PersonId, act: Act) -> Result<Verdict, StoreError> {
    let mut found = tx.sql().prepare_cached(
        "select r.value, g.name from people_member m
           join policy_rule r on r.act = ?2 and r.in_group = m.in_group join people_group g on g.id = m.in_group
          where m.person = ?1 order by g.name",
    )?;
    let rows = found.query_map((who, act.key()), |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    let mut strictest: Option<(String, String)> = None;
    for row in rows {
        let (value, group) = row?;
        let is_stricter = |(kept, _): &(String, String)| act.kind().strictness(&value) > act.kind().strictness(kept);
        if strictest.as_ref().is_none_or(is_stricter) {
            strictest = Some((value, group));
        }
    }
    match strictest {
        Some((value, group)) => Ok(Verdict { act, value, because: Because::Group(group) }),
        None => everybody(tx, act),
    }
}

/// What holds for who is in no group with a rule.
///
/// # Errors
/// Where the file cannot be read.
pub fn everybody(tx: &ReadTx<'_>, act: Act) -> Result<Verdict, StoreError> {
    let mut found = tx.sql().prepare_cached("select value from policy_rule where act = ?1 and in_group is null")?;
    let found: Option<String> = found.query_row([act.key()], |row| row.get(0)).optional()?;
    Ok(match found {
        Some(value) => Verdict { act, value, because: Because::Everybody },
        None => Verdict { act, value: act.default().to_owned(), because: Because::Nobody },
    })
}

/// Lets nobody through to whom it is not allowed.
///
/// # Errors
/// `Barred`, with the reason.
pub fn allow(tx: &ReadTx<'_>, who: PersonId, act: Act) -> Result<(), PolicyError> {
    let verdict = of(tx, who, act)?;
    if verdict.is_on() { Ok(()) } else { Err(verdict.refusal()) }
}

/// What holds for everybody at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Levels {
    /// What holds for who is not named.
    pub everybody: String,
    /// What holds for those in groups with a rule.
    pub people: BTreeMap<PersonId, String>,
}

impl Levels {
    /// What holds for a person.
    #[must_use]
    pub fn of(&self, who: PersonId) -> &str {
        self.people.get(&who).unwrap_or(&self.everybody)
    }
}

/// What holds for everybody, as [`of`] says it of each. Reads the rules and who is in their groups, and nobody else.
///
/// # Errors
/// Where the file cannot be read.
pub fn levels(tx: &ReadTx<'_>, act: Act) -> Result<Levels, StoreError> {
    let everybody = everybody(tx, act)?.value;
    let mut found = tx.sql().prepare_cached(
        "select m.person, r.value from policy_rule r join people_member m on m.in_group = r.in_group where r.act = ?1",
    )?;
    let rows = found.query_map([act.key()], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
    let mut people: BTreeMap<PersonId, String> = BTreeMap::new();
    for row in rows {
        let (person, value) = row?;
        let is_stricter = |kept: &String| act.kind().strictness(&value) > act.kind().strictness(kept);
        if people.get(&person).is_none_or(is_stricter) {
            people.insert(person, value);
        }
    }
    Ok(Levels { everybody, people })
}

/// Whether anybody has set a rule for this at all: where not, what the office begins with holds for everybody.
///
/// # Errors
/// Where the file cannot be read.
pub fn has_rules(tx: &ReadTx<'_>, act: Act) -> Result<bool, StoreError> {
    Ok(tx.sql().prepare_cached("select 1 from policy_rule where act = ?1 limit 1")?.exists([act.key()])?)
}

/// Whether anybody at all may hold this value: where not, nobody needs to be asked one by one.
///
/// # Errors
/// Where the file cannot be read.
pub fn is_anywhere(tx: &ReadTx<'_>, act: Act, value: &str) -> Result<bool, StoreError> {
    if everybody(tx, act)?.value == value {
        return Ok(true);
    }
    let mut found =
        tx.sql().prepare_cached("select 1 from policy_rule where act = ?1 and value = ?2 and in_group is not null")?;
    Ok(found.exists((act.key(), value))?)
}
