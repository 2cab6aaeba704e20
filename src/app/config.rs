//! Configuration: `hailstone.toml`, then the environment, then flags. Only what must be known before the file is open.

use super::notify::ServiceManager;
use ipnet::IpNet;
use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// One key of the configuration.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// `table.key`, or `data`.
    pub name: &'static str,
    /// The value where nobody gives one.
    pub default: &'static str,
    /// What it does.
    pub sentence: &'static str,
    /// Whether its value is kept out of sight.
    pub is_secret: bool,
}

const fn key(name: &'static str, default: &'static str, sentence: &'static str) -> Key {
    Key { name, default, sentence, is_secret: false }
}

/// Every key there is.
pub const KEYS: [Key; 22] = [
    key("data", "hailstone-data", "the folder that holds office.db"),
    key("office.hostname", "", "the name in SMTP banners, certificates and links; the machine's own where empty"),
    key(
        "listen.http",
        "127.0.0.1:8080",
        "the web, one address or more with commas; `off` closes the door, port 0 takes a free one",
    ),
    key("listen.https", "off", "the web under TLS"),
    key("listen.smtp", "127.0.0.1:2525", "mail from the world; port 25 in production"),
    key("listen.submission", "127.0.0.1:2587", "mail from own people, who start TLS first"),
    key("listen.submissions", "127.0.0.1:2465", "mail from own people, under TLS from the first byte"),
    key(
        "limits.web_per_address",
        "2000",
        "connections to the web from one address; this machine's own and trusted proxies' are not counted",
    ),
    key(
        "limits.chat_per_second",
        "20",
        "deeds of one person in chat each second, and ten times as many at once; 0 for no limit",
    ),
    key("tls.certificate", "", "PEM file, read again when it changes; self-signed where empty"),
    key("tls.key", "", "PEM file of the certificate's key"),
    key(
        "tls.acme.directory",
        "",
        "an authority that gives the certificate and renews it: letsencrypt, or the address of its directory",
    ),
    key("tls.acme.contact", "", "mail address that the authority may write to"),
    key("tls.acme.root", "", "PEM file of the root that the authority's own address is believed by"),
    key("tls.acme.challenge", "http-01", "how the name is proven: http-01 at port 80, or tls-alpn-01 at port 443"),
    key(
        "web.trusted_proxies",
        "",
        "addresses or networks of proxies, whose X-Forwarded-For and X-Forwarded-Proto are believed",
    ),
    key("web.redirect", "off", "`on` sends who comes to the web in the clear on to https"),
    Key {
        name: "relay.url",
        default: "",
        sentence: "smart host for leaving mail, smtp[s]://user:pass@host:port; recipients' own servers where empty",
        is_secret: true,
    },
    key("dns.server", "", "resolver as address[:port]; the system's where empty"),
    key("metrics.allow", "", "addresses that may read /metrics without signing in, with commas between"),
    key("log.level", "info", "error, warn, info, debug or trace"),
    key("log.format", "text", "text or json"),
];

/// Where a value came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Origin {
    /// Nobody gave one.
    #[default]
    Default,
    /// The file.
    File(PathBuf),
    /// The environment.
    Environment(String),
    /// The command line.
    Flag,
}

impl fmt::Display for Origin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => out.write_str("default"),
            Self::File(path) => path.display().fmt(out),
            Self::Environment(name) => write!(out, "${name}"),
            Self::Flag => out.write_str("flag"),
        }
    }
}

/// What is wrong with the configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {wrong}")]
pub struct ConfigError {
    /// The key, or the file.
    pub key: String,
    /// What is wrong with it.
    pub wrong: String,
}

fn wrong(key: &str, wrong: impl Into<String>) -> ConfigError {
    ConfigError { key: key.to_owned(), wrong: wrong.into() }
}

/// The configuration in force.
#[derive(Debug, Clone)]
pub struct Config {
    values: BTreeMap<&'static str, (String, Origin)>,
}

impl Config {
    /// The defaults alone.
    #[must_use]
    pub fn defaults() -> Self {
        let values = KEYS.iter().map(|key| (key.name, (key.default.to_owned(), Origin::Default)));
        Self { values: values.collect() }
    }

    /// Reads the file that `file` names, or the one in the data folder where there is one; then `environment`.
    ///
    /// # Errors
    /// Where the file cannot be read, a key is unknown, or a number is none.
    pub fn load(
        data: Option<&Path>,
        file: Option<&Path>,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let mut config = Self::defaults();
        let environment: Vec<(String, String)> =
            environment.filter(|(name, _)| name.starts_with("HAILSTONE_")).collect();
        config.take_environment(&environment)?;
        if let Some(data) = data {
            config.put("data", data.to_string_lossy().into_owned(), Origin::Flag);
        }
        let usual = config.data().join("hailstone.toml");
        match file {
            Some(file) => config.take_file(file)?,
            None if usual.exists() => config.take_file(&usual)?,
            None => {}
        }
        config.take_environment(&environment)?;
        if let Some(data) = data {
            config.put("data", data.to_string_lossy().into_owned(), Origin::Flag);
        }
        config.number("limits.web_per_address")?;
        config.number("limits.chat_per_second")?;
        config.networks("web.trusted_proxies")?;
        config.is_on("web.redirect")?;
        Ok(config)
    }

