//! Settings: what the office lets me do, and how full my mailbox is.

use super::admin::policies::VerdictView;
use super::filters;
use super::page::{PageResult, page};
use super::session::Visit;
use super::settings::{Tab, tabs};
use super::shell::{Place, Shell};
use super::words::size;
use crate::domain::mail::{self, Takes, Usage};
use crate::services::policy;
use askama::Template;

/// How full a mailbox is.
pub struct UsageView {
    /// `1.2 MB of 500 MB`
    pub words: String,
    /// Bytes it holds, and may hold; the latter 0 for any number.
    pub used: i64,
    pub most: i64,
    /// Whether mail to it is put off.
    pub is_full: bool,
    /// Why it may hold so much.
    pub reason: String,
}

impl From<Usage> for UsageView {
    fn from(usage: Usage) -> Self {
        let bytes = |count: i64| size(u64::try_from(count).unwrap_or(0));
        let words = if usage.most() == 0 {
            format!("{}, without a limit", bytes(usage.bytes))
        } else {
            format!("{} of {} MB", bytes(usage.bytes), usage.limit.number())
        };
        Self {
            words,
            used: usage.bytes,
            most: usage.most(),
            is_full: usage.takes(0) != Takes::Yes,
            reason: usage.limit.reason(),
        }
    }
}

#[derive(Template)]
#[template(path = "settings/allowed.html")]
struct AllowedPage {
    shell: Shell,
    tabs: Vec<Tab>,
    verdicts: Vec<VerdictView>,
    usage: UsageView,
}

/// GET /settings/allowed
pub async fn show(visit: Visit) -> PageResult {
    let read = visit.page(Place::Settings, |tx, session| {
        let me = session.person.id;
        Ok((policy::verdicts(tx, me)?, mail::usage(tx, me)?))
    });
    let (shell, (verdicts, usage)) = read.await?;
    page(&AllowedPage {
        shell,
        tabs: tabs("/settings/allowed"),
        verdicts: verdicts.into_iter().map(VerdictView::from).collect(),
        usage: usage.into(),
    })
}
