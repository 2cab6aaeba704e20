//! Watchlists: symbols under names and in an order; a person's own, and the company's, which everybody reads.

use super::{QuotesError, know};
use crate::domain::event::Event;
use crate::domain::people;
use crate::domain::store::{Owner, ReadTx, WriteTx};
use crate::kernel::id::{PersonId, SymbolId, WatchlistId};
use crate::kernel::{limits, text};
use rusqlite::OptionalExtension;

/// A named list of symbols.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watchlist {
    /// Which.
    pub id: WatchlistId,
    /// What it is called.
    pub name: String,
    /// Whether it is the company's, which everybody reads and administrators edit.
    pub is_company: bool,
    /// Its symbols, in their order.
    pub symbols: Vec<SymbolId>,
}

/// A person's own lists in their order, and behind them the company's.
///
/// # Errors
/// Where the file cannot be read.
pub fn lists(tx: &ReadTx<'_>, who: PersonId) -> Result<Vec<Watchlist>, QuotesError> {
    let mut found = tx.sql().prepare_cached(
        "select l.id, l.name, l.owner is null, s.symbol from quote_list l left join quote_listed s on s.list = l.id
          where l.owner = ?1 or l.owner is null order by l.owner is null, l.place, l.id, s.place, s.symbol",
    )?;
    let mut rows = found.query([who])?;
    let mut all: Vec<Watchlist> = Vec::new();
    while let Some(row) = rows.next()? {
        let (id, symbol): (WatchlistId, Option<SymbolId>) = (row.get(0)?, row.get(3)?);
        if all.last().is_none_or(|last| last.id != id) {
            all.push(Watchlist { id, name: row.get(1)?, is_company: row.get(2)?, symbols: Vec::new() });
        }
        if let Some(last) = all.last_mut() {
            last.symbols.extend(symbol);
        }
    }
    Ok(all)
}

/// One list that the person may read.
///
/// # Errors
/// `NoList`.
pub fn list(tx: &ReadTx<'_>, who: PersonId, id: WatchlistId) -> Result<Watchlist, QuotesError> {
    lists(tx, who)?.into_iter().find(|list| list.id == id).ok_or(QuotesError::NoList)
}

/// The company's lists, in their order.
///
/// # Errors
/// Where the file cannot be read.
pub fn company_lists(tx: &ReadTx<'_>) -> Result<Vec<Watchlist>, QuotesError> {
    // Nobody has this number, so nobody's own lists are among them.
    lists(tx, PersonId::new(0))
}

/// Makes a list, behind the others.
///
/// # Errors
/// `BadName`, `Taken`, `TooManyLists`, `NotAllowed`.
pub fn make_list(
    tx: &mut WriteTx<'_>,
    who: PersonId,
    name: &str,
    is_company: bool,
) -> Result<WatchlistId, QuotesError> {
    if is_company {
        admin(tx, who)?;
    }
    let owner = (!is_company).then_some(who);
    let (name, key) = free_name(tx, owner, name, None)?;
    let mut ends =
        tx.sql().prepare_cached("select count(*), ifnull(max(place), 0) from quote_list where owner is ?1")?;
    let (count, last): (i64, i64) = ends.query_row([owner], |row| Ok((row.get(0)?, row.get(1)?)))?;
    drop(ends);
    if count >= limits::QUOTE_LISTS {
        return Err(QuotesError::TooManyLists);
    }
    let mut insert = tx
        .sql()
        .prepare_cached("insert into quote_list (owner, name, name_key, place) values (?1, ?2, ?3, ?4) returning id")?;
    let id = insert.query_row((owner, name, key, last + 1), |row| row.get(0))?;
    drop(insert);
    tell(tx, owner)?;
    Ok(id)
}

