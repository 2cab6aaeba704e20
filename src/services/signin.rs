//! Signing in: who is let in, by which password, and how guessing is slowed down.

use crate::domain::people::{self, PeopleError, Person};
use crate::domain::policy::{self, Act};
use crate::domain::store::{ReadTx, StoreError};
use crate::kernel::clock::{Clock, Moment};
use crate::kernel::id::PersonId;
use crate::kernel::limits;
use crate::kernel::secret::Secret;
use crate::services::factor;
use crate::services::office::Office;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Why somebody was not let in.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SigninError {
    /// The name is unknown, the password wrong, or the person barred: nobody is told which.
    #[error("name and password do not match")]
    Wrong,
    /// Too many failures; come back after `wait`.
    #[error("too many failed attempts")]
    SlowDown {
        /// How long to wait.
        wait: Duration,
    },
    /// Too many are signing in at this moment.
    #[error("too many people are signing in at this moment")]
    Busy,
    /// The file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<PeopleError> for SigninError {
    fn from(error: PeopleError) -> Self {
        match error {
            PeopleError::Store(error) => Self::Store(error),
            _ => Self::Wrong,
        }
    }
}

/// Failures of names and addresses that are remembered at once.
const REMEMBERED: usize = 20_000;
/// The longest wait that failures bring.
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);

/// Remembers failures, and lets those wait who fail too often.
#[derive(Debug)]
pub struct Gate {
    clock: Clock,
    failures: Mutex<HashMap<String, Failures>>,
    /// Tries that were right, and that were not.
    right: AtomicU64,
    wrong: AtomicU64,
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last: Moment,
}

impl Gate {
    /// A gate that has seen nobody yet.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self { clock, failures: Mutex::default(), right: AtomicU64::new(0), wrong: AtomicU64::new(0) }
    }

    /// How many tries to sign in were right since the office was started, and how many were not.
    #[must_use]
    pub fn tried(&self) -> (u64, u64) {
        (self.right.load(Ordering::Relaxed), self.wrong.load(Ordering::Relaxed))
    }

    /// How long `key` must wait after so many failures: nothing up to `most`, then twice as long each time.
    fn wait(&self, key: &str, most: u32) -> Option<Duration> {
        let failures = self.failures().get(key).copied()?;
        let over = failures.count.checked_sub(most)?;
        let wait = Duration::from_secs(2_u64 << over.min(10)).min(LONGEST_WAIT);
        let now = self.clock.now();
        // A clock that was set back must not hold anybody until it is where it was.
        let ends = if failures.last > now.plus(LONGEST_WAIT) { now } else { failures.last.plus(wait) };
        (ends > now).then(|| ends.since(now))
    }

    fn failed(&self, key: String) {
        let now = self.clock.now();
        let mut failures = self.failures();
        if failures.len() >= REMEMBERED {
            let horizon = now.minus(limits::FAILURE_WINDOW);
            failures.retain(|_, failure| failure.last > horizon);
            if failures.len() >= REMEMBERED {
                failures.clear();
            }
        }
        let seen = failures.entry(key).or_insert(Failures { count: 0, last: now });
        let is_fresh = now.since(seen.last) < limits::FAILURE_WINDOW;
        *seen = Failures { count: if is_fresh { seen.count + 1 } else { 1 }, last: now };
    }

    fn succeeded(&self, name: &str, from: IpAddr) {
        let mut failures = self.failures();
        failures.remove(&name_key(name));
        failures.remove(&address_key(from));
    }

    fn failures(&self) -> MutexGuard<'_, HashMap<String, Failures>> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn name_key(name: &str) -> String {
    format!("name {}", name.trim().to_lowercase())
}

/// One address; of IPv6 the network, since a house has many.
fn address_key(from: IpAddr) -> String {
    match from {
        IpAddr::V4(address) => format!("address {address}"),
        IpAddr::V6(address) => format!("address {:x?}", &address.segments()[..4]),
    }
}

/// Runs one try of somebody at `from` to prove to be `name`: held back after failures, and counted where it fails.
///
/// # Errors
/// `Wrong`, `SlowDown`, and what the try itself meets.
pub(super) async fn attempt(
    office: &Office,
    name: &str,
    from: IpAddr,
    is_right: impl AsyncFnOnce(&Office) -> Result<bool, SigninError>,
) -> Result<(), SigninError> {
    let gate = &office.gate;
    let keys = [(name_key(name), limits::FAILURES_PER_NAME), (address_key(from), limits::FAILURES_PER_ADDRESS)];
    if let Some(wait) = keys.iter().filter_map(|(key, most)| gate.wait(key, *most)).max() {
        return Err(SigninError::SlowDown { wait });
    }
    if is_right(office).await? {
        gate.right.fetch_add(1, Ordering::Relaxed);
        gate.succeeded(name, from);
        return Ok(());
    }
    gate.wrong.fetch_add(1, Ordering::Relaxed);
    keys.into_iter().for_each(|(key, _)| gate.failed(key));
    Err(SigninError::Wrong)
}

