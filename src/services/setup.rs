//! Setting the office up: its name, its domain, the first administrator; and making accounts.

use crate::domain::calendar::{self, CalendarError};
use crate::domain::chat::ChatError;
use crate::domain::mail;
use crate::domain::mail::MailError;
use crate::domain::people::{self, NewPerson, PeopleError, Role};
use crate::domain::settings::{self, SettingError};
use crate::domain::store::{ReadTx, StoreError, WriteTx};
use crate::kernel::id::PersonId;
use crate::kernel::secret::{self, Secret};
use crate::kernel::text;
use crate::services::announce;
use crate::services::office::Office;
use crate::services::signin::SigninError;

/// What is asked at the first start.
#[derive(Debug, Clone)]
pub struct NewOffice {
    /// The mail domain.
    pub domain: String,
    /// The company's name.
    pub company: String,
    /// The first administrator.
    pub admin: NewAccount,
}

/// An account to be made.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// The name to sign in with.
    pub name: String,
    /// The name that others read; the name itself where it is empty.
    pub full_name: String,
    /// What the person may do.
    pub role: Role,
    /// The password.
    pub password: Secret,
}

/// The fields of the forms that make accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The mail domain.
    Domain,
    /// The company's name.
    Company,
    /// The name to sign in with.
    Name,
    /// The password.
    Password,
}

/// Why the office was not set up, or an account not made.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SetupError {
    /// A field is wrong.
    #[error("{1}")]
    Field(Field, String),
    /// It is set up already.
    #[error("the office is set up already")]
    Done,
    /// Too many are signing in at this moment.
    #[error("too many people are signing in at this moment")]
    Busy,
    /// The file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl SetupError {
    /// Something wrong with the person who is to have an account.
    #[must_use]
    pub const fn person(sentence: String) -> Self {
        Self::Field(Field::Name, sentence)
    }
}

impl From<SigninError> for SetupError {
    fn from(error: SigninError) -> Self {
        match error {
            SigninError::Store(error) => Self::Store(error),
            SigninError::Wrong | SigninError::SlowDown { .. } | SigninError::Busy => Self::Busy,
        }
    }
}

impl From<PeopleError> for SetupError {
    fn from(error: PeopleError) -> Self {
        match error {
            PeopleError::Store(error) => Self::Store(error),
            PeopleError::NoDomain => Self::Field(Field::Domain, "a domain looks like example.com".to_owned()),
            other => Self::person(other.to_string()),
        }
    }
}

impl From<CalendarError> for SetupError {
    fn from(error: CalendarError) -> Self {
        Self::Store(error.into())
    }
}

impl From<MailError> for SetupError {
    fn from(error: MailError) -> Self {
        Self::Store(error.into())
    }
}

impl From<ChatError> for SetupError {
    fn from(error: ChatError) -> Self {
        Self::Store(error.into())
    }
}

impl From<SettingError> for SetupError {
    fn from(error: SettingError) -> Self {
        match error {
            SettingError::Store(error) => Self::Store(error),
            SettingError::Value { .. } => Self::Field(Field::Company, error.to_string()),
        }
    }
}

/// What is left to do once the office is there. Each step can be passed over, left, and come back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Colour and logo.
    Look,
    /// Where the office is reached, and by which certificate.
    Doors,
    /// Who else works here.
    People,
    /// What the Domain Name System is to say.
    Names,
}

impl Step {
    /// All of them, in their order.
    pub const ALL: [Self; 4] = [Self::Look, Self::Doors, Self::People, Self::Names];

    /// Its name in forms and in the file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Look => "look",
            Self::Doors => "doors",
            Self::People => "people",
            Self::Names => "names",
        }
    }

    /// The step of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.name() == name)
    }
}

/// The steps that nobody has taken yet.
///
/// # Errors
/// Where the file cannot be read.
pub fn left(tx: &ReadTx<'_>) -> Result<Vec<Step>, StoreError> {
    Ok(settings::get(tx, settings::SETUP_LEFT)?.split(' ').filter_map(Step::named).collect())
}

/// Notes that a step was taken, or passed over. Returns what is left.
///
/// # Errors
/// Where the file cannot be written.
pub fn take(tx: &WriteTx<'_>, step: Step) -> Result<Vec<Step>, SettingError> {
    let mut left = left(tx)?;
    left.retain(|one| *one != step);
    keep_left(tx, &left)?;
    Ok(left)
}

