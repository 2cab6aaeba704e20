//! A conversation's details: what it is about, who is in it, and everything that can be done with it.

use super::super::error::WebError;
use super::super::filters;
use super::super::form::{FieldError, Fields};
use super::super::page::{PageResult, page_with, see};
use super::super::presence::Watch;
use super::super::session::Visit;
use super::super::shell::{Place, Shell};
use super::super::words::count;
use super::post::Failed;
use super::side::ConversationsView;
use super::talk::{HeadView, MemberView};
use crate::domain::chat::{self, ConversationKind, HistoryFrom, Level, Member, Role};
use crate::domain::people::{self, Session};
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::id::{ConversationId, PersonId};
use actix_web::http::StatusCode;
use actix_web::web::{Form, Path};
use askama::Template;
use std::time::Duration;

/// How long a muted person may not speak.
const MUTE: Duration = Duration::from_secs(60 * 60);

/// A member with what the reader may do about them.
struct SeatView {
    member: MemberView,
    role: &'static str,
    is_muted: bool,
    may_act: bool,
}

/// A choice of a list.
struct ChoiceView {
    value: String,
    words: String,
    is_on: bool,
}

/// What the page shows of the conversation.
struct DetailsView {
    head: HeadView,
    kind: &'static str,
    words: String,
    seats: Vec<SeatView>,
    others: Vec<ChoiceView>,
    levels: Vec<ChoiceView>,
    is_owner: bool,
    may_name: bool,
    may_leave: bool,
    name: String,
    topic: String,
}

#[derive(Template)]
#[template(path = "chat/details.html")]
struct DetailsPage {
    shell: Shell,
    side: ConversationsView,
    shelf: &'static str,
    it: DetailsView,
    errors: Vec<FieldError>,
}

/// GET /chat/{conversation}/details
pub async fn details(visit: Visit, at: Path<ConversationId>) -> PageResult {
    show(&visit, *at, Fields::default(), Vec::new(), StatusCode::OK).await
}

async fn show(
    visit: &Visit,
    at: ConversationId,
    typed: Fields,
    errors: Vec<FieldError>,
    status: StatusCode,
) -> PageResult {
    let own = visit.clone();
    let (shell, (side, mut it)) = visit.page(Place::Chat, move |tx, session| read(tx, session, &own, at)).await?;
    if typed.has("name") {
        typed.get("name").clone_into(&mut it.name);
    }
    if typed.has("topic") {
        typed.get("topic").clone_into(&mut it.topic);
    }
    page_with(status, &DetailsPage { shell, side, shelf: "", it, errors })
}

fn read(
    tx: &ReadTx<'_>,
    session: &Session,
    visit: &Visit,
    at: ConversationId,
) -> Result<(ConversationsView, DetailsView), WebError> {
    let me = session.person.id;
    let talk = chat::conversation(tx, me, at)?;
    let dots = Watch::new(tx, visit, me)?;
    let members = chat::members(tx, me, at)?;
    let is_moderator = talk.is_member && talk.kind.is_room() && talk.role >= Role::Moderator;
    let is_in = |person: PersonId| members.iter().any(|member| member.person.id == person);
    let others = people::all(tx)?.into_iter().filter(|one| !one.is_disabled && !is_in(one.id));
    let others =
        others.map(|one| ChoiceView { value: one.id.to_string(), words: one.full_name, is_on: false }).collect();
    let seat = |member: &Member| SeatView {
        member: MemberView::new(member, &dots, me),
        role: role_word(member.role),
        is_muted: member.is_muted,
        may_act: is_moderator && member.person.id != me && member.role <= talk.role,
    };
    let view = DetailsView {
        head: HeadView::new(&talk, &dots),
        kind: kind_words(talk.kind),
        words: count(i64::try_from(members.len()).unwrap_or(0), "member"),
        seats: members.iter().map(seat).collect(),
        others,
        levels: levels(talk.level),
        is_owner: talk.is_member && talk.role == Role::Owner && talk.kind.is_room(),
        may_name: is_moderator || (talk.is_member && talk.kind == ConversationKind::Group),
        may_leave: talk.is_member && talk.kind != ConversationKind::Direct,
        name: talk.name.clone(),
        topic: talk.topic.clone(),
    };
    Ok((ConversationsView::new(&chat::conversations(tx, me)?, &dots, 0, Some(at)), view))
}