/// Lets nobody but administrators through.
fn admin(tx: &ReadTx<'_>, who: PersonId) -> Result<(), QuotesError> {
    let is_admin = people::person(tx, who)?.is_some_and(|person| person.role.runs_office());
    if is_admin { Ok(()) } else { Err(QuotesError::NotAllowed) }
}

/// Whose a list is that the person may edit.
fn editable(tx: &ReadTx<'_>, who: PersonId, id: WatchlistId) -> Result<Option<PersonId>, QuotesError> {
    let mut found = tx.sql().prepare_cached("select owner from quote_list where id = ?1")?;
    let owner: Option<PersonId> = found.query_row([id], |row| row.get(0)).optional()?.ok_or(QuotesError::NoList)?;
    match owner {
        Some(owner) if owner == who => Ok(Some(owner)),
        Some(_) => Err(QuotesError::NoList),
        None => admin(tx, who).map(|()| None),
    }
}

/// A name as it is kept, and as names are compared, where no other of these lists has it.
fn free_name(
    tx: &ReadTx<'_>,
    owner: Option<PersonId>,
    typed: &str,
    own: Option<WatchlistId>,
) -> Result<(String, String), QuotesError> {
    let name = text::one_line(typed);
    if name.is_empty() || name.chars().count() > limits::QUOTE_LIST_NAME {
        return Err(QuotesError::BadName);
    }
    let key = name.to_lowercase();
    let mut found =
        tx.sql().prepare_cached("select id from quote_list where ifnull(owner, 0) = ?1 and name_key = ?2")?;
    let taken: Option<WatchlistId> =
        found.query_row((owner.map_or(0, PersonId::get), &key), |row| row.get(0)).optional()?;
    if taken.is_some_and(|taken| Some(taken) != own) { Err(QuotesError::Taken(name)) } else { Ok((name, key)) }
}

/// Tells those who read a list that it is another.
fn tell(tx: &mut WriteTx<'_>, owner: Option<PersonId>) -> Result<(), QuotesError> {
    tx.emit(owner.map_or(Owner::Office, Owner::Person), Event::QuotesChanged)?;
    Ok(())
}

/// Gives a list another name.
///
/// # Errors
/// `NoList`, `NotAllowed`, `BadName`, `Taken`.
pub fn rename_list(tx: &mut WriteTx<'_>, who: PersonId, id: WatchlistId, name: &str) -> Result<(), QuotesError> {
    let owner = editable(tx, who, id)?;
    let (name, key) = free_name(tx, owner, name, Some(id))?;
    tx.sql()
        .prepare_cached("update quote_list set name = ?2, name_key = ?3 where id = ?1")?
        .execute((id, name, key))?;
    tell(tx, owner)
}

/// Removes a list; alerts and holdings of its symbols stay.
///
/// # Errors
/// `NoList`, `NotAllowed`.
pub fn remove_list(tx: &mut WriteTx<'_>, who: PersonId, id: WatchlistId) -> Result<(), QuotesError> {
    let owner = editable(tx, who, id)?;
    tx.sql().prepare_cached("delete from quote_list where id = ?1")?.execute([id])?;
    tell(tx, owner)
}

/// Puts lists in this order; those that are not named come behind them. All have to be the person's own, or the company's.
///
/// # Errors
/// `NoList`, `NotAllowed`.
pub fn order_lists(tx: &mut WriteTx<'_>, who: PersonId, order: &[WatchlistId]) -> Result<(), QuotesError> {
    let mut owners = order.iter().map(|id| editable(tx, who, *id)).collect::<Result<Vec<_>, _>>()?;
    owners.dedup();
    let [owner] = owners.as_slice() else {
        return if owners.is_empty() { Ok(()) } else { Err(QuotesError::NoList) };
    };
    let is_theirs = |list: &Watchlist| list.is_company == owner.is_none();
    let known: Vec<_> = lists(tx, who)?.into_iter().filter(is_theirs).map(|list| list.id).collect();
    let mut update = tx.sql().prepare_cached("update quote_list set place = ?2 where id = ?1")?;
    for (id, place) in ordered(order, &known).into_iter().zip(1_i64..) {
        update.execute((id, place))?;
    }
    drop(update);
    tell(tx, *owner)
}

