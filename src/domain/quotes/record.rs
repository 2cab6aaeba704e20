//! Recording: what a feed told becomes the last price, bars and crossed alerts, in one transaction.
//!
//! A batch is gathered by symbol in memory first: whatever was told of one, its row is read and written once. A tick that is
//! older than what is known changes nothing, nor does one that says the same; a price too far away waits to be told again.

use super::alert::{self, AlertState, Condition, EXTREMES, PERCENT, STALE, Scene};
use super::bar::{self, YEAR};
use super::decimal::kept;
use super::jump::{is_jump, is_near};
use super::symbol::{DAY, Row, by_code, by_id, code, share};
use super::{PriceState, QuotesError, Recorded, Span, Told, crossing, keep, know, search};
use crate::domain::store::{ReadTx, WriteTx};
use crate::format::feed::{Bar, Tick};
use crate::kernel::clock::Moment;
use crate::kernel::id::{FeedId, SymbolId};
use crate::kernel::{limits, text};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::time::Duration;

/// A reading of the same moment that comes later than this is one of its own, not the same once more.
const APART: Duration = Duration::from_secs(1);

/// What becomes of one tick.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Taken,
    Repeated,
    Held,
    Old,
    Mistimed,
    Refused,
}

/// What a batch does to one symbol.
struct Course<'a> {
    row: Row,
    now: Moment,
    how: &'a Told,
    /// The prices from the first on that an alert has to be asked about, each with what stood around it.
    steps: Vec<(Decimal, Moment, Scene)>,
    /// Minutes that changed.
    minutes: Vec<Bar>,
    is_new_minute: bool,
    is_changed: bool,
    is_renamed: bool,
    /// The bar of the day before, where a new one has begun.
    closed: Option<Bar>,
}

/// Records what a feed told of the symbols that are known. Symbols are named as the office knows them.
///
/// The hub says nothing of it by itself: see `services::quotes::record`.
///
/// # Errors
/// Where the file cannot be written.
pub fn record(tx: &mut WriteTx<'_>, feed: FeedId, told: &[Tick], how: &Told) -> Result<Recorded, QuotesError> {
    let mut recorded = Recorded::default();
    let mut symbols: BTreeMap<String, Vec<&Tick>> = BTreeMap::new();
    for tick in told {
        match code(&tick.symbol) {
            Ok(code) => symbols.entry(code).or_default().push(tick),
            Err(_) => recorded.unknown += 1,
        }
    }
    for (code, ticks) in symbols {
        match known(tx, &code, how)? {
            Some(row) => record_one(tx, row, feed, &ticks, how, &mut recorded)?,
            None => recorded.unknown += ticks.len(),
        }
    }
    Ok(recorded)
}

fn known(tx: &WriteTx<'_>, code: &str, how: &Told) -> Result<Option<Row>, QuotesError> {
    if let Some(row) = by_code(tx, code)? {
        return Ok(Some(row));
    }
    if !how.keeps {
        return Ok(None);
    }
    let symbol = match know(tx, code) {
        Ok(symbol) => symbol,
        Err(QuotesError::TooManySymbols) => return Ok(None),
        Err(error) => return Err(error),
    };
    keep(tx, symbol, true)?;
    by_id(tx, symbol)
}

fn record_one(
    tx: &mut WriteTx<'_>,
    row: Row,
    feed: FeedId,
    ticks: &[&Tick],
    how: &Told,
    recorded: &mut Recorded,
) -> Result<(), QuotesError> {
    let now = tx.now();
    let before = row.state(now);
    let (symbol, received_at) = (row.id, row.received_at);
    let mut course = Course {
        row,
        now,
        how,
        steps: Vec::new(),
        minutes: Vec::new(),
        is_new_minute: false,
        is_changed: false,
        is_renamed: false,
        closed: None,
    };
    let mut is_heard = false;
    for tick in ticks {
        let fate = course.take(tx, tick)?;
        match fate {
            Fate::Taken => recorded.taken += 1,
            Fate::Repeated => recorded.repeated += 1,
            Fate::Held => recorded.held.push(course.row.code.clone()),
            Fate::Old => recorded.old += 1,
            Fate::Mistimed => recorded.mistimed += 1,
            Fate::Refused => recorded.refused += 1,
        }
        is_heard |= matches!(fate, Fate::Taken | Fate::Repeated | Fate::Held);
    }
    if !is_heard {
        return Ok(());
    }
    course.heard(feed);
    if !course.is_changed && !is_worth_noting(received_at, now, how, before) {
        return Ok(());
    }
    if course.is_changed || before != course.row.state(now) {
        recorded.changed.push(symbol);
    }
    recorded.crossed += course.keep(tx, before)?;
    Ok(())
}

