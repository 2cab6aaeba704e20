//! Own settings: how the office looks in this browser, the password, and where one is signed in.

use super::error::WebError;
use super::filters;
use super::form::{FieldError, Fields};
use super::guest::add_cookie;
use super::look::Look;
use super::page::{PageResult, page_with, see};
use super::session::{self, Visit};
use super::shell::{Place, Shell};
use super::words::Reader;
use crate::domain::event::Event;
use crate::domain::people::{self, Liked, Session};
use crate::domain::settings;
use crate::domain::store::WriteTx;
use crate::format::formats::Dates;
use crate::kernel::id::SessionId;
use crate::kernel::secret::Secret;
use crate::services::setup::{self, SetupError};
use crate::services::signin::{self, SigninError};
use actix_web::http::StatusCode;
use actix_web::web::{Form, Path};
use askama::Template;
use chrono_tz::Tz;

/// One section of the settings.
pub struct Tab {
    /// Its name.
    pub name: &'static str,
    /// Where it is.
    pub href: &'static str,
    /// Its glyph.
    pub icon: &'static str,
    /// Whether the page belongs to it.
    pub is_here: bool,
}

/// The sections, the one at `here` marked.
pub fn tabs(here: &str) -> Vec<Tab> {
    let all = [
        ("Look and keys", "/settings/look", "eye"),
        ("Profile", "/settings/profile", "people"),
        ("Who may see me", "/settings/presence", "person"),
        ("Calendar", "/settings/calendar", "calendar"),
        ("Quotes", "/settings/quotes", "quotes"),
        ("Notifications", "/settings/notifications", "bell"),
        ("Working hours", "/settings/hours", "clock"),
        ("Own rules", "/settings/rules", "repeat"),
        ("Password and devices", "/settings/security", "lock"),
        ("Second factor", "/settings/factor", "shield"),
        ("Own programs", "/settings/programs", "phone"),
        ("What I may do", "/settings/allowed", "check"),
    ];
    all.into_iter().map(|(name, href, icon)| Tab { name, href, icon, is_here: href == here }).collect()
}

/// One of several things to choose from.
pub struct Choice {
    /// Its name in the form.
    pub value: &'static str,
    /// What it says.
    pub words: &'static str,
    /// Whether it is on.
    pub is_on: bool,
}

/// Things to choose from, the one that is on marked.
pub fn choices(all: &[(&'static str, &'static str)], on: &str) -> Vec<Choice> {
    all.iter().map(|&(value, words)| Choice { value, words, is_on: value == on }).collect()
}

/// Clocks to choose from; the first is no choice of one's own.
pub const CLOCKS: [(&str, &str); 3] =
    [("", "As the office has it"), ("24", "24 hours: 14:05"), ("12", "12 hours: 2:05 pm")];
/// Ways of writing dates, likewise.
pub const DATES: [(&str, &str); 5] = [
    ("", "As the office has them"),
    (Dates::Words.name(), Dates::Words.example()),
    (Dates::Dots.name(), Dates::Dots.example()),
    (Dates::Slashes.name(), Dates::Slashes.example()),
    (Dates::Dashes.name(), Dates::Dashes.example()),
];

#[derive(Template)]
#[template(path = "settings/look.html")]
struct LookPage {
    shell: Shell,
    tabs: Vec<Tab>,
    themes: Vec<Choice>,
    densities: Vec<Choice>,
    zone: String,
    zones: Vec<&'static str>,
    zone_is_bad: bool,
    zone_hint: String,
    clocks: Vec<Choice>,
    dates: Vec<Choice>,
    office: String,
}

/// GET /settings/look
pub async fn look(visit: Visit) -> PageResult {
    let zone = visit.look.zone.map(|zone| zone.name().to_owned()).unwrap_or_default();
    show_look(visit, StatusCode::OK, zone).await
}

