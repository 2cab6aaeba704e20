//! A room as those who keep order see it: its rules, the programs that speak in it, and its log.

use super::super::admin::Refused;
use super::super::admin::log::LineView;
use super::super::error::WebError;
use super::super::filters;
use super::super::form::{FieldError, Fields};
use super::super::page::{PageResult, page_with, see};
use super::super::presence::Watch;
use super::super::session::Visit;
use super::super::shell::{Place, Shell};
use super::super::words::count;
use super::side::ConversationsView;
use super::talk::HeadView;
use crate::domain::chat::{self, ChatError, Conversation, Hook, OfficeLine, Role, Rules};
use crate::domain::people::{self, Session};
use crate::domain::store::ReadTx;
use crate::kernel::id::{ConversationId, HookId};
use crate::kernel::secret;
use crate::servers::web::words::Reader;
use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::http::header::HOST;
use actix_web::web::{Form, Path};
use askama::Template;

/// Lines of the log shown.
const LINES: usize = 100;

/// How fast members may speak.
const SLOW: [(i64, &str); 5] = [
    (0, "As fast as one likes"),
    (10, "Once in 10 seconds"),
    (60, "Once in a minute"),
    (300, "Once in 5 minutes"),
    (3600, "Once in an hour"),
];

struct SlowView {
    value: i64,
    words: String,
    is_on: bool,
}

struct HookView {
    id: HookId,
    name: String,
    words: String,
}

/// What the page shows of the room.
struct RulesView {
    head: HeadView,
    is_owner: bool,
    only_moderators: bool,
    slow: Vec<SlowView>,
    days: String,
    hook_name: String,
    hooks: Vec<HookView>,
    lines: Vec<LineView>,
}

#[derive(Template)]
#[template(path = "chat/rules.html")]
struct RulesPage {
    shell: Shell,
    side: ConversationsView,
    shelf: &'static str,
    it: RulesView,
    errors: Vec<FieldError>,
    asks: bool,
    /// Where the program just let in posts to; shown this once.
    door: String,
}

impl RulesPage {
    fn wrong(&self, field: &str) -> &str {
        self.errors.iter().find(|error| error.field == field).map_or("", |error| &error.sentence)
    }
}

/// GET /chat/{conversation}/rules
pub async fn form(visit: Visit, at: Path<ConversationId>) -> PageResult {
    show(&visit, *at, Fields::default(), Vec::new(), String::new()).await
}

async fn show(visit: &Visit, at: ConversationId, typed: Fields, errors: Vec<FieldError>, door: String) -> PageResult {
    let own = visit.clone();
    let (shell, (side, it)) = visit
        .page(Place::Chat, move |tx, session| {
            let dots = Watch::new(tx, &own, session.person.id)?;
            let side = ConversationsView::new(&chat::conversations(tx, session.person.id)?, &dots, 0, Some(at));
            Ok((side, RulesView::read(tx, session, at, &dots, own.reader(), &typed)?))
        })
        .await?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let asks = errors.iter().any(|error| error.field == "confirm");
    page_with(status, &RulesPage { shell, side, shelf: "", it, errors, asks, door })
}

impl RulesView {
    fn read(
        tx: &ReadTx<'_>,
        session: &Session,
        at: ConversationId,
        dots: &Watch,
        reader: Reader,
        typed: &Fields,
    ) -> Result<Self, WebError> {
        let me = session.person.id;
        let talk = chat::conversation(tx, me, at)?;
        if !talk.kind.is_room() {
            return Err(WebError::NotFound);
        }
        let log = chat::log_of(tx, me, at)?;
        let hooks = match chat::hooks(tx, me, at) {
            Ok(hooks) => Some(hooks),
            Err(ChatError::NotAllowed(_)) => None,
            Err(error) => return Err(error.into()),
        };
        let everybody = people::all(tx)?;
        let line = |entry| LineView::new(&OfficeLine { room: String::new(), entry }, &everybody, reader);
        let is_typed = typed.has("slow");
        let slow = if is_typed { typed.get("slow").parse().unwrap_or(talk.slow) } else { talk.slow };
        Ok(Self {
            is_owner: hooks.is_some(),
            only_moderators: if is_typed { typed.has("only_moderators") } else { talk.says > Role::Member },
            slow: slows(slow),
            days: if typed.has("days") { typed.get("days").to_owned() } else { talk.keeps_days.to_string() },
            hook_name: typed.get("hook").to_owned(),
            hooks: hooks.unwrap_or_default().iter().map(|hook| HookView::new(hook, reader)).collect(),
            lines: log.into_iter().take(LINES).map(line).collect(),
            head: HeadView::new(&talk, dots),
        })
    }
}

