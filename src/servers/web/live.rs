//! The live stream: server-sent events that carry the same fragments the pages are made of.
//!
//! `id:` is the reader's revision, `event:` the topic, `data:` one line of JSON and then the fragment. A browser that
//! comes back says the last id it heard; what happened meanwhile is sent first, or `resync` where that is too long ago.

use super::Web;
use super::error::WebError;
use super::filters;
use super::mail::folders::FoldersView;
use super::mail::row::RowView;
use super::security;
use super::session::Visit;
use super::words::unless_none;
use crate::domain::event::Event;
use crate::domain::mail::{self, FolderRole};
use crate::domain::people::Session;
use crate::domain::store::{self, Change, Heard, Listener, News, ReadTx};
use crate::kernel::id::{FolderId, PersonId, SessionId, ThreadId};
use actix_web::http::header::{CONTENT_ENCODING, HeaderMap};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use futures_util::stream::unfold;
use std::collections::{BTreeSet, HashMap};
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// Streams that one person may have open: a browser needs one, whatever its tabs.
const STREAMS_PER_PERSON: usize = 20;
/// How often a quiet stream says that it lives. Browsers take it for dead after 45 seconds.
const BEAT: Duration = Duration::from_secs(20);

/// Every open stream.
#[derive(Debug, Default)]
pub struct Streams {
    open: Mutex<HashMap<u64, Open>>,
    next: AtomicU64,
}

#[derive(Debug)]
struct Open {
    person: PersonId,
    session: SessionId,
    end: Arc<Notify>,
}

impl Streams {
    /// Ends the streams of a session that has ended.
    pub fn end(&self, session: SessionId) {
        self.end_where(|open| open.session == session);
    }

    /// Ends the streams of a person's other sessions.
    pub fn end_others(&self, person: PersonId, keep: SessionId) {
        self.end_where(|open| open.person == person && open.session != keep);
    }

    /// Ends every stream of a person.
    pub fn end_all_of(&self, person: PersonId) {
        self.end_where(|open| open.person == person);
    }

    /// Ends them all: the office is stopping.
    pub fn end_all(&self) {
        self.end_where(|_| true);
    }

    fn end_where(&self, is_meant: impl Fn(&Open) -> bool) {
        self.all().values().filter(|open| is_meant(open)).for_each(|open| open.end.notify_one());
    }

    fn open(&self, session: &Session) -> Option<(u64, Arc<Notify>)> {
        let (person, mut all) = (session.person.id, self.all());
        if all.values().filter(|open| open.person == person).count() >= STREAMS_PER_PERSON {
            return None;
        }
        let (id, end) = (self.next.fetch_add(1, Ordering::Relaxed), Arc::new(Notify::new()));
        all.insert(id, Open { person, session: session.id, end: end.clone() });
        Some((id, end))
    }

    fn all(&self) -> MutexGuard<'_, HashMap<u64, Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One open stream.
struct Line {
    visit: Visit,
    listener: Listener,
    end: Arc<Notify>,
    id: u64,
    web: Data<Web>,
    since: i64,
    is_new: bool,
}

impl Drop for Line {
    fn drop(&mut self) {
        self.web.streams.all().remove(&self.id);
    }
}

/// GET /live
pub async fn stream(visit: Visit, request: HttpRequest) -> Result<HttpResponse, WebError> {
    // Another site's page could open this stream with our cookies, and learn from its timing.
    if !security::is_same_origin(request.head()) {
        return Err(WebError::ForeignForm);
    }
    let session = visit.session().await?;
    let web = visit.web.clone();
    let (id, end) = web.streams.open(&session).ok_or(WebError::SlowDown(BEAT))?;
    let mut listener = web.office.store.hub().listen();
    listener.follow(session.person.id);
    let since = since(&visit, request.headers());
    let line = Line { visit, listener, end, id, web, since, is_new: true };
    let pieces = unfold(Some(line), |line| async move { piece(line?).await });
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((CONTENT_ENCODING, "identity"))
        .insert_header(("x-accel-buffering", "no"))
        .streaming(pieces))
}

fn since(visit: &Visit, headers: &HeaderMap) -> i64 {
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()).and_then(|id| id.parse().ok());
    last.or_else(|| visit.query.get("since").parse().ok()).unwrap_or(i64::MAX)
}

type Piece = Option<(Result<Bytes, actix_web::Error>, Option<Line>)>;

/// The next piece of a stream, and what comes after it.
async fn piece(mut line: Line) -> Piece {
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
                if changes.is_empty() { Ok(Some(": \n\n".to_owned())) } else { self.tell(changes).await.map(Some) }
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
        let newest = changes.iter().map(|change| change.revision).max().unwrap_or(self.since);
        self.since = self.since.max(newest);
        let visit = self.visit.clone();
        self.visit.read(move |tx, session| patches(tx, session, &visit, &changes, newest)).await
    }
}

#[derive(Template)]
#[template(path = "mail/_row.html")]
struct RowFragment {
    row: RowView,
}

#[derive(Template)]
#[template(path = "mail/_folders.html")]
struct FoldersFragment {
    folders: FoldersView,
}

/// The rows and counters that changes have touched, each once, as they are now.
fn patches(
    tx: &ReadTx<'_>,
    session: &Session,
    visit: &Visit,
    changes: &[Change],
    newest: i64,
) -> Result<String, WebError> {
    let (who, reader) = (session.person.id, visit.reader());
    let mut text = String::new();
    for (folder, thread) in touched(changes) {
        let head = serde_json::json!({ "op": "remove", "target": format!("c{folder}-{thread}"), "ver": newest });
        match mail::row(tx, who, folder, thread)? {
            None => say(&mut text, newest, "mail", &head, ""),
            Some(row) => {
                let row = RowView::new(&row, reader, "");
                let head = serde_json::json!({
                    "op": "row", "target": format!("c{}", row.key), "folder": folder, "ver": row.version, "at": row.at,
                });
                say(&mut text, newest, "mail", &head, &render(&RowFragment { row })?);
            }
        }
    }
    let folders = mail::folders(tx, who)?;
    let unread = folders.iter().find(|folder| folder.role == FolderRole::Inbox).map_or(0, |inbox| inbox.unread);
    let head =
        serde_json::json!({ "op": "replace", "target": "folders", "ver": newest, "unread": unless_none(unread) });
    let folders = FoldersView::new(&folders, newest, "");
    say(&mut text, newest, "folders", &head, &render(&FoldersFragment { folders })?);
    Ok(text)
}

fn touched(changes: &[Change]) -> BTreeSet<(FolderId, ThreadId)> {
    let place = |change: &Change| match change.event {
        Event::MailArrived { folder, thread } | Event::MailChanged { folder, thread } => Some((folder, thread)),
        Event::FoldersChanged
        | Event::ChatSaid { .. }
        | Event::ChatChanged { .. }
        | Event::ConversationChanged { .. }
        | Event::ChatRead { .. }
        | Event::ConversationsChanged => None,
    };
    changes.iter().filter_map(place).collect()
}

fn render(template: &impl Template) -> Result<String, WebError> {
    template.render().map_err(|error| WebError::Broken(error.to_string()))
}

fn say(text: &mut String, id: i64, topic: &str, head: &serde_json::Value, fragment: &str) {
    // Writing to a text cannot fail.
    let _ = write!(text, "id: {id}\nevent: {topic}\ndata: {head}\n");
    for line in fragment.lines() {
        let _ = writeln!(text, "data: {line}");
    }
    text.push('\n');
}
