//! Where a message is: what was noted of its way, and where each copy lies now.

use crate::domain::mail::{self, FolderRole};
use crate::domain::outbound::{self, Departure};
use crate::domain::people;
use crate::domain::store::{ReadTx, StoreError, WriteTx};
use crate::domain::trace::{self, NewPassage, NewStep, Passage, Step, StepKind};
use crate::format::mime;
use crate::kernel::clock::Moment;
use crate::kernel::id::{PassageId, PersonId};
use crate::kernel::limits;
use crate::services::arrive::new_name;

/// One step, with what is so of it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The step.
    pub step: Step,
    /// Whose folder it is.
    pub whose: String,
    /// Where that copy lies now, where it is not where it was filed.
    pub now: String,
}

/// A recipient who still waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waits {
    /// The address.
    pub address: String,
    /// How often it was tried.
    pub tries: i64,
    /// What the far server last said.
    pub said: String,
    /// When it comes back at the latest.
    pub until: Moment,
}

/// All that is known of one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    /// The message.
    pub passage: Passage,
    /// Who of the office wrote it.
    pub writer: String,
    /// What became of it, oldest first.
    pub steps: Vec<Told>,
    /// For whom it still waits.
    pub waits: Vec<Waits>,
}

/// What is noted when a message leaves of which nothing was noted before: letters of the office itself.
#[derive(Debug, Clone)]
pub(super) struct Unseen {
    /// What the office calls it from now on.
    pub name: String,
    message_id: String,
    subject: String,
    size: usize,
}

impl Unseen {
    /// Reads what is noted off the bytes of a message.
    pub fn of(raw: &[u8], size: usize) -> Self {
        let field = |name| mime::header_value(raw, name).unwrap_or_default();
        Self { name: new_name(), message_id: field("message-id"), subject: field("subject"), size }
    }

    /// Notes it.
    pub fn begin(&self, tx: &WriteTx<'_>, departure: &Departure) -> Result<PassageId, StoreError> {
        let sender = departure.reverse_path.as_str();
        let new = NewPassage {
            name: &self.name,
            message_id: &self.message_id,
            sender,
            subject: &self.subject,
            size: self.size,
            door: "office",
            origin: "",
            person: Some(departure.sender),
        };
        let passage = trace::begin(tx, &new)?;
        trace::departs(tx, passage, departure.id)?;
        trace::note(tx, passage, NewStep::new(StepKind::Taken, sender, "office"))?;
        Ok(passage)
    }
}

/// What is known of a message, as those are told who run the office: all of it.
///
/// # Errors
/// Where the file cannot be read.
pub fn story(tx: &ReadTx<'_>, passage: Passage) -> Result<Story, StoreError> {
    let mut steps = Vec::new();
    for step in trace::steps(tx, passage.id)? {
        let whose = step.person.map_or(Ok(String::new()), |who| name(tx, who))?;
        steps.push(Told { now: now(tx, &step)?, whose, step });
    }
    let writer = passage.person.map_or(Ok(String::new()), |who| name(tx, who))?;
    let waits = passage.departure.map_or(Ok(Vec::new()), |id| {
        let until = outbound::departure(tx, id)?.map_or(passage.at, |departure| departure.gives_up_at);
        let wait = |to: outbound::Recipient| Waits { address: to.address, tries: to.tries, said: to.last_reply, until };
        Ok::<_, StoreError>(outbound::recipients(tx, id)?.into_iter().map(wait).collect())
    })?;
    Ok(Story { passage, writer, steps, waits })
}

/// What is known of a message, as one person is told: all of what they wrote; of others' messages only what became of
/// their own copy.
///
/// # Errors
/// Where the file cannot be read.
pub fn own_story(tx: &ReadTx<'_>, passage: Passage, who: PersonId) -> Result<Story, StoreError> {
    let is_writer = passage.person == Some(who);
    let mut story = story(tx, passage)?;
    for told in &mut story.steps {
        // Where others have put their copies is theirs alone.
        if told.step.person != Some(who) {
            told.now.clear();
        }
    }
    if !is_writer {
        story.steps.retain(|told| told.step.person == Some(who) || told.step.kind == StepKind::Taken);
        story.waits.clear();
    }
    Ok(story)
}

fn name(tx: &ReadTx<'_>, who: PersonId) -> Result<String, StoreError> {
    let person = people::person(tx, who).map_err(StoreError::from)?;
    Ok(person.map_or_else(String::new, |person| person.full_name))
}

/// Where a copy lies now, in words that say nothing of how its owner calls their folders; empty where it is still there.
fn now(tx: &ReadTx<'_>, step: &Step) -> Result<String, StoreError> {
    let (Some(person), Some(item)) = (step.person, step.item) else { return Ok(String::new()) };
    let role = match mail::item(tx, person, item) {
        Ok(item) => item.folder.role,
        Err(mail::MailError::NoItem) => return Ok("deleted for good".to_owned()),
        Err(error) => return Err(error.into()),
    };
    let words = match role {
        FolderRole::Trash => "in Deleted",
        FolderRole::Junk => "in Junk",
        FolderRole::Archive => "in Archive",
        FolderRole::Inbox => "in the inbox",
        FolderRole::Sent => "in Sent",
        _ => "in another folder",
    };
    let is_there =
        step.words == "Inbox" && role == FolderRole::Inbox || step.words == "Sent" && role == FolderRole::Sent;
    Ok(if is_there { String::new() } else { words.to_owned() })
}

/// Messages that the words may mean, newest first, each with what is known of it.
///
/// # Errors
/// Where the file cannot be read.
pub fn find(tx: &ReadTx<'_>, words: &str) -> Result<Vec<Story>, StoreError> {
    trace::find(tx, words, limits::TRACE_FOUND)?.into_iter().map(|passage| story(tx, passage)).collect()
}
