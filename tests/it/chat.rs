//! Conversations through the page's own posts and the live stream: what is said arrives, once, in order, and nothing is
//! missed.

use crate::live::{FRAGMENT, Live, SECOND, Talker, Told, ask, read_head};
use crate::office::{TestOffice, wait_until};
use crate::program::{PASSWORD, Serving, command, done, pause, set_up};
use hailstone::kernel::clock::Stopwatch;
use std::collections::BTreeSet;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

const QUIET: Duration = Duration::from_millis(300);

fn numbers(told: &[Told]) -> Vec<i64> {
    told.iter().filter(|told| told.topic == "chat" && told.head["op"] == "said").map(Told::number).collect()
}

/// Everything said up to a number.
fn said_up_to(live: &mut Live, last: i64) -> Vec<(i64, i64)> {
    let mut heard = Vec::new();
    while heard.last().is_none_or(|(number, _)| *number < last) {
        let told = live.said().unwrap_or_else(|| panic!("{last} does not come after {:?}", heard.last()));
        heard.push((told.number(), told.head["message"].as_i64().unwrap()));
    }
    heard
}

#[test]
fn a_message_is_on_the_others_screen_within_a_second_as_the_page_shows_it() {
    let office = TestOffice::open();
    let (mut anna, mut ben) = (Talker::of(&office, "anna"), Talker::of(&office, "ben"));
    let at = anna.with(office.ben.get());
    let (mut annas, mut bens) = (anna.live(), ben.live());
    let id = anna.says_with(at, "**Hello** <b>Ben</b> @ben", &[("client_id", "c-1")]);
    let told = bens.said().unwrap();
    let head = [&told.head["conversation"], &told.head["message"], &told.head["number"], &told.head["by"]];
    assert_eq!(head, [at, id, 1, office.anna.get()]);
    assert_eq!((&told.head["client"], &told.head["pings"][0]), (&"c-1".into(), &office.ben.get().into()));
    assert_eq!(annas.said().unwrap().head["client"], "c-1");
    let rest = bens.all(QUIET * 5);
    let counts = rest.iter().find(|told| told.topic == "counts").expect("counts");
    assert_eq!((&counts.head["rooms"][0]["id"], &counts.head["rooms"][0]["unread"]), (&at.into(), &"1".into()));
    let ring = rest.iter().find(|told| told.topic == "ring").expect("a ring");
    assert_eq!((&ring.head["title"], &ring.head["body"]), (&"Anna Arnold".into(), &"Hello <b>Ben</b> @ben".into()));
    assert!(annas.all(QUIET).iter().all(|told| told.topic != "ring"), "one's own words ring");
    // The stream's fragment is the page's, but for what is the reader's own.
    let page = ben.get(&format!("/chat/{at}")).body.replace("\"say ping\"", "\"say\"");
    assert!(page.contains(told.html.trim()), "{}\n{page}", told.html);
    assert!(told.html.contains("<strong>Hello</strong> &lt;b&gt;Ben&lt;/b&gt;"), "{}", told.html);
    let fields = format!("csrf={}&text=back&client_id=c-2", ben.csrf);
    let headers = [("Accept", FRAGMENT), ("Content-Type", "application/x-www-form-urlencoded")];
    let answer = ben.browser.ask("POST", &format!("/chat/{at}/say"), &headers, fields.as_bytes());
    assert!(answer.status == 200 && answer.body.contains("data-client=\"c-2\""), "{}", answer.body);
}

#[test]
fn the_same_client_id_is_one_message_however_often_it_is_said() {
    let office = TestOffice::open();
    let mut anna = Talker::of(&office, "anna");
    let at = anna.with(office.ben.get());
    let mut live = anna.live();
    let again = |text: &str| anna.tab(anna.at).says_with(at, text, &[("client_id", "same")]);
    let ids: BTreeSet<i64> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..20).map(|_| scope.spawn(|| again("once and only"))).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(ids.len(), 1);
    assert_eq!(again("another text"), *ids.first().unwrap());
    assert_eq!(numbers(&live.all(QUIET)), [1]);
    assert_eq!(anna.get(&format!("/chat/{at}")).body.matches("once and only").count(), 1);
    // Another one's client id is another one's.
    let mut ben = Talker::of(&office, "ben");
    assert!(!ids.contains(&ben.says_with(at, "mine", &[("client_id", "same")])));
}

