//! What the office says to everybody, over every page until it is read; and its message of the day.

use super::chat::say::Faces;
use super::error::WebError;
use super::form::Fields;
use super::page::{PageResult, local, see};
use super::session::Visit;
use crate::domain::chat;
use crate::domain::settings;
use crate::domain::store::ReadTx;
use crate::format::html::{self, CleanHtml};
use crate::kernel::id::{ConversationId, PersonId};
use crate::kernel::text::{cut, one_line};
use crate::services::announce;
use actix_web::web::Form;

/// Characters of an announcement over a page; the whole stands in its room.
const WORDS: usize = 280;

/// An announcement over a page.
#[derive(Debug, Clone)]
pub struct AnnouncementView {
    /// Where it was said.
    pub conversation: ConversationId,
    /// Its number there.
    pub upto: i64,
    /// What it says, on one line.
    pub words: String,
    /// Where all of it stands.
    pub href: String,
    /// The page to come back to.
    pub back: String,
}

/// What the office has said and this person has not read.
pub fn unread(tx: &ReadTx<'_>, who: PersonId, visit: &Visit) -> Result<Option<AnnouncementView>, WebError> {
    let said = announce::unread(tx, who)?;
    Ok(said.map(|said| AnnouncementView {
        conversation: said.conversation,
        upto: said.number,
        words: cut(&one_line(&html::plain_of_markdown(&said.text)), WORDS),
        href: format!("/chat/message/{}", said.message),
        back: super::shell::without_notes(&visit.address),
    }))
}

/// The message of the day, ready to show.
pub fn motd(tx: &ReadTx<'_>) -> Result<Option<CleanHtml>, WebError> {
    let text = settings::get(tx, settings::CHAT_MOTD)?;
    if text.trim().is_empty() {
        return Ok(None);
    }
    let faces = if text.contains('@') { Faces::read(tx)? } else { Faces::default() };
    Ok(Some(faces.text(&text)))
}

/// POST /announcement/read: `conversation`, `upto`, `back`.
pub async fn read(visit: Visit, form: Form<Fields>) -> PageResult {
    visit.checked(&form).await?;
    let at: ConversationId = form.get("conversation").parse().map_err(|_| WebError::NotFound)?;
    let upto = form.get("upto").parse().unwrap_or(0);
    visit.write(&form, move |tx, session| Ok(chat::mark_read(tx, session.person.id, at, upto)?)).await?;
    Ok(see(local(form.get("back"), "/today")))
}
