//! Search: the index, and the messages that came after it was last written.

use super::MailError;
use super::draft::draft;
use super::folder::{self, Folder, FolderRole};
use super::index::{self, IndexWords};
use super::model::{Page, Row};
use super::query::Query;
use super::row::to_page;
use crate::domain::store::{ReadTx, packed};
use crate::format::mime::parse;
use crate::kernel::id::{BlobId, ItemId, MessageId, PersonId};
use crate::kernel::limits::{PAGE_ROWS, SEARCH_TAIL};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

/// Messages of everybody that are walked to find one person's newest.
const TAIL_WALK: i64 = 20_000;
/// Pages of what was found: each costs all those before it.
const PAGES: u32 = 200;

/// One page of a person's messages that answer a query, newest first. Junk and Trash are left out unless asked for.
///
/// Where no whole word matches, the words are taken as beginnings.
///
/// # Errors
/// Where the file cannot be read.
pub fn search(tx: &ReadTx<'_>, who: PersonId, query: &Query, page: u32) -> Result<Page, MailError> {
    let page = page.min(PAGES);
    if query.is_empty() {
        return Ok(to_page(Vec::new(), page, Some(0)));
    }
    let found = find(tx, who, query, page)?;
    if found.rows.is_empty() && page <= 1 && query.has_terms() {
        return find(tx, who, &query.widened(), page);
    }
    Ok(found)
}

fn find(tx: &ReadTx<'_>, who: PersonId, query: &Query, page: u32) -> Result<Page, MailError> {
    let Some(filter) = Filter::of(tx, who, query)? else { return Ok(to_page(Vec::new(), page, Some(0))) };
    let mut rows = from_tail(tx, who, query, &filter)?;
    let wanted = page.max(1) as usize * PAGE_ROWS + 1;
    if rows.len() < wanted {
        rows.extend(from_index(tx, who, query, &filter, wanted - rows.len())?);
    }
    let skipped = rows.len().min((page.max(1) as usize - 1) * PAGE_ROWS);
    Ok(to_page(rows.split_off(skipped), page, None))
}

/// What is asked beside words, as SQL over `i` (items) and `m` (messages).
struct Filter {
    sql: String,
    values: Vec<Value>,
}

impl Filter {
    /// `None` where the asked-for folder does not exist.
    fn of(tx: &ReadTx<'_>, who: PersonId, query: &Query) -> Result<Option<Self>, MailError> {
        let mut filter = Self { sql: "i.owner = ?".to_owned(), values: vec![who.get().into()] };
        let folders = folder::folders(tx, who)?;
        match &query.folder {
            Some(word) if matches!(word.as_str(), "all" | "anywhere") => {}
            Some(word) => match named(&folders, word) {
                Some(folder) => filter.and("i.folder = ?", folder.id.get()),
                None => return Ok(None),
            },
            None => {
                for hidden in folders.iter().filter(|f| matches!(f.role, FolderRole::Junk | FolderRole::Trash)) {
                    filter.and("i.folder <> ?", hidden.id.get());
                }
            }
        }
        if let Some(is_seen) = query.is_seen {
            filter.and("i.is_seen = ?", i64::from(is_seen));
        }
        if query.is_starred {
            filter.and("i.is_starred = ?", 1);
        }
        if query.has_files {
            filter.and("m.has_files = ?", 1);
        }
        if let Some(before) = query.before {
            filter.and("i.at < ?", before.millis());
        }
        if let Some(after) = query.after {
            filter.and("i.at >= ?", after.millis());
        }
        if let Some(larger) = query.larger {
            filter.and("m.size > ?", larger);
        }
        Ok(Some(filter))
    }

    fn and(&mut self, condition: &str, value: i64) {
        self.sql.push_str(" and ");
        self.sql.push_str(condition);
        self.values.push(value.into());
    }
}

fn named<'f>(folders: &'f [Folder], word: &str) -> Option<&'f Folder> {
    folders.iter().find(|folder| folder.slug() == word || folder.name.to_lowercase() == word)
}

/// A row for one found message.
const FOUND: &str = "i.thread, i.folder, i.id, i.revision, 1, 1 - i.is_seen, i.is_starred, m.has_files, i.is_draft,
    case when m.from_name <> '' then m.from_name when m.from_address <> '' then m.from_address
         else 'unknown sender' end, m.subject, m.preview, i.at";

