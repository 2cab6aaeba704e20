//! What is said of an event by mail, and what comes of it. RFC 5546.

use crate::format::ical::draft::{add_zones, answer_word, answered, guest_line, is_same_person, time_line};
use crate::format::ical::edit::{Open, add_override};
use crate::format::ical::line::Line;
use crate::format::ical::read::{self, PRODUCT};
use crate::format::ical::tree::Node;
use crate::format::ical::value::escape;
use crate::format::ical::{Answer, Guest, Item, Kind, Method, Part, Status, When, facts};
use crate::kernel::clock::Moment;
use crate::kernel::text::{EmailAddress, one_line};

/// What a message calls what it wants.
const fn word(method: Method) -> &'static str {
    match method {
        Method::Publish => "PUBLISH",
        Method::Request => "REQUEST",
        Method::Reply => "REPLY",
        Method::Add => "ADD",
        Method::Cancel => "CANCEL",
        Method::Refresh => "REFRESH",
        Method::Counter => "COUNTER",
        Method::DeclineCounter => "DECLINECOUNTER",
    }
}

/// The message that tells guests of an item, or of one instance. Reminders are the writer's own and stay at home.
#[must_use]
pub fn message(item: &Item, method: Method, instance: Option<When>, now: Moment) -> String {
    let Some(mut open) = Open::of(item) else { return item.text.clone() };
    if let Some(id) = instance {
        keep_only(&mut open, item, id);
    }
    open.each(|node| {
        node.parts.retain(|part| part.name != "VALARM");
        node.put("DTSTAMP", &When::Utc(now).written());
        if method == Method::Cancel {
            node.put("STATUS", "CANCELLED");
        }
    });
    told(open.root, method)
}

/// Leaves the component of one instance.
fn keep_only(open: &mut Open, item: &Item, id: When) {
    if item.main.instance.is_some_and(|own| own.same_instance(id)) {
        return open.drop_others(|_| false);
    }
    if !item.main.is_series && item.override_of(id).is_none() {
        return;
    }
    let at = item.override_of(id).unwrap_or_else(|| add_override(open, item, id));
    let kept = open.other(at).clone();
    open.root.parts.retain(|part| !read::is_content(part));
    open.root.parts.push(kept);
    open.at = vec![open.root.parts.len() - 1];
}

/// A calendar as the text of a message.
fn told(mut root: Node, method: Method) -> String {
    root.remove("METHOD");
    root.remove("PRODID");
    let at = root.lines.iter().position(|line| line.is("VERSION")).map_or(0, |at| at + 1);
    root.lines.insert(at, Line::new("PRODID", PRODUCT));
    root.lines.insert(at + 1, Line::new("METHOD", word(method)));
    add_zones(&mut root);
    let named = read::names(&root.parts.iter().filter(|part| read::is_content(part)).cloned().collect::<Vec<_>>());
    root.parts
        .retain(|part| part.name != "VTIMEZONE" || part.value("TZID").is_some_and(|name| named.contains(name.trim())));
    let mut text = String::new();
    root.write(&mut text);
    text
}

/// The bare component that answers an invitation: what it is about, and one guest. RFC 5546 §3.2.3.
fn answer(item: &Item, instance: Option<When>, guest: &Line, comment: &str, now: Moment) -> Option<(Node, Node)> {
    let mut open = Open::of(item)?;
    if let Some(id) = instance {
        keep_only(&mut open, item, id);
    }
    let from = open.main().clone();
    let mut node = Node::new(&from.name);
    let kept =
        ["UID", "RECURRENCE-ID", "SEQUENCE", "DTSTART", "DTEND", "DUE", "DURATION", "SUMMARY", "LOCATION", "ORGANIZER"];
    node.lines = from.lines.into_iter().filter(|line| kept.iter().any(|name| line.is(name))).collect();
    if instance.is_none() {
        node.lines.extend(open.main().all("RRULE").cloned().collect::<Vec<_>>());
    }
    node.put("DTSTAMP", &When::Utc(now).written());
    node.lines.push(guest.clone());
    if !comment.trim().is_empty() {
        node.put("COMMENT", &escape(comment.trim()));
    }
    let mut root = open.root;
    root.parts.retain(|part| !read::is_content(part));
    Some((root, node))
}

fn guest(who: &EmailAddress, name: &str, answer: Answer) -> Line {
    let line = Line::new("ATTENDEE", &format!("mailto:{who}"));
    let name = one_line(name);
    let line = line.with_param("CN", Some(name.as_str()).filter(|name| !name.is_empty()));
    line.with_param("PARTSTAT", Some(answer_word(answer)))
}

/// The answer of a guest to an invitation.
#[must_use]
pub fn reply(
    item: &Item,
    who: &EmailAddress,
    name: &str,
    said: Answer,
    instance: Option<When>,
    comment: &str,
    now: Moment,
) -> String {
    let Some((mut root, mut node)) = answer(item, instance, &guest(who, name, said), comment, now) else {
        return item.text.clone();
    };
    node.remove("RRULE");
    root.parts.push(node);
    told(root, Method::Reply)
}

/// What a guest proposes instead: another time. RFC 5546 §3.2.7.
#[must_use]
pub fn counter(
    item: &Item,
    (who, name): (&EmailAddress, &str),
    instance: Option<When>,
    (starts, ends): (When, When),
    comment: &str,
    now: Moment,
) -> String {
    let guest = guest(who, name, Answer::Tentative);
    let Some((mut root, mut node)) = answer(item, instance, &guest, comment, now) else { return item.text.clone() };
    node.remove("DURATION");
    node.set(time_line("DTSTART", starts));
    let (name, kind) = if node.name == "VTODO" { ("DUE", Kind::Task) } else { ("DTEND", Kind::Event) };
    node.set(time_line(name, facts::no_earlier(kind, starts, ends)));
    root.parts.push(node);
    told(root, Method::Counter)
}

