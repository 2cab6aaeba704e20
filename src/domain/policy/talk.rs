//! Who may chat with whom, two or few together. Both have their rule, and the stricter holds.

use super::{Act, PolicyError, has_rules, of};
use crate::domain::people;
use crate::domain::store::{ReadTx, StoreError};
use crate::kernel::id::PersonId;

/// Lets nobody through who may not chat with all of these. Costs one look where nobody has a rule.
///
/// # Errors
/// `Barred`, with the name of the first who is out of reach, and the reason.
pub fn talk(tx: &ReadTx<'_>, who: PersonId, with: impl IntoIterator<Item = PersonId>) -> Result<(), PolicyError> {
    if !has_rules(tx, Act::ChatWith)? {
        return Ok(());
    }
    let kind = Act::ChatWith.kind();
    let own = of(tx, who, Act::ChatWith)?;
    let mut mates = None;
    for other in with.into_iter().filter(|other| *other != who) {
        let theirs = of(tx, other, Act::ChatWith)?;
        let is_theirs = kind.strictness(&theirs.value) > kind.strictness(&own.value);
        let verdict = if is_theirs { theirs } else { own.clone() };
        let is_open = match verdict.value.as_str() {
            "everyone" => true,
            "groups" => {
                if mates.is_none() {
                    mates = Some(people::mates(tx, who).map_err(StoreError::from)?);
                }
                mates.as_ref().is_some_and(|mates| mates.contains(&other))
            }
            _ => false,
        };
        if !is_open {
            let name = people::person(tx, other).map_err(StoreError::from)?;
            let name = name.map_or_else(String::new, |person| person.full_name);
            return Err(verdict.refusal_of(&format!("chatting with {name}")));
        }
    }
    Ok(())
}
