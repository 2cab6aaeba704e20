//! Deeds: make, change, move and remove events and tasks, and take it back.

use super::ActError;
use crate::domain::calendar::{self, Before, CalendarError, Expect, Prepared, Stored};
use crate::domain::store::{StoreError, WriteTx};
use crate::format::ical::{self, Draft, Edited, Item, Scope, When};
use crate::kernel::clock::Moment;
use crate::kernel::id::{CalendarId, CalendarItemId, CalendarUndoId, PersonId};
use crate::kernel::secret;
use crate::kernel::text::cut;
use crate::services::office::Office;

/// How often an act is tried anew when somebody else changes the same event meanwhile.
const TRIES: usize = 3;
/// Characters of a title in the words for what was done.
const TITLE: usize = 60;

/// What is to be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Deed {
    /// Make an event or a task; in the calendar that takes invitations where none is said.
    Make {
        /// Where.
        calendar: Option<CalendarId>,
        /// What it says.
        draft: Box<Draft>,
    },
    /// Change one, or a part of a series.
    Change {
        /// Which.
        item: CalendarItemId,
        /// The revision that who asks has seen; with none, whatever it is now.
        revision: Option<i64>,
        /// How much of it.
        scope: Scope,
        /// What it says from now on.
        draft: Box<Draft>,
        /// Where to, where it goes into another calendar.
        to: Option<CalendarId>,
    },
    /// Put one, or a part of a series, to another time.
    Move {
        /// Which.
        item: CalendarItemId,
        /// How much of it.
        scope: Scope,
        /// When it begins from now on.
        starts: When,
        /// When it ends.
        ends: When,
    },
    /// Remove one, or a part of a series.
    Remove {
        /// Which.
        item: CalendarItemId,
        /// How much of it.
        scope: Scope,
    },
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// The event it was done to, or the new one; nothing where it is gone.
    pub item: Option<CalendarItemId>,
    /// What was done, in words.
    pub sentence: String,
    /// What takes it back.
    pub undo: CalendarUndoId,
}

/// What a deed comes to, reckoned before the transaction.
struct Plan {
    /// Items to keep, and where.
    put: Vec<(CalendarId, Prepared, Expect)>,
    /// Items to remove.
    remove: Vec<(CalendarItemId, Expect)>,
    /// What was done, in words.
    sentence: String,
}

/// Does something to a calendar as `who`.
///
/// # Errors
/// See [`ActError`]; nothing was changed then. `Changed` where the event is no longer the one that who asks has seen.
pub async fn act(office: &Office, who: PersonId, deed: Deed) -> Result<Done, ActError> {
    for _ in 1..TRIES {
        match attempt(office, who, deed.clone()).await {
            Err(ActError::Calendar(CalendarError::Changed)) if !is_of_one_revision(&deed) => {}
            done => return done,
        }
    }
    attempt(office, who, deed).await
}

const fn is_of_one_revision(deed: &Deed) -> bool {
    matches!(deed, Deed::Change { revision: Some(_), .. })
}

async fn attempt(office: &Office, who: PersonId, deed: Deed) -> Result<Done, ActError> {
    let stored = match &deed {
        Deed::Make { calendar: Some(_), .. } => None,
        Deed::Make { calendar: None, .. } => None,
        Deed::Change { item, .. } | Deed::Move { item, .. } | Deed::Remove { item, .. } => {
            let item = *item;
            Some(office.store.read(move |tx| calendar::item(tx, who, item)).await?)
        }
    };
    let calendar = match &deed {
        Deed::Make { calendar: Some(calendar), .. } => *calendar,
        Deed::Make { calendar: None, .. } => office.store.read(move |tx| calendar::default_calendar(tx, who)).await?,
        _ => stored.as_ref().map(|stored| stored.calendar).ok_or(CalendarError::NoItem)?,
    };
    let (now, hostname) = (office.clock.now(), office.hostname.clone());
    let planned = tokio::task::spawn_blocking(move || plan(deed, calendar, stored.as_ref(), now, &hostname));
    let plan = planned.await.map_err(|_| StoreError::Panicked)??;
    office.store.write(move |tx| keep(tx, who, &plan)).await
}

/// The one transaction of a deed.
fn keep(tx: &mut WriteTx<'_>, who: PersonId, plan: &Plan) -> Result<Done, ActError> {
    let (mut before, mut item): (Vec<Before>, _) = (Vec::new(), None);
    for (id, expect) in &plan.remove {
        before.push(calendar::remove(tx, who, *id, *expect)?);
    }
    for (calendar, prepared, expect) in &plan.put {
        let kept = calendar::put(tx, who, *calendar, prepared, *expect)?;
        before.push(kept.before);
        item.get_or_insert(kept.id);
    }
    let undo = calendar::keep_undo(tx, who, &plan.sentence, &before)?;
    Ok(Done { item, sentence: plan.sentence.clone(), undo })
}

