//! Ending a series at an instance, and taking instances out of it. RFC 5545 §3.3.10, §3.8.5.1.

use crate::format::ical::draft::time_line;
use crate::format::ical::edit::{self, Open, add_override};
use crate::format::ical::line::Line;
use crate::format::ical::read;
use crate::format::ical::rule::Rule;
use crate::format::ical::tree::Node;
use crate::format::ical::zone::Zones;
use crate::format::ical::{Draft, Edited, Item, Scope, When, facts};
use crate::kernel::clock::Moment;
use crate::kernel::limits;
use chrono::TimeDelta;
use chrono_tz::Tz;
use std::time::Duration;

/// Takes an item away: all of it, one instance, or that and those that follow.
#[must_use]
pub fn cut(item: &Item, scope: Scope, now: Moment) -> Edited {
    let nothing = Edited { item: None, split: None };
    match scope {
        Scope::All => nothing,
        Scope::Only(_) if !item.main.is_series && item.overrides.is_empty() => nothing,
        Scope::From(id) if !item.main.is_series || is_first(item, id) => nothing,
        Scope::Only(id) => Edited { item: without(item, id, now), split: None },
        Scope::From(id) => Edited { item: ended(item, id, now).filter(has_any), split: None },
    }
}

/// Calls an item off, or instances of it: they stay, to be shown as called off.
#[must_use]
pub fn cancel(item: &Item, scope: Scope, now: Moment) -> Edited {
    let Some(mut open) = Open::of(item) else { return Edited { item: Some(item.clone()), split: None } };
    let sequence = (item.sequence() + 1).to_string();
    let stamp = When::Utc(now).written();
    let off = |node: &mut Node| {
        node.put("STATUS", "CANCELLED");
        node.put("SEQUENCE", &sequence);
        node.put("DTSTAMP", &stamp);
        node.put("LAST-MODIFIED", &stamp);
    };
    match scope {
        Scope::Only(id) if item.main.is_series || !item.overrides.is_empty() => {
            let at = item.override_of(id);
            if at.is_none() && item.main.instance.is_some_and(|own| own.same_instance(id)) {
                off(open.main());
            } else {
                let at = at.unwrap_or_else(|| add_override(&mut open, item, id));
                off(open.other(at));
            }
        }
        Scope::From(id) if item.main.is_series && !is_first(item, id) => {
            return Edited { item: ended(item, id, now), split: None };
        }
        _ => open.each(off),
    }
    Edited { item: Some(open.close(item)), split: None }
}

/// Whether an instance is the first of its series.
pub(super) fn is_first(item: &Item, id: When) -> bool {
    item.main.starts.is_none_or(|first| item.own_form(id).instant(Tz::UTC) <= first.instant(Tz::UTC))
}

/// Whether any time of an item is left.
fn has_any(item: &Item) -> bool {
    let found = item.occurrences(Moment::from_millis(i64::MIN / 4), Moment::from_millis(i64::MAX / 4), 1);
    !found.found.is_empty() || found.is_cut
}

/// The item without one instance.
fn without(item: &Item, id: When, now: Moment) -> Option<Item> {
    let mut open = Open::of(item)?;
    if item.main.instance.is_some_and(|own| own.same_instance(id)) {
        let mut root = open.root;
        root.parts.remove(open.at[0]);
        return read::build(root);
    }
    open.drop_others(|at| !item.overrides[at].instance.is_some_and(|own| own.same_instance(id)));
    if item.main.is_series {
        let sequence = item.sequence() + 1;
        let node = open.main();
        node.lines.push(time_line("EXDATE", item.own_form(id)));
        node.put("SEQUENCE", &sequence.to_string());
        touch(node, now);
    }
    Some(open.close(item)).filter(has_any)
}

fn touch(node: &mut Node, now: Moment) {
    node.put("DTSTAMP", &When::Utc(now).written());
    node.put("LAST-MODIFIED", &When::Utc(now).written());
}

/// The series up to an instance, that not included.
fn ended(item: &Item, id: When, now: Moment) -> Option<Item> {
    let id = item.own_form(id);
    let mut open = Open::of(item)?;
    let zones = Zones::of(open.root.parts.iter());
    let is_before = |when: When| item.own_form(when).instant(Tz::UTC) < id.instant(Tz::UTC);
    open.drop_others(|at| item.overrides[at].instance.is_some_and(is_before));
    let sequence = item.sequence() + 1;
    let node = open.main();
    let last = until(id);
    let rules: Vec<Line> = node
        .lines
        .iter()
        .filter(|line| line.is("RRULE"))
        .map(|line| line.with_value(&ending(line.value(), Some(&last), None)))
        .collect();
    if !rules.is_empty() {
        node.remove("RRULE");
        node.lines.extend(rules);
    }
    keep_dates(node, &zones, is_before);
    node.put("SEQUENCE", &sequence.to_string());
    touch(node, now);
    Some(open.close(item))
}

/// The last moment before an instance, as `UNTIL` says it: in UTC where the series has a place. §3.3.10.
fn until(id: When) -> String {
    let second = Duration::from_secs(1);
    match id {
        When::Day(day) => When::Day(day.pred_opt().unwrap_or(day)).written(),
        When::Floating(local) => When::Floating(local - TimeDelta::seconds(1)).written(),
        _ => When::Utc(id.instant(Tz::UTC).minus(second)).written(),
    }
}

/// A rule with another end.
fn ending(rule: &str, until: Option<&str>, count: Option<u32>) -> String {
    let is_end = |part: &&str| {
        let key = part.split('=').next().unwrap_or_default().trim().to_ascii_uppercase();
        !key.is_empty() && key != "UNTIL" && key != "COUNT"
    };
    let mut parts: Vec<String> = rule.trim().split(';').filter(is_end).map(str::to_owned).collect();
    parts.extend(until.map(|until| format!("UNTIL={until}")));
    parts.extend(count.map(|count| format!("COUNT={count}")));
    parts.join(";")
}

