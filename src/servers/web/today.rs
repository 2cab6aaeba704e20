//! The launch point: what waits for the reader, and who is here.

use super::calendar::today::DayView;
use super::error::WebError;
use super::face::Face;
use super::filters;
use super::form::Fields;
use super::mail::row::RowView;
use super::page::{PageResult, page};
use super::presence::Watch;
use super::quotes::habit::Habit;
use super::quotes::today::QuotesView;
use super::session::Visit;
use super::shell::{PersonView, Place, Shell};
use super::words::{count, number};
use crate::domain::mail::{self, FolderRole, Row};
use crate::domain::people;
use crate::domain::store::ReadTx;
use crate::kernel::id::PersonId;
use actix_web::HttpRequest;
use askama::Template;

/// Rows of each list: the page is a glance, not the list itself.
const ROWS: usize = 6;

struct MailView<'a> {
    row: RowView<'a>,
    face: Face,
}

#[derive(Template)]
#[template(path = "today/today.html")]
struct TodayPage<'a> {
    shell: Shell,
    date: String,
    summary: String,
    inbox_words: String,
    mail: Vec<MailView<'a>>,
    day: DayView,
    quotes: QuotesView,
    people: Vec<PersonView>,
}

/// GET /today
pub async fn today(visit: Visit, request: HttpRequest) -> PageResult {
    let (here, habit) = (visit.clone(), Habit::of(&request, &Fields::default()));
    let (shell, (rows, people, day, quotes)) = visit
        .page(Place::Today, move |tx, session| {
            let me = session.person.id;
            let inbox = mail::folder_by_role(tx, me, FolderRole::Inbox)?;
            let rows = mail::list(tx, me, inbox.id, 1)?.rows.into_iter().filter(|row| row.unread > 0).take(ROWS);
            let rows = rows.map(|row| Ok((portrait(tx, me, &row)?, row))).collect::<Result<Vec<_>, WebError>>()?;
            let people = people::all(tx)?.into_iter().filter(|person| person.id != me && !person.is_disabled);
            let watch = Watch::new(tx, &here, me)?;
            let people: Vec<_> = people.map(|person| PersonView::new(&person, &session.person).seen(&watch)).collect();
            let quotes = QuotesView::read(tx, session, &here, &habit)?;
            Ok((rows, people, DayView::read(tx, &here, me)?, quotes))
        })
        .await?;
    let reader = visit.reader();
    let mail = rows.iter().map(|(portrait, row)| MailView::new(RowView::new(row, reader, ""), portrait)).collect();
    let inbox_words = if shell.unread.is_empty() { "Inbox".to_owned() } else { format!("{} in Inbox", shell.unread) };
    let in_all = i64::try_from(people.len()).unwrap_or(i64::MAX);
    let here = people.iter().filter(|person| person.presence.show != "off").count();
    let here = i64::try_from(here).unwrap_or(i64::MAX);
    let people_here = count(in_all + 1, "person").replace("persons", "people");
    let summary = format!("Week {} · {} of {people_here} here{}", reader.week(), number(here + 1), day.summary);
    let people = people.into_iter().take(ROWS).collect();
    page(&TodayPage { shell, date: reader.today(), summary, inbox_words, mail, day, quotes, people })
}

impl<'a> MailView<'a> {
    fn new(row: RowView<'a>, portrait: &str) -> Self {
        Self { face: Face::new(row.people, row.people).with(portrait), row }
    }
}

/// The mark of the picture of the colleague who wrote the newest of a conversation; empty where it came from outside.
fn portrait(tx: &ReadTx<'_>, me: PersonId, row: &Row) -> Result<String, WebError> {
    let item = mail::item(tx, me, row.item)?;
    match item.from.address.parse() {
        Ok(address) if item.is_inside => Ok(people::portrait_at(tx, &address)?),
        _ => Ok(String::new()),
    }
}