#[test]
fn everybody_hears_everything_in_the_same_order() {
    let office = TestOffice::open();
    let (carla, dan) = (office.add("carla", "Carla Costa"), office.add("dan", "Dan Duran"));
    let all = ["anna", "ben", "carla", "dan"].map(|name| Talker::of(&office, name));
    let at = all[0].tab(all[0].at).room("Everybody", false, &[office.ben.get(), carla, dan]);
    let mut streams = [all[0].live(), all[1].live(), all[2].live()];
    // The room's own notices come first.
    let first = streams[0].all(QUIET).iter().filter(|told| told.topic == "chat").count();
    assert_eq!(first, 0);
    let before = 4;
    std::thread::scope(|scope| {
        for sender in 0..8 {
            let mut talker = all[sender % 4].tab(all[0].at);
            scope.spawn(move || {
                for number in 0..25 {
                    talker.says(at, &format!("{sender}.{number}"));
                }
            });
        }
    });
    let heard = streams.each_mut().map(|live| said_up_to(live, before + 200));
    assert_eq!(heard[0].iter().map(|(number, _)| *number).collect::<Vec<_>>(), (5..=204).collect::<Vec<_>>());
    assert!(heard[1] == heard[0] && heard[2] == heard[0]);
    assert_eq!(heard[0].iter().map(|(_, id)| id).collect::<BTreeSet<_>>().len(), 200);
}

#[test]
fn reading_in_one_browser_moves_the_counts_in_the_other_and_is_told_to_who_said_it() {
    let office = TestOffice::open();
    let (mut anna, mut ben) = (Talker::of(&office, "anna"), Talker::of(&office, "ben"));
    let at = anna.with(office.ben.get());
    let other = Talker::of(&office, "ben");
    for text in ["one", "two", "three"] {
        anna.says(at, text);
    }
    assert!(ben.get("/today").body.contains("3"));
    let (mut annas, mut bens) = (anna.live(), other.live());
    assert_eq!(ben.post(&format!("/chat/{at}/read"), &[("upto", "2")]).status, 303);
    let unread = |told: &Told| told.head["rooms"][0]["unread"].as_str().unwrap_or("").to_owned();
    assert_eq!(bens.take("counts").map(|told| unread(&told)).as_deref(), Some("1"));
    let read = annas.take("read").expect("that it was read");
    assert_eq!([&read.head["conversation"], &read.head["person"], &read.head["upto"]], [at, office.ben.get(), 2]);
    ben.get(&format!("/chat/{at}"));
    assert_eq!(annas.take("read").expect("that the rest was read").head["upto"], 3);
    let all = bens.take_where(|told| told.topic == "counts" && unread(told).is_empty());
    assert_eq!(all.unwrap().head["rooms"].as_array().unwrap().len(), 0);
    // Neither backwards nor further than there is anything.
    for upto in ["-9223372036854775808", "1", "9223372036854775807", "x"] {
        assert_eq!(ben.post(&format!("/chat/{at}/read"), &[("upto", upto)]).status, 303, "{upto}");
    }
    anna.says(at, "four");
    assert_eq!(bens.take("counts").map(|told| unread(&told)).as_deref(), Some("1"));
}

