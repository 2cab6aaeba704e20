//! Days by their hours: one, five or seven of them side by side.

use super::super::words::{month, weekday};
use super::columns::{MOST, QUARTERS, Quarters, Slot, columns};
use super::entry::{EntryView, Looks, Spot, how_much};
use super::here::Here;
use super::lanes::{Stretch, lanes};
use super::view::{View, each, earlier, place};
use crate::domain::hours::{self, Hours};
use chrono::{Datelike, NaiveDate, NaiveTime, TimeDelta, TimeZone, Timelike};
use chrono_tz::Tz;

/// Lines above the hours; the last says how many more there are.
const LANES: usize = 6;
/// The hour that the page begins with for those who never work.
const MORNING: u32 = 8;
/// The earliest hour that the page begins with.
const DAWN: u32 = 5;

/// Days by their hours.
#[derive(Debug)]
pub struct WeekView {
    /// How many days, and how many lines stand above the hours: classes.
    pub class: String,
    /// What it is called.
    pub label: String,
    /// The reader's zone, as short as it is said.
    pub zone: String,
    /// The second zone; empty for none.
    pub second: String,
    /// The hours of a day.
    pub hours: Vec<HourView>,
    /// The days.
    pub days: Vec<DayView>,
}

/// One hour's line.
#[derive(Debug)]
pub struct HourView {
    /// Where it is: a class.
    pub class: String,
    /// What the reader's clock shows.
    pub words: String,
    /// What a clock of the second zone shows; empty for none.
    pub second: String,
    /// Whether the page begins with it.
    pub is_first: bool,
}

/// One day.
#[derive(Debug)]
pub struct DayView {
    /// As `2026-11-27`.
    pub date: String,
    /// Its name and how much there is, for those who hear.
    pub label: String,
    /// The first letters of its name.
    pub weekday: &'static str,
    /// Its number.
    pub number: u32,
    /// Where it is shown alone.
    pub href: String,
    /// Where all of it is listed.
    pub agenda: String,
    /// This view, standing at it.
    pub pick: String,
    /// Its classes.
    pub class: String,
    /// Whether it is today.
    pub is_today: bool,
    /// Whether the page stands at it.
    pub is_picked: bool,
    /// What is odd about its clock; empty for nothing.
    pub note: String,
    /// What takes whole days and begins here, or goes on from the week before.
    pub bars: Vec<BarView>,
    /// What no line above the hours is left for; empty for nothing.
    pub more: String,
    /// What takes hours.
    pub pieces: Vec<PieceView>,
    /// What no column is left for.
    pub rests: Vec<RestView>,
    /// Hours that do not come, or come twice.
    pub odd: Vec<OddView>,
    /// Hours outside those of work: classes.
    pub off: Vec<String>,
    /// Where the line of now is: a class; empty where it is not on this day.
    pub now: String,
}

/// Something above the hours.
#[derive(Debug)]
pub struct BarView {
    /// Where it is: classes.
    pub at: String,
    /// What it is.
    pub entry: EntryView,
}

/// Something among the hours.
#[derive(Debug)]
pub struct PieceView {
    /// Where it is: classes.
    pub at: String,
    /// What it is.
    pub entry: EntryView,
}

/// What no column is left for.
#[derive(Debug)]
pub struct RestView {
    /// Where it is: classes.
    pub at: String,
    /// How much.
    pub words: String,
}

/// Hours that do not come, or come twice.
#[derive(Debug)]
pub struct OddView {
    /// Where they are: classes.
    pub at: String,
    /// What is so.
    pub words: String,
}

/// What the days are made from.
pub struct Days<'d> {
    /// Which view.
    pub view: View,
    /// The day the page stands at.
    pub picked: NaiveDate,
    /// The reader's clock.
    pub here: Here,
    /// The zone whose hours stand beside.
    pub second: Option<Tz>,
    /// When the reader works.
    pub work: &'d Hours,
    /// What takes place.
    pub spots: &'d [Spot<'d>],
    /// How calendars look.
    pub looks: &'d Looks,
}

