//! Setting feeds up: what was typed in a form or on the command line becomes a feed, or is told by the field.

use super::simulated;
use crate::domain::quotes::{self, Feed, NewFeed, SetUpError};
use crate::domain::store::WriteTx;
use crate::format::feed::{Auth, Hours, Kind, Marks, Options};
use crate::format::holiday::region;
use crate::kernel::id::FeedId;
use crate::kernel::limits;
use crate::kernel::secret::Secret;
use url::Url;

/// What was typed of a feed: a text for each field, nothing where a field is missing.
pub trait Typed {
    /// The text of a field; empty where there is none.
    fn text(&self, field: &str) -> &str;
    /// Whether a box is ticked.
    fn is_on(&self, field: &str) -> bool;
}

type Wrong = (&'static str, String);

fn wrong<T>(field: &'static str, sentence: impl Into<String>) -> Result<T, Wrong> {
    Err((field, sentence.into()))
}

/// The feed that was typed, and the symbols that are listed for it. A key that is left empty stays as it was.
///
/// # Errors
/// The field that cannot be so, and what would be right.
pub fn read(typed: &impl Typed) -> Result<(NewFeed, Vec<(String, String)>), Wrong> {
    let Ok(kind) = typed.text("kind").trim().parse::<Kind>() else {
        return wrong("kind", "Choose one of these kinds.");
    };
    let facts = kind.facts();
    let line = |field: &str| typed.text(field).trim().to_owned();
    let allowed_host = host(typed.text("allowed_host"))?;
    let key = Some(line("key")).filter(|key| !key.is_empty()).map(Secret::new);
    let key = if typed.is_on("no_key") { Some(Secret::new(String::new())) } else { key };
    let feed = NewFeed {
        name: line("name"),
        kind,
        url: address("url", typed.text("url"), &allowed_host, &["https", "http"])?,
        key,
        options: options(typed, kind, &allowed_host)?,
        every: number("every", typed.text("every"), facts.every)?,
        delay: number("delay", typed.text("delay"), facts.delay)?,
        licence: line("licence"),
        allowed_host,
    };
    let symbols = symbols_of(typed.text("symbols"))?;
    check(&feed, &symbols)?;
    Ok((feed, symbols))
}

fn check(feed: &NewFeed, symbols: &[(String, String)]) -> Result<(), Wrong> {
    if !feed.kind.has_address() {
        return Ok(());
    }
    if feed.url.is_empty() {
        return wrong("url", "A feed needs the address where it is asked.");
    }
    let has_place = feed.url.contains("{symbol}") || feed.url.contains("{symbols}");
    let is_free = matches!(feed.kind, Kind::Ecb | Kind::Json | Kind::Csv);
    if !has_place && !is_free {
        return wrong("url", "The address needs {symbol} or {symbols} where what is asked for goes.");
    }
    if feed.url.contains("{symbols}") && feed.kind.facts().at_once == 1 {
        return wrong("url", "This kind tells one symbol at a time: write {symbol}.");
    }
    if feed.options.is_listed_only && symbols.is_empty() {
        return wrong("symbols", "List at least one symbol that this feed tells, such as DIESEL.");
    }
    let is_one_number = !has_place && !feed.options.price.contains("{symbol}") && feed.options.symbol.is_empty();
    if matches!(feed.kind, Kind::Json | Kind::Csv) && is_one_number && symbols.len() > 1 {
        return wrong(
            "symbols",
            "An address that tells one number has one symbol. Put {symbol} into the address or the path, or name the column of the symbol.",
        );
    }
    Ok(())
}

fn host(typed: &str) -> Result<String, Wrong> {
    let host = typed.trim().to_ascii_lowercase();
    let is_host = host.is_empty() || url::Host::parse(&host).is_ok();
    if is_host {
        Ok(host)
    } else {
        wrong("allowed_host", "A host is a name or an address alone, such as meter.office.lan.")
    }
}

/// An address as far as it can be judged before it is asked.
fn address(field: &'static str, typed: &str, allowed: &str, schemes: &[&str; 2]) -> Result<String, Wrong> {
    let text = typed.trim();
    if text.is_empty() {
        return Ok(String::new());
    }
    let Ok(url) = Url::parse(&text.replace(['{', '}'], "")) else {
        return wrong(field, format!("An address begins with {}://", schemes[0]));
    };
    let is_allowed = !allowed.is_empty() && url.host_str().is_some_and(|host| host.trim_matches(['[', ']']) == allowed);
    match url.scheme() {
        scheme if scheme == schemes[0] => {}
        scheme if scheme == schemes[1] && is_allowed => {}
        scheme if scheme == schemes[1] => {
            return wrong(
                field,
                format!("Only {} addresses are asked, but for the host that you allow below.", schemes[0]),
            );
        }
        _ => return wrong(field, format!("An address begins with {}://", schemes[0])),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return wrong(
            field,
            "Put the key into its own field and {key} where it goes: an address is shown, a key is not.",
        );
    }
    if text.len() > limits::FEED_URL {
        return wrong(field, format!("An address has at most {} characters.", limits::FEED_URL));
    }
    Ok(text.to_owned())
}

fn number(field: &'static str, typed: &str, usual: i64) -> Result<i64, Wrong> {
    match typed.trim() {
        "" => Ok(usual),
        text => text.parse().or_else(|_| wrong(field, "This takes a whole number of seconds.")),
    }
}

fn options(typed: &impl Typed, kind: Kind, allowed: &str) -> Result<Options, Wrong> {
    let line = |field: &str| typed.text(field).trim().to_owned();
    let count = |field: &'static str| -> Result<u32, Wrong> {
        match typed.text(field).trim() {
            "" => Ok(0),
            text => text.parse().or_else(|_| wrong(field, "This takes a whole number, or nothing.")),
        }
    };
    Ok(Options {
        history: address("history", typed.text("history"), allowed, &["https", "http"])?,
        stream: if kind.has_stream() {
            address("stream", typed.text("stream"), allowed, &["wss", "ws"])?
        } else {
            String::new()
        },
        auth: match typed.text("auth") {
            "bearer" => Auth::Bearer,
            "header" => Auth::Header,
            _ => Auth::Address,
        },
        pattern: line("pattern"),
        is_listed_only: typed.is_on("listed_only") || matches!(kind, Kind::Json | Kind::Csv | Kind::Simulated),
        per_minute: count("per_minute")?,
        at_once: count("at_once")?,
        hours: hours(typed)?,
        zone: line("zone"),
        currency: line("currency").to_ascii_uppercase(),
        price: line("price"),
        time: line("time"),
        symbol: line("symbol"),
        currency_at: line("currency_at"),
        previous: line("previous"),
        percent: line("percent"),
        volume: line("volume"),
        name: line("name_at"),
        row: line("row"),
        marks: match typed.text("marks") {
            "point" => Marks::Point,
            "comma" => Marks::Comma,
            _ => Marks::Guess,
        },
        factor: line("factor"),
    })
}

