//! Alerts: what a person wants to be told of, and when that is so.
//!
//! An alert waits for its crossing; when that comes it is told once, and one that repeats has to see the price come back
//! before it waits again. What an alert does next depends on the price alone, so the nearest such prices stand beside the
//! symbol: a tick between them reads no alert.

use super::decimal::{Dec, dec, kept};
use super::symbol::{Row, by_id};
use super::{PriceState, QuotesError, know};
use crate::domain::event::Event;
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::clock::Moment;
use crate::kernel::id::{AlertId, PersonId, SymbolId};
use crate::kernel::limits;
use rusqlite::OptionalExtension;
use rust_decimal::Decimal;

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// The price reaches this or more.
    Above(Decimal),
    /// The price reaches this or less.
    Below(Decimal),
    /// The price moves by so many percent from the last of the day before, either way.
    Moves(Decimal),
    /// It rises by so many percent.
    Rises(Decimal),
    /// It falls by so many percent.
    Falls(Decimal),
    /// The price is higher than any before.
    High(Reach),
    /// The price is lower than any before.
    Low(Reach),
    /// No new price comes though the market is open.
    Stale,
}

/// How far back a new high or low is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// This day and the one before.
    Day,
    /// 52 weeks.
    Year,
}

/// By which ways a person is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ways {
    /// Among the person's own notes in chat.
    pub by_chat: bool,
    /// By mail.
    pub by_mail: bool,
    /// On the devices that may be woken.
    pub by_push: bool,
}

impl Default for Ways {
    fn default() -> Self {
        Self { by_chat: true, by_mail: false, by_push: true }
    }
}

/// Where an alert stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlertState {
    /// It waits for its crossing.
    Armed,
    /// It was crossed, or was so when it was set: the price has to come back first.
    Passed,
    /// It was told once, as was wanted.
    Done,
}

/// An alert to be set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAlert {
    /// Of which symbol, as it was typed.
    pub code: String,
    /// What is waited for.
    pub condition: Condition,
    /// How far the price has to come back; half a percent where it is not said.
    pub margin: Option<Decimal>,
    /// Whether it is told each time.
    pub is_repeat: bool,
    /// By which ways.
    pub ways: Ways,
}

/// A person's alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// Which.
    pub id: AlertId,
    /// Whose.
    pub owner: PersonId,
    /// Of which symbol.
    pub symbol: SymbolId,
    /// What that is called by.
    pub code: String,
    /// What is waited for.
    pub condition: Condition,
    /// How far the price has to come back; half a percent where it is not said.
    pub margin: Option<Decimal>,
    /// Whether it is told each time.
    pub is_repeat: bool,
    /// By which ways.
    pub ways: Ways,
    /// Where it stands.
    pub state: AlertState,
    /// When it was set.
    pub made_at: Moment,
    /// When it was last crossed.
    pub crossed_at: Option<Moment>,
    /// The way it was crossed: 1 upwards, -1 downwards.
    pub(super) side: i64,
}

/// An alert that was set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetAlert {
    /// Which.
    pub id: AlertId,
    /// Whether the price is beyond already: then it has to come back first.
    pub is_passed: bool,
}

/// What else than the price alerts look at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Scene {
    pub previous: Option<Decimal>,
    pub day_high: Option<Decimal>,
    pub day_low: Option<Decimal>,
    pub year_high: Option<Decimal>,
    pub year_low: Option<Decimal>,
}

impl Row {
    pub fn scene(&self) -> Scene {
        let far =
            |one: Option<Decimal>, other: Option<Decimal>, pick: fn(Decimal, Decimal) -> Decimal| match (one, other) {
                (Some(one), Some(other)) => Some(pick(one, other)),
                (one, other) => one.or(other),
            };
        Scene {
            previous: self.previous,
            day_high: far(self.high, self.last_high, Decimal::max),
            day_low: far(self.low, self.last_low, Decimal::min),
            year_high: self.year_high,
            year_low: self.year_low,
        }
    }
}

