//! Decimals as people type them.

use rust_decimal::Decimal;

/// Longest number that is read.
const LONGEST: usize = 40;

/// A number as it was typed: `450`, `450.25`, `450,25`, `1,234.50`, `1.234,50`, `1 234`, `-3`, with one kind of mark before
/// the fraction. One comma with three figures behind it parts thousands. `None` for what is no number.
#[must_use]
pub fn typed(text: &str) -> Option<Decimal> {
    let text: String = text.trim().chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\'' | '’')).collect();
    let text = text.replace('−', "-");
    if text.len() > LONGEST || !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (sign, figures) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(&text)),
    };
    if !figures.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',')) {
        return None;
    }
    let (whole, fraction) = parts(figures)?;
    let text = if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") };
    Decimal::from_str_exact(&text).ok()
}

/// The figures before and behind the mark.
fn parts(figures: &str) -> Option<(String, &str)> {
    let last = figures.rfind(['.', ',']);
    let Some(last) = last else { return Some((figures.to_owned(), "")) };
    let (mark, rest) = (figures.as_bytes()[last], &figures[last + 1..]);
    let head = &figures[..last];
    let has_other = head.bytes().any(|byte| matches!(byte, b'.' | b',') && byte != mark);
    let has_same = head.bytes().any(|byte| byte == mark);
    // One comma before three figures, or the same mark over and over, parts thousands.
    let parts_thousands = has_same || !has_other && mark == b',' && rest.len() == 3 && !matches!(head, "" | "0");
    if parts_thousands {
        return thousands(figures, char::from(mark)).filter(|_| !has_other).map(|whole| (whole, ""));
    }
    let whole = match head.find(['.', ',']) {
        Some(at) => thousands(head, char::from(head.as_bytes()[at]))?,
        None if head.is_empty() => "0".to_owned(),
        None => head.to_owned(),
    };
    Some((whole, rest))
}

/// The figures of a number whose thousands are parted.
fn thousands(text: &str, mark: char) -> Option<String> {
    let groups: Vec<_> = text.split(mark).collect();
    let (first, rest) = groups.split_first()?;
    let is_grouped = (1..=3).contains(&first.len())
        && rest.iter().all(|group| group.len() == 3)
        && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_digit()));
    is_grouped.then(|| groups.concat())
}

#[cfg(test)]
mod tests {
    use super::typed;

    #[test]
    fn numbers_are_read_as_people_type_them() {
        for (text, expected) in [
            ("450", "450"),
            (" 450.25 ", "450.25"),
            ("450,25", "450.25"),
            ("1,234", "1234"),
            ("1,234.50", "1234.50"),
            ("1.234,50", "1234.50"),
            ("1.234", "1.234"),
            ("1,234,567", "1234567"),
            ("1.234.567", "1234567"),
            ("1 234,5", "1234.5"),
            ("0,125", "0.125"),
            (".5", "0.5"),
            ("5.", "5"),
            ("−3", "-3"),
            ("+3", "3"),
            ("0.000000012345", "0.000000012345"),
        ] {
            assert_eq!(typed(text).map(|number| number.to_string()).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_none() {
        let long = "1".repeat(50);
        for odd in ["", "-", "abc", "1e5", "NaN", "12,34,567", "1,2345.6", "1.2,3.4", "--1", "1-", ",", "=1", &long] {
            assert_eq!(typed(odd), None, "{odd}");
        }
    }
}
