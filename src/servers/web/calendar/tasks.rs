//! Tasks: what is to be done, by when it is due; what was done; and making one from a line, a mail or a chat message.

use super::super::chat::message::place;
use super::super::error::WebError;
use super::super::filters;
use super::super::form::Fields;
use super::super::page::{PageResult, local, page, see, with};
use super::super::session::Visit;
use super::super::shell::{Place, Shell};
use super::entry::look_class;
use super::here::Here;
use crate::domain::calendar::{self, Calendar, Task};
use crate::domain::store::ReadTx;
use crate::domain::{chat, mail};
use crate::format::html::plain_of_markdown;
use crate::format::ical::{Draft, Kind};
use crate::format::quick::quick;
use crate::kernel::id::{CalendarItemId, ChatMessageId, ItemId, PersonId};
use crate::kernel::text::{cut, one_line};
use crate::services::calendar::{self as acts, ActError, Deed};
use actix_web::web::Form;
use askama::Template;
use chrono::{Datelike, NaiveDate, NaiveDateTime};
use std::collections::HashMap;

/// Where tasks are.
pub const HOME: &str = "/calendar/tasks";
/// Done tasks that the page shows.
const DONE: usize = 30;
/// Characters of a title made of something else.
const TITLE: usize = 200;
/// Characters that are quoted of what a task was made from.
const QUOTE: usize = 1000;

/// One task.
#[derive(Debug, Clone)]
pub struct TaskView {
    /// Which.
    pub id: CalendarItemId,
    /// What is to be done.
    pub title: String,
    /// When it is due, or was done.
    pub when: String,
    /// Whether that is over.
    pub is_overdue: bool,
    /// How urgent, where it is; empty else.
    pub badge: &'static str,
    /// Whether it comes back.
    pub is_series: bool,
    /// Where it is opened.
    pub href: String,
    /// What it was made from; empty for nothing of ours.
    pub from: String,
    /// What that is.
    pub from_words: &'static str,
    /// Its glyph.
    pub from_icon: &'static str,
    /// Its calendar's colour and pattern.
    pub class: String,
}

/// Tasks that are due together.
#[derive(Debug, Clone)]
pub struct TaskGroup {
    /// When.
    pub name: &'static str,
    /// They.
    pub tasks: Vec<TaskView>,
}

#[derive(Template)]
#[template(path = "calendar/tasks.html")]
struct TasksPage {
    shell: Shell,
    groups: Vec<TaskGroup>,
    done: Vec<TaskView>,
    summary: String,
    typed: String,
}

/// GET /calendar/tasks
pub async fn show(visit: Visit) -> PageResult {
    let asking = visit.clone();
    let (shell, (here, looks, open, done)) = visit
        .page(Place::Calendar, move |tx, session| {
            let me = session.person.id;
            let open = calendar::all_tasks(tx, me, false)?;
            Ok((Here::read(tx, &asking, me)?, looks(tx, me)?, open, calendar::all_tasks(tx, me, true)?))
        })
        .await?;
    let hostname = visit.web.office.hostname.clone();
    let count = open.len();
    let groups = grouped(open, here, &looks, &hostname);
    let late = groups.first().filter(|group| group.name == OVERDUE).map_or(0, |group| group.tasks.len());
    let summary = match (count, late) {
        (0, _) => "Nothing to do".to_owned(),
        (count, 0) => format!("{count} open"),
        (count, late) => format!("{count} open · {late} overdue"),
    };
    let done = done.into_iter().take(DONE).map(|task| TaskView::new(task, here, &looks, &hostname)).collect();
    let typed = visit.query.get("text").to_owned();
    page(&TasksPage { shell, groups, done, summary, typed })
}

type Looks = HashMap<crate::kernel::id::CalendarId, String>;

/// How the reader's calendars look.
pub fn looks(tx: &ReadTx<'_>, me: PersonId) -> Result<Looks, WebError> {
    let look = |one: Calendar| (one.id, look_class(one.hue, one.pattern));
    Ok(calendar::calendars(tx, me)?.into_iter().map(look).collect())
}

