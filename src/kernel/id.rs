//! Typed ids: a raw number never crosses a module's edge.

use rusqlite::types::{FromSql, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

macro_rules! typed_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(i64);

        impl $name {
            /// Wraps a row's number.
            #[must_use]
            pub const fn new(row: i64) -> Self {
                Self(row)
            }

            /// The row's number.
            #[must_use]
            pub const fn get(self) -> i64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(out)
            }
        }

        impl FromStr for $name {
            type Err = ParseIntError;

            fn from_str(text: &str) -> Result<Self, ParseIntError> {
                text.parse().map(Self)
            }
        }

        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(ToSqlOutput::from(self.0))
            }
        }

        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                i64::column_result(value).map(Self)
            }
        }
    };
}

typed_id!(
    /// One person with an account.
    PersonId
);
typed_id!(
    /// A group of people that has a mail address.
    GroupId
);
typed_id!(
    /// A person's own rule for what is said to them.
    RuleId
);
typed_id!(
    /// A person's own group of colleagues.
    OwnGroupId
);
typed_id!(
    /// One signed-in browser or program.
    SessionId
);
typed_id!(
    /// Somebody who asks for an account.
    RegistrationId
);
typed_id!(
    /// A password that one program of a person has.
    AppPasswordId
);
typed_id!(
    /// A door that a program speaks through into a room.
    HookId
);
typed_id!(
    /// A browser that may be woken.
    SubscriptionId
);
typed_id!(
    /// A run of bytes kept once, however many refer to it.
    BlobId
);
typed_id!(
    /// A message as it was sent, shared by everybody who has it.
    MessageId
);
typed_id!(
    /// One person's copy of a message, in one folder.
    ItemId
);
typed_id!(
    /// One person's mail folder.
    FolderId
);
typed_id!(
    /// One person's conversation: messages that answer each other.
    ThreadId
);
typed_id!(
    /// A change to mail that can be taken back.
    UndoId
);
typed_id!(
    /// A message on its way out of the office.
    DepartureId
);
typed_id!(
    /// A message on its way through the office, as it is noted.
    PassageId
);
typed_id!(
    /// A piece of work owed.
    JobId
);
typed_id!(
    /// People who talk with each other: two, a group, or a room.
    ConversationId
);
typed_id!(
    /// One message said in a conversation.
    ChatMessageId
);
typed_id!(
    /// A file that came with a chat message.
    ChatFileId
);
typed_id!(
    /// One live connection, while it lasts.
    StreamId
);
typed_id!(
    /// A calendar: a person's, a group's, a room's, or one that is only read.
    CalendarId
);
typed_id!(
    /// An event or a task in one calendar, with all its instances.
    CalendarItemId
);
typed_id!(
    /// A change to calendars that can be taken back.
    CalendarUndoId
);
typed_id!(
    /// A reminder that rang and was not put away yet.
    ReminderId
);
typed_id!(
    /// A secret address at which a calendar is read.
    CalendarFeedId
);
typed_id!(
    /// A page on which strangers book a person's time.
    DeskId
);
typed_id!(
    /// A stranger's booking.
    VisitId
);
typed_id!(
    /// A symbol: a share, a rate, a metal, or any other number that is watched.
    SymbolId
);
typed_id!(
    /// A named list of symbols.
    WatchlistId
);
typed_id!(
    /// What a person wants to be told of a symbol.
    AlertId
);
typed_id!(
    /// One crossing of an alert.
    CrossingId
);
typed_id!(
    /// What a person has of a symbol.
    HoldingId
);
typed_id!(
    /// Where numbers come from.
    FeedId
);
