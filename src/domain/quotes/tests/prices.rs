//! Last prices, bars, and what is not believed.

use super::*;

#[tokio::test]
async fn a_price_comes_with_its_change_its_time_and_its_source() {
    let office = Office::of(&["ACME"]).await;
    let at = START.minus(Duration::from_secs(900));
    let told = Told { delay: Duration::from_secs(900), licence: "Not for resale".to_owned(), ..told() };
    let one = Tick {
        previous: Some(num("122.2")),
        high: Some(num("123.95")),
        low: Some(num("121.85")),
        open: Some(num("122.1")),
        volume: Some(num("412300")),
        currency: Some("EUR".to_owned()),
        name: Some("Acme\n Baustoffe <b>AG</b>".to_owned()),
        ..tick_at("acme", "123.40", at)
    };
    let recorded = office.tell_as(vec![one, tick("NOBODY", "1")], told).await;
    assert_eq!((recorded.taken, recorded.unknown, recorded.changed), (1, 1, vec![office.symbol("ACME")]));
    let quote = office.quote("ACME");
    let price = quote.price.unwrap();
    assert_eq!((price.value, price.at, price.received_at), (num("123.4"), at, START));
    assert_eq!((price.change, price.percent), (Some(num("1.2")), Some(num("0.982"))));
    assert_eq!((price.source.as_str(), price.licence.as_str(), price.delay.as_secs()), ("Test", "Not for resale", 900));
    assert_eq!((quote.name.as_str(), quote.currency.as_str()), ("Acme Baustoffe <b>AG</b>", "EUR"));
    assert_eq!((quote.open, quote.high, quote.low), (Some(num("122.1")), Some(num("123.95")), Some(num("121.85"))));
    assert_eq!(price.state, PriceState::Fresh);
    office.is_sound();
}

#[tokio::test]
async fn the_close_before_is_reckoned_where_only_the_change_is_told() {
    for (change, percent) in [(Some("1.2"), None), (None, Some("0.982")), (None, Some("-100"))] {
        let office = Office::of(&["ACME"]).await;
        let one = Tick { change: change.map(num), percent: percent.map(num), ..tick("ACME", "123.40") };
        office.tell(vec![one]).await;
        let expected = if percent == Some("-100") { None } else { Some(num("122.2")) };
        assert_eq!(office.quote("ACME").previous, expected, "{change:?} {percent:?}");
    }
}

#[tokio::test]
async fn the_same_once_more_changes_nothing_and_older_ones_never_come_back() {
    let office = Office::of(&["ACME"]).await;
    office.tell(vec![tick_at("ACME", "100", START)]).await;
    let before = office.quote("ACME");
    let old = START.minus(Duration::from_millis(1));
    let recorded = office.tell(vec![tick_at("ACME", "100", START), tick_at("ACME", "99", old)]).await;
    assert_eq!((recorded.repeated, recorded.old, recorded.taken, recorded.changed.len()), (1, 1, 0, 0));
    assert_eq!(office.quote("ACME"), before);
    // The same price once more is heard all the same: it is not stale.
    office.clock.wind(Duration::from_secs(150));
    office.tell(vec![tick_at("ACME", "100", START)]).await;
    office.clock.wind(Duration::from_secs(150));
    assert_eq!(office.quote("ACME").price.unwrap().state, PriceState::Fresh);
}

#[tokio::test]
async fn a_clock_that_is_a_little_ahead_counts_as_now_and_one_far_ahead_is_refused() {
    let office = Office::of(&["ACME"]).await;
    let recorded = office.tell(vec![tick_at("ACME", "100", START.plus(Duration::from_secs(300)))]).await;
    assert_eq!((recorded.taken, office.quote("ACME").price.unwrap().at), (1, START));
    for millis in [i64::MAX, -1, START.plus(HOUR).millis()] {
        let recorded = office.tell(vec![tick_at("ACME", "101", Moment::from_millis(millis))]).await;
        assert_eq!(recorded.mistimed, 1, "{millis}");
    }
    assert_eq!(office.price("ACME"), "100");
}

