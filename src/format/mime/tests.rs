use super::*;
use crate::kernel::clock::Stopwatch;
use crate::kernel::limits;
use proptest::prelude::*;

fn message(fields: &str, body: &str) -> Vec<u8> {
    format!("{}\r\n\r\n{}", fields.replace('\n', "\r\n"), body.replace('\n', "\r\n")).into_bytes()
}

fn new_mail() -> NewMail {
    NewMail {
        from: Mailbox { name: "Jörg, the \"Boss\"".to_owned(), address: "joerg@example.net".to_owned() },
        to: vec![Mailbox { name: String::new(), address: "bob@example.net".to_owned() }],
        cc: vec![Mailbox { name: "Eve".to_owned(), address: "eve@example.net".to_owned() }],
        subject: "Grüße".to_owned(),
        text: "Hello\n\n.dot\nFrom here\nčau\n".to_owned(),
        in_reply_to: Some("<one@example.net>".to_owned()),
        references: vec!["zero@example.net".to_owned(), "one@example.net".to_owned()],
        files: vec![NewFile {
            name: "Résumé.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            bytes: vec![0, 13, 10, 255],
        }],
        message_id: "two@example.net".to_owned(),
        date: Moment::from_millis(1_768_296_600_000),
    }
}

#[test]
fn a_message_that_is_built_reads_the_same() {
    let mail = new_mail();
    let raw = build(&mail).unwrap();
    let read = parse(&raw);
    assert_eq!(read.from.as_ref(), Some(&mail.from));
    assert_eq!((&read.to, &read.cc), (&mail.to, &mail.cc));
    assert_eq!((read.subject.as_str(), read.text.trim_end()), ("Grüße", mail.text.trim_end()));
    assert_eq!((read.message_id.as_deref(), read.date), (Some("two@example.net"), Some(mail.date)));
    assert_eq!((read.in_reply_to, read.references), (vec!["one@example.net".to_owned()], mail.references));
    let (attached, bytes) = file(&raw, 0).unwrap();
    assert_eq!((attached.name.as_str(), attached.size, bytes), ("Résumé.pdf", 4, mail.files[0].bytes.clone()));
    assert_eq!(read.files, [attached]);
}

#[test]
fn what_is_built_has_no_bare_line_ends_and_short_lines() {
    let mut mail = new_mail();
    mail.text = format!("{}\rbare\u{0}\u{7}\n{}", "x".repeat(3000), "ž".repeat(3000));
    let raw = build(&mail).unwrap();
    let text = String::from_utf8_lossy(&raw).replace("\r\n", "\u{2028}");
    assert!(!text.contains(['\r', '\n', '\0']));
    assert!(text.split('\u{2028}').all(|line| line.len() <= 998));
}

#[test]
fn a_message_without_recipients_in_its_fields_can_be_built() {
    let mail = NewMail { to: Vec::new(), cc: Vec::new(), files: Vec::new(), ..new_mail() };
    let read = parse(&build(&mail).unwrap());
    assert!(read.to.is_empty() && read.bcc.is_empty());
}

#[test]
fn an_address_that_is_none_is_refused() {
    for address in ["", "bob", "bob@example.net\r\nBcc: eve@example.net", "a@b@c", "<bob@example.net>"] {
        let to = vec![Mailbox { name: String::new(), address: address.to_owned() }];
        assert!(matches!(build(&NewMail { to, ..new_mail() }), Err(BuildError::Address(_))), "{address}");
    }
}

