//! The values of lines: text, dates, times, spans. RFC 5545 §3.3.

use crate::kernel::limits;
use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use std::borrow::Cow;

/// A length of time: whole days, which last from a clock's face to the same face, and seconds. §3.3.6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Span {
    /// Whole days.
    pub(super) days: i64,
    /// Seconds besides.
    pub(super) seconds: i64,
}

impl Span {
    /// A time by so much later on the clock's face.
    pub(super) fn after(self, local: NaiveDateTime) -> NaiveDateTime {
        let span = TimeDelta::days(self.days) + TimeDelta::seconds(self.seconds);
        local.checked_add_signed(span).unwrap_or(local)
    }

    /// The whole of it in seconds.
    pub(super) const fn total(self) -> i64 {
        self.days * 86_400 + self.seconds
    }
}

/// Text without its escapes. §3.3.11.
pub(super) fn unescape(value: &str) -> Cow<'_, str> {
    if !value.contains('\\') {
        return Cow::Borrowed(value);
    }
    let mut out = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, true) => match chars.next() {
                Some('n' | 'N') => out.push('\n'),
                Some(other) => out.push(other),
                None => {}
            },
            (c, false) => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Text as a value. §3.3.11.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            ';' => out.push_str("\\;"),
            ',' => out.push_str("\\,"),
            '\n' | '\r' => out.push_str("\\n"),
            c if c.is_control() && c != '\t' => {}
            c => out.push(c),
        }
    }
    out
}

/// The texts of a list, each without its escapes.
pub(super) fn list(value: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut is_escaped = false;
    for c in value.chars() {
        if c == ',' && !is_escaped {
            found.push(String::new());
            continue;
        }
        is_escaped = c == '\\' && !is_escaped;
        if let Some(last) = found.last_mut() {
            last.push(c);
        }
    }
    found.iter().map(|text| unescape(text).trim().to_owned()).filter(|text| !text.is_empty()).collect()
}

fn number(text: &str) -> Option<u32> {
    (text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// `20260120`. §3.3.4. Years 1 to 9999.
pub(super) fn date(text: &str) -> Option<NaiveDate> {
    if text.len() != 8 || !text.is_ascii() {
        return None;
    }
    let year = i32::try_from(number(&text[..4])?).ok().filter(|year| *year > 0)?;
    NaiveDate::from_ymd_opt(year, number(&text[4..6])?, number(&text[6..])?)
}

/// `20260120T140000`, and whether it says `Z`. §3.3.5. A leap second is the one before it; dashes and colons are let pass.
pub(super) fn date_time(text: &str) -> Option<(NaiveDateTime, bool)> {
    let text = if text.contains(['-', ':']) { Cow::Owned(text.replace(['-', ':'], "")) } else { Cow::Borrowed(text) };
    let (day, time) = text.split_once(['T', 't'])?;
    let bare = time.trim_end_matches(['Z', 'z']);
    if !(bare.len() == 6 || bare.len() == 4) || !bare.is_ascii() {
        return None;
    }
    let second = bare.get(4..).filter(|rest| !rest.is_empty()).map_or(Some(0), number)?.min(59);
    let (hour, minute) = (number(&bare[..2])?, number(&bare[2..4])?);
    let local = match hour {
        24 if minute == 0 => date(day)?.succ_opt()?.and_hms_opt(0, 0, 0)?,
        _ => date(day)?.and_hms_opt(hour, minute, second)?,
    };
    Some((local, bare.len() < time.len()))
}

/// `-PT15M`, `P1DT2H`, `P2W`. §3.3.6. Longer than any event may last is cut to that.
pub(super) fn span(text: &str) -> Option<Span> {
    let text = text.trim();
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut rest = rest.strip_prefix(['P', 'p'])?;
    let most = limits::ICAL_DAYS * 86_400;
    let (mut span, mut is_time, mut is_any) = (Span::default(), false, false);
    while !rest.is_empty() {
        if let Some(time) = rest.strip_prefix(['T', 't']) {
            (rest, is_time) = (time, true);
            continue;
        }
        let end = rest.find(|c: char| !c.is_ascii_digit())?;
        let count = rest[..end].parse::<i64>().unwrap_or(most).min(most);
        match (rest[end..].chars().next()?.to_ascii_uppercase(), is_time) {
            ('W', _) => span.days += count * 7,
            ('D', _) => span.days += count,
            ('H', true) => span.seconds += count * 3600,
            ('M', true) => span.seconds += count * 60,
            ('S', true) => span.seconds += count,
            _ => return None,
        }
        span = Span { days: span.days.min(limits::ICAL_DAYS), seconds: span.seconds.min(most) };
        (rest, is_any) = (rest.get(end + 1..)?, true);
    }
    is_any.then_some(Span { days: sign * span.days, seconds: sign * span.seconds })
}
