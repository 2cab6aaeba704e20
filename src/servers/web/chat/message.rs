//! One message: where it stands, everything that can be done with it, and the doing.

use super::super::error::WebError;
use super::super::filters;
use super::super::form::{Fields, Posted};
use super::super::page::{PageResult, fragment, in_address, page, see};
use super::super::presence::Watch;
use super::super::session::Visit;
use super::super::shell::{Place, Shell, Toast, deleted_toast};
use super::post::Failed;
use super::say::{Faces, SayFragment, SayView};
use super::side::ConversationsView;
use super::talk::{self, Asked};
use crate::domain::chat::{self, ChatError, Message, MessageKind, Role};
use crate::domain::people::Session;
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::id::ChatMessageId;
use crate::kernel::text::cut;
use crate::services::announce;
use crate::services::manners::manners;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;

/// Emoji at hand.
pub const AT_HAND: [&str; 8] = ["👍", "❤️", "😂", "🎉", "✅", "👀", "🙏", "😕"];

/// What the reader may do with a message.
struct MenuView {
    id: ChatMessageId,
    conversation: String,
    href: String,
    thread: String,
    is_mine: bool,
    may_edit: bool,
    may_delete: bool,
    may_pin: bool,
    is_pinned: bool,
    is_starred: bool,
    is_deleted: bool,
    emoji: Vec<EmojiView>,
    tells_read: bool,
    readers: String,
    mail: String,
}

/// An emoji to react with.
struct EmojiView {
    emoji: &'static str,
    is_on: bool,
}

#[derive(Template)]
#[template(path = "chat/_menu.html")]
struct MenuFragment {
    menu: MenuView,
}

#[derive(Template)]
#[template(path = "chat/more.html")]
struct MorePage {
    shell: Shell,
    side: ConversationsView,
    shelf: &'static str,
    say: SayView,
    menu: MenuView,
}

/// A message that is gone, and the line that brings it back.
#[derive(Template)]
#[template(path = "chat/_deleted.html")]
struct DeletedFragment {
    say: SayView,
    toast: Toast,
}

#[derive(Template)]
#[template(path = "_layout/_toast.html")]
struct ToastFragment {
    toast: Toast,
}

/// GET /chat/message/{id}: leads to the message among its neighbours.
pub async fn permalink(visit: Visit, at: Path<ChatMessageId>) -> PageResult {
    let id = *at;
    let message = visit.read(move |tx, session| Ok(chat::message(tx, session.person.id, id)?)).await?;
    Ok(see(&place(&message)))
}

/// Where a message stands: in its conversation, or in the thread it hangs under.
pub fn place(message: &Message) -> String {
    match message.thread {
        Some(root) => format!("/chat/{}/thread/{root}#t{}", message.conversation, message.id),
        None => format!("/chat/{}?at={}#m{}", message.conversation, message.number, message.id),
    }
}

/// A message's place with what has just been done there, for the page to say.
fn with_note(place: &str, note: &str) -> String {
    let (page, mark) = place.split_once('#').unwrap_or((place, ""));
    format!("{page}{}done={note}#{mark}", if page.contains('?') { '&' } else { '?' })
}

/// GET /chat/message/{id}/text: what was typed, for the box.
pub async fn text(visit: Visit, at: Path<ChatMessageId>) -> PageResult {
    let id = *at;
    let message = visit.read(move |tx, session| Ok(chat::message(tx, session.person.id, id)?)).await?;
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(message.text))
}

/// GET /chat/message/{id}/more: all that can be done with it.
pub async fn more(visit: Visit, at: Path<ChatMessageId>) -> PageResult {
    let id = *at;
    if visit.wants_fragment {
        let menu = visit.read(move |tx, session| Ok(MenuView::read(tx, session, id)?.1)).await?;
        return fragment(&MenuFragment { menu });
    }
    let (own, reader) = (visit.clone(), visit.reader());
    let (shell, (side, say, menu)) = visit
        .page(Place::Chat, move |tx, session| {
            let (message, menu) = MenuView::read(tx, session, id)?;
            let me = session.person.id;
            let say = SayView::new(&message, &Faces::of_message(tx, &message)?, reader).seen_by(me, &message);
            let dots = Watch::new(tx, &own, me)?;
            Ok((ConversationsView::new(&chat::conversations(tx, me)?, &dots, 0, Some(message.conversation)), say, menu))
        })
        .await?;
    page(&MorePage { shell, side, shelf: "", say, menu })
}

