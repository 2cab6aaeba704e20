//! An office full of people who are signed in already, and their conversations, made without a server.

use crate::office::{self, Outcome};
use hailstone::app::build;
use hailstone::app::config::{Config, Origin};
use hailstone::domain::chat::{self, ChatError, ConversationKind, NewMessage, NewRoom, Window};
use hailstone::domain::mail::{self, MailError};
use hailstone::domain::people::{self, NewPerson, NewSession, Role};
use hailstone::domain::store::WriteTx;
use hailstone::kernel::id::{ConversationId, PersonId};
use hailstone::kernel::secret;
use hailstone::services::office::Office;
use std::collections::HashMap;
use std::fs;
use std::path::Path;

/// One person at a desk.
#[derive(Debug, Clone)]
pub struct Desk {
    pub person: PersonId,
    /// The cookie's value.
    pub token: String,
    /// What each form carries.
    pub csrf: String,
}

/// Opens the office in `data`, or makes one; the one who is done with it closes its store.
pub fn open(data: &Path) -> Outcome<Office> {
    let mut config = Config::defaults();
    config.put("data", data.to_string_lossy().into_owned(), Origin::Flag);
    if !config.file().exists() {
        office::set_up(data, 1)?;
    }
    Ok(build::office(&config)?)
}

/// Makes people until there are so many, and opens a session for each. Their cookies and tokens are left in
/// `sessions.txt` beside the file, for loads from outside.
pub async fn furnish(office: &Office, data: &Path, count: usize) -> Outcome<Vec<Desk>> {
    let mut all = office.store.read_here(people::all)?;
    if all.len() < count {
        let next = all.len() + 1;
        office.store.write(move |tx| add(tx, next, count)).await?;
        all = office.store.read_here(people::all)?;
    }
    all.sort_by_key(|person| person.id);
    let desks: Vec<Desk> = (all.iter().take(count))
        .map(|person| Desk { person: person.id, token: secret::token(), csrf: secret::token() })
        .collect();
    let opened = desks.clone();
    let open = office.store.write(move |tx| {
        for desk in opened {
            let new = NewSession {
                person: desk.person,
                token: desk.token,
                csrf: desk.csrf,
                device: "Firefox on Linux".to_owned(),
                address: "127.0.0.1".to_owned(),
            };
            people::open_session(tx, &new)?;
        }
        Ok::<_, people::PeopleError>(())
    });
    open.await?;
    let lines: Vec<String> =
        desks.iter().map(|desk| format!("{} {} {}\n", desk.person, desk.token, desk.csrf)).collect();
    fs::write(data.join("sessions.txt"), lines.concat())?;
    Ok(desks)
}

/// People u`next` to u`count`, who have no password: nobody computes a thousand hashes for them.
fn add(tx: &mut WriteTx<'_>, next: usize, count: usize) -> Result<(), MailError> {
    for number in next..=count {
        let new = NewPerson {
            name: format!("u{number}"),
            full_name: format!("Person Number {number}"),
            role: Role::Member,
            password: "none".to_owned(),
        };
        let id = people::add_person(tx, &new)?;
        mail::make_mailbox(tx, id)?;
    }
    Ok(())
}

/// The conversations of each of the first `count` with the one who sits `count` further on.
pub async fn pair(office: &Office, desks: &[Desk], count: usize) -> Outcome<Vec<ConversationId>> {
    let pairs: Vec<_> = (0..count).map(|at| (desks[at].person, desks[(at + count) % desks.len()].person)).collect();
    let made = office.store.write(move |tx| pairs.iter().map(|(one, other)| chat::direct(tx, *one, *other)).collect());
    Ok(made.await.map_err(|error: ChatError| error.to_string())?)
}

/// A public room with everybody in it.
pub async fn room(office: &Office, desks: &[Desk]) -> Outcome<ConversationId> {
    let people: Vec<_> = desks.iter().map(|desk| desk.person).collect();
    let made = office.store.write(move |tx| {
        let new = NewRoom { name: "everybody".to_owned(), topic: String::new(), kind: ConversationKind::Public };
        let room = chat::make_room(tx, people[0], &new)?;
        for person in &people[1..] {
            chat::join(tx, *person, room)?;
        }
        Ok::<_, ChatError>(room)
    });
    Ok(made.await?)
}

/// A message that somebody says.
pub fn message(to: ConversationId, text: String, client_id: String) -> NewMessage {
    let (answers, thread, files) = (None, None, Vec::new());
    NewMessage { to, text, client_id, answers, thread, files, kind: chat::MessageKind::Text }
}

/// How often each client id stands in a conversation, as a person reads it; and whether its numbers have no gap.
pub fn read_back(
    office: &Office,
    who: PersonId,
    conversation: ConversationId,
    into: &mut HashMap<String, usize>,
) -> Outcome<bool> {
    let (mut last, mut is_dense) = (0, true);
    loop {
        let page = office.store.read_here(|tx| chat::log(tx, who, conversation, Window::After(last)))?;
        for message in page.messages {
            is_dense &= message.number == last + 1;
            last = message.number;
            *into.entry(message.client_id).or_default() += 1;
        }
        if !page.has_newer {
            return Ok(is_dense);
        }
    }
}
