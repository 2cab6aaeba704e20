//! Commands that plan: `/event` leaves a card here, `/task` goes on the sender's own list.

use super::talk::named;
use super::{Answer, Command, CommandError, Told};
use crate::domain::calendar::{self, CalendarError};
use crate::domain::chat::{self, MessageKind, NewMessage};
use crate::domain::people;
use crate::domain::store::ReadTx;
use crate::format::ical::{self, Draft, Guest, Kind, Organizer, Part, When};
use crate::format::quick::{Quick, quick};
use crate::kernel::id::PersonId;
use crate::kernel::text::cut;
use crate::services::calendar::{self as acts, ActError, Deed};
use crate::services::office::Office;
use crate::services::push;
use chrono_tz::Tz;

const EVENT: &str = "/event Lunch Fri 12-13 at Roma with everybody";
const TASK: &str = "/task Call the surveyor tomorrow at 10";
/// Words that mean all who are in the conversation.
const EVERYBODY: [&str; 6] = ["everybody", "everyone", "all", "us", "allen", "alle"];
/// Characters of a title in an answer.
const TITLE: usize = 60;

/// See [`super::all`].
pub(super) const COMMANDS: &[Command] = &[
    Command {
        name: "event",
        usage: EVENT,
        help: "Plan something, and leave a card of it here; “with everybody” invites all who are here",
        run: |office, told, words| Box::pin(event(office, told, words)),
    },
    Command {
        name: "task",
        usage: TASK,
        help: "Put something on your own list of tasks",
        run: |office, told, words| Box::pin(task(office, told, words)),
    },
];

/// What the words say, by the sender's own clock.
async fn read(office: &Office, told: &Told, words: &str) -> Result<Quick, CommandError> {
    let (who, now) = (told.who.id, office.clock.now());
    let zone = match told.zone {
        Some(zone) => zone,
        None => office.store.read(move |tx| people::zone(tx, who)).await?.unwrap_or(Tz::UTC),
    };
    Ok(quick(words, now, zone))
}

async fn event(office: &Office, told: &Told, words: &str) -> Result<Answer, CommandError> {
    let read = read(office, told, words).await?;
    if read.title.is_empty() || read.starts.is_none() {
        return Err(CommandError::Usage(EVENT));
    }
    let (who, at, asked) = (told.who.id, told.at, read.people.clone());
    let guests = office.store.read(move |tx| {
        if !chat::access(tx, who, at)?.may_say() {
            return Err(CommandError::Refused("You cannot speak here, so nothing was planned.".to_owned()));
        }
        guests(tx, who, told_everybody(&asked).then_some(at), &asked)
    });
    let guests = guests.await?;
    let (address, name) = (told.who.address.clone(), told.who.full_name.clone());
    let organizer = (!guests.is_empty()).then_some(Organizer { address, name, sent_by: None });
    let draft = Draft { guests, organizer, ..read.draft() };
    let done = acts::act(office, who, Deed::Make { calendar: None, draft: Box::new(draft) }).await.map_err(refused)?;
    let item = done.item.ok_or_else(|| CommandError::Refused("Nothing was planned.".to_owned()))?;
    let uid =
        office.store.read(move |tx| calendar::item(tx, who, item)).await.map_err(|error| refused(error.into()))?.uid;
    let new = NewMessage {
        to: at,
        text: serde_json::json!({ "kind": "event", "item": item, "uid": uid }).to_string(),
        client_id: told.client_id.clone(),
        answers: None,
        thread: told.thread,
        files: Vec::new(),
        kind: MessageKind::Card,
    };
    let said = office.store.write(move |tx| {
        let said = push::say(tx, who, &new)?;
        calendar::keep_card(tx, item, at, said.message).map_err(|error| CommandError::Store(error.into()))?;
        Ok::<_, CommandError>(said)
    });
    Ok(Answer::Said(said.await?.message))
}

fn told_everybody(people: &[String]) -> bool {
    people.iter().any(|one| EVERYBODY.contains(&one.to_lowercase().as_str()))
}

/// Whom the words invite: all in the conversation, or those who are named. Nobody invites themselves.
fn guests(
    tx: &ReadTx<'_>,
    who: PersonId,
    everybody_in: Option<crate::kernel::id::ConversationId>,
    asked: &[String],
) -> Result<Vec<Guest>, CommandError> {
    let mut invited = Vec::new();
    if let Some(at) = everybody_in {
        invited.extend(chat::members(tx, who, at)?.into_iter().map(|member| member.person));
    }
    for name in asked.iter().filter(|one| !EVERYBODY.contains(&one.to_lowercase().as_str())) {
        invited.push(named(tx, name.trim_start_matches('@'))?);
    }
    invited.sort_by_key(|person| person.id);
    invited.dedup_by_key(|person| person.id);
    let others = invited.into_iter().filter(|person| person.id != who && !person.is_disabled);
    Ok(others
        .map(|person| Guest {
            address: person.address,
            name: person.full_name,
            part: Part::Required,
            answer: ical::Answer::NeedsAction,
        })
        .collect())
}

async fn task(office: &Office, told: &Told, words: &str) -> Result<Answer, CommandError> {
    let read = read(office, told, words).await?;
    if read.title.is_empty() {
        return Err(CommandError::Usage(TASK));
    }
    let people = if read.people.is_empty() { String::new() } else { format!(" with {}", read.people.join(", ")) };
    let due = read.starts;
    let title = format!("{}{people}", read.title);
    let draft = Draft { kind: Kind::Task, title: title.clone(), starts: None, ends: due, ..read.draft() };
    acts::act(office, told.who.id, Deed::Make { calendar: None, draft: Box::new(draft) }).await.map_err(refused)?;
    let due = due.map(|due| format!(", due {}", written(due))).unwrap_or_default();
    Ok(Answer::Note(format!("“{}” is on your list of tasks{due}.", cut(&title, TITLE))))
}

fn written(when: When) -> String {
    let format = if when.is_day() { "%A, %-d %B" } else { "%A, %-d %B, %H:%M" };
    when.local().format(format).to_string()
}

fn refused(error: ActError) -> CommandError {
    match error {
        ActError::Calendar(CalendarError::Store(error)) => CommandError::Store(error),
        error => CommandError::Refused(format!("Nothing was planned: {error}.")),
    }
}
