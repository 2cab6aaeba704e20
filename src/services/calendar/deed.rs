//! Deeds: make, change, move and remove events and tasks, and take it back.

use super::{ActError, rooms};
use crate::domain::calendar::{self, Before, CalendarError, Expect, Stored};
use crate::domain::store::{ReadTx, StoreError, WriteTx};
use crate::format::ical::{self, Draft, Edited, Item, Scope, When};
use crate::kernel::clock::Moment;
use crate::kernel::id::{CalendarId, CalendarItemId, CalendarUndoId, PersonId};
use crate::kernel::secret;
use crate::kernel::text::cut;
use crate::services::invite::{self, Readied, Tell, Turn};
use crate::services::office::Office;
use std::sync::Arc;

/// How often an act is tried anew when somebody else changes the same event meanwhile.
const TRIES: usize = 3;
/// Items put back in one write.
const AT_ONCE: usize = 100;
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
    /// What becomes of each event.
    steps: Vec<Step>,
    /// What was done, in words.
    sentence: String,
}

/// What becomes of one event.
struct Step {
    turn: Turn,
    /// What is removed.
    remove: Option<(CalendarItemId, Expect)>,
    /// What must be there where it is put.
    put: Expect,
}

/// Does something to a calendar as `who`, and tells the guests of the event by mail.
///
/// # Errors
/// See [`ActError`]; nothing was changed then. `Changed` where the event is no longer the one that who asks has seen.
pub async fn act(office: &Office, who: PersonId, deed: Deed) -> Result<Done, ActError> {
    act_telling(office, who, deed, Tell::Guests).await
}

/// Does something to a calendar as [`act`] does, and tells by mail whom `tell` says.
///
/// # Errors
/// As [`act`].
pub async fn act_telling(office: &Office, who: PersonId, deed: Deed, tell: Tell) -> Result<Done, ActError> {
    for _ in 1..TRIES {
        match attempt(office, who, deed.clone(), tell).await {
            Err(ActError::Calendar(CalendarError::Changed)) if !is_of_one_revision(&deed) => {}
            done => return done,
        }
    }
    attempt(office, who, deed, tell).await
}

const fn is_of_one_revision(deed: &Deed) -> bool {
    matches!(deed, Deed::Change { revision: Some(_), .. })
}

async fn attempt(office: &Office, who: PersonId, mut deed: Deed, tell: Tell) -> Result<Done, ActError> {
    if let Deed::Make { draft, .. } | Deed::Change { draft, .. } = &mut deed
        && !draft.guests.is_empty()
    {
        let addresses = office.store.read(rooms::addresses).await?;
        rooms::accept(&mut draft.guests, &addresses);
    }
    let stored = match &deed {
        Deed::Make { .. } => None,
        Deed::Change { item, .. } | Deed::Move { item, .. } | Deed::Remove { item, .. } => {
            let item = *item;
            Some(office.store.read(move |tx| calendar::item(tx, who, item)).await?)
        }
    };
    let calendar = match (&deed, &stored) {
        (Deed::Make { calendar: Some(calendar), .. }, _) => *calendar,
        (_, Some(stored)) => stored.calendar,
        _ => office.store.read(move |tx| calendar::default_calendar(tx, who)).await?,
    };
    let (now, hostname) = (office.clock.now(), office.hostname.clone());
    let planned = office.store.read(move |tx| {
        let known = stored.as_ref().map(item_of).transpose()?;
        let deed = drafted(tx, who, calendar, deed, known.as_ref())?;
        plan(deed, calendar, stored.as_ref().zip(known), now, &hostname)
    });
    let plan = planned.await?;
    let turns = plan.steps.iter().map(|step| step.turn.clone()).collect();
    let ready = Arc::new(invite::ready(office, who, turns, tell).await?);
    let kept = ready.clone();
    match office.store.write(move |tx| keep(tx, who, &plan, &kept)).await {
        Err(ActError::Calendar(CalendarError::Taken)) => {
            Err(rooms::taken(office, who, ready.kept.iter().flatten().cloned().collect()).await)
        }
        done => done,
    }
}

/// The deed with what its form need not say of guests.
fn drafted(tx: &ReadTx<'_>, who: PersonId, at: CalendarId, deed: Deed, known: Option<&Item>) -> Result<Deed, ActError> {
    Ok(match deed {
        Deed::Make { calendar, draft } => {
            Deed::Make { calendar, draft: Box::new(invite::drafted(tx, who, at, *draft, None)?) }
        }
        Deed::Change { item, revision, scope, draft, to } => {
            let facts = known.map(|known| (known, known.facts_at(instance(scope))));
            let draft = Box::new(invite::drafted(tx, who, to.unwrap_or(at), *draft, facts)?);
            Deed::Change { item, revision, scope, draft, to }
        }
        other => other,
    })
}

const fn instance(scope: Scope) -> Option<When> {
    match scope {
        Scope::All => None,
        Scope::Only(id) | Scope::From(id) => Some(id),
    }
}

