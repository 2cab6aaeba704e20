//! What can be said to have happened, and what can be said to be so. Thin: who hears it reads the rest.

use crate::kernel::id::{
    CalendarId, CalendarItemId, ChatMessageId, ConversationId, FolderId, PersonId, SymbolId, ThreadId,
};

/// One thing that happened to somebody's things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A message came into a folder.
    MailArrived {
        /// The folder it came into.
        folder: FolderId,
        /// The conversation it belongs to.
        thread: ThreadId,
    },
    /// A conversation changed, came or went as far as it lies in a folder.
    MailChanged {
        /// The folder that looks different now.
        folder: FolderId,
        /// The conversation.
        thread: ThreadId,
    },
    /// Folders were made, renamed or removed.
    FoldersChanged,
    /// Something was said in a conversation.
    ChatSaid {
        /// Where.
        conversation: ConversationId,
        /// What.
        message: ChatMessageId,
    },
    /// A message was edited, deleted, reacted to, pinned, voted on or replied to.
    ChatChanged {
        /// Where it was said.
        conversation: ConversationId,
        /// The message.
        message: ChatMessageId,
    },
    /// A conversation has another name, topic, rule or another member, or is put into the archive.
    ConversationChanged {
        /// The conversation.
        conversation: ConversationId,
    },
    /// A person has read more of a conversation.
    ChatRead {
        /// The conversation.
        conversation: ConversationId,
    },
    /// A person's list of conversations is another: joined, left, put away, favoured, or set to another level.
    ConversationsChanged,
    /// The office says something on everybody's pages, or says it no more.
    OfficeSaid,
    /// An event or a task came, changed or went.
    CalendarChanged {
        /// The calendar it is in.
        calendar: CalendarId,
        /// Which.
        item: CalendarItemId,
    },
    /// A person's list of calendars is another: made, named, coloured, shared, ticked or removed.
    CalendarsChanged,
    /// A person works at other hours, or is out of office or back.
    HoursChanged,
    /// A person is reminded of something, or has put a reminder away or off.
    RemindersChanged,
    /// A person's watchlists, alerts or holdings are others, or the company's watchlists are.
    QuotesChanged,
    /// A rule of what people may do is another, or who is in a group is.
    PoliciesChanged,
}

/// What is so at this moment, and is nowhere kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Signal {
    /// Somebody is writing in a conversation.
    Typing {
        /// Where.
        conversation: ConversationId,
        /// Who.
        person: PersonId,
    },
    /// A conversation has reached a device of somebody up to a message.
    Delivered {
        /// The conversation.
        conversation: ConversationId,
        /// Whose device.
        person: PersonId,
        /// The number of the last message that came.
        upto: i64,
    },
    /// Somebody has read a conversation up to a message.
    Read {
        /// The conversation.
        conversation: ConversationId,
        /// Who.
        person: PersonId,
        /// The number of the last message read.
        upto: i64,
    },
    /// A person's presence is another.
    Presence(PersonId),
    /// The price of a symbol is another.
    Quote(SymbolId),
}

impl Event {
    /// Whether it is of what people plan: calendars, reminders, hours.
    #[must_use]
    pub const fn is_plan(self) -> bool {
        matches!(
            self,
            Self::CalendarChanged { .. } | Self::CalendarsChanged | Self::HoursChanged | Self::RemindersChanged
        )
    }

    /// The event as the change log keeps it: kind, place, thing.
    #[must_use]
    pub const fn to_row(self) -> (i64, i64, i64) {
        match self {
            Self::MailArrived { folder, thread } => (1, folder.get(), thread.get()),
            Self::MailChanged { folder, thread } => (2, folder.get(), thread.get()),
            Self::FoldersChanged => (3, 0, 0),
            Self::ChatSaid { conversation, message } => (10, conversation.get(), message.get()),
            Self::ChatChanged { conversation, message } => (11, conversation.get(), message.get()),
            Self::ConversationChanged { conversation } => (12, conversation.get(), 0),
            Self::ChatRead { conversation } => (13, conversation.get(), 0),
            Self::ConversationsChanged => (14, 0, 0),
            Self::OfficeSaid => (15, 0, 0),
            Self::CalendarChanged { calendar, item } => (20, calendar.get(), item.get()),
            Self::CalendarsChanged => (21, 0, 0),
            Self::HoursChanged => (22, 0, 0),
            Self::RemindersChanged => (23, 0, 0),
            Self::QuotesChanged => (30, 0, 0),
            Self::PoliciesChanged => (40, 0, 0),
        }
    }

    /// The event that the change log kept, or `None` for a kind of a newer version.
    #[must_use]
    pub const fn from_row(kind: i64, place: i64, thing: i64) -> Option<Self> {
        let (folder, thread) = (FolderId::new(place), ThreadId::new(thing));
        let (conversation, message) = (ConversationId::new(place), ChatMessageId::new(thing));
        match kind {
            1 => Some(Self::MailArrived { folder, thread }),
            2 => Some(Self::MailChanged { folder, thread }),
            3 => Some(Self::FoldersChanged),
            10 => Some(Self::ChatSaid { conversation, message }),
            11 => Some(Self::ChatChanged { conversation, message }),
            12 => Some(Self::ConversationChanged { conversation }),
            13 => Some(Self::ChatRead { conversation }),
            14 => Some(Self::ConversationsChanged),
            15 => Some(Self::OfficeSaid),
            20 => Some(Self::CalendarChanged { calendar: CalendarId::new(place), item: CalendarItemId::new(thing) }),
            21 => Some(Self::CalendarsChanged),
            22 => Some(Self::HoursChanged),
            23 => Some(Self::RemindersChanged),
            30 => Some(Self::QuotesChanged),
            40 => Some(Self::PoliciesChanged),
            _ => None,
        }
    }
}
