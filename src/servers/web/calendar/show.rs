//! A view of the calendar at a day, as a page or as the parts of one.

use super::super::error::WebError;
use super::super::filters;
use super::super::guest::add_cookie;
use super::super::page::{PageResult, fragment, page, see};
use super::super::session::Visit;
use super::super::shell::{Place, Shell, without_notes};
use super::agenda::{AgendaView, agenda};
use super::bar::BarView;
use super::entry::{Looks, Spot, spots_of};
use super::habit::Habit;
use super::here::Here;
use super::mini::{Mini, MiniView};
use super::month::{LANES, Month, MonthView};
use super::side::{Beside, SideView, named};
use super::tasks::TaskView;
use super::view::{View, day_of, each, weeks_of_month};
use super::week::{Days, WeekView};
use crate::domain::calendar::{self, Calendar, Entries, Entry, Task, Window};
use crate::domain::hours::{self, Hours};
use crate::domain::people::{self, Session};
use crate::domain::store::{self, ReadTx};
use crate::kernel::id::{CalendarId, PersonId};
use actix_web::HttpRequest;
use actix_web::web::Path;
use askama::Template;
use chrono::{Days as DayCount, NaiveDate};
use std::collections::BTreeSet;

/// Tasks that stand beside.
const LOOSE: usize = 6;

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
    /// The day that weeks begin with, 0 Monday to 6 Sunday.
    week_start: u32,
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
    /// Of each day of a month, how many entries are left out.
    left_out: Vec<usize>,
    /// What the day of a month has that the page stands at.
    listed: Entries,
    marked: BTreeSet<NaiveDate>,
    due: BTreeSet<NaiveDate>,
    /// Tasks that stand beside: without a date, or overdue.
    loose: Vec<Task>,
    work: Hours,
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
        Ok(read.shown(view, day, habit, back, &asking.web.office.hostname))
    };
    if visit.wants_fragment {
        return fragment(&CalendarParts { shown: visit.read(work).await? });
    }
    let (shell, shown) = visit.page(Place::Calendar, work).await?;
    let mut answer = page(&CalendarPage { shell, shown })?;
    add_cookie(&mut answer, &habit.cookie(visit.is_tls))?;
    Ok(answer)
}

impl Found {
    fn read(tx: &ReadTx<'_>, session: &Session, visit: &Visit, view: View, day: NaiveDate) -> Result<Self, WebError> {
        let me = session.person.id;
        let here = Here::read(tx, visit, me)?;
        let calendars = calendar::calendars(tx, me)?;
        let ticked: Vec<CalendarId> =
            calendars.iter().filter(|calendar| calendar.is_shown).map(|calendar| calendar.id).collect();
        let shown = view.days(day, here.week_start);
        let mini = if view == View::Year { shown } else { weeks_of_month(day, here.week_start) };
        let (mut entries, mut left_out, mut listed) = (Entries::default(), Vec::new(), Entries::default());
        let is_on: Vec<bool>;
        if view == View::Month {
            // Of a full month only what its days have room for is read.
            let outline = calendar::outline(tx, me, &ticked, &windows(mini, here), LANES)?;
            (entries, left_out, is_on) = (outline.entries, outline.left_out, outline.is_on);
            listed = calendar::window(tx, me, &ticked, &one_day(day, here))?;
        } else {
            is_on = calendar::marks(tx, me, &ticked, &windows(mini, here))?;
            // A year shows only on which days there is something at all.
            if view != View::Year {
                entries = calendar::window(tx, me, &ticked, &Window::days(shown.0, shown.1, here.zone))?;
            }
        }
        let marked = each(mini.0, mini.1).zip(is_on).filter(|(_, is_on)| *is_on).map(|(day, _)| day).collect();
        let (first, end) = (shown.0.min(mini.0), shown.1.max(mini.1));
        let tasks = calendar::due_tasks(tx, me, &ticked, &Window::days(first, end, here.zone))?;
        let due_on = |task: &Entry| here.wall(task.starts_at, task.is_floating).date();
        let due = tasks.iter().filter(|task| task.done == Some(false)).map(due_on).collect();
        listed.found.extend(tasks.iter().filter(|task| view == View::Month && due_on(task) == day).cloned());
        entries.found.extend(
            tasks.into_iter().filter(|task| view != View::Year && due_on(task) >= shown.0 && due_on(task) < shown.1),
        );
        in_order(&mut entries.found);
        in_order(&mut listed.found);
        let loose = calendar::loose_tasks(tx, me, &ticked, here.now, LOOSE)?;
        let (csrf, version) = (session.csrf.clone(), store::revision(tx)?);
        let has_others = calendars.iter().any(|calendar| calendar.owner.is_some_and(|owner| owner != me));
        let people = if has_others { people::all(tx)? } else { Vec::new() };
        let calendars = named(calendars, me, &people);
        let work = hours::hours(tx, me)?;
        Ok(Self { here, me, csrf, version, calendars, entries, left_out, listed, marked, due, loose, work })
    }

