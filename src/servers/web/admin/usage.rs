//! How much the office is used: what is so at this moment, a bar a day, and the days as a table, also as text.

use super::super::error::WebError;
use super::super::filters;
use super::super::form::Fields;
use super::super::page::{PageResult, page, table};
use super::super::session::Visit;
use super::super::settings::Tab;
use super::super::shell::{Place, Shell};
use super::super::words::{Reader, number, size};
use super::{open_to, tabs};
use crate::domain::usage::{Amounts, Day, Measure, days};
use crate::kernel::clock::Moment;
use crate::services::{self, health::Facts};
use askama::Template;
use chrono::{Days, NaiveDate};

/// Days that can be asked for, with the words for them.
const SPANS: [(u64, &str); 4] = [(7, "A week"), (31, "A month"), (92, "A quarter"), (366, "A year")];
/// Days that are shown where nobody asks for others.
const USUAL: u64 = 31;
/// The height of the highest bar, in parts of the picture.
const HEIGHT: i64 = 100;

/// What a measure is called in the head of its column, and over its picture.
const fn words(measure: Measure) -> (&'static str, &'static str) {
    match measure {
        Measure::PeopleHere => ("People", "People at once"),
        Measure::SignIns => ("Sign-ins", "Sign-ins"),
        Measure::SignInFailures => ("Failed", "Failed sign-ins"),
        Measure::Requests => ("Requests", "Requests of browsers"),
        Measure::ChatMessages => ("Chat", "Messages in chat"),
        Measure::MailReceived => ("Mail in", "Mail taken in"),
        Measure::MailDelivered => ("Mail out", "Mail delivered elsewhere"),
        Measure::MailBounced => ("Returned", "Mail that came back"),
        Measure::FileBytes => ("File", "Size of the file"),
    }
}

fn written(measure: Measure, amount: i64) -> String {
    match measure {
        Measure::FileBytes => size(u64::try_from(amount).unwrap_or_default()),
        _ => number(amount),
    }
}

struct ColumnView {
    words: &'static str,
    href: String,
    is_on: bool,
}

struct RowView {
    day: String,
    cells: Vec<String>,
}

/// One day in the picture: how high its bar is, and where.
struct BarView {
    at: usize,
    top: i64,
    height: i64,
    words: String,
}

#[derive(Template)]
#[template(path = "admin/usage.html")]
struct UsagePage {
    shell: Shell,
    tabs: Vec<Tab>,
    now: Vec<(&'static str, String)>,
    of: &'static str,
    shown: &'static str,
    most: String,
    spans: Vec<(u64, &'static str)>,
    span: u64,
    columns: Vec<ColumnView>,
    bars: Vec<BarView>,
    rows: Vec<RowView>,
    csv: String,
}

/// What is asked for: so many days up to today.
fn span(asked: &Fields) -> u64 {
    let wanted = asked.get("days").parse().unwrap_or(USUAL);
    SPANS.iter().map(|(days, _)| *days).find(|days| *days == wanted).unwrap_or(USUAL)
}

fn first(reader: Reader, now: Moment, span: u64) -> NaiveDate {
    let today = reader.date(now);
    today.checked_sub_days(Days::new(span - 1)).unwrap_or(today)
}

/// GET /admin/usage?days=&of=
pub async fn show(visit: Visit) -> PageResult {
    let (reader, office) = (visit.reader(), &visit.web.office);
    let span = span(&visit.query);
    let first = first(reader, office.clock.now(), span);
    let read = visit.page(Place::Nowhere, move |tx, session| {
        open_to(session)?;
        Ok((Facts::read(tx)?, days(tx, |at| reader.date(at), first)?))
    });
    let (shell, (facts, days)) = read.await?;
    let here = i64::try_from(office.presence.count_here()).unwrap_or(i64::MAX);
    let now = vec![
        ("People here", number(here)),
        ("Devices signed in", number(facts.sessions)),
        ("Mail that waits", number(facts.queued)),
        ("Late work", number(facts.late)),
    ];
    let shown = Measure::named(visit.query.get("of")).unwrap_or(Measure::PeopleHere);
    let column = |measure: Measure| ColumnView {
        words: words(measure).0,
        href: format!("/admin/usage?days={span}&of={}", measure.name()),
        is_on: measure == shown,
    };
    page(&UsagePage {
        shell,
        tabs: tabs("/admin/usage"),
        now,
        of: words(shown).1,
        shown: shown.name(),
        most: written(shown, most(&days, shown)),
        spans: SPANS.to_vec(),
        span,
        columns: Measure::ALL.map(column).into(),
        bars: bars(&days, shown, reader),
        rows: days.iter().rev().filter(|day| !day.amounts.is_empty()).map(|day| row(day, reader)).collect(),
        csv: format!("/admin/usage.csv?days={span}"),
    })
}

fn of(amounts: &Amounts, measure: Measure) -> i64 {
    amounts.get(&measure).copied().unwrap_or_default()
}

fn most(days: &[Day], measure: Measure) -> i64 {
    days.iter().map(|day| of(&day.amounts, measure)).max().unwrap_or_default()
}

fn bars(days: &[Day], measure: Measure, reader: Reader) -> Vec<BarView> {
    let most = most(days, measure).max(1);
    let bar = |(at, day): (usize, &Day)| {
        let amount = of(&day.amounts, measure);
        // What is there is seen, however little it is.
        let height = (amount.saturating_mul(HEIGHT) / most).max(i64::from(amount > 0));
        let words = format!("{}: {}", reader.named(day.date), written(measure, amount));
        BarView { at: at * 10, top: HEIGHT - height, height, words }
    };
    days.iter().enumerate().map(bar).collect()
}

fn row(day: &Day, reader: Reader) -> RowView {
    let cell = |measure: Measure| written(measure, of(&day.amounts, measure));
    RowView { day: reader.named(day.date), cells: Measure::ALL.map(cell).into() }
}

/// GET /admin/usage.csv?days=
pub async fn download(visit: Visit) -> PageResult {
    let reader = visit.reader();
    let first = first(reader, visit.web.office.clock.now(), span(&visit.query));
    let days = visit.read(move |tx, session| {
        open_to(session)?;
        Ok::<_, WebError>(days(tx, |at| reader.date(at), first)?)
    });
    Ok(table("usage", services::usage::csv(&days.await?)))
}
