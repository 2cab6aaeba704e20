//! Asking for an account: a stranger asks where the office lets strangers ask, and an administrator decides.

use crate::domain::audit::{self, Act, Actor};
use crate::domain::people::{self, NewRegistration, PeopleError};
use crate::domain::settings;
use crate::domain::store::{ReadTx, StoreError, WriteTx};
use crate::kernel::id::{PersonId, RegistrationId};
use crate::kernel::secret::Secret;
use crate::kernel::text;
use crate::services::accounts::{Invited, make};
use crate::services::office::Office;
use crate::services::setup::{SetupError, checked_hash, full_name};

/// Longest word to who decides.
const WORDS: usize = 300;

/// What a stranger types.
#[derive(Debug, Clone)]
pub struct Wish {
    /// The name to sign in with.
    pub name: String,
    /// The name that others read.
    pub full_name: String,
    /// The password.
    pub password: Secret,
    /// What the person says to who decides.
    pub words: String,
    /// Where the person asks from.
    pub origin: String,
}

/// Whether strangers may ask.
///
/// # Errors
/// Where the file cannot be read.
pub fn is_open(tx: &ReadTx<'_>) -> Result<bool, StoreError> {
    Ok(settings::get(tx, settings::REGISTRATION)? == "ask")
}

/// Keeps what a stranger asks for. Whether the name is taken is not told.
///
/// # Errors
/// `Done` where strangers may not ask; `Field` with a sentence; `Busy`.
pub async fn ask(office: &Office, wish: Wish) -> Result<(), SetupError> {
    // All that can be refused is, before a hash is reckoned: strangers shall not keep others from signing in.
    let (name, origin) = (wish.name.clone(), wish.origin.clone());
    let read = office.store.read(move |tx| {
        if !is_open(tx)? {
            return Err(SetupError::Done);
        }
        people::may_register(tx, &name, &origin)?;
        Ok(())
    });
    read.await?;
    let new = NewRegistration {
        full_name: full_name(&wish.full_name, &wish.name),
        name: wish.name,
        password: checked_hash(office, wish.password).await?,
        words: text::cut(&text::one_line(&wish.words), WORDS),
        origin: wish.origin,
    };
    let kept = office.store.write(move |tx| {
        if !is_open(tx)? {
            return Err(SetupError::Done);
        }
        Ok(people::register(tx, &new)?)
    });
    kept.await.map(drop)
}

/// Makes the account that somebody asked for.
///
/// # Errors
/// `Field` where the name is taken: whoever asked waits on then. `Field` too where nobody waits under this number.
pub fn admit(tx: &mut WriteTx<'_>, actor: &Actor, id: RegistrationId) -> Result<PersonId, SetupError> {
    let asked = people::take_registration(tx, id)?.asked;
    let new = Invited { name: asked.name, full_name: asked.full_name, ..Invited::default() };
    make(tx, actor, &new, asked.password)
}

/// Turns away who asked for an account. Nobody is told.
///
/// # Errors
/// `NoPerson` where nobody waits under this number.
pub fn refuse(tx: &WriteTx<'_>, actor: &Actor, id: RegistrationId) -> Result<(), PeopleError> {
    let asked = people::take_registration(tx, id)?.asked;
    let subject = format!("{} ({})", asked.full_name, asked.name);
    audit::note(tx, actor, Act { act: "person.refuse", subject: &subject, before: &asked.origin, after: "" })?;
    Ok(())
}
