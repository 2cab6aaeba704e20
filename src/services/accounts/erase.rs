//! Erasing what deleted accounts held, once their grace is over: some of it at a time, so that everybody else goes on.
//! What was said in conversations stays, under the name that said it.

use crate::domain::calendar::{self, CalendarError};
use crate::domain::filter;
use crate::domain::mail::{self, MailError};
use crate::domain::people;
use crate::domain::push;
use crate::domain::roster;
use crate::domain::store::StoreError;
use crate::kernel::id::{CalendarId, PersonId};
use crate::services::office::Office;
use std::time::Duration;
use tokio::time::sleep;

/// Messages erased in one write.
const MAIL: usize = 100;
/// Events erased in one write.
const EVENTS: usize = 50;
/// The pause between two writes.
const PAUSE: Duration = Duration::from_millis(20);

/// Erases the accounts whose time has come. Returns how many.
///
/// # Errors
/// Where the file cannot be read or written; what is left is erased in the next round.
pub async fn erase_due(office: &Office) -> Result<usize, StoreError> {
    let due = office.store.read(|tx| people::due_to_erase(tx).map_err(StoreError::from)).await?;
    for who in &due {
        let who = *who;
        erase_mail(office, who).await?;
        erase_calendars(office, who).await?;
        erase_own(office, who).await?;
        office.store.write(move |tx| people::erase(tx, who).map_err(StoreError::from)).await?;
        tracing::info!(%who, "a deleted account was erased");
    }
    Ok(due.len())
}

async fn erase_mail(office: &Office, who: PersonId) -> Result<(), StoreError> {
    loop {
        let erased =
            office.store.write(move |tx| mail::erase_some(tx, who, MAIL)).await.map_err(|error| match error {
                MailError::Store(error) => error,
                other => StoreError::Sqlite(other.to_string()),
            })?;
        if erased < MAIL {
            return Ok(());
        }
        sleep(PAUSE).await;
    }
}

async fn erase_calendars(office: &Office, who: PersonId) -> Result<(), StoreError> {
    let own = office.store.read(move |tx| {
        let all = calendar::calendars(tx, who)?.into_iter().filter(|one| one.owner == Some(who));
        all.map(|one| Ok((one.id, calendar::uids(tx, one.id)?))).collect::<Result<Vec<_>, CalendarError>>()
    });
    for (id, uids) in own.await.map_err(StoreError::from)? {
        for some in uids.chunks(EVENTS) {
            withdraw(office, id, some.to_vec()).await?;
            sleep(PAUSE).await;
        }
    }
    Ok(())
}

async fn withdraw(office: &Office, id: CalendarId, uids: Vec<String>) -> Result<(), StoreError> {
    let write = office.store.write(move |tx| uids.iter().try_for_each(|uid| calendar::withdraw(tx, id, uid).map(drop)));
    write.await.map_err(|error: CalendarError| StoreError::from(error))
}

/// What is the person's alone and small: browsers that may be woken, own rules, own groups.
async fn erase_own(office: &Office, who: PersonId) -> Result<(), StoreError> {
    let broken = |error: &dyn std::error::Error| StoreError::Sqlite(error.to_string());
    let write = office.store.write(move |tx| {
        for one in push::subscriptions(tx, who).map_err(|error| broken(&error))? {
            push::forget(tx, one.id).map_err(|error| broken(&error))?;
        }
        for rule in filter::rules(tx, who).map_err(|error| broken(&error))? {
            filter::remove(tx, who, rule.id).map_err(|error| broken(&error))?;
        }
        for group in roster::groups(tx, who).map_err(|error| broken(&error))? {
            roster::remove(tx, who, group.id).map_err(|error| broken(&error))?;
        }
        Ok(())
    });
    write.await
}
