//! What comes from elsewhere, and what it may change.

use super::*;

/// An event of the boss at `example.net`, as a calendar program writes it.
fn news(method: &str, organizer: &str, lines: &[&str]) -> String {
    let mut text = format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\nUID:meet-1@example.net\r\n\
         DTSTAMP:20260101T000000Z\r\nSUMMARY:Planning\r\nORGANIZER{organizer}\r\n"
    );
    for line in lines {
        text.push_str(line);
        text.push_str("\r\n");
    }
    text + "END:VEVENT\r\nEND:VCALENDAR\r\n"
}

const BOSS: &str = "boss@example.net";
const BY_BOSS: &str = ":mailto:boss@example.net";
const ASKED: &str = "ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:alice@example.com";
const UID: &str = "meet-1@example.net";

fn request(start: &str, sequence: u32) -> String {
    let (start, end) = (format!("DTSTART:{start}"), format!("DTEND:{}", start.replace("0000Z", "3000Z")));
    news("REQUEST", BY_BOSS, &[&start, &end, ASKED, &format!("SEQUENCE:{sequence}")])
}

/// An office that the boss has invited Alice from.
async fn invited_office() -> Scene {
    let scene = office().await;
    assert_eq!(told(&scene, BOSS, &request("20260120T140000Z", 1)).await, Some(Note::Invited));
    scene
}

fn mine(scene: &Scene) -> Item {
    copy_of(scene, ALICE, UID).unwrap().1
}

fn starts(scene: &Scene) -> String {
    mine(scene).main.starts.unwrap().to_text()
}

#[tokio::test]
async fn an_invitation_from_elsewhere_waits_in_the_calendar_for_an_answer() {
    let scene = invited_office().await;
    assert_eq!(answer_in(&mine(&scene), None, "alice@example.com"), Some(Answer::NeedsAction));
    let busy = scene.office.store.read_here(|tx| {
        let day = NaiveDate::from_ymd_opt(2026, 1, 20).unwrap();
        let window = calendar::Window::days(day, day + TimeDelta::days(1), Berlin);
        calendar::busy(tx, ALICE, &window, Berlin)
    });
    assert!(busy.unwrap()[0].is_tentative);
    assert_eq!(scene.jobs(), 0, "nothing answers by itself");
}

#[tokio::test]
async fn a_newer_version_of_the_organiser_s_asks_again_and_an_older_one_changes_nothing() {
    let scene = invited_office().await;
    let (copy, _) = copy_of(&scene, ALICE, UID).unwrap();
    let yes = Reply { item: copy.id, instance: None, answer: Answer::Accepted, comment: String::new(), proposes: None };
    answer(&scene.office, ALICE, yes).await.unwrap();
    let Some(Note::Updated { before: Some(was) }) = told(&scene, BOSS, &request("20260120T160000Z", 2)).await else {
        panic!("it was updated");
    };
    assert_eq!((was.starts.as_str(), starts(&scene).as_str()), ("20260120T140000Z", "20260120T160000Z"));
    assert_eq!(answer_in(&mine(&scene), None, "alice@example.com"), Some(Answer::NeedsAction));
    assert_eq!(told(&scene, BOSS, &request("20260120T180000Z", 0)).await, Some(Note::Old));
    assert_eq!(told(&scene, BOSS, &request("20260120T180000Z", 2)).await, Some(Note::Old));
    assert_eq!(starts(&scene), "20260120T160000Z");
}

#[tokio::test]
async fn an_answer_stays_where_only_the_words_change() {
    let scene = invited_office().await;
    let (copy, _) = copy_of(&scene, ALICE, UID).unwrap();
    let yes = Reply { item: copy.id, instance: None, answer: Answer::Accepted, comment: String::new(), proposes: None };
    answer(&scene.office, ALICE, yes).await.unwrap();
    let renamed = request("20260120T140000Z", 2).replace("SUMMARY:Planning", "SUMMARY:Plans");
    assert_eq!(told(&scene, BOSS, &renamed).await, Some(Note::Updated { before: None }));
    assert_eq!(mine(&scene).main.title, "Plans");
    assert_eq!(answer_in(&mine(&scene), None, "alice@example.com"), Some(Answer::Accepted));
}

