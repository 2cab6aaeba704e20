//! AUTH. RFC 4954 §4.

use super::session::Session;
use super::talk::Heard;
use super::{End, error};
use crate::kernel::limits;
use crate::kernel::secret::Secret;
use crate::proto::auth::{self, Credentials};
use crate::proto::smtp::command::Mechanism;
use crate::proto::smtp::reply::{Reply, fixed};
use crate::services::signin;

/// An answer in the exchange, or the reply that ends it.
type Said<T> = Result<T, Reply>;

impl Session {
    /// Asks for a name and a password, and signs the client in with them.
    pub(super) async fn auth(&mut self, mechanism: Mechanism, initial: Option<String>) -> Result<(), End> {
        if let Some(reply) = self.bars_auth() {
            return self.answer(&reply);
        }
        let credentials = match mechanism {
            Mechanism::Plain => self.plain(initial).await?,
            Mechanism::Login => self.login(initial).await?,
            Mechanism::Other => Err(fixed::AUTH_MECHANISM),
        };
        let reply = match credentials {
            Ok(credentials) => self.sign_in(credentials).await,
            Err(reply) => reply,
        };
        self.answer(&reply)
    }

    fn bars_auth(&self) -> Option<Reply> {
        if !self.house.door.needs_sign_in() {
            Some(fixed::NOT_SPOKEN)
        } else if !self.wire.is_tls() {
            Some(fixed::TLS_FOR_AUTH)
        } else if self.who.is_some() {
            Some(fixed::AUTH_ALREADY)
        } else {
            None
        }
    }

    async fn plain(&mut self, initial: Option<String>) -> Result<Said<Credentials>, End> {
        let answer = match initial {
            Some(initial) => Ok(initial),
            None => self.ask("").await?,
        };
        Ok(answer.and_then(|answer| auth::plain(&answer).map_err(error::sasl)))
    }

    /// COMPAT(Outlook): sends the name as an initial response, which LOGIN was never said to have.
    async fn login(&mut self, initial: Option<String>) -> Result<Said<Credentials>, End> {
        let name = match initial {
            Some(initial) => Ok(initial),
            None => self.ask(auth::LOGIN_ASKS_NAME).await?,
        };
        let name = match name.and_then(|name| auth::login_word(&name).map_err(error::sasl)) {
            Ok(name) => name,
            Err(reply) => return Ok(Err(reply)),
        };
        let password = self.ask(auth::LOGIN_ASKS_PASSWORD).await?;
        let password = password.and_then(|password| auth::login_word(&password).map_err(error::sasl));
        Ok(password.map(|password| Credentials { name, password: Secret::new(password) }))
    }

    /// Puts one question, in base64, and waits for the answer.
    async fn ask(&mut self, question: &'static str) -> Result<Said<String>, End> {
        self.say(&Reply::fixed(334, "", question));
        let used = match self.hear(limits::SMTP_AUTH_LINE).await? {
            Heard::Line(used) => used,
            Heard::Refused(reply) => return Ok(Err(reply)),
        };
        let answer = String::from_utf8_lossy(&self.inbox.unread()[..used]).trim_ascii_end().to_owned();
        self.inbox.consume(used);
        Ok(if answer == "*" { Err(fixed::AUTH_CANCELLED) } else { Ok(answer) })
    }

    async fn sign_in(&mut self, with: Credentials) -> Reply {
        match signin::check_program(&self.house.office, &with.name, with.password, self.from).await {
            Ok((person, way)) => {
                self.who = Some(person.id);
                self.way = way;
                fixed::SIGNED_IN
            }
            Err(error) => error::signin(&error),
        }
    }
}
