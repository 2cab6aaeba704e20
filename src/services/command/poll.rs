//! `/poll`: a question with choices, parted by strokes or each in quotes.

use super::{Answer, Command, CommandError, Told};
use crate::domain::chat::{self, NewPoll};
use crate::services::office::Office;
use crate::services::push;

/// Its name.
pub(super) const NAME: &str = "poll";
const USAGE: &str = "/poll \"Lunch at noon?\" \"Yes\" \"No\"";

/// See [`super::all`].
pub(super) const COMMANDS: &[Command] = &[Command {
    name: NAME,
    usage: USAGE,
    help: "Ask something that everybody here votes on",
    run: |office, told, words| Box::pin(ask(office, told, words)),
}];

async fn ask(office: &Office, told: &Told, words: &str) -> Result<Answer, CommandError> {
    let mut parts = parts(words).into_iter();
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

/// The question and its choices. Nothing stays empty.
fn parts(words: &str) -> Vec<String> {
    let mut parts = if words.contains('|') { words.split('|').map(str::to_owned).collect() } else { quoted(words) };
    parts.iter_mut().for_each(|part| *part = part.trim().to_owned());
    parts.retain(|part| !part.is_empty());
    parts
}

/// Cuts at blanks, but not within quotes, straight or curled as phones set them.
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
    parts
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn quotes_hold_words_together() {
        for (typed, expected) in [
            ("\"Lunch at noon?\" \"Yes, please\" No", vec!["Lunch at noon?", "Yes, please", "No"]),
            ("“Lunch?” “Yes” “No”", vec!["Lunch?", "Yes", "No"]),
            ("\"open", vec!["open"]),
            ("\"\" \" \" a", vec!["a"]),
            ("Lunch? | Soup \"of the day\" |Salad|", vec!["Lunch?", "Soup \"of the day\"", "Salad"]),
            ("", vec![]),
        ] {
            assert_eq!(parts(typed), expected, "{typed}");
        }
    }
}