#[tokio::test]
async fn a_jump_waits_to_be_told_again() {
    let office = Office::of(&["ACME"]).await;
    office.tell(vec![tick("ACME", "100")]).await;
    // However often it is said at the same moment, it is said once.
    let recorded = office.tell(vec![tick_at("ACME", "100000000", START); 3]).await;
    assert_eq!((recorded.held.len(), recorded.taken), (3, 0));
    assert_eq!((office.price("ACME").as_str(), office.quote("ACME").held), ("100", Some(num("100000000"))));
    assert_eq!(office.quote("ACME").price.unwrap().state, PriceState::Held);
    // A reading in between says that it was none.
    office.tell_slowly("ACME", &["101"]).await;
    assert_eq!((office.price("ACME").as_str(), office.quote("ACME").held), ("101", None));
    office.tell_slowly("ACME", &["600", "610"]).await;
    assert_eq!(office.price("ACME"), "610");
    // Not the same jump.
    office.tell_slowly("ACME", &["10", "100000", "9.5"]).await;
    assert_eq!(office.price("ACME"), "610");
    office.tell_slowly("ACME", &["9.4"]).await;
    assert_eq!(office.price("ACME"), "9.4");
    office.is_sound();
}

#[tokio::test]
async fn a_price_may_fall_below_zero_once_that_is_confirmed_and_a_count_may_do_as_it_likes() {
    let office = Office::of(&["OIL", "ORDERS"]).await;
    office.tell_slowly("OIL", &["18.27", "-37.63", "-37.63", "10.01"]).await;
    assert_eq!(office.price("OIL"), "10.01");
    let low = office.quote("OIL").low;
    assert_eq!(low, Some(num("-37.63")));
    let count = Told { may_jump: true, ..told() };
    office.tell_as(vec![tick("ORDERS", "3")], count.clone()).await;
    office.clock.wind(HOUR);
    office.tell_as(vec![tick("ORDERS", "70")], count).await;
    assert_eq!(office.price("ORDERS"), "70");
}

#[tokio::test]
async fn what_is_no_price_is_refused_and_twelve_figures_are_kept() {
    let office = Office::of(&["TINY"]).await;
    let recorded = office.tell(vec![tick("TINY", "0.000000012345"), tick("TINY", "99999999999999999999")]).await;
    assert_eq!((recorded.taken, recorded.refused), (1, 1));
    assert_eq!(office.price("TINY"), "0.000000012345");
}

#[tokio::test]
async fn minutes_and_days_become_bars() {
    let office = Office::of(&["ACME"]).await;
    let second = |seconds| START.plus(Duration::from_secs(seconds));
    let ticks = [("100", 0), ("104", 10), ("99", 50), ("101", 70)];
    office.clock.wind(HOUR);
    office.tell(ticks.iter().map(|(price, seconds)| tick_at("ACME", price, second(*seconds))).collect()).await;
    let acme = office.symbol("ACME");
    let minutes = office.read(|tx| bars(tx, acme, Span::Minute, START, second(3600), 10));
    assert_eq!(minutes, [bar(START, "100", "104", "99", "99"), bar(second(60), "101", "101", "101", "101")]);
    // One that comes later in the same minute widens its bar.
    office.tell(vec![tick_at("ACME", "97", second(80)), tick_at("ACME", "102", second(90))]).await;
    let minutes = office.read(|tx| bars(tx, acme, Span::Minute, second(60), second(120), 10));
    assert_eq!(minutes, [bar(second(60), "101", "102", "97", "102")]);
    office.clock.wind(DAY);
    office.tell(vec![tick("ACME", "105")]).await;
    let midnight = Span::Day.begin(START);
    let days = office.read(|tx| bars(tx, acme, Span::Day, midnight, START.plus(DAY * 3), 10));
    let next = bar(midnight.plus(DAY), "105", "105", "105", "105");
    assert_eq!(days, [bar(midnight, "100", "104", "97", "102"), next]);
    let quote = office.quote("ACME");
    assert_eq!(
        (quote.previous, quote.year_high, quote.year_low),
        (Some(num("102")), Some(num("105")), Some(num("97")))
    );
    let newest = office.read(|tx| bars(tx, acme, Span::Minute, START, START.plus(DAY * 3), 1));
    assert_eq!(newest.len(), 1);
    assert_eq!(newest[0].close, num("105"));
    office.is_sound();
}

