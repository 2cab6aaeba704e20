//! Visits: strangers book a person's time. They see when it is free and nothing else; a time is held for a quarter of an
//! hour while the visitor confirms by mail, so that nobody books in another's name.

#[cfg(test)]
mod tests;
mod words;

use crate::domain::calendar::{self, CalendarError, Expect, NewVisit, OpenDesk, Prepared, Visit, VisitState, Window};
use crate::domain::people::{self, Person};
use crate::domain::policy::{self, Act};
use crate::domain::settings;
use crate::domain::store::{ReadTx, Staged, StoreError, WriteTx};
use crate::format::ical::{self, Answer, Draft, Guest, Item, Kind, Organizer, Part, Scope, When};
use crate::format::mime::{NewInvitation, NewMail};
use crate::kernel::clock::Moment;
use crate::kernel::text::{EmailAddress, cut, one_line};
use crate::kernel::{limits, secret};
use crate::services::find::open;
use crate::services::find::spans::{Piece, starts, union, without};
use crate::services::letter::{self, Letter, LetterError};
use crate::services::office::Office;
use chrono_tz::Tz;
use std::time::Duration;
use words::House;

/// Milliseconds of a minute.
const MINUTE: i64 = 60_000;
/// Characters of a visitor's name.
const NAME: usize = 100;

/// Why a visitor could not book.
#[derive(Debug, Clone, thiserror::Error)]
pub enum VisitError {
    /// Something in the form is wrong: which field, and what would be right.
    #[error("{1}")]
    Field(&'static str, String),
    /// There is no such page or booking, or none any more.
    #[error("there is nothing here")]
    Nothing,
    /// The file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<CalendarError> for VisitError {
    fn from(error: CalendarError) -> Self {
        match error {
            CalendarError::NoCalendar | CalendarError::NoItem => Self::Nothing,
            CalendarError::TooMany(what, most) => {
                Self::Field("address", format!("There may be at most {most} {what}. Try again later."))
            }
            CalendarError::Taken | CalendarError::Changed => Self::Field("at", TAKEN.to_owned()),
            CalendarError::Store(error) => Self::Store(error),
            other => Self::Store(other.into()),
        }
    }
}

impl From<LetterError> for VisitError {
    fn from(error: LetterError) -> Self {
        match error {
            LetterError::Build(_) => Self::Field("address", "Mail cannot be sent to this address.".to_owned()),
            LetterError::Store(error) => Self::Store(error),
        }
    }
}

impl From<people::PeopleError> for VisitError {
    fn from(error: people::PeopleError) -> Self {
        Self::Store(error.into())
    }
}

/// What a visitor reads where a time is gone.
const TAKEN: &str = "This time has just been taken. Choose another one.";

/// What a visitor fills in.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// When, as milliseconds.
    pub at: i64,
    /// How long, in minutes.
    pub minutes: i64,
    /// The visitor's name.
    pub name: String,
    /// The visitor's address.
    pub address: String,
    /// What the visitor answers, one for each question.
    pub answers: Vec<String>,
    /// Where the visitor's clock hangs.
    pub zone: Option<Tz>,
}

/// When a visitor may come to a desk for so long: within the person's hours, with notice, neither taken nor held, from
/// `from` on.
///
/// # Errors
/// Where the file cannot be read.
pub fn slots(
    tx: &ReadTx<'_>,
    desk: &OpenDesk,
    minutes: i64,
    but: Option<&Visit>,
    most: usize,
) -> Result<Vec<Moment>, VisitError> {
    let free = free(tx, desk, but)?;
    let step = if minutes >= 30 { 30 } else { 15 };
    Ok(starts(&free, minutes * MINUTE, step * MINUTE).take(most).map(Moment::from_millis).collect())
}

