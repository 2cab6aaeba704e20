//! The calendar's views, as a browser without scripts is shown them.

use crate::http::{Answer, Browser};
use crate::live::{FRAGMENT, Live};
use crate::office::TestOffice;
use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use chrono_tz::Tz;
use hailstone::domain::calendar::{self, Rights};
use hailstone::format::ical::{Draft, Kind, Privacy, Status, When};
use hailstone::kernel::id::PersonId;
use hailstone::services::calendar::{Deed, act};

/// A day in March 2026, which begins on a Sunday.
fn march(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, day).unwrap()
}

fn at(day: NaiveDate, hour: u32, minute: u32) -> NaiveDateTime {
    day.and_hms_opt(hour, minute, 0).unwrap()
}

/// An event with these times and nothing else.
fn draft(title: &str, starts: When, ends: When) -> Draft {
    Draft {
        kind: Kind::Event,
        title: title.to_owned(),
        notes: String::new(),
        place: String::new(),
        link: String::new(),
        categories: Vec::new(),
        starts: Some(starts),
        ends: Some(ends),
        status: Status::Confirmed,
        is_busy: true,
        privacy: Privacy::Public,
        rule: None,
        guests: Vec::new(),
        organizer: None,
        reminders: Vec::new(),
        percent: 0,
        priority: 0,
    }
}

/// An event of some minutes, from what a clock in Berlin shows.
fn timed(title: &str, local: NaiveDateTime, minutes: i64) -> Draft {
    let when = |local| When::Zoned { local, zone: Tz::Europe__Berlin };
    draft(title, when(local), when(local + TimeDelta::minutes(minutes)))
}

/// An event of whole days, the last one among them.
fn whole(title: &str, first: NaiveDate, last: NaiveDate) -> Draft {
    draft(title, When::Day(first), When::Day(last.succ_opt().unwrap()))
}

fn add(office: &TestOffice, who: PersonId, draft: Draft) {
    let deed = Deed::Make { calendar: None, draft: Box::new(draft) };
    office.runtime.block_on(act(&office.office, who, deed)).unwrap();
}

/// Somebody signed in, whose browser is in `zone`.
fn reader(office: &TestOffice, name: &str, zone: &str) -> Browser {
    let mut browser = office.signed_in(name);
    browser.cookies.insert("tz".to_owned(), zone.to_owned());
    browser
}

fn see(browser: &mut Browser, path: &str) -> String {
    let page = browser.get(path);
    assert_eq!(page.status, 200, "{path}: {}", page.body);
    page.body
}

/// The piece of a page from a mark up to the next of its kind.
fn piece<'p>(page: &'p str, from: &str, upto: &str) -> &'p str {
    let start = page.find(from).unwrap_or_else(|| panic!("no {from} in {page}")) + from.len();
    page[start..].split(upto).next().unwrap()
}

/// The opening tag of the entry with this title.
fn entry<'p>(page: &'p str, title: &str) -> &'p str {
    let at = page.find(&format!("<b>{title}</b>")).unwrap_or_else(|| panic!("no {title} in {page}"));
    let start = page[..at].rfind("<li ").unwrap();
    page[start..].split('>').next().unwrap()
}

#[test]
fn every_view_shows_an_event_at_its_hour_and_its_day() {
    let office = TestOffice::open();
    add(&office, office.anna, Draft { place: "Elbe".to_owned(), ..timed("Team round", at(march(4), 9, 30), 90) });
    let mut anna = reader(&office, "anna", "Europe/Berlin");
    for view in ["day", "workweek", "week"] {
        let page = see(&mut anna, &format!("/calendar/{view}/2026-03-04"));
        let day = piece(&page, "data-date=\"2026-03-04\"", "data-date=");
        assert!(entry(day, "Team round").contains("t38 d6 i0 w1 n1"), "{view}: {day}");
        assert!(day.contains("09:30–11:00 · Elbe") && day.contains("Wednesday 4 March, 1 event\""), "{view}: {day}");
    }
    let month = see(&mut anna, "/calendar/month/2026-03-20");
    let cell = piece(&month, "data-date=\"2026-03-04\"", "data-date=");
    assert!(cell.contains("<small>09:30</small> <b>Team round</b>"), "{cell}");
    let agenda = see(&mut anna, "/calendar/agenda/2026-03-01");
    assert!(piece(&agenda, "id=\"a2026-03-04\"", "</section>").contains("09:30–11:00"), "{agenda}");
    let year = see(&mut anna, "/calendar/year/2026-07-01");
    assert!(year.contains("4 March, has events") && !year.contains("5 March, has events"));
}

