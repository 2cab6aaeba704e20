//! The card over a message that a calendar came with: what, when, where, who, how one's own calendar stands to it, and the
//! buttons that answer.

use super::super::calendar::answer::{AnswerView, buttons};
use super::super::calendar::here::Here;
use super::super::error::WebError;
use super::super::form::Fields;
use super::super::page::{PageResult, local, see, with};
use super::super::session::Visit;
use crate::domain::calendar::Entry;
use crate::format::ical::{self, Answer, Facts, Guest, Method, When};
use crate::format::mime::CalendarPart;
use crate::kernel::id::{ItemId, PersonId};
use crate::kernel::text::cut;
use crate::services::calendar::ActError;
use crate::services::invite::{self, Card, Copied, Note, Was, Why};
use actix_web::web::{Form, Path};

/// Guests named on a card.
const NAMED: usize = 6;
/// Characters of a title on a card.
const TITLE: usize = 200;

/// The card.
pub struct CardView {
    /// Day, month and weekday for the leaf; empty where it has no time.
    pub(super) leaf: Option<(String, String, String)>,
    pub(super) title: String,
    /// What came, in a word: `Invitation`.
    pub(super) what: &'static str,
    pub(super) when: String,
    /// How it comes back; empty where it comes once.
    pub(super) rule: String,
    /// When and where it was before; empty where it did not move.
    pub(super) before: String,
    pub(super) place: String,
    pub(super) people: String,
    /// What became of it.
    pub(super) state: String,
    /// What one should know before trusting it; empty where nothing is amiss.
    pub(super) warning: &'static str,
    pub(super) overlaps: String,
    /// Where the event is in one's own calendar; empty where it is not.
    pub(super) event: String,
    /// Where answers go; empty where none is asked for.
    pub(super) answer_to: String,
    pub(super) instance: String,
    pub(super) is_one: bool,
    pub(super) answers: Vec<AnswerView>,
    /// What can be decided: the field's value and the button's words.
    pub(super) decisions: Vec<(&'static str, &'static str)>,
    pub(super) back: String,
    pub(super) id: ItemId,
}

/// The card of a message; nothing where its calendar cannot be read.
pub async fn card(
    visit: &Visit,
    who: PersonId,
    id: ItemId,
    part: Option<&CalendarPart>,
) -> Result<Option<CardView>, WebError> {
    let Some(part) = part.cloned() else { return Ok(None) };
    let asking = visit.clone();
    let here = visit.read(move |tx, session| Here::read(tx, &asking, session.person.id)).await?;
    let card = invite::card(&visit.web.office, who, id, part, here.zone).await?;
    Ok(card.map(|card| CardView::new(&card, id, here)))
}

impl CardView {
    fn new(card: &Card, id: ItemId, here: Here) -> Self {
        let facts = &card.facts;
        let asked = asked(card);
        let instance = card.instance.map(When::to_text).unwrap_or_default();
        Self {
            leaf: facts.starts.map(|starts| leaf(starts, here)),
            title: if facts.title.is_empty() { "(no title)".to_owned() } else { cut(&facts.title, TITLE) },
            what: what(card),
            when: when(facts, here),
            rule: facts.rule.as_deref().map(|rule| ical::rule_words(rule, here.formats)).unwrap_or_default(),
            before: before(&card.note, here),
            place: cut(&facts.place, TITLE),
            people: people(facts),
            state: state(card),
            warning: warning(card),
            overlaps: if asked.is_some() { overlaps(&card.overlaps, here) } else { String::new() },
            event: event(card, &instance),
            answer_to: asked.map(|copy| format!("/calendar/event/{}/answer", copy.id)).unwrap_or_default(),
            answers: asked.map(|copy| buttons(copy.answer)).unwrap_or_default(),
            is_one: card.instance.is_some(),
            decisions: decisions(card),
            back: format!("/mail/message/{id}"),
            instance,
            id,
        }
    }
}

/// The copy that is to be answered.
fn asked(card: &Card) -> Option<&Copied> {
    let is_invitation = matches!(card.note, Note::Invited | Note::Updated { .. } | Note::Old | Note::Declined);
    card.copy.as_ref().filter(|copy| is_invitation && copy.answer.is_some() && !copy.is_off)
}

