//! What a change of an event means to its guests: whether it concerns them at all, and whether they are asked again.

use super::party::{guests, is_same};
use crate::domain::calendar::Prepared;
use crate::format::ical::{self, Answer, Facts, Guest, Item, Part, Scope, When};
use crate::kernel::clock::Moment;
use crate::kernel::text::EmailAddress;
use std::collections::BTreeMap;

/// The highest `SEQUENCE` of an item's parts.
pub(super) fn sequence(item: &Item) -> i64 {
    item.overrides.iter().map(|facts| facts.sequence).fold(item.main.sequence, i64::max)
}

/// What guests read of an event or of an instance of it.
fn said(facts: &Facts) -> impl PartialEq + '_ {
    (&facts.title, &facts.notes, &facts.place, &facts.link, facts.status)
}

/// Whether guests are to hear of a change: what they read of the event is another, or when it takes place.
pub(super) fn concerns(before: &Prepared, after: &Prepared) -> bool {
    let (old, new) = (before.item(), after.item());
    let is_same = said(&old.main) == said(&new.main) && old.main.starts == new.main.starts;
    let is_same = is_same && old.main.ends == new.main.ends && old.main.rule == new.main.rule;
    !is_same || times(before) != times(after) || !changed_instances(before, after).is_empty()
}

/// The instances that differ from what was said of them before.
fn changed_instances(before: &Prepared, after: &Prepared) -> Vec<When> {
    let (old, new) = (before.item(), after.item());
    let ids = new.overrides.iter().filter_map(|facts| facts.instance);
    ids.filter(|id| {
        said(new.facts_at(Some(*id))) != said(old.facts_at(Some(*id))) || new.times_of(*id) != old.times_of(*id)
    })
    .collect()
}

/// The one instance that changed, where nothing else of the series did.
pub(super) fn changed_one(before: &Prepared, after: &Prepared) -> Option<When> {
    let (old, new) = (before.item(), after.item());
    let is_same = said(&old.main) == said(&new.main) && !is_another(&old.main, &new.main);
    let (was, is) = (times(before), times(after));
    let is_same = is_same && was.len() == is.len() && was.keys().all(|id| is.contains_key(id));
    let changed = changed_instances(before, after);
    let [one] = changed.as_slice() else { return None };
    (is_same && new.main.is_series).then_some(*one)
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

/// The item with its guests asked again, as far as their answers were to something else: not where a series only ends
/// earlier, or lacks an instance. `own` are addresses of who calls people together: they need not answer.
pub(super) fn asked_again(before: &Item, after: Item, own: &[EmailAddress], now: Moment) -> Item {
    if is_another(&before.main, &after.main) {
        let (was, is) = (Prepared::new(before.clone(), now), Prepared::new(after.clone(), now));
        let (was, is) = (times(&was), times(&is));
        let is_less = before.main.place == after.main.place && is.iter().all(|(id, time)| was.get(id) == Some(time));
        return if is_less { after } else { asked(after, None, own, now) };
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
    let is_asked = |guest: &Guest| {
        // A room answers by being booked, in the transaction that keeps the event.
        guest.part != Part::Resource && !own.iter().any(|one| is_same(one, &guest.address))
    };
    let answered = guests(&item).into_iter().filter(is_asked);
    let answered: Vec<_> = answered.map(|guest| guest.address).collect();
    answered.iter().fold(item, |item, who| ical::with_answer(&item, who, Answer::NeedsAction, instance, now))
}

/// What an item says of an instance, at its time; of the whole where none is named.
pub(super) fn at(item: &Item, instance: Option<When>) -> Facts {
    let facts = item.facts_at(instance).clone();
    let Some(id) = instance else { return facts };
    let (starts, ends) = item.times_of(id);
    Facts { starts: Some(starts), ends: Some(ends), rule: None, ..facts }
}

/// The item called off, as a whole or one instance.
pub(super) fn called_off(item: &Item, instance: Option<When>, now: Moment) -> Item {
    let scope = instance.map_or(Scope::All, Scope::Only);
    ical::cancel(item, scope, now).item.unwrap_or_else(|| item.clone())
}
