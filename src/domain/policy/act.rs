//! What can be allowed, each declared once: its key, what values it takes, what they bring about, and the doors it is
//! kept at.

use super::kind::{Kind, Word};

/// Something that people may do, or that is done for them, as far as the office lets them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Act {
    /// With whom a person chats.
    ChatWith,
    /// Whether a person asks polls in chat.
    Polls,
    /// Whether a person sends files.
    Files,
    /// How large a file may be.
    FileSize,
    /// What files may be.
    FileKinds,
    /// Whether a person writes mail to people outside.
    MailOutside,
    /// How much a mailbox holds.
    MailSize,
    /// How much colleagues see of a person's calendars.
    CalendarDetail,
    /// Whether a person invites people from outside to events.
    Guests,
    /// Whether strangers book a person's time.
    Bookings,
    /// Who sees whether a person is here.
    PresenceVisible,
    /// Whether others are told when a person was last seen.
    LastSeen,
    /// Whether a person's closed browsers are woken.
    Push,
    /// Whether a person has passwords for programs.
    Programs,
    /// Whether a person must have a second factor.
    SecondFactor,
    /// How long Junk and Trash keep mail.
    BinDays,
    /// How long chat is kept.
    ChatDays,
}

/// A way by which something is done. A rule is asked at each door that its act names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Door {
    /// The pages.
    Web,
    /// The live stream of pages that are open already.
    Live,
    /// Mail programs that send: SMTP submission.
    Submission,
    /// Mail that comes from outside: SMTP.
    Arrival,
    /// Secret addresses at which programs read a calendar.
    Feed,
    /// Pages for strangers.
    Visitors,
    /// Notices to closed browsers.
    Notices,
    /// Mail that answers into a conversation.
    MailAnswer,
    /// What the office does by itself.
    Itself,
}

impl Door {
    /// Every door.
    pub const ALL: [Self; 9] = [
        Self::Web,
        Self::Live,
        Self::Submission,
        Self::Arrival,
        Self::Feed,
        Self::Visitors,
        Self::Notices,
        Self::MailAnswer,
        Self::Itself,
    ];

    /// What the sheet calls it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Web => "pages",
            Self::Live => "open pages",
            Self::Submission => "mail programs",
            Self::Arrival => "arriving mail",
            Self::Feed => "calendar addresses",
            Self::Visitors => "visitors’ pages",
            Self::Notices => "notices",
            Self::MailAnswer => "answers by mail",
            Self::Itself => "the office itself",
        }
    }
}

/// An act as it is declared.
#[derive(Debug, Clone, Copy)]
pub(super) struct Declared {
    pub key: &'static str,
    pub name: &'static str,
    /// What is refused where it is barred.
    pub deed: &'static str,
    pub kind: Kind,
    pub default: &'static str,
    pub doors: &'static [Door],
}

const fn word(name: &'static str, label: &'static str, sentence: &'static str) -> Word {
    Word { name, label, sentence }
}

const fn switch(on: &'static str, off: &'static str) -> [Word; 2] {
    [word("on", "Allowed", on), word("off", "Not allowed", off)]
}

