//! The shapes of `chat`.

use crate::domain::people::Person;
use crate::kernel::clock::Moment;
use crate::kernel::id::{ChatFileId, ChatMessageId, ConversationId, PersonId};

/// What a conversation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConversationKind {
    /// Two people, or one with themselves; there is one of it for ever.
    Direct,
    /// Some people, without roles.
    Group,
    /// A room that everybody may look into and join.
    Public,
    /// A room that only those in it know of.
    Private,
}

impl ConversationKind {
    pub(super) const fn to_row(self) -> i64 {
        match self {
            Self::Direct => 0,
            Self::Group => 1,
            Self::Public => 2,
            Self::Private => 3,
        }
    }

    pub(super) const fn from_row(row: i64) -> Self {
        match row {
            0 => Self::Direct,
            1 => Self::Group,
            2 => Self::Public,
            _ => Self::Private,
        }
    }

    /// Whether it is a room: named, with roles.
    #[must_use]
    pub const fn is_room(self) -> bool {
        matches!(self, Self::Public | Self::Private)
    }
}

/// What a member may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Talks.
    Member,
    /// Keeps order as well.
    Moderator,
    /// Gives roles as well.
    Owner,
}

impl Role {
    pub(super) const fn to_row(self) -> i64 {
        match self {
            Self::Member => 0,
            Self::Moderator => 1,
            Self::Owner => 2,
        }
    }

    pub(super) const fn from_row(row: i64) -> Self {
        match row {
            0 => Self::Member,
            1 => Self::Moderator,
            _ => Self::Owner,
        }
    }
}

/// What a person wants to be told of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Everything said.
    All,
    /// What is said to them.
    Mentions,
    /// Nothing.
    Nothing,
}

impl Level {
    pub(super) const fn to_row(self) -> i64 {
        match self {
            Self::All => 0,
            Self::Mentions => 1,
            Self::Nothing => 2,
        }
    }

    pub(super) const fn from_row(row: i64) -> Self {
        match row {
            0 => Self::All,
            1 => Self::Mentions,
            _ => Self::Nothing,
        }
    }
}

/// What a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MessageKind {
    /// Something said.
    Text,
    /// Something done, told in the third person: `/me`.
    Action,
    /// What the office says of the conversation itself.
    Notice,
    /// A thing of another module, shown as a card.
    Card,
    /// A question with choices.
    Poll,
}

impl MessageKind {
    pub(super) const fn to_row(self) -> i64 {
        match self {
            Self::Text => 0,
            Self::Action => 1,
            Self::Notice => 2,
            Self::Card => 3,
            Self::Poll => 4,
        }
    }

    pub(super) const fn from_row(row: i64) -> Self {
        match row {
            1 => Self::Action,
            2 => Self::Notice,
            3 => Self::Card,
            4 => Self::Poll,
            _ => Self::Text,
        }
    }
}

/// A conversation in a person's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The conversation.
    pub id: ConversationId,
    /// What it is.
    pub kind: ConversationKind,
    /// What this person calls it.
    pub title: String,
    /// The other one of two.
    pub with: Option<PersonId>,
    /// What it is about.
    pub topic: String,
    /// Number of its newest message; zero before the first.
    pub last: i64,
    /// Number of the last message read.
    pub read: i64,
    /// Messages not read.
    pub unread: i64,
    /// Those of them said to this person; between two, all.
    pub pings: i64,
    /// What this person wants to be told.
    pub level: Level,
    /// Whether it stands first.
    pub is_favourite: bool,
    /// Whether it is closed.
    pub is_archived: bool,
    /// When the newest message was said.
    pub last_at: Option<Moment>,
}

/// A conversation as a device that listens to it needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Followed {
    /// The conversation.
    pub id: ConversationId,
    /// What the person wants to be told.
    pub level: Level,
    /// Number of the oldest message that the person may see.
    pub first: i64,
}

/// A public room that one might join.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomListing {
    /// The room.
    pub id: ConversationId,
    /// Its name.
    pub name: String,
    /// What it is about.
    pub topic: String,
    /// How many people are in it.
    pub members: i64,
    /// When something was last said.
    pub last_at: Option<Moment>,
}

/// A conversation as one person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    /// The conversation.
    pub id: ConversationId,
    /// What it is.
    pub kind: ConversationKind,
    /// What this person calls it.
    pub title: String,
    /// A room's or group's own name; empty where it has none.
    pub name: String,
    /// The other one of two.
    pub with: Option<PersonId>,
    /// What it is about.
    pub topic: String,
    /// Who made it.
    pub made_by: Option<PersonId>,
    /// When it was made.
    pub made_at: Moment,
    /// Number of the oldest message this person may see.
    pub first: i64,
    /// Number of the newest message; zero before the first.
    pub last: i64,
    /// When the newest message was said.
    pub last_at: Option<Moment>,
    /// Number of the last message read.
    pub read: i64,
    /// Messages not read.
    pub unread: i64,
    /// Whether the person is in it.
    pub is_member: bool,
    /// What the person may do in it.
    pub role: Role,
    /// Whether the person may speak now.
    pub may_say: bool,
    /// Whether the person may not speak for a while.
    pub is_muted: bool,
    /// Whether it is closed.
    pub is_archived: bool,
    /// What the person wants to be told.
    pub level: Level,
    /// Whether it stands first.
    pub is_favourite: bool,
    /// Seconds a member waits between two messages; zero for none.
    pub slow: i64,
    /// Least role that may speak.
    pub says: Role,
    /// Days that messages are kept; zero for as long as the office keeps them.
    pub keeps_days: i64,
}

