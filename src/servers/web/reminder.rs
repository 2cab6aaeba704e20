//! Reminders on the page: what rang and was not put away stands over every page, and is opened, put off or put away there.

use super::error::WebError;
use super::form::Fields;
use super::page::{PageResult, in_address, local, see};
use super::session::Visit;
use super::words::Reader;
use crate::domain::calendar::{self, Rung};
use crate::domain::store::ReadTx;
use crate::kernel::clock::Moment;
use crate::kernel::id::{PersonId, ReminderId};
use actix_web::HttpResponse;
use actix_web::web::{Form, Path};
use std::time::Duration;

/// Minutes for which a reminder may be put off.
const SNOOZES: [u64; 4] = [5, 10, 30, 60];
/// Shown at once: the others follow as those are put away.
const SHOWN: usize = 3;

/// One that rang.
#[derive(Debug, Clone)]
pub struct ReminderView {
    /// Which.
    pub id: ReminderId,
    /// Its glyph.
    pub icon: &'static str,
    /// What it is of.
    pub title: String,
    /// When that is, and where.
    pub words: String,
    /// Where to open it.
    pub href: String,
    /// Minutes that it may be put off for.
    pub snoozes: [u64; 4],
}

/// All that rang for a person.
#[derive(Debug, Clone, Default)]
pub struct RemindersView {
    /// The newest.
    pub shown: Vec<ReminderView>,
    /// How many more there are.
    pub more: usize,
    /// The office's revision.
    pub version: i64,
    /// The form's token.
    pub csrf: String,
    /// The page to come back to.
    pub back: String,
}

impl RemindersView {
    /// Reads what rang for a person, where the person likes to see it on pages.
    pub fn read(tx: &ReadTx<'_>, who: PersonId, reader: Reader, version: i64) -> Result<Self, WebError> {
        let rung = calendar::rung(tx, who)?;
        if rung.is_empty() || !calendar::ways(tx, who)?.by_page {
            return Ok(Self { version, ..Self::default() });
        }
        let more = rung.len().saturating_sub(SHOWN);
        let now = tx.now();
        let shown = rung.into_iter().take(SHOWN).map(|one| ReminderView::new(one, reader, now)).collect();
        Ok(Self { shown, more, version, ..Self::default() })
    }
}

impl ReminderView {
    fn new(rung: Rung, reader: Reader, now: Moment) -> Self {
        let when =
            if rung.is_late { format!("was at {}", reader.clock(rung.starts_at)) } else { when(&rung, reader, now) };
        let words = if rung.place.is_empty() { when } else { format!("{when} · {}", rung.place) };
        let instance =
            if rung.instance.is_empty() { String::new() } else { format!("?instance={}", in_address(&rung.instance)) };
        Self {
            id: rung.id,
            icon: if rung.is_task { "check" } else { "bell" },
            title: if rung.title.is_empty() { "Without a title".to_owned() } else { rung.title },
            words,
            href: format!("/calendar/event/{}{instance}", rung.item),
            snoozes: SNOOZES,
        }
    }
}

fn when(rung: &Rung, reader: Reader, now: Moment) -> String {
    let day = reader.upto(rung.starts_at);
    if rung.is_all_day {
        return if reader.day(now) == reader.day(rung.starts_at) {
            "today".to_owned()
        } else {
            reader.day(rung.starts_at)
        };
    }
    let clock = reader.clock(rung.starts_at);
    let is_today = reader.day(now) == reader.day(rung.starts_at);
    let at = if is_today { clock.clone() } else { format!("{}, {clock}", reader.day(rung.starts_at)) };
    let minutes = rung.starts_at.since(now).as_secs().div_ceil(60);
    match (rung.is_task, minutes) {
        (true, _) => format!("due {}", if is_today { clock } else { day }),
        (false, 0) => format!("{at}, now"),
        (false, 1..=90) => format!("{at}, in {minutes} min"),
        _ => at,
    }
}

/// POST /calendar/reminder/{id}: `minutes` to put it off; without, it is put away.
pub async fn put_away(visit: Visit, at: Path<ReminderId>, form: Form<Fields>) -> PageResult {
    let (id, minutes) = (*at, form.get("minutes").parse::<u64>().ok());
    let snooze = match minutes {
        Some(minutes) if SNOOZES.contains(&minutes) => Some(Duration::from_secs(minutes * 60)),
        Some(_) => return Err(WebError::BadInput("a reminder cannot be put off so long".to_owned())),
        None => None,
    };
    let done = visit.write(&form, move |tx, session| Ok(calendar::put_away(tx, session.person.id, id, snooze)?)).await;
    match done {
        // Put away in another tab already.
        Ok(()) | Err(WebError::NotFound) => {}
        Err(error) => return Err(error),
    }
    if visit.wants_fragment {
        return Ok(HttpResponse::NoContent().finish());
    }
    Ok(see(local(form.get("back"), "/today")))
}