#[tokio::test]
async fn a_minute_counts_what_was_traded_in_it() {
    let office = Office::of(&["ACME"]).await;
    let traded = |volume: &str, seconds| Tick {
        volume: Some(num(volume)),
        ..tick_at("ACME", "100", START.plus(Duration::from_secs(seconds)))
    };
    office.clock.wind(HOUR);
    office.tell(vec![traded("1000", 0), traded("1500", 20), traded("1700", 40), traded("1800", 60)]).await;
    let acme = office.symbol("ACME");
    let minutes = office.read(|tx| bars(tx, acme, Span::Minute, START, START.plus(HOUR), 10));
    assert_eq!(minutes.iter().map(|bar| bar.volume).collect::<Vec<_>>(), [Some(num("700")), Some(num("100"))]);
}

#[tokio::test]
async fn what_a_provider_knows_of_the_past_is_kept_and_what_cannot_be_is_left_out() {
    let office = Office::of(&["ACME"]).await;
    office.tell(vec![tick("ACME", "100")]).await;
    let acme = office.symbol("ACME");
    let midnight = Span::Day.begin(START);
    let day = |back: u32| midnight.minus(DAY * back).plus(HOUR * 15);
    let known = vec![
        bar(day(400), "300", "310", "290", "300"),
        bar(day(2), "90", "95", "85", "94"),
        // Its highest is below its close.
        bar(day(1), "94", "95", "93", "96"),
        bar(midnight, "97", "103", "96", "99"),
        bar(START.plus(DAY * 2), "1", "1", "1", "1"),
        bar(day(3), "99999999999999999", "1", "1", "1"),
    ];
    assert_eq!(office.write(move |tx| keep_bars(tx, acme, Span::Day, &known)).await.unwrap(), 4);
    let days = office.read(|tx| bars(tx, acme, Span::Day, midnight.minus(DAY * 9), START, 10));
    let expected = [
        bar(midnight.minus(DAY * 2), "90", "95", "85", "94"),
        bar(midnight.minus(DAY), "94", "96", "93", "96"),
        bar(midnight, "100", "103", "96", "100"),
    ];
    assert_eq!(days, expected);
    let quote = office.quote("ACME");
    assert_eq!((quote.year_high, quote.year_low, quote.previous), (Some(num("103")), Some(num("85")), Some(num("96"))));
    let lines = office.read(|tx| sparklines(tx, &[acme], Spark::Month));
    assert_eq!(lines[&acme], [num("94"), num("96"), num("100")]);
    assert!(office.read(wanted)[0].has_history);
    office.is_sound();
}

#[tokio::test]
async fn a_small_line_of_a_day_has_few_points_and_ends_with_the_last_price() {
    let office = Office::of(&["ACME"]).await;
    let minute = |number: u64| START.minus(HOUR * 10).plus(Duration::from_secs(60 * number));
    office
        .tell((0..500).map(|number| tick_at("ACME", &(100 + number % 7).to_string(), minute(number))).collect())
        .await;
    let acme = office.symbol("ACME");
    let line = office.read(|tx| sparklines(tx, &[acme], Spark::Day)).remove(&acme).unwrap();
    assert!(line.len() <= 61 && line.len() > 40, "{}", line.len());
    assert_eq!(line.last(), office.quote("ACME").price.map(|price| price.value).as_ref());
}

#[tokio::test]
async fn a_price_that_is_not_told_anew_grows_stale_unless_the_market_is_closed() {
    let office = Office::of(&["ACME"]).await;
    let minutes = |count: u64| Duration::from_secs(60 * count);
    let hours = Told { closes_at: Some(START.plus(minutes(10))), opens_at: Some(START.plus(DAY)), ..told() };
    office.tell_as(vec![tick("ACME", "100")], hours).await;
    let state = || office.quote("ACME").price.unwrap().state;
    assert_eq!(state(), PriceState::Fresh);
    office.clock.wind(minutes(3));
    assert_eq!(state(), PriceState::Stale { age: minutes(3) });
    assert_eq!(office.read(next_turn), Some(START.plus(minutes(3))));
    let acme = office.symbol("ACME");
    assert_eq!(office.write(|tx| turn(tx, 10)).await.unwrap(), [acme]);
    assert_eq!(office.write(|tx| turn(tx, 10)).await.unwrap(), []);
    office.clock.wind(minutes(7));
    assert_eq!(state(), PriceState::Closed);
    office.clock.wind(DAY - minutes(10));
    assert_eq!(state(), PriceState::Fresh, "nobody could have told it since the market opened");
    office.clock.wind(minutes(3));
    assert!(matches!(state(), PriceState::Stale { .. }));
    office.write(|tx| forget_feed(tx, FEED)).await.unwrap();
    assert_eq!(state(), PriceState::Unknown);
}

