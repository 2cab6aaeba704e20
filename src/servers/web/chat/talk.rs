//! One conversation: its log, the box to write in, and what stands beside it.

use super::super::error::WebError;
use super::super::face::Face;
use super::super::filters;
use super::super::form::FieldError;
use super::super::page::{PageResult, page_with, see};
use super::super::presence::{PresenceView, Watch};
use super::super::session::Visit;
use super::super::shell::{Place, Shell};
use super::super::words::{Reader, count, number};
use super::event_card::{self, Cards};
use super::file::FileView;
use super::post::tell_read;
use super::say::{Faces, LineView, QuoteView, SayView, lines};
use super::side::ConversationsView;
use crate::domain::chat::{self, Conversation, ConversationKind, Member, Message, MessageKind, Role, Window};
use crate::domain::people::Session;
use crate::domain::policy;
use crate::domain::store::ReadTx;
use crate::kernel::id::{ChatMessageId, ConversationId, PersonId};
use crate::kernel::secret;
use crate::kernel::text::sentence;
use crate::services::manners::manners;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::web::Path;
use askama::Template;

/// Files and pins shown beside the log; the rest has pages of its own.
const BESIDE: usize = 6;
/// Members shown beside the log.
const MEMBERS: usize = 60;

/// What a conversation's head says.
#[derive(Debug, Clone)]
pub struct HeadView {
    pub id: ConversationId,
    pub name: String,
    pub topic: String,
    pub person: String,
    pub dot: Option<PresenceView>,
    pub is_room: bool,
    pub is_member: bool,
    pub is_archived: bool,
    pub is_favourite: bool,
    pub find: String,
    /// Why nothing more may be said here, by the office's rules; empty where something may.
    pub barred: String,
    /// Why no file may be sent; empty where some may.
    pub no_files: String,
}

impl HeadView {
    /// The head of `talk`.
    pub fn new(talk: &Conversation, dots: &Watch) -> Self {
        let is_named = talk.kind.is_room();
        Self {
            id: talk.id,
            name: if is_named { format!("#{}", talk.title) } else { talk.title.clone() },
            topic: talk.topic.clone(),
            person: talk.with.map(|person| person.to_string()).unwrap_or_default(),
            dot: talk.with.map(|person| dots.of(person)),
            is_room: is_named,
            is_member: talk.is_member,
            is_archived: talk.is_archived,
            is_favourite: talk.is_favourite,
            barred: String::new(),
            no_files: String::new(),
            find: format!("/search?in=chat&q=in%3A{}%20", super::super::page::in_address(&quoted(&talk.title))),
        }
    }
}

/// A name as one word of a search.
fn quoted(name: &str) -> String {
    if name.contains(char::is_whitespace) { format!("\"{name}\"") } else { name.to_owned() }
}

/// A member, as the list beside the log shows one.
#[derive(Debug, Clone)]
pub struct MemberView {
    pub id: PersonId,
    pub name: String,
    pub login: String,
    pub face: Face,
    pub href: String,
    pub dot: PresenceView,
    pub words: String,
    pub read: i64,
    pub delivered: i64,
    pub is_me: bool,
}

impl MemberView {
    /// A member, as `me` sees one.
    pub fn new(member: &Member, dots: &Watch, me: PersonId) -> Self {
        let person = &member.person;
        let dot = dots.of(person.id);
        let role = match member.role {
            Role::Member => "",
            Role::Moderator => "Moderator",
            Role::Owner => "Owner",
        };
        let words = [role, if member.is_muted { "Muted" } else { "" }];
        let words: Vec<_> = words.into_iter().filter(|word| !word.is_empty()).collect();
        Self {
            id: person.id,
            face: Face::of(person),
            href: format!("/people/{}", person.id),
            words: words.join(" · "),
            name: person.full_name.clone(),
            login: person.name.clone(),
            read: member.read,
            delivered: member.delivered,
            is_me: person.id == me,
            dot,
        }
    }
}

/// What the box writes into.
#[derive(Debug, Clone)]
pub struct BoxView {
    /// Where it posts to.
    pub action: String,
    /// The message that is edited or answered, as the form says it.
    pub target: String,
    /// Whether it changes a message rather than says one.
    pub is_edit: bool,
    /// What stands over the box: what is answered or changed.
    pub over: Option<QuoteView>,
    /// The thread it says into; empty for the conversation itself.
    pub thread: String,
    /// Where `Cancel` leads.
    pub back: String,
    /// Names this saying: however often the form comes in, it is said once.
    pub client_id: String,
    /// What is typed.
    pub text: String,
    /// What the box says while it is empty.
    pub hint: String,
    /// What was wrong with what was typed.
    pub error: String,
    /// Tells the two boxes of a page apart.
    pub mark: &'static str,
}

