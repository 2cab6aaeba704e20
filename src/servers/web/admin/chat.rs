//! Chat as administrators set it: what the office says to everybody, and its rules.

use super::super::chat::say::Faces;
use super::super::error::WebError;
use super::super::filters;
use super::super::form::{FieldError, Fields};
use super::super::page::{PageResult, page_with, see};
use super::super::session::Visit;
use super::super::settings::Tab;
use super::super::shell::{Place, Shell};
use super::super::words::count;
use super::people::actor;
use super::policies::confirmed;
use super::{Refused, open_to, tabs};
use crate::domain::chat;
use crate::domain::policy::{self, Act};
use crate::domain::settings::{self, Setting};
use crate::domain::store::ReadTx;
use crate::format::html::CleanHtml;
use crate::kernel::id::{ConversationId, PersonId};
use crate::services::announce;
use crate::services::manners::manners;
use crate::services::policy as rules;
use crate::services::setting as office;
use actix_web::http::StatusCode;
use actix_web::web::Form;
use askama::Template;

struct RoomView {
    href: String,
    name: String,
    words: String,
}

/// What the form shows: as it is set, or as it was typed.
struct ChatView {
    text: String,
    motd: String,
    motd_shown: CleanHtml,
    welcome: String,
    days: String,
    confirm: String,
    tells_typing: bool,
    tells_read: bool,
    rooms: Vec<RoomView>,
}

#[derive(Template)]
#[template(path = "admin/chat.html")]
struct ChatPage {
    shell: Shell,
    tabs: Vec<Tab>,
    errors: Vec<FieldError>,
    it: ChatView,
    asks: bool,
}

impl ChatPage {
    fn wrong(&self, field: &str) -> &str {
        self.errors.iter().find(|error| error.field == field).map_or("", |error| &error.sentence)
    }
}

/// GET /admin/chat
pub async fn form(visit: Visit) -> PageResult {
    show(&visit, Fields::default(), Vec::new()).await
}

async fn show(visit: &Visit, typed: Fields, errors: Vec<FieldError>) -> PageResult {
    let (shell, it) = visit
        .page(Place::Nowhere, move |tx, session| {
            open_to(session)?;
            ChatView::read(tx, session.person.id, &typed)
        })
        .await?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let asks = errors.iter().any(|error| error.field == "confirm");
    page_with(status, &ChatPage { shell, tabs: tabs("/admin/chat"), errors, it, asks })
}

impl ChatView {
    fn read(tx: &ReadTx<'_>, me: PersonId, typed: &Fields) -> Result<Self, WebError> {
        let value = |name: &str, setting: Setting| -> Result<String, WebError> {
            if typed.has(name) { Ok(typed.get(name).to_owned()) } else { Ok(settings::get(tx, setting)?) }
        };
        let manners = manners(tx)?;
        let is_on = |name: &str, is_set| if typed.has("days") { typed.has(name) } else { is_set };
        let rooms = chat::rooms_of_office(tx, me)?.into_iter().filter(|room| room.keeps_days > 0);
        let room = |room: chat::OfficeRoom| RoomView {
            href: format!("/chat/{}/rules", room.id),
            words: count(room.keeps_days, "day"),
            name: room.name,
        };
        Ok(Self {
            text: typed.get("text").to_owned(),
            motd: value("motd", settings::CHAT_MOTD)?,
            motd_shown: Faces::read(tx)?.text(&settings::get(tx, settings::CHAT_MOTD)?),
            welcome: value("welcome", settings::CHAT_WELCOME)?,
            days: if typed.has("days") {
                typed.get("days").to_owned()
            } else {
                policy::everybody(tx, Act::ChatDays)?.value
            },
            confirm: typed.get("confirm").to_owned(),
            tells_typing: is_on("typing", manners.tells_typing),
            tells_read: is_on("read_marks", manners.tells_read),
            rooms: rooms.map(room).collect(),
        })
    }
}

/// POST /admin/chat/announce: `text`, to everybody.
pub async fn announce(visit: Visit, form: Form<Fields>) -> PageResult {
    let (text, here) = (form.get("text").replace("\r\n", "\n"), visit.clone());
    let said: Result<ConversationId, Refused> = visit
        .attempt(&form, move |tx, session| {
            open_to(session)?;
            Ok(announce::say_to_all(tx, &actor(&here, session), &text)?)
        })
        .await;
    match said {
        Ok(_) => Ok(see("/admin/chat?done=announced")),
        Err(refused) => show(&visit, form.0, vec![refused.at("text")?]).await,
    }
}

/// POST /admin/chat/words: `motd`, `welcome`.
pub async fn words(visit: Visit, form: Form<Fields>) -> PageResult {
    let (fields, here) = (form.0.clone(), visit.clone());
    let kept: Result<(), Refused> = visit
        .attempt(&form, move |tx, session| {
            open_to(session)?;
            let actor = actor(&here, session);
            for (name, setting) in [("motd", settings::CHAT_MOTD), ("welcome", settings::CHAT_WELCOME)] {
                let value = fields.get(name).replace("\r\n", "\n");
                let is_news = setting == settings::CHAT_MOTD && settings::get(tx, setting)? != value.trim();
                let set = if is_news {
                    announce::set_motd(tx, &actor, value.trim())
                } else {
                    office::set(tx, &actor, setting, value.trim())
                };
                set.map_err(|error| in_field(error.into(), name))?;
            }
            Ok(())
        })
        .await;
    match kept {
        Ok(()) => Ok(see("/admin/chat?done=office")),
        Err(refused) => show(&visit, form.0, vec![refused.at("motd")?]).await,
    }
}

fn in_field(refused: Refused, name: &str) -> Refused {
    refused.at(name).map_or_else(Refused::Web, Refused::Field)
}

/// POST /admin/chat/rules: `days`, `typing`, `read_marks`; `confirm` where something is to be forgotten.
pub async fn rules(visit: Visit, form: Form<Fields>) -> PageResult {
    let (fields, here) = (form.0.clone(), visit.clone());
    let kept: Result<(), Refused> = visit
        .attempt(&form, move |tx, session| {
            open_to(session)?;
            let actor = actor(&here, session);
            let days = fields.get("days").trim().to_owned();
            confirmed(tx, Act::ChatDays, &days, fields.get("confirm"))?;
            rules::set(tx, &actor, Act::ChatDays, None, Some(&days)).map_err(|error| in_field(error.into(), "days"))?;
            for (name, setting) in [("typing", settings::CHAT_TYPING), ("read_marks", settings::CHAT_READ_MARKS)] {
                office::set(tx, &actor, setting, if fields.has(name) { "on" } else { "off" })?;
            }
            Ok(())
        })
        .await;
    match kept {
        Ok(()) => Ok(see("/admin/chat?done=office")),
        Err(refused) => show(&visit, form.0, vec![refused.at("days")?]).await,
    }
}
