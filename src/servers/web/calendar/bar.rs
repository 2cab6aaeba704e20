//! The bar over every view: what is shown, what comes before and after it, and the other views.

use super::here::Here;
use super::view::{View, each, monday_in, week_of};
use chrono::{Datelike, NaiveDate};

/// The bar over every view.
#[derive(Debug)]
pub struct BarView {
    /// What is shown.
    pub title: String,
    /// The same, where there is little room.
    pub short: String,
    /// Its week's number, in words; empty where it has none.
    pub week: String,
    /// What comes before; empty where time begins.
    pub previous: String,
    /// What comes after; empty where time ends.
    pub next: String,
    /// What these two are: `week`.
    pub unit: &'static str,
    /// The same view at today.
    pub today: String,
    /// Whether today is shown.
    pub is_today: bool,
    /// The views.
    pub views: Vec<ViewLink>,
    /// The name of the one that is shown.
    pub view: &'static str,
}

/// The way to another view.
#[derive(Debug)]
pub struct ViewLink {
    /// Its name.
    pub words: &'static str,
    /// Its address, at the same day.
    pub href: String,
    /// The key that leads there; empty for none.
    pub key: &'static str,
    /// Whether it is the one that is shown.
    pub is_here: bool,
}

impl BarView {
    /// The bar over a view at a day.
    pub fn new(view: View, day: NaiveDate, here: Here) -> Self {
        let (first, end) = view.days(day, here.week_start);
        let beside = |forward| view.step(day, forward).map(|day| view.at(day)).unwrap_or_default();
        let link = |one: View| ViewLink { words: one.words(), href: one.at(day), key: one.key(), is_here: one == view };
        let has_week = matches!(view, View::Day | View::WorkWeek | View::Week);
        Self {
            title: view.title(day, here.week_start, here.formats),
            short: short(view, day, here),
            week: if has_week {
                format!("Week {}", monday_in(week_of(day, here.week_start)).iso_week().week())
            } else {
                String::new()
            },
            previous: beside(false),
            next: beside(true),
            unit: view.unit(),
            today: view.at(here.today()),
            is_today: each(first, end).any(|day| day == here.today()),
            views: View::ALL.into_iter().map(link).collect(),
            view: view.words(),
        }
    }
}

fn short(view: View, day: NaiveDate, here: Here) -> String {
    match view {
        View::Year => day.year().to_string(),
        View::Month => day.format("%b %Y").to_string(),
        View::Agenda => format!("From {}", here.formats.short(day)),
        View::Day | View::WorkWeek | View::Week => format!("{} {}", day.format("%a"), here.formats.short(day)),
    }
}