/// A pinned message in one line.
#[derive(Debug, Clone)]
pub struct PinView {
    pub href: String,
    pub name: String,
    pub text: String,
}

/// What stands beside the log.
pub struct AsideView {
    members: Vec<MemberView>,
    member_count: String,
    pins: Vec<PinView>,
    files: Vec<FileView>,
}

/// A thread beside the log.
pub struct ThreadView {
    says: Vec<SayView>,
    count: String,
    answer: BoxView,
    close: String,
}

#[derive(Template)]
#[template(path = "chat/talk.html")]
struct TalkPage {
    shell: Shell,
    side: ConversationsView,
    shelf: &'static str,
    head: HeadView,
    lines: Vec<LineView>,
    me: PersonId,
    read: i64,
    last: i64,
    older: String,
    newer: String,
    missed: String,
    missed_href: String,
    seen: String,
    answer: BoxView,
    aside: AsideView,
    thread: Option<ThreadView>,
    welcome: String,
}

#[derive(Template)]
#[template(path = "chat/_lines.html")]
struct LinesFragment {
    lines: Vec<LineView>,
}

/// What is to be shown.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// The conversation.
    pub at: Option<ConversationId>,
    /// The thread beside it.
    pub thread: Option<ChatMessageId>,
    /// What was typed and refused, and why.
    pub refused: Option<(String, FieldError)>,
}

/// What is read for one page.
struct Found {
    talk: Conversation,
    page: chat::Page,
    members: Vec<Member>,
    pins: Vec<Message>,
    files: Vec<chat::ChatFile>,
    thread: Option<Vec<Message>>,
    target: Option<Message>,
    is_edit: bool,
    draft: String,
    faces: Faces,
    dots: Watch,
    side: ConversationsView,
    me: PersonId,
    cards: Cards,
    barred: String,
    no_files: String,
}

/// GET /chat: the conversation that was open last, or what to do where there is none.
pub async fn home(visit: Visit) -> PageResult {
    let newest = visit
        .read(|tx, session| {
            let listed = chat::conversations(tx, session.person.id)?;
            Ok(listed
                .iter()
                .filter(|one| one.last_at.is_some())
                .max_by_key(|one| one.last_at)
                .or(listed.first())
                .map(|one| one.id))
        })
        .await?;
    match newest {
        Some(newest) => Ok(see(&format!("/chat/{newest}"))),
        None => super::shelf::nothing_yet(visit).await,
    }
}

/// GET /chat/{conversation}
pub async fn conversation(visit: Visit, at: Path<ConversationId>) -> PageResult {
    let asked = Asked { at: Some(*at), ..Asked::default() };
    if visit.wants_fragment {
        return older(visit, *at).await;
    }
    show(&visit, asked, StatusCode::OK).await
}

/// GET /chat/{conversation}/thread/{message}
pub async fn thread(visit: Visit, at: Path<(ConversationId, ChatMessageId)>) -> PageResult {
    let (at, root) = at.into_inner();
    show(&visit, Asked { at: Some(at), thread: Some(root), refused: None }, StatusCode::OK).await
}

/// Which part of the log an address asks for.
fn window(visit: &Visit) -> Window {
    let number = |name: &str| visit.query.get(name).parse::<i64>().ok();
    match (number("before"), number("after"), number("at")) {
        (Some(number), _, _) => Window::Before(number),
        (_, Some(number), _) => Window::After(number),
        (_, _, Some(number)) => Window::Around(number),
        _ => Window::Newest,
    }
}

/// More lines of a log, for the script that scrolls.
async fn older(visit: Visit, at: ConversationId) -> PageResult {
    let (window, reader) = (window(&visit), visit.reader());
    let own = visit.clone();
    let lines = visit
        .read(move |tx, session| {
            let me = session.person.id;
            let page = chat::log(tx, me, at, window)?;
            let faces = Faces::of_messages(tx, &page.messages)?;
            let mut lines = lines(&page.messages, me, None, &faces, reader);
            event_card::put(event_card::read(tx, &own, me, &page.messages)?, &mut lines);
            Ok(lines)
        })
        .await?;
    super::super::page::fragment(&LinesFragment { lines })
}