#[test]
fn a_stream_that_comes_back_gets_what_it_missed_and_nothing_twice() {
    let office = TestOffice::open();
    let (anna, ben) = (Talker::of(&office, "anna"), Talker::of(&office, "ben"));
    let at = anna.tab(anna.at).with(office.ben.get());
    let first = ben.live();
    let mut last = first.close();
    let mut heard = Vec::new();
    std::thread::scope(|scope| {
        let mut anna = anna.tab(anna.at);
        scope.spawn(move || {
            for number in 0..150 {
                anna.says(at, &format!("word {number}"));
            }
        });
        let mut round = 0;
        while heard.last() != Some(&150) {
            let mut live = ben.live_since(last);
            round += 1;
            // Cut off at another place each time, with more in the pipe.
            for _ in 0..round % 23 + 2 {
                let Some(told) = live.next(SECOND) else { break };
                heard.extend(numbers(&[told]));
            }
            last = live.close();
            assert!(round < 500, "{heard:?}");
        }
    });
    assert_eq!(heard, (1..=150).collect::<Vec<_>>());
    // One that knows the newest is told nothing, and one of another life reads again.
    assert_eq!(numbers(&ben.live_since(last).all(QUIET)), Vec::<i64>::new());
    for foreign in [i64::MAX, 9_999_999] {
        assert!(ben.live_since(Some(foreign)).take("resync").is_some(), "{foreign}");
    }
    for odd in [-1, 0, i64::MIN] {
        let told = ben.live_since(Some(odd)).all(QUIET);
        assert!(told.iter().any(|told| told.topic == "resync") || numbers(&told).len() == 150, "{odd}");
    }
}

#[test]
fn after_a_restart_the_stream_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    set_up(data);
    done(data, &["user", "add", "ben", "--name", "Ben", "--password-stdin"], PASSWORD);
    let office = Serving::start(data);
    let (mut anna, ben) = (Talker::at(office.doors["http"], "anna"), Talker::at(office.doors["http"], "ben"));
    let at = anna.with(2);
    let mut live = ben.live();
    for text in ["one", "two", "three"] {
        anna.says(at, text);
    }
    assert_eq!(said_up_to(&mut live, 2).len(), 2);
    let last = live.last;
    assert_eq!(office.terminate(), Some(0));
    assert!(live.ends(SECOND * 2));
    let office = Serving::start(data);
    let door = office.doors["http"];
    anna.tab(door).says(at, "four");
    let mut live = ben.tab(door).live_since(last);
    anna.tab(door).says(at, "five");
    assert_eq!(numbers(&live.all(QUIET)), [3, 4, 5]);
    assert_eq!(office.terminate(), Some(0));
}

#[test]
fn who_missed_too_much_is_told_to_read_again() {
    let office = TestOffice::unhurried();
    let (anna, ben) = (Talker::of(&office, "anna"), Talker::of(&office, "ben"));
    let at = anna.tab(anna.at).with(office.ben.get());
    let last = ben.live().close();
    anna.tab(anna.at).says(at, "first");
    let before = ben.live_since(last).all(QUIET).iter().filter_map(|told| told.id).max();
    pour(&anna, at, 8, 510, "x");
    let told = ben.live_since(before).all(QUIET);
    let resync = told.iter().find(|told| told.topic == "resync").expect("resync");
    assert_eq!(numbers(&told), Vec::<i64>::new());
    // From there it goes on.
    let mut live = ben.live_since(resync.id);
    anna.tab(anna.at).says(at, "last");
    assert_eq!(live.said().unwrap().number(), 512);
}

/// Says many messages by some senders of one browser.
fn pour(talker: &Talker, at: i64, senders: usize, count: usize, text: &str) {
    std::thread::scope(|scope| {
        for sender in 0..senders {
            let mut own = talker.tab(talker.at);
            scope.spawn(move || {
                for _ in (sender..count).step_by(senders) {
                    own.says(at, text);
                }
            });
        }
    });
}

#[test]
fn what_is_said_right_after_one_joins_is_heard() {
    let office = TestOffice::open();
    let (anna, mut ben) = (Talker::of(&office, "anna"), Talker::of(&office, "ben"));
    let rooms: Vec<i64> = (0..10).map(|number| anna.tab(anna.at).room(&format!("room {number}"), false, &[])).collect();
    let mut live = ben.live();
    for at in rooms {
        // What is said meanwhile is heard or stands in the log that is read on joining; what comes after, is heard.
        let mut other = anna.tab(anna.at);
        let speaker = std::thread::spawn(move || (0..5).map(|_| other.says(at, "meanwhile")).last());
        assert_eq!(ben.post(&format!("/chat/{at}/join"), &[]).status, 303);
        let after = anna.tab(anna.at).says(at, "right after");
        speaker.join().unwrap();
        let heard = live.take_where(|told| told.topic == "chat" && told.head["message"] == after);
        assert!(heard.is_some(), "room {at}");
    }
}

