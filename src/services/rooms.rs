//! Rooms that are invited by mail: each answers by itself, yes where it is free and no where it is taken, and is booked in
//! the transaction that posts the answer.

use crate::domain::calendar::{self, CalendarError, Expect, Prepared, Resource};
use crate::domain::job::Job;
use crate::domain::people;
use crate::domain::settings;
use crate::domain::store::{ReadTx, StoreError, WriteTx};
use crate::format::ical::{self, Answer, Item, Kind, Method};
use crate::format::mime::{Mailbox, NewInvitation, NewMail, ParsedMail, tidy};
use crate::kernel::clock::Moment;
use crate::kernel::id::{CalendarId, CalendarItemId, PersonId};
use crate::kernel::text::{EmailAddress, cut};
use crate::kernel::{limits, secret};
use crate::services::brand::signed;
use crate::services::depart::After;
use crate::services::letter::{self, Letter, LetterError};
use crate::services::office::Office;
use std::time::Duration;

/// A calendar that came to a room by mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    text: String,
    from: String,
}

impl Invitation {
    /// The calendar of a message; nothing where it has none, or where it is too long for a room.
    #[must_use]
    pub fn read(mail: &ParsedMail) -> Option<Self> {
        let part = mail.calendar.as_ref().filter(|part| part.text.len() <= limits::ROOM_ASKED)?;
        Some(Self { text: part.text.clone(), from: mail.from.as_ref()?.address.clone() })
    }
}

/// Owes a room's answer: for the transaction that takes the mail in. `by` is who was signed in to send it.
///
/// # Errors
/// Where the file cannot be written.
pub fn owe_answer(
    tx: &mut WriteTx<'_>,
    room: CalendarId,
    invitation: &Invitation,
    by: Option<PersonId>,
) -> Result<(), StoreError> {
    let Invitation { text, from } = invitation.clone();
    tx.enqueue(&Job::Room { room, text, from, by }, Duration::ZERO)?;
    Ok(())
}

/// What a room is asked.
struct Asked {
    room: Resource,
    method: Method,
    item: Item,
    organizer: EmailAddress,
    by: Option<PersonId>,
    /// What ends the answer.
    closing: String,
}

/// Answers for a room. Safe to do twice.
///
/// # Errors
/// Where the file cannot be read or written.
pub async fn answer(
    office: &Office,
    room: CalendarId,
    text: &str,
    from: &str,
    by: Option<PersonId>,
) -> Result<After, LetterError> {
    let text = text.to_owned();
    let read = tokio::task::spawn_blocking(move || ical::read(text.as_bytes())).await;
    let Ok(mut found) = read.map_err(|_| StoreError::Panicked)? else { return Ok(After::Done) };
    let room = office
        .store
        .read(move |tx| Ok::<_, CalendarError>((calendar::resource(tx, room)?, settings::brand(tx)?)))
        .await;
    let (Ok((room, brand)), Some(item), true, Some(method)) =
        (room, found.items.pop(), found.items.is_empty(), found.method)
    else {
        return Ok(After::Done);
    };
    let organizer = item.main.organizer.as_ref().map(|organizer| organizer.address.clone());
    // Who writes of somebody else's event is not answered, and nothing is believed.
    let is_own =
        |organizer: &EmailAddress| from.parse::<EmailAddress>().is_ok_and(|from| from.key() == organizer.key());
    let Some(organizer) = organizer.filter(is_own).filter(|_| item.kind == Kind::Event) else { return Ok(After::Done) };
    let asked = Asked { room, method, item, organizer, by, closing: brand.closing() };
    match asked.method {
        Method::Request => requested(office, asked).await?,
        Method::Cancel => cancelled(office, asked).await?,
        _ => {}
    }
    Ok(After::Done)
}

async fn requested(office: &Office, asked: Asked) -> Result<(), LetterError> {
    let now = office.clock.now();
    let yes = letter(office, &asked, Answer::Accepted, "").stage(office).await?;
    let no = letter(office, &asked, Answer::Declined, "It is taken at that time.").stage(office).await?;
    let never =
        letter(office, &asked, Answer::Declined, "It is not open to bookings from outside.").stage(office).await?;
    let (item, address) = (asked.item.clone(), asked.room.address.clone());
    let made = tokio::task::spawn_blocking(move || {
        Prepared::new(ical::with_answer(&item, &address, Answer::Accepted, None, now), now)
    });
    let new = made.await.map_err(|_| StoreError::Panicked)?;
    let Asked { room, organizer, by, .. } = asked;
    let (id, to) = (room.calendar, organizer.clone());
    let write = office.store.write(move |tx| {
        let known = calendar::room_copy(tx, id, &new.item().uid)?;
        // What a colleague has booked here by the calendar itself needs no mail.
        if known.as_ref().is_some_and(|known| known.is_held || known.sequence > new.item().main.sequence) {
            return Ok(());
        }
        let may_book = match by {
            Some(by) => calendar::may_book(tx, by, &room)?,
            None => room.is.takes_mail && !room.is_for_group,
        };
        if !may_book {
            return posted(tx, &never, &to);
        }
        calendar::fill_calendar(tx, id, &new, Expect::Any)?;
        posted(tx, &yes, &to)
    });
    match write.await {
        Err(CalendarError::Taken) => {
            let write = office.store.write(move |tx| posted(tx, &no, &organizer));
            write.await.map_err(store)
        }
        done => done.map_err(store),
    }
}

