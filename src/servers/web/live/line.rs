//! One open stream: whom it follows, what it has told, and what it tells next.

use super::super::Web;
use super::super::error::WebError;
use super::super::presence::Watch;
use super::super::session::Visit;
use super::chat::Told;
use super::patch::Patches;
use super::quotes::{Moved, last_told, missed, newer, ring};
use super::streams::Opened;
use super::tail::Tail;
use super::{calendar, conversations, mail, plan, presence};
use crate::domain::chat::{self, ChatError, Followed};
use crate::domain::event::{Event, Signal};
use crate::domain::people::{self, Session};
use crate::domain::presence::Connection;
use crate::domain::quotes;
use crate::domain::store::{self, Change, Heard, Listener, News, Owner, ReadTx};
use crate::kernel::clock::{Moment, Stopwatch};
use crate::kernel::id::{ConversationId, CrossingId, PersonId, SymbolId};
use crate::services::manners::manners;
use actix_web::web::{Bytes, Data};
use serde_json::json;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// How often a quiet stream says that it lives. Browsers take it for dead after 45 seconds.
const BEAT: Duration = Duration::from_secs(20);
/// The first beat: that a page was left before it had read anything is noticed only by writing.
const FIRST_BEAT: Duration = Duration::from_secs(4);
/// Messages missed while a page was turned: so few may still ring.
const MISSED_RINGS: usize = 3;
/// How long prices, which are nobody's secret, go on without a look whether the session has ended.
const PRICES: Duration = Duration::from_secs(10);
/// People who look different by a new rule and are told one by one; of more, the page asks those it shows.
const TOLD_ANEW: usize = 50;
/// The pause between two tellings of counts: they are asked for anew each time.
const COUNTS: Duration = Duration::from_secs(1);

/// One open stream.
pub(super) struct Line {
    visit: Visit,
    who: PersonId,
    listener: Listener,
    /// While the stream is open, the person is here.
    here: Connection,
    /// How others look to the reader; known from the first piece on.
    watch: Option<Watch>,
    followed: HashMap<ConversationId, Followed>,
    end: Arc<Notify>,
    /// Said when the person has opened a symbol.
    looks: Arc<Notify>,
    id: u64,
    web: Data<Web>,
    since: i64,
    is_new: bool,
    /// How long the line may be quiet.
    quiet: Duration,
    /// When counts were last told, and whether they have changed since.
    counted: Option<Stopwatch>,
    is_uncounted: bool,
    /// What has come of conversations of a few people, and was not noted yet.
    delivered: HashMap<ConversationId, i64>,
    /// The end of the log.
    tail: Tail,
    /// Prices that have moved and were not told yet.
    moved: Moved,
    /// The last alert that has rung, or had before the stream began.
    rung: Option<CrossingId>,
    /// Up to when the browser knows prices; `None` where its page shows none.
    priced: Option<Moment>,
    /// When the session was last seen to be one.
    checked: Stopwatch,
}

impl Drop for Line {
    fn drop(&mut self) {
        self.web.streams.close(self.who, self.id);
    }
}

/// Whether a change leaves the counts as they are.
const fn is_quiet(event: Event) -> bool {
    calendar::is_calendar(event) || matches!(event, Event::QuotesChanged)
}

/// The next piece of a stream, and what comes after it.
pub(super) async fn piece(mut line: Line) -> Option<(Result<Bytes, actix_web::Error>, Option<Line>)> {
    let told = if line.is_new { line.first().await } else { line.wait().await };
    match told {
        Ok(Some(text)) => Some((Ok(text), Some(line))),
        Ok(None) => None,
        // The session ended meanwhile, or the file cannot be read: the browser comes back and learns which.
        Err(_) => Some((Ok(Bytes::from_static(b"event: end\ndata: {}\n\n")), None)),
    }
}

impl Line {
    /// A line that goes on from what the browser knows.
    pub(super) fn open(visit: Visit, session: &Session, since: i64) -> Self {
        let (web, who) = (visit.web.clone(), session.person.id);
        let Opened { id, end, looks } = web.streams.open(session);
        let here = web.office.presence.connect(who, presence::device(&visit.agent, session.id));
        let mut listener = web.office.store.hub().listen();
        listener.follow_only([Owner::Person(who), Owner::Office]);
        let priced = visit.query.get("prices").parse().ok().map(Moment::from_millis);
        Self {
            visit,
            who,
            listener,
            here,
            watch: None,
            followed: HashMap::new(),
            end,
            looks,
            id,
            web,
            since,
            is_new: true,
            quiet: FIRST_BEAT,
            counted: None,
            is_uncounted: false,
            delivered: HashMap::new(),
            tail: Tail::default(),
            moved: Moved::default(),
            rung: None,
            priced,
            checked: Stopwatch::start(),
        }
    }