#[tokio::test]
async fn nobody_changes_an_event_of_somebody_else_s() {
    let scene = invited_office().await;
    let forged = [
        ("evil@evil.example", request("20260121T140000Z", 9), Why::Sender),
        (
            "evil@evil.example",
            request("20260121T140000Z", 9).replace("boss@example.net", "evil@evil.example"),
            Why::Organizer,
        ),
        ("evil@evil.example", news("CANCEL", BY_BOSS, &[ASKED, "SEQUENCE:9", "STATUS:CANCELLED"]), Why::Sender),
        (
            "pa@other.example",
            request("20260121T140000Z", 9).replace("ORGANIZER:", "ORGANIZER;SENT-BY=\"mailto:pa@other.example\":"),
            Why::Sender,
        ),
        ("ben@example.com", request("20260121T140000Z", 9).replace("boss@example.net", "ben@example.com"), Why::Sender),
    ];
    for (from, text, why) in forged {
        assert_eq!(told(&scene, from, &text).await, Some(Note::Refused { why }), "{from}\n{text}");
        assert_eq!(starts(&scene), "20260120T140000Z");
        assert!(!mine(&scene).is_cancelled());
    }
}

#[tokio::test]
async fn who_writes_for_the_organiser_at_the_same_company_is_believed_and_case_does_not_count() {
    let scene = invited_office().await;
    let by_pa = request("20260120T150000Z", 2).replace(
        "ORGANIZER:mailto:boss@example.net",
        "ORGANIZER;SENT-BY=\"mailto:pa@example.net\":mailto:boss@example.net",
    );
    assert!(matches!(told(&scene, "pa@example.net", &by_pa).await, Some(Note::Updated { .. })));
    assert_eq!(starts(&scene), "20260120T150000Z");
    let shouted = request("20260120T160000Z", 3)
        .replace("mailto:alice@example.com", "MAILTO:Alice@EXAMPLE.com")
        .replace(":mailto:boss@example.net", ":MAILTO:Boss@Example.NET");
    assert!(matches!(told(&scene, "BOSS@example.net", &shouted).await, Some(Note::Updated { .. })));
    assert_eq!(starts(&scene), "20260120T160000Z");
}

#[tokio::test]
async fn an_event_is_called_off_whole_or_by_one_instance() {
    let scene = office().await;
    let lines = ["DTSTART:20260120T140000Z", "DTEND:20260120T150000Z", ASKED, "SEQUENCE:1", "RRULE:FREQ=DAILY;COUNT=3"];
    assert_eq!(told(&scene, BOSS, &news("REQUEST", BY_BOSS, &lines)).await, Some(Note::Invited));
    let one = ["DTSTART:20260121T140000Z", ASKED, "SEQUENCE:2", "RECURRENCE-ID:20260121T140000Z"];
    assert_eq!(told(&scene, BOSS, &news("CANCEL", BY_BOSS, &one)).await, Some(Note::Cancelled));
    let item = mine(&scene);
    let off: Vec<_> = item.overrides.iter().filter(|it| it.status == ical::Status::Cancelled).collect();
    assert_eq!((item.is_cancelled(), off.len()), (false, 1));
    assert_eq!(told(&scene, BOSS, &news("CANCEL", BY_BOSS, &[ASKED, "SEQUENCE:3"])).await, Some(Note::Cancelled));
    assert!(mine(&scene).is_cancelled());
    assert_eq!(told(&scene, BOSS, &news("CANCEL", BY_BOSS, &[ASKED, "SEQUENCE:1"])).await, Some(Note::Old));
}

#[tokio::test]
async fn a_guest_s_answer_shows_on_the_event_and_on_everybody_s_copy() {
    let scene = office().await;
    let id = make(&scene, meeting(&["ben@example.com", BOB])).await.item.unwrap();
    let uid = own(&scene, id).uid;
    let reply = |guest: &str| {
        let attendee = format!("ATTENDEE;PARTSTAT=ACCEPTED:mailto:{guest}");
        news("REPLY", ":mailto:alice@example.com", &[&attendee, "SEQUENCE:0"]).replace(UID, &uid)
    };
    let refused = |why| Some(Note::Refused { why });
    assert_eq!(told(&scene, "evil@evil.example", &reply(BOB)).await, refused(Why::Sender));
    assert_eq!(told(&scene, "evil@evil.example", &reply("evil@evil.example")).await, refused(Why::NotAGuest));
    assert_eq!(told(&scene, "ben@example.com", &reply("ben@example.com")).await, refused(Why::Sender), "from outside");
    assert_eq!(answer_in(&own(&scene, id), None, BOB), Some(Answer::NeedsAction));
    let noted = told(&scene, "Bob <BOB@else.example>", &reply("Bob@Else.Example")).await;
    assert!(matches!(noted, Some(Note::Answered { answer, .. }) if answer == "yes"));
    for item in [own(&scene, id), copy_of(&scene, BEN, &uid).unwrap().1] {
        assert_eq!(answer_in(&item, None, BOB), Some(Answer::Accepted));
        assert_eq!(item.main.guests.len(), 2, "nobody came in by an answer");
    }
    let unknown = reply(BOB).replace(&uid, "other@example.net");
    assert_eq!(told(&scene, BOB, &unknown).await, refused(Why::NoEvent));
}

