//! One conversation: what is read folded, what is new and the newest open.

use super::super::error::WebError;
use super::super::face::Face;
use super::super::filters;
use super::super::page::{PageResult, page};
use super::super::presence::{PresenceView, Watch};
use super::super::session::Visit;
use super::super::shell::{Place, Shell};
use super::super::words::{Reader, When, number, size};
use super::body::{self, Text};
use super::folders::FoldersView;
use super::invitation::{self, CardView};
use super::list::{ActView, ListView, STARRED, Shelf, UNSTAR};
use super::row::subject;
use crate::domain::mail::{self, FolderRole, Item, Page};
use crate::domain::people::{self, Session};
use crate::domain::store::ReadTx;
use crate::format::html::CleanHtml;
use crate::format::ical;
use crate::format::mime::{AttachedFile, Mailbox, ParsedMail};
use crate::kernel::id::{ItemId, PersonId, ThreadId};
use crate::kernel::text::{EmailAddress, cut_middle};
use crate::services::read;
use actix_web::web::Path;
use askama::Template;
use std::collections::{BTreeSet, HashMap};

/// Messages opened at once; older unread ones of a long conversation stay folded.
const OPEN_AT_ONCE: usize = 20;
/// Characters of an address or a file's name.
const SHORT: usize = 48;

/// A line of a message's head.
pub struct LineView {
    name: &'static str,
    words: String,
}

/// An attached file.
pub struct FileView {
    name: String,
    short: String,
    size: String,
    icon: &'static str,
    href: String,
    is_download: bool,
}

/// A message, folded or open.
pub struct MessageView {
    id: ItemId,
    is_open: bool,
    is_draft: bool,
    href: String,
    from: String,
    address: String,
    address_short: String,
    face: Face,
    presence: Option<PresenceView>,
    is_outside: bool,
    preview: String,
    when: When,
    to_words: String,
    lines: Vec<LineView>,
    card: Option<CardView>,
    invitation: String,
    pictures: String,
    show_once: String,
    frame: String,
    height: &'static str,
    text: CleanHtml,
    files: Vec<FileView>,
}

/// The bar over a conversation.
struct BarView {
    key: String,
    back: String,
    here: String,
    acts: Vec<ActView>,
    position: String,
    newer: String,
    older: String,
    reply: String,
    reply_all: String,
    forward: String,
    newest: ItemId,
}

#[derive(Template)]
#[template(path = "mail/message.html")]
struct MessagePage<'a> {
    shell: &'a Shell,
    folders: FoldersView,
    list: ListView<'a>,
    bar: BarView,
    subject: &'a str,
    messages: Vec<MessageView>,
}

/// GET /mail/message/{id}
pub async fn show(visit: Visit, at: Path<ItemId>) -> PageResult {
    let id = *at;
    let here = visit.clone();
    let read = visit.read(move |tx, session| {
        let (who, asked, items) = conversation(tx, session, id)?;
        let colleagues = colleagues(tx, &here, who.0, &items)?;
        Ok((who, asked, items, colleagues))
    });
    let (who, asked, items, colleagues) = read.await?;
    let reader = visit.reader();
    let mut messages = Vec::with_capacity(items.len());
    let first_open = items.len().saturating_sub(OPEN_AT_ONCE);
    for (place, item) in items.iter().enumerate() {
        let is_new = place + 1 == items.len() || (!item.is_seen && place >= first_open);
        let is_open = item.blob.is_some() && (item.id == asked.id || is_new);
        let view = if is_open { open(&visit, &who, item).await? } else { MessageView::folded(item, reader) };
        // Of what came from outside, the address may be a colleague's; it was not the colleague who wrote.
        let colleague = colleagues.get(&item.from.address).filter(|_| item.is_inside && !item.is_draft);
        messages.push(view.of(colleague));
    }
    if items.iter().any(|item| !item.is_seen) {
        let (who, thread) = (who.0, asked.thread);
        visit.web.office.store.write(move |tx| mail::mark_seen(tx, who, thread).map_err(WebError::from)).await?;
    }
    let newest = items.last().cloned().unwrap_or_else(|| asked.clone());
    surround(&visit, &asked, &newest, messages).await
}

