//! What the verbs of chat do: the twins of the administration's page.

use super::cli::Chat;
use super::verbs::{VerbError, found, say};
use crate::domain::chat::{self, ChatError, LegalFilter};
use crate::domain::people::{self};
use crate::domain::settings;
use crate::kernel::clock::Moment;
use crate::kernel::id::{ConversationId, PersonId};
use crate::services::office::Office;
use crate::services::{announce, legal};
use chrono::{Days, Local, NaiveDate, NaiveTime, TimeZone as _};
use std::io::Write as _;

impl From<ChatError> for VerbError {
    fn from(error: ChatError) -> Self {
        match error {
            ChatError::Store(error) => Self::Store(error),
            error => Self::Said(error.to_string()),
        }
    }
}

pub(super) async fn chat(office: &Office, verb: Chat) -> Result<(), VerbError> {
    match verb {
        Chat::Broadcast { text, admin } => {
            let by = admin.map(|name| administrator(office, &name)).transpose()?;
            office.store.write(move |tx| announce::say_to_all(tx, by, &text)).await?;
        }
        Chat::Motd { text: None } => say(&office.store.read_here(|tx| settings::get(tx, settings::CHAT_MOTD))?)?,
        Chat::Motd { text: Some(text) } => {
            office.store.write(move |tx| announce::set_motd(tx, text.trim())).await?;
        }
        Chat::Export { admin, person, room, from, to } => {
            let admin = administrator(office, &admin)?;
            let filter = LegalFilter {
                said_by: person.map(|name| found(office, &name)).transpose()?.map(|person| person.id),
                conversation: room.map(|name| room_called(office, admin, &name)).transpose()?,
                from: from.map(|day| day_start(&day, 0)).transpose()?,
                until: to.map(|day| day_start(&day, 1)).transpose()?,
                after: None,
            };
            export(office, admin, filter).await?;
        }
    }
    Ok(())
}

fn administrator(office: &Office, name: &str) -> Result<PersonId, VerbError> {
    let person: people::Person = found(office, name)?;
    if person.role.runs_office() && !person.is_disabled {
        Ok(person.id)
    } else {
        Err(VerbError::Said(format!("{name} is no administrator")))
    }
}

fn room_called(office: &Office, admin: PersonId, name: &str) -> Result<ConversationId, VerbError> {
    let wanted = name.trim_start_matches('#').to_lowercase();
    let rooms = office.store.read_here(|tx| chat::rooms_of_office(tx, admin))?;
    let room = rooms.into_iter().find(|room| room.name.to_lowercase() == wanted);
    room.map(|room| room.id).ok_or_else(|| VerbError::Said(format!("there is no room {name}")))
}

/// The beginning of a day, or of the day so many behind it, on this machine's clock.
fn day_start(typed: &str, plus: u64) -> Result<Moment, VerbError> {
    let wrong = || VerbError::Said(format!("{typed}: a day is written like 2026-11-22"));
    let day = NaiveDate::parse_from_str(typed, "%Y-%m-%d").ok().and_then(|day| day.checked_add_days(Days::new(plus)));
    let at = Local.from_local_datetime(&day.ok_or_else(wrong)?.and_time(NaiveTime::MIN)).earliest();
    Ok(Moment::from_millis(at.ok_or_else(wrong)?.timestamp_millis()))
}

async fn export(office: &Office, admin: PersonId, mut filter: LegalFilter) -> Result<(), VerbError> {
    loop {
        let part = legal::part(office, admin, filter).await?;
        std::io::stdout().lock().write_all(legal::lines(&part).as_bytes())?;
        match part.next {
            Some(next) => filter.after = Some(next),
            None => return Ok(std::io::stdout().lock().flush()?),
        }
    }
}
