//! The company's look: its logo is a picture of pixels, known by its first bytes and small.

use crate::domain::settings;
use crate::domain::store::{StoreError, pack, packed};
use crate::kernel::limits;
use crate::services::office::Office;

/// Why a picture cannot be the logo.
#[derive(Debug, Clone, thiserror::Error)]
pub enum LogoError {
    /// Not a picture of a kind that is taken.
    #[error("a logo is a PNG, JPEG or WebP picture")]
    Kind,
    /// Too large.
    #[error("a logo has at most {} kB", limits::LOGO_BYTES / 1024)]
    TooLarge,
    /// The file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Gives the company a logo.
///
/// # Errors
/// `Kind`, `TooLarge`.
pub async fn set_logo(office: &Office, bytes: &[u8]) -> Result<(), LogoError> {
    let media_type = kind(bytes).ok_or(LogoError::Kind)?;
    if bytes.len() > limits::LOGO_BYTES {
        return Err(LogoError::TooLarge);
    }
    let staged = office.store.stage(pack(bytes)).await?;
    Ok(office.store.write(move |tx| settings::set_logo(tx, &staged, media_type)).await?)
}

/// The logo's media type and bytes, where there is one.
///
/// # Errors
/// Where the file cannot be read.
pub async fn logo(office: &Office) -> Result<Option<(String, Vec<u8>)>, StoreError> {
    let read = office.store.read(|tx| {
        let logo = settings::brand(tx)?.logo;
        logo.map(|logo| Ok::<_, StoreError>((logo.media_type, packed(tx, logo.blob)?))).transpose()
    });
    read.await?.map(|(media_type, bytes)| Ok((media_type, bytes.unpack()?))).transpose()
}

/// The media type that the first bytes show.
fn kind(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pictures_of_pixels_are_known() {
        assert_eq!(kind(b"\x89PNG\r\n\x1a\n...."), Some("image/png"));
        assert_eq!(kind(b"\xff\xd8\xff\xe0"), Some("image/jpeg"));
        assert_eq!(kind(b"RIFF....WEBPVP8 "), Some("image/webp"));
        for other in [&b"<svg xmlns="[..], b"GIF89a", b"", b"<html>"] {
            assert_eq!(kind(other), None);
        }
    }
}
