//! The mails about events: words for people and a calendar for their programs, in the name of who acts.

use super::change;
use super::note::Note;
use super::party::Party;
use super::round::Letter;
use super::words;
use crate::domain::mail::Head;
use crate::domain::people::Person;
use crate::domain::store::pack;
use crate::format::formats::Formats;
use crate::format::ical::{self, Answer, Item, Method, When};
use crate::format::mime::{self, Mailbox, NewInvitation, NewMail, tidy};
use crate::kernel::clock::Moment;
use crate::kernel::secret;
use crate::kernel::text::{EmailAddress, cut};
use crate::services::brand::signed;
use crate::services::calendar::ActError;
use chrono_tz::Tz;
use std::collections::BTreeMap;

/// Characters of a title in a subject.
const TITLE: usize = 120;
/// Characters of an event's notes in a mail; its calendar has them all.
const NOTES: usize = 4000;
/// Guests named in a mail.
const NAMED: usize = 20;
/// Recipients that a mail names; where there are more it names none, and the event does.
const SHOWN: usize = 100;

/// What a mail about an event says.
#[derive(Debug, Clone)]
pub(super) struct Told<'a> {
    /// Its own name for it, before the title: `Invitation`.
    pub what: &'static str,
    /// What its calendar wants.
    pub method: Method,
    /// The event.
    pub item: &'a Item,
    /// One instance alone.
    pub instance: Option<When>,
    /// The calendar's text.
    pub calendar: String,
    /// Its first sentence.
    pub opening: String,
    /// What the writer adds in own words.
    pub comment: &'a str,
    /// What the card says to colleagues.
    pub note: Note,
}

/// Who writes, and for whom.
#[derive(Debug, Clone)]
pub(super) struct Writer {
    /// In whose name.
    pub host: Person,
    /// Who acts, where that is somebody else.
    pub by: Option<Person>,
    /// Where the clock of the host hangs: in whose zone times are told to those whose own is not known.
    pub zone: Tz,
    /// What ends the mail.
    pub closing: String,
    /// The office's name in message ids.
    pub hostname: String,
    /// When.
    pub now: Moment,
    /// Whether no human act is behind it.
    pub is_program: bool,
}

impl Told<'_> {
    /// The mails that tell these people: one for each zone they live in.
    pub fn to(&self, writer: &Writer, parties: &[Party]) -> Result<Vec<Letter>, ActError> {
        let mut by_zone: BTreeMap<&'static str, (Tz, Vec<&Party>)> = BTreeMap::new();
        for party in parties {
            let zone = party.zone.unwrap_or(writer.zone);
            by_zone.entry(zone.name()).or_insert_with(|| (zone, Vec::new())).1.push(party);
        }
        by_zone.into_values().map(|(zone, parties)| self.letter(writer, zone, &parties)).collect()
    }

    fn letter(&self, writer: &Writer, zone: Tz, parties: &[&Party]) -> Result<Letter, ActError> {
        let (subject, text) = (self.subject(zone), signed(&self.text(zone), &writer.closing));
        let (method, calendar, note) = (method_word(self.method), self.calendar.clone(), self.note.clone());
        Sealed { subject, text, method, calendar, note }.to(writer, parties)
    }

    fn subject(&self, zone: Tz) -> String {
        let facts = self.item.facts_at(self.instance);
        let title = if facts.title.is_empty() { "(no title)" } else { &facts.title };
        let when = words::short(&change::at(self.item, self.instance), zone);
        let comma = if when.is_empty() { "" } else { " – " };
        format!("{}: {}{comma}{when}", self.what, cut(&tidy(title), TITLE))
    }

    fn text(&self, zone: Tz) -> String {
        let facts = change::at(self.item, self.instance);
        let rule = facts
            .rule
            .as_deref()
            .filter(|_| self.instance.is_none())
            .map(|rule| ical::rule_words(rule, Formats::default()));
        let organizer = facts.organizer.as_ref().map_or("", |organizer| match organizer.name.as_str() {
            "" => organizer.address.as_str(),
            name => name,
        });
        let guests = guests_words(&facts);
        let named = [("Where", &*facts.place), ("Link", &facts.link), ("Organiser", organizer), ("Guests", &guests)];
        let mut event = vec![facts.title.clone(), words::when(&facts, zone), rule.unwrap_or_default()];
        event.extend(
            named.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("{name}: {value}")),
        );
        event.retain(|line| !line.is_empty());
        let notes = if self.method == Method::Reply { String::new() } else { cut(&facts.notes, NOTES) };
        let parts = [self.opening.clone(), self.comment.trim().to_owned(), event.join("\n"), notes];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join("\n\n") + "\n"
    }
}