fn free(tx: &ReadTx<'_>, desk: &OpenDesk, but: Option<&Visit>) -> Result<Vec<Piece>, VisitError> {
    let span = |hours: i64| Duration::from_secs(u64::try_from(hours).unwrap_or(0) * 3600);
    let (from, to) = (tx.now().plus(span(desk.is.notice)), tx.now().plus(span(desk.is.days_ahead * 24)));
    let zone = people::zone(tx, desk.person)?.unwrap_or(Tz::UTC);
    let wide = Duration::from_secs(24 * 3600);
    let window = Window::span(from.minus(wide), to.plus(wide), zone);
    let own = but.map(|visit| (visit.is.starts_at, visit.is.ends_at));
    let buffer = desk.is.buffer * MINUTE;
    let busy = calendar::busy(tx, desk.person, &window, zone)?;
    let busy = busy.into_iter().map(|span| (span.starts_at, span.ends_at)).filter(|span| Some(*span) != own);
    let held = calendar::held_visits(tx, desk.id, but.map(|visit| visit.id), from)?;
    let taken = busy.chain(held).map(|(from, to)| (from.millis() - buffer, to.millis() + buffer)).collect();
    let open = open(tx, desk.person, from, to)?;
    Ok(without(&open, &union(taken)))
}

/// Whether a visitor may come at this very time.
fn is_free(
    tx: &ReadTx<'_>,
    desk: &OpenDesk,
    but: Option<&Visit>,
    from: Moment,
    to: Moment,
) -> Result<bool, VisitError> {
    let fits = |piece: &Piece| piece.0 <= from.millis() && to.millis() <= piece.1;
    Ok(free(tx, desk, but)?.iter().any(fits))
}

/// Holds a time for a visitor, and mails what confirms it. `link` is where bookings are looked at, without the secret.
///
/// # Errors
/// See [`VisitError`]; nothing is held then.
pub async fn hold(office: &Office, desk: OpenDesk, asked: &Asked, link: &str) -> Result<(), VisitError> {
    let new = new_visit(office, &desk, asked)?;
    let token = secret::token();
    let house = House::of(office, desk.person, link, &token).await?;
    let letter = Letter::write(&words::confirm(&house, &desk, &new, office.clock.now()))?;
    let staged = letter.stage(&office.store).await?;
    let write = office.store.write(move |tx| {
        if !is_free(tx, &desk, None, new.starts_at, new.ends_at)? {
            return Err(VisitError::Field("at", TAKEN.to_owned()));
        }
        let until_at = tx.now().plus(limits::VISIT_HELD);
        calendar::hold_visit(tx, desk.id, &new, &token, until_at)?;
        Ok(letter::post(tx, desk.person, &staged, &new.address)?)
    });
    write.await
}

fn new_visit(office: &Office, desk: &OpenDesk, asked: &Asked) -> Result<NewVisit, VisitError> {
    let name = cut(&one_line(&asked.name), NAME);
    if name.is_empty() {
        return Err(VisitError::Field("name", "Say who you are.".to_owned()));
    }
    let address: EmailAddress = asked
        .address
        .trim()
        .parse()
        .map_err(|_| VisitError::Field("address", "An address looks like name@example.com.".to_owned()))?;
    if !desk.is.lengths.contains(&asked.minutes) {
        return Err(VisitError::Field("at", "Choose one of these times.".to_owned()));
    }
    let said = desk.is.questions.iter().zip(&asked.answers).filter(|(_, answer)| !answer.trim().is_empty());
    let answers: Vec<String> =
        said.map(|(question, answer)| format!("{question}\n{}", cut(answer.trim(), limits::RESOURCE_NOTES))).collect();
    Ok(NewVisit {
        name,
        address,
        answers: answers.join("\n\n"),
        zone: asked.zone.unwrap_or(Tz::UTC).name().to_owned(),
        starts_at: Moment::from_millis(asked.at),
        ends_at: Moment::from_millis(asked.at.saturating_add(asked.minutes * MINUTE)),
        uid: format!("{}@{}", secret::token(), office.hostname),
    })
}

