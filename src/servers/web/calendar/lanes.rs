//! Lanes: what takes whole days, or a line of a month's day, lies in lanes that run through a week.

/// Where something lies in a week: its first and last day there, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// The first day.
    pub first: usize,
    /// The last.
    pub last: usize,
}

impl Stretch {
    const fn days(self) -> std::ops::RangeInclusive<usize> {
        self.first..=self.last
    }

    fn bits(self) -> u8 {
        self.days().fold(0, |bits, day| bits | 1 << day)
    }
}

/// The lanes of a week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lanes {
    /// For each stretch its lane, from 0; nothing where it is left out.
    pub lane: Vec<Option<usize>>,
    /// For each day how many are left out.
    pub left_out: [usize; 7],
    /// Lanes that are taken, a line for what is left out among them.
    pub count: usize,
}

/// Gives each stretch the first lane that is free on all its days, in the order they come. Where a day has more than
/// `most`, its last line says how many are left out, and `left_out` others that are not among them.
pub fn lanes(stretches: &[Stretch], most: usize, mut left_out: [usize; 7]) -> Lanes {
    let mut taken = vec![0_u8; most];
    let mut lane: Vec<Option<usize>> = Vec::with_capacity(stretches.len());
    for stretch in stretches {
        let free = taken.iter().position(|days| days & stretch.bits() == 0);
        match free {
            Some(free) => taken[free] |= stretch.bits(),
            None => leave_out(*stretch, &mut left_out),
        }
        lane.push(free);
    }
    // What lies on the last line of a day that needs that line must give way; so may, then, what lies beside it.
    loop {
        let is_in_the_way = |at: &usize| {
            lane[*at].is_some_and(|lane| lane + 1 == most) && stretches[*at].days().any(|day| left_out[day] > 0)
        };
        let Some(at) = (0..lane.len()).find(is_in_the_way) else { break };
        lane[at] = None;
        leave_out(stretches[at], &mut left_out);
    }
    let used = lane.iter().flatten().max().map_or(0, |last| last + 1);
    let count = if left_out.iter().any(|count| *count > 0) { most } else { used };
    Lanes { lane, left_out, count }
}

fn leave_out(stretch: Stretch, left_out: &mut [usize; 7]) {
    for day in stretch.days() {
        left_out[day] += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn laid(days: &[(usize, usize)], most: usize) -> Lanes {
        let stretches: Vec<_> = days.iter().map(|&(first, last)| Stretch { first, last }).collect();
        lanes(&stretches, most, [0; 7])
    }

    #[test]
    fn a_bar_keeps_its_lane_through_the_week() {
        let found = laid(&[(0, 2), (1, 6), (3, 3)], 4);
        assert_eq!((found.lane, found.count), (vec![Some(0), Some(1), Some(0)], 2));
    }

    #[test]
    fn what_does_not_fit_is_counted_on_each_of_its_days() {
        let found = laid(&[(0, 0), (0, 0), (0, 0), (0, 1), (1, 1)], 3);
        // The third line of the first day is needed for `+2 more`.
        assert_eq!(found.lane, [Some(0), Some(1), None, None, Some(0)]);
        assert_eq!((found.left_out, found.count), ([2, 1, 0, 0, 0, 0, 0], 3));
    }

    #[test]
    fn a_bar_that_gives_way_is_missing_on_all_its_days() {
        let found = laid(&[(0, 0), (0, 6), (6, 6), (6, 6), (6, 6)], 2);
        assert_eq!(found.lane, [Some(0), None, Some(0), None, None]);
        assert_eq!(found.left_out, [1, 1, 1, 1, 1, 1, 3]);
    }

    #[test]
    fn an_empty_week_has_no_lanes() {
        assert_eq!(laid(&[], 4).count, 0);
    }

    #[test]
    fn what_is_left_out_before_is_counted_and_has_its_line() {
        let day = Stretch { first: 2, last: 2 };
        let found = lanes(&[day, day, day], 3, [0, 0, 5, 0, 0, 0, 0]);
        assert_eq!((found.lane, found.left_out[2]), (vec![Some(0), Some(1), None], 6));
    }
}
