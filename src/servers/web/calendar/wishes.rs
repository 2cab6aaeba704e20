//! What a person prefers of new events, and on which day a week begins.

use super::super::filters;
use super::super::form::{FieldError, Fields};
use super::super::page::{PageResult, page_with, see};
use super::super::session::Visit;
use super::super::settings::{Tab, tabs};
use super::super::shell::{Place, Shell};
use super::event::reminder_words;
use crate::domain::calendar::{self, Calendar, Preferences};
use crate::format::ical::Reminder;
use crate::kernel::id::CalendarId;
use actix_web::http::StatusCode;
use actix_web::web::Form;
use askama::Template;
use chrono::Weekday;

const PAGE: &str = "/settings/calendar";
const REMINDERS: [i64; 8] = [0, 5, 10, 15, 30, 60, 120, 1440];
const DURATIONS: [i64; 8] = [15, 25, 30, 45, 50, 60, 90, 120];
const DAYS: [(&str, &str, Weekday); 3] =
    [("mon", "Monday", Weekday::Mon), ("sat", "Saturday", Weekday::Sat), ("sun", "Sunday", Weekday::Sun)];

/// One of several things to choose from.
struct Choice {
    value: String,
    words: String,
    is_on: bool,
}

#[derive(Template)]
#[template(path = "settings/calendar.html")]
struct WishesPage {
    shell: Shell,
    tabs: Vec<Tab>,
    reminders: Vec<Choice>,
    durations: Vec<Choice>,
    calendars: Vec<Choice>,
    days: Vec<Choice>,
    errors: Vec<FieldError>,
}

/// GET /settings/calendar
pub async fn form(visit: Visit) -> PageResult {
    show(&visit, StatusCode::OK, Vec::new()).await
}

async fn show(visit: &Visit, status: StatusCode, errors: Vec<FieldError>) -> PageResult {
    let (shell, (liked, own)) = visit
        .page(Place::Settings, |tx, session| {
            let me = session.person.id;
            let mut own = calendar::calendars(tx, me)?;
            own.retain(|one| one.owner == Some(me) && one.may_write());
            Ok((calendar::preferences(tx, me)?, own))
        })
        .await?;
    let page = WishesPage {
        shell,
        tabs: tabs(PAGE),
        reminders: reminders(&liked),
        durations: numbers(&DURATIONS, liked.duration, |minutes| format!("{minutes} minutes")),
        calendars: own.iter().map(calendar_choice).collect(),
        days: DAYS
            .iter()
            .map(|(value, words, day)| Choice {
                value: (*value).to_owned(),
                words: (*words).to_owned(),
                is_on: *day == liked.week_start,
            })
            .collect(),
        errors,
    };
    page_with(status, &page)
}

fn reminders(liked: &Preferences) -> Vec<Choice> {
    let mut all = vec![Choice { value: String::new(), words: "None".to_owned(), is_on: liked.reminder.is_none() }];
    let words = |minutes_before| reminder_words(Reminder { minutes_before }, false);
    all.extend(numbers(&REMINDERS, liked.reminder.unwrap_or(-1), words));
    all
}

/// Numbers to choose from; one that is on and not among them is added.
fn numbers(all: &[i64], on: i64, words: impl Fn(i64) -> String) -> Vec<Choice> {
    let extra = Some(on).filter(|on| *on >= 0 && !all.contains(on));
    let choice = |number: i64| Choice { value: number.to_string(), words: words(number), is_on: number == on };
    all.iter().copied().chain(extra).map(choice).collect()
}

fn calendar_choice(calendar: &Calendar) -> Choice {
    Choice { value: calendar.id.to_string(), words: calendar.name.clone(), is_on: calendar.is_default }
}

/// POST /settings/calendar
pub async fn keep(visit: Visit, form: Form<Fields>) -> PageResult {
    visit.checked(&form).await?;
    let mut errors = Vec::new();
    let reminder = match form.get("reminder") {
        "" => None,
        text => text.parse().ok().or_else(|| {
            errors.push(FieldError::new("reminder", "Choose one of these reminders."));
            None
        }),
    };
    let duration = form.get("duration").parse().ok();
    if duration.is_none() {
        errors.push(FieldError::new("duration", "Choose how long a new event lasts."));
    }
    let day = DAYS.iter().find(|(value, ..)| *value == form.get("week_start")).map(|(.., day)| *day);
    let wanted: Option<CalendarId> = form.get("calendar").parse().ok();
    let (Some(duration), true) = (duration, errors.is_empty()) else {
        return show(&visit, StatusCode::UNPROCESSABLE_ENTITY, errors).await;
    };
    let new = Preferences { reminder, duration, week_start: day.unwrap_or(Weekday::Mon) };
    let keep = visit.write(&form, move |tx, session| {
        let me = session.person.id;
        calendar::set_preferences(tx, me, &new)?;
        match wanted.filter(|wanted| calendar::default_calendar(tx, me).ok() != Some(*wanted)) {
            Some(wanted) => Ok(calendar::set_default(tx, me, wanted)?),
            None => Ok(()),
        }
    });
    keep.await?;
    Ok(see("/settings/calendar?done=wishes"))
}
