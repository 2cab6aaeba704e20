//! A company's pictures: read within bounds, written anew without anything else that was in their files.

use super::preview::upright;
use super::svg::{self, SvgError};
use super::{colour, picture};
use crate::kernel::limits;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::imageops::{self, FilterType};
use image::{DynamicImage, Rgba, RgbaImage};

/// Longest side of a logo, in pixels, and what it is made smaller to where it is heavy.
const LOGO: [u16; 4] = [1024, 720, 480, 320];
/// Side of an icon, in pixels.
const ICON: u16 = 512;
/// The box of a background, in pixels.
const BACKGROUND: (u32, u32) = (2000, 1400);
/// How good a background is, of 100.
const QUALITY: u8 = 78;
/// Share of a masked icon that every mask leaves whole: the square in the circle of W3C Manifest, "safe zone".
const SAFE: f32 = 0.566;

/// Why a picture is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EmblemError {
    /// Not a picture of a kind that is taken.
    #[error("this is no picture that can be read; PNG, JPEG, WebP, GIF and SVG can")]
    Kind,
    /// It says that it is a picture, but it cannot be unpacked, or only to too much.
    #[error("the picture is damaged or too large when it is unpacked")]
    Broken,
    /// Nothing is on it.
    #[error("nothing is on the picture: it is see-through all over")]
    Empty,
    /// An SVG that is not drawn.
    #[error(transparent)]
    Svg(#[from] SvgError),
}

/// On which ground a picture can be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shade {
    /// Dark on nothing: not to be seen on dark pages.
    Dark,
    /// Light on nothing: not to be seen on light pages.
    Light,
    /// To be seen on both.
    Mixed,
}

impl Shade {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Light => "light",
            Self::Mixed => "mixed",
        }
    }
}

/// A picture as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emblem {
    /// The file.
    pub bytes: Vec<u8>,
    /// What it is.
    pub media_type: &'static str,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Where it can be seen.
    pub shade: Shade,
}

/// A logo: without empty edges, at most 1024 pixels. Costs time and memory, both bounded: as all here, never to be called on
/// the async threads.
///
/// # Errors
/// See [`EmblemError`].
pub fn logo(bytes: &[u8]) -> Result<Emblem, EmblemError> {
    let drawn = trimmed(&drawn(bytes, LOGO[0])?).ok_or(EmblemError::Empty)?;
    let mut made = None;
    for side in LOGO {
        let emblem = png(&fitted(&drawn, u32::from(side), u32::from(side)))?;
        let is_light = emblem.bytes.len() <= limits::LOGO_BYTES;
        made = Some(emblem);
        if is_light {
            break;
        }
    }
    made.ok_or(EmblemError::Broken)
}

/// An icon: square, whatever its shape was.
///
/// # Errors
/// See [`EmblemError`].
pub fn icon(bytes: &[u8]) -> Result<Emblem, EmblemError> {
    let drawn = trimmed(&drawn(bytes, ICON)?).ok_or(EmblemError::Empty)?;
    png(&squared(&drawn, u32::from(ICON), 1.0, Rgba([0; 4])))
}

/// A background: nothing shows through it.
///
/// # Errors
/// See [`EmblemError`].
pub fn background(bytes: &[u8]) -> Result<Emblem, EmblemError> {
    let whole = drawn(bytes, 2000)?;
    let small = fitted(&whole, BACKGROUND.0, BACKGROUND.1);
    let (width, height) = small.dimensions();
    let mut ground = RgbaImage::from_pixel(width, height, Rgba([0xff; 4]));
    imageops::overlay(&mut ground, &small, 0, 0);
    let mut bytes = Vec::new();
    let opaque = DynamicImage::ImageRgba8(ground).to_rgb8();
    let written = opaque.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, QUALITY));
    written.map_err(|_| EmblemError::Broken)?;
    Ok(Emblem { bytes, media_type: "image/jpeg", width, height, shade: Shade::Mixed })
}

/// Icons of 192 and 512 pixels, and one of 512 that a mask may cut, of a picture that is kept.
///
/// # Errors
/// See [`EmblemError`].
pub fn icons(bytes: &[u8]) -> Result<[Emblem; 3], EmblemError> {
    let whole = drawn(bytes, ICON)?;
    let nothing = Rgba([0; 4]);
    let ground = if shade(&whole) == Shade::Light { Rgba([0x22, 0x22, 0x22, 0xff]) } else { Rgba([0xff; 4]) };
    Ok([
        png(&squared(&whole, 192, 1.0, nothing))?,
        png(&squared(&whole, 512, 1.0, nothing))?,
        png(&squared(&whole, 512, SAFE, ground))?,
    ])
}

