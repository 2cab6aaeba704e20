//! The pages of quotes, as a browser without scripts is shown them.

use crate::http::{Answer, Browser, encoded};
use crate::live::FRAGMENT;
use crate::office::{TestOffice, wait_until};
use hailstone::domain::quotes::{self, Span, Told};
use hailstone::format::feed::{Bar, Tick};
use hailstone::kernel::id::{FeedId, SymbolId, WatchlistId};
use hailstone::services::quotes::record;
use rust_decimal::Decimal;
use std::cell::RefCell;
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 3600);
const FEED: FeedId = FeedId::new(1);

fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// What the test's feed is like.
fn feed() -> Told {
    Told {
        source: "Exchange North".to_owned(),
        licence: "For own use.".to_owned(),
        delay: Duration::from_secs(900),
        every: Duration::from_secs(60),
        ..Told::default()
    }
}

fn tick(office: &TestOffice, code: &str, price: &str) -> Tick {
    Tick {
        symbol: code.to_owned(),
        price: dec(price),
        at: Some(office.office.clock.now()),
        previous: Some(dec("120")),
        low: Some(dec("119.5")),
        high: Some(dec("125")),
        volume: Some(dec("412300")),
        currency: Some("EUR".to_owned()),
        name: Some(format!("{code} Works")),
        market: Some("Frankfurt".to_owned()),
        ..Tick::default()
    }
}

/// Has the feed tell prices.
fn tell(office: &TestOffice, how: &Told, ticks: Vec<Tick>) {
    office.runtime.block_on(record(&office.office, FEED, ticks, how)).unwrap();
}

/// A list of Anna's with these symbols on it.
fn list(office: &TestOffice, name: &'static str, codes: &'static [&'static str]) -> (WatchlistId, Vec<SymbolId>) {
    let who = office.anna;
    let made = office.office.store.write(move |tx| {
        let list = quotes::make_list(tx, who, name, false)?;
        let symbols = codes.iter().map(|code| quotes::add_symbol(tx, who, list, code)).collect::<Result<_, _>>()?;
        Ok::<_, quotes::QuotesError>((list, symbols))
    });
    office.runtime.block_on(made).unwrap()
}

/// Anna's list of two with prices, and her browser.
fn furnished() -> (TestOffice, Browser, WatchlistId) {
    let office = TestOffice::open();
    let (list, _) = list(&office, "Construction", &["ACME", "BETN"]);
    tell(&office, &feed(), vec![tick(&office, "ACME", "123.40"), tick(&office, "BETN", "118.8")]);
    let mut anna = office.signed_in("anna");
    anna.cookies.insert("tz".to_owned(), "Europe/Berlin".to_owned());
    (office, anna, list)
}

fn see(browser: &mut Browser, path: &str) -> String {
    let page = browser.get(path);
    assert_eq!(page.status, 200, "{path}: {}", page.body);
    page.body
}

fn send(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
    let csrf = browser.get("/settings/quotes").csrf();
    let mut all = vec![("csrf", csrf.as_str())];
    all.extend_from_slice(fields);
    browser.post(path, &all)
}

/// The row of a symbol.
fn row<'p>(page: &'p str, code: &str) -> &'p str {
    page.split("<tr id=\"q")
        .find(|row| row.contains(&format!(">{code}</a>")))
        .unwrap_or_else(|| panic!("no {code}: {page}"))
}

/// Codes of the rows, from above.
fn order(page: &str) -> Vec<&str> {
    page.split("<tr id=\"q").skip(1).map(|row| row.split("class=\"hit\"").nth(1).unwrap()).map(code).collect()
}

fn code(row: &str) -> &str {
    row.split('>').nth(1).unwrap().split('<').next().unwrap()
}

fn symbol(office: &TestOffice, code: &'static str) -> SymbolId {
    office.office.store.read_here(|tx| quotes::symbol(tx, code)).unwrap().unwrap()
}

/// Keeps days of a symbol, each a cent above the one before.
fn history(office: &TestOffice, symbol: SymbolId, days: i64) {
    let now = office.office.clock.now();
    let bar = |day: i64| {
        let (at, price) = (now.minus(DAY * u32::try_from(days - day).unwrap()), Decimal::new(10_000 + day, 2));
        Bar {
            at,
            open: price,
            high: price + Decimal::ONE,
            low: price - Decimal::ONE,
            close: price,
            volume: Some(dec("1000")),
        }
    };
    let bars: Vec<_> = (0..days).map(bar).collect();
    let kept = office.office.store.write(move |tx| quotes::keep_bars(tx, symbol, Span::Day, &bars));
    assert!(office.runtime.block_on(kept).unwrap() > 0);
}

