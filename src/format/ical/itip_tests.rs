//! Invitations as Outlook, Google and Apple send them, and what is answered.

use super::tests::{at, day, event, names, now};
use super::*;
use chrono_tz::Tz;
use proptest::prelude::*;

const OUTLOOK: &str = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nPRODID:Microsoft Exchange Server 2010\r\nVERSION:2.0\r\nBEGIN:VTIMEZONE\r\nTZID:W. Europe Standard Time\r\nBEGIN:STANDARD\r\nDTSTART:16010101T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nRRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10\r\nEND:STANDARD\r\nBEGIN:DAYLIGHT\r\nDTSTART:16010101T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nRRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\nORGANIZER;CN=Boss Müller:mailto:boss@example.net\r\nATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=\"Meier, Alice\"\r\n :MAILTO:Alice@hs.test\r\nATTENDEE;CUTYPE=RESOURCE;ROLE=NON-PARTICIPANT;PARTSTAT=NEEDS-ACTION;CN=Room 1:mailto:room1@example.net\r\nDESCRIPTION;LANGUAGE=de-DE:Hallo\\nWelt\\, bitte kommen\r\nUID:040000008200E00074C5B7101A82E008\r\nSUMMARY;LANGUAGE=de-DE:Planung\r\nDTSTART;TZID=W. Europe Standard Time:20261207T100000\r\nDTEND;TZID=W. Europe Standard Time:20261207T110000\r\nRRULE:FREQ=WEEKLY;COUNT=4;INTERVAL=1;BYDAY=MO;WKST=MO\r\nCLASS:PUBLIC\r\nPRIORITY:5\r\nDTSTAMP:20261120T083000Z\r\nTRANSP:OPAQUE\r\nSTATUS:CONFIRMED\r\nSEQUENCE:2\r\nLOCATION;LANGUAGE=de-DE:Saal 3\r\nX-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE\r\nX-ALT-DESC;FMTTYPE=text/html:<b>x</b>\r\nBEGIN:VALARM\r\nDESCRIPTION:REMINDER\r\nTRIGGER;RELATED=START:-PT15M\r\nACTION:DISPLAY\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

const GOOGLE_CANCEL: &str = "BEGIN:VCALENDAR\nPRODID:-//Google Inc//Google Calendar 70.9054//EN\nVERSION:2.0\nCALSCALE:GREGORIAN\nMETHOD:CANCEL\nBEGIN:VEVENT\nUID:040000008200E00074C5B7101A82E008\nRECURRENCE-ID:20261214T090000Z\nDTSTAMP:20261121T083000Z\nORGANIZER:mailto:boss@example.net\nSEQUENCE:3\nEND:VEVENT\nEND:VCALENDAR\n";

const APPLE_REPLY: &str = "BEGIN:VCALENDAR\nCALSCALE:GREGORIAN\nMETHOD:REPLY\nPRODID:-//Apple Inc.//macOS 15.1//EN\nVERSION:2.0\nBEGIN:VEVENT\nATTENDEE;CN=\"Bob\";CUTYPE=INDIVIDUAL;EMAIL=\"bob@example.net\";PARTSTAT=ACCEPTED:/aMTYzNDU2/principal/\nDTSTAMP:20261121T083000Z\nORGANIZER;CN=\"Alice\":mailto:alice@hs.test\nSEQUENCE:0\nUID:weekly@test\nEND:VEVENT\nEND:VCALENDAR\n";

fn one(text: &str) -> Item {
    read(text.as_bytes()).unwrap().items.remove(0)
}

fn alice() -> crate::kernel::text::EmailAddress {
    "alice@hs.test".parse().unwrap()
}

#[test]
fn an_invitation_of_outlook_is_understood() {
    let calendar = read(OUTLOOK.as_bytes()).unwrap();
    let item = &calendar.items[0];
    assert_eq!((calendar.method, calendar.left_out.len()), (Some(Method::Request), 0));
    assert_eq!(item.main.starts.unwrap().zone(), Some(Tz::Europe__Berlin));
    assert_eq!(item.main.notes, "Hallo\nWelt, bitte kommen");
    assert_eq!((item.main.title.as_str(), item.main.place.as_str(), item.main.sequence), ("Planung", "Saal 3", 2));
    assert_eq!(item.main.organizer.as_ref().unwrap().name, "Boss Müller");
    assert_eq!(item.main.guests[0].name, "Meier, Alice");
    assert_eq!(item.main.guests[1].part, Part::Resource);
    assert_eq!(item.main.reminders, [Reminder { minutes_before: 15 }]);
    assert!(!item.text.contains("METHOD"));
    assert_eq!(names(item, "20261201", "20270201").len(), 4);
}

