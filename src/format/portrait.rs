//! A person's picture: the square in its middle, made small and written anew, so that nothing else of its file is left:
//! no place on earth, no camera, no words.

use super::picture;
use super::preview::upright;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::{self, FilterType};
use image::{DynamicImage, GenericImageView, Rgba, RgbaImage};

/// Side of a portrait, in pixels: four times what the largest face on a page has, for dense screens.
pub const SIDE: u32 = 256;
/// How good it is, of 100.
const QUALITY: u8 = 85;

/// Why a picture is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PortraitError {
    /// Not a picture of a kind that is taken.
    #[error("this is no picture that can be read; PNG, JPEG, WebP and GIF can")]
    Kind,
    /// It says that it is a picture, but it cannot be unpacked, or only to too much.
    #[error("the picture is damaged or too large when it is unpacked")]
    Broken,
}

/// Makes a portrait, a JPEG, of a picture; what is see-through becomes white. Costs time and memory, both bounded: never
/// call it on the async threads.
///
/// # Errors
/// See [`PortraitError`].
pub fn portrait(bytes: &[u8]) -> Result<Vec<u8>, PortraitError> {
    if picture::raster(bytes).is_none() {
        return Err(PortraitError::Kind);
    }
    let square = middle(&upright(bytes).ok_or(PortraitError::Broken)?);
    let (side, _) = square.dimensions();
    let mut ground = RgbaImage::from_pixel(side, side, Rgba([0xff; 4]));
    imageops::overlay(&mut ground, &square.into_rgba8(), 0, 0);
    let mut opaque = DynamicImage::ImageRgba8(ground);
    if side > SIDE {
        opaque = opaque.resize_exact(SIDE, SIDE, FilterType::CatmullRom);
    }
    let mut made = Vec::new();
    let written = opaque.to_rgb8().write_with_encoder(JpegEncoder::new_with_quality(&mut made, QUALITY));
    written.map_err(|_| PortraitError::Broken)?;
    Ok(made)
}

/// The square in the middle, at most four times as long and wide as a portrait: the finer work is done on that.
fn middle(whole: &DynamicImage) -> DynamicImage {
    let (width, height) = whole.dimensions();
    let side = width.min(height);
    let square = whole.crop_imm((width - side) / 2, (height - side) / 2, side, side);
    if side > SIDE * 4 { square.thumbnail_exact(SIDE * 4, SIDE * 4) } else { square }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::codecs::png::PngEncoder;
    use proptest::prelude::*;

    fn png(width: u32, height: u32, at: impl Fn(u32, u32) -> [u8; 4]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let image = RgbaImage::from_fn(width, height, |x, y| Rgba(at(x, y)));
        image.write_with_encoder(PngEncoder::new(&mut bytes)).unwrap();
        bytes
    }

    #[test]
    fn a_portrait_is_the_middle_of_a_picture_and_small() {
        // Red at both ends, green in the middle.
        let wide = png(2400, 1200, |x, _| if (600..1800).contains(&x) { [20, 160, 40, 255] } else { [200, 0, 0, 255] });
        let made = portrait(&wide).unwrap();
        let found = picture::look(&made).unwrap();
        assert_eq!((found.media_type, found.width, found.height), ("image/jpeg", SIDE, SIDE));
        assert!(made.len() < 32 * 1024);
        let image = image::load_from_memory(&made).unwrap().into_rgb8();
        assert!([(2, 2), (253, 128), (128, 253)].iter().all(|(x, y)| image.get_pixel(*x, *y).0[1] > 120));
    }

    #[test]
    fn a_small_picture_stays_as_small_and_what_shows_through_becomes_white() {
        let made = portrait(&png(40, 90, |_, _| [0, 0, 0, 0])).unwrap();
        let image = image::load_from_memory(&made).unwrap().into_rgb8();
        assert_eq!(image.dimensions(), (40, 40));
        assert!(image.pixels().all(|pixel| pixel.0.iter().all(|part| *part > 250)));
    }

    #[test]
    fn nothing_else_of_the_file_is_left() {
        let mut file = png(300, 300, |x, y| [x as u8, y as u8, 7, 255]);
        file.extend(b"<script>alert(1)</script> GPS 48.2082 16.3738");
        let made = portrait(&file).unwrap();
        assert!(memchr::memmem::find(&made, b"script").is_none() && memchr::memmem::find(&made, b"GPS").is_none());
    }

    #[test]
    fn what_is_no_picture_is_refused_with_its_reason() {
        let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"><path d=\"M0 0h9v9z\"/></svg>";
        for none in [&svg[..], b"", b"Hello", b"%PDF-1.7", b"<html>"] {
            assert_eq!(portrait(none), Err(PortraitError::Kind));
        }
        let mut bomb = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xea\x60\0\0\xea\x60\x08\x06\0\0\0".to_vec();
        bomb.extend([0; 64]);
        for broken in [&bomb[..], b"\x89PNG\r\n\x1a\nwhatever", b"GIF89a\x10\0\x20\0", b"\xff\xd8\xff\xe0\0\x04ab"] {
            assert_eq!(portrait(broken), Err(PortraitError::Broken));
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(kind in 0..4_usize, tail in prop::collection::vec(any::<u8>(), 0..300)) {
            let heads: [&[u8]; 4] = [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"\xff\xd8\xff\xe0", b"GIF89a", b"RIFF\x10\0\0\0WEBP"];
            let _ = portrait(&[heads[kind], &tail].concat());
        }
    }
}
