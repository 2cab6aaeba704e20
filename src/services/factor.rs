//! The second factor and the passwords of programs: making them, and asking for them.

use crate::domain::people::{self, PeopleError, Person, Role};
use crate::domain::policy::{self, Act, PolicyError};
use crate::domain::store::{ReadTx, StoreError, WriteTx};
use crate::format::totp;
use crate::kernel::id::PersonId;
use crate::kernel::secret::{self, sha256};
use crate::kernel::text;
use crate::services::office::Office;
use crate::services::signin::{SigninError, attempt};
use std::net::IpAddr;

/// Words on paper that are made at once.
const RECOVERY: usize = 10;
/// Passwords of programs that one person may have.
const MOST: usize = 50;
/// Characters of a program's name.
const NAME: usize = 60;

/// Whether the office's rules ask this person for a second factor.
///
/// # Errors
/// Where the file cannot be read.
pub fn is_required(tx: &ReadTx<'_>, person: &Person) -> Result<bool, StoreError> {
    Ok(match policy::of(tx, person.id, Act::SecondFactor)?.value.as_str() {
        "optional" => false,
        "admins" => person.role >= Role::Admin,
        _ => true,
    })
}

/// Makes a secret that is yet to be confirmed, or gives the one that waits to be.
///
/// # Errors
/// `NotAllowed` where there is a confirmed one: it is shown to nobody again.
pub fn begin(tx: &WriteTx<'_>, who: PersonId) -> Result<Vec<u8>, PeopleError> {
    match people::factor(tx, who)? {
        Some(factor) if factor.is_confirmed => return Err(PeopleError::NotAllowed("there is a second factor already")),
        Some(factor) => return Ok(factor.secret),
        None => {}
    }
    let fresh = secret::random::<{ totp::SECRET }>();
    people::begin_factor(tx, who, &fresh)?;
    Ok(fresh.to_vec())
}

/// Takes the first digits of a device. Gives the words for paper, which are told this once; nothing where the digits are
/// not right.
///
/// # Errors
/// Where the file cannot be written.
pub fn confirm(tx: &WriteTx<'_>, who: PersonId, given: &str) -> Result<Option<Vec<String>>, PeopleError> {
    let Some(factor) = people::factor(tx, who)?.filter(|factor| !factor.is_confirmed) else { return Ok(None) };
    let Some(step) = totp::step_of(&factor.secret, &only_digits(given), tx.now(), 0) else { return Ok(None) };
    let words = recovery_words();
    people::confirm_factor(tx, who, step, &hashes(&words))?;
    Ok(Some(words))
}

/// Makes other words for paper; the old ones work no more.
///
/// # Errors
/// Where the file cannot be written.
pub fn renew_recovery(tx: &WriteTx<'_>, who: PersonId) -> Result<Vec<String>, PeopleError> {
    let words = recovery_words();
    people::keep_recovery(tx, who, &hashes(&words))?;
    Ok(words)
}

/// `abcd-efgh-ijkl-mnop`: 80 bits that nobody guesses.
fn word() -> String {
    let letters = totp::base32(&secret::random::<10>()).to_lowercase();
    let parts: Vec<&str> = (0..4).map(|part| &letters[part * 4..part * 4 + 4]).collect();
    parts.join("-")
}

fn recovery_words() -> Vec<String> {
    std::iter::repeat_with(word).take(RECOVERY).collect()
}

fn hashes(words: &[String]) -> Vec<[u8; 32]> {
    words.iter().map(|word| hash(word)).collect()
}

/// The hash of a word however it is typed.
fn hash(word: &str) -> [u8; 32] {
    let plain: String = word.chars().filter(char::is_ascii_alphanumeric).collect();
    sha256(plain.to_lowercase().as_bytes())
}

fn only_digits(given: &str) -> String {
    given.chars().filter(char::is_ascii_digit).take(10).collect()
}

/// Asks for the second factor of who has just shown the password: digits of the device, or a word on paper. Each is taken
/// once, and guessing is slowed down.
///
/// # Errors
/// `Wrong`, `SlowDown`, `Busy`.
pub async fn check(office: &Office, who: PersonId, given: &str, from: IpAddr) -> Result<(), SigninError> {
    let given = given.to_owned();
    attempt(office, &format!("code of {who}"), from, async move |office| {
        let used = office.store.write(move |tx| {
            let digits = only_digits(&given);
            let Some(factor) = people::factor(tx, who)?.filter(|factor| factor.is_confirmed) else { return Ok(false) };
            match totp::step_of(&factor.secret, &digits, tx.now(), factor.last_step) {
                Some(step) => people::use_step(tx, who, step),
                None => people::use_recovery(tx, who, &hash(&given)),
            }
        });
        Ok(used.await.map_err(StoreError::from)?)
    })
    .await
}

/// Why no password was made for a program.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ProgramError {
    /// The program has no name.
    #[error("name the program or the device")]
    Nameless,
    /// A rule of the office bars it; the words say which.
    #[error("{0}")]
    Barred(String),
    /// There are many already.
    #[error("there are {MOST} already: revoke one first")]
    TooMany,
    /// The file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<PolicyError> for ProgramError {
    fn from(error: PolicyError) -> Self {
        match error {
            PolicyError::Barred(words) => Self::Barred(words),
            other => Self::Store(other.into()),
        }
    }
}

impl From<PeopleError> for ProgramError {
    fn from(error: PeopleError) -> Self {
        Self::Store(error.into())
    }
}

/// Makes a password for a program. It is told this once.
///
/// # Errors
/// `Barred`, `Nameless`, `TooMany`.
pub fn add_program(tx: &WriteTx<'_>, who: PersonId, name: &str) -> Result<String, ProgramError> {
    policy::allow(tx, who, Act::Programs)?;
    let name = text::cut(&text::one_line(name), NAME);
    if name.is_empty() {
        return Err(ProgramError::Nameless);
    }
    if people::app_passwords(tx, who)?.len() >= MOST {
        return Err(ProgramError::TooMany);
    }
    let word = word();
    people::add_app_password(tx, who, &name, &hash(&word))?;
    Ok(word)
}

/// The hash under which the password of a program is known.
pub(super) fn program_hash(given: &str) -> [u8; 32] {
    hash(given)
}
