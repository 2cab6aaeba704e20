//! The chart of a symbol as a page shows it: which bars it needs, their drawing, and all of it in words.

use super::super::error::WebError;
use super::super::filters;
use super::super::page::in_address;
use super::chart::{self, Drawing, Kind, Wish};
use super::drawn::{ChartView, ChoiceView, LegendView, PointView, RuleView};
use super::habit::{AVERAGES, Habit, kind_name};
use super::range::{RANGES, Range};
use super::spans::{Clock, Unit};
use super::words;
use crate::domain::quotes::{self, Quote, QuotesError, Span};
use crate::domain::store::ReadTx;
use crate::format::feed::Bar;
use crate::format::formats::Formats;
use crate::kernel::clock::Moment;
use crate::kernel::id::SymbolId;
use askama::Template;
use chrono_tz::Tz;
use rust_decimal::Decimal;
use std::time::Duration;

/// Bars read at the most: a week of minutes round the clock, or a working life of days.
const MOST: usize = 11_000;
/// A window no longer than this is shown in minutes.
const MINUTES: u64 = 12 * 24 * 3600 * 1000;
const DAY: Duration = Duration::from_secs(24 * 3600);

/// What a reader wants to see.
#[derive(Debug, Clone)]
pub struct Asked {
    /// How this browser likes its charts.
    pub habit: Habit,
    /// The code of another symbol; empty for none.
    pub with: String,
    /// A window of time instead of the range.
    pub window: Option<(Moment, Moment)>,
    /// The list that the symbol was opened from, as its address says it.
    pub list: String,
    /// The reader's zone.
    pub zone: Tz,
    /// How the reader has times and dates written.
    pub formats: Formats,
}

/// The chart alone, for the script.
#[derive(Debug, Template)]
#[template(path = "quotes/_chart.html")]
pub struct ChartFragment {
    /// The chart.
    pub chart: ChartView,
}

/// What was read for a chart.
struct Found {
    bars: Vec<Bar>,
    lead: usize,
    other: Option<Vec<Bar>>,
    span: Span,
    /// What is said of it beside.
    note: &'static str,
}

/// Reads and draws. `marks` are prices that are waited for.
pub fn read(tx: &ReadTx<'_>, quote: &Quote, asked: &Asked, marks: &[Decimal]) -> Result<ChartView, WebError> {
    let mut view = frame(quote, asked);
    let other = match asked.with.as_str() {
        "" => None,
        code if code == quote.code => None,
        code => match quotes::quote(tx, code) {
            Ok(other) => Some(other),
            Err(QuotesError::NoSymbol | QuotesError::BadCode) => {
                view.with_error = format!("Nobody here follows “{code}”. Put it on a watchlist first.");
                None
            }
            Err(error) => return Err(error.into()),
        },
    };
    let found = find(tx, quote, other.as_ref(), asked)?;
    let clock = Clock(if found.span == Span::Day { Tz::UTC } else { asked.zone }, asked.formats);
    let is_day = asked.window.is_none() && asked.habit.range == Range::Day && found.span == Span::Minute;
    let wish = Wish {
        bars: &found.bars,
        lead: found.lead,
        other: found.other.as_deref(),
        kind: asked.habit.kind,
        averages: if found.span == Span::Day { &asked.habit.averages } else { &[] },
        marks,
        previous: quote.previous.filter(|_| is_day),
        clock,
        finest: if found.span == Span::Day { Unit::Day } else { Unit::Minutes(1) },
    };
    let drawing = chart::draw(&wish);
    Ok(view.drawn(quote, other.as_ref(), drawing, clock, &found, asked))
}

/// All but the drawing.
fn frame(quote: &Quote, asked: &Asked) -> ChartView {
    let address = format!("/quotes/{}", in_address(&quote.code));
    let mut keep = String::new();
    for (name, value) in [("list", asked.list.as_str()), ("with", asked.with.as_str())] {
        if !value.is_empty() {
            keep.push_str(&format!("&{name}={}", in_address(value)));
        }
    }
    let habit = &asked.habit;
    let range = |one: Range| ChoiceView {
        href: format!("{address}?range={}{keep}", one.name()),
        value: one.name().to_owned(),
        name: one.name(),
        words: format!("{}, {}", one.name(), one.words()),
        is_on: asked.window.is_none() && one == habit.range,
    };
    let option =
        |value: String, words: String, is_on: bool| ChoiceView { href: String::new(), value, name: "", words, is_on };
    let kinds = [(Kind::Line, "Line"), (Kind::Candles, "Candles"), (Kind::Bars, "Bars")];
    ChartView {
        ranges: RANGES.into_iter().map(range).collect(),
        range: habit.range.name(),
        kinds: kinds
            .iter()
            .map(|(kind, words)| option(kind_name(*kind).to_owned(), (*words).to_owned(), *kind == habit.kind))
            .collect(),
        kind: kind_name(habit.kind),
        kind_words: kinds.iter().find(|(kind, _)| *kind == habit.kind).map_or("Line", |(_, words)| words).to_owned(),
        averages: AVERAGES
            .iter()
            .map(|over| option(over.to_string(), format!("{over} days"), habit.averages.contains(over)))
            .collect(),
        with: asked.with.clone(),
        list: asked.list.clone(),
        address,
        ..ChartView::default()
    }
}

