//! Pictures made small: decoded within bounds, turned as their camera says, and written anew without anything else that
//! was in the file.

use crate::format::picture;
use crate::kernel::limits;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, GenericImageView, ImageDecoder, ImageFormat, ImageReader, Limits};
use memchr::memmem;
use std::io::Cursor;

/// The box that a preview fits into, in pixels: twice what the page shows, for dense screens.
pub const WIDEST: u32 = 720;
/// See [`WIDEST`].
pub const HIGHEST: u32 = 540;
/// Bytes under which a picture that fits the box is shown as it is.
const LIGHT: usize = 64 * 1024;
/// How good a preview without see-through parts is, of 100.
const QUALITY: u8 = 80;
/// Passes of one JPEG: real ones have some ten; each of thousands would go over the whole picture.
const SCANS: usize = 64;

/// A picture, made small.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The small picture; nothing where the picture itself is small and light enough.
    pub small: Option<Vec<u8>>,
    /// The picture's own width as it is shown: turned, where its camera says so.
    pub width: u32,
    /// The picture's own height as it is shown.
    pub height: u32,
}

/// Makes a picture small. Nothing for what is no picture, or would take too much to be one. Costs time and memory, both
/// bounded: never call it on the async threads.
#[must_use]
pub fn preview(bytes: &[u8]) -> Option<Preview> {
    let (image, orientation) = opened(bytes)?;
    let (width, height) = turned(&image, orientation);
    let is_small = width <= WIDEST && height <= HIGHEST;
    if is_small && bytes.len() <= LIGHT {
        return Some(Preview { small: None, width, height });
    }
    let mut small = if is_small { image } else { shrunk(&image, orientation) };
    small.apply_orientation(orientation);
    Some(Preview { small: Some(written(&small)?), width, height })
}

/// A whole picture, turned as its camera says. See [`preview`].
pub(super) fn upright(bytes: &[u8]) -> Option<DynamicImage> {
    let (mut image, orientation) = opened(bytes)?;
    image.apply_orientation(orientation);
    Some(image)
}

fn opened(bytes: &[u8]) -> Option<(DynamicImage, Orientation)> {
    let media_type = picture::look(bytes)?.media_type;
    if media_type == "image/jpeg" && memmem::find_iter(bytes, b"\xff\xda").nth(SCANS).is_some() {
        return None;
    }
    decoded(bytes, media_type)
}

fn decoded(bytes: &[u8], media_type: &str) -> Option<(DynamicImage, Orientation)> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), ImageFormat::from_mime_type(media_type)?);
    let mut most = Limits::default();
    most.max_alloc = Some(limits::PICTURE_MEMORY);
    reader.limits(most);
    let mut decoder = reader.into_decoder().ok()?;
    let (width, height) = decoder.dimensions();
    let is_bounded = u64::from(width) * u64::from(height) <= limits::PICTURE_PIXELS
        && decoder.total_bytes() <= limits::PICTURE_MEMORY
        && width > 0
        && height > 0;
    if !is_bounded {
        return None;
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    Some((DynamicImage::from_decoder(decoder).ok()?, orientation))
}

const fn is_on_its_side(orientation: Orientation) -> bool {
    matches!(
        orientation,
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH
    )
}

fn turned(image: &DynamicImage, orientation: Orientation) -> (u32, u32) {
    let (width, height) = image.dimensions();
    if is_on_its_side(orientation) { (height, width) } else { (width, height) }
}

/// The picture in the box that it will fit once it is turned.
fn shrunk(image: &DynamicImage, orientation: Orientation) -> DynamicImage {
    let (wide, high) = if is_on_its_side(orientation) { (HIGHEST, WIDEST) } else { (WIDEST, HIGHEST) };
    image.thumbnail(wide, high)
}

