//! Lists: a folder, what is starred, what was found.

use super::super::error::WebError;
use super::super::filters;
use super::super::page::{PageResult, in_address, page};
use super::super::session::Visit;
use super::super::shell::{Place, Shell, without_notes};
use super::super::words::{Reader, number};
use super::folders::FoldersView;
use super::row::RowView;
use crate::domain::mail::{self, Folder, FolderRole, Page, Query};
use crate::domain::people::Session;
use crate::domain::policy;
use crate::domain::store::ReadTx;
use crate::kernel::id::{FolderId, ThreadId};
use actix_web::web::Path;
use askama::Template;

/// The word of the list of starred conversations.
pub const STARRED: &str = "starred";

/// What a list is a list of.
#[derive(Debug, Clone)]
pub enum Shelf {
    /// A folder.
    Folder(Folder),
    /// What is starred, wherever it lies.
    Starred,
    /// What was found for these words.
    Found(String),
}

impl Shelf {
    /// The shelf that an address speaks of: `starred`, or a folder's word.
    pub fn at(tx: &ReadTx<'_>, session: &Session, slug: &str) -> Result<Self, WebError> {
        if slug == STARRED {
            return Ok(Self::Starred);
        }
        Ok(Self::Folder(mail::folder_at(tx, session.person.id, slug)?))
    }

    /// One page of it.
    pub fn read(&self, tx: &ReadTx<'_>, session: &Session, page: u32) -> Result<Page, WebError> {
        let who = session.person.id;
        Ok(match self {
            Self::Folder(folder) => mail::list(tx, who, folder.id, page)?,
            Self::Starred => mail::starred(tx, who, page)?,
            Self::Found(words) => mail::search(tx, who, &Query::parse(words), page)?,
        })
    }

    /// Its address.
    pub fn href(&self) -> String {
        match self {
            Self::Folder(folder) => format!("/mail/{}", folder.slug()),
            Self::Starred => format!("/mail/{STARRED}"),
            Self::Found(words) => format!("/search?q={}", in_address(words)),
        }
    }

    fn page_href(&self, page: u32) -> String {
        let href = self.href();
        let joint = if href.contains('?') { '&' } else { '?' };
        if page == 1 { href } else { format!("{href}{joint}page={page}") }
    }

    /// What its rows' links carry, so that the list beside an opened message is this one.
    pub fn suffix(&self, page: u32) -> String {
        let page = if page > 1 { format!("page={page}") } else { String::new() };
        let words = match self {
            Self::Folder(_) => page,
            Self::Starred => format!("in={STARRED}&{page}"),
            Self::Found(words) => format!("q={}&{page}", in_address(words)),
        };
        let words = words.trim_end_matches('&');
        if words.is_empty() { String::new() } else { format!("?{words}") }
    }

    /// Its name.
    pub fn name(&self) -> String {
        match self {
            Self::Folder(folder) => folder.name.clone(),
            Self::Starred => "Starred".to_owned(),
            Self::Found(words) if words.trim().is_empty() => "Search".to_owned(),
            Self::Found(words) => format!("“{}”", words.trim()),
        }
    }

    /// How long it keeps what lies in it, in words; empty where that is without an end.
    pub fn note(&self, tx: &ReadTx<'_>) -> Result<String, WebError> {
        if !matches!(self.role(), Some(FolderRole::Junk | FolderRole::Trash)) {
            return Ok(String::new());
        }
        let rule = policy::everybody(tx, policy::Act::BinDays)?;
        Ok(if rule.number() == 0 { String::new() } else { rule.sentence() })
    }

    /// What a folder is for; `None` for lists over several.
    const fn role(&self) -> Option<FolderRole> {
        match self {
            Self::Folder(folder) => Some(folder.role),
            Self::Starred | Self::Found(_) => None,
        }
    }
}

/// A button that acts on what is selected.
#[derive(Debug, Clone, Copy)]
pub struct ActView {
    /// The deed, as the form says it.
    pub name: &'static str,
    /// In words.
    pub words: &'static str,
    /// In words, with its key.
    pub title: &'static str,
    /// Its glyph.
    pub icon: &'static str,
}

const fn act(name: &'static str, words: &'static str, title: &'static str, icon: &'static str) -> ActView {
    ActView { name, words, title, icon }
}