#[test]
fn whole_days_stay_on_their_days_in_every_zone_and_hours_go_with_the_reader() {
    let office = TestOffice::open();
    add(&office, office.anna, whole("Trade fair", march(3), march(5)));
    add(&office, office.anna, timed("Call", at(march(4), 9, 0), 60));
    let zones = [
        ("Europe/Berlin", "09:00–10:00", "t36 "),
        ("America/New_York", "03:00–04:00", "t12 "),
        ("Asia/Tokyo", "17:00–18:00", "t68 "),
        ("Asia/Kathmandu", "13:45–14:45", "t55 "),
    ];
    for (zone, hours, place) in zones {
        let mut anna = reader(&office, "anna", zone);
        let week = see(&mut anna, "/calendar/week/2026-03-04");
        let tuesday = piece(&week, "data-allday=\"2026-03-03\"", "data-allday=");
        assert!(entry(tuesday, "Trade fair").contains("l0 w3"), "{zone}: {tuesday}");
        let wednesday = piece(&week, "data-date=\"2026-03-04\"", "data-date=");
        assert!(entry(wednesday, "Call").contains(place) && wednesday.contains(hours), "{zone}: {wednesday}");
        let month = see(&mut anna, "/calendar/month/2026-03-04");
        let tuesday = piece(&month, "data-date=\"2026-03-03\"", "data-date=");
        assert!(entry(tuesday, "Trade fair").contains("l0 w3"), "{zone}: {tuesday}");
        let agenda = see(&mut anna, "/calendar/agenda/2026-03-01");
        for (day, is_on) in [(2, false), (3, true), (4, true), (5, true), (6, false)] {
            let there = agenda.split(&format!("id=\"a2026-03-0{day}\"")).nth(1);
            let found = there.is_some_and(|day| day.split("</section>").next().unwrap().contains("Trade fair"));
            assert_eq!(found, is_on, "{zone}: {day} March");
        }
        let year = see(&mut anna, "/calendar/year/2026-03-04");
        for (day, is_on) in [(2, false), (3, true), (5, true), (6, false)] {
            assert_eq!(year.contains(&format!("\"{day} March, has events\"")), is_on, "{zone}: {day} March");
        }
    }
}

#[test]
fn what_overlaps_stands_side_by_side_and_what_is_too_much_for_a_month_is_counted() {
    let office = TestOffice::open();
    for title in ["One", "Two", "Three", "Four", "Five", "Six"] {
        add(&office, office.anna, timed(title, at(march(10), 9, 0), 60));
    }
    let mut anna = reader(&office, "anna", "Europe/Berlin");
    let day = see(&mut anna, "/calendar/day/2026-03-10");
    let places = ["One", "Two", "Three", "Four", "Five", "Six"].map(|title| entry(&day, title).to_owned());
    for column in 0..6 {
        let is_there = |tag: &&String| tag.contains(&format!(" i{column} w1 n6"));
        assert_eq!(places.iter().filter(is_there).count(), 1, "column {column}: {places:?}");
    }
    let month = see(&mut anna, "/calendar/month/2026-03-10");
    let cell = piece(&month, "data-date=\"2026-03-10\"", "data-date=");
    assert!(cell.contains("+3 more") && cell.contains("href=\"/calendar/day/2026-03-10\""), "{cell}");
}

