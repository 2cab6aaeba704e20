//! The office's own log: its last lines, by how grave they are, by door and by words; and one thing followed through all
//! doors by its number.

use super::super::error::WebError;
use super::super::filters;
use super::super::form::Fields;
use super::super::mail::files::disposition;
use super::super::page::{PageResult, page, with, with_asked};
use super::super::session::Visit;
use super::super::settings::Tab;
use super::super::shell::{Place, Shell};
use super::super::words::{Reader, When};
use super::log::OptionView;
use super::{open_to, tabs};
use crate::kernel::text::one_line;
use crate::services::journal::{IDS, Line, Wanted};
use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use askama::Template;
use chrono::{DateTime, SecondsFormat};
use serde_json::{Map, Value};
use tracing::Level;

/// Lines on one page.
const ROWS: usize = 200;
/// Levels to choose from: their words in the address and on the page.
const LEVELS: [(&str, &str, Level); 3] = [
    ("error", "Errors", Level::ERROR),
    ("warn", "Warnings and errors", Level::WARN),
    ("info", "All but details", Level::INFO),
];

struct FieldView {
    name: &'static str,
    value: String,
    /// Where all lines of the same thing are shown; empty where it names none.
    href: String,
}

struct LineView {
    when: When,
    seconds: String,
    level: &'static str,
    look: &'static str,
    door: String,
    text: String,
    fields: Vec<FieldView>,
}

#[derive(Template)]
#[template(path = "admin/office_log.html")]
struct LogPage {
    shell: Shell,
    tabs: Vec<Tab>,
    levels: Vec<OptionView>,
    doors: Vec<OptionView>,
    q: String,
    id: String,
    lines: Vec<LineView>,
    is_first: bool,
    here: String,
    older: String,
    download: String,
}

fn wanted(asked: &Fields) -> Wanted {
    Wanted {
        level: LEVELS.iter().find(|(word, ..)| *word == asked.get("level")).map(|(.., level)| *level),
        door: asked.get("door").to_owned(),
        id: asked.get("id").trim().to_owned(),
        words: asked.get("q").trim().to_owned(),
        before: asked.get("before").parse().ok(),
    }
}

/// GET /admin/log?level=&door=&q=&id=&before=
pub async fn show(visit: Visit) -> PageResult {
    let (asked, reader) = (visit.query.clone(), visit.reader());
    let wanted = wanted(&asked);
    let (shell, who) = visit
        .page(Place::Nowhere, |_, session| {
            open_to(session)?;
            Ok(session.person.id)
        })
        .await?;
    visit.web.streams.watch_log(who);
    let journal = visit.web.office.status.journal();
    let mut lines = journal.lines_of(&wanted, ROWS + 1);
    let has_more = lines.len() > ROWS;
    lines.truncate(ROWS);
    let kept = |start: &str| with_asked(start, &asked, &["level", "door", "q", "id"]);
    let here = kept("/admin/log");
    let oldest = lines.last().map_or(0, |line| line.number);
    let option = |(word, words, _): (&str, &str, Level)| OptionView {
        is_on: asked.get("level") == word,
        value: word.to_owned(),
        words: words.to_owned(),
    };
    let door = |door: String| OptionView { is_on: wanted.door == door, words: door.clone(), value: door };
    page(&LogPage {
        shell,
        tabs: tabs("/admin/log"),
        levels: LEVELS.into_iter().map(option).collect(),
        doors: journal.doors().into_iter().map(door).collect(),
        q: wanted.words.clone(),
        id: wanted.id.clone(),
        lines: lines.iter().map(|line| LineView::new(line, reader)).collect(),
        is_first: wanted.before.is_none(),
        older: if has_more { with(&here, "before", &oldest.to_string()) } else { String::new() },
        download: kept("/admin/log/download"),
        here,
    })
}

impl LineView {
    fn new(line: &Line, reader: Reader) -> Self {
        let (level, look) = match line.level {
            Level::ERROR => ("error", "bad"),
            Level::WARN => ("warn", "warn"),
            Level::INFO => ("info", ""),
            _ => ("detail", ""),
        };
        let fields = line.fields.iter().filter(|(name, value)| *name != "door" && !value.is_empty());
        let field = |(name, value): &(&'static str, String)| FieldView {
            href: if IDS.contains(name) { with("/admin/log", "id", value) } else { String::new() },
            name,
            value: one_line(value),
        };
        let when = reader.when(line.at);
        Self {
            seconds: format!("{}:{:02}", when.clock(), line.at.seconds() % 60),
            when,
            level,
            look,
            door: line.door().to_owned(),
            text: one_line(&line.text),
            fields: fields.map(field).collect(),
        }
    }
}

/// GET /admin/log/download: the same lines, oldest first, as JSON lines.
pub async fn download(visit: Visit) -> PageResult {
    open_to(&visit.session().await?)?;
    let lines = visit.web.office.status.journal().lines_of(&wanted(&visit.query), usize::MAX);
    let mut text = String::new();
    for line in lines.iter().rev() {
        text.push_str(&written(line).map_err(|error| WebError::Broken(error.to_string()))?);
        text.push('\n');
    }
    let name = format!("log-{}.jsonl", visit.web.office.clock.now().seconds());
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/jsonl"))
        .insert_header((CONTENT_DISPOSITION, disposition("attachment", &name)))
        .body(text))
}

fn written(line: &Line) -> serde_json::Result<String> {
    let at = DateTime::from_timestamp_millis(line.at.millis()).unwrap_or_default();
    let mut all = Map::new();
    all.insert("timestamp".to_owned(), Value::from(at.to_rfc3339_opts(SecondsFormat::Millis, true)));
    all.insert("level".to_owned(), Value::from(line.level.as_str()));
    all.insert("text".to_owned(), Value::from(line.text.as_str()));
    all.extend(line.fields.iter().map(|(name, value)| ((*name).to_owned(), Value::from(value.as_str()))));
    serde_json::to_string(&all)
}
