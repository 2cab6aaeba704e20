//! Sounds, told by their first bytes, and how long they are. What their sender says of them counts for nothing.

use memchr::memmem;

/// What a sound's bytes tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sound {
    /// Its media type.
    pub media_type: &'static str,
    /// How long it is, in seconds, rounded; zero where it does not say.
    pub seconds: u32,
}

/// The longest that is believed: a day.
const LONGEST: u64 = 24 * 3600;
/// Bytes at the beginning in which a file says what is in it.
const HEAD: usize = 64 * 1024;
/// Elements of a WebM that are looked at: hours of them.
const ELEMENTS: usize = 500_000;

/// A sound that browsers play, and how long it is; `None` for anything else, moving pictures too.
#[must_use]
pub fn look(bytes: &[u8]) -> Option<Sound> {
    let (media_type, seconds) = match bytes {
        [0x1a, 0x45, 0xdf, 0xa3, ..] => ("audio/webm", webm(bytes)?),
        [b'O', b'g', b'g', b'S', ..] => ("audio/ogg", ogg(bytes)?),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => ("audio/wav", wav(bytes)),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => ("audio/mp4", mp4(bytes)?),
        [b'I', b'D', b'3', ..] | [0xff, 0xfb | 0xf3 | 0xf2, ..] => ("audio/mpeg", 0),
        _ => return None,
    };
    Some(Sound { media_type, seconds: u32::try_from(seconds.min(LONGEST)).unwrap_or(0) })
}

