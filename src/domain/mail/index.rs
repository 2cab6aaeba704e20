//! The full-text index. Indexing costs ten times what storing costs, so it follows in transactions of its own.

use super::MailError;
use crate::domain::store::{Packed, ReadTx, WriteTx, packed};
use crate::format::mime::{Mailbox, ParsedMail};
use crate::kernel::id::{BlobId, MessageId, PersonId};
use crate::kernel::{limits, text};
use rusqlite::Connection;

/// What of a message can be found.
#[derive(Debug, Clone)]
pub struct IndexWords {
    subject: String,
    sender: String,
    recipients: String,
    body: String,
    files: String,
}

impl IndexWords {
    /// What of a parsed message can be found.
    #[must_use]
    pub fn of(mail: &ParsedMail) -> Self {
        let people = |of: &[&Vec<Mailbox>]| -> String {
            let words =
                of.iter().flat_map(|list| list.iter()).take(200).map(|who| format!("{} {}", who.name, who.address));
            words.collect::<Vec<_>>().join(" ")
        };
        let files = mail.files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>().join(" ");
        Self {
            subject: mail.subject.clone(),
            sender: mail.from.iter().map(|who| format!("{} {}", who.name, who.address)).collect(),
            recipients: people(&[&mail.to, &mail.cc, &mail.bcc]),
            body: text::cut(&mail.text, limits::INDEXED_TEXT),
            files,
        }
    }

    /// What of a draft can be found.
    pub(super) const fn of_draft(subject: String, recipients: String, body: String) -> Self {
        Self { subject, sender: String::new(), recipients, body, files: String::new() }
    }
}

/// A message that is not indexed yet.
#[derive(Debug)]
pub struct Unindexed {
    /// The message.
    pub message: MessageId,
    /// Its bytes, as kept.
    pub bytes: Packed,
}

/// The next messages to index, at most `most`, oldest first.
///
/// # Errors
/// Where the file cannot be read.
pub fn unindexed(tx: &ReadTx<'_>, most: usize) -> Result<Vec<Unindexed>, MailError> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let mut found = tx
        .sql()
        .prepare_cached("select id, blob from mail_message where id > ?1 and blob is not null order by id limit ?2")?;
    let rows = found.query_map((upto(tx)?, most), |row| Ok((row.get(0)?, row.get(1)?)))?;
    let rows = rows.collect::<Result<Vec<(MessageId, BlobId)>, _>>()?;
    rows.into_iter().map(|(message, blob)| Ok(Unindexed { message, bytes: packed(tx, blob)? })).collect()
}

/// How many messages are not indexed yet, counted up to 10,000.
///
/// # Errors
/// Where the file cannot be read.
pub fn lag(tx: &ReadTx<'_>) -> Result<i64, MailError> {
    let mut count = tx.sql().prepare_cached(
        "select count(*) from (select 1 from mail_message where id > ?1 and blob is not null limit 10000)",
    )?;
    Ok(count.query_row([upto(tx)?], |row| row.get(0))?)
}

/// The last indexed message.
pub(super) fn upto(tx: &ReadTx<'_>) -> Result<i64, MailError> {
    Ok(tx.sql().prepare_cached("select upto from mail_index_state where one = 1")?.query_row([], |row| row.get(0))?)
}

/// Indexes messages, given oldest first. Those indexed already, and those deleted meanwhile, are passed over.
///
/// # Errors
/// Where the file cannot be written.
pub fn index(tx: &WriteTx<'_>, words: &[(MessageId, IndexWords)]) -> Result<(), MailError> {
    let upto = upto(tx)?;
    for (message, words) in words.iter().filter(|(message, _)| message.get() > upto) {
        let owners = owners(tx, *message)?;
        if !owners.is_empty() {
            insert(tx.sql(), *message, words, &owners)?;
        }
    }
    if let Some((last, _)) = words.last() {
        tx.sql().prepare_cached("update mail_index_state set upto = max(upto, ?1) where one = 1")?.execute([last])?;
    }
    Ok(())
}

pub(super) fn insert(sql: &Connection, message: MessageId, words: &IndexWords, owners: &str) -> Result<(), MailError> {
    sql.prepare_cached(
        "insert into mail_index (rowid, subject, sender, recipients, body, files, owners)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute((message, &words.subject, &words.sender, &words.recipients, &words.body, &words.files, owners))?;
    Ok(())
}

/// The word that marks a person's messages in the index.
pub(super) fn owner_word(who: PersonId) -> String {
    format!("o{who}")
}

fn owners(tx: &ReadTx<'_>, message: MessageId) -> Result<String, MailError> {
    let mut found = tx.sql().prepare_cached("select distinct owner from mail_item where message = ?1")?;
    let rows = found.query_map([message], |row| row.get(0))?;
    let words = rows.map(|who| who.map(owner_word)).collect::<Result<Vec<_>, _>>()?;
    Ok(words.join(" "))
}
