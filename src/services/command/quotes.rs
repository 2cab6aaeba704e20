//! Commands of prices: `/quote` leaves a price here as it is now, `/alert` waits for one.

use super::talk::say;
use super::{Answer, Command, CommandError, Told};
use crate::domain::chat::MessageKind;
use crate::domain::quotes::{self, AlertState, Condition, NewAlert, Quote, QuotesError, Reach, Ways};
use crate::domain::store::ReadTx;
use crate::kernel::decimal::typed;
use crate::kernel::id::{AlertId, PersonId};
use crate::kernel::text::sentence;
use crate::services::office::Office;
use crate::services::quotes::Frozen;
use rust_decimal::Decimal;
use serde_json::json;

const QUOTE: &str = "/quote MSFT";
const ALERT: &str = "/alert MSFT > 450, or < 400, % 3, +3 %, -3 %, high, low, stale, off; with “always” each time";
/// Symbols that are named where a name is not one symbol's.
const NAMED: usize = 5;

/// See [`super::all`].
pub(super) const COMMANDS: &[Command] = &[
    Command {
        name: "quote",
        usage: QUOTE,
        help: "Say a price here as it is now, with its time and source",
        run: |office, told, words| Box::pin(quote(office, told, words)),
    },
    Command {
        name: "alert",
        usage: ALERT,
        help: "Be told when a price gets there; alone, what you wait for",
        run: |office, told, words| Box::pin(alert(office, told, words)),
    },
];

impl From<QuotesError> for CommandError {
    fn from(error: QuotesError) -> Self {
        match error {
            QuotesError::Store(error) => Self::Store(error),
            other => Self::Refused(sentence(&other.to_string())),
        }
    }
}

/// The symbol that is meant: by its code, or by words of its name where they are of one alone.
fn meant(tx: &ReadTx<'_>, words: &str) -> Result<Quote, CommandError> {
    match quotes::quote(tx, words.trim_start_matches('$')) {
        Err(QuotesError::NoSymbol) => {}
        found => return Ok(found?),
    }
    let found = quotes::search(tx, words, NAMED)?;
    match <[Quote; 1]>::try_from(found) {
        Ok([one]) => Ok(one),
        Err(found) if found.is_empty() => {
            Err(CommandError::Refused(format!("No symbol “{words}” is known here. Put it on a watchlist first.")))
        }
        Err(found) => {
            let codes: Vec<_> = found.into_iter().map(|one| one.code).collect();
            Err(CommandError::Refused(format!("“{words}” may be {}. Say which.", codes.join(", "))))
        }
    }
}

async fn quote(office: &Office, told: &Told, words: &str) -> Result<Answer, CommandError> {
    if words.is_empty() {
        return Err(CommandError::Usage(QUOTE));
    }
    let asked = words.to_owned();
    let frozen = office.store.read(move |tx| Ok::<_, CommandError>(Frozen::of(&meant(tx, &asked)?, tx.now()))).await?;
    let Some(frozen) = frozen else {
        return Err(CommandError::Refused(format!("No price of “{words}” is known yet.")));
    };
    let mut card = json!(frozen);
    card["kind"] = "quote".into();
    say(office, told, &card.to_string(), MessageKind::Card, QUOTE).await
}

async fn alert(office: &Office, told: &Told, words: &str) -> Result<Answer, CommandError> {
    let who = told.who.id;
    if words.is_empty() {
        return Ok(Answer::Note(office.store.read(move |tx| waiting(tx, who)).await?));
    }
    let (code, rest) = words.split_once(char::is_whitespace).unwrap_or_else(|| parted(words));
    let (code, rest) = (code.trim_start_matches('$').to_owned(), rest.trim().to_lowercase());
    if matches!(rest.as_str(), "off" | "none" | "remove" | "stop") {
        let removed = office.store.write(move |tx| {
            let ids: Vec<AlertId> = {
                let quote = meant(tx, &code)?;
                let own = quotes::alerts(tx, who)?;
                own.into_iter().filter(|one| one.symbol == quote.symbol).map(|one| one.id).collect()
            };
            ids.iter().try_for_each(|id| quotes::remove_alert(tx, who, *id))?;
            Ok::<_, CommandError>((ids.len(), code.to_ascii_uppercase()))
        });
        let (count, code) = removed.await?;
        return Ok(Answer::Note(match count {
            0 => format!("You wait for nothing of {code}."),
            1 => format!("You wait for {code} no more."),
            count => format!("You wait for {code} no more: {count} alerts removed."),
        }));
    }
    let Some((condition, is_repeat)) = condition(&rest) else { return Err(CommandError::Usage(ALERT)) };
    let set = office.store.write(move |tx| {
        let quote = meant(tx, &code)?;
        let new = NewAlert { code: quote.code.clone(), condition, margin: None, is_repeat, ways: Ways::default() };
        Ok::<_, CommandError>((quotes::set_alert(tx, who, &new)?, quote))
    });
    let (set, quote) = set.await?;
    let each = if is_repeat { " each time" } else { "" };
    let waits = condition.words(&quote.currency);
    let mut answer = format!("You will be told{each} here and by push: {} {waits}.", quote.code);
    if set.is_passed {
        answer.push_str(" It is there already, so the price has to come back first.");
    }
    Ok(Answer::Note(answer))
}

