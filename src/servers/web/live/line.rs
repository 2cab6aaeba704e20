//! One open stream: whom it follows, what it has told, and what it tells next.

use super::super::Web;
use super::super::error::WebError;
use super::super::session::Visit;
use super::mail;
use super::patch::Patches;
use crate::domain::people::Session;
use crate::domain::store::{self, Change, Heard, Listener, News};
use crate::kernel::id::PersonId;
use actix_web::web::{Bytes, Data};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// How often a quiet stream says that it lives. Browsers take it for dead after 45 seconds.
const BEAT: Duration = Duration::from_secs(20);

/// One open stream.
pub(super) struct Line {
    visit: Visit,
    who: PersonId,
    listener: Listener,
    end: Arc<Notify>,
    id: u64,
    web: Data<Web>,
    since: i64,
    is_new: bool,
}

impl Drop for Line {
    fn drop(&mut self) {
        self.web.streams.close(self.who, self.id);
    }
}

/// The next piece of a stream, and what comes after it.
pub(super) async fn piece(mut line: Line) -> Option<(Result<Bytes, actix_web::Error>, Option<Line>)> {
    let told = if line.is_new { line.begin().await } else { line.wait().await };
    line.is_new = false;
    match told {
        Ok(Some(text)) => Some((Ok(Bytes::from(text)), Some(line))),
        Ok(None) => None,
        // The session ended meanwhile, or the file cannot be read: the browser comes back and learns which.
        Err(_) => Some((Ok(Bytes::from_static(b"event: end\ndata: {}\n\n")), None)),
    }
}

impl Line {
    /// A line that goes on from what the browser knows.
    pub(super) fn open(visit: Visit, session: &Session, since: i64) -> Result<Self, WebError> {
        let (web, who) = (visit.web.clone(), session.person.id);
        let (id, end) = web.streams.open(session).ok_or(WebError::SlowDown(BEAT))?;
        let mut listener = web.office.store.hub().listen();
        listener.follow(who);
        Ok(Self { visit, who, listener, end, id, web, since, is_new: true })
    }

    /// What happened since the browser last heard.
    async fn begin(&mut self) -> Result<Option<String>, WebError> {
        let (since, owners) = (self.since, self.listener.owners());
        let (now, missed) =
            self.visit.read(move |tx, _| Ok((store::revision(tx)?, store::changes_since(tx, &owners, since)?))).await?;
        self.since = now;
        match missed {
            None => Ok(Some(format!("retry: 3000\nid: {now}\nevent: resync\ndata: {{}}\n\n"))),
            Some(missed) if missed.is_empty() => {
                Ok(Some(format!("retry: 3000\nid: {now}\nevent: beat\ndata: {{}}\n\n")))
            }
            Some(missed) => self.tell(missed).await.map(Some),
        }
    }

    /// What happens next; `None` where the stream is to end.
    async fn wait(&mut self) -> Result<Option<String>, WebError> {
        let heard = tokio::select! {
            () = self.end.notified() => return Ok(None),
            heard = self.listener.next() => heard,
            () = tokio::time::sleep(BEAT) => return self.beat().await,
        };
        match heard {
            Heard::News(News { mut changes, .. }) => {
                changes.retain(|change| change.revision > self.since);
                self.tell(changes).await.map(Some)
            }
            Heard::Lagged => self.begin().await,
            Heard::Closed => Ok(None),
        }
    }

    /// Says that the line lives, while the session does.
    async fn beat(&self) -> Result<Option<String>, WebError> {
        self.visit.read(|_, _| Ok(())).await?;
        Ok(Some("event: beat\ndata: {}\n\n".to_owned()))
    }

    async fn tell(&mut self, changes: Vec<Change>) -> Result<String, WebError> {
        self.since = changes.last().map_or(self.since, |change| change.revision.max(self.since));
        let reader = self.visit.reader();
        let tell = move |tx: &store::ReadTx<'_>, session: &Session| {
            let mut patches = Patches::default();
            mail::tell(tx, session.person.id, reader, &changes, &mut patches)?;
            Ok(patches.into_text())
        };
        self.visit.read(tell).await
    }
}
