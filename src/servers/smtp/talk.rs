//! Listening and answering, each with a cap and a deadline.

use super::End;
use super::session::Session;
use crate::kernel::clock::Stopwatch;
use crate::kernel::limits;
use crate::proto::smtp::line::{self, Line};
use crate::proto::smtp::reply::{Reply, fixed};
use crate::servers::net::pace::Pace;
use std::time::Duration;

/// Longest wait for a client to take an answer.
const WRITE_WAIT: Duration = Duration::from_secs(60);
/// Answers that wait to be sent together.
const OUT_MOST: usize = 4096;
/// Bytes of a line that is too long, which are dropped before the client is.
const DROPPED_MOST: usize = 1024 * 1024;

/// What the client said.
pub(super) enum Heard {
    /// A line: so many bytes at the front of the inbox, CR LF included.
    Line(usize),
    /// Something that is answered so, and has been dropped.
    Refused(Reply),
}

impl Session {
    /// Adds a reply to those that go out with the next flush.
    pub(super) fn say(&mut self, reply: &Reply) {
        reply.write_to(&mut self.out);
    }

    /// Answers a command, and counts it where it is refused.
    pub(super) fn answer(&mut self, reply: &Reply) -> Result<(), End> {
        self.say(reply);
        if !reply.is_refusal() {
            return Ok(());
        }
        self.errors += 1;
        let most = if self.wire.is_tls() { limits::SMTP_ERRORS_TLS } else { limits::SMTP_ERRORS_PLAIN };
        if self.errors < most { Ok(()) } else { Err(End::Told(fixed::TOO_MANY_ERRORS)) }
    }

    /// Sends what was said: all answers to a pipelined group in one write.
    pub(super) async fn flush(&mut self) -> Result<(), End> {
        if self.out.is_empty() {
            return Ok(());
        }
        let sent = self.wire.write(&self.out, WRITE_WAIT).await;
        self.out.clear();
        self.out.shrink_to(OUT_MOST);
        sent.map_err(|_| End::Gone)
    }

    /// Waits for a line of at most `most` bytes, with all answers sent before.
    pub(super) async fn hear(&mut self, most: usize) -> Result<Heard, End> {
        if self.out.len() > OUT_MOST {
            self.flush().await?;
        }
        let waiting = Stopwatch::start();
        loop {
            match line::first(self.inbox.unread(), most) {
                Line::Whole { used } => return Ok(Heard::Line(used)),
                Line::Broken { used } => {
                    self.inbox.consume(used);
                    return Ok(Heard::Refused(fixed::BROKEN_LINE));
                }
                Line::TooLong => {
                    self.drop_line(waiting).await?;
                    return Ok(Heard::Refused(fixed::LONG_LINE));
                }
                Line::Partial => self.fill(waiting).await?,
            }
        }
    }

    /// Drops a line up to its end, and the client where that does not come.
    async fn drop_line(&mut self, waiting: Stopwatch) -> Result<(), End> {
        let mut dropped = 0;
        loop {
            if let Some(end) = line::end(self.inbox.unread()) {
                self.inbox.consume(end);
                return Ok(());
            }
            dropped += self.inbox.unread().len();
            self.inbox.clear();
            if dropped > DROPPED_MOST {
                return Err(End::Told(fixed::LONG_LINE));
            }
            self.fill(waiting).await?;
        }
    }

    /// Waits for more of a command; the deadline counts from `waiting`, so a byte now and then does not extend it.
    async fn fill(&mut self, waiting: Stopwatch) -> Result<(), End> {
        self.flush().await?;
        let of_session = self.house.patience.session.checked_sub(self.begun.elapsed());
        let of_session = of_session.ok_or(End::Told(fixed::SESSION_OVER))?;
        let wait = self.house.patience.command.saturating_sub(waiting.elapsed()).min(of_session);
        let room = self.inbox.room_for_command();
        let read = tokio::select! {
            biased;
            read = tokio::time::timeout(wait, self.wire.read(room)) => read,
            () = self.stop.said() => return Err(End::Told(fixed::STOPPING)),
        };
        match read {
            Ok(Ok(1..)) => Ok(()),
            Ok(Ok(0) | Err(_)) => Err(End::Gone),
            Err(_) => Err(End::Told(fixed::TOO_SLOW)),
        }
    }

    /// Waits for more text. A stop does not end it: what was begun may be finished.
    pub(super) async fn fill_text(&mut self, pace: &mut Pace) -> Result<(), End> {
        self.flush().await?;
        loop {
            let Some(wait) = pace.allowance() else { return Err(End::Told(fixed::TOO_SLOW)) };
            let room = self.inbox.room_for_text();
            match tokio::time::timeout(wait, self.wire.read(room)).await {
                Ok(Ok(0) | Err(_)) => return Err(End::Gone),
                Ok(Ok(read)) => {
                    pace.count(read);
                    return Ok(());
                }
                Err(_) => {} // the window is over: the pace says whether enough came in it
            }
        }
    }
}
