//! When a person can be expected to work: hours of the week, without holidays and without what is out of office.

use super::choice::{DAYS, Hours, hours};
use super::{Away, HoursError, away};
use crate::domain::people;
use crate::domain::store::ReadTx;
use crate::kernel::clock::Moment;
use crate::kernel::id::PersonId;
use crate::kernel::{limits, zone};
use chrono::{Datelike, Days, NaiveDate, NaiveTime};
use chrono_tz::Tz;
use std::time::Duration;

/// How far ahead the next turn of somebody's standing is looked for.
const AHEAD: Duration = Duration::from_secs(15 * 24 * 3600);

/// A span of time in which a person works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// From.
    pub starts_at: Moment,
    /// Until.
    pub ends_at: Moment,
}

/// How a person stands to the hours at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Whether the person is out of office, and until when that is known.
    pub away: Option<Option<Moment>>,
    /// Whether colleagues are to see that the person does not work now, and until when that is known.
    pub outside: Option<Option<Moment>>,
    /// When time alone next changes this.
    pub turns_at: Option<Moment>,
}

/// When `who` works between `from` and `to`, but for the days in `off`. Spans follow each other and never touch.
///
/// # Errors
/// Where the file cannot be read.
pub fn open(
    tx: &ReadTx<'_>,
    who: PersonId,
    from: Moment,
    to: Moment,
    off: &[NaiveDate],
) -> Result<Vec<Span>, HoursError> {
    let zone = people::zone(tx, who)?.unwrap_or(Tz::UTC);
    let spans = working(&hours(tx, who)?, zone, from, to, off);
    Ok(match away(tx, who)? {
        Some(away) => without(spans, &away),
        None => spans,
    })
}

/// How `who` stands to the hours now, where the days in `off` are free.
///
/// # Errors
/// Where the file cannot be read.
pub fn standing(tx: &ReadTx<'_>, who: PersonId, off: &[NaiveDate]) -> Result<Standing, HoursError> {
    let (now, away) = (tx.now(), away(tx, who)?);
    let mut standing = Standing { away: None, outside: None, turns_at: None };
    let mut turn = |at: Option<Moment>| {
        standing.turns_at = [standing.turns_at, at.filter(|at| *at > now)].into_iter().flatten().min();
    };
    if let Some(away) = &away {
        turn(Some(away.from_at));
        turn(away.until_at);
    }
    let hours = hours(tx, who)?;
    let mut outside = None;
    if hours.is_chosen && hours.is_shown {
        let zone = people::zone(tx, who)?.unwrap_or(Tz::UTC);
        let spans = working(&hours, zone, now, now.plus(AHEAD), off);
        match spans.first() {
            Some(first) if first.starts_at <= now => turn(Some(first.ends_at)),
            first => {
                let opens = first.map(|first| first.starts_at);
                turn(Some(opens.unwrap_or_else(|| now.plus(AHEAD))));
                outside = Some(opens);
            }
        }
    }
    standing.outside = outside;
    standing.away = away.filter(|away| away.holds_at(now)).map(|away| away.until_at);
    Ok(standing)
}

/// The spans of the week's hours between two moments.
fn working(hours: &Hours, zone: Tz, from: Moment, to: Moment, off: &[NaiveDate]) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let mut day = zone::shown(from, zone).date();
    for _ in 0..=limits::HOURS_DAYS {
        let is_over = zone::instant(day.and_time(NaiveTime::MIN), zone) >= to;
        if is_over {
            break;
        }
        let spells = if off.contains(&day) { &[][..] } else { of_day(hours, day) };
        for spell in spells {
            let span =
                Span { starts_at: at(day, spell.starts, zone).max(from), ends_at: at(day, spell.ends, zone).min(to) };
            match spans.last_mut() {
                Some(last) if last.ends_at == span.starts_at => last.ends_at = span.ends_at,
                _ if span.starts_at < span.ends_at => spans.push(span),
                _ => {}
            }
        }
        let Some(next) = day.checked_add_days(Days::new(1)) else { break };
        day = next;
    }
    spans
}

fn of_day(hours: &Hours, day: NaiveDate) -> &[super::Spell] {
    hours.days.get(day.weekday().num_days_from_monday() as usize % DAYS).map_or(&[], Vec::as_slice)
}

/// The instant of a minute of a day; 1440 is midnight after it.
fn at(day: NaiveDate, minute: u16, zone: Tz) -> Moment {
    let (days, minute) = (u64::from(minute / 1440), u32::from(minute % 1440));
    let day = day.checked_add_days(Days::new(days)).unwrap_or(day);
    let time = NaiveTime::from_hms_opt(minute / 60, minute % 60, 0).unwrap_or_default();
    zone::instant(day.and_time(time), zone)
}

/// What of `spans` is not out of office.
fn without(spans: Vec<Span>, away: &Away) -> Vec<Span> {
    let until = away.until_at.unwrap_or(Moment::from_millis(i64::MAX));
    let cut = |span: Span| {
        let before = Span { ends_at: span.ends_at.min(away.from_at), ..span };
        let after = Span { starts_at: span.starts_at.max(until), ..span };
        [before, after].into_iter().filter(|span| span.starts_at < span.ends_at)
    };
    spans.into_iter().flat_map(cut).collect()
}