/// Alerts of a symbol follow its previous close.
pub(super) const PERCENT: i64 = 1;
/// Alerts of a symbol follow its highs and lows.
pub(super) const EXTREMES: i64 = 2;
/// Alerts of a symbol wait for it to grow stale.
pub(super) const STALE: i64 = 4;

/// The share of a level that a price has to come back by.
const BACK: Decimal = Decimal::from_parts(5, 0, 0, false, 3);

impl Condition {
    const fn to_row(self) -> (i64, Option<Decimal>) {
        match self {
            Self::Above(value) => (1, Some(value)),
            Self::Below(value) => (2, Some(value)),
            Self::Moves(value) => (3, Some(value)),
            Self::Rises(value) => (4, Some(value)),
            Self::Falls(value) => (5, Some(value)),
            Self::High(Reach::Day) => (6, None),
            Self::High(Reach::Year) => (7, None),
            Self::Low(Reach::Day) => (8, None),
            Self::Low(Reach::Year) => (9, None),
            Self::Stale => (10, None),
        }
    }

    fn from_row(kind: i64, value: Option<Decimal>) -> Self {
        let value = value.unwrap_or_default();
        match kind {
            1 => Self::Above(value),
            2 => Self::Below(value),
            3 => Self::Moves(value),
            4 => Self::Rises(value),
            5 => Self::Falls(value),
            6 => Self::High(Reach::Day),
            7 => Self::High(Reach::Year),
            8 => Self::Low(Reach::Day),
            9 => Self::Low(Reach::Year),
            _ => Self::Stale,
        }
    }

    /// As it is kept.
    fn checked(self) -> Result<Self, QuotesError> {
        let price = |value| kept(value).ok_or(QuotesError::BadPrice);
        let percent = |value: Decimal| {
            let is_one = value > Decimal::ZERO && value <= Decimal::ONE_THOUSAND;
            if is_one { Ok(value.round_dp(4).normalize()) } else { Err(QuotesError::BadPercent) }
        };
        Ok(match self {
            Self::Above(value) => Self::Above(price(value)?),
            Self::Below(value) => Self::Below(price(value)?),
            Self::Moves(value) => Self::Moves(percent(value)?),
            Self::Rises(value) => Self::Rises(percent(value)?),
            Self::Falls(value) => Self::Falls(percent(value)?),
            other => other,
        })
    }

    /// In words, where prices are counted in `currency`: `above 450 USD`, `a new 52-week high`.
    #[must_use]
    pub fn words(self, currency: &str) -> String {
        let price = |value: Decimal| format!("{value} {currency}").trim_end().to_owned();
        match self {
            Self::Above(value) => format!("above {}", price(value)),
            Self::Below(value) => format!("below {}", price(value)),
            Self::Moves(value) => format!("moves by {value} %"),
            Self::Rises(value) => format!("rises by {value} %"),
            Self::Falls(value) => format!("falls by {value} %"),
            Self::High(Reach::Day) => "a new high of the day".to_owned(),
            Self::High(Reach::Year) => "a new 52-week high".to_owned(),
            Self::Low(Reach::Day) => "a new low of the day".to_owned(),
            Self::Low(Reach::Year) => "a new 52-week low".to_owned(),
            Self::Stale => "no new price".to_owned(),
        }
    }

    const fn bits(self) -> i64 {
        match self {
            Self::Above(_) | Self::Below(_) => 0,
            Self::Moves(_) | Self::Rises(_) | Self::Falls(_) => PERCENT,
            Self::High(_) | Self::Low(_) => EXTREMES,
            Self::Stale => STALE,
        }
    }

