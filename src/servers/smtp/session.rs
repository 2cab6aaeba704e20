//! One session: what it knows, and the loop from command to function.

use super::inbox::Inbox;
use super::message::Held;
use super::talk::Heard;
use super::{End, House, error};
use crate::kernel::clock::Stopwatch;
use crate::kernel::id::PersonId;
use crate::kernel::limits;
use crate::kernel::secret;
use crate::kernel::text::EmailAddress;
use crate::proto::smtp::command::{self, Command};
use crate::proto::smtp::reply::{Reply, fixed};
use crate::proto::smtp::{Stage, TextReader};
use crate::servers::net::stop::Stop;
use crate::servers::net::tls;
use crate::servers::net::wire::Wire;
use crate::services::signin::Way;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

/// Longest wait for the client to hang up after the last words.
const CLOSE_WAIT: Duration = Duration::from_secs(1);

/// What one session knows.
pub(super) struct Session {
    pub(super) house: Arc<House>,
    id: u32,
    pub(super) wire: Wire,
    pub(super) inbox: Inbox,
    pub(super) out: Vec<u8>,
    pub(super) stop: Stop,
    pub(super) from: IpAddr,
    pub(super) begun: Stopwatch,
    pub(super) errors: u32,
    pub(super) stage: Stage,
    pub(super) helo: String,
    pub(super) is_extended: bool,
    pub(super) who: Option<PersonId>,
    /// By which password.
    pub(super) way: Way,
    pub(super) mail: Option<Box<Transaction>>,
}

/// One message on its way in, from MAIL to the end of its text.
pub(super) struct Transaction {
    pub(super) reverse_path: Option<EmailAddress>,
    pub(super) recipients: Vec<EmailAddress>,
    pub(super) is_utf8: bool,
    /// Bytes announced, 0 where none were.
    pub(super) announced: usize,
    /// What came in chunks so far.
    pub(super) chunks: Option<(TextReader, Vec<u8>, Held)>,
}

impl Session {
    pub(super) fn new(house: Arc<House>, wire: Wire, from: IpAddr, stop: Stop) -> Self {
        Self {
            house,
            id: u32::from_be_bytes(secret::random()),
            wire,
            inbox: Inbox::new(),
            out: Vec::new(),
            stop,
            from,
            begun: Stopwatch::start(),
            errors: 0,
            stage: Stage::Fresh,
            helo: String::new(),
            is_extended: false,
            who: None,
            way: Way::Own,
            mail: None,
        }
    }

    /// What the log calls the session.
    pub(super) fn name(&self) -> String {
        format!("{:08x}", self.id)
    }

    /// Greets, obeys until there is an end, and says why.
    pub(super) async fn run(mut self) {
        self.say(&Reply::told(220, "", format!("{} ESMTP Hailstone", self.house.office.hostname)));
        let end = loop {
            if let Err(end) = self.turn().await {
                break end;
            }
        };
        let (door, session) = (self.house.door.name(), self.name());
        let code = if let End::Told(reply) = &end { reply.code() } else { 0 };
        tracing::debug!(door, %session, from = %self.from, code, "session ended");
        if let End::Told(reply) = end {
            self.say(&reply);
            let _ = self.flush().await; // the session is over either way
            self.wire.close(CLOSE_WAIT).await;
        }
    }

    /// One command and its answer.
    async fn turn(&mut self) -> Result<(), End> {
        let used = match self.hear(limits::SMTP_COMMAND_LINE).await? {
            Heard::Line(used) => used,
            Heard::Refused(reply) => return self.answer(&reply),
        };
        let command = Command::parse(&self.inbox.unread()[..used]);
        self.inbox.consume(used);
        match command {
            Ok(command) => self.obey(command).await,
            Err(error) => self.answer(&error::command(error)),
        }
    }

    /// The table from command to function.
    async fn obey(&mut self, command: Command) -> Result<(), End> {
        if let Err(reply) = self.stage.admits(command.verb()) {
            return self.out_of_place(&command, &reply).await;
        }
        match command {
            Command::Mail(mail) => self.mail(mail).await,
            Command::Rcpt(recipient) => self.rcpt(recipient).await,
            Command::Data => self.data().await,
            Command::Bdat(chunk) => self.bdat(chunk).await,
            Command::Ehlo(name) => self.hello(name, true),
            Command::Helo(name) => self.hello(name, false),
            Command::Auth(mechanism, initial) => Box::pin(self.auth(mechanism, initial)).await,
            Command::StartTls => self.starttls().await,
            Command::Rset => self.rset(),
            Command::Noop => self.answer(&fixed::OK),
            Command::Vrfy => self.answer(&fixed::CANNOT_VERIFY),
            Command::Help => self.answer(&fixed::HELP),
            Command::NotSpoken => self.answer(&fixed::NOT_SPOKEN),
            Command::Quit => Err(End::Told(fixed::BYE)),
        }
    }

    /// Refuses a command at its place. A chunk comes whether it is wanted or not. RFC 3030 §2.
    async fn out_of_place(&mut self, command: &Command, reply: &Reply) -> Result<(), End> {
        if let Command::Bdat(chunk) = command {
            self.drop_chunk(chunk.size).await?;
        }
        self.answer(reply)
    }

    /// EHLO or HELO. RFC 5321 §4.1.4: also ends a transaction that was begun.
    fn hello(&mut self, name: String, is_extended: bool) -> Result<(), End> {
        self.forget_mail();
        (self.stage, self.helo, self.is_extended) = (Stage::Greeted, name, is_extended);
        let host = &self.house.office.hostname;
        let told = if is_extended {
            let has_starttls = self.house.tls.is_some() && !self.wire.is_tls();
            let has_auth = self.house.door.needs_sign_in() && self.wire.is_tls();
            command::greeting(host, limits::MESSAGE_BYTES, has_starttls, has_auth)
        } else {
            host.clone()
        };
        self.answer(&Reply::told(250, "", told))
    }

    fn rset(&mut self) -> Result<(), End> {
        self.forget_mail();
        self.answer(&fixed::OK)
    }

    /// Ends the transaction, whatever became of it.
    pub(super) fn forget_mail(&mut self) {
        self.mail = None;
        self.stage = self.stage.after_reset();
    }

    /// STARTTLS. RFC 3207 §4.2: what was known is forgotten, and what came in the clear behind it is never obeyed.
    async fn starttls(&mut self) -> Result<(), End> {
        if self.wire.is_tls() {
            return self.answer(&fixed::TLS_ALREADY);
        }
        let house = Arc::clone(&self.house);
        let Some(acceptor) = &house.tls else { return self.answer(&fixed::TLS_NOT_HERE) };
        self.say(&fixed::TLS_READY);
        self.flush().await?;
        self.inbox.clear();
        self.forget_mail();
        (self.stage, self.is_extended, self.who) = (Stage::Fresh, false, None);
        self.helo.clear();
        Box::pin(self.wire.secure(acceptor, tls::HANDSHAKE_WAIT)).await.map_err(|error| {
            let (door, session) = (house.door.name(), self.name());
            tracing::debug!(door, %session, from = %self.from, %error, "no TLS session came about");
            End::Gone
        })
    }
}
