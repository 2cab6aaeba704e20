//! Colours: of a company's accent, whatever it is, a palette is made in which everything can be read.
//!
//! OKLCH becomes sRGB as CSS Color 4 §10 has it; what screens cannot show loses strength, never lightness (§13). Contrast is
//! that of WCAG 2.2. Every colour goes to browsers as the very sRGB it was reckoned with, so that what is promised is shown.

#[cfg(test)]
mod tests;

use std::fmt::Write as _;

/// A colour: red, green, blue.
pub type Colour = [u8; 3];

/// Contrast of text. WCAG 2.2 §1.4.3.
pub const OF_TEXT: f32 = 4.5;
/// Contrast of marks, borders and rings. WCAG 2.2 §1.4.11.
pub const OF_MARKS: f32 = 3.0;

/// A colour by lightness (0 to 1), strength and hue (degrees).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Oklch {
    /// From black, 0, to white, 1.
    pub lightness: f32,
    /// Its strength: 0 is grey, screens end at some 0.37.
    pub chroma: f32,
    /// Its hue in degrees.
    pub hue: f32,
}

const fn grey(lightness: f32) -> Oklch {
    Oklch { lightness, chroma: 0.0, hue: 0.0 }
}

impl Oklch {
    /// The parts of its light; outside of 0 to 1 where no screen can show it.
    fn linear(self) -> [f32; 3] {
        let (sine, cosine) = self.hue.to_radians().sin_cos();
        let (a, b) = (self.chroma * cosine, self.chroma * sine);
        let long = (self.lightness + 0.396_337_78 * a + 0.215_803_76 * b).powi(3);
        let medium = (self.lightness - 0.105_561_346 * a - 0.063_854_17 * b).powi(3);
        let short = (self.lightness - 0.089_484_18 * a - 1.291_485_5 * b).powi(3);
        [
            4.076_741_7 * long - 3.307_711_6 * medium + 0.230_969_94 * short,
            -1.268_438 * long + 2.609_757_4 * medium - 0.341_319_4 * short,
            -0.004_196_086 * long - 0.703_418_6 * medium + 1.707_614_7 * short,
        ]
    }

    fn is_shown(self) -> bool {
        self.linear().iter().all(|part| (-0.000_5..=1.000_5).contains(part))
    }

    /// As screens show it: where they cannot, with less strength.
    #[must_use]
    pub fn shown(self) -> Colour {
        let mut at = self;
        if !at.is_shown() {
            let (mut least, mut most) = (0.0, self.chroma);
            for _ in 0..12 {
                at.chroma = f32::midpoint(least, most);
                if at.is_shown() { least = at.chroma } else { most = at.chroma }
            }
            at.chroma = least;
        }
        at.linear().map(|part| {
            let bent = if part <= 0.003_130_8 { 12.92 * part } else { 1.055 * part.powf(1.0 / 2.4) - 0.055 };
            byte(bent * 255.0)
        })
    }

    /// What a colour is by lightness, strength and hue.
    #[must_use]
    pub fn of(colour: Colour) -> Self {
        let [red, green, blue] = colour.map(light);
        let long = (0.412_221_46 * red + 0.536_332_55 * green + 0.051_445_995 * blue).cbrt();
        let medium = (0.211_903_5 * red + 0.680_699_5 * green + 0.107_396_96 * blue).cbrt();
        let short = (0.088_302_46 * red + 0.281_718_85 * green + 0.629_978_7 * blue).cbrt();
        let a = 1.977_998_5 * long - 2.428_592_2 * medium + 0.450_593_7 * short;
        let b = 0.025_904_037 * long + 0.782_771_8 * medium - 0.808_675_77 * short;
        Self {
            lightness: 0.210_454_26 * long + 0.793_617_8 * medium - 0.004_072_047 * short,
            chroma: a.hypot(b),
            hue: b.atan2(a).to_degrees().rem_euclid(360.0),
        }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte before")]
pub(super) fn byte(value: f32) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}

/// How much light a part of a colour is.
pub(super) fn light(part: u8) -> f32 {
    let part = f32::from(part) / 255.0;
    if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
}

/// How light a colour is to the eye, from 0 to 1. WCAG 2.2, "relative luminance".
#[must_use]
pub fn luminance(colour: Colour) -> f32 {
    let [red, green, blue] = colour.map(light);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// How far two colours stand apart, from 1 to 21. WCAG 2.2, "contrast ratio".
#[must_use]
pub fn contrast(one: Colour, other: Colour) -> f32 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// A colour as `#rrggbb`.
#[must_use]
pub fn hex([red, green, blue]: Colour) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// Reads `#rrggbb` or `#rgb`, with or without its sign.
#[must_use]
pub fn of_hex(text: &str) -> Option<Colour> {
    let digits = text.trim().trim_start_matches('#');
    if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let whole = match digits.len() {
        3 => digits.chars().flat_map(|digit| [digit, digit]).collect(),
        6 => digits.to_owned(),
        _ => return None,
    };
    let part = |at: usize| u8::from_str_radix(whole.get(at..at + 2)?, 16).ok();
    Some([part(0)?, part(2)?, part(4)?])
}

/// How buttons look in light pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Deep, with light words.
    Deep,
    /// Bright, with dark words: for yellows and other light colours, which are brown when they are deep.
    Bright,
}

/// A company's colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accent {
    /// Hue, 0 to 359.
    pub hue: u16,
    /// Strength in thousandths, 0 to 200.
    pub chroma: u16,
    /// How buttons look.
    pub tone: Tone,
}

