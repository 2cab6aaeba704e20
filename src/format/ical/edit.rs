//! Changing a series: all of it, one instance, or from one instance on. RFC 5545 §3.8.4.4, §3.8.5.

use crate::format::ical::draft::{add_zones, apply, sealed, time_line};
use crate::format::ical::line::Line;
use crate::format::ical::tree::Node;
use crate::format::ical::value;
use crate::format::ical::zone::Zones;
use crate::format::ical::{Draft, Edited, Facts, Item, Scope, When, facts};
use crate::format::ical::{read, rule, split};
use crate::kernel::clock::Moment;
use chrono::TimeDelta;
use chrono_tz::Tz;

/// An item laid open for changing.
pub(super) struct Open {
    /// The whole tree.
    pub(super) root: Node,
    /// Where the components of the item stand in it, the main one first.
    pub(super) at: Vec<usize>,
}

impl Open {
    /// Lays an item open.
    pub(super) fn of(item: &Item) -> Option<Self> {
        let root = read::root(&item.text)?;
        let at: Vec<usize> = (0..root.parts.len()).filter(|at| read::is_content(&root.parts[*at])).collect();
        (!at.is_empty() && at.len() == item.overrides.len() + 1).then_some(Self { root, at })
    }

    /// The main component.
    pub(super) fn main(&mut self) -> &mut Node {
        &mut self.root.parts[self.at[0]]
    }

    /// The component of an override.
    pub(super) fn other(&mut self, index: usize) -> &mut Node {
        &mut self.root.parts[self.at[index + 1]]
    }

    /// Every component of the item.
    pub(super) fn each(&mut self, mut change: impl FnMut(&mut Node)) {
        for at in &self.at {
            change(&mut self.root.parts[*at]);
        }
    }

    /// Takes an override away.
    pub(super) fn drop_others(&mut self, is_kept: impl Fn(usize) -> bool) {
        let gone: Vec<usize> =
            (1..self.at.len()).filter(|index| !is_kept(index - 1)).map(|index| self.at[index]).collect();
        let mut index = 0;
        self.root.parts.retain(|_| {
            index += 1;
            !gone.contains(&(index - 1))
        });
        self.at = (0..self.root.parts.len()).filter(|at| read::is_content(&self.root.parts[*at])).collect();
    }

    /// Closes it to an item again.
    pub(super) fn close(mut self, item: &Item) -> Item {
        add_zones(&mut self.root);
        sealed(self.root, item.kind, &item.uid)
    }
}

impl Item {
    /// What is said of an instance, or of the whole.
    #[must_use]
    pub fn facts_at(&self, instance: Option<When>) -> &Facts {
        instance.and_then(|id| self.override_of(id)).map_or(&self.main, |at| &self.overrides[at])
    }

    /// Which of the overrides is of an instance.
    #[must_use]
    pub fn override_of(&self, id: When) -> Option<usize> {
        self.overrides.iter().position(|it| it.instance.is_some_and(|own| own.same_instance(id)))
    }

    /// The start of an instance as the series writes it, from a name such as `When::parse` reads.
    #[must_use]
    pub fn own_form(&self, id: When) -> When {
        match (self.main.starts, id) {
            (Some(When::Day(_)), id) => When::Day(id.date()),
            (Some(When::Zoned { zone, .. }), id) => When::from_instant(id.instant(zone), zone),
            (Some(starts), When::Day(day)) => starts.with_local(day.and_time(starts.local().time())),
            (Some(When::Utc(_)), id) => When::Utc(id.instant(Tz::UTC)),
            _ => id,
        }
    }

    /// When an instance begins and ends, moved or not.
    #[must_use]
    pub fn times_of(&self, id: When) -> (When, When) {
        if let Some(it) = self.override_of(id).map(|at| &self.overrides[at])
            && let Some(starts) = it.starts
        {
            return (starts, it.ends.unwrap_or(starts));
        }
        let starts = self.own_form(id);
        let (Some(first), Some(ends)) = (self.main.starts, self.main.ends) else { return (starts, starts) };
        let length = ends.instant(Tz::UTC).millis().saturating_sub(first.instant(Tz::UTC).millis());
        let later = Moment::from_millis(starts.instant(Tz::UTC).millis().saturating_add(length));
        (
            starts,
            match starts {
                When::Zoned { zone, .. } => When::from_instant(later, zone),
                _ => starts.with_local(When::Utc(later).local()),
            },
        )
    }

