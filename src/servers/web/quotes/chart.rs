//! The geometry of a chart: bars in, points on a plane of 1000 wide and 400 high out. Nothing is known here of symbols,
//! pages or the file. Numbers are decimal until they become a place on the plane.

use super::spans::{Clock, Unit};
use crate::format::feed::Bar;
use crate::kernel::clock::Moment;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::fmt::Write;

/// The plane of prices, and below it that of volumes. The page stretches both as it likes.
pub const WIDTH: f64 = 1000.0;
/// Its height.
pub const HEIGHT: f64 = 400.0;
/// The height of the plane of volumes.
pub const VOLUME: f64 = 100.0;
/// Lines across, about.
const LINES: f64 = 5.0;
/// What is farther away from the prices than this part of their height is not worth squeezing them for.
const NEAR: f64 = 0.35;

/// How prices are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// The last prices, joined.
    #[default]
    Line,
    /// Bodies from open to close, wicks from low to high.
    Candles,
    /// A stroke from low to high, open to its left and close to its right.
    Bars,
}

impl Kind {
    /// Bars that can still be told apart.
    pub const fn most(self) -> usize {
        match self {
            Self::Line => 600,
            Self::Candles | Self::Bars => 260,
        }
    }
}

/// What is to be drawn.
#[derive(Debug, Clone, Copy)]
pub struct Wish<'a> {
    /// The bars, oldest first. The first `lead` of them lie before the chart and only feed the averages.
    pub bars: &'a [Bar],
    /// How many lie before the chart.
    pub lead: usize,
    /// Another symbol's bars of the same time; then all is drawn in percent since the first common bar.
    pub other: Option<&'a [Bar]>,
    /// How prices are drawn. With another symbol they are lines.
    pub kind: Kind,
    /// Over how many bars averages go.
    pub averages: &'a [usize],
    /// Prices that are waited for.
    pub marks: &'a [Decimal],
    /// The close before, where the chart shows one day.
    pub previous: Option<Decimal>,
    /// What time it is where the reader is.
    pub clock: Clock,
    /// The finest bars there are.
    pub finest: Unit,
}

/// One point of the chart: what the crosshair says and the table lists.
#[derive(Debug, Clone)]
pub struct Point {
    /// The bar, or several in one.
    pub bar: Bar,
    /// Its middle, in hundredths of the width.
    pub x: f64,
    /// Its close, in hundredths of the height.
    pub y: f64,
    /// The close in percent since the beginning, where two are compared.
    pub percent: Option<Decimal>,
    /// The other's.
    pub other: Option<Decimal>,
}

/// A line across, or a mark on the axis below.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Where, in hundredths.
    pub at: f64,
    /// The value it stands for; of times, their words stand in `words`.
    pub value: Decimal,
    /// Words for it; empty where the value speaks.
    pub words: String,
}

/// An average.
#[derive(Debug, Clone)]
pub struct Curve {
    /// Over how many bars.
    pub over: usize,
    /// Its points.
    pub points: String,
}

/// A chart, ready to be written into an SVG.
#[derive(Debug, Clone, Default)]
pub struct Drawing {
    /// How it is drawn in the end.
    pub kind: Kind,
    /// Points of the line.
    pub line: String,
    /// The same, closed below.
    pub area: String,
    /// What rose, as a path.
    pub up: String,
    /// What fell.
    pub down: String,
    /// The other's line.
    pub other: String,
    /// Averages.
    pub averages: Vec<Curve>,
    /// Volumes, as a path.
    pub volumes: String,
    /// The largest volume; `None` where none is known.
    pub most_volume: Option<Decimal>,
    /// Lines across.
    pub lines: Vec<Rule>,
    /// Marks on the axis of time.
    pub times: Vec<Rule>,
    /// What is waited for, as far as it lies near.
    pub marks: Vec<Rule>,
    /// The close before, in hundredths of the height.
    pub previous: Option<f64>,
    /// Every point.
    pub points: Vec<Point>,
    /// What one point stands for.
    pub unit: Unit,
    /// Figures after the point of the values of the lines.
    pub digits: u32,
}

