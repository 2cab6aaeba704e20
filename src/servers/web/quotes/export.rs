//! A watchlist as CSV (RFC 4180), safe to open in a spreadsheet.

use super::super::error::WebError;
use super::super::page::{PageResult, table};
use super::super::session::Visit;
use super::habit::Habit;
use super::list::wanted;
use crate::domain::quotes::{self, PriceState, Quote};
use crate::format::csv::{self, cell};
use crate::format::day::rfc3339;
use actix_web::HttpRequest;
use rust_decimal::Decimal;

const HEAD: &str = "symbol,name,market,currency,last,change,percent,open,high,low,previous close,volume,time,state,source,\
                    delay in seconds,simulated,licence\r\n";

/// GET /quotes/export.csv?list=
pub async fn show(visit: Visit, request: HttpRequest) -> PageResult {
    let habit = Habit::of(&request, &visit.query);
    let (name, found) = visit
        .read(move |tx, session| {
            let list = wanted(&quotes::lists(tx, session.person.id)?, &habit).ok_or(WebError::NotFound)?;
            Ok((list.name.clone(), quotes::quotes(tx, &list.symbols)?))
        })
        .await?;
    let text = found.iter().fold(HEAD.to_owned(), |text, quote| text + &line(quote));
    let file: String = name.chars().map(|one| if one.is_ascii_alphanumeric() { one } else { '-' }).collect();
    Ok(table(&format!("quotes-{}", file.to_lowercase()), text))
}

fn line(quote: &Quote) -> String {
    let number = |value: Option<Decimal>| value.map(|value| value.to_string()).unwrap_or_default();
    let price = quote.price.as_ref();
    let state = price.map_or("none", |price| match price.state {
        PriceState::Fresh => "fresh",
        PriceState::Stale { .. } => "stale",
        PriceState::Closed => "closed",
        PriceState::Held => "held",
        PriceState::Unknown => "unknown",
    });
    let cells = [
        cell(&quote.code),
        cell(&quote.name),
        cell(&quote.market),
        cell(&quote.currency),
        number(price.map(|price| price.value)),
        number(price.and_then(|price| price.change)),
        number(price.and_then(|price| price.percent)),
        number(quote.open),
        number(quote.high),
        number(quote.low),
        number(quote.previous),
        number(quote.volume),
        price.map(|price| rfc3339(price.at)).unwrap_or_default(),
        state.to_owned(),
        cell(price.map_or("", |price| &price.source)),
        price.map(|price| price.delay.as_secs().to_string()).unwrap_or_default(),
        price.map_or("", |price| if price.is_simulated { "yes" } else { "no" }).to_owned(),
        cell(price.map_or("", |price| &price.licence)),
    ];
    csv::line(&cells)
}

#[cfg(test)]
mod tests {
    use super::super::samples::quote;
    use super::*;

    #[test]
    fn a_number_below_zero_stays_a_number() {
        let mut fallen = quote("A", Some(3));
        if let Some(price) = &mut fallen.price {
            price.change = Some(Decimal::from(-2));
        }
        let text = line(&fallen);
        assert!(text.contains(",3,-2,1,"), "{text}");
    }
}
