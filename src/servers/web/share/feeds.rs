//! Making, copying and revoking secret addresses, and taking one's calendars out.

use super::super::admin::Refused;
use super::super::filters;
use super::super::form::{FieldError, Fields};
use super::super::page::{PageResult, page_with, see};
use super::super::session::Visit;
use super::super::settings::Tab;
use super::super::shell::{Place, Shell};
use super::super::words::Reader;
use super::import::ChoiceView;
use super::{here, tabs};
use crate::domain::calendar::{self, CalendarError, Feed, Level, Rights};
use crate::kernel::id::{CalendarFeedId, CalendarId};
use crate::kernel::secret;
use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Form, Path};
use askama::Template;

struct FeedView {
    id: i64,
    name: String,
    what: String,
    words: String,
}

#[derive(Template)]
#[template(path = "share/feeds.html")]
struct FeedsPage {
    shell: Shell,
    tabs: Vec<Tab>,
    errors: Vec<FieldError>,
    feeds: Vec<FeedView>,
    own: Vec<ChoiceView>,
    readable: Vec<ChoiceView>,
    door: String,
    door_opens: String,
    name: String,
    level: String,
}

impl FeedsPage {
    fn wrong(&self, field: &str) -> &str {
        self.errors.iter().find(|error| error.field == field).map_or("", |error| &error.sentence)
    }
}

/// GET /calendar/addresses
pub async fn show(visit: Visit) -> PageResult {
    page(&visit, Fields::default(), Vec::new(), String::new()).await
}

async fn page(visit: &Visit, typed: Fields, errors: Vec<FieldError>, door: String) -> PageResult {
    let (reader, chosen) = (visit.reader(), typed.get("calendar").to_owned());
    let read = visit.page(Place::Calendar, move |tx, session| {
        let me = session.person.id;
        let all = calendar::calendars(tx, me)?;
        let choice = |one: &calendar::Calendar| ChoiceView {
            id: one.id.get(),
            name: one.name.clone(),
            is_on: if chosen.is_empty() { one.is_default } else { one.id.to_string() == chosen },
        };
        let name = |feed: &Feed| match feed.calendar {
            None => "When I am busy".to_owned(),
            Some(id) => {
                all.iter().find(|one| one.id == id).map_or_else(|| "Calendar".to_owned(), |one| one.name.clone())
            }
        };
        let feeds = calendar::feeds(tx, me)?;
        let feeds = feeds.iter().map(|feed| FeedView::new(feed, &name(feed), reader)).collect::<Vec<_>>();
        let own = all.iter().filter(|one| one.rights == Rights::Own).map(choice).collect::<Vec<_>>();
        let readable = all.iter().filter(|one| one.rights >= Rights::Read).map(choice).collect::<Vec<_>>();
        Ok((feeds, own, readable))
    });
    let (shell, (feeds, own, readable)) = read.await?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let door_opens = door.replacen("https://", "webcal://", 1);
    let (name, level) = (typed.get("name").to_owned(), typed.get("level").to_owned());
    let tabs = tabs("/calendar/addresses");
    page_with(status, &FeedsPage { shell, tabs, errors, feeds, own, readable, door, door_opens, name, level })
}

impl FeedView {
    fn new(feed: &Feed, of: &str, reader: Reader) -> Self {
        let level = match (feed.calendar, feed.level) {
            (None, _) | (_, Level::Busy) => "busy times only",
            (Some(_), Level::Details) => "with details",
        };
        let used =
            feed.used_at.map_or_else(|| "never read".to_owned(), |at| format!("last read {}", reader.when(at).full()));
        Self { id: feed.id.get(), name: feed.name.clone(), what: format!("{of}, {level}"), words: used }
    }
}

/// POST /calendar/addresses: `calendar` or nothing for all one's busy times, `level`, `name`. The secret is shown by this
/// answer alone.
pub async fn make(visit: Visit, request: HttpRequest, form: Form<Fields>) -> PageResult {
    let (token, fields) = (secret::token(), form.0.clone());
    let own = token.clone();
    let calendar: Option<CalendarId> = form.get("calendar").parse().ok();
    let level = if form.get("level") == "details" { Level::Details } else { Level::Busy };
    let made: Result<CalendarFeedId, Refused> = visit
        .attempt(&form, move |tx, session| {
            let made = calendar::make_feed(tx, session.person.id, calendar, level, fields.get("name"), &own);
            made.map_err(refused)
        })
        .await;
    match made {
        Ok(_) => {
            let here = here(&request, &visit.web);
            let door = match calendar {
                Some(_) => format!("{here}/feed/{token}.ics"),
                None => format!("{here}/freebusy/{token}.ifb"),
            };
            page(&visit, Fields::default(), Vec::new(), door).await
        }
        Err(refused) => page(&visit, form.0, vec![refused.at("name")?], String::new()).await,
    }
}

/// What the sender can put right, beside its field.
pub fn refused(error: CalendarError) -> Refused {
    match error {
        CalendarError::BadName => Refused::Field(FieldError::new("name", "Say in a few words what it is for.")),
        CalendarError::TooMany(what, most) => {
            Refused::Field(FieldError::new("name", format!("There may be at most {most} {what}.")))
        }
        CalendarError::NotAllowed(why) => Refused::Field(FieldError::new("name", format!("{why}."))),
        other => Refused::Web(other.into()),
    }
}

/// POST /calendar/addresses/{id}/revoke
pub async fn revoke(visit: Visit, at: Path<CalendarFeedId>, form: Form<Fields>) -> PageResult {
    let id = *at;
    visit.write(&form, move |tx, session| Ok(calendar::revoke_feed(tx, session.person.id, id)?)).await?;
    Ok(see("/calendar/addresses?done=revoked"))
}
