//! Proves that what is counted and copied for speed says what the items say.

use super::MailError;
use crate::domain::store::{Finding, ReadTx, broken_rules};

/// What must have no rows, and what it means if it has.
const RULES: [(&str, &str); 10] = [
    (
        "select f.id from mail_folder f where f.total <> (select count(*) from mail_row r where r.folder = f.id)",
        "mail_folder: a count of conversations is wrong",
    ),
    (
        "select f.id from mail_folder f
          where f.unread <> (select count(*) from mail_item i where i.folder = f.id and i.is_seen = 0)",
        "mail_folder: a count of unread messages is wrong",
    ),
    (
        "select r.id from mail_row r where r.count <>
           (select count(*) from mail_item i where i.thread = r.thread and i.folder = r.folder)",
        "mail_row: a count of messages is wrong",
    ),
    (
        "select i.id from mail_item i left join mail_row r on r.thread = i.thread and r.folder = i.folder
          where r.id is null",
        "mail_item: an item has no row in its folder's list",
    ),
    (
        "select r.id from mail_row r where not exists
           (select 1 from mail_item i where i.id = r.item and i.thread = r.thread and i.folder = r.folder)",
        "mail_row: a row shows an item that is not there",
    ),
    (
        "select p.id from people_person p
           left join (select i.owner, sum(m.size) as bytes from mail_item i join mail_message m on m.id = i.message
                       group by i.owner) s on s.owner = p.id
           left join mail_usage u on u.owner = p.id
          where ifnull(u.bytes, 0) <> ifnull(s.bytes, 0)",
        "mail_usage: the size of a mailbox is wrong",
    ),
    (
        "select i.id from mail_item i join mail_folder f on f.id = i.folder
          where (f.role in (4, 5)) <> (i.binned_at is not null)",
        "mail_item: since when it lies in Junk or Trash is wrong",
    ),
    (
        "select m.id from mail_message m where not exists (select 1 from mail_item i where i.message = m.id)",
        "mail_message: nobody has a message",
    ),
    (
        "select m.id from mail_message m, mail_index_state s
          where m.id <= s.upto and m.blob is not null and m.id not in (select id from mail_index_docsize)",
        "mail_index: a message is missing",
    ),
    (
        "select d.id from mail_index_docsize d where d.id not in (select id from mail_message)",
        "mail_index: it holds a message that is gone",
    ),
];

/// Checks what `mail` owns. An empty list means that all is well.
///
/// # Errors
/// Where the file cannot be read.
pub fn check_mail(tx: &ReadTx<'_>) -> Result<Vec<Finding>, MailError> {
    Ok(broken_rules(tx, &RULES)?)
}