/// Somebody in a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub person: Person,
    /// What they may do.
    pub role: Role,
    /// Whether they may not speak for a while.
    pub is_muted: bool,
    /// Number of the last message they read.
    pub read: i64,
    /// Number of the last message that reached a device of theirs.
    pub delivered: i64,
}

/// A message as one person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The message.
    pub id: ChatMessageId,
    /// Where it was said.
    pub conversation: ConversationId,
    /// Its place in the order that is the same for everybody, from 1.
    pub number: i64,
    /// The office's revision when it last changed.
    pub revision: i64,
    /// Who said it; nobody where the person is gone.
    pub said_by: Option<PersonId>,
    /// The sayer's full name.
    pub name: String,
    /// The sayer's first address.
    pub address: String,
    /// The mark of the sayer's picture; empty for none.
    pub portrait: String,
    /// What it is.
    pub kind: MessageKind,
    /// What was said; empty once deleted.
    pub text: String,
    /// When.
    pub said_at: Moment,
    /// When it was last edited.
    pub edited_at: Option<Moment>,
    /// Whether it was taken back.
    pub is_deleted: bool,
    /// The sayer's program's own name for it; may be empty.
    pub client_id: String,
    /// What it quotes.
    pub answers: Option<Quoted>,
    /// The message it hangs under.
    pub thread: Option<ChatMessageId>,
    /// Messages that hang under it.
    pub replies: i64,
    /// When the last of those was said.
    pub last_reply_at: Option<Moment>,
    /// Whom it speaks to by name, and whose thread it continues.
    pub pings: Vec<PersonId>,
    /// Whether it speaks to everybody.
    pub pings_all: bool,
    /// What was put under it.
    pub reactions: Vec<Reaction>,
    /// What came with it.
    pub files: Vec<ChatFile>,
    /// What one may vote for, in a poll.
    pub choices: Vec<Choice>,
    /// Whether it is pinned for all.
    pub is_pinned: bool,
    /// Whether this person starred it.
    pub is_starred: bool,
    /// Whether it was said in another name than the sayer's own: the office's, or, by nobody, a program's.
    pub is_spoken_for: bool,
}

/// What a message quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quoted {
    /// The quoted message.
    pub id: ChatMessageId,
    /// Who said it.
    pub name: String,
    /// Its first words; empty where it was taken back.
    pub text: String,
}

/// An emoji under a message, and who put it there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reaction {
    /// The emoji.
    pub emoji: String,
    /// Who, first come first.
    pub people: Vec<PersonId>,
}

/// One choice of a poll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Its place among the choices, from 1, which names it.
    pub position: i64,
    /// What it says.
    pub text: String,
    /// Who is for it.
    pub people: Vec<PersonId>,
}

/// A file that came with a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatFile {
    /// The file.
    pub id: ChatFileId,
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its bytes.
    pub size: i64,
    /// Its width in pixels; zero for what is no picture.
    pub width: i64,
    /// Its height in pixels; zero for what is no picture.
    pub height: i64,
    /// Whether the picture is kept small as well.
    pub has_preview: bool,
    /// How many seconds it sounds; zero for what does not, or does not say.
    pub seconds: i64,
}

/// Part of a log, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its messages.
    pub messages: Vec<Message>,
    /// Whether there are older ones.
    pub has_older: bool,
    /// Whether there are newer ones.
    pub has_newer: bool,
}

/// Which part of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// The newest.
    Newest,
    /// Those before a number.
    Before(i64),
    /// Those after a number.
    After(i64),
    /// Those around a number.
    Around(i64),
}

/// A message to be said.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// Where.
    pub to: ConversationId,
    /// What.
    pub text: String,
    /// The sayer's program's own name for it: said twice, it is one message. Empty for none. Names that rise with time
    /// are cheapest to keep.
    pub client_id: String,
    /// What it quotes.
    pub answers: Option<ChatMessageId>,
    /// What it hangs under.
    pub thread: Option<ChatMessageId>,
    /// What comes with it: files added to this conversation before, by the same person.
    pub files: Vec<ChatFileId>,
    /// `Text`, `Action` or `Card`.
    pub kind: MessageKind,
}

/// A room to be made.
#[derive(Debug, Clone)]
pub struct NewRoom {
    /// Its name.
    pub name: String,
    /// What it is about; may be empty.
    pub topic: String,
    /// `Public` or `Private`.
    pub kind: ConversationKind,
}

/// What saying did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    /// The message.
    pub message: ChatMessageId,
    /// Its number.
    pub number: i64,
    /// Whether it was said now; not where it had been said before.
    pub is_new: bool,
}
