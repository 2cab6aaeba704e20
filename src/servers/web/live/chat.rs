//! What is said in conversations, as all who see the same are sent it: written once, whoever and however many listen.

use super::super::chat::say::{Faces, SayView};
use super::super::error::WebError;
use super::super::filters;
use super::super::session::Visit;
use super::patch::{Patches, render};
use crate::domain::chat::{self, ConversationKind, Message, MessageKind};
use crate::domain::event::Event;
use crate::domain::store::{Change, ReadTx};
use crate::format::formats::Formats;
use crate::format::html;
use crate::kernel::id::{ChatMessageId, ConversationId, PersonId};
use crate::kernel::text::{cut, one_line};
use crate::services::card;
use actix_web::web::Bytes;
use askama::Template;
use chrono_tz::Tz;
use serde_json::json;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Events kept for those who come for them late.
const MOST: usize = 256;
/// Characters of a message in a notification.
const RING_TEXT: usize = 160;

/// Events written lately.
#[derive(Debug, Default)]
pub struct Written(Mutex<Kept>);

/// Who is sent the same: a revision's readers in one zone, for whom times are written alike, who may read back to the same number. Of what lies before it,
/// they are shown nothing, so a quote is not the same for those who came later.
type Seen = (i64, Option<Tz>, Formats, i64);

type Kept = HashMap<Seen, Arc<Told>>;

/// A change of a message, ready to be sent to everybody in its conversation.
#[derive(Debug)]
pub(super) struct Told {
    /// The event, whole.
    pub(super) event: Bytes,
    /// Its number in the conversation.
    pub(super) number: i64,
    /// What it says to those for whom it rings; `None` where it rings for nobody.
    pub(super) ring: Option<Ring>,
}

/// What a message needs to ring.
#[derive(Debug)]
pub(super) struct Ring {
    pub(super) conversation: ConversationId,
    message: ChatMessageId,
    by: Option<PersonId>,
    kind: ConversationKind,
    pings: Vec<PersonId>,
    pings_all: bool,
    title: String,
    words: String,
}

#[derive(Template)]
#[template(path = "chat/_message.html")]
struct SayFragment {
    say: SayView,
}

impl Written {
    /// The event of a change to a message, for readers in the zone of `visit` who may read from number `first` on.
    /// `None` where the message is gone.
    pub(super) async fn of(&self, visit: &Visit, change: Change, first: i64) -> Result<Option<Arc<Told>>, WebError> {
        let key = (change.revision, visit.look.zone, visit.look.formats, first);
        if let Some(told) = self.kept().get(&key) {
            return Ok(Some(told.clone()));
        }
        let (message, op) = match change.event {
            Event::ChatSaid { message, .. } => (message, "said"),
            Event::ChatChanged { message, .. } => (message, "changed"),
            _ => return Ok(None),
        };
        let (own, revision) = (visit.clone(), change.revision);
        let told = visit.read(move |tx, session| write(tx, session.person.id, &own, message, op, revision)).await?;
        let Some(told) = told.map(Arc::new) else { return Ok(None) };
        let mut kept = self.kept();
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(key, told.clone());
        Ok(Some(told))
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn write(
    tx: &ReadTx<'_>,
    who: PersonId,
    visit: &Visit,
    message: ChatMessageId,
    op: &str,
    revision: i64,
) -> Result<Option<Told>, WebError> {
    let message = match chat::message(tx, who, message) {
        Ok(message) => message,
        Err(chat::ChatError::NoMessage | chat::ChatError::NoConversation) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let faces = Faces::of_message(tx, &message)?;
    let head = json!({
        "op": op, "conversation": message.conversation, "message": message.id, "number": message.number,
        "ver": message.revision, "by": message.said_by, "client": message.client_id, "pings": message.pings,
        "all": message.pings_all, "thread": message.thread,
    });
    let fragment = render(&SayFragment { say: SayView::new(&message, &faces, visit.reader()) })?;
    let mut event = Patches::default();
    event.say(Some(revision), "chat", &head, &fragment);
    let ring = if op == "said" { ring(tx, who, &message)? } else { None };
    Ok(Some(Told { event: event.into_bytes(), number: message.number, ring }))
}

fn ring(tx: &ReadTx<'_>, who: PersonId, message: &Message) -> Result<Option<Ring>, WebError> {
    if message.kind == MessageKind::Notice {
        return Ok(None);
    }
    let talk = chat::conversation(tx, who, message.conversation)?;
    let title = match talk.kind {
        ConversationKind::Direct => message.name.clone(),
        ConversationKind::Group => format!("{} in {}", message.name, talk.title),
        ConversationKind::Public | ConversationKind::Private => format!("{} in #{}", message.name, talk.title),
    };
    Ok(Some(Ring {
        conversation: message.conversation,
        message: message.id,
        by: message.said_by,
        kind: talk.kind,
        pings: message.pings.clone(),
        pings_all: message.pings_all,
        title,
        words: cut(&one_line(&html::plain_of_markdown(&card::words(message))), RING_TEXT),
    }))
}

impl Ring {
    /// Whether it rings for a person who wants to be told `level` of the conversation.
    pub(super) fn is_for(&self, who: PersonId, level: chat::Level) -> bool {
        chat::rings(level, self.kind, who, &self.pings, self.pings_all, self.by)
    }

    /// Whether it was said to few, by another: then its sender wants to know that it came.
    pub(super) fn is_among_few(&self, who: PersonId) -> bool {
        matches!(self.kind, ConversationKind::Direct | ConversationKind::Group) && self.by != Some(who)
    }

    /// Says it.
    pub(super) fn say(&self, to: &mut Patches) {
        let head = json!({
            "conversation": self.conversation, "message": self.message, "title": self.title, "body": self.words,
            "href": format!("/chat/message/{}", self.message),
        });
        to.say(None, "ring", &head, "");
    }
}