/// Keeps those dates of a series' own, and those taken out, that are wanted. Periods stay as they are.
fn keep_dates(node: &mut Node, zones: &Zones, is_kept: impl Fn(When) -> bool) {
    for line in &mut node.lines {
        if !line.is("EXDATE") && !line.is("RDATE") {
            continue;
        }
        let zone = line.param("TZID").and_then(|name| zones.find(name.trim()));
        let when_of = |text: &str| facts::when_from(text.split('/').next().unwrap_or(text), zone);
        let kept: Vec<&str> = line.value().split(',').filter(|text| when_of(text).is_some_and(&is_kept)).collect();
        *line = line.with_value(&kept.join(","));
    }
    node.lines.retain(|line| !(line.is("EXDATE") || line.is("RDATE")) || !line.value().is_empty());
}

/// Ends a series before an instance; from there on it is one of its own, changed as a form says.
pub(super) fn edit(item: &Item, id: When, draft: &Draft, now: Moment) -> Edited {
    let Some(rest) = rest(item, id, now) else { return Edited { item: Some(item.clone()), split: None } };
    let mut draft = draft.clone();
    if draft.rule == item.main.rule {
        draft.rule = rest.main.rule.clone();
    }
    let split = edit::edit(&rest, Scope::All, &draft, now).item;
    Edited { item: ended(item, id, now), split }
}

/// The series from an instance on, under a name of its own.
fn rest(item: &Item, id: When, now: Moment) -> Option<Item> {
    let id = item.own_form(id);
    let mut open = Open::of(item)?;
    let zones = Zones::of(open.root.parts.iter());
    let is_after = |when: When| item.own_form(when).instant(Tz::UTC) >= id.instant(Tz::UTC);
    open.drop_others(|at| item.overrides[at].instance.is_some_and(is_after));
    let base = item.uid.split("_R").next().unwrap_or(&item.uid);
    let base = &base[..base.floor_char_boundary(160)];
    let uid = format!("{base}_R{}-{:x}", id.to_text(), now.millis());
    open.each(|node| node.put("UID", &uid));
    let before = count_before(item, id);
    let (_, ends) = Item { overrides: Vec::new(), ..item.clone() }.times_of(id);
    let node = open.main();
    node.put("SEQUENCE", "0");
    node.put("CREATED", &When::Utc(now).written());
    node.set(time_line("DTSTART", id));
    let end_name = if node.name == "VTODO" { "DUE" } else { "DTEND" };
    if node.line(end_name).is_some() {
        node.set(time_line(end_name, ends));
    }
    if let Some(line) = node.line("RRULE").cloned()
        && let Some(count) = Rule::parse(line.value()).and_then(|rule| rule.count)
    {
        node.set(line.with_value(&ending(line.value(), None, Some(count.saturating_sub(before).max(1)))));
    }
    keep_dates(node, &zones, is_after);
    Some(Item { uid: uid.clone(), ..open.close(item) })
}

/// How many times the rule of a series gives before an instance, those taken out included.
fn count_before(item: &Item, id: When) -> u32 {
    use crate::format::ical::walk::Walk;
    let Some((rule, starts)) = item.main.rule.as_deref().and_then(Rule::parse).zip(item.main.starts) else { return 0 };
    let mut steps = limits::ICAL_STEPS;
    let mut count = 0;
    let window = (chrono::NaiveDateTime::MIN, id.local());
    Walk::new(&rule, starts.local(), window, &mut steps).run(&|_| false, &mut |_| {
        count += 1;
        true
    });
    count
}

/// The item without instances that its rule no longer gives.
pub(super) fn without_strays(item: &Item) -> Item {
    let Some(mut open) = Open::of(item) else { return item.clone() };
    let bare = Item { overrides: Vec::new(), text: bare_text(item), ..item.clone() };
    let is_given = |id: When| {
        let at = item.own_form(id).instant(Tz::UTC);
        let found = bare.occurrences(at, at.plus(Duration::from_secs(1)), limits::ICAL_INSTANCES);
        found.is_cut || found.found.iter().any(|one| one.instance.same_instance(id))
    };
    let strays: Vec<bool> = item.overrides.iter().map(|it| !it.instance.is_some_and(is_given)).collect();
    if !strays.contains(&true) {
        return item.clone();
    }
    open.drop_others(|at| !strays[at]);
    open.close(item)
}

/// The text of a series alone, with nothing taken out of it.
fn bare_text(item: &Item) -> String {
    let mut text = String::new();
    if let Some(mut open) = Open::of(item) {
        open.drop_others(|_| false);
        open.main().remove("EXDATE");
        open.root.write(&mut text);
    }
    text
}

/// Moves the end of a rule along with the start of its series, and gives it the form the start has.
pub(super) fn fit_until(node: &mut Node, by: TimeDelta, new: When) {
    let Some(line) = node.line("RRULE").cloned() else { return };
    let Some(old) = Rule::parse(line.value()).and_then(|rule| rule.until) else { return };
    let local = match (old, new) {
        (When::Utc(moment), When::Zoned { zone, .. }) => When::from_instant(moment, zone).local(),
        _ => old.local(),
    };
    let moved = local.checked_add_signed(by).unwrap_or(local);
    let is_day = old.is_day();
    let until = match new {
        When::Day(_) => When::Day(moved.date()),
        _ if is_day => When::Day(old.date()),
        When::Floating(_) => When::Floating(moved),
        _ => When::Utc(new.with_local(moved).instant(Tz::UTC)),
    };
    node.set(line.with_value(&ending(line.value(), Some(&until.written()), None)));
}
