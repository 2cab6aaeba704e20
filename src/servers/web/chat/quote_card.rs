//! Cards of prices: what was said stands as it was, and beneath it what has become of it since.

use super::super::error::WebError;
use super::super::filters;
use super::super::page::{PageResult, fragment};
use super::super::quotes::row::note;
use super::super::quotes::words;
use super::super::session::Visit;
use super::card::{self, CardView, NowView};
use crate::domain::chat;
use crate::domain::quotes::{self, Quote};
use crate::domain::store::ReadTx;
use crate::kernel::id::{ChatMessageId, PersonId};
use crate::services::quotes::Frozen;
use actix_web::web::Path;
use askama::Template;

#[derive(Template)]
#[template(path = "chat/_card.html")]
struct CardFragment {
    card: CardView,
}

/// GET /quotes/card/{message}: the card of a price, with what has become of it.
pub async fn show(visit: Visit, at: Path<ChatMessageId>) -> PageResult {
    let (message, asking) = (*at, visit.clone());
    let card = visit.read(move |tx, session| {
        let me = session.person.id;
        let said = chat::message(tx, me, message)?;
        let frozen = card::quote(&said.text).filter(|_| !said.is_deleted).ok_or(WebError::NotFound)?;
        of(tx, &asking, me, message, &frozen)
    });
    fragment(&CardFragment { card: card.await? })
}

/// The card as one reader sees it now. From then on its symbol is followed.
pub fn of(
    tx: &ReadTx<'_>,
    visit: &Visit,
    me: PersonId,
    message: ChatMessageId,
    frozen: &Frozen,
) -> Result<CardView, WebError> {
    let card = CardView::of_quote(message, frozen, visit.reader());
    let quote = match quotes::symbol(tx, &frozen.code)? {
        Some(symbol) => quotes::quote_of(tx, symbol)?,
        None => None,
    };
    if let Some(quote) = &quote {
        visit.web.streams.look_at(me, quote);
    }
    Ok(CardView { is_filled: true, now: quote.and_then(|quote| now(&quote, frozen, visit)), ..card })
}

fn now(quote: &Quote, frozen: &Frozen, visit: &Visit) -> Option<NowView> {
    let price = quote.price.as_ref()?;
    let digits = words::digits(quote);
    let since = frozen.number().and_then(|then| price.value.checked_sub(then));
    let percent = since.zip(frozen.number()).and_then(|(since, then)| quotes::share(since, then));
    let note = note(price, &words::delay(price.delay));
    let at = visit.reader().when(price.at).short().to_string();
    let parts = [words::price(price.value, digits), quote.currency.clone()];
    let mut shown = parts.join(" ").trim_end().to_owned();
    for more in [at, note].into_iter().filter(|more| !more.is_empty()) {
        shown.push_str(" · ");
        shown.push_str(&more);
    }
    Some(NowView {
        symbol: quote.symbol,
        words: shown,
        direction: since.map_or(words::Direction::Flat, words::Direction::of).class(),
        since: percent.map(words::percent).unwrap_or_default(),
        is_simulated: price.is_simulated,
    })
}
