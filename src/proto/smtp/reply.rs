//! What a server says: a code, an enhanced code, a sentence. RFC 5321 §4.2, RFC 2034, RFC 3463.

use std::borrow::Cow;

/// One reply. Its text is one line, or several parted by LF.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    code: u16,
    enhanced: &'static str,
    text: Cow<'static, str>,
}

impl Reply {
    /// A reply that is always the same. `enhanced` is empty in greetings and questions. RFC 2034 §4.
    #[must_use]
    pub const fn fixed(code: u16, enhanced: &'static str, text: &'static str) -> Self {
        Self { code, enhanced, text: Cow::Borrowed(text) }
    }

    /// A reply with words of its own; control characters other than LF are never sent.
    #[must_use]
    pub fn told(code: u16, enhanced: &'static str, text: String) -> Self {
        let is_clean = |c: char| c == '\n' || !c.is_control();
        let text = if text.chars().all(is_clean) { text } else { text.replace(|c| !is_clean(c), "?") };
        Self { code, enhanced, text: Cow::Owned(text) }
    }

    /// The three digits.
    #[must_use]
    pub const fn code(&self) -> u16 {
        self.code
    }

    /// Whether this answers a command that was refused for good: what the count of errors counts.
    #[must_use]
    pub const fn is_refusal(&self) -> bool {
        self.code >= 500
    }

    /// Appends the reply as it goes over the wire, with CR LF.
    pub fn write_to(&self, out: &mut Vec<u8>) {
        let mut lines = self.text.split('\n').peekable();
        while let Some(line) = lines.next() {
            let digit = |weight: u16| b'0' + u8::try_from(self.code / weight % 10).unwrap_or(0);
            let parting = if lines.peek().is_some() { b'-' } else { b' ' };
            out.extend_from_slice(&[digit(100), digit(10), digit(1), parting]);
            if !self.enhanced.is_empty() {
                out.extend_from_slice(self.enhanced.as_bytes());
                out.push(b' ');
            }
            out.extend_from_slice(line.as_bytes());
            out.extend_from_slice(b"\r\n");
        }
    }
}

/// Replies that never change, by what they say.
pub mod fixed {
    use super::Reply;

    /// To RSET, NOOP.
    pub const OK: Reply = Reply::fixed(250, "2.0.0", "OK");
    /// To MAIL.
    pub const SENDER_OK: Reply = Reply::fixed(250, "2.1.0", "Sender OK");
    /// To RCPT.
    pub const RECIPIENT_OK: Reply = Reply::fixed(250, "2.1.5", "Recipient OK");
    /// To a chunk that is not the last. RFC 3030 §2.
    pub const CHUNK_OK: Reply = Reply::fixed(250, "2.0.0", "Chunk taken");
    /// To DATA.
    pub const GO_AHEAD: Reply = Reply::fixed(354, "", "End with CR LF . CR LF");
    /// To QUIT.
    pub const BYE: Reply = Reply::fixed(221, "2.0.0", "Bye");
    /// To STARTTLS.
    pub const TLS_READY: Reply = Reply::fixed(220, "2.0.0", "Ready to start TLS");
    /// To VRFY. RFC 5321 §7.3: it is no address book.
    pub const CANNOT_VERIFY: Reply = Reply::fixed(252, "2.0.0", "Send the message and see");
    /// To HELP.
    pub const HELP: Reply =
        Reply::fixed(214, "2.0.0", "EHLO HELO MAIL RCPT DATA BDAT RSET NOOP VRFY STARTTLS AUTH QUIT");
    /// To a right password. RFC 4954 §6.
    pub const SIGNED_IN: Reply = Reply::fixed(235, "2.7.0", "Signed in");

    /// To a client that the office cannot serve now: it stops.
    pub const STOPPING: Reply = Reply::fixed(421, "4.3.2", "The office is closing; come back later");
    /// To silence.
    pub const TOO_SLOW: Reply = Reply::fixed(421, "4.4.2", "Waited too long");
    /// To a session that went on for too long.
    pub const SESSION_OVER: Reply = Reply::fixed(421, "4.4.2", "This session has lasted long enough");
    /// To too many refused commands.
    pub const TOO_MANY_ERRORS: Reply = Reply::fixed(421, "4.7.0", "Too many errors");
    /// To a host that tries names.
    pub const TOO_MANY_GUESSES: Reply = Reply::fixed(421, "4.7.0", "Too many unknown recipients from your address");
    /// To one recipient too many. RFC 5321 §4.5.3.1.10.
    pub const TOO_MANY_RECIPIENTS: Reply = Reply::fixed(452, "4.5.3", "Too many recipients; send to the rest later");