/// Walks `mail_index` from its newest message, so that a page costs no more than its rows.
fn from_index(
    tx: &ReadTx<'_>,
    who: PersonId,
    query: &Query,
    filter: &Filter,
    most: usize,
) -> Result<Vec<Row>, MailError> {
    let sql = [
        "select ",
        FOUND,
        " from mail_index x cross join mail_item i on i.message = x.rowid join mail_message m on m.id = i.message
          where ",
        &filter.sql,
        " and mail_index match ? order by x.rowid desc limit ?",
    ]
    .concat();
    let expression = query.expression(&index::owner_word(who));
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let values = filter.values.iter().cloned().chain([Value::from(expression), Value::from(most)]);
    let mut found = tx.sql().prepare_cached(&sql)?;
    let rows = found.query_map(params_from_iter(values), Row::read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Looks through what is not indexed: the newest messages, and drafts.
fn from_tail(tx: &ReadTx<'_>, who: PersonId, query: &Query, filter: &Filter) -> Result<Vec<Row>, MailError> {
    let upto = index::upto(tx)?;
    let sql = [
        "select m.blob, ",
        FOUND,
        " from (select * from mail_item where message > ? order by message desc limit ?) i
            join mail_message m on m.id = i.message where (i.is_draft = 1 or m.blob is not null) and ",
        &filter.sql,
        " union all select m.blob, ",
        FOUND,
        " from mail_item i join mail_message m on m.id = i.message
           where i.is_draft = 1 and i.message <= ? and ",
        &filter.sql,
        " limit ?",
    ]
    .concat();
    let head = [Value::from(upto), Value::from(TAIL_WALK)];
    let tail = i64::try_from(SEARCH_TAIL).unwrap_or(i64::MAX);
    let own = filter.values.iter().cloned();
    let values = head.into_iter().chain(own.clone()).chain([Value::from(upto)]).chain(own).chain([Value::from(tail)]);
    let mut found = tx.sql().prepare_cached(&sql)?;
    let rows = found.query_map(params_from_iter(values), |row| Ok(Unread { blob: row.get(0)?, item: row.get(3)? }))?;
    let unread = rows.collect::<Result<Vec<_>, _>>()?;
    let mut rows = Vec::new();
    for one in matching(tx, who, query, &unread)? {
        rows.extend(found_row(tx, one)?);
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.at));
    Ok(rows)
}

/// A message that the index does not know yet.
struct Unread {
    blob: Option<BlobId>,
    item: ItemId,
}

/// Those of `unread` that match: asked of an index of their own, in memory, so that the same words find the same.
fn matching<'u>(
    tx: &ReadTx<'_>,
    who: PersonId,
    query: &Query,
    unread: &'u [Unread],
) -> Result<Vec<&'u Unread>, MailError> {
    if unread.is_empty() {
        return Ok(Vec::new());
    }
    let small = Connection::open_in_memory()?;
    small.execute_batch(
        "create virtual table mail_index using fts5 (subject, sender, recipients, body, files, owners,
           content = '', tokenize = 'unicode61 remove_diacritics 2')",
    )?;
    let owner = index::owner_word(who);
    for (place, one) in (1..).zip(unread) {
        index::insert(&small, MessageId::new(place), &words_of(tx, who, one)?, &owner)?;
    }
    let mut found = small.prepare("select rowid from mail_index where mail_index match ?1")?;
    let rows = found.query_map([query.expression(&owner)], |row| row.get::<_, i64>(0))?;
    let places = rows.collect::<Result<Vec<_>, _>>()?;
    Ok(places.iter().filter_map(|place| unread.get(usize::try_from(*place).ok()?.checked_sub(1)?)).collect())
}

fn words_of(tx: &ReadTx<'_>, who: PersonId, one: &Unread) -> Result<IndexWords, MailError> {
    if let Some(blob) = one.blob {
        return Ok(IndexWords::of(&parse(&packed(tx, blob)?.unpack()?)));
    }
    match draft(tx, who, one.item) {
        Ok(draft) => {
            let to = [draft.text.to.as_str(), &draft.text.cc, &draft.text.bcc].join(" ");
            Ok(IndexWords::of_draft(draft.text.subject, to, draft.text.body))
        }
        Err(MailError::NoDraft) => Ok(IndexWords::of_draft(String::new(), String::new(), String::new())),
        Err(error) => Err(error),
    }
}

fn found_row(tx: &ReadTx<'_>, one: &Unread) -> Result<Option<Row>, MailError> {
    let sql = ["select ", FOUND, " from mail_item i join mail_message m on m.id = i.message where i.id = ?1"].concat();
    let mut found = tx.sql().prepare_cached(&sql)?;
    let mut rows = found.query_map([one.item], Row::read)?;
    Ok(rows.next().transpose()?)
}