fn drawn(bytes: &[u8], side: u16) -> Result<RgbaImage, EmblemError> {
    if svg::is_svg(bytes) {
        return Ok(svg::draw(bytes, side)?);
    }
    if picture::raster(bytes).is_none() {
        return Err(EmblemError::Kind);
    }
    Ok(upright(bytes).ok_or(EmblemError::Broken)?.into_rgba8())
}

/// The picture without empty edges; nothing where it is empty.
fn trimmed(whole: &RgbaImage) -> Option<RgbaImage> {
    let (mut left, mut top, mut right, mut bottom) = (u32::MAX, u32::MAX, 0, 0);
    for (x, y, _) in whole.enumerate_pixels().filter(|(_, _, pixel)| pixel.0[3] > 8) {
        (left, top, right, bottom) = (left.min(x), top.min(y), right.max(x), bottom.max(y));
    }
    (left != u32::MAX).then(|| imageops::crop_imm(whole, left, top, right - left + 1, bottom - top + 1).to_image())
}

/// The picture in a box, never larger than it was.
fn fitted(whole: &RgbaImage, across: u32, down: u32) -> RgbaImage {
    let (width, height) = whole.dimensions();
    if width <= across && height <= down { whole.clone() } else { scaled(whole, across, down) }
}

/// The picture as large as a box lets it be.
fn scaled(whole: &RgbaImage, across: u32, down: u32) -> RgbaImage {
    let (width, height) = whole.dimensions();
    let is_wide = u64::from(width) * u64::from(down) >= u64::from(height) * u64::from(across);
    let part = |length: u32, of: u32, by: u32| {
        u32::try_from(u64::from(length) * u64::from(by) / u64::from(of.max(1))).unwrap_or(1).max(1)
    };
    let (new_width, new_height) =
        if is_wide { (across, part(height, width, across)) } else { (part(width, height, down), down) };
    // What is see-through has a colour too, black mostly: it must not bleed into the edges.
    let weighted = each(whole, |[red, green, blue, alpha]| {
        let share = |part: u8| colour::byte(f32::from(part) * f32::from(alpha) / 255.0);
        [share(red), share(green), share(blue), alpha]
    });
    let small = DynamicImage::ImageRgba8(weighted).resize_exact(new_width, new_height, FilterType::CatmullRom);
    each(&small.into_rgba8(), |[red, green, blue, alpha]| {
        let whole = |part: u8| colour::byte(f32::from(part) * 255.0 / f32::from(alpha.max(1)));
        [whole(red), whole(green), whole(blue), alpha]
    })
}

fn each(of: &RgbaImage, change: impl Fn([u8; 4]) -> [u8; 4]) -> RgbaImage {
    let mut changed = of.clone();
    changed.pixels_mut().for_each(|pixel| pixel.0 = change(pixel.0));
    changed
}

/// The picture in the middle of a square, over `share` of its side.
fn squared(whole: &RgbaImage, side: u32, share: f32, ground: Rgba<u8>) -> RgbaImage {
    let inner = (1..=side).rfind(|inner| f64::from(*inner) <= f64::from(side) * f64::from(share)).unwrap_or(1);
    let small = scaled(whole, inner, inner);
    let mut square = RgbaImage::from_pixel(side, side, ground);
    let (left, top) = ((side - small.width()) / 2, (side - small.height()) / 2);
    if ground.0[3] == 0 {
        imageops::replace(&mut square, &small, i64::from(left), i64::from(top));
    } else {
        imageops::overlay(&mut square, &small, i64::from(left), i64::from(top));
        // Blending rounds; what is to be cut by a mask must be whole.
        square = each(&square, |[red, green, blue, _]| [red, green, blue, 0xff]);
    }
    square
}

fn png(picture: &RgbaImage) -> Result<Emblem, EmblemError> {
    let mut bytes = Vec::new();
    picture.write_with_encoder(PngEncoder::new(&mut bytes)).map_err(|_| EmblemError::Broken)?;
    let (width, height) = picture.dimensions();
    Ok(Emblem { bytes, media_type: "image/png", width, height, shade: shade(picture) })
}

