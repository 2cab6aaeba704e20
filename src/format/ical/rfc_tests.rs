//! The examples of RFC 5545 §3.8.5.3, as the RFC itself lists their times, and rules that do harm.

use super::tests::{at, event, names};
use super::*;
use crate::kernel::clock::{Moment, Stopwatch};
use crate::kernel::limits;
use chrono_tz::Tz;

/// The days, as `MMDD`, of the first times of a rule that begins on 2 September 1997 at 9:00 in New York.
fn days(start: &str, rule: &str, most: usize) -> Vec<String> {
    let item = event(&format!("DTSTART;TZID=America/New_York:{start}T090000\nRRULE:{rule}\nSUMMARY:x"));
    let found = item.occurrences(at("19970101"), at("20100101"), most).found;
    let face = |one: &Occurrence| {
        When::from_instant(one.starts_at, Tz::America__New_York).local().format("%y%m%d").to_string()
    };
    found.iter().map(face).collect()
}

/// Start, rule, the first times that it gives.
const EXAMPLES: [(&str, &str, &str); 26] = [
    ("19970902", "FREQ=DAILY;COUNT=10", "970902 970903 970904 970905 970906 970907 970908 970909 970910 970911"),
    ("19970902", "FREQ=DAILY;INTERVAL=2", "970902 970904 970906 970908"),
    ("19970902", "FREQ=DAILY;INTERVAL=10;COUNT=5", "970902 970912 970922 971002 971012"),
    (
        "19980101",
        "FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA",
        "980101 980102 980103 980104",
    ),
    ("19970902", "FREQ=WEEKLY;COUNT=10", "970902 970909 970916 970923 970930 971007 971014 971021 971028 971104"),
    ("19970902", "FREQ=WEEKLY;INTERVAL=2;WKST=SU", "970902 970916 970930 971014 971028 971111"),
    (
        "19970902",
        "FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH",
        "970902 970904 970909 970911 970916 970918 970923 970925 970930 971002",
    ),
    (
        "19970901",
        "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR",
        "970901 970903 970905 970915 970917 970919",
    ),
    (
        "19970905",
        "FREQ=MONTHLY;COUNT=10;BYDAY=1FR",
        "970905 971003 971107 971205 980102 980206 980306 980403 980501 980605",
    ),
    (
        "19970907",
        "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU",
        "970907 970928 971102 971130 980104 980125 980301 980329 980503 980531",
    ),
    ("19970922", "FREQ=MONTHLY;COUNT=6;BYDAY=-2MO", "970922 971020 971117 971222 980119 980216"),
    ("19970928", "FREQ=MONTHLY;BYMONTHDAY=-3", "970928 971029 971128 971229 980129 980226"),
    (
        "19970902",
        "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15",
        "970902 970915 971002 971015 971102 971115 971202 971215 980102 980115",
    ),
    (
        "19970930",
        "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1",
        "970930 971001 971031 971101 971130 971201 971231 980101 980131 980201",
    ),
    (
        "19970910",
        "FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15",
        "970910 970911 970912 970913 970914 970915 990310 990311 990312 990313",
    ),
    (
        "19970610",
        "FREQ=YEARLY;COUNT=10;BYMONTH=6,7",
        "970610 970710 980610 980710 990610 990710 000610 000710 010610 010710",
    ),
    (
        "19970310",
        "FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3",
        "970310 990110 990210 990310 010110 010210 010310 030110 030210 030310",
    ),
    (
        "19970101",
        "FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200",
        "970101 970410 970719 000101 000409 000718 030101 030410 030719 060101",
    ),
    ("19970519", "FREQ=YEARLY;BYDAY=20MO", "970519 980518 990517"),
    ("19970512", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "970512 980511 990517"),
    ("19970313", "FREQ=YEARLY;BYMONTH=3;BYDAY=TH", "970313 970320 970327 980305 980312"),
    ("19980213", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "980213 980313 981113 990813 001013"),
    ("19970913", "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13", "970913 971011 971108 971213 980110"),
    ("19970904", "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "970904 971007 971106"),
    ("19970929", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", "970929 971030 971127 971230 980129"),
    ("19970115", "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", "970115 970130 970215 970315 970330"),
];

#[test]
fn the_examples_of_the_rfc_come_out_as_it_lists_them() {
    let mut broken = Vec::new();
    for (start, rule, wanted) in EXAMPLES {
        let wanted: Vec<&str> = wanted.split(' ').collect();
        let found = days(start, rule, wanted.len());
        if found != wanted {
            broken.push(format!("{rule}: {found:?}"));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn hours_and_minutes_of_the_examples_come_out_too() {
    let three = event("DTSTART:19970902T090000Z\nRRULE:FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000Z");
    assert_eq!(names(&three, "19970901", "19980101"), ["19970902T090000Z", "19970902T120000Z", "19970902T150000Z"]);
    let every = event("DTSTART:19970902T090000Z\nRRULE:FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40");
    let same = event("DTSTART:19970902T090000Z\nRRULE:FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16");
    let found = names(&every, "19970902", "19970904");
    assert_eq!(found.len(), 48);
    assert_eq!(found, names(&same, "19970902", "19970904"));
}

#[test]
fn a_window_far_from_the_start_shows_the_same_as_a_walk_from_it() {
    for (start, rule, _) in EXAMPLES {
        let item = event(&format!("DTSTART;TZID=America/New_York:{start}T090000\nDURATION:PT1H\nRRULE:{rule}"));
        let all = item.occurrences(at("19970101"), at("20060301"), usize::MAX).found;
        let (from, to) = (at("20050601"), at("20060301"));
        let late: Vec<Occurrence> = all.into_iter().filter(|one| one.ends_at > from).collect();
        assert_eq!(item.occurrences(from, to, usize::MAX).found, late, "{rule}");
    }
}

#[test]
fn harmful_rules_end_by_themselves() {
    let rules = [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;COUNT=100000000",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=300",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=HOURLY;INTERVAL=999999;BYHOUR=3",
        "FREQ=YEARLY;INTERVAL=1000000",
        "FREQ=WEEKLY;BYDAY=",
        "FREQ=DAILY;UNTIL=99991231T235959Z",
        "FREQ=SECONDLY;BYSETPOS=2",
        "FREQ=YEARLY;BYWEEKNO=53;BYDAY=-53SU",
        "",
    ];
    for start in ["00010101T000000Z", "20260101T000000Z", "99991231T235959Z"] {
        for rule in rules {
            let item = event(&format!("DTSTART:{start}\nDURATION:PT1S\nRRULE:{rule}"));
            let watch = Stopwatch::start();
            for (from, to) in [("20260101", "20270101"), ("00010101", "99990101"), ("90000101", "99990101")] {
                let times = item.occurrences(at(from), at(to), usize::MAX);
                assert!(times.found.len() <= limits::ICAL_INSTANCES, "{rule}");
            }
            // A build for tests, beside others, is that much slower than the 50 ms each that are promised.
            assert!(watch.elapsed().as_millis() < 6000, "{rule} from {start} took {:?}", watch.elapsed());
        }
    }
}

#[test]
fn what_lasts_into_a_window_is_in_it_and_what_takes_no_time_is_at_its_start() {
    let long = event("DTSTART:20260630T220000Z\nDTEND:20260701T010000Z\nRRULE:FREQ=DAILY;COUNT=2");
    assert_eq!(names(&long, "20260701", "20260702"), ["20260630T220000Z", "20260701T220000Z"]);
    assert_eq!(names(&long, "20260703", "20260704"), [] as [&str; 0]);
    let point = event("DTSTART:20260701T000000Z");
    assert_eq!(names(&point, "20260701", "20260702").len(), 1);
    assert_eq!(names(&point, "20260630", "20260701").len(), 0);
}

#[test]
fn a_dense_series_is_found_far_from_its_start() {
    let item = event("DTSTART;TZID=Europe/Berlin:20150106T100000\nDURATION:PT1S\nRRULE:FREQ=SECONDLY");
    let found = item.occurrences(at("20260101"), at("20270101"), 3);
    assert_eq!(
        found.found.iter().map(|one| one.starts_at).collect::<Vec<_>>(),
        [at("20260101T000000Z"), at("20260101T000001Z"), at("20260101T000002Z")]
    );
    assert!(found.is_cut && !found.is_ended);
}

#[test]
fn an_end_of_a_series_is_known() {
    let ended = |lines: &str| event(lines).occurrences(at("20260101"), at("20260201"), 100).is_ended;
    assert!(ended("DTSTART:20260105T100000Z\nRRULE:FREQ=DAILY;COUNT=3"));
    assert!(ended("DTSTART:20260105T100000Z\nRRULE:FREQ=DAILY;UNTIL=20260110T100000Z"));
    assert!(!ended("DTSTART:20260105T100000Z\nRRULE:FREQ=DAILY;COUNT=100"));
    assert!(!ended("DTSTART:20260105T100000Z\nRRULE:FREQ=WEEKLY"));
    assert!(!ended("DTSTART:20260105T100000Z\nRDATE:20270101T100000Z"));
}

#[test]
fn this_and_what_follows_may_be_moved_at_once() {
    let text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART:20260105T100000Z\nDTEND:20260105T110000Z\nRRULE:FREQ=WEEKLY;COUNT=4\nEND:VEVENT\n\
        BEGIN:VEVENT\nUID:a\nRECURRENCE-ID;RANGE=THISANDFUTURE:20260119T100000Z\nDTSTART:20260119T130000Z\nDTEND:20260119T150000Z\nEND:VEVENT\nEND:VCALENDAR";
    let item = read(text.as_bytes()).unwrap().items.remove(0);
    let found = item.occurrences(at("20260101"), at("20270101"), 100).found;
    let starts: Vec<Moment> = found.iter().map(|one| one.starts_at).collect();
    assert_eq!(starts, ["20260105T100000Z", "20260112T100000Z", "20260119T130000Z", "20260126T130000Z"].map(at));
    assert_eq!(found[3].ends_at, at("20260126T150000Z"));
    assert_eq!(found[3].differs, Some(0));
}
