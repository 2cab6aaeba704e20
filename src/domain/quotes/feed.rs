//! Feeds: whom the office asks for numbers, in which order, and how that goes. A feed's key is kept beside it and is shown
//! to nobody.

use super::forget_feed;
use crate::domain::store::{ReadTx, StoreError, WriteTx};
use crate::format::feed::{Kind, Options};
use crate::kernel::clock::Moment;
use crate::kernel::id::FeedId;
use crate::kernel::limits;
use crate::kernel::secret::Secret;
use crate::kernel::text::{cut, one_line};
use rusqlite::{OptionalExtension, Row};

/// Characters of a feed's name, and of what is said beside its numbers.
const NAME: usize = limits::QUOTE_SOURCE;
const LICENCE: usize = limits::QUOTE_LICENCE;
/// Characters kept of what went wrong.
const TROUBLE: usize = 300;

/// Why something about feeds was refused.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SetUpError {
    /// No such feed.
    #[error("there is no such feed")]
    NoFeed,
    /// A field that cannot be so, and what would be right.
    #[error("{0}: {1}")]
    Field(&'static str, String),
    /// The file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for SetUpError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<super::QuotesError> for SetUpError {
    fn from(error: super::QuotesError) -> Self {
        match error {
            super::QuotesError::Store(error) => Self::Store(error),
            error => Self::Field("symbols", error.to_string()),
        }
    }
}

/// How a feed is set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFeed {
    /// What it is called, beside each of its numbers.
    pub name: String,
    /// How it speaks.
    pub kind: Kind,
    /// Where it is asked, with `{symbol}` or `{symbols}`, and `{key}`.
    pub url: String,
    /// Its key; as it was where it is nothing.
    pub key: Option<Secret>,
    /// The rest.
    pub options: Options,
    /// Seconds from one question to the next.
    pub every: i64,
    /// Seconds that its numbers are behind.
    pub delay: i64,
    /// What is said beside its numbers.
    pub licence: String,
    /// A host that may be of an own network, by name.
    pub allowed_host: String,
}

/// A feed as it is set up, and how it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// The feed.
    pub id: FeedId,
    /// How it is set up; its key is in it.
    pub is: NewFeed,
    /// Its place in the order in which feeds are asked.
    pub place: i64,
    /// Whether it is asked at all.
    pub is_on: bool,
    /// Failures in a row.
    pub fails: i64,
    /// Until when nothing is asked of it, after failing for some time.
    pub open_until: Option<Moment>,
    /// When it is asked next.
    pub next_at: Moment,
    /// When it was asked last.
    pub tried_at: Option<Moment>,
    /// When it answered well last.
    pub answered_at: Option<Moment>,
    /// How many numbers it told then.
    pub told: i64,
    /// What is wrong; empty where nothing is.
    pub trouble: String,
    /// The kind of trouble, in a word.
    pub cause: String,
    /// The version that was read last, as the provider names it.
    pub etag: String,
    /// When that changed.
    pub modified: String,
}

impl Feed {
    /// Whether its last answer was good, or it has not been asked yet.
    #[must_use]
    pub const fn is_well(&self) -> bool {
        self.fails == 0
    }

    /// Whether it has a key.
    #[must_use]
    pub fn has_key(&self) -> bool {
        self.is.key.as_ref().is_some_and(|key| !key.reveal().is_empty())
    }
}

macro_rules! columns {
    () => {
        "id, name, kind, url, key, options, every, delay, licence, allowed_host, place, is_on, fails, open_until, next_at,
         tried_at, answered_at, told, trouble, cause, etag, modified"
    };
}

fn read(row: &Row<'_>) -> rusqlite::Result<Feed> {
    let (kind, options): (String, String) = (row.get(2)?, row.get(5)?);
    Ok(Feed {
        id: row.get(0)?,
        is: NewFeed {
            name: row.get(1)?,
            // A kind of a newer version is asked nothing.
            kind: kind.parse().unwrap_or(Kind::Simulated),
            url: row.get(3)?,
            key: Some(Secret::new(row.get(4)?)),
            options: serde_json::from_str(&options).unwrap_or_default(),
            every: row.get(6)?,
            delay: row.get(7)?,
            licence: row.get(8)?,
            allowed_host: row.get(9)?,
        },
        place: row.get(10)?,
        is_on: row.get(11)?,
        fails: row.get(12)?,
        open_until: row.get(13)?,
        next_at: row.get(14)?,
        tried_at: row.get(15)?,
        answered_at: row.get(16)?,
        told: row.get(17)?,
        trouble: row.get(18)?,
        cause: row.get(19)?,
        etag: row.get(20)?,
        modified: row.get(21)?,
    })
}