async fn show_look(visit: Visit, status: StatusCode, zone: String) -> PageResult {
    let read = visit.page(Place::Settings, |tx, session| {
        Ok((people::liked_formats(tx, session.person.id)?, settings::formats(tx)?))
    });
    let (shell, (liked, office)) = read.await?;
    let zone_is_bad = status != StatusCode::OK;
    let zone_hint = if zone_is_bad {
        "There is no such zone. Zones are named like Europe/Berlin.".to_owned()
    } else {
        format!(
            "It is {} there now. Empty: as the browser or the server has it.",
            visit.reader().when(visit.web.office.clock.now()).clock()
        )
    };
    let themes = choices(&[("", "As the system"), ("light", "Light"), ("dark", "Dark")], visit.look.theme);
    let densities = choices(&[("", "Cosy"), ("compact", "Compact – more rows on a screen")], visit.look.density);
    let zones = vec![
        "Europe/Berlin",
        "Europe/London",
        "Europe/Lisbon",
        "Europe/Paris",
        "Europe/Madrid",
        "Europe/Rome",
        "Europe/Warsaw",
        "Europe/Athens",
        "Europe/Kyiv",
        "Europe/Istanbul",
        "America/New_York",
        "America/Chicago",
        "America/Denver",
        "America/Los_Angeles",
        "America/Sao_Paulo",
        "Asia/Dubai",
        "Asia/Kolkata",
        "Asia/Kathmandu",
        "Asia/Singapore",
        "Asia/Shanghai",
        "Asia/Tokyo",
        "Australia/Sydney",
        "Pacific/Auckland",
        "Africa/Nairobi",
        "UTC",
    ];
    let tabs = tabs("/settings/look");
    let office = format!("{} and {}", office.clock_words(), office.dates.example());
    let page = LookPage {
        shell,
        tabs,
        themes,
        densities,
        zone,
        zones,
        zone_is_bad,
        zone_hint,
        clocks: choices(&CLOCKS, liked.clock()),
        dates: choices(&DATES, liked.dates()),
        office,
    };
    page_with(status, &page)
}

/// POST /settings/look
pub async fn set_look(visit: Visit, form: Form<Fields>) -> PageResult {
    let colours = if visit.look.is_red_up { "redup" } else { "" };
    let said =
        [form.get("theme"), form.get("density"), if form.has("keys") { "" } else { "nokeys" }, colours].join(".");
    let zone = form.get("zone").trim();
    let Ok(parsed) = (if zone.is_empty() { Ok(None) } else { zone.parse::<Tz>().map(Some) }) else {
        visit.checked(&form).await?;
        return show_look(visit, StatusCode::UNPROCESSABLE_ENTITY, zone.to_owned()).await;
    };
    let liked = Liked::named(form.get("clock"), form.get("dates"));
    let kept = visit.write(&form, move |tx, session| {
        people::like_formats(tx, session.person.id, liked)?;
        people::choose_zone(tx, session.person.id, parsed)?;
        // Working hours and whole days go by the person's clock.
        tx.emit(session.person.id, Event::HoursChanged)?;
        Ok(())
    });
    kept.await?;
    let mut answer = see("/settings/look?done=look");
    add_cookie(&mut answer, &Look::read(&said).cookie(visit.is_tls))?;
    add_cookie(&mut answer, &Look::zone_cookie(parsed, visit.is_tls))?;
    Ok(answer)
}

struct PasswordField {
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    autocomplete: &'static str,
    error: String,
}

struct SessionView {
    id: SessionId,
    device: String,
    words: String,
    is_this: bool,
}

impl SessionView {
    fn new(session: Session, this: SessionId, reader: Reader) -> Self {
        let seen = reader.when(session.seen_at).full();
        Self {
            is_this: session.id == this,
            words: format!("{} · last seen {seen}", session.address),
            id: session.id,
            device: session.device,
        }
    }
}

