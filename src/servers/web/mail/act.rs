//! Acts on conversations: one form for what is selected in a list, for a star, and for an opened conversation.

use super::super::error::WebError;
use super::super::filters;
use super::super::form::Fields;
use super::super::page::{PageResult, fragment, local, page, see, with};
use super::super::session::Visit;
use super::super::shell::{Place, Shell, Toast, undo_toast};
use super::super::words::count;
use crate::domain::mail::{self, Act, FolderRole};
use crate::domain::people::Session;
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::id::{FolderId, ThreadId, UndoId};
use crate::kernel::limits;
use actix_web::web::Form;
use askama::Template;
use std::collections::BTreeMap;

const HOME: &str = "/mail/inbox";

/// Conversations by the folder they lie in.
type Chosen = BTreeMap<FolderId, Vec<ThreadId>>;

/// Reads `folder-thread` keys.
fn chosen<'a>(keys: impl Iterator<Item = &'a str>) -> Chosen {
    let mut chosen = Chosen::new();
    for (folder, thread) in keys.filter_map(|key| key.split_once('-')).take(limits::BULK_ITEMS) {
        if let (Ok(folder), Ok(thread)) = (folder.parse(), thread.parse()) {
            chosen.entry(folder).or_default().push(thread);
        }
    }
    chosen
}

/// The act that a form asks for, and the conversations it is for. A star's button names its own conversation.
fn asked(tx: &ReadTx<'_>, session: &Session, form: &Fields) -> Result<(Act, Chosen), WebError> {
    for (field, act) in [("star", Act::Star), ("unstar", Act::Unstar)] {
        if form.has(field) {
            return Ok((act, chosen(std::iter::once(form.get(field)))));
        }
    }
    let act = match form.get("do") {
        "archive" => Act::Archive,
        "trash" => Act::Trash,
        "junk" => Act::Junk,
        "notjunk" => Act::NotJunk,
        "inbox" => Act::Move(mail::folder_by_role(tx, session.person.id, FolderRole::Inbox)?.id),
        "move" => Act::Move(form.get("to").parse().map_err(|_| WebError::NotFound)?),
        "read" => Act::Read,
        "unread" => Act::Unread,
        "star" => Act::Star,
        "unstar" => Act::Unstar,
        "erase" => Act::Erase,
        other => return Err(WebError::BadInput(format!("no act {other:?}"))),
    };
    Ok((act, chosen(form.all("m"))))
}

fn carry_out(tx: &mut WriteTx<'_>, session: &Session, form: &Fields) -> Result<Vec<UndoId>, WebError> {
    let (act, chosen) = asked(tx, session, form)?;
    let mut undo = Vec::new();
    for (folder, threads) in chosen {
        undo.extend(mail::act(tx, session.person.id, folder, &threads, act)?.undo);
    }
    Ok(undo)
}

/// POST /mail/act
pub async fn act(visit: Visit, form: Form<Fields>) -> PageResult {
    let form = form.into_inner();
    if form.get("do") == "erase" && form.get("sure") != "yes" {
        return ask(&visit, &form).await;
    }
    let fields = form.clone();
    let undo = visit.write(&form, move |tx, session| carry_out(tx, session, &fields)).await?;
    let back = local(if form.has("here") && stays(&form) { form.get("here") } else { form.get("back") }, HOME);
    answer(&visit, undo, back).await
}

/// Whether an act leaves an opened conversation where it is.
fn stays(form: &Fields) -> bool {
    matches!(form.get("do"), "star" | "unstar" | "read")
}

#[derive(Template)]
#[template(path = "_layout/_toast.html")]
struct ToastFragment {
    toast: Toast,
}

async fn answer(visit: &Visit, undo: Vec<UndoId>, back: &str) -> PageResult {
    if !visit.wants_fragment {
        let ids: Vec<_> = undo.iter().map(ToString::to_string).collect();
        return Ok(see(&if ids.is_empty() { back.to_owned() } else { with(back, "undo", &ids.join(",")) }));
    }
    let at = back.to_owned();
    let toast = visit.read(move |tx, session| undo_toast(tx, session, &undo, &at)).await?;
    fragment(&ToastFragment { toast: toast.unwrap_or_default() })
}

/// POST /mail/undo
pub async fn undo(visit: Visit, form: Form<Fields>) -> PageResult {
    let ids: Vec<UndoId> = form.get("undo").split(',').filter_map(|id| id.parse().ok()).take(20).collect();
    visit
        .write(&form, move |tx, session| {
            for id in &ids {
                mail::undo(tx, session.person.id, *id)?;
            }
            Ok(())
        })
        .await?;
    if visit.wants_fragment {
        return fragment(&ToastFragment { toast: Toast { words: "Put back".to_owned(), ..Toast::default() } });
    }
    Ok(see(&with(local(form.get("back"), HOME), "done", "undone")))
}

#[derive(Template)]
#[template(path = "mail/erase.html")]
struct ErasePage {
    shell: Shell,
    question: String,
    words: &'static str,
    keep: &'static str,
    action: String,
    back: String,
    keys: Vec<String>,
}

/// Deleting for good is the one act that cannot be taken back, so it alone asks.
async fn ask(visit: &Visit, form: &Fields) -> PageResult {
    let (shell, ()) = visit.page(Place::Mail, |_, _| Ok(())).await?;
    let keys: Vec<_> = form.all("m").map(str::to_owned).collect();
    let back = local(form.get("back"), HOME).to_owned();
    if keys.is_empty() {
        return Ok(see(&back));
    }
    let what = count(i64::try_from(keys.len()).unwrap_or(i64::MAX), "conversation");
    let words = "The messages and their files go for good. This cannot be undone.";
    let (question, action) = (format!("Delete {what} for good?"), format!("Delete {what}"));
    page(&ErasePage { shell, question, words, keep: "Keep in Trash", action, back, keys })
}
