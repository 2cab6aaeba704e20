//! What went wrong, in the web's tongue: a status and a page in the shell, with a reference number that the log has too.

use super::Web;
use super::page::with;
use super::session::Visit;
use super::shell::{Frame, Place, Shell};
use crate::domain::calendar::CalendarError;
use crate::domain::chat::ChatError;
use crate::domain::mail::MailError;
use crate::domain::people::PeopleError;
use crate::domain::policy::PolicyError;
use crate::domain::presence::PresenceError;
use crate::domain::quotes::{QuotesError, SetUpError};
use crate::domain::settings::SettingError;
use crate::domain::store::StoreError;
use crate::kernel::secret;
use crate::kernel::text::sentence;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT, LOCATION, RETRY_AFTER};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use askama::Template;
use std::time::Duration;

use super::filters;

/// Why a page cannot be shown, or a form not be taken.
#[derive(Debug, Clone, thiserror::Error)]
pub enum WebError {
    /// Nobody is signed in; afterwards lead to `next`.
    #[error("not signed in")]
    SignIn {
        /// Where the visitor was going.
        next: String,
    },
    /// The office is not set up yet.
    #[error("not set up yet")]
    SetUp,
    /// The office asks for a second factor, and the person has none.
    #[error("no second factor")]
    NeedsFactor,
    /// There is nothing here, or nothing this person may know of.
    #[error("no such page")]
    NotFound,
    /// It was done already, or is too long ago.
    #[error("too late")]
    Gone,
    /// The address takes no such method.
    #[error("no such method here")]
    BadMethod,
    /// Not with this person's rights.
    #[error("not allowed")]
    Forbidden,
    /// A rule of the office bars it; the words say which.
    #[error("{0}")]
    Barred(String),
    /// A form without its token, or from another site.
    #[error("a form from elsewhere")]
    ForeignForm,
    /// What was sent could not be read.
    #[error("unreadable input: {0}")]
    BadInput(String),
    /// What was sent is larger than is taken.
    #[error("too much at once")]
    TooLarge,
    /// Come back after a while.
    #[error("too many tries")]
    SlowDown(Duration),
    /// The disk is full.
    #[error("no room")]
    NoRoom,
    /// Too much is going on, or the office is stopping.
    #[error("busy")]
    Busy,
    /// A fault of ours.
    #[error("{0}")]
    Broken(String),
}

impl From<StoreError> for WebError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full | StoreError::ReadOnly => Self::NoRoom,
            StoreError::Busy | StoreError::Closed => Self::Busy,
            StoreError::Panicked
            | StoreError::Corrupt(_)
            | StoreError::Newer { .. }
            | StoreError::Disk(_)
            | StoreError::Upgrade { .. }
            | StoreError::Sqlite(_) => Self::Broken(error.to_string()),
        }
    }
}

impl From<PolicyError> for WebError {
    fn from(error: PolicyError) -> Self {
        match error {
            PolicyError::Barred(words) => Self::Barred(words),
            PolicyError::NoGroup | PolicyError::NoAct(_) => Self::NotFound,
            PolicyError::ForEverybody(_) | PolicyError::Value { .. } => Self::BadInput(error.to_string()),
            PolicyError::Store(error) => error.into(),
        }
    }
}

impl From<PeopleError> for WebError {
    fn from(error: PeopleError) -> Self {
        match error {
            PeopleError::NoPerson | PeopleError::NoGroup => Self::NotFound,
            PeopleError::NotAllowed(_) => Self::Forbidden,
            PeopleError::Store(error) => error.into(),
            other => Self::BadInput(other.to_string()),
        }
    }
}

