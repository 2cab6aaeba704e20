//! What the Domain Name System is to say of the office, and what it says.

use super::super::error::WebError;
use super::super::filters;
use super::super::form::Fields;
use super::super::page::{PageResult, page, see};
use super::super::session::Visit;
use super::super::settings::Tab;
use super::super::shell::{Place, Shell};
use super::{open_to, tabs};
use crate::services::dns::{self, Checked, Need, Report, State, Wanted};
use crate::services::outside::RecordKind;
use actix_web::web::Form;
use askama::Template;
use std::time::Duration;

/// How soon it may be looked again.
const AGAIN: Duration = Duration::from_secs(5);

/// A record as it is wanted and as it was found.
pub struct RecordView {
    pub name: String,
    pub kind: &'static str,
    pub value: String,
    pub why: &'static str,
    /// What is copied; empty where there is nothing to copy.
    pub copy: String,
    pub state: &'static str,
    pub look: &'static str,
    pub found: Vec<String>,
}

/// The records of one domain, or of the host.
pub struct PartView {
    pub id: String,
    pub title: String,
    pub words: &'static str,
    pub records: Vec<RecordView>,
}

#[derive(Template)]
#[template(path = "admin/dns.html")]
struct DnsPage {
    shell: Shell,
    tabs: Vec<Tab>,
    words: String,
    parts: Vec<PartView>,
}

/// GET /admin/dns
pub async fn show(visit: Visit) -> PageResult {
    let (shell, ()) = visit.page(Place::Nowhere, |_, session| open_to(session)).await?;
    let (words, parts) = records(&visit).await?;
    page(&DnsPage { shell, tabs: tabs("/admin/dns"), words, parts })
}

/// How it stands in words, and all records.
pub async fn records(visit: &Visit) -> Result<(String, Vec<PartView>), WebError> {
    let reader = visit.reader();
    let office = &visit.web.office;
    let wanted = dns::wanted(office).await?;
    let report = office.status.dns();
    let words = match &report {
        None => "Not looked yet. It is looked once a day, or when you say so.".to_owned(),
        Some(report) if report.is_unknown() => format!(
            "Nobody answered {}: is the server connected, and does dns.server name a name server?",
            reader.last_seen(report.at)
        ),
        Some(report) => match report.broken() {
            0 => format!("All that must be there is, as of {}.", reader.when(report.at).full()),
            1 => format!("One record is not as it must be, as of {}.", reader.when(report.at).full()),
            many => format!("{many} records are not as they must be, as of {}.", reader.when(report.at).full()),
        },
    };
    Ok((words, parts(wanted, report.as_ref())))
}

/// The records by domain, those of the host last.
fn parts(wanted: Vec<Wanted>, report: Option<&Report>) -> Vec<PartView> {
    let known = |wanted: &Wanted| report.and_then(|report| report.records.iter().find(|one| one.wanted == *wanted));
    let mut all: Vec<Checked> = Vec::new();
    for one in wanted {
        let checked = known(&one).cloned();
        all.push(checked.unwrap_or(Checked { wanted: one, state: State::Unknown, found: Vec::new() }));
    }
    // The names of addresses are wanted once the addresses are known.
    let backwards = report.into_iter().flat_map(|report| &report.records);
    all.extend(backwards.filter(|one| one.wanted.kind == RecordKind::Ptr).cloned());
    let mut parts: Vec<PartView> = Vec::new();
    for one in all {
        let title = if one.wanted.domain.is_empty() { "This server".to_owned() } else { one.wanted.domain.clone() };
        let view = RecordView::new(one, report.is_some());
        match parts.iter_mut().find(|part| part.title == title) {
            Some(part) => part.records.push(view),
            None => {
                let words = if title == "This server" { "Set by whoever gives you the address." } else { "" };
                parts.push(PartView { id: format!("part-{}", parts.len()), title, words, records: vec![view] });
            }
        }
    }
    parts
}

impl RecordView {
    fn new(one: Checked, is_looked: bool) -> Self {
        let is_must = one.wanted.need == Need::Must;
        let (state, look) = match one.state {
            State::Good => ("found", "good"),
            State::Missing if is_must => ("missing", "bad"),
            State::Other if is_must => ("another one", "bad"),
            State::Missing => ("missing", "warn"),
            State::Other => ("another one", "warn"),
            State::Unknown if is_looked => ("no answer", ""),
            State::Unknown => ("not looked yet", ""),
        };
        let copy = if one.wanted.kind == RecordKind::Address { String::new() } else { one.wanted.line() };
        Self {
            kind: one.wanted.kind.name(),
            name: one.wanted.name,
            value: one.wanted.value,
            why: one.wanted.why,
            copy,
            state,
            look,
            found: one.found,
        }
    }
}

/// POST /admin/dns/check: looks again now.
pub async fn check(visit: Visit, form: Form<Fields>) -> PageResult {
    look_again(&visit, &form).await?;
    Ok(see("/admin/dns?done=looked"))
}

/// Looks again, where that was not done a moment ago.
pub async fn look_again(visit: &Visit, form: &Fields) -> Result<(), WebError> {
    open_to(&visit.checked(form).await?)?;
    let office = &visit.web.office;
    let is_fresh = office.status.dns().is_some_and(|report| office.clock.now().since(report.at) < AGAIN);
    if !is_fresh {
        // Two at once would ask the same.
        let Ok(_turn) = office.status.naming.try_lock() else { return Err(WebError::Busy) };
        dns::look(office).await?;
    }
    Ok(())
}
