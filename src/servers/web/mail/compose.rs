//! Writing: a form that keeps drafts, takes files and sends; the same with scripts and without.

use super::super::error::WebError;
use super::super::filters;
use super::super::form::{FieldError, Fields, Posted, Upload};
use super::super::page::{PageResult, fragment, local, page, page_with, see, with};
use super::super::session::Visit;
use super::super::shell::{Place, Shell};
use super::super::words::size;
use super::body;
use super::folders::FoldersView;
use crate::domain::mail::{self, Answering, DraftFile, DraftText, MailError};
use crate::domain::people::Session;
use crate::kernel::id::ItemId;
use crate::kernel::limits;
use crate::kernel::text::cut_middle;
use crate::kernel::text::sentence;
use crate::services::answer;
use crate::services::send::{self, Once, SendError};
use actix_web::http::StatusCode;
use askama::Template;

/// A file on a draft.
struct FileView {
    position: i64,
    name: String,
    short: String,
    size: String,
    icon: &'static str,
}

impl From<DraftFile> for FileView {
    fn from(file: DraftFile) -> Self {
        Self {
            position: file.position,
            short: cut_middle(&file.name, 40),
            size: size(u64::try_from(file.size).unwrap_or(0)),
            icon: if body::is_picture(&file.media_type) { "image" } else { "file" },
            name: file.name,
        }
    }
}

#[derive(Template)]
#[template(path = "mail/compose.html")]
struct ComposePage {
    shell: Shell,
    folders: FoldersView,
    title: &'static str,
    from: String,
    draft: String,
    answering: String,
    back: String,
    saved: String,
    text: DraftText,
    has_copies: bool,
    to_is_bad: bool,
    focus: &'static str,
    files: Vec<FileView>,
    errors: Vec<FieldError>,
    once: String,
}

/// What a composer is filled with.
struct Filling {
    draft: Option<ItemId>,
    text: DraftText,
    answering: Answering,
    back: String,
    saved: String,
    errors: Vec<FieldError>,
    once: Once,
}

async fn show(visit: &Visit, status: StatusCode, filling: Filling) -> PageResult {
    let Filling { draft, text, answering, back, saved, errors, once } = filling;
    let (shell, files) = visit
        .page(Place::Mail, move |tx, session| match draft {
            Some(draft) => Ok(mail::draft(tx, session.person.id, draft)?.files),
            None => Ok(Vec::new()),
        })
        .await?;
    let composer = ComposePage {
        folders: shell.folders_view(""),
        title: title(answering),
        from: format!("{} <{}>", shell.me.name, shell.me.address),
        draft: draft.map(|id| id.to_string()).unwrap_or_default(),
        answering: in_form(answering),
        back,
        saved,
        has_copies: !text.cc.is_empty() || !text.bcc.is_empty(),
        to_is_bad: errors.iter().any(|error| error.field == "to"),
        focus: if !errors.is_empty() || text.to.is_empty() { "to" } else { "body" },
        files: files.into_iter().map(FileView::from).collect(),
        errors,
        once: once.as_str().to_owned(),
        text,
        shell,
    };
    page_with(status, &composer)
}

const fn title(answering: Answering) -> &'static str {
    match answering {
        Answering::New => "New message",
        Answering::Reply(_) => "Reply",
        Answering::ReplyAll(_) => "Reply to all",
        Answering::Forward(_) => "Forward",
    }
}

fn in_form(answering: Answering) -> String {
    match answering {
        Answering::New => String::new(),
        Answering::Reply(item) => format!("reply {item}"),
        Answering::ReplyAll(item) => format!("all {item}"),
        Answering::Forward(item) => format!("forward {item}"),
    }
}

/// What a message to be written answers, from the form's own word or from an address that says `reply=12`.
fn answering(kind: &str, item: &str) -> Answering {
    match (kind, item.parse().ok()) {
        ("reply", Some(item)) => Answering::Reply(item),
        ("all", Some(item)) => Answering::ReplyAll(item),
        ("forward", Some(item)) => Answering::Forward(item),
        _ => Answering::New,
    }
}

fn from_form(said: &str) -> Answering {
    let (kind, item) = said.split_once(' ').unwrap_or_default();
    answering(kind, item)
}

const HOME: &str = "/mail/inbox";
const GONE: &str =
    "This was sent or deleted already: look in Sent. It is kept as a new draft, and has not been sent again.";

