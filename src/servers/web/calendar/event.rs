//! One event or task: what it says, who comes, and what can be done with it.

use super::super::error::WebError;
use super::super::face::Face;
use super::super::filters;
use super::super::page::{PageResult, in_address, local, page};
use super::super::session::Visit;
use super::super::shell::{Place, Shell};
use super::super::words::{count, size};
use super::answer::AskedView;
use super::entry::look_class;
use super::opened::Opened;
use super::span;
use crate::domain::calendar::{self, Rights};
use crate::domain::people;
use crate::domain::store::ReadTx;
use crate::format::html::{CleanHtml, from_plain};
use crate::format::ical::{self, Answer, Attached, Facts, Guest, Kind, Part, Privacy, Reminder, Status, When};
use crate::kernel::id::{CalendarId, CalendarItemId, PersonId};
use actix_web::web::Path;
use askama::Template;

/// Somebody who is invited.
pub struct GuestView {
    name: String,
    address: String,
    face: Face,
    /// What the guest answers, as a class and in words.
    answer: &'static str,
    words: &'static str,
    /// What the guest is besides a guest; empty for nothing.
    part: &'static str,
    /// When it is by the guest's own clock, where that is known and shows another hour; empty else.
    there: String,
}

impl GuestView {
    /// A guest as a list shows one.
    pub fn new(guest: &Guest, known: Known) -> Self {
        let address = guest.address.to_string();
        let name = if guest.name.is_empty() { address.clone() } else { guest.name.clone() };
        let (answer, words) = match (guest.part, guest.answer) {
            (Part::Resource, Answer::Accepted) => ("good", "booked"),
            (Part::Resource, Answer::Declined) => ("bad", "not booked"),
            (_, answer) => answer_words(answer),
        };
        Self {
            face: Face::new(&name, &address).with(&known.portrait),
            answer,
            words,
            part: match guest.part {
                Part::Required => "",
                Part::Optional => "may come",
                Part::Resource => "room or thing",
            },
            name,
            address,
            there: known.there,
        }
    }
}

/// What the office knows of a guest.
#[derive(Default)]
pub struct Known {
    /// When it is by the guest's own clock.
    there: String,
    /// The mark of the guest's picture.
    portrait: String,
}

/// Guests that are looked up.
const LOOKED_UP: usize = 100;

/// What is known of each guest: a colleague's picture and zone, the zone of somebody outside as far as their own
/// invitations said it.
fn known(tx: &ReadTx<'_>, opened: &Opened) -> Result<Vec<Known>, WebError> {
    let times = opened.times().filter(|(starts, _)| !starts.is_floating());
    let here = opened.here;
    let mut all = Vec::new();
    for guest in opened.facts().guests.iter().take(LOOKED_UP) {
        let zone = match people::owner(tx, &guest.address)? {
            Some(colleague) => people::zone(tx, colleague)?,
            None => calendar::far_zone(tx, &guest.address)?,
        };
        let there =
            times.zip(zone).map(|((starts, ends), zone)| span::elsewhere(own(starts, zone), own(ends, zone), here));
        all.push(Known { there: there.unwrap_or_default(), portrait: people::portrait_at(tx, &guest.address)? });
    }
    Ok(all)
}

/// A time as a clock of `zone` shows it.
fn own(when: When, zone: chrono_tz::Tz) -> When {
    When::from_instant(when.instant(zone), zone)
}

const fn answer_words(answer: Answer) -> (&'static str, &'static str) {
    match answer {
        Answer::NeedsAction => ("", "no answer yet"),
        Answer::Accepted => ("good", "comes"),
        Answer::Declined => ("bad", "does not come"),
        Answer::Tentative => ("warn", "may come"),
        Answer::Delegated => ("", "sends somebody else"),
    }
}

/// A link or a file of an event.
struct AttachedView {
    name: String,
    href: String,
    hint: String,
    is_link: bool,
}

/// A way to another instance of the series.
struct Way {
    href: String,
    words: String,
}

#[derive(Template)]
#[template(path = "calendar/event.html")]
struct EventPage {
    shell: Shell,
    id: CalendarItemId,
    /// The address of the event, and what comes behind the address of each act.
    href: String,
    instance: String,
    back: String,
    is_task: bool,
    title: String,
    when: String,
    when_there: String,
    rule: String,
    is_series: bool,
    earlier: Option<Way>,
    later: Option<Way>,
    status: &'static str,
    place: String,
    link: String,
    notes: CleanHtml,
    categories: Vec<String>,
    calendar_id: CalendarId,
    calendar: String,
    calendar_class: String,
    maker: String,
    organizer: String,
    guests: Vec<GuestView>,
    guests_words: String,
    reminders: Vec<String>,
    is_private: bool,
    is_free: bool,
    attached: Vec<AttachedView>,
    may_change: bool,
    tells: String,
    asked: Option<AskedView>,
    task: TaskView,
}