    fn take_file(&mut self, path: &Path) -> Result<(), ConfigError> {
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| wrong(&shown, error.to_string()))?;
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| wrong(&shown, error.message()))?;
        for (name, value) in flattened(&table) {
            let Some(key) = KEYS.iter().find(|key| key.name == name) else {
                return Err(wrong(&name, format!("no such key; did you mean {}?", nearest(&name))));
            };
            self.put(key.name, value, Origin::File(path.to_owned()));
        }
        Ok(())
    }

    fn take_environment(&mut self, environment: &[(String, String)]) -> Result<(), ConfigError> {
        for (name, value) in environment {
            match KEYS.iter().find(|key| variable(key.name) == *name) {
                Some(key) => self.put(key.name, value.clone(), Origin::Environment(name.clone())),
                // Other programs' variables may begin alike; only what lies in one of our tables is ours.
                None if is_in_table(name) => {
                    let near = KEYS.iter().map(|key| variable(key.name)).min_by_key(|known| distance(known, name));
                    return Err(wrong(name, format!("no such key; did you mean {}?", near.unwrap_or_default())));
                }
                None => {}
            }
        }
        Ok(())
    }

    /// Sets a value.
    pub fn put(&mut self, name: &'static str, value: String, origin: Origin) {
        self.values.insert(name, (value, origin));
    }

    /// The value of a key of [`KEYS`].
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.values.get(name).map_or("", |(value, _)| value)
    }

    /// The data folder.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        PathBuf::from(self.get("data"))
    }

    /// The office's file.
    #[must_use]
    pub fn file(&self) -> PathBuf {
        self.data().join("office.db")
    }

    /// The name of this host.
    #[must_use]
    pub fn hostname(&self) -> String {
        let given = self.get("office.hostname");
        if !given.is_empty() {
            return given.to_owned();
        }
        let machine = rustix::system::uname().nodename().to_string_lossy().trim().to_lowercase();
        if crate::kernel::text::is_domain(&machine) { machine } else { "localhost".to_owned() }
    }

    /// The value of a key that holds a number.
    ///
    /// # Errors
    /// Where it does not.
    pub fn number(&self, name: &str) -> Result<usize, ConfigError> {
        self.get(name).parse().map_err(|_| wrong(name, format!("{:?} is no number", self.get(name))))
    }

    /// The value of a key that holds network addresses with commas between.
    ///
    /// # Errors
    /// Where one is none.
    pub fn addresses(&self, name: &str) -> Result<Vec<IpAddr>, ConfigError> {
        let words = self.get(name).split(',').map(str::trim).filter(|word| !word.is_empty());
        let read = |word: &str| word.parse().map_err(|_| wrong(name, format!("{word:?} is no network address")));
        words.map(read).collect()
    }

    /// The value of a key that holds addresses or networks with commas between.
    ///
    /// # Errors
    /// Where one is none.
    pub fn networks(&self, name: &str) -> Result<Vec<IpNet>, ConfigError> {
        let words = self.get(name).split(',').map(str::trim).filter(|word| !word.is_empty());
        let read = |word: &str| word.parse().or_else(|_| word.parse::<IpAddr>().map(IpNet::from));
        let read = |word: &str| read(word).map_err(|_| wrong(name, format!("{word:?} is no address and no network")));
        words.map(read).collect()
    }

    /// Whether a key that is `on` or `off` is on.
    ///
    /// # Errors
    /// Where it is neither.
    pub fn is_on(&self, name: &str) -> Result<bool, ConfigError> {
        match self.get(name) {
            "on" | "true" => Ok(true),
            "off" | "false" | "" => Ok(false),
            other => Err(wrong(name, format!("{other:?} is neither on nor off"))),
        }
    }

    /// Every key with its value, secrets hidden, and where it came from.
    pub fn lines(&self) -> impl Iterator<Item = String> + '_ {
        KEYS.iter().map(|key| {
            let (value, origin) = self.values.get(key.name).cloned().unwrap_or_default();
            let shown = if key.is_secret && !value.is_empty() { "(hidden)".to_owned() } else { value };
            format!("{:<20} = {:<32} # {origin}", key.name, format!("\"{shown}\""))
        })
    }
}