/// GET /mail/compose
pub async fn form(visit: Visit) -> PageResult {
    let query = &visit.query;
    if let Ok(id) = query.get("draft").parse::<ItemId>() {
        let draft = visit.read(move |tx, session| Ok(mail::draft(tx, session.person.id, id)?)).await?;
        let saved = format!("Saved {}", visit.reader().when(draft.saved_at).clock());
        let (text, answering, back) = (draft.text, draft.answering, "/mail/drafts".to_owned());
        let filling =
            Filling { draft: Some(id), text, answering, back, saved, errors: Vec::new(), once: Once::fresh() };
        return show(&visit, StatusCode::OK, filling).await;
    }
    let kinds = ["reply", "all", "forward"].into_iter();
    let answering = kinds.map(|kind| answering(kind, query.get(kind))).find(|found| *found != Answering::New);
    let answering = answering.unwrap_or(Answering::New);
    let (text, back, saved) = match answering {
        Answering::New => {
            let (given, who) = (given(query), visit.session().await?.person.id);
            let body = answer::begin_new(&visit.web.office, who, &given.body).await?;
            (DraftText { body, ..given }, HOME.to_owned(), String::new())
        }
        Answering::Reply(item) | Answering::ReplyAll(item) | Answering::Forward(item) => {
            let who = visit.session().await?.person.id;
            let begun = answer::begin(&visit.web.office, who, answering).await?;
            (begun.text, format!("/mail/message/{item}"), files_words(begun.files))
        }
    };
    let back = local(query.get("back"), &back).to_owned();
    let filling = Filling { draft: None, text, answering, back, saved, errors: Vec::new(), once: Once::fresh() };
    show(&visit, StatusCode::OK, filling).await
}

/// What goes with a message that is passed on.
fn files_words(count: usize) -> String {
    match count {
        0 => String::new(),
        1 => "Its file goes with it".to_owned(),
        count => format!("Its {count} files go with it"),
    }
}

/// What an address or a form says of a message. A `mailto:` link comes here whole, as browsers hand it on.
fn given(fields: &Fields) -> DraftText {
    let get = |name: &str| fields.get(name).to_owned();
    DraftText { to: get("to"), cc: get("cc"), bcc: get("bcc"), subject: get("subject"), body: get("body") }
}

/// POST /mail/compose
pub async fn post(visit: Visit, posted: Posted) -> PageResult {
    let Posted { fields: form, files } = posted;
    let session = visit.checked(&form).await?;
    let (deed, place) = form.get("do").split_once(':').unwrap_or((form.get("do"), ""));
    let back = local(form.get("back"), HOME).to_owned();
    if deed == "drop" {
        return drop_draft(&visit, &form, &back).await;
    }
    let draft = save(&visit, &form).await?;
    if let Err(refused) = attach(&visit, &session, draft, files).await {
        return refuse(&visit, &form, draft, refused).await;
    }
    if deed == "send" && form.get("draft").parse::<ItemId>().is_ok_and(|asked| asked != draft) {
        // The draft is gone: pressed twice, the second press must not send a second message.
        return show_again(&visit, &form, draft, vec![FieldError::new("", GONE)], Once::fresh()).await;
    }
    if deed == "send" {
        return match send::send(&visit.web.office, session.person.id, draft, &Once::of_form(form.get("once"))).await {
            Ok(sent) => Ok(see(&with(&with(&back, "done", "sent"), "item", &sent.item.to_string()))),
            Err(refused) => refuse(&visit, &form, draft, refused).await,
        };
    }
    if let Ok(position) = place.parse() {
        visit.write(&form, move |tx, session| Ok(mail::detach(tx, session.person.id, draft, position)?)).await?;
    }
    saved(&visit, draft, &back).await
}

/// Keeps what was typed and says under which draft.
async fn save(visit: &Visit, form: &Fields) -> Result<ItemId, WebError> {
    let (text, answering) = (given(form), from_form(form.get("answering")));
    let existing: Option<ItemId> = form.get("draft").parse().ok();
    let saved = visit.write(form, move |tx, session| {
        Ok((session.person.id, mail::save_draft(tx, session.person.id, existing, &text, answering)?))
    });
    let (who, draft) = saved.await?;
    if let (None, Answering::Forward(of)) = (existing, answering) {
        let passed = send::pass_files_on(&visit.web.office, who, of, draft).await;
        passed.map_err(|error| match error {
            SendError::Mail(error) => error.into(),
            other => WebError::BadInput(other.to_string()),
        })?;
    }
    Ok(draft)
}

async fn attach(visit: &Visit, session: &Session, draft: ItemId, files: Vec<Upload>) -> Result<(), SendError> {
    for Upload { name, media_type, bytes, .. } in files {
        send::attach(&visit.web.office, session.person.id, draft, &name, &media_type, bytes).await?;
    }
    Ok(())
}

#[derive(Template)]
#[template(path = "mail/_saved.html")]
struct SavedFragment {
    draft: ItemId,
    words: String,
    files: Vec<FileView>,
}

async fn saved(visit: &Visit, draft: ItemId, back: &str) -> PageResult {
    if !visit.wants_fragment {
        let address = format!("/mail/compose?draft={draft}&done=saved");
        return Ok(see(&with(&address, "back", back)));
    }
    let kept = visit.read(move |tx, session| Ok(mail::draft(tx, session.person.id, draft)?)).await?;
    let words = format!("Saved {}", visit.reader().when(kept.saved_at).clock());
    fragment(&SavedFragment { draft, words, files: kept.files.into_iter().map(FileView::from).collect() })
}

