//! Alerts: once per crossing, and again only after the price came back.

use super::*;
use crate::domain::job::Job;
use crate::domain::store::due_jobs;

fn alert_of(code: &str, condition: Condition) -> NewAlert {
    NewAlert { code: code.to_owned(), condition, margin: None, is_repeat: true, ways: Ways::default() }
}

impl Office {
    async fn alert(&self, new: NewAlert) -> SetAlert {
        self.write(move |tx| set_alert(tx, BOB, &new)).await.unwrap()
    }

    /// The prices that crossed, oldest first.
    fn crossed(&self) -> Vec<String> {
        let mut told = self.read(|tx| history(tx, BOB, 100));
        told.reverse();
        told.into_iter().map(|one| one.price.map(|price| price.to_string()).unwrap_or_default()).collect()
    }
}

#[tokio::test]
async fn each_crossing_is_told_once() {
    use Condition::{Above, Below, Falls, High, Low, Moves, Rises};
    let up = |level| Above(num(level));
    for (condition, prices, expected) in [
        (up("110"), vec!["109", "110", "111", "109.9", "110.5", "112"], vec!["110"]),
        // Half a percent below the level it has come back.
        (up("110"), vec!["111", "109.45", "110.2"], vec!["111", "110.2"]),
        (up("110"), vec!["111", "109.46", "110.2"], vec!["111"]),
        (Below(num("90")), vec!["91", "90", "89", "90.4", "89", "90.45", "89.9"], vec!["90", "89.9"]),
        (up("-1"), vec!["101"], vec![]),
        (Rises(num("3")), vec!["102.9", "103", "104", "102.4", "103.5"], vec!["103", "103.5"]),
        (Falls(num("3")), vec!["103", "97.1", "97", "96"], vec!["97"]),
        // From one side to the other at once.
        (Moves(num("3")), vec!["103", "97", "96.9", "103.2"], vec!["103", "97", "103.2"]),
        (High(Reach::Year), vec!["119", "120", "120.1", "121", "120.4", "120.3", "121.5"], vec!["120.1", "121.5"]),
        (Low(Reach::Year), vec!["81", "79.9", "79", "78"], vec!["79.9"]),
        (High(Reach::Day), vec!["104", "105", "105.5", "104.9", "105.6"], vec!["105.5", "105.6"]),
    ] {
        let office = Office::of(&["ACME"]).await;
        let acme = office.symbol("ACME");
        let past = vec![
            bar(START.minus(DAY * 20), "100", "120", "80", "100"),
            bar(START.minus(DAY), "100", "101", "99", "100"),
        ];
        office.write(move |tx| keep_bars(tx, acme, Span::Day, &past)).await.unwrap();
        office.tell(vec![Tick { high: Some(num("105")), low: Some(num("99")), ..tick("ACME", "100") }]).await;
        office.alert(alert_of("ACME", condition)).await;
        office.tell_slowly("ACME", &prices).await;
        assert_eq!(office.crossed(), expected, "{condition:?} {prices:?}");
        office.is_sound();
    }
}

#[tokio::test]
async fn a_crossing_between_two_looks_is_seen_too() {
    let office = Office::of(&["ACME"]).await;
    office.tell(vec![tick("ACME", "100")]).await;
    office.alert(alert_of("ACME", Condition::Above(num("110")))).await;
    office.clock.wind(HOUR);
    let at = |seconds| START.plus(Duration::from_secs(seconds));
    let ticks = vec![tick_at("ACME", "109", at(1)), tick_at("ACME", "111", at(2)), tick_at("ACME", "100", at(3))];
    let recorded = office.tell(ticks).await;
    assert_eq!((recorded.crossed, office.crossed()), (1, vec!["111".to_owned()]));
}

#[tokio::test]
async fn a_jump_that_is_not_believed_crosses_nothing() {
    let office = Office::of(&["ACME"]).await;
    office.tell(vec![tick("ACME", "100")]).await;
    office.alert(alert_of("ACME", Condition::Above(num("110")))).await;
    office.tell_slowly("ACME", &["100000", "101"]).await;
    assert_eq!(office.crossed(), Vec::<String>::new());
    office.tell_slowly("ACME", &["700", "701"]).await;
    assert_eq!(office.crossed(), ["701"]);
}

#[tokio::test]
async fn one_that_is_wanted_once_is_done_until_it_is_set_again() {
    let office = Office::of(&["ACME"]).await;
    office.tell(vec![tick("ACME", "100")]).await;
    let once = NewAlert { is_repeat: false, ..alert_of("ACME", Condition::Above(num("110"))) };
    let id = office.alert(once).await.id;
    office.tell_slowly("ACME", &["111", "100", "111"]).await;
    assert_eq!(office.crossed(), ["111"]);
    assert_eq!(office.read(|tx| alert(tx, BOB, id)).state, AlertState::Done);
    let again = office.write(move |tx| rearm(tx, BOB, id)).await.unwrap();
    assert!(again.is_passed, "the price is beyond already");
    office.tell_slowly("ACME", &["112", "109", "113"]).await;
    assert_eq!(office.crossed(), ["111", "113"]);
    office.is_sound();
}