/// A colleague's presence, and the mark of the picture.
type Colleague = (PresenceView, String);

/// Who reads, and under which address.
type Who = (PersonId, String);

/// The message asked for and the conversation round it, oldest first. What is deleted or junk shows only beside its
/// like.
fn conversation(tx: &ReadTx<'_>, session: &Session, id: ItemId) -> Result<(Who, Item, Vec<Item>), WebError> {
    let who = session.person.id;
    let asked = mail::item(tx, who, id)?;
    let mut items = mail::thread_items(tx, who, asked.thread)?;
    items.retain(|item| item.folder.id == asked.folder.id || !is_out_of_sight(item.folder.role));
    // Who writes to oneself has two copies of one message; the one in the folder at hand is shown.
    let here: BTreeSet<_> =
        items.iter().filter(|item| item.folder.id == asked.folder.id).map(|item| item.message).collect();
    items.retain(|item| item.folder.id == asked.folder.id || !here.contains(&item.message));
    Ok(((who, session.person.address.to_string()), asked, items))
}

/// How the colleagues are who wrote, and the marks of their pictures, by their addresses. What came from outside may carry
/// anybody's address, and shows nothing.
fn colleagues(
    tx: &ReadTx<'_>,
    visit: &Visit,
    me: PersonId,
    items: &[Item],
) -> Result<HashMap<String, Colleague>, WebError> {
    let watch = Watch::new(tx, visit, me)?;
    let mut found = HashMap::new();
    for item in items.iter().filter(|item| item.is_inside && !item.is_draft) {
        let address = &item.from.address;
        if !found.contains_key(address)
            && let Ok(parsed) = address.parse::<EmailAddress>()
            && let Some(person) = people::owner(tx, &parsed)?
        {
            found.insert(address.clone(), (watch.of(person), people::portrait_at(tx, &parsed)?));
        }
    }
    Ok(found)
}

const fn is_out_of_sight(role: FolderRole) -> bool {
    matches!(role, FolderRole::Trash | FolderRole::Junk)
}

async fn surround(visit: &Visit, asked: &Item, newest: &Item, messages: Vec<MessageView>) -> PageResult {
    let (number, slug, words) = (visit.query.page(), visit.query.get("in").to_owned(), visit.query.get("q").to_owned());
    let (folder, thread) = (asked.folder.clone(), asked.thread);
    let (shell, (shelf, found, beside, note)) = visit
        .page(Place::Mail, move |tx, session| {
            let shelf = match (slug.as_str(), words.is_empty()) {
                (STARRED, _) => Shelf::Starred,
                (_, false) => Shelf::Found(words),
                (_, true) => Shelf::Folder(folder.clone()),
            };
            let found = shelf.read(tx, session, number)?;
            let beside = mail::neighbours(tx, session.person.id, folder.id, thread)?;
            let note = shelf.note(tx)?;
            Ok((shelf, found, beside, note))
        })
        .await?;
    let suffix = shelf.suffix(found.page);
    let list = ListView::new(&shelf, &found, &shell, visit.reader(), &suffix).noted(note).beside(thread);
    let bar = BarView::new(visit, asked, newest, &shelf, &found, beside);
    let folders = shell.folders_view(&shelf.href());
    page(&MessagePage { shell: &shell, folders, list, bar, subject: subject(&asked.subject), messages })
}

