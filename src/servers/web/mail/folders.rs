//! The tree of folders, and making, renaming and removing own ones.

use super::super::error::WebError;
use super::super::filters;
use super::super::form::{FieldError, Fields};
use super::super::page::{PageResult, page_with, see};
use super::super::session::Visit;
use super::super::shell::{Place, Shell};
use super::super::words::unless_none;
use super::list::STARRED;
use crate::domain::mail::{self, Folder, FolderRole, MailError};
use crate::kernel::id::FolderId;
use actix_web::http::StatusCode;
use actix_web::web::{Form, Path};
use askama::Template;

/// A folder in the tree.
pub struct FolderView {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub href: String,
    /// Its glyph.
    pub icon: &'static str,
    /// How it looks.
    pub class: &'static str,
    /// Whether it stands open.
    pub is_here: bool,
    /// What waits in it; empty for nothing.
    pub unread: String,
    /// Whether that is no call to act.
    pub is_calm: bool,
    /// What is counted.
    pub what: &'static str,
}

/// The tree.
pub struct FoldersView {
    /// Rises with every change.
    pub version: i64,
    /// What everybody has.
    pub special: Vec<FolderView>,
    /// What the person made.
    pub own: Vec<FolderView>,
}

impl FoldersView {
    /// The tree of these folders, the one at `here` marked.
    pub fn new(folders: &[Folder], version: i64, here: &str) -> Self {
        let view = |folder: &Folder| FolderView::new(folder, here);
        let (special, own): (Vec<_>, Vec<_>) = folders.iter().partition(|folder| folder.role != FolderRole::Own);
        let mut special: Vec<_> = special.into_iter().map(view).collect();
        special.insert(special.len().min(1), starred(here));
        Self { version, special, own: own.into_iter().map(view).collect() }
    }
}

impl FolderView {
    fn new(folder: &Folder, here: &str) -> Self {
        let href = format!("/mail/{}", folder.slug());
        // Of drafts it counts how many there are; of the Archive, what was sent and what was deleted nobody asks.
        let (waiting, what) = match folder.role {
            FolderRole::Drafts => (folder.total, "drafts"),
            FolderRole::Sent | FolderRole::Archive | FolderRole::Trash => (0, ""),
            FolderRole::Inbox | FolderRole::Junk | FolderRole::Own => (folder.unread, "unread"),
        };
        let is_calm = matches!(folder.role, FolderRole::Drafts | FolderRole::Junk);
        Self {
            is_here: href == here,
            href,
            icon: icon(folder.role),
            class: if waiting > 0 && !is_calm { "unread" } else { "" },
            unread: unless_none(waiting),
            is_calm,
            what,
            name: folder.name.clone(),
        }
    }
}

const fn icon(role: FolderRole) -> &'static str {
    match role {
        FolderRole::Own => "folder",
        FolderRole::Inbox
        | FolderRole::Drafts
        | FolderRole::Sent
        | FolderRole::Archive
        | FolderRole::Junk
        | FolderRole::Trash => role.slug(),
    }
}

fn starred(here: &str) -> FolderView {
    let href = format!("/mail/{STARRED}");
    FolderView {
        is_here: href == here,
        href,
        name: "Starred".to_owned(),
        icon: "star",
        class: "",
        unread: String::new(),
        is_calm: false,
        what: "",
    }
}

#[derive(Template)]
#[template(path = "mail/folders.html")]
struct FolderPage {
    shell: Shell,
    folders: FoldersView,
    title: &'static str,
    verb: &'static str,
    leave: &'static str,
    action: String,
    back: String,
    removal: String,
    name: String,
    errors: Vec<FieldError>,
}

const BAD_NAME: &str = "Take a name of 1 to 60 characters that no other folder has.";

async fn show(visit: &Visit, id: Option<FolderId>, name: Option<String>, is_refused: bool) -> PageResult {
    let (shell, folder) = visit
        .page(Place::Mail, move |tx, session| match id {
            None => Ok(None),
            Some(id) => Ok(Some(mail::folder(tx, session.person.id, id)?)),
        })
        .await?;
    if folder.as_ref().is_some_and(|folder| folder.role != FolderRole::Own) {
        return Err(WebError::NotFound);
    }
    let errors = if is_refused { vec![FieldError::new("name", BAD_NAME)] } else { Vec::new() };
    let status = if is_refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let back = folder.as_ref().map_or_else(|| "/mail/inbox".to_owned(), |folder| format!("/mail/{}", folder.slug()));
    let action = id.map_or_else(|| "/mail/folders".to_owned(), |id| format!("/mail/folders/{id}"));
    let (title, verb, leave) = match id {
        None => ("New folder", "Make the folder", "Make none"),
        Some(_) => ("Rename folder", "Rename the folder", "Keep the name"),
    };
    let removal = id.map(|_| format!("{action}/remove")).unwrap_or_default();
    let name = name.or_else(|| folder.map(|folder| folder.name)).unwrap_or_default();
    let folders = shell.folders_view(&back);
    page_with(status, &FolderPage { shell, folders, title, verb, leave, action, back, removal, name, errors })
}

/// GET /mail/folders
pub async fn new(visit: Visit) -> PageResult {
    show(&visit, None, None, false).await
}

/// GET /mail/folders/{id}
pub async fn edit(visit: Visit, at: Path<FolderId>) -> PageResult {
    show(&visit, Some(*at), None, false).await
}

/// POST /mail/folders
pub async fn make(visit: Visit, form: Form<Fields>) -> PageResult {
    let name = form.get("name").to_owned();
    let made = visit.write(&form, move |tx, session| Ok(mail::make_folder(tx, session.person.id, &name))).await?;
    match made {
        Ok(id) => Ok(see(&format!("/mail/{id}?done=folder"))),
        Err(MailError::BadFolderName) => show(&visit, None, Some(form.get("name").to_owned()), true).await,
        Err(error) => Err(error.into()),
    }
}

/// POST /mail/folders/{id}
pub async fn rename(visit: Visit, at: Path<FolderId>, form: Form<Fields>) -> PageResult {
    let (id, name) = (*at, form.get("name").to_owned());
    let renamed =
        visit.write(&form, move |tx, session| Ok(mail::rename_folder(tx, session.person.id, id, &name))).await?;
    match renamed {
        Ok(()) => Ok(see(&format!("/mail/{id}?done=folder"))),
        Err(MailError::BadFolderName) => show(&visit, Some(id), Some(form.get("name").to_owned()), true).await,
        Err(error) => Err(error.into()),
    }
}

/// POST /mail/folders/{id}/remove
pub async fn remove(visit: Visit, at: Path<FolderId>, form: Form<Fields>) -> PageResult {
    let id = *at;
    visit.write(&form, move |tx, session| Ok(mail::remove_folder(tx, session.person.id, id)?)).await?;
    Ok(see("/mail/inbox?done=removed"))
}
