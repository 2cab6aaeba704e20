//! Presence in words: what the header, lists and the live stream show of people, and the menu that changes one's own.

use super::error::WebError;
use super::form::Fields;
use super::page::{PageResult, fragment, local, see, with};
use super::session::Visit;
use super::shell::Toast;
use super::words::Reader;
use crate::domain::presence::{self, Board, Choice, Chosen, Eyes, NewChoice, Presence, Show};
use crate::domain::store::ReadTx;
use crate::kernel::clock::Moment;
use crate::kernel::id::{PersonId, StreamId};
use crate::services;
use actix_web::HttpResponse;
use actix_web::web::{Form, Json};
use askama::Template;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// People asked after at once.
const ASKED: usize = 1000;
/// The longest that a browser may say it was left alone.
const LEFT_ALONE: Duration = Duration::from_secs(24 * 3600);

/// A person's presence as it is shown: a dot with its name, and a line.
#[derive(Debug, Clone)]
pub struct PresenceView {
    /// Whose.
    pub person: PersonId,
    /// The dot's class.
    pub show: &'static str,
    /// The dot's name.
    pub label: &'static str,
    /// The whole line: `Do not disturb until 16:00 · drawing`.
    pub words: String,
    /// The person's own note.
    pub note: String,
}

impl PresenceView {
    /// What these eyes may know, in this reader's words.
    pub fn new(person: PersonId, presence: &Presence, reader: Reader) -> Self {
        let (show, label) = dot(presence);
        let mut words = label.to_owned();
        if let Some(at) = presence.since {
            words = format!("{words} since {}", reader.when(at).clock());
        }
        if let Some(at) = presence.until {
            words = format!("{words} until {}", reader.upto(at));
        }
        if let Some(at) = presence.last_seen.filter(|_| !presence.is_invisible) {
            words = format!("{words}, last seen {}", reader.last_seen(at));
        }
        for (joint, more) in [(", ", &presence.reason), (" · ", &presence.note)] {
            if !more.is_empty() {
                words = [&words, joint, more].concat();
            }
        }
        Self { person, show, label, words, note: presence.note.clone() }
    }

    /// As of one who never came.
    pub fn unknown(person: PersonId) -> Self {
        let (show, label) = dot(&Presence::default());
        Self { person, show, label, words: label.to_owned(), note: String::new() }
    }

    /// As the live stream and scripts say it.
    pub fn json(&self) -> Value {
        json!({
            "person": self.person, "show": self.show, "label": self.label, "words": self.words, "note": self.note,
        })
    }
}

const fn dot(presence: &Presence) -> (&'static str, &'static str) {
    match presence.show {
        Show::Available => ("free", "Free"),
        Show::ExtendedAway if presence.since.is_none() => ("away", "Back later"),
        Show::Away | Show::ExtendedAway => ("away", "Away"),
        Show::Busy => ("busy", "Do not disturb"),
        Show::Meeting => ("meeting", "In a meeting"),
        Show::Offline if presence.is_invisible => ("off", "Appear offline"),
        Show::Offline => ("off", "Offline"),
    }
}

/// One reader's view of everybody: pages make one anew, a live stream keeps its own.
#[derive(Debug)]
pub struct Watch {
    eyes: Eyes,
    board: Arc<Board>,
    reader: Reader,
}

impl Watch {
    /// What `me` may see.
    pub fn new(tx: &ReadTx<'_>, visit: &Visit, me: PersonId) -> Result<Self, WebError> {
        let board = visit.web.office.presence.clone();
        Ok(Self { eyes: services::presence::eyes(tx, me)?, board, reader: visit.reader() })
    }

    /// What `me` may see of oneself, as every page shows it: nothing is read for it.
    pub fn own(visit: &Visit, me: PersonId) -> Self {
        Self { eyes: Eyes::own(me), board: visit.web.office.presence.clone(), reader: visit.reader() }
    }

