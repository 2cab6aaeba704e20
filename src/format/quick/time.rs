//! Times of day in words: 14:30, 5pm, 14 Uhr, 12-13, from 9 to 11, for 30 min.

use crate::format::quick::vocabulary::{bare, minutes, month};
use chrono::NaiveTime;

/// Longest span that is understood, in minutes.
const LONGEST: i64 = 7 * 24 * 60;

/// A time of day, and which half of the day was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clock {
    hour: u32,
    minute: u32,
    /// Whether `am` or `pm` was said; else it is how a clock of 24 hours shows it.
    is_half: bool,
    /// Whether it can be nothing but a time: it has minutes, or a word that says so.
    is_sure: bool,
}

impl Clock {
    /// The time.
    pub(super) fn time(self) -> NaiveTime {
        NaiveTime::from_hms_opt(self.hour % 24, self.minute, 0).unwrap_or_default()
    }
}

/// A time or two, and how many words said so.
pub(super) fn times(rest: &[&str]) -> Option<(Clock, Option<Clock>, usize)> {
    let opens = bare(rest.first()?);
    let is_open = matches!(opens.as_str(), "at" | "um" | "from" | "von" | "ab" | "@" | "gegen");
    let skipped = usize::from(is_open);
    let words = &rest[skipped..];
    if let Some((from, to, taken)) = joined(words) {
        return Some((from, Some(to), taken + skipped));
    }
    let (from, taken) = one(words)?;
    let joins =
        words.get(taken).is_some_and(|word| matches!(bare(word).as_str(), "-" | "–" | "to" | "till" | "until" | "bis"));
    let is_day = words.get(taken + 2).is_some_and(|word| month(word).is_some());
    if joins
        && !is_day
        && let Some((to, more)) = one(&words[taken + 1..])
    {
        let is_sure = is_open || from.is_sure || to.is_sure;
        let (from, to) = halves(from, to);
        return is_sure.then_some((from, Some(to), skipped + taken + 1 + more));
    }
    (from.is_sure || is_open).then_some((from, None, skipped + taken))
}

/// `12-13`, `9:30-11`, `9-10am`.
fn joined(words: &[&str]) -> Option<(Clock, Clock, usize)> {
    let word = words.first()?;
    let (from, to) = word.split_once(['-', '–'])?;
    let (from, to) = (clock(from)?, clock(to)?);
    let uhr = usize::from(words.get(1).is_some_and(|next| bare(next) == "uhr"));
    let half = words.get(1).map(|next| bare(next)).filter(|next| uhr == 0 && matches!(next.as_str(), "am" | "pm"));
    let to = match &half {
        Some(half) => clock(&format!("{}:{:02}{half}", to.hour, to.minute))?,
        None => to,
    };
    let (from, to) = halves(from, to);
    Some((from, to, 1 + uhr + usize::from(half.is_some())))
}

/// Of two times the first takes the half of the day from the second; `9-5` ends in the afternoon.
fn halves(from: Clock, to: Clock) -> (Clock, Clock) {
    let mut pair = (from, to);
    if to.is_half && !from.is_half && from.hour < 12 && to.hour >= 12 && from.hour + 12 <= to.hour {
        pair.0.hour += 12;
    }
    if !to.is_half
        && to.hour <= from.hour
        && to.hour <= 12
        && from.hour <= 12
        && from.hour < to.hour + 12
        && to.minute <= 59
    {
        let is_before = (to.hour, to.minute) <= (from.hour, from.minute);
        pair.1.hour += if is_before { 12 } else { 0 };
    }
    pair
}

/// One time, and how many words said it.
fn one(words: &[&str]) -> Option<(Clock, usize)> {
    let first = clock(words.first()?)?;
    match words.get(1).map(|next| bare(next)).as_deref() {
        Some("uhr" | "o'clock") => Some((Clock { is_sure: true, ..first }, 2)),
        Some(half @ ("am" | "pm")) if !first.is_half && first.hour <= 12 => {
            // `am` is a word of German as well: a day may follow it.
            let is_day = half == "am" && words.get(2).is_some();
            if is_day {
                Some((first, 1))
            } else {
                Some((clock(&format!("{}:{:02}{half}", first.hour, first.minute))?, 2))
            }
        }
        _ => Some((first, 1)),
    }
}

fn clock(word: &str) -> Option<Clock> {
    let word = bare(word);
    match word.as_str() {
        "noon" | "mittag" | "mittags" => return Some(Clock { hour: 12, minute: 0, is_half: true, is_sure: true }),
        "midnight" | "mitternacht" => return Some(Clock { hour: 0, minute: 0, is_half: true, is_sure: true }),
        _ => {}
    }
    let (bare, half) = match (word.strip_suffix("am"), word.strip_suffix("pm")) {
        (Some(bare), _) => (bare, Some(0)),
        (_, Some(bare)) => (bare, Some(12)),
        _ => (word.as_str(), None),
    };
    let (bare, is_hour) = bare.strip_suffix("uhr").map_or((bare, false), |bare| (bare, true));
    let (hour, minute) = match bare.split_once([':', '.']) {
        Some((hour, minute)) if minute.len() == 2 => {
            (hour, Some(minute.parse::<u32>().ok().filter(|minute| *minute < 60)?))
        }
        Some(_) => return None,
        None => (bare, None),
    };
    let is_digits = (1..=2).contains(&hour.len()) && hour.bytes().all(|byte| byte.is_ascii_digit());
    let hour = hour.parse::<u32>().ok().filter(|hour| is_digits && *hour <= 24)?;
    let hour = match half {
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(half) => hour % 12 + half,
        None => hour,
    };
    let is_sure = half.is_some() || minute.is_some() || is_hour;
    Some(Clock { hour, minute: minute.unwrap_or(0), is_half: half.is_some(), is_sure })
}

/// `for 30 min`, `für 2 Stunden`, `2h`, `90min`: minutes, and how many words said so.
pub(super) fn length(rest: &[&str]) -> Option<(i64, usize)> {
    let skipped = usize::from(matches!(bare(rest.first()?).as_str(), "for" | "für"));
    let words = &rest[skipped..];
    let word = bare(words.first()?);
    let digits = word.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(word.len());
    let count = match word.as_str() {
        "an" | "a" | "one" | "eine" if skipped == 1 => 1.0,
        _ => word[..digits].parse::<f64>().ok().filter(|count| count.is_finite() && *count >= 0.0)?,
    };
    let (unit, taken) = match &word[digits..] {
        "" => (bare(words.get(1)?), 2),
        _ if digits == 0 => (bare(words.get(1)?), 2),
        unit => (unit.to_owned(), 1),
    };
    let total = count * f64::from(i32::try_from(minutes(unit.trim_end_matches('.'))?).ok()?);
    let total = if total <= LONGEST as f64 { total.round() as i64 } else { return None };
    (total > 0).then_some((total, skipped + taken))
}