    /// Greets, and tells what was missed.
    async fn first(&mut self) -> Result<Option<Bytes>, WebError> {
        self.is_new = false;
        self.follow_log();
        self.follow().await?;
        self.missed_quotes().await?;
        self.catch_up(self.hello()).await.map(Some)
    }

    /// Says that what is only of this moment may have been missed. Of presence nothing is kept: the browser asks anew.
    fn hello(&self) -> Patches {
        let mut patches = Patches::default();
        patches.say(None, "hello", &json!({ "stream": self.here.id() }), "");
        patches
    }

    /// Follows the conversations that the person is in now, and no other.
    async fn follow(&mut self) -> Result<(), WebError> {
        let visit = self.visit.clone();
        let read = move |tx: &ReadTx<'_>, session: &Session| {
            let who = session.person.id;
            let alerts = (quotes::followed(tx, who)?, last_told(tx, who)?);
            Ok((chat::followed(tx, who)?, Watch::new(tx, &visit, who)?, alerts))
        };
        let (followed, watch, (symbols, last)) = self.visit.read(read).await?;
        // Whom the reader could see until now is needed once more, to tell that somebody has just hidden.
        self.watch.get_or_insert(watch);
        self.rung.get_or_insert(last);
        self.checked = Stopwatch::start();
        let own = [Owner::Person(self.who), Owner::Office];
        self.listener.follow_only(followed.iter().map(|one| one.id.into()).chain(own));
        self.follow_symbols(symbols).await?;
        self.followed = followed.into_iter().map(|one| (one.id, one)).collect();
        Ok(())
    }

    /// Tells what happened since the browser last heard.
    async fn catch_up(&mut self, mut patches: Patches) -> Result<Bytes, WebError> {
        let (since, owners) = (self.since, self.listener.owners());
        let read =
            move |tx: &ReadTx<'_>, _: &Session| Ok((store::revision(tx)?, store::changes_since(tx, &owners, since)?));
        let (now, missed) = self.visit.read(read).await?;
        match missed {
            None => patches.say(Some(now), "resync", &json!({}), ""),
            Some(missed) => {
                // What came together while nobody looked does not ring one by one.
                let said = missed.iter().filter(|change| matches!(change.event, Event::ChatSaid { .. }));
                let is_live = said.count() <= MISSED_RINGS;
                self.changed(missed, &mut patches, is_live).await?;
                patches.say(Some(now), "beat", &json!({}), "");
            }
        }
        self.since = now;
        Ok(patches.into_bytes())
    }

    /// What happens next; `None` where the stream is to end.
    async fn wait(&mut self) -> Result<Option<Bytes>, WebError> {
        loop {
            let (counts, quotes) = (self.until_counts(), self.moved.until_told());
            if quotes == Some(Duration::ZERO) {
                return self.quotes().await.map(Some);
            }
            let heard = tokio::select! {
                () = self.end.notified() => return Ok(None),
                heard = self.listener.next() => heard,
                () = self.looks.notified() => {
                    self.follow_log();
                    self.follow_quotes().await?;
                    continue;
                }
                newest = self.tail.next() => return self.lines(newest).await.map(Some),
                () = tokio::time::sleep(counts.unwrap_or(self.quiet).min(quotes.unwrap_or(self.quiet))) => {
                    return match (counts, quotes) {
                        (_, Some(quotes)) if counts.is_none_or(|counts| quotes <= counts) => self.quotes().await,
                        (Some(_), _) => self.counts().await,
                        _ => self.beat().await,
                    }.map(Some);
                }
            };
            let told = match heard {
                Heard::News(news) => self.news(news).await?,
                Heard::Lagged => {
                    self.follow().await?;
                    self.missed_quotes().await?;
                    self.catch_up(self.hello()).await?
                }
                Heard::Closed => return Ok(None),
            };
            // Nothing at all is sent of what the reader may not know: not even that something happened.
            if !told.is_empty() {
                return Ok(Some(told));
            }
        }
    }

    /// Says that the line lives, while the session does.
    async fn beat(&mut self) -> Result<Bytes, WebError> {
        self.quiet = BEAT;
        self.visit.read(|_, _| Ok(())).await?;
        Ok(Bytes::from_static(b"event: beat\ndata: {}\n\n"))
    }

    async fn news(&mut self, mut news: News) -> Result<Bytes, WebError> {
        news.changes.retain(|change| change.revision > self.since);
        news.signals.retain(|signal| !self.moved.takes(*signal));
        if news.changes.is_empty() && news.signals.is_empty() {
            return Ok(Bytes::new());
        }
        self.check(COUNTS).await?;
        // Most pieces are one message, and everybody is sent the same bytes.
        if let ([change], []) = (news.changes.as_slice(), news.signals.as_slice())
            && let Some(told) = self.told(*change).await?
            && !self.rings(&told)
        {
            self.since = change.revision;
            self.came(&told);
            return Ok(told.event.clone());
        }
        let mut patches = Patches::default();
        if news.changes.iter().any(|change| change.event == Event::ConversationsChanged) {
            // What was said in a conversation since the person joined it is told from the log.
            self.follow().await?;
            patches.add(&self.catch_up(Patches::default()).await?);
        } else if let Some(last) = news.changes.last().map(|change| change.revision) {
            self.changed(news.changes, &mut patches, true).await?;
            patches.say(Some(last), "beat", &json!({}), "");
            self.since = last;
        }
        self.signals(news.signals, &mut patches).await?;
        Ok(patches.into_bytes())
    }

    /// Tells what changed: what is the person's own, then what everybody in a conversation is told.
    ///
    /// What is own bears no number: where the line breaks in between, the browser asks again from before it.
    async fn changed(&mut self, changes: Vec<Change>, to: &mut Patches, is_live: bool) -> Result<(), WebError> {
        calendar::tell(&changes, to);
        if changes.iter().any(|change| change.event == Event::QuotesChanged) {
            self.follow_quotes().await?;
            to.say(None, "quotes", &json!({}), "");
            self.ring_alerts(to).await?;
        }
        let (own, shared): (Vec<_>, Vec<_>) =
            changes.into_iter().partition(|change| matches!(change.owner, Owner::Person(_)));
        if !own.is_empty() {
            self.is_uncounted |= own.iter().any(|change| !mail::is_mail(change.event) && !is_quiet(change.event));
            let visit = self.visit.clone();
            let tell = move |tx: &ReadTx<'_>, session: &Session| {
                let mut patches = Patches::default();
                if own.iter().any(|change| mail::is_mail(change.event)) {
                    mail::tell(tx, session.person.id, visit.reader(), &own, &mut patches)?;
                }
                if own.iter().any(|change| change.event == Event::RemindersChanged) {
                    plan::tell(tx, session, &visit, &own, &mut patches)?;
                }
                if own.iter().any(|change| change.event == Event::ConversationsChanged) {
                    conversations::tell(tx, session.person.id, &visit, &mut patches)?;
                }
                Ok(patches)
            };
            to.add(self.visit.read(tell).await?.as_bytes());
        }
        for change in shared {
            if let Event::ConversationChanged { conversation } = change.event {
                if !self.followed.contains_key(&conversation) {
                    continue;
                }
                to.say(Some(change.revision), "conversation", &json!({ "conversation": conversation }), "");
            } else if change.event == Event::PoliciesChanged {
                self.ruled(to).await?;
                to.say(Some(change.revision), "policies", &json!({}), "");
            } else if change.event == Event::OfficeSaid {
                to.say(Some(change.revision), "office", &json!({}), "");
            } else if let Some(told) = self.told(change).await? {
                self.came(&told);
                to.add(&told.event);
                if let Some(ring) = told.ring.as_ref().filter(|_| is_live && self.rings(&told)) {
                    ring.say(to);
                }
            }
        }
        Ok(())
    }

    /// Tells of those who look different to the reader since the office's rules have changed; where they are many, that the
    /// page asks anew of those it shows.
    async fn ruled(&mut self, to: &mut Patches) -> Result<(), WebError> {
        let Some(mut watch) = self.watch.take() else { return Ok(()) };
        let visit = self.visit.clone();
        let look = move |tx: &ReadTx<'_>, _: &Session| Ok((watch.anew(tx, &visit)?, watch));
        let (others, watch) = self.visit.read(look).await?;
        if others.len() > TOLD_ANEW {
            to.add(self.hello().as_bytes());
        } else {
            others.into_iter().for_each(|person| to.say(None, "presence", &watch.of(person).json(), ""));
        }
        self.watch = Some(watch);
        Ok(())
    }

    /// The event of a change to a message, where this person may read it.
    async fn told(&self, change: Change) -> Result<Option<Arc<Told>>, WebError> {
        let Owner::Conversation(conversation) = change.owner else { return Ok(None) };
        let Some(followed) = self.followed.get(&conversation) else { return Ok(None) };
        let told = self.web.written.of(&self.visit, change, followed.first).await?;
        Ok(told.filter(|told| told.number >= followed.first))
    }

    /// Notes that a message has come, for the counts and for its sender.
    fn came(&mut self, told: &Told) {
        self.is_uncounted = true;
        if let Some(ring) = told.ring.as_ref().filter(|ring| ring.is_among_few(self.who)) {
            let upto = self.delivered.entry(ring.conversation).or_default();
            *upto = told.number.max(*upto);
        }
    }

    /// Whether a message rings here: the person wants it, is not busy, and uses this connection most.
    fn rings(&self, told: &Told) -> bool {
        let Some(ring) = &told.ring else { return false };
        let level = self.followed.get(&ring.conversation).map(|followed| followed.level);
        level.is_some_and(|level| ring.is_for(self.who, level)) && self.is_rung_here()
    }

    /// Whether the person is rung on this connection: it is used most, and the person is not busy.
    fn is_rung_here(&self) -> bool {
        self.web.office.presence.ring_target(self.who) == Some(self.here.id())
            && self.watch.as_ref().is_some_and(|watch| !watch.is_busy(self.who))
    }

    /// Tells what is so at this moment.
    async fn signals(&mut self, signals: Vec<Signal>, to: &mut Patches) -> Result<(), WebError> {
        let is_marked = |signal: &Signal| !matches!(signal, Signal::Presence(_) | Signal::Quote(_));
        let told =
            if signals.iter().any(is_marked) { Some(self.visit.read(|tx, _| Ok(manners(tx)?)).await?) } else { None };
        for signal in &signals {
            match *signal {
                // What was said of a conversation just before it was left may still be heard.
                Signal::Typing { conversation, .. }
                | Signal::Delivered { conversation, .. }
                | Signal::Read { conversation, .. }
                    if !self.followed.contains_key(&conversation) => {}
                Signal::Typing { person, .. } | Signal::Delivered { person, .. } if person == self.who => {}
                Signal::Typing { .. } if !told.is_some_and(|told| told.tells_typing) => {}
                Signal::Delivered { .. } | Signal::Read { .. } if !told.is_some_and(|told| told.tells_read) => {}
                Signal::Delivered { conversation, person, upto } => {
                    let head = json!({ "conversation": conversation, "person": person, "upto": upto });
                    to.say(None, "delivered", &head, "");
                }
                Signal::Typing { conversation, person } => {
                    let who = self.visit.read(move |tx, _| Ok(people::person(tx, person)?)).await?;
                    let name = who.map(|who| who.full_name);
                    let head = json!({ "conversation": conversation, "person": person, "name": name });
                    to.say(None, "typing", &head, "");
                }
                Signal::Read { conversation, person, upto } => {
                    let head = json!({ "conversation": conversation, "person": person, "upto": upto });
                    to.say(None, "read", &head, "");
                }
                // Those who changed are told of together, below; prices, in their own time.
                Signal::Presence(_) | Signal::Quote(_) => {}
            }
        }
        let is_presence = |signal: &Signal| matches!(signal, Signal::Presence(_));
        if signals.iter().any(is_presence)
            && let Some(mut watch) = self.watch.take()
        {
            let visit = self.visit.clone();
            let tell = move |tx: &ReadTx<'_>, _: &Session| {
                let mut patches = Patches::default();
                presence::tell(tx, &visit, &mut watch, &signals, &mut patches)?;
                Ok((patches, watch))
            };
            let (patches, watch) = self.visit.read(tell).await?;
            self.watch = Some(watch);
            to.add(patches.as_bytes());
        }
        Ok(())
    }

    /// How long until counts are to be told; `None` where they were.
    fn until_counts(&self) -> Option<Duration> {
        self.is_uncounted.then(|| self.counted.map_or(Duration::ZERO, |last| COUNTS.saturating_sub(last.elapsed())))
    }

    /// Follows the log while the person looks at it.
    fn follow_log(&mut self) {
        if self.web.streams.watches_log(self.who) {
            let office = &self.web.office;
            self.tail.follow(|| office.status.journal().follow());
        } else {
            self.tail.leave();
        }
    }

    /// Tells that there are new lines in the log, to who may read it still.
    async fn lines(&mut self, newest: u64) -> Result<Bytes, WebError> {
        self.follow_log();
        let may_read = self.visit.read(|_, session| Ok(session.person.role.runs_office())).await?;
        let mut patches = Patches::default();
        if may_read {
            patches.say(None, "log", &json!({ "newest": newest }), "");
        } else {
            self.tail.leave();
            patches.say(None, "beat", &json!({}), "");
        }
        Ok(patches.into_bytes())
    }

    /// Ends the stream where its session has ended, by a look at the file at most once in `pause`: what was written for
    /// others already is sent without one, but nobody reads on for long.
    async fn check(&mut self, pause: Duration) -> Result<(), WebError> {
        if self.checked.elapsed() > pause {
            self.visit.read(|_, _| Ok(())).await?;
            self.checked = Stopwatch::start();
        }
        Ok(())
    }

    /// Tells the prices that have moved.
    async fn quotes(&mut self) -> Result<Bytes, WebError> {
        self.check(PRICES).await?;
        let symbols = self.moved.take();
        self.priced = Some(self.web.office.clock.now());
        self.web.rows.of(&self.visit, &symbols).await
    }

    /// Rings for alerts that were crossed, where the person is to be rung here.
    async fn ring_alerts(&mut self, to: &mut Patches) -> Result<(), WebError> {
        let (Some(since), visit, who) = (self.rung, self.visit.clone(), self.who) else { return Ok(()) };
        let tell = move |tx: &ReadTx<'_>, _: &Session| {
            let mut patches = Patches::default();
            Ok((ring(tx, who, &visit, since, &mut patches)?, patches))
        };
        let (last, patches) = self.visit.read(tell).await?;
        self.rung = Some(last);
        if self.is_rung_here() {
            to.add(patches.as_bytes());
        }
        Ok(())
    }

    /// Finds the prices that have moved since the browser last heard of any. Nothing of them is kept in the log.
    async fn missed_quotes(&mut self) -> Result<(), WebError> {
        let (Some(since), symbols) = (self.priced, self.listener.symbols()) else { return Ok(()) };
        let missed = self.visit.read(move |tx, _| missed(tx, &symbols, since)).await?;
        self.moved.add(missed);
        Ok(())
    }

    /// Follows the prices on the person's pages, and no other.
    async fn follow_quotes(&mut self) -> Result<(), WebError> {
        let symbols = self.visit.read(|tx, session| Ok(quotes::followed(tx, session.person.id)?)).await?;
        self.follow_symbols(symbols).await
    }

    /// Follows these symbols and those on pages of the person's. What came after such a page was made and before now is
    /// told: nobody heard it.
    async fn follow_symbols(&mut self, symbols: Vec<SymbolId>) -> Result<(), WebError> {
        let mut looked = self.web.streams.looked_at(self.who);
        let before: HashSet<SymbolId> = self.listener.symbols().into_iter().collect();
        self.listener.follow_symbols(symbols.into_iter().chain(looked.iter().map(|one| one.symbol)));
        looked.retain(|one| !before.contains(&one.symbol));
        if !looked.is_empty() {
            let newer = self.visit.read(move |tx, _| newer(tx, &looked)).await?;
            self.moved.add(newer);
        }
        Ok(())
    }

    /// Tells what is unread.
    async fn counts(&mut self) -> Result<Bytes, WebError> {
        (self.is_uncounted, self.counted) = (false, Some(Stopwatch::start()));
        self.note_delivered();
        let unread = self.visit.read(|tx, session| Ok(chat::unread(tx, session.person.id)?)).await?;
        let mut patches = Patches::default();
        conversations::count(&unread, &mut patches);
        Ok(patches.into_bytes())
    }

    /// Writes down what has come, beside the stream: nobody waits for it.
    fn note_delivered(&mut self) {
        let (who, delivered) = (self.who, std::mem::take(&mut self.delivered));
        if delivered.is_empty() {
            return;
        }
        let office = self.web.office.clone();
        actix_web::rt::spawn(async move {
            let noted = office.store.write(move |tx| {
                let mut news = Vec::new();
                for (conversation, upto) in delivered {
                    if chat::mark_delivered(tx, who, conversation, upto)? {
                        news.push((conversation, upto));
                    }
                }
                Ok::<_, ChatError>(news)
            });
            for (conversation, upto) in noted.await.unwrap_or_default() {
                let signal = Signal::Delivered { conversation, person: who, upto };
                office.store.hub().signal(conversation.into(), signal);
            }
        });
    }
}
