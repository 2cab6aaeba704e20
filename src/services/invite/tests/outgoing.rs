//! What guests of our own events hear, and when.

use super::*;

#[tokio::test]
async fn a_colleague_has_the_event_at_once_and_an_outsider_a_mail_after_a_while() {
    let scene = office().await;
    let done = make(&scene, meeting(&["ben@example.com", BOB])).await;
    let item = own(&scene, done.item.unwrap());
    assert_eq!(item.main.organizer.as_ref().unwrap().address.as_str(), "alice@example.com");
    let (_, copy) = copy_of(&scene, BEN, &item.uid).unwrap();
    assert_eq!(answer_in(&copy, None, "ben@example.com"), Some(Answer::NeedsAction));
    assert_eq!(inbox(&scene, BEN)[0].1, "Invitation: Planning – Tue 3 Mar 2026, 17:00", "in Ben's own zone");
    assert_eq!(noted(&scene, BEN), Some(Note::Invited));
    scene.work().await;
    assert!(scene.offers().is_empty(), "it can still be taken back");
    scene.work_after(LATER).await;
    let mails = left(&scene);
    assert_eq!(mails.len(), 1);
    let (method, sent) = calendar_of(&mails[0]);
    assert_eq!((method.as_str(), &sent.uid, sent.main.sequence), ("REQUEST", &item.uid, 0));
    assert!(
        mails[0].text.contains("Tuesday, 3 March 2026, 09:00–10:00 (Europe/Berlin, UTC+01:00)"),
        "{}",
        mails[0].text
    );
    assert!(!mails[0].is_automatic && mails[0].from.as_ref().unwrap().address == "alice@example.com");
    let (host, parcel) = &scene.offers()[0];
    assert_eq!((host.as_str(), parcel.recipients.as_slice()), ("mx1.else.example", &[BOB.to_owned()][..]));
    assert_eq!(scene.jobs(), 0);
}

#[tokio::test]
async fn what_is_taken_back_in_time_was_never_told() {
    let scene = office().await;
    let done = make(&scene, meeting(&["ben@example.com", BOB])).await;
    let uid = own(&scene, done.item.unwrap()).uid;
    acts::undo(&scene.office, ALICE, done.undo).await.unwrap();
    assert!(copy_of(&scene, BEN, &uid).is_none() && copy_of(&scene, ALICE, &uid).is_none());
    assert!(inbox(&scene, BEN).is_empty());
    scene.work_after(LATER).await;
    assert!(scene.offers().is_empty());
    assert_eq!(scene.jobs(), 0);
}

#[tokio::test]
async fn what_is_taken_back_too_late_is_called_off() {
    let scene = office().await;
    let done = make(&scene, meeting(&["ben@example.com", BOB])).await;
    let uid = own(&scene, done.item.unwrap()).uid;
    scene.work_after(LATER).await;
    acts::undo(&scene.office, ALICE, done.undo).await.unwrap();
    scene.work_after(LATER).await;
    let methods: Vec<String> = left(&scene).iter().map(|mail| calendar_of(mail).0).collect();
    assert_eq!(methods, ["REQUEST", "CANCEL"]);
    assert!(copy_of(&scene, BEN, &uid).is_none(), "Ben had not read of it");
}

#[tokio::test]
async fn a_move_taken_back_after_it_was_told_is_told_again_with_a_higher_number() {
    let scene = office().await;
    let id = make(&scene, meeting(&[BOB])).await.item.unwrap();
    scene.work_after(LATER).await;
    let moved = shift(&scene, id, Scope::All, at(3, 15)).await;
    scene.work_after(LATER).await;
    acts::undo(&scene.office, ALICE, moved.undo).await.unwrap();
    scene.work_after(LATER).await;
    let told: Vec<_> =
        left(&scene).iter().map(|mail| calendar_of(mail).1.main).map(|it| (it.sequence, it.starts)).collect();
    assert_eq!(told, [(0, Some(at(3, 9))), (1, Some(at(3, 15))), (2, Some(at(3, 9)))]);
}

