//! A chart as its template takes it: every number a word already.

use super::chart::Drawing;

/// A link or an option.
#[derive(Debug, Clone)]
pub struct ChoiceView {
    /// Its value, or where it leads.
    pub href: String,
    /// The same, as forms say it.
    pub value: String,
    /// Its short name.
    pub name: &'static str,
    /// Its words.
    pub words: String,
    /// Whether it is on.
    pub is_on: bool,
}

/// A line across, or a mark of time.
#[derive(Debug, Clone)]
pub struct RuleView {
    /// Where on the plane.
    pub y: String,
    /// Where, in hundredths.
    pub percent: String,
    /// What it says.
    pub words: String,
}

/// A line's meaning.
#[derive(Debug, Clone)]
pub struct LegendView {
    /// Its class.
    pub class: String,
    /// Its meaning.
    pub words: String,
}

/// A row of the table.
#[derive(Debug, Clone)]
pub struct PointView {
    /// Its place across.
    pub x: String,
    /// Its place below the top.
    pub y: String,
    /// When it is, in milliseconds.
    pub at: i64,
    /// When it is.
    pub time: String,
    /// Prices.
    pub open: String,
    /// The highest.
    pub high: String,
    /// The lowest.
    pub low: String,
    /// The last.
    pub close: String,
    /// In percent since the beginning.
    pub percent: String,
    /// The other's.
    pub other: String,
    /// What was traded.
    pub volume: String,
}

/// A chart.
#[derive(Debug, Clone, Default)]
pub struct ChartView {
    /// Its address, without parameters.
    pub address: String,
    /// The list that it was opened from.
    pub list: String,
    /// The spans of time.
    pub ranges: Vec<ChoiceView>,
    /// The one that is on.
    pub range: &'static str,
    /// The ways to draw.
    pub kinds: Vec<ChoiceView>,
    /// How it is drawn, as its class.
    pub kind: &'static str,
    /// How it is drawn, on the button.
    pub kind_words: String,
    /// The averages.
    pub averages: Vec<ChoiceView>,
    /// The other symbol.
    pub with: String,
    /// Why it cannot be compared.
    pub with_error: String,
    /// What is drawn.
    pub drawing: Drawing,
    /// Said where there is nothing to draw.
    pub empty: String,
    /// All of it, for those who hear it.
    pub label: String,
    /// What stands below it.
    pub words: String,
    /// What its lines mean.
    pub legend: Vec<LegendView>,
    /// Lines across.
    pub lines: Vec<RuleView>,
    /// Alerts.
    pub marks: Vec<RuleView>,
    /// The close before.
    pub previous: String,
    /// Marks of time.
    pub times: Vec<RuleView>,
    /// Whether volumes are known.
    pub has_volume: bool,
    /// The largest.
    pub most_volume: String,
    /// Whether two are compared.
    pub is_compared: bool,
    /// The table.
    pub points: Vec<PointView>,
}
