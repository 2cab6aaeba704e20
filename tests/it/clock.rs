//! A clock that jumps: a year forwards, as a wrong one does, and back again.

use crate::factor::second;
use crate::office::{TestOffice, wait_until};
use hailstone::domain::backup;
use hailstone::domain::job::Job;
use hailstone::domain::mail::FolderRole;
use hailstone::domain::store::count_jobs;
use hailstone::format::totp;
use hailstone::kernel::clock::{Clock, Moment};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// 2026-11-27T12:00:00Z
const START: Moment = Moment::from_millis(1_795_780_800_000);

fn office() -> TestOffice {
    TestOffice::open_at(Clock::hand(START))
}

impl TestOffice {
    fn step(&self) -> i64 {
        self.office.clock.now().millis().div_euclid(30_000)
    }

    fn copies_made(&self) -> usize {
        self.office.store.read_here(|tx| backup::copies(tx, 1000)).unwrap().len()
    }
}

#[test]
fn a_year_forwards_ends_what_ends_and_lets_nothing_run_wild() {
    let office = office();
    let mut anna = office.signed_in("anna");
    assert_eq!(anna.get("/mail/inbox").status, 200);
    office.office.clock.wind(DAY * 366);
    assert_eq!(anna.get("/mail/inbox").status, 303, "a session does not last for a year");
    wait_until("the copy that was missed is made", || office.copies_made() == 1);
    for _ in 0..5 {
        office.office.clock.wind(Duration::from_secs(61));
        assert!(office.send(b"Subject: still here\r\n\r\nHello\r\n").starts_with("250"));
    }
    assert_eq!(office.copies_made(), 1, "once for all the days that were missed");
    let mut anna = office.signed_in("anna");
    assert_eq!(anna.get("/admin").status, 200);
    assert_eq!(office.list(office.anna, FolderRole::Inbox).len(), 5);
    wait_until("all is done", || office.office.store.read_here(count_jobs).unwrap() == 0);
}

#[test]
fn a_day_backwards_holds_nobody_and_nothing() {
    let office = office();
    office.office.clock.wind(DAY * 2); // the clock was ahead
    let mut anna = office.signed_in("anna");
    let words = office.set_factor(&mut anna, office.anna);
    assert!(!words.is_empty());
    office.office.clock.wind(Duration::from_secs(120));
    let (mut browser, asked) = office.with_password("anna");
    let factor = office.factor(office.anna);
    assert_eq!(second(&mut browser, &asked, &totp::digits(&factor.secret, office.step())).status, 303);
    // Somebody guessed as well, and is held back for a while.
    let mut guesser = office.browser();
    let page = guesser.get("/login");
    for _ in 0..12 {
        guesser.post("/login", &[("username", "ben"), ("password", "wrong and long"), ("csrf", &page.csrf())]);
    }
    office.office.clock.turn_back(DAY);
    assert_eq!(anna.get("/mail/inbox").status, 200, "who is signed in stays so");
    let ben = office.signed_in("ben");
    drop(ben);
    let (mut browser, asked) = office.with_password("anna");
    let now = totp::digits(&factor.secret, office.step());
    assert_eq!(second(&mut browser, &asked, &now).status, 303, "today's digits count, whatever were used tomorrow");
    let (mut browser, asked) = office.with_password("anna");
    assert_ne!(second(&mut browser, &asked, &now).status, 303, "and count once");
}

#[test]
fn a_day_backwards_puts_off_no_work_and_no_backup() {
    let office = office();
    drop(office.signed_in("anna")); // all that runs by the clock has begun
    office.office.clock.wind(DAY * 30); // a wrong clock
    wait_until("it has made a copy by it", || office.copies_made() == 1);
    let (who, text, once) = (office.anna, "water the plants".to_owned(), "clock-1".to_owned());
    let job = Job::Remind { person: who, text, once };
    let owed = office.office.store.write(move |tx| tx.enqueue(&job, Duration::from_secs(40)));
    office.runtime.block_on(owed).unwrap();
    crate::program::pause(Duration::from_millis(500)); // whoever does jobs has seen the wrong time
    office.office.clock.turn_back(DAY * 30);
    assert_eq!(office.office.store.read_here(count_jobs).unwrap(), 1);
    for _ in 0..4 {
        office.office.clock.wind(Duration::from_secs(30));
        crate::program::pause(Duration::from_millis(300));
    }
    wait_until("it is done all the same", || office.office.store.read_here(count_jobs).unwrap() == 0);
    for _ in 0..3 {
        office.office.clock.wind(Duration::from_secs(61));
    }
    assert_eq!(office.copies_made(), 1);
    office.office.clock.wind(DAY);
    wait_until("a copy is made the next night", || office.copies_made() == 2);
}
