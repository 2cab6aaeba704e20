//! Calendars: the views of days, weeks, months and years, and what is shown beside them; events and tasks with their forms;
//! and the calendars that a person has.
//!
//! What may be seen is decided by `domain::calendar`; here it only gets its place on the page.

pub mod act;
mod agenda;
pub mod answer;
mod bar;
mod clock;
mod columns;
mod entry;
pub mod event;
pub mod files;
pub mod form;
mod habit;
pub mod here;
mod lanes;
pub mod list;
pub mod manage;
mod mini;
mod month;
mod opened;
mod prefill;
pub mod quick;
mod repeat;
pub mod save;
mod scope;
pub mod search;
pub mod show;
mod side;
mod span;
pub mod tasks;
pub mod ticks;
pub mod today;
mod typed;
mod view;
mod week;
pub mod wishes;

use super::page::{PageResult, see};
use super::session::Visit;
use actix_web::HttpRequest;
use habit::Habit;
use here::Here;
use view::View;

/// GET /calendar: today, in the view used last. On a phone a week has no room: it begins with the list.
pub async fn home(visit: Visit, request: HttpRequest) -> PageResult {
    let asking = visit.clone();
    let here = visit.read(move |tx, session| Here::read(tx, &asking, session.person.id)).await?;
    let first = if visit.agent.contains("Mobi") { View::Agenda } else { View::Week };
    let view = Habit::of(&request).view.unwrap_or(first);
    // What was just done is said on the page that this leads to.
    let notes = visit.address.split_once('?').map(|(_, notes)| format!("?{notes}")).unwrap_or_default();
    Ok(see(&format!("{}{notes}", view.at(here.today()))))
}
