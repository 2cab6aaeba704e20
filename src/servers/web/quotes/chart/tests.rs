//! What a chart comes to.

use super::*;
use crate::format::formats::Formats;
use chrono_tz::Tz;

const DAY: i64 = 24 * 3600 * 1000;

/// So many days from Monday, 5 January 2015 on, each a euro above the one before.
fn days(count: i64) -> Vec<Bar> {
    let bar = |day: i64| {
        let price = Decimal::from(100 + day);
        let at = Moment::from_millis((16_440 + day) * DAY);
        Bar {
            at,
            open: price,
            high: price + Decimal::TWO,
            low: price - Decimal::TWO,
            close: price + Decimal::ONE,
            volume: Some(Decimal::TEN),
        }
    };
    (0..count).map(bar).collect()
}

fn wish(bars: &[Bar], kind: Kind) -> Wish<'_> {
    Wish {
        bars,
        lead: 0,
        other: None,
        kind,
        averages: &[],
        marks: &[],
        previous: None,
        clock: Clock(Tz::UTC, Formats::default()),
        finest: Unit::Day,
    }
}

#[test]
fn every_point_lies_on_the_plane_and_rises_with_its_price() {
    let bars = days(100);
    let drawing = draw(&wish(&bars, Kind::Candles));
    assert_eq!(drawing.points.len(), 100);
    assert!(drawing.points.iter().all(|point| (0.0..=100.0).contains(&point.x) && (0.0..=100.0).contains(&point.y)));
    assert!(drawing.points.windows(2).all(|two| two[0].x < two[1].x && two[0].y > two[1].y));
    assert!(drawing.down.is_empty() && drawing.up.starts_with('M'), "all of them rose");
}

#[test]
fn more_bars_than_can_be_told_apart_are_put_together_without_losing_an_extreme() {
    let bars = days(2_520);
    let drawing = draw(&wish(&bars, Kind::Candles));
    assert_eq!(drawing.unit, Unit::Months(1));
    assert!(drawing.points.len() <= Kind::Candles.most());
    let highest = drawing.points.iter().map(|point| point.bar.high).max();
    assert_eq!((highest, drawing.points[0].bar.open), (bars.iter().map(|bar| bar.high).max(), bars[0].open));
    let sum: Decimal = drawing.points.iter().filter_map(|point| point.bar.volume).sum();
    assert_eq!(sum, Decimal::from(25_200));
}

#[test]
fn lines_across_are_round_and_few() {
    let drawing = draw(&wish(&days(60), Kind::Line));
    let values: Vec<_> = drawing.lines.iter().map(|line| line.value.to_string()).collect();
    assert_eq!(values, ["100", "120", "140", "160"], "{values:?}");
}

#[test]
fn an_average_needs_as_many_bars_as_it_goes_over_and_those_before_the_chart_count() {
    let bars = days(60);
    let short = draw(&Wish { averages: &[50], ..wish(&bars, Kind::Line) });
    assert_eq!(short.averages[0].points.split(' ').count(), 11);
    let led = draw(&Wish { averages: &[50], lead: 49, ..wish(&bars, Kind::Line) });
    assert_eq!((led.points.len(), led.averages[0].points.split(' ').count()), (11, 11));
}

#[test]
fn two_are_compared_from_their_first_common_day_on() {
    let (bars, other) = (days(30), days(30).split_off(10));
    let drawing = draw(&Wish { other: Some(&other), ..wish(&bars, Kind::Candles) });
    assert_eq!(drawing.kind, Kind::Line);
    let (before, first) = (&drawing.points[9], &drawing.points[10]);
    assert_eq!((before.other, first.percent, first.other), (None, Some(Decimal::ZERO), Some(Decimal::ZERO)));
    assert!(drawing.points[29].other > Some(Decimal::TEN));
}

#[test]
fn a_price_that_stands_still_and_one_alone_are_drawn_too() {
    let still: Vec<_> = days(3)
        .into_iter()
        .map(|bar| Bar { open: 5.into(), high: 5.into(), low: 5.into(), close: 5.into(), ..bar })
        .collect();
    let drawing = draw(&wish(&still, Kind::Bars));
    assert!(drawing.points.iter().all(|point| (point.y - 50.0).abs() < 1.0));
    assert_eq!(draw(&wish(&still[..1], Kind::Candles)).points.len(), 1);
    assert!(draw(&wish(&[], Kind::Line)).points.is_empty());
}

#[test]
fn what_is_waited_for_widens_the_chart_only_where_it_is_near() {
    let bars = days(20);
    let marks = [Decimal::from(125), Decimal::from(900)];
    let drawing = draw(&Wish { marks: &marks, ..wish(&bars, Kind::Line) });
    assert_eq!(drawing.marks.iter().map(|mark| mark.value).collect::<Vec<_>>(), [Decimal::from(125)]);
}

#[test]
fn a_small_line_has_no_more_points_than_it_has_room_for() {
    let closes: Vec<Decimal> = (0..1000).map(Decimal::from).collect();
    assert!((32..=66).contains(&spark(&closes).split(' ').count()));
    assert_eq!(spark(&[Decimal::ONE, Decimal::TWO]), "0.0,18.0 64.0,2.0");
    assert!(spark(&[Decimal::ONE]).is_empty());
}