/// Draws. Of no bars nothing is drawn.
pub fn draw(wish: &Wish<'_>) -> Drawing {
    let shown = wish.bars.get(wish.lead..).unwrap_or_default();
    if shown.is_empty() {
        return Drawing::default();
    }
    let kind = if wish.other.is_some() { Kind::Line } else { wish.kind };
    let unit = Unit::fitting(wish.finest, shown, wish.clock, kind.most());
    let groups = grouped(shown, unit, wish.clock);
    let bars: Vec<Bar> = groups.iter().map(|(bar, _)| bar.clone()).collect();
    let averages = averages(wish, &groups);
    let (own, other) = match wish.other {
        Some(other) => compared(&bars, other),
        None => (vec![None; bars.len()], vec![None; bars.len()]),
    };
    let values: Vec<f64> = bars.iter().zip(&own).map(|(bar, own)| float(own.unwrap_or(bar.close))).collect();
    let others: Vec<Option<f64>> = other.iter().map(|one| one.map(float)).collect();
    let plane = Plane::over(wish, kind, &bars, &values, &others);
    let mut drawing = Drawing { kind, unit, ..Drawing::default() };
    plane.prices(&mut drawing, &bars, &values, &others);
    drawing.averages = averages.into_iter().map(|(over, values)| plane.curve(over, &values)).collect();
    (drawing.lines, drawing.digits) = plane.lines();
    drawing.times = times(&bars, wish.clock);
    if wish.other.is_none() {
        let near = wish.marks.iter().filter(|mark| plane.has(float(**mark)));
        drawing.marks = near.map(|mark| rule(plane.y(float(*mark)), *mark)).collect();
        drawing.previous = wish.previous.map(float).filter(|at| plane.has(*at)).map(|at| plane.y(at) / HEIGHT * 100.0);
    }
    (drawing.volumes, drawing.most_volume) = plane.volumes(&bars);
    drawing.points = points(&plane, bars, &values, own, other);
    drawing
}

fn points(
    plane: &Plane,
    bars: Vec<Bar>,
    values: &[f64],
    own: Vec<Option<Decimal>>,
    other: Vec<Option<Decimal>>,
) -> Vec<Point> {
    let mut points = Vec::with_capacity(bars.len());
    for (at, (bar, (percent, other))) in bars.into_iter().zip(own.into_iter().zip(other)).enumerate() {
        let value = values.get(at).copied().unwrap_or_default();
        let (x, y) = (plane.x(at) / WIDTH * 100.0, plane.y(value) / HEIGHT * 100.0);
        points.push(Point { bar, x, y, percent, other });
    }
    points
}

fn rule(y: f64, value: Decimal) -> Rule {
    Rule { at: y / HEIGHT * 100.0, value, words: String::new() }
}

fn float(value: Decimal) -> f64 {
    value.to_f64().unwrap_or(0.0)
}

/// Bars of one unit of time in one, each with the place of its last among all.
fn grouped(bars: &[Bar], unit: Unit, clock: Clock) -> Vec<(Bar, usize)> {
    let mut groups: Vec<(Bar, usize)> = Vec::with_capacity(bars.len());
    let mut last_key = None;
    for (at, bar) in bars.iter().enumerate() {
        let key = Some(unit.key(clock.at(bar.at)));
        match groups.last_mut().filter(|_| last_key == key) {
            Some((group, place)) => {
                group.high = group.high.max(bar.high);
                group.low = group.low.min(bar.low);
                group.close = bar.close;
                group.volume = match (group.volume, bar.volume) {
                    (Some(one), Some(other)) => one.checked_add(other),
                    (one, other) => one.or(other),
                };
                *place = at;
            }
            None => groups.push((bar.clone(), at)),
        }
        last_key = key;
    }
    groups
}

/// The averages over the bars, at the end of each group.
fn averages(wish: &Wish<'_>, groups: &[(Bar, usize)]) -> Vec<(usize, Vec<Option<f64>>)> {
    if wish.other.is_some() {
        return Vec::new();
    }
    let mut sums = Vec::with_capacity(wish.bars.len() + 1);
    let mut sum = Decimal::ZERO;
    sums.push(sum);
    for bar in wish.bars {
        // A sum that is too large for a decimal is of no price there is; its average is left out below.
        sum = sum.checked_add(bar.close).unwrap_or(Decimal::MAX);
        sums.push(sum);
    }
    let at = |over: usize, place: usize| {
        let end = wish.lead + place + 1;
        let (before, upto) = (sums.get(end.checked_sub(over)?)?, sums.get(end)?);
        upto.checked_sub(*before)?.checked_div(Decimal::from(over)).map(float)
    };
    let curve = |&over: &usize| (over, groups.iter().map(|(_, place)| at(over, *place)).collect());
    wish.averages.iter().filter(|over| **over > 0).map(curve).collect()
}