/// How a task stands.
struct TaskView {
    is_done: bool,
    words: String,
}

/// GET /calendar/event/{id}?instance=
pub async fn show(visit: Visit, at: Path<CalendarItemId>) -> PageResult {
    let (id, asking) = (*at, visit.clone());
    let (shell, (opened, maker, asked, known)) = visit
        .page(Place::Calendar, move |tx, session| {
            let me = session.person.id;
            let opened = Opened::read(tx, &asking, me, id, asking.query.get("instance"))?;
            let maker = maker(tx, me, &opened)?;
            let asked = AskedView::read(tx, &opened)?;
            let known = known(tx, &opened)?;
            Ok((opened, maker, asked, known))
        })
        .await?;
    let back = local(visit.query.get("back"), "/calendar").to_owned();
    page(&EventPage { asked, ..view(shell, &opened, maker, back, known) })
}

/// Who put it there, where that is somebody else than the calendar's owner.
fn maker(tx: &ReadTx<'_>, me: PersonId, opened: &Opened) -> Result<String, WebError> {
    let made = calendar::made(tx, opened.stored.id)?;
    let Some((Some(by), at)) = made else { return Ok(String::new()) };
    let at = span::point(When::Utc(at), opened.here);
    let who = if by == me {
        "You".to_owned()
    } else {
        people::person(tx, by)?.map_or_else(|| "Somebody".to_owned(), |person| person.full_name)
    };
    Ok(format!("{who}, {at}"))
}

fn view(shell: Shell, opened: &Opened, maker: String, back: String, known: Vec<Known>) -> EventPage {
    let (facts, here) = (opened.facts(), opened.here);
    let is_task = opened.item.kind == Kind::Task;
    let id = opened.stored.id;
    let instance = opened.instance();
    let href = |instance: &str| format!("/calendar/event/{id}?instance={instance}&back={}", in_address(&back));
    let way = |at: Option<When>| {
        at.map(|at| {
            let (starts, _) = opened.item.times_of(at);
            Way { href: href(&at.to_text()), words: span::point(starts, here) }
        })
    };
    let (earlier, later) = opened.neighbours();
    let times = opened.times();
    let guests = facts.guests.iter().zip(known.into_iter().chain(std::iter::repeat_with(Known::default)));
    EventPage {
        is_task,
        title: title(facts),
        when: times.map_or_else(|| "No date".to_owned(), |(starts, ends)| when_words(is_task, starts, ends, opened)),
        when_there: times.map_or_else(String::new, |(starts, ends)| span::elsewhere(starts, ends, here)),
        rule: rule_words(opened),
        is_series: opened.is_series(),
        earlier: way(earlier),
        later: way(later),
        status: match facts.status {
            Status::Confirmed => "",
            Status::Tentative => "Not certain yet",
            Status::Cancelled => "Called off",
        },
        place: facts.place.clone(),
        link: facts.link.clone(),
        notes: from_plain(&facts.notes),
        categories: facts.categories.clone(),
        calendar_id: opened.stored.calendar,
        calendar: opened.calendar_name.clone(),
        calendar_class: look_class(opened.calendar.hue, opened.calendar.pattern),
        maker,
        organizer: facts.organizer.as_ref().map(organizer_words).unwrap_or_default(),
        guests: guests.map(|(guest, known)| GuestView::new(guest, known)).collect(),
        guests_words: guests_words(&facts.guests),
        reminders: facts.reminders.iter().map(|one| reminder_words(*one, is_task)).collect(),
        is_private: opened.item.main.privacy == Privacy::Private,
        is_free: !facts.is_busy && !is_task,
        attached: attached(id, &instance, &facts.attached),
        may_change: opened.may_change(),
        tells: tells(opened),
        asked: None,
        task: TaskView { is_done: facts.done_at.is_some() || facts.percent == 100, words: task_words(facts, opened) },
        href: href(&instance),
        id,
        instance,
        back,
        shell,
    }
}

/// What it is called; something to click on where it has no name.
pub fn title(facts: &Facts) -> String {
    if facts.title.is_empty() { "(no title)".to_owned() } else { facts.title.clone() }
}

fn when_words(is_task: bool, starts: When, ends: When, opened: &Opened) -> String {
    if is_task { format!("Due {}", span::point(ends, opened.here)) } else { span::span(starts, ends, opened.here) }
}

fn rule_words(opened: &Opened) -> String {
    let main = &opened.item.main;
    match &main.rule {
        Some(rule) => capital(&ical::rule_words(rule, opened.here.formats)),
        None if opened.is_series() => "On dates of its own".to_owned(),
        None => String::new(),
    }
}

