//! The mail queue: what waits for which server, what that server last said, and what can be done about it.

use super::super::filters;
use super::super::form::Fields;
use super::super::page::{PageResult, page, see};
use super::super::session::Visit;
use super::super::settings::Tab;
use super::super::shell::{Place, Shell};
use super::super::words::{Reader, When, count};
use super::people::actor;
use super::{open_to, tabs};
use crate::domain::outbound::{self, Waiting};
use crate::domain::people;
use crate::domain::store::{ReadTx, StoreError};
use crate::kernel::id::DepartureId;
use crate::kernel::text::one_line;
use crate::servers::web::error::WebError;
use crate::services::queue::{self, Deed};
use actix_web::web::{Form, Path};
use askama::Template;

/// Messages on the page.
const ROWS: usize = 200;

struct RecipientView {
    address: String,
    words: String,
    reply: String,
}

struct MessageView {
    id: DepartureId,
    from: String,
    queued: When,
    until: When,
    recipients: Vec<RecipientView>,
}

impl MessageView {
    fn new(tx: &ReadTx<'_>, message: Waiting, reader: Reader) -> Result<Self, WebError> {
        let from = people::person(tx, message.sender)?.map(|person| person.full_name).unwrap_or_default();
        let recipients = message.recipients.into_iter().map(|to| RecipientView {
            words: match to.tries {
                0 => "not tried yet".to_owned(),
                tries => format!("tried {}, last {}", count(tries, "time"), reader.when(to.changed_at).full()),
            },
            address: to.address,
            reply: one_line(&to.last_reply),
        });
        Ok(Self {
            id: message.id,
            from,
            queued: reader.when(message.queued_at),
            until: reader.when(message.gives_up_at),
            recipients: recipients.collect(),
        })
    }
}

#[derive(Template)]
#[template(path = "admin/queue.html")]
struct QueuePage {
    shell: Shell,
    tabs: Vec<Tab>,
    words: String,
    messages: Vec<MessageView>,
}

/// GET /admin/queue
pub async fn show(visit: Visit) -> PageResult {
    let reader = visit.reader();
    let read = visit.page(Place::Nowhere, move |tx, session| {
        open_to(session)?;
        let all = outbound::waiting(tx, ROWS).map_err(StoreError::from)?;
        let many = outbound::queue_length(tx).map_err(StoreError::from)?;
        let views = all.into_iter().map(|message| MessageView::new(tx, message, reader));
        Ok((many, views.collect::<Result<Vec<_>, _>>()?))
    });
    let (shell, (many, messages)) = read.await?;
    let words = match many {
        0 => "Nothing waits".to_owned(),
        many => format!("{} on the way out, oldest first", count(many, "message")),
    };
    page(&QueuePage { shell, tabs: tabs("/admin/queue"), words, messages })
}

/// POST /admin/queue/{message}/{deed}: `retry`, or `drop`.
pub async fn act(visit: Visit, at: Path<(DepartureId, String)>, form: Form<Fields>) -> PageResult {
    let (id, deed) = at.into_inner();
    let deed = match deed.as_str() {
        "retry" => Deed::Retry,
        "drop" => Deed::Drop,
        _ => return Err(WebError::NotFound),
    };
    let here = visit.clone();
    let write = visit.write(&form, move |tx, session| {
        open_to(session)?;
        if queue::act(tx, &actor(&here, session), id, deed)? { Ok(()) } else { Err(WebError::Gone) }
    });
    write.await?;
    Ok(see("/admin/queue?done=office"))
}
