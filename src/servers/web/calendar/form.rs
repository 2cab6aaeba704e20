//! The form of an event or a task: for a new one, for all of one, or for one or the rest of a series.

use super::super::error::WebError;
use super::super::filters;
use super::super::form::{FieldError, Fields};
use super::super::page::{PageResult, local, page_with};
use super::super::session::Visit;
use super::super::shell::{Place, Shell};
use super::entry::look_class;
use super::event;
use super::here::Here;
use super::opened::Opened;
use super::prefill;
use super::repeat::DAYS;
use super::scope;
use super::side::named;
use super::span;
use super::typed::Typed;
use crate::domain::calendar::{self, Calendar, CalendarKind};
use crate::domain::people;
use crate::format::ical::{self, Answer, Draft, Reminder, Scope};
use crate::kernel::id::CalendarItemId;
use crate::kernel::limits;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use chrono::Datelike;

/// Minutes before an event that a reminder may be chosen.
const REMINDERS: [i64; 12] = [0, 5, 10, 15, 30, 60, 120, 720, 1440, 2880, 10_080, 20_160];

/// One of several things to choose from.
struct Choice {
    value: String,
    words: String,
    is_on: bool,
}

impl Choice {
    fn new(value: impl ToString, words: impl Into<String>, on: &str) -> Self {
        let value = value.to_string();
        Self { is_on: value == on, words: words.into(), value }
    }
}

/// One reminder with its choices.
struct ReminderView {
    id: String,
    choices: Vec<Choice>,
}

/// A day of the week to tick.
struct DayView {
    value: &'static str,
    words: &'static str,
    is_on: bool,
}

/// What surrounds what was typed.
pub struct Around {
    /// The event that is changed, and the revision that the form has seen; nothing for a new one.
    pub item: Option<(CalendarItemId, i64)>,
    /// The name of the instance; empty for none.
    pub instance: String,
    /// How much of a series is meant; empty for what comes once.
    pub scope: String,
    /// Where the form leads back to.
    pub back: String,
    /// What is wrong with what was typed.
    pub errors: Vec<FieldError>,
    /// What somebody else made of it meanwhile; empty for nothing.
    pub changed: String,
    /// What was understood of a line of text; empty for none.
    pub understood: String,
    /// Whether it says how it repeats.
    pub has_rule: bool,
    /// Whether it says who is invited.
    pub has_guests: bool,
    /// Whether it says in which calendar.
    pub has_calendar: bool,
    /// Whom the change tells; empty for nobody.
    pub tells: String,
    /// What this change means: all, one, or the rest of a series.
    pub meaning: String,
}

impl Around {
    /// What surrounds the form of something new.
    pub fn fresh(back: String) -> Self {
        Self {
            item: None,
            instance: String::new(),
            scope: String::new(),
            back,
            errors: Vec::new(),
            changed: String::new(),
            understood: String::new(),
            has_rule: true,
            has_guests: true,
            has_calendar: true,
            tells: String::new(),
            meaning: String::new(),
        }
    }
}

#[derive(Template)]
#[template(path = "calendar/form.html")]
struct FormPage {
    shell: Shell,
    typed: Typed,
    around: Around,
    heading: &'static str,
    action: String,
    revision: i64,
    calendars: Vec<CalendarChoice>,
    reminders: Vec<ReminderView>,
    repeats: Vec<Choice>,
    days: Vec<DayView>,
    priorities: Vec<Choice>,
    zones: Vec<&'static str>,
    zone_words: String,
    errors: Vec<FieldError>,
}

impl FormPage {
    /// What is wrong with a field; empty for nothing.
    fn wrong(&self, field: &str) -> String {
        let all = self.errors.iter().filter(|error| error.field == field);
        all.map(|error| error.sentence.as_str()).collect::<Vec<_>>().join(" ")
    }
}

/// A calendar that an event may go into.
struct CalendarChoice {
    value: String,
    name: String,
    class: String,
    is_on: bool,
}

/// GET /calendar/event/new?at=&end=&day=&calendar=&kind=
pub async fn new(visit: Visit) -> PageResult {
    let asking = visit.clone();
    let read = visit.read(move |tx, session| {
        let here = Here::read(tx, &asking, session.person.id)?;
        let liked = calendar::preferences(tx, session.person.id)?;
        match asking.query.get("text") {
            "" => Ok((prefill::filled(&asking.query, here, &liked), String::new())),
            text => prefill::line(tx, session.person.id, text, asking.web.office.clock.now(), here, &liked),
        }
    });
    let (typed, understood) = read.await?;
    let around = Around { understood, ..Around::fresh(back_of(&visit.query)) };
    show(&visit, StatusCode::OK, typed, around).await
}