/// The days of the week as forms name them.
pub const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// The hours that were typed; none where no day is ticked.
fn hours(typed: &impl Typed) -> Result<Option<Hours>, Wrong> {
    let days = DAYS.map(|day| typed.is_on(day));
    if days == [false; 7] {
        return Ok(None);
    }
    let zone = match typed.text("hours_zone").trim() {
        "" => "UTC",
        zone => zone,
    };
    let hours = Hours {
        days,
        opens: minute("opens", typed.text("opens"), 0)?,
        closes: minute("closes", typed.text("closes"), 24 * 60)?,
        zone: zone.to_owned(),
        region: typed.text("holidays").trim().to_ascii_lowercase(),
    };
    if hours.zone.parse::<chrono_tz::Tz>().is_err() {
        return wrong("hours_zone", "A zone is written like Europe/Berlin.");
    }
    if !hours.region.is_empty() && region(&hours.region).is_none() {
        return wrong("holidays", "Choose a region whose holidays are known, such as de or us.");
    }
    if hours.are_real() { Ok(Some(hours)) } else { wrong("closes", "A market closes after it opens, on the same day.") }
}

fn minute(field: &'static str, typed: &str, usual: u16) -> Result<u16, Wrong> {
    let text = typed.trim();
    if text.is_empty() {
        return Ok(usual);
    }
    let parts =
        text.split_once(':').and_then(|(hour, minute)| Some((hour.parse::<u16>().ok()?, minute.parse::<u16>().ok()?)));
    match parts {
        Some((24, 0)) => Ok(24 * 60),
        Some((hour @ 0..=23, minute @ 0..=59)) => Ok(hour * 60 + minute),
        _ => wrong(field, "A time is written like 09:30."),
    }
}

