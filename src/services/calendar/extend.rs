//! Keeping the times of endless series far enough ahead.

use super::ActError;
use crate::domain::calendar::{self, Prepared, ToExtend};
use crate::domain::store::StoreError;
use crate::format::ical;
use crate::kernel::id::CalendarItemId;
use crate::services::office::Office;
use std::time::Duration;

/// Series whose times are known for less than this are reckoned further.
const ENOUGH: Duration = Duration::from_secs(18 * 30 * 24 * 3600);
/// Series reckoned between two writes.
const AT_ONCE: usize = 50;

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
