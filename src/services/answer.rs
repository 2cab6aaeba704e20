//! Beginning an answer: to whom it goes, what it is called, and what it quotes.

use crate::domain::mail::{Answering, DraftText, MailError};
use crate::domain::people;
use crate::domain::settings::{self, Brand};
use crate::format::mime::{Mailbox, ParsedMail};
use crate::kernel::id::PersonId;
use crate::kernel::text::EmailAddress;
use crate::services::brand::with_footer;
use crate::services::office::Office;
use crate::services::read;
use chrono::DateTime;

/// Characters of the answered message that are quoted.
const QUOTED: usize = 60_000;

/// What an answer begins with.
#[derive(Debug, Clone, Default)]
pub struct Beginning {
    /// What stands in the fields.
    pub text: DraftText,
    /// How many files go with it: those of a message that is passed on.
    pub files: usize,
}

/// What a reply, a reply to all, or a forwarded message begins with.
///
/// # Errors
/// `NoItem`.
pub async fn begin(office: &Office, who: PersonId, answering: Answering) -> Result<Beginning, MailError> {
    let Some(item) = answering.item() else { return Ok(Beginning::default()) };
    let opened = read::message(office, who, item).await?;
    let read = office.store.read(move |tx| Ok::<_, MailError>((people::addresses(tx, who)?, settings::brand(tx)?)));
    let (own, brand) = read.await?;
    let mail = &opened.mail;
    let (to, cc) = match answering {
        Answering::Reply(_) => (writers(mail, &own), Vec::new()),
        Answering::ReplyAll(_) => (writers(mail, &own), others(mail, &own)),
        Answering::New | Answering::Forward(_) => (Vec::new(), Vec::new()),
    };
    let is_forward = matches!(answering, Answering::Forward(_));
    let text = DraftText {
        to: line(&to),
        cc: line(&cc),
        bcc: String::new(),
        subject: subject(&mail.subject, if is_forward { "Fwd" } else { "Re" }),
        body: with_footer(&if is_forward { passed_on(mail) } else { quoted(mail) }, footer(&brand, &own)),
    };
    Ok(Beginning { text, files: if is_forward { mail.files.len() } else { 0 } })
}

/// What stands under mail from the first of these addresses.
fn footer<'a>(brand: &'a Brand, own: &[EmailAddress]) -> &'a str {
    own.first().map_or(&brand.mail_footer, |first| brand.footer_of(first.domain()))
}

/// What a new message begins with: room for its words, and the footer of the writer's domain.
///
/// # Errors
/// Where the file cannot be read.
pub async fn begin_new(office: &Office, who: PersonId, body: &str) -> Result<String, MailError> {
    let read = office.store.read(move |tx| Ok::<_, MailError>((people::addresses(tx, who)?, settings::brand(tx)?)));
    let (own, brand) = read.await?;
    Ok(with_footer(body, footer(&brand, &own)))
}

/// Who gets the answer: the address to reply to, else the writer; for an own message, those it was to.
fn writers(mail: &ParsedMail, own: &[EmailAddress]) -> Vec<Mailbox> {
    let from: Vec<Mailbox> =
        if mail.reply_to.is_empty() { mail.from.iter().cloned().collect() } else { mail.reply_to.clone() };
    if from.iter().all(|who| is_own(who, own)) { mail.to.clone() } else { from }
}

/// Everybody else on a message, but not the person who answers.
fn others(mail: &ParsedMail, own: &[EmailAddress]) -> Vec<Mailbox> {
    let first = writers(mail, own);
    let mut others: Vec<Mailbox> = Vec::new();
    for who in mail.to.iter().chain(&mail.cc) {
        let is_known = first.iter().chain(&others).any(|known| known.address.eq_ignore_ascii_case(&who.address));
        if !is_known && !is_own(who, own) {
            others.push(who.clone());
        }
    }
    others
}

fn is_own(who: &Mailbox, own: &[EmailAddress]) -> bool {
    who.address.parse::<EmailAddress>().is_ok_and(|address| own.iter().any(|one| one.key() == address.key()))
}

fn line(people: &[Mailbox]) -> String {
    let written = people.iter().map(|who| match who.name.as_str() {
        "" => who.address.clone(),
        name if name.contains([',', ';', '<', '>', '"', '@']) => {
            format!("\"{}\" <{}>", name.replace('"', "'"), who.address)
        }
        name => format!("{name} <{}>", who.address),
    });
    written.collect::<Vec<_>>().join(", ")
}

/// `Re: ` or `Fwd: ` before a subject that does not begin with it already.
fn subject(subject: &str, prefix: &str) -> String {
    let head = subject.get(..prefix.len() + 1).unwrap_or_default();
    let is_prefixed = head.eq_ignore_ascii_case(&format!("{prefix}:"));
    if is_prefixed { subject.to_owned() } else { format!("{prefix}: {subject}") }
}

fn quoted(mail: &ParsedMail) -> String {
    let writer = mail.from.as_ref().map_or("somebody", |from| from.shown());
    let text: String = mail.text.chars().take(QUOTED).collect();
    let lines = text.trim_end().lines().map(|line| match line {
        "" => ">".to_owned(),
        line if line.starts_with('>') => format!(">{line}"),
        line => format!("> {line}"),
    });
    format!("\n\n{}{writer} wrote:\n{}\n", when(mail), lines.collect::<Vec<_>>().join("\n"))
}

fn when(mail: &ParsedMail) -> String {
    let date = mail.date.and_then(|date| DateTime::from_timestamp_millis(date.millis()));
    date.map_or_else(String::new, |date| format!("On {}, ", date.format("%-d %B %Y at %H:%M UTC")))
}

fn passed_on(mail: &ParsedMail) -> String {
    let text: String = mail.text.chars().take(QUOTED).collect();
    let mut head = String::from("\n\n---------- Forwarded message ----------\n");
    let from: Vec<Mailbox> = mail.from.iter().cloned().collect();
    let date = mail.date.and_then(|date| DateTime::from_timestamp_millis(date.millis()));
    let date = date.map_or_else(String::new, |date| date.to_rfc2822());
    let fields = [
        ("From", line(&from)),
        ("Date", date),
        ("Subject", mail.subject.clone()),
        ("To", line(&mail.to)),
        ("Cc", line(&mail.cc)),
    ];
    for (name, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
        head.push_str(&format!("{name}: {value}\n"));
    }
    format!("{head}\n{}\n", text.trim_end())
}
