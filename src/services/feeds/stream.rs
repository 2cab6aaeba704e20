//! Listens to the stream of one feed: a WebSocket over a line of our own, looked at as every other. RFC 6455.
//!
//! What it tells first is recorded at once, and what comes within a moment of that is gathered and recorded together. It comes
//! back by itself, later and later, and asks for what is wanted at that time. While it is silent, or gone, the feed is asked as
//! if it had none.

use super::address::{filled, hidden};
use super::ask::{auth, key};
use super::how;
use super::line::Line;
use super::poll::every;
use crate::domain::quotes::{self, Ask, Asking, Feed, Round};
use crate::format::feed::{Adapter, Asked, FeedError, Tick, adapter};
use crate::kernel::clock::{Moment, Stopwatch};
use crate::kernel::{limits, secret};
use crate::services::office::Office;
use crate::services::outside::{Reach, Wire};
use crate::services::quotes::record;
use futures_util::{SinkExt as _, StreamExt as _};
use std::collections::{BTreeSet, HashMap};
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error as SocketError, Message};

/// How long what is told is gathered after something was recorded.
const GATHER: Duration = Duration::from_millis(50);
/// Numbers that are gathered at the most.
const GATHERED: usize = 2000;
/// How often a word is said so that the stream goes on.
const HEARTBEAT: Duration = Duration::from_secs(10);
/// A stream that says nothing at all for so long is taken to be dead.
const SILENT: Duration = Duration::from_secs(90);
/// The first wait before a stream is opened again, and the longest.
const WAITS: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(300));
/// A stream that went on for so long was well: the next wait is the first again.
const WELL: Duration = Duration::from_secs(60);
/// How often it is noted that numbers come.
const NOTED: Duration = Duration::from_secs(10);
/// Messages in a row that may be none.
const ODD: u32 = 20;

type Socket = WebSocketStream<Box<dyn Wire>>;

/// Listens to the stream of a line until it is dropped. A feed without one is left alone.
pub(super) async fn run(office: &Office, line: &Line) {
    let mut wait = WAITS.0;
    loop {
        let id = line.id;
        let round = office.store.read(move |tx| quotes::round(tx, id)).await.ok().flatten();
        let now = office.clock.now();
        let streamed = round.filter(has_stream).and_then(|round| Some((adapter(round.feed.is.kind)?, round)));
        let Some((adapter, round)) = streamed else {
            line.listen.notified().await;
            continue;
        };
        if let Some(opens) =
            round.feed.is.options.hours.as_ref().map(|hours| hours.next_open(now)).filter(|at| *at > now)
        {
            tokio::select! {
                () = office.clock.sleep_until(opens) => {}
                () = line.listen.notified() => {}
            }
            continue;
        }
        let watch = Stopwatch::start();
        let mut ear = Ear {
            office,
            line,
            adapter,
            feed: round.feed,
            codes: Vec::new(),
            ours: HashMap::new(),
            said: BTreeSet::new(),
            gathered: Vec::new(),
            noted: None,
            odd: 0,
        };
        ear.mind(round.asks);
        let why = ear.listen().await;
        ear.gather().await;
        let words = hidden(&why, key(&ear.feed.is)).into_owned();
        tracing::info!(feed = %id, why = %words, "a stream ended");
        line.set_trouble(format!("its stream is down: {words}"));
        wait = if watch.elapsed() >= WELL { WAITS.0 } else { wait };
        sleep(wait.mul_f64(1.0 + f64::from(secret::random::<1>()[0]) / 255.0 / 4.0)).await;
        wait = (wait * 2).min(WAITS.1);
    }
}

fn has_stream(round: &Round) -> bool {
    let is = &round.feed.is;
    is.kind.has_stream() && !is.options.stream.is_empty() && !round.asks.is_empty()
}

/// Who listens to one stream.
struct Ear<'a> {
    office: &'a Office,
    line: &'a Line,
    adapter: &'static dyn Adapter,
    feed: Feed,
    /// What is wanted, by the names it has there.
    codes: Vec<String>,
    /// By these names, ours.
    ours: HashMap<String, String>,
    /// What the stream was asked for.
    said: BTreeSet<String>,
    gathered: Vec<Tick>,
    noted: Option<Moment>,
    odd: u32,
}

