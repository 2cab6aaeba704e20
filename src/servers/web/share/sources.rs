//! Calendars that are read from elsewhere, and public holidays.

use super::super::admin::{Refused, open_to};
use super::super::error::WebError;
use super::super::filters;
use super::super::form::{FieldError, Fields};
use super::super::page::{PageResult, page_with, see};
use super::super::session::Visit;
use super::super::settings::Tab;
use super::super::shell::{Place, Shell};
use super::super::words::{Reader, count};
use super::feeds::refused;
use super::rooms::OptionView;
use super::tabs;
use crate::domain::calendar::{self, CalendarKind, Outcome, Rights, Source};
use crate::format::holiday::{REGIONS, region};
use crate::kernel::id::CalendarId;
use crate::services::calendar::ActError;
use crate::services::subscribe;
use actix_web::http::StatusCode;
use actix_web::web::{Form, Path};
use askama::Template;

/// How often a calendar may be read: minutes, and in words.
const OFTEN: [(i64, &str); 5] =
    [(15, "Every 15 minutes"), (60, "Every hour"), (240, "Every 4 hours"), (720, "Twice a day"), (1440, "Once a day")];

struct SourceView {
    id: i64,
    name: String,
    hue: i64,
    /// Where it is from; only its owner sees more than the host, since the address may be a secret.
    url: String,
    words: String,
    trouble: String,
    is_mine: bool,
    is_office: bool,
    is_holidays: bool,
}

#[derive(Template)]
#[template(path = "share/sources.html")]
struct SourcesPage {
    shell: Shell,
    tabs: Vec<Tab>,
    errors: Vec<FieldError>,
    sources: Vec<SourceView>,
    often: Vec<OptionView>,
    regions: Vec<OptionView>,
    url: String,
    name: String,
}

impl SourcesPage {
    fn wrong(&self, field: &str) -> &str {
        self.errors.iter().find(|error| error.field == field).map_or("", |error| &error.sentence)
    }
}

/// GET /calendar/sources
pub async fn show(visit: Visit) -> PageResult {
    page(&visit, &Fields::default(), Vec::new()).await
}

async fn page(visit: &Visit, typed: &Fields, errors: Vec<FieldError>) -> PageResult {
    let reader = visit.reader();
    let read = visit.page(Place::Calendar, move |tx, session| {
        let me = session.person.id;
        let sources = calendar::sources(tx, me)?;
        let all = calendar::calendars(tx, me)?.into_iter().filter(|one| one.kind.is_read_only());
        Ok(all.map(|one| SourceView::new(&one, sources.get(&one.id), reader)).collect::<Vec<_>>())
    });
    let (shell, sources) = read.await?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let minutes = typed.get("minutes").parse().unwrap_or(240);
    let often = OFTEN.map(|(value, words)| OptionView {
        value: value.to_string(),
        words: words.to_owned(),
        is_on: value == minutes,
    });
    let chosen = typed.get("region");
    let option = |one: &crate::format::holiday::Region| OptionView {
        value: one.code.to_owned(),
        words: one.name.to_owned(),
        is_on: one.code == chosen,
    };
    let (url, name) = (typed.get("url").to_owned(), typed.get("name").to_owned());
    let regions = REGIONS.iter().map(option).collect();
    let tabs = tabs("/calendar/sources");
    page_with(status, &SourcesPage { shell, tabs, errors, sources, often: often.into(), regions, url, name })
}

impl SourceView {
    fn new(one: &calendar::Calendar, source: Option<&Source>, reader: Reader) -> Self {
        let is_mine = one.rights == Rights::Own;
        let words = match source {
            None => "Public holidays".to_owned(),
            Some(source) => {
                let read = source.fetched_at.map_or_else(
                    || "not read yet".to_owned(),
                    |at| format!("{}, last read {}", count(source.items, "event"), reader.when(at).full()),
                );
                let next = if source.fails > 0 {
                    format!(", tried again {}", reader.when(source.next_at).full())
                } else {
                    String::new()
                };
                format!("{read}{next}")
            }
        };
        let host = |url: &str| url.split('/').nth(2).unwrap_or_default().to_owned();
        Self {
            id: one.id.get(),
            name: one.name.clone(),
            hue: one.hue,
            url: source.map_or_else(String::new, |source| if is_mine { source.url.clone() } else { host(&source.url) }),
            trouble: source.map_or_else(String::new, |source| source.trouble.clone()),
            words,
            is_mine,
            is_office: one.owner.is_none(),
            is_holidays: one.kind == CalendarKind::Holidays,
        }
    }
}