#[test]
fn one_instance_that_is_called_off_leaves_the_others_as_they_were() {
    let have = one(OUTLOOK);
    let news = read(GOOGLE_CANCEL.as_bytes()).unwrap();
    let merged = merged(&have, &news.items[0]);
    assert_eq!(merged.main, have.main);
    let gone = merged.facts_at(When::parse("20261214T090000Z"));
    assert_eq!((gone.status, gone.title.as_str(), gone.sequence), (Status::Cancelled, "Planung", 3));
    assert_eq!(names(&merged, "20261201", "20270201").len(), 4, "it is shown as called off");
}

#[test]
fn an_answer_of_apple_names_its_guest() {
    let reply = read(APPLE_REPLY.as_bytes()).unwrap();
    assert_eq!(reply.method, Some(Method::Reply));
    let guest = &reply.items[0].main.guests[0];
    assert_eq!((guest.address.as_str(), guest.answer), ("bob@example.net", Answer::Accepted));
}

#[test]
fn an_answer_says_who_and_to_what_and_is_kept() {
    let item = one(OUTLOOK);
    let text = reply(&item, &alice(), "Alice Meier", Answer::Accepted, None, "Gern; bis dann", now());
    let said = read(text.as_bytes()).unwrap();
    assert_eq!(said.method, Some(Method::Reply));
    assert_eq!(said.items[0].uid, item.uid);
    assert_eq!(said.items[0].main.sequence, 2);
    assert_eq!(said.items[0].main.guests.len(), 1);
    assert!(text.contains("COMMENT:Gern\\; bis dann\r\n") && !text.contains("VALARM"), "{text}");
    let kept = with_answer(&item, &alice(), Answer::Accepted, None, now());
    assert_eq!(kept.main.guests[0].answer, Answer::Accepted);
    let id = When::parse("20261214T090000Z");
    let kept = with_answer(&kept, &alice(), Answer::Declined, id, now());
    assert_eq!(kept.main.guests[0].answer, Answer::Accepted);
    assert_eq!(kept.facts_at(id).guests[0].answer, Answer::Declined);
    assert_eq!(names(&kept, "20261201", "20270201").len(), 4);
}

#[test]
fn an_answer_to_one_instance_names_it() {
    let id = When::parse("20261214T090000Z");
    let text = reply(&one(OUTLOOK), &alice(), "", Answer::Tentative, id, "", now());
    let said = one(&text);
    assert!(said.main.instance.unwrap().same_instance(id.unwrap()), "{text}");
    let times = counter(
        &one(OUTLOOK),
        (&alice(), "Alice"),
        id,
        (at_when("20261214T120000Z"), at_when("20261214T130000Z")),
        "later?",
        now(),
    );
    assert_eq!(read(times.as_bytes()).unwrap().method, Some(Method::Counter));
    assert_eq!(one(&times).main.starts.unwrap().instant(Tz::UTC), at("20261214T120000Z"));
}

fn at_when(text: &str) -> When {
    When::Utc(at(text))
}

#[test]
fn an_update_replaces_the_whole_but_for_ones_own() {
    let have = one(&OUTLOOK.replace("SUMMARY", "X-OWN:kept\r\nSUMMARY"));
    let news = one(&OUTLOOK.replace("Planung", "Neu").replace("SEQUENCE:2", "SEQUENCE:3").replace("-PT15M", "-PT1M"));
    let merged = merged(&have, &news);
    assert_eq!((merged.main.title.as_str(), merged.main.sequence), ("Neu", 3));
    assert_eq!(merged.main.reminders, have.main.reminders);
    assert!(merged.text.contains("X-OWN:kept"));
}

#[test]
fn a_message_leaves_reminders_at_home_and_says_what_it_wants() {
    for (method, word) in [(Method::Request, "REQUEST"), (Method::Cancel, "CANCEL"), (Method::Publish, "PUBLISH")] {
        let text = message(&one(OUTLOOK), method, None, now());
        assert!(text.contains(&format!("METHOD:{word}\r\n")) && !text.contains("VALARM"));
        assert_eq!(read(text.as_bytes()).unwrap().items[0].is_cancelled(), method == Method::Cancel);
    }
    let single = one(&message(&one(OUTLOOK), Method::Cancel, When::parse("20261214T090000Z"), now()));
    assert!(single.main.instance.is_some() && single.overrides.is_empty());
}