#[test]
fn who_never_reads_costs_little_and_reads_again_while_others_hear_all() {
    let office = TestOffice::unhurried();
    let (anna, ben) = (Talker::of(&office, "anna"), Talker::of(&office, "ben"));
    let at = anna.tab(anna.at).with(office.ben.get());
    let (socket, mut answer) = ask(ben.at, &ben.browser, None);
    assert_eq!(read_head(&mut answer), 200);
    let mut awake = ben.live();
    // Some 14 kB each on the stream: the system itself holds about 4 MB of them.
    let text = "`a` ".repeat(999);
    let speaker = {
        let anna = anna.tab(anna.at);
        std::thread::spawn(move || pour(&anna, at, 2, 1000, &text))
    };
    let heard = said_up_to(&mut awake, 1000);
    assert!(heard.iter().map(|(number, _)| *number).eq(1..=1000));
    speaker.join().unwrap();
    let mut slow = Live::behind(socket, answer);
    slow.take("resync").expect("a beginning");
    let told = slow.all(SECOND * 2);
    let resync = told.iter().position(|told| told.topic == "resync");
    let resync = resync.unwrap_or_else(|| panic!("{} events and no word that it reads again", told.len()));
    let (before, after) = told.split_at(resync);
    let before = numbers(before);
    assert!(before.iter().copied().eq(1..=i64::try_from(before.len()).unwrap()), "{before:?}");
    assert!(before.len() < 700, "{} waited in memory", before.len());
    // What comes after goes on without a gap.
    let after = numbers(after);
    assert!(after.is_empty() || after.iter().copied().eq(after[0]..=1000), "{after:?}");
    anna.tab(anna.at).says(at, "and on");
    assert_eq!(slow.said().unwrap().number(), 1001);
}

#[test]
fn a_change_of_presence_is_told_also_amid_changes_of_the_list() {
    let office = TestOffice::unhurried();
    let (mut anna, ben) = (Talker::of(&office, "anna"), Talker::of(&office, "ben"));
    let at = anna.with(office.ben.get());
    let (_annas, mut bens) = (anna.live(), ben.live());
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let (mut ben, is_over) = (ben.tab(ben.at), &is_over);
        scope.spawn(move || {
            while !is_over.load(Ordering::SeqCst) {
                for deed in ["favourite", "unfavourite"] {
                    ben.post(&format!("/chat/{at}/{deed}"), &[]);
                }
            }
        });
        let missed: Vec<_> = ["busy", "free", "away"]
            .iter()
            .cycle()
            .take(30)
            .filter(|show| {
                assert_eq!(anna.post("/presence", &[("show", **show)]).status, 303);
                let is_meant = |told: &Told| told.topic == "presence" && told.head["show"] == **show;
                let watch = Stopwatch::start();
                !std::iter::from_fn(|| (watch.elapsed() < SECOND).then(|| bens.next(SECOND)).flatten())
                    .any(|told| is_meant(&told))
            })
            .collect();
        is_over.store(true, Ordering::SeqCst);
        assert_eq!(missed, Vec::<&&str>::new());
    });
}

/// Says words until nobody answers any more; returns those that were taken.
fn speak(mut own: Talker, at: i64, mark: &str, count: &AtomicU64) -> Vec<String> {
    let mut taken = Vec::new();
    for number in 0.. {
        let word = format!("{mark}x{number}");
        let fields = [("csrf", own.csrf.clone()), ("text", word.clone()), ("client_id", word.clone())];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        let browser = &mut own.browser;
        let say = std::panic::AssertUnwindSafe(|| browser.post(&format!("/chat/{at}/say"), &fields).status);
        match std::panic::catch_unwind(say) {
            Ok(303) => taken.push(word),
            Ok(status) => panic!("{status}"),
            Err(_) => break,
        }
        count.fetch_add(1, Ordering::SeqCst);
    }
    taken
}