const ARCHIVE: ActView = act("archive", "Archive", "Archive (e)", "archive");
const TRASH: ActView = act("trash", "Move to Trash", "Move to Trash (#)", "trash");
const ERASE: ActView = act("erase", "Delete for good", "Delete for good (#)", "trash");
const INBOX: ActView = act("inbox", "Move to Inbox", "Move to Inbox", "inbox");
const JUNK: ActView = act("junk", "Junk", "Junk (!)", "junk");
const NOT_JUNK: ActView = act("notjunk", "Not junk", "Not junk (!)", "inbox");
const READ: ActView = act("read", "Mark as read", "Mark as read (Shift+I)", "read");
const UNREAD: ActView = act("unread", "Mark as unread", "Mark as unread (Shift+U)", "unread");
const STAR: ActView = act("star", "Star", "Star (s)", "star");
/// What takes a star away, where there is one.
pub const UNSTAR: ActView = act("unstar", "Unstar", "Unstar (s)", "star");

impl Shelf {
    /// What can be done with its conversations.
    pub const fn acts(&self) -> &'static [ActView] {
        match self.role() {
            Some(FolderRole::Archive) => &[INBOX, TRASH, JUNK, READ, UNREAD, STAR],
            Some(FolderRole::Junk) => &[NOT_JUNK, TRASH, READ, UNREAD],
            Some(FolderRole::Trash) => &[INBOX, ERASE, READ, UNREAD],
            Some(FolderRole::Drafts) => &[TRASH, STAR],
            Some(FolderRole::Sent) => &[ARCHIVE, TRASH, STAR],
            Some(FolderRole::Inbox | FolderRole::Own) | None => &[ARCHIVE, TRASH, JUNK, READ, UNREAD, STAR],
        }
    }

    fn empty(&self) -> Empty {
        let say = |icon, title, words, href, action| Empty { icon, title, words, href, action };
        match self {
            Self::Starred => {
                say("star", "Nothing starred", "A star keeps a conversation at hand.", "/mail/inbox", "Open the Inbox")
            }
            Self::Found(words) if words.trim().is_empty() => {
                say("search", "What are you looking for?", "Type a name, a word of the subject or of the text.", "", "")
            }
            Self::Found(_) => say("search", "Nothing found", "Try fewer words, or another spelling.", "", ""),
            Self::Folder(folder) => match folder.role {
                FolderRole::Inbox => say(
                    "empty-mail",
                    "All done",
                    "New mail appears here by itself.",
                    "/mail/compose",
                    "Write a message",
                ),
                FolderRole::Drafts => say(
                    "drafts",
                    "No drafts",
                    "What you begin to write is kept here.",
                    "/mail/compose",
                    "Write a message",
                ),
                FolderRole::Sent => {
                    say("sent", "Nothing sent yet", "What you send is kept here.", "/mail/compose", "Write a message")
                }
                FolderRole::Archive => say(
                    "archive",
                    "The Archive is empty",
                    "What you have done with goes here.",
                    "/mail/inbox",
                    "Open the Inbox",
                ),
                FolderRole::Junk => say("junk", "No junk", "Unwanted mail goes here.", "/mail/inbox", "Open the Inbox"),
                FolderRole::Trash => {
                    say("trash", "Trash is empty", "Deleted mail waits here.", "/mail/inbox", "Open the Inbox")
                }
                FolderRole::Own => say(
                    "folder",
                    "Nothing in here yet",
                    "Select mail and move it here.",
                    "/mail/inbox",
                    "Open the Inbox",
                ),
            },
        }
    }
}

/// What an empty list says.
pub struct Empty {
    /// Its drawing.
    pub icon: &'static str,
    /// What is so.
    pub title: &'static str,
    /// What belongs here.
    pub words: &'static str,
    /// The first thing to do.
    pub href: &'static str,
    /// In words.
    pub action: &'static str,
}

/// A folder to move to.
pub struct Choice {
    /// The folder.
    pub id: FolderId,
    /// Its name.
    pub name: String,
}