    /// To a command nobody knows.
    pub const UNKNOWN: Reply = Reply::fixed(500, "5.5.1", "Command not known");
    /// To a known command that is not spoken here.
    pub const NOT_SPOKEN: Reply = Reply::fixed(502, "5.5.1", "Command not spoken here");
    /// To a line with a bare CR, a bare LF or a NUL.
    pub const BROKEN_LINE: Reply = Reply::fixed(500, "5.5.2", "A line ends with CR LF and holds no control characters");
    /// To a line that is too long.
    pub const LONG_LINE: Reply = Reply::fixed(500, "5.5.6", "Line too long");
    /// To arguments that cannot be read.
    pub const SYNTAX: Reply = Reply::fixed(501, "5.5.4", "The argument cannot be read");
    /// To a parameter of no extension named in the greeting. RFC 5321 §4.1.1.11.
    pub const PARAMETER: Reply = Reply::fixed(555, "5.5.4", "A parameter is not known");
    /// To a broken reverse-path.
    pub const BAD_SENDER: Reply = Reply::fixed(553, "5.1.7", "The sender address cannot be read");
    /// To a broken forward-path.
    pub const BAD_RECIPIENT: Reply = Reply::fixed(553, "5.1.3", "The recipient address cannot be read");
    /// To letters that were not announced. RFC 6531 §3.5.
    pub const NEEDS_UTF8: Reply = Reply::fixed(553, "5.6.7", "Such an address needs SMTPUTF8");
    /// To MAIL before EHLO.
    pub const HELLO_FIRST: Reply = Reply::fixed(503, "5.5.1", "Say EHLO first");
    /// To RCPT, DATA before MAIL.
    pub const MAIL_FIRST: Reply = Reply::fixed(503, "5.5.1", "Say MAIL first");
    /// To MAIL in MAIL, to RCPT among chunks.
    pub const NOT_NOW: Reply = Reply::fixed(503, "5.5.1", "Not in the middle of a message");
    /// To DATA where every recipient was refused. RFC 5321 §3.3.
    pub const NO_RECIPIENTS: Reply = Reply::fixed(554, "5.5.1", "No valid recipients");
    /// To a message or its announced size.
    pub const TOO_LARGE: Reply = Reply::fixed(552, "5.3.4", "The message is larger than this office takes");

    /// To MAIL on a submission door without TLS. RFC 3207 §4.
    pub const TLS_FIRST: Reply = Reply::fixed(530, "5.7.0", "Say STARTTLS first");
    /// To AUTH without TLS. RFC 4954 §6.
    pub const TLS_FOR_AUTH: Reply = Reply::fixed(538, "5.7.11", "A password is only taken over TLS");
    /// To a second STARTTLS.
    pub const TLS_ALREADY: Reply = Reply::fixed(503, "5.5.1", "TLS is on already");
    /// To STARTTLS where there is no certificate. RFC 3207 §4.
    pub const TLS_NOT_HERE: Reply = Reply::fixed(454, "4.7.0", "TLS is not available now");
    /// To MAIL on a submission door. RFC 4954 §6.
    pub const AUTH_FIRST: Reply = Reply::fixed(530, "5.7.0", "Sign in first");
    /// To a second AUTH.
    pub const AUTH_ALREADY: Reply = Reply::fixed(503, "5.5.1", "Signed in already");
    /// To an unknown mechanism. RFC 4954 §4.
    pub const AUTH_MECHANISM: Reply = Reply::fixed(504, "5.5.4", "Only PLAIN and LOGIN");
    /// To an exchange the client called off.
    pub const AUTH_CANCELLED: Reply = Reply::fixed(501, "5.7.0", "Called off");
    /// To an answer that is no base64. RFC 4954 §4.
    pub const AUTH_UNREADABLE: Reply = Reply::fixed(501, "5.5.2", "The answer cannot be read");
    /// To a wrong name or password: never which. RFC 4954 §6.
    pub const AUTH_WRONG: Reply = Reply::fixed(535, "5.7.8", "Name or password wrong");
    /// To a sign-in that cannot be tried now. RFC 4954 §6.
    pub const AUTH_LATER: Reply = Reply::fixed(454, "4.7.0", "Signing in is not possible now; try again later");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wire(reply: &Reply) -> String {
        let mut out = Vec::new();
        reply.write_to(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_line_but_the_last_has_a_dash() {
        assert_eq!(wire(&fixed::OK), "250 2.0.0 OK\r\n");
        assert_eq!(wire(&Reply::fixed(250, "", "a\nb\nc")), "250-a\r\n250-b\r\n250 c\r\n");
        assert_eq!(wire(&Reply::fixed(334, "", "")), "334 \r\n");
    }

    #[test]
    fn nothing_told_can_start_a_line_of_its_own() {
        assert_eq!(wire(&Reply::told(250, "2.0.0", "a\r\x07b".to_owned())), "250 2.0.0 a??b\r\n");
    }
}
