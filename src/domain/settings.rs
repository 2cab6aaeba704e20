//! Settings: each declared once with its key, kind, bounds, default and sentence; forms and pages derive from that.
//! What people are allowed to do is no setting but a rule (`policy`).
//!
//! Owns `settings_value`, and `settings_file` for what is a picture.

mod backup;
mod brand;
mod chat;
mod watch;

use crate::domain::store::{ReadTx, StoreError, WriteTx};
use rusqlite::OptionalExtension;

pub use backup::{BACKUP_AT, BACKUP_FOLDER, BACKUP_KEEP};
pub use brand::{
    ACCENT_CHROMA, ACCENT_HUE, ACCENT_TONE, Brand, CLOCK, COMPANY, DATES, GROUND, Kept, LEGAL, MAIL_FOOTER, PRODUCT,
    Picture, Sight, brand, formats, remove_picture, reset_brand, set_domain_footer, set_picture,
};
pub use chat::{CHAT_ANNOUNCEMENTS, CHAT_MOTD, CHAT_READ_MARKS, CHAT_TYPING, CHAT_WELCOME};
pub use watch::{DNS_WATCH, TRACE_DAYS};

/// What values a setting takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One line of at most so many characters.
    Line(usize),
    /// Lines of at most so many characters in all.
    Text(usize),
    /// A whole number from the first to the second.
    Number(i64, i64),
    /// One of these words.
    Word(&'static [&'static str]),
}

/// One setting of the office.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// Its name in the file.
    pub key: &'static str,
    /// What values it takes.
    pub kind: Kind,
    /// Its value until somebody sets it.
    pub default: &'static str,
    /// What it does, for the person who sets it.
    pub sentence: &'static str,
}

/// Minutes without a touch after which a person is away.
pub const PRESENCE_IDLE_MINUTES: Setting = Setting {
    key: "presence.idle_minutes",
    kind: Kind::Number(1, 120),
    default: "5",
    sentence: "Minutes without a touch after which a person is away; three times as many, and the person is away for longer.",
};
/// After how long unread messages of a conversation come as mail.
pub const MAIL_AFTER_MINUTES: Setting = Setting {
    key: "chat.mail_after_minutes",
    kind: Kind::Number(0, 10_080),
    default: "30",
    sentence: "Minutes after which unread messages come as mail to who is not connected; 0 for never.",
};
/// Whether strangers may ask for an account.
pub const REGISTRATION: Setting = Setting {
    key: "signin.registration",
    kind: Kind::Word(&["off", "ask"]),
    default: "off",
    sentence: "Whether strangers may ask for an account (ask), which administrators then give or not; off for nobody.",
};
/// What signs requests to push services.
pub const PUSH_PAIR: Setting = Setting {
    key: "push.pair",
    kind: Kind::Line(400),
    default: "",
    sentence: "The key pair that push services know the office by. Made by the office itself.",
};
/// What signs the addresses that answer into conversations.
pub const CHAT_MAIL_KEY: Setting = Setting {
    key: "chat.mail_key",
    kind: Kind::Line(64),
    default: "",
    sentence: "Signs the addresses by which conversations are answered. Made by the office itself.",
};
/// What signs the forms of those who are not signed in.
pub const FORM_KEY: Setting = Setting {
    key: "web.form_key",
    kind: Kind::Line(64),
    default: "",
    sentence: "Signs the forms of visitors who are not signed in. Made by the office itself.",
};
/// The one-time code of the set-up page.
pub const SETUP_CODE: Setting = Setting {
    key: "web.setup_code",
    kind: Kind::Line(64),
    default: "",
    sentence: "Opens the set-up page once. Made by the office itself.",
};
/// What of the set-up is left to do, once the office is there.
pub const SETUP_LEFT: Setting = Setting {
    key: "web.setup_left",
    kind: Kind::Line(64),
    default: "",
    sentence: "The steps of the set-up that nobody has taken yet. Kept by the office itself.",
};
/// How long bars of a minute are kept.
pub const QUOTE_MINUTE_DAYS: Setting = Setting {
    key: "quotes.minute_days",
    kind: Kind::Number(1, 3650),
    default: "30",
    sentence: "Days that a price's history is kept minute by minute.",
};
/// How long bars of a day are kept.
pub const QUOTE_DAY_YEARS: Setting = Setting {
    key: "quotes.day_years",
    kind: Kind::Number(0, 200),
    default: "0",
    sentence: "Years that a price's history is kept day by day; 0 keeps it for ever.",
};

