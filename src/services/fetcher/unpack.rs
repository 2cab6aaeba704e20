//! Unpacks what comes packed by gzip, up to a length: a small answer can unpack to more than there is memory. RFC 1952.

use crate::services::outside::FetchError;
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};

/// The fixed part of its head, and its end: a sum and the length.
const HEAD: usize = 10;
const TAIL: usize = 8;

/// The bytes that were packed, where they are no more than `most`.
///
/// # Errors
/// Where they are more, or not packed so.
pub fn unpacked(bytes: &[u8], most: usize) -> Result<Vec<u8>, FetchError> {
    let broken = || FetchError::Later("it breaks off in the middle, or is not packed as it says".to_owned());
    let start = start(bytes).ok_or_else(broken)?;
    let packed = bytes.get(start..bytes.len().saturating_sub(TAIL)).ok_or_else(broken)?;
    let plain = decompress_to_vec_with_limit(packed, most).map_err(|error| match error.status {
        TINFLStatus::HasMoreOutput => too_large(most),
        _ => broken(),
    })?;
    let told = bytes.last_chunk::<4>().map(|length| u32::from_le_bytes(*length));
    if told == u32::try_from(plain.len()).ok() { Ok(plain) } else { Err(broken()) }
}

/// Where the packed bytes begin, behind a head with what may be in it.
fn start(bytes: &[u8]) -> Option<usize> {
    let head = bytes.first_chunk::<HEAD>().filter(|head| head[..3] == [0x1F, 0x8B, 8])?;
    let (flags, mut at) = (head[3], HEAD);
    if flags & 4 != 0 {
        let length = bytes.get(at..at + 2)?;
        at += 2 + usize::from(u16::from_le_bytes([length[0], length[1]]));
    }
    for flag in [8, 16] {
        if flags & flag != 0 {
            at += bytes.get(at..)?.iter().position(|byte| *byte == 0)? + 1;
        }
    }
    Some(at + if flags & 2 == 0 { 0 } else { 2 })
}

pub(super) fn too_large(most: usize) -> FetchError {
    FetchError::Later(match most / 1024 / 1024 {
        0 => format!("it is larger than {most} bytes"),
        megabytes => format!("it is larger than {megabytes} MB"),
    })
}
