//! Files in conversations: taken in, shown, and handed out again without ever acting in our name.

use super::super::error::WebError;
use super::super::filters;
use super::super::form::{Posted, Upload};
use super::super::mail::files::saved;
use super::super::page::{PageResult, fragment, in_address};
use super::super::session::Visit;
use super::super::words::size;
use crate::domain::chat::{self, ChatFile, NewFile};
use crate::domain::policy;
use crate::domain::store::{Staged, StoreError, pack, packed, put_blob};
use crate::format::file_kind::FileKind;
use crate::format::{mime, picture, sound};
use crate::kernel::id::{ChatFileId, ConversationId, PersonId};
use crate::kernel::limits;
use crate::kernel::text::cut_middle;
use crate::services::office::Office;
use crate::services::picture::{Shown, small};
use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT_RANGES, CACHE_CONTROL, CONTENT_RANGE, HeaderValue, RANGE};
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use std::sync::Arc;

/// The kind of what is not shown.
const OTHER: &str = "application/octet-stream";
/// Characters of a file's name.
const SHORT: usize = 40;
/// The box a picture is shown in, in pixels.
const WIDEST: i64 = 360;
/// See [`WIDEST`].
const HIGHEST: i64 = 270;
/// How long a browser keeps a preview: nothing ever changes it.
const KEPT: &str = "private, max-age=86400, immutable";

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
        let is_shown = is_picture || SoundView::is_one(file);
        Self {
            id: file.id,
            short: cut_middle(&file.name, SHORT),
            size: size(u64::try_from(file.size).unwrap_or(0)),
            icon: if is_picture {
                "image"
            } else if is_shown {
                "mic"
            } else {
                "file"
            },
            href: href(file),
            is_download: !is_shown,
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
    pub src: String,
    pub width: i64,
    pub height: i64,
}

impl PictureView {
    /// Whether a file is drawn by itself. Only what was looked at when it came has a size.
    pub fn is_one(file: &ChatFile) -> bool {
        let pixels = u64::try_from(file.width.saturating_mul(file.height)).unwrap_or(0);
        file.width > 0 && file.height > 0 && pixels <= limits::PICTURE_PIXELS
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
        let href = href(file);
        let src = if file.has_preview { format!("/chat/preview/{}", file.id) } else { href.clone() };
        Self { name: file.name.clone(), href, src, width: wide, height: high }
    }
}

/// A sound with its player.
#[derive(Debug, Clone)]
pub struct SoundView {
    pub name: String,
    pub href: String,
    /// How long it is; empty where it does not say.
    pub length: String,
}

impl SoundView {
    /// Whether a file is played by itself. Only what was listened to when it came is kept as a sound.
    pub fn is_one(file: &ChatFile) -> bool {
        file.media_type.starts_with("audio/")
    }
}

impl From<&ChatFile> for SoundView {
    fn from(file: &ChatFile) -> Self {
        let (minutes, seconds) = (file.seconds / 60, file.seconds % 60);
        let length = if file.seconds > 0 { format!("{minutes}:{seconds:02}") } else { String::new() };
        Self { name: file.name.clone(), href: href(file), length }
    }
}

/// Files by how they are shown.
#[derive(Debug, Clone, Default)]
pub struct FilesView {
    pub pictures: Vec<PictureView>,
    pub sounds: Vec<SoundView>,
    pub others: Vec<FileView>,
}

impl FilesView {
    /// These files.
    pub fn new<'f>(files: impl IntoIterator<Item = &'f ChatFile>) -> Self {
        let mut view = Self::default();
        for file in files {
            if PictureView::is_one(file) {
                view.pictures.push(file.into());
            } else if SoundView::is_one(file) {
                view.sounds.push(file.into());
            } else {
                view.others.push(file.into());
            }
        }
        view
    }

    /// What they are called.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let (pictures, sounds) =
            (self.pictures.iter().map(|file| &file.name), self.sounds.iter().map(|file| &file.name));
        pictures.chain(sounds).chain(self.others.iter().map(|file| &file.name)).map(String::as_str)
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.pictures.is_empty() && self.sounds.is_empty() && self.others.is_empty()
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
    let rules = visit.read(move |tx, _| Ok(policy::files(tx, who)?)).await?;
    let mut kept = Vec::with_capacity(files.len());
    for Upload { name, media_type, bytes, .. } in files {
        let office = &visit.web.office;
        let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        let kind = FileKind::of(&name, &bytes);
        rules.check(&name, size, kind)?;
        let bytes = Arc::new(bytes);
        let looked = Looked::at(office, &bytes, media_type).await;
        let name = mime::safe_file_name(&name, &looked.media_type);
        let whole = staged(office, bytes).await?;
        let small = match looked.small {
            Some(small) => Some(staged(office, Arc::new(small)).await?),
            None => None,
        };
        let id = office.store.write(move |tx| {
            let new = NewFile {
                blob: put_blob(tx, &whole)?,
                name,
                media_type: looked.media_type,
                size,
                width: looked.width.into(),
                height: looked.height.into(),
                preview: small.map(|small| put_blob(tx, &small)).transpose()?,
                seconds: looked.seconds.into(),
                kind,
            };
            Ok::<_, WebError>(chat::attach(tx, who, at, &new)?)
        });
        kept.push(id.await?);
    }
    Ok(kept)
}

