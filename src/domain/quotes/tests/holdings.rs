//! Holdings and rates: decimal to the last figure.

use super::*;
use chrono::NaiveDate;

fn held(code: &str, amount: &str, cost: &str, currency: &str) -> NewHolding {
    NewHolding {
        code: code.to_owned(),
        amount: num(amount),
        cost: num(cost),
        currency: currency.to_owned(),
        day: NaiveDate::from_ymd_opt(2026, 3, 2),
        note: String::new(),
    }
}

fn in_currency(code: &str, price: &str, previous: &str, currency: &str) -> Tick {
    Tick { previous: Some(num(previous)), currency: Some(currency.to_owned()), ..tick(code, price) }
}

#[tokio::test]
async fn worth_and_gain_are_reckoned_to_the_last_figure() {
    for (price, previous, counted, amount, cost, paid, value, day_gain, gain, percent) in [
        ("123.40", "122.20", "EUR", "10", "100", "EUR", "1234", "12", "234", "23.4"),
        // 0.1 + 0.2 is 0.3 here.
        ("0.3", "0.1", "EUR", "3", "0.1", "EUR", "0.9", "0.6", "0.6", "200"),
        ("100", "110", "USD", "11", "50", "EUR", "1000", "-100", "450", "81.8182"),
        ("4210.5", "4200", "GBp", "100", "40", "GBP", "5052.6", "12.6", "252.6", "5.2625"),
        ("10", "10", "EUR", "-5", "12", "EUR", "-50", "0", "10", "16.6667"),
        ("0.000000012345", "0.00000001", "EUR", "1000000", "0", "EUR", "0.012345", "0.002345", "0.012345", ""),
    ] {
        let office = Office::of(&["EURUSD", "EURGBP", "ACME"]).await;
        office.tell(vec![tick("EURUSD", "1.1"), tick("GBPEUR", "1.2"), tick("EURGBP", "0.8333333333333")]).await;
        let rates = Told { keeps: true, ..told() };
        office.tell_as(vec![tick("GBPEUR", "1.2"), in_currency("ACME", price, previous, counted)], rates).await;
        let new = held("ACME", amount, cost, paid);
        office.write(move |tx| add_holding(tx, BOB, &new)).await.unwrap();
        let (all, total) = office.read(|tx| holdings(tx, BOB, "EUR"));
        let shown = |value: Option<Decimal>| value.map(|value| value.round_dp(6).normalize().to_string());
        assert_eq!(shown(all[0].value).as_deref(), Some(value), "value of {price} {counted}");
        assert_eq!(shown(all[0].day_gain).as_deref(), Some(day_gain), "day gain of {price} {counted}");
        assert_eq!(shown(all[0].gain).as_deref(), Some(gain), "gain of {price} {counted}");
        assert_eq!(shown(all[0].gain_percent).unwrap_or_default(), percent, "percent of {price} {counted}");
        assert_eq!((Some(total.value), total.missing), (all[0].value, 0));
    }
}

#[tokio::test]
async fn a_sum_says_what_it_leaves_out() {
    let office = Office::of(&["ACME", "YEN", "NEW"]).await;
    office.tell(vec![in_currency("ACME", "100", "99", "EUR"), in_currency("YEN", "1000", "1000", "JPY")]).await;
    for new in [held("ACME", "2", "90", "EUR"), held("YEN", "5", "900", "JPY"), held("NEW", "1", "1", "EUR")] {
        office.write(move |tx| add_holding(tx, BOB, &new)).await.unwrap();
    }
    let (all, total) = office.read(|tx| holdings(tx, BOB, "EUR"));
    assert_eq!((all.len(), total.value, total.gain, total.missing), (3, num("200"), num("20"), 2));
    assert_eq!(office.read(|tx| missing_rates(tx, "EUR")), ["JPYEUR"]);
    assert_eq!(office.read(|tx| holdings(tx, ALICE, "EUR")).0, []);
}

