//! Who may see whom: the one check. No door learns anything of another's presence but through a pair of eyes.

use super::{Board, Link, Policy, Presence, PresenceError, Show, Visibility};
use crate::domain::people;
use crate::domain::policy::Levels;
use crate::domain::store::ReadTx;
use crate::kernel::id::PersonId;
use std::collections::BTreeSet;

/// One person's view of the others, as the office's policy and everybody's wishes were when it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Eyes {
    me: PersonId,
    sight: Sight,
    /// Those of whom it is told when they were last seen.
    last_seen: Sight,
}

/// Whom the person may see: small in memory, since most see all and some see few.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Sight {
    /// Everybody but these, in order.
    AllBut(Box<[PersonId]>),
    /// These alone, in order.
    Only(Box<[PersonId]>),
}

impl Sight {
    fn all_but(people: BTreeSet<PersonId>) -> Self {
        Self::AllBut(people.into_iter().collect())
    }

    fn only(people: BTreeSet<PersonId>) -> Self {
        Self::Only(people.into_iter().collect())
    }

    /// Those for whom a switch is on.
    fn of_switch(levels: &Levels) -> Self {
        let is_usual = levels.everybody == "on";
        let others = levels.people.iter().filter(|(_, value)| (value.as_str() == "on") != is_usual);
        let others = others.map(|(who, _)| *who).collect();
        if is_usual { Self::AllBut(others) } else { Self::Only(others) }
    }

    fn has(&self, target: PersonId) -> bool {
        match self {
            Self::AllBut(hidden) => hidden.binary_search(&target).is_err(),
            Self::Only(seen) => seen.binary_search(&target).is_ok(),
        }
    }
}

/// Reads what `me` may see of the others.
///
/// # Errors
/// Where the file cannot be read.
pub fn eyes(tx: &ReadTx<'_>, me: PersonId, policy: &Policy) -> Result<Eyes, PresenceError> {
    let hidden = hidden(tx, me)?;
    let level = |value: &str| Visibility::named(value).unwrap_or(Visibility::Nobody);
    let levels = &policy.visible;
    let usual = level(&levels.everybody);
    let is_of_groups =
        usual == Visibility::Groups || levels.people.values().any(|value| level(value) == Visibility::Groups);
    let mates = if is_of_groups { people::mates(tx, me)? } else { BTreeSet::new() };
    let passes = |who: &PersonId, value: Visibility| match value {
        Visibility::Everyone => true,
        Visibility::Groups => mates.contains(who),
        Visibility::Nobody => false,
    };
    let (open, shut): (Vec<_>, Vec<_>) = levels.people.iter().partition(|(who, value)| passes(who, level(value)));
    let sight = if usual == Visibility::Everyone {
        Sight::all_but(hidden.into_iter().chain(shut.into_iter().map(|(who, _)| *who)).collect())
    } else {
        let usual: Vec<PersonId> = match usual {
            Visibility::Groups => mates.iter().filter(|who| !levels.people.contains_key(who)).copied().collect(),
            _ => Vec::new(),
        };
        let seen = usual.into_iter().chain(open.into_iter().map(|(who, _)| *who));
        Sight::only(seen.filter(|who| !hidden.contains(who)).collect())
    };
    Ok(Eyes { me, sight, last_seen: Sight::of_switch(&policy.last_seen) })
}

/// Those who are not to be seen by `me`, by their own wish or because their account is closed.
fn hidden(tx: &ReadTx<'_>, me: PersonId) -> Result<BTreeSet<PersonId>, PresenceError> {
    let mut hidden = people::disabled(tx)?;
    let mut found = tx.sql().prepare_cached("select person from presence_hidden where hidden_from = ?1")?;
    for person in found.query_map([me], |row| row.get(0))? {
        hidden.insert(person?);
    }
    let mut found = tx.sql().prepare_cached("select person, visible_to from presence_privacy where visible_to <> 0")?;
    let choosy = found.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let choosy: Vec<(PersonId, i64)> = choosy.collect::<Result<_, _>>()?;
    if choosy.is_empty() {
        return Ok(hidden);
    }
    let mates = people::mates(tx, me)?;
    let is_hidden = |(person, visible): &(PersonId, i64)| match Visibility::from_row(*visible) {
        Visibility::Everyone => false,
        Visibility::Groups => !mates.contains(person),
        Visibility::Nobody => true,
    };
    hidden.extend(choosy.iter().filter(|one| is_hidden(one)).map(|(person, _)| *person));
    Ok(hidden)
}

impl Eyes {
    /// Eyes for oneself alone: they see nobody else, and need nothing read.
    #[must_use]
    pub fn own(me: PersonId) -> Self {
        Self { me, sight: Sight::Only(Box::default()), last_seen: Sight::AllBut(Box::default()) }
    }

    /// Whose eyes these are.
    #[must_use]
    pub const fn me(&self) -> PersonId {
        self.me
    }

    /// Whether anything of `target` may be seen. Oneself always.
    #[must_use]
    pub fn may_see(&self, target: PersonId) -> bool {
        target == self.me || self.sight.has(target)
    }

    /// How `target` is, as far as these eyes may know. Who is hidden looks as one who never came.
    #[must_use]
    pub fn see(&self, board: &Board, target: PersonId) -> Presence {
        if !self.may_see(target) {
            return Presence::default();
        }
        let presence = board.presence(target);
        let presence = if target == self.me { presence } else { presence.to_others() };
        if self.tells_last_seen(target) { presence } else { Presence { last_seen: None, ..presence } }
    }

    fn tells_last_seen(&self, target: PersonId) -> bool {
        target == self.me || self.last_seen.has(target)
    }

    /// Whether a person who is as `said` looks different to these eyes than to `old`.
    pub(super) fn see_anew(&self, old: &Self, target: PersonId, said: &Presence) -> bool {
        match (old.may_see(target), self.may_see(target)) {
            (true, true) => said.last_seen.is_some() && old.tells_last_seen(target) != self.tells_last_seen(target),
            (false, false) => false,
            (true, false) | (false, true) => said.to_others() != Presence::default(),
        }
    }
}

impl Eyes {
    /// What `target` is connected by, where these eyes see the person here.
    #[must_use]
    pub fn connections(&self, board: &Board, target: PersonId) -> Vec<Link> {
        if self.see(board, target).show == Show::Offline { Vec::new() } else { board.links(target) }
    }
}

impl Presence {
    /// As everybody else may know it: who appears offline cannot be told from one who went.
    #[must_use]
    pub(super) fn to_others(&self) -> Self {
        let mut seen = self.clone();
        if seen.is_invisible {
            seen.is_invisible = false;
            seen.until = None;
        }
        seen
    }
}

#[cfg(test)]
impl Eyes {
    /// Eyes that nobody hides from.
    pub(super) fn all_seeing(me: PersonId) -> Self {
        Self { me, sight: Sight::AllBut(Box::default()), last_seen: Sight::AllBut(Box::default()) }
    }
}