/// The booking that a secret opens, as it is now: one whose event is gone from the person's calendar is called off.
///
/// # Errors
/// `Nothing`.
pub fn look(tx: &ReadTx<'_>, secret: &str) -> Result<(Visit, Person), VisitError> {
    let mut visit = calendar::visit(tx, secret)?;
    let person = people::person(tx, visit.desk.person)?.ok_or(VisitError::Nothing)?;
    if visit.state == VisitState::Booked && calendar::own_copy(tx, person.id, &visit.is.uid)?.is_none() {
        visit.state = VisitState::Gone;
    }
    Ok((visit, person))
}

/// Makes a held time an event, and mails it to both. Doing so twice does it once.
///
/// # Errors
/// `Nothing`; `Field` where the time was held too long and is taken now.
pub async fn confirm(office: &Office, token: &str, link: &str) -> Result<(), VisitError> {
    let own = token.to_owned();
    let read = office.store.read(move |tx| {
        let (visit, person) = look(tx, &own)?;
        let is_open = policy::of(tx, person.id, Act::Bookings)?.is_on();
        if visit.state == VisitState::Held && !is_open { Err(VisitError::Nothing) } else { Ok((visit, person)) }
    });
    let (visit, person) = read.await?;
    if visit.state != VisitState::Held {
        return Ok(());
    }
    let house = House::of(office, person.id, link, token).await?;
    let now = office.clock.now();
    let item = event(&visit, &person, house.zone, now);
    let told =
        told(office, &words::booked(&house, &visit, &item, now), &words::told(&house, &visit, "New booking", now))
            .await?;
    let prepared = prepare(item, now).await?;
    let write = office.store.write(move |tx| {
        if look(tx, &house.token)?.0.state != VisitState::Held {
            return Ok(());
        }
        if !is_free(tx, &visit.desk, Some(&visit), visit.is.starts_at, visit.is.ends_at)? {
            return Err(VisitError::Field("at", TAKEN.to_owned()));
        }
        calendar::deliver(tx, person.id, &prepared, Expect::New)?;
        calendar::set_visit(tx, visit.id, VisitState::Booked, visit.is.starts_at, visit.is.ends_at)?;
        post(tx, &person, &visit, &told)
    });
    write.await
}

type Told = [(crate::domain::mail::Head, Staged); 2];

async fn told(
    office: &Office,
    (visitor, calendar): &(NewMail, NewInvitation),
    person: &NewMail,
) -> Result<Told, VisitError> {
    let (visitor, person) = (Letter::with_calendar(visitor, calendar)?, Letter::write(person)?);
    Ok([visitor.stage(&office.store).await?, person.stage(&office.store).await?])
}

fn post(tx: &mut WriteTx<'_>, person: &Person, visit: &Visit, [visitor, own]: &Told) -> Result<(), VisitError> {
    letter::post(tx, person.id, visitor, &visit.is.address)?;
    Ok(letter::post(tx, person.id, own, &person.address)?)
}

async fn prepare(item: Item, now: Moment) -> Result<Prepared, VisitError> {
    let made = tokio::task::spawn_blocking(move || Prepared::new(item, now)).await;
    Ok(made.map_err(|_| StoreError::Panicked)?)
}

/// The event that a booking is.
fn event(visit: &Visit, person: &Person, zone: Tz, now: Moment) -> Item {
    let at = |moment| Some(When::from_instant(moment, zone));
    let draft = Draft {
        title: format!("{} – {}", visit.desk.is.title, visit.is.name),
        notes: [visit.is.address.as_str(), &visit.is.answers].join("\n\n").trim().to_owned(),
        place: visit.desk.is.place.clone(),
        guests: vec![Guest {
            address: visit.is.address.clone(),
            name: visit.is.name.clone(),
            part: Part::Required,
            answer: Answer::Accepted,
        }],
        organizer: Some(Organizer { address: person.address.clone(), name: person.full_name.clone(), sent_by: None }),
        ..Draft::at(Kind::Event, at(visit.is.starts_at), at(visit.is.ends_at))
    };
    ical::make(&visit.is.uid, &draft, now)
}

