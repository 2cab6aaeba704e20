//! Bytes that came and were not looked at yet.

/// Room while waiting for a command: a line of the longest kind. Idle sessions are many, so it is small.
const SMALL: usize = 2048;
/// Room while text comes in.
const LARGE: usize = 32 * 1024;

/// A buffer that is small while its session is idle.
pub(super) struct Inbox {
    bytes: Vec<u8>,
    start: usize,
}

impl Inbox {
    pub(super) const fn new() -> Self {
        Self { bytes: Vec::new(), start: 0 }
    }

    pub(super) fn unread(&self) -> &[u8] {
        &self.bytes[self.start..]
    }

    /// Takes `used` bytes off the front.
    pub(super) fn consume(&mut self, used: usize) {
        self.start += used;
        if self.start >= self.bytes.len() {
            self.clear();
        }
    }

    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.start = 0;
    }

    /// Where the next bytes of a command go; gives back what a message needed.
    pub(super) fn room_for_command(&mut self) -> &mut Vec<u8> {
        if self.bytes.is_empty() && self.bytes.capacity() > SMALL {
            self.bytes = Vec::new();
        }
        self.room(SMALL)
    }

    /// Where the next bytes of a text go.
    pub(super) fn room_for_text(&mut self) -> &mut Vec<u8> {
        self.room(LARGE)
    }

    fn room(&mut self, size: usize) -> &mut Vec<u8> {
        if self.start > 0 {
            self.bytes.drain(..self.start);
            self.start = 0;
        }
        if self.bytes.capacity() < size {
            self.bytes.reserve_exact(size - self.bytes.len());
        }
        &mut self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_grows_for_text_and_shrinks_when_idle() {
        let mut inbox = Inbox::new();
        inbox.room_for_command().extend_from_slice(b"DATA\r\nabc");
        inbox.consume(6);
        assert_eq!(inbox.unread(), b"abc");
        assert!(inbox.room_for_text().capacity() >= LARGE);
        assert_eq!(inbox.unread(), b"abc");
        inbox.consume(3);
        assert_eq!(inbox.room_for_command().capacity(), SMALL);
    }
}
