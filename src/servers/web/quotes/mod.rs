//! Quotes in the browser: watchlists, a symbol with its chart, alerts, holdings, and what a person prefers of them.
//!
//! Every number comes from `domain::quotes` with its time, source and state; here it only becomes words and points.

pub mod alerts;
mod chart;
mod draw;
mod drawn;
mod export;
pub mod habit;
pub mod holdings;
mod list;
mod lists;
mod range;
pub mod row;
#[cfg(test)]
mod samples;
mod spans;
mod symbol;
mod tabs;
pub mod today;
mod trouble;
mod wishes;
pub mod words;

use super::router::{Routes, get, post, resource};

/// The addresses of this folder. A symbol is written in capitals, so no page's name is one.
pub fn routes(app: &mut Routes<'_>) {
    app.route("/quotes", get().to(list::show))
        .route("/quotes/search", get().to(list::search))
        .route("/quotes/find", get().to(list::find))
        .route("/quotes/columns", post().to(list::keep_columns))
        .route("/quotes/export.csv", get().to(export::show))
        .service(resource("/quotes/lists").route(get().to(lists::all)).route(post().to(lists::make)))
        .route("/quotes/lists/order", post().to(lists::order_lists))
        .service(resource("/quotes/lists/{id}").route(get().to(lists::edit)).route(post().to(lists::rename)))
        .route("/quotes/lists/{id}/remove", post().to(lists::remove))
        .route("/quotes/lists/{id}/order", post().to(lists::order_symbols))
        .route("/quotes/lists/{id}/add", post().to(lists::add))
        .route("/quotes/lists/{id}/take", post().to(lists::take))
        .route("/quotes/alerts", get().to(alerts::all))
        .route("/quotes/alerts/{id}/remove", post().to(alerts::remove))
        .route("/quotes/alerts/{id}/rearm", post().to(alerts::rearm))
        .route("/quotes/holdings", get().to(holdings::all))
        .route("/quotes/holdings/{id}/remove", post().to(holdings::remove))
        .route("/quotes/card/{message}", get().to(super::chat::quote_card::show))
        .service(resource("/settings/quotes").route(get().to(wishes::form)).route(post().to(wishes::keep)))
        .route("/quotes/{symbol}", get().to(symbol::show))
        .route("/quotes/{symbol}/list", post().to(lists::add_open))
        .route("/quotes/{symbol}/share", post().to(symbol::share))
        .route("/quotes/{symbol}/mail", post().to(symbol::mail))
        .route("/quotes/{symbol}/alerts", post().to(alerts::make))
        .route("/quotes/{symbol}/holdings", post().to(holdings::add));
}
