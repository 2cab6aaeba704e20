//! Writing what is said about an event by mail: words for people, and a calendar for their programs. RFC 6047.

use super::build::{head, with_crlf};
use super::{BuildError, Mailbox, NewMail};
use lettre::message::header::{ContentDisposition, ContentTransferEncoding, ContentType, Sender};
use lettre::message::{Body, MultiPart, SinglePart};

/// The calendar of such a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewInvitation {
    /// What it wants, as RFC 5546 names it: `REQUEST`.
    pub method: &'static str,
    /// The calendar.
    pub text: String,
    /// Who writes it for the author, where that is somebody else.
    pub sender: Option<Mailbox>,
}

/// Writes a message about an event, with CR LF line ends: its text, and the calendar twice, as an alternative to the text
/// and as a file. Programs look for it in one of these places, and people find the file where theirs looks in neither.
///
/// # Errors
/// [`BuildError`] where an address or the id is none.
pub fn build_invitation(mail: &NewMail, invitation: &NewInvitation) -> Result<Vec<u8>, BuildError> {
    let mut headed = head(mail)?;
    if let Some(sender) = &invitation.sender {
        headed = headed.header(Sender::from(super::build::mailbox(sender)?));
    }
    let refused = |why: &dyn std::fmt::Display| BuildError::Builder(why.to_string());
    let kind = |text: String| ContentType::parse(&text).map_err(|error| refused(&error));
    let method = invitation.method;
    let calendar = SinglePart::builder()
        .header(kind(format!("text/calendar; charset=utf-8; method={method}"))?)
        .body(encoded(&invitation.text)?);
    let file = SinglePart::builder()
        .header(kind(r#"application/ics; name="invite.ics""#.to_owned())?)
        .header(ContentDisposition::attachment("invite.ics"))
        .body(encoded(&invitation.text)?);
    let texts = MultiPart::alternative().singlepart(SinglePart::plain(with_crlf(&mail.text))).singlepart(calendar);
    let message = headed.multipart(MultiPart::mixed().multipart(texts).singlepart(file));
    message.map(|message| message.formatted()).map_err(|error| refused(&error))
}

/// The calendar as Base64: no server on its way may change the ends or the folds of its lines then.
fn encoded(text: &str) -> Result<Body, BuildError> {
    let bytes = text.as_bytes().to_vec();
    Body::new_with_encoding(bytes, ContentTransferEncoding::Base64)
        .map_err(|_| BuildError::Builder("the calendar cannot be encoded".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::mime::parse;
    use crate::kernel::clock::Moment;

    #[test]
    fn an_invitation_is_read_back_with_its_words_its_calendar_and_its_file() {
        let mailbox = |name: &str, address: &str| Mailbox { name: name.to_owned(), address: address.to_owned() };
        let mail = NewMail {
            from: mailbox("Alice", "alice@example.com"),
            to: vec![mailbox("Bob", "bob@example.net")],
            cc: Vec::new(),
            subject: "Invitation: Planung, früh".to_owned(),
            text: "Am Freitag".to_owned(),
            in_reply_to: None,
            references: Vec::new(),
            files: Vec::new(),
            message_id: "one@example.com".to_owned(),
            date: Moment::from_millis(1_700_000_000_000),
        };
        let text = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:Grüße\r\nEND:VCALENDAR\r\n".to_owned();
        let sender = Some(mailbox("Ben", "ben@example.com"));
        let raw = build_invitation(&mail, &NewInvitation { method: "REQUEST", text: text.clone(), sender }).unwrap();
        let read = parse(&raw);
        let calendar = read.calendar.unwrap();
        assert_eq!((calendar.method.as_deref(), calendar.text.as_str()), (Some("REQUEST"), text.as_str()));
        assert_eq!(read.text.trim(), "Am Freitag");
        assert_eq!(read.sender.unwrap().address, "ben@example.com");
        let names: Vec<_> = read.files.iter().map(|file| (file.name.as_str(), file.media_type.as_str())).collect();
        assert_eq!(names.last().unwrap(), &("invite.ics", "application/ics"));
    }
}
