//! Beginning to talk: rooms, groups, one to one; the rooms one may join; and where to jump.

use super::super::error::WebError;
use super::super::filters;
use super::super::form::{FieldError, Fields};
use super::super::page::{PageResult, fragment, page, page_with, see};
use super::super::presence::{PresenceView, Watch};
use super::super::session::Visit;
use super::super::shell::{PersonView, Place, Shell};
use super::super::words::count;
use super::post::Failed;
use super::side::{ConversationsView, icon};
use crate::domain::chat::{self, ConversationKind, NewRoom};
use crate::domain::people;
use crate::kernel::id::{ConversationId, PersonId};
use actix_web::http::StatusCode;
use actix_web::web::{Form, Path};
use askama::Template;

/// Places offered to jump to.
const OFFERED: usize = 12;

/// Somebody to talk to.
struct ChoiceView {
    id: PersonId,
    person: PersonView,
    dot: PresenceView,
    is_on: bool,
}

#[derive(Template)]
#[template(path = "chat/new.html")]
struct NewPage {
    shell: Shell,
    side: ConversationsView,
    shelf: &'static str,
    people: Vec<ChoiceView>,
    errors: Vec<FieldError>,
    name: String,
    topic: String,
    is_private: bool,
    is_room: bool,
}

/// GET /chat/new
pub async fn form(visit: Visit) -> PageResult {
    show(&visit, Fields::default(), Vec::new(), StatusCode::OK).await
}

async fn show(visit: &Visit, typed: Fields, errors: Vec<FieldError>, status: StatusCode) -> PageResult {
    let own = visit.clone();
    let chosen: Vec<PersonId> = typed.all("person").filter_map(|id| id.parse().ok()).collect();
    let (shell, (side, people)) = visit
        .page(Place::Chat, move |tx, session| {
            let me = session.person.id;
            let dots = Watch::new(tx, &own, me)?;
            let people = people::all(tx)?.into_iter().filter(|person| !person.is_disabled && person.id != me);
            let people = people.map(|person| ChoiceView {
                id: person.id,
                dot: dots.of(person.id),
                is_on: chosen.contains(&person.id),
                person: PersonView::new(&person, &session.person),
            });
            Ok((ConversationsView::new(&chat::conversations(tx, me)?, &dots, 0, None), people.collect()))
        })
        .await?;
    let is_room = typed.get("kind") == "room" || visit.query.get("kind") == "room";
    let page = NewPage {
        shell,
        side,
        shelf: "",
        people,
        name: typed.get("name").to_owned(),
        topic: typed.get("topic").to_owned(),
        is_private: typed.get("is_private") == "yes",
        is_room,
        errors,
    };
    page_with(status, &page)
}

