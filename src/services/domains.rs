//! Mail domains as those run them who run the office: each deed is written down in the audit.

use crate::domain::audit::{self, Act, Actor};
use crate::domain::people::{self, PeopleError};
use crate::domain::settings::{self, SettingError};
use crate::domain::store::{StoreError, WriteTx};

/// Why a deed was refused.
#[derive(Debug, Clone, thiserror::Error)]
pub enum DomainError {
    /// The domain.
    #[error(transparent)]
    People(#[from] PeopleError),
    /// The footer.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// The file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes a name a mail domain of the office.
///
/// # Errors
/// `NoDomain` where it is none.
pub fn add(tx: &WriteTx<'_>, actor: &Actor, name: &str) -> Result<(), PeopleError> {
    people::add_domain(tx, name)?;
    audit::note(tx, actor, Act { act: "domain.add", subject: name.trim(), before: "", after: "" })?;
    Ok(())
}

/// Has new addresses lie in a domain.
///
/// # Errors
/// `NoDomain`.
pub fn set_first(tx: &WriteTx<'_>, actor: &Actor, name: &str) -> Result<(), PeopleError> {
    let before = people::primary_domain(tx)?.unwrap_or_default();
    people::set_primary_domain(tx, name)?;
    if before != name {
        let (before, after) = (format!("first: {before}"), format!("first: {name}"));
        audit::note(tx, actor, Act { act: "domain.change", subject: name, before: &before, after: &after })?;
    }
    Ok(())
}

/// Gives mail of a domain a footer of its own, or the company's again where it is empty.
///
/// # Errors
/// `NoDomain`; `Value` where it is longer than it may be.
pub fn set_footer(tx: &WriteTx<'_>, actor: &Actor, name: &str, footer: &str) -> Result<(), DomainError> {
    if !people::domains(tx)?.iter().any(|one| one == name) {
        return Err(PeopleError::NoDomain.into());
    }
    let told = |footer: Option<&String>| footer.map_or_else(|| "the company’s footer".to_owned(), Clone::clone);
    let before = told(settings::brand(tx)?.mail_footers.get(name));
    settings::set_domain_footer(tx, name, footer.trim())?;
    let after = told(settings::brand(tx)?.mail_footers.get(name));
    if before != after {
        audit::note(tx, actor, Act { act: "domain.change", subject: name, before: &before, after: &after })?;
    }
    Ok(())
}

/// Takes no more mail for a domain.
///
/// # Errors
/// `NoDomain`; `NotAllowed` where addresses lie in it.
pub fn remove(tx: &WriteTx<'_>, actor: &Actor, name: &str) -> Result<(), DomainError> {
    people::remove_domain(tx, name)?;
    settings::set_domain_footer(tx, name, "")?;
    audit::note(tx, actor, Act { act: "domain.remove", subject: name, before: "a mail domain", after: "" })?;
    Ok(())
}