#[test]
fn a_row_says_its_price_its_change_in_sign_arrow_and_colour_and_whose_it_is() {
    let (_office, mut anna, _) = furnished();
    let page = see(&mut anna, "/quotes");
    let acme = row(&page, "ACME");
    for words in
        ["123.40</span>", "chg up", "<span>+3.40</span>", "+2.83\u{a0}%", "119.50–125.00", "412\u{a0}k", "ACME Works"]
    {
        assert!(acme.contains(words), "{words}: {acme}");
    }
    assert!(acme.contains("#up\"") && acme.contains("Exchange North · delayed 15\u{a0}min"), "{acme}");
    assert!(row(&page, "BETN").contains("chg down") && row(&page, "BETN").contains("−1.20"));
    assert!(page.contains("For own use."), "the licence note is missing");
}

#[test]
fn what_is_simulated_says_so_wherever_it_stands() {
    let (office, mut anna, list) = furnished();
    tell(&office, &Told { is_simulated: true, ..feed() }, vec![tick(&office, "ACME", "123.50")]);
    for path in ["/quotes", "/quotes/ACME", "/today"] {
        assert!(see(&mut anna, path).contains("class=\"sim\">simulated"), "{path}");
    }
    let csv = see(&mut anna, &format!("/quotes/export.csv?list={list}"));
    assert!(csv.lines().find(|line| line.starts_with("ACME,")).unwrap().contains(",yes,"), "{csv}");
}

#[test]
fn a_silent_feed_is_told_of_and_its_prices_stay_with_their_age() {
    let (office, mut anna, _) = furnished();
    let hasty = Told { every: Duration::from_secs(1), ..feed() };
    tell(&office, &hasty, vec![tick(&office, "ACME", "123.6"), tick(&office, "BETN", "118.7")]);
    let browser = RefCell::new(&mut anna);
    let look = || see(&mut browser.borrow_mut(), "/quotes");
    wait_until("the feed is silent", || look().contains("The feed “Exchange North” has told nothing new since"));
    let page = look();
    let acme = row(&page, "ACME");
    assert!(acme.contains("class=\"stale\"") && acme.contains("\u{a0}s old") && acme.contains("123.60"), "{acme}");
    tell(&office, &feed(), vec![tick(&office, "ACME", "124"), tick(&office, "BETN", "118")]);
    let page = see(&mut anna, "/quotes");
    assert!(!page.contains("has told nothing new") && !row(&page, "ACME").contains("stale"));
}

#[test]
fn rows_are_sorted_by_a_heading_and_stay_so() {
    let (_office, mut anna, list) = furnished();
    assert_eq!(order(&see(&mut anna, "/quotes")), ["ACME", "BETN"]);
    let sorted = see(&mut anna, &format!("/quotes?list={list}&sort=percent.asc"));
    assert_eq!(order(&sorted), ["BETN", "ACME"]);
    assert!(sorted.contains("class=\"c-percent n\" aria-sort=\"ascending\""), "{sorted}");
    assert_eq!(order(&see(&mut anna, "/quotes")), ["BETN", "ACME"], "it was not remembered");
    assert_eq!(order(&see(&mut anna, "/quotes?sort=own")), ["ACME", "BETN"]);
}

#[test]
fn columns_that_are_left_out_stay_out() {
    let (_office, mut anna, _) = furnished();
    let sent = send(&mut anna, "/quotes/columns", &[("show", "percent"), ("show", "spark"), ("back", "/quotes")]);
    assert_eq!((sent.status, sent.header("location")), (303, "/quotes"));
    let page = see(&mut anna, "/quotes");
    assert!(page.contains("no-change no-range no-volume no-when") && !page.contains("no-last"), "{page}");
}

