//! The names of places' clocks: IANA's, Windows', and those with something before them. RFC 5545 §3.8.3.1.

use crate::format::ical::rule::Rule;
use crate::format::ical::tree::{self, Node};
use crate::format::ical::value;
use crate::format::ical::walk::Walk;
use calcard::common::timezone::Tz as Named;
use calcard::icalendar::{ICalendar, ICalendarComponent, ICalendarComponentType};
use chrono::{DateTime, NaiveDate, Offset, TimeZone};
use chrono_tz::Tz;
use std::str::FromStr;

/// Zones that are tried first, where only the rules of one are known.
const COMMON: [Tz; 10] = [
    Tz::Europe__Berlin,
    Tz::Europe__London,
    Tz::Europe__Helsinki,
    Tz::America__New_York,
    Tz::America__Chicago,
    Tz::America__Denver,
    Tz::America__Los_Angeles,
    Tz::America__Halifax,
    Tz::Australia__Sydney,
    Tz::Pacific__Auckland,
];
/// The year whose rules are compared.
const LOOKED_AT: i32 = 2026;
/// Work that a rule of a zone may cost.
const STEPS: u32 = 5000;
/// Longest name of a zone that is looked up.
const NAME: usize = 200;

/// The zone of a name: IANA's in any case, Windows', or one that ends in such a name after slashes.
#[must_use]
pub fn zone(name: &str) -> Option<Tz> {
    let name = name.trim().trim_matches('"');
    if name.is_empty() || name.len() > NAME {
        return None;
    }
    by_name(name).or_else(|| {
        let mut rest = name;
        std::iter::from_fn(|| {
            rest = rest.split_once('/')?.1;
            Some(rest)
        })
        .find_map(by_name)
    })
}

fn by_name(name: &str) -> Option<Tz> {
    if let Ok(found) = Tz::from_str(name) {
        return Some(found);
    }
    match Named::from_str(name) {
        Ok(Named::Tz(found)) => Some(found),
        Ok(Named::Fixed(offset)) => fixed(offset.local_minus_utc()),
        Ok(Named::Floating) | Err(()) => {
            chrono_tz::TZ_VARIANTS.iter().find(|known| known.name().eq_ignore_ascii_case(name)).copied()
        }
    }
}

/// The zone that always stands so far east of Greenwich; there are such for whole hours alone.
fn fixed(seconds: i32) -> Option<Tz> {
    let hours = seconds / 3600;
    let name = match (seconds % 3600, hours) {
        (0, 0) => "UTC".to_owned(),
        (0, 1..) => format!("Etc/GMT-{hours}"),
        (0, _) => format!("Etc/GMT+{}", -hours),
        _ => return None,
    };
    Tz::from_str(&name).ok()
}

/// The zones that a calendar tells of itself, by the names it gives them.
#[derive(Debug, Clone, Default)]
pub(super) struct Zones {
    own: Vec<(String, Option<Tz>)>,
}

impl Zones {
    /// Reads them from the components of a calendar.
    pub(super) fn of<'a>(parts: impl Iterator<Item = &'a Node>) -> Self {
        let own = parts.filter(|part| part.name == "VTIMEZONE").filter_map(|part| {
            let name = part.value("TZID")?.trim();
            Some((name.to_owned(), zone(name).or_else(|| described(part))))
        });
        Self { own: own.collect() }
    }

    /// The zone of a name.
    pub(super) fn find(&self, name: &str) -> Option<Tz> {
        let own = self.own.iter().find(|(own, _)| own == name);
        own.map_or_else(|| zone(name), |(_, found)| *found)
    }
}

/// The zone that a description means, where its name is unknown.
fn described(part: &Node) -> Option<Tz> {
    if let Some(found) = part.value("X-LIC-LOCATION").and_then(zone) {
        return Some(found);
    }
    let last = |name: &str| part.parts.iter().rfind(|rule| rule.name == name)?.value("TZOFFSETTO").and_then(offset);
    match (last("STANDARD"), last("DAYLIGHT")) {
        (Some(standard), None) => fixed(standard),
        (None, Some(only)) => fixed(only),
        (Some(_), Some(_)) => alike(part),
        (None, None) => None,
    }
}

/// A moment at which a described zone's clock is set: the seconds since 1970, the offset before it and from it on.
type Change = (i64, i32, i32);

/// A zone whose clocks are set as described, those that most people live in first.
fn alike(part: &Node) -> Option<Tz> {
    let changes: Vec<Change> = part.parts.iter().filter_map(change).collect();
    let does = |zone: &&Tz| {
        changes.iter().all(|(at, before, after)| {
            offset_at(**zone, at - 1) == Some(*before) && offset_at(**zone, *at) == Some(*after)
        })
    };
    if changes.len() < 2 {
        return None;
    }
    COMMON.iter().chain(&chrono_tz::TZ_VARIANTS).find(does).copied()
}

/// When in the year that is looked at a rule sets the clock.
fn change(part: &Node) -> Option<Change> {
    let (before, after) = (part.value("TZOFFSETFROM").and_then(offset)?, part.value("TZOFFSETTO").and_then(offset)?);
    let (start, _) = value::date_time(part.value("DTSTART")?.trim())?;
    let day = |year: i32| NaiveDate::from_ymd_opt(year, 1, 1).map(|day| day.and_time(chrono::NaiveTime::MIN));
    let window = (day(LOOKED_AT)?, day(LOOKED_AT + 1)?);
    let rule = part.value("RRULE").and_then(Rule::parse)?;
    let (mut steps, mut found) = (STEPS, None);
    Walk::new(&rule, start, window, &mut steps).run(&|_| false, &mut |local| {
        found = Some(local);
        false
    });
    Some((found?.and_utc().timestamp() - i64::from(before), before, after))
}

fn offset_at(zone: Tz, seconds: i64) -> Option<i32> {
    let at = DateTime::from_timestamp(seconds, 0)?.naive_utc();
    Some(zone.offset_from_utc_datetime(&at).fix().local_minus_utc())
}

/// `+0130` in seconds. §3.3.14.
fn offset(text: &str) -> Option<i32> {
    let text = text.trim();
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let digits = text.trim_start_matches(['+', '-']);
    let part = |at: usize| digits.get(at..at + 2)?.parse::<i32>().ok();
    let seconds = part(0)? * 3600 + part(2)? * 60 + part(4).unwrap_or(0);
    (seconds < 16 * 3600).then_some(sign * seconds)
}

/// What tells others of a zone: its rules around a year.
pub(super) fn component(zone: Tz, around: i32) -> Option<Node> {
    let mut calendar = ICalendar {
        components: vec![ICalendarComponent {
            component_type: ICalendarComponentType::VCalendar,
            entries: Vec::new(),
            component_ids: Vec::new(),
        }],
    };
    let start = |year: i32| value::date(&format!("{year:04}0101")).map(|day| day.and_time(chrono::NaiveTime::MIN));
    let year = around.clamp(1971, 2200);
    let (from, to) = (start(year - 1)?.and_utc().timestamp(), start(year + 3)?.and_utc().timestamp());
    calendar.add_timezone(zone.name(), from, to)?;
    let text = calendar.to_string();
    tree::parse(text.as_bytes()).ok()?.pop()?.parts.into_iter().find(|part| part.name == "VTIMEZONE")
}
