//! One message as all readers see it: the same fragment in the page, in answers and on the live stream.

use super::card::CardView;
use super::file::FilesView;
use crate::domain::chat::{Choice, Message, MessageKind, Quoted, Reaction};
use crate::domain::people::{self, PeopleError, Person};
use crate::domain::store::ReadTx;
use crate::format::html::{self, CleanHtml};
use crate::kernel::id::{ChatMessageId, ConversationId, PersonId};
use crate::kernel::text::{cut, one_line};
use crate::servers::web::face::Face;
use crate::servers::web::words::{Reader, When, count};
use crate::services::card;
use askama::Template;
use std::collections::HashMap;
use std::time::Duration;

/// What one person says within this time stands under one name.
const TOGETHER: Duration = Duration::from_secs(5 * 60);
/// Characters of a quoted message.
const QUOTE: usize = 140;
/// Names told of those who reacted.
const NAMED: usize = 12;

/// Who is who: names for numbers, and people for what stands behind an `@`.
#[derive(Debug, Clone, Default)]
pub struct Faces {
    names: HashMap<PersonId, String>,
    logins: HashMap<String, PersonId>,
}

impl Faces {
    /// Everybody in the office.
    pub fn read(tx: &ReadTx<'_>) -> Result<Self, PeopleError> {
        Ok(Self::of(&people::all(tx)?))
    }

    /// These people.
    pub fn of(people: &[Person]) -> Self {
        Self {
            names: people.iter().map(|person| (person.id, person.full_name.clone())).collect(),
            logins: people.iter().map(|person| (person.name.clone(), person.id)).collect(),
        }
    }

    /// Those who have to do with one message.
    pub fn of_message(tx: &ReadTx<'_>, message: &Message) -> Result<Self, PeopleError> {
        Self::of_messages(tx, [message])
    }

    /// Those who have to do with some messages, and nobody else: an office may have many people.
    pub fn of_messages<'m>(
        tx: &ReadTx<'_>,
        messages: impl IntoIterator<Item = &'m Message>,
    ) -> Result<Self, PeopleError> {
        let mut wanted: Vec<&PersonId> = Vec::new();
        for message in messages {
            wanted.extend(message.reactions.iter().flat_map(|one| one.people.iter().take(NAMED)));
            wanted.extend(message.choices.iter().flat_map(|one| one.people.iter().take(NAMED)));
            wanted.extend(&message.pings);
        }
        wanted.sort_unstable();
        wanted.dedup();
        let found = wanted.into_iter().map(|person| people::person(tx, *person));
        let found: Vec<_> = found.filter_map(Result::transpose).collect::<Result<_, _>>()?;
        Ok(Self::of(&found))
    }

    /// A person's name.
    pub fn name(&self, person: PersonId) -> &str {
        self.names.get(&person).map_or("Somebody", String::as_str)
    }

    fn mention(&self, word: &str) -> Option<html::Mention> {
        if word == "here" {
            return Some(html::Mention { label: "here".to_owned(), href: None, is_me: false });
        }
        let person = self.logins.get(&word.to_lowercase())?;
        let href = Some(format!("/people/{person}"));
        Some(html::Mention { label: self.name(*person).to_owned(), href, is_me: false })
    }

    /// A message's text, ready to show.
    pub fn text(&self, text: &str) -> CleanHtml {
        html::from_markdown(text, &|word| self.mention(word))
    }
}

/// What a message answers.
#[derive(Debug, Clone)]
pub struct QuoteView {
    /// Who said it.
    pub name: String,
    /// What was said, in one line.
    pub text: String,
    /// Where it stands.
    pub href: String,
}

impl QuoteView {
    /// A whole message in one line.
    pub fn of(message: &Message) -> Self {
        let text = if message.is_deleted { "This message was deleted.".into() } else { card::words(message) };
        Self::from(&Quoted { id: message.id, name: message.name.clone(), text: text.into_owned() })
    }
}

impl From<&Quoted> for QuoteView {
    fn from(quoted: &Quoted) -> Self {
        Self {
            name: quoted.name.clone(),
            text: cut(&one_line(&html::plain_of_markdown(&quoted.text)), QUOTE),
            href: format!("/chat/message/{}", quoted.id),
        }
    }
}

