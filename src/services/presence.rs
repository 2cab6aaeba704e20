//! Presence with what lies round it: the office's settings, the file, and the hub.

use crate::domain::event::Signal;
use crate::domain::presence::{self, Board, Eyes, Policy, PresenceError, Visibility};
use crate::domain::settings;
use crate::domain::store::{Owner, ReadTx, Store, StoreError};
use crate::kernel::clock::Clock;
use crate::kernel::id::PersonId;
use crate::services::office::Office;
use std::time::Duration;

/// The board as it is when the office opens: nobody is connected, notes and choices stand.
///
/// # Errors
/// Where the file cannot be read.
pub fn board(store: &Store, clock: Clock) -> Result<Board, StoreError> {
    let (kept, policy) = store.read_here(|tx| Ok::<_, PresenceError>((presence::load(tx)?, policy(tx)?)))?;
    let board = Board::new(clock);
    board.policy_changed(policy.idle, false);
    board.load(kept);
    Ok(board)
}

/// What the office's settings say of presence. What cannot be understood shows nothing.
///
/// # Errors
/// Where the file cannot be read.
pub fn policy(tx: &ReadTx<'_>) -> Result<Policy, StoreError> {
    let visible = settings::get(tx, settings::PRESENCE_VISIBLE)?;
    let minutes: u64 = settings::get(tx, settings::PRESENCE_IDLE_MINUTES)?.parse().unwrap_or(5);
    Ok(Policy {
        visible: Visibility::named(&visible).unwrap_or(Visibility::Nobody),
        shows_last_seen: settings::get(tx, settings::PRESENCE_LAST_SEEN)? == "on",
        idle: Duration::from_secs(minutes * 60),
    })
}

/// What `me` may see of the others, by the office's settings and everybody's wishes.
///
/// # Errors
/// Where the file cannot be read.
pub fn eyes(tx: &ReadTx<'_>, me: PersonId) -> Result<Eyes, PresenceError> {
    presence::eyes(tx, me, &policy(tx)?)
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