/// Lightness from which on a company's colour makes bright buttons.
const BRIGHT: f32 = 0.74;

impl Accent {
    /// The accent that comes nearest to a colour.
    #[must_use]
    pub fn of(colour: Colour) -> Self {
        let of = Oklch::of(colour);
        let whole = |value: f32, most: u16| (0..=most).find(|whole| f32::from(*whole) >= value - 0.5).unwrap_or(most);
        Self {
            hue: whole(of.hue, 360) % 360,
            chroma: whole(of.chroma * 1000.0, 200),
            tone: if of.lightness >= BRIGHT { Tone::Bright } else { Tone::Deep },
        }
    }

    fn at(self, lightness: f32, most: f32) -> Oklch {
        Oklch { lightness, chroma: (f32::from(self.chroma) / 1000.0).min(most), hue: f32::from(self.hue) }
    }
}

/// Light pages or dark ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// All colours of the pages that depend on the accent, named as the style sheet names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Palette {
    bg: Colour,
    sunk: Colour,
    raised: Colour,
    hover: Colour,
    selected: Colour,
    line: Colour,
    line_strong: Colour,
    text: Colour,
    text_2: Colour,
    text_3: Colour,
    accent: Colour,
    accent_text: Colour,
    fill: Colour,
    fill_down: Colour,
    on_accent: Colour,
    focus: Colour,
    /// Whether a colour had to be moved away from where it would stand, so that it can be read.
    pub is_moved: bool,
}

/// Two colours that stand on each other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// What they are.
    pub name: &'static str,
    /// How far they stand apart.
    pub ratio: f32,
    /// How far they must.
    pub least: f32,
}

/// Where colours are moved to, until they stand far enough from their grounds.
struct Mover {
    accent: Accent,
    step: f32,
    is_moved: bool,
}

impl Mover {
    /// The colour nearest to `start` that stands far enough from all of these.
    fn settle(&mut self, start: f32, most: f32, grounds: &[Colour], least: f32) -> Colour {
        self.walk(start, self.step, most, grounds, least)
    }

    fn walk(&mut self, start: f32, step: f32, most: f32, grounds: &[Colour], least: f32) -> Colour {
        let mut at = self.accent.at(start, most);
        loop {
            let colour = at.shown();
            let is_far = grounds.iter().all(|ground| contrast(colour, *ground) >= least);
            if is_far || !(0.0..=1.0).contains(&(at.lightness + step)) {
                return colour;
            }
            self.is_moved = true;
            at.lightness += step;
        }
    }
}

/// Strength of grounds and of words, of a selected row, and of what is drawn in the accent.
const TINT: f32 = 0.006;
const SOFT: f32 = 0.028;
const FULL: f32 = 0.15;
const VIVID: f32 = 0.2;

/// What lies beside the pages, and behind all of them: the browser's own bars take it up.
#[must_use]
pub fn ground(accent: Accent, scheme: Scheme) -> Colour {
    accent.at(if scheme == Scheme::Light { 0.972 } else { 0.18 }, TINT).shown()
}

