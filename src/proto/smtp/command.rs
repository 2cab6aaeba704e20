//! Commands and their arguments. RFC 5321 §4.1.1 and the extensions of [`greeting`].
//!
//! The words are read by `smtp-proto`; this module keeps what the office speaks, and says no to the rest.

use super::path::{self, Recipient, ReversePath};
use super::stage::Verb;
use smtp_proto::{
    AUTH_LOGIN, AUTH_PLAIN, Error, MAIL_BODY_BINARYMIME, MAIL_BY_NOTIFY, MAIL_BY_RETURN, MAIL_BY_TRACE, MAIL_CONPERM,
    MAIL_REQUIRETLS, MAIL_SMTPUTF8, MailFrom, RCPT_CONNEG, RCPT_RRVS_CONTINUE, RCPT_RRVS_REJECT, RcptTo, Request,
};
use std::borrow::Cow;

/// Digits of a size that are read; longer numbers are larger than anything.
const SIZE_DIGITS: usize = 15;

/// A command as it was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// EHLO, with the name the client gives itself.
    Ehlo(String),
    /// HELO, with the name the client gives itself.
    Helo(String),
    /// MAIL.
    Mail(Mail),
    /// RCPT.
    Rcpt(Recipient),
    /// DATA.
    Data,
    /// BDAT: so many bytes follow at once. RFC 3030 §2.
    Bdat(Chunk),
    /// AUTH, with the initial response where there is one. RFC 4954 §4.
    Auth(Mechanism, Option<String>),
    /// STARTTLS. RFC 3207 §4.
    StartTls,
    /// RSET.
    Rset,
    /// NOOP.
    Noop,
    /// VRFY.
    Vrfy,
    /// HELP.
    Help,
    /// QUIT.
    Quit,
    /// A known command that this office does not speak, such as EXPN or ETRN.
    NotSpoken,
}

/// What MAIL says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Who it comes from.
    pub from: ReversePath,
    /// Bytes announced, 0 where none were. RFC 1870 §6.
    pub size: usize,
    /// Whether letters beyond ASCII may come in addresses and headers. RFC 6531 §3.4.
    pub is_utf8: bool,
}

/// What BDAT says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chunk {
    /// Bytes that follow the command.
    pub size: usize,
    /// Whether the message is over then.
    pub is_last: bool,
}

/// The ways to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mechanism {
    /// RFC 4616.
    Plain,
    /// The older one that some programs still prefer.
    Login,
    /// Any other: not spoken here.
    Other,
}

/// Why a line is no command that can be obeyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// A word nobody knows.
    #[error("the command is not known")]
    Unknown,
    /// Arguments that cannot be read.
    #[error("the argument cannot be read")]
    Syntax,
    /// A parameter of an extension that is not spoken.
    #[error("a parameter is not known")]
    Parameter,
    /// No address in MAIL.
    #[error("the sender address cannot be read")]
    Sender,
    /// No address in RCPT.
    #[error("the recipient address cannot be read")]
    Recipient,
    /// Letters beyond ASCII that were not announced, or bytes that are no letters.
    #[error("the address needs smtputf8")]
    NeedsUtf8,
}

impl Command {
    /// Reads one line, given with its CR LF; no other CR or LF is in it.
    ///
    /// # Errors
    /// Where it is no command, or one with arguments that cannot be obeyed.
    pub fn parse(line: &[u8]) -> Result<Self, CommandError> {
        if std::str::from_utf8(line).is_err() {
            return Err(CommandError::NeedsUtf8);
        }
        match Request::parse(&mut line.iter()) {
            Ok(request) => Self::understood(request, line),
            Err(error) => Self::misunderstood(&error, line),
        }
    }

    fn understood(request: Request<Cow<'_, str>>, line: &[u8]) -> Result<Self, CommandError> {
        Ok(match request {
            Request::Ehlo { host } => Self::Ehlo(host_name(&host)),
            Request::Helo { host } => Self::Helo(host_name(&host)),
            Request::Mail { from } => Self::Mail(mail(&from, line)?),
            Request::Rcpt { to } => Self::Rcpt(recipient(&to, line)?),
            Request::Data => Self::Data,
            Request::Bdat { chunk_size, is_last } => Self::Bdat(chunk(chunk_size, is_last, line)?),
            Request::Auth { mechanism, initial_response } => Self::Auth(mechanism.into(), answer(initial_response)),
            Request::StartTls => Self::StartTls,
            Request::Rset => Self::Rset,
            Request::Noop { .. } => Self::Noop,
            Request::Vrfy { .. } => Self::Vrfy,
            Request::Help { .. } => Self::Help,
            Request::Quit => Self::Quit,
            Request::Lhlo { .. }
            | Request::Expn { .. }
            | Request::Etrn { .. }
            | Request::Atrn { .. }
            | Request::Burl { .. } => Self::NotSpoken,
        })
    }

    fn misunderstood(error: &Error, line: &[u8]) -> Result<Self, CommandError> {
        match error {
            Error::UnknownCommand => Err(CommandError::Unknown),
            Error::InvalidSenderAddress => Err(CommandError::Sender),
            Error::InvalidRecipientAddress => Err(CommandError::Recipient),
            Error::UnsupportedParameter { .. } => Err(CommandError::Parameter),
            // `smtp-proto` calls a mechanism it has never heard of a broken command.
            Error::SyntaxError { syntax } if syntax.starts_with("AUTH") && words(line).nth(1).is_some() => {
                Ok(Self::Auth(Mechanism::Other, None))
            }
            Error::SyntaxError { .. }
            | Error::InvalidParameter { .. }
            | Error::NeedsMoreData { .. }
            | Error::ResponseTooLong
            | Error::InvalidResponse { .. } => Err(CommandError::Syntax),
        }
    }

