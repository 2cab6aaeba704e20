//! Search: the index, and the messages that came after it was last written. Only what the asker may read is found:
//! the places to look in are in the question itself.

use super::conversation::{other_of, title};
use super::index;
use super::log::{dress, find, newest};
use super::model::{ConversationKind, Message};
use super::{ChatError, ChatQuery};
use crate::domain::people;
use crate::domain::store::ReadTx;
use crate::kernel::clock::Moment;
use crate::kernel::id::{ChatMessageId, ConversationId, PersonId};
use crate::kernel::limits::{PAGE_ROWS, SEARCH_TAIL};
use rusqlite::{Connection, OptionalExtension};
use std::collections::BTreeMap;

/// Messages of everybody that are walked behind the index.
const TAIL_WALK: i64 = 20_000;
/// Pages of what was found: each costs all those before it.
const PAGES: u32 = 200;

/// A found message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The message.
    pub message: Message,
    /// What the asker calls its conversation.
    pub title: String,
    /// What the conversation is.
    pub kind: ConversationKind,
}

/// One page of what was found, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hits {
    /// Its hits.
    pub hits: Vec<Hit>,
    /// Number of this page, from 1.
    pub page: u32,
    /// Whether there are older ones.
    pub has_older: bool,
}

/// One page of the messages that answer a query, newest first. Where no whole word matches, the words are taken as
/// beginnings.
///
/// # Errors
/// Where the file cannot be read.
pub fn search(tx: &ReadTx<'_>, who: PersonId, query: &ChatQuery, page: u32) -> Result<Hits, ChatError> {
    let page = page.clamp(1, PAGES);
    let none = Hits { page, ..Hits::default() };
    if query.is_empty() {
        return Ok(none);
    }
    let Some(scope) = Scope::of(tx, who, query)? else { return Ok(none) };
    let found = scope.search(tx, who, query, page)?;
    if found.hits.is_empty() && page == 1 && query.has_terms() {
        return scope.search(tx, who, &query.widened(), page);
    }
    Ok(found)
}

/// A conversation that the asker may read.
struct Place {
    kind: ConversationKind,
    name: String,
    with: Option<PersonId>,
    /// Number of the last message that is not for the asker.
    since: i64,
}

/// Where to look, and between which messages.
struct Scope {
    places: BTreeMap<ConversationId, Place>,
    marks: Vec<Vec<String>>,
    low: i64,
    high: i64,
}

impl Scope {
    /// `None` where nothing can be found.
    fn of(tx: &ReadTx<'_>, who: PersonId, query: &ChatQuery) -> Result<Option<Self>, ChatError> {
        let mut places = readable(tx, who)?;
        if let Some(within) = &query.within {
            narrow(tx, who, &mut places, within)?;
        }
        let mut marks = vec![places.keys().map(|id| index::place_word(*id)).collect::<Vec<_>>()];
        for name in &query.from {
            marks.push(sayers(tx, who, name)?);
        }
        for (is_asked, word) in [(query.has_file, index::FILE_WORD), (query.has_link, index::LINK_WORD)] {
            if is_asked {
                marks.push(vec![word.to_owned()]);
            }
        }
        if marks.iter().any(Vec::is_empty) {
            return Ok(None);
        }
        let low = query.after.map(|after| first_since(tx, after)).transpose()?.unwrap_or(0);
        let high = query.before.map(|before| first_since(tx, before)).transpose()?.unwrap_or(i64::MAX);
        Ok((low < high).then_some(Self { places, marks, low, high }))
    }

    fn search(&self, tx: &ReadTx<'_>, who: PersonId, query: &ChatQuery, page: u32) -> Result<Hits, ChatError> {
        let expression = query.expression(&self.marks);
        let skipped = (page as usize - 1) * PAGE_ROWS;
        let wanted = skipped + PAGE_ROWS + 1;
        let mut found = self.tail_hits(tx, &expression, wanted)?;
        if found.len() < wanted {
            let rest = self.index_hits(tx, who, &expression, wanted - found.len())?;
            found.extend(rest);
        }
        let has_older = found.len() >= wanted;
        let mut hits = Vec::new();
        for id in found.into_iter().skip(skipped).take(PAGE_ROWS) {
            hits.extend(self.hit(tx, who, id)?);
        }
        Ok(Hits { hits, page, has_older })
    }

