//! What comes with a message: its files, its source, itself as a file. None of it ever acts in our name.

use super::super::filters;
use super::super::page::{PageResult, in_address, page};
use super::super::session::Visit;
use super::super::shell::{Place, Shell};
use super::super::words::size;
use super::row::subject;
use crate::domain::mail;
use crate::format::picture::raster;
use crate::kernel::id::ItemId;
use crate::services::read;
use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::Path;
use askama::Template;

/// Bytes of a message's source shown on a page.
const SOURCE: usize = 256 * 1024;

/// GET /mail/message/{id}/file/{index}/{name}
pub async fn file(visit: Visit, at: Path<(ItemId, usize, String)>) -> PageResult {
    let (id, index, _) = at.into_inner();
    let who = visit.session().await?.person.id;
    let (file, bytes) = read::file(&visit.web.office, who, id, index).await?;
    let (kind, how) = match raster(&bytes) {
        Some(kind) => (kind, "inline"),
        None => ("application/octet-stream", "attachment"),
    };
    Ok(saved(kind, how, &file.name, bytes))
}

/// GET /mail/message/{id}/original.eml
pub async fn original(visit: Visit, at: Path<ItemId>) -> PageResult {
    let id = *at;
    let item = visit.read(move |tx, session| Ok(mail::item(tx, session.person.id, id)?)).await?;
    let who = visit.session().await?.person.id;
    let name = format!("{}.eml", subject(&item.subject).replace(['/', '\\', ':'], " "));
    Ok(saved("message/rfc822", "attachment", &name, read::source(&visit.web.office, who, id).await?))
}

/// A file that the browser saves, or draws where `how` is `inline`; never more.
pub fn saved(kind: &str, how: &str, name: &str, bytes: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, kind))
        .insert_header((CONTENT_DISPOSITION, disposition(how, name)))
        .insert_header(("content-security-policy", "sandbox; default-src 'none'"))
        .body(bytes)
}

/// RFC 6266 §4: a name that old programs can read, and the whole one as RFC 8187 writes it.
pub fn disposition(how: &str, name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || " .-_()".contains(c) { c } else { '_' };
    let old: String = name.chars().map(plain).collect();
    format!("{how}; filename=\"{old}\"; filename*=UTF-8''{}", in_address(name))
}

#[derive(Template)]
#[template(path = "mail/source.html")]
struct SourcePage {
    shell: Shell,
    id: ItemId,
    subject: String,
    size: String,
    source: String,
    is_cut: bool,
}

/// GET /mail/message/{id}/source
pub async fn source(visit: Visit, at: Path<ItemId>) -> PageResult {
    let id = *at;
    let (shell, (item, who)) = visit
        .page(Place::Mail, move |tx, session| Ok((mail::item(tx, session.person.id, id)?, session.person.id)))
        .await?;
    let raw = read::source(&visit.web.office, who, id).await?;
    let shown = raw.get(..SOURCE).unwrap_or(&raw);
    let source = String::from_utf8_lossy(shown).into_owned();
    let is_cut = shown.len() < raw.len();
    page(&SourcePage {
        shell,
        id,
        subject: subject(&item.subject).to_owned(),
        size: size(raw.len() as u64),
        source,
        is_cut,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_break_the_header() {
        let header = disposition("attachment", "Büro\"; x=\r\ny.pdf");
        assert!(header.is_ascii() && !header.contains(['\r', '\n']), "{header}");
        assert_eq!(header.matches('"').count(), 2);
        assert!(header.ends_with("filename*=UTF-8''B%C3%BCro%22%3B%20x%3D%0D%0Ay.pdf"), "{header}");
    }
}
