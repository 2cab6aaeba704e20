//! Rooms and things: the list for everybody, and the administrators' page that makes, changes and removes them.

use super::super::admin::people::actor;
use super::super::admin::{self, Refused, open_to};
use super::super::error::WebError;
use super::super::filters;
use super::super::form::{FieldError, Fields};
use super::super::page::{PageResult, page, page_with, see};
use super::super::session::Visit;
use super::super::settings::Tab;
use super::super::shell::{Place, Shell};
use super::super::words::count;
use super::tabs;
use crate::domain::calendar::{self, CalendarError, NewResource, Resource, ResourceKind};
use crate::domain::people::{self, PeopleError};
use crate::domain::store::ReadTx;
use crate::kernel::id::CalendarId;
use crate::kernel::limits;
use crate::services::resources;
use actix_web::http::StatusCode;
use actix_web::web::{Form, Path};
use askama::Template;
use chrono_tz::Tz;

/// A room or a thing as lists show it.
pub struct RoomView {
    pub id: i64,
    pub name: String,
    pub words: String,
    pub notes: String,
    pub address: String,
    pub hue: i64,
    pub is_shown: bool,
    pub may_book: bool,
}

impl RoomView {
    fn new(room: &Resource, group: &str, is_shown: bool, may_book: bool) -> Self {
        let mut words = vec![kind_name(room.is.kind).to_owned()];
        if room.is.seats > 0 {
            words.push(count(room.is.seats, "seat"));
        }
        if !room.is.place.is_empty() {
            words.push(room.is.place.clone());
        }
        if room.is_for_group {
            words.push(if group.is_empty() {
                "for administrators".to_owned()
            } else {
                format!("for the group {group}")
            });
        }
        Self {
            id: room.calendar.get(),
            name: room.is.name.clone(),
            words: words.join(" · "),
            notes: room.is.notes.clone(),
            address: room.address.to_string(),
            hue: room.is.hue,
            is_shown,
            may_book,
        }
    }
}

const fn kind_name(kind: ResourceKind) -> &'static str {
    match kind {
        ResourceKind::Room => "Room",
        ResourceKind::Vehicle => "Vehicle",
        ResourceKind::Device => "Device",
        ResourceKind::Other => "Thing",
    }
}

#[derive(Template)]
#[template(path = "share/rooms.html")]
struct RoomsPage {
    shell: Shell,
    tabs: Vec<Tab>,
    rooms: Vec<RoomView>,
}

/// GET /calendar/rooms
pub async fn list(visit: Visit) -> PageResult {
    let read = visit.page(Place::Calendar, |tx, session| {
        let me = session.person.id;
        let groups = people::groups(tx)?;
        let shown = calendar::calendars(tx, me)?;
        let mut rooms = Vec::new();
        for room in calendar::resources(tx)? {
            let group = groups.iter().find(|group| Some(group.id) == room.is.group);
            let is_shown = shown.iter().any(|one| one.id == room.calendar);
            let may_book = calendar::may_book(tx, me, &room)?;
            rooms.push(RoomView::new(&room, group.map_or("", |group| &group.name), is_shown, may_book));
        }
        Ok(rooms)
    });
    let (shell, rooms) = read.await?;
    page(&RoomsPage { shell, tabs: tabs("/calendar/rooms"), rooms })
}

/// POST /calendar/rooms/{id}/show: puts a room's calendar on one's own list, or takes it off.
pub async fn show(visit: Visit, at: Path<CalendarId>, form: Form<Fields>) -> PageResult {
    let (id, is_on) = (*at, form.get("show") != "off");
    let write = visit.write(&form, move |tx, session| {
        let me = session.person.id;
        calendar::resource(tx, id)?;
        let looked = if is_on { calendar::set_look(tx, me, id, true, 0, 0) } else { calendar::forget_look(tx, me, id) };
        Ok(looked?)
    });
    write.await?;
    Ok(see("/calendar/rooms?done=office"))
}

/// A choice of a form.
pub struct OptionView {
    pub value: String,
    pub words: String,
    pub is_on: bool,
}