/// The item with what a guest answers: to all of it, or to one instance. One who was not invited is added.
#[must_use]
pub fn with_answer(item: &Item, who: &EmailAddress, said: Answer, instance: Option<When>, _now: Moment) -> Item {
    let Some(mut open) = Open::of(item) else { return item.clone() };
    let is_own = instance.is_some_and(|id| item.main.instance.is_some_and(|own| own.same_instance(id)));
    match instance {
        Some(id) if !is_own && (item.main.is_series || item.override_of(id).is_some()) => {
            let at = item.override_of(id).unwrap_or_else(|| add_override(&mut open, item, id));
            put_answer(open.other(at), who, said);
        }
        Some(_) if is_own => put_answer(open.main(), who, said),
        _ => open.each(|node| put_answer(node, who, said)),
    }
    open.close(item)
}

fn put_answer(node: &mut Node, who: &EmailAddress, said: Answer) {
    let is_them = |line: &Line| {
        line.is("ATTENDEE")
            && facts::guest(line).is_some_and(|guest| is_same_person(guest.address.as_str(), who.as_str()))
    };
    match node.lines.iter_mut().find(|line| is_them(line)) {
        Some(line) => *line = answered(line, said),
        None => {
            let guest = Guest { address: who.clone(), name: String::new(), part: Part::Required, answer: said };
            node.lines.push(guest_line(&guest));
        }
    }
}

/// What an item becomes by news of it. Whether the news may be believed, and are newer, is for the caller to know.
///
/// News of the whole replace it; news of single instances go among those that differ. What is one's own, reminders and
/// properties of programs (`X-…`), stays. News that call something off need not tell what.
#[must_use]
pub fn merged(have: &Item, news: &Item) -> Item {
    let (Some(mut old), Some(mut new)) = (Open::of(have), Open::of(news)) else { return news.clone() };
    if news.main.instance.is_none() {
        return replaced(have, old, news, new);
    }
    let all = std::iter::once(&news.main).chain(&news.overrides);
    for (index, it) in all.enumerate() {
        let Some(id) = it.instance else { continue };
        let mut node = new.root.parts[new.at[index]].clone();
        let is_own = have.main.instance.is_some_and(|own| own.same_instance(id));
        let own = have.override_of(id);
        if is_own {
            let main = old.main();
            *main = if it.status == Status::Cancelled { called_off(main, &node) } else { keeping(main, node) };
            continue;
        }
        let at = own.unwrap_or_else(|| add_override(&mut old, have, id));
        let there = old.other(at);
        if it.status == Status::Cancelled {
            node = called_off(there, &node);
        } else {
            node = keeping(there, node);
        }
        *there = node;
    }
    take_zones(&mut old.root, &mut new.root);
    old.close(have)
}

/// The whole, replaced by its news.
fn replaced(have: &Item, mut old: Open, news: &Item, mut new: Open) -> Item {
    if news.main.status == Status::Cancelled {
        let said = new.main().clone();
        old.each(|node| *node = called_off(node, &said));
        return old.close(have);
    }
    let fresh = keeping(old.main(), new.main().clone());
    *new.main() = fresh;
    for (at, it) in have.overrides.iter().enumerate() {
        let theirs = it.instance.and_then(|id| news.override_of(id));
        match theirs {
            Some(index) => {
                let fresh = keeping(old.other(at), new.other(index).clone());
                *new.other(index) = fresh;
            }
            None if it.sequence >= news.main.sequence && it.sequence > have.main.sequence => {
                let own = old.other(at).clone();
                new.root.parts.push(own);
            }
            None => {}
        }
    }
    take_zones(&mut new.root, &mut old.root);
    new.close(have)
}

/// News with what was one's own in what they replace.
fn keeping(old: &Node, mut new: Node) -> Node {
    let own = old.lines.iter().filter(|line| line.name().get(..2).is_some_and(|head| head.eq_ignore_ascii_case("X-")));
    let missing: Vec<Line> =
        own.filter(|line| new.line(line.name()).is_none() && !line.is("X-ALT-DESC")).cloned().collect();
    new.lines.extend(missing);
    let is_alarm = |part: &Node| part.name == "VALARM";
    if old.parts.iter().any(is_alarm) {
        new.parts.retain(|part| !is_alarm(part));
        new.parts.extend(old.parts.iter().filter(|part| is_alarm(part)).cloned());
    }
    new
}

/// What was there, called off as the news say.
fn called_off(old: &Node, news: &Node) -> Node {
    let mut node = old.clone();
    node.put("STATUS", "CANCELLED");
    for name in ["SEQUENCE", "DTSTAMP", "COMMENT"] {
        if let Some(line) = news.line(name) {
            node.set(line.clone());
        }
    }
    node
}

/// Takes the zones of another calendar that are not there yet.
fn take_zones(root: &mut Node, other: &mut Node) {
    for part in other.parts.drain(..).filter(|part| part.name == "VTIMEZONE") {
        let has = root.parts.iter().any(|own| own.name == "VTIMEZONE" && own.value("TZID") == part.value("TZID"));
        if !has {
            root.parts.insert(0, part);
        }
    }
}
