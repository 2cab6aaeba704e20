//! A view of the calendar at a day, as a page or as the parts of one.

use super::super::error::WebError;
use super::super::filters;
use super::super::guest::add_cookie;
use super::super::page::{PageResult, fragment, page, see};
use super::super::session::Visit;
use super::super::shell::{Place, Shell, without_notes};
use super::agenda::{AgendaView, agenda};
use super::bar::BarView;
use super::entry::{Looks, Spot, spots};
use super::habit::Habit;
use super::here::Here;
use super::mini::{Mini, MiniView};
use super::month::{Month, MonthView};
use super::side::{SideView, named};
use super::view::{View, day_of, each, weeks_of_month};
use super::week::{Days, WeekView};
use crate::domain::calendar::{self, Calendar, Entries, Window};
use crate::domain::hours::{self, Hours};
use crate::domain::people::{self, Session};
use crate::domain::store::{self, ReadTx};
use crate::kernel::id::{CalendarId, PersonId};
use actix_web::HttpRequest;
use actix_web::web::Path;
use askama::Template;
use chrono::{Days as DayCount, NaiveDate};
use std::collections::BTreeSet;

/// A view's part of the page.
#[derive(Debug)]
enum Body {
    Week(WeekView),
    Month(Box<MonthView>),
    Agenda(AgendaView),
    Year(Vec<MiniView>),
}

/// All that a view shows but for the shell round it.
#[derive(Debug)]
struct Shown {
    bar: BarView,
    side: SideView,
    body: Body,
    /// Which view, and whether it has hours: classes.
    class: String,
    /// The day it stands at.
    day: String,
    /// What day it is.
    today: String,
    /// The zone it is shown in.
    zone: &'static str,
    /// The calendars that are ticked, each between blanks.
    ticked: String,
    /// The office's revision.
    version: i64,
    /// Whether there is more than is shown at once.
    is_cut: bool,
}

#[derive(Template)]
#[template(path = "calendar/calendar.html")]
struct CalendarPage {
    shell: Shell,
    shown: Shown,
}

#[derive(Template)]
#[template(path = "calendar/_parts.html")]
struct CalendarParts {
    shown: Shown,
}

/// What a view is read from, in one transaction.
struct Found {
    here: Here,
    me: PersonId,
    csrf: String,
    version: i64,
    calendars: Vec<(Calendar, String)>,
    entries: Entries,
    marked: BTreeSet<NaiveDate>,
    /// The hour that the reader's earliest day of work begins in; nothing for who never works.
    work_from: Option<u32>,
}

/// GET /calendar/{view}/{date}?zone2=
pub async fn show(visit: Visit, request: HttpRequest, at: Path<(String, String)>) -> PageResult {
    let view: View = at.0.parse().map_err(|()| WebError::NotFound)?;
    if at.1 == "today" {
        let asking = visit.clone();
        let here = visit.read(move |tx, session| Here::read(tx, &asking, session.person.id)).await?;
        return Ok(see(&view.at(here.today())));
    }
    let day = day_of(&at.1).ok_or(WebError::NotFound)?;
    let mut habit = Habit { view: Some(view), ..Habit::of(&request) };
    if visit.query.has("zone2") {
        habit.second = visit.query.get("zone2").trim().parse().ok();
    }
    let (asking, back) = (visit.clone(), without_notes(&visit.address));
    let work = move |tx: &ReadTx<'_>, session: &Session| {
        let read = Found::read(tx, session, &asking, view, day)?;
        Ok(read.shown(view, day, habit, back))
    };
    if visit.wants_fragment {
        return fragment(&CalendarParts { shown: visit.read(work).await? });
    }
    let (shell, shown) = visit.page(Place::Calendar, work).await?;
    let mut answer = page(&CalendarPage { shell, shown })?;
    add_cookie(&mut answer, &habit.cookie(visit.web.is_tls))?;
    Ok(answer)
}

