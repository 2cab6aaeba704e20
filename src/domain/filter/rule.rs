//! Rules: kept, and compared with what was said.

use super::FilterError;
use crate::domain::people;
use crate::domain::store::{ReadTx, StoreError, WriteTx};
use crate::kernel::clock::Moment;
use crate::kernel::id::{PersonId, RuleId};
use crate::kernel::{limits, text};
use rusqlite::{OptionalExtension, Row};

/// How the person must be for a rule to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// However.
    Any,
    /// Away, for a moment or longer.
    Away,
    /// Not to be disturbed, or in a meeting.
    Busy,
    /// Not connected, or appearing so.
    Offline,
}

const STATES: [State; 4] = [State::Any, State::Away, State::Busy, State::Offline];

/// What a rule does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// Passes it on to a colleague.
    Forward(PersonId),
    /// Answers with these words.
    Answer(String),
    /// Sends it to oneself by mail.
    Mail,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The rule.
    pub id: RuleId,
    /// Who must have said it; anybody where there is none.
    pub sayer: Option<PersonId>,
    /// How the person must be.
    pub state: State,
    /// Words of which one must occur; any text where there are none.
    pub words: String,
    /// What is done.
    pub deed: Deed,
}

/// Something said to the person, as rules look at it.
#[derive(Debug, Clone, Copy)]
pub struct Said<'t> {
    /// By whom.
    pub sayer: PersonId,
    /// What.
    pub text: &'t str,
    /// How the person is: never `Any`.
    pub state: State,
}

impl Rule {
    /// Whether the rule holds. Words are parted by commas, and looked for whatever their case.
    #[must_use]
    pub fn holds(&self, said: &Said<'_>) -> bool {
        let is_from = self.sayer.is_none_or(|sayer| sayer == said.sayer);
        let is_while = self.state == State::Any || self.state == said.state;
        let text = said.text.to_lowercase();
        let mut words = self.words.split(',').map(str::trim).filter(|word| !word.is_empty()).peekable();
        let is_about = words.peek().is_none() || words.any(|word| text.contains(&word.to_lowercase()));
        is_from && is_while && is_about
    }
}

fn state_row(state: State) -> i64 {
    STATES.iter().zip(0..).find(|(one, _)| **one == state).map_or(0, |(_, row)| row)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Rule> {
    let state: i64 = row.get(2)?;
    let deed = match (row.get::<_, i64>(4)?, row.get::<_, Option<PersonId>>(5)?) {
        (0, Some(person)) => Deed::Forward(person),
        (1, _) => Deed::Answer(row.get(6)?),
        _ => Deed::Mail,
    };
    let state = usize::try_from(state).ok().and_then(|at| STATES.get(at).copied()).unwrap_or(State::Any);
    Ok(Rule { id: row.get(0)?, sayer: row.get(1)?, state, words: row.get(3)?, deed })
}

/// A person's rules, in the order they were made. Walks `filter_rule_by_owner`.
///
/// # Errors
/// Where the file cannot be read.
pub fn rules(tx: &ReadTx<'_>, owner: PersonId) -> Result<Vec<Rule>, FilterError> {
    let mut found = tx.sql().prepare_cached(
        "select id, sayer, state, words, deed, to_whom, text from filter_rule where owner = ?1 order by id",
    )?;
    let rows = found.query_map([owner], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Whether a person has rules: one look, for everything that is said to somebody. Walks `filter_rule_by_owner`.
///
/// # Errors
/// Where the file cannot be read.
pub fn has_any(tx: &ReadTx<'_>, owner: PersonId) -> Result<bool, StoreError> {
    Ok(tx.sql().prepare_cached("select 1 from filter_rule where owner = ?1 limit 1")?.exists([owner])?)
}

/// Makes a rule; its `id` counts for nothing.
///
/// # Errors
/// `NoColleague`, `NoText`, `TooMany`.
pub fn make(tx: &WriteTx<'_>, owner: PersonId, rule: &Rule) -> Result<RuleId, FilterError> {
    let mut count = tx.sql().prepare_cached("select count(*) from filter_rule where owner = ?1")?;
    if count.query_row([owner], |row| row.get::<_, i64>(0))? >= limits::FILTER_RULES {
        return Err(FilterError::TooMany);
    }
    let (deed, to_whom, words) = match &rule.deed {
        Deed::Forward(person) => (0, Some(colleague(tx, owner, *person)?), String::new()),
        Deed::Answer(text) => (1, None, answer(text)?),
        Deed::Mail => (2, None, String::new()),
    };
    let sayer = match rule.sayer {
        Some(sayer) => Some(colleague(tx, owner, sayer)?),
        None => None,
    };
    let mut insert = tx.sql().prepare_cached(
        "insert into filter_rule (owner, sayer, state, words, deed, to_whom, text, made_at)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) returning id",
    )?;
    let about = text::cut(&text::one_line(&rule.words), limits::FILTER_WORDS);
    let values = rusqlite::params![owner, sayer, state_row(rule.state), about, deed, to_whom, words, tx.now()];
    Ok(insert.query_row(values, |row| row.get(0))?)
}

/// Somebody else with an open account.
fn colleague(tx: &ReadTx<'_>, owner: PersonId, person: PersonId) -> Result<PersonId, FilterError> {
    let found = people::person(tx, person).map_err(StoreError::from)?;
    let is_one = found.is_some_and(|found| !found.is_disabled && found.id != owner);
    if is_one { Ok(person) } else { Err(FilterError::NoColleague) }
}

fn answer(typed: &str) -> Result<String, FilterError> {
    let kept = typed.replace("\r\n", "\n").replace('\0', "");
    let kept = kept.trim();
    if kept.is_empty() || kept.chars().count() > limits::FILTER_TEXT {
        return Err(FilterError::NoText);
    }
    Ok(kept.to_owned())
}

/// Removes a rule.
///
/// # Errors
/// `NoRule`.
pub fn remove(tx: &WriteTx<'_>, owner: PersonId, id: RuleId) -> Result<(), FilterError> {
    let gone = tx.sql().prepare_cached("delete from filter_rule where id = ?1 and owner = ?2")?.execute((id, owner))?;
    if gone == 0 { Err(FilterError::NoRule) } else { Ok(()) }
}

/// Whether somebody may be answered by a rule: nobody is twice within [`limits::FILTER_PAUSE`].
///
/// # Errors
/// Where the file cannot be read.
pub fn may_answer(tx: &ReadTx<'_>, owner: PersonId, sayer: PersonId) -> Result<bool, StoreError> {
    let mut found =
        tx.sql().prepare_cached("select answered_at from filter_answered where owner = ?1 and sayer = ?2")?;
    let last: Option<Moment> = found.query_row((owner, sayer), |row| row.get(0)).optional()?;
    Ok(last.is_none_or(|last| last.plus(limits::FILTER_PAUSE) <= tx.now()))
}

/// Notes that somebody was answered by a rule.
///
/// # Errors
/// Where the file cannot be written.
pub fn note_answered(tx: &WriteTx<'_>, owner: PersonId, sayer: PersonId) -> Result<(), StoreError> {
    tx.sql()
        .prepare_cached("insert or replace into filter_answered (owner, sayer, answered_at) values (?1, ?2, ?3)")?
        .execute((owner, sayer, tx.now()))?;
    Ok(())
}
