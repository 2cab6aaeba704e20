//! What the form of a new event is filled with: the time an address names, and what its maker likes.

use super::super::error::WebError;
use super::super::form::Fields;
use super::clock::is_known_year;
use super::here::Here;
use super::quick;
use super::typed::Typed;
use crate::domain::calendar::Preferences;
use crate::domain::store::ReadTx;
use crate::format::ical::{Draft, Kind, Reminder, When};
use crate::kernel::clock::Moment;
use crate::kernel::id::PersonId;
use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike};

/// What a line of text fills the form with, and how it was understood; its people are guests where their names say who.
pub fn line(
    tx: &ReadTx<'_>,
    me: PersonId,
    text: &str,
    now: Moment,
    here: Here,
    liked: &Preferences,
) -> Result<(Typed, String), WebError> {
    let said = quick::understood(text, now, here, liked);
    let guests = quick::addresses(tx, me, &said.people)?;
    let mut draft = said.draft;
    if draft.starts.is_none() {
        let starts = next_hour(here.today(), here);
        let at = |local| Some(When::Zoned { local, zone: here.zone });
        (draft.starts, draft.ends) = (at(starts), at(starts + TimeDelta::minutes(liked.duration)));
    }
    let typed = Typed { guests: guests.join(", "), ..Typed::show(&draft, "", here.zone) };
    Ok((typed, said.words))
}

/// What an address fills the form with: `day`, or `at` and `end` as the reader's clock shows them (whole days where they
/// are days; then `end` is the first day after), and any field of the form by its name.
pub fn filled(query: &Fields, here: Here, liked: &Preferences) -> Typed {
    let kind = if query.get("kind") == "task" { Kind::Task } else { Kind::Event };
    let (starts, ends) = times(query, here, liked);
    let mut draft = Draft::at(kind, Some(starts), Some(ends));
    if kind == Kind::Task {
        (draft.starts, draft.ends) = (None, Some(starts).filter(|_| query.has("day") || query.has("at")));
    } else if let Some(minutes_before) = liked.reminder.filter(|_| !starts.is_day()) {
        draft.reminders = vec![Reminder { minutes_before }];
    }
    Typed {
        title: query.get("title").to_owned(),
        place: query.get("place").to_owned(),
        link: query.get("link").to_owned(),
        guests: query.get("guests").to_owned(),
        notes: query.get("notes").to_owned(),
        ..Typed::show(&draft, query.get("calendar"), here.zone)
    }
}

fn times(query: &Fields, here: Here, liked: &Preferences) -> (When, When) {
    let length = TimeDelta::minutes(liked.duration);
    let zoned = |local: NaiveDateTime| When::Zoned { local, zone: here.zone };
    if let Some(from) = clock(query.get("at")) {
        let to = clock(query.get("end")).filter(|to| *to > from).unwrap_or(from + length);
        return (zoned(from), zoned(to));
    }
    let named = day(query.get("day")).or_else(|| day(query.get("at")));
    if let Some(first) = named
        && (query.has("all_day") || day(query.get("end")).is_some() || query.get("kind") == "task")
    {
        let end = day(query.get("end")).filter(|end| *end > first).unwrap_or(first + TimeDelta::days(1));
        return (When::Day(first), When::Day(end));
    }
    let from = next_hour(named.unwrap_or_else(|| here.today()), here);
    (zoned(from), zoned(from + length))
}

/// The next full hour of today, or nine o'clock of another day.
fn next_hour(day: NaiveDate, here: Here) -> NaiveDateTime {
    let nine = NaiveTime::from_hms_opt(9, 0, 0).unwrap_or_default();
    if day != here.today() {
        return day.and_time(nine);
    }
    day.and_hms_opt(here.local.hour(), 0, 0).unwrap_or(here.local) + TimeDelta::hours(1)
}

fn clock(text: &str) -> Option<NaiveDateTime> {
    let at = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").ok();
    at.filter(|at| is_known_year(at.date()))
}

fn day(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|day| is_known_year(*day))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::web::Query;
    use chrono_tz::Europe::Berlin;

    fn of(query: &str) -> Typed {
        // Wednesday, 18 November 2026, 14:05 in Berlin.
        let here = Here::new(Berlin, Moment::from_millis(1_795_007_100_000));
        filled(&Query::<Fields>::from_query(query).unwrap().into_inner(), here, &Preferences::default())
    }

    fn shown(query: &str) -> String {
        let typed = of(query);
        [&*typed.start_day, &typed.start_time, &typed.end_day, &typed.end_time].join(" ")
    }

    #[test]
    fn an_address_fills_the_form_with_its_time() {
        assert_eq!(shown(""), "2026-11-18 15:00 2026-11-18 16:00");
        assert_eq!(shown("day=2026-11-20"), "2026-11-20 09:00 2026-11-20 10:00");
        assert_eq!(shown("at=2026-11-20T23:30&end=2026-11-21T01:00"), "2026-11-20 23:30 2026-11-21 01:00");
        assert_eq!(shown("day=2026-11-20&end=2026-11-22"), "2026-11-20  2026-11-21 ");
        assert_eq!(shown("at=0000-99-99T99:99"), "2026-11-18 15:00 2026-11-18 16:00");
        assert_eq!(shown("kind=task"), "   ");
        assert_eq!(shown("kind=task&day=2026-11-20"), "  2026-11-20 ");
    }

    #[test]
    fn a_new_event_reminds_as_its_maker_likes_it() {
        assert_eq!(of("").reminders, ["10"]);
        assert!(of("day=2026-11-20&all_day=1").reminders.is_empty());
    }
}