/// What systemd says to who it starts: `sd_notify(3)`, `sd_watchdog_enabled(3)`.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one look at the environment")]
pub fn service_manager() -> ServiceManager {
    let watchdog = std::env::var("WATCHDOG_USEC").ok().and_then(|text| text.parse().ok()).map(Duration::from_micros);
    ServiceManager { socket: std::env::var("NOTIFY_SOCKET").ok(), watchdog }
}

/// The names that systemd gave the sockets it hands over: `sd_listen_fds_with_names(3)`.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one look at the environment")]
pub fn socket_names() -> Vec<String> {
    std::env::var("LISTEN_FDNAMES").unwrap_or_default().split(':').map(ToOwned::to_owned).collect()
}

fn flattened(table: &toml::Table) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (name, value) in table {
        match value {
            toml::Value::Table(inner) => {
                found.extend(flattened(inner).into_iter().map(|(key, value)| (format!("{name}.{key}"), value)));
            }
            other => found.push((name.clone(), shown(other))),
        }
    }
    found
}

fn shown(value: &toml::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

fn variable(name: &str) -> String {
    format!("HAILSTONE_{}", name.replace('.', "_").to_uppercase())
}

fn is_in_table(variable: &str) -> bool {
    ["OFFICE_", "LISTEN_", "LIMITS_", "TLS_", "RELAY_", "DNS_", "LOG_", "METRICS_", "WEB_"]
        .iter()
        .any(|table| variable.strip_prefix("HAILSTONE_").is_some_and(|rest| rest.starts_with(table)))
}

fn nearest(name: &str) -> &'static str {
    KEYS.iter().min_by_key(|key| distance(key.name, name)).map_or("data", |key| key.name)
}

/// How many letters must be added, dropped or changed to make one word the other.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().take(100).collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (above, letter) in left.chars().take(100).enumerate() {
        let mut diagonal = row[0];
        row[0] = above + 1;
        for (place, other) in right.iter().enumerate() {
            let changed = diagonal + usize::from(letter != *other);
            diagonal = row[place + 1];
            row[place + 1] = changed.min(diagonal + 1).min(row[place] + 1);
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(file: &str, environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("hailstone.toml"), file).unwrap();
        let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Config::load(Some(folder.path()), None, environment)
    }

    #[test]
    fn the_environment_wins_over_the_file_and_the_file_over_the_default() {
        let config =
            load("[listen]\nsmtp = \"0.0.0.0:25\"\nhttp = \"off\"", &[("HAILSTONE_LISTEN_HTTP", "[::]:80")]).unwrap();
        assert_eq!(config.get("listen.smtp"), "0.0.0.0:25");
        assert_eq!(config.get("listen.http"), "[::]:80");
        assert_eq!(config.get("listen.submission"), "127.0.0.1:2587");
    }

    #[test]
    fn an_unknown_key_names_the_nearest_known_one() {
        let error = load("[listen]\nsmpt = \"off\"", &[]).unwrap_err();
        assert_eq!(error.to_string(), "listen.smpt: no such key; did you mean listen.smtp?");
        let error = load("", &[("HAILSTONE_LISTEN_HTP", "off")]).unwrap_err();
        assert!(error.to_string().ends_with("HAILSTONE_LISTEN_HTTP?"), "{error}");
    }

    #[test]
    fn a_number_is_one() {
        let limits = |value: &str| load(&format!("[limits]\nweb_per_address = {value}"), &[]);
        assert_eq!(limits("50").unwrap().number("limits.web_per_address"), Ok(50));
        assert_eq!(limits("\"many\"").unwrap_err().to_string(), "limits.web_per_address: \"many\" is no number");
    }

    #[test]
    fn proxies_are_addresses_and_networks() {
        let proxies = |value: &str| load(&format!("[web]\ntrusted_proxies = \"{value}\""), &[]);
        let read = proxies("127.0.0.1, 10.0.0.0/8,2001:db8::/32").unwrap().networks("web.trusted_proxies").unwrap();
        assert_eq!(
            read.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["127.0.0.1/32", "10.0.0.0/8", "2001:db8::/32"]
        );
        assert!(proxies("anybody").unwrap_err().to_string().contains("no address and no network"));
    }

    #[test]
    fn a_table_may_stand_in_a_table() {
        let config = load("[tls.acme]\ndirectory = \"letsencrypt\"", &[("HAILSTONE_TLS_ACME_CONTACT", "a@b.example")]);
        let config = config.unwrap();
        assert_eq!((config.get("tls.acme.directory"), config.get("tls.acme.contact")), ("letsencrypt", "a@b.example"));
    }

    #[test]
    fn a_secret_is_not_printed() {
        let config = load("[relay]\nurl = \"smtp://me:canary@host\"", &[]).unwrap();
        assert!(config.lines().all(|line| !line.contains("canary")));
    }
}
