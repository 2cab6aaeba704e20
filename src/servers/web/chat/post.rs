//! What goes out from the page: saying, reading, typing, keeping a draft.

use super::super::error::{WebError, wait_words};
use super::super::form::{FieldError, Fields, Posted};
use super::super::page::{PageResult, fragment, see};
use super::super::session::Visit;
use super::file;
use super::say::{Faces, SayFragment, SayView};
use super::talk::{self, Asked};
use crate::domain::chat::{self, ChatError, MessageKind, NewMessage, Said};
use crate::domain::event::Signal;
use crate::domain::people::Person;
use crate::domain::store::StoreError;
use crate::kernel::id::{ChatFileId, ChatMessageId, ConversationId, PersonId};
use crate::kernel::limits;
use crate::kernel::text::sentence;
use crate::services::command::{self, Answer, CommandError, Told};
use crate::services::manners::manners;
use crate::services::push;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Form, Path};
use askama::Template;

/// POST /chat/{conversation}/say
pub async fn say(visit: Visit, at: Path<ConversationId>, posted: Posted) -> PageResult {
    let (at, Posted { fields: form, files }) = (*at, posted);
    if files.is_empty() && command::is_one(form.get("text")) {
        return run(&visit, at, &form).await;
    }
    let mut new = message(at, &form);
    if !files.is_empty() {
        let session = visit.checked(&form).await?;
        match file::keep(&visit, session.person.id, at, files).await {
            Ok(kept) => new.files.extend(kept),
            Err(WebError::Barred(why)) => {
                return refuse(&visit, at, &form, FieldError::new("say", sentence(&why))).await;
            }
            Err(error) => return Err(error),
        }
    }
    let said: Result<Said, Failed> =
        visit.attempt(&form, move |tx, session| Ok(push::say(tx, session.person.id, &new)?)).await;
    match said {
        Ok(said) => told(&visit, at, &form, said).await,
        Err(failed) => refuse(&visit, at, &form, failed.sentence()?).await,
    }
}

/// Why a deed was not done: refused by the conversation's rules, or by anything before them.
pub enum Failed {
    /// The rules.
    Chat(ChatError),
    /// Anything else.
    Web(WebError),
}

impl Failed {
    /// What the sender can put right.
    pub fn sentence(self) -> Result<FieldError, WebError> {
        match self {
            Self::Chat(error) => refusal(error),
            Self::Web(error) => Err(error),
        }
    }
}

impl From<ChatError> for Failed {
    fn from(error: ChatError) -> Self {
        Self::Chat(error)
    }
}

impl From<WebError> for Failed {
    fn from(error: WebError) -> Self {
        Self::Web(error)
    }
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        Self::Web(error.into())
    }
}

fn message(at: ConversationId, form: &Fields) -> NewMessage {
    let typed = form.get("text");
    NewMessage {
        to: at,
        // Two strokes say one: what begins with a stroke is a command otherwise.
        text: typed.strip_prefix('/').filter(|rest| rest.starts_with('/')).unwrap_or(typed).replace("\r\n", "\n"),
        client_id: form.get("client_id").to_owned(),
        answers: form.get("answers").parse().ok(),
        thread: form.get("thread").parse().ok(),
        files: form.all("kept").filter_map(|id| id.parse::<ChatFileId>().ok()).collect(),
        kind: MessageKind::Text,
    }
}

/// What was said: itself for a script, else the page it stands on.
async fn told(visit: &Visit, at: ConversationId, form: &Fields, said: Said) -> PageResult {
    if visit.wants_fragment {
        return message_fragment(visit, said.message).await;
    }
    Ok(see(&match form.get("thread").parse::<ChatMessageId>() {
        Ok(root) => format!("/chat/{at}/thread/{root}#t{}", said.message),
        Err(_) => format!("/chat/{at}#m{}", said.message),
    }))
}

async fn message_fragment(visit: &Visit, id: ChatMessageId) -> PageResult {
    let reader = visit.reader();
    let say = visit.read(move |tx, session| {
        let message = chat::message(tx, session.person.id, id)?;
        Ok(SayView::new(&message, &Faces::of_message(tx, &message)?, reader).seen_by(session.person.id, &message))
    });
    fragment(&SayFragment { say: say.await? })
}

/// What a command answers to its sender alone.
#[derive(Template)]
#[template(path = "chat/_note.html")]
struct NoteFragment {
    words: String,
    lines: Vec<String>,
}

/// Does a command instead of saying it.
async fn run(visit: &Visit, at: ConversationId, form: &Fields) -> PageResult {
    let person: Person = visit.checked(form).await?.person;
    let told = Told {
        who: person,
        at,
        text: form.get("text").trim().to_owned(),
        client_id: form.get("client_id").to_owned(),
        thread: form.get("thread").parse().ok(),
        zone: visit.look.zone,
    };
    match command::run(&visit.web.office, told).await {
        Ok(Answer::Said(message)) if visit.wants_fragment => message_fragment(visit, message).await,
        Ok(Answer::Said(message)) => Ok(see(&format!("/chat/{at}#m{message}"))),
        Ok(Answer::Note(words)) if visit.wants_fragment => {
            let mut lines = words.lines().map(str::to_owned);
            let words = lines.next().unwrap_or_default();
            fragment(&NoteFragment { words, lines: lines.collect() })
        }
        Ok(Answer::Note(words)) => {
            let asked =
                Asked { at: Some(at), thread: None, refused: Some((String::new(), FieldError::new("say", words))) };
            talk::show(visit, asked, StatusCode::OK).await
        }
        Ok(Answer::Left) if visit.wants_fragment => {
            Ok(HttpResponse::NoContent().insert_header(("x-go", "/chat")).finish())
        }
        Ok(Answer::Left) => Ok(see("/chat")),
        Err(error) => refuse(visit, at, form, command_refusal(error)?).await,
    }
}

