//! Where a message is: found by its name, an address or its subject.

use super::super::filters;
use super::super::page::{PageResult, page, with};
use super::super::session::Visit;
use super::super::settings::Tab;
use super::super::shell::{Place, Shell};
use super::super::story::StoryView;
use super::super::words::{count, number};
use super::{open_to, tabs};
use crate::domain::settings;
use crate::domain::trace;
use crate::kernel::limits;
use crate::kernel::text::cut;
use crate::services;
use askama::Template;

/// Messages that are shown where nothing is looked for.
const NEWEST: usize = 20;
/// Characters that are looked for.
const WORDS: usize = 250;

#[derive(Template)]
#[template(path = "admin/trace.html")]
struct TracePage {
    shell: Shell,
    tabs: Vec<Tab>,
    q: String,
    found: Vec<StoryView>,
    days: String,
    looked: String,
    /// Where the log is searched for the same words.
    log: String,
}

/// GET /admin/trace?q=
pub async fn show(visit: Visit) -> PageResult {
    let (reader, q) = (visit.reader(), cut(visit.query.get("q").trim(), WORDS));
    let asked = q.clone();
    let read = visit.page(Place::Nowhere, move |tx, session| {
        open_to(session)?;
        let found = if asked.is_empty() {
            let newest = trace::newest(tx, NEWEST)?;
            newest.into_iter().map(|passage| services::trace::story(tx, passage)).collect::<Result<_, _>>()?
        } else {
            services::trace::find(tx, &asked)?
        };
        let found: Vec<_> = found.into_iter().map(|story| StoryView::new(story, reader)).collect();
        Ok((found, settings::get(tx, settings::TRACE_DAYS)?))
    });
    let (shell, (found, days)) = read.await?;
    let days = count(days.parse().unwrap_or(0), "day");
    let looked = number(limits::TRACE_LOOKED);
    let log = with("/admin/log", "q", &q);
    page(&TracePage { shell, tabs: tabs("/admin/trace"), q, found, days, looked, log })
}
