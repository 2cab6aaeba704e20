//! DATA and BDAT: takes the text in and hands it over. Nothing is answered 250 before it is on the disk.

use super::session::{Session, Transaction};
use super::{End, House, error};
use crate::kernel::limits;
use crate::proto::smtp::command::Chunk;
use crate::proto::smtp::reply::{Reply, fixed};
use crate::proto::smtp::{Stage, TextReader};
use crate::servers::net::pace::Pace;
use crate::services::arrive::{self, Envelope, Peer};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Bytes that are read and dropped after a message was too large, before the connection is.
const DROPPED_MOST: usize = 2 * limits::MESSAGE_BYTES;
/// Room for a message whose size was not announced.
const USUAL: usize = 16 * 1024;
/// Most room made for a message on the word of its sender.
const ANNOUNCED_MOST: usize = 256 * 1024;
/// Bytes of text that all sessions of a door hold together. Small messages are always taken in.
const HELD_MOST: usize = 512 * 1024 * 1024;
/// What counts as small.
const HELD_SMALL: usize = 1024 * 1024;

impl Session {
    /// DATA. RFC 5321 §4.1.1.4.
    pub(super) async fn data(&mut self) -> Result<(), End> {
        let Some(mail) = self.mail.take() else { return self.answer(&fixed::MAIL_FIRST) };
        self.say(&fixed::GO_AHEAD);
        let mut text = TextReader::dotted(limits::MESSAGE_BYTES);
        let mut raw = Vec::with_capacity(room(mail.announced));
        let mut held = Held::new(&self.house);
        self.take_text(&mut text, &mut raw, &mut held).await?;
        self.hand_over(mail, &text, raw).await
    }

    /// BDAT. RFC 3030 §2.
    pub(super) async fn bdat(&mut self, chunk: Chunk) -> Result<(), End> {
        let Some(mut mail) = self.mail.take() else { return self.answer(&fixed::MAIL_FIRST) };
        let (mut text, mut raw, mut held) = mail.chunks.take().unwrap_or_else(|| {
            let raw = Vec::with_capacity(room(mail.announced.max(chunk.size)));
            (TextReader::chunked(limits::MESSAGE_BYTES), raw, Held::new(&self.house))
        });
        self.take_chunk(chunk.size, &mut text, &mut raw, &mut held).await?;
        if chunk.is_last {
            text.finish();
        }
        if chunk.is_last || text.flaw().is_some() {
            return self.hand_over(mail, &text, raw).await;
        }
        mail.chunks = Some((text, raw, held));
        self.mail = Some(mail);
        self.stage = Stage::Chunks;
        self.answer(&fixed::CHUNK_OK)
    }

    /// Takes the text in up to its own end.
    async fn take_text(&mut self, text: &mut TextReader, raw: &mut Vec<u8>, held: &mut Held) -> Result<(), End> {
        let mut pace = Pace::new(self.house.patience.text);
        loop {
            let took = text.read(self.inbox.unread(), raw);
            self.inbox.consume(took.used);
            if took.is_end {
                return Ok(());
            }
            held.now(raw.len())?;
            if text.size() > DROPPED_MOST {
                return Err(End::Told(fixed::TOO_LARGE));
            }
            self.fill_text(&mut pace).await?;
        }
    }

    /// Takes in the `size` bytes of a chunk.
    async fn take_chunk(
        &mut self,
        size: usize,
        text: &mut TextReader,
        raw: &mut Vec<u8>,
        held: &mut Held,
    ) -> Result<(), End> {
        if size > DROPPED_MOST {
            return Err(End::Told(fixed::TOO_LARGE));
        }
        let mut pace = Pace::new(self.house.patience.text);
        let mut left = size;
        loop {
            let unread = self.inbox.unread();
            let part = &unread[..left.min(unread.len())];
            let used = text.read(part, raw).used;
            self.inbox.consume(used);
            left -= used;
            if left == 0 {
                return Ok(());
            }
            held.now(raw.len())?;
            self.fill_text(&mut pace).await?;
        }
    }

    /// Reads a chunk that nobody wants, since its bytes come all the same.
    pub(super) async fn drop_chunk(&mut self, size: usize) -> Result<(), End> {
        let mut held = Held::new(&self.house);
        self.take_chunk(size, &mut TextReader::chunked(0), &mut Vec::new(), &mut held).await
    }

    /// Ends the transaction: the message is kept, or refused for what was found in it.
    async fn hand_over(&mut self, mail: Box<Transaction>, text: &TextReader, raw: Vec<u8>) -> Result<(), End> {
        let reply = match text.flaw() {
            Some(flaw) => error::flaw(flaw),
            None => self.keep(*mail, raw).await,
        };
        self.forget_mail();
        self.answer(&reply)
    }

    async fn keep(&mut self, mail: Transaction, raw: Vec<u8>) -> Reply {
        let envelope = Envelope {
            peer: Peer { ip: self.from, helo: self.helo.clone(), is_tls: self.wire.is_tls(), session: self.name() },
            with: self.with(mail.is_utf8),
            reverse_path: mail.reverse_path,
            recipients: mail.recipients,
            by: self.who,
        };
        match Box::pin(arrive::arrive(&self.house.office, envelope, raw)).await {
            Ok(kept) => {
                self.errors = 0;
                Reply::told(250, "2.0.0", format!("Taken as {kept}"))
            }
            Err(error) => error::arrive(&error),
        }
    }

    /// How the message came, for its Received field. RFC 3848, RFC 6531 §4.3.
    const fn with(&self, is_utf8: bool) -> &'static str {
        match (is_utf8, self.is_extended, self.wire.is_tls(), self.who.is_some()) {
            (true, _, false, false) => "UTF8SMTP",
            (true, _, false, true) => "UTF8SMTPA",
            (true, _, true, false) => "UTF8SMTPS",
            (true, _, true, true) => "UTF8SMTPSA",
            (false, false, _, _) => "SMTP",
            (false, true, false, false) => "ESMTP",
            (false, true, false, true) => "ESMTPA",
            (false, true, true, false) => "ESMTPS",
            (false, true, true, true) => "ESMTPSA",
        }
    }
}

fn room(announced: usize) -> usize {
    if announced == 0 { USUAL } else { announced.saturating_add(64).min(ANNOUNCED_MOST) }
}

/// One session's part of the text held in memory, given back on drop: it stays with the text, also between chunks.
pub(super) struct Held {
    house: Arc<House>,
    bytes: usize,
}

impl Held {
    fn new(house: &Arc<House>) -> Self {
        Self { house: Arc::clone(house), bytes: 0 }
    }

    /// Notes how much it is by now; where all hold too much, the large ones have to come again.
    fn now(&mut self, bytes: usize) -> Result<(), End> {
        let more = bytes.saturating_sub(self.bytes);
        let all = self.house.held.fetch_add(more, Ordering::Relaxed).saturating_add(more);
        self.bytes += more;
        if bytes > HELD_SMALL && all > HELD_MOST { Err(End::Told(error::CROWDED)) } else { Ok(()) }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.house.held.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}