#[test]
fn what_cannot_be_taken_is_told_of() {
    let why = |lines: &str| {
        let text = format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nSUMMARY:x\n{lines}\nEND:VEVENT\nEND:VCALENDAR");
        let calendar = read(text.as_bytes()).unwrap();
        (calendar.items.len(), calendar.left_out.first().map(|left| left.why.clone()).unwrap_or_default())
    };
    assert_eq!(why("SUMMARY:y"), (0, "it does not say when it begins".to_owned()));
    assert_eq!(why("DTSTART:yesterday").0, 0);
    assert_eq!(why("DTSTART:20260101T100000Z\nDTSTART:20260102T100000Z").0, 0);
    let (count, unknown) = why("DTSTART;TZID=Mars/Olympus:20260101T100000");
    assert!(count == 1 && unknown.contains("Mars/Olympus"), "{unknown}");
    assert_eq!(why("DTSTART:20260101T100000Z\nDTEND:20250101T100000Z").0, 1);
    assert_eq!(read(b"hello"), Err(IcalError::NotACalendar));
    assert_eq!(read(b"BEGIN:VCALENDAR\nEND:VCALENDAR"), Err(IcalError::Empty));
    let nested = "BEGIN:VCALENDAR\n".repeat(50);
    assert_eq!(read(nested.as_bytes()), Err(IcalError::TooLarge));
}

#[test]
fn a_name_that_is_missing_is_made_from_what_is_said_and_the_newest_version_wins() {
    let text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260101T100000Z\nSUMMARY:x\nEND:VEVENT\n\
        BEGIN:VEVENT\nUID:a\nSEQUENCE:1\nDTSTART:20260101T100000Z\nSUMMARY:old\nEND:VEVENT\n\
        BEGIN:VEVENT\nUID:a\nSEQUENCE:2\nDTSTART:20260101T100000Z\nSUMMARY:new\nEND:VEVENT\nEND:VCALENDAR";
    let calendar = read(text.as_bytes()).unwrap();
    assert_eq!(calendar.items[0].uid, read(text.as_bytes()).unwrap().items[0].uid);
    assert_eq!((calendar.items[1].main.title.as_str(), calendar.left_out.len()), ("new", 1));
}

#[test]
fn zones_are_known_by_many_names() {
    for name in [
        "Europe/Berlin",
        "europe/berlin",
        "W. Europe Standard Time",
        "/freeassociation.sourceforge.net/Europe/Berlin",
        "\"Europe/Berlin\"",
    ] {
        assert_eq!(zone(name), Some(Tz::Europe__Berlin), "{name}");
    }
    assert_eq!(zone("Mars/Olympus"), None);
    let custom = read(OUTLOOK.replace("W. Europe Standard Time", "Customized Time Zone").as_bytes()).unwrap();
    assert_eq!(custom.left_out, []);
    assert_eq!(custom.items[0].main.starts.unwrap().zone(), Some(Tz::Europe__Berlin), "its rules tell which it is");
}

