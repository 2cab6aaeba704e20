//! The last lines of the office's own log, kept in memory for those who run it: what happens at each door, and one thing
//! followed through all of them by its number.
//!
//! Bounded: the oldest go. What is written to standard error is the same and has no end (`app::log`).

use crate::kernel::clock::Moment;
use crate::kernel::limits;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;
use tracing::Level;

/// Fields whose values name one thing: a session, a message, a failed request, a job.
pub const IDS: [&str; 6] = ["session", "mail", "departure", "reference", "job", "feed"];

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number; later ones have greater ones.
    pub number: u64,
    /// When.
    pub at: Moment,
    /// How grave it is.
    pub level: Level,
    /// What happened.
    pub text: String,
    /// With what, in the order in which it was said.
    pub fields: Vec<(&'static str, String)>,
}

impl Line {
    /// The value of a field; empty where there is none.
    #[must_use]
    pub fn field(&self, name: &str) -> &str {
        self.fields.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }

    /// The door it happened at; empty where it was at none.
    #[must_use]
    pub fn door(&self) -> &str {
        self.field("door")
    }
}

/// Which lines are looked for. What is empty asks for nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// At least as grave as this.
    pub level: Option<Level>,
    /// At this door alone.
    pub door: String,
    /// Of the thing that has this number.
    pub id: String,
    /// With these words, in whatever case.
    pub words: String,
    /// Before the line of this number, which is not among them.
    pub before: Option<u64>,
}

impl Wanted {
    fn is(&self, line: &Line) -> bool {
        // Of two levels the graver is the lesser.
        self.level.is_none_or(|level| line.level <= level)
            && (self.door.is_empty() || line.door() == self.door)
            && (self.id.is_empty() || IDS.iter().any(|name| line.field(name) == self.id))
            && self.before.is_none_or(|before| line.number < before)
            && self.has_words(line)
    }

    fn has_words(&self, line: &Line) -> bool {
        let words = self.words.trim().to_lowercase();
        words.is_empty()
            || line.text.to_lowercase().contains(&words)
            || line.fields.iter().any(|(_, value)| value.to_lowercase().contains(&words))
    }
}

/// The last lines.
#[derive(Debug)]
pub struct Journal {
    lines: Mutex<VecDeque<Arc<Line>>>,
    newest: watch::Sender<u64>,
}

impl Default for Journal {
    fn default() -> Self {
        Self { lines: Mutex::default(), newest: watch::Sender::new(0) }
    }
}

impl Journal {
    /// Keeps a line; the oldest goes where there are too many. Long values are cut.
    pub fn push(&self, at: Moment, level: Level, text: String, fields: Vec<(&'static str, String)>) {
        let mut lines = self.lines();
        let number = lines.back().map_or(1, |last| last.number + 1);
        let (text, fields) = (clipped(text), fields.into_iter().map(|(name, value)| (name, clipped(value))).collect());
        lines.push_back(Arc::new(Line { number, at, level, text, fields }));
        while lines.len() > limits::LOG_LINES {
            lines.pop_front();
        }
        drop(lines);
        self.newest.send_replace(number);
    }

    /// Lines that are looked for, newest first, at most `most`.
    #[must_use]
    pub fn lines_of(&self, wanted: &Wanted, most: usize) -> Vec<Arc<Line>> {
        // Looked through on a copy of the list: who writes to the log does not wait.
        let all: Vec<Arc<Line>> = self.lines().iter().cloned().collect();
        all.into_iter().rev().filter(|line| wanted.is(line)).take(most).collect()
    }

    /// The doors that lines were written at, each once.
    #[must_use]
    pub fn doors(&self) -> Vec<String> {
        let all: Vec<Arc<Line>> = self.lines().iter().cloned().collect();
        let doors: std::collections::BTreeSet<_> = all.iter().map(|line| line.door().to_owned()).collect();
        doors.into_iter().filter(|door| !door.is_empty()).collect()
    }

    /// Tells of each new line, by the number of the newest.
    #[must_use]
    pub fn follow(&self) -> watch::Receiver<u64> {
        self.newest.subscribe()
    }

    fn lines(&self) -> MutexGuard<'_, VecDeque<Arc<Line>>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn clipped(text: String) -> String {
    if text.len() <= limits::LOG_VALUE { text } else { crate::kernel::text::cut(&text, limits::LOG_VALUE) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled() -> Journal {
        let journal = Journal::default();
        let at = Moment::from_millis(1);
        let mail = |name: &str| ("mail", name.to_owned());
        journal.push(at, Level::INFO, "mail was taken".into(), vec![("door", "smtp".into()), mail("abc")]);
        journal.push(at, Level::WARN, "slow write".into(), vec![("ms", "70".into())]);
        journal.push(at, Level::INFO, "mail was delivered".into(), vec![("door", "queue".into()), mail("abc")]);
        journal.push(at, Level::DEBUG, "session ended".into(), vec![("door", "smtp".into()), ("to", "abc".into())]);
        journal
    }

    fn numbers(journal: &Journal, wanted: &Wanted) -> Vec<u64> {
        journal.lines_of(wanted, 100).iter().map(|line| line.number).collect()
    }

    #[test]
    fn one_id_is_followed_through_all_doors_and_filters_narrow() {
        let journal = filled();
        assert_eq!(numbers(&journal, &Wanted::default()), [4, 3, 2, 1]);
        assert_eq!(numbers(&journal, &Wanted { id: "abc".into(), ..Wanted::default() }), [3, 1]);
        assert_eq!(numbers(&journal, &Wanted { level: Some(Level::WARN), ..Wanted::default() }), [2]);
        assert_eq!(numbers(&journal, &Wanted { level: Some(Level::INFO), ..Wanted::default() }), [3, 2, 1]);
        assert_eq!(numbers(&journal, &Wanted { door: "smtp".into(), ..Wanted::default() }), [4, 1]);
        assert_eq!(numbers(&journal, &Wanted { words: "ABC".into(), ..Wanted::default() }), [4, 3, 1]);
        assert_eq!(numbers(&journal, &Wanted { before: Some(3), ..Wanted::default() }), [2, 1]);
        assert_eq!(journal.doors(), ["queue", "smtp"]);
    }

    #[test]
    fn it_is_bounded_and_says_that_there_is_more() {
        let journal = Journal::default();
        let mut news = journal.follow();
        assert!(!news.has_changed().unwrap());
        for _ in 0..limits::LOG_LINES + 10 {
            journal.push(Moment::from_millis(1), Level::INFO, "x".repeat(100_000), Vec::new());
        }
        assert!(news.has_changed().unwrap());
        assert_eq!(*news.borrow_and_update(), (limits::LOG_LINES + 10) as u64);
        let all = journal.lines_of(&Wanted::default(), usize::MAX);
        assert_eq!(all.len(), limits::LOG_LINES);
        assert_eq!(all.last().unwrap().number, 11);
        assert!(all[0].text.chars().count() <= limits::LOG_VALUE);
    }
}