#[tokio::test]
async fn a_rate_is_found_directly_the_other_way_round_or_by_a_bridge() {
    let office = Office::open().await;
    let rates = Told { keeps: true, is_simulated: true, ..told() };
    office.tell_as(vec![tick("EURUSD", "1.25"), tick("EURCHF", "0.5"), tick("USDJPY=X", "150")], rates).await;
    for (from, to, expected) in [
        ("EUR", "EUR", Some("1")),
        ("EUR", "USD", Some("1.25")),
        ("usd", "eur", Some("0.8")),
        ("USD", "CHF", Some("0.4")),
        ("CHF", "USD", Some("2.5")),
        ("EUR", "JPY", Some("187.5")),
        ("USD", "JPY", Some("150")),
        ("GBp", "GBP", Some("0.01")),
        ("GBP", "GBX", Some("100")),
        ("EUR", "GBP", None),
        ("CHF", "JPY", None),
        ("°C", "EUR", None),
        ("", "EUR", None),
    ] {
        let found = office.read(|tx| rate(tx, from, to));
        assert_eq!(found.map(|rate| rate.value), expected.map(num), "{from} {to}");
    }
    assert!(office.read(|tx| rate(tx, "USD", "CHF")).unwrap().is_simulated);
    assert_eq!(office.read(|tx| rate(tx, "EUR", "EUR")).unwrap().at, None);
}

#[tokio::test]
async fn holdings_that_cannot_be_are_refused_and_nobody_touches_anothers() {
    let office = Office::open().await;
    let base = || held("ACME", "1", "1", "EUR");
    for (new, expected) in [
        (held("A B", "1", "1", "EUR"), "BadCode"),
        (held("ACME", "0", "1", "EUR"), "BadAmount"),
        (held("ACME", "1000000000", "1", "EUR"), "BadAmount"),
        (held("ACME", "1", "-1", "EUR"), "BadCost"),
        (held("ACME", "1", "1", "EURO"), "BadCurrency"),
        (NewHolding { day: NaiveDate::from_ymd_opt(2026, 12, 24), ..base() }, "BadDay"),
        (NewHolding { note: "x".repeat(201), ..base() }, "LongNote"),
    ] {
        let refused = office.write(move |tx| add_holding(tx, BOB, &new)).await.unwrap_err();
        assert_eq!(format!("{refused:?}"), expected);
    }
    let id = office.write(move |tx| add_holding(tx, BOB, &base())).await.unwrap();
    let other = held("ACME", "2", "3.5", "usd");
    let changed = other.clone();
    assert!(matches!(office.write(move |tx| change_holding(tx, ALICE, id, &other)).await, Err(QuotesError::NoHolding)));
    assert!(matches!(office.write(move |tx| remove_holding(tx, ALICE, id)).await, Err(QuotesError::NoHolding)));
    office.write(move |tx| change_holding(tx, BOB, id, &changed)).await.unwrap();
    let kept = office.read(|tx| holding(tx, BOB, id));
    assert_eq!((kept.amount, kept.cost, kept.currency.as_str(), kept.day), (num("2"), num("3.5"), "USD", base().day));
    office.write(move |tx| remove_holding(tx, BOB, id)).await.unwrap();
    assert_eq!(office.read(|tx| holdings(tx, BOB, "EUR")).0, []);
}

#[tokio::test]
async fn even_the_largest_numbers_overflow_nothing() {
    let office = Office::of(&["ACME"]).await;
    office.tell(vec![in_currency("ACME", "999999999999.999999", "1", "EUR")]).await;
    office.tell_slowly("ACME", &["999999999999.999999"]).await;
    for _ in 0..3 {
        let new = held("ACME", "999999999.999999", "0.000000000001", "EUR");
        office.write(move |tx| add_holding(tx, BOB, &new)).await.unwrap();
    }
    let (all, total) = office.read(|tx| holdings(tx, BOB, "EUR"));
    assert!(all[0].value.is_some_and(|value| value > num("999999999999000000000")));
    assert_eq!(total.missing, 0);
}
