//! Rows of lists: kept true by every change to the items behind them, and the only place that counts.

use super::MailError;
use super::file::Head;
use super::folder::{self, FolderRole};
use super::model::{Page, ROW, Row};
use crate::domain::people;
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::clock::Moment;
use crate::kernel::id::{FolderId, ItemId, PersonId, ThreadId};
use crate::kernel::limits::PAGE_ROWS;
use crate::kernel::text;
use rusqlite::OptionalExtension;

/// One page of a folder, newest first; pages count from 1. Walks `mail_row_by_time`.
///
/// # Errors
/// `NoFolder`.
pub fn list(tx: &ReadTx<'_>, who: PersonId, at: FolderId, page: u32) -> Result<Page, MailError> {
    let total = folder::folder(tx, who, at)?.total;
    let sql = ["select ", ROW, " from mail_row r where r.folder = ?1 order by r.at desc, r.thread limit ?2 offset ?3"]
        .concat();
    let rows = select(tx, &sql, at.get(), page)?;
    Ok(to_page(rows, page, Some(total)))
}

/// One page of a person's starred conversations, newest first. Walks `mail_row_starred`.
///
/// # Errors
/// Where the file cannot be read.
pub fn starred(tx: &ReadTx<'_>, who: PersonId, page: u32) -> Result<Page, MailError> {
    let sql = [
        "select ",
        ROW,
        " from mail_row r where r.owner = ?1 and r.is_starred = 1 order by r.at desc limit ?2 offset ?3",
    ]
    .concat();
    let rows = select(tx, &sql, who.get(), page)?;
    Ok(to_page(rows, page, None))
}

