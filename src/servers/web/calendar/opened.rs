//! An event or a task as somebody opens it: what is kept of it, which of a series it is, and what may be done with it.

use super::super::error::WebError;
use super::super::session::Visit;
use super::here::Here;
use super::side::named;
use crate::domain::calendar::{self, Calendar, Stored};
use crate::domain::people;
use crate::domain::store::ReadTx;
use crate::format::ical::{self, Facts, Item, Occurrence, When};
use crate::kernel::clock::Moment;
use crate::kernel::id::{CalendarItemId, PersonId};
use chrono_tz::Tz;
use std::time::Duration;

/// How far around a time its neighbours in a series are looked for, the nearest first.
const REACH: [Duration; 4] = [days(9), days(70), days(800), days(4200)];
/// Times of a series looked through for one.
const MOST: usize = 2000;

const fn days(count: u64) -> Duration {
    Duration::from_secs(count * 24 * 3600)
}

/// An event or a task, opened.
#[derive(Debug, Clone)]
pub struct Opened {
    /// What is kept of it.
    pub stored: Stored,
    /// What it says.
    pub item: Item,
    /// The calendar it is in.
    pub calendar: Calendar,
    /// That calendar's name on the reader's list.
    pub calendar_name: String,
    /// Which of a series; nothing where it comes once.
    pub at: Option<When>,
    /// The reader's clock.
    pub here: Here,
    /// What is now.
    pub now: Moment,
}

impl Opened {
    /// Opens an event for whoever may read it. Of a series that is the instance named so, or the next where none is named.
    ///
    /// # Errors
    /// `NotFound` for all that is not this reader's to know of, and for an instance that there is not.
    pub fn read(
        tx: &ReadTx<'_>,
        visit: &Visit,
        who: PersonId,
        id: CalendarItemId,
        instance: &str,
    ) -> Result<Self, WebError> {
        let stored = calendar::item(tx, who, id)?;
        let (here, now) = (Here::read(tx, visit, who)?, visit.web.office.clock.now());
        let item =
            ical::item(&stored.text).ok_or_else(|| WebError::Broken(format!("the event {id} cannot be read")))?;
        let calendar = calendar::calendar(tx, who, stored.calendar)?;
        let at = if !is_series(&item) {
            None
        } else if instance.is_empty() {
            next_of(&item, now)
        } else {
            Some(When::parse(instance).and_then(|named| instance_of(&item, named)).ok_or(WebError::NotFound)?)
        };
        let (calendar, calendar_name) = named(vec![calendar], who, &people::all(tx)?).remove(0);
        Ok(Self { stored, item, calendar, calendar_name, at, here, now })
    }

    /// What is said of it.
    pub fn facts(&self) -> &Facts {
        self.item.facts_at(self.at)
    }

    /// When it begins and ends; a task may have neither.
    pub fn times(&self) -> Option<(When, When)> {
        match self.at {
            Some(at) => Some(self.item.times_of(at)),
            None => {
                let facts = &self.item.main;
                let starts = facts.starts.or(facts.ends)?;
                Some((starts, facts.ends.unwrap_or(starts)))
            }
        }
    }

    /// Whether it comes more than once.
    pub fn is_series(&self) -> bool {
        is_series(&self.item)
    }

    /// The name of the instance in addresses; empty where it comes once.
    pub fn instance(&self) -> String {
        self.at.map(When::to_text).unwrap_or_default()
    }

    /// Whether the reader may change it.
    pub fn may_change(&self) -> bool {
        self.calendar.may_write()
    }

    /// Whether somebody else called people together: then only the reader's own copy can be changed.
    pub fn is_guest(&self) -> bool {
        self.stored.answer.is_some()
    }

    /// The instances before and after this one.
    pub fn neighbours(&self) -> (Option<When>, Option<When>) {
        let Some((starts, _)) = self.at.and_then(|_| self.times()) else { return (None, None) };
        let now = starts.instant(Tz::UTC);
        let later = REACH.iter().find_map(|reach| {
            let found = self.item.occurrences(now, now.plus(*reach), MOST).found;
            found.into_iter().filter(|time| time.starts_at > now).min_by_key(|time| time.starts_at)
        });
        let earlier = REACH.iter().find_map(|reach| {
            let found = self.item.occurrences(now.minus(*reach), now, MOST).found;
            found.into_iter().filter(|time| time.starts_at < now).max_by_key(|time| time.starts_at)
        });
        (earlier.map(|time| time.instance), later.map(|time| time.instance))
    }
}

/// Whether an item has instances to be told apart.
pub fn is_series(item: &Item) -> bool {
    item.main.is_series || !item.overrides.is_empty()
}

/// The instance of this name, in the form the series has for it; nothing where it does not take place.
fn instance_of(item: &Item, named: When) -> Option<When> {
    let own = item.own_form(named);
    if item.override_of(own).is_some() {
        return Some(own);
    }
    let at = own.instant(Tz::UTC);
    let around = item.occurrences(at, Moment::from_millis(at.millis().saturating_add(1)), MOST).found;
    around.iter().any(|time| time.instance.same_instance(own)).then_some(own)
}

/// The instance that is on or comes next; of a series that is over, the last.
fn next_of(item: &Item, now: Moment) -> Option<When> {
    let first = |found: Vec<Occurrence>| found.into_iter().min_by_key(|time| time.starts_at).map(|time| time.instance);
    let ahead = REACH.iter().find_map(|reach| first(item.occurrences(now, now.plus(*reach), MOST).found));
    let behind = || {
        let found = REACH.iter().find_map(|reach| {
            let found = item.occurrences(now.minus(*reach), now, MOST).found;
            found.into_iter().max_by_key(|time| time.starts_at)
        });
        found.map(|time| time.instance)
    };
    ahead.or_else(behind).or(item.main.starts).or(item.main.ends)
}
