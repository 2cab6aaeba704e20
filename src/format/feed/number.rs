//! Numbers as they are written, exactly: no floating point ever holds a price.

use super::FeedError;
use crate::kernel::limits;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::str::FromStr as _;

/// Longest number that is looked at, in characters.
const LONGEST: usize = 64;
/// How far an exponent may move the point.
const EXPONENT: i32 = 40;

/// Which sign stands before the fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Marks {
    /// What is likelier: the last of both, a comma in a table of semicolons.
    #[default]
    Guess,
    /// The point; commas part thousands.
    Point,
    /// The comma; points part thousands.
    Comma,
}

/// The exact value of a number in the style of JSON: sign, digits, point, exponent. `None` where it is none, or none that
/// is kept: not a number, or larger than anything has a price of.
#[must_use]
pub fn decimal(text: &str) -> Option<Decimal> {
    if text.len() > LONGEST {
        return None;
    }
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse().ok().filter(|e: &i32| e.abs() <= EXPONENT)?),
        None => (text, 0),
    };
    let (is_negative, bare) = match mantissa.strip_prefix('-') {
        Some(bare) => (true, bare),
        None => (false, mantissa.strip_prefix('+').unwrap_or(mantissa)),
    };
    let (whole, part) = bare.split_once('.').unwrap_or((bare, ""));
    let digits = [whole, part].concat();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let plain = moved(&digits, i32::try_from(whole.len()).ok()? + exponent)?;
    // What has more digits than can be kept is rounded at the last of 28.
    let value = Decimal::from_str_exact(&plain).or_else(|_| Decimal::from_str(&plain)).ok()?;
    let is_lost = value.is_zero() && digits.bytes().any(|byte| byte != b'0');
    if is_lost || value.abs() >= Decimal::from(limits::FEED_MOST) {
        return None;
    }
    Some(if is_negative { -value } else { value }.normalize())
}

/// Digits with the point put behind the first `point` of them.
fn moved(digits: &str, point: i32) -> Option<String> {
    let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap_or(0));
    let length = i32::try_from(digits.len()).ok()?;
    let plain = if point <= 0 {
        ["0.", &zeros(-point), digits].concat()
    } else if point >= length {
        [digits, &zeros(point - length)].concat()
    } else {
        let (whole, part) = digits.split_at(usize::try_from(point).ok()?);
        [whole, ".", part].concat()
    };
    Some(if plain.contains('.') { plain.trim_end_matches('0').trim_end_matches('.').to_owned() } else { plain })
}

/// The exact value of a number as people write it: blanks, thousands, a comma, a sign of currency or per cent.
#[must_use]
pub fn written(text: &str, marks: Marks) -> Option<Decimal> {
    let trimmed = text.trim().trim_matches(['€', '$', '£', '¥', '%', ' ', '\u{A0}', '\u{202F}']);
    if trimmed.len() > LONGEST {
        return None;
    }
    let bare: String = trimmed
        .chars()
        .filter(|c| !matches!(c, ' ' | '\u{A0}' | '\u{202F}' | '\'' | '’'))
        .map(|c| if c == '−' { '-' } else { c })
        .collect();
    let is_comma = match marks {
        Marks::Point => false,
        Marks::Comma => true,
        Marks::Guess => guess(&bare),
    };
    let (part, thousands) = if is_comma { (',', '.') } else { ('.', ',') };
    let without: String = bare.chars().filter(|c| *c != thousands).collect();
    if without.matches(part).count() > 1 || !are_thousands(&bare, thousands, part) {
        return None;
    }
    decimal(&without.replace(part, "."))
}

/// Whether the comma stands before the fraction: it does where it comes last, unless it parts three digits.
fn guess(text: &str) -> bool {
    match (text.rfind(','), text.rfind('.')) {
        (Some(comma), Some(point)) => comma > point,
        (Some(_), None) => !are_thousands(text, ',', '.') || text.matches(',').count() == 1 && text.starts_with("0,"),
        _ => false,
    }
}