#[tokio::test]
async fn guests_are_asked_again_only_where_the_time_or_the_place_is_another() {
    let scene = office().await;
    let id = make(&scene, meeting(&["ben@example.com", BOB])).await.item.unwrap();
    let uid = own(&scene, id).uid;
    let (copy, _) = copy_of(&scene, BEN, &uid).unwrap();
    let yes = Reply { item: copy.id, instance: None, answer: Answer::Accepted, comment: String::new(), proposes: None };
    answer(&scene.office, BEN, yes).await.unwrap();
    assert_eq!(answer_in(&own(&scene, id), None, "ben@example.com"), Some(Answer::Accepted));
    scene.work_after(LATER).await;
    let renamed = Draft { title: "Plans".to_owned(), ..own(&scene, id).draft_at(None) };
    change(&scene, id, renamed).await;
    assert_eq!(answer_in(&own(&scene, id), None, "ben@example.com"), Some(Answer::Accepted));
    assert_eq!(copy_of(&scene, BEN, &uid).unwrap().1.main.title, "Plans");
    shift(&scene, id, Scope::All, at(4, 9)).await;
    for (who, item) in [("Alice", own(&scene, id)), ("Ben", copy_of(&scene, BEN, &uid).unwrap().1)] {
        assert_eq!(answer_in(&item, None, "ben@example.com"), Some(Answer::NeedsAction), "{who}");
        assert_eq!(item.main.starts, Some(at(4, 9)), "{who}");
    }
    scene.work_after(LATER).await;
    let told: Vec<_> =
        left(&scene).iter().map(|mail| calendar_of(mail).1.main).map(|it| (it.sequence, it.title)).collect();
    assert_eq!(told, [(0, "Planning".to_owned()), (0, "Plans".to_owned()), (1, "Plans".to_owned())]);
}

#[tokio::test]
async fn one_more_guest_is_no_news_to_the_others_and_a_reminder_to_nobody() {
    let scene = office().await;
    let id = make(&scene, meeting(&[BOB])).await.item.unwrap();
    scene.work_after(LATER).await;
    let mut more = own(&scene, id).draft_at(None);
    more.guests.push(guest("carla@two.example"));
    change(&scene, id, more).await;
    let reminded = Draft { reminders: vec![ical::Reminder { minutes_before: 10 }], ..own(&scene, id).draft_at(None) };
    change(&scene, id, reminded).await;
    scene.work_after(LATER).await;
    let to: Vec<String> = scene.offers().iter().flat_map(|(_, parcel)| parcel.recipients.clone()).collect();
    assert_eq!(to, [BOB, "carla@two.example"]);
}

#[tokio::test]
async fn who_is_no_longer_invited_hears_so_and_the_others_do_not() {
    let scene = office().await;
    let id = make(&scene, meeting(&["ben@example.com", BOB, "carla@two.example"])).await.item.unwrap();
    let uid = own(&scene, id).uid;
    scene.work_after(LATER).await;
    let fewer = Draft { guests: vec![guest("carla@two.example")], ..own(&scene, id).draft_at(None) };
    change(&scene, id, fewer).await;
    scene.work_after(LATER).await;
    let (_, last) = scene.offers().pop().unwrap();
    assert_eq!((scene.offers().len(), last.recipients.as_slice()), (3, &[BOB.to_owned()][..]));
    assert_eq!(calendar_of(&mime::parse(&last.bytes)).0, "CANCEL");
    assert!(copy_of(&scene, BEN, &uid).unwrap().1.is_cancelled());
    assert_eq!(noted(&scene, BEN), Some(Note::Cancelled));
}

#[tokio::test]
async fn an_event_that_is_removed_is_called_off_for_all() {
    let scene = office().await;
    let id = make(&scene, meeting(&["ben@example.com", BOB])).await.item.unwrap();
    let uid = own(&scene, id).uid;
    scene.work_after(LATER).await;
    acts::act(&scene.office, ALICE, Deed::Remove { item: id, scope: Scope::All }).await.unwrap();
    scene.work_after(LATER).await;
    let (method, off) = calendar_of(&left(&scene)[1]);
    assert_eq!((method.as_str(), off.main.sequence, off.is_cancelled()), ("CANCEL", 1, true));
    assert!(copy_of(&scene, BEN, &uid).unwrap().1.is_cancelled());
}