    /// The price above which, and that below which, it is so.
    fn levels(self, scene: &Scene) -> (Option<Decimal>, Option<Decimal>) {
        let off = |percent: Decimal| {
            let before = scene.previous?;
            before.checked_add(before.abs().checked_mul(percent)?.checked_div(Decimal::ONE_HUNDRED)?)
        };
        match self {
            Self::Above(value) => (Some(value), None),
            Self::Below(value) => (None, Some(value)),
            Self::Moves(percent) => (off(percent), off(-percent)),
            Self::Rises(percent) => (off(percent), None),
            Self::Falls(percent) => (None, off(-percent)),
            Self::High(Reach::Day) => (scene.day_high, None),
            Self::High(Reach::Year) => (scene.year_high, None),
            Self::Low(Reach::Day) => (None, scene.day_low),
            Self::Low(Reach::Year) => (None, scene.year_low),
            Self::Stale => (None, None),
        }
    }

    /// Whether it is so at `price`, and which way: 1 upwards, -1 downwards, 0 where it is not.
    fn holds(self, price: Decimal, scene: &Scene) -> i64 {
        let (up, down) = self.levels(scene);
        // What is a new high is beyond the old one; a level is reached.
        let is_beyond = matches!(self, Self::High(_) | Self::Low(_));
        if up.is_some_and(|up| price > up || price == up && !is_beyond) {
            1
        } else if down.is_some_and(|down| price < down || price == down && !is_beyond) {
            -1
        } else {
            0
        }
    }
}

impl AlertState {
    const fn to_row(self) -> i64 {
        match self {
            Self::Armed => 0,
            Self::Passed => 1,
            Self::Done => 2,
        }
    }

    const fn from_row(row: i64) -> Self {
        match row {
            0 => Self::Armed,
            1 => Self::Passed,
            _ => Self::Done,
        }
    }
}

impl Alert {
    /// The level that a crossed alert is measured from, and the price that the other has to come back to.
    fn back(&self, scene: &Scene) -> Option<Decimal> {
        let (up, down) = self.condition.levels(scene);
        let level = if self.side >= 0 { up.or(down) } else { down.or(up) }?;
        let share = level.abs().checked_mul(BACK)?.max(Decimal::new(1, 9));
        let margin = self.margin.unwrap_or(share);
        // Below a level that was passed upwards; above one that was passed downwards.
        if self.side >= 0 { level.checked_sub(margin) } else { level.checked_add(margin) }
    }

    /// What the price does to the alert. Returns whether it was crossed.
    pub(super) fn step(&mut self, price: Decimal, scene: &Scene) -> bool {
        if self.state == AlertState::Passed {
            let is_back =
                self.back(scene).is_some_and(|back| if self.side >= 0 { price <= back } else { price >= back });
            if is_back {
                (self.state, self.side) = (AlertState::Armed, 0);
            }
        }
        let side = self.condition.holds(price, scene);
        if self.state != AlertState::Armed || side == 0 {
            return false;
        }
        self.side = side;
        self.state = if self.is_repeat { AlertState::Passed } else { AlertState::Done };
        true
    }

    /// The prices above and below which it has to be looked at.
    fn watch(&self, scene: &Scene) -> (Option<Decimal>, Option<Decimal>) {
        match self.state {
            // A new high is looked at because the high is another.
            AlertState::Armed if matches!(self.condition, Condition::High(_) | Condition::Low(_)) => (None, None),
            AlertState::Armed => self.condition.levels(scene),
            AlertState::Passed if self.side >= 0 => (None, self.back(scene)),
            AlertState::Passed => (self.back(scene), None),
            AlertState::Done => (None, None),
        }
    }

    /// Stands as the symbol does now: it waits, or has been passed already.
    fn stand(&mut self, row: &Row, now: Moment) {
        let side = match self.condition {
            Condition::Stale => i64::from(matches!(row.state(now), PriceState::Stale { .. })),
            condition => row.price.map_or(0, |price| condition.holds(price, &row.scene())),
        };
        self.side = side;
        self.state = if side == 0 { AlertState::Armed } else { AlertState::Passed };
    }
}

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Alert> {
    let number = |place| Ok::<_, rusqlite::Error>(row.get::<_, Option<Dec>>(place)?.map(|one| one.0));
    Ok(Alert {
        id: row.get(0)?,
        owner: row.get(1)?,
        symbol: row.get(2)?,
        condition: Condition::from_row(row.get(3)?, number(4)?),
        margin: number(5)?,
        is_repeat: row.get(6)?,
        ways: Ways { by_chat: row.get(7)?, by_mail: row.get(8)?, by_push: row.get(9)? },
        state: AlertState::from_row(row.get(10)?),
        side: row.get(11)?,
        made_at: row.get(12)?,
        crossed_at: row.get(13)?,
        code: row.get(14)?,
    })
}

