//! What a notice says: short, and no more than the person allows; and whether it is still worth saying.

use super::PushServiceError;
use crate::domain::calendar;
use crate::domain::chat::{self, ChatError, ConversationKind, Message};
use crate::domain::job::About;
use crate::domain::mail::{self, FolderRole, MailError};
use crate::domain::people;
use crate::domain::push::{self, ChatLevel, Choices};
use crate::domain::quotes;
use crate::domain::settings;
use crate::domain::store::{ReadTx, StoreError};
use crate::format::html::plain_of_markdown;
use crate::kernel::clock::Moment;
use crate::kernel::id::{ChatMessageId, ConversationId, CrossingId, ItemId, PersonId, ReminderId};
use crate::kernel::secret::{self, Secret};
use crate::kernel::text::cut;
use crate::kernel::zone;
use crate::services::card;
use crate::services::formats;
use crate::services::quotes as prices;
use chrono_tz::Tz;
use serde_json::json;
use std::time::Duration;

/// Characters of a title, and of what stands below it.
const TITLE: usize = 80;
const BODY: usize = 180;
/// How long a service keeps a notice for a device that is off.
const CHAT_LIFE: Duration = Duration::from_secs(4 * 3600);
const MAIL_LIFE: Duration = Duration::from_secs(24 * 3600);
const REMINDER_LIFE: Duration = Duration::from_secs(1800);
const ALERT_LIFE: Duration = Duration::from_secs(4 * 3600);
const TEST_LIFE: Duration = Duration::from_secs(300);

/// One notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Note {
    pub title: String,
    pub body: String,
    /// What it is about: a newer one of the same takes its place.
    pub tag: String,
    /// The page that it opens.
    pub href: String,
    /// How long anybody wants to hear of it.
    pub life: Duration,
    /// RFC 8030 §5.3.
    pub urgency: &'static str,
}

impl Note {
    /// What the service worker reads.
    pub fn payload(&self, now: Moment) -> String {
        json!({
            "title": cut(&self.title, TITLE),
            "body": cut(&self.body, BODY),
            "tag": self.tag,
            "href": self.href,
            "at": now.millis(),
        })
        .to_string()
    }

    /// The name by which the service lets a newer notice take its place; tells it nothing. RFC 8030 §5.4: 32 characters.
    pub fn topic(&self, key: &Secret) -> String {
        cut_mark(&secret::mark(key.reveal().as_bytes(), &self.tag))
    }
}

fn cut_mark(mark: &str) -> String {
    mark.chars().take(32).collect()
}

/// The notice, or `None` where there is nothing to say any more.
pub(super) fn read(
    tx: &ReadTx<'_>,
    who: PersonId,
    about: About,
    chosen: &Choices,
) -> Result<Option<Note>, PushServiceError> {
    let company = settings::brand(tx)?.name().to_owned();
    match about {
        About::Test => Ok(Some(Note {
            title: company,
            body: "This device is woken when something comes.".to_owned(),
            tag: "test".to_owned(),
            href: "/settings/notifications".to_owned(),
            life: TEST_LIFE,
            urgency: "high",
        })),
        About::Message(message) => of_message(tx, who, message, chosen, company),
        About::Mail(item) => of_mail(tx, who, item, chosen, company),
        About::Reminder(reminder) => of_reminder(tx, who, reminder, chosen, company),
        About::Alert(crossing) => of_alert(tx, who, crossing, chosen, company),
    }
}

