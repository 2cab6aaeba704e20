//! Commands that say how one is.

use super::{Answer, Command, CommandError, Told};
use crate::domain::presence::{self, Chosen, NewChoice};
use crate::services::office::Office;

/// See [`super::all`].
pub(super) const COMMANDS: &[Command] = &[
    Command {
        name: "away",
        usage: "/away",
        help: "Show that you are away, with a note or none",
        run: |office, told, words| Box::pin(show(office, told, Chosen::Away, words, "You are shown as away.")),
    },
    Command {
        name: "dnd",
        usage: "/dnd",
        help: "Do not disturb, with a note or none",
        run: |office, told, words| Box::pin(show(office, told, Chosen::Busy, words, "Nothing rings for you now.")),
    },
    Command {
        name: "back",
        usage: "/back",
        help: "Be here again",
        run: |office, told, words| Box::pin(show(office, told, Chosen::Automatic, words, "Welcome back.")),
    },
];

async fn show(office: &Office, told: &Told, show: Chosen, note: &str, words: &str) -> Result<Answer, CommandError> {
    let (who, is_back) = (told.who.id, show == Chosen::Automatic);
    let note = (is_back || !note.is_empty()).then(|| (note.to_owned(), None));
    let new = NewChoice { show: Some((show, None)), note };
    let choice = office.store.write(move |tx| presence::choose(tx, who, &new).map_err(CommandError::from)).await?;
    office.presence.choose(who, choice);
    Ok(Answer::Note(words.to_owned()))
}
