//! The courier: hands a message to another server by SMTP (RFC 5321), and brings home what it says of each recipient.
//!
//! Servers of the world are spoken to encrypted where they can, whoever they are (RFC 7435): their names prove nothing
//! without signed DNS. A relay must prove its name. Messages with 8-bit text go out as they are to servers that do not
//! announce 8BITMIME too: every one in use passes them on, and recoding would break signatures.

mod line;
mod relay;
#[cfg(test)]
mod tests;

pub use relay::{Relay, RelayError};

use crate::services::outside::{Courier, Exchanger, Later, OfferError, Parcel, Receipt};
use crate::services::resolver::ascii_domain;
use futures_util::FutureExt;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, CertificateStore, TlsParameters};
use lettre::transport::smtp::extension::{ClientId, Extension};
use line::Line;
use std::borrow::Cow;
use std::error::Error as _;
use std::net::{IpAddr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Addresses of one exchanger that are tried.
const ADDRESSES: usize = 4;
/// Bytes of a message handed to the line at once.
const CHUNK: usize = 64 * 1024;
/// The least speed that a server has to take a message at, in bytes a second.
const LEAST_SPEED: u64 = 16 * 1024;

/// How long each step may take. RFC 5321 §4.5.3.2.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Reaching an address.
    pub connect: Duration,
    /// The greeting, and the answer to EHLO.
    pub greeting: Duration,
    /// The answer to any other command, and the TLS handshake.
    pub command: Duration,
    /// Everything before the message, and its end; a long message has more.
    pub whole: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(30),
            greeting: Duration::from_secs(300),
            command: Duration::from_secs(300),
            whole: Duration::from_secs(600),
        }
    }
}

/// Speaks SMTP to other servers.
#[derive(Debug)]
pub struct SmtpCourier {
    hello: ClientId,
    patience: Patience,
    relay: Option<Arc<Relay>>,
}

impl SmtpCourier {
    /// A courier that calls itself `hostname` and speaks to the servers of the world.
    #[must_use]
    pub fn new(hostname: &str) -> Self {
        Self { hello: ClientId::Domain(hostname.to_owned()), patience: Patience::default(), relay: None }
    }

    /// A courier that speaks to a relay: proves its name, and signs in.
    #[must_use]
    pub fn through(hostname: &str, relay: Arc<Relay>) -> Self {
        Self { relay: Some(relay), ..Self::new(hostname) }
    }

    /// The same with another patience.
    #[must_use]
    pub fn with_patience(self, patience: Patience) -> Self {
        Self { patience, ..self }
    }
}

impl Courier for SmtpCourier {
    fn offer<'a>(&'a self, to: &'a Exchanger, parcel: &'a Parcel) -> Later<'a, Result<Vec<Receipt>, OfferError>> {
        let offered = AssertUnwindSafe(self.hand_over(to, parcel)).catch_unwind();
        // Strange answers may panic in the library that reads them; they are this server's fault, and end here.
        Box::pin(async move { offered.await.unwrap_or_else(|_| Err(OfferError("it answers nonsense".to_owned()))) })
    }
}

/// What went wrong with a step: the server's answer, or no answer.
enum Trouble {
    /// It said no.
    Said(u16, String),
    /// It said nothing that could be understood.
    Broken(String),
}

impl From<SmtpError> for Trouble {
    fn from(error: SmtpError) -> Self {
        match error.status() {
            Some(code) => Self::Said(code.into(), error.source().map_or_else(String::new, ToString::to_string)),
            None => Self::Broken(error.to_string()),
        }
    }
}

impl From<Trouble> for OfferError {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Said(code, words) => Self(format!("{code} {words}")),
            Trouble::Broken(words) => Self(words),
        }
    }
}

async fn within<T>(span: Duration, step: impl Future<Output = Result<T, SmtpError>>) -> Result<T, Trouble> {
    match timeout(span, step).await {
        Ok(done) => Ok(done?),
        Err(_) => Err(Trouble::Broken("no answer in time".to_owned())),
    }
}

impl SmtpCourier {
    async fn hand_over(&self, to: &Exchanger, parcel: &Parcel) -> Result<Vec<Receipt>, OfferError> {
        let opened = timeout(self.patience.whole, self.open(to)).await;
        let mut line = opened.map_err(|_| OfferError("no answer in time".to_owned()))??;
        let begun = timeout(self.patience.whole, self.envelope(&mut line, parcel)).await;
        let receipts = begun.map_err(|_| OfferError("no answer in time".to_owned()))??;
        let receipts =
            if receipts.iter().any(is_taken) { self.message(&mut line, parcel, receipts).await } else { receipts };
        // Taking leave may take its time: the answer must be written down meanwhile.
        let patience = self.patience.connect;
        tokio::spawn(async move { timeout(patience, line.quit()).await.is_ok() });
        Ok(receipts)
    }

