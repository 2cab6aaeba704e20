//! What changes to mail look like: the rows and counters they have touched, each once, as they are now.

use super::super::error::WebError;
use super::super::filters;
use super::super::mail::folders::FoldersView;
use super::super::mail::row::RowView;
use super::super::words::{Reader, unless_none};
use super::patch::{Patches, render};
use crate::domain::event::Event;
use crate::domain::mail::{self, FolderRole};
use crate::domain::store::{Change, ReadTx};
use crate::kernel::id::{FolderId, PersonId, ThreadId};
use askama::Template;
use serde_json::json;
use std::collections::BTreeSet;

#[derive(Template)]
#[template(path = "mail/_row.html")]
struct RowFragment<'a> {
    row: RowView<'a>,
}

#[derive(Template)]
#[template(path = "mail/_folders.html")]
struct FoldersFragment {
    folders: FoldersView,
}

/// Whether a change is one of mail.
pub(super) const fn is_mail(event: Event) -> bool {
    matches!(event, Event::MailArrived { .. } | Event::MailChanged { .. } | Event::FoldersChanged)
}

/// Tells what changed in `who`'s mail.
pub(super) fn tell(
    tx: &ReadTx<'_>,
    who: PersonId,
    reader: Reader,
    changes: &[Change],
    to: &mut Patches,
) -> Result<(), WebError> {
    let Some(newest) = changes.iter().map(|change| change.revision).max() else { return Ok(()) };
    for (folder, thread) in touched(changes) {
        match mail::row(tx, who, folder, thread)? {
            None => {
                let head = json!({ "op": "remove", "target": format!("c{folder}-{thread}"), "ver": newest });
                to.say(None, "mail", &head, "");
            }
            Some(row) => {
                let row = RowView::new(&row, reader, "");
                let head = json!({
                    "op": "row", "target": format!("c{}", row.key), "folder": folder, "ver": row.version, "at": row.at,
                });
                to.say(None, "mail", &head, &render(&RowFragment { row })?);
            }
        }
    }
    let folders = mail::folders(tx, who)?;
    let unread = folders.iter().find(|folder| folder.role == FolderRole::Inbox).map_or(0, |inbox| inbox.unread);
    let head = json!({ "op": "replace", "target": "folders", "ver": newest, "unread": unless_none(unread) });
    let folders = FoldersView::new(&folders, newest, "");
    to.say(None, "folders", &head, &render(&FoldersFragment { folders })?);
    Ok(())
}

fn touched(changes: &[Change]) -> BTreeSet<(FolderId, ThreadId)> {
    let place = |change: &Change| match change.event {
        Event::MailArrived { folder, thread } | Event::MailChanged { folder, thread } => Some((folder, thread)),
        _ => None,
    };
    changes.iter().filter_map(place).collect()
}