#[test]
fn a_bounce_says_who_did_not_get_what_and_why() {
    let failure = Failure {
        address: "nobody@example.org".parse().unwrap(),
        status: "5.1.1".to_owned(),
        diagnostic: "550 5.1.1 no such user\r\nBcc: eve@example.net".to_owned(),
        remote_host: Some("mx.example.org".to_owned()),
    };
    let raw = bounce(&Bounce {
        action: Action::Failed,
        reporting_host: "hs.test",
        company: "Bär & Söhne",
        imprint: "Bär & Söhne\nHRB 7",
        from: &"postmaster@hs.test".parse().unwrap(),
        to: &"alice@hs.test".parse().unwrap(),
        failures: &[failure],
        original: b"From: alice@hs.test\r\nSubject: Hi\r\n\r\nsecret body\r\n",
        arrived_at: Moment::from_millis(0),
        message_id: "b1@hs.test",
        date: Moment::from_millis(1_768_296_600_000),
    });
    let read = parse(&raw);
    assert!(read.text.starts_with("Your message \"Hi\" could not be delivered."), "{}", read.text);
    assert!(read.text.trim_end().ends_with("-- \nBär & Söhne\nHRB 7"), "{}", read.text);
    let from = read.from.as_ref().unwrap();
    assert_eq!((&*from.name, &*from.address), ("Bär & Söhne mail delivery", "postmaster@hs.test"));
    assert!(raw[..raw.windows(4).position(|end| end == b"\r\n\r\n").unwrap()].is_ascii());
    assert!(read.is_automatic && read.files.len() == 2, "{:?}", read.files);
    let status = String::from_utf8(file(&raw, 0).unwrap().1).unwrap();
    assert!(
        status.contains("Final-Recipient: rfc822; nobody@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n"),
        "{status}"
    );
    assert!(!status.contains("\r\nBcc:") && !String::from_utf8_lossy(&raw).contains("secret body"));
}

#[test]
fn dates_are_read_in_all_their_forms_and_believed_in_reason() {
    let millis = |field: &str| date::read(field).map(Moment::millis);
    let noon = Some(1_768_305_600_000);
    for field in [
        "Tue, 13 Jan 2026 12:00:00 +0000",
        "13 Jan 26 12:00 GMT",
        "Tue, 13 Jan 2026 13:00:00 +0100 (CET (winter))",
        "Tue,13 January 2026 07:00 EST",
        "13-Jan-2026 12:00:00",
    ] {
        assert_eq!(millis(field), noon, "{field}");
    }
    for field in ["", "yesterday", "Tue, 32 Jan 2026 12:00:00", "1 Jan 9999 00:00:00", "1 Jan 0000 00:00:00"] {
        assert_eq!(millis(field), None, "{field}");
    }
}

#[test]
fn file_names_are_safe() {
    let table = [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\x\\evil.exe", "evil.exe"),
        ("dir/", "dir"),
        (".bashrc", "bashrc"),
        ("con.txt", "_con.txt"),
        ("a\r\nb\0.txt", "a b .txt"),
        ("gpj\u{202E}exe.txt", "gpjexe.txt"),
        ("a:b*?.txt ", "a_b__.txt"),
        ("...", "document.pdf"),
        ("", "document.pdf"),
    ];
    for (name, wanted) in table {
        assert_eq!(filename::safe(name, "application/pdf"), wanted, "{name:?}");
    }
    let long = filename::safe(&format!("{}.pdf", "é".repeat(4000)), "");
    assert!(long.chars().count() == 120 && long.ends_with("é.pdf"), "{long}");
}

#[test]
fn machines_and_lists_are_told_from_people() {
    let automatic = |field: &str| parse(&message(field, "x")).is_automatic;
    assert!(automatic("Auto-Submitted: auto-replied; x=y") && automatic("Precedence: bulk"));
    assert!(!automatic("Auto-Submitted: no (person)") && !automatic("Subject: Precedence: bulk"));
    let list = parse(&message("List-Id: <a.test>\nReceived: a\nReceived: b", "x"));
    assert_eq!((list.is_list, list.hops), (true, 2));
}

#[test]
fn flowed_lines_are_joined() {
    let mail = parse(&message("Content-Type: text/plain; format=flowed", "one \ntwo\n> a \n> b\n-- \nBob"));
    assert_eq!(mail.text, "one two\n> a b\n-- \nBob\n");
}

#[test]
fn a_preview_leaves_out_quotations_and_signatures() {
    let text = "On Monday Eve wrote:\n> old\n\nYes,\n  of course.\n-- \nBob";
    assert_eq!(preview(text), "Yes, of course.");
    assert_eq!(preview(&"word ".repeat(10_000)).chars().count(), limits::PREVIEW);
}

