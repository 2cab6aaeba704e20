//! Tasks: done, or not after all. A task that comes back is not done with: it moves on to its next time.

use super::{ActError, Deed, Done, act};
use crate::domain::calendar::{self, CalendarError};
use crate::domain::store::StoreError;
use crate::format::ical::{self, Draft, Item, Kind, Scope, When};
use crate::kernel::id::{CalendarItemId, PersonId};
use crate::kernel::limits;
use crate::services::office::Office;
use chrono_tz::Tz;
use std::time::Duration;

/// How far ahead the next time of a task is looked for.
const AHEAD: Duration = Duration::from_secs(12 * 366 * 24 * 3600);

/// Says that a task is done, or that it is not.
///
/// # Errors
/// `NoItem` for what is no task or not this person's to know of; what acting refuses.
pub async fn set_done(office: &Office, who: PersonId, item: CalendarItemId, is_done: bool) -> Result<Done, ActError> {
    let stored = office.store.read(move |tx| calendar::item(tx, who, item)).await?;
    let revision = Some(stored.revision);
    let draft = tokio::task::spawn_blocking(move || {
        let task = ical::item(&stored.text).filter(|item| item.kind == Kind::Task)?;
        Some(if is_done { done(&task) } else { Draft { percent: 0, ..task.draft_at(None) } })
    });
    let draft = draft.await.map_err(|_| StoreError::Panicked)?.ok_or(CalendarError::NoItem)?;
    act(office, who, Deed::Change { item, revision, scope: Scope::All, draft: Box::new(draft), to: None }).await
}

/// A task as it is once it was done: at its next time, or, where none follows, done.
fn done(task: &Item) -> Draft {
    let draft = task.draft_at(None);
    let finished = Draft { percent: 100, ..draft.clone() };
    let (Some(rule), Some(due)) = (&task.main.rule, task.main.starts.or(task.main.ends)) else { return finished };
    let now = due.instant(Tz::UTC);
    let mut rest = task.occurrences(now, now.plus(AHEAD), limits::ICAL_INSTANCES).found;
    rest.retain(|time| time.starts_at > now);
    rest.sort_by_key(|time| time.starts_at);
    let Some(next) = rest.first() else { return finished };
    let by = next.instance.local() - due.local();
    let later = |when: When| when.with_local(when.local() + by);
    Draft {
        starts: draft.starts.map(later),
        ends: draft.ends.map(later),
        rule: Some(of_the_rest(rule, rest.len())),
        percent: 0,
        ..draft
    }
}

/// A rule that ends is counted anew: what follows is one time fewer, and its last day stays where it is.
fn of_the_rest(rule: &str, left: usize) -> String {
    let is_end = |part: &&str| {
        let key = part.split('=').next().unwrap_or_default().trim().to_ascii_uppercase();
        key == "COUNT" || key == "UNTIL"
    };
    let (ends, kept): (Vec<&str>, Vec<&str>) = rule.split(';').partition(is_end);
    if ends.is_empty() { rule.to_owned() } else { format!("{};COUNT={left}", kept.join(";")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::clock::Moment;
    use chrono::NaiveDate;

    fn task(rule: &str) -> Item {
        let due = When::Day(NaiveDate::from_ymd_opt(2026, 3, 2).unwrap());
        let draft = Draft { rule: Some(rule.to_owned()), ..Draft::at(Kind::Task, None, Some(due)) };
        ical::make("t@x", &draft, Moment::from_millis(1_772_438_400_000))
    }

    #[test]
    fn a_task_that_comes_back_moves_on_and_is_done_after_its_last_time() {
        let mut item = task("FREQ=WEEKLY;UNTIL=20260316");
        let mut seen = Vec::new();
        for _ in 0..3 {
            let draft = done(&item);
            seen.push(format!("{} {}", draft.ends.unwrap().date(), draft.percent));
            let edited = ical::edit(&item, Scope::All, &draft, Moment::from_millis(1_772_438_400_000));
            item = edited.item.unwrap();
        }
        assert_eq!(seen, ["2026-03-09 0", "2026-03-16 0", "2026-03-16 100"]);
    }

    #[test]
    fn a_task_that_comes_back_says_when_its_rule_begins_and_forgets_it_with_the_rule() {
        let item = task("FREQ=WEEKLY");
        assert!(item.text.contains("DTSTART;VALUE=DATE:20260302") && item.text.contains("DUE;VALUE=DATE:20260302"));
        let later = Some(When::Day(NaiveDate::from_ymd_opt(2026, 3, 5).unwrap()));
        let now = Moment::from_millis(1_772_438_400_000);
        let moved = ical::edit(&item, Scope::All, &Draft { ends: later, ..item.draft_at(None) }, now).item.unwrap();
        assert_eq!((moved.main.starts, moved.main.ends), (later, later));
        let once = ical::edit(&moved, Scope::All, &Draft { rule: None, ..moved.draft_at(None) }, now).item.unwrap();
        assert_eq!((once.main.starts, once.main.ends), (None, later));
    }

    #[test]
    fn an_endless_task_stays_endless() {
        let draft = done(&task("FREQ=DAILY;INTERVAL=2"));
        assert_eq!((draft.rule.as_deref(), draft.percent), (Some("FREQ=DAILY;INTERVAL=2"), 0));
        assert_eq!(of_the_rest("FREQ=DAILY;COUNT=5", 4), "FREQ=DAILY;COUNT=4");
    }
}
