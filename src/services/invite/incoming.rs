//! Incoming: a calendar that came with a message is weighed for everybody who gets the message, before it is filed.

use super::asking;
use super::change::sequence;
use super::guesting;
use super::hosting;
use super::note::{Note, Why};
use super::round::{Reckoned, Round};
use crate::domain::people::{self, Route};
use crate::domain::store::{ReadTx, StoreError, WriteTx};
use crate::format::ical::{self, BusyAsked, Item, Kind, Method, Organizer};
use crate::format::mime::ParsedMail;
use crate::kernel::id::{ItemId, PersonId};
use crate::kernel::text::EmailAddress;
use crate::services::calendar::ActError;
use crate::services::office::Office;
use std::collections::BTreeMap;

/// What a calendar wants.
#[derive(Debug, Clone)]
enum Wanted {
    /// Something of one event.
    Event(Method, Box<Item>),
    /// To know when somebody is free.
    Busy(BusyAsked),
}

/// A calendar that came with a message, read before anything is done about it.
#[derive(Debug, Clone)]
pub struct Incoming {
    wanted: Result<Wanted, Why>,
    /// Who the message says wrote it.
    pub(super) from: Option<EmailAddress>,
    /// Who was signed in to send it.
    pub(super) by: Option<PersonId>,
    /// Whether nobody may answer it by a program.
    pub(super) is_automatic: bool,
}

/// What is to be done about a calendar, for everybody who gets its message.
#[derive(Debug, Clone, Default)]
pub struct Weighed(BTreeMap<PersonId, (Note, Round)>);

impl Incoming {
    /// Reads the calendar of a message; nothing where it has none. `by` is who was signed in to send it.
    #[must_use]
    pub fn read(mail: &ParsedMail, by: Option<PersonId>, has_return: bool) -> Option<Self> {
        let part = mail.calendar.as_ref()?;
        let from = mail.from.as_ref().and_then(|from| from.address.parse().ok());
        let wanted = wanted(&part.text, part.method.as_deref());
        Some(Self { wanted, from, by, is_automatic: mail.is_automatic || mail.is_list || !has_return })
    }

    /// Whether whoever wrote the message speaks for the one who calls people together, here as the event names them: it is
    /// they, or somebody at the same company whom the message names as writing for them.
    ///
    /// Mail from outside that bears an address of ours is not from us.
    pub(super) fn speaks_for(
        &self,
        tx: &ReadTx<'_>,
        known: &EmailAddress,
        said: Option<&Organizer>,
    ) -> Result<bool, StoreError> {
        let Some(from) = &self.from else { return Ok(false) };
        let is_ours = people::domains(tx).map_err(StoreError::from)?.iter().any(|domain| domain == from.domain());
        if is_ours && self.by.is_none() {
            return Ok(false);
        }
        if super::party::is_same(from, known) {
            return Ok(true);
        }
        let is_for = said.is_some_and(|said| {
            let is_named = said.sent_by.as_ref().is_some_and(|writer| super::party::is_same(writer, from));
            is_named && super::party::is_same(&said.address, known)
        });
        Ok(is_for && !is_ours && from.domain() == known.domain())
    }
}

/// What a calendar wants, and of which event.
fn wanted(text: &str, method: Option<&str>) -> Result<Wanted, Why> {
    if let Some(asked) = ical::busy_asked(text) {
        let is_said = method.is_some_and(|method| method.trim().eq_ignore_ascii_case("REQUEST"));
        return if is_said { Ok(Wanted::Busy(asked)) } else { Err(Why::File) };
    }
    let read = ical::read(text.as_bytes()).map_err(|_| Why::Broken)?;
    let Some(method) = method else { return Err(Why::File) };
    // RFC 6047 §2.4: both say the same.
    let is_said = read.method.is_some_and(|said| super::letter::method_word(said).eq_ignore_ascii_case(method.trim()));
    let wanted = read.method.filter(|_| is_said).ok_or(Why::Broken)?;
    if wanted == Method::Publish {
        return Err(Why::File);
    }
    let mut items = read.items;
    let (Some(item), true) = (items.pop(), items.is_empty()) else { return Err(Why::Unknown) };
    if item.kind != Kind::Event || wanted == Method::Add {
        return Err(Why::Unknown);
    }
    if comes_too_often(&item) {
        return Err(Why::TooOften);
    }
    Ok(Wanted::Event(wanted, Box::new(item)))
}