const CHAT_WITH: [Word; 3] = [
    word("everyone", "Everyone", "Direct chat reaches everyone in the company."),
    word(
        "groups",
        "Their groups",
        "Direct chat, of two or a few, reaches only people who share a group. Rooms stay as they are.",
    ),
    word("nobody", "Nobody", "No direct chat: words are said in rooms alone."),
];
const POLLS: [Word; 2] = switch(
    "Polls can be asked in chat.",
    "No polls can be asked in chat, and /poll is not offered. What was asked before can still be voted on.",
);
const FILES: [Word; 2] = switch(
    "Files can be sent in chat and with mail.",
    "No files can be sent, in chat or with mail. What was sent before can still be opened.",
);
const FILE_KINDS: [Word; 4] = [
    word("any", "Any file", "Files of any kind can be sent."),
    word("no-programs", "No programs", "Any file can be sent but programs and scripts, told by name and first bytes."),
    word("documents", "Documents and media", "Documents, pictures, sound and films can be sent, and nothing else."),
    word("pictures", "Pictures", "Pictures can be sent, and no other files."),
];
const MAIL_OUTSIDE: [Word; 2] = switch(
    "Mail can be written and forwarded to anybody.",
    "Mail can be written and forwarded inside the company alone, and automatic answers stay inside too. Mail from outside \
     still arrives. Inviting guests is a rule of its own.",
);
const CALENDAR_DETAIL: [Word; 2] = [
    word("full", "As shared", "Colleagues see of a calendar what its owner shares."),
    word(
        "busy",
        "Busy times",
        "Colleagues and secret addresses see busy times alone, whatever is shared. Who may act for the owner sees all.",
    ),
];
const GUESTS: [Word; 2] = switch(
    "People from outside can be invited to events.",
    "Only colleagues can be invited to events. Who was invited from outside before stays invited.",
);
const BOOKINGS: [Word; 2] = switch(
    "Strangers can book time, where somebody opens a booking page.",
    "No booking pages: strangers find nothing there. What is booked already stays.",
);
const PRESENCE_VISIBLE: [Word; 3] = [
    word("everyone", "Everyone", "Everyone in the company sees who is here, but for those who hide themselves."),
    word("groups", "Their groups", "Who is here is seen only by people who share a group with them."),
    word("nobody", "Nobody", "To everyone else they look offline, always."),
];
const LAST_SEEN: [Word; 2] = [
    word("on", "Shown", "While somebody is offline, colleagues read since when."),
    word("off", "Not shown", "While somebody is offline, nobody reads since when."),
];
const PUSH: [Word; 2] = switch(
    "Closed browsers can be woken. Sealed notices then pass through the push services of browser makers.",
    "Closed browsers are never woken, and nothing passes through push services.",
);
const PROGRAMS: [Word; 2] = switch(
    "Mail programs and phones can have passwords of their own.",
    "No passwords for programs: none can be made, and those that were made open nothing.",
);
const SECOND_FACTOR: [Word; 3] = [
    word("optional", "By choice", "A second factor is asked for where somebody has set one up."),
    word(
        "admins",
        "Administrators",
        "Who runs the office must have a second factor. Without one, only the page that sets it up is open.",
    ),
    word("everyone", "Required", "A second factor is a must. Without one, only the page that sets it up is open."),
];

/// A number of megabytes that a file may have.
const FILE_SIZE: Kind = Kind::Number {
    most: 25,
    unit: "MB",
    none: "A file may be as large as the office takes: 25 MB.",
    some: "A file may have at most {} MB.",
};
const MAIL_SIZE: Kind = Kind::Number {
    most: 1_000_000,
    unit: "MB",
    none: "A mailbox may hold any amount.",
    some: "A mailbox holds at most {} MB. While it is full, mail to it is put off, and its senders are told.",
};
const BIN_DAYS: Kind = Kind::Number {
    most: 36_500,
    unit: "days",
    none: "Mail lies in Junk and Trash until somebody deletes it for good.",
    some: "What has lain in Junk or Trash for {} days is deleted for good.",
};
const CHAT_DAYS: Kind = Kind::Number {
    most: 36_500,
    unit: "days",
    none: "Chat messages are kept for ever.",
    some: "Chat messages are forgotten after {} days, from search as well. A room’s own rule wins.",
};

/// Where files are sent from.
const WRITTEN: &[Door] = &[Web, Submission];

use Door::{Arrival, Feed, Itself, Live, MailAnswer, Notices, Submission, Visitors, Web};

impl Act {
    /// Every act, in the order of the sheet.
    pub const ALL: [Self; 17] = [
        Self::ChatWith,
        Self::Polls,
        Self::Files,
        Self::FileSize,
        Self::FileKinds,
        Self::MailOutside,
        Self::MailSize,
        Self::CalendarDetail,
        Self::Guests,
        Self::Bookings,
        Self::PresenceVisible,
        Self::LastSeen,
        Self::Push,
        Self::Programs,
        Self::SecondFactor,
        Self::BinDays,
        Self::ChatDays,
    ];