/// A JPEG, or, where something shows through, a PNG.
fn written(small: &DynamicImage) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let has_holes = small.color().has_alpha() && small.to_rgba8().pixels().any(|pixel| pixel.0[3] < 0xff);
    if has_holes {
        small.to_rgba8().write_with_encoder(PngEncoder::new(&mut bytes)).ok()?;
    } else {
        small.to_rgb8().write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, QUALITY)).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgb, RgbImage, Rgba, RgbaImage};
    use proptest::prelude::*;

    fn jpeg(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        // The left half red, the right half blue.
        let at = |x: u32, _| if x < width / 2 { Rgb([200, 10, 10]) } else { Rgb([10, 10, 200]) };
        let image = RgbImage::from_fn(width, height, at);
        image.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, 95)).unwrap();
        bytes
    }

    /// With the EXIF block of a camera held upright, and a place on earth in it.
    fn upright(plain: &[u8]) -> Vec<u8> {
        let mut tiff = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
        tiff.extend(b"GPS 48.2082 16.3738");
        let length = u16::try_from(tiff.len() + 2).unwrap().to_be_bytes();
        [&plain[..2], &[0xff, 0xe1], &length, &tiff, &plain[2..]].concat()
    }

    #[test]
    fn a_large_picture_becomes_small_and_keeps_its_shape() {
        let found = preview(&jpeg(1600, 800)).unwrap();
        assert_eq!((found.width, found.height), (1600, 800));
        let small = found.small.unwrap();
        let look = picture::look(&small).unwrap();
        assert_eq!((look.media_type, look.width, look.height), ("image/jpeg", 720, 360));
    }

    #[test]
    fn a_preview_is_turned_as_the_camera_says_and_tells_nothing_else() {
        let found = preview(&upright(&jpeg(1600, 800))).unwrap();
        assert_eq!((found.width, found.height), (800, 1600), "as it is shown");
        let small = found.small.unwrap();
        assert!(memmem::find(&small, b"Exif").is_none() && memmem::find(&small, b"GPS").is_none());
        let image = image::load_from_memory(&small).unwrap().to_rgb8();
        assert_eq!(image.dimensions(), (270, 540));
        let (top, bottom) = (image.get_pixel(100, 20), image.get_pixel(100, 520));
        assert!(top.0[0] > 150 && bottom.0[2] > 150, "left is up: {top:?} {bottom:?}");
    }

    #[test]
    fn a_small_picture_is_shown_as_it_is_and_what_shows_through_stays_so() {
        assert_eq!(preview(&jpeg(80, 60)), Some(Preview { small: None, width: 80, height: 60 }));
        let mut bytes = Vec::new();
        let glass = RgbaImage::from_fn(900, 900, |x, y| Rgba([x as u8, y as u8, 7, if x < 100 { 0 } else { 255 }]));
        glass.write_with_encoder(PngEncoder::new(&mut bytes)).unwrap();
        let small = preview(&bytes).unwrap().small.unwrap();
        assert_eq!(picture::raster(&small), Some("image/png"));
    }

    #[test]
    fn what_only_says_that_it_is_a_picture_or_unpacks_to_too_much_is_none() {
        assert_eq!(preview(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x08\0\0\0\x08\x08\x06\0\0\0<script>"), None);
        assert_eq!(preview(b"GIF89a\x10\0\x20\0"), None);
        let mut half = jpeg(1600, 800);
        half.truncate(40);
        assert_eq!(preview(&half), None);
        // A PNG that says it is 60,000 by 60,000.
        let mut bomb = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xea\x60\0\0\xea\x60\x08\x06\0\0\0".to_vec();
        bomb.extend([0; 64]);
        assert_eq!(preview(&bomb), None);
        // A JPEG of more passes than any camera makes.
        let scans = [jpeg(64, 64), b"\xff\xda".repeat(SCANS + 1)].concat();
        assert_eq!(preview(&scans), None);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(kind in 0..4_usize, tail in prop::collection::vec(any::<u8>(), 0..300)) {
            let heads: [&[u8]; 4] = [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"\xff\xd8\xff\xe0", b"GIF89a", b"RIFF\x10\0\0\0WEBP"];
            let _ = preview(&[heads[kind], &tail].concat());
        }
    }
}
