//! One question to one provider: the request, and what its answer means.

use super::address::{filled, hidden};
use crate::domain::quotes::NewFeed;
use crate::format::feed::{self, Answer, Asked, Auth, Bar, FeedError};
use crate::kernel::clock::Moment;
use crate::kernel::limits;
use crate::kernel::secret::Secret;
use crate::services::office::Office;
use crate::services::outside::{FetchError, Get, Page};
use std::time::Duration;

/// Answers longer than this are read on a thread of their own.
const LONG: usize = 32 * 1024;

/// What a provider said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Nothing has changed since.
    Same,
    /// This.
    Told {
        /// The numbers.
        answer: Answer,
        /// The version, as the provider names it.
        etag: String,
        /// When that changed.
        modified: String,
    },
}

/// Why a question was not answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// It was not reached, or may not be.
    Fetch(FetchError),
    /// It answered with a status that is no answer.
    Status(u16),
    /// It answered, and not with numbers.
    Feed(FeedError),
}

impl From<FeedError> for Trouble {
    fn from(error: FeedError) -> Self {
        Self::Feed(error)
    }
}

impl Trouble {
    /// What happened, as a sentence without the key.
    #[must_use]
    pub fn sentence(&self, key: &str) -> String {
        let words = match self {
            Self::Fetch(error) => error.to_string(),
            Self::Status(401 | 403) => "it does not let us in".to_owned(),
            Self::Status(404 | 410) => "there is nothing at this address".to_owned(),
            Self::Status(status @ 500..) => format!("it has trouble of its own (status {status})"),
            Self::Status(status) => format!("it answered with status {status}"),
            Self::Feed(error) => error.to_string(),
        };
        hidden(&words, key).into_owned()
    }

    /// What happened, in a word: what to do follows from it.
    #[must_use]
    pub const fn cause(&self) -> &'static str {
        match self {
            Self::Fetch(FetchError::Forbidden(_)) => "forbidden",
            Self::Fetch(FetchError::Later(_) | FetchError::NoHost(_)) => "unreachable",
            Self::Status(401 | 403) | Self::Feed(FeedError::BadKey) => "key",
            Self::Status(404 | 410) => "address",
            Self::Status(429) | Self::Feed(FeedError::RateLimited { .. }) => "rate",
            Self::Status(_) | Self::Feed(FeedError::Refused) => "provider",
            Self::Feed(FeedError::UnknownSymbol(_) | FeedError::OtherSymbol { .. }) => "symbol",
            Self::Feed(FeedError::NoData(_)) => "nothing",
            Self::Feed(FeedError::Ahead) => "clock",
            Self::Feed(_) => "format",
        }
    }

    /// How long the provider asks to wait, or what is usual for such trouble.
    pub(super) const fn wait(&self) -> Option<Duration> {
        match self {
            Self::Feed(FeedError::RateLimited { wait: Some(wait) }) => Some(*wait),
            Self::Feed(FeedError::RateLimited { wait: None }) | Self::Status(429) => Some(super::wait::LIMITED),
            // Nobody mends a key or an address within minutes.
            Self::Feed(FeedError::BadKey) | Self::Status(401 | 403) | Self::Fetch(FetchError::Forbidden(_)) => {
                Some(super::wait::LIMITED)
            }
            _ => None,
        }
    }

    /// Whether it lies at one symbol alone, so that the next may be asked all the same.
    pub(super) const fn is_of_symbol(&self) -> bool {
        matches!(
            self,
            Self::Feed(
                FeedError::NoData(_)
                    | FeedError::UnknownSymbol(_)
                    | FeedError::OtherSymbol { .. }
                    | FeedError::Missing(_)
                    | FeedError::NotANumber(_)
                    | FeedError::BadTime
                    | FeedError::BadCurrency
            )
        )
    }
}

/// The key of a feed.
pub(super) fn key(feed: &NewFeed) -> &str {
    feed.key.as_ref().map_or("", Secret::reveal)
}

/// How a feed's key is told, where not in the address.
pub(super) fn auth(feed: &NewFeed) -> Option<(&'static str, String)> {
    match feed.options.auth {
        _ if key(feed).is_empty() => None,
        Auth::Address => None,
        Auth::Bearer => Some(("authorization", ["Bearer ", key(feed)].concat())),
        Auth::Header => Some(("x-api-key", key(feed).to_owned())),
    }
}

