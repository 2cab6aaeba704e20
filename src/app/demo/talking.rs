//! Says what the demo's people have said in the days before, each message at its time.

use super::talk::{Line, PAIRS, READ_BEFORE, ROOMS, Room};
use crate::domain::chat::{self, ChatError, ConversationKind, HistoryFrom, MessageKind, NewMessage, NewRoom};
use crate::domain::people;
use crate::domain::store::{Store, WriteTx};
use crate::kernel::clock::{Clock, Moment};
use crate::kernel::id::{ChatMessageId, ConversationId, PersonId};
use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

type People = HashMap<String, PersonId>;

/// Makes the rooms in the file at `path` and says everything in them.
pub async fn say_all(path: &Path, now: Moment) -> Result<(), ChatError> {
    let lines = || ROOMS.iter().flat_map(|room| room.lines).chain(PAIRS.iter().flat_map(|pair| pair.lines));
    let first = lines().map(|line| line.minutes_ago).max().unwrap_or(0) + 60;
    let clock = Clock::hand(ago(now, first));
    let store = Store::open(path, clock.clone())?;
    let people: People = store
        .read(|tx| Ok::<_, ChatError>(people::all(tx)?.into_iter().map(|one| (one.name, one.id)).collect()))
        .await?;
    let known = people.clone();
    let talks = store.write(move |tx| open(tx, &known)).await?;
    let mut said: Vec<_> = talks.iter().flat_map(|(_, lines)| lines.iter()).map(|line| line.minutes_ago).collect();
    said.sort_unstable_by(|one, other| other.cmp(one));
    said.dedup();
    let mut messages = HashMap::new();
    for minutes in said {
        clock.wind(ago(now, minutes).since(clock.now()));
        for (at, lines) in &talks {
            for (place, line) in lines.iter().enumerate().filter(|(_, line)| line.minutes_ago == minutes) {
                let (at, people, known) = (*at, people.clone(), messages.clone());
                let id = store.write(move |tx| say(tx, at, line, &people, &known)).await?;
                messages.insert((at, place), id);
            }
        }
    }
    clock.wind(now.since(clock.now()));
    store.write(move |tx| read(tx, &talks, &people)).await?;
    store.close();
    Ok(())
}

fn ago(now: Moment, minutes: u64) -> Moment {
    now.minus(Duration::from_secs(minutes * 60))
}

fn person(people: &People, name: &str) -> Result<PersonId, ChatError> {
    people.get(name).copied().ok_or(ChatError::NoConversation)
}

type Talks = Vec<(ConversationId, &'static [Line])>;

/// Makes the rooms, and opens what is said between two.
fn open(tx: &mut WriteTx<'_>, people: &People) -> Result<Talks, ChatError> {
    let mut talks = Vec::new();
    for room in ROOMS {
        talks.push((make(tx, room, people)?, room.lines));
    }
    for pair in PAIRS {
        let [one, other] = pair.people;
        talks.push((chat::direct(tx, person(people, one)?, person(people, other)?)?, pair.lines));
    }
    Ok(talks)
}

fn make(tx: &mut WriteTx<'_>, room: &Room, people: &People) -> Result<ConversationId, ChatError> {
    let kind = if room.is_private { ConversationKind::Private } else { ConversationKind::Public };
    let mut members = room.members.iter().map(|name| person(people, name));
    let owner = members.next().ok_or(ChatError::NoConversation)??;
    let new = NewRoom { name: room.name.to_owned(), topic: room.topic.to_owned(), kind };
    let id = chat::make_room(tx, owner, &new)?;
    for member in members {
        chat::invite(tx, owner, id, member?, HistoryFrom::Start)?;
    }
    Ok(id)
}

fn say(
    tx: &mut WriteTx<'_>,
    at: ConversationId,
    line: &Line,
    people: &People,
    said: &HashMap<(ConversationId, usize), ChatMessageId>,
) -> Result<ChatMessageId, ChatError> {
    let by = person(people, line.by)?;
    let earlier = |place: Option<usize>| place.and_then(|place| said.get(&(at, place)).copied());
    let new = NewMessage {
        to: at,
        text: line.text.to_owned(),
        client_id: String::new(),
        answers: earlier(line.answers),
        thread: earlier(line.thread),
        files: Vec::new(),
        kind: MessageKind::Text,
    };
    let id = chat::say(tx, by, &new)?.message;
    for (emoji, by) in line.reactions {
        for name in *by {
            chat::react(tx, person(people, name)?, id, emoji, true)?;
        }
    }
    if line.is_pinned {
        chat::pin(tx, by, id)?;
    }
    Ok(id)
}

/// Everybody has read what is not of the last hour.
fn read(tx: &mut WriteTx<'_>, talks: &Talks, people: &People) -> Result<(), ChatError> {
    for (at, _) in talks {
        for who in people.values() {
            let page = match chat::log(tx, *who, *at, chat::Window::Newest) {
                Ok(page) => page,
                Err(ChatError::NoConversation) => continue,
                Err(error) => return Err(error),
            };
            let old = page.messages.iter().filter(|one| one.said_at < ago(tx.now(), READ_BEFORE));
            if let Some(last) = old.map(|one| one.number).max() {
                chat::mark_read(tx, *who, *at, last)?;
            }
        }
    }
    Ok(())
}
