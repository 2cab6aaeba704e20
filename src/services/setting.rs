//! Settings as those set them who run the office: what changes is written down in the audit.

use crate::domain::audit::{self, Act, Actor};
use crate::domain::settings::{self, Setting, SettingError};
use crate::domain::store::WriteTx;

/// Sets a setting, and writes down how it was where that is another value.
///
/// # Errors
/// `Value` where the value is not of the setting's kind.
pub fn set(tx: &WriteTx<'_>, actor: &Actor, setting: Setting, value: &str) -> Result<(), SettingError> {
    let before = settings::get(tx, setting)?;
    settings::set(tx, setting, value)?;
    if before != value {
        audit::note(tx, actor, Act { act: "setting", subject: setting.key, before: &before, after: value })?;
    }
    Ok(())
}