    /// How a person is.
    pub fn of(&self, person: PersonId) -> PresenceView {
        PresenceView::new(person, &self.eyes.see(&self.board, person), self.reader)
    }

    /// What a person is connected by, where the reader may see the person here.
    pub fn connections(&self, person: PersonId) -> Vec<presence::Link> {
        self.eyes.connections(&self.board, person)
    }

    /// Whether a person does not want to be disturbed, as far as may be known.
    pub fn is_busy(&self, person: PersonId) -> bool {
        self.eyes.see(&self.board, person).show == Show::Busy
    }

    /// What to tell the reader of people whose presence was said to be another. Nothing is told of those who are
    /// hidden, not even that something changed; but who has just hidden goes offline.
    pub fn patches(
        &mut self,
        tx: &ReadTx<'_>,
        visit: &Visit,
        people: &[PersonId],
    ) -> Result<Vec<PresenceView>, WebError> {
        let old = std::mem::replace(self, Self::new(tx, visit, self.eyes.me())?);
        let told = people.iter().filter(|person| self.eyes.may_see(**person) || old.eyes.may_see(**person));
        Ok(told.map(|person| self.of(*person)).collect())
    }

    /// Takes in that the office's rules have changed. Returns those who look different to the reader by them.
    pub fn anew(&mut self, tx: &ReadTx<'_>, visit: &Visit) -> Result<Vec<PersonId>, WebError> {
        let old = std::mem::replace(self, Self::new(tx, visit, self.eyes.me())?);
        Ok(self.board.seen_anew(&self.eyes, &old.eyes))
    }
}

/// One thing that one may choose to be.
#[derive(Debug, Clone)]
pub struct ChoiceView {
    /// Its name in the form.
    pub name: &'static str,
    /// What it says.
    pub words: &'static str,
    /// The dot's class; empty for none.
    pub show: &'static str,
    /// Whether it is chosen.
    pub is_on: bool,
}

/// How long a choice is to stand: its name in the form, and what it says.
const SPANS: [(&str, &str); 5] =
    [("", "Until changed"), ("30", "30 minutes"), ("60", "An hour"), ("240", "Four hours"), ("today", "Today")];

/// What the header shows of oneself, and its menu.
#[derive(Debug, Clone)]
pub struct OwnPresence {
    /// How one is.
    pub view: PresenceView,
    /// What may be chosen.
    pub choices: Vec<ChoiceView>,
    /// The note as it stands.
    pub note: String,
    /// How long a choice may stand.
    pub spans: [(&'static str, &'static str); 5],
    /// The page to come back to.
    pub back: String,
}

impl OwnPresence {
    /// Reads one's own.
    pub fn read(tx: &ReadTx<'_>, visit: &Visit, me: PersonId) -> Result<Self, WebError> {
        let now = visit.web.office.clock.now();
        let choice = presence::choice(tx, me)?.unwrap_or_default();
        Ok(Self {
            view: Watch::own(visit, me).of(me),
            choices: choices(choice.show_at(now)),
            note: choice.note_at(now).to_owned(),
            spans: SPANS,
            back: super::shell::without_notes(&visit.address),
        })
    }
}

fn choices(on: Chosen) -> Vec<ChoiceView> {
    let all = [
        ("automatic", "Automatic", ""),
        ("free", "Free", "free"),
        ("away", "Away", "away"),
        ("busy", "Do not disturb", "busy"),
        ("back", "Back later", "away"),
        ("invisible", "Appear offline", "off"),
    ];
    all.into_iter().map(|(name, words, show)| ChoiceView { name, words, show, is_on: name == on.name() }).collect()
}

