//! The log: to standard error, as text or as JSON lines, and the last of it into memory for those who run the office.

use super::config::{Config, ConfigError};
use crate::kernel::clock::Clock;
use crate::services::journal::Journal;
use std::fmt::{Debug, Write as _};
use std::sync::Arc;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, fmt};

/// Starts the log as the configuration says. The last lines are kept in what is returned.
///
/// # Errors
/// Where the level or the format is none.
pub fn start(config: &Config) -> Result<Arc<Journal>, ConfigError> {
    let level = config.get("log.level");
    // The mail client writes every line it says at debug, passwords too.
    let filter =
        format!("{level},lettre=info,hickory_resolver=warn,hickory_net=warn,hickory_proto=warn,actix_server=warn");
    let wrong = |wrong: &str, key: &str| ConfigError { key: key.to_owned(), wrong: wrong.to_owned() };
    if !["error", "warn", "info", "debug", "trace"].contains(&level) {
        return Err(wrong("takes error, warn, info, debug or trace", "log.level"));
    }
    let journal = Arc::new(Journal::default());
    let log = tracing_subscriber::registry().with(EnvFilter::new(filter)).with(Keeper(Arc::clone(&journal)));
    let out = fmt::layer().with_writer(std::io::stderr).with_target(false);
    // A second start in one process, as tests do, keeps the first log.
    match config.get("log.format") {
        "json" => drop(log.with(out.json()).try_init()),
        "text" => {
            drop(log.with(out.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))).try_init());
        }
        _ => return Err(wrong("takes text or json", "log.format")),
    }
    Ok(journal)
}

/// Keeps every line in memory.
struct Keeper(Arc<Journal>);

impl<S: Subscriber> Layer<S> for Keeper {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut said = Said::default();
        event.record(&mut said);
        self.0.push(Clock::Wall.now(), *event.metadata().level(), said.text, said.fields);
    }
}

/// What one line says.
#[derive(Default)]
struct Said {
    text: String,
    fields: Vec<(&'static str, String)>,
}

impl Visit for Said {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let mut text = String::new();
        // Writing to a text cannot fail.
        let _ = write!(text, "{value:?}");
        match field.name() {
            "message" => self.text = text,
            name if name.starts_with("log.") => {}
            name => self.fields.push((name, text)),
        }
    }
}
