//! A person's picture: given, shown wherever the person's face is, refused where it is none, and gone without a trace.

use crate::http::{Answer, Browser, encoded, post};
use crate::office::{ANNA, PASSWORD, TestOffice, smtp_send};
use hailstone::domain::audit::{self, Wanted};
use hailstone::domain::people;
use hailstone::kernel::limits;
use hailstone::services::accounts;
use image::{ImageFormat, Rgb, RgbImage};
use std::io::Cursor;

fn jpeg(shade: u8) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let image = RgbImage::from_fn(900, 600, |x, _| Rgb([shade, (x / 4) as u8, 120]));
    image.write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
    let plain = bytes.into_inner();
    // What cameras add, at its place behind the first mark.
    let block = b"Exif\0\0GPS 48.2082 16.3738";
    let length = u16::try_from(block.len() + 2).unwrap().to_be_bytes();
    [&plain[..2], &[0xff, 0xe1], &length, block, &plain[2..]].concat()
}

fn give(browser: &mut Browser, name: &str, bytes: &[u8]) -> Answer {
    let csrf = browser.get("/settings/factor").csrf();
    let head = format!(
        "--PART\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n\
         --PART\r\nContent-Disposition: form-data; name=\"picture\"; filename=\"{name}\"\r\nContent-Type: image/png\r\n\r\n"
    );
    let body = [head.as_bytes(), bytes, b"\r\n--PART--\r\n"].concat();
    let kind = [("Content-Type", "multipart/form-data; boundary=PART")];
    browser.ask("POST", "/settings/profile/picture", &kind, &body)
}

/// Where the picture is that a page shows in a person's own menu; empty for none.
fn own_face(browser: &mut Browser) -> String {
    let page = browser.get("/settings/profile");
    page.value_of("src=\"/face/").map(|mark| format!("/face/{mark}")).unwrap_or_default()
}

#[test]
fn a_picture_stands_wherever_the_persons_face_does() {
    let office = TestOffice::unhurried();
    let (mut anna, mut ben) = (office.signed_in("anna"), office.signed_in("ben"));
    let given = give(&mut ben, "me.jpg", &jpeg(200));
    assert_eq!((given.status, given.header("location")), (303, "/settings/profile?done=picture"), "{}", given.body);
    assert!(ben.get("/settings/profile?done=picture").body.contains("Picture saved"));
    let face = own_face(&mut ben);

    let picture = anna.get(&face);
    assert_eq!((picture.status, picture.header("content-type")), (200, "image/jpeg"));
    assert_eq!(picture.header("x-content-type-options"), "nosniff");
    assert!(picture.header("cache-control").starts_with("private"));
    assert!(picture.body.contains("JFIF") && !picture.body.contains("Exif") && !picture.body.contains("GPS"));

    let talk = anna.get(&format!("/chat/with/{}", office.ben)).header("location").to_owned();
    post(&mut ben, &format!("{talk}/say"), &[("text", "Good morning")]);
    post(&mut ben, "/mail/compose", &[("to", ANNA), ("subject", "Plans"), ("body", "See below"), ("do", "send")]);
    let event = [
        ("title", "Visit"),
        ("start_day", "2027-01-11"),
        ("start_time", "10:00"),
        ("end_day", "2027-01-11"),
        ("end_time", "11:00"),
        ("start_zone", "Europe/Berlin"),
        ("guests", "ben@example.org"),
    ];
    let made = post(&mut anna, "/calendar/event", &event);
    assert_eq!(made.status, 303, "{}", made.body);
    let found = anna.get("/search?in=calendar&q=Visit").value_of("href=\"/calendar/event/").unwrap();
    let mail = anna.get("/mail/inbox").value_of("href=\"/mail/message/").unwrap();
    let pages = [
        "/today".to_owned(),
        "/people".to_owned(),
        format!("/people/{}", office.ben),
        "/admin/people".to_owned(),
        format!("/admin/people/{}", office.ben),
        talk.clone(),
        format!("{talk}/details"),
        format!("/search?in=chat&q={}", encoded("morning")),
        "/chat/new".to_owned(),
        format!("/mail/message/{mail}"),
        format!("/calendar/event/{}", found.replace("&amp;", "&")),
    ];
    for page in pages {
        let shown = anna.get(&page);
        assert_eq!(shown.status, 200, "{page}");
        assert!(shown.body.contains(&format!("src=\"{face}\" alt=\"\"")), "{page} does not show it");
    }

    // What comes from outside under Ben's address is not from Ben.
    let forged = b"From: Ben Bauer <ben@example.org>\r\nTo: anna@example.org\r\nSubject: Urgent\r\n\r\nPay\r\n";
    assert!(smtp_send(office.door("smtp"), "<ben@else.example>", &[ANNA], forged).starts_with("250"));
    let forged = anna.get("/search?q=Urgent").value_of("href=\"/mail/message/").unwrap();
    assert!(!anna.get(&format!("/mail/message/{forged}")).body.contains(&face));

    let mut nobody = office.browser();
    let shut = nobody.get(&face);
    assert!(shut.status == 303 && shut.header("location").starts_with("/login"));
    assert!(nobody.get("/login").status == 200 && !nobody.get("/book/ben").body.contains("/face/"));
}

