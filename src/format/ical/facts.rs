//! What a component says, for those who do not read iCalendar. RFC 5545 §3.6.1, §3.6.2.

use crate::format::ical::line::Line;
use crate::format::ical::tree::Node;
use crate::format::ical::value::{self, Span};
use crate::format::ical::zone::Zones;
use crate::format::ical::{
    Answer, Attached, Facts, Guest, Kind, Organizer, Part, Privacy, Reminder, Status, When, when,
};
use crate::format::mime::tidy;
use crate::kernel::clock::Moment;
use crate::kernel::limits;
use crate::kernel::text::EmailAddress;
use chrono::TimeDelta;
use chrono_tz::Tz;

/// Bytes of one line that are shown.
const ONE_LINE: usize = 4096;
/// Bytes of a link.
const LINK: usize = 2048;

/// The time of a line. A zone that nobody knows leaves the clock's face: the reader's own.
pub(super) fn when_of(line: &Line, zones: &Zones) -> Option<When> {
    let zone = line.param("TZID").and_then(|name| zones.find(name.trim()));
    when_from(line.value(), zone)
}

/// The time of one value of a line, in the zone the line names.
pub(super) fn when_from(text: &str, zone: Option<Tz>) -> Option<When> {
    let text = text.trim();
    if let Some(day) = value::date(text) {
        return Some(When::Day(day));
    }
    let (local, is_utc) = value::date_time(text)?;
    Some(match zone {
        _ if is_utc => When::Utc(when::wall(local)),
        Some(Tz::UTC | Tz::Etc__UTC) => When::Utc(when::wall(local)),
        Some(zone) => When::Zoned { local, zone },
        None => When::Floating(local),
    })
}

/// The times of every line of a name, from lists too.
pub(super) fn times(node: &Node, name: &str, zones: &Zones) -> Vec<When> {
    let mut found = Vec::new();
    for line in node.all(name) {
        let zone = line.param("TZID").and_then(|name| zones.find(name.trim()));
        found.extend(line.value().split(',').filter_map(|text| when_from(text, zone)));
    }
    found
}

/// What a component says.
pub(super) fn facts(node: &Node, kind: Kind, zones: &Zones) -> Facts {
    let time = |name: &str| node.line(name).and_then(|line| when_of(line, zones));
    let starts = time("DTSTART");
    let stamp = time("DTSTAMP").map(|stamp| stamp.instant(Tz::UTC));
    let instance = time("RECURRENCE-ID");
    let rule = node.value("RRULE").map(|rule| rule.trim().to_owned()).filter(|rule| !rule.is_empty());
    let rule = rule.filter(|_| instance.is_none());
    let is_done = word(node, "STATUS") == "COMPLETED";
    let done_at = time("COMPLETED").map(|at| at.instant(Tz::UTC)).or(stamp).filter(|_| kind == Kind::Task && is_done);
    let percent = number(node, "PERCENT-COMPLETE").clamp(0, 100);
    Facts {
        instance,
        sequence: number(node, "SEQUENCE").max(0),
        stamp,
        title: one_line(node, "SUMMARY"),
        notes: notes(node),
        place: one_line(node, "LOCATION"),
        link: link(node),
        categories: categories(node),
        starts,
        ends: ends(node, kind, starts, zones),
        status: status(node),
        is_busy: word(node, "TRANSP") != "TRANSPARENT",
        privacy: if matches!(word(node, "CLASS").as_str(), "" | "PUBLIC") { Privacy::Public } else { Privacy::Private },
        is_series: instance.is_none() && (rule.is_some() || node.line("RDATE").is_some()),
        rule,
        organizer: node.line("ORGANIZER").and_then(organizer),
        guests: node.all("ATTENDEE").filter_map(guest).take(limits::ICAL_GUESTS).collect(),
        reminders: reminders(node, starts, time_of_end(node, zones)),
        attached: node.all("ATTACH").filter_map(attached).take(limits::ICAL_EXTRAS).collect(),
        done_at,
        percent: if done_at.is_some() { 100 } else { u8::try_from(percent).unwrap_or(0) },
        priority: u8::try_from(number(node, "PRIORITY").clamp(0, 9)).unwrap_or(0),
    }
}

fn word(node: &Node, name: &str) -> String {
    node.value(name).unwrap_or_default().trim().to_ascii_uppercase()
}