    /// A line to the first address that answers: encrypted where that goes.
    async fn open(&self, to: &Exchanger) -> Result<AsyncSmtpConnection, OfferError> {
        let mut trouble = OfferError("it has no address".to_owned());
        for address in to.addresses.iter().take(ADDRESSES) {
            let opened = match &self.relay {
                Some(relay) => self.open_relay(relay, *address).await,
                None => self.open_any(to, *address).await,
            };
            match opened {
                Ok(line) => return Ok(line),
                Err(error) => trouble = error.into(),
            }
        }
        Err(trouble)
    }

    /// To a server of the world: a failed handshake is followed by a line in the clear. RFC 7435 §3.
    async fn open_any(&self, to: &Exchanger, address: IpAddr) -> Result<AsyncSmtpConnection, Trouble> {
        let at = SocketAddr::new(address, to.port);
        let mut line = self.greet(at).await?;
        if line.can_starttls()
            && let Ok(tls) = unproven_tls(&to.host)
        {
            match within(self.patience.command, line.starttls(tls, &self.hello)).await {
                Ok(()) => return Ok(line),
                Err(_) => line = self.greet(at).await?,
            }
        }
        Ok(line)
    }

    /// To the relay: it proves its name, and gets the password over an encrypted line only. One on this machine need do
    /// neither.
    async fn open_relay(&self, relay: &Relay, address: IpAddr) -> Result<AsyncSmtpConnection, Trouble> {
        let at = SocketAddr::new(address, relay.port);
        let tls = if relay.is_local() { unproven_tls(&relay.host)? } else { TlsParameters::new(relay.host.clone())? };
        let mut line = if relay.is_tls {
            let patience = Some(self.patience.connect);
            let opened = AsyncSmtpConnection::connect_tokio1(at, patience, &self.hello, Some(tls), None);
            within(self.patience.greeting, opened).await?
        } else {
            let mut line = self.greet(at).await?;
            if line.can_starttls() {
                within(self.patience.command, line.starttls(tls, &self.hello)).await?;
            }
            line
        };
        if let Some((name, password)) = &relay.login {
            if !line.is_encrypted() && !relay.is_local() {
                return Err(Trouble::Broken("the relay offers no encryption; the password stays here".to_owned()));
            }
            let login = Credentials::new(name.clone(), password.reveal().to_owned());
            within(self.patience.command, line.auth(&[Mechanism::Plain, Mechanism::Login], &login)).await?;
        }
        Ok(line)
    }

    async fn greet(&self, at: SocketAddr) -> Result<AsyncSmtpConnection, Trouble> {
        let reached = timeout(self.patience.connect, TcpStream::connect(at)).await;
        let stream = match reached {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => return Err(Trouble::Broken(format!("{at}: {error}"))),
            Err(_) => return Err(Trouble::Broken(format!("{at}: no connection in time"))),
        };
        let line = Box::new(Line::new(stream, at));
        within(self.patience.greeting, AsyncSmtpConnection::connect_with_transport(line, &self.hello)).await
    }

    /// MAIL and RCPT. Each recipient gets the server's own answer; a line that breaks here has told nothing.
    async fn envelope(&self, line: &mut AsyncSmtpConnection, parcel: &Parcel) -> Result<Vec<Receipt>, OfferError> {
        let takes_utf8 = line.server_info().supports_feature(Extension::SmtpUtfEight);
        let from = parcel.reverse_path.as_deref().map_or(Some(String::new()), |path| written(path, takes_utf8));
        let Some(from) = from else { return Ok(same(parcel, 553, NO_UTF8)) };
        let mut mail = format!("MAIL FROM:<{from}>");
        if line.server_info().supports_feature(Extension::EightBitMime) && !parcel.bytes.is_ascii() {
            mail.push_str(" BODY=8BITMIME");
        }
        let is_utf8 = !from.is_ascii() || parcel.recipients.iter().any(|to| !to.is_ascii());
        if takes_utf8 && is_utf8 {
            mail.push_str(" SMTPUTF8");
        }
        match self.say(line, &mail).await {
            Ok(_) => {}
            Err(Trouble::Said(code, words)) if code != 421 => return Ok(same(parcel, code, &words)),
            Err(trouble) => return Err(trouble.into()),
        }
        let mut receipts = Vec::with_capacity(parcel.recipients.len());
        for address in &parcel.recipients {
            let (code, words) = match written(address, takes_utf8) {
                None => (553, NO_UTF8.to_owned()),
                Some(to) => match self.say(line, &format!("RCPT TO:<{to}>")).await {
                    Ok(said) => said,
                    Err(Trouble::Said(code, words)) if code != 421 => (code, words),
                    Err(trouble) => return Err(trouble.into()),
                },
            };
            receipts.push(Receipt { address: address.clone(), code, words });
        }
        Ok(receipts)
    }