/// POST /calendar/sources: `url`, `name`, `minutes`; `all` of administrators, for everybody.
pub async fn add(visit: Visit, form: Form<Fields>) -> PageResult {
    visit.checked(&form).await?;
    let url = match subscribe::address(form.get("url")) {
        Ok(url) => url,
        Err(ActError::Field(field, words)) => {
            return page(&visit, &form, vec![FieldError::new(field, words)]).await;
        }
        Err(_) => return Err(WebError::BadInput("an address".to_owned())),
    };
    let host = url.split('/').nth(2).unwrap_or_default().to_owned();
    let fields = form.0.clone();
    let added: Result<(CalendarId, bool), Refused> = visit
        .attempt(&form, move |tx, session| {
            let for_all = fields.has("all") && session.person.role.runs_office();
            let owner = (!for_all).then_some(session.person.id);
            let name = if fields.get("name").trim().is_empty() { &host } else { fields.get("name") };
            let minutes = fields.get("minutes").parse().unwrap_or(240).clamp(OFTEN[0].0, OFTEN[4].0);
            let id = calendar::subscribe(tx, owner, name, &url, 5, minutes).map_err(refused)?;
            Ok((id, for_all))
        })
        .await;
    let id = match added {
        Ok((id, _)) => id,
        Err(refused) => return page(&visit, &form, vec![refused.at("url")?]).await,
    };
    // Read at once, so that the page can say how it went.
    let source = visit.web.office.store.read(move |tx| calendar::source(tx, id)).await?;
    if let Some(source) = source
        && let Outcome::Failed(why) = subscribe::refresh(&visit.web.office, &source).await.map_err(broken)?
    {
        let words = format!("It is on your list, but could not be read yet: {why}. It is tried again.");
        return page(&visit, &Fields::default(), vec![FieldError::new("url", words)]).await;
    }
    Ok(see("/calendar/sources?done=source"))
}

fn broken(error: ActError) -> WebError {
    match error {
        ActError::Calendar(error) => error.into(),
        other => WebError::Broken(other.to_string()),
    }
}

/// POST /calendar/sources/{id}/read: now rather than at its time.
pub async fn read(visit: Visit, at: Path<CalendarId>, form: Form<Fields>) -> PageResult {
    let id = *at;
    let source = visit.write(&form, move |tx, session| {
        calendar::read_soon(tx, session.person.id, id)?;
        Ok(calendar::source(tx, id)?)
    });
    if let Some(source) = source.await? {
        subscribe::refresh(&visit.web.office, &source).await.map_err(broken)?;
    }
    Ok(see("/calendar/sources"))
}

/// POST /calendar/sources/{id}/remove
pub async fn remove(visit: Visit, at: Path<CalendarId>, form: Form<Fields>) -> PageResult {
    let id = *at;
    let write = visit.write(&form, move |tx, session| {
        let me = session.person.id;
        if !calendar::calendar(tx, me, id)?.kind.is_read_only() {
            return Err(WebError::NotFound);
        }
        Ok(calendar::remove_calendar(tx, me, id)?)
    });
    write.await?;
    Ok(see("/calendar/sources?done=source-gone"))
}

/// POST /calendar/sources/holidays: `region`; `all` of administrators, for everybody.
pub async fn add_holidays(visit: Visit, form: Form<Fields>) -> PageResult {
    visit.checked(&form).await?;
    let Some(region) = region(form.get("region")) else {
        return page(&visit, &form, vec![FieldError::new("region", "Choose one of these.")]).await;
    };
    let for_all = form.has("all");
    let added: Result<CalendarId, Refused> = visit
        .attempt(&form, move |tx, session| {
            if for_all {
                open_to(session)?;
            }
            let owner = (!for_all).then_some(session.person.id);
            calendar::add_region(tx, owner, region.code, region.name).map_err(refused)
        })
        .await;
    if let Err(refused) = added {
        return page(&visit, &form, vec![refused.at("region").map(|error| FieldError::new("region", error.sentence))?])
            .await;
    }
    subscribe::fill_holidays(&visit.web.office).await.map_err(broken)?;
    Ok(see("/calendar/sources?done=source"))
}