fn keep_left(tx: &WriteTx<'_>, left: &[Step]) -> Result<(), SettingError> {
    let names: Vec<_> = left.iter().map(|step| step.name()).collect();
    settings::set(tx, settings::SETUP_LEFT, &names.join(" "))
}

/// Most characters of a name that others read.
pub(super) const FULL_NAME: usize = 120;
/// Fewest characters of a password.
pub const PASSWORD_CHARS: usize = 10;

/// The one-time code that opens the set-up page; made at the first call, `None` once the office is set up.
///
/// # Errors
/// Where the file cannot be written.
pub async fn code(office: &Office) -> Result<Option<String>, SetupError> {
    let asked = office.store.write(|tx| {
        if people::any_admin(tx)? {
            return Ok(None);
        }
        let kept = settings::get(tx, settings::SETUP_CODE)?;
        if !kept.is_empty() {
            return Ok(Some(kept));
        }
        let code = secret::token();
        settings::set(tx, settings::SETUP_CODE, &code)?;
        Ok(Some(code))
    });
    asked.await
}

/// Sets the office up. Returns its first administrator.
///
/// # Errors
/// `Field` with a sentence for the person, `Done` where it is set up already.
pub async fn set_up(office: &Office, new: NewOffice) -> Result<PersonId, SetupError> {
    let company = text::one_line(&new.company);
    if company.is_empty() || company.chars().count() > 80 {
        return Err(SetupError::Field(Field::Company, "a company's name has 1 to 80 characters".to_owned()));
    }
    let admin = prepared(office, NewAccount { role: Role::Owner, ..new.admin }).await?;
    let domain = new.domain;
    let done = office.store.write(move |tx| {
        if people::any_admin(tx)? {
            return Err(SetupError::Done);
        }
        people::add_domain(tx, &domain)?;
        settings::set(tx, settings::COMPANY, &company)?;
        settings::set(tx, settings::SETUP_CODE, "")?;
        keep_left(tx, &Step::ALL)?;
        add(tx, &admin)
    });
    done.await
}

/// Makes an account with its mailbox.
///
/// # Errors
/// `Field` with a sentence for the person.
pub async fn add_account(office: &Office, new: NewAccount) -> Result<PersonId, SetupError> {
    let person = prepared(office, new).await?;
    office.store.write(move |tx| add(tx, &person)).await
}

/// Gives a person another password, and ends all of the person's sessions.
///
/// # Errors
/// `Field` with a sentence for the person.
pub async fn change_password(office: &Office, who: PersonId, password: Secret) -> Result<(), SetupError> {
    let hash = checked_hash(office, password).await?;
    office.store.write(move |tx| Ok(people::change_password(tx, who, &hash)?)).await
}

pub(super) fn add(tx: &mut WriteTx<'_>, person: &NewPerson) -> Result<PersonId, SetupError> {
    let id = people::add_person(tx, person)?;
    mail::make_mailbox(tx, id)?;
    calendar::open_calendar(tx, id)?;
    announce::settle_in(tx, id)?;
    Ok(id)
}

async fn prepared(office: &Office, new: NewAccount) -> Result<NewPerson, SetupError> {
    let password = checked_hash(office, new.password).await?;
    Ok(NewPerson { full_name: full_name(&new.full_name, &new.name), name: new.name, role: new.role, password })
}

/// The name that others read, as it is kept; the name to sign in with where none was typed.
pub(super) fn full_name(typed: &str, name: &str) -> String {
    let full_name = text::cut(&text::name_line(typed), FULL_NAME);
    if full_name.is_empty() { name.trim().to_owned() } else { full_name }
}

/// The hash of a password that will do.
///
/// # Errors
/// `Field` with a sentence for the person, `Busy`.
pub(super) async fn checked_hash(office: &Office, password: Secret) -> Result<String, SetupError> {
    let length = password.reveal().chars().count();
    if !(PASSWORD_CHARS..=512).contains(&length) {
        let sentence = format!("a password has at least {PASSWORD_CHARS} characters");
        return Err(SetupError::Field(Field::Password, sentence));
    }
    Ok(office.hashing.hash(password).await?)
}
