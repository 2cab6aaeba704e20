//! Message text: where it ends, which dots go, and what it may not hold. RFC 5321 §4.5.2 and §2.3.8.
//!
//! Text ends at CR LF . CR LF alone. A bare CR, a bare LF or a NUL spoils the message, but never ends it: whoever
//! takes another view of where a message ends can be made to obey what this host took for text.

use crate::kernel::limits;
use memchr::memchr3;

/// Why a message may not be taken, found while it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// A CR without its LF.
    #[error("the text holds a carriage return without a line feed")]
    BareCr,
    /// An LF without its CR.
    #[error("the text holds a line feed without a carriage return")]
    BareLf,
    /// A NUL. RFC 5321 §4.1.1.4 has no place for it.
    #[error("the text holds a NUL")]
    Nul,
    /// A line longer than [`limits::SMTP_TEXT_LINE`].
    #[error("a line of the text is too long")]
    LongLine,
    /// More bytes than the reader was told to keep.
    #[error("the text is too large")]
    TooLarge,
}

/// What became of some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Took {
    /// Bytes that belonged to the text, its end included.
    pub used: usize,
    /// Whether the end was among them.
    pub is_end: bool,
}

/// Takes in one message, in slices cut anywhere.
#[derive(Debug)]
pub struct TextReader {
    at: At,
    is_dotted: bool,
    line: usize,
    size: usize,
    most: usize,
    flaw: Option<Flaw>,
}

/// Where the last slice ended. What is held back is neither kept nor counted yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    LineStart,
    /// Behind a dot that opened a line, which is held back.
    Dot,
    /// Behind such a dot and a CR, both held back.
    DotCr,
    Middle,
    /// Behind a CR, which is held back.
    Cr,
}

/// A slice on its way: `from..at` was looked at and is to be kept.
struct Run<'a> {
    bytes: &'a [u8],
    from: usize,
    at: usize,
    into: &'a mut Vec<u8>,
}

impl TextReader {
    /// For DATA: dots are taken off, and the text finds its own end. Keeps at most `most` bytes.
    #[must_use]
    pub const fn dotted(most: usize) -> Self {
        Self { at: At::LineStart, is_dotted: true, line: 0, size: 0, most, flaw: None }
    }

    /// For BDAT: the bytes are the text, and the chunks tell its end. RFC 3030 §2. Keeps at most `most` bytes.
    #[must_use]
    pub const fn chunked(most: usize) -> Self {
        Self { is_dotted: false, ..Self::dotted(most) }
    }

    /// Bytes of text so far, kept or not.
    #[must_use]
    pub const fn size(&self) -> usize {
        self.size
    }

    /// What is wrong with the text so far; once something is, nothing more is kept.
    #[must_use]
    pub const fn flaw(&self) -> Option<Flaw> {
        self.flaw
    }

    /// Takes in the next slice, and appends to `into` what is to be kept: one copy, where no dot comes off.
    pub fn read(&mut self, bytes: &[u8], into: &mut Vec<u8>) -> Took {
        let mut run = Run { bytes, from: 0, at: 0, into };
        while run.at < bytes.len() {
            let is_end = match self.at {
                At::Middle => self.middle(&mut run),
                At::LineStart => self.line_start(&mut run),
                At::Dot => self.dot(&mut run),
                At::DotCr => self.dot_cr(&mut run),
                At::Cr => self.cr(&mut run),
            };
            if is_end {
                return Took { used: run.at, is_end: true };
            }
        }
        self.keep_run(&mut run);
        Took { used: bytes.len(), is_end: false }
    }

    /// Says that a chunked text is over: a CR still held back stays without its LF.
    pub const fn finish(&mut self) {
        if matches!(self.at, At::Cr) {
            self.spoil(Flaw::BareCr);
        }
    }

    fn line_start(&mut self, run: &mut Run<'_>) -> bool {
        self.at = At::Middle;
        if self.is_dotted && run.bytes[run.at] == b'.' {
            self.hold(run);
            self.at = At::Dot;
        }
        false
    }

    fn dot(&mut self, run: &mut Run<'_>) -> bool {
        self.at = At::Middle;
        if run.bytes[run.at] == b'\r' {
            self.hold(run);
            self.at = At::DotCr;
        }
        false
    }

    fn dot_cr(&mut self, run: &mut Run<'_>) -> bool {
        if run.bytes[run.at] == b'\n' {
            run.at += 1;
            return true;
        }
        self.spoil(Flaw::BareCr);
        self.keep(b"\r", run.into);
        self.at = At::Middle;
        false
    }

    fn cr(&mut self, run: &mut Run<'_>) -> bool {
        self.at = At::Middle;
        if run.bytes[run.at] == b'\n' {
            self.keep(b"\r\n", run.into);
            run.at += 1;
            run.from = run.at;
            self.end_line();
        } else {
            self.spoil(Flaw::BareCr);
            self.keep(b"\r", run.into);
        }
        false
    }

    fn middle(&mut self, run: &mut Run<'_>) -> bool {
        let rest = &run.bytes[run.at..];
        let step = memchr3(b'\r', b'\n', 0, rest);
        self.lengthen(step.unwrap_or(rest.len()));
        let Some(step) = step else {
            run.at = run.bytes.len();
            return false;
        };
        run.at += step;
        match (rest[step], rest.get(step + 1)) {
            (b'\r', Some(b'\n')) => {
                run.at += 2;
                self.end_line();
            }
            (b'\r', None) => {
                self.hold(run);
                self.at = At::Cr;
            }
            (other, _) => {
                self.spoil(Flaw::of(other));
                self.lengthen(1);
                run.at += 1;
            }
        }
        false
    }

    const fn end_line(&mut self) {
        self.at = At::LineStart;
        self.line = 0;
    }

    const fn lengthen(&mut self, by: usize) {
        self.line += by;
        if self.line > limits::SMTP_TEXT_LINE {
            self.spoil(Flaw::LongLine);
        }
    }

    const fn spoil(&mut self, flaw: Flaw) {
        if self.flaw.is_none() {
            self.flaw = Some(flaw);
        }
    }

    /// Keeps the run, and holds back the byte behind it.
    fn hold(&mut self, run: &mut Run<'_>) {
        self.keep_run(run);
        run.at += 1;
        run.from = run.at;
    }

    fn keep_run(&mut self, run: &mut Run<'_>) {
        let bytes = run.bytes;
        self.keep(&bytes[run.from..run.at], run.into);
        run.from = run.at;
    }

    fn keep(&mut self, bytes: &[u8], into: &mut Vec<u8>) {
        self.size += bytes.len();
        if self.size > self.most {
            self.spoil(Flaw::TooLarge);
        }
        if self.flaw.is_none() {
            into.extend_from_slice(bytes);
        } else if into.capacity() > 0 {
            *into = Vec::new(); // nobody will read it: give the memory back
        }
    }
}

impl Flaw {
    const fn of(byte: u8) -> Self {
        match byte {
            b'\r' => Self::BareCr,
            b'\n' => Self::BareLf,
            _ => Self::Nul,
        }
    }
}

#[cfg(test)]
#[path = "text_tests.rs"]
mod tests;