    /// The act of this key.
    #[must_use]
    pub fn named(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.key() == key)
    }

    pub(super) const fn declared(self) -> Declared {
        let (key, name, deed, kind, default, doors): (_, _, _, _, _, &'static [Door]) = match self {
            Self::ChatWith => {
                let kind = Kind::Words(&CHAT_WITH);
                ("chat.with", "Chat with whom", "chatting with this person", kind, "everyone", &[Web, MailAnswer])
            }
            Self::Polls => ("chat.polls", "Polls in chat", "asking a poll", Kind::Words(&POLLS), "on", &[Web]),
            Self::Files => ("files.allowed", "Sending files", "sending files", Kind::Words(&FILES), "on", WRITTEN),
            Self::FileSize => ("files.size", "Size of a file", "sending a file this large", FILE_SIZE, "0", WRITTEN),
            Self::FileKinds => {
                let kind = Kind::Words(&FILE_KINDS);
                ("files.kinds", "Kinds of file", "sending a file of this kind", kind, "any", WRITTEN)
            }
            Self::MailOutside => {
                let (deed, kind) = ("sending mail to people outside", Kind::Words(&MAIL_OUTSIDE));
                ("mail.outside", "Mail to people outside", deed, kind, "on", &[Web, Submission, Itself])
            }
            Self::MailSize => {
                ("mail.size", "Size of a mailbox", "more mail", MAIL_SIZE, "0", &[Arrival, Submission, Web])
            }
            Self::CalendarDetail => {
                let (deed, kind) = ("seeing more than busy times", Kind::Words(&CALENDAR_DETAIL));
                ("calendar.detail", "What calendars show", deed, kind, "full", &[Web, Feed])
            }
            Self::Guests => {
                let deed = "inviting people from outside";
                ("calendar.guests", "Guests from outside", deed, Kind::Words(&GUESTS), "on", &[Web])
            }
            Self::Bookings => {
                let deed = "having a booking page";
                ("calendar.bookings", "Booking pages", deed, Kind::Words(&BOOKINGS), "on", &[Web, Visitors])
            }
            Self::PresenceVisible => {
                let (deed, kind) = ("seeing whether this person is here", Kind::Words(&PRESENCE_VISIBLE));
                ("presence.visible", "Who sees that they are here", deed, kind, "everyone", &[Web, Live])
            }
            Self::LastSeen => {
                let (deed, kind) = ("seeing when this person was last here", Kind::Words(&LAST_SEEN));
                ("presence.last_seen", "When they were last seen", deed, kind, "on", &[Web, Live])
            }
            Self::Push => {
                let (deed, kind) = ("waking closed browsers", Kind::Words(&PUSH));
                ("push.enabled", "Waking closed browsers", deed, kind, "on", &[Web, Notices])
            }
            Self::Programs => {
                let (deed, kind) = ("a password for programs", Kind::Words(&PROGRAMS));
                ("signin.programs", "Passwords for programs", deed, kind, "on", &[Web, Submission])
            }
            Self::SecondFactor => {
                let (deed, kind) = ("signing in without a second factor", Kind::Words(&SECOND_FACTOR));
                ("signin.second_factor", "Second factor", deed, kind, "optional", &[Web, Submission])
            }
            Self::BinDays => {
                ("mail.bin_days", "Days that Junk and Trash keep mail", "keeping it longer", BIN_DAYS, "0", &[Itself])
            }
            Self::ChatDays => ("chat.days", "Days that chat is kept", "keeping chat longer", CHAT_DAYS, "0", &[Itself]),
        };
        Declared { key, name, deed, kind, default, doors }
    }

    /// Its name in the file, on the command line and in the audit.
    #[must_use]
    pub const fn key(self) -> &'static str {
        self.declared().key
    }

    /// What the sheet calls it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.declared().name
    }

    /// What values it takes.
    #[must_use]
    pub const fn kind(self) -> Kind {
        self.declared().kind
    }

    /// What holds where nobody has set a rule.
    #[must_use]
    pub const fn default(self) -> &'static str {
        self.declared().default
    }

    /// The doors it is kept at.
    #[must_use]
    pub const fn doors(self) -> &'static [Door] {
        self.declared().doors
    }

    /// Whether a group may have a rule of its own. Conversations are of people in several groups: how long things are kept
    /// is one rule for all.
    #[must_use]
    pub const fn is_for_groups(self) -> bool {
        !matches!(self, Self::BinDays | Self::ChatDays)
    }
}
