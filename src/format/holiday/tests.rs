//! What the rules of holidays promise.

use super::*;

fn on(code: &str, year: i32, name: &str) -> Vec<String> {
    let found = holidays(region(code).unwrap(), year);
    found.into_iter().filter(|(_, named)| *named == name).map(|(day, _)| day.to_string()).collect()
}

#[test]
fn easter_falls_on_the_days_that_almanacs_give() {
    let known = [
        (1818, 3, 22),
        (1943, 4, 25),
        (2000, 4, 23),
        (2019, 4, 21),
        (2024, 3, 31),
        (2025, 4, 20),
        (2026, 4, 5),
        (2027, 3, 28),
        (2038, 4, 25),
        (2285, 3, 22),
    ];
    for (year, month, day) in known {
        assert_eq!(easter(year), NaiveDate::from_ymd_opt(year, month, day), "{year}");
    }
}

#[test]
fn what_moves_with_easter_moves() {
    assert_eq!(on("de-nw", 2026, "Fronleichnam"), ["2026-06-04"]);
    assert_eq!(on("de", 2026, "Karfreitag"), ["2026-04-03"]);
    assert_eq!(on("fr", 2027, "Ascension"), ["2027-05-06"]);
}

#[test]
fn each_german_state_keeps_its_own() {
    assert!(on("de-be", 2026, "Fronleichnam").is_empty());
    assert_eq!(on("de-be", 2026, "Internationaler Frauentag"), ["2026-03-08"]);
    assert!(on("de-be", 2018, "Internationaler Frauentag").is_empty(), "kept since 2019");
    assert_eq!(on("de-sn", 2026, "Buß- und Bettag"), ["2026-11-18"]);
    let count = |code| holidays(region(code).unwrap(), 2026).len();
    assert_eq!((count("de"), count("de-by"), count("de-sn"), count("de-bb")), (9, 12, 11, 12));
}

#[test]
fn a_british_holiday_on_a_weekend_is_kept_on_the_next_free_day() {
    // 2021: Christmas on a Saturday, Boxing Day on a Sunday. 2022: Christmas on a Sunday, Boxing Day on Monday.
    assert_eq!(on("gb-eng", 2021, "Christmas Day"), ["2021-12-27"]);
    assert_eq!(on("gb-eng", 2021, "Boxing Day"), ["2021-12-28"]);
    assert_eq!(on("gb-sct", 2022, "2 January"), ["2022-01-04"]);
    assert_eq!(on("gb-eng", 2026, "Summer bank holiday"), ["2026-08-31"]);
    assert_eq!(on("gb-eng", 2026, "Boxing Day"), ["2026-12-28"]);
}

#[test]
fn an_american_holiday_on_a_weekend_is_kept_beside_it() {
    assert_eq!(on("us", 2026, "Independence Day"), ["2026-07-03"]);
    assert_eq!(on("us", 2027, "Independence Day"), ["2027-07-05"]);
    assert_eq!(on("us", 2026, "Thanksgiving Day"), ["2026-11-26"]);
    assert_eq!(on("us", 2026, "Memorial Day"), ["2026-05-25"]);
}

#[test]
fn every_region_has_a_code_of_its_own_and_holidays_in_every_year() {
    for (place, region) in REGIONS.iter().enumerate() {
        assert!(REGIONS[place + 1..].iter().all(|other| other.code != region.code), "{}", region.code);
        for year in 2020..2040 {
            assert!(holidays(region, year).len() >= 4, "{} {year}", region.code);
        }
    }
}