impl MenuView {
    fn read(tx: &ReadTx<'_>, session: &Session, id: ChatMessageId) -> Result<(Message, Self), WebError> {
        let me = session.person.id;
        let message = chat::message(tx, me, id)?;
        let talk = chat::conversation(tx, me, message.conversation)?;
        let is_mine = message.said_by == Some(me);
        let tells_read = manners(tx)?.tells_read;
        let readers = if tells_read { chat::readers(tx, me, id)? } else { Vec::new() };
        let readers: Vec<_> = readers.into_iter().map(|reader| reader.full_name).take(40).collect();
        let is_on = |emoji: &str| message.reactions.iter().any(|one| one.emoji == emoji && one.people.contains(&me));
        let quote = cut(&message.text, 1500);
        let menu = Self {
            id,
            conversation: message.conversation.to_string(),
            href: place(&message),
            thread: format!("/chat/{}/thread/{}", message.conversation, message.thread.unwrap_or(id)),
            may_edit: is_mine && matches!(message.kind, MessageKind::Text | MessageKind::Action),
            is_mine,
            may_delete: message.kind != MessageKind::Notice && (is_mine || talk.role >= Role::Moderator),
            may_pin: talk.is_member && (!talk.kind.is_room() || talk.role >= Role::Moderator),
            is_pinned: message.is_pinned,
            is_starred: message.is_starred,
            is_deleted: message.is_deleted,
            emoji: AT_HAND.into_iter().map(|emoji| EmojiView { emoji, is_on: is_on(emoji) }).collect(),
            tells_read,
            readers: readers.join(", "),
            mail: format!(
                "/mail/compose?subject={}&body={}",
                in_address(&format!("From {}", talk.title)),
                in_address(&format!("\n\n{} wrote:\n> {}\n", message.name, quote.replace('\n', "\n> ")))
            ),
        };
        Ok((message, menu))
    }
}

/// POST /chat/message/{id}/{deed}
pub async fn act(visit: Visit, at: Path<(ChatMessageId, String)>, posted: Posted) -> PageResult {
    let ((id, deed), form) = (at.into_inner(), posted.fields);
    let (own, fields) = (deed.clone(), form.clone());
    let done = visit.attempt(&form, move |tx, session| Ok(do_deed(tx, session, id, &own, &fields)?)).await;
    match done {
        Ok(()) => shown(&visit, id, &deed).await,
        Err(failed) => refuse(&visit, id, &deed, &form, failed).await,
    }
}

fn do_deed(
    tx: &mut WriteTx<'_>,
    session: &Session,
    id: ChatMessageId,
    deed: &str,
    fields: &Fields,
) -> Result<(), ChatError> {
    let me = session.person.id;
    match deed {
        "edit" => chat::edit(tx, me, id, fields.get("text")).map(drop),
        "delete" => chat::delete(tx, me, id),
        "undelete" => chat::undelete(tx, me, id),
        "react" => {
            let emoji = fields.get("emoji");
            let message = chat::message(tx, me, id)?;
            let is_on = message.reactions.iter().any(|one| one.emoji == emoji && one.people.contains(&me));
            chat::react(tx, me, id, emoji, !is_on).map(drop)
        }
        "pin" => chat::pin(tx, me, id).map(drop),
        "unpin" => chat::unpin(tx, me, id).map(drop),
        "star" => chat::star(tx, me, id).map(drop),
        "report" => announce::report(tx, me, id, fields.get("why")),
        "vote" => {
            let position = fields.get("position").parse::<i64>().ok();
            let message = chat::message(tx, me, id)?;
            let is_on = |choice: &chat::Choice| Some(choice.position) == position && choice.people.contains(&me);
            chat::vote(tx, me, id, position.filter(|_| !message.choices.iter().any(is_on)))
        }
        "unstar" => chat::unstar(tx, me, id).map(drop),
        _ => Err(ChatError::NoMessage),
    }
}

/// The message as it is now: by itself for a script, else in its place. What is gone can be brought back.
async fn shown(visit: &Visit, id: ChatMessageId, deed: &str) -> PageResult {
    let reader = visit.reader();
    let (message, say, toast) = visit
        .read(move |tx, session| {
            let message = chat::message(tx, session.person.id, id)?;
            let say =
                SayView::new(&message, &Faces::of_message(tx, &message)?, reader).seen_by(session.person.id, &message);
            Ok((message, say, deleted_toast(tx, session, id)?))
        })
        .await?;
    match (deed, visit.wants_fragment) {
        ("delete", true) => fragment(&DeletedFragment { say, toast: toast.unwrap_or_default() }),
        ("delete", false) => Ok(see(&with_note(&place(&message), &format!("deleted&said={id}")))),
        // The live stream brings the message itself.
        ("undelete", true) => {
            fragment(&ToastFragment { toast: Toast { words: "Put back".to_owned(), ..Toast::default() } })
        }
        ("undelete", false) => Ok(see(&with_note(&place(&message), "undone"))),
        (_, true) => fragment(&SayFragment { say }),
        (_, false) => Ok(see(&place(&message))),
    }
}

/// Says why not: to a script in words, else beside the box, with what was typed.
async fn refuse(visit: &Visit, id: ChatMessageId, deed: &str, form: &Fields, failed: Failed) -> PageResult {
    let error = failed.sentence()?;
    if visit.wants_fragment {
        return Ok(HttpResponse::UnprocessableEntity().content_type("text/plain; charset=utf-8").body(error.sentence));
    }
    if deed != "edit" {
        return Err(WebError::BadInput(error.sentence));
    }
    let at = visit.read(move |tx, session| Ok(chat::message(tx, session.person.id, id)?.conversation)).await?;
    let asked = Asked { at: Some(at), thread: None, refused: Some((form.get("text").to_owned(), error)) };
    talk::show(visit, asked, StatusCode::UNPROCESSABLE_ENTITY).await
}
