//! Which numbers are believed at once.

use rust_decimal::Decimal;

/// A price that moves further than to this many times itself, or to as small a part, has to be told twice.
const FARTHEST: i64 = 5;

/// Whether the way from one price to the next is too far to be believed at once.
///
/// A price of a cent or less may move to any below one: its last figure is a large part of it. From zero and from below
/// zero there is no measure.
pub(super) fn is_jump(from: Decimal, to: Decimal) -> bool {
    if from <= Decimal::ZERO || from <= Decimal::new(1, 2) && to.abs() < Decimal::ONE {
        return false;
    }
    let most = Decimal::from(FARTHEST);
    from.checked_mul(most).is_some_and(|top| to > top) || to.checked_mul(most).is_none_or(|up| up < from)
}

/// Whether `told` can be the highest or the lowest of a day on which the price was `price`.
pub(super) fn is_near(price: Decimal, told: Decimal) -> bool {
    !is_jump(price, told) && !is_jump(told, price)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_move_beyond_five_times_or_below_a_fifth_is_a_jump() {
        for (from, to, expected) in [
            ("100", "500", false),
            ("100", "500.01", true),
            ("100", "20", false),
            ("100", "19.99", true),
            ("100", "0", true),
            ("100", "-37.63", true),
            ("100", "100000000", true),
            ("-37.63", "10", false),
            ("0", "7", false),
            ("0.004", "0.03", false),
            ("0.004", "1.5", true),
            ("0.000000012345", "0.000000098", false),
            ("999999999999", "1", true),
        ] {
            assert_eq!(is_jump(from.parse().unwrap(), to.parse().unwrap()), expected, "{from} to {to}");
        }
    }
}
