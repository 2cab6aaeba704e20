//! Columns: what overlaps in a day stands side by side, so that nothing covers anything else.

use std::cmp::Reverse;

/// Columns that a day has room for.
pub const MOST: usize = 12;
/// The shortest that is shown, in quarters of an hour: less could not be read.
const SHORTEST: u32 = 2;
/// Quarters of an hour in a day, as a clock on the wall has them.
pub const QUARTERS: u32 = 96;

/// A span of a day in quarters of an hour, the end not included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quarters {
    /// The first.
    pub top: u32,
    /// The first after it.
    pub bottom: u32,
}

impl Quarters {
    /// The quarters that a span of minutes touches, made long enough to be read.
    pub fn of_minutes(from: u32, to: u32) -> Self {
        let top = (from / 15).min(QUARTERS - SHORTEST);
        Self { top, bottom: to.div_ceil(15).max(top + SHORTEST).min(QUARTERS) }
    }

    #[cfg(test)]
    const fn overlaps(self, other: Self) -> bool {
        self.top < other.bottom && other.top < self.bottom
    }
}

/// Where a span stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// Which column, from 0.
    pub column: usize,
    /// How many columns it takes.
    pub width: usize,
    /// How many there are where it stands.
    pub of: usize,
}

/// A place where more overlaps than there are columns: what is left over, as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rest {
    /// From the first of them to the last.
    pub span: Quarters,
    /// How many.
    pub count: usize,
}

/// Gives each span its place, those that are left over none. A rest stands in the last column.
pub fn columns(spans: &[Quarters]) -> (Vec<Option<Slot>>, Vec<Rest>) {
    let mut order: Vec<usize> = (0..spans.len()).collect();
    order.sort_by_key(|at| (spans[*at].top, Reverse(spans[*at].bottom)));
    let (mut slots, mut rests) = (vec![None; spans.len()], Vec::new());
    let mut from = 0;
    while from < order.len() {
        // All that hangs together, directly or through others, shares one set of columns.
        let mut end = spans[order[from]].bottom;
        let mut upto = from + 1;
        while upto < order.len() && spans[order[upto]].top < end {
            end = end.max(spans[order[upto]].bottom);
            upto += 1;
        }
        group(spans, &order[from..upto], &mut slots, &mut rests);
        from = upto;
    }
    (slots, rests)
}

fn group(spans: &[Quarters], members: &[usize], slots: &mut [Option<Slot>], rests: &mut Vec<Rest>) {
    let mut columns = place(spans, members, MOST + 1);
    let has_rest = columns.len() > MOST;
    if has_rest {
        columns = place(spans, members, MOST - 1);
    }
    let of = columns.len() + usize::from(has_rest);
    for (column, placed) in columns.iter().enumerate() {
        for at in placed {
            let is_free = |next: &&Vec<usize>| is_free(spans, next, spans[*at]);
            let width = 1 + columns[column + 1..].iter().take_while(is_free).count();
            slots[*at] = Some(Slot { column, width, of });
        }
    }
    if has_rest {
        let left: Vec<Quarters> = members.iter().filter(|at| slots[**at].is_none()).map(|at| spans[*at]).collect();
        let top = left.iter().map(|span| span.top).min().unwrap_or(0);
        let bottom = left.iter().map(|span| span.bottom).max().unwrap_or(QUARTERS);
        rests.push(Rest { span: Quarters { top, bottom }, count: left.len() });
    }
}

/// Whether nothing in a column overlaps a span. A column is in the order of time.
fn is_free(spans: &[Quarters], column: &[usize], span: Quarters) -> bool {
    let after = column.partition_point(|at| spans[*at].bottom <= span.top);
    column.get(after).is_none_or(|at| spans[*at].top >= span.bottom)
}

/// Puts each into the first column that is free, as far as there are columns.
fn place(spans: &[Quarters], members: &[usize], most: usize) -> Vec<Vec<usize>> {
    let mut columns: Vec<Vec<usize>> = Vec::new();
    for at in members {
        let is_free = |column: &&mut Vec<usize>| column.last().is_none_or(|last| spans[*last].bottom <= spans[*at].top);
        if let Some(column) = columns.iter_mut().find(is_free) {
            column.push(*at);
        } else if columns.len() < most {
            columns.push(vec![*at]);
        }
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(of: &[(u32, u32)]) -> Vec<Quarters> {
        of.iter().map(|(from, to)| Quarters::of_minutes(from * 60, to * 60)).collect()
    }

    fn laid(of: &[(u32, u32)]) -> Vec<(usize, usize, usize)> {
        columns(&spans(of)).0.into_iter().map(Option::unwrap).map(|slot| (slot.column, slot.width, slot.of)).collect()
    }

    #[test]
    fn three_at_once_have_a_third_each() {
        assert_eq!(laid(&[(9, 10), (9, 10), (9, 10)]), [(0, 1, 3), (1, 1, 3), (2, 1, 3)]);
    }

    #[test]
    fn one_after_another_have_all_the_room() {
        assert_eq!(laid(&[(9, 10), (10, 11), (13, 14)]), [(0, 1, 1); 3]);
    }

    #[test]
    fn what_has_nothing_beside_it_takes_the_room_of_others_too() {
        // A long one, three short ones at its beginning, one later on with only the long one beside it.
        let found = laid(&[(9, 12), (9, 10), (9, 10), (11, 12)]);
        assert_eq!(found, [(0, 1, 3), (1, 1, 3), (2, 1, 3), (1, 2, 3)]);
    }

    #[test]
    fn short_ones_are_long_enough_to_be_read_and_still_cover_nothing() {
        let short = [Quarters::of_minutes(600, 605), Quarters::of_minutes(610, 620), Quarters::of_minutes(1439, 1440)];
        let (slots, _) = columns(&short);
        assert_eq!(short[2], Quarters { top: 94, bottom: 96 });
        assert_eq!([slots[0].unwrap().of, slots[1].unwrap().of, slots[2].unwrap().of], [2, 2, 1]);
    }

    #[test]
    fn what_no_column_is_left_for_is_counted() {
        let (slots, rests) = columns(&spans(&[(9, 10); 15]));
        assert_eq!(slots.iter().flatten().count(), MOST - 1);
        assert!(slots.iter().flatten().all(|slot| slot.of == MOST && slot.column < MOST - 1));
        assert_eq!(rests, [Rest { span: Quarters { top: 36, bottom: 40 }, count: 4 }]);
    }

    #[test]
    fn nothing_ever_covers_anything() {
        // A fixed sequence of many odd spans: every pair that overlaps in time must not in columns.
        let mut seed = 7_u32;
        let mut next = |below: u32| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 16) % below
        };
        for _ in 0..50 {
            let spans: Vec<_> = (0..12)
                .map(|_| {
                    let from = next(1300);
                    Quarters::of_minutes(from, from + 10 + next(180))
                })
                .collect();
            let (slots, _) = columns(&spans);
            for (at, one) in slots.iter().enumerate() {
                for (beside, other) in slots.iter().enumerate().skip(at + 1) {
                    let (Some(one), Some(other)) = (one, other) else { continue };
                    if spans[at].overlaps(spans[beside]) {
                        let is_apart =
                            one.column + one.width <= other.column || other.column + other.width <= one.column;
                        assert!(
                            one.of == other.of && is_apart,
                            "{:?} {one:?} {:?} {other:?}",
                            spans[at],
                            spans[beside]
                        );
                    }
                }
                assert!(one.is_none_or(|one| one.column + one.width <= one.of));
            }
        }
    }
}