/// Shows a conversation. What is on the page is read from then on.
pub async fn show(visit: &Visit, asked: Asked, status: StatusCode) -> PageResult {
    let Some(at) = asked.at else { return Err(WebError::NotFound) };
    let window = window(visit);
    let (me, before) =
        visit.read(move |tx, session| Ok((session.person.id, chat::conversation(tx, session.person.id, at)?))).await?;
    if before.is_member && before.read < before.last && matches!(window, Window::Newest) {
        let upto = before.last;
        let office = &visit.web.office;
        if office.store.write(move |tx| chat::mark_read(tx, me, at, upto).map_err(WebError::from)).await? {
            tell_read(visit, me, at, upto);
        }
    }
    let (own, thread) = (visit.clone(), asked.thread);
    let (shell, found) =
        visit.page(Place::Chat, move |tx, session| Found::read(tx, session, &own, at, window, thread)).await?;
    let mut answer = page_with(status, &found.page(shell, visit.reader(), before.read, asked))?;
    // The one page that records: asked for by a click alone, and by the browser once more.
    let may = HeaderValue::from_static("camera=(), microphone=(self), geolocation=(), payment=(), usb=()");
    answer.headers_mut().insert(HeaderName::from_static("permissions-policy"), may);
    Ok(answer)
}

/// A thread, where it hangs in this conversation.
fn thread_in(tx: &ReadTx<'_>, me: PersonId, at: ConversationId, root: ChatMessageId) -> Result<Vec<Message>, WebError> {
    let says = chat::thread(tx, me, root)?;
    if says.iter().any(|message| message.conversation != at) { Err(WebError::NotFound) } else { Ok(says) }
}

impl Found {
    fn read(
        tx: &ReadTx<'_>,
        session: &Session,
        visit: &Visit,
        at: ConversationId,
        window: Window,
        thread: Option<ChatMessageId>,
    ) -> Result<Self, WebError> {
        let me = session.person.id;
        let talk = chat::conversation(tx, me, at)?;
        let dots = Watch::new(tx, visit, me)?;
        let asked = |name: &str| visit.query.get(name).parse::<ChatMessageId>().ok();
        let target = asked("edit").or_else(|| asked("answers")).map(|id| chat::message(tx, me, id)).transpose()?;
        let listed = chat::conversations(tx, me)?;
        let revision = crate::domain::store::revision(tx)?;
        let page = chat::log(tx, me, at, window)?;
        let thread = thread.map(|root| thread_in(tx, me, at, root)).transpose()?;
        Ok(Self {
            faces: Faces::of_messages(tx, page.messages.iter().chain(thread.iter().flatten()))?,
            cards: event_card::read(tx, visit, me, &page.messages)?,
            page,
            members: members_of(tx, me, at)?,
            pins: chat::pins(tx, me, at)?,
            files: chat::files(tx, me, at)?.into_iter().map(|said| said.file).collect(),
            thread,
            target: target.filter(|message| message.conversation == at),
            is_edit: visit.query.has("edit"),
            draft: chat::draft(tx, me, at)?,
            side: ConversationsView::new(&listed, &dots, revision, Some(at)),
            dots,
            barred: chat::barred(tx, me, at)?.map_or_else(String::new, |why| sentence(&why)),
            no_files: policy::files(tx, me)?.barred().map_or_else(String::new, |why| sentence(&why)),
            talk,
            me,
        })
    }

    fn page(self, shell: Shell, reader: Reader, read: i64, asked: Asked) -> TalkPage {
        let (me, id) = (self.me, self.talk.id);
        let first = self.page.messages.first().map_or(0, |message| message.number);
        let last = self.page.messages.last().map_or(0, |message| message.number);
        let missed = self.talk.last - read;
        let is_missed = self.talk.is_member && missed > 0 && read > 0 && first > read + 1;
        let mut lines = lines(&self.page.messages, me, self.talk.is_member.then_some(read), &self.faces, reader);
        event_card::put(self.cards.clone(), &mut lines);
        let (barred, no_files) = (self.barred.clone(), self.no_files.clone());
        TalkPage {
            head: HeadView { barred, no_files, ..HeadView::new(&self.talk, &self.dots) },
            older: if self.page.has_older { format!("/chat/{id}?before={first}") } else { String::new() },
            newer: if self.page.has_newer { format!("/chat/{id}?after={last}") } else { String::new() },
            missed: if is_missed { format!("{} new messages", number(missed)) } else { String::new() },
            missed_href: format!("/chat/{id}?at={}#new", read + 1),
            seen: seen(&self.page.messages, &self.members, me),
            answer: self.answer(&asked),
            thread: self.thread.as_ref().map(|says| self.thread_view(says, reader)),
            aside: self.aside(),
            welcome: welcome(&self.talk),
            last: self.talk.last,
            side: self.side,
            shelf: "",
            lines,
            me,
            read,
            shell,
        }
    }

