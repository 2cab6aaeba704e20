//! What the demo's people watch: invented prices with ten years behind them, a list of the company and lists of their own,
//! alerts, holdings, and a price that was shared in a room.

use super::super::build::StartError;
use crate::domain::chat;
use crate::domain::people::{self, Person};
use crate::domain::quotes::{self, Condition, NewAlert, NewHolding, QuotesError, Reach, Span, Ways};
use crate::format::feed::Bar;
use crate::kernel::clock::Moment;
use crate::kernel::id::{PersonId, SymbolId};
use crate::services::command::{self, Told};
use crate::services::feeds::{self, simulated};
use crate::services::office::Office;
use chrono::{DateTime, TimeDelta};
use chrono_tz::Europe::Berlin;
use rust_decimal::Decimal;
use std::time::Duration;

/// Years behind each price.
const YEARS: u32 = 10;
/// Minutes of the last day stand two apart, those of the days before a quarter of an hour.
const DAY_STEP: u64 = 2;
const WEEK_STEP: u64 = 15;
/// Bars that go in one write.
const PER_WRITE: usize = 400;
const MINUTE: Duration = Duration::from_secs(60);

const COMPANY: [&str; 7] = ["ACME", "BETN", "STAL", "KUPF", "EURUSD", "TEMP", "IMMO"];
/// Lists of their own: whose, what it is called, what is on it.
const OWN: [(&str, &str, &[&str]); 5] = [
    (
        "alice",
        "Construction",
        &["ACME", "BETN", "HLZ", "STAL", "GLAS", "EURUSD", "KUPF", "DAMM", "ZEMT", "LIFT", "SOLR", "IMMO", "KRAN"],
    ),
    ("alice", "Currencies", &["EURUSD", "EURGBP", "EURCHF", "EURPLN", "EURCZK"]),
    ("alice", "Own money", &["ACME", "SOLR", "GOLD"]),
    ("bob", "Steel and copper", &["STAL", "ROHR", "KUPF", "ALUM", "ZINK"]),
    ("carla", "Façades", &["GLAS", "DAMM", "FARB"]),
];
/// Holdings: whose, of what, how many, what one cost as a part of a thousand of its price, since how many days.
const HELD: [(&str, &str, i64, i64, i64); 4] = [
    ("alice", "ACME", 150, 820, 640),
    ("alice", "SOLR", 400, 1_130, 210),
    ("alice", "GOLD", 3, 710, 1_400),
    ("bob", "STAL", 25, 940, 90),
];
/// Where a price is shared, and what is said about it.
const TALK: (&str, &str, &str) = ("bob", "KUPF", "Copper again. I’d order the roof before Friday.");

/// Sets all of it up.
pub async fn watch(office: &Office) -> Result<(), StartError> {
    let failed = |error: &dyn std::fmt::Display| StartError::Io(std::io::Error::other(error.to_string()));
    office.store.write(|tx| feeds::add_simulated(tx)).await.map_err(|error| failed(&error))?;
    let everybody = office.store.read(people::all).await.map_err(|error| failed(&error))?;
    let who = |name: &str| everybody.iter().find(|one| one.name == name).map(|one| one.id);
    lists(office, &who).await.map_err(|error| failed(&error))?;
    past(office).await.map_err(|error| failed(&error))?;
    present(office).await.map_err(|error| failed(&error))?;
    wishes(office, &who).await.map_err(|error| failed(&error))?;
    if let Some(bob) = everybody.iter().find(|one| one.name == TALK.0) {
        share(office, bob).await.map_err(|error| failed(&error))?;
    }
    Ok(())
}