/// The symbols of a field: one in a line or between commas, with what the feed calls it behind a `=` where that differs.
///
/// # Errors
/// The field and what is wrong with it.
pub fn symbols_of(typed: &str) -> Result<Vec<(String, String)>, Wrong> {
    let mut all: Vec<(String, String)> = Vec::new();
    for entry in typed.split(['\n', ',']).map(str::trim).filter(|entry| !entry.is_empty()) {
        // A symbol may hold a sign of equality itself: only one with blanks around it parts.
        let (ours, theirs) = entry.split_once(" = ").unwrap_or((entry, ""));
        let ours = quotes::code(ours).map_err(|error| ("symbols", format!("{entry}: {error}.")))?;
        let theirs = theirs.trim();
        if theirs.len() > limits::FEED_CELL / 10 {
            return wrong("symbols", format!("{ours}: what the feed calls it is too long."));
        }
        if all.iter().any(|(other, _)| *other == ours) {
            return wrong("symbols", format!("{ours} is listed twice."));
        }
        all.push((ours.clone(), if theirs.is_empty() { ours } else { theirs.to_owned() }));
    }
    if all.len() > limits::FEED_LISTED {
        return wrong("symbols", format!("At most {} symbols are listed for one feed.", limits::FEED_LISTED));
    }
    Ok(all)
}