/// A list as its pane shows it.
pub struct ListView<'a> {
    /// Its name.
    pub name: String,
    /// Whether it is the page's main thing, or stands beside a message.
    pub is_main: bool,
    /// Whether it was searched for.
    pub is_search: bool,
    /// The folder whose new rows belong here; empty where none do.
    pub live: String,
    /// The page's number.
    pub page: u32,
    /// `1–50 of 4,312`.
    pub position: String,
    /// The page of newer rows; empty for none.
    pub newer: String,
    /// The page of older rows; empty for none.
    pub older: String,
    /// Where the folder can be changed; empty where it cannot.
    pub tools: String,
    /// Where to come back to after an act.
    pub back: String,
    /// What can be done with what is selected.
    pub acts: &'static [ActView],
    /// Where it can be moved.
    pub moves: Vec<Choice>,
    /// The rows.
    pub rows: Vec<RowView<'a>>,
    /// What is said over them; empty for nothing.
    pub note: String,
    /// What is said where there are none.
    pub empty: Empty,
}

impl<'a> ListView<'a> {
    /// The list's main view, whose rows' links carry `suffix`.
    pub fn new(shelf: &Shelf, found: &'a Page, shell: &'a Shell, reader: Reader, suffix: &'a str) -> Self {
        let page = found.page;
        let folder_id = match shelf {
            Shelf::Folder(folder) => Some(folder.id),
            Shelf::Starred | Shelf::Found(_) => None,
        };
        let is_own = shelf.role() == Some(FolderRole::Own);
        let mut rows: Vec<_> = found.rows.iter().map(|row| RowView::new(row, reader, suffix)).collect();
        if folder_id.is_none() {
            for (view, row) in rows.iter_mut().zip(&found.rows) {
                let folder = shell.folders().iter().find(|at| at.id == row.folder);
                view.folder = folder.map_or("", |at| &at.name);
            }
        }
        let can_go_to =
            |at: &&Folder| Some(at.id) != folder_id && !matches!(at.role, FolderRole::Drafts | FolderRole::Sent);
        let moves = shell.folders().iter().filter(can_go_to);
        Self {
            name: shelf.name(),
            is_main: true,
            is_search: matches!(shelf, Shelf::Found(_)),
            live: folder_id.map(|id| id.to_string()).unwrap_or_default(),
            page,
            position: position(found),
            newer: if page > 1 { shelf.page_href(page - 1) } else { String::new() },
            older: if found.has_older { shelf.page_href(page + 1) } else { String::new() },
            tools: folder_id.filter(|_| is_own).map(|id| format!("/mail/folders/{id}")).unwrap_or_default(),
            back: shelf.page_href(page),
            acts: shelf.acts(),
            moves: moves.map(|at| Choice { id: at.id, name: at.name.clone() }).collect(),
            rows,
            note: String::new(),
            empty: shelf.empty(),
        }
    }

    /// The same list with something said over it.
    pub fn noted(self, note: String) -> Self {
        Self { note, ..self }
    }

    /// The same list beside one of its conversations.
    pub fn beside(mut self, thread: ThreadId) -> Self {
        self.is_main = false;
        self.rows.iter_mut().filter(|row| row.thread == thread).for_each(RowView::open);
        self
    }
}

fn position(page: &Page) -> String {
    let rows = i64::try_from(page.rows.len()).unwrap_or(0);
    if rows == 0 {
        return String::new();
    }
    let span = format!("{}–{}", number(page.first), number(page.first + rows - 1));
    match page.total {
        Some(total) => format!("{span} of {}", number(total)),
        None if page.has_older => format!("{span} of many"),
        None => span,
    }
}

#[derive(Template)]
#[template(path = "mail/list.html")]
struct ListPage<'a> {
    shell: &'a Shell,
    folders: FoldersView,
    list: ListView<'a>,
}

/// GET /mail/{folder}
pub async fn folder(visit: Visit, at: Path<String>) -> PageResult {
    let (slug, number) = (at.into_inner(), visit.query.page());
    let (shell, (shelf, found, note)) = visit
        .page(Place::Mail, move |tx, session| {
            let shelf = Shelf::at(tx, session, &slug)?;
            let found = shelf.read(tx, session, number)?;
            let note = shelf.note(tx)?;
            Ok((shelf, found, note))
        })
        .await?;
    let suffix = shelf.suffix(found.page);
    let list = ListView::new(&shelf, &found, &shell, visit.reader(), &suffix).noted(note);
    let folders = shell.folders_view(without_notes(&shelf.href()).as_str());
    page(&ListPage { shell: &shell, folders, list })
}
