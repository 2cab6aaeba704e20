//! The mails that nudges are: written by the office, so that no machine answers them.

use super::address;
use crate::domain::chat::{Conversation, ConversationKind, Message};
use crate::domain::mail::Head;
use crate::domain::people::Person;
use crate::domain::store::{Packed, pack};
use crate::format::mime::{self, BuildError, Mailbox, NewMail, tidy};
use crate::kernel::clock::Moment;
use crate::kernel::text::cut;
use crate::services::card;
use chrono::DateTime;
use chrono_tz::Tz;
use std::fmt::Write as _;

/// Characters of a conversation's name in a subject.
const NAME: usize = 60;

/// What all mails of one round share.
pub(super) struct House<'a> {
    pub key: &'a str,
    pub domain: &'a str,
    pub hostname: &'a str,
    pub company: &'a str,
}

/// A mail about to be written and delivered.
pub(super) struct Letter {
    /// The last message it tells of.
    pub upto: i64,
    mail: NewMail,
    reply_to: String,
}

impl Letter {
    /// Tells `person` of messages, oldest first, with times in the person's zone.
    pub fn unread(house: &House<'_>, person: &Person, here: &Conversation, said: &[Message], zone: &str) -> Self {
        let is_direct = here.kind == ConversationKind::Direct;
        let (count, title) = (said.len(), cut(&tidy(&here.title), NAME));
        let messages = if count == 1 { "An unread message".to_owned() } else { format!("{count} unread messages") };
        let reply_to = address(house.key, house.domain, person.id, here.id);
        let upto = said.iter().map(|message| message.number).max().unwrap_or(0);
        let (conversation, who) = (here.id, person.id);
        let mail = NewMail {
            from: Mailbox { name: format!("{title} via {}", tidy(house.company)), address: reply_to.clone() },
            to: vec![Mailbox { name: person.full_name.clone(), address: person.address.to_string() }],
            cc: Vec::new(),
            subject: format!("{messages} {} {title}", if is_direct { "from" } else { "in" }),
            text: text(said, zone),
            in_reply_to: None,
            // Programs that thread by references show the mails of one conversation together.
            references: vec![format!("chat-{conversation}-{who}@{}", house.hostname)],
            files: Vec::new(),
            message_id: format!("chat-{conversation}-{who}-{upto}@{}", house.hostname),
            date: Moment::from_millis(0),
        };
        Self { upto, mail, reply_to }
    }

    /// Brings back an answer that was not said, named by `answer`, with the reason.
    pub fn back(person: &Person, domain: &str, hostname: &str, answer: (&str, &str), why: &str) -> Self {
        let (name, words) = answer;
        let postmaster = format!("postmaster@{domain}");
        let text = format!(
            "Your answer by mail was not said in the conversation: {why}.\n\nThis is what you wrote:\n\n{}\n",
            words.lines().map(|line| format!("> {line}")).collect::<Vec<_>>().join("\n")
        );
        let mail = NewMail {
            from: Mailbox { name: "Mail delivery".to_owned(), address: postmaster.clone() },
            to: vec![Mailbox { name: person.full_name.clone(), address: person.address.to_string() }],
            cc: Vec::new(),
            subject: "Your answer was not said".to_owned(),
            text,
            in_reply_to: None,
            references: Vec::new(),
            files: Vec::new(),
            message_id: format!("back-{name}@{hostname}"),
            date: Moment::from_millis(0),
        };
        Self { upto: 0, mail, reply_to: postmaster }
    }

    /// The mail as it is kept.
    pub fn written(&self, now: Moment) -> Result<(Head, Packed), BuildError> {
        let mail = NewMail { date: now, ..self.mail.clone() };
        // RFC 3834 §5: nobody's program answers a machine.
        let mut raw = format!("Reply-To: <{}>\r\nAuto-Submitted: auto-generated\r\n", self.reply_to).into_bytes();
        raw.extend(mime::build(&mail)?);
        let head = Head { is_inside: true, ..Head::of(&mime::parse(&raw), raw.len(), now) };
        Ok((head, pack(&raw)))
    }
}

/// The messages as text, each under its sayer's name.
fn text(said: &[Message], zone: &str) -> String {
    let zone: Tz = zone.parse().unwrap_or(Tz::UTC);
    let mut text = String::new();
    for message in said {
        let at = DateTime::from_timestamp_millis(message.said_at.millis()).unwrap_or_default().with_timezone(&zone);
        // Writing to a text cannot fail.
        let _ = write!(text, "{}, {}:\n{}\n", message.name, at.format("%-d %B, %H:%M %Z"), card::words(message));
        for file in &message.files {
            let _ = writeln!(text, "[{}]", file.name);
        }
        text.push('\n');
    }
    text.push_str(
        "-- \nAnswer this mail, and what you write is said in the conversation in your name. Keep its address to \
         yourself.\nNotifications in the settings turn such mails off.\n",
    );
    text
}