/// A message as `who` may see it now, where `who` may; nobody is told of what was taken back.
fn seen(tx: &ReadTx<'_>, who: PersonId, message: ChatMessageId) -> Result<Option<Message>, PushServiceError> {
    match chat::message(tx, who, message) {
        Ok(message) => Ok(Some(message).filter(|message| !message.is_deleted)),
        Err(ChatError::NoMessage | ChatError::NoConversation) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Whether a message wakes `who`: a member who has not read it, for whom it rings, and who wants to be woken.
pub(super) fn is_rung(
    tx: &ReadTx<'_>,
    who: PersonId,
    conversation: ConversationId,
    message: ChatMessageId,
) -> Result<bool, PushServiceError> {
    let here = match chat::conversation(tx, who, conversation) {
        Ok(here) if here.is_member => here,
        Ok(_) | Err(ChatError::NoConversation) => return Ok(false),
        Err(error) => return Err(error.into()),
    };
    let Some(message) = seen(tx, who, message)? else { return Ok(false) };
    let is_to_me = here.kind == ConversationKind::Direct || message.pings_all || message.pings.contains(&who);
    let is_wanted = match push::choices(tx, who)?.chat {
        ChatLevel::All => true,
        ChatLevel::Pings => is_to_me,
        ChatLevel::Nothing => false,
    };
    let rings = chat::rings(here.level, here.kind, who, &message.pings, message.pings_all, message.said_by);
    Ok(is_wanted && rings && here.read < message.number)
}

fn of_message(
    tx: &ReadTx<'_>,
    who: PersonId,
    message: ChatMessageId,
    chosen: &Choices,
    company: String,
) -> Result<Option<Note>, PushServiceError> {
    let Some(said) = seen(tx, who, message)? else { return Ok(None) };
    if !is_rung(tx, who, said.conversation, message)? {
        return Ok(None);
    }
    let here = chat::conversation(tx, who, said.conversation)?;
    let is_direct = here.kind == ConversationKind::Direct;
    let title = if is_direct { said.name.clone() } else { format!("{} – {}", said.name, here.title) };
    let (title, body) = if chosen.shows_text {
        (title, Some(plain_of_markdown(&card::words(&said))).filter(|text| !text.is_empty()))
    } else {
        (company, None)
    };
    Ok(Some(Note {
        title,
        body: body.unwrap_or_else(|| "New message".to_owned()),
        tag: format!("chat-{}", said.conversation),
        href: format!("/chat/message/{message}"),
        life: CHAT_LIFE,
        urgency: "high",
    }))
}

fn of_mail(
    tx: &ReadTx<'_>,
    who: PersonId,
    item: ItemId,
    chosen: &Choices,
    company: String,
) -> Result<Option<Note>, PushServiceError> {
    let found = match mail::item(tx, who, item) {
        Ok(found) => found,
        Err(MailError::NoItem) => return Ok(None),
        Err(error) => return Err(PushServiceError::Store(error.into())),
    };
    if found.is_seen || found.folder.role != FolderRole::Inbox {
        return Ok(None);
    }
    let (title, body) = if chosen.shows_text {
        (found.from.shown().to_owned(), found.subject)
    } else {
        (company, "New message".to_owned())
    };
    Ok(Some(Note {
        title,
        body,
        tag: format!("mail-{}", found.thread),
        href: format!("/mail/message/{item}"),
        life: MAIL_LIFE,
        urgency: "normal",
    }))
}

fn of_reminder(
    tx: &ReadTx<'_>,
    who: PersonId,
    reminder: ReminderId,
    chosen: &Choices,
    company: String,
) -> Result<Option<Note>, PushServiceError> {
    let Some(rung) = calendar::rung_one(tx, who, reminder)? else { return Ok(None) };
    let zone = people::zone(tx, who)?.unwrap_or(Tz::UTC);
    let when = formats::of(tx, who)?.time(zone::shown(rung.starts_at, zone)).to_string();
    let (title, body) = if chosen.shows_text {
        (rung.title, [when, rung.place].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · "))
    } else {
        (company, format!("Reminder: {when}"))
    };
    Ok(Some(Note {
        title,
        body,
        tag: format!("reminder-{}", rung.item),
        href: format!("/calendar/event/{}", rung.item),
        life: REMINDER_LIFE,
        urgency: "high",
    }))
}

fn of_alert(
    tx: &ReadTx<'_>,
    who: PersonId,
    crossing: CrossingId,
    chosen: &Choices,
    company: String,
) -> Result<Option<Note>, PushServiceError> {
    let found = quotes::crossing(tx, crossing).map_err(StoreError::from)?;
    let Some(crossing) = found.filter(|crossing| crossing.owner == who) else { return Ok(None) };
    let zone = people::zone(tx, who)?.unwrap_or(Tz::UTC);
    let (title, body) = if chosen.shows_text {
        (prices::headline(&crossing), prices::facts(&crossing, zone))
    } else {
        (company, "A price has crossed an alert".to_owned())
    };
    Ok(Some(Note {
        title,
        body,
        tag: format!("alert-{}", crossing.alert),
        href: format!("/quotes/{}", prices::in_path(&crossing.code)),
        life: ALERT_LIFE,
        urgency: "high",
    }))
}