/// Asks for these symbols, as the provider calls them. `since` is the version that was read last, where the question is
/// always the same.
///
/// # Errors
/// Why there is no answer.
pub async fn ask(
    office: &Office,
    feed: &NewFeed,
    codes: &[String],
    since: Option<(&str, &str)>,
) -> Result<Said, Trouble> {
    let page = fetch(office, feed, &feed.url, codes, since).await?;
    if page.status == 304 {
        return if since.is_some() { Ok(Said::Same) } else { Err(Trouble::Status(304)) };
    }
    let (etag, modified) = (page.etag.clone(), page.modified.clone());
    let read = parsed(office, feed, codes, &page, feed::ticks).await;
    match read {
        Ok(answer) if is_good(page.status) => Ok(Said::Told { answer, etag, modified }),
        // A provider that does not know a symbol may say so under a status of its own.
        Ok(answer) if !answer.refused.is_empty() && answer.ticks.is_empty() => {
            Ok(Said::Told { answer, etag, modified })
        }
        Ok(_) => Err(status(&page)),
        Err(error) => Err(told_by(&page, error)),
    }
}

/// Asks for the past of a symbol.
///
/// # Errors
/// Why there is no answer.
pub(super) async fn ask_past(office: &Office, feed: &NewFeed, codes: &[String]) -> Result<Page, Trouble> {
    let page = fetch(office, feed, &feed.options.history, codes, None).await?;
    if is_good(page.status) { Ok(page) } else { Err(status(&page)) }
}

/// The days that an answer tells of one symbol.
///
/// # Errors
/// Where it tells none.
pub(super) async fn past_of(office: &Office, feed: &NewFeed, code: &str, page: &Page) -> Result<Vec<Bar>, Trouble> {
    let read = |kind, body: &[u8], asked: &Asked<'_>| {
        feed::adapter(kind).ok_or(FeedError::NoHistory).and_then(|adapter| adapter.bars(body, asked))
    };
    Ok(parsed(office, feed, &[code.to_owned()], page, read).await?)
}

const fn is_good(status: u16) -> bool {
    status / 100 == 2
}

/// The trouble that a status alone tells.
fn status(page: &Page) -> Trouble {
    match (page.status, page.retry_after) {
        (429 | 503, Some(wait)) => FeedError::RateLimited { wait: Some(wait) }.into(),
        (429, None) => FeedError::RateLimited { wait: None }.into(),
        (status, _) => Trouble::Status(status),
    }
}

/// What went wrong, as far as status and words tell.
fn told_by(page: &Page, error: FeedError) -> Trouble {
    match error {
        FeedError::RateLimited { wait: None } => FeedError::RateLimited { wait: page.retry_after }.into(),
        FeedError::BadKey => error.into(),
        error if is_good(page.status) => error.into(),
        _ => status(page),
    }
}

async fn fetch(
    office: &Office,
    feed: &NewFeed,
    pattern: &str,
    codes: &[String],
    since: Option<(&str, &str)>,
) -> Result<Page, Trouble> {
    let mut headers = vec![
        ("accept", "application/json, text/csv, application/xml;q=0.9, */*;q=0.5".to_owned()),
        ("accept-encoding", "gzip".to_owned()),
    ];
    headers.extend(auth(feed));
    if let Some((etag, modified)) = since {
        let known = [("if-none-match", etag), ("if-modified-since", modified)];
        headers.extend(
            known.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name, value.to_owned())),
        );
    }
    let get = Get {
        url: filled(pattern, codes, feed.kind.facts().separator, key(feed)),
        headers,
        most: limits::FEED_BYTES_READ,
        within: limits::FEED_WITHIN,
        sent_on: limits::FEED_SENT_ON,
        host: feed.allowed_host.clone(),
    };
    office.outside.fetcher.get(&get).await.map_err(Trouble::Fetch)
}

/// Reads an answer: a long one beside the threads that serve everybody.
async fn parsed<T: Send + 'static>(
    office: &Office,
    feed: &NewFeed,
    codes: &[String],
    page: &Page,
    read: impl FnOnce(feed::Kind, &[u8], &Asked<'_>) -> Result<T, FeedError> + Send + 'static,
) -> Result<T, FeedError> {
    let now: Moment = office.clock.now();
    if page.body.len() <= LONG {
        return read(feed.kind, &page.body, &Asked { codes, options: &feed.options, now });
    }
    let (kind, options, codes, body) = (feed.kind, feed.options.clone(), codes.to_vec(), page.body.clone());
    let reading =
        tokio::task::spawn_blocking(move || read(kind, &body, &Asked { codes: &codes, options: &options, now }));
    reading.await.unwrap_or(Err(FeedError::OtherKind("it could not be read")))
}
