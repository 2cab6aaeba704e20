//! An event in one line, as a person writes it: `Lunch Fri 12-13 with Bob at Roma`. English and German.
//!
//! Words that are understood leave the line; what is left is the title. Nothing is refused: a line without a time has none.

mod date;
mod time;
mod vocabulary;

use crate::format::ical::{Draft, Kind, When};
use crate::format::mime::tidy;
use crate::kernel::clock::Moment;
use crate::kernel::text::cut;
use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta, Weekday};
use chrono_tz::Tz;
use time::Clock;

/// Characters of a line that are read.
const LONGEST: usize = 500;
/// Minutes that an event lasts where nothing else is said.
const USUAL: i64 = 60;

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quick {
    /// What.
    pub title: String,
    /// When it begins.
    pub starts: Option<When>,
    /// When it ends.
    pub ends: Option<When>,
    /// Where.
    pub place: String,
    /// How it repeats, without `RRULE:`.
    pub rule: Option<String>,
    /// With whom, as they were named.
    pub people: Vec<String>,
}

impl Quick {
    /// The form it fills in. People are not in it: who they are is for others to find.
    #[must_use]
    pub fn draft(&self) -> Draft {
        Draft {
            title: self.title.clone(),
            place: self.place.clone(),
            rule: self.rule.clone(),
            ..Draft::at(Kind::Event, self.starts, self.ends)
        }
    }
}

/// Where a word belongs that is none of a time.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bucket {
    Title,
    People,
    Place,
}

/// What was understood so far.
#[derive(Default)]
struct Found {
    day: Option<NaiveDate>,
    last_day: Option<NaiveDate>,
    from: Option<Clock>,
    to: Option<Clock>,
    minutes: Option<i64>,
    rule: Option<String>,
    weekday: Option<Weekday>,
    until: Option<NaiveDate>,
}

/// Reads a line. `now` and `zone` say which day tomorrow is.
#[must_use]
pub fn quick(text: &str, now: Moment, zone: Tz) -> Quick {
    let line = tidy(text);
    let line: String = line.chars().take(LONGEST).collect();
    let words: Vec<&str> = line.split(' ').filter(|word| !word.is_empty()).collect();
    let now = When::from_instant(now, zone).local();
    let mut found = Found::default();
    let mut texts: [Vec<&str>; 3] = Default::default();
    let (mut bucket, mut at) = (Bucket::Title, 0);
    while at < words.len() {
        let rest = &words[at..];
        let taken = found.take(rest, at == 0, now.date());
        if taken > 0 {
            (bucket, at) = (Bucket::Title, at + taken);
            continue;
        }
        if let Some(next) = turn(rest, &texts) {
            bucket = next;
            at += usize::from(!is_place(rest[0]));
            if let Some(place) = rest[0].strip_prefix('@').filter(|place| !place.is_empty()) {
                texts[Bucket::Place as usize].push(place);
            }
            continue_place(&mut texts, rest, &mut at);
            continue;
        }
        texts[bucket as usize].push(words[at]);
        at += 1;
    }
    let [title, people, place] = texts.map(|words| words.join(" "));
    let (starts, ends, rule) = found.times(now, zone);
    Quick { title: trimmed(&title), starts, ends, place: trimmed(&place), rule, people: names(&people) }
}

/// A word of a place that stands without a preposition belongs to it.
fn continue_place<'a>(texts: &mut [Vec<&'a str>; 3], rest: &[&'a str], at: &mut usize) {
    if is_place(rest[0]) {
        texts[Bucket::Place as usize].push(rest[0]);
        *at += 1;
    }
}

fn trimmed(text: &str) -> String {
    cut(text.trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '-' | '–')), LONGEST)
}

