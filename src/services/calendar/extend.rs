//! Keeping the times of endless series far enough ahead, and the index whole.

use super::ActError;
use crate::domain::calendar::{self, Prepared, ToExtend, Unindexed};
use crate::domain::store::StoreError;
use crate::format::ical;
use crate::kernel::id::CalendarItemId;
use crate::services::office::Office;
use std::time::Duration;

/// Series whose times are known for less than this are reckoned further.
const ENOUGH: Duration = Duration::from_secs(18 * 30 * 24 * 3600);
/// Series reckoned between two writes.
const AT_ONCE: usize = 50;

/// Indexes what an older office kept without an index. Returns how much that was.
///
/// # Errors
/// Where the file cannot be read or written.
pub async fn keep_found(office: &Office) -> Result<usize, ActError> {
    let mut count = 0;
    loop {
        let found = office.store.read(|tx| calendar::unindexed(tx, AT_ONCE)).await?;
        if found.is_empty() {
            return Ok(count);
        }
        count += found.len();
        let now = office.clock.now();
        let read = tokio::task::spawn_blocking(move || {
            let prepare = |(id, at, text): Unindexed| (id, at, ical::item(&text).map(|item| Prepared::new(item, now)));
            found.into_iter().map(prepare).collect::<Vec<_>>()
        });
        let read = read.await.map_err(|_| StoreError::Panicked)?;
        let write = office.store.write(move |tx| {
            read.iter().try_for_each(|(id, at, new)| calendar::index_late(tx, *id, *at, new.as_ref()))
        });
        write.await?;
    }
}

/// Reckons the times of series further ahead, as far as is needed. Returns how many series that were.
///
/// # Errors
/// Where the file cannot be read or written.
pub async fn keep_ahead(office: &Office) -> Result<usize, ActError> {
    let (mut after, mut count) = (CalendarItemId::new(0), 0);
    loop {
        let now = office.clock.now();
        let found = office.store.read(move |tx| calendar::to_extend(tx, now.plus(ENOUGH), after, AT_ONCE)).await?;
        let Some(last) = found.last() else { return Ok(count) };
        (after, count) = (last.id, count + found.len());
        let reckoned = tokio::task::spawn_blocking(move || {
            let prepare = |one: ToExtend| Some((one.id, one.revision, Prepared::new(ical::item(&one.text)?, now)));
            found.into_iter().filter_map(prepare).collect::<Vec<_>>()
        });
        let reckoned = reckoned.await.map_err(|_| StoreError::Panicked)?;
        let write = office.store.write(move |tx| {
            reckoned.iter().try_for_each(|(id, revision, new)| calendar::extend(tx, *id, *revision, new))
        });
        write.await?;
    }
}
