//! Who is here at this moment, by which devices and since when: no more than the office's policy and the people
//! themselves let anybody see.

use super::super::filters;
use super::super::page::{PageResult, page};
use super::super::presence::Watch;
use super::super::session::Visit;
use super::super::settings::Tab;
use super::super::shell::{PersonView, Place, Shell};
use super::super::words::{Reader, When, count};
use super::{open_to, tabs};
use crate::domain::people::{self, Session};
use crate::domain::presence::Link;
use askama::Template;

struct DeviceView {
    name: String,
    since: When,
    is_phone: bool,
}

impl DeviceView {
    fn new(link: &Link, sessions: &[Session], reader: Reader) -> Self {
        let session = sessions.iter().find(|session| Some(session.id) == link.device.session);
        Self {
            name: session.map_or_else(|| "Unknown program".to_owned(), |session| session.device.clone()),
            since: reader.when(link.since),
            is_phone: link.device.is_phone,
        }
    }
}

struct SeatView {
    person: PersonView,
    devices: Vec<DeviceView>,
}

#[derive(Template)]
#[template(path = "admin/online.html")]
struct OnlinePage {
    shell: Shell,
    tabs: Vec<Tab>,
    words: String,
    seats: Vec<SeatView>,
}

/// GET /admin/online
pub async fn online(visit: Visit) -> PageResult {
    let (here, reader) = (visit.clone(), visit.reader());
    let read = visit.page(Place::Nowhere, move |tx, session| {
        open_to(session)?;
        let watch = Watch::new(tx, &here, session.person.id)?;
        let mut seats = Vec::new();
        for person in people::all(tx)?.into_iter().filter(|person| !person.is_disabled) {
            let links = watch.connections(person.id);
            if links.is_empty() {
                continue;
            }
            let sessions = people::sessions(tx, person.id)?;
            seats.push(SeatView {
                devices: links.iter().map(|link| DeviceView::new(link, &sessions, reader)).collect(),
                person: PersonView::new(&person, &session.person).seen(&watch),
            });
        }
        Ok(seats)
    });
    let (shell, seats) = read.await?;
    let devices: usize = seats.iter().map(|seat| seat.devices.len()).sum();
    let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let people = count(number(seats.len()), "person").replace("persons", "people");
    let words = format!("{people}, {}", count(number(devices), "connection"));
    page(&OnlinePage { shell, tabs: tabs("/admin/online"), words, seats })
}