/// What the form shows: as it is, or as it was typed.
struct FormView {
    name: String,
    local: String,
    kinds: Vec<OptionView>,
    seats: String,
    place: String,
    notes: String,
    hues: Vec<OptionView>,
    groups: Vec<OptionView>,
    takes_mail: bool,
    zone: String,
    /// Whether it is there already: its address stays.
    is_old: bool,
    address: String,
    action: String,
}

#[derive(Template)]
#[template(path = "admin/rooms.html")]
struct AdminPage {
    shell: Shell,
    tabs: Vec<Tab>,
    errors: Vec<FieldError>,
    rooms: Vec<RoomView>,
    it: FormView,
}

impl AdminPage {
    fn wrong(&self, field: &str) -> &str {
        self.errors.iter().find(|error| error.field == field).map_or("", |error| &error.sentence)
    }
}

/// GET /admin/rooms
pub async fn admin(visit: Visit) -> PageResult {
    show_form(&visit, None, Fields::default(), Vec::new()).await
}

/// GET /admin/rooms/{id}
pub async fn edit(visit: Visit, at: Path<CalendarId>) -> PageResult {
    show_form(&visit, Some(*at), Fields::default(), Vec::new()).await
}

async fn show_form(visit: &Visit, of: Option<CalendarId>, typed: Fields, errors: Vec<FieldError>) -> PageResult {
    let own_zone = visit.look.zone.unwrap_or(Tz::UTC);
    let read = visit.page(Place::Nowhere, move |tx, session| {
        open_to(session)?;
        let groups = people::groups(tx)?;
        let all = calendar::resources(tx)?;
        let group = |room: &Resource| groups.iter().find(|group| Some(group.id) == room.is.group);
        let view = |room: &Resource| RoomView::new(room, group(room).map_or("", |group| &group.name), false, true);
        let rooms = all.iter().map(view).collect::<Vec<_>>();
        Ok((rooms, FormView::read(tx, of, &typed, own_zone)?))
    });
    let (shell, (rooms, it)) = read.await?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    page_with(status, &AdminPage { shell, tabs: admin::tabs("/admin/rooms"), errors, rooms, it })
}

impl FormView {
    fn read(tx: &ReadTx<'_>, of: Option<CalendarId>, typed: &Fields, own_zone: Tz) -> Result<Self, WebError> {
        let known = of.map(|id| calendar::resource(tx, id)).transpose()?;
        let is = known.as_ref().map(|room| room.is.clone());
        let text = |name: &str, known: String| if typed.has("csrf") { typed.get(name).to_owned() } else { known };
        let field = |name: &str, of: fn(&NewResource) -> String| text(name, is.as_ref().map(of).unwrap_or_default());
        let kind = field("kind", |is| is.kind.word().to_owned());
        let hue = field("hue", |is| is.hue.to_string());
        let group = field("group", |is| is.group.map(|group| group.to_string()).unwrap_or_default());
        let zone = is.as_ref().map_or(own_zone, |is| is.zone).name().to_owned();
        let option = |value: String, words: String, chosen: &str| OptionView { is_on: value == chosen, value, words };
        let kinds = ResourceKind::ALL.map(|one| option(one.word().to_owned(), kind_name(one).to_owned(), &kind));
        let chosen = if hue.is_empty() { "3" } else { &hue };
        let hues = (1..=8)
            .map(|hue: i64| option(hue.to_string(), HUES[usize::try_from(hue - 1).unwrap_or(0)].to_owned(), chosen));
        let everybody = option(String::new(), "Everybody".to_owned(), &group);
        let groups = people::groups(tx)?
            .into_iter()
            .map(|one| option(one.id.to_string(), format!("The group {}", one.name), &group));
        Ok(Self {
            name: field("name", |is| is.name.clone()),
            local: typed.get("local").to_owned(),
            kinds: kinds.into(),
            seats: field("seats", |is| if is.seats > 0 { is.seats.to_string() } else { String::new() }),
            place: field("place", |is| is.place.clone()),
            notes: field("notes", |is| is.notes.clone()),
            hues: hues.collect(),
            groups: std::iter::once(everybody).chain(groups).collect(),
            takes_mail: if typed.has("csrf") {
                typed.has("takes_mail")
            } else {
                is.as_ref().is_some_and(|is| is.takes_mail)
            },
            zone: text("zone", zone),
            is_old: known.is_some(),
            address: known.map(|room| room.address.to_string()).unwrap_or_default(),
            action: of.map_or_else(|| "/admin/rooms".to_owned(), |id| format!("/admin/rooms/{id}")),
        })
    }
}