impl Days<'_> {
    /// The page's days.
    pub fn view(&self) -> WeekView {
        let (first, end) = self.view.days(self.picked, self.here.week_start);
        let mut days: Vec<DayView> = each(first, end).map(|day| self.day(day)).collect();
        let count = self.bars(first, end, &mut days);
        let city = |zone: Tz| zone.name().rsplit('/').next().unwrap_or_default().replace('_', " ");
        let midday = first.and_time(NaiveTime::MIN) + TimeDelta::hours(12);
        let abbreviation = self.here.zone.from_local_datetime(&midday).earliest();
        let abbreviation = abbreviation.map(|at| at.format("%Z").to_string()).unwrap_or_default();
        WeekView {
            class: format!("days{} lanes{count}", days.len()),
            label: self.view.title(self.picked, self.here.week_start, self.here.formats),
            zone: if self.second.is_some() { city(self.here.zone) } else { abbreviation },
            second: self.second.map(city).unwrap_or_default(),
            hours: self.hours(first),
            days,
        }
    }

    fn hours(&self, first: NaiveDate) -> Vec<HourView> {
        let begins = self.begins();
        let hour = |hour: u32| {
            let local = first.and_time(NaiveTime::MIN) + TimeDelta::hours(hour.into());
            let second = self.second.and_then(|zone| {
                let at = self.here.zone.from_local_datetime(&local).earliest()?;
                Some(self.here.formats.time(at.with_timezone(&zone)).to_string())
            });
            HourView {
                class: format!("t{}", hour * 4),
                words: self.here.formats.hour(hour),
                second: second.unwrap_or_default(),
                is_first: hour == begins,
            }
        };
        (0..24).map(hour).collect()
    }

    /// The hour that the page begins with: an hour before work, or what is earlier on one of its days.
    fn begins(&self) -> u32 {
        let (first, end) = self.view.days(self.picked, self.here.week_start);
        let is_here = |spot: &&Spot<'_>| !spot.is_bar() && spot.first >= first && spot.first < end;
        // What keeps somebody up at night does not make everybody look at the night.
        let hours = self.spots.iter().filter(is_here).map(|spot| spot.starts.hour()).filter(|hour| *hour >= DAWN);
        let earliest = hours.min();
        let morning = begins(self.work).map_or(MORNING, |hour| hour.saturating_sub(1));
        earliest.unwrap_or(morning).min(morning)
    }

    fn day(&self, day: NaiveDate) -> DayView {
        let on: Vec<&Spot<'_>> = self.spots.iter().filter(|spot| spot.is_on(day)).collect();
        let timed: Vec<&Spot<'_>> = on.iter().copied().filter(|spot| !spot.is_bar()).collect();
        let spans: Vec<Quarters> = timed.iter().map(|spot| quarters(spot, day)).collect();
        let (slots, rests) = columns(&spans);
        let pieces = timed.iter().zip(&spans).zip(slots).filter_map(|((spot, span), slot)| {
            let at = piece_class(*span, slot?);
            Some(PieceView { at, entry: EntryView::new(spot, day, self.looks, self.here) })
        });
        let mut pieces: Vec<PieceView> = pieces.collect();
        // What is heard one after another comes in the order of the day.
        pieces.sort_by(|left, right| left.entry.starts.cmp(&right.entry.starts));
        let rests = rests.iter().map(|rest| {
            let slot = Slot { column: MOST - 1, width: 1, of: MOST };
            RestView { at: piece_class(rest.span, slot), words: format!("+{}", rest.count) }
        });
        let tasks = on.iter().filter(|spot| spot.entry.done.is_some()).count();
        let is_today = day == self.here.today();
        let now = self.here.local.time();
        DayView {
            date: day.format("%Y-%m-%d").to_string(),
            label: format!("{} {} {}, {}", weekday(day), day.day(), month(day), how_much(on.len() - tasks, tasks)),
            weekday: &weekday(day)[..3],
            number: day.day(),
            href: View::Day.at(day),
            agenda: View::Agenda.at(day),
            pick: self.view.at(day),
            class: self.class(day),
            is_today,
            is_picked: day == self.picked,
            note: self.here.odd_hours(day).map(|hours| format!("{hours} hours")).unwrap_or_default(),
            bars: Vec::new(),
            more: String::new(),
            pieces,
            rests: rests.collect(),
            odd: odd(self.here, day),
            off: off(self.work, day),
            now: if is_today { format!("t{}", (now.hour() * 60 + now.minute()) / 15) } else { String::new() },
        }
    }

    fn class(&self, day: NaiveDate) -> String {
        let mut class = String::from("day");
        for (is, word) in [
            (day == self.here.today(), " today"),
            (day == self.picked, " picked"),
            (day.weekday().num_days_from_monday() >= 5, " weekend"),
        ] {
            if is {
                class.push_str(word);
            }
        }
        class
    }

    /// Puts what takes whole days above the hours. Returns how many lines that takes.
    fn bars(&self, first: NaiveDate, end: NaiveDate, days: &mut [DayView]) -> usize {
        let last = earlier(end, 1);
        let mut bars: Vec<&Spot<'_>> =
            self.spots.iter().filter(|spot| spot.is_bar() && spot.first <= last && spot.last >= first).collect();
        bars.sort_by_key(|spot| (spot.entry.done.is_some(), spot.first.max(first), std::cmp::Reverse(spot.last)));
        let index = |day: NaiveDate| usize::try_from(place(first, day)).unwrap_or(0);
        let stretch =
            |spot: &&Spot<'_>| Stretch { first: index(spot.first.max(first)), last: index(spot.last.min(last)) };
        let stretches: Vec<Stretch> = bars.iter().map(stretch).collect();
        let found = lanes(&stretches, LANES, [0; 7]);
        for ((spot, stretch), lane) in bars.iter().zip(&stretches).zip(&found.lane) {
            let Some(lane) = lane else { continue };
            let day = spot.first.max(first);
            let width = stretch.last - stretch.first + 1;
            let at = bar_class(*lane, width, spot.first < first, spot.last > last);
            let entry = EntryView::new(spot, day, self.looks, self.here);
            days[stretch.first].bars.push(BarView { at, entry });
        }
        for (day, left_out) in days.iter_mut().zip(found.left_out) {
            if left_out > 0 {
                day.more = format!("+{left_out} more");
            }
        }
        found.count
    }
}