    /// DATA, the message, and the one answer for all who were taken so far. From here on a broken line means "ask again
    /// later", at this server or another: it may have the message.
    async fn message(
        &self,
        line: &mut AsyncSmtpConnection,
        parcel: &Parcel,
        mut receipts: Vec<Receipt>,
    ) -> Vec<Receipt> {
        let (code, words) = match self.data(line, &parcel.bytes).await {
            Ok(said) => said,
            Err(Trouble::Said(code, words)) => (code, words),
            Err(Trouble::Broken(words)) => (451, words),
        };
        for receipt in receipts.iter_mut().filter(|receipt| is_taken(receipt)) {
            receipt.code = code;
            receipt.words.clone_from(&words);
        }
        receipts
    }

    async fn data(&self, line: &mut AsyncSmtpConnection, bytes: &[u8]) -> Result<(u16, String), Trouble> {
        self.say(line, "DATA").await?;
        let text = crlf(bytes);
        // The library ends the last line itself.
        let text = text.strip_suffix(b"\r\n").unwrap_or(&text);
        let more = Duration::from_secs(text.len() as u64 / LEAST_SPEED);
        let answer = within(self.patience.whole + more, line.message_iter(text.chunks(CHUNK))).await?;
        Ok((answer.code().into(), answer.message().collect::<Vec<_>>().join(" ")))
    }

    async fn say(&self, line: &mut AsyncSmtpConnection, command: &str) -> Result<(u16, String), Trouble> {
        let answer = within(self.patience.command, line.command(format!("{command}\r\n"))).await?;
        Ok((answer.code().into(), answer.message().collect::<Vec<_>>().join(" ")))
    }
}

const NO_UTF8: &str = "5.6.7 the server takes no addresses beyond ASCII";

const fn is_taken(receipt: &Receipt) -> bool {
    matches!(receipt.code, 200..=299)
}

fn same(parcel: &Parcel, code: u16, words: &str) -> Vec<Receipt> {
    let receipt = |address: &String| Receipt { address: address.clone(), code, words: words.to_owned() };
    parcel.recipients.iter().map(receipt).collect()
}

/// An address as the server can read it: beyond ASCII as it is where it may be (RFC 6531), else with its domain in
/// ASCII form (RFC 5890); `None` where the local part has none, and for what could end the command.
fn written(address: &str, takes_utf8: bool) -> Option<String> {
    if address.chars().any(|c| c.is_control() || matches!(c, '<' | '>')) {
        return None;
    }
    if takes_utf8 || address.is_ascii() {
        return Some(address.to_owned());
    }
    let (local, domain) = address.rsplit_once('@').filter(|(local, _)| local.is_ascii())?;
    Some(format!("{local}@{}", ascii_domain(domain)?))
}

fn unproven_tls(host: &str) -> Result<TlsParameters, SmtpError> {
    TlsParameters::builder(host.trim_end_matches('.').to_owned())
        .certificate_store(CertificateStore::None)
        .dangerous_accept_invalid_certs(true)
        .dangerous_accept_invalid_hostnames(true)
        .build_rustls()
}

/// The message with every line ended by CR LF and the last line ended: a lone CR or LF never leaves, since some servers
/// take it for the end of a line, and what stands behind it for a command.
fn crlf(bytes: &[u8]) -> Cow<'_, [u8]> {
    if is_crlf(bytes) {
        return Cow::Borrowed(bytes);
    }
    let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 32 + 2);
    let mut rest = bytes;
    while let Some(at) = memchr::memchr2(b'\r', b'\n', rest) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(b"\r\n");
        rest = &rest[at + if rest[at..].starts_with(b"\r\n") { 2 } else { 1 }..];
    }
    if !rest.is_empty() {
        out.extend_from_slice(rest);
        out.extend_from_slice(b"\r\n");
    }
    Cow::Owned(out)
}

/// Whether every CR stands before an LF, every LF behind a CR, and the last line is ended.
fn is_crlf(bytes: &[u8]) -> bool {
    let mut ends = memchr::memchr2_iter(b'\r', b'\n', bytes);
    while let Some(at) = ends.next() {
        if bytes.get(at..at + 2) != Some(b"\r\n") {
            return false;
        }
        ends.next();
    }
    bytes.is_empty() || bytes.ends_with(b"\r\n")
}
