//! What feeds promise: their order, who is asked for what, and what is kept of how it goes.

use super::*;
use crate::domain::store::{Store, WriteTx};
use crate::format::feed::{Kind, Options, Tick};
use crate::kernel::clock::{Clock, Moment};
use crate::kernel::id::FeedId;
use crate::kernel::secret::Secret;
use rust_decimal::Decimal;
use std::time::Duration;

struct Office {
    _folder: tempfile::TempDir,
    store: Store,
    clock: Clock,
}

fn new(name: &str, kind: Kind) -> NewFeed {
    let facts = kind.facts();
    NewFeed {
        name: name.to_owned(),
        kind,
        url: facts.address.to_owned(),
        key: Some(Secret::new("hush".to_owned())),
        options: Options::of(kind),
        every: 60,
        delay: 0,
        licence: String::new(),
        allowed_host: String::new(),
    }
}

impl Office {
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::hand(Moment::from_millis(1_768_314_600_000));
        let store = Store::open(&folder.path().join("office.db"), clock.clone()).unwrap();
        Self { _folder: folder, store, clock }
    }

    async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut WriteTx<'_>) -> Result<T, SetUpError> + Send + 'static,
    ) -> Result<T, SetUpError> {
        self.store.write(work).await
    }

    async fn add(&self, name: &'static str, kind: Kind) -> FeedId {
        self.write(move |tx| add_feed(tx, &new(name, kind))).await.unwrap()
    }

    async fn want(&self, codes: &'static [&'static str]) {
        let work = move |tx: &mut WriteTx<'_>| {
            for code in codes {
                let symbol = know(tx, code)?;
                keep(tx, symbol, true)?;
            }
            Ok(())
        };
        self.write(work).await.unwrap();
    }

    /// Who is asked for what.
    fn asked(&self) -> Vec<(String, Vec<String>)> {
        let rounds = self.store.read_here(rounds).unwrap();
        rounds.into_iter().map(|one| (one.feed.is.name, one.asks.into_iter().map(|ask| ask.theirs).collect())).collect()
    }

    async fn fail(&self, id: FeedId) {
        let went = Asking::Failed { trouble: "no".to_owned(), cause: "rate", rests: true };
        self.write(move |tx| note_feed(tx, id, &went, tx.now().plus(Duration::from_secs(60)))).await.unwrap();
    }

    async fn answer(&self, id: FeedId) {
        let went = Asking::Answered { told: 1, trouble: String::new(), etag: "v1".to_owned(), modified: String::new() };
        self.write(move |tx| note_feed(tx, id, &went, tx.now().plus(Duration::from_secs(60)))).await.unwrap();
    }
}

fn pairs(of: &[(&str, &[&str])]) -> Vec<(String, Vec<String>)> {
    of.iter().map(|(name, codes)| ((*name).to_owned(), codes.iter().map(|code| (*code).to_owned()).collect())).collect()
}

#[tokio::test]
async fn the_first_feed_is_asked_and_the_next_ones_while_it_does_not_answer() {
    let office = Office::open();
    let first = office.add("First", Kind::Chart).await;
    let second = office.add("Second", Kind::Quotes).await;
    office.want(&["HAIL", "RAIN"]).await;
    assert_eq!(office.asked(), pairs(&[("First", &["HAIL", "RAIN"]), ("Second", &[])]));
    office.fail(first).await;
    assert_eq!(office.asked(), pairs(&[("First", &["HAIL", "RAIN"]), ("Second", &["HAIL", "RAIN"])]));
    office.answer(first).await;
    assert_eq!(office.asked()[1].1, [""; 0]);
    office.write(move |tx| move_feed(tx, second, true)).await.unwrap();
    assert_eq!(office.asked(), pairs(&[("Second", &["HAIL", "RAIN"]), ("First", &[])]));
    office.write(move |tx| switch_feed(tx, second, false)).await.unwrap();
    assert_eq!(office.asked(), pairs(&[("First", &["HAIL", "RAIN"])]));
}

#[tokio::test]
async fn what_a_feed_does_not_know_the_next_is_asked_and_the_first_again_a_day_later() {
    let office = Office::open();
    let first = office.add("First", Kind::Chart).await;
    office.add("Second", Kind::Quotes).await;
    office.want(&["HAIL", "RAIN"]).await;
    let rain = office.store.read_here(|tx| symbol(tx, "RAIN")).unwrap().unwrap();
    office.write(move |tx| note_sources(tx, first, &[], &[rain])).await.unwrap();
    assert_eq!(office.asked(), pairs(&[("First", &["HAIL"]), ("Second", &["RAIN"])]));
    office.clock.wind(Duration::from_secs(24 * 3600 + 1));
    assert_eq!(office.asked(), pairs(&[("First", &["HAIL", "RAIN"]), ("Second", &[])]));
}

