//! Settings: when I work, and when I am out of office. Presence, booking and the automatic answer read the same.

use super::error::WebError;
use super::filters;
use super::form::{FieldError, Fields};
use super::page::{PageResult, page_with, see};
use super::session::Visit;
use super::settings::{Tab, tabs};
use super::shell::{Place, Shell};
use crate::domain::calendar::{self, CalendarKind};
use crate::domain::hours::{self, Away, DAYS, Hours, HoursError, Spell};
use crate::domain::people;
use crate::domain::store::ReadTx;
use crate::kernel::id::{CalendarId, PersonId};
use crate::kernel::text::sentence;
use crate::kernel::zone;
use actix_web::http::StatusCode;
use actix_web::web::Form;
use askama::Template;
use chrono::NaiveDateTime;
use chrono_tz::Tz;

const PAGE: &str = "/settings/hours";
const NAMES: [&str; DAYS] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
/// Spans that the form has for a day.
const SPELLS: usize = 2;
/// How forms write a time of a day with its hour.
const LOCAL: &str = "%Y-%m-%dT%H:%M";

impl From<HoursError> for WebError {
    fn from(error: HoursError) -> Self {
        match error {
            HoursError::BadSpell | HoursError::TooMany | HoursError::BadEnd | HoursError::LongText => {
                Self::BadInput(error.to_string())
            }
            HoursError::People(error) => error.into(),
            HoursError::Store(error) => error.into(),
        }
    }
}

/// One span of a day as the form has it.
struct SpellView {
    from: String,
    to: String,
    from_name: String,
    to_name: String,
    label: String,
}

struct DayView {
    name: &'static str,
    spells: Vec<SpellView>,
}

struct HolidaysView {
    id: CalendarId,
    name: String,
    is_on: bool,
}

/// Out of office as the form has it.
#[derive(Default)]
struct AwayView {
    is_set: bool,
    is_now: bool,
    from: String,
    until: String,
    inside: String,
    outside: String,
}

#[derive(Template)]
#[template(path = "settings/hours.html")]
struct HoursPage {
    shell: Shell,
    tabs: Vec<Tab>,
    errors: Vec<FieldError>,
    zone: String,
    days: Vec<DayView>,
    holidays: Vec<HolidaysView>,
    is_shown: bool,
    away: AwayView,
}

/// What was typed into one of the two forms and refused.
#[derive(Default)]
struct Refused {
    hours: Option<Hours>,
    away: Option<Fields>,
    errors: Vec<FieldError>,
}

/// GET /settings/hours
pub async fn form(visit: Visit) -> PageResult {
    show(visit, StatusCode::OK, Refused::default()).await
}

async fn show(visit: Visit, status: StatusCode, refused: Refused) -> PageResult {
    let Refused { hours: typed, away: typed_away, errors } = refused;
    let read = visit.page(Place::Settings, |tx, session| {
        let me = session.person.id;
        let calendars = calendar::calendars(tx, me)?;
        Ok((zone_of(tx, me)?, hours::hours(tx, me)?, hours::away(tx, me)?, calendars))
    });
    let (shell, (zone, kept, away, calendars)) = read.await?;
    let (hours, now) = (typed.unwrap_or(kept), visit.web.office.clock.now());
    let away = match typed_away {
        Some(typed) => AwayView::typed(&typed),
        None => away.map_or_else(AwayView::default, |away| AwayView::kept(&away, zone, away.holds_at(now))),
    };
    let holidays = calendars.into_iter().filter(|one| one.kind == CalendarKind::Holidays);
    let holidays = holidays
        .map(|one| HolidaysView { id: one.id, name: one.name, is_on: hours.holidays == Some(one.id) })
        .collect();
    let days = NAMES.iter().zip(&hours.days).enumerate().map(|(day, (name, spells))| DayView::new(day, name, spells));
    let days = days.collect();
    let zone = zone.name().replace('_', " ");
    let is_shown = hours.is_shown;
    page_with(status, &HoursPage { shell, tabs: tabs(PAGE), errors, zone, days, holidays, is_shown, away })
}

fn zone_of(tx: &ReadTx<'_>, who: PersonId) -> Result<Tz, WebError> {
    Ok(people::zone(tx, who)?.unwrap_or(Tz::UTC))
}

impl DayView {
    fn new(day: usize, name: &'static str, spells: &[Spell]) -> Self {
        let view = |place: usize| {
            let spell = spells.get(place);
            let clock = |minute: Option<u16>| minute.map(clock).unwrap_or_default();
            SpellView {
                from: clock(spell.map(|spell| spell.starts)),
                to: clock(spell.map(|spell| spell.ends)),
                from_name: format!("d{day}from{place}"),
                to_name: format!("d{day}to{place}"),
                label: format!("{name}{}", if place == 0 { "" } else { ", second part" }),
            }
        };
        Self { name, spells: (0..SPELLS).map(view).collect() }
    }
}

impl AwayView {
    fn kept(away: &Away, zone: Tz, is_now: bool) -> Self {
        let local = |at| zone::shown(at, zone).format(LOCAL).to_string();
        Self {
            is_set: true,
            is_now,
            from: local(away.from_at),
            until: away.until_at.map(local).unwrap_or_default(),
            inside: away.inside.clone(),
            outside: away.outside.clone(),
        }
    }

