//! The log: to standard error, as text or as JSON lines.

use super::config::{Config, ConfigError};
use tracing_subscriber::EnvFilter;

/// Starts the log as the configuration says.
///
/// # Errors
/// Where the level or the format is none.
pub fn start(config: &Config) -> Result<(), ConfigError> {
    let level = config.get("log.level");
    // The mail client writes every line it says at debug, passwords too.
    let filter =
        format!("{level},lettre=info,hickory_resolver=warn,hickory_net=warn,hickory_proto=warn,actix_server=warn");
    let wrong = |wrong: &str, key: &str| ConfigError { key: key.to_owned(), wrong: wrong.to_owned() };
    if !["error", "warn", "info", "debug", "trace"].contains(&level) {
        return Err(wrong("takes error, warn, info, debug or trace", "log.level"));
    }
    let log = tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(EnvFilter::new(filter))
        .with_target(false);
    // A second start in one process, as tests do, keeps the first log.
    match config.get("log.format") {
        "json" => drop(log.json().try_init()),
        "text" => drop(log.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).try_init()),
        _ => return Err(wrong("takes text or json", "log.format")),
    }
    Ok(())
}
