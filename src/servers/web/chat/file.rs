//! Files in conversations: taken in, shown, and handed out again without ever acting in our name.

use super::super::error::WebError;
use super::super::filters;
use super::super::form::{Posted, Upload};
use super::super::mail::files::saved;
use super::super::page::{PageResult, fragment, in_address};
use super::super::session::Visit;
use super::super::words::size;
use crate::domain::chat::{self, ChatFile, NewFile};
use crate::domain::store::{StoreError, pack, packed, put_blob};
use crate::format::{mime, picture};
use crate::kernel::id::{ChatFileId, ConversationId, PersonId};
use crate::kernel::text::cut_middle;
use actix_web::web::Path;
use askama::Template;

/// Characters of a file's name.
const SHORT: usize = 40;
/// The box a picture is shown in, in pixels.
const WIDEST: i64 = 360;
/// See [`WIDEST`].
const HIGHEST: i64 = 270;
/// Pixels of the largest picture drawn by itself: a small file can unpack to more than there is memory.
const PIXELS: i64 = 50_000_000;

/// A file as a link.
#[derive(Debug, Clone)]
pub struct FileView {
    pub id: ChatFileId,
    pub name: String,
    pub short: String,
    pub size: String,
    pub icon: &'static str,
    pub href: String,
    pub is_download: bool,
}

impl From<&ChatFile> for FileView {
    fn from(file: &ChatFile) -> Self {
        let is_picture = PictureView::is_one(file);
        Self {
            id: file.id,
            short: cut_middle(&file.name, SHORT),
            size: size(u64::try_from(file.size).unwrap_or(0)),
            icon: if is_picture { "image" } else { "file" },
            href: href(file),
            is_download: !is_picture,
            name: file.name.clone(),
        }
    }
}

fn href(file: &ChatFile) -> String {
    format!("/chat/file/{}/{}", file.id, in_address(&file.name))
}

/// A picture as it is drawn: its room on the page is known before it has come.
#[derive(Debug, Clone)]
pub struct PictureView {
    pub name: String,
    pub href: String,
    pub width: i64,
    pub height: i64,
}

impl PictureView {
    /// Whether a file is drawn by itself. Only what was looked at when it came has a size.
    pub fn is_one(file: &ChatFile) -> bool {
        file.width > 0 && file.height > 0 && file.width.saturating_mul(file.height) <= PIXELS
    }
}

impl From<&ChatFile> for PictureView {
    fn from(file: &ChatFile) -> Self {
        let (width, height) = (file.width.max(1), file.height.max(1));
        let (wide, high) = if width * HIGHEST > height * WIDEST {
            (width.min(WIDEST), (width.min(WIDEST) * height / width).max(1))
        } else {
            ((height.min(HIGHEST) * width / height).max(1), height.min(HIGHEST))
        };
        Self { name: file.name.clone(), href: href(file), width: wide, height: high }
    }
}

/// Keeps files that came with a form, for a message that is yet to be said.
pub async fn keep(
    visit: &Visit,
    who: PersonId,
    at: ConversationId,
    files: Vec<Upload>,
) -> Result<Vec<ChatFileId>, WebError> {
    // What is not taken is not even written down: long files go to the disk in parts, before they are asked for.
    let access = visit.read(move |tx, _| Ok(chat::access(tx, who, at)?)).await?;
    if !access.may_change() {
        return Err(WebError::Forbidden);
    }
    let mut kept = Vec::with_capacity(files.len());
    for Upload { name, media_type, bytes } in files {
        let office = &visit.web.office;
        let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        let found = picture::look(&bytes);
        let media_type = found.map_or(media_type, |found| found.media_type.to_owned());
        let name = mime::safe_file_name(&name, &media_type);
        let packed = tokio::task::spawn_blocking(move || pack(&bytes)).await.map_err(|_| StoreError::Panicked)?;
        let staged = office.store.stage(packed).await?;
        let id = office.store.write(move |tx| {
            let new = NewFile {
                blob: put_blob(tx, &staged)?,
                name,
                media_type,
                size,
                width: found.map_or(0, |found| i64::from(found.width)),
                height: found.map_or(0, |found| i64::from(found.height)),
            };
            Ok::<_, WebError>(chat::attach(tx, who, at, &new)?)
        });
        kept.push(id.await?);
    }
    Ok(kept)
}

#[derive(Template)]
#[template(path = "chat/_uploaded.html")]
struct UploadedFragment {
    files: Vec<FileView>,
}

/// POST /chat/{conversation}/file: files for a message that is being written.
pub async fn upload(visit: Visit, at: Path<ConversationId>, posted: Posted) -> PageResult {
    let (at, session) = (*at, visit.checked(&posted.fields).await?);
    let ids = keep(&visit, session.person.id, at, posted.files).await?;
    let files = visit.read(move |tx, session| {
        let found = ids.into_iter().map(|id| Ok(chat::file(tx, session.person.id, id)?.0));
        found.collect::<Result<Vec<_>, WebError>>()
    });
    fragment(&UploadedFragment { files: files.await?.iter().map(FileView::from).collect() })
}

/// GET /chat/file/{id}/{name}
pub async fn file(visit: Visit, at: Path<(ChatFileId, String)>) -> PageResult {
    let (id, _) = at.into_inner();
    let (file, bytes) = visit
        .read(move |tx, session| {
            let (file, blob) = chat::file(tx, session.person.id, id)?;
            Ok((file, packed(tx, blob)?))
        })
        .await?;
    let bytes = tokio::task::spawn_blocking(move || bytes.unpack()).await.map_err(|_| StoreError::Panicked)??;
    let (kind, how) = match picture::raster(&bytes) {
        Some(kind) => (kind, "inline"),
        None => ("application/octet-stream", "attachment"),
    };
    Ok(saved(kind, how, &file.name, bytes))
}