/// Calls a booking off, as the visitor, and mails both.
///
/// # Errors
/// `Nothing`.
pub async fn cancel(office: &Office, token: &str, link: &str) -> Result<(), VisitError> {
    let own = token.to_owned();
    let (visit, person) = office.store.read(move |tx| look(tx, &own)).await?;
    let house = House::of(office, person.id, link, token).await?;
    let now = office.clock.now();
    let was_booked = visit.state == VisitState::Booked;
    let item = event(&visit, &person, house.zone, now);
    let told =
        told(office, &words::gone(&house, &visit, &item, now), &words::told(&house, &visit, "Booking called off", now))
            .await?;
    let write = office.store.write(move |tx| {
        if look(tx, &house.token)?.0.state == VisitState::Gone {
            return Ok(());
        }
        calendar::set_visit(tx, visit.id, VisitState::Gone, visit.is.starts_at, visit.is.ends_at)?;
        if let Some((_, at)) = calendar::own_copy(tx, person.id, &visit.is.uid)? {
            calendar::withdraw(tx, at, &visit.is.uid)?;
        }
        if was_booked { post(tx, &person, &visit, &told) } else { Ok(()) }
    });
    write.await
}

/// Puts a booking to another free time, as the visitor, and mails both.
///
/// # Errors
/// `Nothing`; `Field` where the time is not free.
pub async fn move_to(office: &Office, token: &str, at: i64, link: &str) -> Result<(), VisitError> {
    let own = token.to_owned();
    let (mut visit, person) = office.store.read(move |tx| look(tx, &own)).await?;
    if visit.state != VisitState::Booked {
        return Err(VisitError::Nothing);
    }
    let before = visit.clone();
    let length = visit.is.ends_at.millis() - visit.is.starts_at.millis();
    (visit.is.starts_at, visit.is.ends_at) = (Moment::from_millis(at), Moment::from_millis(at.saturating_add(length)));
    let (who, uid) = (person.id, visit.is.uid.clone());
    let stored = office.store.read(move |tx| match calendar::own_copy(tx, who, &uid)? {
        Some((id, _)) => Ok::<_, VisitError>(calendar::item(tx, who, id)?),
        None => Err(VisitError::Nothing),
    });
    let stored = stored.await?;
    let house = House::of(office, person.id, link, token).await?;
    let now = office.clock.now();
    let old = ical::item(&stored.text)
        .ok_or_else(|| StoreError::Corrupt(format!("the event {} cannot be read", stored.id)))?;
    let when = |moment| When::from_instant(moment, house.zone);
    let item = ical::moved(&old, Scope::All, when(visit.is.starts_at), when(visit.is.ends_at), now).item.unwrap_or(old);
    let told =
        told(office, &words::booked(&house, &visit, &item, now), &words::told(&house, &visit, "Booking moved", now))
            .await?;
    let prepared = prepare(item, now).await?;
    let write = office.store.write(move |tx| {
        if !is_free(tx, &visit.desk, Some(&before), visit.is.starts_at, visit.is.ends_at)? {
            return Err(VisitError::Field("at", TAKEN.to_owned()));
        }
        calendar::deliver(tx, person.id, &prepared, Expect::Revision(stored.revision))?;
        calendar::set_visit(tx, visit.id, VisitState::Booked, visit.is.starts_at, visit.is.ends_at)?;
        post(tx, &person, &visit, &told)
    });
    write.await
}

/// What a visitor may know of a person before booking: the name, and the office's.
///
/// # Errors
/// `Nothing`.
pub fn host(tx: &ReadTx<'_>, name: &str) -> Result<(OpenDesk, Person, String), VisitError> {
    let desk = calendar::desk_called(tx, name)?;
    let person = people::person(tx, desk.person)?.ok_or(VisitError::Nothing)?;
    Ok((desk, person, settings::brand(tx)?.company))
}