fn leaf(starts: When, here: Here) -> (String, String, String) {
    let at = if starts.is_floating() { starts.local() } else { here.wall(starts.instant(here.zone), false) };
    (at.format("%b").to_string(), at.format("%-d").to_string(), at.format("%a").to_string())
}

fn when(facts: &Facts, here: Here) -> String {
    invite::here(facts.starts, facts.ends, here.zone, here.formats)
}

const fn what(card: &Card) -> &'static str {
    match (&card.note, card.method) {
        (Note::Updated { .. }, _) => "Changed invitation",
        (Note::Cancelled, _) | (_, Some(Method::Cancel)) => "Called off",
        (_, Some(Method::Reply)) => "Answer",
        (_, Some(Method::Counter)) => "Another time is proposed",
        (_, Some(Method::DeclineCounter)) => "The time stays",
        (_, Some(Method::Refresh)) => "Asks for the newest version",
        (_, Some(Method::Request)) => "Invitation",
        _ => "Event",
    }
}

fn before(note: &Note, here: Here) -> String {
    let Note::Updated { before: Some(was) } = note else { return String::new() };
    let Was { starts, ends, place } = was;
    let when = invite::here(When::parse(starts), When::parse(ends), here.zone, here.formats);
    match (when.is_empty(), place.is_empty()) {
        (true, _) => String::new(),
        (false, true) => format!("Before: {when}"),
        (false, false) => format!("Before: {when} · {}", cut(place, TITLE)),
    }
}

fn name(guest: &Guest) -> String {
    if guest.name.is_empty() { guest.address.to_string() } else { guest.name.clone() }
}

/// `Bob invites Carla, Dan and 3 others`.
fn people(facts: &Facts) -> String {
    let organizer = facts.organizer.as_ref().map(|organizer| match organizer.name.as_str() {
        "" => organizer.address.to_string(),
        name => name.to_owned(),
    });
    let mut names: Vec<String> = facts.guests.iter().take(NAMED).map(name).collect();
    if facts.guests.len() > NAMED {
        names.push(format!("{} others", facts.guests.len() - NAMED));
    }
    match (organizer, names.is_empty()) {
        (Some(organizer), false) => format!("{organizer} with {}", names.join(", ")),
        (Some(organizer), true) => organizer,
        (None, _) => names.join(", "),
    }
}

fn of_guest(card: &Card, address: &str) -> String {
    let copy = card.copy.as_ref().map(|copy| &copy.facts);
    let known = copy.into_iter().chain([&card.facts]).flat_map(|facts| &facts.guests);
    let mut known = known.filter(|guest| guest.address.as_str().eq_ignore_ascii_case(address));
    known.find(|guest| !guest.name.is_empty()).map_or_else(|| address.to_owned(), name)
}

fn state(card: &Card) -> String {
    let now = card.copy.as_ref().map(|copy| copy.answer);
    match &card.note {
        Note::Answered { guest, answer } => {
            let guest = of_guest(card, guest);
            match invite::answer_of(answer) {
                Some(Answer::Accepted) => format!("{guest} accepted."),
                Some(Answer::Declined) => format!("{guest} declined."),
                Some(Answer::Tentative) => format!("{guest} may come."),
                Some(Answer::Delegated) => format!("{guest} sends somebody else."),
                _ => format!("{guest} has not decided."),
            }
        }
        Note::Proposed { guest, taken: None } => {
            format!("{} proposes this time. Nothing has changed yet.", of_guest(card, guest))
        }
        Note::Proposed { guest, taken: Some(true) } => {
            format!("You took the time that {} proposed.", of_guest(card, guest))
        }
        Note::Proposed { guest, taken: Some(false) } => {
            format!("You kept the time. {} was told.", of_guest(card, guest))
        }
        Note::Cancelled => "It does not take place.".to_owned(),
        Note::Declined => "The time that you proposed was not taken.".to_owned(),
        Note::Asked => "The newest version was sent.".to_owned(),
        Note::BusyTold => "Your free and busy times were sent.".to_owned(),
        Note::Refused { .. } => String::new(),
        Note::Invited | Note::Updated { .. } | Note::Old => match (&card.copy, now) {
            (Some(copy), _) if copy.is_off => "It was called off since.".to_owned(),
            (None, _) => "It is not in your calendar any more.".to_owned(),
            (_, Some(Some(Answer::Accepted))) => "You said yes.".to_owned(),
            (_, Some(Some(Answer::Declined))) => "You said no.".to_owned(),
            (_, Some(Some(Answer::Tentative))) => "You said maybe.".to_owned(),
            (_, Some(Some(_))) => "You have not answered.".to_owned(),
            _ => String::new(),
        },
    }
}