async fn lists(office: &Office, who: &impl Fn(&str) -> Option<PersonId>) -> Result<(), QuotesError> {
    let mut all: Vec<(PersonId, &'static str, &'static [&'static str], bool)> = Vec::new();
    all.extend(who("alice").map(|alice| (alice, "House list", COMPANY.as_slice(), true)));
    all.extend(OWN.iter().filter_map(|(name, title, codes)| who(name).map(|id| (id, *title, *codes, false))));
    let made = office.store.write(move |tx| {
        for (id, title, codes, is_company) in all {
            let list = quotes::make_list(tx, id, title, is_company)?;
            for code in codes {
                quotes::add_symbol(tx, id, list, code)?;
            }
        }
        Ok::<_, QuotesError>(())
    });
    made.await
}

/// Writes the years before, and the minutes of the last days.
async fn past(office: &Office) -> Result<(), QuotesError> {
    let now = office.clock.now();
    for wanted in office.store.read(quotes::wanted).await? {
        let (symbol, code) = (wanted.symbol, wanted.code);
        let made = tokio::task::spawn_blocking(move || (simulated::bars(&code, now, YEARS), minutes(&code, now)));
        let Ok((days, minutes)) = made.await else { continue };
        keep(office, symbol, Span::Day, days).await?;
        keep(office, symbol, Span::Minute, minutes).await?;
    }
    Ok(())
}

async fn keep(office: &Office, symbol: SymbolId, span: Span, bars: Vec<Bar>) -> Result<(), QuotesError> {
    for some in bars.chunks(PER_WRITE) {
        let some = some.to_vec();
        office.store.write(move |tx| quotes::keep_bars(tx, symbol, span, &some)).await?;
    }
    Ok(())
}

fn minutes(code: &str, now: Moment) -> Vec<Bar> {
    let codes = [code.to_owned()];
    let day = (1..=24 * 60 / DAY_STEP).map(|step| step * DAY_STEP);
    let week = (1..=6 * 24 * 60 / WEEK_STEP).map(|step| 24 * 60 + step * WEEK_STEP);
    let ago: Vec<u64> = day.chain(week).collect();
    let mut bars: Vec<Bar> = Vec::with_capacity(ago.len());
    let mut traded = None;
    for ago in ago.into_iter().rev() {
        let at = Span::Minute.begin(now.minus(MINUTE * u32::try_from(ago).unwrap_or(0)));
        let Some(tick) = simulated::ticks(&codes, at).pop() else { continue };
        let open = bars.last().map_or(tick.price, |before| before.close);
        let (high, low) = (open.max(tick.price), open.min(tick.price));
        // What was traded is told from the beginning of the day on.
        let before = traded.replace(tick.volume).flatten();
        let volume = tick.volume.zip(before).map(|(now, before)| if now > before { now - before } else { now });
        bars.push(Bar { at, open, high, low, close: tick.price, volume });
    }
    bars
}

/// Has the feed tell what is now, so that nobody waits for the first price.
async fn present(office: &Office) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let (feeds, wanted) = office
        .store
        .read(|tx| Ok::<_, Box<dyn std::error::Error + Send + Sync>>((quotes::feeds(tx)?, quotes::wanted(tx)?)))
        .await?;
    let Some(feed) = feeds.first() else { return Ok(()) };
    let codes: Vec<_> = wanted.into_iter().map(|one| one.code).collect();
    let now = office.clock.now();
    let how = feeds::how(feed, Duration::from_secs(u64::try_from(feed.is.every).unwrap_or(5)), now);
    crate::services::quotes::record(office, feed.id, simulated::ticks(&codes, now), &how).await?;
    Ok(())
}

async fn wishes(office: &Office, who: &impl Fn(&str) -> Option<PersonId>) -> Result<(), QuotesError> {
    let held: Vec<_> = HELD
        .iter()
        .filter_map(|(name, code, amount, part, days)| Some((who(name)?, *code, *amount, *part, *days)))
        .collect();
    let alice = who("alice");
    let set = office.store.write(move |tx| {
        let today = DateTime::from_timestamp_millis(tx.now().millis()).unwrap_or_default().date_naive();
        for (id, code, amount, part, days) in held {
            let quote = quotes::quote(tx, code)?;
            let Some(price) = quote.price else { continue };
            let cost = (price.value * Decimal::new(part, 3)).round_dp(2);
            let day = today.checked_sub_signed(TimeDelta::days(days));
            let new = NewHolding {
                code: code.to_owned(),
                amount: amount.into(),
                cost,
                currency: quote.currency,
                day,
                note: String::new(),
            };
            quotes::add_holding(tx, id, &new)?;
        }
        let Some(alice) = alice else { return Ok(()) };
        let level = |tx: &crate::domain::store::ReadTx<'_>, code: &str, part: i64| {
            Ok::<_, QuotesError>(
                quotes::quote(tx, code)?.price.map(|price| (price.value * Decimal::new(part, 3)).round_dp(2)),
            )
        };
        let mut alerts =
            vec![("ACME", Condition::Falls(Decimal::from(3)), true), ("GOLD", Condition::High(Reach::Year), false)];
        alerts.extend(level(tx, "ACME", 1_020)?.map(|price| ("ACME", Condition::Above(price), false)));
        alerts.extend(level(tx, "KUPF", 985)?.map(|price| ("KUPF", Condition::Below(price), true)));
        for (code, condition, is_repeat) in alerts {
            let ways = Ways { by_chat: true, by_mail: is_repeat, by_push: true };
            quotes::set_alert(
                tx,
                alice,
                &NewAlert { code: code.to_owned(), condition, margin: None, is_repeat, ways },
            )?;
        }
        Ok::<_, QuotesError>(())
    });
    set.await
}

/// Bob shares a price in the first room he is in, and says what he thinks of it.
async fn share(office: &Office, bob: &Person) -> Result<(), command::CommandError> {
    let id = bob.id;
    let rooms = office.store.read(move |tx| chat::conversations(tx, id)).await?;
    let is_room = |one: &&chat::Listed| one.kind == chat::ConversationKind::Public && !one.is_archived;
    let Some(room) = rooms.iter().find(is_room) else { return Ok(()) };
    for text in [format!("/quote {}", TALK.1), TALK.2.to_owned()] {
        let told =
            Told { who: bob.clone(), at: room.id, text, client_id: String::new(), thread: None, zone: Some(Berlin) };
        if command::is_one(&told.text) {
            command::run(office, told).await?;
        } else {
            say(office, told).await?;
        }
    }
    Ok(())
}

async fn say(office: &Office, told: Told) -> Result<(), command::CommandError> {
    let new = chat::NewMessage {
        to: told.at,
        text: told.text,
        client_id: told.client_id,
        answers: None,
        thread: None,
        files: Vec::new(),
        kind: chat::MessageKind::Text,
    };
    let who = told.who.id;
    office.store.write(move |tx| chat::say(tx, who, &new).map(|_| ())).await?;
    Ok(())
}
