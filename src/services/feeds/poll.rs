//! Asks one feed, again and again.

use super::ask::{Said, Trouble, ask, key};
use super::line::{Line, UNREAD};
use super::wait::{RESTS_AFTER, after_answer, after_failure};
use super::{how, past, seconds, simulated};
use crate::domain::quotes::{self, Ask, Asking, Feed, Recorded, Round, SetUpError};
use crate::format::feed::{FeedError, Kind, Tick, table_of};
use crate::kernel::clock::Moment;
use crate::kernel::id::SymbolId;
use crate::kernel::secret;
use crate::services::office::Office;
use crate::services::quotes::record;
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::sleep;

/// How long a stream may be silent and still be taken to tell by itself.
const ALIVE: Duration = Duration::from_secs(60);

/// Asks the feed of a line until it is dropped.
pub(super) async fn run(office: &Office, line: &Line) {
    let (started, mut pace) = (office.clock.now(), Pace::default());
    loop {
        if let Err(error) = turn(office, line, started, &mut pace).await {
            tracing::error!(feed = %line.id, %error, "a feed could not be asked");
            sleep(UNREAD).await;
        }
    }
}

/// The requests of one feed, as many in a minute as it allows.
#[derive(Debug, Default)]
pub(super) struct Pace {
    last: Option<Moment>,
}

impl Pace {
    /// Waits until the next request may go.
    pub(super) async fn wait(&mut self, office: &Office, feed: &Feed) {
        let gap = gap(feed);
        if let Some(last) = self.last {
            office.clock.sleep_until(last.plus(gap)).await;
        }
        self.last = Some(office.clock.now());
    }
}

fn gap(feed: &Feed) -> Duration {
    match feed.is.options.per_minute {
        0 => Duration::ZERO,
        per_minute => Duration::from_secs(60) / per_minute,
    }
}

/// Asks what is due, or waits until something is.
async fn turn(office: &Office, line: &Line, started: Moment, pace: &mut Pace) -> Result<(), SetUpError> {
    let id = line.id;
    let Some(round) = office.store.read(move |tx| quotes::round(tx, id)).await? else {
        line.ask.notified().await;
        return Ok(());
    };
    if round.asks.is_empty() && !round.feed.is.kind.is_table() {
        line.ask.notified().await;
        return Ok(());
    }
    let (now, due) = (office.clock.now(), round.feed.next_at);
    if now >= due {
        if due > started {
            office.feeds.note_late(now.since(due));
        }
        return question(office, line, &round, round.asks.clone(), true, pace).await;
    }
    let new: Vec<Ask> = round.asks.iter().filter(|ask| ask.is_new).cloned().collect();
    if !new.is_empty() && round.feed.is_well() {
        return question(office, line, &round, new, false, pace).await;
    }
    if round.feed.is_well() && past::step(office, &round, pace, due).await? {
        return Ok(());
    }
    tokio::select! {
        () = office.clock.sleep_until(due) => {}
        () = line.ask.notified() => {}
    }
    Ok(())
}

/// Symbols that go into one request.
fn at_once(feed: &Feed) -> usize {
    let (is, facts) = (&feed.is, feed.is.kind.facts());
    let wished = usize::try_from(is.options.at_once).unwrap_or(0);
    if is.url.contains("{symbols}") {
        if wished == 0 { facts.at_once } else { wished.min(facts.at_once.max(1)) }
    } else if is.url.contains("{symbol}") {
        1
    } else {
        usize::MAX
    }
}

/// How often each symbol comes round: as often as is set, or as often as the pace allows.
pub(super) fn every(feed: &Feed, asks: usize) -> Duration {
    let requests = u32::try_from(asks.div_ceil(at_once(feed)).max(1)).unwrap_or(u32::MAX);
    seconds(feed.is.every).max(gap(feed).saturating_mul(requests))
}

/// What a round came to.
#[derive(Debug, Default)]
struct Came {
    recorded: Recorded,
    refused: Vec<(String, FeedError)>,
    told: usize,
    version: (String, String),
    is_same: bool,
}

/// Asks for these symbols, records what is told, and notes how it went and when the next question is.
async fn question(
    office: &Office,
    line: &Line,
    round: &Round,
    asks: Vec<Ask>,
    is_round: bool,
    pace: &mut Pace,
) -> Result<(), SetUpError> {
    let (feed, start) = (&round.feed, office.clock.now());
    let every = every(feed, round.asks.len());
    let mut came = Came::default();
    let parts: Vec<Vec<Ask>> = asks.chunks(at_once(feed)).map(<[Ask]>::to_vec).collect();
    let parts = if parts.is_empty() { vec![Vec::new()] } else { parts };
    let mut trouble = None;
    for part in parts {
        pace.wait(office, feed).await;
        match part_of(office, feed, &part, every, &mut came).await? {
            Ok(()) => {}
            Err(error) if error.is_of_symbol() && at_once(feed) == 1 && round.asks.len() > 1 => {
                if let (Trouble::Feed(error), Some(ask)) = (error, part.first()) {
                    came.refused.push((ask.code.clone(), error));
                }
                note(office, feed, &part, &[]).await?;
            }
            Err(error) => {
                trouble = Some(error);
                break;
            }
        }
    }
    let trouble = trouble.or_else(|| came.failed());
    let is_streamed = office.clock.now().since(line.heard_at()) < ALIVE;
    let (went, next_at) = match trouble {
        Some(trouble) => failed(office, feed, every, &trouble),
        None if is_round => (came.answered(line), after_answer(feed, every, is_streamed, start)),
        // What was new was asked between two rounds: the next round is when it was.
        None => (came.answered(line), feed.next_at),
    };
    let (id, is_other) = (feed.id, feed.is_well() != !matches!(went, Asking::Failed { .. }));
    office.store.write(move |tx| quotes::note_feed(tx, id, &went, next_at)).await?;
    if is_other {
        office.feeds.stir();
    }
    Ok(())
}

