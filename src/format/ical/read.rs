//! Reading a calendar: what belongs to one `UID` becomes one item. RFC 5545 §3.4, RFC 5546 §2.

use crate::format::ical::facts;
use crate::format::ical::line::Line;
use crate::format::ical::tree::{self, Node};
use crate::format::ical::zone::Zones;
use crate::format::ical::{Calendar, IcalError, Item, Kind, LeftOut, Method, Status};
use crate::format::mime::tidy;
use crate::kernel::limits;
use crate::kernel::secret::sha256_hex;
use crate::kernel::text::cut;
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

/// Who wrote a calendar that says nothing of it, or that we make. RFC 5545 §3.7.3.
pub(super) const PRODUCT: &str = "-//Office//Calendar//EN";
/// Characters of a title in a report.
const SHOWN: usize = 80;
/// Things that are told of as left out.
const REPORTED: usize = 200;

/// Reads a calendar that comes by mail or is put as one object.
///
/// # Errors
/// When it is no calendar, holds nothing we read, or is larger than `limits::ICAL_BYTES`.
pub fn read(bytes: &[u8]) -> Result<Calendar, IcalError> {
    read_to(bytes, limits::ICAL_BYTES)
}

/// Reads a calendar file of many events.
///
/// # Errors
/// As [`read`], up to `limits::ICAL_IMPORT_BYTES`.
pub fn read_import(bytes: &[u8]) -> Result<Calendar, IcalError> {
    read_to(bytes, limits::ICAL_IMPORT_BYTES)
}

/// Reads a stored text again.
#[must_use]
pub fn item(text: &str) -> Option<Item> {
    let root = root(text)?;
    build(root)
}

/// The tree of a stored text.
pub(super) fn root(text: &str) -> Option<Node> {
    tree::parse(text.as_bytes()).ok()?.into_iter().find(|top| top.name == "VCALENDAR")
}

/// The components of events and tasks in a calendar.
pub(super) fn is_content(node: &Node) -> bool {
    matches!(node.name.as_str(), "VEVENT" | "VTODO")
}

fn read_to(bytes: &[u8], most: usize) -> Result<Calendar, IcalError> {
    if bytes.len() > most {
        return Err(IcalError::TooLarge);
    }
    let tops: Vec<Node> = tree::parse(bytes)?.into_iter().filter(|top| top.name == "VCALENDAR").collect();
    let Some(first) = tops.first() else { return Err(IcalError::NotACalendar) };
    let method = first.value("METHOD").and_then(method);
    let name = first.value("NAME").or_else(|| first.value("X-WR-CALNAME")).unwrap_or_default();
    let name = cut(&tidy(&crate::format::ical::value::unescape(name)), SHOWN);
    let mut calendar = Calendar { method, name, items: Vec::new(), left_out: Vec::new() };
    for top in tops {
        take(top, &mut calendar);
    }
    if calendar.items.is_empty() && calendar.left_out.is_empty() {
        return Err(IcalError::Empty);
    }
    Ok(calendar)
}

fn method(text: &str) -> Option<Method> {
    Some(match text.trim().to_ascii_uppercase().as_str() {
        "PUBLISH" => Method::Publish,
        "REQUEST" => Method::Request,
        "REPLY" => Method::Reply,
        "ADD" => Method::Add,
        "CANCEL" => Method::Cancel,
        "REFRESH" => Method::Refresh,
        "COUNTER" => Method::Counter,
        "DECLINECOUNTER" => Method::DeclineCounter,
        _ => return None,
    })
}

impl Calendar {
    fn leave_out(&mut self, what: &str, why: &str) {
        if self.left_out.len() < REPORTED {
            self.left_out.push(LeftOut { what: cut(&tidy(what), SHOWN), why: why.to_owned() });
        }
    }
}