/// Where the form leads back to.
pub fn back_of(fields: &Fields) -> String {
    local(fields.get("back"), "/calendar").to_owned()
}

/// GET /calendar/event/{id}/edit?instance=&scope=
pub async fn edit(visit: Visit, at: Path<CalendarItemId>) -> PageResult {
    let (id, asking) = (*at, visit.clone());
    let instance = visit.query.get("instance").to_owned();
    let opened = visit.read(move |tx, session| Opened::read(tx, &asking, session.person.id, id, &instance)).await?;
    if !opened.may_change() {
        return Err(WebError::Forbidden);
    }
    let word = visit.query.get("scope");
    if opened.is_series() && scope::parse(word, opened.at).is_none() {
        return scope::ask(&visit, &opened, scope::Asked::Change).await;
    }
    let around = around(&opened, word, back_of(&visit.query));
    let draft = draft_of(&opened, word);
    let typed = Typed::show(&draft, &opened.stored.calendar.to_string(), opened.here.zone);
    show(&visit, StatusCode::OK, typed, around).await
}

/// What is changed: of a whole series its first time, else the instance; of the rest of a series with as many times as are
/// left.
pub fn draft_of(opened: &Opened, word: &str) -> Draft {
    let mut draft = opened.item.draft_at(opened.at.filter(|_| word != scope::ALL));
    if let (scope::FROM, Some(at)) = (word, opened.at) {
        let cut = ical::edit(&opened.item, Scope::From(at), &draft, opened.now);
        if let Some(rest) = cut.split {
            draft.rule = rest.main.rule;
        }
    }
    draft
}

/// What surrounds the form of a change.
pub fn around(opened: &Opened, word: &str, back: String) -> Around {
    let is_series = opened.is_series();
    let is_only = is_series && word == scope::ONLY;
    Around {
        item: Some((opened.stored.id, opened.stored.revision)),
        instance: opened.instance(),
        scope: if is_series { word.to_owned() } else { String::new() },
        has_rule: !is_only,
        has_guests: !opened.is_guest(),
        has_calendar: !is_series || word == scope::ALL,
        tells: event::tells(opened),
        meaning: if is_series { scope::meaning(word, opened) } else { String::new() },
        ..Around::fresh(back)
    }
}

/// GET /calendar/event/{id}/duplicate?instance=
pub async fn duplicate(visit: Visit, at: Path<CalendarItemId>) -> PageResult {
    let (id, asking) = (*at, visit.clone());
    let instance = visit.query.get("instance").to_owned();
    let read = visit.read(move |tx, session| {
        let opened = Opened::read(tx, &asking, session.person.id, id, &instance)?;
        let own = calendar::default_calendar(tx, session.person.id)?;
        Ok((opened, own))
    });
    let (opened, own) = read.await?;
    let calendar = if opened.may_change() { opened.stored.calendar } else { own };
    let mut draft = opened.item.draft_at(opened.at);
    // A copy is a new event: nobody has been asked to it yet, and it comes once.
    (draft.rule, draft.organizer, draft.percent) = (None, None, 0);
    for guest in &mut draft.guests {
        guest.answer = Answer::NeedsAction;
    }
    let typed = Typed::show(&draft, &calendar.to_string(), opened.here.zone);
    show(&visit, StatusCode::OK, typed, Around::fresh(back_of(&visit.query))).await
}

/// The form with what stands in it.
pub async fn show(visit: &Visit, status: StatusCode, mut typed: Typed, around: Around) -> PageResult {
    let asking = visit.clone();
    let (shell, (all, liked, here)) = visit
        .page(Place::Calendar, move |tx, session| {
            let me = session.person.id;
            let all = named(calendar::calendars(tx, me)?, me, &people::all(tx)?);
            let own = calendar::default_calendar(tx, me).ok();
            Ok((all, own, Here::read(tx, &asking, me)?))
        })
        .await?;
    if typed.calendar.is_empty() {
        typed.calendar = liked.map(|id| id.to_string()).unwrap_or_default();
    }
    let is_new = around.item.is_none();
    let action =
        around.item.map_or_else(|| "/calendar/event".to_owned(), |(id, _)| format!("/calendar/event/{id}/change"));
    let heading = match (is_new, typed.is_task) {
        (true, false) => "New event",
        (true, true) => "New task",
        (false, false) => "Change the event",
        (false, true) => "Change the task",
    };
    let form = FormPage {
        heading,
        action,
        revision: around.item.map_or(0, |(_, revision)| revision),
        calendars: calendar_choices(&all, &typed.calendar),
        reminders: reminder_views(&typed),
        repeats: repeats(&typed),
        days: days(&typed),
        priorities: priorities(&typed.priority),
        zones: event::zones(),
        zone_words: zone_words(&typed, here),
        errors: around.errors.clone(),
        typed,
        around,
        shell,
    };
    page_with(status, &form)
}

