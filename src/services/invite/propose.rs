//! What a person decides about a calendar that came by mail and changed nothing by itself: a proposed time, an answer from
//! somebody unexpected, an event that asks for nothing.

use super::letter::{Told, Writer, stranger};
use super::note::{Note, Why};
use super::party;
use super::round::Reckoned;
use super::spread::{self, Held};
use crate::domain::calendar::{self, CalendarError, Expect, Prepared};
use crate::domain::people;
use crate::domain::settings;
use crate::domain::store::{ReadTx, StoreError};
use crate::format::ical::{self, Item, Method, Scope};
use crate::kernel::id::{ItemId, PersonId};
use crate::kernel::text::cut;
use crate::services::calendar::{self as acts, ActError, Deed, Done};
use crate::services::office::Office;
use crate::services::read;
use chrono_tz::Tz;

/// Characters of a title in the words for what was done.
const TITLE: usize = 60;

/// The calendar of one of a person's messages, and what was noted of it.
struct Open {
    item: Item,
    note: Note,
    is_answer: bool,
}

async fn open(office: &Office, who: PersonId, mail: ItemId) -> Result<Open, ActError> {
    let gone = || ActError::from(CalendarError::NoItem);
    let opened = read::message(office, who, mail).await.map_err(|_| gone())?;
    let part = opened.mail.calendar.ok_or_else(gone)?;
    let read = ical::read(part.text.as_bytes())?;
    let is_answer = read.method == Some(Method::Reply);
    let item = read.items.into_iter().next().ok_or_else(gone)?;
    let note = office.store.read(move |tx| Note::read(tx, who, mail)).await.map_err(StoreError::from)?;
    Ok(Open { item, note: note.unwrap_or(Note::refused(Why::File)), is_answer })
}

/// Takes the time that a guest proposes, and tells everybody; or tells the guest that it stays as it is.
///
/// # Errors
/// `NotAllowed` where nothing is proposed, or it was decided; what changing the event refuses.
pub async fn decide(office: &Office, who: PersonId, mail: ItemId, is_taken: bool) -> Result<Done, ActError> {
    let open = open(office, who, mail).await?;
    let Note::Proposed { guest, taken: None } = open.note else {
        return Err(CalendarError::NotAllowed("nothing is proposed here any more").into());
    };
    let decided = Note::Proposed { guest: guest.clone(), taken: Some(is_taken) };
    let done =
        if is_taken { accept(office, who, &open.item).await? } else { decline(office, who, &open.item, guest).await? };
    let noted = office.store.write(move |tx| decided.keep(tx, mail));
    noted.await.map_err(StoreError::from)?;
    Ok(done)
}

async fn accept(office: &Office, who: PersonId, news: &Item) -> Result<Done, ActError> {
    let uid = news.uid.clone();
    let held = office.store.read(move |tx| spread::held_by(tx, who, &uid)).await?.ok_or(CalendarError::NoItem)?;
    let (Some(starts), Some(ends)) = (news.main.starts, news.main.ends) else {
        return Err(CalendarError::NotAllowed("no time is proposed").into());
    };
    let scope = news.main.instance.map_or(Scope::All, |id| Scope::Only(held.item.own_form(id)));
    acts::act(office, who, Deed::Move { item: held.copy.id, scope, starts, ends }).await
}

async fn decline(office: &Office, who: PersonId, news: &Item, guest: String) -> Result<Done, ActError> {
    let (news, hostname) = (news.clone(), office.hostname.clone());
    let sentence = format!("Kept the time of “{}”", cut(&news.main.title, TITLE));
    let reckoned = office.store.read(move |tx| {
        let held = spread::held_by(tx, who, &news.uid)?.ok_or(CalendarError::NoItem)?;
        stays(tx, who, &held, &news, &guest, &hostname)
    });
    let round = reckoned.await?.staged(office).await?;
    let done = office.store.write(move |tx| {
        let sent = round.carry_out(tx, who)?;
        let undo = calendar::keep_undo(tx, who, &sentence, &[])?;
        calendar::note_sent(tx, undo, &sent)?;
        Ok::<_, ActError>(Done { item: None, sentence, undo })
    });
    done.await
}

