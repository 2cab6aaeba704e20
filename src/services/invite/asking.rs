//! Somebody asks by mail when a person is free. RFC 5546 §3.3.
//!
//! A colleague who is signed in is answered where the person's calendar is open to them. Whoever asks from outside is answered
//! only where the person shows free times to everybody anyhow, by an open booking page; nobody else learns a thing, not even
//! that nothing is told.

use super::incoming::Incoming;
use super::letter::{Sealed, Writer, stranger};
use super::note::{Note, Why};
use super::party;
use super::round::Reckoned;
use crate::domain::calendar::{self, Window};
use crate::domain::people;
use crate::domain::settings;
use crate::domain::store::ReadTx;
use crate::format::freebusy::{Asker, Taken, busy_reply};
use crate::format::ical::BusyAsked;
use crate::kernel::clock::Moment;
use crate::kernel::id::PersonId;
use crate::kernel::limits;
use crate::services::brand::signed;
use crate::services::calendar::ActError;
use chrono_tz::Tz;

/// Answers when `who` is free, where who asks may know.
pub(super) fn asked(
    tx: &ReadTx<'_>,
    incoming: &Incoming,
    asked: &BusyAsked,
    who: PersonId,
    hostname: &str,
) -> Result<(Note, Reckoned), ActError> {
    let refused = |why| Ok((Note::refused(why), Reckoned::default()));
    if !incoming.speaks_for(tx, &asked.organizer, None)? {
        return refused(Why::Sender);
    }
    let mut own = None;
    for guest in &asked.guests {
        if people::is_own_address(tx, who, guest)? {
            own = Some(guest.clone());
        }
    }
    let (Some(own), Some(host)) = (own, people::person(tx, who)?) else { return refused(Why::NotInvited) };
    let may_know = match incoming.by {
        Some(by) => calendar::may_see_busy(tx, by, who)?,
        None => calendar::desk(tx, who)?.is_some_and(|desk| desk.is.is_open),
    };
    if !may_know || incoming.is_automatic {
        return refused(Why::Unknown);
    }
    let zone = people::zone(tx, who)?.unwrap_or(Tz::UTC);
    let from = asked.from.max(tx.now().minus(limits::BUSY_BACK));
    let to = asked.to.min(tx.now().plus(limits::BUSY_AHEAD));
    if from >= to {
        return refused(Why::Unknown);
    }
    let spans = calendar::busy(tx, who, &Window::span(from, to, zone), zone)?;
    let taken: Vec<Taken> = spans.iter().filter_map(|span| within(span, from, to)).collect();
    let asker = Asker { uid: &asked.uid, organizer: asked.organizer.as_str(), of: own.as_str() };
    let text = busy_reply(&asker, (from, to), tx.now(), &taken);
    let to = stranger(asked.organizer.clone(), String::new());
    let to = party::Party { person: incoming.by, ..to };
    let closing = settings::brand(tx)?.closing();
    let writer =
        Writer { closing, host, by: None, zone, hostname: hostname.to_owned(), now: tx.now(), is_program: true };
    let sealed = Sealed {
        subject: format!("Free and busy times of {}", writer.host.full_name),
        text: signed(
            &format!("These are the times at which {} is busy, for your calendar program.\n", writer.host.full_name),
            &writer.closing,
        ),
        method: "REPLY",
        calendar: text,
        note: Note::BusyTold,
    };
    let letters = vec![sealed.to(&writer, &[&to])?];
    Ok((Note::BusyTold, Reckoned { deeds: Vec::new(), letters }))
}

/// A time that is taken, as far as it was asked of.
fn within(span: &calendar::Span, from: Moment, to: Moment) -> Option<Taken> {
    let (starts_at, ends_at) = (span.starts_at.max(from), span.ends_at.min(to));
    let is_tentative = span.is_tentative;
    (starts_at < ends_at).then(|| Taken { uid: String::new(), starts_at, ends_at, is_tentative })
}
