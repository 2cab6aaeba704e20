//! `/mail`: a mail without leaving the conversation, and a card of it.

use super::talk::{named, say};
use super::{Answer, Command, CommandError, Told};
use crate::domain::chat::{self, MessageKind};
use crate::domain::mail::{self, Answering, DraftText, MailError};
use crate::kernel::text::{cut, one_line};
use crate::services::office::Office;
use crate::services::send::{self, Once, SendError};

const USAGE: &str = "/mail bob Subject | What to write";
/// Characters of the mail that the card shows.
const PREVIEW: usize = 200;

/// See [`super::all`].
pub(super) const COMMANDS: &[Command] = &[Command {
    name: "mail",
    usage: USAGE,
    help: "Send a mail, and leave a card of it here",
    run: |office, told, words| Box::pin(write(office, told, words)),
}];

async fn write(office: &Office, told: &Told, words: &str) -> Result<Answer, CommandError> {
    let (to, rest) = words.split_once(char::is_whitespace).ok_or(CommandError::Usage(USAGE))?;
    let (subject, body) = rest.split_once('|').map_or((rest, ""), |(subject, body)| (subject, body));
    let (subject, body) = (one_line(subject), body.trim().to_owned());
    let (who, name) = (told.who.id, to.trim_start_matches('@').to_owned());
    let at = told.at;
    if !office.store.read(move |tx| chat::access(tx, who, at)).await?.may_say() {
        return Err(CommandError::Refused("You cannot speak here, so the mail was not sent.".to_owned()));
    }
    let address = if name.contains('@') {
        name.clone()
    } else {
        let asked = name.clone();
        let person = office.store.read(move |tx| named(tx, &asked)).await?;
        person.address.to_string()
    };
    let text = DraftText { to: address, subject: subject.clone(), body: body.clone(), ..DraftText::default() };
    let draft = office.store.write(move |tx| mail::save_draft(tx, who, None, &text, Answering::New)).await;
    let draft = draft.map_err(|error| refused(&error.into()))?;
    let sent = send::send(office, who, draft, &Once::of_form(&told.client_id)).await;
    if let Err(error) = &sent {
        let dropped = office.store.write(move |tx| mail::drop_draft(tx, who, draft)).await;
        dropped.map_err(|error: MailError| refused(&error.into()))?;
        // Come in twice, it is sent once, and the card is the one that the first left.
        if !matches!(error, SendError::SentAlready) {
            return Err(refused(error));
        }
    }
    let item = sent.map(|sent| sent.item).ok();
    let card = serde_json::json!({
        "kind": "mail", "to": name, "subject": subject, "preview": cut(&one_line(&body), PREVIEW), "item": item,
    });
    say(office, told, &card.to_string(), MessageKind::Card, USAGE).await
}

fn refused(error: &SendError) -> CommandError {
    match error {
        SendError::Mail(MailError::Store(error)) => CommandError::Store(error.clone()),
        error => CommandError::Refused(format!("The mail was not sent: {error}.")),
    }
}