/// The mail to a guest whose proposal is not taken.
fn stays(
    tx: &ReadTx<'_>,
    who: PersonId,
    held: &Held,
    news: &Item,
    guest: &str,
    hostname: &str,
) -> Result<Reckoned, ActError> {
    let Some(host) = people::person(tx, who)? else { return Ok(Reckoned::default()) };
    let Ok(address) = guest.parse() else { return Ok(Reckoned::default()) };
    let known = party::guests(&held.item).into_iter().find(|one| party::is_same(&one.address, &address));
    let to = match known {
        Some(guest) => party::reached(tx, &guest)?,
        None => vec![stranger(address, String::new())],
    };
    let zone = people::zone(tx, who)?.unwrap_or(Tz::UTC);
    let opening = format!("{} keeps the time as it is.", host.full_name);
    let closing = settings::brand(tx)?.closing();
    let writer =
        Writer { closing, host, by: None, zone, hostname: hostname.to_owned(), now: tx.now(), is_program: false };
    let instance = news.main.instance.map(|id| held.item.own_form(id));
    let told = Told {
        what: "Time stays",
        method: Method::DeclineCounter,
        item: &held.item,
        instance,
        calendar: ical::message(&held.item, Method::DeclineCounter, instance, tx.now()),
        opening,
        comment: "",
        note: Note::Declined,
    };
    Ok(Reckoned { deeds: Vec::new(), letters: told.to(&writer, &to)? })
}

/// Takes what came with a message after all: an answer is put into the event, its writer among the guests; anything else
/// goes into one's own calendar.
///
/// # Errors
/// `NotAllowed` where the calendar of the message was taken already, or is broken or too much.
pub async fn take(office: &Office, who: PersonId, mail: ItemId) -> Result<Done, ActError> {
    let open = open(office, who, mail).await?;
    let Note::Refused { why } = open.note else {
        return Err(CalendarError::NotAllowed("this was done already").into());
    };
    match (open.is_answer, why) {
        (true, Why::Sender | Why::NotAGuest | Why::Earlier) => take_answer(office, who, mail, open.item).await,
        (false, Why::NotInvited | Why::File) => take_event(office, who, mail, open.item).await,
        _ => Err(CalendarError::NotAllowed("this cannot be taken").into()),
    }
}

async fn take_answer(office: &Office, who: PersonId, mail: ItemId, news: Item) -> Result<Done, ActError> {
    let sentence = format!("Took the answer to “{}”", cut(&news.main.title, TITLE));
    let read = office.store.read(move |tx| {
        let held = spread::held_by(tx, who, &news.uid)?.ok_or(CalendarError::NoItem)?;
        let said = news.main.guests.first().ok_or(CalendarError::NoItem)?;
        let instance = news.main.instance.map(|id| held.item.own_form(id));
        let reckoned = spread::answered(tx, &held, &said.address, said.answer, instance, None)?;
        let note =
            Note::Answered { guest: said.address.to_string(), answer: super::note::word(said.answer).to_owned() };
        Ok::<_, ActError>((held, reckoned, note))
    });
    let (held, reckoned, note) = read.await?;
    let round = reckoned.staged(office).await?;
    let done = office.store.write(move |tx| {
        round.carry_out(tx, who)?;
        note.keep(tx, mail).map_err(StoreError::from)?;
        let (calendar, uid, text) = (held.copy.calendar, held.item.uid.clone(), Some(held.copy.text.clone()));
        let undo = calendar::keep_undo(tx, who, &sentence, &[calendar::Before { calendar, uid, text }])?;
        Ok::<_, ActError>(Done { item: Some(held.copy.id), sentence, undo })
    });
    done.await
}

async fn take_event(office: &Office, who: PersonId, mail: ItemId, news: Item) -> Result<Done, ActError> {
    let sentence = format!("Added “{}”", cut(&news.main.title, TITLE));
    let prepare =
        office.store.read(move |tx| Ok::<_, ActError>(Prepared::new(ical::without_reminders(&news), tx.now())));
    let prepared = prepare.await?;
    let done = office.store.write(move |tx| {
        let calendar = calendar::default_calendar(tx, who)?;
        let kept = calendar::put(tx, who, calendar, &prepared, Expect::New)?;
        Note::Invited.keep(tx, mail).map_err(StoreError::from)?;
        let undo = calendar::keep_undo(tx, who, &sentence, &[kept.before])?;
        Ok::<_, ActError>(Done { item: Some(kept.id), sentence, undo })
    });
    done.await
}