#[test]
fn a_list_is_made_filled_put_in_order_renamed_and_removed_by_forms() {
    let (_office, mut anna, _) = furnished();
    let made = send(&mut anna, "/quotes/lists", &[("name", "Metals & more")]);
    let at = made.header("location").split(['=', '&']).nth(1).unwrap().to_owned();
    let edit = format!("/quotes/lists/{at}");
    for symbol in ["KUPF", "acme", "ZINK"] {
        let added = send(&mut anna, &format!("{edit}/add"), &[("symbol", symbol), ("back", &edit)]);
        assert_eq!(added.status, 303, "{symbol}: {}", added.body);
    }
    let page = see(&mut anna, &edit);
    let key = page.split("data-key=\"").nth(3).unwrap().split('"').next().unwrap().to_owned();
    send(&mut anna, &format!("{edit}/order"), &[("key", &key), ("to", "up")]);
    assert_eq!(order(&see(&mut anna, &format!("/quotes?list={at}"))), ["KUPF", "ZINK", "ACME"]);
    send(&mut anna, &format!("{edit}/take"), &[("symbol", &key)]);
    assert_eq!(order(&see(&mut anna, &format!("/quotes?list={at}"))), ["KUPF", "ACME"]);
    send(&mut anna, &edit, &[("name", "Copper")]);
    assert!(see(&mut anna, "/quotes/lists").contains(">Copper</span>"));
    send(&mut anna, &format!("{edit}/remove"), &[]);
    assert!(see(&mut anna, "/quotes/lists").contains(">Copper</span>"), "it went unasked");
    send(&mut anna, &format!("{edit}/remove"), &[("sure", "1")]);
    assert!(!see(&mut anna, "/quotes/lists").contains(">Copper</span>"));
}

#[test]
fn what_is_typed_wrong_is_said_beside_its_field_and_not_lost() {
    let (_office, mut anna, list) = furnished();
    let taken = send(&mut anna, "/quotes/lists", &[("name", "construction")]);
    assert_eq!(taken.status, 422);
    assert!(
        taken.body.contains("value=\"construction\"") && taken.body.contains("id=\"name-error\""),
        "{}",
        taken.body
    );
    let blank =
        send(&mut anna, &format!("/quotes/lists/{list}/add"), &[("symbol", "no such thing"), ("back", "/quotes")]);
    assert!(blank.status == 422 && blank.body.contains("value=\"no such thing\""), "{}", blank.body);
    let price = send(&mut anna, "/quotes/ACME/alerts", &[("kind", "below"), ("value", "cheap"), ("way", "mail")]);
    assert_eq!(price.status, 422);
    assert!(price.body.contains("value=\"cheap\"") && price.body.contains("id=\"value-error\""));
    assert!(price.body.contains("value=\"below\" selected") && price.body.contains("value=\"mail\" checked"));
    let amount =
        send(&mut anna, "/quotes/ACME/holdings", &[("amount", "10"), ("cost", "x"), ("currency", "EUR"), ("day", "")]);
    assert!(amount.status == 422 && amount.body.contains("id=\"cost-error\"") && amount.body.contains("value=\"10\""));
}

#[test]
fn a_symbol_is_found_by_its_name_and_one_of_several_is_chosen() {
    let (_office, mut anna, list) = furnished();
    let found = see(&mut anna, "/quotes/find?q=acme");
    assert!(found.contains("data-value=\"ACME\"") && !found.contains("BETN"), "{found}");
    let several = send(&mut anna, &format!("/quotes/lists/{list}/add"), &[("symbol", "works"), ("back", "/quotes")]);
    assert_eq!(several.status, 200);
    assert!(several.body.contains("Which one?") && several.body.contains("value=\"BETN\""), "{}", several.body);
}

#[test]
fn nobody_else_sees_or_changes_a_list_an_alert_or_a_holding() {
    let (office, mut anna, list) = furnished();
    send(&mut anna, "/quotes/ACME/alerts", &[("kind", "above"), ("value", "131.77"), ("way", "chat")]);
    send(&mut anna, "/quotes/ACME/holdings", &[("amount", "77700"), ("cost", "100"), ("currency", "EUR"), ("day", "")]);
    let mut ben = office.signed_in("ben");
    assert_eq!(ben.get(&format!("/quotes/lists/{list}")).status, 404);
    assert_eq!(send(&mut ben, &format!("/quotes/lists/{list}/add"), &[("symbol", "XYZ")]).status, 404);
    assert_eq!(send(&mut ben, "/quotes/alerts/1/remove", &[]).status, 404);
    assert_eq!(send(&mut ben, "/quotes/holdings/1/remove", &[]).status, 404);
    for path in ["/quotes", "/quotes/ACME", "/quotes/alerts", "/quotes/holdings", "/quotes/lists"] {
        let page = see(&mut ben, path);
        for words in ["Construction", "131.77", "77,700"] {
            assert!(!page.contains(words), "{path}: {words}");
        }
    }
}

