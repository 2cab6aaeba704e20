//! Proves that what is counted and copied for speed says what the messages say.

use super::ChatError;
use crate::domain::store::{Finding, ReadTx, broken_rules};

/// What must have no rows, and what it means if it has.
const RULES: [(&str, &str); 15] = [
    (
        "select c.id from chat_conversation c where c.last - c.first + 1 <>
           (select count(distinct number) from chat_message m where m.conversation = c.id
                                               and m.number between c.first and c.last)",
        "chat_conversation: a number is missing",
    ),
    (
        "select m.id from chat_message m join chat_conversation c on c.id = m.conversation
          where m.number not between c.first and c.last",
        "chat_message: a number lies outside its conversation's",
    ),
    (
        "select min(id) as id from chat_message group by conversation, number having count(*) > 1",
        "chat_message: a number is given twice",
    ),
    (
        "select m.id from chat_message m where m.replies <>
           (select count(*) from chat_message r where r.thread = m.id)",
        "chat_message: a count of replies is wrong",
    ),
    (
        "select r.id from chat_message r join chat_message m on m.id = r.thread
          where m.conversation <> r.conversation or m.thread is not null or m.number >= r.number",
        "chat_message: a reply hangs where it cannot",
    ),
    (
        "select m.conversation as id from chat_member m join chat_conversation c on c.id = m.conversation
          where max(m.read, m.delivered, m.since, m.hidden, m.told) > c.last",
        "chat_member: somebody has read what was not said",
    ),
    (
        "select m.id from chat_message m where m.has_files <>
           exists (select 1 from chat_file f where f.message = m.id)",
        "chat_message: whether there are files is wrong",
    ),
    (
        "select f.id from chat_file f left join chat_message m on m.id = f.message
          where f.message is not null and (m.id is null or m.conversation <> f.conversation)",
        "chat_file: it came with no message of its conversation",
    ),
    (
        "select m.id from chat_message m where m.has_reactions <>
           exists (select 1 from chat_reaction r where r.message = m.id)",
        "chat_message: whether there are reactions is wrong",
    ),
    (
        "select m.id from chat_message m where m.is_pinned <>
           exists (select 1 from chat_pin p where p.conversation = m.conversation and p.number = m.number)",
        "chat_message: whether it is pinned is wrong",
    ),
    (
        "select p.conversation as id from chat_ping p left join chat_message m
             on m.conversation = p.conversation and m.number = p.number
          where m.id is null or instr(' ' || m.pings || ' ', ' ' || p.person || ' ') = 0",
        "chat_ping: somebody is pinged by nothing",
    ),
    (
        "select d.message as id from chat_deleted d join chat_message m on m.id = d.message where m.is_deleted = 0",
        "chat_deleted: it keeps a message that is there",
    ),
    (
        "select c.id from chat_conversation c where c.kind >= 2
            and exists (select 1 from chat_member m where m.conversation = c.id)
            and not exists (select 1 from chat_member m where m.conversation = c.id and m.role = 2)",
        "chat_conversation: a room has no owner",
    ),
    (
        "select m.id from chat_message m, chat_index_state s
          where m.id <= s.upto and m.kind <> 2 and m.is_deleted = 0 and m.id not in (select id from chat_index_docsize)",
        "chat_index: a message is missing",
    ),
    (
        "select d.id from chat_index_docsize d
          where d.id not in (select id from chat_message where kind <> 2 and is_deleted = 0)",
        "chat_index: it holds a message that is gone",
    ),
];

/// Checks what `chat` owns. An empty list means that all is well.
///
/// # Errors
/// Where the file cannot be read.
pub fn check_chat(tx: &ReadTx<'_>) -> Result<Vec<Finding>, ChatError> {
    Ok(broken_rules(tx, &RULES)?)
}