fn big(bytes: &[u8], at: usize, count: usize) -> Option<u64> {
    let found = bytes.get(at..at.checked_add(count)?)?;
    Some(found.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
}

fn little(bytes: &[u8], at: usize, count: usize) -> Option<u64> {
    let found = bytes.get(at..at.checked_add(count)?)?;
    Some(found.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
}

/// How many seconds `count` of `per` each second are, rounded, so that no sound has none.
const fn rounded(count: u64, per: u64) -> u64 {
    match count.saturating_add(per / 2).checked_div(per) {
        Some(0) if count > 0 => 1,
        Some(seconds) => seconds,
        None => 0,
    }
}

/// The last page of an Ogg counts its samples. RFC 3533 §6; Opus: RFC 7845 §4 and §5.1; Vorbis I §4.2.2.
fn ogg(bytes: &[u8]) -> Option<u64> {
    let first = bytes.get(28..)?;
    let (rate, skipped) = if first.starts_with(b"OpusHead") {
        (48_000, little(first, 10, 2)?)
    } else if first.starts_with(b"\x01vorbis") {
        (little(first, 12, 4)?, 0)
    } else {
        return None;
    };
    let last = memmem::rfind(bytes, b"OggS")?;
    let samples = little(bytes, last + 6, 8).filter(|samples| *samples < u64::MAX / 2).unwrap_or(0);
    Some(rounded(samples.saturating_sub(skipped), rate))
}

fn wav(bytes: &[u8]) -> u64 {
    let per_second = if bytes.get(12..16) == Some(b"fmt ") { little(bytes, 28, 4).unwrap_or(0) } else { 0 };
    rounded(bytes.len().saturating_sub(44) as u64, per_second)
}

/// An MPEG-4 file with sound and no pictures. ISO/IEC 14496-12 §8.2.2 and §8.4.3.
fn mp4(bytes: &[u8]) -> Option<u64> {
    if memmem::find(bytes, b"soun").is_none() || memmem::find(bytes, b"vide").is_some() {
        return None;
    }
    let at = memmem::find(bytes, b"mvhd")? + 4;
    let (scale, length) = match bytes.get(at)? {
        0 => (big(bytes, at + 12, 4)?, big(bytes, at + 16, 4)?),
        _ => (big(bytes, at + 20, 4)?, big(bytes, at + 24, 8)?),
    };
    Some(if length >= u64::from(u32::MAX) { 0 } else { rounded(length, scale) })
}

/// A WebM with sound and no pictures. What records itself says no length: the last block's time is one. RFC 8794, RFC 9559.
fn webm(bytes: &[u8]) -> Option<u64> {
    let head = &bytes[..bytes.len().min(HEAD)];
    memmem::find(head, b"webm")?;
    let (mut at, mut scale, mut cluster, mut last, mut has_sound) = (0, 1_000_000_u64, 0_u64, 0_u64, false);
    for _ in 0..ELEMENTS {
        let Some((id, size, inside)) = element(bytes, at) else { break };
        let value = || big(bytes, inside, usize::try_from(size.unwrap_or(0).min(8)).unwrap_or(0)).unwrap_or(0);
        match id {
            // Segment, Info, Tracks, a track, a cluster: their elements come next.
            0x1853_8067 | 0x1549_a966 | 0x1654_ae6b | 0xae | 0x1f43_b675 => {
                at = inside;
                continue;
            }
            0x2ad7b1 => scale = value(),
            0x86 if bytes.get(inside..)?.starts_with(b"A_") => has_sound = true,
            0x86 => return None,
            0xe7 => cluster = value(),
            // A block: its track, then the time behind its cluster's.
            0xa3 => {
                let behind = big(bytes, inside + 1, 2).unwrap_or(0);
                last = last.max(cluster.saturating_add(if behind < 0x8000 { behind } else { 0 }));
            }
            _ => {}
        }
        let Some(size) = size.and_then(|size| usize::try_from(size).ok()) else { break };
        let Some(next) = inside.checked_add(size) else { break };
        at = next;
    }
    has_sound.then(|| rounded(last.saturating_mul(scale), 1_000_000_000))
}

/// An element: its id, its size where that is known, and where its inside begins.
fn element(bytes: &[u8], at: usize) -> Option<(u64, Option<u64>, usize)> {
    let id_length = bytes.get(at)?.leading_zeros() as usize + 1;
    let id = (id_length <= 4).then(|| big(bytes, at, id_length)).flatten()?;
    let size_at = at + id_length;
    let length = bytes.get(size_at)?.leading_zeros() as usize + 1;
    let raw = (length <= 8).then(|| big(bytes, size_at, length)).flatten()?;
    let most = (1_u64 << (7 * length)) - 1;
    let size = raw & most;
    Some((id, (size != most).then_some(size), size_at + length))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn recorded(codec: &[u8]) -> Vec<u8> {
        let head = b"\x1a\x45\xdf\xa3\x87\x42\x82\x84webm\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff";
        let info = b"\x15\x49\xa9\x66\x87\x2a\xd7\xb1\x83\x0f\x42\x40";
        let track = [&[0x86, 0x80 | codec.len() as u8][..], codec].concat();
        let entry = [&[0xae, 0x80 | track.len() as u8][..], &track].concat();
        let tracks = [&[0x16, 0x54, 0xae, 0x6b, 0x80 | entry.len() as u8][..], &entry].concat();
        let cluster = b"\x1f\x43\xb6\x75\x01\xff\xff\xff\xff\xff\xff\xff\xe7\x82\x17\x70";
        let block = b"\xa3\x85\x81\x04\xb0\x80\x00";
        [&head[..], info, &tracks, cluster, block].concat()
    }

    #[test]
    fn what_a_browser_records_says_how_long_it_is() {
        let seven = Some(Sound { media_type: "audio/webm", seconds: 7 });
        assert_eq!(look(&recorded(b"A_OPUS")), seven, "6.0 s and 1.2 s, rounded");
        assert_eq!(look(&recorded(b"V_VP8")), None, "moving pictures are no sound");
        let page = |samples: u64| [&b"OggS\0\x02"[..], &samples.to_le_bytes(), &[0; 14]].concat();
        let ogg = [page(0), b"OpusHead\x01\x01\x38\x01".to_vec(), vec![0; 40], page(48_000 * 3 + 312)].concat();
        assert_eq!(look(&ogg), Some(Sound { media_type: "audio/ogg", seconds: 3 }));
        let mut wav =
            b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data\0\0\0\0".to_vec();
        wav.extend([0; 16_000]);
        assert_eq!(look(&wav), Some(Sound { media_type: "audio/wav", seconds: 2 }));
    }

    #[test]
    fn what_only_calls_itself_a_sound_is_none() {
        for lie in [
            &b"<html><script>"[..],
            b"OggS\0\x02<script>",
            b"\x1a\x45\xdf\xa3webm",
            b"\0\0\0\x18ftypmp42vide",
            b"\0\0\0\x18ftypM4A ",
            b"RIFF\0\0\0\0WEBP",
            b"",
        ] {
            assert_eq!(look(lie), None, "{lie:?}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(kind in 0..5_usize, tail in prop::collection::vec(any::<u8>(), 0..400)) {
            let heads: [&[u8]; 5] = [b"\x1a\x45\xdf\xa3\x42\x82\x84webm", b"OggS", b"RIFF\0\0\0\0WAVE", b"\0\0\0\x18ftypsounmvhd", b"ID3"];
            let _ = look(&[heads[kind], &tail].concat());
        }
    }
}
