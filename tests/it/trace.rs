//! Where a message is: of what came in, of what left, and of what came back; for administrators all of it, for people
//! their own.

use crate::http::{Answer, Browser, post};
use crate::office::{ANNA, Caught, Nobody, TestOffice, smtp_send, wait_until};
use crate::program::{Serving, done, message, run, set_up};
use hailstone::domain::mail::FolderRole;
use hailstone::domain::outbound;
use hailstone::services::office::Outside;
use hailstone::services::outside::{Courier, Exchanger, Later, OfferError, Parcel, Receipt};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const OFFER: &[u8] = b"From: Carol <carol@else.example>\r\nTo: anna@example.org\r\nSubject: Offer for the stair\r\n\
    Message-ID: <offer@else.example>\r\n\r\nThe oak version costs less.\r\n";

/// A far server that is busy at first.
#[derive(Default)]
struct Busy(AtomicUsize);

impl Courier for Busy {
    fn offer<'a>(&'a self, _: &'a Exchanger, parcel: &'a Parcel) -> Later<'a, Result<Vec<Receipt>, OfferError>> {
        let is_first = self.0.fetch_add(1, Ordering::SeqCst) == 0;
        let (code, words) =
            if is_first { (451, "4.7.1 Greylisted, <b>come again</b>") } else { (250, "2.0.0 queued as 4711") };
        let receipt = |address: &String| Receipt { address: address.clone(), code, words: words.to_owned() };
        let receipts = parcel.recipients.iter().map(receipt).collect();
        Box::pin(async move { Ok(receipts) })
    }
}

fn write(browser: &mut Browser, to: &str, bcc: &str, subject: &str) -> Answer {
    let form = browser.get("/mail/compose");
    let fields = [
        ("csrf", form.csrf()),
        ("draft", form.value_of("name=\"draft\" value=\"").unwrap_or_default()),
        ("answering", form.value_of("name=\"answering\" value=\"").unwrap_or_default()),
        ("to", to.to_owned()),
        ("cc", String::new()),
        ("bcc", bcc.to_owned()),
        ("subject", subject.to_owned()),
        ("body", "Words.".to_owned()),
        ("do", "send".to_owned()),
    ];
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post_parts("/mail/compose", &fields)
}

fn find(browser: &mut Browser, words: &str) -> String {
    browser.get(&format!("/admin/trace?q={}", crate::http::encoded(words))).body
}

#[test]
fn a_message_that_came_in_is_found_and_tells_where_it_lies() {
    let office = TestOffice::open();
    let mut anna = office.signed_in("anna");
    assert!(office.send(OFFER).starts_with("250"));
    for words in ["<offer@else.example>", "offer@else.example", "CAROL@else.example", ANNA, "the STAIR"] {
        let page = find(&mut anna, words);
        assert!(page.contains("Offer for the stair"), "{words}");
        for step in
            ["Came from carol@else.example", "else.example [127.0.0.1]", "In the inbox of Anna Arnold", "Delivered"]
        {
            assert!(page.contains(step), "{words}: {step}");
        }
    }
    assert!(find(&mut anna, "beech").contains("No such message"));
    assert!(find(&mut anna, "").contains("Offer for the stair"), "the newest are shown unasked");

    let row = &office.list(office.anna, FolderRole::Inbox)[0];
    let (key, item) = (format!("{}-{}", row.folder, row.thread), row.item);
    assert_eq!(post(&mut anna, "/mail/act", &[("m", &key), ("do", "trash")]).status, 303);
    assert!(find(&mut anna, "offer@else.example").contains("now in Deleted"));
    let own = anna.get(&format!("/mail/message/{item}/trace"));
    assert!(own.body.contains("In the inbox of Anna Arnold; now in Deleted"), "{}", own.body);
    assert!(anna.get(&format!("/mail/message/{item}")).body.contains(&format!("/mail/message/{item}/trace")));
    assert_eq!(office.signed_in("ben").get(&format!("/mail/message/{item}/trace")).status, 404, "not Ben's");
}

