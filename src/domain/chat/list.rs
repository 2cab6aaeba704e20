//! Lists of conversations: a person's own, and the rooms one might join.

use super::conversation::{other_of, title};
use super::model::{ConversationKind, Followed, Level, Listed, RoomListing};
use super::{ChatError, ping};
use crate::domain::store::ReadTx;
use crate::kernel::clock::Moment;
use crate::kernel::id::{ConversationId, PersonId};

/// The conversations that a person is in and has not put away: favourites, then rooms by name, then people, newest
/// first. Walks `chat_member_by_person`.
///
/// # Errors
/// Where the file cannot be read.
pub fn conversations(tx: &ReadTx<'_>, who: PersonId) -> Result<Vec<Listed>, ChatError> {
    let mut found = tx.sql().prepare_cached(
        "select c.id, c.kind, c.name, c.low, c.high, c.topic, c.last, m.read, m.level, m.is_favourite, c.is_archived,
                c.last_at
           from chat_member m join chat_conversation c on c.id = m.conversation
          where m.person = ?1 and m.hidden < c.last",
    )?;
    let mut rows = found.query([who])?;
    let mut listed = Vec::new();
    while let Some(row) = rows.next()? {
        let (id, name): (_, String) = (row.get(0)?, row.get(2)?);
        let kind = ConversationKind::from_row(row.get(1)?);
        let with = other_of(who, (row.get(3)?, row.get(4)?));
        let (last, read): (i64, i64) = (row.get(6)?, row.get(7)?);
        let last_at: Moment = row.get(11)?;
        let one = Listed {
            id,
            kind,
            title: title(tx, who, id, &name, with)?,
            with,
            topic: row.get(5)?,
            last,
            read,
            unread: (last - read).max(0),
            pings: pings(tx, who, id, kind, (read, last))?,
            level: Level::from_row(row.get(8)?),
            is_favourite: row.get(9)?,
            is_archived: row.get(10)?,
            last_at: (last > 0).then_some(last_at),
        };
        listed.push((last_at, one));
    }
    listed.sort_by_cached_key(|(last_at, one)| {
        let (name, at) =
            if one.kind.is_room() { (one.title.to_lowercase(), 0) } else { (String::new(), last_at.millis()) };
        (!one.is_favourite, !one.kind.is_room(), name, -at, one.id)
    });
    Ok(listed.into_iter().map(|(_, one)| one).collect())
}

/// Unread messages that speak to a person: between two, all of them.
fn pings(
    tx: &ReadTx<'_>,
    who: PersonId,
    id: ConversationId,
    kind: ConversationKind,
    (read, last): (i64, i64),
) -> Result<i64, ChatError> {
    match kind {
        _ if last <= read => Ok(0),
        ConversationKind::Direct => Ok(last - read),
        _ => ping::count(tx, who, id, read),
    }
}

/// The conversations in which a person has something unread: how many, and how many of those speak to the person.
///
/// # Errors
/// Where the file cannot be read.
pub fn unread(tx: &ReadTx<'_>, who: PersonId) -> Result<Vec<(ConversationId, i64, i64)>, ChatError> {
    let mut found = tx.sql().prepare_cached(
        "select c.id, c.kind, c.last, m.read
           from chat_member m join chat_conversation c on c.id = m.conversation
          where m.person = ?1 and c.last > m.read",
    )?;
    let mut rows = found.query([who])?;
    let mut unread = Vec::new();
    while let Some(row) = rows.next()? {
        let (id, last, read): (_, i64, i64) = (row.get(0)?, row.get(2)?, row.get(3)?);
        let pings = pings(tx, who, id, ConversationKind::from_row(row.get(1)?), (read, last))?;
        unread.push((id, last - read, pings));
    }
    Ok(unread)
}

/// The conversations that a person's devices listen to: all that the person is in, put away or not.
///
/// # Errors
/// Where the file cannot be read.
pub fn followed(tx: &ReadTx<'_>, who: PersonId) -> Result<Vec<Followed>, ChatError> {
    let mut found =
        tx.sql().prepare_cached("select conversation, level, since + 1 from chat_member where person = ?1")?;
    let rows = found.query_map([who], |row| {
        Ok(Followed { id: row.get(0)?, level: Level::from_row(row.get(1)?), first: row.get(2)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The public rooms that a person is not in, by name. Rooms in the archive and those that the person is banned from
/// are left out.
///
/// # Errors
/// Where the file cannot be read.
pub fn rooms_to_join(tx: &ReadTx<'_>, who: PersonId) -> Result<Vec<RoomListing>, ChatError> {
    let mut found = tx.sql().prepare_cached(
        "select c.id, c.name, c.topic, (select count(*) from chat_member m where m.conversation = c.id), c.last,
                c.last_at
           from chat_conversation c
          where c.kind = 2 and c.is_archived = 0
            and not exists (select 1 from chat_member m where m.conversation = c.id and m.person = ?1)
            and not exists (select 1 from chat_ban b where b.conversation = c.id and b.person = ?1)
          order by c.name_key",
    )?;
    let rows = found.query_map([who], |row| {
        let (last, last_at): (i64, Moment) = (row.get(4)?, row.get(5)?);
        Ok(RoomListing {
            id: row.get(0)?,
            name: row.get(1)?,
            topic: row.get(2)?,
            members: row.get(3)?,
            last_at: (last > 0).then_some(last_at),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
