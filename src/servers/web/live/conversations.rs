//! The list of conversations and what is unread in them, as they change.

use super::super::chat::side::ConversationsView;
use super::super::error::WebError;
use super::super::filters;
use super::super::presence::Watch;
use super::super::session::Visit;
use super::super::words::unless_none;
use super::patch::{Patches, render};
use crate::domain::chat;
use crate::domain::store::{ReadTx, revision};
use crate::kernel::id::{ConversationId, PersonId};
use askama::Template;
use serde_json::{Value, json};

#[derive(Template)]
#[template(path = "chat/_conversations.html")]
struct ConversationsFragment {
    side: ConversationsView,
}

/// Tells the list anew.
pub(super) fn tell(tx: &ReadTx<'_>, who: PersonId, visit: &Visit, to: &mut Patches) -> Result<(), WebError> {
    let (version, dots) = (revision(tx)?, Watch::new(tx, visit, who)?);
    let side = ConversationsView::new(&chat::conversations(tx, who)?, &dots, version, None);
    let head = json!({ "op": "replace", "target": "conversations", "ver": version });
    to.say(None, "rooms", &head, &render(&ConversationsFragment { side })?);
    Ok(())
}

/// Tells what is unread: in all, and in each conversation that has something.
pub(super) fn count(unread: &[(ConversationId, i64, i64)], to: &mut Patches) {
    let total: i64 = unread.iter().map(|(_, _, pings)| pings).sum();
    let room = |(id, unread, pings): &(ConversationId, i64, i64)| -> Value {
        json!({ "id": id, "unread": unless_none(*unread), "pings": unless_none(*pings) })
    };
    let rooms: Vec<_> = unread.iter().map(room).collect();
    to.say(None, "counts", &json!({ "total": unless_none(total), "rooms": rooms }), "");
}