/// The palette of an accent.
#[must_use]
pub fn palette(accent: Accent, scheme: Scheme) -> Palette {
    let is_light = scheme == Scheme::Light;
    let of = |light: f32, dark: f32, most: f32| accent.at(if is_light { light } else { dark }, most).shown();
    let start = |light: f32, dark: f32| if is_light { light } else { dark };
    let mut mover = Mover { accent, step: if is_light { -0.01 } else { 0.01 }, is_moved: false };
    let bg = if is_light { grey(1.0).shown() } else { of(0.0, 0.215, TINT) };
    let raised = if is_light { bg } else { of(0.0, 0.262, TINT) };
    let (sunk, hover, selected) = (ground(accent, scheme), of(0.957, 0.268, TINT), of(0.938, 0.315, SOFT));
    let (pages, all) = ([bg, sunk, raised, selected], [bg, sunk, raised, hover, selected]);
    let is_bright = is_light && accent.tone == Tone::Bright;
    let on_accent = grey(if is_light && !is_bright { 1.0 } else { 0.17 }).shown();
    // A bright button goes lighter until its dark words can be read, as every button of dark pages does.
    let (fill, down, step) = match (is_light, accent.tone) {
        (true, Tone::Deep) => (0.51, 0.44, -0.01),
        (true, Tone::Bright) => (0.85, 0.79, 0.01),
        (false, Tone::Deep) => (0.74, 0.8, 0.01),
        (false, Tone::Bright) => (0.85, 0.79, 0.01),
    };
    let strength = if accent.tone == Tone::Bright { VIVID } else { FULL };
    Palette {
        line: of(0.912, 0.315, TINT),
        line_strong: mover.settle(start(0.63, 0.57), TINT, &[bg, sunk, raised], OF_MARKS),
        text: mover.settle(start(0.23, 0.935), TINT, &all, OF_TEXT),
        text_2: mover.settle(start(0.42, 0.8), TINT, &all, OF_TEXT),
        text_3: mover.settle(start(0.5, 0.715), TINT, &all, OF_TEXT),
        accent: mover.settle(start(0.51, 0.74), FULL, &pages, OF_MARKS),
        accent_text: mover.settle(start(0.47, 0.81), FULL, &all, OF_TEXT),
        focus: mover.settle(start(0.55, 0.8), FULL, &pages, OF_MARKS),
        fill: mover.walk(fill, step, strength, &[on_accent], OF_TEXT),
        fill_down: mover.walk(down, step, strength, &[on_accent], OF_TEXT),
        on_accent,
        bg,
        sunk,
        raised,
        hover,
        selected,
        is_moved: mover.is_moved,
    }
}

impl Palette {
    /// What stands on what, and how far apart.
    #[must_use]
    pub fn pairs(&self) -> [Pair; 11] {
        let pair = |name, over, under, least| Pair { name, ratio: contrast(over, under), least };
        [
            pair("Text on the page", self.text, self.bg, OF_TEXT),
            pair("Quiet text in a selected row", self.text_3, self.selected, OF_TEXT),
            pair("Quiet text at the sides", self.text_3, self.sunk, OF_TEXT),
            pair("Link on the page", self.accent_text, self.bg, OF_TEXT),
            pair("Link in a selected row", self.accent_text, self.selected, OF_TEXT),
            pair("Words of a button", self.on_accent, self.fill, OF_TEXT),
            pair("Words of a pressed button", self.on_accent, self.fill_down, OF_TEXT),
            pair("Ring of what has the focus", self.focus, self.bg, OF_MARKS),
            pair("The same in a selected row", self.focus, self.selected, OF_MARKS),
            pair("Mark of a selected row", self.accent, self.selected, OF_MARKS),
            pair("Border of a field", self.line_strong, self.raised, OF_MARKS),
        ]
    }

    /// The colour of marks and of the browser's own bars.
    #[must_use]
    pub const fn accent(&self) -> Colour {
        self.accent
    }

    /// The colour of buttons.
    #[must_use]
    pub const fn fill(&self) -> Colour {
        self.fill
    }

    /// The colour behind everything.
    #[must_use]
    pub const fn sunk(&self) -> Colour {
        self.sunk
    }

    /// The palest colour of the accent.
    #[must_use]
    pub const fn selected(&self) -> Colour {
        self.selected
    }

    const fn named(&self) -> [(&'static str, Colour); 16] {
        [
            ("bg", self.bg),
            ("bg-sunk", self.sunk),
            ("bg-raised", self.raised),
            ("bg-hover", self.hover),
            ("bg-selected", self.selected),
            ("line", self.line),
            ("line-strong", self.line_strong),
            ("text", self.text),
            ("text-2", self.text_2),
            ("text-3", self.text_3),
            ("accent", self.accent),
            ("accent-text", self.accent_text),
            ("accent-fill", self.fill),
            ("accent-down", self.fill_down),
            ("on-accent", self.on_accent),
            ("focus", self.focus),
        ]
    }
}

/// The palettes of an accent as a rule of a style sheet, for light pages and dark ones.
#[must_use]
pub fn rule(selector: &str, accent: Accent) -> String {
    let (light, dark) = (palette(accent, Scheme::Light), palette(accent, Scheme::Dark));
    let mut css = format!("{selector}{{--brand-h:{};--brand-c:0.{:03}", accent.hue, accent.chroma.min(400));
    for ((name, light), (_, dark)) in light.named().into_iter().zip(dark.named()) {
        // Writing to a text cannot fail.
        let _ = write!(css, ";--{name}:light-dark({},{})", hex(light), hex(dark));
    }
    css.push_str("}\n");
    css
}