#[test]
fn the_companys_list_is_everybodys_to_read_and_an_administrators_to_change() {
    let office = TestOffice::open();
    let mut anna = office.signed_in("anna");
    let made = send(&mut anna, "/quotes/lists", &[("name", "House list"), ("company", "1")]);
    let at = made.header("location").split(['=', '&']).nth(1).unwrap().to_owned();
    send(&mut anna, &format!("/quotes/lists/{at}/add"), &[("symbol", "ACME"), ("back", "/quotes")]);
    let mut ben = office.signed_in("ben");
    let page = see(&mut ben, "/quotes");
    assert_eq!(order(&page), ["ACME"]);
    assert!(page.contains("House list") && !page.contains("id=\"add-drop\""));
    assert_eq!(send(&mut ben, &format!("/quotes/lists/{at}/add"), &[("symbol", "XYZ")]).status, 403);
    assert_eq!(send(&mut ben, "/quotes/lists", &[("name", "Mine"), ("company", "1")]).status, 403);
}

#[test]
fn ten_years_are_drawn_as_a_line_candles_or_bars_with_averages_and_a_table() {
    let (office, mut anna, list) = furnished();
    history(&office, symbol(&office, "ACME"), 2_520);
    let line = see(&mut anna, &format!("/quotes/ACME?list={list}&range=Max&look=1&ma=50&ma=200"));
    assert!(line.contains("polyline class=\"line\"") && line.contains("class=\"average a200\""), "no line");
    assert!(line.contains("Each point is a week.") && line.contains("class=\"vol\""));
    let points = line.matches("data-y=").count();
    assert!((300..=600).contains(&points), "{points}");
    let candles = see(&mut anna, "/quotes/ACME?range=1Y&kind=candles");
    assert!(
        candles.contains("class=\"bar-up candles\"") && candles.contains("average a50"),
        "averages are not remembered"
    );
    assert!(see(&mut anna, "/quotes/ACME?kind=bars").contains("bar-up bars"));
    let label = candles.split("\"none\" role=\"img\" aria-label=\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(label.starts_with("ACME, one year: from ") && label.contains("lowest"), "{label}");
}

#[test]
fn two_symbols_are_compared_in_percent_since_their_beginning() {
    let (office, mut anna, _) = furnished();
    for code in ["ACME", "BETN"] {
        history(&office, symbol(&office, code), 200);
    }
    let page = see(&mut anna, "/quotes/ACME?range=1M&with=betn");
    assert!(page.contains("line other") && page.contains("Since the beginning"), "{page}");
    let unknown = see(&mut anna, "/quotes/ACME?with=NOPE");
    assert!(unknown.contains("Nobody here follows “NOPE”"));
}

#[test]
fn the_chart_alone_is_sent_to_a_script_and_a_window_of_it_too() {
    let (office, mut anna, _) = furnished();
    history(&office, symbol(&office, "ACME"), 300);
    let now = office.office.clock.now();
    let path = format!("/quotes/ACME?from={}&to={}", now.minus(DAY * 40).millis(), now.minus(DAY * 20).millis());
    let part = anna.ask("GET", &path, &[("Accept", FRAGMENT)], b"");
    assert_eq!((part.status, part.header("content-type")), (200, FRAGMENT));
    assert!(
        part.body.starts_with("<div id=\"chart\"") && (20..=22).contains(&part.body.matches("data-y=").count()),
        "{}",
        part.body
    );
}

#[test]
fn an_alert_is_set_drawn_told_once_and_set_again() {
    let (office, mut anna, _) = furnished();
    history(&office, symbol(&office, "ACME"), 100);
    let fields = [("kind", "above"), ("value", "124,5"), ("often", "once"), ("way", "chat")];
    assert_eq!(send(&mut anna, "/quotes/ACME/alerts", &fields).status, 303);
    let page = see(&mut anna, "/quotes/ACME");
    assert!(page.contains("Above 124.5 EUR, once") && page.contains(">watching<"), "{page}");
    tell(&office, &feed(), vec![tick(&office, "ACME", "124.6")]);
    let told = || office.office.store.read_here(|tx| quotes::history(tx, office.anna, 9)).unwrap();
    wait_until("it was told", || told().iter().any(|one| one.told_at.is_some()));
    let all = see(&mut anna, "/quotes/alerts");
    assert!(all.contains(">told<") && all.matches("124.60\u{a0}EUR").count() == 1, "{all}");
    let id = all.split("/quotes/alerts/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    send(&mut anna, &format!("/quotes/alerts/{id}/rearm"), &[("back", "/quotes/alerts")]);
    assert!(see(&mut anna, "/quotes/alerts").contains("waits for its way back"));
}

#[test]
fn holdings_are_summed_in_a_money_of_choice_and_what_has_no_rate_is_left_out() {
    let (office, mut anna, list) = furnished();
    for (amount, cost, currency) in [("100", "120", "EUR"), ("10", "100", "USD")] {
        let fields = [("amount", amount), ("cost", cost), ("currency", currency), ("day", "2026-01-05")];
        assert_eq!(send(&mut anna, "/quotes/ACME/holdings", &fields).status, 303);
    }
    let page = see(&mut anna, "/quotes/holdings");
    assert!(page.contains("12,340.00\u{a0}EUR") && page.contains("+340.00\u{a0}EUR"), "{page}");
    assert!(page.contains("is left out of the sum"), "a missing rate is not told of");
    let rate = Tick {
        currency: Some("USD".to_owned()),
        previous: Some(dec("1.1")),
        low: None,
        high: None,
        ..tick(&office, "EURUSD", "1.25")
    };
    let known = office.office.store.write(|tx| quotes::know(tx, "EURUSD"));
    office.runtime.block_on(known).unwrap();
    tell(&office, &feed(), vec![rate]);
    let page = see(&mut anna, "/quotes/holdings?currency=USD");
    assert!(page.contains("15,425.00\u{a0}USD") && !page.contains("left out"), "{page}");
    assert!(see(&mut anna, &format!("/quotes?list={list}")).contains("You hold of these"));
}

#[test]
fn an_export_runs_nothing_in_a_spreadsheet_and_keeps_its_numbers() {
    let (office, mut anna, list) = furnished();
    let evil = Tick { name: Some("=HYPERLINK(\"http://evil.test\")".to_owned()), ..tick(&office, "BETN", "118.8") };
    tell(&office, &feed(), vec![evil]);
    let csv = anna.get(&format!("/quotes/export.csv?list={list}"));
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert!(csv.header("content-disposition").contains("attachment"));
    let line = csv.body.lines().find(|line| line.starts_with("BETN,")).unwrap();
    assert!(line.contains("\"'=HYPERLINK(\"\"http") && line.contains(",118.8,-1.2,-1,"), "{line}");
}

#[test]
fn red_may_rise_and_other_money_may_count() {
    let (_office, mut anna, _) = furnished();
    assert!(!see(&mut anna, "/quotes").contains("data-swap-quotes"));
    let wrong = send(&mut anna, "/settings/quotes", &[("colours", "redup"), ("currency", "euro")]);
    assert!(wrong.status == 422 && wrong.body.contains("value=\"euro\""), "{}", wrong.body);
    send(&mut anna, "/settings/quotes", &[("colours", "redup"), ("currency", "chf")]);
    assert!(see(&mut anna, "/quotes").contains("data-swap-quotes"));
    assert!(see(&mut anna, "/quotes/holdings").contains("<option selected>CHF"));
}

#[test]
fn a_price_is_shared_in_chat_and_by_mail_as_it_is_now() {
    let (office, mut anna, _) = furnished();
    let room = send(&mut anna, "/chat/new", &[("kind", "room"), ("name", "markets"), ("topic", "")]);
    let at = room.header("location").rsplit('/').next().unwrap().to_owned();
    let said = send(&mut anna, "/quotes/ACME/share", &[("conversation", &at)]);
    assert!(said.status == 303 && said.header("location").starts_with(&format!("/chat/{at}#m")), "{said:?}");
    tell(&office, &feed(), vec![tick(&office, "ACME", "124.9")]);
    let talk = see(&mut anna, &format!("/chat/{at}"));
    assert!(talk.contains("<span>123.4 EUR"), "the price was not kept as it was said");
    assert!(talk.contains("Now 124.90 EUR"), "what has become of it is not told");
    let mail = send(&mut anna, "/quotes/ACME/mail", &[]);
    assert!(mail.header("location").starts_with("/mail/compose?subject=ACME&body="), "{mail:?}");
    let draft = see(&mut anna, mail.header("location"));
    assert!(draft.contains("124.9 EUR") && draft.contains("Exchange North"), "{draft}");
}

#[test]
fn an_address_typed_small_leads_to_the_symbol_and_an_unknown_one_to_nothing() {
    let (_office, mut anna, _) = furnished();
    let small = anna.get("/quotes/acme");
    assert_eq!((small.status, small.header("location")), (303, "/quotes/ACME"));
    assert_eq!(anna.get("/quotes/NOBODY").status, 404);
    assert_eq!(anna.get(&format!("/quotes/{}", encoded("A B"))).status, 404);
}

#[test]
fn a_price_that_jumps_is_held_back_and_says_so() {
    let (office, mut anna, _) = furnished();
    tell(&office, &feed(), vec![tick(&office, "ACME", "9000")]);
    let page = see(&mut anna, "/quotes");
    assert!(row(&page, "ACME").contains("123.40") && row(&page, "ACME").contains("a jump is being checked"), "{page}");
}