fn find(tx: &ReadTx<'_>, quote: &Quote, other: Option<&Quote>, asked: &Asked) -> Result<Found, WebError> {
    let now = tx.now();
    let end = quote.price.as_ref().map_or(now, |price| price.at);
    let after = end.max(now).plus(DAY);
    let range = asked.habit.range;
    if let Some((from, to)) = asked.window {
        let is_short = u64::try_from(to.millis().saturating_sub(from.millis())).is_ok_and(|long| long <= MINUTES);
        let minutes = if is_short {
            quotes::bars(tx, quote.symbol, Span::Minute, from, to.plus(Duration::from_secs(60)), MOST)?
        } else {
            Vec::new()
        };
        if minutes.len() > 2 {
            return minutes_of(tx, minutes, other);
        }
        return days_of(tx, quote.symbol, other, from, to.plus(DAY), asked, "");
    }
    if let Some(days) = range.days() {
        let mut minutes = quotes::bars(tx, quote.symbol, Span::Minute, range.from(end), after, MOST)?;
        keep_days(&mut minutes, days, Clock(asked.zone, asked.formats));
        if minutes.len() > 2 {
            return minutes_of(tx, minutes, other);
        }
        let note = "Minutes are not known yet: these are days.";
        return days_of(tx, quote.symbol, other, Range::Month.from(end), after, asked, note);
    }
    days_of(tx, quote.symbol, other, range.from(end), after, asked, "")
}

/// Leaves the last `days` on which something happened.
fn keep_days(bars: &mut Vec<Bar>, days: usize, clock: Clock) {
    let mut seen = Vec::new();
    let mut first = bars.len();
    for (at, bar) in bars.iter().enumerate().rev() {
        let day = clock.at(bar.at).date();
        if seen.last() != Some(&day) {
            if seen.len() == days {
                break;
            }
            seen.push(day);
        }
        first = at;
    }
    bars.drain(..first);
}

fn minutes_of(tx: &ReadTx<'_>, bars: Vec<Bar>, other: Option<&Quote>) -> Result<Found, WebError> {
    let (from, to) = ends(&bars);
    let other = other.map(|other| quotes::bars(tx, other.symbol, Span::Minute, from, to, MOST)).transpose()?;
    Ok(Found { bars, lead: 0, other: other.filter(|bars| !bars.is_empty()), span: Span::Minute, note: "" })
}

fn days_of(
    tx: &ReadTx<'_>,
    symbol: SymbolId,
    other: Option<&Quote>,
    from: Moment,
    to: Moment,
    asked: &Asked,
    note: &'static str,
) -> Result<Found, WebError> {
    // An average over 200 days of trade needs some 300 days before the first that is shown.
    let over = asked.habit.averages.iter().max().copied().unwrap_or(0);
    let before = DAY.saturating_mul(u32::try_from(over * 8 / 5 + 10).unwrap_or(0));
    let begin = if over == 0 { from } else { from.minus(before) };
    let bars = quotes::bars(tx, symbol, Span::Day, begin, to, MOST)?;
    let lead = bars.partition_point(|bar| bar.at < from);
    let other = other.map(|other| quotes::bars(tx, other.symbol, Span::Day, from, to, MOST)).transpose()?;
    Ok(Found { bars, lead, other: other.filter(|bars| !bars.is_empty()), span: Span::Day, note })
}

fn ends(bars: &[Bar]) -> (Moment, Moment) {
    let zero = Moment::from_millis(0);
    let from = bars.first().map_or(zero, |bar| bar.at);
    (from, bars.last().map_or(zero, |bar| bar.at.plus(Duration::from_secs(60))))
}

