//! Finding events and tasks by their words: a list by date, each opening where it is.

use super::super::filters;
use super::super::page::{PageResult, page};
use super::super::session::Visit;
use super::super::shell::{Place, Shell, without_notes};
use super::super::words::number;
use super::entry::{EntryView, Looks, Spot, spots_of};
use super::here::Here;
use super::side::named;
use super::span;
use crate::domain::calendar::{self, Found};
use crate::domain::people;
use askama::Template;

/// Events and tasks shown at once.
const MOST: usize = 100;

/// A day with what was found on it.
struct DayView {
    name: String,
    entries: Vec<EntryView>,
}

/// What lies ahead, or behind.
struct PartView {
    name: &'static str,
    days: Vec<DayView>,
}

#[derive(Template)]
#[template(path = "calendar/search.html")]
struct SearchPage {
    shell: Shell,
    parts: Vec<PartView>,
    words: String,
    csrf: String,
    back: String,
}

/// GET /search?in=calendar&q=
pub async fn found(visit: Visit) -> PageResult {
    let (asking, asked) = (visit.clone(), visit.query.get("q").trim().to_owned());
    let read = visit.page(Place::Calendar, move |tx, session| {
        let me = session.person.id;
        let found = calendar::search(tx, me, &asked, MOST)?;
        let calendars = named(calendar::calendars(tx, me)?, me, &people::all(tx)?);
        Ok((found, calendars, Here::read(tx, &asking, me)?))
    });
    let (shell, (found, calendars, here)) = read.await?;
    let looks = Looks::new(calendars.iter().map(|(calendar, name)| (calendar, name.as_str())));
    let total = i64::try_from(found.entries.len() + found.undated.len()).unwrap_or(i64::MAX);
    let words = match (total, found.has_more) {
        (0, _) => String::new(),
        (_, true) => format!("The {total} nearest; add a word to find fewer"),
        (_, false) => format!("{} found", number(total)),
    };
    let csrf = shell.csrf.clone();
    let back = without_notes(&visit.address);
    page(&SearchPage { shell, parts: parts(&found, &looks, here), words, csrf, back })
}

/// What was found by its days: what is on or comes, the soonest first, what has no date, and what is over, the last first.
fn parts(found: &Found, looks: &Looks, here: Here) -> Vec<PartView> {
    let today = here.today();
    let mut spots = spots_of(&found.entries, here);
    spots.sort_by_key(|spot| spot.starts);
    let view = |spot: &Spot<'_>| EntryView::new(spot, spot.first, looks, here);
    let by_day = |name, found: Vec<&Spot<'_>>| {
        let mut days: Vec<DayView> = Vec::new();
        for spot in found {
            let day = span::day(spot.first, here);
            match days.last_mut().filter(|last| last.name == day) {
                Some(last) => last.entries.push(view(spot)),
                None => days.push(DayView { name: day, entries: vec![view(spot)] }),
            }
        }
        PartView { name, days }
    };
    let (ahead, mut behind): (Vec<_>, Vec<_>) = spots.iter().partition(|spot| spot.last >= today);
    behind.reverse();
    let entries: Vec<EntryView> = spots_of(&found.undated, here).iter().map(view).collect();
    let undated = DayView { name: String::new(), entries };
    let undated = if undated.entries.is_empty() { Vec::new() } else { vec![undated] };
    let all = [by_day("Coming up", ahead), PartView { name: "No date", days: undated }, by_day("Earlier", behind)];
    all.into_iter().filter(|part| !part.days.is_empty()).collect()
}