impl From<QuotesError> for WebError {
    fn from(error: QuotesError) -> Self {
        match error {
            QuotesError::NoSymbol | QuotesError::NoList | QuotesError::NoAlert | QuotesError::NoHolding => {
                Self::NotFound
            }
            QuotesError::NotAllowed => Self::Forbidden,
            QuotesError::Store(error) => error.into(),
            QuotesError::BadCode
            | QuotesError::TooManySymbols
            | QuotesError::BadName
            | QuotesError::Taken(_)
            | QuotesError::TooManyLists
            | QuotesError::FullList
            | QuotesError::BadPrice
            | QuotesError::BadPercent
            | QuotesError::BadMargin
            | QuotesError::NoWay
            | QuotesError::TooManyAlerts
            | QuotesError::BadAmount
            | QuotesError::BadCost
            | QuotesError::BadCurrency
            | QuotesError::BadDay
            | QuotesError::LongNote
            | QuotesError::TooManyHoldings => Self::BadInput(error.to_string()),
        }
    }
}

impl From<SetUpError> for WebError {
    fn from(error: SetUpError) -> Self {
        match error {
            SetUpError::NoFeed => Self::NotFound,
            SetUpError::Field(..) => Self::BadInput(error.to_string()),
            SetUpError::Store(error) => error.into(),
        }
    }
}

impl From<MailError> for WebError {
    fn from(error: MailError) -> Self {
        match error {
            // Whether it is another person's, was deleted or never was, nobody is told apart.
            MailError::NoFolder | MailError::NoItem | MailError::NoDraft => Self::NotFound,
            MailError::NoUndo => Self::Gone,
            MailError::FixedFolder | MailError::BadFolderName | MailError::TooManyFiles(_) => {
                Self::BadInput(error.to_string())
            }
            MailError::People(error) => error.into(),
            MailError::Store(error) => error.into(),
        }
    }
}

impl From<CalendarError> for WebError {
    fn from(error: CalendarError) -> Self {
        match error {
            // Whether it is others' alone, was deleted or never was, nobody is told apart.
            CalendarError::NoCalendar | CalendarError::NoItem => Self::NotFound,
            CalendarError::NotAllowed(_) => Self::Forbidden,
            CalendarError::Barred(words) => Self::Barred(words),
            CalendarError::NoUndo => Self::Gone,
            CalendarError::Changed | CalendarError::Taken | CalendarError::BadName | CalendarError::TooMany(..) => {
                Self::BadInput(error.to_string())
            }
            CalendarError::People(error) => error.into(),
            CalendarError::Store(error) => error.into(),
        }
    }
}

impl From<ChatError> for WebError {
    fn from(error: ChatError) -> Self {
        match error {
            // Whether it is others' alone, was deleted or never was, nobody is told apart.
            ChatError::NoConversation | ChatError::NoMessage | ChatError::NoFile => Self::NotFound,
            ChatError::TooLate => Self::Gone,
            ChatError::NotAllowed(_) | ChatError::Muted | ChatError::Archived => Self::Forbidden,
            ChatError::Slow(wait) => Self::SlowDown(wait),
            ChatError::Barred(words) => Self::Barred(words),
            ChatError::Text(_) | ChatError::Taken(_) | ChatError::BadName | ChatError::TooMany(..) => {
                Self::BadInput(error.to_string())
            }
            ChatError::People(error) => error.into(),
            ChatError::Store(error) => error.into(),
        }
    }
}

impl From<PresenceError> for WebError {
    fn from(error: PresenceError) -> Self {
        match error {
            PresenceError::LongNote => Self::BadInput(error.to_string()),
            PresenceError::People(error) => error.into(),
            PresenceError::Store(error) => error.into(),
        }
    }
}

impl From<SettingError> for WebError {
    fn from(error: SettingError) -> Self {
        match error {
            SettingError::Value { .. } => Self::BadInput(error.to_string()),
            SettingError::Store(error) => error.into(),
        }
    }
}

/// An error as a visitor reads it: a glyph, a title, what is so, and what to do.
type Told = (&'static str, &'static str, &'static str, &'static str);

const HOME: &str = "Go to today";
const AGAIN: &str = "Try again";

const FOREIGN: &str = "It was opened in another session or came from another site, so nothing was done. Go back, reload \
    the page and send it once more.";