/// Every setting of the office itself; chat and the brand have theirs beside them.
pub const ALL: [Setting; 10] = [
    PRESENCE_IDLE_MINUTES,
    REGISTRATION,
    QUOTE_MINUTE_DAYS,
    QUOTE_DAY_YEARS,
    MAIL_AFTER_MINUTES,
    PUSH_PAIR,
    CHAT_MAIL_KEY,
    FORM_KEY,
    SETUP_CODE,
    SETUP_LEFT,
];

/// What the office makes for itself: nobody reads or sets it by hand.
const OWN: [Setting; 5] = [PUSH_PAIR, CHAT_MAIL_KEY, FORM_KEY, SETUP_CODE, SETUP_LEFT];

/// The settings that administrators set.
pub fn settable() -> impl Iterator<Item = Setting> {
    brand::SET
        .into_iter()
        .chain(ALL)
        .filter(|setting| !OWN.contains(setting))
        .chain(chat::SET)
        .chain(backup::SET)
        .chain(watch::SET)
}

/// Why a value was refused.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SettingError {
    /// Not of the setting's kind.
    #[error("{key} takes {wanted}")]
    Value {
        /// The setting.
        key: &'static str,
        /// What it takes.
        wanted: String,
    },
    /// The file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Kind {
    fn takes(self, value: &str) -> bool {
        match self {
            Self::Line(most) => value.chars().count() <= most && !value.chars().any(char::is_control),
            Self::Text(most) => {
                value.chars().count() <= most && !value.chars().any(|c| c.is_control() && c != '\n' && c != '\t')
            }
            Self::Word(words) => words.contains(&value),
            Self::Number(least, most) => value.parse().is_ok_and(|number: i64| (least..=most).contains(&number)),
        }
    }

    fn in_words(self) -> String {
        match self {
            Self::Line(most) => format!("one line of at most {most} characters"),
            Self::Text(most) => format!("at most {most} characters"),
            Self::Word(words) => format!("one of: {}", words.join(", ")),
            Self::Number(least, most) => format!("a whole number from {least} to {most}"),
        }
    }
}

/// The value of a setting.
///
/// # Errors
/// Where the file cannot be read.
pub fn get(tx: &ReadTx<'_>, setting: Setting) -> Result<String, StoreError> {
    let mut found = tx.sql().prepare_cached("select value from settings_value where key = ?1")?;
    Ok(found.query_row([setting.key], |row| row.get(0)).optional()?.unwrap_or_else(|| setting.default.to_owned()))
}

/// Whether a setting takes a value.
///
/// # Errors
/// `Value` where it does not.
pub fn judge(setting: Setting, value: &str) -> Result<(), SettingError> {
    let is_taken = setting.kind.takes(value);
    is_taken.then_some(()).ok_or_else(|| SettingError::Value { key: setting.key, wanted: setting.kind.in_words() })
}

/// Sets a setting.
///
/// # Errors
/// `Value` where the value is not of the setting's kind.
pub fn set(tx: &WriteTx<'_>, setting: Setting, value: &str) -> Result<(), SettingError> {
    judge(setting, value)?;
    tx.sql()
        .prepare_cached(
            "insert into settings_value (key, value) values (?1, ?2) on conflict (key) do update set value = ?2",
        )
        .and_then(|mut insert| insert.execute((setting.key, value)))
        .map_err(StoreError::from)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_takes_its_own_default_and_has_a_key_of_its_own() {
        let all = ALL
            .into_iter()
            .chain(brand::SET)
            .chain(chat::SET)
            .chain(backup::SET)
            .chain(watch::SET)
            .chain([CHAT_ANNOUNCEMENTS]);
        let all: Vec<_> = all.collect();
        for (place, setting) in all.iter().enumerate() {
            assert!(setting.kind.takes(setting.default), "{}", setting.key);
            assert!(all[place + 1..].iter().all(|other| other.key != setting.key), "{}", setting.key);
        }
    }
}
