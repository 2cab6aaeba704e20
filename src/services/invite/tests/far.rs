//! What is known of people elsewhere: their zone, when they are told another's busy times, and which answer came last.

use super::*;
use crate::domain::calendar::{Desk, Rights};
use crate::services::calendar::ActError;

fn stamped(uid: &str, answer: &str, stamp: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:{stamp}\r\n\
         ORGANIZER:mailto:alice@example.com\r\nATTENDEE;PARTSTAT={answer}:mailto:{BOB}\r\nSEQUENCE:0\r\n\
         END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

#[tokio::test]
async fn of_two_answers_that_overtake_each_other_the_one_written_later_counts() {
    let scene = office().await;
    let id = make(&scene, meeting(&[BOB])).await.item.unwrap();
    let uid = own(&scene, id).uid;
    assert!(matches!(
        told(&scene, BOB, &stamped(&uid, "DECLINED", "20260102T120000Z")).await,
        Some(Note::Answered { .. })
    ));
    assert_eq!(told(&scene, BOB, &stamped(&uid, "ACCEPTED", "20260102T110000Z")).await, Some(Note::Old));
    assert_eq!(answer_in(&own(&scene, id), None, BOB), Some(Answer::Declined));
    told(&scene, BOB, &stamped(&uid, "ACCEPTED", "20260102T130000Z")).await;
    assert_eq!(answer_in(&own(&scene, id), None, BOB), Some(Answer::Accepted));
}

#[tokio::test]
async fn who_invites_from_another_zone_is_written_to_by_its_clock() {
    let scene = office().await;
    let asks = format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:far@x\r\n\
         DTSTAMP:20260101T000000Z\r\nSUMMARY:Far\r\nORGANIZER:mailto:{BOB}\r\nATTENDEE:mailto:alice@example.com\r\n\
         DTSTART;TZID=America/New_York:20260120T090000\r\nDTEND;TZID=America/New_York:20260120T100000\r\n\
         END:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    assert_eq!(told(&scene, BOB, &asks).await, Some(Note::Invited));
    let bob = BOB.parse().unwrap();
    let zone = scene.office.store.read_here(|tx| calendar::far_zone(tx, &bob)).unwrap();
    assert_eq!(zone, Some(chrono_tz::America::New_York));
    make(&scene, meeting(&[BOB])).await;
    scene.work_after(LATER).await;
    // 9:00 in Berlin.
    let mail = left(&scene).pop().unwrap();
    assert!(mail.text.contains("03:00") && !mail.text.contains("09:00"), "{}", mail.text);
}

/// Bob asks when Alice is free in the first week of March.
fn asks() -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\nMETHOD:REQUEST\r\nBEGIN:VFREEBUSY\r\nUID:busy@x\r\n\
         DTSTAMP:20260101T000000Z\r\nORGANIZER:mailto:{BOB}\r\nATTENDEE:mailto:alice@example.com\r\n\
         DTSTART:20260301T000000Z\r\nDTEND:20260308T000000Z\r\nEND:VFREEBUSY\r\nEND:VCALENDAR\r\n"
    )
}

#[tokio::test]
async fn who_asks_by_mail_when_somebody_is_free_is_told_only_where_everybody_may_know() {
    let scene = office().await;
    // To the end of February 2026.
    scene.office.clock.wind(Duration::from_secs(834 * 24 * 3600));
    make(&scene, Draft { title: "Secret talk".to_owned(), ..meeting(&[]) }).await;
    assert_eq!(told(&scene, BOB, &asks()).await, Some(Note::Refused { why: Why::Unknown }));
    scene.work_after(LATER).await;
    assert!(scene.offers().is_empty(), "not even that nothing is told");
    let desk = Desk {
        name: "alice".into(),
        is_open: true,
        title: "Meeting".into(),
        intro: String::new(),
        place: String::new(),
        lengths: vec![30],
        days_ahead: 14,
        notice: 1,
        buffer: 0,
        questions: Vec::new(),
    };
    scene.office.store.write(move |tx| calendar::set_desk(tx, ALICE, &desk)).await.unwrap();
    assert_eq!(told(&scene, "evil@evil.example", &asks()).await, Some(Note::Refused { why: Why::Sender }));
    assert_eq!(told(&scene, BOB, &asks()).await, Some(Note::BusyTold));
    scene.work_after(LATER).await;
    let mail = left(&scene).pop().unwrap();
    let text = &mail.calendar.as_ref().unwrap().text;
    assert!(text.contains("FREEBUSY;FBTYPE=BUSY:20260303T080000Z/20260303T090000Z"), "{text}");
    assert!(text.contains("METHOD:REPLY") && !text.contains("Secret") && mail.is_automatic, "{text}");
    assert_eq!(scene.offers()[0].1.recipients, [BOB]);
    let mut by_machine = b"Auto-Submitted: auto-replied\r\n".to_vec();
    by_machine.extend(super::letter(BOB, "REQUEST", &asks()));
    receive(&scene, BOB, &["alice@example.com"], by_machine).await;
    scene.work_after(LATER).await;
    assert_eq!(scene.offers().len(), 1, "no machine is answered");
}

#[tokio::test]
async fn who_may_only_write_in_a_calendar_invites_nobody_in_its_owners_name() {
    let scene = office().await;
    let id = make(&scene, meeting(&[BOB])).await.item.unwrap();
    scene.work_after(LATER).await;
    let alices = scene.office.store.read_here(|tx| calendar::default_calendar(tx, ALICE)).unwrap();
    let share = move |rights| scene_share(alices, rights);
    scene.office.store.write(share(Rights::Write)).await.unwrap();
    let by_ben = |deed: Deed| acts::act(&scene.office, BEN, deed);
    let new = |draft: Draft| Deed::Make { calendar: Some(alices), draft: Box::new(draft) };
    let refused = |done: Result<Done, ActError>| matches!(done, Err(ActError::Field("guests", _)));
    assert!(refused(by_ben(new(meeting(&[BOB]))).await), "making one with guests");
    let later = Deed::Move { item: id, scope: Scope::All, starts: at(3, 15), ends: at(3, 16) };
    assert!(refused(by_ben(later.clone()).await), "moving one with guests");
    assert!(refused(by_ben(Deed::Remove { item: id, scope: Scope::All }).await), "calling one off");
    by_ben(new(meeting(&[]))).await.unwrap();
    scene.work_after(LATER).await;
    assert_eq!(scene.offers().len(), 1, "nobody heard of any of it");
    scene.office.store.write(share(Rights::Act)).await.unwrap();
    by_ben(later).await.unwrap();
    scene.work_after(LATER).await;
    assert_eq!(left(&scene).pop().unwrap().sender.unwrap().address, "ben@example.com");
}

fn scene_share(
    at: crate::kernel::id::CalendarId,
    rights: Rights,
) -> impl FnOnce(&mut crate::domain::store::WriteTx<'_>) -> Result<(), calendar::CalendarError> + Send + 'static {
    move |tx| calendar::share(tx, ALICE, at, BEN, rights)
}
