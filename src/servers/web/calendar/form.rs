//! The form of an event or a task: made new, changed as a whole, or one or the rest of a series.

use super::super::error::WebError;
use super::super::filters;
use super::super::form::{FieldError, Fields};
use super::super::page::{PageResult, local, page_with, see};
use super::super::session::Visit;
use super::super::shell::{Place, Shell};
use super::act::{self, failed};
use super::entry::look_class;
use super::event;
use super::here::Here;
use super::opened::Opened;
use super::prefill;
use super::repeat::DAYS;
use super::scope;
use super::side::named;
use super::span;
use super::typed::{Reading, Typed};
use crate::domain::calendar::{self, Calendar, CalendarError, CalendarKind};
use crate::domain::people::{self, Person, Session};
use crate::domain::store::ReadTx;
use crate::format::ical::{self, Answer, Draft, Kind, Organizer, Reminder, Scope};
use crate::kernel::id::{CalendarId, CalendarItemId};
use crate::kernel::limits;
use crate::services::calendar::{ActError, Deed};
use actix_web::http::StatusCode;
use actix_web::web::{Form, Path};
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
struct Around {
    /// The event that is changed, and the revision that the form has seen; nothing for a new one.
    item: Option<(CalendarItemId, i64)>,
    instance: String,
    scope: String,
    back: String,
    errors: Vec<FieldError>,
    /// What somebody else made of it meanwhile; empty for nothing.
    changed: String,
    /// What was understood of a line of text; empty for none.
    understood: String,
    has_rule: bool,
    has_guests: bool,
    has_calendar: bool,
    tells: String,
    /// What this change means: all, one, or the rest of a series.
    meaning: String,
}