const FULL: &str = "Nothing can be saved until there is room again. Reading works. Tell whoever runs this server.";
const OURS: &str = "The fault is on our side and stands in the server’s log under the reference below.";

impl WebError {
    fn status(&self) -> StatusCode {
        match self {
            Self::SignIn { .. } | Self::SetUp | Self::NeedsFactor => StatusCode::UNAUTHORIZED,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Gone => StatusCode::CONFLICT,
            Self::BadMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::Forbidden | Self::Barred(_) | Self::ForeignForm => StatusCode::FORBIDDEN,
            Self::BadInput(_) => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::SlowDown(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::NoRoom => StatusCode::INSUFFICIENT_STORAGE,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    const fn told(&self) -> Told {
        match self {
            Self::SignIn { .. } => ("lock", "Signed out", "You are signed out. Sign in again to go on.", "Sign in"),
            Self::NeedsFactor => ("shield", "Second factor", "Set a second factor up first, in your settings.", HOME),
            Self::SetUp => ("lock", "Not set up yet", "Set the office up first.", "Set up"),
            Self::NotFound => {
                ("search", "Nothing here", "This address leads nowhere. What was here may have been deleted.", HOME)
            }
            Self::Gone => ("clock", "Too late", "This was put back already, or is too long ago to be undone.", HOME),
            Self::BadMethod => ("warn", "Not like this", "This address takes no such request.", HOME),
            Self::Forbidden => ("lock", "Not open to you", "Your account has no right to see this.", HOME),
            Self::Barred(_) => ("lock", "Not allowed here", "A rule of the office bars this.", HOME),
            Self::ForeignForm => ("shield", "This form is out of date", FOREIGN, HOME),
            Self::BadInput(_) => {
                ("warn", "Can’t read this", "What was sent could not be read. Nothing was done.", HOME)
            }
            Self::TooLarge => {
                ("warn", "Too large", "One file may have 25 MB, a whole message 50 MB. Nothing was kept.", HOME)
            }
            Self::SlowDown(_) => ("clock", "Slow down", "Too many tries. Wait a little, then try again.", AGAIN),
            Self::NoRoom => ("warn", "The disk is full", FULL, AGAIN),
            Self::Busy => {
                ("clock", "Back in a moment", "The office is busy or just restarting. Nothing was lost.", AGAIN)
            }
            Self::Broken(_) => ("warn", "This page failed", OURS, AGAIN),
        }
    }
}

impl WebError {
    /// What is so, in a sentence.
    fn words(&self) -> String {
        match self {
            Self::Barred(words) => sentence(words),
            other => other.told().2.to_owned(),
        }
    }
}

/// A wait as people say it: `1 minute`, `40 seconds`.
pub fn wait_words(wait: Duration) -> String {
    let seconds = i64::try_from(wait.as_secs()).unwrap_or(i64::MAX).max(1);
    if seconds < 90 {
        super::words::count(seconds, "second")
    } else {
        super::words::count((seconds + 59) / 60, "minute")
    }
}

impl ResponseError for WebError {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        match self {
            Self::SignIn { next } => {
                HttpResponse::SeeOther().insert_header((LOCATION, with("/login", "next", next))).finish()
            }
            Self::SetUp => HttpResponse::SeeOther().insert_header((LOCATION, "/setup")).finish(),
            Self::NeedsFactor => HttpResponse::SeeOther().insert_header((LOCATION, super::factor::HERE)).finish(),
            Self::SlowDown(wait) => {
                HttpResponse::TooManyRequests().insert_header((RETRY_AFTER, wait.as_secs().max(1))).finish()
            }
            Self::NotFound
            | Self::Gone
            | Self::BadMethod
            | Self::Forbidden
            | Self::Barred(_)
            | Self::ForeignForm
            | Self::BadInput(_)
            | Self::TooLarge
            | Self::NoRoom
            | Self::Busy
            | Self::Broken(_) => HttpResponse::new(self.status_code()),
        }
    }
}

#[derive(Template)]
#[template(path = "errors/error.html")]
struct ErrorPage {
    shell: Shell,
    title: &'static str,
    icon: &'static str,
    words: String,
    action: &'static str,
    href: String,
    reference: String,
}

#[derive(Template)]
#[template(path = "errors/bare.html")]
struct BareErrorPage {
    frame: Frame,
    title: &'static str,
    icon: &'static str,
    words: String,
    action: &'static str,
    href: String,
    reference: String,
}

/// Gives every failed answer its page: in the shell where somebody is signed in, plain where nobody is.
pub async fn dress(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let response = next.call(request).await?.map_into_boxed_body();
    let failed = match response.status() {
        // The router itself answers a known address that is asked in an unknown way, with nothing at all.
        StatusCode::METHOD_NOT_ALLOWED => Some(WebError::BadMethod),
        _ => response.response().error().map(reason),
    };
    match failed {
        None => Ok(response),
        Some(error) => {
            let (request, response) = response.into_parts();
            let dressed = answer(&request, response, &error).await;
            Ok(ServiceResponse::new(request, dressed))
        }
    }
}

fn reason(error: &actix_web::Error) -> WebError {
    match error.as_error::<WebError>() {
        Some(error) => error.clone(),
        None => match error.as_response_error().status_code() {
            StatusCode::NOT_FOUND => WebError::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => WebError::BadMethod,
            StatusCode::PAYLOAD_TOO_LARGE => WebError::TooLarge,
            status if status.is_client_error() => WebError::BadInput(error.to_string()),
            _ => WebError::Broken(error.to_string()),
        },
    }
}

async fn answer(request: &HttpRequest, bare: HttpResponse<BoxBody>, error: &WebError) -> HttpResponse<BoxBody> {
    // A script, as a stream's, is not led to a page to sign in on.
    let is_stream = request.headers().get(ACCEPT).is_some_and(|accepted| accepted == "text/event-stream");
    let wants_fragment = is_stream || super::session::wants_fragment(request);
    if bare.status().is_redirection() && !wants_fragment {
        return bare;
    }
    let reference = note(request, error.status(), error);
    let (kind, body) = if wants_fragment {
        ("text/plain; charset=utf-8", error.words())
    } else {
        ("text/html; charset=utf-8", whole_page(request, error, reference).await)
    };
    let mut answer = HttpResponse::build(error.status_code());
    if let Some(wait) = bare.headers().get(RETRY_AFTER) {
        answer.insert_header((RETRY_AFTER, wait.clone()));
    }
    answer.content_type(kind).body(body)
}

/// Writes the failure down under a new reference. The one place where a failed request is logged.
fn note(request: &HttpRequest, status: StatusCode, error: &WebError) -> String {
    let reference = u32::from_be_bytes(secret::random()).to_string();
    // Of doors that a secret opens the address is the secret.
    let doors = ["/hook/", "/feed/", "/freebusy/", "/book/visit/", "/welcome/"];
    let path = doors.into_iter().find(|door| request.path().starts_with(door)).unwrap_or_else(|| request.path());
    let (method, status) = (request.method(), status.as_u16());
    if status >= 500 {
        tracing::error!(door = "web", %reference, %method, path, status, "{error}");
    } else {
        tracing::info!(door = "web", %reference, %method, path, status, "{error}");
    }
    reference
}

async fn whole_page(request: &HttpRequest, error: &WebError, reference: String) -> String {
    let ((icon, title, _, action), words) = (error.told(), error.words());
    let is_again = action == AGAIN;
    let href = if is_again { request.path().to_owned() } else { "/today".to_owned() };
    let Some(web) = request.app_data::<Data<Web>>() else { return words };
    let visit = Visit::of(request, web.clone()).with_formats().await;
    let page = match visit.page(Place::Nowhere, |_, _| Ok(())).await {
        Ok((shell, ())) => ErrorPage { shell, title, icon, words, action, href, reference }.render(),
        Err(_) => {
            let frame = visit.frame().await;
            BareErrorPage { frame, title, icon, words, action, href, reference }.render()
        }
    };
    page.unwrap_or_default()
}