impl HookView {
    fn new(hook: &Hook, reader: Reader) -> Self {
        let used =
            hook.used_at.map_or_else(|| "never used".to_owned(), |at| format!("last used {}", reader.when(at).full()));
        Self { id: hook.id, name: hook.name.clone(), words: used }
    }
}

/// The choices of how fast one may speak, with the one in force, even where it is none of ours.
fn slows(now: i64) -> Vec<SlowView> {
    let view = |(value, words): (i64, &str)| SlowView { value, words: words.to_owned(), is_on: value == now };
    let mut all: Vec<_> = SLOW.into_iter().map(view).collect();
    if !all.iter().any(|one| one.is_on) {
        all.push(SlowView { value: now, words: format!("Once in {}", count(now, "second")), is_on: true });
    }
    all
}

/// POST /chat/{conversation}/rules: `slow`, `only_moderators`, `days`; `confirm` where something is to be forgotten.
pub async fn keep(visit: Visit, at: Path<ConversationId>, form: Form<Fields>) -> PageResult {
    let (at, fields) = (*at, form.0.clone());
    let kept: Result<(), Refused> = visit
        .attempt(&form, move |tx, session| {
            let me = session.person.id;
            let talk = chat::conversation(tx, me, at)?;
            let rules = rules(&talk, &fields)?;
            Ok(chat::set_rules(tx, me, at, rules)?)
        })
        .await;
    match kept {
        Ok(()) => Ok(see(&format!("/chat/{at}/rules?done=room"))),
        Err(refused) => show(&visit, at, form.0.clone(), vec![refused.at("")?], String::new()).await,
    }
}

/// The rules as typed. To keep less than now, the room is to be named: what is gone cannot be brought back.
fn rules(talk: &Conversation, fields: &Fields) -> Result<Rules, Refused> {
    let wrong = |field: &str, words: &str| Refused::Field(FieldError::new(field, words));
    let number = |name: &str| fields.get(name).trim().parse::<i64>().ok().filter(|number| *number >= 0);
    let slow = number("slow").ok_or_else(|| wrong("slow", "Choose one of these."))?;
    let days = match fields.get("days").trim() {
        "" if !fields.has("days") => talk.keeps_days,
        _ => number("days")
            .filter(|days| *days <= 36_500)
            .ok_or_else(|| wrong("days", "A whole number of days, or 0 for as long as the office keeps them."))?,
    };
    let is_shorter = days > 0 && (talk.keeps_days == 0 || days < talk.keeps_days);
    if is_shorter && fields.get("confirm").trim().trim_start_matches('#') != talk.name {
        let words = format!(
            "What is older than {} would go within the hour, for ever. Type {} here to go on.",
            count(days, "day"),
            talk.name
        );
        return Err(wrong("confirm", &words));
    }
    let says = if fields.has("only_moderators") { Role::Moderator } else { Role::Member };
    Ok(Rules { says, slow, keeps_days: days })
}

/// POST /chat/{conversation}/hooks: `hook`, the program's name. The secret is shown by this answer alone.
pub async fn make_hook(visit: Visit, request: HttpRequest, at: Path<ConversationId>, form: Form<Fields>) -> PageResult {
    let (at, name, token) = (*at, form.get("hook").to_owned(), secret::token());
    let own = token.clone();
    let made: Result<HookId, Refused> =
        visit.attempt(&form, move |tx, session| Ok(chat::make_hook(tx, session.person.id, at, &name, &own)?)).await;
    match made {
        Ok(_) => {
            let scheme = if visit.is_tls { "https" } else { "http" };
            let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
            let host = host.unwrap_or(&visit.web.office.hostname);
            let door = format!("{scheme}://{host}/hook/{token}");
            show(&visit, at, Fields::default(), Vec::new(), door).await
        }
        Err(refused) => show(&visit, at, form.0.clone(), vec![named(refused)?], String::new()).await,
    }
}

/// Names are refused in the words of programs, not of rooms.
fn named(refused: Refused) -> Result<FieldError, WebError> {
    let error = refused.at("hook")?;
    let words = match error.sentence.as_str() {
        taken if taken.starts_with("There is a room called") => "A program of this name is let in already.",
        name if name.starts_with("A name has") => "Give the program a name of 1 to 40 characters.",
        other => other,
    };
    Ok(FieldError::new("hook", words))
}

/// POST /chat/{conversation}/hooks/{hook}/revoke
pub async fn revoke_hook(visit: Visit, at: Path<(ConversationId, HookId)>, form: Form<Fields>) -> PageResult {
    let (at, hook) = at.into_inner();
    visit.write(&form, move |tx, session| Ok(chat::revoke_hook(tx, session.person.id, at, hook)?)).await?;
    Ok(see(&format!("/chat/{at}/rules?done=room")))
}
