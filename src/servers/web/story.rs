//! Where a message is, step by step: what those who run the office see of every message, and people of their own.

use super::words::{Reader, When, count};
use crate::domain::trace::StepKind;
use crate::services::trace::{Story, Told};

/// One step.
pub struct StepView {
    pub when: When,
    pub icon: &'static str,
    /// How it looks: good, warn, bad or plain.
    pub look: &'static str,
    pub words: String,
    /// For whom, where it is of one address.
    pub address: String,
    /// What a server said.
    pub said: String,
}

/// For whom a message still waits.
pub struct WaitView {
    pub address: String,
    pub words: String,
    pub said: String,
}

/// A message and what became of it.
pub struct StoryView {
    pub name: String,
    pub subject: String,
    pub message_id: String,
    pub came: String,
    pub when: When,
    pub steps: Vec<StepView>,
    pub waits: Vec<WaitView>,
    /// In two words, how it stands.
    pub state: &'static str,
    pub look: &'static str,
}

impl StoryView {
    /// A story as this reader sees it.
    pub fn new(story: Story, reader: Reader) -> Self {
        let Story { passage, writer, steps, waits } = story;
        let from = if passage.sender.is_empty() { "nobody (a report)" } else { &passage.sender };
        let came = match passage.door.as_str() {
            "web" => format!("Written by {writer} in a browser"),
            "submission" => format!("Sent by {writer} with a mail program, from {}", passage.origin),
            "office" => format!("Written by the office in the name of {writer}"),
            _ => format!("Came from {from}, brought by {}", passage.origin),
        };
        let (state, look) = state(&steps, waits.len());
        let wait = |wait: crate::services::trace::Waits| WaitView {
            words: match wait.tries {
                0 => "not tried yet".to_owned(),
                tries => {
                    format!(
                        "tried {}, comes back {} at the latest",
                        count(tries, "time"),
                        reader.when(wait.until).full()
                    )
                }
            },
            address: wait.address,
            said: wait.said,
        };
        Self {
            name: passage.name,
            subject: if passage.subject.is_empty() { "(no subject)".to_owned() } else { passage.subject },
            message_id: passage.message_id,
            came,
            when: reader.when(passage.at),
            waits: waits.into_iter().map(wait).collect(),
            steps: steps.into_iter().map(|told| StepView::new(told, reader)).collect(),
            state,
            look,
        }
    }
}

/// How a message stands, by what became of it last for each address.
fn state(steps: &[Told], waiting: usize) -> (&'static str, &'static str) {
    let has = |kind| steps.iter().any(|told| told.step.kind == kind);
    if has(StepKind::Failed) {
        ("Came back", "bad")
    } else if has(StepKind::Dropped) {
        ("Dropped", "bad")
    } else if waiting > 0 {
        ("On its way", "warn")
    } else {
        ("Delivered", "good")
    }
}

impl StepView {
    fn new(told: Told, reader: Reader) -> Self {
        let Told { step, whose, now } = told;
        let (icon, look, words, said) = match step.kind {
            StepKind::Taken => match step.words.as_str() {
                "web" => ("compose", "", "Written here".to_owned(), String::new()),
                "office" => ("compose", "", "Written by the office".to_owned(), String::new()),
                with => ("inbox", "", format!("Taken by {with}"), String::new()),
            },
            StepKind::Filed => ("check", "good", filed(&whose, &step.words, &now), String::new()),
            StepKind::Said => ("chat", "good", "Taken by a room or a conversation".to_owned(), String::new()),
            StepKind::Queued => ("queue", "", "Waits to leave".to_owned(), String::new()),
            StepKind::Delivered => ("check", "good", "Taken by the other server".to_owned(), step.words),
            StepKind::Deferred => ("clock", "warn", "Not taken yet, to be tried again".to_owned(), step.words),
            StepKind::Failed => ("warn", "bad", "Not delivered".to_owned(), step.words),
            StepKind::Reported => ("reply", "", format!("The sender was told: {}", step.words), String::new()),
            StepKind::Dropped => {
                ("warn", "bad", "Taken out of the queue by an administrator".to_owned(), String::new())
            }
        };
        Self { when: reader.when(step.at), icon, look, words, address: step.address, said }
    }
}

/// In whose folder a copy lies, and where it was put since.
fn filed(whose: &str, folder: &str, now: &str) -> String {
    let place = if folder == "Sent" { "Sent" } else { "the inbox" };
    let whose = if whose.is_empty() { "somebody who has left".to_owned() } else { whose.to_owned() };
    let since = if now.is_empty() { String::new() } else { format!("; now {now}") };
    format!("In {place} of {whose}{since}")
}