fn calendar_choices(all: &[(Calendar, String)], on: &str) -> Vec<CalendarChoice> {
    let writable = all.iter().filter(|(calendar, _)| calendar.may_write() && calendar.kind != CalendarKind::Resource);
    let choice = |(calendar, name): &(Calendar, String)| CalendarChoice {
        value: calendar.id.to_string(),
        name: name.clone(),
        class: look_class(calendar.hue, calendar.pattern),
        is_on: calendar.id.to_string() == on,
    };
    writable.map(choice).collect()
}

/// One field for each reminder there is, and one more.
fn reminder_views(typed: &Typed) -> Vec<ReminderView> {
    let chosen = typed.reminders.iter().filter(|text| !text.is_empty()).map(String::as_str);
    let view = |(index, on): (usize, &str)| {
        let mut choices = vec![Choice::new("", "None", on)];
        let words = |minutes_before: i64| event::reminder_words(Reminder { minutes_before }, typed.is_task);
        choices.extend(REMINDERS.iter().map(|minutes| Choice::new(minutes, words(*minutes), on)));
        if !choices.iter().any(|choice| choice.is_on)
            && let Ok(minutes) = on.parse::<i64>()
        {
            choices.push(Choice::new(on, words(minutes), on));
        }
        ReminderView { id: if index == 0 { "reminder".to_owned() } else { format!("reminder-{index}") }, choices }
    };
    chosen.chain(std::iter::once("")).take(limits::CALENDAR_REMINDERS).enumerate().map(view).collect()
}

fn repeats(typed: &Typed) -> Vec<Choice> {
    let first = if typed.start_day.is_empty() { &typed.end_day } else { &typed.start_day };
    let day = chrono::NaiveDate::parse_from_str(first, "%Y-%m-%d").ok();
    let on = typed.repeat.how.as_str();
    let weekday = |day: chrono::NaiveDate| super::super::words::weekday(day);
    let (by_date, by_nth, by_last) = match day {
        Some(day) => (
            format!("Every month on day {}", day.day()),
            format!("Every month on the {} {}", ordinal(day), weekday(day)),
            format!("Every month on the last {}", weekday(day)),
        ),
        None => (
            "Every month on this date".to_owned(),
            "Every month on this weekday, such as the 2nd Tuesday".to_owned(),
            "Every month on the last such weekday".to_owned(),
        ),
    };
    let mut all = vec![
        Choice::new("", "Does not repeat", on),
        Choice::new("daily", "Every day", on),
        Choice::new("workdays", "Monday to Friday", on),
        Choice::new("weekly", "Every week", on),
        Choice::new("monthly", by_date, on),
        Choice::new("nth", by_nth, on),
        Choice::new("last", by_last, on),
        Choice::new("yearly", "Every year", on),
    ];
    if !typed.repeat.custom.is_empty() {
        all.push(Choice::new("custom", "As it is now, by a rule of its own", on));
    }
    all
}

fn ordinal(day: chrono::NaiveDate) -> &'static str {
    ["first", "second", "third", "fourth", "last"][day.day0() as usize / 7]
}

fn days(typed: &Typed) -> Vec<DayView> {
    let words = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let is_on = |value: &str| typed.repeat.days.iter().any(|day| day == value);
    DAYS.into_iter().zip(words).map(|(value, words)| DayView { value, words, is_on: is_on(value) }).collect()
}

fn priorities(on: &str) -> Vec<Choice> {
    let on = match on.parse::<u8>() {
        Ok(1..=4) => "1",
        Ok(5) => "5",
        Ok(6..=9) => "9",
        _ => "0",
    };
    let all = [("0", "Not said"), ("1", "Urgent"), ("5", "Usual"), ("9", "Not urgent")];
    all.into_iter().map(|(value, words)| Choice::new(value, words, on)).collect()
}

fn zone_words(typed: &Typed, here: Here) -> String {
    let start = super::clock::zone(&typed.start_zone).unwrap_or(here.zone);
    let end = super::clock::zone(&typed.end_zone).unwrap_or(start);
    if start == end { span::city(start) } else { format!("{} – {}", span::city(start), span::city(end)) }
}