const fn warning(card: &Card) -> &'static str {
    let Note::Refused { why } = &card.note else { return "" };
    let is_answer = matches!(card.method, Some(Method::Reply));
    match why {
        Why::Broken => "This calendar contradicts itself. Nothing was changed by it.",
        Why::File => "",
        Why::Unknown => "This asks for something that is not done by mail here. Nothing was changed by it.",
        Why::Sender if is_answer => "This answer was not sent from the guest's own address. Nothing was changed by it.",
        Why::Sender => "The sender is not who organises this event. Nothing was changed by it.",
        Why::Organizer => "You know this event from another organiser. Nothing was changed by this message.",
        Why::NotInvited => "You are not among the guests. It was not put into your calendar.",
        Why::NotAGuest => "The sender is not among the guests. Nothing was changed by it.",
        Why::NoEvent => "There is no such event in your calendar. Nothing was changed by this message.",
        Why::Earlier => "This answers an earlier version, which took place at another time. Nothing was changed by it.",
        Why::TooOften => "This would come every minute or every second. It was not put into your calendar.",
        Why::Full => "Your calendar takes no more events. It was not put there.",
    }
}

fn overlaps(entries: &[Entry], here: Here) -> String {
    if entries.is_empty() {
        return "You are free then.".to_owned();
    }
    let words = entries.iter().map(|entry| {
        if entry.is_all_day {
            return format!("“{}” all day", cut(&entry.title, 60));
        }
        let clock = |at| here.clock(at, entry.is_floating);
        format!("“{}” {}–{}", cut(&entry.title, 60), clock(entry.starts_at), clock(entry.ends_at))
    });
    format!("At the same time: {}", words.collect::<Vec<_>>().join(", "))
}

fn event(card: &Card, instance: &str) -> String {
    let Some(copy) = &card.copy else { return String::new() };
    let at = format!("/calendar/event/{}", copy.id);
    if instance.is_empty() || !copy.is_series { at } else { with(&at, "instance", instance) }
}

fn decisions(card: &Card) -> Vec<(&'static str, &'static str)> {
    let is_hosted = card.copy.as_ref().is_some_and(|copy| copy.is_hosted && !copy.is_off);
    let is_answer = matches!(card.method, Some(Method::Reply));
    match &card.note {
        Note::Proposed { taken: None, .. } if is_hosted => {
            vec![("accept", "Take this time"), ("decline", "Keep the time")]
        }
        Note::Refused { why: Why::Sender | Why::NotAGuest | Why::Earlier } if is_answer && is_hosted => {
            vec![("take", "Take the answer anyway")]
        }
        Note::Refused { why: Why::NotInvited | Why::File } if card.copy.is_none() && !is_answer => {
            vec![("take", "Add to calendar")]
        }
        _ => Vec::new(),
    }
}

/// POST /mail/message/{id}/invitation: `do` is `accept`, `decline` or `take`.
pub async fn decide(visit: Visit, at: Path<ItemId>, form: Form<Fields>) -> PageResult {
    let session = visit.checked(&form).await?;
    let (office, who) = (&visit.web.office, session.person.id);
    let done = match form.get("do") {
        "accept" => invite::decide(office, who, *at, true).await,
        "decline" => invite::decide(office, who, *at, false).await,
        "take" => invite::take(office, who, *at).await,
        other => return Err(WebError::BadInput(format!("no such decision {other:?}"))),
    };
    let done = done.map_err(failed)?;
    let home = format!("/mail/message/{at}");
    Ok(see(&with(local(form.get("back"), &home), "undo", &format!("c{}", done.undo))))
}

fn failed(error: ActError) -> WebError {
    match error {
        ActError::Calendar(error) => error.into(),
        ActError::Field(_, sentence) => WebError::BadInput(sentence),
        ActError::Ical(error) => WebError::BadInput(error.to_string()),
    }
}