fn select(tx: &ReadTx<'_>, sql: &str, of: i64, page: u32) -> Result<Vec<Row>, MailError> {
    let rows = i64::try_from(PAGE_ROWS).unwrap_or(50);
    let offset = i64::from(page.max(1) - 1) * rows;
    let mut found = tx.sql().prepare_cached(sql)?;
    let found = found.query_map((of, rows + 1, offset), Row::read)?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Makes a page of rows of which one too many was asked for.
pub(super) fn to_page(mut rows: Vec<Row>, page: u32, total: Option<i64>) -> Page {
    let has_older = rows.len() > PAGE_ROWS;
    rows.truncate(PAGE_ROWS);
    let first = i64::from(page.max(1) - 1) * i64::try_from(PAGE_ROWS).unwrap_or(50) + 1;
    Page { rows, total, first, page: page.max(1), has_older }
}

/// The row of a conversation in a folder, where it has one.
///
/// # Errors
/// Where the file cannot be read.
pub fn row(tx: &ReadTx<'_>, who: PersonId, at: FolderId, thread: ThreadId) -> Result<Option<Row>, MailError> {
    let sql = ["select ", ROW, " from mail_row r where r.thread = ?1 and r.folder = ?2 and r.owner = ?3"].concat();
    Ok(tx.sql().prepare_cached(&sql)?.query_row((thread, at, who), Row::read).optional()?)
}

/// What a row is made of.
struct Part {
    item: ItemId,
    at: Moment,
    is_seen: bool,
    is_starred: bool,
    is_draft: bool,
    has_files: bool,
    from_name: String,
    from_address: String,
    to_line: String,
    subject: String,
    preview: String,
}

/// Where a row stands.
pub(super) struct Place {
    pub(super) at: FolderId,
    pub(super) role: FolderRole,
    pub(super) thread: ThreadId,
    pub(super) revision: i64,
}

/// The row of a conversation that begins with this message: nothing has to be looked up for it.
pub(super) fn begin(
    tx: &WriteTx<'_>,
    who: PersonId,
    place: &Place,
    item: ItemId,
    head: &Head,
    is_seen: bool,
) -> Result<(), MailError> {
    let part = Part {
        item,
        at: tx.now(),
        is_seen,
        is_starred: false,
        is_draft: false,
        has_files: head.has_files,
        from_name: head.from_name.clone(),
        from_address: head.from_address.clone(),
        to_line: head.to_line.clone(),
        subject: head.subject.clone(),
        preview: head.preview.clone(),
    };
    let Some(row) = compose(tx, who, place, &[part])? else { return Ok(()) };
    put(tx, who, None, &row)?;
    folder::count(tx, place.at, 1, row.unread)
}

/// Brings the row of a conversation in a folder, and the folder's counters, to what its items say.
pub(super) fn refresh(
    tx: &WriteTx<'_>,
    who: PersonId,
    at: FolderId,
    thread: ThreadId,
    revision: i64,
) -> Result<(), MailError> {
    let old: Option<(i64, i64)> = tx
        .sql()
        .prepare_cached("select id, unread from mail_row where thread = ?1 and folder = ?2")?
        .query_row((thread, at), |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let parts = parts(tx, at, thread)?;
    let place = Place { at, role: folder::folder(tx, who, at)?.role, thread, revision };
    let Some(row) = compose(tx, who, &place, &parts)? else {
        if let Some((id, unread)) = old {
            tx.sql().prepare_cached("delete from mail_row where id = ?1")?.execute([id])?;
            folder::count(tx, at, -1, -unread)?;
        }
        return Ok(());
    };
    put(tx, who, old.map(|(id, _)| id), &row)?;
    folder::count(tx, at, i64::from(old.is_none()), row.unread - old.map_or(0, |(_, unread)| unread))
}

/// The items of a conversation in a folder, oldest first. Walks `mail_item_by_thread`.
fn parts(tx: &ReadTx<'_>, at: FolderId, thread: ThreadId) -> Result<Vec<Part>, MailError> {
    let mut found = tx.sql().prepare_cached(
        "select i.id, i.at, i.is_seen, i.is_starred, i.is_draft, m.has_files, m.from_name, m.from_address, m.to_line,
                m.subject, m.preview
           from mail_item i join mail_message m on m.id = i.message
          where i.thread = ?1 and i.folder = ?2 order by i.at, i.id",
    )?;
    let rows = found.query_map((thread, at), |row| {
        Ok(Part {
            item: row.get(0)?,
            at: row.get(1)?,
            is_seen: row.get(2)?,
            is_starred: row.get(3)?,
            is_draft: row.get(4)?,
            has_files: row.get(5)?,
            from_name: row.get(6)?,
            from_address: row.get(7)?,
            to_line: row.get(8)?,
            subject: row.get(9)?,
            preview: row.get(10)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn compose(tx: &ReadTx<'_>, who: PersonId, place: &Place, parts: &[Part]) -> Result<Option<Row>, MailError> {
    let Some(newest) = parts.last() else { return Ok(None) };
    Ok(Some(Row {
        thread: place.thread,
        folder: place.at,
        item: newest.item,
        revision: place.revision,
        count: i64::try_from(parts.len()).unwrap_or(i64::MAX),
        unread: i64::try_from(parts.iter().filter(|part| !part.is_seen).count()).unwrap_or(i64::MAX),
        is_starred: parts.iter().any(|part| part.is_starred),
        has_files: parts.iter().any(|part| part.has_files),
        is_draft: newest.is_draft,
        people: people_line(tx, who, place.role, parts)?,
        subject: newest.subject.clone(),
        preview: newest.preview.clone(),
        at: newest.at,
    }))
}

/// Who wrote, each named once; in Sent and Drafts, to whom.
fn people_line(tx: &ReadTx<'_>, who: PersonId, role: FolderRole, parts: &[Part]) -> Result<String, MailError> {
    if let (FolderRole::Sent | FolderRole::Drafts, Some(newest)) = (role, parts.last()) {
        let to = if newest.to_line.is_empty() { "nobody yet" } else { &newest.to_line };
        return Ok(format!("To: {to}"));
    }
    let mut names: Vec<&str> = Vec::new();
    for part in parts {
        let name = if parts.len() > 1 && is_me(tx, who, part)? { "me" } else { shown_name(part) };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(text::cut(&names.join(", "), 120))
}

fn shown_name(part: &Part) -> &str {
    if !part.from_name.is_empty() {
        &part.from_name
    } else if part.from_address.is_empty() {
        "unknown sender"
    } else {
        &part.from_address
    }
}

fn is_me(tx: &ReadTx<'_>, who: PersonId, part: &Part) -> Result<bool, MailError> {
    match part.from_address.parse() {
        Ok(address) => Ok(people::is_own_address(tx, who, &address)?),
        Err(_) => Ok(false),
    }
}

fn put(tx: &WriteTx<'_>, who: PersonId, id: Option<i64>, row: &Row) -> Result<(), MailError> {
    tx.sql()
        .prepare_cached(
            "insert or replace into mail_row (id, folder, thread, at, owner, item, revision, count, unread,
               is_starred, has_files, is_draft, people, subject, preview)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
        )?
        .execute((
            id,
            row.folder,
            row.thread,
            row.at,
            who,
            row.item,
            row.revision,
            row.count,
            row.unread,
            row.is_starred,
            row.has_files,
            row.is_draft,
            &row.people,
            &row.subject,
            &row.preview,
        ))?;
    Ok(())
}