#[test]
fn rules_are_told_in_words_and_pass_through_the_form() {
    let rows = [
        ("FREQ=DAILY", "every day"),
        ("FREQ=DAILY;INTERVAL=3;COUNT=5", "every 3 days, 5 times"),
        ("FREQ=WEEKLY;BYDAY=TU", "every Tuesday"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;UNTIL=20260303", "every 2nd Tuesday until 3 March 2026"),
        ("FREQ=WEEKLY;BYDAY=MO,WE;COUNT=10", "every week on Mon, Wed, 10 times"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "every weekday"),
        ("FREQ=MONTHLY;BYDAY=2TU", "every month on the 2nd Tuesday"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "every month on the last Friday"),
        ("FREQ=MONTHLY;BYMONTHDAY=15", "every month on day 15"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "every month on the last day"),
        ("FREQ=YEARLY", "every year"),
    ];
    for (rule, words) in rows {
        assert_eq!(rule_words(rule, crate::format::formats::Formats::default()), words);
        let form = RuleForm::parse(Some(rule), Some(day("20260105")));
        assert!(matches!(form, RuleForm::Fields(_)), "{rule}");
        assert_eq!(form.to_rule(Some(day("20260105"))).as_deref(), Some(rule));
    }
    let odd = "FREQ=YEARLY;BYYEARDAY=100";
    assert_eq!(RuleForm::parse(Some(odd), None), RuleForm::Other(odd.to_owned()));
    assert_eq!(check_rule("FREQ=SECONDLY"), Err(RuleError::TooOften));
    assert_eq!(check_rule("FREQ=DAILY;INTERVAL=0"), Err(RuleError::Shape));
    assert_eq!(check_rule("FREQ=WEEKLY;BYDAY=MO"), Ok(()));
}

#[test]
fn a_file_of_many_tells_each_zone_once() {
    let items = [one(OUTLOOK), one(&OUTLOOK.replace("UID:04", "UID:05"))];
    let text = export(&items, "Work");
    assert_eq!(text.matches("BEGIN:VTIMEZONE").count(), 1);
    let calendar = read_import(text.as_bytes()).unwrap();
    assert_eq!((calendar.name.as_str(), calendar.items.len()), ("Work", 2));
}

#[test]
fn a_change_keeps_what_is_not_understood() {
    let item = event(
        "DTSTART:20260105T100000Z\nSUMMARY;X-P=1:x\nX-ODD;Y=2:kept\nCOLOR:red\nGEO:1;2\nBEGIN:X-BOX\nA:b\nEND:X-BOX",
    );
    let edited = edit(&item, Scope::All, &Draft { title: "y".to_owned(), ..item.draft_at(None) }, now()).item.unwrap();
    assert_eq!(edited.main.title, "y");
    assert!(["X-ODD;Y=2:kept", "COLOR:red", "GEO:1;2", "BEGIN:X-BOX"].iter().all(|line| edited.text.contains(line)));
    assert_eq!(edited.main.sequence, 0, "guests need not be told of another title");
}

#[test]
fn numbers_beyond_all_bounds_do_no_harm() {
    let item =
        event("DTSTART:20260101T100000Z\nSEQUENCE:-9223372036854775808\nPRIORITY:99\nDURATION:P99999999999999999999W");
    assert_eq!((item.main.sequence, item.main.priority), (0, 9));
    let late = event("DTSTART:99991231T235959Z\nDURATION:P9999W\nRRULE:FREQ=YEARLY\nEXDATE:00010101T000000Z");
    for scope in [Scope::All, Scope::Only(late.main.starts.unwrap()), Scope::From(When::Utc(at("00010101")))] {
        let _ =
            (cut(&late, scope, now()), cancel(&late, scope, now()), edit(&late, scope, &late.draft_at(None), now()));
    }
}

proptest! {
    #[test]
    fn whatever_comes_is_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes);
    }

    #[test]
    fn a_calendar_with_wrong_places_in_it_does_no_harm(at_byte in 0usize..1400, with in any::<u8>(), len in 0usize..30) {
        let mut bytes = OUTLOOK.as_bytes().to_vec();
        let from = at_byte.min(bytes.len());
        let to = (from + len).min(bytes.len());
        bytes.splice(from..to, [with]);
        for item in read(&bytes).into_iter().flat_map(|calendar| calendar.items) {
            let _ = item.occurrences(at("20260101"), at("20280101"), 100);
            prop_assert_eq!(super::item(&item.text), Some(item));
        }
    }

    #[test]
    fn a_change_keeps_every_line_it_does_not_name(name in "X-[A-Z]{1,20}", value in "[a-zA-Z0-9é:;, ]{0,150}", title in "[a-z]{1,20}") {
        let line = format!("{name};P=\"a:b\":v{value}.");
        let item = event(&format!("DTSTART:20260105T100000Z\nRRULE:FREQ=DAILY\n{line}"));
        let id = When::parse("20260107T100000Z").unwrap();
        for scope in [Scope::All, Scope::Only(id), Scope::From(id)] {
            let edited = edit(&item, scope, &Draft { title: title.clone(), ..item.draft_at(Some(id)) }, now());
            for item in edited.item.iter().chain(&edited.split) {
                prop_assert!(item.text.replace("\r\n ", "").contains(&line), "{}", item.text);
            }
        }
    }

    #[test]
    fn what_a_form_says_comes_back(title in "[^\\p{C}]{0,60}", notes in "[a-zA-Zé,;\\\\\n:\" ]{0,200}", place in "[a-z,;:\\\\]{0,80}", minutes in -600i64..600) {
        let starts = When::Zoned { local: at_when("20260601T100000Z").local(), zone: Tz::Europe__Berlin };
        let draft = Draft { title, notes, place, reminders: vec![Reminder { minutes_before: minutes }], ..Draft::at(Kind::Event, Some(starts), Some(starts)) };
        let item = make("a@b", &draft, now());
        prop_assert_eq!(&item.main.title, &crate::format::mime::tidy(&crate::kernel::text::one_line(&draft.title)));
        prop_assert_eq!(item.main.notes.as_str(), draft.notes.trim_end());
        prop_assert_eq!(&item.main.place, &draft.place);
        prop_assert_eq!(&item.main.reminders, &draft.reminders);
        prop_assert_eq!(super::item(&item.text), Some(item));
    }
}
