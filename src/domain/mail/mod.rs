//! Mail: folders, messages, conversations, drafts, and finding them again.
//!
//! Owns `mail_*`. Asks `people` whose address is whose. Emits `MailArrived`, `MailChanged`, `FoldersChanged`.
//! Not here: the SMTP session (`proto::smtp`), reading MIME (`format::mime`), mail that leaves (`outbound`).

mod act;
mod bin;
mod check;
mod correspondent;
mod draft;
mod error;
mod file;
mod folder;
mod index;
mod invitation;
mod item;
mod model;
mod query;
mod row;
mod search;
#[cfg(test)]
mod tests;
mod undo;
mod usage;

pub use act::{Act, act, act_on_item, erase_some, mark_answered, mark_seen};
pub use bin::{binned_before, erase_binned};
pub use check::check_mail;
pub use correspondent::{completions, remember, trust_images_of, trusts_images_of};
pub use draft::{
    Answering, Draft, DraftFile, DraftText, attach, detach, draft, draft_blobs, drop_draft, save_draft, take_draft,
};
pub use error::MailError;
pub use file::{Head, Key, deliver, file};
pub use folder::{
    Folder, FolderRole, folder, folder_at, folder_by_role, folders, make_folder, make_mailbox, remove_folder,
    rename_folder,
};
pub use index::{IndexWords, Unindexed, index, lag, unindexed};
pub use invitation::{invitation, note_invitation, take_back};
pub use item::{Item, Neighbours, has_message, item, items_after, neighbours, raw, thread_items};
pub use model::{Done, Page, Row};
pub use query::Query;
pub use row::{list, row, starred};
pub use search::search;
pub use undo::{notice, prune_undo, undo};
pub use usage::{Takes, Usage, usage};