/// Takes what one `VCALENDAR` holds, by its names.
fn take(mut top: Node, calendar: &mut Calendar) {
    let parts = std::mem::take(&mut top.parts);
    let (zones, parts): (Vec<Node>, Vec<Node>) = parts.into_iter().partition(|part| part.name == "VTIMEZONE");
    let mut order: Vec<String> = Vec::new();
    let mut groups: HashMap<String, Vec<Node>> = HashMap::new();
    for mut part in parts.into_iter().filter(is_content) {
        let uid = uid(&mut part);
        if !groups.contains_key(&uid) {
            order.push(uid.clone());
        }
        groups.entry(uid).or_default().push(part);
    }
    let known = Zones::of(zones.iter());
    for uid in order {
        let Some(parts) = groups.remove(&uid) else { continue };
        if calendar.items.len() >= limits::ICAL_ITEMS {
            calendar.leave_out(&uid, "there are too many events in one file");
            return;
        }
        let Some(parts) = sorted(parts, &known, calendar) else { continue };
        match assemble(&top, parts, &zones) {
            Some(item) => calendar.items.push(item),
            None => calendar.leave_out(&uid, "it is larger than one event may be"),
        }
    }
}

/// The name of a component: its own, or, where it has none, one made from what it says.
fn uid(part: &mut Node) -> String {
    let own = part.value("UID").map(|uid| uid.trim().to_owned()).unwrap_or_default();
    if !own.is_empty() && own.len() <= limits::ICAL_UID {
        return own;
    }
    part.remove("UID");
    let mut text = String::new();
    part.write(&mut text);
    let made = sha256_hex(text.as_bytes(), 32);
    part.put("UID", &made);
    made
}

/// The whole first, then its instances in their order; of several that say the same, the newest.
fn sorted(parts: Vec<Node>, zones: &Zones, calendar: &mut Calendar) -> Option<Vec<Node>> {
    let kind = parts.first()?.name.clone();
    let is_bare_kind = matches!(calendar.method, Some(Method::Cancel | Method::Reply | Method::Refresh));
    let mut kept: Vec<(Option<i64>, i64, i64, Node)> = Vec::new();
    for mut part in parts {
        if calendar.method == Some(Method::Cancel) {
            part.put("STATUS", "CANCELLED");
        }
        let title = part.value("SUMMARY").or_else(|| part.value("UID")).unwrap_or_default().to_owned();
        if part.name != kind {
            calendar.leave_out(&title, "an event and a task have the same name");
            continue;
        }
        if let Err(why) = mend(&mut part, is_bare_kind, zones, calendar, &title) {
            calendar.leave_out(&title, why);
            continue;
        }
        let time = |name: &str| part.line(name).and_then(|line| facts::when_of(line, zones));
        let id = time("RECURRENCE-ID").map(|id| id.instant(chrono_tz::Tz::UTC).millis());
        let stamp = time("DTSTAMP").map_or(0, |stamp| stamp.instant(chrono_tz::Tz::UTC).millis());
        let sequence = part.value("SEQUENCE").and_then(|text| text.trim().parse().ok()).unwrap_or(0);
        kept.push((id, sequence, stamp, part));
    }
    kept.sort_by_key(|(id, sequence, stamp, _)| (*id, Reverse(*sequence), Reverse(*stamp)));
    let mut seen = HashSet::new();
    let mut found = Vec::with_capacity(kept.len());
    for (id, _, _, part) in kept {
        if seen.insert(id) {
            found.push(part);
        } else {
            calendar.leave_out(part.value("SUMMARY").unwrap_or_default(), "a newer version of it is in the same file");
        }
    }
    (!found.is_empty()).then_some(found)
}