/// Whether it is to be written down that nothing is new: not each time, for that is what quiet symbols say all day.
fn is_worth_noting(received_at: Option<Moment>, now: Moment, how: &Told, state: PriceState) -> bool {
    !matches!(state, PriceState::Fresh | PriceState::Closed)
        || received_at.is_none_or(|last| now.since(last) > how.every.mul_f32(1.5))
}

impl Course<'_> {
    /// Takes one tick in, or says why not.
    fn take(&mut self, tx: &WriteTx<'_>, tick: &Tick) -> Result<Fate, QuotesError> {
        let Some(price) = kept(tick.price) else { return Ok(Fate::Refused) };
        let at = match tick.at {
            None => self.now,
            Some(at) if at.millis() < 0 || at > self.now.plus(limits::QUOTE_AHEAD) => return Ok(Fate::Mistimed),
            Some(at) => at.min(self.now),
        };
        if let Some(last) = self.row.at {
            let is_same = self.row.price == Some(price);
            if at < last {
                return Ok(Fate::Old);
            }
            if is_same && (at == last || tick.at.is_none()) {
                return Ok(self.repeat(tick, at));
            }
        }
        if !self.is_believed(price, at, tick) {
            return Ok(Fate::Held);
        }
        self.apply(tx, price, at, tick)?;
        Ok(Fate::Taken)
    }

    /// The same once more. A source that tells no times means that the price is so now; one that was held back is not.
    fn repeat(&mut self, tick: &Tick, at: Moment) -> Fate {
        if tick.at.is_none() {
            self.row.at = Some(at);
        }
        if self.row.held.take().is_some() {
            (self.row.held_at, self.row.held_since) = (None, None);
            self.is_changed = true;
        }
        if self.row.describe(tick.name.as_deref(), tick.currency.as_deref(), tick.market.as_deref()) {
            (self.is_renamed, self.is_changed) = (true, true);
        }
        Fate::Repeated
    }

    /// Whether a price is believed. One too far away is once it was told again: at another time, or a while later.
    fn is_believed(&mut self, price: Decimal, at: Moment, tick: &Tick) -> bool {
        let row = &mut self.row;
        let jumps = |from| !self.how.may_jump && is_jump(from, price);
        if !row.price.or(tick.previous).is_some_and(jumps) {
            return true;
        }
        let is_again = row.held.is_some_and(|held| !is_jump(held, price) && !is_jump(price, held));
        let is_later = row.held_since.is_some_and(|since| self.now.since(since) >= APART);
        if is_again && (is_later || row.held_at.is_some_and(|held_at| held_at != at)) {
            return true;
        }
        if !is_again {
            row.held_since = Some(self.now);
            row.held_at = Some(at);
        }
        self.is_changed |= row.held != Some(price);
        row.held = Some(price);
        false
    }

    fn apply(&mut self, tx: &WriteTx<'_>, price: Decimal, at: Moment, tick: &Tick) -> Result<(), QuotesError> {
        let (day, was) = (at.millis().div_euclid(DAY), self.row.scene());
        if self.row.price.is_none() || day > self.row.day {
            self.begin_day(tx, day)?;
        }
        let row = &mut self.row;
        (row.held, row.held_at, row.held_since) = (None, None, None);
        let told = |value: Option<Decimal>| value.and_then(kept);
        if let Some(previous) = previous(price, tick) {
            row.previous = Some(previous);
        }
        // What stood before this price, save for the close that both are measured from.
        let scene = row.scene();
        if let Some(open) = told(tick.open).filter(|open| is_near(price, *open)) {
            row.open = Some(open);
        }
        let open = *row.open.get_or_insert(price);
        let high = told(tick.high).filter(|high| is_near(price, *high)).unwrap_or(price).max(price).max(open);
        let low = told(tick.low).filter(|low| is_near(price, *low)).unwrap_or(price).min(price).min(open);
        let (high, low) = (row.high.map_or(high, |old| old.max(high)), row.low.map_or(low, |old| old.min(low)));
        (row.high, row.low) = (Some(high), Some(low));
        let traded = told(tick.volume).filter(|volume| !volume.is_sign_negative());
        let since = traded.map(|volume| (volume - row.volume.unwrap_or(volume)).max(Decimal::ZERO));
        row.volume = traded.or(row.volume);
        (row.price, row.at) = (Some(price), Some(at));
        self.grow_year(tx, high, low, at)?;
        self.is_renamed |= self.row.describe(tick.name.as_deref(), tick.currency.as_deref(), tick.market.as_deref());
        self.is_changed = true;
        if !self.steps.is_empty() || self.is_watched(price, &was) {
            self.steps.push((price, at, scene));
        }
        self.minute(tx, price, at, since)
    }

    /// Whether an alert has to be asked about this price.
    fn is_watched(&self, price: Decimal, was: &Scene) -> bool {
        let row = &self.row;
        let now = row.scene();
        row.alert_up.is_some_and(|up| price >= up)
            || row.alert_down.is_some_and(|down| price <= down)
            || row.alert_bits & PERCENT != 0 && now.previous != was.previous
            || row.alert_bits & EXTREMES != 0 && now != *was
    }

    /// A new day: what was is the day before.
    fn begin_day(&mut self, tx: &WriteTx<'_>, day: i64) -> Result<(), QuotesError> {
        let row = &mut self.row;
        self.closed = row.today();
        if row.price.is_some() {
            (row.last_high, row.last_low, row.previous) = (row.high, row.low, row.price);
        } else {
            row.previous = bar::last_close(tx, row.id, day)?;
        }
        // What a provider's history knows of this day already.
        let known = bar::one(tx, row.id, Span::Day, Moment::from_millis(day * DAY))?;
        row.open = known.as_ref().map(|bar| bar.open);
        row.high = known.as_ref().map(|bar| bar.high);
        row.low = known.as_ref().map(|bar| bar.low);
        row.volume = known.and_then(|bar| bar.volume);
        row.day = day;
        Ok(())
    }

    /// The highest and the lowest of 52 weeks. They are looked for only where the one that was has grown too old.
    fn grow_year(&mut self, tx: &WriteTx<'_>, high: Decimal, low: Decimal, at: Moment) -> Result<(), QuotesError> {
        let row = &mut self.row;
        let first = self.now.minus(YEAR);
        let is_gone = |at: Option<Moment>| at.is_some_and(|at| at < first);
        if is_gone(row.year_high_at) || is_gone(row.year_low_at) {
            return bar::find_year(tx, row);
        }
        if row.year_high.is_none_or(|top| high > top) {
            (row.year_high, row.year_high_at) = (Some(high), Some(at));
        }
        if row.year_low.is_none_or(|bottom| low < bottom) {
            (row.year_low, row.year_low_at) = (Some(low), Some(at));
        }
        Ok(())
    }

    fn minute(
        &mut self,
        tx: &WriteTx<'_>,
        price: Decimal,
        at: Moment,
        traded: Option<Decimal>,
    ) -> Result<(), QuotesError> {
        let begin = Span::Minute.begin(at);
        if self.minutes.last().is_none_or(|bar| bar.at != begin) {
            let known = bar::one(tx, self.row.id, Span::Minute, begin)?;
            self.is_new_minute |= known.is_none();
            let fresh = Bar { at: begin, open: price, high: price, low: price, close: price, volume: None };
            self.minutes.push(known.unwrap_or(fresh));
        }
        if let Some(bar) = self.minutes.last_mut() {
            (bar.high, bar.low, bar.close) = (bar.high.max(price), bar.low.min(price), price);
            bar.volume = match (bar.volume, traded) {
                (Some(volume), Some(more)) => volume.checked_add(more),
                (volume, more) => volume.or(more),
            };
        }
        Ok(())
    }

    /// Notes who told it, and how.
    fn heard(&mut self, feed: FeedId) {
        let (row, how) = (&mut self.row, self.how);
        let seconds = |span: Duration| i64::try_from(span.as_secs()).unwrap_or(i64::MAX);
        row.received_at = Some(self.now);
        row.feed = Some(feed);
        if row.source != how.source {
            row.source = text::cut(&text::one_line(&how.source), limits::QUOTE_SOURCE);
        }
        if row.licence != how.licence {
            row.licence = text::cut(&text::one_line(&how.licence), limits::QUOTE_LICENCE);
        }
        row.every = i64::try_from(how.every.as_millis()).unwrap_or(i64::MAX);
        (row.delay, row.is_simulated) = (seconds(how.delay), how.is_simulated);
        (row.closes_at, row.opens_at) = (how.closes_at, how.opens_at);
    }

    /// Writes down what has come of it. Returns how many alerts were crossed.
    fn keep(mut self, tx: &mut WriteTx<'_>, before: PriceState) -> Result<usize, QuotesError> {
        let crossed = self.alerts(tx, before)?;
        self.row.write(tx)?;
        if self.is_renamed {
            search::index(tx, self.row.id, &self.row.name)?;
        }
        for bar in &self.minutes {
            bar::put(tx, self.row.id, Span::Minute, bar)?;
        }
        // The day's bar stands beside the symbol; once a minute is enough to keep it for later.
        let today = self.row.today().filter(|_| self.is_new_minute);
        for bar in [self.closed.take(), today].into_iter().flatten() {
            bar::put(tx, self.row.id, Span::Day, &bar)?;
        }
        Ok(crossed)
    }

    /// Asks the alerts, where one has to be.
    fn alerts(&mut self, tx: &mut WriteTx<'_>, before: PriceState) -> Result<usize, QuotesError> {
        let row = &mut self.row;
        let is_back = row.alert_bits & STALE != 0 && is_back(before, row.state(self.now));
        if self.steps.is_empty() && !is_back {
            return Ok(0);
        }
        let mut alerts = alert::live(tx, row.id)?;
        let mut crossed = 0;
        for alert in &mut alerts {
            let was = (alert.state, alert.side);
            if is_back && alert.condition == Condition::Stale {
                (alert.state, alert.side) = (AlertState::Armed, 0);
            }
            for (price, at, scene) in &self.steps {
                if alert.step(*price, scene) {
                    alert.crossed_at = Some(self.now);
                    crossing::cross(tx, row, alert, Some(*price), Some(*at))?;
                    crossed += 1;
                }
            }
            if was != (alert.state, alert.side) || alert.crossed_at == Some(self.now) {
                alert::note(tx, alert)?;
            }
        }
        alert::nearest(row, &alerts);
        Ok(crossed)
    }
}