/// GET /presence?of=1,2,3: how these people are, for scripts whose page has stood for a while.
pub async fn show(visit: Visit) -> Result<Json<Value>, WebError> {
    let asked: Vec<PersonId> = visit.query.get("of").split(',').filter_map(|id| id.parse().ok()).take(ASKED).collect();
    let here = visit.clone();
    let found = visit.read(move |tx, session| {
        let me = session.person.id;
        let watch = Watch::new(tx, &here, me)?;
        let people: Vec<_> = asked.into_iter().map(|person| watch.of(person).json()).collect();
        let choice = presence::choice(tx, me)?.unwrap_or_default();
        let now = here.web.office.clock.now();
        let mine = json!({ "chosen": choice.show_at(now).name(), "note": choice.note_at(now) });
        Ok(json!({ "people": people, "mine": mine }))
    });
    Ok(Json(found.await?))
}

#[derive(Template)]
#[template(path = "_layout/_toast.html")]
struct ToastFragment {
    toast: Toast,
}

/// POST /presence: `show`, `note`, `until`.
pub async fn choose(visit: Visit, form: Form<Fields>) -> PageResult {
    let until = until(form.get("until"), visit.web.office.clock.now(), visit.reader());
    let show = if form.has("show") { Some(Chosen::named(form.get("show")).ok_or_else(unknown)?) } else { None };
    let note = form.has("note").then(|| form.get("note").to_owned());
    let written = visit.write(&form, move |tx, session| {
        let me = session.person.id;
        let old = presence::choice(tx, me)?.unwrap_or_default();
        let note = note.filter(|note| is_news(&old, note, tx.now(), show)).map(|note| (note, until));
        let new = NewChoice { show: show.map(|show| (show, until)), note };
        Ok((me, presence::choose(tx, me, &new)?))
    });
    let (me, choice) = written.await?;
    visit.web.office.presence.choose(me, choice);
    let back = local(form.get("back"), "/today");
    if !visit.wants_fragment {
        return Ok(see(&with(back, "done", "presence")));
    }
    let here = visit.clone();
    let view = visit.read(move |tx, _| Ok(Watch::new(tx, &here, me)?.of(me))).await?;
    fragment(&ToastFragment { toast: Toast { words: format!("You: {}", view.words), ..Toast::default() } })
}

/// A note that comes along unchanged with another choice keeps its own end.
fn is_news(old: &Choice, note: &str, now: Moment, show: Option<Chosen>) -> bool {
    show.is_none() || old.note_at(now) != note.trim()
}

fn unknown() -> WebError {
    WebError::BadInput("no such presence".to_owned())
}

fn until(span: &str, now: Moment, reader: Reader) -> Option<Moment> {
    match span {
        "today" => Some(reader.end_of_day()),
        minutes => {
            let minutes: u64 = minutes.parse().ok().filter(|minutes| (1..=24 * 60).contains(minutes))?;
            Some(now.plus(Duration::from_secs(minutes * 60)))
        }
    }
}

/// POST /presence/leave: `stream`. The page goes: whether another comes is known in a moment, and not only when
/// something can no longer be told to it.
pub async fn leave(visit: Visit, form: Form<Fields>) -> PageResult {
    let session = visit.checked(&form).await?;
    visit.web.office.presence.leave(session.person.id, stream(&form)?);
    Ok(HttpResponse::NoContent().finish())
}

fn stream(form: &Fields) -> Result<StreamId, WebError> {
    form.get("stream").parse().map_err(|_| WebError::BadInput("no such stream".to_owned()))
}

/// POST /presence/idle: `stream`, `idle` (0 or 1), `seconds` since the last touch.
pub async fn idle(visit: Visit, form: Form<Fields>) -> PageResult {
    let session = visit.checked(&form).await?;
    let (board, me) = (&visit.web.office.presence, session.person.id);
    let stream = stream(&form)?;
    if form.get("idle") == "1" {
        let seconds = form.get("seconds").parse().unwrap_or(0);
        board.idle(me, stream, Duration::from_secs(seconds).min(LEFT_ALONE));
    } else {
        board.active(me, stream);
    }
    Ok(HttpResponse::NoContent().finish())
}