fn number(node: &Node, name: &str) -> i64 {
    node.value(name).and_then(|text| text.trim().parse::<i32>().ok()).map_or(0, i64::from)
}

fn one_line(node: &Node, name: &str) -> String {
    let value = node.value(name).unwrap_or_default();
    tidy(&value::unescape(&value[..value.floor_char_boundary(ONE_LINE)]))
}

/// The description as plain text; control characters but line ends are gone already.
fn notes(node: &Node) -> String {
    let value = node.value("DESCRIPTION").unwrap_or_default();
    let text = value::unescape(&value[..value.floor_char_boundary(limits::ICAL_NOTES)]);
    text.trim_end().to_owned()
}

fn is_web(address: &str) -> bool {
    let head = address.get(..8.min(address.floor_char_boundary(8))).unwrap_or_default().to_ascii_lowercase();
    (head.starts_with("http://") || head.starts_with("https://"))
        && address.len() <= LINK
        && !address.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>'))
}

/// The first web address among those that lead to the event.
fn link(node: &Node) -> String {
    let names = ["URL", "CONFERENCE", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL"];
    let found = names.iter().flat_map(|name| node.all(name)).map(|line| line.value().trim()).find(|text| is_web(text));
    found.unwrap_or_default().to_owned()
}

fn categories(node: &Node) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for line in node.all("CATEGORIES") {
        let value = line.value();
        for text in value::list(&value[..value.floor_char_boundary(ONE_LINE)]) {
            let text = tidy(&text);
            if !text.is_empty() && !found.contains(&text) && found.len() < limits::ICAL_EXTRAS {
                found.push(text);
            }
        }
    }
    found
}

fn status(node: &Node) -> Status {
    match word(node, "STATUS").as_str() {
        "CANCELLED" => Status::Cancelled,
        "TENTATIVE" => Status::Tentative,
        _ => Status::Confirmed,
    }
}

fn time_of_end(node: &Node, zones: &Zones) -> Option<When> {
    node.line("DTEND").or_else(|| node.line("DUE")).and_then(|line| when_of(line, zones))
}

/// The end: never before the start; a day without one lasts that day, a time without one lasts no time. §3.6.1.
fn ends(node: &Node, kind: Kind, starts: Option<When>, zones: &Zones) -> Option<When> {
    let written = time_of_end(node, zones);
    let Some(starts) = starts else { return written };
    let span = node.value("DURATION").and_then(value::span);
    let ends = match (written, span) {
        (Some(ends), _) => ends,
        (None, Some(span)) => after(starts, span),
        (None, None) if kind == Kind::Task => return None,
        (None, None) => after(starts, Span { days: i64::from(starts.is_day()), seconds: 0 }),
    };
    Some(no_earlier(kind, starts, ends))
}

/// An end of the same sort as the start, and not before it; of a day, the day after at the earliest. A task may be due on the
/// day, or at the minute, that it begins.
pub(super) fn no_earlier(kind: Kind, starts: When, ends: When) -> When {
    let ends = match (starts.is_day(), ends.is_day()) {
        (true, false) => When::Day(ends.date()),
        (false, true) => starts.with_local(ends.local()),
        _ => ends,
    };
    let latest = starts.instant(Tz::UTC).millis().saturating_add(limits::ICAL_DAYS * 86_400_000);
    let length = ends.instant(Tz::UTC).millis();
    match starts {
        When::Day(_) if kind == Kind::Event && ends.date() <= starts.date() => {
            after(starts, Span { days: 1, seconds: 0 })
        }
        _ if length < starts.instant(Tz::UTC).millis() => starts,
        _ if length > latest => after(starts, Span { days: limits::ICAL_DAYS, seconds: 0 }),
        _ => ends,
    }
}

/// A time by a span later: days on the clock's face, seconds as they pass. §3.3.6.
pub(super) fn after(starts: When, span: Span) -> When {
    let days = starts.with_local(Span { days: span.days, seconds: 0 }.after(starts.local()));
    match days {
        When::Zoned { zone, .. } if span.seconds != 0 => {
            let moment = days.instant(zone).millis().saturating_add(span.seconds * 1000);
            When::from_instant(Moment::from_millis(moment), zone)
        }
        _ => days.with_local(Span { days: 0, seconds: span.seconds }.after(days.local())),
    }
}