/// POST /chat/new
pub async fn make(visit: Visit, form: Form<Fields>) -> PageResult {
    visit.checked(&form).await?;
    let typed = form.0.clone();
    let wanted: Vec<PersonId> = form.all("person").filter_map(|id| id.parse().ok()).collect();
    let is_room = form.get("kind") == "room";
    if !is_room && wanted.is_empty() {
        let error = FieldError::new("people", "Choose at least one person.");
        return show(&visit, typed, vec![error], StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let fields = typed.clone();
    let made = visit
        .attempt(&form, move |tx, session| -> Result<ConversationId, Failed> {
            let me = session.person.id;
            match (is_room, wanted.as_slice()) {
                (true, _) => {
                    let is_private = fields.get("is_private") == "yes";
                    let kind = if is_private { ConversationKind::Private } else { ConversationKind::Public };
                    let new =
                        NewRoom { name: fields.get("name").to_owned(), topic: fields.get("topic").to_owned(), kind };
                    let room = chat::make_room(tx, me, &new)?;
                    for person in &wanted {
                        chat::invite(tx, me, room, *person, chat::HistoryFrom::Start)?;
                    }
                    Ok(room)
                }
                (false, [one]) => Ok(chat::direct(tx, me, *one)?),
                (false, several) => Ok(chat::make_group(tx, me, several)?),
            }
        })
        .await;
    match made {
        Ok(made) => Ok(see(&format!("/chat/{made}"))),
        Err(failed) => {
            let mut error = failed.sentence()?;
            error.field = if is_room { "name" } else { "people" }.to_owned();
            show(&visit, typed, vec![error], StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

/// GET /chat/with/{person}: the conversation with somebody. Nobody else notices that it is made: another site that led
/// here would gain nothing.
pub async fn with(visit: Visit, at: Path<PersonId>) -> PageResult {
    let (with, me) = (*at, visit.session().await?.person.id);
    let office = &visit.web.office;
    let talk = office.store.write(move |tx| chat::direct(tx, me, with).map_err(WebError::from)).await?;
    Ok(see(&format!("/chat/{talk}")))
}

/// A room one may join.
struct RoomView {
    id: ConversationId,
    name: String,
    topic: String,
    words: String,
}

#[derive(Template)]
#[template(path = "chat/rooms.html")]
struct RoomsPage {
    shell: Shell,
    side: ConversationsView,
    shelf: &'static str,
    rooms: Vec<RoomView>,
}

/// GET /chat/rooms
pub async fn rooms(visit: Visit) -> PageResult {
    let (own, reader) = (visit.clone(), visit.reader());
    let (shell, (side, rooms)) = visit
        .page(Place::Chat, move |tx, session| {
            let me = session.person.id;
            let rooms = chat::rooms_to_join(tx, me)?.into_iter().map(|room| RoomView {
                id: room.id,
                words: [
                    count(room.members, "member"),
                    room.last_at.map(|at| format!("last message {}", reader.when(at).short())).unwrap_or_default(),
                ]
                .join(" · ")
                .trim_end_matches(" · ")
                .to_owned(),
                name: room.name,
                topic: room.topic,
            });
            let rooms = rooms.collect();
            let dots = Watch::new(tx, &own, me)?;
            Ok((ConversationsView::new(&chat::conversations(tx, me)?, &dots, 0, None), rooms))
        })
        .await?;
    page(&RoomsPage { shell, side, shelf: "rooms", rooms })
}

/// Somewhere to jump to.
struct PlaceView {
    href: String,
    name: String,
    words: String,
    icon: &'static str,
    dot: Option<PresenceView>,
    person: String,
}

#[derive(Template)]
#[template(path = "chat/jump.html")]
struct JumpPage {
    shell: Shell,
    side: ConversationsView,
    shelf: &'static str,
    asked: String,
    places: Vec<PlaceView>,
}

#[derive(Template)]
#[template(path = "chat/_places.html")]
struct PlacesFragment {
    places: Vec<PlaceView>,
}

/// GET /chat/jump?name=: conversations, people and rooms whose name begins so.
pub async fn jump(visit: Visit) -> PageResult {
    let (own, asked) = (visit.clone(), visit.query.get("name").trim().to_owned());
    let wanted = asked.trim_start_matches(['#', '@']).to_lowercase();
    let (shell, (side, places)) = visit
        .page(Place::Chat, move |tx, session| {
            let me = session.person.id;
            let dots = Watch::new(tx, &own, me)?;
            let listed = chat::conversations(tx, me)?;
            let mut places: Vec<_> = listed
                .iter()
                .filter(|one| is_meant(&one.title, &wanted))
                .map(|one| PlaceView {
                    href: format!("/chat/{}", one.id),
                    name: one.title.clone(),
                    words: if one.unread > 0 { format!("{} unread", one.unread) } else { one.topic.clone() },
                    icon: icon(one.kind),
                    dot: one.with.map(|person| dots.of(person)),
                    person: one.with.map(|person| person.to_string()).unwrap_or_default(),
                })
                .collect();
            let known: Vec<_> = listed.iter().filter_map(|one| one.with).collect();
            let others = people::all(tx)?.into_iter().filter(|one| !one.is_disabled && !known.contains(&one.id));
            let others = others.filter(|one| is_meant(&one.full_name, &wanted) || is_meant(&one.name, &wanted));
            places.extend(others.map(|one| PlaceView {
                href: format!("/chat/with/{}", one.id),
                words: if one.id == me { "Notes to yourself".to_owned() } else { one.address.to_string() },
                icon: "person",
                dot: Some(dots.of(one.id)),
                person: one.id.to_string(),
                name: one.full_name,
            }));
            let rooms = chat::rooms_to_join(tx, me)?.into_iter().filter(|room| is_meant(&room.name, &wanted));
            places.extend(rooms.map(|room| PlaceView {
                href: format!("/chat/{}", room.id),
                name: room.name,
                words: "Not joined".to_owned(),
                icon: "room",
                dot: None,
                person: String::new(),
            }));
            places.truncate(OFFERED);
            Ok((ConversationsView::new(&listed, &dots, 0, None), places))
        })
        .await?;
    if visit.wants_fragment {
        return fragment(&PlacesFragment { places });
    }
    page(&JumpPage { shell, side, shelf: "", asked, places })
}

/// Whether a name, or one of its words, begins with what was typed.
pub fn is_meant(name: &str, wanted: &str) -> bool {
    let name = name.to_lowercase();
    name.starts_with(wanted) || name.split([' ', '-', '_', '.']).any(|word| word.starts_with(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_by_any_of_its_words() {
        assert!(is_meant("Bob Novák", "nov") && is_meant("hafenstrasse-12", "12") && is_meant("x", ""));
        assert!(!is_meant("Bob Novák", "ovák"));
    }
}
