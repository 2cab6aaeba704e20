//! MAIL and RCPT: who may send, and who is here.

use super::session::{Session, Transaction};
use super::{End, GUESSES, error};
use crate::domain::people;
use crate::kernel::limits;
use crate::kernel::text::EmailAddress;
use crate::proto::smtp::command::Mail;
use crate::proto::smtp::reply::{Reply, fixed};
use crate::proto::smtp::{Recipient, Stage};
use crate::servers::net::rate::owner;
use crate::services::arrive::{self, RecipientAnswer};
use crate::services::signin;

impl Session {
    /// MAIL. RFC 5321 §4.1.1.2.
    pub(super) async fn mail(&mut self, mail: Mail) -> Result<(), End> {
        if let Some(reply) = self.bars_mail() {
            return self.answer(&reply);
        }
        if let Some(reply) = self.bars_program().await {
            return self.answer(&reply);
        }
        if let Some(reply) = self.bars_size(mail.size) {
            return self.answer(&reply);
        }
        let reverse_path = mail.from.address();
        if let Some(reply) = self.bars_sender(reverse_path.as_ref()).await {
            return self.answer(&reply);
        }
        self.mail = Some(Box::new(Transaction {
            reverse_path,
            recipients: Vec::new(),
            is_utf8: mail.is_utf8,
            announced: mail.size,
            chunks: None,
        }));
        self.stage = Stage::Sender;
        self.answer(&fixed::SENDER_OK)
    }

    /// RFC 6409 §4.3: own people sign in before they send, over TLS.
    fn bars_mail(&self) -> Option<Reply> {
        if !self.house.door.needs_sign_in() || self.who.is_some() {
            None
        } else if self.wire.is_tls() {
            Some(fixed::AUTH_FIRST)
        } else {
            Some(fixed::TLS_FIRST)
        }
    }

    /// Who signed in an hour ago may not be let in now: the office's rules are asked before each message.
    async fn bars_program(&self) -> Option<Reply> {
        let who = self.who?;
        match Box::pin(signin::bars_program(&self.house.office, who, self.way)).await {
            Ok(None) => None,
            Ok(Some(why)) => Some(error::barred(&why)),
            Err(error) => Some(error::store(&error)),
        }
    }

    /// RFC 1870 §6.1: what is too large, or has no room, is refused before a byte of it came.
    fn bars_size(&self, announced: usize) -> Option<Reply> {
        if announced > limits::MESSAGE_BYTES {
            return Some(fixed::TOO_LARGE);
        }
        match self.house.office.store.room() {
            Ok(room) if room.has_room_for(announced as u64) => None,
            Ok(_) => Some(error::NO_ROOM),
            Err(error) => Some(error::store(&error)),
        }
    }

    /// RFC 6409 §6.1: nobody sends as somebody else. The null path is for reports, which everybody's program sends.
    async fn bars_sender(&self, from: Option<&EmailAddress>) -> Option<Reply> {
        let (by, from) = (self.who?, from?);
        match Box::pin(arrive::may_send_as(&self.house.office, by, from)).await {
            Ok(true) => None,
            Ok(false) => Some(error::NOT_YOUR_ADDRESS),
            Err(error) => Some(error::store(&error)),
        }
    }

    /// RCPT. RFC 5321 §4.1.1.3.
    pub(super) async fn rcpt(&mut self, recipient: Recipient) -> Result<(), End> {
        let Some(mail) = &self.mail else { return self.answer(&fixed::MAIL_FIRST) };
        if mail.recipients.len() >= limits::SMTP_RECIPIENTS {
            return self.answer(&fixed::TOO_MANY_RECIPIENTS);
        }
        if recipient.needs_utf8() && !mail.is_utf8 {
            return self.answer(&fixed::NEEDS_UTF8);
        }
        let address = match recipient {
            Recipient::Address(address) => address,
            Recipient::Postmaster => match Box::pin(self.postmaster()).await {
                Ok(address) => address,
                Err(reply) => return self.answer(&reply),
            },
        };
        let announced = mail.announced;
        match Box::pin(arrive::recipient(&self.house.office, self.who, &address, announced)).await {
            Ok(RecipientAnswer::Ok) => self.take_recipient(address),
            Ok(RecipientAnswer::Barred(why)) => self.answer(&error::barred(&why)),
            Ok(RecipientAnswer::Full) => self.answer(&error::FULL),
            Ok(RecipientAnswer::TooLarge) => self.answer(&error::TOO_LARGE_FOR_MAILBOX),
            Ok(RecipientAnswer::NoSuchUser) => {
                self.note_refused(&address, "nobody has this address");
                self.refuse_unknown()
            }
            Ok(RecipientAnswer::NotOurs) => {
                self.note_refused(&address, "the domain is not of this office");
                self.answer(&error::NOT_OURS)
            }
            Err(error) => self.answer(&error::store(&error)),
        }
    }

    /// RFC 5321 §4.5.1: `<postmaster>` without a domain is the postmaster here.
    async fn postmaster(&self) -> Result<EmailAddress, Reply> {
        let domain = self.house.office.store.read(people::primary_domain).await;
        let domain = domain.map_err(|error| error::people(&error))?.ok_or(error::NO_SUCH_USER)?;
        format!("postmaster@{domain}").parse().map_err(|_| error::NO_SUCH_USER)
    }

    fn take_recipient(&mut self, address: EmailAddress) -> Result<(), End> {
        if let Some(mail) = &mut self.mail {
            mail.recipients.push(address);
            self.stage = Stage::Recipients;
        }
        self.answer(&fixed::RECIPIENT_OK)
    }

    fn note_refused(&self, to: &EmailAddress, why: &str) {
        let (door, session) = (self.house.door.name(), self.name());
        let from = self.mail.as_ref().and_then(|mail| mail.reverse_path.as_ref()).map_or("", EmailAddress::as_str);
        tracing::info!(door, %session, ip = %self.from, %from, %to, why, "a recipient was refused");
    }

    /// Refuses an unknown name, and after many of them the one who tries names.
    fn refuse_unknown(&mut self) -> Result<(), End> {
        let guesses = self.house.guesses.count(&owner(self.from), self.house.office.clock.now());
        if guesses > GUESSES && self.who.is_none() && !self.from.is_loopback() {
            return Err(End::Told(fixed::TOO_MANY_GUESSES));
        }
        self.answer(&error::NO_SUCH_USER)
    }
}
