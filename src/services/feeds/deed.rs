//! Feeds as those run them who run the office: each deed is written down in the audit. A key is never told, only that
//! there is another.

use super::setup::{self, typed_of};
use crate::domain::audit::{self, Act, Actor};
use crate::domain::quotes::{self, Feed, NewFeed, SetUpError};
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::id::FeedId;
use crate::services::difference::{Fields, difference};

/// What is done with a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// It is asked earlier, by one place.
    Up,
    /// It is asked later, by one place.
    Down,
    /// It is asked.
    On,
    /// It is asked no more.
    Off,
    /// It goes; the numbers it told stay.
    Remove,
}

impl Deed {
    /// The deed of a name, as addresses and the command line have it.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "up" => Self::Up,
            "down" => Self::Down,
            "on" => Self::On,
            "off" => Self::Off,
            "remove" => Self::Remove,
            _ => return None,
        })
    }
}

/// Does it.
///
/// # Errors
/// `NoFeed`.
pub fn act(tx: &WriteTx<'_>, actor: &Actor, id: FeedId, deed: Deed) -> Result<(), SetUpError> {
    let feed = quotes::feed(tx, id)?.ok_or(SetUpError::NoFeed)?;
    let order = order(tx)?;
    let is_on = if feed.is_on { "on" } else { "off" };
    let (act, before, after) = match deed {
        Deed::Up | Deed::Down => {
            quotes::move_feed(tx, id, deed == Deed::Up)?;
            ("feed.order", order, self::order(tx)?)
        }
        Deed::On | Deed::Off => {
            quotes::switch_feed(tx, id, deed == Deed::On)?;
            ("feed.switch", is_on.to_owned(), if deed == Deed::On { "on" } else { "off" }.to_owned())
        }
        Deed::Remove => {
            let before = difference(&told(tx, &feed)?, &Fields::new()).0;
            quotes::remove_feed(tx, id)?;
            ("feed.remove", before, String::new())
        }
    };
    if before != after {
        audit::note(tx, actor, Act { act, subject: &feed.is.name, before: &before, after: &after })?;
    }
    Ok(())
}

/// Keeps a feed that was typed, and what is listed for it.
///
/// # Errors
/// `Field`, `NoFeed`.
pub fn keep(
    tx: &WriteTx<'_>,
    actor: &Actor,
    id: Option<FeedId>,
    new: &NewFeed,
    symbols: &[(String, String)],
) -> Result<FeedId, SetUpError> {
    let old = match id {
        Some(id) => {
            let feed = quotes::feed(tx, id)?.ok_or(SetUpError::NoFeed)?;
            Some(told(tx, &feed)?)
        }
        None => None,
    };
    let kept = setup::keep(tx, id, new, symbols)?;
    let feed = quotes::feed(tx, kept)?.ok_or(SetUpError::NoFeed)?;
    let mut now = told(tx, &feed)?;
    if new.key.is_some() {
        now.push(("key", "another one".to_owned()));
    }
    let act = if old.is_some() { "feed.change" } else { "feed.add" };
    let (before, after) = difference(&old.unwrap_or_default(), &now);
    audit::note(tx, actor, Act { act, subject: &feed.is.name, before: &before, after: &after })?;
    Ok(kept)
}

fn told(tx: &ReadTx<'_>, feed: &Feed) -> Result<Fields, SetUpError> {
    Ok(typed_of(&feed.is, &quotes::listed(tx, feed.id)?))
}

/// The feeds in the order in which they are asked.
fn order(tx: &ReadTx<'_>) -> Result<String, SetUpError> {
    Ok(quotes::feeds(tx)?.into_iter().map(|feed| feed.is.name).collect::<Vec<_>>().join(", "))
}
