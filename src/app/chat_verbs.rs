//! What the verbs of chat do: the twins of the administration's page.

use super::cli::Chat;
use super::queue_verbs::written;
use super::verbs::{VerbError, found, say};
use crate::domain::audit::Actor;
use crate::domain::chat::{self, ChatError, LegalFilter, OfficeLogFilter};
use crate::domain::people::{self};
use crate::domain::settings;
use crate::kernel::clock::Moment;
use crate::kernel::id::{ConversationId, PersonId};
use crate::kernel::text::one_line;
use crate::services::office::Office;
use crate::services::{announce, legal};
use chrono::{Days, Local, NaiveDate, NaiveTime, TimeZone as _};
use std::collections::HashMap;
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
            let actor = admin.map_or_else(|| Ok(Actor::console()), |name| administrator(office, &name))?;
            office.store.write(move |tx| announce::say_to_all(tx, &actor, &text)).await?;
        }
        Chat::Motd { text: None } => say(&office.store.read_here(|tx| settings::get(tx, settings::CHAT_MOTD))?)?,
        Chat::Motd { text: Some(text) } => {
            office.store.write(move |tx| announce::set_motd(tx, &Actor::console(), text.trim())).await?;
        }
        Chat::Log { admin, page } => log(office, &administrator(office, &admin)?, page)?,
        Chat::Export { admin, person, room, from, to } => {
            let admin = administrator(office, &admin)?;
            let filter = LegalFilter {
                said_by: person.map(|name| found(office, &name)).transpose()?.map(|person| person.id),
                conversation: room.map(|name| room_called(office, &admin, &name)).transpose()?,
                from: from.map(|day| day_start(&day, 0)).transpose()?,
                until: to.map(|day| day_start(&day, 1)).transpose()?,
                after: None,
            };
            export(office, &admin, filter).await?;
        }
    }
    Ok(())
}

/// An administrator who acts by the command line.
fn administrator(office: &Office, name: &str) -> Result<Actor, VerbError> {
    let person: people::Person = found(office, name)?;
    if person.role.runs_office() && !person.is_disabled {
        Ok(Actor { person: Some(person), ..Actor::console() })
    } else {
        Err(VerbError::Said(format!("{name} is no administrator")))
    }
}

fn room_called(office: &Office, admin: &Actor, name: &str) -> Result<ConversationId, VerbError> {
    let wanted = name.trim_start_matches('#').to_lowercase();
    let admin = admin.person.as_ref().map_or(PersonId::new(0), |person| person.id);
    let rooms = office.store.read_here(|tx| chat::rooms_of_office(tx, admin))?;
    let room = rooms.into_iter().find(|room| room.name.to_lowercase() == wanted);
    room.map(|room| room.id).ok_or_else(|| VerbError::Said(format!("there is no room {name}")))
}

fn log(office: &Office, admin: &Actor, page: u32) -> Result<(), VerbError> {
    let who = admin.person.as_ref().map_or(PersonId::new(0), |person| person.id);
    let filter = OfficeLogFilter { room: None, person: None, act: None };
    let (lines, names) = office.store.read_here(|tx| {
        let names: HashMap<PersonId, String> =
            people::all(tx)?.into_iter().map(|one| (one.id, one.full_name)).collect();
        Ok::<_, ChatError>((chat::log_of_office(tx, who, &filter, page)?.0, names))
    })?;
    let name = |id: PersonId| names.get(&id).map_or("somebody", String::as_str);
    for line in lines {
        let (entry, whom) = (&line.entry, line.entry.whom.map(name).unwrap_or_default());
        let (at, act) = (written(entry.made_at), legal::word(entry.act));
        say(one_line(&format!("{at} #{} {} {act} {whom} {}", line.room, name(entry.made_by), entry.before)).trim_end())?;
    }
    Ok(())
}

/// The beginning of a day, or of the day so many behind it, on this machine's clock.
fn day_start(typed: &str, plus: u64) -> Result<Moment, VerbError> {
    let wrong = || VerbError::Said(format!("{typed}: a day is written like 2026-11-22"));
    let day = NaiveDate::parse_from_str(typed, "%Y-%m-%d").ok().and_then(|day| day.checked_add_days(Days::new(plus)));
    let at = Local.from_local_datetime(&day.ok_or_else(wrong)?.and_time(NaiveTime::MIN)).earliest();
    Ok(Moment::from_millis(at.ok_or_else(wrong)?.timestamp_millis()))
}

async fn export(office: &Office, admin: &Actor, mut filter: LegalFilter) -> Result<(), VerbError> {
    loop {
        let part = legal::part(office, admin, filter).await?;
        std::io::stdout().lock().write_all(legal::lines(&part).as_bytes())?;
        match part.next {
            Some(next) => filter.after = Some(next),
            None => return Ok(std::io::stdout().lock().flush()?),
        }
    }
}