#[test]
fn what_goes_past_midnight_is_on_both_days() {
    let office = TestOffice::open();
    add(&office, office.anna, timed("Night shift", at(march(10), 22, 0), 8 * 60));
    let mut anna = reader(&office, "anna", "Europe/Berlin");
    let week = see(&mut anna, "/calendar/week/2026-03-10");
    let tuesday = piece(&week, "data-date=\"2026-03-10\"", "data-date=");
    assert!(entry(tuesday, "Night shift").contains("t88 d8 "), "{tuesday}");
    let wednesday = piece(&week, "data-date=\"2026-03-11\"", "data-date=");
    assert!(entry(wednesday, "Night shift").contains("t0 d24 ") && wednesday.contains("until 06:00"), "{wednesday}");
}

#[test]
fn the_days_on_which_clocks_change_say_so_and_keep_their_hours() {
    let office = TestOffice::open();
    // In winter time still, in summer time after: an hour long, whatever the clock on the wall shows.
    let utc = |day: u32, month: u32, hour: u32| {
        let at = NaiveDate::from_ymd_opt(2026, month, day).unwrap().and_hms_opt(hour, 30, 0).unwrap();
        When::Utc(hailstone::kernel::clock::Moment::from_millis(at.and_utc().timestamp_millis()))
    };
    add(&office, office.anna, draft("Over the gap", utc(29, 3, 0), utc(29, 3, 1)));
    add(&office, office.anna, draft("Twice half past two", utc(25, 10, 0), utc(25, 10, 1)));
    let mut anna = reader(&office, "anna", "Europe/Berlin");
    let spring = see(&mut anna, "/calendar/day/2026-03-29");
    assert!(spring.contains("23 hours") && spring.contains("02:00–03:00 does not come"), "{spring}");
    assert!(entry(&spring, "Over the gap").contains("t6 d8 ") && spring.contains("01:30–03:30"), "{spring}");
    let autumn = see(&mut anna, "/calendar/day/2026-10-25");
    assert!(autumn.contains("25 hours") && autumn.contains("02:00–03:00 comes twice"), "{autumn}");
    assert!(autumn.contains("02:30 CEST–02:30 CET"), "{autumn}");
    assert!(entry(&autumn, "Twice half past two").contains("t10 d4 "), "{autumn}");
    let plain = see(&mut anna, "/calendar/day/2026-03-28");
    assert!(!plain.contains("hours</span>") && !plain.contains("does not come"));
}

#[test]
fn a_colleagues_calendar_shows_when_it_is_busy_and_nothing_more() {
    let office = TestOffice::open();
    add(&office, office.ben, Draft { place: "Dr. Who".to_owned(), ..timed("Dentist", at(march(4), 9, 0), 60) });
    let mut anna = reader(&office, "anna", "Europe/Berlin");
    let offered = see(&mut anna, "/calendar/add");
    assert!(offered.contains("Ben Bauer") && offered.contains("Busy times only"), "{offered}");
    let id = piece(&offered, "name=\"calendar\" value=\"", "\"").to_owned();
    let csrf = Answer { status: 200, headers: Vec::new(), body: offered }.csrf();
    assert_eq!(anna.post("/calendar/add", &[("csrf", &csrf), ("calendar", &id)]).status, 303);
    for view in ["day", "week", "month", "agenda"] {
        let page = see(&mut anna, &format!("/calendar/{view}/2026-03-04"));
        assert!(page.contains("Busy") && page.contains("details are private"), "{view}: {page}");
        assert!(!page.contains("Dentist") && !page.contains("Dr. Who"), "{view}: {page}");
        assert!(page.contains("busy times only"), "{view}");
        assert!(page.contains("swatch h6") && page.contains("swatch h2"), "{view}: two calendars look alike");
    }
    assert!(!see(&mut anna, "/calendar/add").contains("Ben Bauer"), "it is offered once more");
}

#[test]
fn what_is_private_stays_so_where_all_else_may_be_read() {
    let office = TestOffice::open();
    let (ben, anna) = (office.ben, office.anna);
    add(&office, ben, timed("Open house", at(march(4), 9, 0), 60));
    add(&office, ben, Draft { privacy: Privacy::Private, ..timed("Own matter", at(march(4), 11, 0), 60) });
    let share = office.office.store.write(move |tx| {
        let own = calendar::default_calendar(tx, ben)?;
        calendar::share(tx, ben, own, anna, Rights::Read)
    });
    office.runtime.block_on(share).unwrap();
    let page = see(&mut reader(&office, "anna", "Europe/Berlin"), "/calendar/day/2026-03-04");
    assert!(page.contains("Open house") && page.contains("Busy") && !page.contains("Own matter"), "{page}");
    let own = see(&mut reader(&office, "ben", "Europe/Berlin"), "/calendar/day/2026-03-04");
    assert!(own.contains("Own matter") && own.contains(", private"), "{own}");
}