#[tokio::test]
async fn one_instance_taken_out_is_called_off_alone() {
    let scene = office().await;
    let endless = Draft { rule: Some("FREQ=WEEKLY".to_owned()), ..meeting(&["ben@example.com", BOB]) };
    let id = make(&scene, endless).await.item.unwrap();
    let uid = own(&scene, id).uid;
    scene.work_after(LATER).await;
    acts::act(&scene.office, ALICE, Deed::Remove { item: id, scope: Scope::Only(at(10, 9)) }).await.unwrap();
    scene.work_after(LATER).await;
    let (method, off) = calendar_of(&left(&scene)[1]);
    assert_eq!(method, "CANCEL");
    assert!(off.main.instance.unwrap().same_instance(at(10, 9)));
    let (_, copy) = copy_of(&scene, BEN, &uid).unwrap();
    assert!(!copy.is_cancelled());
    let ever = copy.occurrences(at(1, 0).instant(Berlin), at(31, 23).instant(Berlin), 10);
    assert_eq!(ever.found.len(), 4, "of five Tuesdays");
}

#[tokio::test]
async fn a_series_that_ends_earlier_keeps_its_answers_and_one_moved_instance_is_told_alone() {
    let scene = office().await;
    let id = make(&scene, weekly(&["ben@example.com", BOB])).await.item.unwrap();
    let uid = own(&scene, id).uid;
    let (copy, _) = copy_of(&scene, BEN, &uid).unwrap();
    let yes = Reply { item: copy.id, instance: None, answer: Answer::Accepted, comment: String::new(), proposes: None };
    answer(&scene.office, BEN, yes).await.unwrap();
    scene.work_after(LATER).await;
    acts::act(&scene.office, ALICE, Deed::Remove { item: id, scope: Scope::From(at(24, 9)) }).await.unwrap();
    assert_eq!(answer_in(&own(&scene, id), None, "ben@example.com"), Some(Answer::Accepted));
    scene.work_after(LATER).await;
    shift(&scene, id, Scope::Only(at(10, 9)), at(10, 15)).await;
    let item = own(&scene, id);
    assert_eq!(answer_in(&item, None, "ben@example.com"), Some(Answer::Accepted));
    assert_eq!(answer_in(&item, Some(at(10, 9)), "ben@example.com"), Some(Answer::NeedsAction));
    scene.work_after(LATER).await;
    let mails = left(&scene);
    let (_, one) = calendar_of(&mails[2]);
    assert!(one.main.instance.is_some_and(|id| id.same_instance(at(10, 9))));
    assert_eq!((mails.len(), one.main.starts, one.overrides.len()), (3, Some(at(10, 15)), 0));
    assert_eq!(mails[2].subject, "Updated invitation: Planning – Tue 10 Mar 2026, 15:00");
}

#[tokio::test]
async fn nobody_is_told_where_the_form_says_so_and_colleagues_see_it_all_the_same() {
    let scene = office().await;
    let deed = Deed::Make { calendar: None, draft: Box::new(meeting(&["ben@example.com", BOB])) };
    let done = acts::act_telling(&scene.office, ALICE, deed, Tell::Nobody).await.unwrap();
    scene.work_after(LATER).await;
    assert!(scene.offers().is_empty() && inbox(&scene, BEN).is_empty());
    assert!(copy_of(&scene, BEN, &own(&scene, done.item.unwrap()).uid).is_some());
}

#[tokio::test]
async fn a_group_is_invited_person_by_person() {
    let scene = office().await;
    let made = scene.office.store.write(|tx| people::add_group(tx, "team", &[ALICE, BEN]));
    made.await.unwrap();
    let id = make(&scene, meeting(&["team@example.com"])).await.item.unwrap();
    let guests: Vec<String> = own(&scene, id).main.guests.iter().map(|guest| guest.address.to_string()).collect();
    assert_eq!(guests, ["ben@example.com"], "who invites is no guest");
    assert_eq!(inbox(&scene, BEN).len(), 1);
}

