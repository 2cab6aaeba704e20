//! Chat: conversations, who is in them, the messages said in them, and how far each person has read.
//!
//! Owns `chat_*`. Asks `people` who is who. Emits `ChatSaid`, `ChatChanged` and `ConversationChanged` to a
//! conversation, `ChatRead` and `ConversationsChanged` to a person.
//! Not here: who is on line (`presence`), what a text looks like (`format::html`), the stream (`servers/web`).

mod access;
mod change;
mod check;
mod conversation;
#[cfg(test)]
mod deed_tests;
mod delete;
mod error;
mod file;
mod hook;
mod index;
mod keep;
mod keeper;
mod list;
mod log;
mod mark;
mod member;
mod model;
mod notice;
mod office;
mod own;
mod ping;
mod poll;
mod query;
mod reach;
mod report;
mod say;
mod search;
#[cfg(test)]
mod search_tests;
#[cfg(test)]
mod tests;
mod text;

pub use access::{Access, access};
pub use change::{edit, react};
pub use check::check_chat;
pub use conversation::{conversation, direct, make_group, make_room};
pub use delete::{delete, empty_deleted, may_undelete, undelete};
pub use error::{ChatError, TextProblem};
pub use file::{NewFile, SaidFile, attach, detach, file, files, preview, prune_files};
pub use hook::{Hook, hooks, make_hook, revoke_hook, say_by_hook};
pub use index::{index, lag};
pub use keep::{LegalFilter, LegalPart, export, legal_export, prune};
pub use keeper::{
    Act, LogEntry, Rules, archive, ban, banned, kick, log_of, mute, rename, set_role, set_rules, set_topic, unban,
    unmute,
};
pub use list::{conversations, followed, rooms_to_join, unread};
pub use log::{log, message, newest, thread};
pub use mark::{pin, pins, star, starred, unpin, unstar};
pub use member::{HistoryFrom, invite, invite_everybody, join, leave, members};
pub use model::{
    ChatFile, Choice, Conversation, ConversationKind, Followed, Level, Listed, Member, Message, MessageKind,
    NewMessage, NewRoom, Page, Quoted, Reaction, Role, RoomListing, Said, Window,
};
pub use office::{
    Announcement, OfficeLine, OfficeLogFilter, OfficeRoom, announce, announcement, log_of_office, outdated,
    rooms_of_office, seat, welcome,
};
pub use own::{
    Waiting, draft, hide, mark_all_read, mark_delivered, mark_read, mark_told, readers, save_draft, set_favourite,
    set_level, waiting,
};
pub use ping::rings;
pub use poll::{NewPoll, ask, vote};
pub use query::ChatQuery;
pub use reach::barred;
pub use report::report;
pub use say::{counterpart, remind, say, say_by_rule};
pub use search::{Hit, Hits, search};
pub use text::clean;