/// A sentence of its own.
fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn organizer_words(organizer: &ical::Organizer) -> String {
    let name = if organizer.name.is_empty() { organizer.address.to_string() } else { organizer.name.clone() };
    match &organizer.sent_by {
        Some(by) => format!("{name}, sent by {by}"),
        None => name,
    }
}

fn guests_words(guests: &[Guest]) -> String {
    if guests.is_empty() {
        return String::new();
    }
    let of = |answer: Answer| guests.iter().filter(|guest| guest.answer == answer).count();
    let mut words = vec![count(i64::try_from(guests.len()).unwrap_or(i64::MAX), "guest")];
    for (answer, said) in [(Answer::Accepted, "yes"), (Answer::Tentative, "maybe"), (Answer::Declined, "no")] {
        if of(answer) > 0 {
            words.push(format!("{} {said}", of(answer)));
        }
    }
    words.join(", ")
}

/// A reminder as a list shows it.
pub fn reminder_words(reminder: Reminder, is_task: bool) -> String {
    let anchor = if is_task { "it is due" } else { "it begins" };
    let (minutes, side) =
        (reminder.minutes_before.unsigned_abs(), if reminder.minutes_before < 0 { "after" } else { "before" });
    let unit = |amount: u64, name: &str| count(i64::try_from(amount).unwrap_or(i64::MAX), name);
    match minutes {
        0 => format!("When {anchor}"),
        minutes if minutes % 10_080 == 0 => format!("{} {side} {anchor}", unit(minutes / 10_080, "week")),
        minutes if minutes % 1440 == 0 => format!("{} {side} {anchor}", unit(minutes / 1440, "day")),
        minutes if minutes % 60 == 0 => format!("{} {side} {anchor}", unit(minutes / 60, "hour")),
        minutes => format!("{} {side} {anchor}", unit(minutes, "minute")),
    }
}

fn attached(id: CalendarItemId, instance: &str, all: &[Attached]) -> Vec<AttachedView> {
    let view = |(index, one): (usize, &Attached)| {
        let is_link = !one.address.is_empty();
        let name = match (one.name.as_str(), is_link) {
            ("", true) => one.address.clone(),
            ("", false) => format!("File {}", index + 1),
            (name, _) => name.to_owned(),
        };
        AttachedView {
            href: if is_link {
                one.address.clone()
            } else {
                format!("/calendar/event/{id}/file/{index}?instance={instance}")
            },
            hint: if is_link { String::new() } else { size(one.size as u64) },
            name,
            is_link,
        }
    };
    all.iter().enumerate().map(view).collect()
}

/// Who is told of a change; empty where nobody is.
pub fn tells(opened: &Opened) -> String {
    let facts = opened.facts();
    if facts.guests.is_empty() || !opened.may_change() {
        return String::new();
    }
    match (&facts.organizer, opened.is_guest()) {
        (Some(organizer), true) => {
            let name = if organizer.name.is_empty() { organizer.address.to_string() } else { organizer.name.clone() };
            format!("{name} called this together. What you change stays in this calendar, and an update replaces it.")
        }
        _ => "The guests are told by mail when it is changed or deleted.".to_owned(),
    }
}

fn task_words(facts: &Facts, opened: &Opened) -> String {
    let done = facts.done_at.map(|at| format!("Done {}", span::point(When::Utc(at), opened.here)));
    let urgent = match facts.priority {
        0 => "",
        1..=4 => "urgent",
        5 => "of usual urgency",
        _ => "not urgent",
    };
    let far = match facts.percent {
        0 | 100 => String::new(),
        percent => format!("{percent} % done"),
    };
    let words = [done.unwrap_or_default(), far, urgent.to_owned()];
    words.into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// Whether somebody may invite in a calendar's name, in words for a form.
pub const fn may_invite(rights: Rights) -> bool {
    matches!(rights, Rights::Act | Rights::Own)
}

/// The zones offered while one types.
pub fn zones() -> Vec<&'static str> {
    chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()).filter(|name| name.contains('/') || *name == "UTC").collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reminder_is_told_in_the_largest_unit_that_fits() {
        let words = |minutes_before| reminder_words(Reminder { minutes_before }, false);
        assert_eq!(words(0), "When it begins");
        assert_eq!(words(10), "10 minutes before it begins");
        assert_eq!(words(60), "1 hour before it begins");
        assert_eq!(words(2880), "2 days before it begins");
        assert_eq!(words(-15), "15 minutes after it begins");
        assert_eq!(reminder_words(Reminder { minutes_before: 10_080 }, true), "1 week before it is due");
    }
}