    fn shown(self, view: View, day: NaiveDate, habit: Habit, back: String, hostname: &str) -> Shown {
        let here = self.here;
        let spots: Vec<Spot<'_>> = spots_of(&self.entries.found, here);
        let looks = Looks::new(self.calendars.iter().map(|(calendar, name)| (calendar, name.as_str())));
        let mini = Mini { view, picked: day, here, marked: &self.marked, due: &self.due };
        let body = match view {
            View::Day | View::WorkWeek | View::Week => {
                let (second, work) = (habit.second, &self.work);
                Body::Week(Days { view, picked: day, here, second, work, spots: &spots, looks: &looks }.view())
            }
            View::Month => {
                let (listed, left_out) = (&spots_of(&self.listed.found, here)[..], &self.left_out[..]);
                let month = Month { picked: day, here, spots: &spots, left_out, listed, looks: &looks };
                Body::Month(Box::new(month.view()))
            }
            View::Agenda => Body::Agenda(agenda(day, &spots, &looks, here)),
            View::Year => Body::Year(Mini { view: View::Day, ..mini }.year(day)),
        };
        let date = day.format("%Y-%m-%d").to_string();
        // In a year there are enough small months; the one beside leads to the days.
        let beside = if view == View::Year { Mini { view: View::Day, ..mini } } else { mini };
        let classes = looks.classes();
        let tasks = self.loose.into_iter().map(|task| TaskView::new(task, here, &classes, hostname)).collect();
        let beside = Beside { mini: beside.of(day), day: &date, back, csrf: self.csrf, second: habit.second, tasks };
        let side = SideView::new(beside, self.me, &self.calendars);
        let ticked = self.calendars.iter().filter(|(calendar, _)| calendar.is_shown);
        let ticked: String = ticked.flat_map(|(calendar, _)| [" ".to_owned(), calendar.id.to_string()]).collect();
        Shown {
            bar: BarView::new(view, day, here),
            side,
            body,
            class: format!("view-{}", view.name()),
            day: date,
            today: here.today().format("%Y-%m-%d").to_string(),
            week_start: here.week_start.num_days_from_monday(),
            zone: here.zone.name(),
            ticked: format!("{ticked} "),
            version: self.version,
            is_cut: self.entries.is_cut,
        }
    }
}

/// Puts tasks between what takes all of a day and what takes hours of it.
fn in_order(entries: &mut [Entry]) {
    entries.sort_by_key(|entry| match (entry.done.is_some(), entry.is_all_day) {
        (false, true) => 0,
        (true, _) => 1,
        (false, false) => 2,
    });
}

fn one_day(day: NaiveDate, here: Here) -> Window {
    Window::days(day, day.checked_add_days(DayCount::new(1)).unwrap_or(day), here.zone)
}

fn windows((first, end): (NaiveDate, NaiveDate), here: Here) -> Vec<Window> {
    each(first, end).map(|day| one_day(day, here)).collect()
}