fn failed(office: &Office, feed: &Feed, every: Duration, trouble: &Trouble) -> (Asking, Moment) {
    let wait = after_failure(every, feed.fails, trouble.wait(), secret::random::<1>()[0]);
    let went = Asking::Failed {
        trouble: trouble.sentence(key(&feed.is)),
        cause: trouble.cause(),
        rests: feed.fails + 1 >= RESTS_AFTER,
    };
    tracing::info!(feed = %feed.id, cause = trouble.cause(), wait = wait.as_secs(), "a feed did not answer");
    (went, office.clock.now().plus(wait))
}

/// Asks one question and records what is told. The outer error is of the file.
async fn part_of(
    office: &Office,
    feed: &Feed,
    part: &[Ask],
    every: Duration,
    came: &mut Came,
) -> Result<Result<(), Trouble>, SetUpError> {
    let mut ours: HashMap<String, String> = part.iter().map(|ask| (ask.theirs.clone(), ask.code.clone())).collect();
    let mut codes: Vec<String> = part.iter().map(|ask| ask.theirs.clone()).collect();
    for rate in table_of(feed.is.kind) {
        if ours.insert(rate.clone(), rate.clone()).is_none() {
            codes.push(rate);
        }
    }
    let ticks = if feed.is.kind == Kind::Simulated {
        simulated::ticks(&codes, office.clock.now())
    } else {
        // A version is of one address: only where the address is always the same can it be asked what is new since.
        let is_one = !feed.is.url.contains("{symbol") && part.iter().all(|ask| !ask.is_new);
        let since = is_one.then_some((feed.etag.as_str(), feed.modified.as_str()));
        match ask(office, &feed.is, &codes, since).await {
            Err(trouble) => return Ok(Err(trouble)),
            Ok(Said::Same) => {
                let (id, how) = (feed.id, how(feed, every, office.clock.now()));
                let changed = office.store.write(move |tx| quotes::still(tx, id, &how)).await?;
                office.store.hub().quotes(&changed);
                came.is_same = true;
                return Ok(Ok(()));
            }
            Ok(Said::Told { answer, etag, modified }) => {
                came.version = if is_one { (etag, modified) } else { Default::default() };
                let is_asked = |code: &String| part.iter().any(|ask| ask.theirs == *code);
                came.refused.extend(answer.refused.into_iter().filter(|(code, _)| is_asked(code)));
                answer.ticks
            }
        }
    };
    came.told += ticks.len();
    let unknown: Vec<SymbolId> = part.iter().filter(|ask| came.is_unknown(&ask.theirs)).map(|ask| ask.symbol).collect();
    let told = |tick: Tick| ours.get(&tick.symbol).map(|code| Tick { symbol: code.clone(), ..tick });
    let ticks: Vec<Tick> = ticks.into_iter().filter_map(told).collect();
    let how = how(feed, every, office.clock.now());
    came.recorded.add(record(office, feed.id, ticks, &how).await?);
    note(office, feed, part, &unknown).await?;
    Ok(Ok(()))
}

/// Notes which symbols were asked for the first time, and which the feed does not know: then the next feed is asked for them.
async fn note(office: &Office, feed: &Feed, part: &[Ask], unknown: &[SymbolId]) -> Result<(), SetUpError> {
    let is_news = |ask: &&Ask| ask.is_new && !unknown.contains(&ask.symbol);
    let asked: Vec<SymbolId> = part.iter().filter(is_news).map(|ask| ask.symbol).collect();
    if asked.is_empty() && unknown.is_empty() {
        return Ok(());
    }
    let (id, gone, has_gone) = (feed.id, unknown.to_vec(), !unknown.is_empty());
    office.store.write(move |tx| quotes::note_sources(tx, id, &asked, &gone)).await?;
    if has_gone {
        office.feeds.stir();
    }
    Ok(())
}

impl Came {
    fn is_unknown(&self, code: &str) -> bool {
        self.refused.iter().any(|(refused, why)| refused == code && matches!(why, FeedError::UnknownSymbol(_)))
    }

    /// Why the round as a whole failed, if it did.
    fn failed(&self) -> Option<Trouble> {
        if self.is_same || self.told > 0 {
            let is_all_mistimed = self.told > 0 && self.recorded.mistimed == self.told;
            return is_all_mistimed.then_some(Trouble::Feed(FeedError::Ahead));
        }
        let is_unknown = |why: &FeedError| matches!(why, FeedError::UnknownSymbol(_));
        let (_, why) = self.refused.iter().find(|(_, why)| !is_unknown(why))?;
        Some(Trouble::Feed(why.clone()))
    }

    fn answered(&self, line: &Line) -> Asking {
        if self.is_same {
            return Asking::Same;
        }
        let (etag, modified) = self.version.clone();
        let trouble = [self.words(), line.trouble()].into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>();
        Asking::Answered { told: self.told, trouble: trouble.join("; "), etag, modified }
    }

    /// What is not as it should be, though the round went well.
    fn words(&self) -> String {
        let mut words = Vec::new();
        if let Some((code, why)) = self.refused.first() {
            let more = self.refused.len() - 1;
            let more = if more > 0 { format!(", and {more} more without a number") } else { String::new() };
            words.push(format!("{code}: {why}{more}"));
        }
        if let Some(code) = self.recorded.held.first() {
            words.push(format!("{code} jumped so far that it waits to be told again"));
        }
        if self.recorded.mistimed > 0 {
            words.push("its clock is ahead: some numbers bear a time that is yet to come".to_owned());
        }
        words.join("; ")
    }
}