/// A code with its condition right behind it: `MSFT>450`.
fn parted(words: &str) -> (&str, &str) {
    words.find(['>', '<', '%', '+']).map_or((words, ""), |at| words.split_at(at))
}

/// What the words wait for, and whether each time. `None` for what is not understood.
fn condition(words: &str) -> Option<(Condition, bool)> {
    let always = ["always", "each time", "every time", "repeat"];
    let found = always.iter().find_map(|tail| words.strip_suffix(tail));
    let (words, is_repeat) = found.map_or((words, false), |rest| (rest.trim().trim_end_matches(','), true));
    let words = words.trim();
    let condition = match words {
        "high" | "new high" | "year high" | "52-week high" => Condition::High(Reach::Year),
        "low" | "new low" | "year low" | "52-week low" => Condition::Low(Reach::Year),
        "day high" | "high of the day" | "new day high" => Condition::High(Reach::Day),
        "day low" | "low of the day" | "new day low" => Condition::Low(Reach::Day),
        "stale" | "silent" | "old" => Condition::Stale,
        _ => measured(words)?,
    };
    Some((condition, is_repeat))
}

/// A condition with a number.
fn measured(words: &str) -> Option<Condition> {
    let after = |names: &[&str]| names.iter().find_map(|name| words.strip_prefix(name)).map(str::trim);
    let percent = |text: &str| number(text.trim_matches(['%', ' ']));
    let is_percent = words.contains('%') || words.contains("percent");
    let words_of = |text: &str| text.replace("percent", "%");
    if !is_percent {
        if let Some(rest) = after(&[">=", "=>", ">", "above", "over", "reaches", "rises above", "rises to"]) {
            return number(rest).map(Condition::Above);
        }
        let rest = after(&["<=", "=<", "<", "below", "under", "falls below", "falls to"])?;
        return number(rest).map(Condition::Below);
    }
    if let Some(rest) = after(&["+", "up", "rises by", "rises"]) {
        return percent(&words_of(rest)).map(Condition::Rises);
    }
    if let Some(rest) = after(&["-", "−", "down", "falls by", "falls"]) {
        return percent(&words_of(rest)).map(Condition::Falls);
    }
    let rest = after(&["moves by", "moves", "changes by", "by", "±", "+-"]).unwrap_or(words);
    percent(&words_of(rest)).map(Condition::Moves)
}

/// A number, with what it is counted in behind it or not.
fn number(text: &str) -> Option<Decimal> {
    let bare = text.trim().trim_end_matches(|c: char| c.is_alphabetic() || matches!(c, '€' | '$' | '£' | ' '));
    typed(bare.trim_start_matches(['€', '$', '£']))
}

/// What a person waits for, in lines.
fn waiting(tx: &ReadTx<'_>, who: PersonId) -> Result<String, CommandError> {
    let own = quotes::alerts(tx, who)?;
    if own.is_empty() {
        return Ok(format!("You wait for nothing. It goes {ALERT}."));
    }
    let line = |one: quotes::Alert| {
        let state = match one.state {
            AlertState::Armed => "",
            AlertState::Passed => ", once the price has come back",
            AlertState::Done => ", told",
        };
        format!("{} {}{state}", one.code, one.condition.words(""))
    };
    let lines: Vec<_> = own.into_iter().map(line).collect();
    Ok(format!("You wait for\n{}", lines.join("\n")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_read_as_people_type_them() {
        let num = |text: &str| text.parse::<Decimal>().unwrap();
        for (words, expected, repeats) in [
            ("> 450", Condition::Above(num("450")), false),
            (">450,50", Condition::Above(num("450.50")), false),
            ("above 1,234.5 eur", Condition::Above(num("1234.5")), false),
            ("< 400 always", Condition::Below(num("400")), true),
            ("under $400", Condition::Below(num("400")), false),
            ("< -2.5", Condition::Below(num("-2.5")), false),
            ("% 3", Condition::Moves(num("3")), false),
            ("3%", Condition::Moves(num("3")), false),
            ("moves by 3 percent, each time", Condition::Moves(num("3")), true),
            ("+3 %", Condition::Rises(num("3")), false),
            ("-3,5%", Condition::Falls(num("3.5")), false),
            ("falls by 3 %", Condition::Falls(num("3")), false),
            ("high", Condition::High(Reach::Year), false),
            ("day low repeat", Condition::Low(Reach::Day), true),
            ("stale", Condition::Stale, false),
        ] {
            assert_eq!(condition(words), Some((expected, repeats)), "{words}");
        }
        for odd in ["", "450", "> ", "> lots", "soon", "high 5", "always", ">> 3", "% x"] {
            assert_eq!(condition(odd), None, "{odd}");
        }
        assert_eq!(parted("MSFT>450"), ("MSFT", ">450"));
    }
}