const OVERDUE: &str = "Overdue";

/// Open tasks by when they are due. Groups without a task are left out.
pub fn grouped(tasks: Vec<Task>, here: Here, looks: &Looks, hostname: &str) -> Vec<TaskGroup> {
    let names = [OVERDUE, "Today", "This week", "Later", "No date"];
    let mut groups = names.map(|name| TaskGroup { name, tasks: Vec::new() });
    for task in tasks {
        let place = group(&task, here);
        groups[place].tasks.push(TaskView::new(task, here, looks, hostname));
    }
    groups.into_iter().filter(|group| !group.tasks.is_empty()).collect()
}

fn group(task: &Task, here: Here) -> usize {
    let Some(due) = due(task, here) else { return 4 };
    let today = here.today();
    let sunday = today + chrono::TimeDelta::days(i64::from(6 - today.weekday().num_days_from_monday()));
    match due.date() {
        _ if is_overdue(task, here) => 0,
        day if day <= today => 1,
        day if day <= sunday => 2,
        _ => 3,
    }
}

/// When a task is due by the reader's clock.
fn due(task: &Task, here: Here) -> Option<NaiveDateTime> {
    task.due_at.map(|at| here.wall(at, task.is_floating))
}

fn is_overdue(task: &Task, here: Here) -> bool {
    due(task, here).is_some_and(|due| if task.is_all_day { due.date() < here.today() } else { due < here.local })
}

impl TaskView {
    /// A task on the reader's list.
    pub fn new(task: Task, here: Here, looks: &Looks, hostname: &str) -> Self {
        let when = match (task.done_at, due(&task, here)) {
            (Some(at), _) => format!("done {}", day(here.wall(at, false).date(), here)),
            (None, Some(due)) if task.is_all_day => day(due.date(), here),
            (None, Some(due)) => format!("{}, {}", day(due.date(), here), here.formats.time(due)),
            (None, None) => String::new(),
        };
        let (from, from_words, from_icon) = source(&task.link, hostname);
        Self {
            id: task.id,
            is_overdue: task.done_at.is_none() && is_overdue(&task, here),
            title: if task.title.is_empty() { "Untitled".to_owned() } else { task.title },
            when,
            badge: if (1..=4).contains(&task.priority) { "urgent" } else { "" },
            is_series: task.is_series,
            href: format!("/calendar/event/{}", task.id),
            from,
            from_words,
            from_icon,
            class: looks.get(&task.calendar).cloned().unwrap_or_else(|| "h6".to_owned()),
        }
    }
}

/// What of ours an address leads to: where, what that is, and its glyph.
fn source(link: &str, hostname: &str) -> (String, &'static str, &'static str) {
    let path = link.strip_prefix("https://").and_then(|rest| rest.strip_prefix(hostname)).unwrap_or_default();
    match local(path, "") {
        path if path.starts_with("/mail/message/") => (path.to_owned(), "The mail it was made from", "mail"),
        path if path.starts_with("/chat/message/") => (path.to_owned(), "The message it was made from", "chat"),
        _ => (String::new(), "", ""),
    }
}

/// `today`, `yesterday`, `tomorrow`, `Friday`, `4 December`.
fn day(date: NaiveDate, here: Here) -> String {
    match (date - here.today()).num_days() {
        -1 => "yesterday".to_owned(),
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        2..=6 => date.format("%A").to_string(),
        _ if date.year() == here.today().year() => format!("{}, {}", date.format("%a"), here.formats.short(date)),
        _ => here.formats.date(date).to_string(),
    }
}

