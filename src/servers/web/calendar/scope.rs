//! How much of a series an act means: one, this and those that follow, or all. Asked where the form did not say.

use super::super::filters;
use super::super::page::{PageResult, page};
use super::super::session::Visit;
use super::super::shell::{Place, Shell};
use super::event;
use super::opened::Opened;
use super::span;
use crate::format::ical::{Scope, When};
use askama::Template;

/// This one alone.
pub const ONLY: &str = "only";
/// This one and those that follow.
pub const FROM: &str = "from";
/// All of them.
pub const ALL: &str = "all";

/// What a form's word means, of the instance at `at`; nothing where it says none of them.
pub fn parse(word: &str, at: Option<When>) -> Option<Scope> {
    match (word, at) {
        (ONLY, Some(at)) => Some(Scope::Only(at)),
        (FROM, Some(at)) => Some(Scope::From(at)),
        (ALL, _) => Some(Scope::All),
        _ => None,
    }
}

/// What a change means, in words.
pub fn meaning(word: &str, opened: &Opened) -> String {
    let day = opened.times().map(|(starts, _)| span::point(starts, opened.here));
    let day = day.unwrap_or_default();
    match word {
        ONLY => format!("This changes the one on {day} alone."),
        FROM => format!("This changes the one on {day} and all that follow."),
        _ => "This changes all of the series; below stands its first time.".to_owned(),
    }
}

/// What is asked about.
#[derive(Debug, Clone)]
pub enum Asked {
    /// It is to be changed.
    Change,
    /// It is to be deleted.
    Delete,
    /// It is to be moved, to these times.
    Move(String, String),
}

/// One answer.
struct Answer {
    value: &'static str,
    words: &'static str,
    hint: String,
}

#[derive(Template)]
#[template(path = "calendar/scope.html")]
struct ScopePage {
    shell: Shell,
    question: String,
    method: &'static str,
    action: String,
    hidden: Vec<(&'static str, String)>,
    answers: Vec<Answer>,
    back: String,
}

/// Asks how much of a series is meant.
pub async fn ask(visit: &Visit, opened: &Opened, asked: Asked) -> PageResult {
    let (shell, ()) = visit.page(Place::Calendar, |_, _| Ok(())).await?;
    let id = opened.stored.id;
    let (verb, method, act) = match asked {
        Asked::Change => ("change", "get", "edit"),
        Asked::Delete => ("delete", "post", "delete"),
        Asked::Move(..) => ("move", "post", "move"),
    };
    let mut hidden = vec![("instance", opened.instance())];
    if let Asked::Move(starts, ends) = asked {
        hidden.extend([("starts", starts), ("ends", ends)]);
    }
    let day = opened.times().map(|(starts, _)| span::point(starts, opened.here));
    let answers = vec![
        Answer { value: ONLY, words: "Only this one", hint: day.unwrap_or_default() },
        Answer { value: FROM, words: "This and all that follow", hint: "Those before it stay as they are".to_owned() },
        Answer { value: ALL, words: "All of them", hint: "Those that are over, too".to_owned() },
    ];
    page(&ScopePage {
        shell,
        question: format!("“{}” comes more than once. Which do you want to {verb}?", event::title(opened.facts())),
        method,
        action: format!("/calendar/event/{id}/{act}"),
        hidden,
        answers,
        back: format!("/calendar/event/{id}?instance={}", opened.instance()),
    })
}
