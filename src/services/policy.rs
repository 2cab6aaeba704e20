//! Policy as those run it who run the office: what changes is written down in the audit, in the same transaction. And what
//! the rules come to for one person, as that person meets them.

use crate::domain::audit::{self, Act as Noted, Actor};
use crate::domain::calendar::{self, CalendarError, Rights};
use crate::domain::chat;
use crate::domain::mail;
use crate::domain::people::{self, Group, Person};
use crate::domain::policy::{self, Act, PolicyError, Rule, Verdict};
use crate::domain::store::{ReadTx, StoreError, WriteTx};
use crate::kernel::clock::Moment;
use crate::kernel::id::{GroupId, PersonId};
use crate::services::presence;
use std::time::Duration;

/// What the audit says where no rule stood, or stands.
const NONE: &str = "no rule";

/// All rules, and the groups that have some.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// The company's groups, by name.
    pub groups: Vec<Group>,
    rules: Vec<Rule>,
}

impl Sheet {
    /// Reads it.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn read(tx: &ReadTx<'_>) -> Result<Self, StoreError> {
        Ok(Self { groups: people::groups(tx)?, rules: policy::rules(tx)? })
    }

    /// What is set for a group, or for everybody; nothing where no rule is.
    #[must_use]
    pub fn kept(&self, act: Act, group: Option<GroupId>) -> Option<&str> {
        self.rules.iter().find(|rule| rule.act == act && rule.group == group).map(|rule| rule.value.as_str())
    }

    /// What holds for everybody who is in no group with a rule.
    #[must_use]
    pub fn everybody(&self, act: Act) -> &str {
        self.kept(act, None).unwrap_or(act.default())
    }
}

/// Sets a rule, or takes it away where there is no value. What is as it was before is written down nowhere.
///
/// # Errors
/// `Value`, `NoGroup`, `ForEverybody`.
pub fn set(
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    act: Act,
    group: Option<GroupId>,
    value: Option<&str>,
) -> Result<(), PolicyError> {
    let value = match value {
        Some(value) => {
            let taken = act.kind().taken(value);
            Some(taken.ok_or_else(|| PolicyError::Value { key: act.key(), wanted: act.kind().in_words() })?)
        }
        None => None,
    };
    let sheet = Sheet::read(tx)?;
    if group.is_none_or(|group| sheet.groups.iter().any(|one| one.id == group))
        && sheet.kept(act, group) == value.as_deref()
    {
        return Ok(());
    }
    let before = match &value {
        Some(value) => policy::set(tx, act, group, value)?,
        None => policy::unset(tx, act, group)?,
    };
    let name = group.and_then(|group| sheet.groups.iter().find(|one| one.id == group)).map(|group| &group.name);
    let subject = match name {
        Some(name) => format!("{} for the group {name}", act.key()),
        None => format!("{} for everybody", act.key()),
    };
    let (before, after) = (before.as_deref().unwrap_or(NONE), value.as_deref().unwrap_or(NONE));
    audit::note(tx, actor, Noted { act: "policy", subject: &subject, before, after })?;
    Ok(())
}

/// What the rules come to for a person: each act with what holds and why, in the order of the sheet.
///
/// # Errors
/// Where the file cannot be read.
pub fn verdicts(tx: &ReadTx<'_>, who: PersonId) -> Result<Vec<Verdict>, StoreError> {
    Act::ALL.into_iter().map(|act| policy::of(tx, who, act)).collect()
}

/// Forgets what was said in chat longer ago than it is kept, at most `most` messages. Returns how many.
///
/// # Errors
/// Where the file cannot be written.
pub fn forget_chat(tx: &WriteTx<'_>, most: usize) -> Result<usize, StoreError> {
    Ok(chat::prune(tx, policy::everybody(tx, Act::ChatDays)?.number(), most)?)
}

/// Deletes for good what has lain in Junk and Trash for longer than they keep it, at most `most` messages. Returns how many.
///
/// # Errors
/// Where the file cannot be written.
pub fn empty_bins(tx: &mut WriteTx<'_>, most: usize) -> Result<usize, StoreError> {
    match policy::everybody(tx, Act::BinDays)?.number() {
        0 => Ok(0),
        days => Ok(mail::erase_binned(tx, days_ago(tx, days), most)?),
    }
}

/// How many messages would go at once, for ever, were a rule of days set to `days`; none where that is no fewer than now.
///
/// # Errors
/// Where the file cannot be read.
pub fn outdated(tx: &ReadTx<'_>, act: Act, days: i64) -> Result<i64, StoreError> {
    let old = policy::everybody(tx, act)?.number();
    match act {
        _ if days <= 0 || (old > 0 && days >= old) => Ok(0),
        Act::BinDays => Ok(mail::binned_before(tx, days_ago(tx, days))?),
        Act::ChatDays => Ok(chat::outdated(tx, days)?),
        _ => Ok(0),
    }
}

fn days_ago(tx: &ReadTx<'_>, days: i64) -> Moment {
    tx.now().minus(Duration::from_secs(u64::try_from(days).unwrap_or(0) * 24 * 3600))
}

/// What one colleague sees of a person. Nothing of it tells whether the person is here, or what a calendar is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Whether the colleague sees whether the person is here, by the rules and by the person's own wish.
    pub presence: bool,
    /// Why nobody chats; nothing where both may.
    pub chat: Option<String>,
    /// Calendars of the person of which the colleague reads all that is not private.
    pub read: usize,
    /// Calendars of which the colleague sees busy times alone.
    pub busy: usize,
}

/// What `by` sees of `of`.
///
/// # Errors
/// Where the file cannot be read.
pub fn seen(tx: &ReadTx<'_>, of: &Person, by: PersonId) -> Result<Seen, StoreError> {
    let presence = presence::eyes(tx, by).map_err(StoreError::from)?.may_see(of.id);
    let chat = match policy::talk(tx, by, [of.id]) {
        Ok(()) => None,
        Err(PolicyError::Barred(words)) => Some(words),
        Err(error) => return Err(error.into()),
    };
    let (mut read, mut busy) = (0, 0);
    for one in calendar::calendars(tx, of.id)?.into_iter().filter(|one| one.owner == Some(of.id)) {
        match calendar::access(tx, by, one.id) {
            Ok(access) if access.rights >= Rights::Read => read += 1,
            Ok(_) => busy += 1,
            Err(CalendarError::NoCalendar) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Seen { presence, chat, read, busy })
}
