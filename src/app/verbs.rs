//! What each verb of the command line does. Verbs work on a stopped and on a running office alike.

use super::brand_verbs::brand;
use super::build::{self, StartError};
use super::cli::{Cli, Import, Mail, Setting, Setup, Verb};
use super::config::{Config, ConfigError};
use super::{
    calendar_verbs, chat_verbs, demo, log, people_verbs, policy_verbs, queue_verbs, quote_verbs, serve, status_verb,
};
use crate::domain::audit::Actor;
use crate::domain::people::{self, PeopleError, Role};
use crate::domain::policy::{self, Act, PolicyError};
use crate::domain::settings::{self, SettingError};
use crate::domain::store::{Depth, StoreError};
use crate::kernel::secret::Secret;
use crate::services;
use crate::services::brand::BrandError;
use crate::services::office::Office;
use crate::services::setup::{self, NewAccount, NewOffice, SetupError};
use crate::services::{export, upkeep};
use clap::CommandFactory as _;
use std::io::{self, BufWriter, Read as _, Write};
use std::process::ExitCode;

/// Why a verb failed: one line for the person who called it.
#[derive(Debug, thiserror::Error)]
pub enum VerbError {
    /// The configuration.
    #[error("wrong configuration: {0}")]
    Config(#[from] ConfigError),
    /// The office could not be started.
    #[error(transparent)]
    Start(#[from] StartError),
    /// An account.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// An account.
    #[error(transparent)]
    People(#[from] PeopleError),
    /// A rule.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// A setting.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// The company's look.
    #[error(transparent)]
    Brand(#[from] BrandError),
    /// The file.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Reading or writing.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// Anything said in one sentence.
    #[error("{0}")]
    Said(String),
}

/// Wrong configuration, as sysexits.h has it.
const EXIT_CONFIG: u8 = 78;

/// Does what the command line says. The status is 0 for done, 1 for failed, 78 for wrong configuration.
#[must_use]
pub fn run(cli: Cli) -> ExitCode {
    match dispatch(cli) {
        Ok(code) => code,
        Err(error) => {
            let _ = writeln!(io::stderr(), "hailstone: {error}");
            let is_config = matches!(error, VerbError::Config(_) | VerbError::Start(StartError::Config(_)));
            ExitCode::from(if is_config { EXIT_CONFIG } else { 1 })
        }
    }
}

fn dispatch(cli: Cli) -> Result<ExitCode, VerbError> {
    let config = Config::load(cli.data.as_deref(), cli.config.as_deref(), std::env::vars())?;
    let journal = log::start(&config)?;
    match cli.verb.unwrap_or(Verb::Serve) {
        Verb::Serve => build::runtime()?.block_on(serve::serve(&config, journal))?,
        Verb::Demo => build::runtime()?.block_on(demo::demo(&config, journal))?,
        Verb::Setup(given) => in_office(&config, async |office| set_up(office, given).await)?,
        Verb::User(verb) => with_office(&config, async |office| people_verbs::user(office, verb).await)?,
        Verb::Group(verb) => with_office(&config, async |office| people_verbs::group(office, verb).await)?,
        Verb::Policy(verb) => with_office(&config, async |office| policy_verbs::policy(office, verb).await)?,
        Verb::Domain(verb) => with_office(&config, async |office| people_verbs::domain(office, verb).await)?,
        Verb::Queue(verb) => with_office(&config, async |office| queue_verbs::queue(office, verb).await)?,
        Verb::Trace { words } => with_office(&config, async |office| queue_verbs::trace(office, &words))?,
        Verb::Usage { days } => with_office(&config, async |office| queue_verbs::usage(office, days))?,
        Verb::Audit { act, most } => with_office(&config, async |office| queue_verbs::audit(office, act, most))?,
        Verb::Brand(verb) => with_office(&config, async |office| brand(office, verb).await)?,
        Verb::Setting(verb) => with_office(&config, async |office| setting(office, verb).await)?,
        Verb::Chat(verb) => with_office(&config, async |office| chat_verbs::chat(office, verb).await)?,
        Verb::Backup { file } => backup(&config, &file)?,
        Verb::Restore { file } => restore(&config, &file)?,
        Verb::Check { deep } => return with_office(&config, async |office| check(office, deep)),
        Verb::Status => return with_office(&config, async |office| status_verb::status(office, &config)),
        Verb::Dns { check: false } => with_office(&config, async |office| dns(office, &config.hostname()))?,
        Verb::Dns { check: true } => with_office(&config, async |office| queue_verbs::dns(office).await)?,
        Verb::Mail(Mail::Export { user }) => with_office(&config, async |office| mail_export(office, &user))?,
        Verb::Import(Import::People { file }) => {
            with_office(&config, async |office| people_verbs::bring(office, &file).await)?
        }
        Verb::Import(Import::Ics(given)) => {
            with_office(&config, async |office| calendar_verbs::bring(office, given).await)?
        }
        Verb::Calendar(verb) => with_office(&config, async |office| calendar_verbs::calendar(office, &verb))?,
        Verb::Room(verb) => with_office(&config, async |office| calendar_verbs::room(office, verb).await)?,
        Verb::Quotes(verb) => with_office(&config, async |office| quote_verbs::quotes(office, verb).await)?,
        Verb::Config => config.lines().try_for_each(|line| say(&line))?,
        Verb::Completions { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "hailstone", &mut io::stdout())
        }
        Verb::Man => clap_mangen::Man::new(Cli::command()).render(&mut io::stdout())?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints one line.
pub(super) fn say(line: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

fn with_office<T>(config: &Config, work: impl AsyncFnOnce(&Office) -> Result<T, VerbError>) -> Result<T, VerbError> {
    if !config.file().exists() {
        let folder = config.data();
        let words = format!("there is no office in {}; name its folder with --data", folder.display());
        return Err(VerbError::Said(words));
    }
    in_office(config, work)
}

/// Runs `work` in the office, which is made where there is none.
fn in_office<T>(config: &Config, work: impl AsyncFnOnce(&Office) -> Result<T, VerbError>) -> Result<T, VerbError> {
    let runtime = build::runtime()?;
    let office = build::office(config)?;
    let done = runtime.block_on(work(&office));
    office.store.close();
    done
}

/// The first line of standard input.
pub(super) fn password_from_stdin() -> Result<Secret, VerbError> {
    let mut text = String::new();
    io::stdin().take(4096).read_to_string(&mut text)?;
    Ok(Secret::new(text.lines().next().unwrap_or_default().to_owned()))
}

async fn set_up(office: &Office, given: Setup) -> Result<(), VerbError> {
    let admin =
        NewAccount { name: given.admin, full_name: given.name, role: Role::Owner, password: password_from_stdin()? };
    setup::set_up(office, NewOffice { domain: given.domain, company: given.company, admin }).await?;
    Ok(())
}

pub(super) fn found(office: &Office, user: &str) -> Result<people::Person, VerbError> {
    let person = office.store.read_here(|tx| people::by_login(tx, user))?;
    person
        .map(|(person, _)| person)
        .ok_or_else(|| VerbError::Said(format!("there is no account {user}; see: hailstone user list")))
}

async fn setting(office: &Office, verb: Setting) -> Result<(), VerbError> {
    let value = |setting| office.store.read_here(|tx| settings::get(tx, setting));
    match verb {
        Setting::List => {
            for setting in settings::settable() {
                say(&format!("{:<24} {:<24} {}", setting.key, value(setting)?, setting.sentence))?;
            }
            say("What people may do: hailstone policy list")?;
        }
        // What was a setting in earlier versions is a rule for everybody under the same name.
        Setting::Get { key } => match Act::named(&key) {
            Some(act) => say(&office.store.read_here(|tx| policy::everybody(tx, act))?.value)?,
            None => say(&value(settable(&key)?)?)?,
        },
        Setting::Set { key, value } => {
            let actor = Actor::console();
            if let Some(act) = Act::named(&key) {
                let write =
                    office.store.write(move |tx| services::policy::set(tx, &actor, act, None, Some(value.as_str())));
                return Ok(write.await?);
            }
            let setting = settable(&key)?;
            office.store.write(move |tx| services::setting::set(tx, &actor, setting, &value)).await?;
        }
    }
    Ok(())
}

fn settable(key: &str) -> Result<settings::Setting, VerbError> {
    let found = settings::settable().find(|setting| setting.key == key);
    found.ok_or_else(|| VerbError::Said(format!("there is no setting {key}; see: hailstone setting list")))
}

fn backup(config: &Config, file: &std::path::Path) -> Result<(), VerbError> {
    if file.exists() {
        return Err(VerbError::Said(format!("{} exists already; name a new file", file.display())));
    }
    Ok(upkeep::backup(&config.file(), file)?)
}

fn restore(config: &Config, file: &std::path::Path) -> Result<(), VerbError> {
    std::fs::create_dir_all(config.data())?;
    let _lock = build::lock(&config.data())?;
    upkeep::restore(file, &config.file(), config.data().as_path())?;
    say(&format!("restored {}; the file before it is kept beside it", config.file().display()))?;
    Ok(())
}

fn check(office: &Office, is_deep: bool) -> Result<ExitCode, VerbError> {
    let findings = upkeep::check(office, if is_deep { Depth::Deep } else { Depth::Quick })?;
    for finding in &findings {
        say(&finding.0)?;
    }
    if findings.is_empty() {
        say("all is well")?;
        return Ok(ExitCode::SUCCESS);
    }
    Ok(ExitCode::FAILURE)
}

fn dns(office: &Office, hostname: &str) -> Result<(), VerbError> {
    for domain in office.store.read_here(people::domains)? {
        for record in upkeep::dns_records(&domain, hostname) {
            say(&record)?;
        }
    }
    Ok(())
}

fn mail_export(office: &Office, user: &str) -> Result<(), VerbError> {
    let who = found(office, user)?;
    let mut out = BufWriter::new(io::stdout().lock());
    export::mbox(office, &who, &mut out)?;
    Ok(out.flush()?)
}