/// POST /calendar/tasks: `text` as one types it; or `mail`, or `chat`, that it is made from. `back` is where to go.
pub async fn make(visit: Visit, form: Form<Fields>) -> PageResult {
    let session = visit.checked(&form).await?;
    let (me, asking) = (session.person.id, visit.clone());
    let here = visit.read(move |tx, _| Here::read(tx, &asking, me)).await?;
    let hostname = visit.web.office.hostname.clone();
    let mail = form.get("mail").parse::<ItemId>().ok();
    let message = form.get("chat").parse::<ChatMessageId>().ok();
    let (draft, back) = match (mail, message) {
        (Some(id), _) => {
            (visit.read(move |tx, _| of_mail(tx, me, id, &hostname)).await?, format!("/mail/message/{id}"))
        }
        (None, Some(id)) => visit.read(move |tx, _| of_chat(tx, me, id, &hostname)).await?,
        (None, None) => {
            let text = one_line(form.get("text"));
            if text.is_empty() {
                return Ok(see(HOME));
            }
            let back = local(form.get("back"), HOME).to_owned();
            (typed(&text, here), back)
        }
    };
    let deed = Deed::Make { calendar: None, draft: Box::new(draft) };
    let done = acts::act(&visit.web.office, me, deed).await.map_err(failed)?;
    // What stands behind a `#` comes after the parameters.
    let (page, place) =
        back.split_once('#').map_or((back.as_str(), String::new()), |(page, at)| (page, format!("#{at}")));
    Ok(see(&[with(page, "undo", &format!("c{}", done.undo)), place].concat()))
}

/// A task as one types it: what an event would begin with is when it is due.
pub fn typed(text: &str, here: Here) -> Draft {
    let read = quick(text, here.now, here.zone);
    let people = if read.people.is_empty() { String::new() } else { format!(" with {}", read.people.join(", ")) };
    let draft = read.draft();
    Draft {
        kind: Kind::Task,
        title: cut(&format!("{}{people}", draft.title), TITLE),
        ends: draft.starts,
        starts: None,
        ..draft
    }
}

fn failed(error: ActError) -> WebError {
    match error {
        ActError::Calendar(error) => error.into(),
        ActError::Field(_, sentence) => WebError::BadInput(sentence),
        ActError::Ical(error) => WebError::BadInput(error.to_string()),
    }
}

/// A task made from a mail, with the way back to it.
fn of_mail(tx: &ReadTx<'_>, me: PersonId, id: ItemId, hostname: &str) -> Result<Draft, WebError> {
    let found = mail::item(tx, me, id)?;
    let title = if found.subject.is_empty() { "Answer a mail".to_owned() } else { cut(&found.subject, TITLE) };
    let notes = format!("From a mail of {}", found.from.shown());
    Ok(Draft {
        title,
        notes,
        link: format!("https://{hostname}/mail/message/{id}"),
        ..Draft::at(Kind::Task, None, None)
    })
}

/// A task made from a chat message, with the way back to it; and where that stands.
fn of_chat(tx: &ReadTx<'_>, me: PersonId, id: ChatMessageId, hostname: &str) -> Result<(Draft, String), WebError> {
    let said = chat::message(tx, me, id)?;
    if said.is_deleted {
        return Err(WebError::NotFound);
    }
    let text = plain_of_markdown(&said.text);
    let title = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("Answer a message");
    let notes = format!("{} said:\n{}", said.name, cut(&text, QUOTE));
    let draft = Draft {
        title: cut(title, TITLE),
        notes,
        link: format!("https://{hostname}/chat/message/{id}"),
        ..Draft::at(Kind::Task, None, None)
    };
    Ok((draft, place(&said)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_this_office_lead_back() {
        let path = |link| source(link, "mail.example.org").0;
        assert_eq!(path("https://mail.example.org/mail/message/7"), "/mail/message/7");
        assert_eq!(path("https://mail.example.org/chat/message/9"), "/chat/message/9");
        for odd in ["https://mail.example.org.evil.test/mail/message/7", "https://mail.example.org//evil.test", "", "x"]
        {
            assert_eq!(path(odd), "", "{odd}");
        }
    }
}
