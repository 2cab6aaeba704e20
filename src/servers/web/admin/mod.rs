//! What administrators see and set. Everybody else is refused at every address below `/admin`.

pub mod audit;
pub mod backups;
pub mod brand;
pub mod chat;
pub mod dns;
pub mod domains;
pub mod export;
pub mod feed_form;
pub mod feeds;
pub mod groups;
pub mod log;
pub mod office_log;
pub mod online;
pub mod overview;
pub mod people;
pub mod policies;
pub mod queue;
pub mod trace;
pub mod usage;

use super::chat::post::refusal;
use super::error::WebError;
use super::form::FieldError;
use super::settings::Tab;
use crate::domain::chat::ChatError;
use crate::domain::people::Session;
use crate::domain::quotes::SetUpError;
use crate::domain::settings::SettingError;
use crate::domain::store::StoreError;
use crate::kernel::text::sentence;

/// Lets nobody through but administrators.
pub fn open_to(session: &Session) -> Result<(), WebError> {
    if session.person.role.runs_office() { Ok(()) } else { Err(WebError::Forbidden) }
}

/// The pages of the administration, the one at `here` marked.
pub fn tabs(here: &str) -> Vec<Tab> {
    let all = [
        ("Overview", "/admin", "admin"),
        ("People", "/admin/people", "people"),
        ("Groups", "/admin/groups", "label"),
        ("Policies", "/admin/policies", "lock"),
        ("Brand", "/admin/brand", "brand"),
        ("Chat", "/admin/chat", "chat"),
        ("Rooms and things", "/admin/rooms", "door"),
        ("Quote feeds", "/admin/feeds", "quotes"),
        ("Who is here", "/admin/online", "person"),
        ("Mail domains", "/admin/domains", "mail"),
        ("DNS", "/admin/dns", "link"),
        ("Mail queue", "/admin/queue", "queue"),
        ("Where is my message", "/admin/trace", "search"),
        ("Usage", "/admin/usage", "usage"),
        ("Log", "/admin/log", "list"),
        ("Moderation log", "/admin/chat/log", "log"),
        ("Legal export", "/admin/chat/export", "download"),
        ("Backups", "/admin/backups", "backup"),
        ("Audit", "/admin/audit", "shield"),
    ];
    all.into_iter().map(|(name, href, icon)| Tab { name, href, icon, is_here: href == here }).collect()
}

/// Why a form was not taken.
pub enum Refused {
    /// What the sender can put right.
    Field(FieldError),
    /// Anything else.
    Web(WebError),
}

impl Refused {
    /// What the sender can put right, at the field where it is wrong.
    pub fn at(self, field: &str) -> Result<FieldError, WebError> {
        match self {
            Self::Field(error) if error.field.is_empty() || error.field == "say" => {
                Ok(FieldError::new(field, error.sentence))
            }
            Self::Field(error) => Ok(error),
            Self::Web(error) => Err(error),
        }
    }
}

impl From<WebError> for Refused {
    fn from(error: WebError) -> Self {
        Self::Web(error)
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Web(error.into())
    }
}

impl From<ChatError> for Refused {
    fn from(error: ChatError) -> Self {
        refusal(error).map_or_else(Self::Web, Self::Field)
    }
}

impl From<SetUpError> for Refused {
    fn from(error: SetUpError) -> Self {
        match error {
            SetUpError::Field(field, words) => Self::Field(FieldError::new(field, sentence(&words))),
            other => Self::Web(other.into()),
        }
    }
}

impl From<SettingError> for Refused {
    fn from(error: SettingError) -> Self {
        match error {
            SettingError::Value { wanted, .. } => Self::Field(FieldError::new("", format!("This takes {wanted}."))),
            SettingError::Store(error) => error.into(),
        }
    }
}
