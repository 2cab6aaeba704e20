//! Who is asking: the cookie, the person behind it, and the token that each form carries.

use super::Web;
use super::error::WebError;
use super::factor;
use super::form::Fields;
use super::look::Look;
use super::page::FRAGMENT;
use super::proxy::client;
use super::shell::{Frame, Place, Shell};
use super::words::Reader;
use crate::domain::people::{self, NewSession, Session};
use crate::domain::settings;
use crate::domain::store::{ReadTx, StoreError, WriteTx};
use crate::kernel::id::{PersonId, SessionId};
use crate::kernel::{limits, secret};
use crate::services;
use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::dev::Payload;
use actix_web::http::header::{ACCEPT, USER_AGENT};
use actix_web::web::{Data, Query};
use actix_web::{FromRequest, HttpRequest};
use std::net::IpAddr;
use std::pin::Pin;

/// How old the note of a session's last use may grow.
const SEEN: std::time::Duration = std::time::Duration::from_secs(10 * 60);

/// One request, before it is known who sent it.
#[derive(Debug, Clone)]
pub struct Visit {
    /// The server's state.
    pub web: Data<Web>,
    /// How this browser likes its pages.
    pub look: Look,
    /// The address asked for, with its parameters.
    pub address: String,
    /// The parameters.
    pub query: Fields,
    /// Whether a script of ours asks, which wants blocks rather than a page.
    pub wants_fragment: bool,
    /// Where the browser is.
    pub ip: IpAddr,
    /// Whether it came by TLS, as far as is known.
    pub is_tls: bool,
    /// What the browser says it is.
    pub agent: String,
    token: Option<String>,
}

impl FromRequest for Visit {
    type Error = WebError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, WebError>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let web = request.app_data::<Data<Web>>().ok_or_else(|| WebError::Broken("the server has no state".into()));
        let visit = web.map(|web| Self::of(request, web.clone()));
        Box::pin(async move { Ok(visit?.with_formats().await) })
    }
}

/// Whether a script of ours asks.
pub fn wants_fragment(request: &HttpRequest) -> bool {
    request.headers().get(ACCEPT).is_some_and(|accepted| accepted.as_bytes() == FRAGMENT.as_bytes())
}

impl Visit {
    /// Reads a request's cookies and headers.
    pub fn of(request: &HttpRequest, web: Data<Web>) -> Self {
        let client = client(request.head(), &web);
        let agent = request.headers().get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
        Self {
            look: Look::of(request),
            address: request.uri().path_and_query().map_or("/", |at| at.as_str()).to_owned(),
            query: Query::from_query(request.query_string()).map(Query::into_inner).unwrap_or_default(),
            wants_fragment: wants_fragment(request),
            ip: client.ip,
            is_tls: client.is_tls,
            agent: agent.to_owned(),
            token: request.cookie(cookie_name(client.is_tls)).map(|cookie| cookie.value().to_owned()),
            web,
        }
    }

    /// With times and dates as whoever asks has them written, told before anything is read; as at the beginning where the
    /// file cannot be read.
    pub async fn with_formats(mut self) -> Self {
        let token = self.token.clone();
        let read = self.web.office.store.look_up(move |tx| services::formats::of_session(tx, token.as_deref()));
        self.look.formats = read.await.unwrap_or_default();
        self
    }

    /// Runs `work` in a reading transaction as whoever is signed in.
    pub async fn read<T, F>(&self, work: F) -> Result<T, WebError>
    where
        T: Send + 'static,
        F: FnOnce(&ReadTx<'_>, &Session) -> Result<T, WebError> + Send + 'static,
    {
        let (token, next) = (self.token.clone(), self.next());
        let work = move |tx: &ReadTx<'_>| {
            let session = signed_in(tx, token.as_deref(), &next)?;
            work(tx, &session)
        };
        // A page's reads take some ten microseconds, less than the hop to another thread; a search may take longer.
        let store = &self.web.office.store;
        if self.query.has("q") { store.read(work).await } else { store.look_up(work).await }
    }

