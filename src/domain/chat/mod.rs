//! Chat: conversations, who is in them, the messages said in them, and how far each person has read.
//!
//! Owns `chat_*`. Asks `people` who is who. Emits `ChatSaid`, `ChatChanged` and `ConversationChanged` to a
//! conversation, `ChatRead` and `ConversationsChanged` to a person.
//! Not here: who is on line (`presence`), what a text looks like (`format::html`), the stream (`servers/web`).

mod access;
mod conversation;
mod error;
mod list;
mod log;
mod member;
mod model;
mod notice;
mod own;
mod ping;
mod say;
#[cfg(test)]
mod tests;
mod text;
mod told;

pub use access::{Access, access};
pub use conversation::{conversation, direct, make_group, make_room};
pub use error::{ChatError, TextProblem};
pub use list::{conversation_ids, conversations, rooms_to_join, unread};
pub use log::{log, message, thread};
pub use member::{HistoryFrom, invite, join, leave, member_ids, members};
pub use model::{
    ChatFile, Conversation, ConversationKind, Level, Listed, Member, Message, MessageKind, NewMessage, NewRoom, Page,
    Quoted, Reaction, Role, RoomListing, Said, Window,
};
pub use own::{mark_all_read, mark_delivered, mark_read};
pub use ping::rings;
pub use say::say;
pub use text::clean;
pub use told::{Waiting, mark_told, waiting};
