//! How one browser looks at quotes: the list seen last, its order and columns, how charts are drawn, and in what money is
//! counted. Kept in a cookie.

use super::super::form::Fields;
use super::chart::Kind;
use super::range::Range;
use crate::kernel::id::WatchlistId;
use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time::Duration};

/// The cookie, as `list:3~sort:change.desc~cols:spark.volume`.
const COOKIE: &str = "hs_quotes";
/// Averages there are.
pub const AVERAGES: [usize; 3] = [20, 50, 200];

/// A column of a watchlist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// Code and name.
    Symbol,
    /// The line of the day.
    Spark,
    /// The last price.
    Last,
    /// The change.
    Change,
    /// The change in percent.
    Percent,
    /// From the lowest to the highest of the day.
    Range,
    /// What was traded.
    Volume,
    /// When, and who says so.
    When,
}

/// Every column in its place.
pub const COLUMNS: [Column; 8] = [
    Column::Symbol,
    Column::Spark,
    Column::Last,
    Column::Change,
    Column::Percent,
    Column::Range,
    Column::Volume,
    Column::When,
];

impl Column {
    /// Its word in forms, addresses and classes.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Symbol => "symbol",
            Self::Spark => "spark",
            Self::Last => "last",
            Self::Change => "change",
            Self::Percent => "percent",
            Self::Range => "range",
            Self::Volume => "volume",
            Self::When => "when",
        }
    }

    /// Its heading.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Symbol => "Symbol",
            Self::Spark => "Today",
            Self::Last => "Last",
            Self::Change => "Change",
            Self::Percent => "%",
            Self::Range => "Day range",
            Self::Volume => "Volume",
            Self::When => "Time and source",
        }
    }

    /// Whether rows can be put in its order.
    pub const fn sorts(self) -> bool {
        !matches!(self, Self::Spark | Self::Range)
    }

    /// Whether it may be left out.
    pub const fn is_optional(self) -> bool {
        !matches!(self, Self::Symbol | Self::Last)
    }

    /// Whether its larger values come first when it is first sorted by.
    const fn falls_first(self) -> bool {
        !matches!(self, Self::Symbol)
    }

    fn named(name: &str) -> Option<Self> {
        COLUMNS.into_iter().find(|column| column.name() == name)
    }
}

/// The order of rows: a column, and whether the largest come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// By what.
    pub by: Column,
    /// Whether the largest come first.
    pub falls: bool,
}

impl Sort {
    /// Reads `change.desc`; `None` for the list's own order.
    fn parse(said: &str) -> Option<Self> {
        let (name, way) = said.split_once('.').unwrap_or((said, ""));
        let by = Column::named(name).filter(|column| column.sorts())?;
        Some(Self { by, falls: way == "desc" })
    }

    /// As an address says it.
    pub fn name(self) -> String {
        format!("{}.{}", self.by.name(), if self.falls { "desc" } else { "asc" })
    }

    /// What a press on a column's heading makes of the order: by it, the other way round, the list's own.
    pub fn after(now: Option<Self>, by: Column) -> String {
        match now.filter(|now| now.by == by) {
            None => Self { by, falls: by.falls_first() }.name(),
            Some(now) if now.falls == by.falls_first() => Self { by, falls: !now.falls }.name(),
            Some(_) => "own".to_owned(),
        }
    }
}

/// How one browser looks at quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Habit {
    /// The list seen last.
    pub list: Option<WatchlistId>,
    /// The order of rows; `None` for the list's own.
    pub sort: Option<Sort>,
    /// Columns that are left out.
    pub hidden: Vec<Column>,
    /// How charts are drawn.
    pub kind: Kind,
    /// What time they show.
    pub range: Range,
    /// Averages they have, in days.
    pub averages: Vec<usize>,
    /// In what money is counted; empty: in euro, until chosen.
    pub currency: String,
}

impl Default for Habit {
    fn default() -> Self {
        Self {
            list: None,
            sort: None,
            hidden: Vec::new(),
            kind: Kind::Line,
            range: Range::SixMonths,
            averages: Vec::new(),
            currency: String::new(),
        }
    }
}

impl Habit {
    /// What the request's cookie says, and over it what its address says.
    pub fn of(request: &HttpRequest, asked: &Fields) -> Self {
        let kept = request.cookie(COOKIE).map(|cookie| Self::parse(cookie.value())).unwrap_or_default();
        kept.asked(asked)
    }

