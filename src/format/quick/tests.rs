//! Lines as people write them.

use super::*;

/// Friday 27 November 2026, 12:00 in Berlin.
fn read(text: &str) -> Quick {
    let now = When::parse("20261127T110000Z").unwrap().instant(Tz::UTC);
    quick(text, now, Tz::Europe__Berlin)
}

fn face(when: Option<When>) -> String {
    when.map_or_else(String::new, |when| match when {
        When::Day(day) => day.format("%m-%d").to_string(),
        when => when.local().format("%m-%d %H:%M").to_string(),
    })
}

/// Line, title, start, end, place, rule, people.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

const ENGLISH: [Row; 24] = [
    ("Lunch Fri 12-13 with Bob at Roma", "Lunch", "11-27 12:00", "11-27 13:00", "Roma", "", "Bob"),
    (
        "Team meeting every Tuesday 10:00-11:00",
        "Team meeting",
        "12-01 10:00",
        "12-01 11:00",
        "",
        "FREQ=WEEKLY;BYDAY=TU",
        "",
    ),
    ("call mum tomorrow 5pm for 30 min", "call mum", "11-28 17:00", "11-28 17:30", "", "", ""),
    ("Dinner tomorrow at 7pm", "Dinner", "11-28 19:00", "11-28 20:00", "", "", ""),
    ("tomorrow 9:30 Dentist", "Dentist", "11-28 09:30", "11-28 10:30", "", "", ""),
    ("Review with Ann, Bob and Eve on Monday 9-10am", "Review", "11-30 09:00", "11-30 10:00", "", "", "Ann|Bob|Eve"),
    ("Flight 3 Dec 06:15 @Airport", "Flight", "12-03 06:15", "12-03 07:15", "Airport", "", ""),
    ("Conference Dec 7-9 in Berlin", "Conference", "12-07", "12-10", "Berlin", "", ""),
    ("Holiday 24 December to 2 January", "Holiday", "12-24", "01-03", "", "", ""),
    ("Yoga every day 7am for an hour", "Yoga", "11-28 07:00", "11-28 08:00", "", "FREQ=DAILY", ""),
    (
        "Standup every weekday at 9:15 for 15min",
        "Standup",
        "11-28 09:15",
        "11-28 09:30",
        "",
        "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
        "",
    ),
    (
        "Planning every other Thursday 14:00",
        "Planning",
        "12-03 14:00",
        "12-03 15:00",
        "",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH",
        "",
    ),
    ("Rent monthly", "Rent", "11-27", "11-28", "", "FREQ=MONTHLY", ""),
    ("Birthday Ann 3rd March", "Birthday Ann", "03-03", "03-04", "", "", ""),
    ("Workshop 2027-01-15 10:00-16:00", "Workshop", "01-15 10:00", "01-15 16:00", "", "", ""),
    ("Coffee at noon", "Coffee", "11-28 12:00", "11-28 13:00", "", "", ""),
    ("Party next Friday 8pm", "Party", "12-04 20:00", "12-04 21:00", "", "", ""),
    ("Check results in 2 weeks", "Check results", "12-11", "12-12", "", "", ""),
    ("Night shift Sat 22:00-06:00", "Night shift", "11-28 22:00", "11-29 06:00", "", "", ""),
    ("Office hours Mon 9-5", "Office hours", "11-30 09:00", "11-30 17:00", "", "", ""),
    ("Sync from 9 to 11 tomorrow", "Sync", "11-28 09:00", "11-28 11:00", "", "", ""),
    ("Do laundry tomorrow", "Do laundry", "11-28", "11-29", "", "", ""),
    ("Buy 3 apples", "Buy 3 apples", "", "", "", "", ""),
    (
        "Gym every Wednesday 18:00 until 23 Dec",
        "Gym",
        "12-02 18:00",
        "12-02 19:00",
        "",
        "FREQ=WEEKLY;BYDAY=WE;UNTIL=20261223T225959Z",
        "",
    ),
];

const GERMAN: [Row; 14] = [
    ("Zahnarzt morgen 14:30 Praxis Dr. Weber", "Zahnarzt", "11-28 14:30", "11-28 15:30", "Praxis Dr. Weber", "", ""),
    ("Urlaub 3.8.-14.8.", "Urlaub", "08-03", "08-15", "", "", ""),
    ("Urlaub 3.-14.8.", "Urlaub", "08-03", "08-15", "", "", ""),
    (
        "Besprechung am Montag um 10 Uhr mit Anna und Jörg",
        "Besprechung",
        "11-30 10:00",
        "11-30 11:00",
        "",
        "",
        "Anna|Jörg",
    ),
    ("Mittagessen heute 13 Uhr bei Luigi", "Mittagessen", "11-27 13:00", "11-27 14:00", "Luigi", "", ""),
    ("Chor jeden Dienstag 19:30-21:00", "Chor", "12-01 19:30", "12-01 21:00", "", "FREQ=WEEKLY;BYDAY=TU", ""),
    ("Müll dienstags", "Müll", "12-01", "12-02", "", "FREQ=WEEKLY;BYDAY=TU", ""),
    ("Abgabe 15.12.2026 12:00", "Abgabe", "12-15 12:00", "12-15 13:00", "", "", ""),
    ("Elternabend übermorgen von 19 bis 21 Uhr", "Elternabend", "11-29 19:00", "11-29 21:00", "", "", ""),
    ("Treffen Do 15-16 Uhr Raum 12", "Treffen", "12-03 15:00", "12-03 16:00", "Raum 12", "", ""),
    ("Frühstück in 3 Tagen", "Frühstück", "11-30", "12-01", "", "", ""),
    ("Arzt 1. Dezember 8.30 Uhr", "Arzt", "12-01 08:30", "12-01 09:30", "", "", ""),
    ("Telefonat morgen 9 Uhr für 2 Stunden", "Telefonat", "11-28 09:00", "11-28 11:00", "", "", ""),
    ("Geburtstag Oma jährlich 4.5.", "Geburtstag Oma", "05-04", "05-05", "", "FREQ=YEARLY", ""),
];

#[test]
fn a_line_says_what_when_where_and_with_whom() {
    let mut broken = Vec::new();
    for (line, title, starts, ends, place, rule, people) in ENGLISH.iter().chain(&GERMAN) {
        let found = read(line);
        let seen = (found.title.as_str(), face(found.starts), face(found.ends), found.place.as_str());
        let rest = (found.rule.clone().unwrap_or_default(), found.people.join("|"));
        let wanted =
            ((*title, (*starts).to_owned(), (*ends).to_owned(), *place), ((*rule).to_owned(), (*people).to_owned()));
        if (seen.clone(), rest.clone()) != wanted {
            broken.push(format!("{line}: {seen:?} {rest:?}"));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn years_beyond_all_calendars_are_words() {
    assert_eq!(read("Party +262142-12-31").starts, None);
}

proptest::proptest! {
    #[test]
    fn any_line_is_read(text in "([a-zA-Z0-9.:@ -]{0,6}|every|in|from|to|am|3\\.8\\.|12-13|Uhr|with|für| ){0,20}") {
        let found = read(&text);
        proptest::prop_assert!(found.starts.is_some() == found.ends.is_some());
    }
}
