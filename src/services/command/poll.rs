//! `/poll`: a question with choices.

use super::{Answer, Command, CommandError, Told};
use crate::domain::chat::{self, NewPoll};
use crate::services::office::Office;
use crate::services::push;

const USAGE: &str = "/poll \"Lunch at noon?\" \"Yes\" \"No\"";

/// See [`super::all`].
pub(super) const COMMANDS: &[Command] = &[Command {
    name: "poll",
    usage: USAGE,
    help: "Ask something that everybody here votes on",
    run: |office, told, words| Box::pin(ask(office, told, words)),
}];

async fn ask(office: &Office, told: &Told, words: &str) -> Result<Answer, CommandError> {
    let mut parts = quoted(words).into_iter();
    let question = parts.next().ok_or(CommandError::Usage(USAGE))?;
    let choices: Vec<String> = parts.collect();
    if choices.len() < 2 {
        return Err(CommandError::Usage(USAGE));
    }
    let new = NewPoll { to: told.at, question, choices, client_id: told.client_id.clone() };
    let who = told.who.id;
    let asked = office.store.write(move |tx| {
        let said = chat::ask(tx, who, &new)?;
        if said.is_new {
            push::owe_ring(tx, new.to, said.message)?;
        }
        Ok::<_, CommandError>(said)
    });
    let said = asked.await?;
    Ok(Answer::Said(said.message))
}

/// Cuts at blanks, but not within quotes, straight or curled as phones set them. Nothing stays empty.
fn quoted(words: &str) -> Vec<String> {
    let is_quote = |c: char| matches!(c, '"' | '“' | '”' | '„');
    let (mut parts, mut part, mut in_quotes) = (Vec::new(), String::new(), false);
    for c in words.chars() {
        let is_end = if in_quotes { is_quote(c) } else { is_quote(c) || c.is_whitespace() };
        if is_end {
            parts.push(std::mem::take(&mut part));
        } else {
            part.push(c);
        }
        in_quotes ^= is_quote(c);
    }
    parts.push(part);
    parts.retain(|part| !part.trim().is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hold_words_together() {
        for (typed, parts) in [
            ("\"Lunch at noon?\" \"Yes, please\" No", vec!["Lunch at noon?", "Yes, please", "No"]),
            ("“Lunch?” “Yes” “No”", vec!["Lunch?", "Yes", "No"]),
            ("\"open", vec!["open"]),
            ("\"\" \" \" a", vec!["a"]),
            ("", vec![]),
        ] {
            assert_eq!(quoted(typed), parts, "{typed}");
        }
    }
}
