//! What the verbs of feeds do: the twins of their page.

use super::cli::{FeedFields, Quotes};
use super::verbs::{VerbError, password_from_stdin, say};
use crate::domain::audit::Actor;
use crate::domain::quotes::{self, Feed, SetUpError};
use crate::format::feed::Kind;
use crate::kernel::clock::Moment;
use crate::kernel::id::FeedId;
use crate::services::feeds::deed::{self, Deed};
use crate::services::feeds::{self, Typed};
use crate::services::office::Office;
use chrono::DateTime;
use std::collections::BTreeMap;

/// Fields that there are, beside those of a feed's own form.
const MORE: [&str; 14] = [
    "mon",
    "tue",
    "wed",
    "thu",
    "fri",
    "sat",
    "sun",
    "opens",
    "closes",
    "hours_zone",
    "holidays",
    "listed_only",
    "no_key",
    "key",
];

impl From<SetUpError> for VerbError {
    fn from(error: SetUpError) -> Self {
        match error {
            SetUpError::Store(error) => Self::Store(error),
            error => Self::Said(error.to_string()),
        }
    }
}

/// Fields as they were given.
struct Given(BTreeMap<String, String>);

impl Typed for Given {
    fn text(&self, field: &str) -> &str {
        self.0.get(field).map_or("", String::as_str)
    }

    fn is_on(&self, field: &str) -> bool {
        !matches!(self.text(field), "" | "off" | "no")
    }
}

pub(super) async fn quotes(office: &Office, verb: Quotes) -> Result<(), VerbError> {
    match verb {
        Quotes::Feeds { json } => list(office, json),
        Quotes::Add { kind, name, fields } => {
            let kind: Kind = kind.parse().map_err(|()| {
                let all: Vec<&str> = Kind::ALL.iter().map(|kind| kind.facts().word).collect();
                VerbError::Said(format!("{kind}: a kind is one of {}", all.join(", ")))
            })?;
            keep(office, None, feeds::usual_of(kind), Some(name), fields).await
        }
        Quotes::Set { name, fields } => {
            let feed = called(office, &name)?;
            let id = feed.id;
            let listed = office.store.read_here(|tx| quotes::listed(tx, id))?;
            keep(office, Some(id), feeds::typed_of(&feed.is, &listed), None, fields).await
        }
        Quotes::Remove { name } => act(office, &name, Deed::Remove).await,
        Quotes::On { name } => act(office, &name, Deed::On).await,
        Quotes::Off { name } => act(office, &name, Deed::Off).await,
        Quotes::Up { name } => act(office, &name, Deed::Up).await,
        Quotes::Down { name } => act(office, &name, Deed::Down).await,
        Quotes::Ask { name, symbol } => ask(office, &name, &symbol).await,
    }
}

fn called(office: &Office, name: &str) -> Result<Feed, VerbError> {
    let feeds = office.store.read_here(quotes::feeds)?;
    let found = feeds.into_iter().find(|feed| feed.is.name.to_lowercase() == name.to_lowercase());
    found.ok_or_else(|| VerbError::Said(format!("there is no feed {name}; see: hailstone quotes feeds")))
}

async fn act(office: &Office, name: &str, deed: Deed) -> Result<(), VerbError> {
    let id = called(office, name)?.id;
    Ok(office.store.write(move |tx| deed::act(tx, &Actor::console(), id, deed)).await?)
}

async fn keep(
    office: &Office,
    id: Option<FeedId>,
    base: Vec<(&'static str, String)>,
    name: Option<String>,
    fields: FeedFields,
) -> Result<(), VerbError> {
    let known: Vec<&str> = base.iter().map(|(field, _)| *field).chain(MORE).collect();
    let mut given: BTreeMap<String, String> =
        base.iter().map(|(field, text)| ((*field).to_owned(), text.clone())).collect();
    given.extend(name.map(|name| ("name".to_owned(), name)));
    for one in fields.set {
        let (field, value) = one.split_once('=').unwrap_or((&one, "on"));
        if !known.contains(&field) || matches!(field, "kind" | "key") {
            return Err(VerbError::Said(format!("there is no field {field}; the page has: {}", known.join(", "))));
        }
        given.insert(field.to_owned(), value.to_owned());
    }
    if fields.key_stdin {
        given.insert("key".to_owned(), password_from_stdin()?.reveal().to_owned());
    }
    let said = |(field, words): (&str, String)| VerbError::Said(format!("{field}: {words}"));
    let (new, symbols) = feeds::read(&Given(given)).map_err(said)?;
    office.store.write(move |tx| deed::keep(tx, &Actor::console(), id, &new, &symbols)).await?;
    Ok(())
}

fn list(office: &Office, is_json: bool) -> Result<(), VerbError> {
    for feed in office.store.read_here(quotes::feeds)? {
        let state = match &feed {
            feed if !feed.is_on => "off",
            feed if feed.fails > 0 => "trouble",
            feed if feed.answered_at.is_none() => "waiting",
            _ => "well",
        };
        let line = if is_json {
            let (name, kind, trouble) = (&feed.is.name, feed.is.kind.facts().word, &feed.trouble);
            let (answered, next, told) = (feed.answered_at.map(iso), iso(feed.next_at), feed.told);
            serde_json::json!({ "name": name, "kind": kind, "state": state, "answered_at": answered, "next_at": next,
                "told": told, "fails": feed.fails, "trouble": trouble, "cause": feed.cause })
            .to_string()
        } else {
            let answered = feed.answered_at.map_or_else(|| "never".to_owned(), iso);
            let (name, kind) = (&feed.is.name, feed.is.kind.facts().word);
            format!("{name:<24} {kind:<10} {state:<8} {:>5} told {answered}  {}", feed.told, feed.trouble)
                .trim_end()
                .to_owned()
        };
        say(&line)?;
    }
    Ok(())
}

fn iso(at: Moment) -> String {
    DateTime::from_timestamp_millis(at.millis()).unwrap_or_default().format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

async fn ask(office: &Office, name: &str, symbol: &str) -> Result<(), VerbError> {
    let feed = called(office, name)?;
    let id = feed.id;
    let listed = office.store.read_here(|tx| quotes::listed(tx, id))?;
    let answer = feeds::ask_now(office, &feed.is, Some(id), &listed, symbol).await.map_err(VerbError::Said)?;
    for tick in &answer.ticks {
        let (currency, at) = (tick.currency.as_deref().unwrap_or_default(), tick.at.map_or_else(String::new, iso));
        say(format!("{:<16} {:>20} {currency:<4} {at}", tick.symbol, tick.price.to_string()).trim_end())?;
    }
    for (code, why) in &answer.refused {
        say(&format!("{code}: {why}"))?;
    }
    if answer.ticks.is_empty() { Err(VerbError::Said("no number was told".to_owned())) } else { Ok(()) }
}