async fn cancelled(office: &Office, asked: Asked) -> Result<(), LetterError> {
    let (id, uid, organizer) = (asked.room.calendar, asked.item.uid, asked.organizer.key());
    let write = office.store.write(move |tx| match calendar::room_copy(tx, id, &uid)? {
        Some(known) if !known.is_held && known.organizer == organizer => calendar::withdraw(tx, id, &uid).map(drop),
        _ => Ok(()),
    });
    write.await.map_err(store)
}

fn store(error: CalendarError) -> LetterError {
    LetterError::Store(error.into())
}

fn posted(
    tx: &mut WriteTx<'_>,
    letter: &(crate::domain::mail::Head, crate::domain::store::Staged),
    to: &EmailAddress,
) -> Result<(), CalendarError> {
    let Some(admin) = first_admin(tx)? else { return Ok(()) };
    letter::post(tx, admin, letter, to).map_err(|error| match error {
        LetterError::Store(error) => CalendarError::Store(error),
        LetterError::Build(error) => CalendarError::Store(StoreError::Sqlite(error.to_string())),
    })
}

/// Who answers for what nobody sends.
fn first_admin(tx: &ReadTx<'_>) -> Result<Option<PersonId>, CalendarError> {
    let admins = people::all(tx)?.into_iter().filter(|person| person.role.runs_office());
    Ok(admins.map(|person| person.id).min())
}

/// Tells who calls people together that a series of theirs has no room at one of its times, which somebody else has taken before
/// it was booked so far ahead. Safe to do twice but for the second mail.
///
/// # Errors
/// Where the file cannot be read or written.
pub async fn tell_missed(
    office: &Office,
    room: CalendarId,
    item: CalendarItemId,
    starts_at: Moment,
) -> Result<After, LetterError> {
    let read = office.store.read(move |tx| {
        let text = calendar::room_text(tx, room, item)?;
        let item = text.and_then(|text| ical::item(&text));
        let Some(organizer) = item.as_ref().and_then(|item| item.main.organizer.clone()) else { return Ok(None) };
        let host = people::owner(tx, &organizer.address).map_err(StoreError::from)?;
        let zone = host.map(|host| people::zone(tx, host)).transpose().map_err(StoreError::from)?.flatten();
        let title = item.map(|item| item.main.title).unwrap_or_default();
        Ok::<_, CalendarError>(Some((
            calendar::resource(tx, room)?,
            organizer,
            title,
            zone,
            settings::brand(tx)?.closing(),
        )))
    });
    let Some((room, organizer, title, zone, closing)) = read.await.map_err(store)? else { return Ok(After::Done) };
    let at = crate::kernel::zone::shown(starts_at, zone.unwrap_or(room.is.zone)).format("%A, %-d %B %Y, %H:%M");
    let mail = NewMail {
        from: Mailbox { name: tidy(&room.is.name), address: room.address.to_string() },
        to: vec![Mailbox { name: tidy(&organizer.name), address: organizer.address.to_string() }],
        cc: Vec::new(),
        subject: format!("No room: {} – {at}", cut(&tidy(&title), 120)),
        text: signed(
            &format!(
                "Your series “{title}” goes on, and {} is booked for it so far as it is free.\n\nOn {at} somebody else has \
                 it. That time takes place without it: choose another room, or another time.",
                room.is.name
            ),
            &closing,
        ),
        in_reply_to: None,
        references: Vec::new(),
        files: Vec::new(),
        message_id: format!("{}@{}", secret::token(), office.hostname),
        date: office.clock.now(),
    };
    let letter = Letter::write(&mail)?.stage(&office.store).await?;
    office.store.write(move |tx| posted(tx, &letter, &organizer.address)).await.map_err(store)?;
    Ok(After::Done)
}

/// A letter yet to be written.
struct Unwritten(NewMail, NewInvitation);

impl Unwritten {
    async fn stage(
        self,
        office: &Office,
    ) -> Result<(crate::domain::mail::Head, crate::domain::store::Staged), LetterError> {
        Letter::with_calendar(&self.0, &self.1)?.stage(&office.store).await
    }
}

fn letter(office: &Office, asked: &Asked, said: Answer, why: &str) -> Unwritten {
    let Asked { room, item, organizer, .. } = asked;
    let now: Moment = office.clock.now();
    let (word, verb) = if said == Answer::Accepted { ("Accepted", "is yours") } else { ("Declined", "cannot come") };
    let title = if item.main.title.is_empty() { "(no title)" } else { &item.main.title };
    let calendar = ical::reply(item, &room.address, &room.is.name, said, None, why, now);
    let mail = NewMail {
        from: Mailbox { name: tidy(&room.is.name), address: room.address.to_string() },
        to: vec![Mailbox { name: String::new(), address: organizer.to_string() }],
        cc: Vec::new(),
        subject: format!("{word}: {}", cut(&tidy(title), 120)),
        text: signed(&format!("{} {verb}. {why}", room.is.name), &asked.closing),
        in_reply_to: None,
        references: Vec::new(),
        files: Vec::new(),
        message_id: format!("{}@{}", secret::token(), office.hostname),
        date: now,
    };
    Unwritten(mail, NewInvitation { method: "REPLY", text: calendar, sender: None })
}