/// All feeds, in the order in which they are asked.
///
/// # Errors
/// Where the file cannot be read.
pub fn feeds(tx: &ReadTx<'_>) -> Result<Vec<Feed>, SetUpError> {
    let mut found = tx.sql().prepare_cached(concat!("select ", columns!(), " from quote_feed order by place, id"))?;
    Ok(found.query_map([], read)?.collect::<Result<_, _>>()?)
}

/// A feed; nothing once it is gone.
///
/// # Errors
/// Where the file cannot be read.
pub fn feed(tx: &ReadTx<'_>, id: FeedId) -> Result<Option<Feed>, SetUpError> {
    let mut found = tx.sql().prepare_cached(concat!("select ", columns!(), " from quote_feed where id = ?1"))?;
    Ok(found.query_row([id], read).optional()?)
}

/// A form as it is kept, where nothing in it is wrong.
fn checked(tx: &ReadTx<'_>, own: Option<FeedId>, new: &NewFeed) -> Result<NewFeed, SetUpError> {
    let wrong = |field: &'static str, sentence: String| Err(SetUpError::Field(field, sentence));
    let new = NewFeed { name: one_line(&new.name), licence: one_line(&new.licence), ..new.clone() };
    if new.name.is_empty() || new.name.chars().count() > NAME {
        return wrong("name", format!("a name has 1 to {NAME} characters"));
    }
    let taken = feeds(tx)?.into_iter().any(|feed| Some(feed.id) != own && feed.is.name == new.name);
    if taken {
        return wrong("name", format!("there is a feed called {} already", new.name));
    }
    if new.licence.chars().count() > LICENCE {
        return wrong("licence", format!("a note has at most {LICENCE} characters"));
    }
    let (least, most) = limits::FEED_EVERY;
    if !(least..=most).contains(&new.every) {
        return wrong("every", format!("a feed is asked every {least} to {most} seconds"));
    }
    if !(0..=limits::FEED_EVERY.1).contains(&new.delay) {
        return wrong("delay", "numbers are behind by a day at the most".to_owned());
    }
    for (field, url) in [("url", &new.url), ("history", &new.options.history), ("stream", &new.options.stream)] {
        if url.len() > limits::FEED_URL {
            return wrong(field, format!("an address has at most {} characters", limits::FEED_URL));
        }
    }
    if new.key.as_ref().is_some_and(|key| key.reveal().len() > limits::FEED_KEY) {
        return wrong("key", format!("a key has at most {} characters", limits::FEED_KEY));
    }
    new.options.check(new.kind).map_err(|(field, sentence)| SetUpError::Field(field, sentence))?;
    Ok(new)
}

fn kept(options: &Options) -> Result<String, SetUpError> {
    serde_json::to_string(options).map_err(|error| SetUpError::Store(StoreError::Corrupt(error.to_string())))
}

/// Adds a feed behind the others. It is asked at once.
///
/// # Errors
/// `Field` where something is wrong with it, or there are as many feeds as there may be.
pub fn add_feed(tx: &WriteTx<'_>, new: &NewFeed) -> Result<FeedId, SetUpError> {
    let new = checked(tx, None, new)?;
    let all = feeds(tx)?;
    if all.len() >= limits::FEEDS {
        return Err(SetUpError::Field("name", format!("there are {} feeds, which is all there may be", limits::FEEDS)));
    }
    let place = all.last().map_or(1, |last| last.place + 1);
    let key = new.key.as_ref().map_or("", Secret::reveal);
    let mut insert = tx.sql().prepare_cached(
        "insert into quote_feed (name, kind, url, key, options, every, delay, licence, place, is_on, allowed_host)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1, ?10) returning id",
    )?;
    let row = (
        &new.name,
        new.kind.facts().word,
        &new.url,
        key,
        kept(&new.options)?,
        new.every,
        new.delay,
        &new.licence,
        place,
        &new.allowed_host,
    );
    Ok(insert.query_row(row, |row| row.get(0))?)
}

/// Sets a feed up otherwise. What went wrong before is forgotten, and it is asked at once.
///
/// # Errors
/// `NoFeed`, `Field`.
pub fn set_feed(tx: &WriteTx<'_>, id: FeedId, new: &NewFeed) -> Result<(), SetUpError> {
    let old = feed(tx, id)?.ok_or(SetUpError::NoFeed)?;
    let new = checked(tx, Some(id), new)?;
    let key = new.key.as_ref().or(old.is.key.as_ref()).map_or("", Secret::reveal);
    let mut update = tx.sql().prepare_cached(
        "update quote_feed set name = ?2, kind = ?3, url = ?4, key = ?5, options = ?6, every = ?7, delay = ?8,
                licence = ?9, allowed_host = ?10, fails = 0, open_until = null, next_at = 0, trouble = '', cause = '',
                etag = '', modified = '' where id = ?1",
    )?;
    update.execute(rusqlite::params![
        id,
        new.name,
        new.kind.facts().word,
        new.url,
        key,
        kept(&new.options)?,
        new.every,
        new.delay,
        new.licence,
        new.allowed_host,
    ])?;
    // What it did not know by its old address it may know by the new one.
    tx.sql()
        .prepare_cached("update quote_source set unknown_until = null, past_at = null where feed = ?1")?
        .execute([id])?;
    Ok(())
}