#[test]
fn what_left_tells_every_try_in_the_words_of_the_far_server() {
    let caught = Arc::new(Caught::default());
    let outside = Outside { resolver: caught.clone(), courier: Arc::new(Busy::default()), fetcher: Arc::new(Nobody) };
    let office = TestOffice::open_to(outside, caught, &[]);
    let mut anna = office.signed_in("anna");
    assert_eq!(write(&mut anna, "carol@else.example, ben", "", "We take it").status, 303);
    wait_until("it was tried", || {
        let waiting = office.office.store.read_here(|tx| outbound::waiting(tx, 9)).unwrap();
        waiting.iter().any(|one| one.recipients[0].tries == 1)
    });
    let page = find(&mut anna, "carol@else.example");
    assert!(page.contains("On its way") && page.contains("Still waits for"), "{page}");
    assert!(page.contains("mx.else.example: 451 4.7.1 Greylisted, &#60;b&#62;come again&#60;/b&#62;"), "{page}");
    let id = office.office.store.read_here(|tx| outbound::waiting(tx, 9)).unwrap()[0].id;
    assert_eq!(post(&mut anna, &format!("/admin/queue/{id}/retry"), &[]).status, 303);
    wait_until("it has left", || office.office.store.read_here(outbound::queue_length).unwrap() == 0);
    let page = find(&mut anna, "We take it");
    for step in [
        "In Sent of Anna Arnold",
        "In the inbox of Ben Bauer",
        "Waits to leave",
        "tried again",
        "250 2.0.0 queued as 4711",
    ] {
        assert!(page.contains(step), "{step}: {page}");
    }
    assert!(!page.contains("Still waits for"), "{page}");
    let item = office.list(office.anna, FolderRole::Sent)[0].item;
    let own = anna.get(&format!("/mail/message/{item}/trace")).body;
    assert!(own.contains("250 2.0.0 queued as 4711") && own.contains("In the inbox of Ben Bauer"), "{own}");
}

#[test]
fn what_came_back_says_so_and_why() {
    let office = TestOffice::open();
    let mut anna = office.signed_in("anna");
    assert_eq!(write(&mut anna, "who@nowhere.example", "", "Into the void").status, 303);
    wait_until("it came back", || !office.list(office.anna, FolderRole::Inbox).is_empty());
    let page = find(&mut anna, "who@nowhere.example");
    for step in ["Came back", "Not delivered", "nowhere.example", "The sender was told"] {
        assert!(page.contains(step), "{step}: {page}");
    }
    // The report leads back to what it is about.
    let report = office.list(office.anna, FolderRole::Inbox)[0].item;
    assert!(anna.get(&format!("/mail/message/{report}/trace")).body.contains("Not delivered"));
}

#[test]
fn nobody_learns_of_other_recipients_by_it() {
    let office = TestOffice::open();
    office.add("cleo", "Cleo Cramer");
    let mut anna = office.signed_in("anna");
    assert_eq!(write(&mut anna, "ben", "cleo, dan@else.example", "For your eyes").status, 303);
    let item = office.list(office.ben, FolderRole::Inbox)[0].item;
    let page = office.signed_in("ben").get(&format!("/mail/message/{item}/trace"));
    assert!(page.status == 200 && page.body.contains("In the inbox of Ben Bauer"), "{}", page.body);
    for other in ["Cleo", "cleo@", "dan@else.example", "Sent of"] {
        assert!(!page.body.contains(other), "{other}: {}", page.body);
    }
    let sent = office.list(office.anna, FolderRole::Sent)[0].item;
    let own = anna.get(&format!("/mail/message/{sent}/trace")).body;
    assert!(own.contains("Cleo Cramer") && own.contains("dan@else.example"), "who wrote it knows them all");
}

#[test]
fn the_command_line_tells_the_same() {
    let folder = tempfile::tempdir().unwrap();
    set_up(folder.path());
    let serving = Serving::start(folder.path());
    assert!(
        smtp_send(serving.smtp(), "<carol@else.example>", &[ANNA], &message("one@load.example", 100))
            .starts_with("250")
    );
    for words in ["one@load.example", "carol@else.example", ANNA] {
        let said = done(folder.path(), &["trace", words], "");
        for part in ["one@load.example", "smtp", "taken by ESMTP", "filed in Inbox of anna"] {
            assert!(said.contains(part), "{words}: {said}");
        }
    }
    let nothing = run(folder.path(), &["trace", "beech"], "");
    assert!(!nothing.status.success() && String::from_utf8_lossy(&nothing.stderr).contains("no message"));
    serving.terminate();
}