    /// What a form shows of an instance: its own facts, or those of the series at its time.
    #[must_use]
    pub fn draft_at(&self, instance: Option<When>) -> Draft {
        let mut draft = Draft::of(self.facts_at(instance), self.kind);
        if let Some(id) = instance {
            let (starts, ends) = self.times_of(id);
            (draft.starts, draft.ends) = (Some(starts), Some(ends));
            draft.rule = self.main.rule.clone();
        }
        draft
    }

    /// The highest `SEQUENCE` of its components.
    pub(super) fn sequence(&self) -> i64 {
        self.overrides.iter().map(|it| it.sequence).fold(self.main.sequence, i64::max)
    }

    /// Whether an instance is one to be told apart: there is a series, and this is of it.
    fn is_single(&self) -> bool {
        !self.main.is_series && self.overrides.is_empty()
    }
}

/// Changes an item as a form says.
#[must_use]
pub fn edit(item: &Item, scope: Scope, draft: &Draft, now: Moment) -> Edited {
    match scope {
        Scope::Only(id) if !item.is_single() => Edited { item: Some(only(item, id, draft, now)), split: None },
        Scope::From(id) if item.main.is_series && !split::is_first(item, id) => split::edit(item, id, draft, now),
        _ => Edited { item: Some(all(item, draft, now)), split: None },
    }
}

/// Moves an item, or an instance of it. A series that moves to another day of the week or month goes on there.
#[must_use]
pub fn moved(item: &Item, scope: Scope, starts: When, ends: When, now: Moment) -> Edited {
    let (was, draft) = match scope {
        Scope::All => (item.main.starts, item.draft_at(None)),
        Scope::Only(id) | Scope::From(id) => (Some(item.times_of(id).0), item.draft_at(Some(id))),
    };
    let rule = match (draft.rule, was) {
        (Some(rule), Some(was)) => Some(rule::turned(&rule, was.date(), starts.date())),
        (rule, _) => rule,
    };
    edit(item, scope, &Draft { starts: Some(starts), ends: Some(ends), rule, ..draft }, now)
}

/// Changes the whole. Instances that differ keep what differs, and follow in the rest.
fn all(item: &Item, draft: &Draft, now: Moment) -> Item {
    let Some(mut open) = Open::of(item) else { return item.clone() };
    let was = &item.main;
    let matters = apply(open.main(), was, draft, now);
    let sequence = item.sequence() + i64::from(matters);
    let shift = was.starts.zip(draft.starts).filter(|(old, new)| old != new);
    if let Some((old, new)) = shift {
        shift_dates(open.main(), item, old, new);
    }
    for (at, it) in item.overrides.iter().enumerate() {
        let node = open.other(at);
        let followed = follow(it, was, draft, shift);
        apply(node, it, &followed, now);
        if let (Some((old, new)), Some(id)) = (shift, it.instance) {
            let range = node.line("RECURRENCE-ID").and_then(|line| line.param("RANGE")).map(|range| range.into_owned());
            node.set(
                time_line("RECURRENCE-ID", shifted(item.own_form(id), old, new)).with_param("RANGE", range.as_deref()),
            );
        }
    }
    if matters {
        open.each(|node| node.put("SEQUENCE", &sequence.to_string()));
    }
    let changed = open.close(item);
    if draft.rule == was.rule { changed } else { split::without_strays(&changed) }
}

/// What an instance that differs says after the whole was changed: where it said the same as the whole, it still does.
fn follow(it: &Facts, was: &Facts, new: &Draft, shift: Option<(When, When)>) -> Draft {
    let mut draft = Draft::of(it, new.kind);
    macro_rules! same {
        ($($field:ident),*) => { $(if it.$field == was.$field { draft.$field = new.$field.clone(); })* };
    }
    same!(
        title, notes, place, link, categories, status, is_busy, privacy, guests, organizer, reminders, percent,
        priority
    );
    draft.rule = None;
    let Some((old_start, new_start)) = shift else {
        return ends_follow(draft, it, was, new);
    };
    let is_unmoved = it.instance.zip(it.starts).is_some_and(|(id, starts)| id.same_instance(starts));
    if is_unmoved && let (Some(starts), Some(ends)) = (it.starts, it.ends) {
        draft.starts = Some(shifted(starts, old_start, new_start));
        draft.ends = Some(shifted(ends, old_start, new_start));
    }
    ends_follow(draft, it, was, new)
}