/// A mail about a calendar, down to its words.
pub(super) struct Sealed {
    pub subject: String,
    pub text: String,
    /// What its calendar wants, as RFC 5546 names it.
    pub method: &'static str,
    pub calendar: String,
    /// What the card says to colleagues.
    pub note: Note,
}

impl Sealed {
    /// The mail to these people.
    pub fn to(self, writer: &Writer, parties: &[&Party]) -> Result<Letter, ActError> {
        let mailbox = |person: &Person| Mailbox { name: person.full_name.clone(), address: person.address.to_string() };
        let shown: &[&Party] = if parties.len() <= SHOWN { parties } else { &[] };
        let to = |party: &&Party| Mailbox { name: party.name.clone(), address: party.address.to_string() };
        let mail = NewMail {
            from: mailbox(&writer.host),
            to: shown.iter().map(to).collect(),
            cc: Vec::new(),
            subject: self.subject,
            text: self.text,
            in_reply_to: None,
            references: Vec::new(),
            files: Vec::new(),
            message_id: format!("{}@{}", secret::token(), writer.hostname),
            date: writer.now,
        };
        let sender = writer.by.as_ref().map(mailbox);
        let invitation = NewInvitation { method: self.method, text: self.calendar, sender };
        let raw = mime::build_invitation(&mail, &invitation);
        let mut raw = raw.map_err(|error| ActError::Field("guests", error.to_string()))?;
        if writer.is_program {
            // RFC 3834 §5: nobody's program answers a machine.
            raw.splice(0..0, b"Auto-Submitted: auto-replied\r\n".iter().copied());
        }
        let head = Head { is_inside: true, ..Head::of(&mime::parse(&raw), raw.len(), writer.now) };
        let outside = parties.iter().filter(|party| party.person.is_none());
        Ok(Letter {
            head,
            bytes: pack(&raw),
            inside: parties.iter().filter_map(|party| party.person).collect(),
            outside: outside.map(|party| party.address.clone()).collect(),
            reverse_path: (!writer.is_program).then(|| writer.host.address.clone()),
            note: self.note,
        })
    }
}

fn guests_words(facts: &ical::Facts) -> String {
    let name = |guest: &ical::Guest| if guest.name.is_empty() { guest.address.to_string() } else { guest.name.clone() };
    let mut names: Vec<String> = facts.guests.iter().take(NAMED).map(name).collect();
    if facts.guests.len() > NAMED {
        names.push(format!("{} more", facts.guests.len() - NAMED));
    }
    names.join(", ")
}

/// What a mail's calendar wants, as RFC 5546 names it.
pub(super) const fn method_word(method: Method) -> &'static str {
    match method {
        Method::Publish => "PUBLISH",
        Method::Request => "REQUEST",
        Method::Reply => "REPLY",
        Method::Add => "ADD",
        Method::Cancel => "CANCEL",
        Method::Refresh => "REFRESH",
        Method::Counter => "COUNTER",
        Method::DeclineCounter => "DECLINECOUNTER",
    }
}

/// What an answer is called at the head of a mail.
pub(super) const fn answer_title(answer: Answer) -> &'static str {
    match answer {
        Answer::Accepted => "Accepted",
        Answer::Declined => "Declined",
        Answer::Tentative => "Maybe",
        Answer::Delegated => "Delegated",
        Answer::NeedsAction => "Not answered",
    }
}

/// One whose address is all that is known, as somebody a mail goes to.
pub(super) fn stranger(address: EmailAddress, name: String) -> Party {
    Party { address, name, person: None, zone: None }
}
