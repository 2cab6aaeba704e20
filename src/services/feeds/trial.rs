//! A question on trial: asks a feed that is being set up, keeps nothing, and says what was understood; and what to do about
//! trouble.

use super::ask::{Said, ask, key};
use super::setup::symbols_of;
use super::simulated;
use crate::domain::quotes::{self, NewFeed};
use crate::format::feed::{Answer, Kind, table_of};
use crate::kernel::id::FeedId;
use crate::services::office::Office;

/// Numbers that it shows at the most.
const SHOWN: usize = 12;

/// Asks a feed at once, records nothing, and says what was understood. `typed` names symbols; without any, it is asked for
/// what is listed, or wanted of the feed `id`.
///
/// # Errors
/// What went wrong, without the key.
pub async fn ask_now(
    office: &Office,
    feed: &NewFeed,
    id: Option<FeedId>,
    listed: &[(String, String)],
    typed: &str,
) -> Result<Answer, String> {
    let mut codes: Vec<String> = match symbols_of(typed) {
        Ok(symbols) => symbols.into_iter().map(|(ours, theirs)| known_as(feed, listed, ours, theirs)).collect(),
        Err((_, sentence)) => return Err(sentence),
    };
    if codes.is_empty() {
        codes.extend(listed.iter().map(|(_, theirs)| theirs.clone()));
        if let Some(id) = id {
            let round = office.store.read(move |tx| quotes::round(tx, id)).await.map_err(|error| error.to_string())?;
            codes.extend(round.into_iter().flat_map(|round| round.asks).map(|ask| ask.theirs));
        }
        codes.extend(table_of(feed.kind));
        codes.extend(simulated::ALL.iter().filter(|_| feed.kind == Kind::Simulated).map(|one| one.code.to_owned()));
    }
    if codes.is_empty() {
        return Err("name a symbol to ask for: nobody watches one yet".to_owned());
    }
    codes.dedup();
    let is_single = feed.url.contains("{symbol}");
    codes.truncate(if is_single { 1 } else { feed.kind.facts().at_once.clamp(1, SHOWN) });
    if feed.kind == Kind::Simulated {
        return Ok(Answer { ticks: simulated::ticks(&codes, office.clock.now()), refused: Vec::new() });
    }
    match ask(office, feed, &codes, None).await {
        Ok(Said::Told { answer, .. }) => Ok(answer),
        Ok(Said::Same) => Ok(Answer::default()),
        Err(trouble) => Err(trouble.sentence(key(feed))),
    }
}

/// What a feed calls a symbol that was typed.
fn known_as(feed: &NewFeed, listed: &[(String, String)], ours: String, theirs: String) -> String {
    if ours != theirs {
        return theirs;
    }
    let known = listed.iter().find(|(code, _)| *code == ours).map(|(_, theirs)| theirs.clone());
    known.unwrap_or_else(|| feed.options.code_of(&ours))
}

/// What to do about a trouble, by its word.
#[must_use]
pub fn advice(cause: &str) -> &'static str {
    match cause {
        "key" => "Check with the provider that the key is good for this, and type it again.",
        "rate" => "Set a longer interval or fewer requests in a minute. It waits by itself.",
        "unreachable" => {
            "See that this machine reaches the Internet and that the provider is up. It is asked again by itself."
        }
        "forbidden" => "The address must be https and public. For one of your own network, allow its host by name.",
        "address" => "Check the address.",
        "provider" => "Nothing to do: it is asked again by itself.",
        "symbol" => "Look up how the provider writes the symbol, and list it as OURS = THEIRS.",
        "clock" => "Check the clock of this machine; where that is right, the provider's is wrong.",
        "nothing" => "The market may be closed, or the symbol is no longer traded.",
        "format" => "Ask now shows what comes. Choose the kind that the provider speaks, and where its numbers stand.",
        _ => "",
    }
}
