//! Stands in for verbs of `domain::chat` that are still being written.
#![allow(missing_docs, clippy::missing_errors_doc, clippy::allow_attributes)]
pub use crate::domain::chat::*;
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::id::{BlobId, ChatFileId, ChatMessageId, ConversationId, PersonId};
use std::time::Duration;
const SOON: ChatError = ChatError::NotAllowed("that comes soon");
pub fn edit(_: &mut WriteTx<'_>, _: PersonId, _: ChatMessageId, _: &str) -> Result<(), ChatError> {
    Err(SOON)
}
pub fn delete(_: &mut WriteTx<'_>, _: PersonId, _: ChatMessageId) -> Result<(), ChatError> {
    Err(SOON)
}
pub fn react(_: &mut WriteTx<'_>, _: PersonId, _: ChatMessageId, _: &str, _: bool) -> Result<(), ChatError> {
    Err(SOON)
}
pub fn pin(_: &mut WriteTx<'_>, _: PersonId, _: ChatMessageId) -> Result<(), ChatError> {
    Err(SOON)
}
pub fn unpin(_: &mut WriteTx<'_>, _: PersonId, _: ChatMessageId) -> Result<(), ChatError> {
    Err(SOON)
}
pub fn star(_: &mut WriteTx<'_>, _: PersonId, _: ChatMessageId) -> Result<(), ChatError> {
    Err(SOON)
}
pub fn unstar(_: &mut WriteTx<'_>, _: PersonId, _: ChatMessageId) -> Result<(), ChatError> {
    Err(SOON)
}
pub fn pins(_: &ReadTx<'_>, _: PersonId, _: ConversationId) -> Result<Vec<Message>, ChatError> {
    Ok(Vec::new())
}
pub fn starred(_: &ReadTx<'_>, _: PersonId) -> Result<Vec<Message>, ChatError> {
    Ok(Vec::new())
}
pub fn files(_: &ReadTx<'_>, _: PersonId, _: ConversationId) -> Result<Vec<ChatFile>, ChatError> {
    Ok(Vec::new())
}
pub fn file(_: &ReadTx<'_>, _: PersonId, _: ChatFileId) -> Result<(ChatFile, BlobId), ChatError> {
    Err(SOON)
}
pub fn draft(_: &ReadTx<'_>, _: PersonId, _: ConversationId) -> Result<String, ChatError> {
    Ok(String::new())
}
pub fn save_draft(_: &mut WriteTx<'_>, _: PersonId, _: ConversationId, _: &str) -> Result<(), ChatError> {
    Ok(())
}
pub fn readers(_: &ReadTx<'_>, _: PersonId, _: ChatMessageId) -> Result<Vec<PersonId>, ChatError> {
    Ok(Vec::new())
}
pub fn hide(_: &mut WriteTx<'_>, _: PersonId, _: ConversationId) -> Result<(), ChatError> {
    Err(SOON)
}
pub fn rename(_: &mut WriteTx<'_>, _: PersonId, _: ConversationId, _: &str) -> Result<(), ChatError> {
    Err(SOON)
}
pub fn set_topic(_: &mut WriteTx<'_>, _: PersonId, _: ConversationId, _: &str) -> Result<(), ChatError> {
    Err(SOON)
}
pub fn archive(_: &mut WriteTx<'_>, _: PersonId, _: ConversationId, _: bool) -> Result<(), ChatError> {
    Err(SOON)
}
pub fn set_favourite(_: &mut WriteTx<'_>, _: PersonId, _: ConversationId, _: bool) -> Result<(), ChatError> {
    Err(SOON)
}
pub fn set_level(_: &mut WriteTx<'_>, _: PersonId, _: ConversationId, _: Level) -> Result<(), ChatError> {
    Err(SOON)
}
pub fn kick(_: &mut WriteTx<'_>, _: PersonId, _: ConversationId, _: PersonId) -> Result<(), ChatError> {
    Err(SOON)
}
pub fn ban(_: &mut WriteTx<'_>, _: PersonId, _: ConversationId, _: PersonId) -> Result<(), ChatError> {
    Err(SOON)
}
pub fn unban(_: &mut WriteTx<'_>, _: PersonId, _: ConversationId, _: PersonId) -> Result<(), ChatError> {
    Err(SOON)
}
pub fn mute(_: &mut WriteTx<'_>, _: PersonId, _: ConversationId, _: PersonId, _: Duration) -> Result<(), ChatError> {
    Err(SOON)
}
pub fn set_role(_: &mut WriteTx<'_>, _: PersonId, _: ConversationId, _: PersonId, _: Role) -> Result<(), ChatError> {
    Err(SOON)
}
pub fn export(_: &ReadTx<'_>, _: PersonId, _: ConversationId) -> Result<Vec<Message>, ChatError> {
    Ok(Vec::new())
}
pub struct NewFile {
    pub blob: BlobId,
    pub name: String,
    pub media_type: String,
    pub size: i64,
    pub width: i64,
    pub height: i64,
}
pub fn attach(_: &mut WriteTx<'_>, _: PersonId, _: ConversationId, _: NewFile) -> Result<ChatFileId, ChatError> {
    Err(SOON)
}
pub struct ChatQuery;
impl ChatQuery {
    pub fn parse(_: &str) -> Self {
        Self
    }
}
pub struct Hits {
    pub messages: Vec<Message>,
    pub has_older: bool,
}
pub fn search(_: &ReadTx<'_>, _: PersonId, _: &ChatQuery, _: u32) -> Result<Hits, ChatError> {
    Ok(Hits { messages: Vec::new(), has_older: false })
}