    /// With what an address says.
    fn asked(mut self, asked: &Fields) -> Self {
        if let Ok(list) = asked.get("list").parse() {
            self.list = Some(list);
        }
        if asked.has("sort") {
            self.sort = Sort::parse(asked.get("sort"));
        }
        if let Some(kind) = kind(asked.get("kind")) {
            self.kind = kind;
        }
        if let Some(range) = Range::named(asked.get("range")) {
            self.range = range;
        }
        // Boxes that are not ticked say nothing: the form says that it spoke of them.
        if asked.has("look") {
            let wanted: Vec<_> = asked.all("ma").filter_map(|over| over.parse().ok()).collect();
            self.averages = AVERAGES.into_iter().filter(|over| wanted.contains(over)).collect();
        }
        self
    }

    fn parse(said: &str) -> Self {
        let mut habit = Self::default();
        for (name, value) in said.split('~').filter_map(|pair| pair.split_once(':')) {
            let words = value.split('.').filter(|word| !word.is_empty());
            match name {
                "list" => habit.list = value.parse().ok(),
                "sort" => habit.sort = Sort::parse(value),
                "hide" => habit.hidden = words.filter_map(Column::named).filter(|one| one.is_optional()).collect(),
                "kind" => habit.kind = kind(value).unwrap_or_default(),
                "range" => habit.range = Range::named(value).unwrap_or(habit.range),
                "ma" => {
                    let wanted: Vec<_> = words.filter_map(|over| over.parse().ok()).collect();
                    habit.averages = AVERAGES.into_iter().filter(|over| wanted.contains(over)).collect();
                }
                "cur" => habit.currency = currency(value).unwrap_or_default(),
                _ => {}
            }
        }
        habit
    }

    /// The cookie that keeps it for a year.
    pub fn cookie(&self, is_tls: bool) -> Cookie<'static> {
        let list = self.list.map(|list| list.to_string()).unwrap_or_default();
        let sort = self.sort.map(Sort::name).unwrap_or_default();
        let hidden: Vec<_> = self.hidden.iter().map(|column| column.name()).collect();
        let averages: Vec<_> = self.averages.iter().map(ToString::to_string).collect();
        let said = format!(
            "list:{list}~sort:{sort}~hide:{}~kind:{}~range:{}~ma:{}~cur:{}",
            hidden.join("."),
            kind_name(self.kind),
            self.range.name(),
            averages.join("."),
            self.currency
        );
        let cookie = Cookie::build(COOKIE, said).path("/").same_site(SameSite::Lax).secure(is_tls);
        cookie.max_age(Duration::days(365)).finish()
    }

    /// In what money is counted.
    pub fn currency(&self) -> &str {
        if self.currency.is_empty() { "EUR" } else { &self.currency }
    }
}

/// A currency's code, where it is one: three letters.
pub fn currency(said: &str) -> Option<String> {
    let said = said.trim().to_ascii_uppercase();
    (said.len() == 3 && said.bytes().all(|byte| byte.is_ascii_uppercase())).then_some(said)
}

fn kind(name: &str) -> Option<Kind> {
    [Kind::Line, Kind::Candles, Kind::Bars].into_iter().find(|kind| kind_name(*kind) == name)
}

/// A kind's word in forms and addresses.
pub const fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Line => "line",
        Kind::Candles => "candles",
        Kind::Bars => "bars",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_habit_comes_back_from_its_cookie() {
        let habit = Habit {
            list: Some(WatchlistId::new(3)),
            sort: Some(Sort { by: Column::Percent, falls: true }),
            hidden: vec![Column::Volume, Column::When],
            kind: Kind::Candles,
            range: Range::Year,
            averages: vec![20, 200],
            currency: "CHF".to_owned(),
        };
        assert_eq!(Habit::parse(habit.cookie(false).value()), habit);
        assert_eq!(Habit::parse("<script>~list:x~hide:last.symbol~ma:7~cur:euro"), Habit::default());
    }

    #[test]
    fn a_heading_sorts_one_way_then_the_other_then_not_at_all() {
        let first = Sort::after(None, Column::Percent);
        let second = Sort::after(Sort::parse(&first), Column::Percent);
        let third = Sort::after(Sort::parse(&second), Column::Percent);
        assert_eq!([first.as_str(), second.as_str(), third.as_str()], ["percent.desc", "percent.asc", "own"]);
        assert_eq!(Sort::after(None, Column::Symbol), "symbol.asc");
    }
}