    /// Walks `chat_index` from its newest message, so that a page costs no more than its rows.
    fn index_hits(
        &self,
        tx: &ReadTx<'_>,
        who: PersonId,
        expression: &str,
        most: usize,
    ) -> Result<Vec<ChatMessageId>, ChatError> {
        let mut found = tx.sql().prepare_cached(
            "select m.id from chat_index x cross join chat_message m on m.id = x.rowid
               left join chat_member o on o.conversation = m.conversation and o.person = ?2
              where x.chat_index match ?1 and x.rowid >= ?3 and x.rowid < ?4 and m.number > ifnull(o.since, 0)
              order by x.rowid desc limit ?5",
        )?;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let rows = found.query_map((expression, who, self.low, self.high, most), |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Looks through what is not indexed: asked of an index of its own, in memory, so that the same words find the same.
    fn tail_hits(&self, tx: &ReadTx<'_>, expression: &str, most: usize) -> Result<Vec<ChatMessageId>, ChatError> {
        let ids = self.unindexed(tx)?;
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let small = Connection::open_in_memory()?;
        small.execute_batch(
            "create virtual table chat_index using fts5 (text, files, place,
               content = '', tokenize = 'unicode61 remove_diacritics 2')",
        )?;
        for id in ids {
            for (message, words) in index::words(tx, "m.id = ?1", [id])? {
                index::insert(&small, message, &words)?;
            }
        }
        let mut found =
            small.prepare("select rowid from chat_index where chat_index match ?1 order by rowid desc limit ?2")?;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let rows = found.query_map((expression, most), |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The newest messages that are not indexed, of those that the asker may read.
    fn unindexed(&self, tx: &ReadTx<'_>) -> Result<Vec<ChatMessageId>, ChatError> {
        let from = index::upto(tx)?.max(self.low.saturating_sub(1));
        let mut found = tx.sql().prepare_cached(
            "select id, conversation, number from chat_message where id > ?1 and id < ?2 order by id desc limit ?3",
        )?;
        let mut rows = found.query((from, self.high, TAIL_WALK))?;
        let mut ids = Vec::new();
        while ids.len() < SEARCH_TAIL
            && let Some(row) = rows.next()?
        {
            let (place, number): (ConversationId, i64) = (row.get(1)?, row.get(2)?);
            if self.places.get(&place).is_some_and(|place| number > place.since) {
                ids.push(row.get(0)?);
            }
        }
        Ok(ids)
    }

    fn hit(&self, tx: &ReadTx<'_>, who: PersonId, id: ChatMessageId) -> Result<Option<Hit>, ChatError> {
        let bare = find(tx, "m.id = ?1", [id])?;
        let Some(place) = bare.first().and_then(|one| self.places.get(&one.message.conversation)) else {
            return Ok(None);
        };
        let Some(message) = dress(tx, who, bare)?.pop() else { return Ok(None) };
        let title = title(tx, who, message.conversation, &place.name, place.with)?;
        Ok(Some(Hit { title, kind: place.kind, message }))
    }
}

/// The conversations that a person may read: those they are in, and the public rooms they are not banned from.
fn readable(tx: &ReadTx<'_>, who: PersonId) -> Result<BTreeMap<ConversationId, Place>, ChatError> {
    let mut found = tx.sql().prepare_cached(
        "select c.id, c.kind, c.name, c.low, c.high, m.since
           from chat_member m join chat_conversation c on c.id = m.conversation where m.person = ?1
         union all
         select c.id, c.kind, c.name, c.low, c.high, 0 from chat_conversation c
          where c.kind = 2
            and not exists (select 1 from chat_member m where m.conversation = c.id and m.person = ?1)
            and not exists (select 1 from chat_ban b where b.conversation = c.id and b.person = ?1)",
    )?;
    let rows = found.query_map([who], |row| {
        let place = Place {
            kind: ConversationKind::from_row(row.get(1)?),
            name: row.get(2)?,
            with: other_of(who, (row.get(3)?, row.get(4)?)),
            since: row.get(5)?,
        };
        Ok((row.get(0)?, place))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Leaves of the places those that a word names: `#7` by id, `sales` or `bob` by name.
fn narrow(
    tx: &ReadTx<'_>,
    who: PersonId,
    places: &mut BTreeMap<ConversationId, Place>,
    word: &str,
) -> Result<(), ChatError> {
    let bare = word.trim_start_matches(['#', '@']);
    let by_id: Option<ConversationId> = word.strip_prefix('#').and_then(|id| id.parse().ok());
    let mut named = Vec::new();
    for (id, place) in places.iter() {
        let title = title(tx, who, *id, &place.name, place.with)?.to_lowercase();
        let is_login = match place.with {
            Some(with) => people::person(tx, with)?.is_some_and(|person| person.name == bare),
            None => false,
        };
        if by_id == Some(*id) || is_login || title == bare || title.split_whitespace().any(|part| part == bare) {
            named.push((*id, title == bare || by_id == Some(*id)));
        }
    }
    let is_exact = named.iter().any(|(_, is_exact)| *is_exact);
    places.retain(|id, _| named.iter().any(|(one, exact)| one == id && (*exact || !is_exact)));
    Ok(())
}

/// The marks of the people that a name means: `me`, a login name, an address, a full name or a part of it.
fn sayers(tx: &ReadTx<'_>, who: PersonId, name: &str) -> Result<Vec<String>, ChatError> {
    if name == "me" {
        return Ok(vec![index::sayer_word(who)]);
    }
    let all = people::all(tx)?;
    let exact = all.iter().filter(|one| one.name == name || one.address.as_str() == name);
    let mut found: Vec<String> = exact.map(|one| index::sayer_word(one.id)).collect();
    if found.is_empty() {
        let is_meant = |full_name: &str| {
            let lower = full_name.to_lowercase();
            lower == name || lower.split_whitespace().any(|part| part == name)
        };
        found = all.iter().filter(|one| is_meant(&one.full_name)).map(|one| index::sayer_word(one.id)).collect();
    }
    Ok(found)
}

/// The id of the first message said at a moment or after it. Ids rise with time, so halving finds it.
fn first_since(tx: &ReadTx<'_>, moment: Moment) -> Result<i64, ChatError> {
    let (mut low, mut high) = (1, newest(tx)? + 1);
    let mut next =
        tx.sql().prepare_cached("select id, said_at from chat_message where id >= ?1 order by id limit 1")?;
    while low < high {
        let middle = low + (high - low) / 2;
        let found: Option<(i64, Moment)> = next.query_row([middle], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        match found {
            Some((id, at)) if at < moment => low = id + 1,
            _ => high = middle,
        }
    }
    Ok(low)
}