/// Checks a name and password given by somebody at `from`. Unknown names cost as much time as known ones.
///
/// # Errors
/// `Wrong`, `SlowDown`, `Busy`.
pub async fn check(office: &Office, name: &str, password: Secret, from: IpAddr) -> Result<Person, SigninError> {
    let known = known(office, name).await?;
    attempt(office, name, from, async |office| is_password(office, known.as_ref(), password).await).await?;
    known.map(|(person, _)| person).ok_or(SigninError::Wrong)
}

/// How a program has signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// By a password that was made for it.
    Program,
    /// By the person's own.
    Own,
}

/// Checks what a program at `from` gives: a password that was made for a program, or the person's own where no second
/// factor is asked for, which a program could not give. Says by which of them it came in.
///
/// # Errors
/// `Wrong`, `SlowDown`, `Busy`.
pub async fn check_program(
    office: &Office,
    name: &str,
    password: Secret,
    from: IpAddr,
) -> Result<(Person, Way), SigninError> {
    let known = known(office, name).await?;
    let mut way = Way::Own;
    attempt(office, name, from, async |office| {
        let hash = factor::program_hash(password.reveal());
        if let Some((person, _)) = known.as_ref().filter(|(person, _)| !person.is_disabled) {
            let (who, from) = (person.id, from.to_string());
            let found = office.store.read(move |tx| {
                let may = policy::of(tx, who, Act::Programs)?.is_on();
                if may { people::app_password(tx, who, &hash) } else { Ok(None) }
            });
            if let Some(id) = found.await? {
                office.store.write(move |tx| people::note_app_password(tx, id, &from)).await?;
                way = Way::Program;
                return Ok(true);
            }
        }
        let is_right = is_password(office, known.as_ref(), password).await?;
        let person = known.as_ref().map(|(person, _)| person.clone());
        Ok(is_right && office.store.read(move |tx| person.map_or(Ok(false), |person| is_enough(tx, &person))).await?)
    })
    .await?;
    known.map(|(person, _)| (person, way)).ok_or(SigninError::Wrong)
}

/// Whether a person's own password is enough for a program: no second factor is set up, nor asked for.
fn is_enough(tx: &ReadTx<'_>, person: &Person) -> Result<bool, PeopleError> {
    Ok(!people::has_factor(tx, person.id)? && !factor::is_required(tx, person)?)
}

/// Why a program that signed in earlier may not go on; nothing where it may. Asked before each message.
///
/// # Errors
/// Where the file cannot be read.
pub async fn bars_program(office: &Office, who: PersonId, way: Way) -> Result<Option<String>, StoreError> {
    let looked = office.store.look_up(move |tx| {
        let Some(person) = people::person(tx, who)?.filter(|person| !person.is_disabled) else {
            return Ok(Some("this account is closed".to_owned()));
        };
        let act = if way == Way::Program { Act::Programs } else { Act::SecondFactor };
        let is_open = match way {
            Way::Program => policy::of(tx, who, act)?.is_on(),
            Way::Own => is_enough(tx, &person)?,
        };
        Ok::<_, PeopleError>(if is_open { None } else { Some(policy::of(tx, who, act)?.refusal().to_string()) })
    });
    Ok(looked.await?)
}

/// Whose name it is, with the password's hash.
async fn known(office: &Office, name: &str) -> Result<Option<(Person, String)>, SigninError> {
    let login = name.to_owned();
    Ok(office.store.read(move |tx| people::by_login(tx, &login)).await?)
}

/// Whether it is the password of a person who may sign in. Takes as long for nobody, and for who has none yet.
async fn is_password(office: &Office, known: Option<&(Person, String)>, password: Secret) -> Result<bool, SigninError> {
    let hash = known.map(|(_, hash)| hash.clone()).filter(|hash| !hash.is_empty());
    let is_right = office.hashing.is_right(password, hash.unwrap_or_else(|| NOBODYS_HASH.to_owned())).await?;
    Ok(is_right && known.is_some_and(|(person, _)| !person.is_disabled))
}

/// A hash that no password is known for, with the costs of real ones.
const NOBODYS_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5bm9ib2R5$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
