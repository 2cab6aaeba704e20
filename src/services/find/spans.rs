//! Sets of times, as spans that lie in order and do not touch.

/// Milliseconds from, and until.
pub type Piece = (i64, i64);

/// The pieces in order, those that touch made one.
#[must_use]
pub fn union(mut pieces: Vec<Piece>) -> Vec<Piece> {
    pieces.retain(|(from, to)| from < to);
    pieces.sort_unstable();
    let mut all: Vec<Piece> = Vec::with_capacity(pieces.len());
    for (from, to) in pieces {
        match all.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => all.push((from, to)),
        }
    }
    all
}

/// What is in both.
#[must_use]
pub fn both(left: &[Piece], right: &[Piece]) -> Vec<Piece> {
    let (mut all, mut at, mut of) = (Vec::new(), 0, 0);
    while let (Some(one), Some(other)) = (left.get(at), right.get(of)) {
        let (from, to) = (one.0.max(other.0), one.1.min(other.1));
        if from < to {
            all.push((from, to));
        }
        if one.1 < other.1 { at += 1 } else { of += 1 }
    }
    all
}

/// What is in the first and not in the second.
#[must_use]
pub fn without(whole: &[Piece], taken: &[Piece]) -> Vec<Piece> {
    let mut all = Vec::new();
    for (from, to) in whole {
        let mut from = *from;
        let first = taken.partition_point(|piece| piece.1 <= from);
        for (begin, end) in taken[first..].iter().take_while(|piece| piece.0 < *to) {
            if *begin > from {
                all.push((from, *begin));
            }
            from = from.max(*end);
        }
        if from < *to {
            all.push((from, *to));
        }
    }
    all
}

/// The starts within the pieces at which something of this length fits, on a grid of `step`.
pub fn starts(pieces: &[Piece], length: i64, step: i64) -> impl Iterator<Item = i64> {
    pieces.iter().flat_map(move |(from, to)| {
        let first = from.div_euclid(step) * step;
        let first = if first < *from { first + step } else { first };
        let last = to - length;
        std::iter::successors(Some(first), move |at| Some(at + step)).take_while(move |at| *at <= last)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_join_meet_and_leave_gaps() {
        let busy = union(vec![(5, 7), (1, 3), (2, 4), (9, 9)]);
        assert_eq!(busy, [(1, 4), (5, 7)]);
        assert_eq!(without(&[(0, 10)], &busy), [(0, 1), (4, 5), (7, 10)]);
        assert_eq!(without(&[(2, 6)], &busy), [(4, 5)]);
        assert_eq!(both(&[(0, 2), (3, 8)], &busy), [(1, 2), (3, 4), (5, 7)]);
        assert_eq!(starts(&[(1, 10), (20, 23)], 4, 3).collect::<Vec<_>>(), [3, 6]);
    }
}