impl BarView {
    fn new(visit: &Visit, asked: &Item, newest: &Item, shelf: &Shelf, found: &Page, beside: mail::Neighbours) -> Self {
        let suffix = shelf.suffix(found.page);
        let link = |item: Option<ItemId>| item.map(|item| format!("/mail/message/{item}{suffix}")).unwrap_or_default();
        let is_folder = matches!(shelf, Shelf::Folder(_));
        let (newer, older) = if is_folder { (beside.newer, beside.older) } else { among(found, asked.thread) };
        let position = format!("{} of {}", number(beside.position), number(beside.total));
        let is_starred = found.rows.iter().any(|row| row.thread == asked.thread && row.is_starred);
        // Opening has read it, so only the way back to unread makes sense.
        let acts = Shelf::Folder(asked.folder.clone()).acts().iter().copied().filter(|act| act.name != "read");
        let acts = acts.map(|act| if act.name == "star" && is_starred { UNSTAR } else { act }).collect();
        Self {
            key: format!("{}-{}", asked.folder.id, asked.thread),
            back: list_href(shelf, found.page),
            here: super::super::shell::without_notes(&visit.address),
            acts,
            position: if is_folder && beside.position > 0 { position } else { String::new() },
            newer: link(newer),
            older: link(older),
            reply: format!("/mail/compose?reply={}", newest.id),
            newest: newest.id,
            reply_all: format!("/mail/compose?all={}", newest.id),
            forward: format!("/mail/compose?forward={}", newest.id),
        }
    }
}

fn list_href(shelf: &Shelf, page: u32) -> String {
    let href = shelf.href();
    if page > 1 { super::super::page::with(&href, "page", &page.to_string()) } else { href }
}

/// The neighbours of a conversation on one page of a list.
fn among(found: &Page, thread: ThreadId) -> (Option<ItemId>, Option<ItemId>) {
    let Some(place) = found.rows.iter().position(|row| row.thread == thread) else { return (None, None) };
    let item = |place: Option<usize>| place.and_then(|place| found.rows.get(place)).map(|row| row.item);
    (item(place.checked_sub(1)), item(Some(place + 1)))
}

/// Reads and parses a message and makes it ready to show.
async fn open(visit: &Visit, who: &Who, item: &Item) -> Result<MessageView, WebError> {
    let opened = read::message(&visit.web.office, who.0, item.id).await?;
    let address = item.from.address.clone();
    let is_trusted =
        visit.read(move |tx, session| Ok(mail::trusts_images_of(tx, session.person.id, &address)?)).await?;
    let shows = is_trusted || visit.query.get("pictures") == item.id.to_string();
    let (text, mail) = body::of(item.id, opened.mail, shows).await?;
    let card = invitation::card(visit, who.0, item.id, mail.calendar.as_ref()).await?;
    let view = MessageView { card, ..MessageView::folded(item, visit.reader()) };
    Ok(view.opened(visit, &mail, text, &who.1))
}

impl MessageView {
    fn folded(item: &Item, reader: Reader) -> Self {
        let href = if item.is_draft {
            format!("/mail/compose?draft={}", item.id)
        } else {
            format!("/mail/message/{}", item.id)
        };
        Self {
            id: item.id,
            is_open: false,
            is_draft: item.is_draft,
            href,
            from: if item.is_draft { "Draft".to_owned() } else { item.from.shown().to_owned() },
            address: item.from.address.clone(),
            address_short: cut_middle(&item.from.address, SHORT),
            face: Face::new(item.from.shown(), &item.from.address),
            presence: None,
            is_outside: !item.is_inside,
            preview: item.preview.clone(),
            when: reader.when(item.at),
            to_words: String::new(),
            lines: Vec::new(),
            card: None,
            invitation: String::new(),
            pictures: String::new(),
            show_once: String::new(),
            frame: String::new(),
            height: "",
            text: CleanHtml::default(),
            files: Vec::new(),
        }
    }

    /// With what is known of the colleague who wrote it.
    fn of(self, colleague: Option<&Colleague>) -> Self {
        let Some((presence, portrait)) = colleague else { return self };
        Self { presence: Some(presence.clone()), face: self.face.with(portrait), ..self }
    }

