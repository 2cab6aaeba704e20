//! Proves that what is copied for speed says what the texts say.

use super::CalendarError;
use crate::domain::store::{Finding, ReadTx, broken_rules};
use crate::format::ical;
use crate::kernel::id::CalendarItemId;

/// What must have no rows, and what it means if it has.
const RULES: [(&str, &str); 9] = [
    (
        "select i.id from calendar_item i left join calendar_text t on t.item = i.id where t.item is null",
        "calendar_item: an event has no text",
    ),
    (
        "select c.id from calendar_calendar c
          where c.items <> (select count(*) from calendar_item i where i.calendar = c.id)",
        "calendar_calendar: a count of its events is wrong",
    ),
    (
        "select o.item as id from calendar_occurrence o left join calendar_item i on i.id = o.item
          where i.id is null or i.calendar <> o.calendar",
        "calendar_occurrence: a time belongs to no event of its calendar",
    ),
    (
        "select item as id from calendar_occurrence where ends_at < starts_at
             or shape % 2 <> (ends_at - starts_at > 172800000)",
        "calendar_occurrence: a time lies in the wrong place",
    ),
    (
        "select o.item as id from calendar_occurrence o join calendar_item i on i.id = o.item
          where i.kind = 1 or i.is_private <> o.is_private or o.answer is null",
        "calendar_occurrence: a time says otherwise than its event",
    ),
    (
        "select i.id from calendar_item i where not exists (select 1 from calendar_index_docsize d where d.id = i.id)
            and not exists (select 1 from calendar_index_due d where d.item = i.id)
         union all
         select d.id from calendar_index_docsize d where not exists (select 1 from calendar_item i where i.id = d.id)",
        "calendar_index: what can be found and what there is differ",
    ),
    (
        "select a.item as id from calendar_booking a join calendar_booking b
             on b.calendar = a.calendar and b.ends_at > a.starts_at and b.starts_at < a.ends_at
          where (a.item, a.instance) <> (b.item, b.instance)",
        "calendar_booking: a room is given twice",
    ),
    (
        "select p.id from people_person p where not exists
           (select 1 from calendar_calendar c where c.owner = p.id and c.is_default = 1)",
        "calendar_calendar: somebody has no calendar for invitations",
    ),
    (
        "select s.calendar as id from calendar_share s join calendar_calendar c on c.id = s.calendar
          where s.person = c.owner",
        "calendar_share: a calendar is shared with its owner",
    ),
];

/// Texts read at once.
const AT_ONCE: i64 = 500;

/// Checks what `calendar` owns. An empty list means that all is well.
///
/// # Errors
/// Where the file cannot be read at all.
pub fn check_calendar(tx: &ReadTx<'_>) -> Result<Vec<Finding>, CalendarError> {
    let mut findings = broken_rules(tx, &RULES)?;
    let mut after = CalendarItemId::new(0);
    loop {
        let texts = texts(tx, after)?;
        let Some((last, _, _)) = texts.last() else { return Ok(findings) };
        after = *last;
        for (id, uid, text) in texts {
            match ical::item(&text) {
                Some(item) if item.uid == uid => {}
                Some(_) => findings.push(Finding(format!("calendar_item {id}: its text is of another event"))),
                None => findings.push(Finding(format!("calendar_item {id}: its text cannot be read"))),
            }
        }
    }
}

fn texts(tx: &ReadTx<'_>, after: CalendarItemId) -> Result<Vec<(CalendarItemId, String, String)>, CalendarError> {
    let mut found = tx.sql().prepare_cached(
        "select i.id, i.uid, t.text from calendar_item i join calendar_text t on t.item = i.id
          where i.id > ?1 order by i.id limit ?2",
    )?;
    let rows = found.query_map((after, AT_ONCE), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