fn plan(
    deed: Deed,
    calendar: CalendarId,
    stored: Option<&Stored>,
    now: Moment,
    hostname: &str,
) -> Result<Plan, ActError> {
    match (deed, stored) {
        (Deed::Make { draft, .. }, _) => {
            let uid = format!("{}@{hostname}", secret::token());
            let item = ical::make(&uid, &draft, now);
            let sentence = format!("Added “{}”{}", cut(&item.main.title, TITLE), when(item.main.starts));
            Ok(Plan { put: vec![(calendar, Prepared::new(item, now), Expect::New)], remove: Vec::new(), sentence })
        }
        (Deed::Change { scope, draft, to, revision, .. }, Some(stored)) => {
            let expect = Expect::Revision(revision.unwrap_or(stored.revision));
            let edited = ical::edit(&item_of(stored)?, scope, &draft, now);
            let sentence = format!("Changed “{}”", cut(&draft.title, TITLE));
            Ok(edited_plan(stored, edited, expect, to, now, sentence))
        }
        (Deed::Move { scope, starts, ends, .. }, Some(stored)) => {
            let item = item_of(stored)?;
            let edited = ical::moved(&item, scope, starts, ends, now);
            let sentence = format!("Moved “{}”", cut(&item.main.title, TITLE));
            Ok(edited_plan(stored, edited, Expect::Revision(stored.revision), None, now, sentence))
        }
        (Deed::Remove { scope, .. }, Some(stored)) => {
            let item = item_of(stored)?;
            let edited = ical::cut(&item, scope, now);
            let sentence = format!("Deleted “{}”", cut(&item.main.title, TITLE));
            Ok(edited_plan(stored, edited, Expect::Revision(stored.revision), None, now, sentence))
        }
        (_, None) => Err(CalendarError::NoItem.into()),
    }
}

/// When something begins, as the clock of its own place shows it.
fn when(starts: Option<When>) -> String {
    let written = |starts: When| {
        let form = if starts.is_day() { ", %A, %-d %B %Y" } else { ", %A, %-d %B %Y, %H:%M" };
        starts.local().format(form).to_string()
    };
    starts.map(written).unwrap_or_default()
}

fn item_of(stored: &Stored) -> Result<Item, ActError> {
    ical::item(&stored.text)
        .ok_or_else(|| StoreError::Corrupt(format!("the event {} cannot be read", stored.id)).into())
}

fn edited_plan(
    stored: &Stored,
    edited: Edited,
    expect: Expect,
    to: Option<CalendarId>,
    now: Moment,
    sentence: String,
) -> Plan {
    let calendar = to.unwrap_or(stored.calendar);
    let is_elsewhere = calendar != stored.calendar;
    let (mut put, mut remove) = (Vec::new(), Vec::new());
    if is_elsewhere || edited.item.is_none() {
        remove.push((stored.id, expect));
    }
    if let Some(item) = edited.item {
        put.push((calendar, Prepared::new(item, now), if is_elsewhere { Expect::New } else { expect }));
    }
    if let Some(split) = edited.split {
        put.push((calendar, Prepared::new(split, now), Expect::New));
    }
    Plan { put, remove, sentence }
}

/// Takes an act back, once. Returns what was taken back, in words.
///
/// # Errors
/// `NoUndo` where it was taken back already or is too long ago; what `calendar` refuses.
pub async fn undo(office: &Office, who: PersonId, id: CalendarUndoId) -> Result<String, ActError> {
    let found = office.store.read(move |tx| calendar::undoable(tx, who, id)).await?;
    let (sentence, before) = found.ok_or(CalendarError::NoUndo)?;
    let now = office.clock.now();
    let prepared = tokio::task::spawn_blocking(move || {
        let prepare = |text: &String| ical::item(text).map(|item| Prepared::new(item, now));
        before.into_iter().map(|was| (was.text.as_ref().and_then(prepare), was)).map(|(new, was)| (was, new)).collect()
    });
    let items: Vec<(Before, Option<Prepared>)> = prepared.await.map_err(|_| StoreError::Panicked)?;
    office.store.write(move |tx| calendar::undo(tx, who, id, &items)).await?;
    Ok(sentence)
}
