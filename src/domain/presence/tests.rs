//! What `presence` promises.

use super::*;
use crate::domain::people::{self, NewPerson, Role};
use crate::domain::policy::Levels;
use crate::domain::store::Store;
use crate::kernel::clock::{Clock, Moment};
use crate::kernel::id::{PersonId, SessionId, StreamId};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

const ANNA: PersonId = PersonId::new(1);
const BOB: PersonId = PersonId::new(2);
const NOW: Moment = Moment::from_millis(1_000_000_000);
const MINUTE: Duration = Duration::from_secs(60);
const IDLE: Duration = Duration::from_secs(300);

/// The office's rules, the same for all.
fn policy(visible: Visibility, shows_last_seen: bool) -> Policy {
    let levels = |value: &str| Levels { everybody: value.to_owned(), people: BTreeMap::new() };
    Policy { visible: levels(visible.name()), last_seen: levels(if shows_last_seen { "on" } else { "off" }) }
}

fn link(is_phone: bool, idle_minutes: Option<u32>) -> Link {
    Link {
        since: NOW.minus(MINUTE * 60),
        id: StreamId::new(1),
        device: Device { is_phone, session: None },
        active_at: NOW.minus(MINUTE * idle_minutes.unwrap_or(0)),
        is_idle: idle_minutes.is_some(),
        gone_at: None,
    }
}

fn chosen(show: Chosen) -> Choice {
    Choice { show, ..Choice::default() }
}

fn input(reason: &str) -> Option<Input> {
    Some(Input { reason: reason.to_owned(), until: Some(NOW.plus(MINUTE)) })
}

