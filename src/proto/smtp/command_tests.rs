use super::*;
use proptest::prelude::*;

fn parse(line: &str) -> Result<Command, CommandError> {
    Command::parse(format!("{line}\r\n").as_bytes())
}

fn from(line: &str) -> Result<Option<String>, CommandError> {
    match parse(line)? {
        Command::Mail(mail) => Ok(mail.from.address().map(|a| a.to_string())),
        other => panic!("{other:?}"),
    }
}

fn to(line: &str) -> Result<String, CommandError> {
    match parse(line)? {
        Command::Rcpt(Recipient::Postmaster) => Ok("postmaster".to_owned()),
        Command::Rcpt(Recipient::Address(address)) => Ok(address.to_string()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn words_are_commands_in_any_case() {
    let host = || "mx.example.net".to_owned();
    for (line, command) in [
        ("EHLO mx.example.net", Ok(Command::Ehlo(host()))),
        ("helo mx.example.net", Ok(Command::Helo(host()))),
        ("EHLO [192.0.2.1]", Ok(Command::Ehlo("[192.0.2.1]".to_owned()))),
        ("EHLO we(ird\u{7}é", Ok(Command::Ehlo("we?ird??".to_owned()))),
        ("EHLO", Err(CommandError::Syntax)),
        ("data", Ok(Command::Data)),
        ("DATA ", Ok(Command::Data)),
        ("Quit", Ok(Command::Quit)),
        ("RSET", Ok(Command::Rset)),
        ("NOOP for a while", Ok(Command::Noop)),
        ("HELP", Ok(Command::Help)),
        ("VRFY anna", Ok(Command::Vrfy)),
        ("EXPN staff", Ok(Command::NotSpoken)),
        ("ETRN example.net", Ok(Command::NotSpoken)),
        ("STARTTLS", Ok(Command::StartTls)),
        ("STARTTLSX", Err(CommandError::Unknown)),
        ("GET / HTTP/1.1", Err(CommandError::Unknown)),
        ("", Err(CommandError::Unknown)),
        ("   ", Err(CommandError::Unknown)),
    ] {
        assert_eq!(parse(line), command, "{line:?}");
    }
}

#[test]
fn senders_are_read() {
    for (line, sender) in [
        ("MAIL FROM:<>", Ok(None)),
        ("MAIL FROM:<> SIZE=100 BODY=8BITMIME", Ok(None)),
        ("mail from: <bob@Example.net>", Ok(Some("bob@example.net"))),
        ("MAIL FROM:<Bob@example.net> AUTH=<> RET=HDRS ENVID=x", Ok(Some("Bob@example.net"))),
        ("MAIL FROM:<bob@example.net> AUTH=a+0D+0AX", Ok(Some("bob@example.net"))),
        ("MAIL FROM:<@a.example,@b.example:bob@example.net>", Ok(Some("bob@example.net"))),
        ("MAIL FROM:<\"bob smith\"@example.net>", Ok(Some("\"bob smith\"@example.net"))),
        ("MAIL FROM:<\"a@b\"@example.net>", Ok(Some("\"a@b\"@example.net"))),
        ("MAIL FROM:<\"bob\"@example.net>", Ok(Some("bob@example.net"))),
        ("MAIL FROM:<jörg@example.net> SMTPUTF8", Ok(Some("jörg@example.net"))),
        ("MAIL FROM:<jörg@example.net>", Err(CommandError::NeedsUtf8)),
        ("MAIL FROM:<bob@[192.0.2.1]>", Err(CommandError::Sender)), // `smtp-proto` knows no address literals
        ("MAIL FROM:<postmaster>", Err(CommandError::Sender)),
        ("MAIL FROM:<bob>", Err(CommandError::Sender)),
        ("MAIL FROM:<bob@>", Err(CommandError::Sender)),
        ("MAIL FROM:<bob@exam_ple..net>", Err(CommandError::Sender)),
        ("MAIL FROM:bob@example.net", Err(CommandError::Syntax)),
        ("MAIL FROM:<bob@example.net", Err(CommandError::Syntax)),
        ("MAIL", Err(CommandError::Syntax)),
        ("MAIL FROM:<bob@example.net> SIZE=-1", Err(CommandError::Syntax)),
        ("MAIL FROM:<bob@example.net> SIZE=x", Err(CommandError::Syntax)),
        ("MAIL FROM:<bob@example.net> BODY=BINARYMIME", Err(CommandError::Parameter)),
        ("MAIL FROM:<bob@example.net> REQUIRETLS", Err(CommandError::Parameter)),
        ("MAIL FROM:<bob@example.net> HOLDFOR=60", Err(CommandError::Parameter)),
        ("MAIL FROM:<bob@example.net> XYZZY=1", Err(CommandError::Parameter)),
    ] {
        assert_eq!(from(line), sender.map(|s| s.map(str::to_owned)), "{line:?}");
    }
    assert_eq!(Command::parse(b"MAIL FROM:<j\xF6rg@example.net>\r\n"), Err(CommandError::NeedsUtf8));
    assert_eq!(
        from(&format!("MAIL FROM:<{}@example.net>", "a".repeat(64))),
        Ok(Some(format!("{}@example.net", "a".repeat(64))))
    );
    assert_eq!(from(&format!("MAIL FROM:<{}@example.net>", "a".repeat(65))), Err(CommandError::Sender));
    assert_eq!(from(&format!("MAIL FROM:<{}@example.net>", "a".repeat(2000))), Err(CommandError::Sender));
}

#[test]
fn sizes_are_read_and_never_wrap_round() {
    let size = |text: &str| match parse(&format!("MAIL FROM:<> SIZE={text}")) {
        Ok(Command::Mail(mail)) => Ok(mail.size),
        other => Err(other),
    };
    assert_eq!(size("0"), Ok(0));
    assert_eq!(size("9999999999"), Ok(9_999_999_999));
    assert_eq!(size("184467440737095516159"), Ok(usize::MAX));
    assert_eq!(parse("BDAT 184467440737095516155 LAST"), Err(CommandError::Syntax));
}

#[test]
fn recipients_are_read() {
    for (line, recipient) in [
        ("RCPT TO:<anna@example.org>", Ok("anna@example.org")),
        ("rcpt to: <anna@example.org> NOTIFY=NEVER ORCPT=rfc822;anna@example.org", Ok("anna@example.org")),
        ("RCPT TO:<postmaster>", Ok("postmaster")),
        ("RCPT TO:<PostMaster>", Ok("postmaster")),
        ("RCPT TO:<postmaster@example.org>", Ok("postmaster@example.org")),
        ("RCPT TO:<@relay.example:anna@example.org>", Ok("anna@example.org")),
        ("RCPT TO:<jörg@example.org>", Ok("jörg@example.org")),
        ("RCPT TO:<>", Err(CommandError::Recipient)),
        ("RCPT TO:<anna>", Err(CommandError::Recipient)),
        ("RCPT TO:<anna@example.org> CONNEG", Err(CommandError::Parameter)),
        ("RCPT TO:anna@example.org", Err(CommandError::Syntax)),
    ] {
        assert_eq!(to(line), recipient.map(str::to_owned), "{line:?}");
    }
}

#[test]
fn chunks_and_sign_ins_are_read() {
    for (line, command) in [
        ("BDAT 10", Ok(Command::Bdat(Chunk { size: 10, is_last: false }))),
        ("BDAT 0 LAST", Ok(Command::Bdat(Chunk { size: 0, is_last: true }))),
        ("BDAT", Err(CommandError::Syntax)),
        ("BDAT -1", Err(CommandError::Syntax)),
        ("BDAT 10 FIRST", Err(CommandError::Syntax)),
        ("AUTH PLAIN", Ok(Command::Auth(Mechanism::Plain, None))),
        ("AUTH PLAIN =", Ok(Command::Auth(Mechanism::Plain, Some(String::new())))),
        ("auth login YW5uYQ==", Ok(Command::Auth(Mechanism::Login, Some("YW5uYQ==".to_owned())))),
        ("AUTH CRAM-MD5", Ok(Command::Auth(Mechanism::Other, None))),
        ("AUTH XYZZY", Ok(Command::Auth(Mechanism::Other, None))),
        ("AUTH", Err(CommandError::Syntax)),
    ] {
        assert_eq!(parse(line), command, "{line:?}");
    }
}

#[test]
fn the_greeting_names_what_is_spoken() {
    assert_eq!(
        greeting("mx.example.org", 1000, true, false),
        "mx.example.org\nPIPELINING\nSIZE 1000\n8BITMIME\nSMTPUTF8\nENHANCEDSTATUSCODES\nSTARTTLS\nCHUNKING"
    );
    assert!(greeting("mx.example.org", 1000, false, true).contains("\nAUTH PLAIN LOGIN\n"));
}

proptest! {
    #[test]
    fn no_line_makes_it_panic(line in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Command::parse(&line);
        let _ = Command::parse(&[&line[..], b"\r\n"].concat());
    }

    #[test]
    fn no_arguments_make_it_panic(
        verb in "(MAIL FROM:|RCPT TO:|EHLO|AUTH|BDAT|VRFY) ?",
        rest in "[ <>@\"\\\\.,:;=+a0é\\[\\]-]{0,40}( (SIZE|BODY|SMTPUTF8|NOTIFY|ORCPT|RET)=?[a-z0-9+;,]{0,20}){0,3}",
    ) {
        let _ = parse(&format!("{verb}{rest}"));
    }

    #[test]
    fn an_address_is_read_as_it_was_said(local in "[a-z0-9][a-z0-9.+_-]{0,20}[a-z0-9]", domain in "[a-z]{1,9}\\.[a-z]{2,4}") {
        prop_assume!(!local.contains(".."));
        let address = format!("{local}@{domain}");
        prop_assert_eq!(to(&format!("RCPT TO:<{address}>")), Ok(address.clone()));
        prop_assert_eq!(from(&format!("MAIL FROM:<{address}>")), Ok(Some(address)));
    }
}