#[tokio::test]
async fn nobody_organises_in_the_name_of_somebody_else() {
    let scene = office().await;
    let boss = ical::Organizer { address: "ben@example.com".parse().unwrap(), name: String::new(), sent_by: None };
    let id = make(&scene, Draft { organizer: Some(boss), ..meeting(&[BOB]) }).await.item.unwrap();
    assert_eq!(own(&scene, id).main.organizer.unwrap().address.as_str(), "alice@example.com");
}

#[tokio::test]
async fn a_colleague_s_note_comes_by_mail_and_a_bare_answer_does_not() {
    let scene = office().await;
    let id = make(&scene, meeting(&["ben@example.com"])).await.item.unwrap();
    let (copy, _) = copy_of(&scene, BEN, &own(&scene, id).uid).unwrap();
    let no = |comment: &str| Reply {
        item: copy.id,
        instance: None,
        answer: Answer::Declined,
        comment: comment.to_owned(),
        proposes: None,
    };
    answer(&scene.office, BEN, no("")).await.unwrap();
    assert!(inbox(&scene, ALICE).is_empty());
    let done = answer(&scene.office, BEN, no("I am away")).await.unwrap();
    assert!(inbox(&scene, ALICE)[0].1.starts_with("Declined: Planning"));
    assert_eq!(done.sentence, "Declined: “Planning”");
    acts::undo(&scene.office, BEN, done.undo).await.unwrap();
    assert!(inbox(&scene, ALICE).is_empty(), "nobody had read it");
}

#[tokio::test]
async fn an_answer_taken_back_is_taken_back_everywhere() {
    let scene = office().await;
    let id = make(&scene, meeting(&["ben@example.com"])).await.item.unwrap();
    let uid = own(&scene, id).uid;
    let (copy, _) = copy_of(&scene, BEN, &uid).unwrap();
    let yes = Reply { item: copy.id, instance: None, answer: Answer::Accepted, comment: String::new(), proposes: None };
    let done = answer(&scene.office, BEN, yes).await.unwrap();
    acts::undo(&scene.office, BEN, done.undo).await.unwrap();
    for item in [own(&scene, id), copy_of(&scene, BEN, &uid).unwrap().1] {
        assert_eq!(answer_in(&item, None, "ben@example.com"), Some(Answer::NeedsAction));
    }
}

#[tokio::test]
async fn one_instance_is_answered_alone() {
    let scene = office().await;
    let id = make(&scene, weekly(&["ben@example.com"])).await.item.unwrap();
    let (copy, _) = copy_of(&scene, BEN, &own(&scene, id).uid).unwrap();
    let instance = Some(When::parse("20260310T080000Z").unwrap());
    let no = Reply { item: copy.id, instance, answer: Answer::Declined, comment: String::new(), proposes: None };
    answer(&scene.office, BEN, no).await.unwrap();
    let item = own(&scene, id);
    assert_eq!(answer_in(&item, instance, "ben@example.com"), Some(Answer::Declined));
    assert_eq!(answer_in(&item, None, "ben@example.com"), Some(Answer::NeedsAction));
}

#[tokio::test]
async fn who_takes_an_invitation_out_of_the_calendar_does_not_come() {
    let scene = office().await;
    let id = make(&scene, meeting(&["ben@example.com"])).await.item.unwrap();
    let (copy, _) = copy_of(&scene, BEN, &own(&scene, id).uid).unwrap();
    let deed = Deed::Remove { item: copy.id, scope: Scope::All };
    let done = acts::act(&scene.office, BEN, deed).await.unwrap();
    assert_eq!(answer_in(&own(&scene, id), None, "ben@example.com"), Some(Answer::Declined));
    acts::undo(&scene.office, BEN, done.undo).await.unwrap();
    assert_eq!(answer_in(&own(&scene, id), None, "ben@example.com"), Some(Answer::NeedsAction));
}