    fn typed(form: &Fields) -> Self {
        let field = |name: &str| form.get(name).to_owned();
        Self {
            from: field("from"),
            until: field("until"),
            inside: field("inside"),
            outside: field("outside"),
            ..Self::default()
        }
    }
}

/// `22:30`; midnight at the end of a day is `00:00`, as forms write it.
fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60 % 24, minute % 60)
}

/// The minute of a day that a field says.
fn minute(text: &str) -> Option<u16> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.get(..2)?.parse().ok()?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

/// POST /settings/hours: `d0from0` … `d6to1`, `holidays`, `shown`
pub async fn keep(visit: Visit, form: Form<Fields>) -> PageResult {
    let (typed, bad) = typed(&form);
    if !bad.is_empty() {
        visit.checked(&form).await?;
        let refused = Refused { hours: Some(typed), errors: bad, ..Refused::default() };
        return show(visit, StatusCode::UNPROCESSABLE_ENTITY, refused).await;
    }
    let new = typed.clone();
    let kept = visit.attempt(&form, move |tx, session| Ok::<_, Failed>(hours::set_hours(tx, session.person.id, &new)?));
    match kept.await {
        Ok(()) => Ok(see("/settings/hours?done=hours")),
        Err(Failed::Hours(HoursError::Store(error))) => Err(error.into()),
        Err(Failed::Hours(error)) => {
            let errors = vec![FieldError::new("d0from0", sentence(&error.to_string()))];
            show(visit, StatusCode::UNPROCESSABLE_ENTITY, Refused { hours: Some(typed), errors, ..Refused::default() })
                .await
        }
        Err(Failed::Web(error)) => Err(error),
    }
}

/// The hours that a form says, and what is wrong with them.
fn typed(form: &Fields) -> (Hours, Vec<FieldError>) {
    let (mut days, mut errors): ([Vec<Spell>; DAYS], _) = (Default::default(), Vec::new());
    for (day, spells) in days.iter_mut().enumerate() {
        for place in 0..SPELLS {
            let (from_name, to_name) = (format!("d{day}from{place}"), format!("d{day}to{place}"));
            let (from, to) = (form.get(&from_name), form.get(&to_name));
            match (minute(from), minute(to)) {
                // Until midnight is a whole day later than from it.
                (Some(starts), Some(ends)) => {
                    spells.push(Spell { starts, ends: if ends == 0 { 24 * 60 } else { ends } });
                }
                _ if from.is_empty() && to.is_empty() => {}
                _ => errors.push(FieldError::new(from_name, format!("{}: say from when and until when.", NAMES[day]))),
            }
        }
        spells.sort_by_key(|spell| spell.starts);
    }
    let hours =
        Hours { days, holidays: form.get("holidays").parse().ok(), is_shown: form.has("shown"), is_chosen: true };
    (hours, errors)
}

/// POST /settings/hours/away: `from`, `until`, `inside`, `outside`, `do`
pub async fn keep_away(visit: Visit, form: Form<Fields>) -> PageResult {
    let fields = form.clone();
    let kept = visit.attempt(&form, move |tx, session| {
        let me = session.person.id;
        if fields.get("do") == "back" {
            return Ok::<_, Failed>(hours::set_away(tx, me, None)?);
        }
        let zone = zone_of(tx, me)?;
        let local =
            |name: &str| NaiveDateTime::parse_from_str(fields.get(name).get(..16).unwrap_or_default(), LOCAL).ok();
        let (from, until) = (local("from"), local("until"));
        if until.is_none() && !fields.get("until").trim().is_empty() {
            return Err(HoursError::BadEnd.into());
        }
        let away = Away {
            from_at: from.map_or_else(|| tx.now(), |from| zone::instant(from, zone)),
            until_at: until.map(|until| zone::instant(until, zone)),
            inside: fields.get("inside").replace("\r\n", "\n").trim().to_owned(),
            outside: fields.get("outside").replace("\r\n", "\n").trim().to_owned(),
        };
        Ok(hours::set_away(tx, me, Some(&away))?)
    });
    match kept.await {
        Ok(()) if form.get("do") == "back" => Ok(see("/settings/hours?done=back")),
        Ok(()) => Ok(see("/settings/hours?done=away")),
        Err(Failed::Hours(HoursError::Store(error))) => Err(error.into()),
        Err(Failed::Hours(error)) => {
            let field = if matches!(error, HoursError::LongText) { "outside" } else { "until" };
            let errors = vec![FieldError::new(field, sentence(&error.to_string()))];
            let refused = Refused { away: Some(form.into_inner()), errors, ..Refused::default() };
            show(visit, StatusCode::UNPROCESSABLE_ENTITY, refused).await
        }
        Err(Failed::Web(error)) => Err(error),
    }
}

/// Why a form was not kept.
enum Failed {
    Hours(HoursError),
    Web(WebError),
}

impl From<HoursError> for Failed {
    fn from(error: HoursError) -> Self {
        Self::Hours(error)
    }
}

impl From<WebError> for Failed {
    fn from(error: WebError) -> Self {
        Self::Web(error)
    }
}

impl From<crate::domain::store::StoreError> for Failed {
    fn from(error: crate::domain::store::StoreError) -> Self {
        Self::Web(error.into())
    }
}