    fn answer(&self, asked: &Asked) -> BoxView {
        let id = self.talk.id;
        let is_words = |message: &Message| matches!(message.kind, MessageKind::Text | MessageKind::Action);
        let is_own = |message: &Message| message.said_by == Some(self.me) && !message.is_deleted && is_words(message);
        let is_edit = self.is_edit && self.target.as_ref().is_some_and(is_own);
        let action = match &self.target {
            Some(message) if is_edit => format!("/chat/message/{}/edit", message.id),
            _ => format!("/chat/{id}/say"),
        };
        let (text, error) = match &asked.refused {
            Some((text, error)) if asked.thread.is_none() => (text.clone(), error.sentence.clone()),
            _ if is_edit => {
                (self.target.as_ref().map(|message| message.text.clone()).unwrap_or_default(), String::new())
            }
            _ => (self.draft.clone(), String::new()),
        };
        BoxView {
            action,
            is_edit,
            target: self.target.as_ref().map(|message| message.id.to_string()).unwrap_or_default(),
            over: self.target.as_ref().map(QuoteView::of),
            thread: String::new(),
            back: format!("/chat/{id}"),
            client_id: secret::token(),
            text,
            hint: format!(
                "Message {}",
                if self.talk.kind.is_room() { format!("#{}", self.talk.title) } else { self.talk.title.clone() }
            ),
            error,
            mark: "say",
        }
    }

    fn thread_view(&self, says: &[Message], reader: Reader) -> ThreadView {
        let root = says.first().map(|message| message.id.to_string()).unwrap_or_default();
        let view = |message: &Message| SayView::new(message, &self.faces, reader).seen_by(self.me, message).in_thread();
        let replies = i64::try_from(says.len().saturating_sub(1)).unwrap_or(0);
        ThreadView {
            says: says.iter().map(view).collect(),
            count: super::say::replies(replies),
            close: format!("/chat/{}", self.talk.id),
            answer: BoxView {
                action: format!("/chat/{}/say", self.talk.id),
                target: String::new(),
                is_edit: false,
                over: None,
                thread: root,
                back: String::new(),
                client_id: secret::token(),
                text: String::new(),
                hint: "Reply in this thread".to_owned(),
                error: String::new(),
                mark: "reply",
            },
        }
    }

    fn aside(&self) -> AsideView {
        let pin = |message: &Message| {
            let quote = QuoteView::of(message);
            PinView { href: quote.href, name: quote.name, text: quote.text }
        };
        AsideView {
            members: self
                .members
                .iter()
                .take(MEMBERS)
                .map(|member| MemberView::new(member, &self.dots, self.me))
                .collect(),
            member_count: number(i64::try_from(self.members.len()).unwrap_or(0)),
            pins: self.pins.iter().take(BESIDE).map(pin).collect(),
            files: self.files.iter().take(BESIDE).map(FileView::from).collect(),
        }
    }
}

/// Who is in a conversation, and how far each has read, where the office lets that be known.
fn members_of(tx: &ReadTx<'_>, me: PersonId, at: ConversationId) -> Result<Vec<Member>, WebError> {
    let mut members = chat::members(tx, me, at)?;
    if !manners(tx)?.tells_read {
        members.iter_mut().for_each(|member| (member.read, member.delivered) = (0, 0));
    }
    Ok(members)
}

/// How far the reader's last message has come.
fn seen(messages: &[Message], members: &[Member], me: PersonId) -> String {
    let Some(own) = messages.last().filter(|message| message.said_by == Some(me)) else { return String::new() };
    let others = || members.iter().filter(|member| member.person.id != me);
    let first = |member: &Member| member.person.full_name.split(' ').next().unwrap_or_default().to_owned();
    let read: Vec<_> = others().filter(|member| member.read >= own.number).map(first).collect();
    match read.as_slice() {
        [] if others().any(|member| member.delivered >= own.number) => "Delivered".to_owned(),
        [] => String::new(),
        [_, ..] if read.len() == others().count() && read.len() > 3 => "Read by all".to_owned(),
        names if names.len() <= 3 => format!("Read by {}", names.join(", ")),
        names => {
            format!("Read by {}", count(i64::try_from(names.len()).unwrap_or(0), "person").replace("persons", "people"))
        }
    }
}

fn welcome(talk: &Conversation) -> String {
    match talk.kind {
        ConversationKind::Direct if talk.with.is_none() => "Notes to yourself. Nobody else reads them.".to_owned(),
        ConversationKind::Direct => format!("This is the beginning of what you and {} say to each other.", talk.title),
        ConversationKind::Group => "This is the beginning of this group.".to_owned(),
        ConversationKind::Public => "Everybody in the office can find this room and read it.".to_owned(),
        ConversationKind::Private => "Only its members know of this room.".to_owned(),
    }
}