async fn staged(office: &Office, bytes: Arc<Vec<u8>>) -> Result<Staged, WebError> {
    let packed = tokio::task::spawn_blocking(move || pack(&bytes)).await.map_err(|_| StoreError::Panicked)?;
    Ok(office.store.stage(packed).await?)
}

/// What a file is, by its bytes.
#[derive(Default)]
struct Looked {
    media_type: String,
    width: u32,
    height: u32,
    small: Option<Vec<u8>>,
    seconds: u32,
}

impl Looked {
    async fn at(office: &Office, bytes: &Arc<Vec<u8>>, claimed: String) -> Self {
        if let Some(found) = picture::look(bytes) {
            let mut looked = Self { media_type: found.media_type.to_owned(), ..Self::default() };
            match small(office, bytes.clone()).await {
                Shown::Small(made) => {
                    (looked.width, looked.height, looked.small) = (made.width, made.height, made.small);
                }
                Shown::Unknown => (looked.width, looked.height) = (found.width, found.height),
                // Without a size it is a file like any other.
                Shown::Broken => {}
            }
            return looked;
        }
        match sound::look(bytes) {
            Some(found) => Self { media_type: found.media_type.to_owned(), seconds: found.seconds, ..Self::default() },
            None if claimed.to_ascii_lowercase().starts_with("audio/") => {
                Self { media_type: OTHER.to_owned(), ..Self::default() }
            }
            None => Self { media_type: claimed, ..Self::default() },
        }
    }
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
pub async fn file(visit: Visit, at: Path<(ChatFileId, String)>, request: HttpRequest) -> PageResult {
    let (id, _) = at.into_inner();
    let (file, bytes) = visit
        .read(move |tx, session| {
            let (file, blob) = chat::file(tx, session.person.id, id)?;
            Ok((file, packed(tx, blob)?))
        })
        .await?;
    let bytes = tokio::task::spawn_blocking(move || bytes.unpack()).await.map_err(|_| StoreError::Panicked)??;
    if let Some(kind) = picture::raster(&bytes) {
        return Ok(saved(kind, "inline", &file.name, bytes));
    }
    match sound::look(&bytes) {
        Some(found) if SoundView::is_one(&file) => Ok(played(&request, found.media_type, &file.name, bytes)),
        _ => Ok(saved(OTHER, "attachment", &file.name, bytes)),
    }
}

/// GET /chat/preview/{id}: a picture made small.
pub async fn preview(visit: Visit, at: Path<ChatFileId>) -> PageResult {
    let id = *at;
    let (file, bytes) = visit
        .read(move |tx, session| {
            let (file, blob) = chat::preview(tx, session.person.id, id)?;
            if !PictureView::is_one(&file) {
                return Err(WebError::NotFound);
            }
            Ok((file, packed(tx, blob)?))
        })
        .await?;
    let bytes = tokio::task::spawn_blocking(move || bytes.unpack()).await.map_err(|_| StoreError::Panicked)??;
    let kind = picture::raster(&bytes).ok_or(WebError::NotFound)?;
    let mut answer = saved(kind, "inline", &file.name, bytes);
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(KEPT));
    Ok(answer)
}

/// A sound, or the part of it that a player asks for: without parts, some players do not jump, and some do not play.
fn played(request: &HttpRequest, kind: &str, name: &str, bytes: Vec<u8>) -> HttpResponse {
    let whole = bytes.len();
    let asked = request.headers().get(RANGE).and_then(|range| part(range.to_str().ok()?, whole));
    let mut answer = match asked {
        Some((from, upto)) => {
            let mut answer = saved(kind, "inline", name, bytes[from..=upto].to_vec());
            *answer.status_mut() = StatusCode::PARTIAL_CONTENT;
            if let Ok(range) = HeaderValue::from_str(&format!("bytes {from}-{upto}/{whole}")) {
                answer.headers_mut().insert(CONTENT_RANGE, range);
            }
            answer
        }
        None => saved(kind, "inline", name, bytes),
    };
    answer.headers_mut().insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    answer
}

/// The one part that a range names, first and last byte; nothing for several or none, which are answered with the whole.
/// RFC 9110 §14.1.2.
fn part(range: &str, whole: usize) -> Option<(usize, usize)> {
    let (from, upto) = range.strip_prefix("bytes=")?.split_once('-')?;
    let last = whole.checked_sub(1)?;
    let (from, upto) = match (from.parse::<usize>(), upto.parse::<usize>()) {
        (Ok(from), Ok(upto)) => (from, upto.min(last)),
        (Ok(from), Err(_)) if upto.is_empty() => (from, last),
        (Err(_), Ok(count)) if from.is_empty() && count > 0 => (whole.saturating_sub(count), last),
        _ => return None,
    };
    (from <= upto).then_some((from, upto))
}

#[cfg(test)]
mod tests {
    use super::part;

    #[test]
    fn a_player_gets_the_part_it_asks_for() {
        for (range, found) in [
            ("bytes=0-", Some((0, 9))),
            ("bytes=4-6", Some((4, 6))),
            ("bytes=4-600", Some((4, 9))),
            ("bytes=-3", Some((7, 9))),
            ("bytes=-30", Some((0, 9))),
            ("bytes=10-", None),
            ("bytes=6-4", None),
            ("bytes=-0", None),
            ("bytes=0-1,3-4", None),
            ("lines=0-1", None),
            ("bytes=-", None),
        ] {
            assert_eq!(part(range, 10), found, "{range}");
        }
        assert_eq!(part("bytes=0-", 0), None);
    }
}