/// Takes harm out of a component, or says why it cannot be taken.
fn mend(
    part: &mut Node,
    is_bare: bool,
    zones: &Zones,
    calendar: &mut Calendar,
    title: &str,
) -> Result<(), &'static str> {
    let Some(line) = part.line("DTSTART") else {
        return if is_bare || part.name == "VTODO" { Ok(()) } else { Err("it does not say when it begins") };
    };
    if facts::when_of(line, zones).is_none() {
        return Err("the time it begins cannot be read");
    }
    let is_contradiction = part.all("DTSTART").any(|other| other.value() != line.value());
    if is_contradiction {
        return Err("it begins at two different times");
    }
    let unknown = line.param("TZID").filter(|name| zones.find(name).is_none()).map(std::borrow::Cow::into_owned);
    if let Some(name) = unknown.filter(|_| facts::when_of(line, zones).is_some_and(|when| when.is_floating())) {
        let name = cut(&tidy(&name), SHOWN);
        calendar.leave_out(title, &format!("its time zone, {name}, is not known: its times are taken as local ones"));
    }
    if part.line("RECURRENCE-ID").is_some_and(|id| facts::when_of(id, zones).is_none()) {
        return Err("the instance it is about cannot be read");
    }
    if part.name == "VEVENT" {
        mend_end(part, zones, calendar, title);
    }
    Ok(())
}

/// An end that lies before the start, or cannot be read, goes.
fn mend_end(part: &mut Node, zones: &Zones, calendar: &mut Calendar, title: &str) {
    let starts = part.line("DTSTART").and_then(|line| facts::when_of(line, zones));
    let Some((starts, line)) = starts.zip(part.line("DTEND")) else { return };
    let why = match facts::when_of(line, zones) {
        None => "the time it ends could not be read and was dropped",
        Some(ends)
            if ends.local() < starts.local()
                && ends.instant(chrono_tz::Tz::UTC) < starts.instant(chrono_tz::Tz::UTC) =>
        {
            "it ends before it begins: the end was dropped"
        }
        Some(_) => return,
    };
    part.remove("DTEND");
    calendar.leave_out(title, why);
}

/// One calendar of these components and the zones they name.
pub(super) fn assemble(top: &Node, parts: Vec<Node>, zones: &[Node]) -> Option<Item> {
    let mut root = Node::new("VCALENDAR");
    root.lines = top.lines.iter().filter(|line| !line.is("METHOD") && !is_of_the_file(line)).cloned().collect();
    if root.line("PRODID").is_none() {
        root.lines.insert(0, Line::new("PRODID", PRODUCT));
    }
    if root.line("VERSION").is_none() {
        root.lines.insert(0, Line::new("VERSION", "2.0"));
    }
    let named = names(&parts);
    let mut seen = HashSet::new();
    let needed = zones.iter().filter(|zone| {
        let name = zone.value("TZID").unwrap_or_default().trim();
        named.contains(name) && seen.insert(name)
    });
    root.parts = needed.cloned().collect();
    root.parts.extend(parts);
    build(root)
}

/// What is said of the whole file and not of one event.
fn is_of_the_file(line: &Line) -> bool {
    ["NAME", "DESCRIPTION", "X-WR-CALNAME", "X-WR-CALDESC", "X-WR-TIMEZONE", "REFRESH-INTERVAL", "X-PUBLISHED-TTL"]
        .iter()
        .any(|name| line.is(name))
}

/// The zones that components name, with those in them.
pub(super) fn names(parts: &[Node]) -> HashSet<String> {
    let inner = parts.iter().flat_map(|part| part.parts.iter());
    let lines = parts.iter().chain(inner).flat_map(|part| part.lines.iter());
    lines.filter_map(|line| line.param("TZID")).map(|name| name.trim().to_owned()).collect()
}

/// The item of a tree that holds one `UID`, the whole first. Nothing where it has none, or is too large.
pub(super) fn build(root: Node) -> Option<Item> {
    let zones = Zones::of(root.parts.iter());
    let first = root.parts.iter().find(|part| is_content(part))?;
    let kind = if first.name == "VTODO" { Kind::Task } else { Kind::Event };
    let uid = first.value("UID")?.trim().to_owned();
    let mut all = root.parts.iter().filter(|part| part.name == first.name).map(|part| facts::facts(part, kind, &zones));
    let main = all.next()?;
    let overrides = all.collect();
    let mut text = String::new();
    root.write(&mut text);
    (text.len() <= limits::ICAL_BYTES + limits::ICAL_BYTES / 4).then_some(Item { uid, kind, text, main, overrides })
}

impl Item {
    /// Whether it was called off as a whole.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.main.status == Status::Cancelled && self.main.instance.is_none()
    }
}
