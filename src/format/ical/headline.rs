//! What an invitation says, in one line. RFC 5545.

use crate::format::mime::tidy;
use crate::kernel::text::cut;

/// Bytes of a calendar that are looked at.
const LOOKED_AT: usize = 64 * 1024;
/// Characters of a value that are shown.
const SHOWN: usize = 200;

/// The first event of a calendar, in words: what, when and where, as far as it says so.
///
/// The time is given as it is written; without a zone of its own it is the sender's.
#[must_use]
pub fn headline(calendar: &str) -> Option<String> {
    let end = calendar.floor_char_boundary(LOOKED_AT);
    let unfolded = calendar[..end].replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "");
    let event = unfolded.split_once("BEGIN:VEVENT")?.1;
    let event = event.split("END:VEVENT").next().unwrap_or_default();
    let value = |name: &str| event.lines().find_map(|line| of_property(line, name));
    let what = value("SUMMARY").map_or_else(|| "without a title".to_owned(), |what| plain(&what));
    let when = value("DTSTART").map_or_else(String::new, |when| format!(", {}", written(&when)));
    let place = value("LOCATION").map_or_else(String::new, |place| format!(", {}", plain(&place)));
    Some(format!("{what}{when}{place}"))
}

/// The value of a line `NAME;PARAMETERS:VALUE`.
fn of_property(line: &str, name: &str) -> Option<String> {
    let rest = line.strip_prefix(name)?;
    let value = match rest.chars().next()? {
        ':' => &rest[1..],
        ';' => rest.split_once(':')?.1,
        _ => return None,
    };
    Some(value.to_owned()).filter(|value| !value.trim().is_empty())
}

/// Text without its escapes. RFC 5545 §3.3.11.
fn plain(value: &str) -> String {
    let text =
        value.replace("\\n", " ").replace("\\N", " ").replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\");
    cut(&tidy(&text), SHOWN)
}

/// `20260120T140000Z` as `2026-01-20 14:00 UTC`; what is written otherwise stays as it is.
fn written(value: &str) -> String {
    let digits = value.trim().trim_end_matches('Z');
    let is_date = digits.len() >= 8 && digits.is_ascii() && digits[..8].bytes().all(|byte| byte.is_ascii_digit());
    if !is_date {
        return plain(value);
    }
    let zone = if value.trim().ends_with('Z') { " UTC" } else { "" };
    let time = digits.get(9..13).map_or_else(String::new, |time| format!(" {}:{}{zone}", &time[..2], &time[2..]));
    format!("{}-{}-{}{time}", &digits[..4], &digits[4..6], &digits[6..8])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_invitation_says_what_when_and_where() {
        let calendar = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20260120T140000Z\r\nSUMMARY;LANGUAGE=en:Plan\r\n ning\\, part 2\r\n\
            LOCATION:Room 3\r\nEND:VEVENT\r\nEND:VCALENDAR";
        assert_eq!(headline(calendar).unwrap(), "Planning, part 2, 2026-01-20 14:00 UTC, Room 3");
        assert_eq!(headline("BEGIN:VEVENT\nDTSTART;VALUE=DATE:20260120\n").unwrap(), "without a title, 2026-01-20");
        assert_eq!(headline("nothing"), None);
    }

    proptest! {
        #[test]
        fn any_calendar_is_read(text in "(BEGIN:VEVENT|DTSTART:|SUMMARY|[0-9TZ:;\\\\é\n ]){0,40}") {
            prop_assert!(headline(&text).is_none_or(|line| !line.contains(char::is_control)));
        }
    }
}