#[test]
fn what_is_special_about_an_event_is_seen_and_said() {
    let office = TestOffice::open();
    let draft = |title: &str, hour| timed(title, at(march(4), hour, 0), 60);
    add(&office, office.anna, Draft { status: Status::Tentative, ..draft("Perhaps", 9) });
    add(&office, office.anna, Draft { status: Status::Cancelled, ..draft("Called off", 11) });
    add(&office, office.anna, Draft { is_busy: false, ..draft("Beside", 13) });
    add(&office, office.anna, Draft { rule: Some("FREQ=DAILY;COUNT=3".to_owned()), ..draft("Again", 15) });
    let page = see(&mut reader(&office, "anna", "Europe/Berlin"), "/calendar/day/2026-03-04");
    for (title, class, words) in [
        ("Perhaps", " maybe", ", tentative"),
        ("Called off", " gone", ", cancelled"),
        ("Beside", " free-time", ", shown as free"),
        ("Again", "data-series", ", repeats"),
    ] {
        let tag = entry(&page, title);
        assert!(tag.contains(class), "{title}: {tag}");
        assert!(piece(&page, &format!("<b>{title}</b>"), "</li>").contains(words), "{title}");
    }
}

#[test]
fn a_tick_hides_a_calendar_and_brings_it_back() {
    let office = TestOffice::open();
    add(&office, office.anna, timed("Team round", at(march(4), 9, 0), 60));
    let mut anna = reader(&office, "anna", "Europe/Berlin");
    let page = anna.get("/calendar/week/2026-03-04");
    let (csrf, id) = (page.csrf(), piece(&page.body, "name=\"cal\" value=\"", "\"").to_owned());
    let back = ("back", "/calendar/week/2026-03-04");
    let answer = anna.post("/calendar/shown", &[("csrf", &csrf), back]);
    assert_eq!((answer.status, answer.header("location")), (303, "/calendar/week/2026-03-04"));
    assert!(!see(&mut anna, "/calendar/week/2026-03-04").contains("Team round"));
    anna.post("/calendar/shown", &[("csrf", &csrf), back, ("cal", &id)]);
    assert!(see(&mut anna, "/calendar/week/2026-03-04").contains("Team round"));
    assert_eq!(anna.post("/calendar/shown", &[("csrf", "wrong"), back]).status, 403);
}

#[test]
fn the_calendar_opens_in_the_view_used_last_with_the_zone_beside_the_hours() {
    let office = TestOffice::open();
    let mut anna = reader(&office, "anna", "Europe/Berlin");
    assert!(anna.get("/calendar").header("location").starts_with("/calendar/week/20"));
    see(&mut anna, "/calendar/day/2026-03-04?zone2=Asia/Kathmandu");
    assert!(anna.get("/calendar").header("location").starts_with("/calendar/day/20"));
    let week = see(&mut anna, "/calendar/week/2026-03-04");
    // 8:00 in Berlin.
    assert!(week.contains("<i>12:45</i><span>08:00</span>"), "{week}");
    see(&mut anna, "/calendar/week/2026-03-04?zone2=");
    assert!(!see(&mut anna, "/calendar/week/2026-03-04").contains("<i>12:45</i>"));
}

#[test]
fn a_script_is_given_the_view_alone() {
    let office = TestOffice::open();
    let mut anna = reader(&office, "anna", "Europe/Berlin");
    let parts = anna.ask("GET", "/calendar/week/2026-03-04", &[("Accept", FRAGMENT)], b"");
    assert_eq!((parts.status, parts.header("content-type")), (200, FRAGMENT));
    assert!(parts.body.contains("id=\"calendar\"") && parts.body.contains("id=\"calendar-side\""));
    assert!(!parts.body.contains("<html"));
}