/// The classes of something in a lane.
pub fn bar_class(lane: usize, width: usize, goes_back: bool, goes_on: bool) -> String {
    let (back, on) = (if goes_back { " from-before" } else { "" }, if goes_on { " goes-on" } else { "" });
    format!("l{lane} w{width}{back}{on}")
}

fn piece_class(span: Quarters, slot: Slot) -> String {
    let length = span.bottom - span.top;
    let short = if length <= 3 { " short" } else { "" };
    let narrow = if slot.of > 2 * slot.width { " slim" } else { "" };
    format!("t{} d{length} i{} w{} n{}{short}{narrow}", span.top, slot.column, slot.width, slot.of)
}

/// The quarters of `day` that something takes.
fn quarters(spot: &Spot<'_>, day: NaiveDate) -> Quarters {
    let minutes = |time: NaiveTime| time.hour() * 60 + time.minute();
    let from = if spot.first < day { 0 } else { minutes(spot.starts.time()) };
    let to = if spot.ends.date() > day { QUARTERS * 15 } else { minutes(spot.ends.time()) };
    // A clock put back may show less at the end than at the beginning: the length is what is left then.
    let length = (spot.entry.ends_at.millis() - spot.entry.starts_at.millis()) / 60_000;
    let length = u32::try_from(length).unwrap_or(0);
    let to = if to <= from && spot.first == day { from.saturating_add(length) } else { to };
    Quarters::of_minutes(from, to.min(QUARTERS * 15))
}

/// The hour that the earliest day of work begins in; nothing for who never works.
fn begins(work: &Hours) -> Option<u32> {
    work.days.iter().flatten().map(|spell| u32::from(spell.starts) / 60).min()
}

/// Where a day's hours are none of work: classes.
fn off(work: &Hours, day: NaiveDate) -> Vec<String> {
    let spells = &work.days[day.weekday().num_days_from_monday() as usize % hours::DAYS];
    if spells.is_empty() {
        return vec![format!("t0 d{QUARTERS}")];
    }
    let (mut all, mut from) = (Vec::new(), 0);
    for (starts, ends) in spells.iter().map(|spell| (u32::from(spell.starts) / 15, u32::from(spell.ends).div_ceil(15)))
    {
        if starts > from {
            all.push(format!("t{from} d{}", starts - from));
        }
        from = from.max(ends);
    }
    if from < QUARTERS {
        all.push(format!("t{from} d{}", QUARTERS - from));
    }
    all
}

/// The hours of a day that its clock skips, or shows twice.
fn odd(here: Here, day: NaiveDate) -> Vec<OddView> {
    if here.odd_hours(day).is_none() {
        return Vec::new();
    }
    let kind = |quarter: u32| {
        let local = day.and_time(NaiveTime::MIN) + TimeDelta::minutes(i64::from(quarter) * 15);
        let found = here.zone.from_local_datetime(&local);
        if found.earliest().is_none() { 1 } else { 2 * u8::from(found.earliest() != found.latest()) }
    };
    let mut all = Vec::new();
    let mut from = 0;
    while from < QUARTERS {
        let what = kind(from);
        let upto = (from..QUARTERS).find(|quarter| kind(*quarter) != what).unwrap_or(QUARTERS);
        if what > 0 {
            let time = |quarter: u32| {
                let at = NaiveTime::from_hms_opt(quarter / 4 % 24, quarter % 4 * 15, 0).unwrap_or_default();
                here.formats.time(at)
            };
            let (class, words) = if what == 1 { ("skipped", "does not come") } else { ("twice", "comes twice") };
            let at = format!("t{from} d{} {class}", upto - from);
            all.push(OddView { at, words: format!("{}–{} {words}", time(from), time(upto)) });
        }
        from = upto;
    }
    all
}