/// Whether from here on another thing is told of: who, or where. Needs something behind it, and a title before it.
fn turn(rest: &[&str], texts: &[Vec<&str>; 3]) -> Option<Bucket> {
    if texts[Bucket::Title as usize].is_empty() {
        return None;
    }
    if rest[0].len() > 1 && rest[0].starts_with('@') {
        return Some(Bucket::Place);
    }
    if is_place(rest[0]) && texts[Bucket::Place as usize].is_empty() {
        return Some(Bucket::Place);
    }
    rest.get(1)?;
    match rest[0].to_lowercase().as_str() {
        "with" | "mit" => Some(Bucket::People),
        "at" | "@" | "in" | "bei" | "beim" | "im" => Some(Bucket::Place),
        _ => None,
    }
}

/// Whether a word opens the name of a place by itself.
fn is_place(word: &str) -> bool {
    let is_named = word.chars().next().is_some_and(char::is_uppercase);
    is_named && vocabulary::PLACES.contains(&word.to_lowercase().trim_end_matches(','))
}

/// The names in `Bob, Ann and Eve`.
fn names(people: &str) -> Vec<String> {
    let people = people.replace(" and ", ",").replace(" und ", ",").replace(" & ", ",");
    people.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

impl Found {
    /// Takes the words that say when, from the front. Says how many.
    fn take(&mut self, rest: &[&str], is_first: bool, today: NaiveDate) -> usize {
        if self.rule.is_none()
            && let Some((rule, weekday, taken)) = date::repeats(rest)
        {
            (self.rule, self.weekday) = (Some(rule), weekday);
            return taken;
        }
        if self.rule.is_some()
            && let Some(("until" | "bis" | "till", after)) = rest.split_first().map(|(word, after)| (*word, after))
            && let Some((day, taken)) = date::day(after, false, today)
        {
            self.until = Some(day);
            return taken + 1;
        }
        if self.day.is_none()
            && let Some((day, last, taken)) = date::days(rest, is_first, today)
        {
            (self.day, self.last_day) = (Some(day), last);
            return taken;
        }
        if self.from.is_none()
            && let Some((from, to, taken)) = time::times(rest)
        {
            (self.from, self.to) = (Some(from), to);
            return taken;
        }
        if self.minutes.is_none()
            && let Some((minutes, taken)) = time::length(rest)
        {
            self.minutes = Some(minutes);
            return taken;
        }
        0
    }

    /// What all of it comes to.
    fn times(self, now: NaiveDateTime, zone: Tz) -> (Option<When>, Option<When>, Option<String>) {
        let is_said = self.day.is_some() || self.from.is_some() || self.rule.is_some();
        if !is_said {
            return (None, None, None);
        }
        let is_past = self.from.is_some_and(|clock| clock.time() <= now.time());
        let mut day =
            self.day.unwrap_or_else(|| now.date() + TimeDelta::days(i64::from(is_past && self.weekday.is_none())));
        if let Some(weekday) = self.weekday {
            while day.weekday() != weekday || day == now.date() && is_past {
                day += TimeDelta::days(1);
            }
        }
        let Some(from) = self.from else {
            let last = self.last_day.unwrap_or(day).max(day);
            let rule = self.rule.map(|rule| ended(rule, self.until, When::Day(day)));
            return (Some(When::Day(day)), Some(When::Day(last + TimeDelta::days(1))), rule);
        };
        let starts = day.and_time(from.time());
        let ends = match (self.to, self.minutes) {
            (Some(to), _) => {
                let last = self.last_day.unwrap_or(day).max(day).and_time(to.time());
                if last <= starts { last + TimeDelta::days(1) } else { last }
            }
            (None, minutes) => starts + TimeDelta::minutes(minutes.unwrap_or(USUAL)),
        };
        let starts = When::Zoned { local: starts, zone };
        let rule = self.rule.map(|rule| ended(rule, self.until, starts));
        (Some(starts), Some(When::Zoned { local: ends, zone }), rule)
    }
}

/// A rule with its last day.
fn ended(rule: String, until: Option<NaiveDate>, starts: When) -> String {
    let Some(day) = until else { return rule };
    let until = match starts {
        When::Day(_) => When::Day(day).to_text(),
        _ => day.and_hms_opt(23, 59, 59).map_or_else(String::new, |end| starts.with_local(end).to_text()),
    };
    format!("{rule};UNTIL={until}")
}

#[cfg(test)]
mod tests;