#[tokio::test]
async fn an_answer_to_another_time_does_not_count_but_one_before_another_guest_came_does() {
    let scene = office().await;
    let id = make(&scene, meeting(&[BOB])).await.item.unwrap();
    let uid = own(&scene, id).uid;
    let reply = |start: &str| {
        let lines = ["ATTENDEE;PARTSTAT=ACCEPTED:mailto:bob@else.example", "SEQUENCE:0", start];
        news("REPLY", ":mailto:alice@example.com", &lines).replace(UID, &uid)
    };
    let mut more = own(&scene, id).draft_at(None);
    more.guests.push(guest("carla@two.example"));
    change(&scene, id, more).await;
    assert!(matches!(told(&scene, BOB, &reply("DTSTART:20260303T080000Z")).await, Some(Note::Answered { .. })));
    shift(&scene, id, Scope::All, at(3, 15)).await;
    let late = told(&scene, BOB, &reply("DTSTART:20260303T080000Z")).await;
    assert_eq!(late, Some(Note::Refused { why: Why::Earlier }));
    assert_eq!(answer_in(&own(&scene, id), None, BOB), Some(Answer::NeedsAction));
}

#[tokio::test]
async fn an_unexpected_answer_is_taken_only_by_hand() {
    let scene = office().await;
    let id = make(&scene, meeting(&[BOB])).await.item.unwrap();
    let lines = ["ATTENDEE;PARTSTAT=ACCEPTED:mailto:dan@two.example", "SEQUENCE:0"];
    let reply = news("REPLY", ":mailto:alice@example.com", &lines).replace(UID, &own(&scene, id).uid);
    assert_eq!(told(&scene, "dan@two.example", &reply).await, Some(Note::Refused { why: Why::NotAGuest }));
    let (mail, _) = inbox(&scene, ALICE)[0];
    take(&scene.office, ALICE, mail).await.unwrap();
    assert_eq!(answer_in(&own(&scene, id), None, "dan@two.example"), Some(Answer::Accepted));
    assert!(take(&scene.office, ALICE, mail).await.is_err(), "once");
}

/// Bob proposes an hour later for what Alice organises.
fn counter(uid: &str) -> String {
    let lines =
        ["ATTENDEE;PARTSTAT=TENTATIVE:mailto:bob@else.example", "DTSTART:20260303T090000Z", "DTEND:20260303T100000Z"];
    news("COUNTER", ":mailto:alice@example.com", &lines).replace(UID, uid)
}

#[tokio::test]
async fn a_proposed_time_is_shown_and_taken_by_hand_alone() {
    let scene = office().await;
    let id = make(&scene, meeting(&["ben@example.com", BOB])).await.item.unwrap();
    let uid = own(&scene, id).uid;
    scene.work_after(LATER).await;
    assert_eq!(told(&scene, "evil@evil.example", &counter(&uid)).await, Some(Note::Refused { why: Why::NotAGuest }));
    let proposed = Note::Proposed { guest: BOB.to_owned(), taken: None };
    assert_eq!(told(&scene, BOB, &counter(&uid)).await, Some(proposed));
    assert_eq!(own(&scene, id).main.starts, Some(at(3, 9)));
    let (mail, _) = inbox(&scene, ALICE)[0];
    decide(&scene.office, ALICE, mail, true).await.unwrap();
    let moved = |item: Item| item.main.starts.unwrap().to_text();
    assert_eq!(moved(own(&scene, id)), "20260303T090000Z");
    assert_eq!(moved(copy_of(&scene, BEN, &uid).unwrap().1), "20260303T090000Z");
    assert!(decide(&scene.office, ALICE, mail, false).await.is_err(), "it was decided");
    scene.work_after(LATER).await;
    let (method, told) = calendar_of(&left(&scene)[1]);
    assert_eq!((method.as_str(), told.main.sequence), ("REQUEST", 1));
}

