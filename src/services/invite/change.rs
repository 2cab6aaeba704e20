//! What a change of an event means to its guests: whether it concerns them at all, and whether they are asked again.

use super::party::{guests, is_same};
use crate::domain::calendar::Prepared;
use crate::format::ical::{self, Answer, Facts, Item, Scope, When};
use crate::kernel::clock::Moment;
use crate::kernel::text::EmailAddress;
use std::collections::BTreeMap;

/// The highest `SEQUENCE` of an item's parts.
pub(super) fn sequence(item: &Item) -> i64 {
    item.overrides.iter().map(|facts| facts.sequence).fold(item.main.sequence, i64::max)
}

/// Whether guests are to hear of a change: what they read of the event is another, or when it takes place.
pub(super) fn concerns(before: &Prepared, after: &Prepared) -> bool {
    let (old, new) = (before.item(), after.item());
    let said = |facts: &Facts| {
        let Facts { title, notes, place, link, starts, ends, rule, status, .. } = facts.clone();
        (title, notes, place, link, starts, ends, rule, status)
    };
    if said(&old.main) != said(&new.main) || times(before) != times(after) {
        return true;
    }
    new.overrides.iter().any(|facts| {
        let was = facts.instance.and_then(|id| old.override_of(id)).map_or(&old.main, |at| &old.overrides[at]);
        (&facts.title, &facts.notes, &facts.place, &facts.link, facts.status)
            != (&was.title, &was.notes, &was.place, &was.link, was.status)
    })
}

/// When each instance takes place.
fn times(prepared: &Prepared) -> BTreeMap<String, (Moment, Moment)> {
    let time = |time: &ical::Occurrence| (time.instance.to_text(), (time.starts_at, time.ends_at));
    prepared.occurrences().iter().map(time).collect()
}

/// The one instance that was taken out of a series, where nothing else of it changed.
pub(super) fn taken_out(before: &Prepared, after: &Prepared) -> Option<When> {
    let (old, new) = (times(before), times(after));
    let mut gone = before.occurrences().iter().filter(|time| !new.contains_key(&time.instance.to_text()));
    let one = gone.next()?;
    let is_all = gone.next().is_none() && new.iter().all(|(id, time)| old.get(id) == Some(time));
    let is_same_rule = before.item().main.rule == after.item().main.rule;
    (is_all && is_same_rule).then_some(one.instance)
}

/// Whether an answer to `was` says nothing about `is`: it takes place at another time, another place, or by another rule.
pub(super) fn is_another(was: &Facts, is: &Facts) -> bool {
    was.starts != is.starts || was.ends != is.ends || was.rule != is.rule || was.place != is.place
}

/// The item with its guests asked again, as far as their answers were to something else. `own` are addresses of who calls
/// people together: they need not answer.
pub(super) fn asked_again(before: &Item, after: Item, own: &[EmailAddress], now: Moment) -> Item {
    if is_another(&before.main, &after.main) {
        return asked(after, None, own, now);
    }
    let changed: Vec<When> = after
        .overrides
        .iter()
        .filter_map(|facts| {
            let id = facts.instance?;
            let was = before.override_of(id).map(|at| before.overrides[at].clone());
            let was = was.unwrap_or_else(|| {
                let (starts, ends) = before.times_of(id);
                Facts { starts: Some(starts), ends: Some(ends), rule: None, ..before.main.clone() }
            });
            is_another(&was, facts).then_some(id)
        })
        .collect();
    changed.into_iter().fold(after, |item, id| asked(item, Some(id), own, now))
}

/// The item with every guest asked anew.
fn asked(item: Item, instance: Option<When>, own: &[EmailAddress], now: Moment) -> Item {
    let answered = guests(&item).into_iter().filter(|guest| !own.iter().any(|one| is_same(one, &guest.address)));
    let answered: Vec<_> = answered.map(|guest| guest.address).collect();
    answered.iter().fold(item, |item, who| ical::with_answer(&item, who, Answer::NeedsAction, instance, now))
}

/// The item called off, as a whole or one instance.
pub(super) fn called_off(item: &Item, instance: Option<When>, now: Moment) -> Item {
    let scope = instance.map_or(Scope::All, Scope::Only);
    ical::cancel(item, scope, now).item.unwrap_or_else(|| item.clone())
}
