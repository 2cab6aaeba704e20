//! The outline of some days: of each the first few entries, as many as a month has room for, and how many more there are.
//! What is left out is counted and never read.

use super::CalendarError;
use super::access::access;
use super::brief::{Brief, INSTANCE, Sight, scan};
use super::model::{Entries, Entry, Window};
use super::window::{beyond, in_order, mask, one};
use crate::domain::store::ReadTx;
use crate::kernel::clock::Moment;
use crate::kernel::id::{CalendarId, CalendarItemId, PersonId};
use crate::kernel::limits;
use rusqlite::Row;

/// What a month shows of its days.
#[derive(Debug, Clone, Default)]
pub struct Outline {
    /// What there may be room for: all that takes more than one day, and of each day the first few.
    pub entries: Entries,
    /// For each day, how many of it are left out.
    pub left_out: Vec<usize>,
    /// For each day, whether something takes place.
    pub is_on: Vec<bool>,
}

/// The outline of `days`, which follow one another, in those of `calendars` that `who` may know of: at most `most` entries of
/// each that take no other day. What may not be read is masked as in a window; tasks are not among them.
///
/// # Errors
/// Where the file cannot be read.
pub fn outline(
    tx: &ReadTx<'_>,
    who: PersonId,
    calendars: &[CalendarId],
    days: &[Window],
    most: usize,
) -> Result<Outline, CalendarError> {
    let (Some(first), Some(last)) = (days.first(), days.last()) else { return Ok(Outline::default()) };
    let whole = Window { from: first.from, to: last.to, wall_from: first.wall_from, wall_to: last.wall_to };
    let mut sketch = Sketch::new(days, most);
    for calendar in calendars.iter().take(limits::CALENDARS_AT_ONCE) {
        let access = match access(tx, who, *calendar) {
            Ok(access) => access,
            Err(CalendarError::NoCalendar) => continue,
            Err(error) => return Err(error),
        };
        let is_cut = scan(tx, *calendar, &whole, |brief, shape, row| match brief.sight(access) {
            Sight::Nothing => Ok(()),
            sight => sketch.add(brief, || Ok(Source::Kept(Key::of(*calendar, shape, &brief, sight, row)?))),
        })?;
        sketch.is_cut |= is_cut;
        let mut reckoned = Vec::new();
        beyond(tx, *calendar, &whole, limits::CALENDAR_ENTRIES, &mut reckoned)?;
        for mut entry in reckoned {
            let brief = Brief::of(&entry);
            match brief.sight(access) {
                Sight::Nothing => continue,
                Sight::Taken => mask(&mut entry),
                Sight::All => {}
            }
            sketch.add(brief, move || Ok(Source::Reckoned(Box::new(entry))))?;
        }
    }
    sketch.finish(tx)
}

/// Where a time that is kept is found again.
struct Key {
    calendar: CalendarId,
    shape: i64,
    ends_at: Moment,
    item: CalendarItemId,
    instance: String,
    is_masked: bool,
}

impl Key {
    fn of(calendar: CalendarId, shape: i64, brief: &Brief, sight: Sight, row: &Row<'_>) -> Result<Self, CalendarError> {
        let (ends_at, item) = (brief.ends_at, brief.item);
        Ok(Self { calendar, shape, ends_at, item, instance: row.get(INSTANCE)?, is_masked: sight == Sight::Taken })
    }
}

/// What an entry is made from.
enum Source {
    Kept(Key),
    Reckoned(Box<Entry>),
}

impl Source {
    fn entry(self, tx: &ReadTx<'_>) -> Result<Entry, CalendarError> {
        match self {
            Self::Reckoned(entry) => Ok(*entry),
            Self::Kept(key) => {
                let mut entry = one(tx, key.calendar, key.shape, (key.ends_at, key.item, &key.instance))?;
                if key.is_masked {
                    mask(&mut entry);
                }
                Ok(entry)
            }
        }
    }
}

/// The order of what lies in one day: when it begins and ends there, and which it is.
type Place = (i64, i64, CalendarItemId);

/// One day as it fills: the first of what takes all of it, and of what takes hours.
#[derive(Default)]
struct Day {
    whole: Vec<(Place, Source)>,
    hours: Vec<(Place, Source)>,
    left_out: usize,
    is_on: bool,
}

struct Sketch {
    /// When each day begins, for instants and for the wall clock.
    begins: [Vec<i64>; 2],
    days: Vec<Day>,
    /// What takes more than one day.
    long: Vec<Source>,
    most: usize,
    is_cut: bool,
}

impl Sketch {
    fn new(days: &[Window], most: usize) -> Self {
        let begins = |from: fn(&Window) -> Moment| days.iter().map(|day| from(day).millis()).collect();
        Self {
            begins: [begins(|day| day.from), begins(|day| day.wall_from)],
            days: days.iter().map(|_| Day::default()).collect(),
            long: Vec::new(),
            most,
            is_cut: false,
        }
    }

    /// Adds a time; what it is made from is asked only where it may be shown.
    fn add(
        &mut self,
        brief: Brief,
        source: impl FnOnce() -> Result<Source, CalendarError>,
    ) -> Result<(), CalendarError> {
        let begins = &self.begins[usize::from(brief.is_floating)];
        let (starts, ends) = (brief.starts_at.millis(), brief.ends_at.millis());
        let day_of = |at: i64| begins.partition_point(|begin| *begin <= at).saturating_sub(1);
        let (first, last) = (day_of(starts), day_of(starts.max(ends.saturating_sub(1))));
        for day in &mut self.days[first..=last] {
            day.is_on = true;
        }
        if first != last || starts < begins[first] {
            if self.long.len() < limits::CALENDAR_ENTRIES {
                self.long.push(source()?);
            } else {
                self.is_cut = true;
            }
            return Ok(());
        }
        let place = (starts - begins[first], ends - begins[first], brief.item);
        let day = &mut self.days[first];
        let among = if brief.is_all_day { &mut day.whole } else { &mut day.hours };
        if among.len() >= self.most {
            day.left_out += 1;
            if among.last().is_none_or(|(last, _)| *last <= place) {
                return Ok(());
            }
            among.pop();
        }
        let at = among.partition_point(|(other, _)| *other <= place);
        among.insert(at, (place, source()?));
        Ok(())
    }

    /// Reads what may be shown. Where whole days leave less room, there is less for hours.
    fn finish(self, tx: &ReadTx<'_>) -> Result<Outline, CalendarError> {
        let mut all = Outline { entries: Entries { found: Vec::new(), is_cut: self.is_cut }, ..Outline::default() };
        for source in self.long {
            all.entries.found.push(source.entry(tx)?);
        }
        for mut day in self.days {
            let room = self.most - day.whole.len();
            day.left_out += day.hours.len().saturating_sub(room);
            day.hours.truncate(room);
            for (_, source) in day.whole.into_iter().chain(day.hours) {
                all.entries.found.push(source.entry(tx)?);
            }
            all.left_out.push(day.left_out);
            all.is_on.push(day.is_on);
        }
        in_order(&mut all.entries.found);
        Ok(all)
    }
}