/// The one transaction of a deed.
fn keep(tx: &mut WriteTx<'_>, who: PersonId, plan: &Plan, ready: &Readied) -> Result<Done, ActError> {
    let (mut before, mut item): (Vec<Before>, _) = (Vec::new(), None);
    for (id, expect) in plan.steps.iter().filter_map(|step| step.remove) {
        before.push(calendar::remove(tx, who, id, expect)?);
    }
    for (step, kept) in plan.steps.iter().zip(&ready.kept) {
        let Some(kept) = kept else { continue };
        let kept = calendar::put(tx, who, step.turn.calendar, kept, step.put)?;
        before.push(kept.before);
        item.get_or_insert(kept.id);
    }
    let sent = ready.round.carry_out(tx, who)?;
    let undo = calendar::keep_undo(tx, who, &plan.sentence, &before)?;
    calendar::note_sent(tx, undo, &sent)?;
    Ok(Done { item, sentence: plan.sentence.clone(), undo })
}

fn plan(
    deed: Deed,
    calendar: CalendarId,
    stored: Option<(&Stored, Item)>,
    now: Moment,
    hostname: &str,
) -> Result<Plan, ActError> {
    match (deed, stored) {
        (Deed::Make { draft, .. }, _) => {
            let uid = format!("{}@{hostname}", secret::token());
            let item = ical::make(&uid, &draft, now);
            let sentence = format!("Added “{}”{}", cut(&item.main.title, TITLE), when(item.main.starts));
            let turn = Turn { calendar, before: None, after: Some(item), is_rest: false };
            Ok(Plan { steps: vec![Step { turn, remove: None, put: Expect::New }], sentence })
        }
        (Deed::Change { scope, draft, to, revision, .. }, Some((stored, item))) => {
            let expect = Expect::Revision(revision.unwrap_or(stored.revision));
            let edited = ical::edit(&item, scope, &draft, now);
            let sentence = format!("Changed “{}”", cut(&draft.title, TITLE));
            Ok(edited_plan(stored, item, edited, expect, to, sentence))
        }
        (Deed::Move { scope, starts, ends, .. }, Some((stored, item))) => {
            let edited = ical::moved(&item, scope, starts, ends, now);
            let sentence = format!("Moved “{}”", cut(&item.main.title, TITLE));
            Ok(edited_plan(stored, item, edited, Expect::Revision(stored.revision), None, sentence))
        }
        (Deed::Remove { scope, .. }, Some((stored, item))) => {
            let edited = ical::cut(&item, scope, now);
            let sentence = format!("Deleted “{}”", cut(&item.main.title, TITLE));
            Ok(edited_plan(stored, item, edited, Expect::Revision(stored.revision), None, sentence))
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
    item: Item,
    edited: Edited,
    expect: Expect,
    to: Option<CalendarId>,
    sentence: String,
) -> Plan {
    let calendar = to.unwrap_or(stored.calendar);
    let is_elsewhere = calendar != stored.calendar;
    let is_moved = is_elsewhere || edited.item.is_none();
    let turn = Turn { calendar, before: Some(item), after: edited.item, is_rest: edited.split.is_some() };
    let put = if is_elsewhere { Expect::New } else { expect };
    let mut steps = vec![Step { turn, remove: is_moved.then_some((stored.id, expect)), put }];
    if let Some(split) = edited.split {
        let turn = Turn { calendar, before: None, after: Some(split), is_rest: false };
        steps.push(Step { turn, remove: None, put: Expect::New });
    }
    Plan { steps, sentence }
}

/// Takes an act back, once. Returns what was taken back, in words.
///
/// # Errors
/// `NoUndo` where it was taken back already or is too long ago; what `calendar` refuses.
pub async fn undo(office: &Office, who: PersonId, id: CalendarUndoId) -> Result<String, ActError> {
    for _ in 1..TRIES {
        match take_back(office, who, id).await {
            Err(ActError::Calendar(CalendarError::Changed)) => {}
            done => return done,
        }
    }
    take_back(office, who, id).await
}

async fn take_back(office: &Office, who: PersonId, id: CalendarUndoId) -> Result<String, ActError> {
    let found = office.store.read(move |tx| calendar::undoable(tx, who, id)).await?;
    let (sentence, before) = found.ok_or(CalendarError::NoUndo)?;
    let mut unsaid = invite::unsay(office, who, id, before).await?;
    // What was brought in by the thousand goes by the hundred: others write in between.
    while unsaid.items.len() > AT_ONCE {
        let some = unsaid.items.split_off(unsaid.items.len() - AT_ONCE);
        office.store.write(move |tx| calendar::undo_some(tx, who, id, &some)).await?;
    }
    let write = office.store.write(move |tx| {
        calendar::undo(tx, who, id, &unsaid.items)?;
        unsaid.carry_out(tx, who)
    });
    write.await?;
    Ok(sentence)
}
