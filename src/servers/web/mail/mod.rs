//! Web mail: lists, messages, writing, folders, finding.

pub mod act;
pub mod body;
pub mod compose;
pub mod files;
pub mod folders;
pub mod invitation;
pub mod list;
pub mod message;
pub mod row;
pub mod search;
pub mod trace;
