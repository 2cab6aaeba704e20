//! Telling a sender that a message did not arrive, or not yet. RFC 3464, RFC 6522, RFC 3834.

use super::build::{self, with_crlf};
use super::{Mailbox, entity, tidy};
use crate::kernel::clock::Moment;
use crate::kernel::secret::sha256_hex;
use crate::kernel::text::{EmailAddress, cut};
use chrono::DateTime;
use lettre::message::header::{From, Headers};
use lettre::message::{Mailboxes, SinglePart};
use std::fmt::Write as _;

/// Bytes of the original's header that go back.
const ORIGINAL: usize = 64 * 1024;
/// Characters of what the other server said.
const DIAGNOSTIC: usize = 500;

/// What became of a message. RFC 3464 §2.3.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It comes back.
    Failed,
    /// It is still being tried.
    Delayed,
}

/// A report about one message.
#[derive(Debug, Clone)]
pub struct Bounce<'a> {
    /// What became of it.
    pub action: Action,
    /// The host that gives up: ours.
    pub reporting_host: &'a str,
    /// The company that reports.
    pub company: &'a str,
    /// What ends the report: who writes, and the imprint.
    pub imprint: &'a str,
    /// Who reports, for people to write to: `postmaster@…`.
    pub from: &'a EmailAddress,
    /// The reverse path of the original.
    pub to: &'a EmailAddress,
    /// Who did not get it, or not yet.
    pub failures: &'a [Failure],
    /// The message that did not arrive.
    pub original: &'a [u8],
    /// When it came in.
    pub arrived_at: Moment,
    /// The id of the report, with or without angle brackets.
    pub message_id: &'a str,
    /// Now.
    pub date: Moment,
}

/// One recipient who did not get a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The recipient.
    pub address: EmailAddress,
    /// The enhanced status code, as `5.1.1`. RFC 3463.
    pub status: String,
    /// What the other server said, or our own words.
    pub diagnostic: String,
    /// The other server, where one was reached.
    pub remote_host: Option<String>,
}

/// Writes the report, with CR LF line ends. It is to be sent with an empty reverse path. RFC 5321 §4.5.5.
#[must_use]
pub fn bounce(report: &Bounce<'_>) -> Vec<u8> {
    let boundary = boundary(report);
    let mut out = head(report, &boundary).into_bytes();
    let mut part = |bytes: &[u8]| {
        out.extend_from_slice(format!("\r\n--{boundary}\r\n").as_bytes());
        out.extend_from_slice(bytes);
    };
    part(&SinglePart::plain(with_crlf(&sentence(report))).formatted());
    part(&status(report));
    part(&original(report.original));
    out.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    out
}

fn head(report: &Bounce<'_>, boundary: &str) -> String {
    let id: String = report.message_id.chars().filter(|c| c.is_ascii_graphic() && !matches!(c, '<' | '>')).collect();
    format!(
        "{}To: <{}>\r\nSubject: {}\r\nDate: {}\r\n\
         Message-ID: <{id}>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status;\r\n boundary=\"{boundary}\"\r\n",
        from(report),
        report.to,
        match report.action {
            Action::Failed => "Your message could not be delivered",
            Action::Delayed => "Your message is delayed",
        },
        written(report.date),
    )
}

/// The field that says who reports: a name beyond ASCII is encoded. RFC 2047.
fn from(report: &Bounce<'_>) -> String {
    let name = tidy(&format!("{} mail delivery", report.company));
    let mailbox = build::mailbox(&Mailbox { name, address: report.from.to_string() });
    let mut fields = Headers::new();
    match mailbox {
        Ok(mailbox) => fields.set(From::from(Mailboxes::from(mailbox))),
        // An address beyond ASCII that the builder does not know: without a name it is right all the same.
        Err(_) => return format!("From: <{}>\r\n", report.from),
    }
    fields.to_string()
}