async fn drop_draft(visit: &Visit, form: &Fields, back: &str) -> PageResult {
    // What goes away has nothing more to show, wherever it was opened from.
    let back = if back.starts_with("/mail/compose") { HOME } else { back };
    let Ok(draft) = form.get("draft").parse::<ItemId>() else { return Ok(see(back)) };
    let done = visit.write(form, move |tx, session| Ok(mail::drop_draft(tx, session.person.id, draft)?)).await?;
    Ok(see(&done.undo.map_or_else(|| back.to_owned(), |undo| with(back, "undo", &undo.to_string()))))
}

/// Shows the form again with what is wrong beside its field.
async fn refuse(visit: &Visit, form: &Fields, draft: ItemId, error: SendError) -> PageResult {
    let once = match error {
        SendError::SentAlready => Once::fresh(),
        _ => Once::of_form(form.get("once")),
    };
    show_again(visit, form, draft, refusal(error)?, once).await
}

async fn show_again(visit: &Visit, form: &Fields, draft: ItemId, errors: Vec<FieldError>, once: Once) -> PageResult {
    if visit.wants_fragment {
        let words: Vec<_> = errors.into_iter().map(|error| error.sentence).collect();
        return Ok(actix_web::HttpResponse::UnprocessableEntity()
            .content_type("text/plain; charset=utf-8")
            .body(words.join(" ")));
    }
    let filling = Filling {
        draft: Some(draft),
        text: given(form),
        answering: from_form(form.get("answering")),
        back: local(form.get("back"), HOME).to_owned(),
        saved: format!("Saved {}", visit.reader().when(visit.web.office.clock.now()).clock()),
        errors,
        once,
    };
    show(visit, StatusCode::UNPROCESSABLE_ENTITY, filling).await
}

/// Somebody whom the beginning of a name may mean.
struct Completion {
    name: String,
    address: String,
    value: String,
}

#[derive(Template)]
#[template(path = "mail/_completions.html")]
struct Completions {
    people: Vec<Completion>,
}

/// GET /mail/people?q=
pub async fn completions(visit: Visit) -> PageResult {
    let beginning = visit.query.get("q").to_owned();
    let found = visit.read(move |tx, session| Ok(mail::completions(tx, session.person.id, &beginning)?)).await?;
    let view = |found: crate::format::mime::Mailbox| Completion {
        value: if found.name.is_empty() {
            found.address.clone()
        } else {
            format!("{} <{}>", quoted(&found.name), found.address)
        },
        name: found.shown().to_owned(),
        address: found.address,
    };
    page(&Completions { people: found.into_iter().map(view).collect() })
}

/// A name as it stands before an address: in quotes where it holds what would end it. RFC 5322 §3.2.3.
fn quoted(name: &str) -> String {
    if name.contains([',', '<', '>', '@', ';', ':', '"', '(', ')', '.']) {
        format!("\"{}\"", name.replace(['"', '\\'], ""))
    } else {
        name.to_owned()
    }
}

/// What the sender can put right, beside its field; anything else is an error of the page.
fn refusal(error: SendError) -> Result<Vec<FieldError>, WebError> {
    let beside = |field: &str, sentence: String| Ok(vec![FieldError::new(field, sentence)]);
    match error {
        SendError::SentAlready => beside("", GONE.to_owned()),
        SendError::NoRecipients => beside("to", "Say to whom this goes.".to_owned()),
        SendError::BadAddresses(all) => {
            let say = |bad: &String| {
                FieldError::new("to", format!("“{bad}” isn’t a full address, such as name@example.com."))
            };
            Ok(all.iter().map(say).collect())
        }
        SendError::UnknownColleagues(all) => {
            Ok(all.iter().map(|bad| FieldError::new("to", format!("Nobody here has the address “{bad}”."))).collect())
        }
        SendError::TooManyRecipients => {
            beside("to", format!("A message goes to {} people at most.", limits::SMTP_RECIPIENTS))
        }
        SendError::Barred(field, words) => beside(field, sentence(&words)),
        SendError::Full(all) => beside(
            "to",
            format!("The mailbox of {} is full. Nothing was sent; write to them when there is room.", all.join(", ")),
        ),
        SendError::TooLarge => beside("files", "Too large: one file may have 25 MB, a whole message 50 MB.".to_owned()),
        SendError::Build(error) => beside("to", format!("This cannot be sent: {error}.")),
        SendError::Mail(MailError::TooManyFiles(most)) => {
            beside("files", format!("A message holds {most} files at most."))
        }
        SendError::Mail(error) => Err(error.into()),
    }
}
