//! Posted forms: their fields, and what is wrong with them.

use super::error::WebError;
use crate::kernel::limits;
use actix_multipart::Multipart;
use futures_util::StreamExt;
use serde::Deserialize;

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

    /// The page number of an address, from 1.
    pub fn page(&self) -> u32 {
        self.get("page").parse().unwrap_or(1).max(1)
    }
}

/// A file that came with a form.
#[derive(Debug)]
pub struct Upload {
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

/// Reads a form that may carry files. The whole may be as large as a message, one file as large as an attachment.
pub async fn with_files(mut parts: Multipart) -> Result<(Fields, Vec<Upload>), WebError> {
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
            Some(file) => files.push(Upload { name: file, media_type, bytes }),
            None => fields.push((name, String::from_utf8_lossy(&bytes).into_owned())),
        }
        if fields.len() + files.len() > limits::BULK_ITEMS {
            return Err(WebError::TooLarge);
        }
    }
    Ok((Fields(fields), files))
}
