//! What administrators set of chat.

use super::{Kind, Setting};

/// The message of the day.
pub const CHAT_MOTD: Setting = Setting {
    key: "chat.motd",
    kind: Kind::Text(2000),
    default: "",
    sentence: "The message of the day, shown on the page of today and over the chat. Empty for none.",
};
/// What somebody new reads first.
pub const CHAT_WELCOME: Setting = Setting {
    key: "chat.welcome",
    kind: Kind::Text(2000),
    default: "",
    sentence: "Said to each new person as the first of their own notes. Empty for nothing.",
};
/// Whether others are told that somebody is writing.
pub const CHAT_TYPING: Setting = Setting {
    key: "chat.typing",
    kind: Kind::Word(&["on", "off"]),
    default: "on",
    sentence: "Whether it is shown that somebody is writing.",
};
/// Whether others are told how far somebody has read.
pub const CHAT_READ_MARKS: Setting = Setting {
    key: "chat.read_marks",
    kind: Kind::Word(&["on", "off"]),
    default: "on",
    sentence: "Whether it is shown who has read a message.",
};
/// Where the office speaks to everybody.
pub const CHAT_ANNOUNCEMENTS: Setting = Setting {
    key: "chat.announcements",
    kind: Kind::Line(20),
    default: "",
    sentence: "The room for announcements. Made by the office itself.",
};

/// All of them that are set by hand.
pub(super) const SET: [Setting; 4] = [CHAT_MOTD, CHAT_WELCOME, CHAT_TYPING, CHAT_READ_MARKS];