#[test]
fn another_picture_takes_the_place_of_the_first_and_all_of_them_can_go() {
    let office = TestOffice::unhurried();
    let (mut anna, mut ben) = (office.signed_in("anna"), office.signed_in("ben"));
    give(&mut ben, "1.jpg", &jpeg(10));
    let first = own_face(&mut ben);
    give(&mut ben, "2.jpg", &jpeg(250));
    let second = own_face(&mut ben);
    assert!(first != second && !second.is_empty());
    assert_eq!((anna.get(&first).status, anna.get(&second).status), (404, 200));
    // The same picture of two people is kept once, and stays as long as one of them has it.
    give(&mut anna, "2.jpg", &jpeg(250));
    assert_eq!(own_face(&mut anna), second);
    let gone = post(&mut ben, "/settings/profile/picture/remove", &[]);
    assert_eq!(gone.header("location"), "/settings/profile?done=picture-gone");
    assert_eq!((own_face(&mut ben).contains(&second), anna.get(&second).status), (false, 200));

    // An administrator takes away what no colleague should see; that is written down.
    give(&mut ben, "1.jpg", &jpeg(10));
    let at = format!("/admin/people/{}", office.ben);
    assert!(anna.get(&at).body.contains("Remove the picture"));
    assert_eq!(post(&mut anna, &format!("{at}/picture-remove"), &[]).status, 303);
    assert_eq!(anna.get(&first).status, 404);
    assert!(!anna.get(&at).body.contains("Remove the picture"));
    let acts = office.office.store.read_here(|tx| audit::entries(tx, &Wanted::default(), 10)).unwrap();
    assert_eq!(
        (acts[0].act.as_str(), acts[0].before.as_str(), acts[0].after.as_str()),
        ("person.picture", "a picture", "none")
    );
}

#[test]
fn a_picture_is_erased_with_its_person() {
    let office = TestOffice::unhurried();
    let (mut anna, mut ben) = (office.signed_in("anna"), office.signed_in("ben"));
    give(&mut ben, "me.jpg", &jpeg(90));
    let face = own_face(&mut ben);
    let at = format!("/admin/people/{}/delete", office.ben);
    assert_eq!(post(&mut anna, &at, &[("confirm", "ben"), ("password", PASSWORD)]).status, 303);
    assert_eq!(anna.get(&face).status, 200, "until then it can be kept after all");
    let who = office.ben;
    office.runtime.block_on(office.office.store.write(move |tx| people::hasten_leaving(tx, who))).unwrap();
    assert_eq!(office.runtime.block_on(accounts::erase_due(&office.office)).unwrap(), 1);
    assert_eq!(anna.get(&face).status, 404);
}

#[test]
fn what_is_no_picture_changes_nothing_and_is_told_beside_the_field() {
    let office = TestOffice::unhurried();
    let mut ben = office.signed_in("ben");
    give(&mut ben, "me.jpg", &jpeg(90));
    let face = own_face(&mut ben);
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><path d='M0 0h9v9z'/></svg>";
    let huge = [&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xea\x60\0\0\xea\x60\x08\x06\0\0\0"[..], &[0; 64]].concat();
    let mut half = jpeg(1);
    half.truncate(60);
    let heavy = [&jpeg(1)[..], &vec![0; limits::PORTRAIT_BYTES]].concat();
    let hostile: [(&str, &[u8], &str); 8] = [
        ("a.svg", svg, "no picture that can be read"),
        ("a.png", svg, "no picture that can be read"),
        ("notes.txt", b"Hello", "no picture that can be read"),
        ("page.png", b"<html><script>alert(1)</script>", "no picture that can be read"),
        ("empty.png", b"", "nothing in this file"),
        ("huge.png", &huge, "too large when it is unpacked"),
        ("half.jpg", &half, "damaged"),
        ("heavy.jpg", &heavy, "At most 10 MB"),
    ];
    for (name, bytes, words) in hostile {
        let refused = give(&mut ben, name, bytes);
        assert_eq!(refused.status, 422, "{name}");
        assert!(refused.body.contains("id=\"picture-hint\"") && refused.body.contains(words), "{name}");
        assert!(refused.body.contains("aria-invalid"), "{name}");
        assert_eq!(own_face(&mut ben), face, "{name}");
    }
    let none = post(&mut ben, "/settings/profile/picture", &[]);
    assert!(none.status == 422 && none.body.contains("Choose a picture first"));
    for mark in ["0123456789abcdef", "..%2f..%2fetc", "%00", ""] {
        assert_eq!(ben.get(&format!("/face/{mark}")).status, 404, "{mark}");
    }
}