impl Around {
    fn fresh(back: String) -> Self {
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

fn back_of(fields: &Fields) -> String {
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
fn draft_of(opened: &Opened, word: &str) -> Draft {
    let mut draft = opened.item.draft_at(opened.at.filter(|_| word != scope::ALL));
    if let (scope::FROM, Some(at)) = (word, opened.at) {
        let cut = ical::edit(&opened.item, Scope::From(at), &draft, opened.now);
        if let Some(rest) = cut.split {
            draft.rule = rest.main.rule;
        }
    }
    draft
}

fn around(opened: &Opened, word: &str, back: String) -> Around {
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

async fn show(visit: &Visit, status: StatusCode, mut typed: Typed, around: Around) -> PageResult {
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
    let start = super::typed::zone(&typed.start_zone).unwrap_or(here.zone);
    let end = super::typed::zone(&typed.end_zone).unwrap_or(start);
    if start == end { span::city(start) } else { format!("{} – {}", span::city(start), span::city(end)) }
}

/// POST /calendar/event
pub async fn make(visit: Visit, form: Form<Fields>) -> PageResult {
    let session = visit.checked(&form).await?;
    let typed = Typed::of(&form);
    let around = Around::fresh(back_of(&form));
    if form.has("find") {
        return Ok(see(&typed.find()));
    }
    let made = match drafted(&visit, &session, &typed, None).await {
        Ok((draft, calendar)) => {
            let deed = Deed::Make { calendar: Some(calendar), draft: Box::new(draft) };
            act::carry_out(&visit, session.person.id, deed, &form).await
        }
        Err(errors) => return again(&visit, typed, Around { errors, ..around }).await,
    };
    match made {
        Ok(done) => act::answer(&visit, &session, &done, &around.back).await,
        Err(error) => {
            let errors = refusal(error)?;
            again(&visit, typed, Around { errors, ..around }).await
        }
    }
}

/// POST /calendar/event/{id}/change
pub async fn change(visit: Visit, at: Path<CalendarItemId>, form: Form<Fields>) -> PageResult {
    let session = visit.checked(&form).await?;
    let (id, who) = (*at, session.person.id);
    let typed = Typed::of(&form);
    if form.has("find") {
        return Ok(see(&typed.find()));
    }
    let word = form.get("scope").to_owned();
    let Some(opened) = opened(&visit, &form, id).await? else {
        // It is gone: what was typed becomes a new event, if it is still wanted.
        let gone = "Somebody has deleted this meanwhile. What you typed is kept: save it to make it anew.";
        let errors = vec![FieldError::new("", gone)];
        return again(&visit, typed, Around { errors, ..Around::fresh(back_of(&form)) }).await;
    };
    if !opened.may_change() {
        return Err(WebError::Forbidden);
    }
    let scope = match scope::parse(&word, opened.at) {
        Some(scope) => scope,
        None if opened.is_series() => return scope::ask(&visit, &opened, scope::Asked::Change).await,
        None => Scope::All,
    };
    let around = around(&opened, &word, back_of(&form));
    let revision: i64 = form.get("revision").parse().unwrap_or(opened.stored.revision);
    if revision != opened.stored.revision {
        return again(&visit, typed, Around { changed: changed_words(&opened), ..around }).await;
    }
    let was = draft_of(&opened, &word);
    let (draft, calendar) = match drafted(&visit, &session, &typed, Some((&opened, &was, &around))).await {
        Ok(drafted) => drafted,
        Err(errors) => return again(&visit, typed, Around { errors, ..around }).await,
    };
    let to = Some(calendar).filter(|to| around.has_calendar && *to != opened.stored.calendar);
    let deed = Deed::Change { item: id, revision: Some(revision), scope, draft: Box::new(draft), to };
    match act::carry_out(&visit, who, deed, &form).await {
        Ok(done) => {
            let back = done.item.map_or_else(|| around.back.clone(), |item| to_event(item, &around));
            act::answer(&visit, &session, &done, &back).await
        }
        Err(ActError::Calendar(CalendarError::Changed)) => {
            let changed = changed_words(&opened);
            again(&visit, typed, Around { changed, ..around }).await
        }
        Err(error) => {
            let errors = refusal(error)?;
            again(&visit, typed, Around { errors, ..around }).await
        }
    }
}

/// Back to where the form was opened; to the event itself where that was its own page, which may have moved.
fn to_event(item: CalendarItemId, around: &Around) -> String {
    if around.back.starts_with("/calendar/event/") { format!("/calendar/event/{item}") } else { around.back.clone() }
}

/// The event that a form changes; nothing where it is gone.
async fn opened(visit: &Visit, form: &Fields, id: CalendarItemId) -> Result<Option<Opened>, WebError> {
    let (asking, instance) = (visit.clone(), form.get("instance").to_owned());
    let read = visit.read(move |tx, session| Opened::read(tx, &asking, session.person.id, id, &instance));
    match read.await {
        Ok(opened) => Ok(Some(opened)),
        Err(WebError::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

fn changed_words(opened: &Opened) -> String {
    let facts = opened.facts();
    let when = opened.times().map(|(starts, ends)| span::span(starts, ends, opened.here.zone, opened.here.today()));
    let place = if facts.place.is_empty() { String::new() } else { format!(", {}", facts.place) };
    format!("“{}”, {}{place}", event::title(facts), when.unwrap_or_else(|| "no date".to_owned()))
}

/// What was typed as a draft with its organizer, and the calendar it goes into; or what is wrong with it.
async fn drafted(
    visit: &Visit,
    session: &Session,
    typed: &Typed,
    was: Option<(&Opened, &Draft, &Around)>,
) -> Result<(Draft, CalendarId), Vec<FieldError>> {
    let wanted = typed.calendar.parse::<CalendarId>().ok().or_else(|| was.map(|(opened, ..)| opened.stored.calendar));
    let (me, asking) = (session.person.clone(), visit.clone());
    let read = visit.read(move |tx, _| Ok((target(tx, &me, wanted)?, Here::read(tx, &asking, me.id)?, domain(tx)?)));
    let (target, here, domain) =
        read.await.map_err(|_| vec![FieldError::new("calendar", "Choose a calendar that you may write to.")])?;
    let reading = Reading {
        zone: here.zone,
        domain: &domain,
        was: was.map(|(_, draft, _)| draft),
        has_rule: was.is_none_or(|(.., around)| around.has_rule),
        has_guests: was.is_none_or(|(.., around)| around.has_guests),
    };
    let mut draft = typed.read(&reading)?;
    let is_foreign = was.is_some_and(|(opened, ..)| opened.is_guest());
    if !is_foreign && draft.kind == Kind::Event {
        let has_guests_already = was.is_some_and(|(_, was, _)| was.guests == draft.guests);
        if !draft.guests.is_empty() && !target.may_invite && !has_guests_already {
            let sentence = format!("You may not invite people in the name of {}.", target.organizer.name);
            return Err(vec![FieldError::new("guests", sentence)]);
        }
        let known = draft.organizer.take().filter(|_| has_guests_already);
        draft.organizer = known.or(Some(target.organizer)).filter(|_| !draft.guests.is_empty());
    }
    Ok((draft, target.calendar))
}

/// Where an event goes, and who invites to it.
struct Target {
    calendar: CalendarId,
    organizer: Organizer,
    may_invite: bool,
}

/// A calendar that `me` may write to. Invitations go out in its owner's name, and say who wrote them where that is another.
fn target(tx: &ReadTx<'_>, me: &Person, wanted: Option<CalendarId>) -> Result<Target, WebError> {
    let id = match wanted {
        Some(id) => id,
        None => calendar::default_calendar(tx, me.id)?,
    };
    let calendar = calendar::calendar(tx, me.id, id)?;
    if !calendar.may_write() {
        return Err(WebError::Forbidden);
    }
    let owner = calendar.owner.filter(|owner| *owner != me.id);
    let organizer = match owner.map(|owner| people::person(tx, owner)).transpose()?.flatten() {
        Some(owner) => Organizer { address: owner.address, name: owner.full_name, sent_by: Some(me.address.clone()) },
        None => Organizer { address: me.address.clone(), name: me.full_name.clone(), sent_by: None },
    };
    Ok(Target { calendar: id, organizer, may_invite: owner.is_none() || event::may_invite(calendar.rights) })
}

fn domain(tx: &ReadTx<'_>) -> Result<String, WebError> {
    Ok(people::primary_domain(tx)?.unwrap_or_default())
}

async fn again(visit: &Visit, typed: Typed, around: Around) -> PageResult {
    if visit.wants_fragment {
        let words: Vec<_> = around.errors.into_iter().map(|error| error.sentence).collect();
        let words = if words.is_empty() { around.changed } else { words.join(" ") };
        return Ok(act::refused(&words));
    }
    show(visit, StatusCode::UNPROCESSABLE_ENTITY, typed, around).await
}

/// What can be put right in the form, beside its field; anything else is an error of the page.
fn refusal(error: ActError) -> Result<Vec<FieldError>, WebError> {
    match error {
        ActError::Field(field, sentence) => Ok(vec![FieldError::new(field, sentence)]),
        ActError::Calendar(CalendarError::Taken) => {
            Ok(vec![FieldError::new("guests", "A room that you ask for is taken at that time.")])
        }
        ActError::Calendar(CalendarError::NotAllowed(words)) => {
            let mut sentence = words.to_owned();
            if let Some(first) = sentence.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            Ok(vec![FieldError::new("calendar", format!("{sentence}."))])
        }
        ActError::Calendar(error @ CalendarError::TooMany(..)) => {
            Ok(vec![FieldError::new("calendar", format!("This calendar is full: {error}."))])
        }
        other => Err(failed(other)),
    }
}