/// One case: what is chosen, the connections, call, meeting and hours; then how it shows, and why.
type Case = (Chosen, Vec<Link>, [bool; 3], Show, &'static str);

fn cases() -> Vec<Case> {
    let (desk, phone) = (link(false, None), link(true, None));
    let left = |minutes| link(false, Some(minutes));
    let (none, call, meeting, hours) = ([false; 3], [true, false, false], [false, true, false], [false, false, true]);
    vec![
        (Chosen::Invisible, vec![desk], [true; 3], Show::Offline, ""),
        (Chosen::Invisible, vec![], none, Show::Offline, ""),
        (Chosen::Busy, vec![], [true; 3], Show::Offline, ""),
        (Chosen::Available, vec![], none, Show::Offline, ""),
        (Chosen::Busy, vec![desk], [true; 3], Show::Busy, ""),
        (Chosen::Away, vec![desk], call, Show::Away, ""),
        (Chosen::ExtendedAway, vec![phone], meeting, Show::ExtendedAway, ""),
        (Chosen::Automatic, vec![desk], [true; 3], Show::Busy, "in a call"),
        (Chosen::Available, vec![desk], call, Show::Busy, "in a call"),
        (Chosen::Automatic, vec![left(60)], [false, true, true], Show::Meeting, "by the calendar"),
        (Chosen::Available, vec![desk], meeting, Show::Meeting, "by the calendar"),
        (Chosen::Available, vec![left(60)], hours, Show::Available, ""),
        (Chosen::Automatic, vec![desk], hours, Show::Away, "outside working hours"),
        (Chosen::Automatic, vec![left(15)], none, Show::ExtendedAway, "idle"),
        (Chosen::Automatic, vec![left(14), left(40)], none, Show::Away, "idle"),
        (Chosen::Automatic, vec![left(5)], none, Show::Away, "idle"),
        (Chosen::Automatic, vec![left(4)], none, Show::Available, ""),
        (Chosen::Automatic, vec![left(60), desk], none, Show::Available, ""),
        (Chosen::Automatic, vec![left(60), phone], none, Show::Available, "on the phone"),
        (Chosen::Automatic, vec![desk, phone], none, Show::Available, ""),
    ]
}

#[test]
fn the_first_rule_that_holds_wins() {
    for (at, (show, links, told, wanted, reason)) in cases().into_iter().enumerate() {
        let reasons = ["in a call", "by the calendar", "outside working hours"];
        let told: [Option<Input>; 3] =
            std::array::from_fn(|place| if told[place] { input(reasons[place]) } else { None });
        let choice = chosen(show);
        let inputs = Inputs { choice: &choice, links: &links, told: &told, idle: IDLE, seen_at: None };
        let found = merge(&inputs, NOW);
        assert_eq!((found.show, found.reason.as_str()), (wanted, reason), "case {at}");
        assert_eq!(found.is_invisible, show == Chosen::Invisible, "case {at}");
    }
}

#[test]
fn what_has_an_end_ends() {
    let mut choice = chosen(Chosen::Busy);
    choice.show_until = Some(NOW.plus(MINUTE));
    (choice.note, choice.note_until) = ("drawing".to_owned(), Some(NOW.plus(MINUTE * 2)));
    let links = [link(false, None)];
    let told = [None, input("by the calendar"), None];
    let inputs = Inputs { choice: &choice, links: &links, told: &told, idle: IDLE, seen_at: None };
    let at = |minutes: u32| {
        let found = merge(&inputs, NOW.plus(MINUTE * minutes));
        (found.show, found.note)
    };
    assert_eq!(at(0), (Show::Busy, "drawing".to_owned()));
    assert_eq!(at(1), (Show::Available, "drawing".to_owned()));
    assert_eq!(at(2), (Show::Available, String::new()));
    assert_eq!(merge(&inputs, NOW).until, choice.show_until);
}

fn board() -> (Clock, Arc<Board>) {
    let clock = Clock::hand(NOW);
    (clock.clone(), Arc::new(Board::new(clock)))
}

fn desk(session: i64) -> Device {
    Device { is_phone: false, session: Some(SessionId::new(session)) }
}

fn to_all(board: &Board) -> Vec<i64> {
    board.flush().to_all.into_iter().map(PersonId::get).collect()
}

#[test]
fn a_person_is_here_while_one_device_is_and_a_new_page_is_no_leaving() {
    let (clock, board) = board();
    let first = board.connect(ANNA, desk(1));
    assert_eq!(to_all(&board), [1]);
    let second = board.connect(ANNA, Device { is_phone: true, session: Some(SessionId::new(2)) });
    assert_eq!(to_all(&board), [0; 0], "a second device is no news");
    drop(first);
    clock.wind(Duration::from_secs(14));
    assert_eq!(to_all(&board), [0; 0]);
    clock.wind(Duration::from_secs(1));
    assert_eq!(to_all(&board), [1]);
    assert_eq!(board.presence(ANNA).reason, "on the phone");
    drop(second);
    let again = board.connect(ANNA, Device { is_phone: true, session: Some(SessionId::new(2)) });
    clock.wind(MINUTE);
    assert_eq!(to_all(&board), [0; 0], "the page was changed, nothing else");
    let left_at = clock.now();
    drop(again);
    clock.wind(Duration::from_secs(15));
    assert_eq!(to_all(&board), [1]);
    let gone = board.presence(ANNA);
    assert_eq!((gone.show, gone.last_seen), (Show::Offline, Some(left_at)));
    assert_eq!(board.next_turn(), None);
}

#[test]
fn a_person_who_leaves_every_device_alone_is_away_by_itself_and_back_at_the_first_touch() {
    let (clock, board) = board();
    let (first, second) = (board.connect(ANNA, desk(1)), board.connect(ANNA, desk(2)));
    let show = || board.presence(ANNA).show;
    assert!(board.idle(ANNA, first.id(), Duration::ZERO));
    clock.wind(MINUTE * 10);
    assert_eq!(show(), Show::Available, "the second is in use");
    board.flush();
    board.idle(ANNA, second.id(), MINUTE);
    assert_eq!(board.next_turn(), None);
    board.flush();
    assert_eq!(board.next_turn(), Some(clock.now().plus(MINUTE * 4)));
    clock.wind(MINUTE * 4);
    assert_eq!((to_all(&board), show()), (vec![1], Show::Away));
    clock.wind(MINUTE * 10);
    assert_eq!((to_all(&board), show()), (vec![1], Show::ExtendedAway));
    drop(first);
    let new_page = board.connect(ANNA, desk(1));
    assert_eq!(show(), Show::ExtendedAway, "a page that reloads itself is no touch");
    assert!(board.active(ANNA, new_page.id()));
    assert_eq!((to_all(&board), show()), (vec![1], Show::Available));
    assert!(!board.idle(BOB, new_page.id(), MINUTE * 60), "it is not Bob's");
    assert_eq!(show(), Show::Available);
}

#[test]
fn it_rings_on_the_device_in_use_else_on_the_last_one_used() {
    let (clock, board) = board();
    assert_eq!(board.ring_target(ANNA), None);
    let (first, second) = (board.connect(ANNA, desk(1)), board.connect(ANNA, desk(2)));
    clock.wind(MINUTE);
    board.active(ANNA, first.id());
    assert_eq!(board.ring_target(ANNA), Some(first.id()));
    board.idle(ANNA, first.id(), Duration::ZERO);
    assert_eq!(board.ring_target(ANNA), Some(second.id()));
    board.idle(ANNA, second.id(), MINUTE);
    assert_eq!(board.ring_target(ANNA), Some(first.id()));
    drop(first);
    assert_eq!(board.ring_target(ANNA), Some(second.id()));
}

#[test]
fn a_storm_of_changes_is_told_once_a_person() {
    let (clock, board) = board();
    let lines: Vec<_> = (1..=500).map(|n| board.connect(PersonId::new(n), desk(n))).collect();
    assert_eq!(board.flush().to_all.len(), 500);
    for round in 0..1000 {
        let show = if round % 2 == 0 { Chosen::Busy } else { Chosen::Away };
        for n in 1..=500 {
            board.choose(PersonId::new(n), Choice { chosen_at: clock.now(), ..chosen(show) });
        }
    }
    let mut told = to_all(&board);
    told.sort_unstable();
    assert_eq!(told, (1..=500).collect::<Vec<_>>());
    for n in 1..=500 {
        board.choose(PersonId::new(n), Choice { chosen_at: clock.now(), ..chosen(Chosen::Busy) });
        board.choose(PersonId::new(n), Choice { chosen_at: clock.now(), ..chosen(Chosen::Away) });
    }
    assert_eq!(board.flush(), Flushed::default(), "there and back is no change");
    drop(lines);
}

#[test]
fn ten_thousand_connections_of_five_hundred_people_are_one_presence_each() {
    let (clock, board) = board();
    let lines: Vec<_> = (0..10_000).map(|n| board.connect(PersonId::new(n % 500 + 1), desk(n))).collect();
    assert_eq!(board.flush().to_all.len(), 500);
    drop(lines);
    assert_eq!(board.flush(), Flushed::default());
    clock.wind(Duration::from_secs(15));
    assert_eq!(board.flush().to_all.len(), 500);
}

fn everybodys_eyes(me: PersonId) -> Eyes {
    Eyes::all_seeing(me)
}

#[test]
fn who_appears_offline_cannot_be_told_from_one_who_went() {
    let note = || Choice { note: "back tomorrow".to_owned(), chosen_at: NOW, ..Choice::default() };
    let (clock, hiding) = board();
    let gone = Arc::new(Board::new(clock.clone()));
    let (line, other) = (hiding.connect(ANNA, desk(1)), gone.connect(ANNA, desk(1)));
    for board in [&hiding, &gone] {
        board.choose(ANNA, note());
        board.flush();
    }
    clock.wind(MINUTE);
    hiding.choose(ANNA, Choice { show: Chosen::Invisible, show_until: Some(NOW.plus(MINUTE * 60)), ..note() });
    drop(other);
    assert_eq!(to_all(&hiding), [1]);
    clock.wind(MINUTE);
    hiding.active(ANNA, line.id());
    hiding.unsaved_seen(true);
    let bob = everybodys_eyes(BOB);
    assert_eq!(bob.see(&hiding, ANNA), bob.see(&gone, ANNA));
    assert_eq!(bob.see(&hiding, ANNA).last_seen, Some(NOW.plus(MINUTE)));
    assert!(everybodys_eyes(ANNA).see(&hiding, ANNA).is_invisible);
    let _second = hiding.connect(ANNA, desk(2));
    drop(line);
    clock.wind(MINUTE);
    assert_eq!(to_all(&hiding), [0; 0], "nothing that is done in hiding is told");
}

fn new(name: &str) -> NewPerson {
    NewPerson { name: name.to_owned(), full_name: name.to_uppercase(), role: Role::Member, password: "hash".to_owned() }
}

/// Six people; the first three share a group, the last one's account is closed.
async fn office() -> (tempfile::TempDir, Store, Clock) {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::hand(NOW);
    let store = Store::open(&folder.path().join("office.db"), clock.clone()).unwrap();
    let made = store.write(|tx| {
        people::add_domain(tx, "example.com")?;
        let names = ["anna", "bob", "carla", "dan", "eszter", "former"];
        let all = names.iter().map(|name| people::add_person(tx, &new(name))).collect::<Result<Vec<_>, _>>()?;
        people::add_group(tx, "sales", &all[..3])?;
        people::add_group(tx, "nobody", &[])?;
        people::set_disabled(tx, all[5], true)
    });
    made.await.unwrap();
    (folder, store, clock)
}

#[tokio::test]
async fn what_was_chosen_and_when_one_was_seen_outlive_a_restart() {
    let (folder, store, clock) = office().await;
    let new = NewChoice {
        show: Some((Chosen::Busy, Some(NOW.plus(MINUTE * 60)))),
        note: Some(("  in the\nsample\u{202e} room ".to_owned(), None)),
    };
    let choice = store.write(move |tx| choose(tx, ANNA, &new)).await.unwrap();
    let board = Arc::new(Board::new(clock.clone()));
    board.choose(ANNA, choice);
    let line = board.connect(ANNA, desk(1));
    clock.wind(MINUTE);
    assert_eq!(board.unsaved_seen(false), [(ANNA, NOW.plus(MINUTE))]);
    clock.wind(MINUTE / 2);
    assert_eq!(board.unsaved_seen(false), [], "once a minute is enough");
    drop(line);
    let seen = board.unsaved_seen(true);
    store.write(move |tx| keep_seen(tx, &seen)).await.unwrap();
    store.close();
    drop(board);

    let store = Store::open(&folder.path().join("office.db"), clock.clone()).unwrap();
    let board = Arc::new(Board::new(clock.clone()));
    board.load(store.read_here(load).unwrap());
    assert_eq!(board.flush(), Flushed::default(), "coming up is no news");
    let found = store.read_here(|tx| eyes(tx, BOB, &policy(Visibility::Everyone, true))).unwrap().see(&board, ANNA);
    assert_eq!((found.show, found.note.as_str()), (Show::Offline, "in the sample room"));
    assert_eq!(found.last_seen, Some(NOW.plus(MINUTE + MINUTE / 2)));
    let _line = board.connect(ANNA, desk(1));
    assert_eq!(board.presence(ANNA).show, Show::Busy);
    let long = NewChoice { note: Some(("x".repeat(121), None)), ..NewChoice::default() };
    assert!(matches!(store.write(move |tx| choose(tx, ANNA, &long)).await, Err(PresenceError::LongNote)));
}

fn any_visibility() -> impl Strategy<Value = Visibility> {
    prop_oneof![Just(Visibility::Everyone), Just(Visibility::Groups), Just(Visibility::Nobody)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever the policies are: who may see a person is as they say, and who may not sees one who never came.
    #[test]
    fn no_policy_leaks(
        office_wide in any_visibility(),
        shows_last_seen: bool,
        wishes in prop::collection::vec((any_visibility(), prop::collection::vec(1_i64..=6, 0..4)), 6),
        chosen_shows in prop::collection::vec(0_usize..6, 6),
        is_gone in prop::collection::vec(any::<bool>(), 6),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (_folder, store, clock) = runtime.block_on(office());
        let board = Arc::new(Board::new(clock.clone()));
        let names = ["automatic", "free", "away", "busy", "back", "invisible"];
        let mut lines = Vec::new();
        for (place, (visible_to, hidden)) in wishes.iter().cloned().enumerate() {
            let who = PersonId::new(i64::try_from(place).unwrap() + 1);
            let hidden_from: Vec<_> = hidden.iter().copied().map(PersonId::new).collect();
            let wished = Privacy { visible_to, hidden_from, idle_minutes: None };
            runtime.block_on(store.write(move |tx| set_privacy(tx, who, &wished))).unwrap();
            board.choose(who, Choice {
                show: Chosen::named(names[chosen_shows[place]]).unwrap(),
                note: "secret".to_owned(),
                chosen_at: NOW,
                ..Choice::default()
            });
            let line = board.connect(who, desk(who.get()));
            if !is_gone[place] {
                lines.push(line);
            }
        }
        clock.wind(MINUTE);
        let policy = policy(office_wide, shows_last_seen);
        let never = Presence::default();
        for me in 1..=6 {
            let me = PersonId::new(me);
            let eyes = store.read_here(|tx| eyes(tx, me, &policy)).unwrap();
            for target in (1..=6).map(PersonId::new).filter(|target| *target != me) {
                let place = usize::try_from(target.get() - 1).unwrap();
                let (visible_to, hidden) = &wishes[place];
                let are_mates = me.get() <= 3 && target.get() <= 3;
                let passes = |wish: Visibility| match wish {
                    Visibility::Everyone => true,
                    Visibility::Groups => are_mates,
                    Visibility::Nobody => false,
                };
                let may = passes(office_wide)
                    && passes(*visible_to)
                    && !hidden.contains(&me.get())
                    && target.get() != 6;
                let seen = eyes.see(&board, target);
                prop_assert_eq!(eyes.may_see(target), may);
                prop_assert!(!seen.is_invisible);
                prop_assert!(shows_last_seen || seen.last_seen.is_none());
                if may {
                    prop_assert_eq!(seen.note.as_str(), "secret");
                } else {
                    prop_assert_eq!(&seen, &never);
                }
                if is_gone[place] || names[chosen_shows[place]] == "invisible" {
                    prop_assert_eq!(seen.show, Show::Offline);
                    prop_assert_eq!(seen.until, None);
                }
            }
            prop_assert_eq!(&eyes.see(&board, me).note, "secret");
        }
    }
}

#[tokio::test]
async fn wishes_are_kept_within_bounds() {
    let (_folder, store, _) = office().await;
    let wished = Privacy {
        visible_to: Visibility::Groups,
        hidden_from: vec![BOB, ANNA, PersonId::new(999), BOB],
        idle_minutes: Some(100_000),
    };
    let kept = store.write(move |tx| set_privacy(tx, ANNA, &wished)).await.unwrap();
    let wanted = Privacy { visible_to: Visibility::Groups, hidden_from: vec![BOB], idle_minutes: Some(120) };
    assert_eq!(kept, wanted);
    assert_eq!(store.read_here(|tx| privacy(tx, BOB)).unwrap(), Privacy::default());
}