impl Ear<'_> {
    /// Listens for these symbols from now on.
    fn mind(&mut self, asks: Vec<Ask>) {
        self.codes = asks.iter().map(|ask| ask.theirs.clone()).collect();
        self.ours = asks.into_iter().map(|ask| (ask.theirs, ask.code)).collect();
    }

    /// Listens until the stream ends, and says why it did.
    async fn listen(&mut self) -> String {
        let mut socket = match timeout(limits::FEED_WITHIN, self.open()).await {
            Ok(Ok(socket)) => socket,
            Ok(Err(why)) => return why,
            Err(_) => return "no answer in time".to_owned(),
        };
        if let Err(why) = self.subscribe(&mut socket).await {
            return why;
        }
        let mut beating = interval(HEARTBEAT);
        beating.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut recorded = Stopwatch::start();
        let (mut last, mut pace) = (Stopwatch::start(), Pace::new());
        loop {
            tokio::select! {
                message = socket.next() => {
                    last = Stopwatch::start();
                    match self.hear(message) {
                        Ok(()) => {}
                        Err(why) => return why,
                    }
                    if self.gathered.len() >= GATHERED {
                        self.gather().await;
                        recorded = Stopwatch::start();
                    }
                    pace.wait().await;
                }
                () = sleep(GATHER.saturating_sub(recorded.elapsed())), if !self.gathered.is_empty() => {
                    self.gather().await;
                    recorded = Stopwatch::start();
                }
                _ = beating.tick() => {
                    if last.elapsed() > SILENT {
                        return "it fell silent".to_owned();
                    }
                    let word = self.adapter.heartbeat().map_or_else(|| Message::Ping(Vec::new().into()), Message::text);
                    if let Err(why) = say(&mut socket, word).await {
                        return why;
                    }
                }
                () = self.line.listen.notified() => {
                    let id = self.line.id;
                    let round = self.office.store.read(move |tx| quotes::round(tx, id)).await.ok().flatten();
                    self.mind(round.map(|round| round.asks).unwrap_or_default());
                    if self.codes.is_empty() {
                        return "nothing is asked of it".to_owned();
                    }
                    if let Err(why) = self.subscribe(&mut socket).await {
                        return why;
                    }
                }
            }
        }
    }

    async fn open(&self) -> Result<Socket, String> {
        let is = &self.feed.is;
        let url = filled(&is.options.stream, &[], ",", key(is));
        let reach = Reach { url: url.clone(), host: is.allowed_host.clone() };
        let wire = self.office.outside.fetcher.open(&reach).await.map_err(|error| error.to_string())?;
        let mut request = url.into_client_request().map_err(|error| plain(&error))?;
        if let Some((name, value)) = auth(is) {
            let value = HeaderValue::from_str(&value).map_err(|_| "the key cannot be told in a header".to_owned())?;
            request.headers_mut().insert(name, value);
        }
        let config = WebSocketConfig::default()
            .max_message_size(Some(limits::FEED_MESSAGE))
            .max_frame_size(Some(limits::FEED_MESSAGE));
        let opened = tokio_tungstenite::client_async_with_config(request, wire, Some(config)).await;
        opened.map(|(socket, _)| socket).map_err(|error| plain(&error))
    }

    /// Asks the stream for what it was not asked for yet.
    async fn subscribe(&mut self, socket: &mut Socket) -> Result<(), String> {
        let new: Vec<String> = self.codes.iter().filter(|code| self.said.insert((*code).clone())).cloned().collect();
        if new.is_empty() {
            return Ok(());
        }
        for words in self.adapter.subscribe(&new) {
            say(socket, Message::text(words)).await?;
        }
        Ok(())
    }

    /// Takes one message in; says why the stream is over where it is.
    fn hear(&mut self, message: Option<Result<Message, SocketError>>) -> Result<(), String> {
        let told = match message {
            None | Some(Ok(Message::Close(_))) => return Err("it was closed there".to_owned()),
            Some(Err(error)) => return Err(plain(&error)),
            Some(Ok(message @ (Message::Text(_) | Message::Binary(_)))) => {
                let asked = Asked { codes: &self.codes, options: &self.feed.is.options, now: self.office.clock.now() };
                self.adapter.streamed(&message.into_data(), &asked)
            }
            Some(Ok(_)) => Ok(Vec::new()),
        };
        match told {
            Ok(ticks) => {
                self.odd = 0;
                self.line.hear(self.office.clock.now());
                self.gathered.extend(ticks);
                Ok(())
            }
            Err(error @ (FeedError::Refused | FeedError::BadKey | FeedError::RateLimited { .. })) => {
                Err(error.to_string())
            }
            Err(error) => {
                self.odd += 1;
                if self.odd > ODD { Err(error.to_string()) } else { Ok(()) }
            }
        }
    }

    /// Records what was gathered.
    async fn gather(&mut self) {
        if self.gathered.is_empty() {
            return;
        }
        let told = std::mem::take(&mut self.gathered);
        let ours = |tick: Tick| Some(Tick { symbol: self.ours.get(&tick.symbol)?.clone(), ..tick });
        let ticks: Vec<Tick> = told.into_iter().filter_map(ours).collect();
        let (count, now) = (ticks.len(), self.office.clock.now());
        let how = how(&self.feed, every(&self.feed, self.codes.len()), now);
        if let Err(error) = record(self.office, self.feed.id, ticks, &how).await {
            tracing::error!(%error, "what a stream told could not be recorded");
            return;
        }
        self.line.set_trouble(String::new());
        if self.noted.is_none_or(|noted| now.since(noted) >= NOTED) {
            self.noted = Some(now);
            self.note(count).await;
        }
    }

    async fn note(&self, told: usize) {
        let id = self.feed.id;
        let noted = self.office.store.write(move |tx| {
            let Some(feed) = quotes::feed(tx, id)?.filter(Feed::is_well) else { return Ok(()) };
            let went = Asking::Answered { told, trouble: String::new(), etag: feed.etag, modified: feed.modified };
            quotes::note_feed(tx, id, &went, feed.next_at)
        });
        if let Err(error) = noted.await {
            tracing::error!(%error, "it could not be noted that a stream tells");
        }
    }
}