/// A task, due then.
fn task(title: &str, due: Option<When>) -> Draft {
    Draft { title: title.to_owned(), ..Draft::at(Kind::Task, None, due) }
}

#[test]
fn a_task_stands_on_its_day_in_every_view_and_is_ticked_off_there() {
    let office = TestOffice::open();
    add(&office, office.anna, task("Send the plans", Some(When::Day(march(4)))));
    add(&office, office.anna, timed("Team round", at(march(4), 9, 30), 90));
    let mut anna = reader(&office, "anna", "Europe/Berlin");
    for (view, mark) in [("day", "data-allday"), ("week", "data-allday"), ("month", "data-date")] {
        let page = see(&mut anna, &format!("/calendar/{view}/2026-03-04"));
        let day = piece(&page, &format!("{mark}=\"2026-03-04\""), &format!("{mark}="));
        assert!(entry(day, "Send the plans").contains(" task"), "{view}: {day}");
        assert!(page.contains("1 event, 1 task\""), "{view}");
    }
    assert!(see(&mut anna, "/calendar/agenda/2026-03-01").contains("<span class=\"entry-when\">due</span>"));
    let week = anna.get("/calendar/week/2026-03-04");
    let tick = piece(&week.body, "<form class=\"tick\" method=\"post\" action=\"", "\"").to_owned();
    let back = ("back", "/calendar/week/2026-03-04");
    let answer = anna.post(&tick, &[("csrf", &week.csrf()), back]);
    assert!(answer.header("location").starts_with("/calendar/week/2026-03-04?undo=c"), "{}", answer.header("location"));
    let week = see(&mut anna, "/calendar/week/2026-03-04");
    assert!(entry(&week, "Send the plans").contains(" task done") && week.contains("Not done after all"), "{week}");
    let year = see(&mut anna, "/calendar/year/2026-03-04");
    assert!(year.contains("\"4 March, has events\""), "what is done marks no day");
}