#[tokio::test]
async fn a_margin_of_ones_own_says_how_far_the_price_has_to_come_back() {
    let office = Office::of(&["ACME"]).await;
    office.tell(vec![tick("ACME", "100")]).await;
    office.alert(NewAlert { margin: Some(num("5")), ..alert_of("ACME", Condition::Above(num("110"))) }).await;
    office.tell_slowly("ACME", &["111", "105.1", "111", "105", "112"]).await;
    assert_eq!(office.crossed(), ["111", "112"]);
}

#[tokio::test]
async fn percent_are_measured_from_the_close_before_which_moves_overnight() {
    let office = Office::of(&["ACME"]).await;
    office.tell(vec![Tick { previous: Some(num("100")), ..tick("ACME", "100") }]).await;
    office.alert(alert_of("ACME", Condition::Rises(num("5")))).await;
    office.tell_slowly("ACME", &["106"]).await;
    office.clock.wind(DAY);
    office.tell_slowly("ACME", &["107", "111.2", "111.4"]).await;
    assert_eq!(office.crossed(), ["106", "111.4"]);
    office.is_sound();
}

#[tokio::test]
async fn a_source_that_falls_silent_is_told_once_until_it_speaks_again() {
    let office = Office::of(&["ACME"]).await;
    office.tell(vec![tick("ACME", "100")]).await;
    office.alert(alert_of("ACME", Condition::Stale)).await;
    for _ in 0..3 {
        office.clock.wind(HOUR);
        office.write(|tx| turn(tx, 10)).await.unwrap();
    }
    assert_eq!(office.crossed(), ["100"]);
    office.tell(vec![tick("ACME", "100")]).await;
    office.clock.wind(HOUR);
    office.write(|tx| turn(tx, 10)).await.unwrap();
    assert_eq!(office.crossed(), ["100", "100"]);
    office.is_sound();
}

#[tokio::test]
async fn a_crossing_owes_one_job_and_is_taken_once() {
    let office = Office::of(&["ACME"]).await;
    office.tell(vec![tick("ACME", "100")]).await;
    office.alert(alert_of("ACME", Condition::Above(num("110")))).await;
    office.tell_slowly("ACME", &["111", "111.5"]).await;
    let jobs = office.store.read_here(|tx| due_jobs(tx, 10)).unwrap();
    let [job] = jobs.as_slice() else { panic!("{jobs:?}") };
    let Job::Alert { crossing: id } = job.job else { panic!("{job:?}") };
    assert!(office.write(move |tx| take_crossing(tx, id)).await.unwrap());
    assert!(!office.write(move |tx| take_crossing(tx, id)).await.unwrap());
    let told = office.read(|tx| crossing(tx, id)).unwrap();
    assert_eq!((told.words.as_str(), told.told_at), ("above 110", Some(office.clock.now())));
}

#[tokio::test]
async fn alerts_that_cannot_be_are_refused_and_nobody_touches_anothers() {
    let office = Office::of(&["ACME"]).await;
    let base = || alert_of("ACME", Condition::Above(num("110")));
    for (new, expected) in [
        (NewAlert { code: "A B".to_owned(), ..base() }, "BadCode"),
        (NewAlert { condition: Condition::Above(num("99999999999999")), ..base() }, "BadPrice"),
        (NewAlert { condition: Condition::Falls(num("0")), ..base() }, "BadPercent"),
        (NewAlert { condition: Condition::Rises(num("1001")), ..base() }, "BadPercent"),
        (NewAlert { margin: Some(num("-1")), ..base() }, "BadMargin"),
        (NewAlert { ways: Ways { by_chat: false, by_mail: false, by_push: false }, ..base() }, "NoWay"),
    ] {
        let refused = office.write(move |tx| set_alert(tx, BOB, &new)).await.unwrap_err();
        assert_eq!(format!("{refused:?}"), expected);
    }
    let id = office.alert(base()).await.id;
    assert!(matches!(office.write(move |tx| remove_alert(tx, ALICE, id)).await, Err(QuotesError::NoAlert)));
    assert!(matches!(office.write(move |tx| rearm(tx, ALICE, id)).await, Err(QuotesError::NoAlert)));
    assert_eq!(office.read(|tx| alerts(tx, ALICE)), []);
    office.write(move |tx| remove_alert(tx, BOB, id)).await.unwrap();
    office.tell_slowly("ACME", &["100", "111"]).await;
    assert_eq!(office.crossed(), Vec::<String>::new());
    office.is_sound();
}

#[tokio::test]
async fn whatever_the_price_does_the_nearest_alerts_stand_where_they_must() {
    let office = Office::of(&["ACME"]).await;
    office.tell(vec![tick("ACME", "100")]).await;
    for level in [90, 95, 99, 101, 105, 110] {
        office.alert(alert_of("ACME", Condition::Above(Decimal::from(level)))).await;
        office.alert(alert_of("ACME", Condition::Below(Decimal::from(level)))).await;
    }
    let mut price = 100_i64;
    for step in 0..200_i64 {
        price = (price + (step * 7919) % 13 - 6).clamp(85, 115);
        office.tell_slowly("ACME", &[&price.to_string()]).await;
        office.is_sound();
    }
    assert!(office.crossed().len() > 20);
}