/// Symbols as the field shows them.
#[must_use]
pub fn lines_of(symbols: &[(String, String)]) -> String {
    let line =
        |(ours, theirs): &(String, String)| if ours == theirs { ours.clone() } else { format!("{ours} = {theirs}") };
    symbols.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Adds the feed of invented numbers with all its symbols.
///
/// # Errors
/// `Field` where there is one of its name already.
pub fn add_simulated(tx: &WriteTx<'_>) -> Result<FeedId, SetUpError> {
    let kind = Kind::Simulated;
    let facts = kind.facts();
    let feed = NewFeed {
        name: facts.title.to_owned(),
        kind,
        url: String::new(),
        key: None,
        options: Options { is_listed_only: true, ..Options::of(kind) },
        every: facts.every,
        delay: facts.delay,
        licence: facts.licence.to_owned(),
        allowed_host: String::new(),
    };
    let id = quotes::add_feed(tx, &feed)?;
    list_simulated(tx, id)?;
    Ok(id)
}

/// Lists all invented symbols for a feed, and makes known what they are called.
pub(super) fn list_simulated(tx: &WriteTx<'_>, id: FeedId) -> Result<(), SetUpError> {
    let known: Vec<(&str, &str, &str, &str)> =
        simulated::ALL.iter().map(|one| (one.code, one.name, one.currency, one.market)).collect();
    let listed: Vec<(String, String)> =
        known.iter().map(|(code, ..)| ((*code).to_owned(), (*code).to_owned())).collect();
    quotes::list_for(tx, id, &listed)?;
    quotes::know_of(tx, &known)
}

/// A feed as its form shows it, field by field: what [`read`] makes the same feed of. Its key is not among them.
#[must_use]
pub fn typed_of(feed: &NewFeed, listed: &[(String, String)]) -> Vec<(&'static str, String)> {
    let options = &feed.options;
    let auth = match options.auth {
        Auth::Address => "address",
        Auth::Bearer => "bearer",
        Auth::Header => "header",
    };
    let marks = match options.marks {
        Marks::Guess => "guess",
        Marks::Point => "point",
        Marks::Comma => "comma",
    };
    let count = |number: u32| if number == 0 { String::new() } else { number.to_string() };
    let mut fields = vec![
        ("kind", feed.kind.facts().word.to_owned()),
        ("name", feed.name.clone()),
        ("url", feed.url.clone()),
        ("history", options.history.clone()),
        ("stream", options.stream.clone()),
        ("auth", auth.to_owned()),
        ("pattern", options.pattern.clone()),
        ("every", feed.every.to_string()),
        ("delay", feed.delay.to_string()),
        ("per_minute", count(options.per_minute)),
        ("at_once", count(options.at_once)),
        ("licence", feed.licence.clone()),
        ("allowed_host", feed.allowed_host.clone()),
        ("zone", options.zone.clone()),
        ("currency", options.currency.clone()),
        ("price", options.price.clone()),
        ("time", options.time.clone()),
        ("symbol", options.symbol.clone()),
        ("currency_at", options.currency_at.clone()),
        ("previous", options.previous.clone()),
        ("percent", options.percent.clone()),
        ("volume", options.volume.clone()),
        ("name_at", options.name.clone()),
        ("row", options.row.clone()),
        ("marks", marks.to_owned()),
        ("factor", options.factor.clone()),
        ("symbols", lines_of(listed)),
    ];
    if options.is_listed_only {
        fields.push(("listed_only", "on".to_owned()));
    }
    if let Some(hours) = &options.hours {
        let clock = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        fields.extend(DAYS.iter().zip(hours.days).filter(|(_, is_on)| *is_on).map(|(day, _)| (*day, "on".to_owned())));
        fields.extend([
            ("opens", clock(hours.opens)),
            ("closes", clock(hours.closes)),
            ("hours_zone", hours.zone.clone()),
            ("holidays", hours.region.clone()),
        ]);
    }
    fields
}

/// What a kind usually is, field by field.
#[must_use]
pub fn usual_of(kind: Kind) -> Vec<(&'static str, String)> {
    let facts = kind.facts();
    let feed = NewFeed {
        name: if kind.has_address() { String::new() } else { facts.title.to_owned() },
        kind,
        url: facts.address.to_owned(),
        key: None,
        options: Options::of(kind),
        every: facts.every,
        delay: facts.delay,
        licence: facts.licence.to_owned(),
        allowed_host: String::new(),
    };
    typed_of(&feed, &[])
}

/// Where a feed's key is told: scheme, host and port of each address.
fn places(feed: &NewFeed) -> Vec<String> {
    let urls = [&feed.url, &feed.options.history, &feed.options.stream];
    let parsed = urls.into_iter().filter_map(|url| Url::parse(&url.replace(['{', '}'], "")).ok());
    parsed.map(|url| format!("{}:{:?}:{:?}", url.scheme(), url.host(), url.port_or_known_default())).collect()
}

/// Lets a key that is kept not go to another place than the one it was typed for: nobody reads it by changing an address.
///
/// # Errors
/// The field and what is to be done.
pub fn keeps_key(old: &Feed, new: &NewFeed) -> Result<(), Wrong> {
    let known = places(&old.is);
    let is_elsewhere = places(new).iter().any(|place| !known.contains(place));
    if old.has_key() && new.key.is_none() && is_elsewhere {
        return wrong("key", "An address is of another host now: type the key again, or say that it needs none.");
    }
    Ok(())
}

/// Keeps a feed that was typed, and what is listed for it.
///
/// # Errors
/// `Field`, `NoFeed`.
pub fn keep(
    tx: &WriteTx<'_>,
    id: Option<FeedId>,
    new: &NewFeed,
    symbols: &[(String, String)],
) -> Result<FeedId, SetUpError> {
    let id = match id {
        None => quotes::add_feed(tx, new)?,
        Some(id) => {
            let old = quotes::feed(tx, id)?.ok_or(SetUpError::NoFeed)?;
            keeps_key(&old, new).map_err(|(field, sentence)| SetUpError::Field(field, sentence))?;
            quotes::set_feed(tx, id, new)?;
            id
        }
    };
    if new.kind == Kind::Simulated && symbols.is_empty() {
        list_simulated(tx, id)?;
    } else {
        quotes::list_for(tx, id, symbols)?;
    }
    Ok(id)
}