/// The columns of an [`Alert`], in its order.
macro_rules! columns {
    () => {
        "a.id, a.owner, a.symbol, a.kind, a.value, a.margin, a.is_repeat, a.by_chat, a.by_mail, a.by_push, a.state,
         a.side, a.made_at, a.crossed_at, s.code"
    };
}

/// The alerts of a symbol that may still be crossed. Walks `quote_alert_by_symbol`.
pub(super) fn live(tx: &ReadTx<'_>, symbol: SymbolId) -> Result<Vec<Alert>, QuotesError> {
    let mut found = tx.sql().prepare_cached(concat!(
        "select ",
        columns!(),
        " from quote_alert a join quote_symbol s on s.id = a.symbol where a.symbol = ?1 and a.state < 2"
    ))?;
    let rows = found.query_map([symbol], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Writes down where an alert stands.
pub(super) fn note(tx: &WriteTx<'_>, alert: &Alert) -> Result<(), QuotesError> {
    let mut update =
        tx.sql().prepare_cached("update quote_alert set state = ?2, side = ?3, crossed_at = ?4 where id = ?1")?;
    update.execute((alert.id, alert.state.to_row(), alert.side, alert.crossed_at))?;
    Ok(())
}

/// Reckons the nearest prices at which one of these alerts has to be looked at.
pub(super) fn nearest(row: &mut Row, alerts: &[Alert]) {
    let scene = row.scene();
    let (mut up, mut down, mut bits) = (None, None, 0);
    for alert in alerts.iter().filter(|alert| alert.state != AlertState::Done) {
        let (above, below) = alert.watch(&scene);
        up = above.map_or(up, |above| Some(up.map_or(above, |up: Decimal| up.min(above))));
        down = below.map_or(down, |below| Some(down.map_or(below, |down: Decimal| down.max(below))));
        bits |= alert.condition.bits();
    }
    (row.alert_up, row.alert_down, row.alert_bits) = (up, down, bits);
}

/// Reckons the nearest prices of a symbol anew: its alerts are others.
fn refresh(tx: &WriteTx<'_>, symbol: SymbolId) -> Result<(), QuotesError> {
    let Some(mut row) = by_id(tx, symbol)? else { return Ok(()) };
    nearest(&mut row, &live(tx, symbol)?);
    let mut update = tx
        .sql()
        .prepare_cached("update quote_symbol set alert_up = ?2, alert_down = ?3, alert_bits = ?4 where id = ?1")?;
    update.execute((symbol, dec(row.alert_up), dec(row.alert_down), row.alert_bits))?;
    Ok(())
}

/// Sets an alert.
///
/// # Errors
/// `BadCode`, `TooManySymbols`, `BadPrice`, `BadPercent`, `BadMargin`, `NoWay`, `TooManyAlerts`.
pub fn set_alert(tx: &mut WriteTx<'_>, owner: PersonId, new: &NewAlert) -> Result<SetAlert, QuotesError> {
    let condition = new.condition.checked()?;
    let margin = match new.margin {
        Some(margin) => Some(kept(margin).filter(|one| *one > Decimal::ZERO).ok_or(QuotesError::BadMargin)?),
        None => None,
    };
    if !(new.ways.by_chat || new.ways.by_mail || new.ways.by_push) {
        return Err(QuotesError::NoWay);
    }
    let mut counted = tx.sql().prepare_cached("select count(*) from quote_alert where owner = ?1")?;
    let count: i64 = counted.query_row([owner], |row| row.get(0))?;
    drop(counted);
    if count >= limits::QUOTE_ALERTS {
        return Err(QuotesError::TooManyAlerts);
    }
    let symbol = know(tx, &new.code)?;
    let row = by_id(tx, symbol)?.ok_or(QuotesError::NoSymbol)?;
    let mut alert = Alert {
        id: AlertId::new(0),
        owner,
        symbol,
        code: row.code.clone(),
        condition,
        margin,
        is_repeat: new.is_repeat,
        ways: new.ways,
        state: AlertState::Armed,
        made_at: tx.now(),
        crossed_at: None,
        side: 0,
    };
    alert.stand(&row, tx.now());
    let (kind, value) = condition.to_row();
    let mut insert = tx.sql().prepare_cached(
        "insert into quote_alert (owner, symbol, kind, value, margin, is_repeat, by_chat, by_mail, by_push, state, side,
                made_at)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) returning id",
    )?;
    let Ways { by_chat, by_mail, by_push } = new.ways;
    let (state, side, repeats) = (alert.state.to_row(), alert.side, new.is_repeat);
    let values = rusqlite::params![
        owner,
        symbol,
        kind,
        dec(value),
        dec(margin),
        repeats,
        by_chat,
        by_mail,
        by_push,
        state,
        side,
        tx.now()
    ];
    let id = insert.query_row(values, |row| row.get(0))?;
    drop(insert);
    refresh(tx, symbol)?;
    tx.emit(owner, Event::QuotesChanged)?;
    Ok(SetAlert { id, is_passed: alert.state == AlertState::Passed })
}