/// The address of `mailto:…`, in whatever case; some write the address alone.
pub(super) fn address(value: &str) -> Option<EmailAddress> {
    let value = value.trim();
    let bare = match value.get(..7) {
        Some(scheme) if scheme.eq_ignore_ascii_case("mailto:") => &value[7..],
        _ => value,
    };
    bare.trim().parse().ok()
}

pub(super) fn organizer(line: &Line) -> Option<Organizer> {
    let address_of = |line: &Line| address(line.value()).or_else(|| address(&line.param("EMAIL")?));
    Some(Organizer {
        address: address_of(line)?,
        name: tidy(&line.param("CN").unwrap_or_default()),
        sent_by: line.param("SENT-BY").and_then(|text| address(&text)),
    })
}

/// The guest of a line; nothing for one who has no mail address.
pub(super) fn guest(line: &Line) -> Option<Guest> {
    let param = |name: &str| line.param(name).unwrap_or_default().trim().to_ascii_uppercase();
    let part = match (param("CUTYPE").as_str(), param("ROLE").as_str()) {
        ("ROOM" | "RESOURCE", _) => Part::Resource,
        (_, "OPT-PARTICIPANT" | "NON-PARTICIPANT") => Part::Optional,
        _ => Part::Required,
    };
    let answer = match param("PARTSTAT").as_str() {
        "ACCEPTED" | "COMPLETED" | "IN-PROCESS" => Answer::Accepted,
        "DECLINED" => Answer::Declined,
        "TENTATIVE" => Answer::Tentative,
        "DELEGATED" => Answer::Delegated,
        _ => Answer::NeedsAction,
    };
    let address = address(line.value()).or_else(|| address(&line.param("EMAIL")?))?;
    Some(Guest { address, name: tidy(&line.param("CN").unwrap_or_default()), part, answer })
}

/// The reminders that stand a span before the start. Others stay in the text.
fn reminders(node: &Node, starts: Option<When>, due: Option<When>) -> Vec<Reminder> {
    let alarms = node.parts.iter().filter(|part| part.name == "VALARM");
    let mut found: Vec<Reminder> = alarms.filter_map(|alarm| reminder(alarm, starts, due)).collect();
    found.sort_unstable_by(|one, other| other.cmp(one));
    found.dedup();
    found.truncate(limits::ICAL_EXTRAS);
    found
}

/// The reminder of an alarm that stands a span before, or at a time that can be told as such.
pub(super) fn reminder(alarm: &Node, starts: Option<When>, due: Option<When>) -> Option<Reminder> {
    let trigger = alarm.line("TRIGGER")?;
    let base = starts.or(due)?;
    if let Some(at) = when_from(trigger.value(), None) {
        let before = base.instant(Tz::UTC).millis().saturating_sub(at.instant(Tz::UTC).millis());
        return Some(Reminder { minutes_before: before.div_euclid(60_000) });
    }
    let mut seconds = value::span(trigger.value())?.total();
    let is_from_end = trigger.param("RELATED").is_some_and(|related| related.eq_ignore_ascii_case("END"));
    if let (true, Some(starts), Some(due)) = (is_from_end, starts, due) {
        let length = due.instant(Tz::UTC).millis().saturating_sub(starts.instant(Tz::UTC).millis());
        seconds = seconds.saturating_add(TimeDelta::milliseconds(length).num_seconds());
    }
    Some(Reminder { minutes_before: (-seconds).div_euclid(60) })
}

/// What an `ATTACH` names.
pub(super) fn attached(line: &Line) -> Option<Attached> {
    let name = ["FILENAME", "X-FILENAME", "X-APPLE-FILENAME"].iter().find_map(|name| line.param(name));
    let name = tidy(&name.unwrap_or_default());
    let value = line.value().trim();
    let is_inside = line.param("ENCODING").is_some_and(|encoding| encoding.eq_ignore_ascii_case("BASE64"));
    if is_inside {
        let size =
            value.trim_end_matches('=').len() / 4 * 3 + (value.trim_end_matches('=').len() % 4).saturating_sub(1);
        return Some(Attached { address: String::new(), name, size });
    }
    is_web(value).then(|| Attached { address: value.to_owned(), name, size: 0 })
}