#[test]
fn a_task_is_put_onto_another_day_and_keeps_its_hour() {
    let office = TestOffice::open();
    let due = When::Zoned { local: at(march(4), 16, 0), zone: Tz::Europe__Berlin };
    for (title, due) in [("Some day", None), ("At four", Some(due))] {
        add(&office, office.anna, task(title, due));
    }
    let mut anna = reader(&office, "anna", "Europe/Berlin");
    let page = anna.get("/calendar/week/2026-03-04");
    let loose = piece(&page.body, "class=\"side-tasks\"", "</section>").to_owned();
    assert!(loose.contains("Some day"), "{loose}");
    let csrf = page.csrf();
    let ids: Vec<String> =
        page.body.split("data-task=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect();
    for id in &ids {
        let to = format!("/calendar/event/{id}/due");
        let answer = anna.post(&to, &[("csrf", &csrf), ("due", "2026-03-06"), ("back", "/calendar/week/2026-03-04")]);
        assert_eq!(answer.status, 303, "{}", answer.body);
        assert_eq!(anna.post(&to, &[("csrf", &csrf), ("due", "whenever")]).status, 400);
    }
    let week = see(&mut anna, "/calendar/week/2026-03-04");
    let friday = piece(&week, "data-allday=\"2026-03-06\"", "data-allday=");
    assert!(friday.contains("Some day") && friday.contains("At four") && friday.contains("16:00"), "{friday}");
    let ben = &mut reader(&office, "ben", "Europe/Berlin");
    let csrf = ben.get("/settings/look").csrf();
    let answer = ben.post(&format!("/calendar/event/{}/due", ids[0]), &[("csrf", &csrf), ("due", "2026-03-06")]);
    assert_eq!(answer.status, 404, "another's task");
}

#[test]
fn weeks_begin_with_the_day_that_is_liked_in_every_view() {
    let office = TestOffice::open();
    let mut anna = reader(&office, "anna", "Europe/Berlin");
    let csrf = anna.get("/settings/calendar").csrf();
    let liked = [("csrf", csrf.as_str()), ("reminder", "10"), ("duration", "60"), ("week_start", "sun")];
    assert_eq!(anna.post("/settings/calendar", &liked).status, 303);
    let week = see(&mut anna, "/calendar/week/2026-03-04");
    assert!(
        week.contains("1–7 March 2026") && week.contains("data-week-start=\"6\"") && week.contains("Week 10"),
        "{week}"
    );
    let month = see(&mut anna, "/calendar/month/2026-03-04");
    let head = piece(&month, "class=\"month-head\"", "</div>");
    assert!(head.find(">Sun<").unwrap() < head.find(">Mon<").unwrap(), "{head}");
    let (first, last) =
        (month.find("data-date=\"2026-03-01\"").unwrap(), month.find("data-date=\"2026-04-04\"").unwrap());
    assert!(first < last && !month.contains("data-date=\"2026-02-28\"") && !month.contains("data-date=\"2026-04-05\""));
    assert!(see(&mut anna, "/calendar/workweek/2026-03-04").contains("2–6 March 2026"));
    let year = see(&mut anna, "/calendar/year/2026-03-04");
    assert!(piece(&year, "class=\"mini\"", "</thead>").contains("</span></th><th scope=\"col\"><abbr title=\"Sun\">"));
}

#[test]
fn hours_outside_those_of_work_are_shaded() {
    let office = TestOffice::open();
    let mut anna = reader(&office, "anna", "Europe/Berlin");
    let week = see(&mut anna, "/calendar/week/2026-03-04");
    let wednesday = piece(&week, "data-date=\"2026-03-04\"", "data-date=");
    assert!(wednesday.contains("class=\"off t0 d36\"") && wednesday.contains("class=\"off t68 d28\""), "{wednesday}");
    assert!(piece(&week, "data-date=\"2026-03-08\"", "</ul>").contains("class=\"off t0 d96\""));
}

#[test]
fn the_search_of_calendar_pages_finds_events_by_date_and_nothing_of_others() {
    let office = TestOffice::open();
    let place = |place: &str, draft: Draft| Draft { place: place.to_owned(), ..draft };
    let today = chrono::DateTime::from_timestamp_millis(office.office.clock.now().millis()).unwrap().date_naive();
    for (title, days) in [("Review, later", 9), ("Review <soon>", 5), ("Review, over", -5)] {
        add(&office, office.anna, place("Elbe", timed(title, at(today + TimeDelta::days(days), 9, 0), 60)));
    }
    add(&office, office.anna, task("Write the review", None));
    add(&office, office.ben, timed("Review of pay", at(today + TimeDelta::days(5), 9, 0), 60));
    let mut anna = reader(&office, "anna", "Europe/Berlin");
    assert!(see(&mut anna, "/calendar/week/2026-03-04").contains("name=\"in\" value=\"calendar\""));
    let page = see(&mut anna, "/search?in=calendar&q=review");
    let order = [
        "Coming up",
        "Review &#60;soon&#62;",
        "Review, later",
        "No date",
        "Write the review",
        "Earlier",
        "Review, over",
    ];
    let places = order.map(|words| page.find(words).unwrap_or_else(|| panic!("no {words} in {page}")));
    assert!(places.is_sorted(), "{places:?} of {page}");
    assert!(page.contains("4 found") && !page.contains("of pay") && page.contains("/calendar/event/"), "{page}");
    assert!(see(&mut anna, "/search?in=calendar&q=elbe+soon").contains("1 found"));
    assert!(see(&mut anna, "/search?in=calendar&q=nowhere").contains("Nothing found"));
    assert!(see(&mut anna, "/search?in=calendar").contains("Words in quotes"));
}

#[test]
fn today_begins_with_what_takes_all_of_it() {
    let office = TestOffice::open();
    let today = chrono::DateTime::from_timestamp_millis(office.office.clock.now().millis()).unwrap().date_naive();
    let utc = |minute| {
        let at = today.and_hms_opt(0, 0, 0).unwrap() + TimeDelta::minutes(minute);
        When::Zoned { local: at, zone: Tz::UTC }
    };
    add(&office, office.anna, draft("Long talk", utc(0), utc(23 * 60)));
    add(&office, office.anna, whole("Trade fair", today, today));
    let page = see(&mut reader(&office, "anna", "UTC"), "/today");
    assert!(page.find("Trade fair").unwrap() < page.find("Long talk").unwrap(), "{page}");
}

#[test]
fn days_that_never_come_are_not_found() {
    let office = TestOffice::open();
    let mut anna = reader(&office, "anna", "Europe/Berlin");
    for path in
        ["week/2026-02-30", "day/0000-01-01", "day/99999-01-01", "month/now", "decade/2026-01-01", "day/-1-01-01"]
    {
        assert_eq!(anna.get(&format!("/calendar/{path}")).status, 404, "{path}");
    }
    for view in ["day", "workweek", "week", "month", "agenda", "year"] {
        for day in ["0001-01-01", "1582-10-10", "9998-12-31"] {
            see(&mut anna, &format!("/calendar/{view}/{day}"));
        }
    }
    assert_eq!(office.browser().get("/calendar/week/2026-03-04").status, 303);
}

#[test]
fn nothing_planned_is_said_and_offers_to_plan() {
    let office = TestOffice::open();
    let mut anna = reader(&office, "anna", "Europe/Berlin");
    let agenda = see(&mut anna, "/calendar/agenda/2031-03-01");
    assert!(agenda.contains("Nothing planned") && agenda.contains("/calendar/event/new?day=2031-03-01"), "{agenda}");
}

#[test]
fn a_change_is_told_to_whoever_has_the_calendar_and_says_nothing_of_what_it_is() {
    let office = TestOffice::open();
    let anna = reader(&office, "anna", "Europe/Berlin");
    let ben = reader(&office, "ben", "Europe/Berlin");
    let mut hers = Live::open(office.door("http"), &anna, None);
    let mut his = Live::open(office.door("http"), &ben, None);
    add(&office, office.anna, timed("Secret plan", at(march(4), 9, 0), 60));
    let told = hers.take("calendar").expect("word of the change");
    assert_eq!(told.head["calendars"].as_array().unwrap().len(), 1);
    assert!(!told.head.to_string().contains("Secret") && told.html.is_empty());
    assert!(his.take("calendar").is_none(), "it was told to somebody who has not got the calendar");
}

/// Gives Anna a living week in March 2026, for pages that are looked at in a real browser.
pub fn furnish(office: &TestOffice) {
    let series = |rule: &str| Some(rule.to_owned());
    let all = [
        Draft {
            rule: series("FREQ=WEEKLY;COUNT=10"),
            place: "Elbe".to_owned(),
            ..timed("Team round", at(march(2), 8, 30), 60)
        },
        timed("Interview: timber architect", at(march(2), 10, 0), 90),
        timed("Site visit", at(march(2), 14, 0), 120),
        timed("Façade lots 3–5", at(march(3), 8, 30), 90),
        timed("Call with Copenhagen", at(march(3), 9, 0), 45),
        timed("Model making", at(march(3), 9, 0), 120),
        timed("Lunch with Tomás", at(march(3), 12, 0), 60),
        Draft {
            place: "Alster".to_owned(),
            ..timed("Competition: interim review of the primary school extension", at(march(3), 14, 30), 120)
        },
        Draft { status: Status::Tentative, ..timed("Building inspection", at(march(4), 9, 0), 60) },
        Draft { status: Status::Cancelled, ..timed("Authority", at(march(4), 11, 0), 60) },
        Draft { is_busy: false, ..timed("Focus: talk", at(march(5), 13, 0), 120) },
        timed("Vernissage", at(march(5), 22, 0), 240),
        timed("Stand-up", at(march(6), 8, 30), 15),
        whole("Trade fair, hall 4", march(3), march(5)),
        whole("Dan: leave", march(2), march(2)),
        whole("Carla in Bremen", march(6), march(9)),
    ];
    for draft in all {
        add(office, office.anna, draft);
    }
    for title in ["Five", "more", "on one", "and the same", "day"] {
        add(office, office.anna, timed(title, at(march(12), 15, 0), 30));
    }
    add(office, office.ben, timed("Dentist", at(march(4), 9, 0), 60));
}
