//! A message on its way through the office.

use crate::domain::store::{ReadTx, StoreError, WriteTx};
use crate::kernel::clock::Moment;
use crate::kernel::id::{DepartureId, ItemId, PassageId, PersonId};
use crate::kernel::limits;
use crate::kernel::text::{clip, cut, one_line};
use rusqlite::{OptionalExtension as _, Row};

/// Characters kept of a Message-ID, and of what a peer called itself.
const LINE: usize = 250;

/// A message that has just come in or is to leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPassage<'a> {
    /// What the office calls it.
    pub name: &'a str,
    /// Its Message-ID, with or without its angle brackets; empty where it has none.
    pub message_id: &'a str,
    /// Where a bounce goes; empty for a bounce itself.
    pub sender: &'a str,
    /// Its subject.
    pub subject: &'a str,
    /// Its bytes.
    pub size: usize,
    /// The door it came in by, as the log names it.
    pub door: &'a str,
    /// From where.
    pub origin: &'a str,
    /// Who of the office wrote it.
    pub person: Option<PersonId>,
}

/// A message as it was noted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// Its number; later ones have greater ones.
    pub id: PassageId,
    /// When it came, or was written.
    pub at: Moment,
    /// What the office calls it.
    pub name: String,
    /// Its Message-ID without its angle brackets; empty where it has none.
    pub message_id: String,
    /// Where a bounce goes; empty for a bounce itself.
    pub sender: String,
    /// Its subject.
    pub subject: String,
    /// Its bytes.
    pub size: i64,
    /// The door it came in by.
    pub door: String,
    /// From where.
    pub origin: String,
    /// Who of the office wrote it.
    pub person: Option<PersonId>,
    /// The number under which it waits to leave, or did.
    pub departure: Option<DepartureId>,
}

macro_rules! columns {
    () => {
        "p.id, p.at, p.name, p.message_id, p.sender, p.subject, p.size, p.door, p.origin, p.person, p.departure"
    };
}

fn read(row: &Row<'_>) -> rusqlite::Result<Passage> {
    Ok(Passage {
        id: row.get(0)?,
        at: row.get(1)?,
        name: row.get(2)?,
        message_id: row.get(3)?,
        sender: row.get(4)?,
        subject: row.get(5)?,
        size: row.get(6)?,
        door: row.get(7)?,
        origin: row.get(8)?,
        person: row.get(9)?,
        departure: row.get(10)?,
    })
}

/// A Message-ID as it is kept and looked for.
fn bare(message_id: &str) -> String {
    let bare = message_id.trim().trim_start_matches('<').trim_end_matches('>');
    clip(&one_line(bare), LINE).into_owned()
}

/// Notes that a message is on its way.
///
/// # Errors
/// Where the file cannot be written.
pub fn begin(tx: &WriteTx<'_>, new: &NewPassage<'_>) -> Result<PassageId, StoreError> {
    tx.sql()
        .prepare_cached(
            "insert into trace_passage (at, name, message_id, sender, subject, size, door, origin, person)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute((
            tx.now(),
            new.name,
            bare(new.message_id),
            new.sender.to_lowercase(),
            cut(&one_line(new.subject), limits::SUBJECT),
            i64::try_from(new.size).unwrap_or(i64::MAX),
            new.door,
            cut(&one_line(new.origin), LINE),
            new.person,
        ))?;
    Ok(PassageId::new(tx.sql().last_insert_rowid()))
}

/// Notes the number under which a message waits to leave.
///
/// # Errors
/// Where the file cannot be written.
pub fn departs(tx: &WriteTx<'_>, id: PassageId, departure: DepartureId) -> Result<(), StoreError> {
    tx.sql().prepare_cached("update trace_passage set departure = ?2 where id = ?1")?.execute((id, departure))?;
    Ok(())
}

/// One message; nothing once it is not kept any more.
///
/// # Errors
/// Where the file cannot be read.
pub fn passage(tx: &ReadTx<'_>, id: PassageId) -> Result<Option<Passage>, StoreError> {
    let mut found = tx.sql().prepare_cached(concat!("select ", columns!(), " from trace_passage p where p.id = ?1"))?;
    Ok(found.query_row([id], read).optional()?)
}

/// The newest messages.
///
/// # Errors
/// Where the file cannot be read.
pub fn newest(tx: &ReadTx<'_>, most: usize) -> Result<Vec<Passage>, StoreError> {
    let sql = concat!("select ", columns!(), " from trace_passage p order by p.id desc limit ?1");
    let mut found = tx.sql().prepare_cached(sql)?;
    let rows = found.query_map([i64::try_from(most).unwrap_or(i64::MAX)], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The message that waits to leave under a number, or did.
///
/// # Errors
/// Where the file cannot be read.
pub fn of_departure(tx: &ReadTx<'_>, departure: DepartureId) -> Result<Option<Passage>, StoreError> {
    let mut found =
        tx.sql().prepare_cached(concat!("select ", columns!(), " from trace_passage p where p.departure = ?1"))?;
    Ok(found.query_row([departure], read).optional()?)
}

/// The message that one person's copy came of.
///
/// # Errors
/// Where the file cannot be read.
pub fn of_item(tx: &ReadTx<'_>, item: ItemId) -> Result<Option<Passage>, StoreError> {
    let mut found = tx.sql().prepare_cached(concat!(
        "select ",
        columns!(),
        " from trace_step s join trace_passage p on p.id = s.passage where s.item = ?1 order by p.id desc limit 1"
    ))?;
    Ok(found.query_row([item], read).optional()?)
}

/// Messages that the words may mean, newest first: their name here or their Message-ID; an address they are from or to;
/// or words of their subject, among the newest [`limits::TRACE_LOOKED`].
///
/// # Errors
/// Where the file cannot be read.
pub fn find(tx: &ReadTx<'_>, words: &str, most: usize) -> Result<Vec<Passage>, StoreError> {
    let (words, most) = (words.trim(), i64::try_from(most).unwrap_or(i64::MAX));
    let sql = concat!(
        "select ",
        columns!(),
        " from trace_passage p where p.id in (
            select id from trace_passage where name = ?1
            union select id from trace_passage where message_id <> '' and message_id = ?2
            union select * from (select passage from trace_step where address <> '' and address = ?3
                                  order by passage desc limit ?4))
          order by p.id desc limit ?4"
    );
    let mut found = tx.sql().prepare_cached(sql)?;
    let named = found.query_map((words, bare(words), words.to_lowercase(), most), read)?;
    let named = named.collect::<Result<Vec<_>, _>>()?;
    if !named.is_empty() || words.is_empty() {
        return Ok(named);
    }
    let sql = concat!(
        "select ",
        columns!(),
        " from (select * from trace_passage order by id desc limit ?3) p
          where instr(lower(p.subject), ?1) > 0 order by p.id desc limit ?2"
    );
    let mut found = tx.sql().prepare_cached(sql)?;
    let titled = found.query_map((words.to_lowercase(), most, limits::TRACE_LOOKED), read)?;
    Ok(titled.collect::<Result<_, _>>()?)
}

/// Forgets what came before a moment, oldest first, at most `most` messages. Returns how many.
///
/// # Errors
/// Where the file cannot be written.
pub fn prune(tx: &WriteTx<'_>, before: Moment, most: usize) -> Result<usize, StoreError> {
    // Numbers grow with time: the oldest stand first, and no more than these are looked at.
    let sql = "delete from trace_passage where id in (
        select id from (select id, at from trace_passage order by id limit ?2) where at < ?1)";
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    Ok(tx.sql().prepare_cached(sql)?.execute((before, most))?)
}