/// Both in percent since their first common bar. Where the other is silent, it is where it was last.
fn compared(bars: &[Bar], other: &[Bar]) -> (Vec<Option<Decimal>>, Vec<Option<Decimal>>) {
    let mut ahead = other.iter().peekable();
    let mut last: Option<Decimal> = None;
    let ends = bars.iter().skip(1).map(|bar| bar.at).chain([Moment::from_millis(i64::MAX)]);
    let mut closes = Vec::with_capacity(bars.len());
    for end in ends {
        while let Some(bar) = ahead.next_if(|bar| bar.at < end) {
            last = Some(bar.close);
        }
        closes.push(last);
    }
    let first = closes.iter().position(Option::is_some).unwrap_or(0);
    let base = bars.get(first).map(|bar| bar.close);
    let other_base = closes.get(first).copied().flatten();
    let own = bars.iter().map(|bar| base.and_then(|base| since(bar.close, base))).collect();
    let other = closes.iter().map(|close| close.zip(other_base).and_then(|(close, base)| since(close, base))).collect();
    (own, other)
}

fn since(value: Decimal, base: Decimal) -> Option<Decimal> {
    value.checked_sub(base)?.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(base)
}

/// Where values lie.
struct Plane {
    low: f64,
    high: f64,
    count: usize,
}

impl Plane {
    fn over(wish: &Wish<'_>, kind: Kind, bars: &[Bar], values: &[f64], others: &[Option<f64>]) -> Self {
        let lows = bars.iter().map(|bar| float(bar.low));
        let highs = bars.iter().map(|bar| float(bar.high));
        let shown: Vec<f64> = match kind {
            Kind::Line => values.iter().copied().chain(others.iter().flatten().copied()).collect(),
            Kind::Candles | Kind::Bars => lows.chain(highs).collect(),
        };
        let (mut low, mut high) =
            shown.iter().fold((f64::MAX, f64::MIN), |(low, high), one| (low.min(*one), high.max(*one)));
        let (least, most) = (low - (high - low) * NEAR, high + (high - low) * NEAR);
        let marks = wish.marks.iter().copied().chain(wish.previous).map(float);
        for mark in marks.filter(|mark| wish.other.is_none() && *mark > least && *mark < most) {
            (low, high) = (low.min(mark), high.max(mark));
        }
        // A price that stands still is drawn in the middle.
        let room = if high > low { (high - low) * 0.06 } else { high.abs().max(1.0) * 0.01 };
        Self { low: low - room, high: high + room, count: bars.len() }
    }

    fn step(&self) -> f64 {
        WIDTH / places(self.count)
    }

    fn x(&self, at: usize) -> f64 {
        (places(at) + 0.5) * self.step()
    }

    fn y(&self, value: f64) -> f64 {
        (self.high - value) / (self.high - self.low) * HEIGHT
    }

    fn has(&self, value: f64) -> bool {
        value >= self.low && value <= self.high
    }

    fn prices(&self, drawing: &mut Drawing, bars: &[Bar], values: &[f64], others: &[Option<f64>]) {
        let other = others.iter().enumerate().filter_map(|(at, one)| one.map(|one| (at, one)));
        drawing.other = self.joined(other);
        match drawing.kind {
            Kind::Line => {
                drawing.line = self.joined(values.iter().copied().enumerate());
                let (first, last) = (self.x(0), self.x(self.count.saturating_sub(1)));
                drawing.area = format!("{first:.1},{HEIGHT} {} {last:.1},{HEIGHT}", drawing.line);
            }
            Kind::Candles | Kind::Bars => {
                for (at, bar) in bars.iter().enumerate() {
                    let path = if bar.close < bar.open { &mut drawing.down } else { &mut drawing.up };
                    self.bar(path, drawing.kind, at, bar);
                }
            }
        }
    }

    fn bar(&self, path: &mut String, kind: Kind, at: usize, bar: &Bar) {
        let (x, half) = (self.x(at), self.step() * 0.32);
        let [open, high, low, close] = [bar.open, bar.high, bar.low, bar.close].map(|one| self.y(float(one)));
        let (left, right) = (x - half, x + half);
        // Writing to a text cannot fail.
        let _ = match kind {
            Kind::Bars => {
                write!(path, "M{x:.1} {high:.1}V{low:.1}M{left:.1} {open:.1}H{x:.1}M{x:.1} {close:.1}H{right:.1}")
            }
            Kind::Candles | Kind::Line => {
                let (top, bottom) = (open.min(close), open.max(close));
                write!(path, "M{x:.1} {high:.1}V{top:.1}M{x:.1} {bottom:.1}V{low:.1}")
                    .and_then(|()| write!(path, "M{left:.1} {top:.1}H{right:.1}V{bottom:.1}H{left:.1}Z"))
            }
        };
    }

