//! Pictures, told by their first bytes: what their sender says of them counts for nothing.

/// What a picture's first bytes tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Picture {
    /// Its media type.
    pub media_type: &'static str,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
}

/// The media type of a picture that browsers draw without running anything in it.
#[must_use]
pub fn raster(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

/// A picture with its size; `None` for what is none, or does not say how large it is.
#[must_use]
pub fn look(bytes: &[u8]) -> Option<Picture> {
    let media_type = raster(bytes)?;
    let (width, height) = match media_type {
        "image/png" => (big(bytes, 16, 4)?, big(bytes, 20, 4)?),
        "image/gif" => (little(bytes, 6, 2)?, little(bytes, 8, 2)?),
        "image/webp" => webp(bytes)?,
        _ => jpeg(bytes)?,
    };
    (width > 0 && height > 0).then_some(Picture { media_type, width, height })
}

fn big(bytes: &[u8], at: usize, count: usize) -> Option<u32> {
    let found = bytes.get(at..at + count)?;
    Some(found.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte)))
}

fn little(bytes: &[u8], at: usize, count: usize) -> Option<u32> {
    let found = bytes.get(at..at + count)?;
    Some(found.iter().rev().fold(0, |sum, byte| sum << 8 | u32::from(*byte)))
}

/// The first frame of a JPEG says its size. ITU T.81 §B.2.2.
fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    loop {
        let [0xff, kind, ..] = bytes.get(at..)? else { return None };
        match *kind {
            0xff => at += 1,
            0x01 | 0xd0..=0xd8 => at += 2,
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                return Some((big(bytes, at + 7, 2)?, big(bytes, at + 5, 2)?));
            }
            _ => at += 2 + usize::try_from(big(bytes, at + 2, 2)?.max(2)).ok()?,
        }
    }
}

/// The three forms of WebP. RFC 9649 §2.5 to §2.7.
fn webp(bytes: &[u8]) -> Option<(u32, u32)> {
    match bytes.get(12..16)? {
        b"VP8 " => Some((little(bytes, 26, 2)? & 0x3fff, little(bytes, 28, 2)? & 0x3fff)),
        b"VP8L" => {
            let bits = little(bytes, 21, 4)?;
            Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
        }
        b"VP8X" => Some((little(bytes, 24, 3)? + 1, little(bytes, 27, 3)? + 1)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pictures_that_are_pictures_are_drawn() {
        assert_eq!(raster(b"\x89PNG\r\n\x1a\n...."), Some("image/png"));
        assert_eq!(raster(b"GIF89a<script>"), Some("image/gif"));
        assert_eq!(raster(b"<svg onload=alert(1)>"), None);
        assert_eq!(raster(b"<html>"), None);
    }

    #[test]
    fn a_picture_says_how_large_it_is() {
        let size = |bytes: &[u8]| look(bytes).map(|found| (found.width, found.height));
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x02\x80\0\0\x01\xe0";
        assert_eq!(size(png), Some((640, 480)));
        assert_eq!(size(b"GIF89a\x10\0\x20\0"), Some((16, 32)));
        let jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x11\x08\0\x10\0\x20";
        assert_eq!(size(jpeg), Some((32, 16)));
        let webp = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x0f\0\0\x1f\0\0";
        assert_eq!(size(webp), Some((16, 32)));
    }

    #[test]
    fn a_lying_picture_has_no_size() {
        for lie in
            [&b"\xff\xd8\xff"[..], b"\xff\xd8\xff\xe0\0\0", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBPVP8X"]
        {
            assert_eq!(look(lie), None);
        }
        assert_eq!(look(b"GIF89a\0\0\0\0"), None);
    }
}
