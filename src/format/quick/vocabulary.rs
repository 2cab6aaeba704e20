//! The words for days, months and spans, in English and German.

use chrono::Weekday;

/// Words that open the name of a place by themselves.
pub(super) const PLACES: [&str; 22] = [
    "praxis",
    "raum",
    "room",
    "café",
    "cafe",
    "restaurant",
    "hotel",
    "büro",
    "office",
    "zoom",
    "teams",
    "saal",
    "konferenzraum",
    "besprechungsraum",
    "bahnhof",
    "flughafen",
    "airport",
    "station",
    "klinik",
    "kantine",
    "rathaus",
    "messe",
];

/// A word as it is looked up: small, without the comma behind it.
pub(super) fn bare(word: &str) -> String {
    word.trim_end_matches([',', ';']).to_lowercase()
}

/// The day of the week of a name. Short names that are words as well count where `is_sure`.
pub(super) fn weekday(word: &str, is_sure: bool) -> Option<Weekday> {
    let name = bare(word);
    let name = name.trim_end_matches('.');
    let is_capital = word.chars().next().is_some_and(char::is_uppercase);
    let found = match name {
        "mon" | "monday" | "montag" => Weekday::Mon,
        "tue" | "tues" | "tuesday" | "dienstag" => Weekday::Tue,
        "wed" | "wednesday" | "mittwoch" => Weekday::Wed,
        "thu" | "thur" | "thurs" | "thursday" | "donnerstag" => Weekday::Thu,
        "fri" | "friday" | "freitag" => Weekday::Fri,
        "saturday" | "samstag" | "sonnabend" => Weekday::Sat,
        "sunday" | "sonntag" => Weekday::Sun,
        "sat" if is_sure || is_capital => Weekday::Sat,
        "sun" if is_sure || is_capital => Weekday::Sun,
        "mo" if is_sure && is_capital => Weekday::Mon,
        "di" if is_sure && is_capital => Weekday::Tue,
        "mi" if is_sure && is_capital => Weekday::Wed,
        "do" if is_sure && is_capital => Weekday::Thu,
        "fr" if is_sure && is_capital => Weekday::Fri,
        "sa" if is_sure && is_capital => Weekday::Sat,
        "so" if is_sure && is_capital => Weekday::Sun,
        _ => return None,
    };
    Some(found)
}

/// The number of a month by its name.
pub(super) fn month(word: &str) -> Option<u32> {
    let name = bare(word);
    Some(match name.trim_end_matches('.') {
        "jan" | "january" | "januar" | "jänner" => 1,
        "feb" | "february" | "februar" => 2,
        "mar" | "march" | "mär" | "märz" => 3,
        "apr" | "april" => 4,
        "may" | "mai" => 5,
        "jun" | "june" | "juni" => 6,
        "jul" | "july" | "juli" => 7,
        "aug" | "august" => 8,
        "sep" | "sept" | "september" => 9,
        "oct" | "october" | "okt" | "oktober" => 10,
        "nov" | "november" => 11,
        "dec" | "december" | "dez" | "dezember" => 12,
        _ => return None,
    })
}

/// The minutes of a unit of time.
pub(super) fn minutes(unit: &str) -> Option<i64> {
    Some(match unit {
        "m" | "min" | "mins" | "minute" | "minutes" | "minuten" => 1,
        "h" | "hr" | "hrs" | "hour" | "hours" | "std" | "stunde" | "stunden" => 60,
        _ => return None,
    })
}

/// The days of a unit of days.
pub(super) fn days(unit: &str) -> Option<i64> {
    Some(match unit {
        "day" | "days" | "tag" | "tage" | "tagen" => 1,
        "week" | "weeks" | "woche" | "wochen" => 7,
        _ => return None,
    })
}

/// The step of a rule by its unit.
pub(super) fn step(unit: &str) -> Option<&'static str> {
    Some(match unit {
        "day" | "days" | "tag" | "tage" => "DAILY",
        "week" | "weeks" | "woche" | "wochen" => "WEEKLY",
        "month" | "months" | "monat" | "monate" => "MONTHLY",
        "year" | "years" | "jahr" | "jahre" => "YEARLY",
        _ => return None,
    })
}
