//! Work that is owed: a row written in the transaction that owes it, run later with back-off, safe to run twice.

use crate::kernel::clock::Moment;
use crate::kernel::id::{
    CalendarId, CalendarItemId, ChatMessageId, ConversationId, CrossingId, DepartureId, ItemId, PersonId, ReminderId,
    SubscriptionId,
};
use serde::{Deserialize, Serialize};

/// One piece of work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "job", rename_all = "snake_case")]
pub enum Job {
    /// Send a message to its recipients in one domain.
    Depart {
        /// The leaving message.
        message: DepartureId,
        /// The domain its recipients are in.
        domain: String,
    },
    /// Find out whom something said in a conversation wakes.
    Ring {
        /// Where.
        conversation: ConversationId,
        /// What.
        message: ChatMessageId,
    },
    /// Say an answer that came by mail.
    Answer {
        /// As whom.
        person: PersonId,
        /// Where.
        conversation: ConversationId,
        /// What.
        text: String,
        /// The name that it is said by once.
        client_id: String,
    },
    /// Look at the rules of the one whom something was said to.
    Filter {
        /// Whose rules.
        person: PersonId,
        /// What was said.
        message: ChatMessageId,
    },
    /// Say a reminder among a person's own notes.
    Remind {
        /// Who wants to be reminded.
        person: PersonId,
        /// Of what.
        text: String,
        /// Names the reminder, so that it is said once.
        once: String,
    },
    /// Answer mail of somebody who is out of office.
    AnswerAway {
        /// Who is.
        person: PersonId,
        /// The mail, as the person has it.
        item: ItemId,
        /// Who sent it.
        sender: String,
        /// Whether one of our own did.
        is_inside: bool,
    },
    /// Answer a calendar that came to a room by mail.
    Room {
        /// The room's calendar.
        room: CalendarId,
        /// What came.
        text: String,
        /// Whom it says it is from.
        from: String,
        /// Who was signed in to send it.
        by: Option<PersonId>,
    },
    /// Tell a person that a price has crossed an alert.
    Alert {
        /// What there is to tell.
        crossing: CrossingId,
    },
    /// Tell who calls people together that their series has no room at one of its times.
    NoRoom {
        /// The room's calendar.
        room: CalendarId,
        /// The event as the room has it.
        item: CalendarItemId,
        /// When it is to begin.
        starts_at: Moment,
    },
    /// Wake a person on the devices that give leave.
    Push {
        /// Whom.
        person: PersonId,
        /// On this device alone; on all where there is none.
        device: Option<SubscriptionId>,
        /// What for.
        about: About,
        /// When it came to be owed: after a while nobody wants to hear of it.
        owed_at: Moment,
    },
}

/// What a person is woken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// The person tries it.
    Test,
    /// Something said in a conversation.
    Message(ChatMessageId),
    /// New mail.
    Mail(ItemId),
    /// Something planned.
    Reminder(ReminderId),
    /// A price that has crossed an alert.
    Alert(CrossingId),
}