const HUES: [&str; 8] = ["Red", "Orange", "Olive", "Green", "Teal", "Blue", "Violet", "Pink"];

/// A room as it was typed, or what is wrong with it.
fn typed(tx: &ReadTx<'_>, fields: &Fields) -> Result<NewResource, Refused> {
    let wrong = |field: &str, words: &str| Refused::Field(FieldError::new(field, words));
    let seats = match fields.get("seats").trim() {
        "" => 0,
        typed => typed
            .parse()
            .ok()
            .filter(|seats| (0..=limits::RESOURCE_SEATS).contains(seats))
            .ok_or_else(|| wrong("seats", "A whole number of seats, or nothing."))?,
    };
    let group = fields.get("group").parse().ok();
    let groups = people::groups(tx).map_err(WebError::from)?;
    if group.is_some_and(|group| !groups.iter().any(|one| one.id == group)) {
        return Err(wrong("group", "There is no such group."));
    }
    Ok(NewResource {
        name: fields.get("name").to_owned(),
        kind: ResourceKind::of_word(fields.get("kind")).unwrap_or(ResourceKind::Room),
        seats,
        place: fields.get("place").to_owned(),
        notes: fields.get("notes").to_owned(),
        hue: fields.get("hue").parse().unwrap_or(3),
        group,
        takes_mail: fields.has("takes_mail"),
        zone: fields.get("zone").trim().parse().map_err(|_| wrong("zone", "A zone is written like Europe/Berlin."))?,
    })
}

fn refused(error: CalendarError) -> Refused {
    let wrong = |field: &str, words: String| Refused::Field(FieldError::new(field, words));
    match error {
        CalendarError::BadName => wrong("name", format!("A name has 1 to {} characters.", limits::CALENDAR_NAME)),
        CalendarError::TooMany(what, most) => wrong("name", format!("There may be at most {most} {what}.")),
        CalendarError::People(PeopleError::Taken(address)) => wrong("local", format!("{address} is taken.")),
        CalendarError::People(PeopleError::BadName) => {
            wrong("local", "Letters, digits, dots, hyphens and underscores only.".to_owned())
        }
        other => Refused::Web(other.into()),
    }
}

/// POST /admin/rooms
pub async fn make(visit: Visit, form: Form<Fields>) -> PageResult {
    let (fields, here) = (form.0.clone(), visit.clone());
    let made: Result<CalendarId, Refused> = visit
        .attempt(&form, move |tx, session| {
            open_to(session)?;
            let new = typed(tx, &fields)?;
            resources::make(tx, &actor(&here, session), fields.get("local"), &new).map_err(refused)
        })
        .await;
    match made {
        Ok(_) => Ok(see("/admin/rooms?done=office")),
        Err(refused) => show_form(&visit, None, form.0, vec![refused.at("name")?]).await,
    }
}

/// POST /admin/rooms/{id}
pub async fn change(visit: Visit, at: Path<CalendarId>, form: Form<Fields>) -> PageResult {
    let (id, fields, here) = (*at, form.0.clone(), visit.clone());
    let changed: Result<(), Refused> = visit
        .attempt(&form, move |tx, session| {
            open_to(session)?;
            let new = typed(tx, &fields)?;
            resources::set(tx, &actor(&here, session), id, &new).map_err(refused)
        })
        .await;
    match changed {
        Ok(()) => Ok(see("/admin/rooms?done=office")),
        Err(refused) => show_form(&visit, Some(id), form.0, vec![refused.at("name")?]).await,
    }
}

/// POST /admin/rooms/{id}/remove
pub async fn remove(visit: Visit, at: Path<CalendarId>, form: Form<Fields>) -> PageResult {
    let (id, here) = (*at, visit.clone());
    let write = visit.write(&form, move |tx, session| {
        open_to(session)?;
        Ok(resources::remove(tx, &actor(&here, session), id)?)
    });
    write.await?;
    Ok(see("/admin/rooms?done=office"))
}
