//! Presence with what lies round it: the office's settings, the file, and the hub.

use crate::domain::event::Signal;
use crate::domain::policy::{self, Act};
use crate::domain::presence::{self, Board, Eyes, Input, Policy, PresenceError};
use crate::domain::store::{Owner, ReadTx, Store, StoreError};
use crate::domain::{calendar, people, settings};
use crate::kernel::clock::{Clock, Moment};
use crate::kernel::id::PersonId;
use crate::services::hours;
use crate::services::office::Office;
use chrono_tz::Tz;
use std::collections::BTreeSet;
use std::time::Duration;

/// The board as it is when the office opens: nobody is connected, notes and choices stand.
///
/// # Errors
/// Where the file cannot be read.
pub fn board(store: &Store, clock: Clock) -> Result<Board, StoreError> {
    let (kept, idle) = store.read_here(|tx| Ok::<_, PresenceError>((presence::load(tx)?, idle(tx)?)))?;
    let board = Board::new(clock);
    board.set_idle(idle);
    board.load(kept);
    Ok(board)
}

/// Without a touch for so long, a person is away, where the person wishes nothing else.
///
/// # Errors
/// Where the file cannot be read.
pub fn idle(tx: &ReadTx<'_>) -> Result<Duration, StoreError> {
    let minutes: u64 = settings::get(tx, settings::PRESENCE_IDLE_MINUTES)?.parse().unwrap_or(5);
    Ok(Duration::from_secs(minutes * 60))
}

/// What `me` may see of the others, by the office's rules and everybody's wishes. What cannot be understood shows nothing.
///
/// # Errors
/// Where the file cannot be read.
pub fn eyes(tx: &ReadTx<'_>, me: PersonId) -> Result<Eyes, PresenceError> {
    let policy =
        Policy { visible: policy::levels(tx, Act::PresenceVisible)?, last_seen: policy::levels(tx, Act::LastSeen)? };
    presence::eyes(tx, me, &policy)
}

/// Tells watchers of everybody whose presence is another than was told.
pub fn tell(office: &Office) {
    let flushed = office.presence.flush();
    let hub = office.store.hub();
    for person in flushed.to_all {
        hub.signal(Owner::Office, Signal::Presence(person));
    }
    for person in flushed.to_self {
        hub.signal(Owner::Person(person), Signal::Presence(person));
    }
}

/// Writes down when people were last seen, as far as that is due.
///
/// # Errors
/// Where the file cannot be written.
pub async fn keep_seen(office: &Office, is_last: bool) -> Result<(), PresenceError> {
    let seen = office.presence.unsaved_seen(is_last);
    if seen.is_empty() {
        return Ok(());
    }
    office.store.write(move |tx| presence::keep_seen(tx, &seen)).await
}

/// What a person's plans say of the person's presence, and when to ask again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// A meeting that the person is in. Nothing of what it is about is ever in here.
    pub meeting: Option<Input>,
    /// That the person is out of office, or does not work at this hour.
    pub hours: Option<Input>,
    /// When time alone may next change this.
    pub turns_at: Moment,
}

/// What a person's calendars and hours say of the person's presence.
///
/// # Errors
/// Where the file cannot be read.
pub fn planned(tx: &ReadTx<'_>, who: PersonId) -> Result<Planned, StoreError> {
    let zone = people::zone(tx, who)?.unwrap_or(Tz::UTC);
    let (met, standing) = (calendar::meeting(tx, who, zone)?, hours::standing(tx, who)?);
    let input = |reason: &str, until| Input { reason: reason.to_owned(), until };
    let away = standing.away.map(|until| input("out of office", until));
    Ok(Planned {
        meeting: met.until.map(|until| input("", Some(until))),
        hours: away.or_else(|| standing.outside.map(|until| input("outside working hours", until))),
        turns_at: standing.turns_at.map_or(met.turns_at, |at| at.min(met.turns_at)),
    })
}

/// Everybody whose plans count.
///
/// # Errors
/// Where the file cannot be read.
pub fn everybody(tx: &ReadTx<'_>) -> Result<BTreeSet<PersonId>, StoreError> {
    Ok(people::all(tx)?.into_iter().filter(|person| !person.is_disabled).map(|person| person.id).collect())
}