#[tokio::test]
async fn a_proposed_time_that_is_not_taken_is_declined_by_mail() {
    let scene = office().await;
    let id = make(&scene, meeting(&[BOB])).await.item.unwrap();
    scene.work_after(LATER).await;
    told(&scene, BOB, &counter(&own(&scene, id).uid)).await;
    decide(&scene.office, ALICE, inbox(&scene, ALICE)[0].0, false).await.unwrap();
    scene.work_after(LATER).await;
    assert_eq!(calendar_of(&left(&scene)[1]).0, "DECLINECOUNTER");
    assert_eq!(own(&scene, id).main.starts, Some(at(3, 9)));
}

#[tokio::test]
async fn an_answer_to_elsewhere_is_a_mail_and_taken_back_in_time_it_is_none() {
    let scene = invited_office().await;
    let (copy, _) = copy_of(&scene, ALICE, UID).unwrap();
    let reply = |answer, comment: &str| Reply {
        item: copy.id,
        instance: None,
        answer,
        comment: comment.to_owned(),
        proposes: None,
    };
    let done = answer(&scene.office, ALICE, reply(Answer::Declined, "")).await.unwrap();
    acts::undo(&scene.office, ALICE, done.undo).await.unwrap();
    scene.work_after(LATER).await;
    assert!(scene.offers().is_empty());
    answer(&scene.office, ALICE, reply(Answer::Tentative, "Perhaps; later")).await.unwrap();
    scene.work_after(LATER).await;
    let mails = left(&scene);
    let (method, said) = calendar_of(&mails[0]);
    assert_eq!((method.as_str(), said.uid.as_str(), said.main.guests.len()), ("REPLY", UID, 1));
    assert_eq!(answer_in(&said, None, "alice@example.com"), Some(Answer::Tentative));
    assert!(mails[0].calendar.as_ref().unwrap().text.contains("COMMENT:Perhaps\\; later"));
    assert_eq!(scene.offers()[0].1.recipients, [BOSS]);
}

#[tokio::test]
async fn another_time_is_proposed_to_who_invites() {
    let scene = invited_office().await;
    let (copy, _) = copy_of(&scene, ALICE, UID).unwrap();
    let proposes = Some((at(3, 11), at(3, 12)));
    let reply = Reply { item: copy.id, instance: None, answer: Answer::Tentative, comment: String::new(), proposes };
    answer(&scene.office, ALICE, reply).await.unwrap();
    scene.work_after(LATER).await;
    let (method, said) = calendar_of(&left(&scene)[0]);
    assert_eq!((method.as_str(), said.main.starts), ("COUNTER", Some(at(3, 11))));
    assert_eq!(starts(&scene), "20260120T140000Z", "nothing moves by a proposal");
}

#[tokio::test]
async fn the_newest_version_is_sent_to_guests_alone_and_to_no_machine() {
    let scene = office().await;
    let id = make(&scene, meeting(&[BOB])).await.item.unwrap();
    scene.work_after(LATER).await;
    let asks = news("REFRESH", ":mailto:alice@example.com", &["ATTENDEE:mailto:bob@else.example"])
        .replace(UID, &own(&scene, id).uid);
    assert_eq!(told(&scene, "evil@evil.example", &asks).await, Some(Note::Refused { why: Why::NotAGuest }));
    let mut by_machine = b"Auto-Submitted: auto-generated\r\n".to_vec();
    by_machine.extend(letter(BOB, "REFRESH", &asks));
    receive(&scene, BOB, &["alice@example.com"], by_machine).await;
    receive(&scene, "", &["alice@example.com"], letter(BOB, "REFRESH", &asks)).await;
    scene.work_after(LATER).await;
    assert_eq!(scene.offers().len(), 1, "none of these is answered");
    assert_eq!(told(&scene, BOB, &asks).await, Some(Note::Asked));
    scene.work_after(LATER).await;
    let last = left(&scene).pop().unwrap();
    assert!(last.is_automatic && calendar_of(&last).0 == "REQUEST");
    assert_eq!(scene.offers()[1].1.reverse_path, None);
}