/// Whether every `mark` in the whole part has three digits behind it and some before it.
fn are_thousands(text: &str, mark: char, part: char) -> bool {
    let (whole, fraction) = text.split_once(part).unwrap_or((text, ""));
    let mut groups = whole.trim_start_matches(['-', '+']).split(mark);
    let first = groups.next().unwrap_or("");
    let mut has_groups = false;
    let is_so = groups.all(|group| {
        has_groups = true;
        group.len() == 3
    });
    is_so && (!has_groups || (1..=3).contains(&first.len())) && !fraction.contains(mark)
}

/// The currency by the name that is kept, and what a number in it is worth in that: pence are hundredths of pounds.
///
/// # Errors
/// `BadCurrency` where it is no code of letters.
pub fn currency(told: &str) -> Result<(String, Decimal), FeedError> {
    let told = told.trim();
    let hundredth = Decimal::new(1, 2);
    let (code, worth) = match told {
        "GBp" | "GBX" | "GBx" => ("GBP", hundredth),
        "ZAc" | "ZAC" => ("ZAR", hundredth),
        "ILA" | "ILa" => ("ILS", hundredth),
        code => (code, Decimal::ONE),
    };
    let is_code = (2..=10).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_code { Ok((code.to_ascii_uppercase(), worth)) } else { Err(FeedError::BadCurrency) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_is_kept_digit_for_digit() {
        for (text, is) in [
            ("101.2500", "101.25"),
            ("1.0125e2", "101.25"),
            ("1.0125E+2", "101.25"),
            ("12345e-12", "0.000000012345"),
            ("0.000000012345", "0.000000012345"),
            ("-37.63", "-37.63"),
            ("-0", "0"),
            ("1e3", "1000"),
            ("0.1000000000000000055511151231257827", "0.1000000000000000055511151231"),
            ("999999999999999", "999999999999999"),
        ] {
            assert_eq!(decimal(text).unwrap().to_string(), is, "{text}");
        }
        for no in
            ["", "-", ".", "NaN", "inf", "1e999", "1e39", "1e-40", "1.2.3", "1,5", "0x10", "1_000", "e5", "1e", "--1"]
        {
            assert_eq!(decimal(no), None, "{no}");
        }
    }

    #[test]
    fn numbers_as_people_write_them_are_understood() {
        for (text, marks, is) in [
            ("101,25", Marks::Guess, "101.25"),
            ("1,101.25", Marks::Guess, "1101.25"),
            ("1.101,25", Marks::Guess, "1101.25"),
            ("1,101", Marks::Guess, "1101"),
            ("0,125", Marks::Guess, "0.125"),
            ("1,101", Marks::Comma, "1.101"),
            ("1.101", Marks::Guess, "1.101"),
            ("1.101", Marks::Comma, "1101"),
            ("1'234'567.8", Marks::Guess, "1234567.8"),
            (" 1 482,20 € ", Marks::Guess, "1482.2"),
            ("−2,5 %", Marks::Guess, "-2.5"),
            ("$3.50", Marks::Guess, "3.5"),
        ] {
            assert_eq!(written(text, marks).map(|value| value.to_string()).as_deref(), Some(is), "{text}");
        }
        for no in ["", "n/a", "=1+1", "=HYPERLINK(\"x\")", "1,2,3", "1.2,3.4", "12,34.5", "1,,000", "@1"] {
            assert_eq!(written(no, Marks::Guess), None, "{no}");
        }
    }

    #[test]
    fn pence_are_pounds() {
        let (code, worth) = currency("GBp").unwrap();
        assert_eq!((code.as_str(), decimal("4210.5").unwrap() * worth), ("GBP", Decimal::new(42_105, 3)));
        assert_eq!(currency("gbp").unwrap(), ("GBP".to_owned(), Decimal::ONE));
        assert_eq!(currency("</script>"), Err(FeedError::BadCurrency));
    }

    proptest! {
        #[test]
        fn what_is_written_down_is_read_back(units in -10_i64.pow(14)..10_i64.pow(14), scale in 0_u32..13) {
            let value = Decimal::new(units, scale);
            prop_assert_eq!(decimal(&value.to_string()), Some(value.normalize()));
            prop_assert_eq!(written(&value.to_string(), Marks::Point), Some(value.normalize()));
        }

        #[test]
        fn nothing_makes_it_panic(text in ".{0,80}") {
            let _ = (decimal(&text), written(&text, Marks::Guess), written(&text, Marks::Comma));
        }
    }
}