/// A person's alerts, by symbol. Walks `quote_alert_by_owner`.
///
/// # Errors
/// Where the file cannot be read.
pub fn alerts(tx: &ReadTx<'_>, owner: PersonId) -> Result<Vec<Alert>, QuotesError> {
    let mut found = tx.sql().prepare_cached(concat!(
        "select ",
        columns!(),
        " from quote_alert a join quote_symbol s on s.id = a.symbol where a.owner = ?1 order by s.code, a.id"
    ))?;
    let rows = found.query_map([owner], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One alert of a person's.
///
/// # Errors
/// `NoAlert`.
pub fn alert(tx: &ReadTx<'_>, owner: PersonId, id: AlertId) -> Result<Alert, QuotesError> {
    let mut found = tx.sql().prepare_cached(concat!(
        "select ",
        columns!(),
        " from quote_alert a join quote_symbol s on s.id = a.symbol where a.id = ?1 and a.owner = ?2"
    ))?;
    found.query_row((id, owner), read).optional()?.ok_or(QuotesError::NoAlert)
}

/// Removes an alert, and what it told.
///
/// # Errors
/// `NoAlert`.
pub fn remove_alert(tx: &mut WriteTx<'_>, owner: PersonId, id: AlertId) -> Result<(), QuotesError> {
    let symbol = alert(tx, owner, id)?.symbol;
    tx.sql().prepare_cached("delete from quote_alert where id = ?1")?.execute([id])?;
    refresh(tx, symbol)?;
    tx.emit(owner, Event::QuotesChanged)?;
    Ok(())
}

/// Sets an alert again that was told, as if it were new.
///
/// # Errors
/// `NoAlert`.
pub fn rearm(tx: &mut WriteTx<'_>, owner: PersonId, id: AlertId) -> Result<SetAlert, QuotesError> {
    let mut alert = alert(tx, owner, id)?;
    let row = by_id(tx, alert.symbol)?.ok_or(QuotesError::NoSymbol)?;
    alert.stand(&row, tx.now());
    note(tx, &alert)?;
    refresh(tx, alert.symbol)?;
    tx.emit(owner, Event::QuotesChanged)?;
    Ok(SetAlert { id, is_passed: alert.state == AlertState::Passed })
}
