//! What of an event can be saved: the event itself, and files that stand in it. None of it ever acts in our name.

use super::super::error::WebError;
use super::super::mail::files::saved;
use super::super::page::PageResult;
use super::super::session::Visit;
use super::event;
use super::opened::Opened;
use crate::format::ical;
use crate::format::picture::raster;
use crate::kernel::id::CalendarItemId;
use crate::kernel::text::cut;
use actix_web::web::Path;

/// Characters of a title in a file's name.
const NAME: usize = 60;

async fn opened(visit: &Visit, id: CalendarItemId) -> Result<Opened, WebError> {
    let (asking, instance) = (visit.clone(), visit.query.get("instance").to_owned());
    visit.read(move |tx, session| Opened::read(tx, &asking, session.person.id, id, &instance)).await
}

/// GET /calendar/event/{id}/event.ics
pub async fn ics(visit: Visit, at: Path<CalendarItemId>) -> PageResult {
    let opened = opened(&visit, *at).await?;
    let title = cut(&event::title(&opened.item.main), NAME).replace(['/', '\\', ':'], " ");
    Ok(saved("text/calendar; charset=utf-8", "attachment", &format!("{title}.ics"), opened.stored.text.into_bytes()))
}

/// GET /calendar/event/{id}/file/{index}: a file that stands in the event's own text.
pub async fn file(visit: Visit, at: Path<(CalendarItemId, usize)>) -> PageResult {
    let (id, index) = at.into_inner();
    let opened = opened(&visit, id).await?;
    let (name, bytes) = ical::attached_bytes(&opened.item, opened.at, index).ok_or(WebError::NotFound)?;
    let name = if name.is_empty() { format!("file-{}", index + 1) } else { name };
    let kind = raster(&bytes).unwrap_or("application/octet-stream");
    Ok(saved(kind, "attachment", &name, bytes))
}