/// Where a picture can be seen: one without see-through parts brings its ground with it.
fn shade(picture: &RgbaImage) -> Shade {
    let of: [f64; 256] = std::array::from_fn(|part| f64::from(colour::light(u8::try_from(part).unwrap_or(0xff))));
    let (mut light, mut seen, mut all) = (0.0_f64, 0.0_f64, 0.0_f64);
    for Rgba([red, green, blue, alpha]) in picture.pixels() {
        let share = f64::from(*alpha) / 255.0;
        let [red, green, blue] = [red, green, blue].map(|part| of[usize::from(*part)]);
        light += share * (0.2126 * red + 0.7152 * green + 0.0722 * blue);
        seen += share;
        all += 1.0;
    }
    if seen > all * 0.97 || seen == 0.0 {
        return Shade::Mixed;
    }
    match light / seen {
        dark if dark < 0.09 => Shade::Dark,
        light if light > 0.8 => Shade::Light,
        _ => Shade::Mixed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png_of(width: u32, height: u32, at: impl Fn(u32, u32) -> [u8; 4]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let image = RgbaImage::from_fn(width, height, |x, y| Rgba(at(x, y)));
        image.write_with_encoder(PngEncoder::new(&mut bytes)).unwrap();
        bytes
    }

    /// A word in one colour on nothing, with wide empty edges.
    fn word(colour: [u8; 3]) -> Vec<u8> {
        let [red, green, blue] = colour;
        let is_ink = |x: u32, y: u32| (100..500).contains(&x) && (40..140).contains(&y) && x % 40 < 30;
        png_of(600, 180, |x, y| [red, green, blue, if is_ink(x, y) { 255 } else { 0 }])
    }

    #[test]
    fn a_logo_loses_its_empty_edges_and_is_written_anew() {
        let mut file = word([11, 42, 91]);
        file.extend(b"<script>alert(1)</script>");
        let made = logo(&file).unwrap();
        assert_eq!((made.width, made.height, made.media_type, made.shade), (400, 100, "image/png", Shade::Dark));
        assert!(memchr::memmem::find(&made.bytes, b"script").is_none());
    }

    #[test]
    fn it_is_known_on_which_ground_a_logo_is_seen() {
        let of = |colour| logo(&word(colour)).unwrap().shade;
        assert_eq!((of([250, 250, 250]), of([230, 120, 20]), of([0, 0, 0])), (Shade::Light, Shade::Mixed, Shade::Dark));
        let opaque = png_of(50, 50, |_, _| [0, 0, 0, 255]);
        assert_eq!(logo(&opaque).unwrap().shade, Shade::Mixed, "it brings its ground with it");
    }

    #[test]
    fn a_logo_that_is_a_photograph_is_made_light_enough() {
        let noise = |x: u32, y: u32| {
            let mix = x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503).wrapping_mul(x | 1);
            let [one, two, three, _] = mix.to_be_bytes();
            [one, two, three, 255]
        };
        let made = logo(&png_of(900, 700, noise)).unwrap();
        assert!(made.bytes.len() <= limits::LOGO_BYTES && made.width >= 320, "{} {}", made.bytes.len(), made.width);
    }

    #[test]
    fn icons_are_squares_made_of_a_logo() {
        let made = icons(&logo(&word([200, 30, 30])).unwrap().bytes).unwrap();
        assert_eq!(made.each_ref().map(|icon| (icon.width, icon.height)), [(192, 192), (512, 512), (512, 512)]);
        let masked = image::load_from_memory(&made[2].bytes).unwrap().into_rgba8();
        assert!(masked.pixels().all(|pixel| pixel.0[3] == 255), "a mask cuts it; nothing may show through");
        assert_eq!(masked.get_pixel(70, 256).0, [255; 4], "what is drawn lies within what every mask leaves");
        let small = image::load_from_memory(&made[0].bytes).unwrap().into_rgba8();
        let edge = small.pixels().find(|pixel| (60..200).contains(&pixel.0[3])).unwrap();
        assert!(edge.0[0] > 180, "edges keep their colour: {edge:?}");
        assert_eq!(icon(&word([1, 2, 3])).map(|icon| (icon.width, icon.height)).unwrap(), (512, 512));
    }

    #[test]
    fn a_background_is_a_picture_through_which_nothing_shows() {
        let made = background(&png_of(3000, 600, |_, _| [10, 200, 10, 100])).unwrap();
        assert_eq!((made.media_type, made.width, made.height), ("image/jpeg", 2000, 400));
    }

    #[test]
    fn what_is_no_picture_is_refused_with_its_reason() {
        let empty = png_of(9, 9, |_, _| [0; 4]);
        for make in [logo, icon] {
            assert_eq!(make(b"%PDF-1.7").unwrap_err(), EmblemError::Kind);
            assert_eq!(make(b"\x89PNG\r\n\x1a\nwhatever").unwrap_err(), EmblemError::Broken);
            assert_eq!(make(&empty).unwrap_err(), EmblemError::Empty);
            let words = b"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"><text>A</text></svg>";
            assert_eq!(make(words).unwrap_err(), EmblemError::Svg(SvgError::Text));
        }
    }
}
