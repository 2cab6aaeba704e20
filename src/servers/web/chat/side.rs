//! The conversations beside the page: favourites, rooms, people, each with what is new in it.

use super::super::presence::{PresenceView, Watch};
use super::super::words::unless_none;
use crate::domain::chat::{ConversationKind, Listed};
use crate::kernel::id::ConversationId;

/// One conversation.
#[derive(Debug, Clone)]
pub struct RowView {
    pub id: ConversationId,
    pub href: String,
    pub name: String,
    pub icon: &'static str,
    pub person: String,
    pub dot: Option<PresenceView>,
    pub unread: String,
    pub what: &'static str,
    pub is_unread: bool,
    pub is_calm: bool,
    pub is_quiet: bool,
    pub is_here: bool,
}

/// Conversations of one sort.
#[derive(Debug, Clone)]
pub struct GroupView {
    pub name: &'static str,
    pub add: &'static str,
    pub add_words: &'static str,
    pub rows: Vec<RowView>,
}

/// All of them.
#[derive(Debug, Clone)]
pub struct ConversationsView {
    pub version: i64,
    pub groups: Vec<GroupView>,
}

impl ConversationsView {
    /// A person's conversations, the one at `here` marked.
    pub fn new(listed: &[Listed], dots: &Watch, version: i64, here: Option<ConversationId>) -> Self {
        let rows = |is_meant: &dyn Fn(&Listed) -> bool| -> Vec<RowView> {
            listed.iter().filter(|one| is_meant(one)).map(|one| RowView::new(one, dots, here)).collect()
        };
        let favourites = rows(&|one| one.is_favourite);
        let rooms = rows(&|one| !one.is_favourite && one.kind.is_room());
        let people = rows(&|one| !one.is_favourite && !one.kind.is_room());
        let groups = [
            GroupView { name: "Favourites", add: "", add_words: "", rows: favourites },
            GroupView { name: "Rooms", add: "/chat/rooms", add_words: "Join or make a room", rows: rooms },
            GroupView { name: "People", add: "/chat/new", add_words: "New conversation", rows: people },
        ];
        Self {
            version,
            groups: groups.into_iter().filter(|group| !group.rows.is_empty() || !group.add.is_empty()).collect(),
        }
    }
}

/// A conversation's glyph.
pub const fn icon(kind: ConversationKind) -> &'static str {
    match kind {
        ConversationKind::Direct => "person",
        ConversationKind::Group => "people",
        ConversationKind::Public => "room",
        ConversationKind::Private => "lock",
    }
}

impl RowView {
    fn new(one: &Listed, dots: &Watch, here: Option<ConversationId>) -> Self {
        Self {
            id: one.id,
            href: format!("/chat/{}", one.id),
            name: one.title.clone(),
            icon: if one.with.is_some() { "" } else { icon(one.kind) },
            person: one.with.map(|person| person.to_string()).unwrap_or_default(),
            dot: one.with.map(|person| dots.of(person)),
            unread: unless_none(if one.pings > 0 { one.pings } else { one.unread }),
            what: if one.pings > 0 && one.kind.is_room() { "mentions" } else { "unread" },
            is_unread: one.unread > 0,
            is_calm: one.pings == 0,
            is_quiet: one.is_archived,
            is_here: here == Some(one.id),
        }
    }
}
