use super::*;

#[test]
fn a_plain_message_is_read() {
    let mail = parse(b"From: Bob <bob@example.net>\r\nSubject: Hi\r\n\r\nHello.\r\n");
    assert_eq!((mail.subject.as_str(), mail.text.as_str()), ("Hi", "Hello.\n"));
}
