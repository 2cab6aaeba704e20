//! What stands above every page of quotes: the lists, holdings and alerts.

use crate::domain::quotes::Watchlist;
use crate::kernel::id::WatchlistId;

/// One of them.
#[derive(Debug, Clone)]
pub struct TabView {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub href: String,
    /// Its glyph; empty for none.
    pub icon: &'static str,
    /// A count, in words; empty for none.
    pub count: String,
    /// Whether the page is of it.
    pub is_here: bool,
    /// Whether it stands apart from what is before it.
    pub is_apart: bool,
}

/// Where a page is among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Here {
    /// In a list.
    List,
    /// Among what is held.
    Holdings,
    /// Among alerts.
    Alerts,
}

/// The tabs, own lists first.
pub fn tabs(lists: &[Watchlist], open: Option<WatchlistId>, here: Here) -> Vec<TabView> {
    let list = |list: &Watchlist| TabView {
        name: list.name.clone(),
        href: format!("/quotes?list={}", list.id),
        icon: if list.is_company { "people" } else { "" },
        count: String::new(),
        is_here: here == Here::List && Some(list.id) == open,
        is_apart: false,
    };
    let place = |name: &str, href: &str, icon: &'static str, of: Here| TabView {
        name: name.to_owned(),
        href: href.to_owned(),
        icon,
        count: String::new(),
        is_here: here == of,
        is_apart: of == Here::Holdings && !lists.is_empty(),
    };
    let (own, company): (Vec<_>, Vec<_>) = lists.iter().partition(|list| !list.is_company);
    let places = [
        place("Holdings", "/quotes/holdings", "", Here::Holdings),
        place("Alerts", "/quotes/alerts", "bell", Here::Alerts),
    ];
    own.into_iter().chain(company).map(list).chain(places).collect()
}