    fn opened(self, visit: &Visit, mail: &ParsedMail, text: Text, me: &str) -> Self {
        let id = self.id;
        let is_framed = text.frame.is_some();
        let has_card = self.card.is_some();
        let last = mail.files.iter().rfind(|file| is_calendar(file)).map(|file| file.index);
        // An invitation carries its calendar twice: the card shows it, and one file is enough to keep.
        let is_shown = |file: &&AttachedFile| !has_card || !is_calendar(file) || Some(file.index) == last;
        let files = mail.files.iter().filter(|file| !file.is_inline || !is_framed).filter(is_shown);
        let is_blocked = text.blocked > 0;
        Self {
            is_open: true,
            to_words: to_words(mail, me),
            lines: lines(mail, self.when),
            invitation: mail.calendar.as_ref().and_then(|part| ical::headline(&part.text)).unwrap_or_default(),
            pictures: if is_blocked { pictures_words(text.blocked) } else { String::new() },
            show_once: with_pictures(visit, id),
            frame: text.frame.unwrap_or_default(),
            height: text.height,
            text: text.plain,
            files: files.map(|file| FileView::new(id, file)).collect(),
            ..self
        }
    }
}

fn is_calendar(file: &AttachedFile) -> bool {
    matches!(file.media_type.as_str(), "text/calendar" | "application/ics")
}

fn pictures_words(count: usize) -> String {
    if count == 1 {
        "One picture from elsewhere is not loaded, so the sender does not learn that you read this.".to_owned()
    } else {
        format!("{count} pictures from elsewhere are not loaded, so the sender does not learn that you read this.")
    }
}

fn with_pictures(visit: &Visit, id: ItemId) -> String {
    let list: Vec<_> = ["page", "in", "q"].into_iter().filter(|name| visit.query.has(name)).collect();
    let start = format!("/mail/message/{id}?pictures={id}");
    list.into_iter().fold(start, |href, name| super::super::page::with(&href, name, visit.query.get(name)))
}

/// `to me, Bob and 2 others`.
fn to_words(mail: &ParsedMail, me: &str) -> String {
    let all: Vec<_> = mail.to.iter().chain(&mail.cc).collect();
    let name =
        |to: &&Mailbox| if to.address.eq_ignore_ascii_case(me) { "me".to_owned() } else { first_name(to.shown()) };
    let mut names: Vec<_> = all.iter().map(name).collect();
    names.sort_by_key(|name| name != "me");
    match names.as_slice() {
        [] => "to nobody named".to_owned(),
        [one] => format!("to {one}"),
        [one, two] => format!("to {one} and {two}"),
        [one, two, rest @ ..] => {
            format!("to {one}, {two} and {} other{}", rest.len(), if rest.len() == 1 { "" } else { "s" })
        }
    }
}

fn first_name(shown: &str) -> String {
    if shown.contains('@') { cut_middle(shown, 32) } else { shown.split(' ').next().unwrap_or(shown).to_owned() }
}

fn lines(mail: &ParsedMail, when: When) -> Vec<LineView> {
    let from = mail.from.iter().cloned().collect::<Vec<_>>();
    let is_elsewhere = !mail.reply_to.is_empty() && mail.reply_to.iter().any(|to| mail.from.as_ref() != Some(to));
    let reply_to = if is_elsewhere { mail.reply_to.as_slice() } else { &[] };
    let people =
        [("From", from.as_slice()), ("Answers to", reply_to), ("To", &mail.to), ("Cc", &mail.cc), ("Bcc", &mail.bcc)];
    let mut lines: Vec<_> = people
        .into_iter()
        .filter(|(_, boxes)| !boxes.is_empty())
        .map(|(name, boxes)| LineView { name, words: boxes.iter().map(whole).collect::<Vec<_>>().join(", ") })
        .collect();
    lines.push(LineView { name: "Date", words: when.full().to_string() });
    lines
}

fn whole(mailbox: &Mailbox) -> String {
    if mailbox.name.is_empty() { mailbox.address.clone() } else { format!("{} <{}>", mailbox.name, mailbox.address) }
}

impl FileView {
    fn new(id: ItemId, file: &AttachedFile) -> Self {
        let is_picture = body::is_picture(&file.media_type);
        Self {
            short: cut_middle(&file.name, SHORT),
            size: size(file.size as u64),
            icon: if is_picture { "image" } else { "file" },
            href: format!("/mail/message/{id}/file/{}/{}", file.index, super::super::page::in_address(&file.name)),
            is_download: !is_picture,
            name: file.name.clone(),
        }
    }
}
