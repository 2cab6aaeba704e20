//! Who is in the demo's office, each in a way of their own.

use crate::domain::people;
use crate::domain::presence::{self, Chosen, Connection, Device, NewChoice, PresenceError};
use crate::services::office::Office;
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3600);

/// Name, note, choice, and how the person is connected.
const HERE: [(&str, &str, &str, By); 7] = [
    ("bob", "", "automatic", By::Desk),
    ("carla", "", "automatic", By::Desk),
    ("dan", "", "automatic", By::Phone),
    ("eszter", "Back tomorrow", "automatic", By::Nothing),
    ("layla", "In the sample room", "automatic", By::Desk),
    ("priya", "Competition, please write", "busy", By::Desk),
    ("yuki", "", "automatic", By::LeftAlone),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Desk,
    Phone,
    LeftAlone,
    Nothing,
}

/// Lets the staff come in. They stay while what is returned is kept.
pub(super) async fn come_in(office: &Office) -> Result<Vec<Connection>, PresenceError> {
    let mut here = Vec::new();
    for (name, note, show, by) in HERE {
        let Some((person, _)) = office.store.read_here(|tx| people::by_login(tx, name))? else { continue };
        let until = office.clock.now().plus(HOUR * 2);
        let new = NewChoice {
            show: Chosen::named(show).map(|show| (show, Some(until))),
            note: Some((note.to_owned(), None)),
        };
        let choice = office.store.write(move |tx| presence::choose(tx, person.id, &new)).await?;
        office.presence.choose(person.id, choice);
        if by == By::Nothing {
            continue;
        }
        let line = office.presence.connect(person.id, Device { is_phone: by == By::Phone, session: None });
        if by == By::LeftAlone {
            office.presence.idle(person.id, line.id(), Duration::from_secs(12 * 60));
        }
        here.push(line);
    }
    Ok(here)
}