const fn kind_words(kind: ConversationKind) -> &'static str {
    match kind {
        ConversationKind::Direct => "Between two",
        ConversationKind::Group => "Group",
        ConversationKind::Public => "Public room: everybody here can find and read it",
        ConversationKind::Private => "Private room: only its members know of it",
    }
}

const fn role_word(role: Role) -> &'static str {
    match role {
        Role::Member => "member",
        Role::Moderator => "moderator",
        Role::Owner => "owner",
    }
}

fn role_of(word: &str) -> Option<Role> {
    [Role::Member, Role::Moderator, Role::Owner].into_iter().find(|role| role_word(*role) == word)
}

const LEVELS: [(Level, &str, &str); 3] = [
    (Level::All, "all", "Everything that is said"),
    (Level::Mentions, "mentions", "What is said to me"),
    (Level::Nothing, "nothing", "Nothing"),
];

fn levels(at: Level) -> Vec<ChoiceView> {
    let view = |(level, value, words): (Level, &str, &str)| ChoiceView {
        value: value.to_owned(),
        words: words.to_owned(),
        is_on: level == at,
    };
    LEVELS.into_iter().map(view).collect()
}

/// POST /chat/{conversation}/{deed}
pub async fn act(visit: Visit, at: Path<(ConversationId, String)>, form: Form<Fields>) -> PageResult {
    let (at, deed) = at.into_inner();
    let (own, fields) = (deed.clone(), form.0.clone());
    let done = visit.attempt(&form, move |tx, session| do_deed(tx, session, at, &own, &fields)).await;
    match done {
        Ok(()) if matches!(deed.as_str(), "leave" | "hide") => Ok(see("/chat")),
        Ok(()) if matches!(deed.as_str(), "join" | "favourite" | "unfavourite") => Ok(see(&format!("/chat/{at}"))),
        Ok(()) => Ok(see(&format!("/chat/{at}/details?done=room"))),
        Err(failed) => {
            let mut error = failed.sentence()?;
            error.field = match deed.as_str() {
                "rename" => "name",
                "topic" => "topic",
                "invite" => "person",
                _ => "",
            }
            .to_owned();
            show(&visit, at, form.0, vec![error], StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

fn do_deed(
    tx: &mut WriteTx<'_>,
    session: &Session,
    at: ConversationId,
    deed: &str,
    fields: &Fields,
) -> Result<(), Failed> {
    let me = session.person.id;
    let person = || fields.get("person").parse::<PersonId>().map_err(|_| WebError::BadInput("no person".to_owned()));
    match deed {
        "join" => chat::join(tx, me, at).map(drop)?,
        "leave" => chat::leave(tx, me, at).map(drop)?,
        "hide" => chat::hide(tx, me, at).map(drop)?,
        "rename" => chat::rename(tx, me, at, fields.get("name")).map(drop)?,
        "topic" => chat::set_topic(tx, me, at, fields.get("topic")).map(drop)?,
        "archive" => chat::archive(tx, me, at, true).map(drop)?,
        "reopen" => chat::archive(tx, me, at, false).map(drop)?,
        "favourite" => chat::set_favourite(tx, me, at, true).map(drop)?,
        "unfavourite" => chat::set_favourite(tx, me, at, false).map(drop)?,
        "level" => {
            let level =
                LEVELS.into_iter().find(|(_, value, _)| *value == fields.get("level")).map(|(level, _, _)| level);
            chat::set_level(tx, me, at, level.ok_or_else(|| WebError::BadInput("no level".to_owned()))?).map(drop)?;
        }
        "invite" => {
            let history = if fields.get("history") == "now" { HistoryFrom::Now } else { HistoryFrom::Start };
            chat::invite(tx, me, at, person()?, history).map(drop)?;
        }
        "kick" => chat::kick(tx, me, at, person()?).map(drop)?,
        "ban" => chat::ban(tx, me, at, person()?).map(drop)?,
        "unban" => chat::unban(tx, me, at, person()?).map(drop)?,
        "mute" => {
            let until = tx.now().plus(MUTE);
            chat::mute(tx, me, at, person()?, Some(until)).map(drop)?;
        }
        "unmute" => chat::unmute(tx, me, at, person()?).map(drop)?,
        "role" => {
            let role = role_of(fields.get("role")).ok_or_else(|| WebError::BadInput("no role".to_owned()))?;
            chat::set_role(tx, me, at, person()?, role).map(drop)?;
        }
        _ => return Err(WebError::NotFound.into()),
    }
    Ok(())
}
