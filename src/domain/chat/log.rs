//! The log: messages as one person sees them. A page costs no more than its messages, however many lie behind.

use super::access::access;
use super::model::{ChatFile, Message, MessageKind, Page, Quoted, Reaction, Window};
use super::ping::Pings;
use super::{ChatError, poll, text};
use crate::domain::store::{ReadTx, StoreError};
use crate::kernel::id::{ChatMessageId, ConversationId, PersonId};
use crate::kernel::limits::{CHAT_PAGE, CHAT_REPLIES};
use rusqlite::{OptionalExtension, Params, Row};
use std::collections::BTreeSet;

/// Columns of a message, in the order of [`read`].
const SELECT: &str = "select m.id, m.conversation, m.number, m.revision, m.said_by,
    iif(m.speaks_as <> '', m.speaks_as, coalesce(p.full_name, '')), coalesce(a.address, ''), m.kind, m.text, m.said_at, m.edited_at, m.is_deleted, coalesce(m.client_id, ''),
    m.answers, m.thread, m.replies, m.last_reply_at, m.pings, m.pings_all, m.is_pinned, m.has_reactions, m.has_files,
    m.speaks_as <> '', coalesce(p.portrait_mark, '')
    from chat_message m left join people_person p on p.id = m.said_by
    left join people_address a on a.person = p.id and a.is_primary = 1 where ";

/// The number of the newest message of all: zero before anything was said. Numbers rise by one with each.
///
/// # Errors
/// Where the file cannot be read.
pub fn newest(tx: &ReadTx<'_>) -> Result<i64, StoreError> {
    let mut found = tx.sql().prepare_cached("select ifnull(max(id), 0) from chat_message")?;
    Ok(found.query_row([], |row| row.get(0))?)
}

/// A message, and what of it must be read from elsewhere.
pub(super) struct Bare {
    pub(super) message: Message,
    answers: Option<ChatMessageId>,
    has_reactions: bool,
    has_files: bool,
}

fn read(row: &Row<'_>) -> rusqlite::Result<Bare> {
    let pings = row.get_ref(17)?.as_str().map(Pings::people_of).unwrap_or_default();
    let message = Message {
        id: row.get(0)?,
        conversation: row.get(1)?,
        number: row.get(2)?,
        revision: row.get(3)?,
        said_by: row.get(4)?,
        name: row.get(5)?,
        address: row.get(6)?,
        kind: MessageKind::from_row(row.get(7)?),
        text: row.get(8)?,
        said_at: row.get(9)?,
        edited_at: row.get(10)?,
        is_deleted: row.get(11)?,
        client_id: row.get(12)?,
        answers: None,
        thread: row.get(14)?,
        replies: row.get(15)?,
        last_reply_at: row.get(16)?,
        pings,
        pings_all: row.get(18)?,
        reactions: Vec::new(),
        files: Vec::new(),
        choices: Vec::new(),
        is_pinned: row.get(19)?,
        is_starred: false,
        is_spoken_for: row.get(22)?,
        portrait: row.get(23)?,
    };
    Ok(Bare { message, answers: row.get(13)?, has_reactions: row.get(20)?, has_files: row.get(21)? })
}