/// Removes a feed. The numbers it told stay as they are, and say that nobody is asked for them.
///
/// # Errors
/// `NoFeed`.
pub fn remove_feed(tx: &WriteTx<'_>, id: FeedId) -> Result<(), SetUpError> {
    forget_feed(tx, id)?;
    match tx.sql().prepare_cached("delete from quote_feed where id = ?1")?.execute([id])? {
        0 => Err(SetUpError::NoFeed),
        _ => Ok(()),
    }
}

/// Has a feed asked, or not.
///
/// # Errors
/// `NoFeed`.
pub fn switch_feed(tx: &WriteTx<'_>, id: FeedId, is_on: bool) -> Result<(), SetUpError> {
    let sql = "update quote_feed set is_on = ?2, fails = 0, open_until = null, next_at = 0, trouble = '', cause = ''
                where id = ?1";
    match tx.sql().prepare_cached(sql)?.execute((id, is_on))? {
        0 => Err(SetUpError::NoFeed),
        _ => Ok(()),
    }
}

/// Puts a feed one place further up or down; at the end it stays.
///
/// # Errors
/// `NoFeed`.
pub fn move_feed(tx: &WriteTx<'_>, id: FeedId, is_up: bool) -> Result<(), SetUpError> {
    let mut order: Vec<FeedId> = feeds(tx)?.into_iter().map(|feed| feed.id).collect();
    let at = order.iter().position(|one| *one == id).ok_or(SetUpError::NoFeed)?;
    let other = if is_up { at.checked_sub(1) } else { Some(at + 1).filter(|next| *next < order.len()) };
    let Some(other) = other else { return Ok(()) };
    order.swap(at, other);
    let mut update = tx.sql().prepare_cached("update quote_feed set place = ?2 where id = ?1")?;
    for (id, place) in order.iter().zip(1_i64..) {
        update.execute((id, place))?;
    }
    Ok(())
}

/// How a question went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asking {
    /// It was answered.
    Answered {
        /// Numbers it told.
        told: usize,
        /// What is not as it should be all the same; empty where all is.
        trouble: String,
        /// The version that was read, as the provider names it.
        etag: String,
        /// When that changed.
        modified: String,
    },
    /// Nothing has changed since.
    Same,
    /// It was not.
    Failed {
        /// Why, in words.
        trouble: String,
        /// Why, in a word.
        cause: &'static str,
        /// Whether nothing is asked until the next time, after failing for so long.
        rests: bool,
    },
}

/// Notes how a question went and when the next is. A feed that was removed meanwhile has nothing to note.
///
/// # Errors
/// Where the file cannot be written.
pub fn note_feed(tx: &WriteTx<'_>, id: FeedId, went: &Asking, next_at: Moment) -> Result<(), SetUpError> {
    let now = tx.now();
    match went {
        Asking::Answered { told, trouble, etag, modified } => {
            let told = i64::try_from(*told).unwrap_or(i64::MAX);
            let mut update = tx.sql().prepare_cached(
                "update quote_feed set tried_at = ?2, answered_at = ?2, next_at = ?3, told = ?4, trouble = ?5,
                        cause = '', etag = ?6, modified = ?7, fails = 0, open_until = null where id = ?1",
            )?;
            update.execute((id, now, next_at, told, cut(trouble, TROUBLE), etag, modified))?;
        }
        Asking::Same => {
            let mut update = tx.sql().prepare_cached(
                "update quote_feed set tried_at = ?2, answered_at = ?2, next_at = ?3, trouble = '', cause = '', fails = 0,
                        open_until = null where id = ?1",
            )?;
            update.execute((id, now, next_at))?;
        }
        Asking::Failed { trouble, cause, rests } => {
            let mut update = tx.sql().prepare_cached(
                "update quote_feed set tried_at = ?2, next_at = ?3, trouble = ?4, cause = ?5, fails = fails + 1,
                        open_until = ?6 where id = ?1",
            )?;
            update.execute((id, now, next_at, cut(trouble, TROUBLE), cause, rests.then_some(next_at)))?;
        }
    }
    Ok(())
}

/// Puts off when a feed is asked next.
///
/// # Errors
/// Where the file cannot be written.
pub fn put_off_feed(tx: &WriteTx<'_>, id: FeedId, next_at: Moment) -> Result<(), SetUpError> {
    tx.sql().prepare_cached("update quote_feed set next_at = ?2 where id = ?1")?.execute((id, next_at))?;
    Ok(())
}