/// One emoji and who put it there.
#[derive(Debug, Clone)]
pub struct ReactionView {
    pub emoji: String,
    pub count: usize,
    pub by: String,
    pub names: String,
    pub is_on: bool,
}

impl ReactionView {
    fn new(reaction: &Reaction, faces: &Faces) -> Self {
        let people = &reaction.people;
        Self {
            emoji: reaction.emoji.clone(),
            count: people.len(),
            by: ids(people),
            names: names(people, faces),
            is_on: false,
        }
    }
}

/// One choice of a poll.
#[derive(Debug, Clone)]
pub struct ChoiceView {
    pub position: i64,
    pub text: String,
    pub by: String,
    pub names: String,
    pub count: i64,
    pub most: i64,
    pub is_on: bool,
}

impl ChoiceView {
    fn new(choice: &Choice, faces: &Faces, most: usize) -> Self {
        let people = &choice.people;
        Self {
            position: choice.position,
            text: choice.text.clone(),
            by: ids(people),
            names: names(people, faces),
            count: i64::try_from(people.len()).unwrap_or(0),
            most: i64::try_from(most.max(1)).unwrap_or(1),
            is_on: false,
        }
    }
}

/// The first of these people by name, and how many more.
fn names(people: &[PersonId], faces: &Faces) -> String {
    let mut names: Vec<_> = people.iter().take(NAMED).map(|person| faces.name(*person).to_owned()).collect();
    if people.len() > NAMED {
        names.push(format!("{} more", people.len() - NAMED));
    }
    names.join(", ")
}

fn ids(people: &[PersonId]) -> String {
    people.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

/// One message. Nothing in it depends on the reader but the zone of its times; the page adds what does.
#[derive(Debug, Clone)]
pub struct SayView {
    /// The message.
    pub id: ChatMessageId,
    /// Its day, in words.
    pub day: String,
    pub at: i64,
    pub number: i64,
    pub version: i64,
    pub mark: char,
    pub class: String,
    pub by: String,
    pub client: String,
    pub pings: String,
    pub name: String,
    pub face: Face,
    pub href: String,
    pub when: When,
    pub text: CleanHtml,
    pub is_deleted: bool,
    pub edited: String,
    pub quote: Option<QuoteView>,
    pub card: Option<CardView>,
    pub replies: String,
    pub replies_at: String,
    pub thread: String,
    pub choices: Vec<ChoiceView>,
    pub reactions: Vec<ReactionView>,
    pub files: FilesView,
    pub is_pinned: bool,
    /// Who speaks, where it is no person; empty else.
    pub badge: &'static str,
    pub conversation: ConversationId,
}

impl SayView {
    /// A message as everybody sees it.
    pub fn new(message: &Message, faces: &Faces, reader: Reader) -> Self {
        let is_card = message.kind == MessageKind::Card && !message.is_deleted;
        let mut pings: Vec<_> = message.pings.iter().map(ToString::to_string).collect();
        if message.pings_all {
            pings.push("all".to_owned());
        }
        Self {
            id: message.id,
            conversation: message.conversation,
            day: reader.day(message.said_at),
            at: message.said_at.millis(),
            number: message.number,
            version: message.revision,
            mark: 'm',
            class: class(message).to_owned(),
            by: message.said_by.map(|person| person.to_string()).unwrap_or_default(),
            client: message.client_id.clone(),
            pings: pings.join(" "),
            face: sayer(message),
            badge: match (message.is_spoken_for, message.said_by) {
                (false, _) => "",
                (true, Some(_)) => "office",
                (true, None) => "bot",
            },
            name: message.name.clone(),
            href: format!("/chat/message/{}", message.id),
            when: reader.when(message.said_at),
            text: if is_card || message.is_deleted { CleanHtml::default() } else { faces.text(&message.text) },
            is_deleted: message.is_deleted,
            edited: message.edited_at.map(|at| format!("Edited {}", reader.when(at).full())).unwrap_or_default(),
            quote: message.answers.as_ref().map(QuoteView::from),
            card: is_card.then(|| CardView::read(message.id, &message.text, reader)),
            replies: if message.replies == 0 { String::new() } else { replies(message.replies) },
            replies_at: message.last_reply_at.map(|at| reader.when(at).short().to_string()).unwrap_or_default(),
            thread: format!("/chat/{}/thread/{}", message.conversation, message.thread.unwrap_or(message.id)),
            reactions: message.reactions.iter().map(|reaction| ReactionView::new(reaction, faces)).collect(),
            choices: if message.is_deleted { Vec::new() } else { choices(message, faces) },
            files: FilesView::new(&message.files),
            is_pinned: message.is_pinned,
        }
    }

    /// The same, marked for its reader.
    #[must_use]
    pub fn seen_by(mut self, me: PersonId, message: &Message) -> Self {
        let is_mine = message.said_by == Some(me);
        let marks = [
            (is_mine, " mine"),
            (!is_mine && (message.pings_all || message.pings.contains(&me)), " ping"),
            (message.is_starred, " starred"),
        ];
        marks.into_iter().filter(|(is, _)| *is).for_each(|(_, mark)| self.class.push_str(mark));
        for (view, choice) in self.choices.iter_mut().zip(&message.choices) {
            view.is_on = choice.people.contains(&me);
        }
        for (view, reaction) in self.reactions.iter_mut().zip(&message.reactions) {
            view.is_on = reaction.people.contains(&me);
        }
        self
    }

    /// The same beside the log, where its id is taken.
    #[must_use]
    pub const fn in_thread(mut self) -> Self {
        self.mark = 't';
        self
    }
}

/// The face of who said it; who speaks for somebody else shows none of their own.
pub fn sayer(message: &Message) -> Face {
    if message.is_spoken_for {
        return Face::new(&message.name, &message.name);
    }
    Face::new(&message.name, &message.address).with(&message.portrait)
}

fn choices(message: &Message, faces: &Faces) -> Vec<ChoiceView> {
    let all = message.choices.iter().map(|choice| choice.people.len()).sum();
    message.choices.iter().map(|choice| ChoiceView::new(choice, faces, all)).collect()
}

/// `1 reply`, `3 replies`.
pub fn replies(count_: i64) -> String {
    if count_ == 1 { "1 reply".to_owned() } else { count(count_, "reply").replace("replys", "replies") }
}

const fn class(message: &Message) -> &'static str {
    match message.kind {
        _ if message.is_deleted => "say gone",
        // A class more than the script knows: what is said in another name stands under a name of its own.
        MessageKind::Text if message.is_spoken_for => "say office",
        MessageKind::Text | MessageKind::Poll => "say",
        MessageKind::Action => "say action",
        MessageKind::Notice => "say notice",
        MessageKind::Card => "say carded",
    }
}