#[tokio::test]
async fn symbols_go_by_the_names_a_feed_has_for_them() {
    let office = Office::open();
    let listed = office.add("Listed", Kind::Json).await;
    let options = Options { pattern: "{symbol}.us".to_owned(), ..Options::of(Kind::Lines) };
    office.write(move |tx| add_feed(tx, &NewFeed { options, ..new("Open", Kind::Lines) })).await.unwrap();
    let symbols = vec![("DIESEL".to_owned(), "station 7".to_owned())];
    office.write(move |tx| list_for(tx, listed, &symbols)).await.unwrap();
    office.want(&["DIESEL", "HAIL"]).await;
    assert_eq!(office.asked(), pairs(&[("Listed", &["station 7"]), ("Open", &["hail.us"])]));
    assert_eq!(
        office.store.read_here(|tx| super::listed(tx, listed)).unwrap(),
        [("DIESEL".into(), "station 7".into())]
    );
    let bad = office.write(move |tx| list_for(tx, listed, &[("no good".to_owned(), String::new())])).await;
    assert!(matches!(bad, Err(SetUpError::Field("symbols", _))));
}

#[tokio::test]
async fn what_is_invented_never_stands_in_for_what_is_real() {
    let office = Office::open();
    let invented = office.add("Simulated", Kind::Simulated).await;
    let real = office.add("Bank", Kind::Ecb).await;
    office.write(move |tx| move_feed(tx, real, true)).await.unwrap();
    let symbols = ["ACME", "EURUSD"].map(|code| (code.to_owned(), code.to_owned()));
    office.write(move |tx| list_for(tx, invented, &symbols)).await.unwrap();
    office.want(&["ACME", "EURUSD"]).await;
    assert_eq!(office.asked(), pairs(&[("Bank", &["EURUSD"]), ("Simulated", &["ACME"])]));
    office.fail(real).await;
    assert_eq!(office.asked(), pairs(&[("Bank", &["EURUSD"]), ("Simulated", &["ACME"])]));
}

#[tokio::test]
async fn how_it_goes_is_kept_and_a_new_setting_begins_anew() {
    let office = Office::open();
    let id = office.add("First", Kind::Short).await;
    office.fail(id).await;
    office.fail(id).await;
    let read = || office.store.read_here(|tx| feed(tx, id)).unwrap().unwrap();
    let sick = read();
    assert_eq!((sick.fails, sick.trouble.as_str(), sick.open_until), (2, "no", Some(sick.next_at)));
    office.answer(id).await;
    let well = read();
    assert_eq!((well.fails, well.trouble.as_str(), well.open_until, well.etag.as_str()), (0, "", None, "v1"));
    office.write(move |tx| set_feed(tx, id, &NewFeed { key: None, ..new("Renamed", Kind::Short) })).await.unwrap();
    let set = read();
    assert_eq!((set.is.name.as_str(), set.etag.as_str(), set.next_at.millis()), ("Renamed", "", 0));
    assert!(set.has_key() && set.is.key.as_ref().unwrap().reveal() == "hush", "a key that is not typed stays");
    assert!(!format!("{set:?}").contains("hush"));
    office.write(move |tx| remove_feed(tx, id)).await.unwrap();
    office.fail(id).await;
    assert!(matches!(office.write(move |tx| remove_feed(tx, id)).await, Err(SetUpError::NoFeed)));
}

#[tokio::test]
async fn a_feed_that_cannot_be_is_told_by_its_field() {
    let office = Office::open();
    office.add("First", Kind::Chart).await;
    let refused = async |new: NewFeed| match office.write(move |tx| add_feed(tx, &new)).await {
        Err(SetUpError::Field(field, _)) => field,
        other => panic!("{other:?}"),
    };
    let good = || new("Second", Kind::Chart);
    assert_eq!(refused(NewFeed { name: " ".to_owned(), ..good() }).await, "name");
    assert_eq!(refused(NewFeed { name: "First".to_owned(), ..good() }).await, "name");
    assert_eq!(refused(NewFeed { every: 0, ..good() }).await, "every");
    assert_eq!(refused(NewFeed { delay: -1, ..good() }).await, "delay");
    assert_eq!(refused(NewFeed { licence: "x".repeat(5000), ..good() }).await, "licence");
    assert_eq!(refused(NewFeed { url: "x".repeat(5000), ..good() }).await, "url");
    let zone = Options { zone: "Mars".to_owned(), ..Options::default() };
    assert_eq!(refused(NewFeed { options: zone, ..good() }).await, "zone");
    for number in 1..crate::kernel::limits::FEEDS {
        office.write(move |tx| add_feed(tx, &new(&format!("n{number}"), Kind::Chart))).await.unwrap();
    }
    assert_eq!(refused(good()).await, "name", "there is an end to feeds");
}

#[tokio::test]
async fn what_still_holds_is_not_stale() {
    let office = Office::open();
    let id = office.add("Bank", Kind::Ecb).await;
    office.want(&["EURUSD"]).await;
    let told = Told { every: Duration::from_secs(60), source: "Bank".to_owned(), ..Told::default() };
    let tick = Tick { symbol: "EURUSD".to_owned(), price: Decimal::new(10_845, 4), ..Tick::default() };
    let work = move |tx: &mut WriteTx<'_>| {
        record(tx, id, &[tick], &told)?;
        let eurusd = know(tx, "EURUSD")?;
        note_sources(tx, id, &[eurusd], &[])
    };
    office.write(work).await.unwrap();
    let state = || office.store.read_here(|tx| quote(tx, "EURUSD")).unwrap().price.unwrap().state;
    office.clock.wind(Duration::from_secs(600));
    assert!(matches!(state(), PriceState::Stale { .. }));
    office.write(move |tx| Ok(still(tx, id, &Told::default())?)).await.unwrap();
    assert_eq!(state(), PriceState::Fresh);
}