/// An instance that lasted as long as the whole lasts as long as it now does.
fn ends_follow(mut draft: Draft, it: &Facts, was: &Facts, new: &Draft) -> Draft {
    let length = |starts: Option<When>, ends: Option<When>| {
        Some(ends?.instant(Tz::UTC).millis().saturating_sub(starts?.instant(Tz::UTC).millis()))
    };
    let (old, own, now) = (length(was.starts, was.ends), length(it.starts, it.ends), length(new.starts, new.ends));
    if old == own
        && now != old
        && let (Some(starts), Some(now)) = (draft.starts, now)
    {
        draft.ends = Some(facts::after(starts, value::Span { days: 0, seconds: now / 1000 }));
    }
    draft
}

/// A time of a series that began at `old`, now that it begins at `new`: as far off on the clock's face, in the new form.
pub(super) fn shifted(when: When, old: When, new: When) -> When {
    let by = new.local() - old.local();
    new.with_local(when.local().checked_add_signed(by).unwrap_or_else(|| when.local()))
}

/// Moves the dates that a series has of its own, and those taken out of it, along with its start.
fn shift_dates(node: &mut Node, item: &Item, old: When, new: When) {
    let zones = read::root(&item.text).map(|root| Zones::of(root.parts.iter())).unwrap_or_default();
    for name in ["EXDATE", "RDATE"] {
        let moved: Vec<Line> = facts::times(node, name, &zones)
            .into_iter()
            .map(|when| time_line(name, shifted(item.own_form(when), old, new)))
            .collect();
        let is_period = node.all(name).any(|line| line.value().contains('/'));
        if !moved.is_empty() && !is_period {
            node.remove(name);
            node.lines.extend(moved);
        }
    }
    let by = new.local() - old.local();
    if by != TimeDelta::zero() || old.is_day() != new.is_day() {
        split::fit_until(node, by, new);
    }
}

/// Changes one instance.
fn only(item: &Item, id: When, draft: &Draft, now: Moment) -> Item {
    let Some(mut open) = Open::of(item) else { return item.clone() };
    let at = match item.override_of(id) {
        Some(at) => at,
        None if item.main.instance.is_some_and(|own| own.same_instance(id)) => return all(item, draft, now),
        None => add_override(&mut open, item, id),
    };
    let was = item.overrides.get(at).cloned().unwrap_or_else(|| {
        let zones = Zones::of(open.root.parts.iter());
        facts::facts(&open.root.parts[open.at[at + 1]], item.kind, &zones)
    });
    let node = open.other(at);
    let matters = apply(node, &was, &Draft { rule: None, ..draft.clone() }, now);
    if matters {
        node.put("SEQUENCE", &(item.sequence() + 1).to_string());
    }
    open.close(item)
}

/// Adds an override of an instance that does not differ yet. Says which it is.
pub(super) fn add_override(open: &mut Open, item: &Item, id: When) -> usize {
    let (starts, ends) = item.times_of(id);
    let mut node = open.main().clone();
    for name in ["RRULE", "RDATE", "EXDATE", "EXRULE", "DURATION"] {
        node.remove(name);
    }
    node.set(time_line("RECURRENCE-ID", starts));
    let end_name = if node.name == "VTODO" { "DUE" } else { "DTEND" };
    let has_start = node.line("DTSTART").is_some();
    if has_start || node.name == "VEVENT" {
        node.set(time_line("DTSTART", starts));
    }
    if starts != ends || !has_start && node.name == "VTODO" {
        node.set(time_line(end_name, ends));
    } else {
        node.remove(end_name);
    }
    open.root.parts.push(node);
    open.at.push(open.root.parts.len() - 1);
    open.at.len() - 2
}