/// Whether a rule makes an event come every minute or second: nobody meets so.
fn comes_too_often(item: &Item) -> bool {
    let rule = item.main.rule.as_deref().unwrap_or_default().to_ascii_uppercase();
    ["FREQ=SECONDLY", "FREQ=MINUTELY"].iter().any(|often| rule.contains(often))
}

/// Weighs a calendar for everybody the message is to.
///
/// # Errors
/// Where the file cannot be read.
pub async fn weigh(office: &Office, incoming: &Incoming, recipients: &[EmailAddress]) -> Result<Weighed, StoreError> {
    let (incoming, recipients, hostname) = (incoming.clone(), recipients.to_vec(), office.hostname.clone());
    let read = office.store.read(move |tx| {
        let mut all: BTreeMap<PersonId, (Note, Reckoned)> = BTreeMap::new();
        for address in &recipients {
            let Route::People(found) = people::route(tx, address)? else { continue };
            for person in found {
                if let std::collections::btree_map::Entry::Vacant(place) = all.entry(person) {
                    place.insert(for_one(tx, &incoming, person, &hostname)?);
                }
            }
        }
        Ok::<_, ActError>(all)
    });
    let mut weighed = Weighed::default();
    for (person, (note, reckoned)) in read.await.map_err(into_store)? {
        weighed.0.insert(person, (note, reckoned.staged(office).await?));
    }
    Ok(weighed)
}

fn into_store(error: ActError) -> StoreError {
    match error {
        ActError::Calendar(error) => error.into(),
        other => StoreError::Sqlite(other.to_string()),
    }
}

fn for_one(tx: &ReadTx<'_>, incoming: &Incoming, who: PersonId, hostname: &str) -> Result<(Note, Reckoned), ActError> {
    let (method, news) = match &incoming.wanted {
        Ok(Wanted::Event(method, news)) => (*method, news.as_ref()),
        Ok(Wanted::Busy(asked)) => return asking::asked(tx, incoming, asked, who, hostname),
        Err(why) => return Ok((Note::refused(*why), Reckoned::default())),
    };
    match method {
        Method::Request => guesting::invited(tx, incoming, news, who),
        Method::Cancel => guesting::called_off(tx, incoming, news, who),
        Method::DeclineCounter => guesting::declined(tx, incoming, news, who),
        Method::Reply => hosting::answered(tx, incoming, news, who),
        Method::Counter => hosting::proposed(tx, incoming, news, who),
        Method::Refresh => hosting::asked(tx, incoming, news, who, hostname),
        Method::Publish | Method::Add => Ok((Note::refused(Why::Unknown), Reckoned::default())),
    }
}

/// Whether news are newer than what is known, of the part they tell of. RFC 5546 §2.1.5.
pub(super) fn is_newer(have: &Item, news: &Item) -> bool {
    let all = std::iter::once(&news.main).chain(&news.overrides);
    let mut parts = all.map(|said| {
        let known = have.facts_at(said.instance);
        (said.sequence, said.stamp) > (known.sequence, known.stamp)
    });
    parts.any(|is_newer| is_newer)
}

/// The `SEQUENCE` that news of an instance must not be below.
pub(super) fn known_sequence(have: &Item, news: &Item) -> i64 {
    if news.main.instance.is_some() { have.facts_at(news.main.instance).sequence } else { sequence(have) }
}

impl Weighed {
    /// Does what is to be done for one person, and notes it beside the person's copy of the message.
    ///
    /// # Errors
    /// `Changed` where the calendar is not as it was: weigh again.
    pub fn apply(&self, tx: &mut WriteTx<'_>, who: PersonId, item: ItemId) -> Result<(), ActError> {
        let Some((note, round)) = self.0.get(&who) else { return Ok(()) };
        round.carry_out(tx, who)?;
        note.keep(tx, item).map_err(|error| StoreError::from(error).into())
    }
}