    fn joined(&self, values: impl Iterator<Item = (usize, f64)>) -> String {
        let mut points = String::new();
        for (at, value) in values {
            let gap = if points.is_empty() { "" } else { " " };
            let _ = write!(points, "{gap}{:.1},{:.1}", self.x(at), self.y(value));
        }
        points
    }

    fn curve(&self, over: usize, values: &[Option<f64>]) -> Curve {
        let known = values.iter().enumerate().filter_map(|(at, one)| one.map(|one| (at, one)));
        Curve { over, points: self.joined(known) }
    }

    /// Lines across at round values, and the figures that these need.
    fn lines(&self) -> (Vec<Rule>, u32) {
        let step = round_step((self.high - self.low) / LINES);
        let Some(step) = step else { return (Vec::new(), 2) };
        let digits = step.normalize().scale();
        let first = Decimal::from_f64_retain(self.low).and_then(|low| low.checked_div(step)).map(|times| times.ceil());
        let Some(mut value) = first.and_then(|times| times.checked_mul(step)) else { return (Vec::new(), digits) };
        let mut lines = Vec::new();
        while float(value) <= self.high && lines.len() < 12 {
            lines.push(rule(self.y(float(value)), value));
            let Some(next) = value.checked_add(step) else { break };
            value = next;
        }
        (lines, digits)
    }

    fn volumes(&self, bars: &[Bar]) -> (String, Option<Decimal>) {
        let most = bars.iter().filter_map(|bar| bar.volume).max().filter(|most| *most > Decimal::ZERO);
        let Some(most) = most else { return (String::new(), None) };
        let (mut path, top, wide) = (String::new(), float(most), self.step() * 0.64);
        for (at, bar) in bars.iter().enumerate() {
            let tall = float(bar.volume.unwrap_or_default()) / top * VOLUME;
            if tall > 0.0 {
                let left = self.x(at) - wide / 2.0;
                let _ = write!(path, "M{left:.1} {VOLUME}v-{tall:.1}h{wide:.1}v{tall:.1}z");
            }
        }
        (path, Some(most))
    }
}

/// A count as a place. Charts have some hundred points: nothing is lost.
fn places(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}

/// The next of 1, 2, 2.5 and 5 times a power of ten; `None` where the span is no number to speak of.
fn round_step(about: f64) -> Option<Decimal> {
    if !about.is_finite() || about <= 0.0 {
        return None;
    }
    let power = about.log10().floor();
    let part = about / 10f64.powf(power);
    let (digit, more) = match part {
        part if part <= 1.0 => (1, 0),
        part if part <= 2.0 => (2, 0),
        part if part <= 2.5 => (25, 1),
        part if part <= 5.0 => (5, 0),
        _ => (10, 0),
    };
    let power = format!("{power:.0}").parse::<i32>().ok()? - more;
    if power >= 0 {
        let ten = Decimal::TEN;
        (0..power).try_fold(Decimal::from(digit), |value, _| value.checked_mul(ten))
    } else {
        Decimal::try_new(digit, power.unsigned_abs()).ok()
    }
}

/// Marks of time where a new hour, day, month or year begins, as many as have room.
fn times(bars: &[Bar], clock: Clock) -> Vec<Rule> {
    let begins: Vec<_> = bars.iter().map(|bar| clock.at(bar.at)).collect();
    let marks = super::spans::marks(&begins, clock.1);
    let width = places(bars.len());
    let rule = |(at, words): (usize, String)| Rule { at: places(at) / width * 100.0, value: Decimal::ZERO, words };
    marks.into_iter().map(rule).filter(|mark| mark.at < 95.0).collect()
}

/// The points of a small line in a box of 64 by 20: no more than two for each of its pixels.
pub fn spark(closes: &[Decimal]) -> String {
    if closes.len() < 2 {
        return String::new();
    }
    let every = closes.len().div_ceil(64);
    let last = closes.len() - 1;
    let kept: Vec<f64> = closes
        .iter()
        .enumerate()
        .filter(|(at, _)| at % every == 0 || *at == last)
        .map(|(_, one)| float(*one))
        .collect();
    let (low, high) = kept.iter().fold((f64::MAX, f64::MIN), |(low, high), one| (low.min(*one), high.max(*one)));
    let (span, step) = (high - low, 64.0 / places(kept.len() - 1));
    let mut points = String::with_capacity(kept.len() * 10);
    for (at, value) in kept.iter().enumerate() {
        let y = if span > 0.0 { 18.0 - (value - low) / span * 16.0 } else { 10.0 };
        let gap = if at == 0 { "" } else { " " };
        let _ = write!(points, "{gap}{:.1},{y:.1}", places(at) * step);
    }
    points
}

#[cfg(test)]
mod tests;