#[tokio::test]
async fn a_table_of_rates_makes_its_symbols_known() {
    let office = Office::open().await;
    let told = Told { keeps: true, ..told() };
    office.tell_as(vec![tick("EURUSD", "1.0873"), tick("EURCHF", "0.9310")], told).await;
    let wanted: Vec<_> = office.read(wanted).into_iter().map(|one| one.code).collect();
    assert_eq!(wanted, ["EURCHF", "EURUSD"]);
}

#[tokio::test]
async fn old_bars_go_in_slices_and_so_do_symbols_that_nobody_wants() {
    let office = Office::of(&["ACME"]).await;
    office.write(|tx| know(tx, "IDLE")).await.unwrap();
    let minute = |number: u64| START.minus(HOUR).plus(Duration::from_secs(60 * number));
    office.tell((0..30).map(|number| tick_at("ACME", "100", minute(number))).collect()).await;
    let before = minute(20);
    assert_eq!(office.write(move |tx| prune_bars(tx, Span::Minute, before, 15)).await.unwrap(), 15);
    assert_eq!(office.write(move |tx| prune_bars(tx, Span::Minute, before, 15)).await.unwrap(), 5);
    let acme = office.symbol("ACME");
    assert_eq!(office.read(|tx| bars(tx, acme, Span::Minute, minute(0), START, 100)).len(), 10);
    office.clock.wind(DAY);
    let now = office.clock.now();
    assert_eq!(office.write(move |tx| prune_symbols(tx, now, 10)).await.unwrap(), 1);
    assert_eq!(office.read(|tx| symbol(tx, "IDLE")), None);
    office.is_sound();
}

#[tokio::test]
async fn symbols_are_found_by_their_code_and_by_words_of_their_name() {
    let office = Office::of(&["ACME", "ACX", "BETN"]).await;
    let named = |code: &str, name: &str| Tick { name: Some(name.to_owned()), ..tick(code, "1") };
    office.tell(vec![named("ACME", "Acme Baustoffe AG"), named("BETN", "Beton & Ziegel Ängström")]).await;
    for (typed, expected) in [
        ("ac", vec!["ACME", "ACX"]),
        ("acme", vec!["ACME"]),
        ("bau", vec!["ACME"]),
        ("ziegel bet", vec!["BETN"]),
        ("ziegel acme", vec![]),
        ("äng", vec!["BETN"]),
        ("  ", vec![]),
        ("%", vec![]),
    ] {
        let typed_too = typed.to_owned();
        let found = office.read(move |tx| search(tx, &typed_too, 10));
        assert_eq!(found.into_iter().map(|quote| quote.code).collect::<Vec<_>>(), expected, "{typed}");
    }
    office.tell_slowly("ACX", &["1"]).await;
    office.tell(vec![named("ACME", "Renamed")]).await;
    assert_eq!(office.read(|tx| search(tx, "bau", 10)), []);
}

#[test]
fn a_symbol_is_letters_figures_and_a_few_signs() {
    for (typed, expected) in [(" msft ", "MSFT"), ("^gspc", "^GSPC"), ("EURUSD=X", "EURUSD=X"), ("brk-b", "BRK-B")] {
        assert_eq!(code(typed).unwrap(), expected);
    }
    let long = "A".repeat(33);
    for odd in ["", " ", "A B", "Ä", "../x", "a/b", "^=-", "<b>", &long] {
        assert!(matches!(code(odd), Err(QuotesError::BadCode)), "{odd}");
    }
}
