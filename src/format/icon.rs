//! The office's mark as dots, for those who show no SVG: home screens, and notices of closed browsers. PNG, ISO/IEC 15948.

use super::colour::{Colour, byte};
use miniz_oxide::deflate::compress_to_vec_zlib;

/// Corners of the stone, in a square of 20, as in the mark's SVG.
const STONE: [(f32, f32); 8] =
    [(10.0, 1.75), (16.5, 5.0), (18.25, 11.0), (14.5, 17.0), (7.0, 18.25), (2.0, 13.25), (3.0, 6.0), (10.0, 1.75)];
/// Lines on its faces.
const FACES: [&[(f32, f32)]; 4] = [
    &[(10.0, 1.75), (10.5, 7.25), (16.5, 5.0)],
    &[(10.5, 7.25), (6.0, 10.5), (3.0, 6.0)],
    &[(6.0, 10.5), (11.5, 13.5), (18.25, 11.0)],
    &[(10.5, 7.25), (11.5, 13.5)],
];
/// Half the width of a line.
const LINE: f32 = 0.75;

/// How the mark is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Of the lines.
    pub line: Colour,
    /// Of the stone.
    pub fill: Colour,
    /// Of what lies behind; nothing where there is none. A mask cuts its corners, so the stone is smaller on it.
    pub ground: Option<Colour>,
}

/// The mark as a PNG of `size` by `size` dots.
#[must_use]
pub fn png(mark: Mark, size: u16) -> Vec<u8> {
    let side = usize::from(size);
    let mut rows = Vec::with_capacity(side * (side * 4 + 1));
    // A mask leaves a circle of 80 %; W3C Manifest, "safe zone".
    let share = if mark.ground.is_some() { 0.6 } else { 0.96 };
    let scale = 20.0 / (f32::from(size) * share);
    let edge = f32::from(size) * (1.0 - share) / 2.0;
    for row in 0..size {
        rows.push(0);
        for column in 0..size {
            let at = ((f32::from(column) + 0.5 - edge) * scale, (f32::from(row) + 0.5 - edge) * scale);
            rows.extend_from_slice(&dot(mark, at, scale));
        }
    }
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut head = Vec::from(u32::from(size).to_be_bytes());
    head.extend_from_slice(&u32::from(size).to_be_bytes());
    // 8 bits, red green blue alpha, one pass.
    head.extend_from_slice(&[8, 6, 0, 0, 0]);
    chunk(&mut file, *b"IHDR", &head);
    chunk(&mut file, *b"IDAT", &compress_to_vec_zlib(&rows, 6));
    chunk(&mut file, *b"IEND", &[]);
    file
}

/// One dot, its edges softened over the width of a dot.
fn dot(mark: Mark, at: (f32, f32), scale: f32) -> [u8; 4] {
    let stone = distance(&STONE, at);
    let faces = FACES.iter().map(|face| distance(face, at)).fold(f32::MAX, f32::min);
    let line = ((LINE - stone.min(faces)) / scale + 0.5).clamp(0.0, 1.0);
    let fill = if is_inside(at) { 1.0 } else { 0.0 };
    let below = mark.ground.map_or(0.0, |_| 1.0);
    let ground = mark.ground.unwrap_or(mark.fill);
    let inner = mix(ground, mark.fill, fill);
    let alpha = line.max(fill).max(below);
    let [red, green, blue] = mix(if alpha > 0.0 && below + fill < 0.5 { mark.line } else { inner }, mark.line, line);
    [red, green, blue, byte(alpha * 255.0)]
}

fn mix(under: Colour, over: Colour, share: f32) -> Colour {
    let mixed = |place: usize| byte(f32::from(under[place]).mul_add(1.0 - share, f32::from(over[place]) * share));
    [mixed(0), mixed(1), mixed(2)]
}

/// How far a point lies from a line of several pieces.
fn distance(line: &[(f32, f32)], at: (f32, f32)) -> f32 {
    let pieces = line.windows(2).map(|piece| {
        let ((ax, ay), (bx, by)) = (piece[0], piece[1]);
        let (dx, dy) = (bx - ax, by - ay);
        let along = (((at.0 - ax) * dx + (at.1 - ay) * dy) / (dx * dx + dy * dy)).clamp(0.0, 1.0);
        (ax + along * dx - at.0).hypot(ay + along * dy - at.1)
    });
    pieces.fold(f32::MAX, f32::min)
}

/// Whether a point lies in the stone: a line from it crosses the border an odd number of times.
fn is_inside(at: (f32, f32)) -> bool {
    let crossings = STONE.windows(2).filter(|piece| {
        let ((ax, ay), (bx, by)) = (piece[0], piece[1]);
        (ay > at.1) != (by > at.1) && at.0 < (bx - ax) * (at.1 - ay) / (by - ay) + ax
    });
    crossings.count() % 2 == 1
}

fn chunk(file: &mut Vec<u8>, kind: [u8; 4], body: &[u8]) {
    file.extend_from_slice(&u32::try_from(body.len()).unwrap_or(0).to_be_bytes());
    let start = file.len();
    file.extend_from_slice(&kind);
    file.extend_from_slice(body);
    let sum = crc(&file[start..]);
    file.extend_from_slice(&sum.to_be_bytes());
}

/// PNG annex D.
fn crc(bytes: &[u8]) -> u32 {
    let step = |sum: u32, byte: &u8| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { 0xEDB8_8320 ^ (sum >> 1) } else { sum >> 1 })
    };
    !bytes.iter().fold(u32::MAX, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_a_png_of_the_size_asked_for() {
        let mark = Mark { line: [0, 0, 200], fill: [230, 230, 255], ground: None };
        let file = png(mark, 64);
        assert!(file.starts_with(b"\x89PNG\r\n\x1a\n"));
        assert_eq!((&file[12..16], &file[16..24]), (b"IHDR".as_slice(), [0, 0, 0, 64, 0, 0, 0, 64].as_slice()));
        assert!(file.ends_with(&[b'I', b'E', b'N', b'D', 0xAE, 0x42, 0x60, 0x82]), "the sum of an empty end is known");
        assert_eq!(dot(mark, (-5.0, -5.0), 0.1)[3], 0, "nothing behind");
        assert_eq!(dot(mark, (8.0, 15.0), 0.1), [230, 230, 255, 255], "the stone");
        assert_eq!(dot(mark, (10.0, 1.75), 0.1), [0, 0, 200, 255], "a line");
        let masked = Mark { ground: Some([1, 2, 3]), ..mark };
        assert_eq!(dot(masked, (-5.0, -5.0), 0.1), [1, 2, 3, 255]);
        assert!(png(masked, 512).len() < 60_000);
    }
}