/// A boundary that no part can hold by accident, and nobody can foresee who does not know all of the report.
fn boundary(report: &Bounce<'_>) -> String {
    let mut seed = report.message_id.as_bytes().to_vec();
    seed.extend_from_slice(report.original);
    format!("=_{}", sha256_hex(&seed, 32))
}

fn sentence(report: &Bounce<'_>) -> String {
    let subject = super::header_value(report.original, "subject").unwrap_or_default();
    let (what, next) = match report.action {
        Action::Failed => ("could not be delivered", "Nothing more will be tried."),
        Action::Delayed => ("has not been delivered yet", "It is still being tried; you need not send it again."),
    };
    let mut text = format!("Your message \"{}\" {what}.\n", cut(&subject, 100));
    for failure in report.failures {
        let _ = write!(text, "\n{}\n    {}\n", failure.address, cut(&tidy(&failure.diagnostic), DIAGNOSTIC));
        if let Some(host) = &failure.remote_host {
            let _ = writeln!(text, "    said by {}", tidy(host));
        }
    }
    let _ = write!(text, "\n{next} The header of your message is attached.\n\n-- \n{}\n", report.imprint);
    text
}

/// RFC 3464 §2: fields about the message, then a group of fields for each recipient.
fn status(report: &Bounce<'_>) -> Vec<u8> {
    let mut text = format!(
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; {}\r\nArrival-Date: {}\r\n",
        ascii(report.reporting_host),
        written(report.arrived_at)
    );
    let action = match report.action {
        Action::Failed => "failed",
        Action::Delayed => "delayed",
    };
    for failure in report.failures {
        // RFC 6533 §3: an address beyond ASCII is of the type utf-8 and written in its escaped form.
        let kind = if failure.address.as_str().is_ascii() { "rfc822" } else { "utf-8" };
        let _ = write!(
            text,
            "\r\nFinal-Recipient: {kind}; {}\r\nAction: {action}\r\nStatus: {}\r\n",
            escaped(failure.address.as_str()),
            code(&failure.status)
        );
        if let Some(host) = &failure.remote_host {
            let _ = write!(text, "Remote-MTA: dns; {}\r\n", ascii(host));
        }
        let _ = write!(text, "Diagnostic-Code: smtp; {}\r\n", ascii(&cut(&tidy(&failure.diagnostic), DIAGNOSTIC)));
    }
    text.into_bytes()
}

/// `class.subject.detail`, each of digits; anything else is "undefined". RFC 3463 §2.
fn code(status: &str) -> &str {
    let is_number = |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    let is_code = status.split('.').count() == 3 && status.split('.').all(is_number);
    if is_code { status } else { "5.0.0" }
}

fn ascii(text: &str) -> String {
    tidy(text).chars().map(|c| if c.is_ascii() { c } else { '?' }).collect()
}

fn escaped(address: &str) -> String {
    address.chars().fold(String::new(), |mut text, c| {
        if c.is_ascii() {
            text.push(c);
        } else {
            let _ = write!(text, "\\x{{{:X}}}", u32::from(c));
        }
        text
    })
}

/// RFC 6522 §4: the header alone; what was in the message is the sender's already.
fn original(raw: &[u8]) -> Vec<u8> {
    let split = entity::split(raw);
    let mut part = b"Content-Type: text/rfc822-headers\r\nContent-Transfer-Encoding: 8bit\r\n\r\n".to_vec();
    for line in split.head.split(|b| *b == b'\n').map(<[u8]>::trim_ascii_end).filter(|line| !line.is_empty()) {
        let line = &line[..line.len().min(998)];
        if part.len() + line.len() > ORIGINAL {
            break;
        }
        part.extend(line.iter().copied().filter(|b| !matches!(b, 0 | b'\r')));
        part.extend_from_slice(b"\r\n");
    }
    part
}

/// RFC 5322 §3.3.
fn written(moment: Moment) -> String {
    DateTime::from_timestamp(moment.seconds(), 0).unwrap_or_default().to_rfc2822()
}