#[test]
fn a_body_is_one_of_its_alternatives_and_its_pictures_are_files() {
    let raw = message(
        "Content-Type: multipart/related; boundary=r",
        "--r\nContent-Type: multipart/alternative; boundary=a\n\n--a\n\nplain\n--a\nContent-Type: text/html\n\n<b>rich</b>\n--a--\n\
         --r\nContent-Type: image/png\nContent-ID: <p@x>\nContent-Transfer-Encoding: base64\n\nAAAA\n--r--\n",
    );
    let mail = parse(&raw);
    assert_eq!((mail.text.as_str(), mail.html.as_deref()), ("plain", Some("<b>rich</b>")));
    let picture = &mail.files[0];
    assert_eq!(
        (picture.name.as_str(), picture.size, picture.content_id.as_deref(), picture.is_inline),
        ("image.png", 3, Some("p@x"), true)
    );
}

#[test]
fn text_and_html_one_after_the_other_are_both_shown() {
    let raw = message(
        "Content-Type: multipart/mixed; boundary=m",
        "--m\n\na <first>\n--m\nContent-Type: text/html\n\n<p>second</p>\n--m--\n",
    );
    let mail = parse(&raw);
    assert_eq!(mail.text, "a <first>\nsecond");
    assert_eq!(mail.html.as_deref(), Some("a &lt;first&gt;<br>\u{1E}<p>second</p>"));
}

#[test]
fn a_field_is_found_decoded_and_on_one_line() {
    let raw = message("X-A: one\n two =?utf-8?Q?=0D=0Athr=C3=A9e?=\nx-a: second", "X-B: no");
    assert_eq!(header_value(&raw, "x-A").as_deref(), Some("one two thrée"));
    assert_eq!(header_value(&raw, "X-B"), None);
}

#[test]
fn bombs_are_read_in_time() {
    let deep: String =
        (0..20_000).map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n")).collect();
    let bombs = [
        deep,
        format!("Content-Type: multipart/mixed; boundary=b\r\n\r\n{}", "--b\r\n\r\nx\r\n".repeat(200_000)),
        format!("To: {}\r\n\r\nx", "(".repeat(200_000)),
        format!("To: {}\r\n\r\nx", "a@b.test, ".repeat(25_000)),
        format!("Subject: {}\r\n\r\nx", "=?utf-8?Q?a?= ".repeat(18_000)),
        "Cc: a@b.test\r\n".repeat(200_000),
        format!("References: {}\r\n\r\nx", "<a@b> ".repeat(40_000)),
        format!(
            "Content-Type: text/plain{}\r\n\r\nx",
            (0..10_000).map(|n| format!("; name*{n}=a")).collect::<String>()
        ),
    ];
    for bomb in bombs {
        let watch = Stopwatch::start();
        let mail = parse(bomb.as_bytes());
        assert!(watch.elapsed().as_secs() < 2, "{:?} for {}", watch.elapsed(), &bomb[..40]);
        assert!(mail.files.len() <= limits::MIME_PARTS);
    }
}

#[test]
fn many_large_texts_are_joined_in_time() {
    let part = format!("--b\r\n\r\n{}\r\n", "x ".repeat(50_000));
    let raw = format!("Content-Type: multipart/mixed; boundary=b\r\n\r\n{}--b--", part.repeat(490));
    let watch = Stopwatch::start();
    assert!(parse(raw.as_bytes()).text.len() > limits::MAIL_TEXT);
    assert!(watch.elapsed().as_secs() < 2, "{:?}", watch.elapsed());
}

#[test]
fn the_size_of_a_file_is_told_without_decoding_it() {
    for body in ["", "QQ==", "QUI=\r\n", "QUJD", "QUJDRA", "QQ==QUJD", "QU!JD", "Q", "QUJD=\n-- footer"] {
        let bytes = decode::bytes(body.as_bytes(), decode::Encoding::Base64).len();
        assert_eq!(decode::size(body.as_bytes(), decode::Encoding::Base64), bytes, "{body}");
    }
}