/// A message with the lines that stand over it.
#[derive(Debug, Clone)]
pub struct LineView {
    pub day: String,
    pub is_first_new: bool,
    pub say: SayView,
}

/// Messages as a log: a line for each day, one before what is new, and runs of one person under one name.
pub fn lines(messages: &[Message], me: PersonId, read: Option<i64>, faces: &Faces, reader: Reader) -> Vec<LineView> {
    let mut lines: Vec<LineView> = Vec::with_capacity(messages.len());
    let is_new = |message: &Message| read.is_some_and(|read| message.number > read) && message.said_by != Some(me);
    let first_new = messages.iter().find(|message| is_new(message)).map(|message| message.id);
    for (place, message) in messages.iter().enumerate() {
        let mut say = SayView::new(message, faces, reader).seen_by(me, message);
        let before = place.checked_sub(1).and_then(|place| messages.get(place));
        let is_other_day = lines.last().is_none_or(|line| line.say.day != say.day);
        let is_first_new = first_new == Some(message.id);
        if !is_other_day && !is_first_new && before.is_some_and(|before| goes_on(before, message)) {
            say.class.push_str(" more");
        }
        lines.push(LineView { day: if is_other_day { say.day.clone() } else { String::new() }, is_first_new, say });
    }
    lines
}

/// Whether a message stands under the name of the one before. The script knows the same rule.
fn goes_on(before: &Message, message: &Message) -> bool {
    let is_plain = |one: &Message| one.kind == MessageKind::Text && !one.is_deleted && !one.is_spoken_for;
    is_plain(before)
        && is_plain(message)
        && message.answers.is_none()
        && before.said_by == message.said_by
        && message.said_at.since(before.said_at) < TOGETHER
}

/// The fragment.
#[derive(Template)]
#[template(path = "chat/_message.html")]
pub struct SayFragment {
    /// The message.
    pub say: SayView,
}

use crate::servers::web::filters;