#[test]
fn a_kill_at_any_moment_loses_nothing_said_and_doubles_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    set_up(data);
    done(data, &["user", "add", "ben", "--name", "Ben", "--password-stdin"], PASSWORD);
    let mut begun = None;
    let mut taken: Vec<String> = Vec::new();
    for cycle in 0..5_u64 {
        let mut serve = command(data, &["serve"]);
        serve.env("HAILSTONE_LIMITS_CHAT_PER_SECOND", "0").stderr(Stdio::null());
        let office = Serving::begin(&mut serve).unwrap();
        let door = office.doors["http"];
        let (anna, at) = begun.get_or_insert_with(|| {
            let mut anna = Talker::at(door, "anna");
            let at = anna.with(2);
            (anna, at)
        });
        let (anna, at, count) = (&*anna, *at, AtomicU64::new(0));
        taken.extend(std::thread::scope(|scope| {
            let speakers: Vec<_> = (0..4)
                .map(|speaker| {
                    let (own, count) = (anna.tab(door), &count);
                    scope.spawn(move || speak(own, at, &format!("w{cycle}x{speaker}"), count))
                })
                .collect();
            wait_until("enough is said", || count.load(Ordering::SeqCst) > 10 + cycle * 7);
            pause(Duration::from_millis(cycle * 3));
            office.kill();
            speakers.into_iter().flat_map(|speaker| speaker.join().unwrap()).collect::<Vec<_>>()
        }));
        assert_eq!(done(data, &["check", "--deep"], "").trim(), "all is well");
    }
    assert!(taken.len() > 50, "too little was said to show anything: {}", taken.len());
    let office = Serving::start(data);
    let (anna, at) = begun.unwrap();
    let said = anna.tab(office.doors["http"]).get(&format!("/chat/{at}/export.json")).body;
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    let said = said["messages"].as_array().unwrap();
    assert!(said.iter().map(|one| one["number"].as_i64().unwrap()).eq(1..=said.len() as i64), "numbers are not dense");
    let texts: Vec<&str> = said.iter().map(|one| one["text"].as_str().unwrap()).collect();
    assert_eq!(texts.iter().collect::<BTreeSet<_>>().len(), texts.len(), "something was said twice");
    let lost: Vec<_> = taken.iter().filter(|word| !texts.contains(&word.as_str())).collect();
    assert!(lost.is_empty(), "{lost:?}");
    assert_eq!(office.terminate(), Some(0));
}

#[test]
fn a_deleted_message_is_gone_at_once_and_comes_back_by_the_button_of_the_page_it_leads_to() {
    let office = TestOffice::open();
    let (mut anna, mut ben) = (Talker::of(&office, "anna"), Talker::of(&office, "ben"));
    let at = anna.with(office.ben.get());
    let id = anna.says(at, "a slip of the tongue");
    let gone = anna.post(&format!("/chat/message/{id}/delete"), &[]);
    let leads = gone.header("location").to_owned();
    assert_eq!((gone.status, leads.contains(&format!("done=deleted&said={id}#m{id}"))), (303, true), "{leads}");
    let leads = leads.split('#').next().unwrap();
    assert!(!ben.get(&format!("/chat/{at}")).body.contains("slip of the tongue"));
    let undo = format!("action=\"/chat/message/{id}/undelete\"");
    let page = anna.get(leads).body;
    assert!(page.contains("Message deleted") && page.contains(&undo), "{page}");
    assert!(!ben.get(leads).body.contains("Message deleted"), "another's address says what is not so");
    assert_eq!(ben.post(&format!("/chat/message/{id}/undelete"), &[]).status, 409);
    assert_eq!(anna.post(&format!("/chat/message/{id}/undelete"), &[]).status, 303);
    assert!(ben.get(&format!("/chat/{at}")).body.contains("slip of the tongue"));
    assert!(!anna.get(leads).body.contains("Message deleted"));
}
