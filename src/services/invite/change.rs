//! What a change of an event means to its guests: whether it concerns them at all, and whether they are asked again.

use super::party::{guests, is_same};
use crate::format::ical::{self, Answer, Facts, Guest, Item, Part, Scope, When};
use crate::kernel::clock::Moment;
use crate::kernel::limits;
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
pub(super) fn concerns(old: &Item, new: &Item) -> bool {
    let is_same = said(&old.main) == said(&new.main) && !is_another(&old.main, &new.main);
    let (was, is) = times(old, new);
    !is_same || was != is || !changed_instances(old, new).is_empty()
}

/// The instances that differ from what was said of them before.
fn changed_instances(old: &Item, new: &Item) -> Vec<When> {
    let ids = new.overrides.iter().filter_map(|facts| facts.instance);
    let is_other =
        |id: When| said(new.facts_at(Some(id))) != said(old.facts_at(Some(id))) || new.times_of(id) != old.times_of(id);
    ids.filter(|id| is_other(*id)).collect()
}

/// The one instance that changed, where nothing else of the series did.
pub(super) fn changed_one(old: &Item, new: &Item) -> Option<When> {
    let is_same = said(&old.main) == said(&new.main) && !is_another(&old.main, &new.main);
    let (was, is) = times(old, new);
    let is_same = is_same && was.len() == is.len() && was.keys().all(|id| is.contains_key(id));
    let changed = changed_instances(old, new);
    let [one] = changed.as_slice() else { return None };
    (is_same && new.main.is_series).then_some(*one)
}

/// When each instance takes place, by its name.
type Times = BTreeMap<String, (Moment, Moment)>;

/// When the instances of an item take place, before and after a change: of a series without an end, as far as both were
/// reckoned.
fn times(old: &Item, new: &Item) -> (Times, Times) {
    let (ever, never) = (Moment::from_millis(i64::MIN / 4), Moment::from_millis(i64::MAX / 4));
    let all = [old, new].map(|item| item.occurrences(ever, never, limits::ICAL_INSTANCES));
    let end = all.iter().filter(|all| all.is_cut).filter_map(|all| all.found.last()).map(|last| last.starts_at).min();
    let [old, new] = all.map(|all| {
        let known = all.found.into_iter().filter(|time| end.is_none_or(|end| time.starts_at < end));
        known.map(|time| (time.instance.to_text(), (time.starts_at, time.ends_at))).collect()
    });
    (old, new)
}

/// The one instance that was taken out of a series, where nothing else of it changed.
pub(super) fn taken_out(old: &Item, new: &Item) -> Option<When> {
    let (was, is) = times(old, new);
    let mut gone = was.keys().filter(|id| !is.contains_key(*id));
    let one = gone.next()?;
    let is_all = gone.next().is_none() && is.iter().all(|(id, time)| was.get(id) == Some(time));
    let is_same_rule = old.main.rule == new.main.rule;
    When::parse(one).filter(|_| is_all && is_same_rule).map(|id| old.own_form(id))
}

/// Whether an answer to `was` says nothing about `is`: it takes place at another time, another place, or by another rule.
pub(super) fn is_another(was: &Facts, is: &Facts) -> bool {
    was.starts != is.starts || was.ends != is.ends || was.rule != is.rule || was.place != is.place
}

/// The item with its guests asked again, as far as their answers were to something else: not where a series only ends
/// earlier, or lacks an instance. `own` are addresses of who calls people together: they need not answer.
pub(super) fn asked_again(before: &Item, after: Item, own: &[EmailAddress], now: Moment) -> Item {
    if is_another(&before.main, &after.main) {
        let (was, is) = times(before, &after);
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