#[test]
fn an_ordinary_message_is_read_quickly() {
    let body = "A line of ordinary length, as people write them in letters.\n".repeat(130);
    let fields = "Received: from a by b; Tue, 13 Jan 2026 09:30:00 +0000\nFrom: Bob <bob@example.net>\nTo: Alice <alice@hs.test>\n\
                  Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\nDate: Tue, 13 Jan 2026 09:30:00 +0000\nMessage-ID: <a@b.test>\n\
                  MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8";
    let raw = message(fields, &body);
    let watch = Stopwatch::start();
    for _ in 0..100 {
        assert_eq!(parse(&raw).subject, "Grüße");
    }
    let each = watch.elapsed() / 100;
    eprintln!("{} bytes are read in {each:?}", raw.len());
    assert!(each.as_millis() < 20);
}

/// Pieces that meet in broken mail.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop::sample::select(vec![
        "From: ",
        "To: ",
        "Subject: ",
        "Date: ",
        "Content-Type: ",
        "multipart/mixed; boundary=b",
        "text/html",
        "text",
        "message/rfc822",
        "Content-Transfer-Encoding: ",
        "base64",
        "quoted-printable",
        "Content-Disposition: ",
        "attachment; filename*0*=utf-8''",
        "\r\n",
        "\n",
        "\r",
        "\r\n\r\n",
        "--b\r\n",
        "--b--\r\n",
        " ",
        "=?utf-8?B?",
        "?=",
        "=?",
        "=3D",
        "=\r\n",
        "<a@b.test>",
        "\"",
        "(",
        ")",
        ",",
        ";",
        ":",
        "%0D%0A",
        "\0",
        "\u{202E}",
        "é",
        "charset=utf-16",
    ]);
    prop::collection::vec(pieces, 0..60).prop_map(|pieces| pieces.concat().into_bytes())
}

fn assert_sound(raw: &[u8]) {
    let mail = parse(raw);
    let is_line = |text: &str| !text.chars().any(char::is_control);
    let people = mail.to.iter().chain(&mail.from).chain(&mail.cc);
    assert!(is_line(&mail.subject) && people.clone().all(|one| is_line(&one.name) && is_line(&one.address)));
    assert!(!mail.text.contains(['\r', '\0']));
    for listed in &mail.files {
        let (again, bytes) = file(raw, listed.index).unwrap();
        assert_eq!((&again, bytes.len()), (listed, listed.size));
        assert!(!listed.name.is_empty() && !listed.name.contains(['/', '\\']) && is_line(&listed.name));
    }
    let _ = preview(&mail.text);
}

proptest! {
    #[test]
    fn any_bytes_can_be_read(raw in prop::collection::vec(any::<u8>(), 0..600)) {
        assert_sound(&raw);
    }

    #[test]
    fn any_broken_message_can_be_read(raw in pieces()) {
        assert_sound(&raw);
    }

    #[test]
    fn no_value_makes_a_field_of_its_own(value in "(\\PC|[\\r\\n\\x00]|Bcc: eve@example.net){0,30}") {
        let name = Mailbox { name: value.clone(), address: "bob@example.net".to_owned() };
        let file = NewFile { name: value.clone(), media_type: value.clone(), bytes: Vec::new() };
        let mail = NewMail {
            from: name.clone(), to: vec![name], subject: value.clone(), in_reply_to: Some(value.clone()),
            references: vec![value.clone()], files: vec![file], message_id: format!("a{value}"), ..new_mail()
        };
        if let Ok(raw) = build(&mail) {
            prop_assert!(header_value(&raw, "bcc").is_none());
            let split = entity::split(&raw);
            prop_assert_eq!(entity::fields(&split.head).filter(|field| field.starts_with(b"Subject:")).count(), 1);
            prop_assert_eq!(parse(&raw).subject, tidy(&value));
        }
    }
}

#[test]
fn a_field_is_taken_out_with_its_folds_and_nothing_else() {
    let raw = b"To: a@b\r\nBCC: c@d,\r\n e@f\r\nSubject: x\r\n\r\nBcc: not a field\r\n".to_vec();
    assert_eq!(without_fields(raw, &["Bcc"]), b"To: a@b\r\nSubject: x\r\n\r\nBcc: not a field\r\n");
    let plain = b"To: a@b\r\n\r\ntext".to_vec();
    assert_eq!(without_fields(plain.clone(), &["Bcc"]), plain);
}
