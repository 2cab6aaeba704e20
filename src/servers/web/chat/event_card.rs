//! Cards that each reader sees differently. Those of events: each reader sees of one what the reader may know of the event now. What everybody is sent says only
//! that there is one.

use super::super::calendar::here::Here;
use super::super::error::WebError;
use super::super::filters;
use super::super::page::{PageResult, fragment, in_address};
use super::super::session::Visit;
use super::card::{self, CardView};
use super::quote_card;
use super::say::LineView;
use crate::domain::calendar::{self, CalendarError};
use crate::domain::chat::{Message, MessageKind};
use crate::domain::store::ReadTx;
use crate::format::ical::{self, Answer, Facts, Status, When};
use crate::kernel::id::{CalendarItemId, ChatMessageId, PersonId};
use actix_web::web::Path;
use askama::Template;
use std::collections::HashMap;

/// The cards of a log, as one reader sees them.
pub type Cards = HashMap<ChatMessageId, CardView>;

#[derive(Template)]
#[template(path = "chat/_card.html")]
struct CardFragment {
    card: CardView,
}

/// The cards among these messages that are not the same for everybody.
pub fn read(tx: &ReadTx<'_>, visit: &Visit, me: PersonId, messages: &[Message]) -> Result<Cards, WebError> {
    let mut cards = Cards::new();
    for message in messages.iter().filter(|one| one.kind == MessageKind::Card && !one.is_deleted) {
        if let Some((item, uid)) = card::event(&message.text) {
            cards.insert(message.id, of(tx, Here::read(tx, visit, me)?, me, item, &uid)?);
        } else if let Some(frozen) = card::quote(&message.text) {
            cards.insert(message.id, quote_card::of(tx, visit, me, message.id, &frozen)?);
        }
    }
    Ok(cards)
}

/// Puts them where they belong.
pub fn put(mut cards: Cards, lines: &mut [LineView]) {
    for line in lines {
        if let Some(card) = cards.remove(&line.say.id) {
            line.say.card = Some(card);
        }
    }
}

/// GET /calendar/card/{item}?uid=: the card of an event, as the reader may see it now.
pub async fn show(visit: Visit, at: Path<CalendarItemId>) -> PageResult {
    let (item, uid, asking) = (*at, visit.query.get("uid").to_owned(), visit.clone());
    let card = visit.read(move |tx, session| {
        let me = session.person.id;
        of(tx, Here::read(tx, &asking, me)?, me, item, &uid)
    });
    fragment(&CardFragment { card: card.await? })
}

/// What `me` may know of an event: by an own copy, as guests have one, else by the event itself.
fn of(tx: &ReadTx<'_>, here: Here, me: PersonId, item: CalendarItemId, uid: &str) -> Result<CardView, WebError> {
    let own = calendar::own_copy(tx, me, uid)?.map_or(item, |(own, _)| own);
    let stored = match calendar::item(tx, me, own) {
        Ok(stored) => stored,
        Err(CalendarError::NoItem) => return Ok(CardView::of_event(item, uid)),
        Err(error) => return Err(error.into()),
    };
    let Some(read) = ical::item(&stored.text) else { return Ok(CardView::of_event(item, uid)) };
    let facts = &read.main;
    let answer = match stored.answer {
        Some(Answer::NeedsAction) => "Waits for your answer",
        Some(Answer::Accepted) => "You come",
        Some(Answer::Declined) => "You do not come",
        Some(Answer::Tentative) => "You may come",
        Some(Answer::Delegated) | None => "",
    };
    let place = Some(facts.place.as_str()).filter(|place| !place.is_empty());
    let text =
        place.into_iter().chain(Some(answer).filter(|answer| !answer.is_empty())).collect::<Vec<_>>().join(" · ");
    Ok(CardView {
        title: if facts.title.is_empty() { "Untitled".to_owned() } else { facts.title.clone() },
        words: words(facts, here),
        text,
        href: format!("/calendar/event/{own}"),
        is_filled: true,
        ..CardView::of_event(item, uid)
    })
}

/// When it is, by the reader's clock.
fn words(facts: &Facts, here: Here) -> String {
    let Some(starts) = facts.starts else { return String::new() };
    let at = |when: When| here.wall(when.instant(here.zone), false);
    let (from, to) = (at(starts), at(facts.ends.unwrap_or(starts)));
    let (formats, day) = (here.formats, here.formats.named_day(from.date(), here.today()));
    let mut words = if starts.is_day() {
        day
    } else if from.date() == to.date() && from != to {
        format!("{day}, {}–{}", formats.time(from), formats.time(to))
    } else {
        format!("{day}, {}", formats.time(from))
    };
    if facts.is_series {
        words.push_str(", repeats");
    }
    if facts.status == Status::Cancelled { format!("Called off: {words}") } else { words }
}

/// Where a card's reader asks for it.
pub fn address(item: CalendarItemId, uid: &str) -> String {
    format!("/calendar/card/{item}?uid={}", in_address(uid))
}
