//! When somebody is busy, in the words of iCalendar: as events that say no more, and as one `VFREEBUSY`. RFC 5545.

use crate::kernel::clock::Moment;
use chrono::DateTime;

/// Bytes of a line before it is folded. RFC 5545 §3.1.
const LINE: usize = 74;

/// A time that is taken, as a file tells it that says no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Names it.
    pub uid: String,
    /// From.
    pub starts_at: Moment,
    /// Until.
    pub ends_at: Moment,
    /// Whether it is only perhaps.
    pub is_tentative: bool,
}

/// A time that is taken, as an event that says no more.
#[must_use]
pub fn busy_event(taken: &Taken, now: Moment) -> String {
    let status = if taken.is_tentative { "TENTATIVE" } else { "CONFIRMED" };
    let summary = if taken.is_tentative { "Perhaps busy" } else { "Busy" };
    format!(
        "BEGIN:VEVENT\r\n{}DTSTAMP:{}\r\nDTSTART:{}\r\nDTEND:{}\r\nSUMMARY:{summary}\r\nSTATUS:{status}\r\n\
         CLASS:PRIVATE\r\nTRANSP:OPAQUE\r\nEND:VEVENT\r\n",
        folded(&format!("UID:{}", taken.uid)),
        utc(now),
        utc(taken.starts_at),
        utc(taken.ends_at),
    )
}

/// When somebody is busy, as one `VFREEBUSY`. RFC 5545 §3.6.4.
#[must_use]
pub fn free_busy(uid: &str, who: &str, from: Moment, to: Moment, now: Moment, taken: &[Taken]) -> String {
    written("PUBLISH", &Asker { uid, organizer: who, of: "" }, (from, to), now, taken)
}

/// Who asked when somebody is free, as the answer names it.
#[derive(Debug, Clone, Copy)]
pub struct Asker<'a> {
    /// Names the question.
    pub uid: &'a str,
    /// Who asked.
    pub organizer: &'a str,
    /// Who answers.
    pub of: &'a str,
}

/// The answer to who asks when somebody is free. RFC 5546 §3.3.3.
#[must_use]
pub fn busy_reply(asker: &Asker<'_>, span: (Moment, Moment), now: Moment, taken: &[Taken]) -> String {
    written("REPLY", asker, span, now, taken)
}

fn written(method: &str, asker: &Asker<'_>, (from, to): (Moment, Moment), now: Moment, taken: &[Taken]) -> String {
    let mut text = format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Office//Calendar//EN\r\nMETHOD:{method}\r\nBEGIN:VFREEBUSY\r\n"
    );
    text.push_str(&folded(&format!("UID:{}", asker.uid)));
    for (name, who) in [("ORGANIZER", asker.organizer), ("ATTENDEE", asker.of)] {
        if !who.is_empty() {
            text.push_str(&folded(&format!("{name}:mailto:{who}")));
        }
    }
    text.push_str(&format!("DTSTAMP:{}\r\nDTSTART:{}\r\nDTEND:{}\r\n", utc(now), utc(from), utc(to)));
    for one in taken {
        let kind = if one.is_tentative { "BUSY-TENTATIVE" } else { "BUSY" };
        text.push_str(&format!("FREEBUSY;FBTYPE={kind}:{}/{}\r\n", utc(one.starts_at), utc(one.ends_at)));
    }
    text.push_str("END:VFREEBUSY\r\nEND:VCALENDAR\r\n");
    text
}

/// A moment as iCalendar writes it.
fn utc(moment: Moment) -> String {
    DateTime::from_timestamp_millis(moment.millis()).unwrap_or_default().format("%Y%m%dT%H%M%SZ").to_string()
}

/// A line with its end, cut between characters where it is long.
fn folded(line: &str) -> String {
    let (mut out, mut length) = (String::with_capacity(line.len() + 8), 0);
    for c in line.chars() {
        if length + c.len_utf8() > LINE {
            out.push_str("\r\n ");
            length = 1;
        }
        out.push(c);
        length += c.len_utf8();
    }
    out.push_str("\r\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_folded_between_characters() {
        let line = folded(&format!("NAME:{}", "ü".repeat(80)));
        assert!(line.split("\r\n").all(|line| line.len() <= 75) && line.replace("\r\n ", "").contains(&"ü".repeat(80)));
    }

    #[test]
    fn an_answer_names_who_asked_and_who_is_busy() {
        let at = Moment::from_millis;
        let asker = Asker { uid: "END:VFREEBUSY@x", organizer: "bob@else.example", of: "alice@example.com" };
        let text = busy_reply(&asker, (at(0), at(86_400_000)), at(0), &[]);
        for line in ["METHOD:REPLY", "ORGANIZER:mailto:bob@else.example", "ATTENDEE:mailto:alice@example.com"] {
            assert!(text.contains(&format!("\r\n{line}\r\n")), "{line}: {text}");
        }
        assert!(text.ends_with("END:VFREEBUSY\r\nEND:VCALENDAR\r\n"));
    }

    #[test]
    fn free_and_busy_tells_when_and_nothing_else() {
        let at = Moment::from_millis;
        let taken = Taken { uid: String::new(), starts_at: at(0), ends_at: at(3_600_000), is_tentative: true };
        let text = free_busy("u", "a@b.test", at(0), at(86_400_000), at(0), &[taken]);
        assert!(text.contains("FREEBUSY;FBTYPE=BUSY-TENTATIVE:19700101T000000Z/19700101T010000Z\r\n"), "{text}");
    }
}
