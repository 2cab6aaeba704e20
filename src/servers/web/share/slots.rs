//! Times side by side, as drawings: a day is a picture with one line for each of those asked.

use crate::domain::calendar::Span;
use crate::format::formats::Formats;
use crate::services::find::spans::Piece;
use crate::services::find::{Line, Whose};
use chrono::{DateTime, NaiveDate, TimeDelta, TimeZone};
use chrono_tz::Tz;

/// Hours that a picture shows: from, and until.
const SHOWN: (i64, i64) = (7, 20);
/// Width of a minute, in hundredths of a unit.
const MINUTE: i64 = 100;
/// Milliseconds of a minute.
const MILLIS: i64 = 60_000;

/// A rectangle of a picture.
pub struct BoxView {
    /// Where it begins.
    pub x: String,
    /// How long it is.
    pub width: String,
    /// What it means: `busy`, `perhaps` or `closed`.
    pub class: &'static str,
    /// In words.
    pub words: String,
}

/// A line of a picture.
pub struct LineView {
    /// Whose.
    pub name: String,
    /// What is drawn.
    pub boxes: Vec<BoxView>,
    /// The same in words.
    pub words: String,
}

/// One day.
pub struct DayView {
    /// The day, in words.
    pub name: String,
    /// Names of the hours, with their places.
    pub hours: Vec<(String, String)>,
    /// Everybody.
    pub lines: Vec<LineView>,
}

/// The days from `first` up to, not including, `end`.
pub fn days(lines: &[Line], first: NaiveDate, end: NaiveDate, zone: Tz, formats: Formats) -> Vec<DayView> {
    let mut days = Vec::new();
    let mut day = first;
    while day < end {
        let view = DayView {
            name: format!("{}, {}", day.format("%A"), formats.day(day)),
            hours: (SHOWN.0..SHOWN.1)
                .step_by(2)
                .map(|hour| (place((hour - SHOWN.0) * 60), hour_words(hour, formats)))
                .collect(),
            lines: lines.iter().map(|line| of_day(line, day, zone, formats)).collect(),
        };
        days.push(view);
        day += TimeDelta::days(1);
    }
    days
}

/// An hour above the lines: as short as it can be.
fn hour_words(hour: i64, formats: Formats) -> String {
    if formats.is_twelve { formats.hour(u32::try_from(hour).unwrap_or(0)) } else { hour.to_string() }
}

fn place(minutes: i64) -> String {
    let hundredths = minutes * MINUTE;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

fn of_day(line: &Line, day: NaiveDate, zone: Tz, formats: Formats) -> LineView {
    let name = match &line.whose {
        Whose::Person(person) => person.full_name.clone(),
        Whose::Room(room) => room.is.name.clone(),
    };
    let opens = instant(day, SHOWN.0, zone);
    let closes = instant(day, SHOWN.1, zone);
    let mut boxes: Vec<BoxView> = closed(&line.open, opens, closes)
        .into_iter()
        .map(|piece| drawn(piece, opens, "closed", "not at work"))
        .collect();
    let mut said = Vec::new();
    for span in line.busy.iter().filter(|span| span.starts_at.millis() < closes && span.ends_at.millis() > opens) {
        let words = words(span, zone, formats);
        let piece = (span.starts_at.millis().max(opens), span.ends_at.millis().min(closes));
        boxes.push(drawn(piece, opens, if span.is_tentative { "perhaps" } else { "busy" }, &words));
        said.push(words);
    }
    let words = match (line.is_known, said.is_empty()) {
        (false, _) => "does not show when busy".to_owned(),
        (true, true) => "free".to_owned(),
        (true, false) => said.join("; "),
    };
    LineView { name, boxes, words }
}

fn words(span: &Span, zone: Tz, formats: Formats) -> String {
    let at = |millis| formats.time(DateTime::from_timestamp_millis(millis).unwrap_or_default().with_timezone(&zone));
    let kind = if span.is_tentative { "perhaps busy" } else { "busy" };
    format!("{kind} {}–{}", at(span.starts_at.millis()), at(span.ends_at.millis()))
}

/// What of a day is outside the hours.
fn closed(open: &[Piece], opens: i64, closes: i64) -> Vec<Piece> {
    crate::services::find::spans::without(&[(opens, closes)], open)
}

fn drawn((from, to): Piece, opens: i64, class: &'static str, words: &str) -> BoxView {
    let minutes = |millis: i64| millis / MILLIS;
    BoxView { x: place(minutes(from - opens)), width: place(minutes(to - from).max(1)), class, words: words.to_owned() }
}

fn instant(day: NaiveDate, hour: i64, zone: Tz) -> i64 {
    let hour = u32::try_from(hour).unwrap_or(0);
    let local = day.and_hms_opt(hour, 0, 0).unwrap_or_default();
    zone.from_local_datetime(&local)
        .earliest()
        .map_or_else(|| local.and_utc().timestamp_millis(), |at| at.timestamp_millis())
}