    /// What the command counts as in the order of a session.
    #[must_use]
    pub const fn verb(&self) -> Verb {
        match self {
            Self::Mail(_) => Verb::Mail,
            Self::Rcpt(_) => Verb::Rcpt,
            Self::Data => Verb::Data,
            Self::Bdat(_) => Verb::Bdat,
            Self::Auth(..) => Verb::Auth,
            Self::Ehlo(_)
            | Self::Helo(_)
            | Self::StartTls
            | Self::Rset
            | Self::Noop
            | Self::Vrfy
            | Self::Help
            | Self::Quit
            | Self::NotSpoken => Verb::Other,
        }
    }
}

impl From<u64> for Mechanism {
    fn from(flag: u64) -> Self {
        match flag {
            AUTH_PLAIN => Self::Plain,
            AUTH_LOGIN => Self::Login,
            _ => Self::Other,
        }
    }
}

/// The extensions named after EHLO, in the order they are told. RFC 5321 §4.1.1.1.
#[must_use]
pub fn greeting(host: &str, most: usize, has_starttls: bool, has_auth: bool) -> String {
    let starttls = if has_starttls { "\nSTARTTLS" } else { "" };
    let auth = if has_auth { "\nAUTH PLAIN LOGIN" } else { "" };
    format!("{host}\nPIPELINING\nSIZE {most}\n8BITMIME\nSMTPUTF8\nENHANCEDSTATUSCODES{starttls}{auth}\nCHUNKING")
}

/// A client's name for itself goes into a header line: only what a host name or an address literal is made of.
fn host_name(said: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
    said.chars().map(|c| if is_plain(c) { c } else { '?' }).collect()
}

fn mail(said: &MailFrom<Cow<'_, str>>, line: &[u8]) -> Result<Mail, CommandError> {
    const NOT_SPOKEN: u64 =
        MAIL_BODY_BINARYMIME | MAIL_REQUIRETLS | MAIL_CONPERM | MAIL_BY_NOTIFY | MAIL_BY_RETURN | MAIL_BY_TRACE;
    if said.flags & NOT_SPOKEN != 0 || said.hold_for != 0 || said.hold_until != 0 || said.mt_priority != 0 {
        return Err(CommandError::Parameter);
    }
    if said.solicit.is_some() || said.trans_id.is_some() || said.mtrk.is_some() {
        return Err(CommandError::Parameter);
    }
    // RET, ENVID and AUTH= change nothing here, and some clients send them whatever the greeting says.
    let is_utf8 = said.flags & MAIL_SMTPUTF8 != 0;
    let from = match &*said.address {
        // `smtp-proto` gives the same for `<postmaster>`, which is a recipient and no sender.
        "" if is_postmaster(line) => return Err(CommandError::Sender),
        "" => ReversePath::Null,
        address => ReversePath::Address(path::mailbox(address).map_err(|_| CommandError::Sender)?),
    };
    if !is_utf8 && !said.address.is_ascii() {
        return Err(CommandError::NeedsUtf8);
    }
    Ok(Mail { from, size: exact(said.size, line), is_utf8 })
}

fn recipient(said: &RcptTo<Cow<'_, str>>, line: &[u8]) -> Result<Recipient, CommandError> {
    if said.flags & (RCPT_CONNEG | RCPT_RRVS_REJECT | RCPT_RRVS_CONTINUE) != 0 {
        return Err(CommandError::Parameter);
    }
    // NOTIFY and ORCPT: see RET above.
    match &*said.address {
        "" if is_postmaster(line) => Ok(Recipient::Postmaster),
        "" => Err(CommandError::Recipient),
        address => path::mailbox(address).map(Recipient::Address).map_err(|_| CommandError::Recipient),
    }
}

fn chunk(size: usize, is_last: bool, line: &[u8]) -> Result<Chunk, CommandError> {
    // Past its largest number `smtp-proto` starts to count from nought: bytes would become commands.
    let digits = words(line).nth(1).map_or(0, <[u8]>::len);
    if digits > SIZE_DIGITS { Err(CommandError::Syntax) } else { Ok(Chunk { size, is_last }) }
}

/// The size announced; a number too long to be read is larger than anything.
fn exact(size: usize, line: &[u8]) -> usize {
    let is_long = words(line).any(|w| w.len() > 5 + SIZE_DIGITS && w[..5].eq_ignore_ascii_case(b"SIZE="));
    if is_long { usize::MAX } else { size }
}

fn answer(initial: Cow<'_, str>) -> Option<String> {
    match &*initial {
        "" => None,
        "=" => Some(String::new()), // RFC 4954 §4: an answer of no bytes
        _ => Some(initial.into_owned()),
    }
}

fn is_postmaster(line: &[u8]) -> bool {
    let path = line.iter().position(|&b| b == b'<').map_or(&line[..0], |at| line[at + 1..].trim_ascii_start());
    path.get(..10).is_some_and(|word| word.eq_ignore_ascii_case(b"postmaster"))
}

fn words(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty())
}

#[cfg(test)]
#[path = "command_tests.rs"]
mod tests;