impl ChartView {
    fn drawn(
        mut self,
        quote: &Quote,
        other: Option<&Quote>,
        drawing: Drawing,
        clock: Clock,
        found: &Found,
        asked: &Asked,
    ) -> Self {
        let digits = words::digits(quote);
        self.is_compared = found.other.is_some();
        if other.is_some() && !self.is_compared && self.with_error.is_empty() {
            self.with_error = format!("No history of {} is known for this time.", self.with);
        }
        self.empty =
            "It grows from the first price on; days before that are fetched where the feed has them.".to_owned();
        let value = |line: &chart::Rule| match self.is_compared {
            true => format!("{}\u{a0}%", words::signed(line.value, drawing.digits)),
            false => words::price(line.value, drawing.digits),
        };
        self.lines = drawing.lines.iter().map(|line| rule(line, value(line))).collect();
        self.marks = drawing.marks.iter().map(|mark| rule(mark, words::price(mark.value, digits))).collect();
        self.times = drawing.times.iter().map(|time| rule(time, time.words.clone())).collect();
        self.previous = drawing.previous.map(|at| format!("{:.1}", at * chart::HEIGHT / 100.0)).unwrap_or_default();
        self.has_volume = drawing.most_volume.is_some();
        self.most_volume = drawing.most_volume.map(words::short).unwrap_or_default();
        self.kind = kind_name(drawing.kind);
        self.label = label(quote, &drawing, digits, asked);
        self.words = self.caption(&drawing, found.note);
        self.legend = self.legend(quote, &drawing);
        self.points = drawing.points.iter().map(|point| point_view(point, &drawing, clock, digits)).collect();
        self.drawing = drawing;
        self
    }

    fn caption(&self, drawing: &Drawing, note: &str) -> String {
        let what = if drawing.kind == Kind::Candles {
            "candle"
        } else if drawing.kind == Kind::Bars {
            "bar"
        } else {
            "point"
        };
        let mut words = vec![format!("Each {what} is {}.", drawing.unit.words())];
        if !note.is_empty() {
            words.insert(0, note.to_owned());
        }
        if !self.marks.is_empty() {
            let at: Vec<_> = self.marks.iter().map(|mark| mark.words.as_str()).collect();
            words.push(format!("Dashed: your alert at {}.", at.join(" and ")));
        }
        if !self.previous.is_empty() {
            words.push("Dotted: the close before.".to_owned());
        }
        words.join(" ")
    }

    fn legend(&self, quote: &Quote, drawing: &Drawing) -> Vec<LegendView> {
        let mut legend = Vec::new();
        if self.is_compared {
            legend.push(LegendView { class: "line".to_owned(), words: quote.code.clone() });
            legend.push(LegendView { class: "line other".to_owned(), words: self.with.clone() });
        }
        for curve in drawing.averages.iter().filter(|curve| !curve.points.is_empty()) {
            let words = format!("Average of {} days", curve.over);
            legend.push(LegendView { class: format!("average a{}", curve.over), words });
        }
        legend
    }
}

fn rule(rule: &chart::Rule, words: String) -> RuleView {
    RuleView { y: format!("{:.1}", rule.at * chart::HEIGHT / 100.0), percent: format!("{:.2}", rule.at), words }
}

fn point_view(point: &chart::Point, drawing: &Drawing, clock: Clock, digits: u32) -> PointView {
    let price = |value: Decimal| words::price(value, digits);
    let share = |value: Option<Decimal>| value.map_or_else(|| words::NONE.to_owned(), words::percent);
    let bar = &point.bar;
    PointView {
        x: format!("{:.2}", point.x),
        y: format!("{:.2}", point.y),
        at: bar.at.millis(),
        time: drawing.unit.time(clock.at(bar.at), clock.1),
        open: price(bar.open),
        high: price(bar.high),
        low: price(bar.low),
        close: price(bar.close),
        percent: share(point.percent),
        other: share(point.other),
        volume: bar.volume.map_or_else(|| words::NONE.to_owned(), words::short),
    }
}

/// All of it in one sentence: `ACME, six months: from 117.29 to 123.40, lowest 115.23, highest 128.20`.
fn label(quote: &Quote, drawing: &Drawing, digits: u32, asked: &Asked) -> String {
    let span = if asked.window.is_some() { "a part of its time" } else { asked.habit.range.words() };
    let bars = || drawing.points.iter().map(|point| &point.bar);
    let (Some(first), Some(last)) = (bars().next(), bars().next_back()) else {
        return format!("{}, {span}", quote.code);
    };
    let (low, high) = (bars().map(|bar| bar.low).min(), bars().map(|bar| bar.high).max());
    let price = |value: Decimal| words::price(value, digits);
    format!(
        "{}, {span}: from {} to {}, lowest {}, highest {}",
        quote.code,
        price(first.open),
        price(last.close),
        price(low.unwrap_or(first.low)),
        price(high.unwrap_or(first.high))
    )
}
