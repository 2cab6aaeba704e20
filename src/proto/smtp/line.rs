//! Where a command ends: at CR LF and nowhere else. RFC 5321 §2.3.8.

use memchr::{memchr, memchr2};

/// What stands at the start of the bytes received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// A line without CR, LF and NUL, then its CR LF.
    Whole {
        /// Bytes it took, CR LF included.
        used: usize,
    },
    /// A line that may not be obeyed: a bare CR or LF, or a NUL. It is one line all the same, so that what follows
    /// is never taken for something it was not.
    Broken {
        /// Bytes up to and including its LF.
        used: usize,
    },
    /// No end of line yet, and still short enough.
    Partial,
    /// Longer than allowed, whether its end is in sight or not.
    TooLong,
}

/// Cuts the first line out of `bytes`; `most` is its longest length with CR LF.
#[must_use]
pub fn first(bytes: &[u8], most: usize) -> Line {
    let Some(used) = end(bytes) else {
        return if bytes.len() < most { Line::Partial } else { Line::TooLong };
    };
    if used > most {
        return Line::TooLong;
    }
    match bytes[..used - 1].split_last() {
        Some((b'\r', line)) if memchr2(b'\r', 0, line).is_none() => Line::Whole { used },
        _ => Line::Broken { used },
    }
}

/// Where the line that `bytes` begin with is over, whatever it holds: behind its LF.
#[must_use]
pub fn end(bytes: &[u8]) -> Option<usize> {
    memchr(b'\n', bytes).map(|at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_cr_lf_ends_a_command() {
        for (bytes, found) in [
            (&b"NOOP\r\nQUIT\r\n"[..], Line::Whole { used: 6 }),
            (b"\r\n", Line::Whole { used: 2 }),
            (b"NOOP\n", Line::Broken { used: 5 }),
            (b"\nNOOP\r\n", Line::Broken { used: 1 }),
            (b"NO\rOP\r\n", Line::Broken { used: 7 }),
            (b"NOOP\r\r\n", Line::Broken { used: 7 }),
            (b"NO\0OP\r\n", Line::Broken { used: 7 }),
            (b"NOOP\r", Line::Partial),
            (b"", Line::Partial),
            (b"12345678\r\n", Line::Whole { used: 10 }),
            (b"123456789\r\n", Line::TooLong),
            (b"1234567890", Line::TooLong),
            (b"123456789", Line::Partial),
        ] {
            assert_eq!(first(bytes, 10), found, "{:?}", bytes.escape_ascii().to_string());
        }
    }
}
