//! What `quotes` promises.

mod alerts;
mod holdings;
mod lists;
mod prices;

use super::*;
use crate::domain::people::{self, NewPerson, Role};
use crate::domain::store::{ReadTx, Store, StoreError, WriteTx};
use crate::format::feed::{Bar, Tick};
use crate::kernel::clock::{Clock, Moment};
use crate::kernel::id::{FeedId, PersonId, SymbolId};
use rust_decimal::Decimal;
use std::time::Duration;

const ALICE: PersonId = PersonId::new(1);
const BOB: PersonId = PersonId::new(2);
const FEED: FeedId = FeedId::new(1);
/// Friday, 27 November 2026, 09:00 UTC.
const START: Moment = Moment::from_millis(1_795_770_000_000);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

fn num(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn tick(code: &str, price: &str) -> Tick {
    Tick { symbol: code.to_owned(), price: num(price), ..Tick::default() }
}

fn tick_at(code: &str, price: &str, at: Moment) -> Tick {
    Tick { at: Some(at), ..tick(code, price) }
}

fn bar(at: Moment, open: &str, high: &str, low: &str, close: &str) -> Bar {
    Bar { at, open: num(open), high: num(high), low: num(low), close: num(close), volume: None }
}

fn told() -> Told {
    Told { source: "Test".to_owned(), every: Duration::from_secs(60), ..Told::default() }
}

/// An office with an administrator, Alice, and a member, Bob, on a clock wound by hand.
struct Office {
    _folder: tempfile::TempDir,
    store: Store,
    clock: Clock,
}

impl Office {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::hand(START);
        let store = Store::open(&folder.path().join("office.db"), clock.clone()).unwrap();
        let people = |tx: &mut WriteTx<'_>| {
            people::add_domain(tx, "example.com").map_err(StoreError::from)?;
            for (name, role) in [("alice", Role::Admin), ("bob", Role::Member)] {
                let (name, full_name) = (name.to_owned(), name.to_owned());
                let new = NewPerson { name, full_name, role, password: String::new() };
                people::add_person(tx, &new).map_err(StoreError::from)?;
            }
            Ok::<_, StoreError>(())
        };
        store.write(people).await.unwrap();
        Self { _folder: folder, store, clock }
    }

    /// An office that knows these symbols, and is asked for them.
    async fn of(codes: &[&'static str]) -> Self {
        let office = Self::open().await;
        for &code in codes {
            office.write(move |tx| know(tx, code).and_then(|symbol| keep(tx, symbol, true))).await.unwrap();
        }
        office
    }

    async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut WriteTx<'_>) -> Result<T, QuotesError> + Send + 'static,
    ) -> Result<T, QuotesError> {
        self.store.write(work).await
    }

    fn read<T>(&self, work: impl FnOnce(&ReadTx<'_>) -> Result<T, QuotesError>) -> T {
        self.store.read_here(work).unwrap()
    }

    async fn tell(&self, ticks: Vec<Tick>) -> Recorded {
        self.tell_as(ticks, told()).await
    }

    async fn tell_as(&self, ticks: Vec<Tick>, how: Told) -> Recorded {
        self.write(move |tx| record(tx, FEED, &ticks, &how)).await.unwrap()
    }

    /// Tells one price after the other, a minute apart.
    async fn tell_slowly(&self, code: &str, prices: &[&str]) -> Recorded {
        let mut all = Recorded::default();
        for price in prices {
            self.clock.wind(Duration::from_secs(60));
            all.add(self.tell(vec![tick(code, price)]).await);
        }
        all
    }

    fn quote(&self, code: &str) -> Quote {
        self.read(|tx| quote(tx, code))
    }

    fn price(&self, code: &str) -> String {
        self.quote(code).price.map(|price| price.value.to_string()).unwrap_or_default()
    }

    fn symbol(&self, code: &str) -> SymbolId {
        self.read(|tx| symbol(tx, code)).unwrap()
    }

    fn is_sound(&self) {
        assert_eq!(self.read(check_quotes), []);
    }
}