/// Notes that a price still holds, as a source says that has nothing new. Returns whether it looks different by that.
pub(super) fn renew(tx: &WriteTx<'_>, mut row: Row, how: &Told) -> Result<bool, QuotesError> {
    let now = tx.now();
    let before = row.state(now);
    row.received_at = Some(now);
    (row.closes_at, row.opens_at) = (how.closes_at, how.opens_at);
    let after = row.state(now);
    if row.alert_bits & STALE != 0 && is_back(before, after) {
        let mut alerts = alert::live(tx, row.id)?;
        for alert in alerts.iter_mut().filter(|alert| alert.condition == Condition::Stale) {
            (alert.state, alert.side) = (AlertState::Armed, 0);
            alert::note(tx, alert)?;
        }
        alert::nearest(&mut row, &alerts);
    }
    row.write(tx)?;
    Ok(before != after)
}

/// Whether a price that had grown stale is so no more.
const fn is_back(before: PriceState, after: PriceState) -> bool {
    matches!(before, PriceState::Stale { .. }) && !matches!(after, PriceState::Stale { .. })
}

/// The close that a tick measures its price from.
fn previous(price: Decimal, tick: &Tick) -> Option<Decimal> {
    let told = tick.previous.or_else(|| price.checked_sub(tick.change?)).or_else(|| {
        let whole = Decimal::ONE_HUNDRED.checked_add(tick.percent?)?;
        let before = price.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(whole)?;
        Some(before.round_dp(price.scale().max(2)))
    });
    // Where the price has not moved from zero, there is nothing to measure from.
    told.and_then(kept).filter(|before| !before.is_zero() && share(price, *before).is_some())
}

