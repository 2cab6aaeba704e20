//! The full-text index of what was said. Indexing costs more than saying, so it follows in transactions of its own.

use super::ChatError;
use super::model::MessageKind;
use crate::domain::store::{ReadTx, WriteTx};
use crate::format::search::spaced;
use crate::kernel::id::{ChatMessageId, ConversationId, PersonId};
use rusqlite::{Connection, OptionalExtension};

/// What of a message can be found.
pub(super) struct Words {
    text: String,
    files: String,
    place: String,
}

/// The word that marks a conversation's messages in the index.
pub(super) fn place_word(id: ConversationId) -> String {
    format!("c{id}")
}

/// The word that marks a person's messages in the index.
pub(super) fn sayer_word(who: PersonId) -> String {
    format!("p{who}")
}

/// The word that marks messages with files.
pub(super) const FILE_WORD: &str = "file";
/// The word that marks messages with links.
pub(super) const LINK_WORD: &str = "link";

fn has_link(text: &str) -> bool {
    ["https://", "http://", "www."].iter().any(|start| text.contains(start))
}

/// The messages of a condition that can be found, each with its words; `behind` is the end of the statement.
pub(super) fn words(
    tx: &ReadTx<'_>,
    behind: &str,
    values: impl rusqlite::Params,
) -> Result<Vec<(ChatMessageId, Words)>, ChatError> {
    let sql = [
        "select m.id, m.text, m.conversation, m.said_by, m.kind, m.is_deleted,
                case when m.has_files then
                  (select group_concat(name, ' ') from chat_file f where f.message = m.id) end
           from chat_message m where ",
        behind,
    ]
    .concat();
    let mut found = tx.sql().prepare_cached(&sql)?;
    let mut rows = found.query(values)?;
    let mut words = Vec::new();
    while let Some(row) = rows.next()? {
        let kind = MessageKind::from_row(row.get(4)?);
        if kind == MessageKind::Notice || row.get::<_, bool>(5)? {
            continue;
        }
        let text = row.get_ref(1)?.as_str().unwrap_or_default();
        let files: Option<String> = row.get(6)?;
        let mut place = place_word(row.get(2)?);
        if let Some(who) = row.get::<_, Option<PersonId>>(3)? {
            place.push(' ');
            place.push_str(&sayer_word(who));
        }
        for (is_so, word) in [(files.is_some(), FILE_WORD), (has_link(text), LINK_WORD)] {
            if is_so {
                place.push(' ');
                place.push_str(word);
            }
        }
        let files = spaced(&files.unwrap_or_default());
        words.push((row.get(0)?, Words { text: spaced(text), files, place }));
    }
    Ok(words)
}

/// Indexes the next messages, at most `most`, oldest first. Returns how many were looked at; none where all are known.
///
/// # Errors
/// Where the file cannot be written.
pub fn index(tx: &WriteTx<'_>, most: usize) -> Result<usize, ChatError> {
    let from = upto(tx)?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let mut ends = tx.sql().prepare_cached(
        "select max(id), count(*) from (select id from chat_message where id > ?1 order by id limit ?2)",
    )?;
    let (last, count): (Option<i64>, i64) = ends.query_row((from, most), |row| Ok((row.get(0)?, row.get(1)?)))?;
    let Some(last) = last else { return Ok(0) };
    for (message, words) in words(tx, "m.id > ?1 and m.id <= ?2 order by m.id", (from, last))? {
        insert(tx.sql(), message, &words)?;
    }
    tx.sql().prepare_cached("update chat_index_state set upto = ?1 where one = 1")?.execute([last])?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

/// How many messages are not indexed yet, counted up to 10,000.
///
/// # Errors
/// Where the file cannot be read.
pub fn lag(tx: &ReadTx<'_>) -> Result<i64, ChatError> {
    let mut count =
        tx.sql().prepare_cached("select count(*) from (select 1 from chat_message where id > ?1 limit 10000)")?;
    Ok(count.query_row([upto(tx)?], |row| row.get(0))?)
}

/// The last message that the index knows.
pub(super) fn upto(tx: &ReadTx<'_>) -> Result<i64, ChatError> {
    let mut found = tx.sql().prepare_cached("select upto from chat_index_state where one = 1")?;
    Ok(found.query_row([], |row| row.get(0)).optional()?.unwrap_or(0))
}

pub(super) fn insert(sql: &Connection, message: ChatMessageId, words: &Words) -> Result<(), ChatError> {
    sql.prepare_cached("insert into chat_index (rowid, text, files, place) values (?1, ?2, ?3, ?4)")?.execute((
        message,
        &words.text,
        &words.files,
        &words.place,
    ))?;
    Ok(())
}

/// Takes a message out of the index.
pub(super) fn forget(tx: &WriteTx<'_>, message: ChatMessageId) -> Result<(), ChatError> {
    if message.get() <= upto(tx)? {
        tx.sql().prepare_cached("delete from chat_index where rowid = ?1")?.execute([message])?;
    }
    Ok(())
}

/// Indexes a message anew whose words have changed.
pub(super) fn renew(tx: &WriteTx<'_>, message: ChatMessageId) -> Result<(), ChatError> {
    if message.get() > upto(tx)? {
        return Ok(());
    }
    forget(tx, message)?;
    for (message, words) in words(tx, "m.id = ?1", [message])? {
        insert(tx.sql(), message, &words)?;
    }
    Ok(())
}
