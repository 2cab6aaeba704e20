//! Posted forms: their fields, and what is wrong with them.

use super::error::WebError;
use super::session::Visit;
use crate::kernel::limits;
use actix_multipart::Multipart;
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::web::Form;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_util::StreamExt;
use serde::Deserialize;
use std::pin::Pin;

/// The fields of a posted form or of an address, in order, names repeated as they come.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// The field's value; empty where there is none.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(named, _)| named == name).map_or("", |(_, value)| value)
    }

    /// Every value of a field that may come several times.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(named, _)| named == name).map(|(_, value)| value.as_str())
    }

    /// Whether the field came at all.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(named, _)| named == name)
    }

    /// The names of all fields.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// The page number of an address, from 1.
    pub fn page(&self) -> u32 {
        self.get("page").parse().unwrap_or(1).max(1)
    }
}

/// A file that came with a form.
#[derive(Debug)]
pub struct Upload {
    /// The field that it came in.
    pub field: String,
    /// Its name, as the browser says it.
    pub name: String,
    /// Its kind, as the browser says it.
    pub media_type: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// What is wrong with a field, or with the form where `field` is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name and id.
    pub field: String,
    /// What is wrong and what would be right.
    pub sentence: String,
}

impl FieldError {
    /// Says what is wrong with a field.
    pub fn new(field: impl Into<String>, sentence: impl Into<String>) -> Self {
        Self { field: field.into(), sentence: sentence.into() }
    }
}

/// A posted form that may carry files, however the browser chose to send it. With files only of who is signed in.
#[derive(Debug, Default)]
pub struct Posted {
    /// Its fields.
    pub fields: Fields,
    /// Its files.
    pub files: Vec<Upload>,
}

impl FromRequest for Posted {
    type Error = WebError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, WebError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if request.content_type().eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            let form = Form::<Fields>::from_request(request, payload);
            return Box::pin(async move {
                let form = form.await.map_err(|error| unread(&error))?;
                Ok(Self { fields: form.into_inner(), files: Vec::new() })
            });
        }
        let (visit, parts) = (Visit::extract(request), Multipart::from_request(request, payload));
        Box::pin(async move {
            // A stranger's files are not even read: the whole form waits in memory.
            visit.await?.session().await?;
            with_files(parts.await.map_err(|error| WebError::BadInput(error.to_string()))?).await
        })
    }
}

/// Why a form without files could not be read.
fn unread(error: &actix_web::Error) -> WebError {
    match error.as_response_error().status_code() {
        StatusCode::PAYLOAD_TOO_LARGE => WebError::TooLarge,
        _ => WebError::BadInput(error.to_string()),
    }
}

/// Reads a form in parts. The whole may be as large as a message, one file as large as an attachment.
async fn with_files(mut parts: Multipart) -> Result<Posted, WebError> {
    let (mut fields, mut files, mut left) = (Vec::new(), Vec::new(), limits::MESSAGE_BYTES);
    while let Some(part) = parts.next().await {
        let mut part = part.map_err(|error| WebError::BadInput(error.to_string()))?;
        let name = part.name().unwrap_or_default().to_owned();
        let file = part.content_disposition().and_then(|said| said.get_filename()).map(str::to_owned);
        let media_type = part.content_type().map_or_else(|| "application/octet-stream".to_owned(), ToString::to_string);
        let most = if file.is_some() { limits::ATTACHMENT_BYTES } else { limits::FORM_BYTES };
        let mut bytes = Vec::new();
        while let Some(piece) = part.next().await {
            let piece = piece.map_err(|error| WebError::BadInput(error.to_string()))?;
            left = left.checked_sub(piece.len()).ok_or(WebError::TooLarge)?;
            if bytes.len() + piece.len() > most {
                return Err(WebError::TooLarge);
            }
            bytes.extend_from_slice(&piece);
        }
        match file {
            Some(file) if file.is_empty() && bytes.is_empty() => {}
            Some(file) => files.push(Upload { field: name, name: file, media_type, bytes }),
            None => fields.push((name, String::from_utf8_lossy(&bytes).into_owned())),
        }
        if fields.len() + files.len() > limits::BULK_ITEMS {
            return Err(WebError::TooLarge);
        }
    }
    Ok(Posted { fields: Fields(fields), files })
}