/// Prices that look different now by themselves: they have grown stale, or a market has opened or closed. Alerts that wait
/// for a price to grow stale are crossed. At most `most` at once.
///
/// # Errors
/// Where the file cannot be written.
pub fn turn(tx: &mut WriteTx<'_>, most: usize) -> Result<Vec<SymbolId>, QuotesError> {
    let due = {
        let mut found =
            tx.sql().prepare_cached("select id from quote_symbol where turns_at <= ?1 order by turns_at limit ?2")?;
        let rows = found.query_map((tx.now(), i64::try_from(most).unwrap_or(i64::MAX)), |row| row.get(0))?;
        rows.collect::<Result<Vec<SymbolId>, _>>()?
    };
    for symbol in &due {
        let Some(mut row) = by_id(tx, *symbol)? else { continue };
        if row.alert_bits & STALE != 0 && matches!(row.state(tx.now()), PriceState::Stale { .. }) {
            crossing::grow_stale(tx, &mut row)?;
        }
        row.write(tx)?;
    }
    Ok(due)
}

/// When the next price looks different by itself.
///
/// # Errors
/// Where the file cannot be read.
pub fn next_turn(tx: &ReadTx<'_>) -> Result<Option<Moment>, QuotesError> {
    let mut found = tx
        .sql()
        .prepare_cached("select turns_at from quote_symbol where turns_at is not null order by turns_at limit 1")?;
    let mut rows = found.query([])?;
    Ok(rows.next()?.map(|row| row.get(0)).transpose()?)
}
