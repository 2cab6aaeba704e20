//! Reach: with whom a person may chat, two or few together, by the office's rules. Rooms are open to whom they let in.

use super::access::{Access, access};
use super::model::ConversationKind;
use super::{ChatError, member};
use crate::domain::policy::{self, Act, PolicyError};
use crate::domain::store::ReadTx;
use crate::kernel::id::{ConversationId, PersonId};

impl From<PolicyError> for ChatError {
    fn from(error: PolicyError) -> Self {
        match error {
            PolicyError::Barred(words) => Self::Barred(words),
            other => Self::Store(other.into()),
        }
    }
}

/// Lets nobody through who may not chat with the others here.
pub(super) fn in_reach(tx: &ReadTx<'_>, who: PersonId, access: &Access) -> Result<(), ChatError> {
    if matches!(access.kind, ConversationKind::Public | ConversationKind::Private) {
        return Ok(());
    }
    // Nearly every office has no such rule: then nobody is looked for.
    if !policy::has_rules(tx, Act::ChatWith)? {
        return Ok(());
    }
    Ok(policy::talk(tx, who, member::member_ids(tx, access.conversation)?)?)
}

/// Why a person may say nothing more to the others here, by the office's rules; nothing where the person may.
///
/// # Errors
/// `NoConversation`.
pub fn barred(tx: &ReadTx<'_>, who: PersonId, id: ConversationId) -> Result<Option<String>, ChatError> {
    match in_reach(tx, who, &access(tx, who, id)?) {
        Ok(()) => Ok(None),
        Err(ChatError::Barred(words)) => Ok(Some(words)),
        Err(error) => Err(error),
    }
}