impl Found {
    fn read(tx: &ReadTx<'_>, session: &Session, visit: &Visit, view: View, day: NaiveDate) -> Result<Self, WebError> {
        let me = session.person.id;
        let here = Here::read(tx, visit, me)?;
        let calendars = calendar::calendars(tx, me)?;
        let ticked: Vec<CalendarId> =
            calendars.iter().filter(|calendar| calendar.is_shown).map(|calendar| calendar.id).collect();
        let (first, end) = view.days(day);
        // A year shows only on which days there is something at all.
        let entries = match view {
            View::Year => Entries::default(),
            _ => calendar::window(tx, me, &ticked, &Window::days(first, end, here.zone))?,
        };
        let (first, end) = if view == View::Year { (first, end) } else { weeks_of_month(day) };
        let days: Vec<NaiveDate> = each(first, end).collect();
        let marked = if view == View::Month {
            marked_by(&entries, here, first, end)
        } else {
            let windows: Vec<Window> = days.iter().map(|day| one_day(*day, here)).collect();
            let marks = calendar::marks(tx, me, &ticked, &windows)?;
            days.into_iter().zip(marks).filter(|(_, is_marked)| *is_marked).map(|(day, _)| day).collect()
        };
        let (csrf, version) = (session.csrf.clone(), store::revision(tx)?);
        let has_others = calendars.iter().any(|calendar| calendar.owner.is_some_and(|owner| owner != me));
        let people = if has_others { people::all(tx)? } else { Vec::new() };
        let calendars = named(calendars, me, &people);
        let work_from = begins(&hours::hours(tx, me)?);
        Ok(Self { here, me, csrf, version, calendars, entries, marked, work_from })
    }

    fn shown(self, view: View, day: NaiveDate, habit: Habit, back: String) -> Shown {
        let here = self.here;
        let spots: Vec<Spot<'_>> = spots(&self.entries.found, here);
        let looks = Looks::new(self.calendars.iter().map(|(calendar, name)| (calendar, name.as_str())));
        let mini = Mini { view, picked: day, today: here.today(), marked: &self.marked };
        let body = match view {
            View::Day | View::WorkWeek | View::Week => {
                let (second, work_from) = (habit.second, self.work_from);
                let days = Days { view, picked: day, here, second, work_from, spots: &spots, looks: &looks };
                Body::Week(days.view())
            }
            View::Month => Body::Month(Box::new(Month { picked: day, here, spots: &spots, looks: &looks }.view())),
            View::Agenda => Body::Agenda(agenda(day, &spots, &looks, here)),
            View::Year => Body::Year(Mini { view: View::Day, ..mini }.year(day)),
        };
        let date = day.format("%Y-%m-%d").to_string();
        // In a year there are enough small months; the one beside leads to the days.
        let beside = if view == View::Year { Mini { view: View::Day, ..mini } } else { mini };
        let side = SideView::new(beside.of(day), &date, back, self.csrf, self.me, &self.calendars, habit.second);
        let ticked = self.calendars.iter().filter(|(calendar, _)| calendar.is_shown);
        let ticked: String = ticked.flat_map(|(calendar, _)| [" ".to_owned(), calendar.id.to_string()]).collect();
        Shown {
            bar: BarView::new(view, day, here),
            side,
            body,
            class: format!("view-{}", view.name()),
            day: date,
            today: here.today().format("%Y-%m-%d").to_string(),
            zone: here.zone.name(),
            ticked: format!("{ticked} "),
            version: self.version,
            is_cut: self.entries.is_cut,
        }
    }
}

/// The hour that the earliest day of work begins in.
fn begins(hours: &Hours) -> Option<u32> {
    hours.days.iter().flatten().map(|spell| u32::from(spell.starts) / 60).min()
}

fn one_day(day: NaiveDate, here: Here) -> Window {
    Window::days(day, day.checked_add_days(DayCount::new(1)).unwrap_or(day), here.zone)
}

/// The days from `first` up to `end` on which one of `entries` takes place.
fn marked_by(entries: &Entries, here: Here, first: NaiveDate, end: NaiveDate) -> BTreeSet<NaiveDate> {
    let mut marked = BTreeSet::new();
    for spot in spots(&entries.found, here) {
        marked.extend(each(spot.first.max(first), spot.last.succ_opt().unwrap_or(end).min(end)));
    }
    marked
}