#[derive(Template)]
#[template(path = "settings/security.html")]
struct SecurityPage {
    shell: Shell,
    tabs: Vec<Tab>,
    fields: Vec<PasswordField>,
    errors: Vec<FieldError>,
    sessions: Vec<SessionView>,
    has_others: bool,
}

/// GET /settings/security
pub async fn security(visit: Visit) -> PageResult {
    show_security(visit, StatusCode::OK, Vec::new()).await
}

async fn show_security(visit: Visit, status: StatusCode, errors: Vec<FieldError>) -> PageResult {
    let (shell, (sessions, this)) =
        visit.page(Place::Settings, |tx, session| Ok((people::sessions(tx, session.person.id)?, session.id))).await?;
    let reader = visit.reader();
    let sessions: Vec<_> = sessions.into_iter().map(|session| SessionView::new(session, this, reader)).collect();
    let asked = [
        ("old", "Password now", "", "current-password"),
        ("new", "New password", "10 characters or more. All other browsers are signed out.", "new-password"),
    ];
    let error = |name: &str| errors.iter().find(|error| error.field == name).map(|error| error.sentence.clone());
    let field = |(name, label, hint, autocomplete)| PasswordField {
        name,
        label,
        hint,
        autocomplete,
        error: error(name).unwrap_or_default(),
    };
    let fields = asked.into_iter().map(field).collect();
    let has_others = sessions.len() > 1;
    let tabs = tabs("/settings/security");
    page_with(status, &SecurityPage { shell, tabs, fields, errors, sessions, has_others })
}

/// POST /settings/password
pub async fn change_password(visit: Visit, form: Form<Fields>) -> PageResult {
    let session = visit.checked(&form).await?;
    let office = &visit.web.office;
    let old = Secret::new(form.get("old").to_owned());
    match signin::check(office, &session.person.name, old, visit.ip).await {
        Ok(_) => {}
        Err(SigninError::Wrong) => return refuse(visit, "old", "This is not your password now.").await,
        Err(SigninError::SlowDown { wait }) => return Err(WebError::SlowDown(wait)),
        Err(SigninError::Busy) => return Err(WebError::Busy),
        Err(SigninError::Store(error)) => return Err(error.into()),
    }
    match setup::change_password(office, session.person.id, Secret::new(form.get("new").to_owned())).await {
        Ok(()) => {}
        Err(SetupError::Field(..)) => {
            return refuse(visit, "new", "The new password is too short: take 10 characters or more.").await;
        }
        Err(SetupError::Done | SetupError::Busy) => return Err(WebError::Busy),
        Err(SetupError::Store(error)) => return Err(error.into()),
    }
    // The change has ended every session, this one too: whoever knew the old password is out.
    visit.web.streams.end_all_of(session.person.id);
    let mut answer = see("/settings/security?done=password");
    add_cookie(&mut answer, &session::open(&visit, session.person.id).await?)?;
    Ok(answer)
}

async fn refuse(visit: Visit, field: &str, sentence: &str) -> PageResult {
    show_security(visit, StatusCode::UNPROCESSABLE_ENTITY, vec![FieldError::new(field, sentence)]).await
}

/// POST /settings/sessions/{id}/end
pub async fn end_one(visit: Visit, at: Path<SessionId>, form: Form<Fields>) -> PageResult {
    let id = at.into_inner();
    let end = move |tx: &mut WriteTx<'_>, session: &Session| {
        people::end_session(tx, session.person.id, id)?;
        Ok(session.person.id)
    };
    let person = visit.write(&form, end).await?;
    visit.web.streams.end(person, id);
    Ok(see("/settings/security?done=ended"))
}

/// POST /settings/sessions/others
pub async fn end_others(visit: Visit, form: Form<Fields>) -> PageResult {
    let session = visit.checked(&form).await?;
    visit.write(&form, |tx, session| Ok(people::end_other_sessions(tx, session.person.id, session.id)?)).await?;
    visit.web.streams.end_others(session.person.id, session.id);
    Ok(see("/settings/security?done=ended"))
}