#[tokio::test]
async fn what_is_broken_or_too_much_is_only_shown() {
    let scene = office().await;
    let whole = request("20260120T140000Z", 1);
    let rule = |rule: &str| whole.replace("SEQUENCE:1", &format!("SEQUENCE:1\r\nRRULE:{rule}"));
    let refused = |why| Some(Note::Refused { why });
    assert_eq!(told(&scene, BOSS, &rule("FREQ=SECONDLY")).await, refused(Why::TooOften));
    assert_eq!(told(&scene, BOSS, &rule("freq=minutely;count=9")).await, refused(Why::TooOften));
    assert_eq!(told(&scene, BOSS, &whole.replace("METHOD:REQUEST", "METHOD:ADD")).await, refused(Why::Unknown));
    assert_eq!(
        told(&scene, BOSS, &whole.replace("alice@example.com", "ann@two.example")).await,
        refused(Why::NotInvited)
    );
    receive(
        &scene,
        BOSS,
        &["alice@example.com"],
        letter(BOSS, "REQUEST", &whole.replace("METHOD:REQUEST", "METHOD:CANCEL")),
    )
    .await;
    assert_eq!(noted(&scene, ALICE), refused(Why::Broken));
    receive(&scene, BOSS, &["alice@example.com"], letter(BOSS, "REQUEST", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n")).await;
    assert_eq!(noted(&scene, ALICE), refused(Why::Broken));
    assert!(copy_of(&scene, ALICE, UID).is_none());
    let own_name = whole.replace("boss@example.net", "alice@example.com");
    assert_eq!(told(&scene, "evil@evil.example", &own_name).await, refused(Why::Sender));
    assert!(copy_of(&scene, ALICE, UID).is_none());
}

#[tokio::test]
async fn everybody_a_group_s_invitation_reaches_is_asked() {
    let scene = office().await;
    let made = scene.office.store.write(|tx| people::add_group(tx, "team", &[ALICE, BEN]));
    made.await.unwrap();
    let text = request("20260120T140000Z", 1).replace("alice@example.com", "team@example.com");
    receive(&scene, BOSS, &["team@example.com"], letter(BOSS, "REQUEST", &text)).await;
    for (who, address) in [(ALICE, "alice@example.com"), (BEN, "ben@example.com")] {
        let (_, item) = copy_of(&scene, who, UID).unwrap();
        assert_eq!(answer_in(&item, None, address), Some(Answer::NeedsAction));
    }
}

/// Invitations as three programs write them: odd names of zones, properties of their own, an alternative and a file.
const FIXTURES: [(&str, &str, &str); 3] = [
    ("outlook", include_str!("outlook.eml"), "20260310T130000Z"),
    ("google", include_str!("google.eml"), "20260310T130000Z"),
    ("apple", include_str!("apple.eml"), "20260310T130000Z"),
];

#[tokio::test]
async fn invitations_of_other_programs_are_understood_and_answered() {
    for (name, raw, instant) in FIXTURES {
        let scene = office().await;
        let raw = raw.replace('\n', "\r\n").into_bytes();
        let part = mime::parse(&raw).calendar.unwrap();
        let uid = ical::read(part.text.as_bytes()).unwrap().items[0].uid.clone();
        receive(&scene, "carla@partner.example", &["alice@example.com"], raw).await;
        assert_eq!(noted(&scene, ALICE), Some(Note::Invited), "{name}");
        let (copy, item) = copy_of(&scene, ALICE, &uid).unwrap();
        assert_eq!(item.main.starts.unwrap().instant(Berlin), When::parse(instant).unwrap().instant(Berlin), "{name}");
        let yes =
            Reply { item: copy.id, instance: None, answer: Answer::Accepted, comment: String::new(), proposes: None };
        answer(&scene.office, ALICE, yes).await.unwrap();
        scene.work_after(LATER).await;
        let (method, said) = calendar_of(&left(&scene)[0]);
        assert_eq!((method.as_str(), &said.uid), ("REPLY", &uid), "{name}");
        assert_eq!(answer_in(&said, None, "alice@example.com"), Some(Answer::Accepted), "{name}");
        assert_eq!(scene.offers()[0].1.recipients, ["carla@partner.example"], "{name}");
    }
}