/// Messages that meet a condition; `behind` is the end of the statement.
pub(super) fn find(tx: &ReadTx<'_>, behind: &str, values: impl Params) -> Result<Vec<Bare>, ChatError> {
    let sql = [SELECT, behind].concat();
    let mut found = tx.sql().prepare_cached(&sql)?;
    let rows = found.query_map(values, read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Part of a conversation's log, without the replies in threads. Walks `chat_message_by_number`.
///
/// # Errors
/// `NoConversation`.
pub fn log(tx: &ReadTx<'_>, who: PersonId, id: ConversationId, window: Window) -> Result<Page, ChatError> {
    let access = access(tx, who, id)?;
    let (older, newer) = match window {
        Window::Newest => (Some(i64::MAX), None),
        Window::Before(number) => (Some(number), None),
        Window::After(number) => (None, Some(number)),
        Window::Around(number) => (Some(number), Some(number.saturating_sub(1))),
    };
    let room = if matches!(window, Window::Around(_)) { CHAT_PAGE / 2 } else { CHAT_PAGE };
    let most = i64::try_from(room + 1).unwrap_or(i64::MAX);
    let (mut has_older, mut has_newer) = (false, false);
    let mut bare = Vec::new();
    if let Some(before) = older {
        bare = find(
            tx,
            "m.conversation = ?1 and m.number < ?2 and m.number >= ?3 and m.thread is null
              order by m.number desc limit ?4",
            (id, before, access.first, most),
        )?;
        has_older = bare.len() > room;
        bare.truncate(room);
        bare.reverse();
    }
    if let Some(after) = newer {
        let mut behind = find(
            tx,
            "m.conversation = ?1 and m.number > ?2 and m.thread is null order by m.number limit ?3",
            (id, after.max(access.first - 1), most),
        )?;
        has_newer = behind.len() > room;
        behind.truncate(room);
        bare.append(&mut behind);
    }
    match window {
        Window::Before(number) => has_newer = any(tx, id, number.saturating_sub(1).max(access.first - 1), access.last)?,
        Window::After(number) => has_older = any(tx, id, access.first - 1, number)?,
        Window::Newest | Window::Around(_) => {}
    }
    Ok(Page { messages: dress(tx, who, bare)?, has_older, has_newer })
}

/// Whether a log has a message whose number is over `over` and up to `upto`.
fn any(tx: &ReadTx<'_>, id: ConversationId, over: i64, upto: i64) -> Result<bool, ChatError> {
    let mut found = tx.sql().prepare_cached(
        "select 1 from chat_message where conversation = ?1 and number > ?2 and number <= ?3 and thread is null limit 1",
    )?;
    Ok(found.exists((id, over, upto))?)
}

/// One message.
///
/// # Errors
/// `NoMessage`.
pub fn message(tx: &ReadTx<'_>, who: PersonId, id: ChatMessageId) -> Result<Message, ChatError> {
    let bare = visible(tx, who, id)?;
    dress(tx, who, vec![bare])?.pop().ok_or(ChatError::NoMessage)
}

/// One message that a person may see.
pub(super) fn visible(tx: &ReadTx<'_>, who: PersonId, id: ChatMessageId) -> Result<Bare, ChatError> {
    let bare = find(tx, "m.id = ?1", [id])?.pop().ok_or(ChatError::NoMessage)?;
    match access(tx, who, bare.message.conversation) {
        Ok(access) if access.may_see(bare.message.number) => Ok(bare),
        Ok(_) | Err(ChatError::NoConversation) => Err(ChatError::NoMessage),
        Err(error) => Err(error),
    }
}

/// A message and what hangs under it, oldest first. Of a reply: the thread that it is in. Walks
/// `chat_message_by_thread`.
///
/// # Errors
/// `NoMessage`.
pub fn thread(tx: &ReadTx<'_>, who: PersonId, root: ChatMessageId) -> Result<Vec<Message>, ChatError> {
    let asked = visible(tx, who, root)?;
    let oldest = access(tx, who, asked.message.conversation)?.first;
    let root = asked.message.thread.unwrap_or(root);
    let first = match asked.message.thread {
        None => Some(asked),
        // A root may be forgotten, or from before this person came: its replies stand alone then.
        Some(root) => match visible(tx, who, root) {
            Ok(found) => Some(found),
            Err(ChatError::NoMessage) => None,
            Err(error) => return Err(error),
        },
    };
    let most = i64::try_from(CHAT_REPLIES).unwrap_or(i64::MAX);
    let mut replies =
        find(tx, "m.thread = ?1 and m.number >= ?2 order by m.number desc limit ?3", (root, oldest, most))?;
    replies.extend(first);
    replies.reverse();
    dress(tx, who, replies)
}

/// Adds to messages what lies beside them, and what is this person's own. All are of one conversation.
pub(super) fn dress(tx: &ReadTx<'_>, who: PersonId, bare: Vec<Bare>) -> Result<Vec<Message>, ChatError> {
    let Some(conversation) = bare.first().map(|one| one.message.conversation) else { return Ok(Vec::new()) };
    let access = access(tx, who, conversation)?;
    let numbers = bare.iter().map(|one| one.message.number);
    let (low, high) = (numbers.clone().min().unwrap_or(0), numbers.max().unwrap_or(0));
    let starred = starred_between(tx, who, conversation, (low, high))?;
    let mut messages = Vec::with_capacity(bare.len());
    for one in bare {
        let mut message = dressed(tx, one, access.first)?;
        message.is_starred = !message.is_deleted && starred.contains(&message.number);
        messages.push(message);
    }
    Ok(messages)
}

/// Adds to messages what lies beside them, whatever conversations they are of: for who may see all.
pub(super) fn dress_for_office(tx: &ReadTx<'_>, bare: Vec<Bare>) -> Result<Vec<Message>, ChatError> {
    bare.into_iter().map(|one| dressed(tx, one, 0)).collect()
}

/// A message with what lies beside it. Of a message before `first`, nothing is quoted.
fn dressed(tx: &ReadTx<'_>, one: Bare, first: i64) -> Result<Message, ChatError> {
    let mut message = one.message;
    if message.is_deleted {
        // What it brought lies there until that cannot be undone any more, and is nobody's to see.
        message.is_pinned = false;
        return Ok(message);
    }
    if one.has_reactions {
        message.reactions = reactions(tx, message.id)?;
    }
    if one.has_files {
        message.files = files_of(tx, message.id)?;
    }
    if message.kind == MessageKind::Poll {
        message.choices = poll::choices(tx, message.id)?;
    }
    if let Some(answers) = one.answers {
        message.answers = quoted(tx, answers, first)?;
    }
    Ok(message)
}

fn starred_between(
    tx: &ReadTx<'_>,
    who: PersonId,
    id: ConversationId,
    (low, high): (i64, i64),
) -> Result<BTreeSet<i64>, ChatError> {
    let mut found = tx.sql().prepare_cached(
        "select number from chat_star where person = ?1 and conversation = ?2 and number between ?3 and ?4",
    )?;
    let rows = found.query_map((who, id, low, high), |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn reactions(tx: &ReadTx<'_>, id: ChatMessageId) -> Result<Vec<Reaction>, ChatError> {
    let mut found = tx
        .sql()
        .prepare_cached("select emoji, person from chat_reaction where message = ?1 order by made_at, person")?;
    let mut rows = found.query([id])?;
    let mut reactions: Vec<Reaction> = Vec::new();
    while let Some(row) = rows.next()? {
        let (emoji, person): (String, PersonId) = (row.get(0)?, row.get(1)?);
        match reactions.iter_mut().find(|reaction| reaction.emoji == emoji) {
            Some(reaction) => reaction.people.push(person),
            None => reactions.push(Reaction { emoji, people: vec![person] }),
        }
    }
    Ok(reactions)
}

/// Columns of a file, in the order of [`read_file`].
pub(super) const FILE: &str = "id, name, media_type, size, width, height, preview is not null, seconds";

pub(super) fn read_file(row: &Row<'_>) -> rusqlite::Result<ChatFile> {
    Ok(ChatFile {
        id: row.get(0)?,
        name: row.get(1)?,
        media_type: row.get(2)?,
        size: row.get(3)?,
        width: row.get(4)?,
        height: row.get(5)?,
        has_preview: row.get(6)?,
        seconds: row.get(7)?,
    })
}

fn files_of(tx: &ReadTx<'_>, id: ChatMessageId) -> Result<Vec<ChatFile>, ChatError> {
    let sql = ["select ", FILE, " from chat_file where message = ?1 order by id"].concat();
    let mut found = tx.sql().prepare_cached(&sql)?;
    let rows = found.query_map([id], read_file)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn quoted(tx: &ReadTx<'_>, id: ChatMessageId, first: i64) -> Result<Option<Quoted>, ChatError> {
    let mut found = tx.sql().prepare_cached(
        "select iif(m.speaks_as <> '', m.speaks_as, coalesce(p.full_name, '')), m.text, m.number from chat_message m
           left join people_person p on p.id = m.said_by where m.id = ?1",
    )?;
    let quoted = found.query_row([id], |row| {
        let is_seen = row.get::<_, i64>(2)? >= first;
        let words =
            if is_seen { row.get_ref(1)?.as_str().map(text::preview).unwrap_or_default() } else { String::new() };
        Ok(Quoted { id, name: row.get(0)?, text: words })
    });
    Ok(quoted.optional()?)
}