    /// Runs `work` as [`Visit::read`] does, and reads what the shell round its page shows in the same transaction.
    pub async fn page<T, F>(&self, place: Place, work: F) -> Result<(Shell, T), WebError>
    where
        T: Send + 'static,
        F: FnOnce(&ReadTx<'_>, &Session) -> Result<T, WebError> + Send + 'static,
    {
        let visit = self.clone();
        let (shell, found, session) = self
            .read(move |tx, session| {
                let found = work(tx, session)?;
                Ok((Shell::read(tx, session, &visit, place)?, found, (session.id, session.person.id, session.seen_at)))
            })
            .await?;
        let (id, who, seen_at) = session;
        if self.web.office.clock.now().since(seen_at) > SEEN {
            self.note_seen(id, who);
        }
        Ok((shell, found))
    }

    /// Notes that the session is in use, beside the page: nobody waits for it.
    fn note_seen(&self, id: SessionId, who: PersonId) {
        let (store, ip, zone) = (self.web.office.store.clone(), self.ip.to_string(), self.look.zone);
        actix_web::rt::spawn(async move {
            let seen = store.write(move |tx| {
                zone.map_or(Ok(()), |zone| people::note_zone(tx, who, zone))?;
                people::see_session(tx, id, &ip)
            });
            let seen = seen.await;
            if let Err(error) = seen {
                tracing::warn!(door = "web", "could not note that a session is in use: {error}");
            }
        });
    }

    /// Runs `work` in a writing transaction as whoever is signed in, where the form carries that session's token.
    pub async fn write<T, F>(&self, form: &Fields, work: F) -> Result<T, WebError>
    where
        T: Send + 'static,
        F: FnOnce(&mut WriteTx<'_>, &Session) -> Result<T, WebError> + Send + 'static,
    {
        self.attempt(form, work).await
    }

    /// Runs `work` as [`Visit::write`] does; what it refuses is told as it is, and nothing of it is kept.
    pub async fn attempt<T, E, F>(&self, form: &Fields, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<WebError> + From<StoreError> + Send + 'static,
        F: FnOnce(&mut WriteTx<'_>, &Session) -> Result<T, E> + Send + 'static,
    {
        let (token, next, csrf) = (self.token.clone(), self.back(), form.get("csrf").to_owned());
        let (web, is_chat) = (self.web.clone(), self.is_chat());
        let write = self.web.office.store.write(move |tx| {
            let session = signed_in(tx, token.as_deref(), &next)?;
            check(&session, &csrf)?;
            if is_chat {
                unhurried(&web, &session)?;
            }
            work(tx, &session)
        });
        write.await
    }

    /// The session, where the form carries its token: for deeds that are not one transaction.
    pub async fn checked(&self, form: &Fields) -> Result<Session, WebError> {
        let csrf = form.get("csrf").to_owned();
        let session = self.read(move |_, session| check(session, &csrf).map(|()| session.clone())).await?;
        if self.is_chat() {
            unhurried(&self.web, &session)?;
        }
        Ok(session)
    }

    /// The session.
    pub async fn session(&self) -> Result<Session, WebError> {
        self.read(|_, session| Ok(session.clone())).await
    }

    /// What stands round a page of somebody who is not signed in.
    pub async fn frame(&self) -> Frame {
        let brand = self.web.office.store.read(settings::brand).await;
        Frame::new(brand.ok(), &self.look)
    }

    /// This reader's sense of time.
    pub fn reader(&self) -> Reader {
        Reader::new(&self.look, self.web.office.clock.now())
    }

    /// Whether this is of chat, where everybody in a conversation notices what one of them does.
    fn is_chat(&self) -> bool {
        self.address.starts_with("/chat/")
    }

    /// Where a visitor goes who must sign in first: here again, where here is a page.
    fn next(&self) -> String {
        let path = self.address.split('?').next().unwrap_or_default();
        if path.starts_with(factor::HERE) || path == "/logout" {
            return self.address.clone();
        }
        let is_form = path == "/calendar/event" || path.starts_with("/calendar/event/") && path.ends_with("/change");
        if is_form { self.back() } else { self.address.clone() }
    }

    /// Where a visitor goes who must sign in before a form is taken: a page, since a form cannot be sent again.
    fn back(&self) -> String {
        let path = self.address.split('?').next().unwrap_or_default();
        if path.starts_with(factor::HERE) || path == "/logout" {
            return factor::HERE.to_owned();
        }
        let talk = path.strip_prefix("/chat/").and_then(|rest| rest.strip_suffix("/say"));
        match talk {
            Some(talk) => format!("/chat/{talk}"),
            None if path.starts_with("/mail/compose") => path.to_owned(),
            None if path == "/calendar/event" => "/calendar/event/new".to_owned(),
            None if path.starts_with("/calendar/event/") && path.ends_with("/change") => {
                path.replace("/change", "/edit")
            }
            None if path.starts_with("/calendar") => "/calendar".to_owned(),
            None if path.starts_with("/quotes") => "/quotes".to_owned(),
            None => "/today".to_owned(),
        }
    }
}

fn signed_in(tx: &ReadTx<'_>, token: Option<&str>, next: &str) -> Result<Session, WebError> {
    let session = match token {
        Some(token) => people::session_by_token(tx, token)?,
        None => None,
    };
    match session {
        Some(session) if lacks_factor(tx, &session, next)? => Err(WebError::NeedsFactor),
        Some(session) => Ok(session),
        None if people::any_admin(tx)? => Err(WebError::SignIn { next: next.to_owned() }),
        None => Err(WebError::SetUp),
    }
}

/// Whether the policy asks this person for a second factor, who has none: then only the page that sets one up is open.
fn lacks_factor(tx: &ReadTx<'_>, session: &Session, address: &str) -> Result<bool, WebError> {
    let is_open = address.starts_with(factor::HERE) || address.starts_with("/logout");
    Ok(!is_open && services::factor::is_required(tx, &session.person)? && !people::has_factor(tx, session.person.id)?)
}

fn check(session: &Session, csrf: &str) -> Result<(), WebError> {
    if secret::same(&session.csrf, csrf) { Ok(()) } else { Err(WebError::ForeignForm) }
}

/// Lets nobody through who does more than a person can.
fn unhurried(web: &Web, session: &Session) -> Result<(), WebError> {
    web.deeds.take(&session.person.id, web.office.clock.now()).map_err(WebError::SlowDown)
}

/// The session cookie's name. Under TLS the prefix binds it to this very host (RFC 6265bis §4.1.3.2).
pub const fn cookie_name(is_tls: bool) -> &'static str {
    if is_tls { "__Host-hs_session" } else { "hs_session" }
}

/// The cookie of a session that begins.
pub fn cookie(token: String, is_tls: bool) -> Cookie<'static> {
    let life = Duration::seconds(i64::try_from(limits::SESSION_LIFE.as_secs()).unwrap_or(0));
    bare_cookie(cookie_name(is_tls), token, is_tls).max_age(life).finish()
}

/// The cookie that ends a session.
pub fn no_cookie(is_tls: bool) -> Cookie<'static> {
    bare_cookie(cookie_name(is_tls), String::new(), is_tls).max_age(Duration::ZERO).finish()
}

/// A cookie that scripts cannot read and other sites cannot post with.
pub fn bare_cookie(name: &'static str, value: String, is_tls: bool) -> actix_web::cookie::CookieBuilder<'static> {
    Cookie::build(name, value).path("/").http_only(true).same_site(SameSite::Lax).secure(is_tls)
}

/// Opens a session of its own for a person who has just shown who they are. A session that came along is ended: nobody
/// can have been given one beforehand.
pub async fn open(visit: &Visit, person: PersonId) -> Result<Cookie<'static>, WebError> {
    let token = secret::token();
    let new = NewSession {
        person,
        token: token.clone(),
        csrf: secret::token(),
        device: device(&visit.agent),
        address: visit.ip.to_string(),
    };
    let (old, zone) = (visit.token.clone(), visit.look.zone);
    let opened = visit.web.office.store.write(move |tx| {
        if let Some(old) = old.map(|old| people::session_by_token(tx, &old)).transpose()?.flatten() {
            people::end_session(tx, old.person.id, old.id)?;
        }
        if let Some(zone) = zone {
            people::note_zone(tx, person, zone)?;
        }
        people::open_session(tx, &new).map_err(WebError::from)
    });
    opened.await?;
    Ok(cookie(token, visit.is_tls))
}

/// A browser in words, from what it says of itself: `Firefox on Linux`.
fn device(agent: &str) -> String {
    let named = |names: &[(&'static str, &'static str)]| {
        names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    let browser = named(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrom", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ]);
    let system = named(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => "Unknown program".to_owned(),
    }
}