/// Says something on a stream. Who takes nothing in is not waited for.
async fn say(socket: &mut Socket, words: Message) -> Result<(), String> {
    match timeout(limits::FEED_WITHIN, socket.send(words)).await {
        Ok(said) => said.map_err(|error| plain(&error)),
        Err(_) => Err("it takes nothing in".to_owned()),
    }
}

/// Messages of one second.
struct Pace {
    second: Stopwatch,
    count: usize,
}

impl Pace {
    fn new() -> Self {
        Self { second: Stopwatch::start(), count: 0 }
    }

    /// Lets what comes too fast wait where it comes from.
    async fn wait(&mut self) {
        self.count += 1;
        let elapsed = self.second.elapsed();
        if elapsed >= Duration::from_secs(1) {
            *self = Self::new();
        } else if self.count >= limits::FEED_MESSAGES {
            sleep(Duration::from_secs(1).saturating_sub(elapsed)).await;
            *self = Self::new();
        }
    }
}

/// What went wrong with a socket, without what was said on it.
fn plain(error: &SocketError) -> String {
    match error {
        SocketError::Http(answer) => format!("it answered with status {}", answer.status().as_u16()),
        SocketError::Capacity(_) => "it sent more at once than is taken".to_owned(),
        SocketError::ConnectionClosed | SocketError::AlreadyClosed => "it was closed there".to_owned(),
        SocketError::Url(_) | SocketError::HttpFormat(_) => "its address is none that a stream can have".to_owned(),
        SocketError::Io(error) => error.kind().to_string(),
        _ => "what it speaks is no WebSocket".to_owned(),
    }
}