/// What is `known` in the wanted order; what that does not name, behind it.
fn ordered<T: Copy + PartialEq>(wanted: &[T], known: &[T]) -> Vec<T> {
    let mut all: Vec<T> = Vec::with_capacity(known.len());
    for one in wanted.iter().filter(|one| known.contains(one)).chain(known) {
        if !all.contains(one) {
            all.push(*one);
        }
    }
    all
}

/// Puts a symbol on a list, at its end; one that is on it stays where it is. It is made known where it was not.
///
/// # Errors
/// `NoList`, `NotAllowed`, `BadCode`, `TooManySymbols`, `FullList`.
pub fn add_symbol(tx: &mut WriteTx<'_>, who: PersonId, id: WatchlistId, code: &str) -> Result<SymbolId, QuotesError> {
    let owner = editable(tx, who, id)?;
    let symbol = know(tx, code)?;
    let mut ends = tx.sql().prepare_cached(
        "select count(*), ifnull(max(place), 0), ifnull(max(symbol = ?2), 0) from quote_listed where list = ?1",
    )?;
    let (count, last, is_there): (i64, i64, bool) =
        ends.query_row((id, symbol), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    drop(ends);
    if is_there {
        return Ok(symbol);
    }
    if count >= limits::QUOTE_LISTED {
        return Err(QuotesError::FullList);
    }
    tx.sql().prepare_cached("insert into quote_listed (list, symbol, place) values (?1, ?2, ?3)")?.execute((
        id,
        symbol,
        last + 1,
    ))?;
    tell(tx, owner)?;
    Ok(symbol)
}

/// Takes a symbol off a list.
///
/// # Errors
/// `NoList`, `NotAllowed`.
pub fn remove_symbol(
    tx: &mut WriteTx<'_>,
    who: PersonId,
    id: WatchlistId,
    symbol: SymbolId,
) -> Result<(), QuotesError> {
    let owner = editable(tx, who, id)?;
    tx.sql().prepare_cached("delete from quote_listed where list = ?1 and symbol = ?2")?.execute((id, symbol))?;
    tell(tx, owner)
}

/// Puts the symbols of a list in this order; those that are not named come behind them.
///
/// # Errors
/// `NoList`, `NotAllowed`.
pub fn order_symbols(
    tx: &mut WriteTx<'_>,
    who: PersonId,
    id: WatchlistId,
    order: &[SymbolId],
) -> Result<(), QuotesError> {
    let owner = editable(tx, who, id)?;
    let known = list(tx, who, id)?.symbols;
    let mut update = tx.sql().prepare_cached("update quote_listed set place = ?3 where list = ?1 and symbol = ?2")?;
    for (symbol, place) in ordered(order, &known).into_iter().zip(1_i64..) {
        update.execute((id, symbol, place))?;
    }
    drop(update);
    tell(tx, owner)
}

/// The symbols whose prices move on a person's pages: those on lists that the person reads, those waited for and held.
///
/// # Errors
/// Where the file cannot be read.
pub fn followed(tx: &ReadTx<'_>, who: PersonId) -> Result<Vec<SymbolId>, QuotesError> {
    let mut found = tx.sql().prepare_cached(
        "select s.symbol from quote_listed s join quote_list l on l.id = s.list where l.owner = ?1
         union select s.symbol from quote_listed s join quote_list l on l.id = s.list where l.owner is null
         union select symbol from quote_holding where owner = ?1
         union select symbol from quote_alert where owner = ?1
         limit ?2",
    )?;
    let most = i64::try_from(limits::QUOTE_FOLLOWED).unwrap_or(i64::MAX);
    let rows = found.query_map((who, most), |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
