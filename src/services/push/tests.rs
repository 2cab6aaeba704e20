use super::*;
use crate::domain::push::{ChatLevel, Quiet};

fn chosen(from: u16, to: u16, zone: &str) -> Choices {
    Choices {
        quiet: Some(Quiet::new(from, to).unwrap()),
        zone: zone.to_owned(),
        chat: ChatLevel::All,
        ..Choices::default()
    }
}

#[test]
fn quiet_hours_are_in_the_zone_of_who_sleeps() {
    // 2023-11-14 22:13 UTC.
    let now = Moment::from_millis(1_700_000_000_000);
    let (at_ten, at_seven) = (22 * 60, 7 * 60);
    assert!(is_quiet(&chosen(at_ten, at_seven, "UTC"), now));
    assert!(is_quiet(&chosen(at_ten, at_seven, "Europe/Berlin"), now));
    assert!(!is_quiet(&chosen(at_ten, at_seven, "America/New_York"), now), "17:13 there");
    assert!(is_quiet(&chosen(at_ten, at_seven, "nonsense"), now), "as UTC");
    assert!(!is_quiet(&Choices::default(), now));
}

#[test]
fn a_notice_is_short_and_its_topic_tells_nothing() {
    let note = Note {
        title: "t".repeat(1000),
        body: "ü".repeat(100_000),
        tag: "chat-7".to_owned(),
        href: "/chat/7".to_owned(),
        life: Duration::from_secs(1),
        urgency: "high",
    };
    assert!(note.payload(Moment::from_millis(0)).len() < 1000);
    let topic = note.topic(&Secret::new("key".to_owned()));
    assert_eq!(topic.len(), 32);
    assert!(topic.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
    assert_ne!(topic, note.topic(&Secret::new("other".to_owned())));
}