fn command_refusal(error: CommandError) -> Result<FieldError, WebError> {
    match error {
        CommandError::Chat(error) => refusal(error),
        CommandError::Unknown(name) => {
            Ok(FieldError::new("say", format!("There is no command /{name}. /help shows them all.")))
        }
        CommandError::Usage(usage) => Ok(FieldError::new("say", format!("It goes like this: {usage}"))),
        CommandError::Refused(words) => Ok(FieldError::new("say", words)),
        CommandError::Store(error) => Err(error.into()),
    }
}

/// Shows the box again with what is wrong beside it; a script gets the words alone.
async fn refuse(visit: &Visit, at: ConversationId, form: &Fields, error: FieldError) -> PageResult {
    if visit.wants_fragment {
        return Ok(HttpResponse::UnprocessableEntity().content_type("text/plain; charset=utf-8").body(error.sentence));
    }
    let thread = form.get("thread").parse().ok();
    let asked = Asked { at: Some(at), thread, refused: Some((form.get("text").to_owned(), error)) };
    talk::show(visit, asked, StatusCode::UNPROCESSABLE_ENTITY).await
}

/// What the sender can put right, beside the box; anything else is an error of the page.
pub fn refusal(error: ChatError) -> Result<FieldError, WebError> {
    let sentence = match error {
        ChatError::Text(chat::TextProblem::Empty) => "Write something, or attach a file.".to_owned(),
        ChatError::Text(chat::TextProblem::TooLong) => {
            format!(
                "A message has {} characters at most. Longer texts go as a file.",
                super::super::words::number(i64::try_from(limits::CHAT_TEXT).unwrap_or(0))
            )
        }
        ChatError::Slow(wait) => format!("Not so fast: wait {}, then send it again.", wait_words(wait)),
        ChatError::Muted => "You are muted here for now. You can read, and write when it is over.".to_owned(),
        ChatError::Archived => "This room is archived: nothing new can be said in it.".to_owned(),
        ChatError::NotAllowed(why) => sentence(why),
        ChatError::Barred(why) => sentence(&why),
        ChatError::TooMany(what, most) => format!("At most {most} {what}."),
        ChatError::Taken(name) => format!("There is a room called “{name}” already."),
        ChatError::BadName => format!("A name has 1 to {} characters.", limits::CHAT_NAME),
        error @ (ChatError::NoConversation
        | ChatError::NoMessage
        | ChatError::NoFile
        | ChatError::TooLate
        | ChatError::People(_)
        | ChatError::Store(_)) => return Err(error.into()),
    };
    Ok(FieldError::new("say", sentence))
}

/// POST /chat/{conversation}/read
pub async fn read(visit: Visit, at: Path<ConversationId>, form: Form<Fields>) -> PageResult {
    let (at, upto) = (*at, form.get("upto").parse::<i64>().unwrap_or(0));
    let write = visit.write(&form, move |tx, session| {
        let moved = chat::mark_read(tx, session.person.id, at, upto)?;
        Ok((session.person.id, moved))
    });
    let (who, moved) = write.await?;
    if moved {
        tell_read(&visit, who, at, upto);
    }
    if visit.wants_fragment { Ok(HttpResponse::NoContent().finish()) } else { Ok(see(&format!("/chat/{at}"))) }
}

/// Tells those who look at a conversation how far somebody has read it.
pub fn tell_read(visit: &Visit, person: PersonId, at: ConversationId, upto: i64) {
    visit.web.office.store.hub().signal(at.into(), Signal::Read { conversation: at, person, upto });
}

/// POST /chat/read: all of them.
pub async fn read_all(visit: Visit, form: Form<Fields>) -> PageResult {
    let write = visit.write(&form, |tx, session| Ok((session.person.id, chat::mark_all_read(tx, session.person.id)?)));
    let (who, moved) = write.await?;
    moved.into_iter().for_each(|(at, upto)| tell_read(&visit, who, at, upto));
    if visit.wants_fragment { Ok(HttpResponse::NoContent().finish()) } else { Ok(see("/chat")) }
}

/// POST /chat/{conversation}/typing
pub async fn typing(visit: Visit, at: Path<ConversationId>, form: Form<Fields>) -> PageResult {
    let (at, session) = (*at, visit.checked(&form).await?);
    let person = session.person.id;
    let (talk, is_told) = visit
        .read(move |tx, _| {
            let is_told = manners(tx)?.tells_typing && chat::barred(tx, person, at)?.is_none();
            Ok((chat::conversation(tx, person, at)?, is_told))
        })
        .await?;
    if talk.may_say && is_told {
        visit.web.office.store.hub().signal(at.into(), Signal::Typing { conversation: at, person });
    }
    Ok(HttpResponse::NoContent().finish())
}

/// POST /chat/{conversation}/draft
pub async fn draft(visit: Visit, at: Path<ConversationId>, form: Form<Fields>) -> PageResult {
    let (at, text) = (*at, form.get("text").to_owned());
    visit.write(&form, move |tx, session| Ok(chat::save_draft(tx, session.person.id, at, &text)?)).await?;
    Ok(HttpResponse::NoContent().finish())
}
