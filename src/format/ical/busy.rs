//! Requests for free and busy times: what a `VFREEBUSY` asks. RFC 5546 §3.3.2.

use crate::format::ical::facts::{self, organizer};
use crate::format::ical::read;
use crate::format::ical::zone::Zones;
use crate::kernel::clock::Moment;
use crate::kernel::limits;
use crate::kernel::text::EmailAddress;
use chrono_tz::Tz;

/// What somebody asks: when these people are free.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BusyAsked {
    /// Names the question.
    pub uid: String,
    /// Who asks.
    pub organizer: EmailAddress,
    /// Of whom.
    pub guests: Vec<EmailAddress>,
    /// From when.
    pub from: Moment,
    /// Until when.
    pub to: Moment,
}

/// What a calendar asks of free and busy times; nothing where it asks something else, or more than one thing.
#[must_use]
pub fn busy_asked(text: &str) -> Option<BusyAsked> {
    let root = (text.len() <= limits::ICAL_BYTES).then(|| read::root(text)).flatten()?;
    let zones = Zones::of(root.parts.iter());
    let mut parts = root.parts.iter().filter(|part| part.name != "VTIMEZONE");
    let (Some(part), None) = (parts.next(), parts.next()) else { return None };
    let is_request = root.value("METHOD").is_some_and(|method| method.trim().eq_ignore_ascii_case("REQUEST"));
    if part.name != "VFREEBUSY" || !is_request {
        return None;
    }
    let time = |name: &str| facts::when_of(part.line(name)?, &zones).map(|when| when.instant(Tz::UTC));
    let uid = part.value("UID")?.trim().to_owned();
    let (from, to) = (time("DTSTART")?, time("DTEND")?);
    if uid.is_empty() || uid.len() > limits::ICAL_UID || from >= to {
        return None;
    }
    let guests = part.all("ATTENDEE").filter_map(facts::guest).take(limits::ICAL_GUESTS);
    Some(BusyAsked {
        uid,
        organizer: organizer(part.line("ORGANIZER")?)?.address,
        guests: guests.map(|guest| guest.address).collect(),
        from,
        to,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(lines: &[&str]) -> Option<BusyAsked> {
        let head = ["BEGIN:VCALENDAR", "VERSION:2.0", "METHOD:REQUEST", "BEGIN:VFREEBUSY", "UID:1@x"];
        busy_asked(&[&head, lines, &["END:VFREEBUSY", "END:VCALENDAR", ""]].concat().join("\r\n"))
    }

    #[test]
    fn a_question_names_who_asks_whom_and_of_when() {
        let (who, whom) = ("ORGANIZER:mailto:bob@else.example", "ATTENDEE:mailto:alice@example.com");
        let found = asks(&[who, whom, "DTSTART:20260301T000000Z", "DTEND:20260308T000000Z"]).unwrap();
        assert_eq!((found.organizer.as_str(), found.guests[0].as_str()), ("bob@else.example", "alice@example.com"));
        assert_eq!(found.to.since(found.from).as_secs(), 7 * 24 * 3600);
        assert_eq!(asks(&[who, whom, "DTSTART:20260308T000000Z", "DTEND:20260301T000000Z"]), None);
        assert_eq!(asks(&[whom, "DTSTART:20260301T000000Z", "DTEND:20260308T000000Z"]), None);
    }
}
