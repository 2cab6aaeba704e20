//! What leaving mail promises, with far servers that answer as they are told.

use super::*;
use crate::domain::people::{self, NewPerson, Role};
use crate::domain::store::{Depth, ReadTx, check_store, count_jobs, due_jobs};
use crate::kernel::clock::Clock;
use crate::kernel::id::PersonId;
use crate::services::jobs;
use crate::services::office::Outside;
use crate::services::outside::{Answer, Courier, Exchanger, FetchError, Fetcher, Later, OfferError, Post, Resolver};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

const ALICE: PersonId = PersonId::new(1);
pub(crate) const TEXT: &str =
    "From: Alice <alice@example.com>\r\nMessage-ID: <m1@example.com>\r\nSubject: Hi\r\n\r\n.dot\r\nbye\r\n";

/// What a far server does at one offer.
#[derive(Clone, Copy)]
pub(crate) enum Does {
    /// No answer comes for anybody.
    Breaks(&'static str),
    /// Every recipient gets this answer.
    Says(u16, &'static str),
    /// The first so many are taken, the others get this answer.
    TakesFirst(usize, u16, &'static str),
    /// This recipient gets this answer, the others are taken.
    Refuses(&'static str, u16, &'static str),
    /// It never ends.
    Hangs,
    /// Our own code has a fault.
    Panics,
}

/// The outside world.
struct World {
    lookups: Mutex<VecDeque<LookupError>>,
    script: Mutex<VecDeque<Does>>,
    usual: Mutex<Does>,
    offers: Mutex<Vec<(String, Parcel)>>,
}

impl Resolver for World {
    fn mail_exchangers<'a>(&'a self, domain: &'a str) -> Later<'a, Result<Vec<Exchanger>, LookupError>> {
        let exchanger = move |n| Exchanger { host: format!("mx{n}.{domain}"), addresses: Vec::new(), port: 25 };
        let failed = self.lookups.lock().unwrap().pop_front();
        Box::pin(async move { failed.map_or_else(|| Ok(vec![exchanger(1), exchanger(2)]), Err) })
    }
}

impl Courier for World {
    fn offer<'a>(&'a self, to: &'a Exchanger, parcel: &'a Parcel) -> Later<'a, Result<Vec<Receipt>, OfferError>> {
        self.offers.lock().unwrap().push((to.host.clone(), parcel.clone()));
        let next = self.script.lock().unwrap().pop_front();
        let does = next.unwrap_or(*self.usual.lock().unwrap());
        let does = if to.host.ends_with("slow.example") { Does::Hangs } else { does };
        Box::pin(async move {
            let each = |place: usize, address: &str| match does {
                Does::Says(code, words) => (code, words),
                Does::TakesFirst(most, code, words) if place >= most => (code, words),
                Does::Refuses(who, code, words) if who == address => (code, words),
                _ => (250, "2.0.0 ok"),
            };
            match does {
                Does::Breaks(why) => return Err(OfferError(why.to_owned())),
                Does::Hangs => std::future::pending().await,
                Does::Panics => panic!("told to"),
                _ => {}
            }
            let receipt = |(place, address): (usize, &String)| {
                let (code, words) = each(place, address);
                Receipt { address: address.clone(), code, words: words.to_owned() }
            };
            Ok(parcel.recipients.iter().enumerate().map(receipt).collect())
        })
    }
}

impl Fetcher for World {
    fn post<'a>(&'a self, _: &'a Post) -> Later<'a, Result<Answer, FetchError>> {
        Box::pin(async move { Err(FetchError::Forbidden("nobody is there".to_owned())) })
    }
}

/// An office in a world of its own.
pub(crate) struct Scene {
    _folder: tempfile::TempDir,
    pub(crate) office: Arc<Office>,
    world: Arc<World>,
}

impl Scene {
    /// Far servers do what `script` says, then take everything.
    pub(crate) async fn new(script: &[Does]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let world = Arc::new(World {
            lookups: Mutex::default(),
            script: Mutex::new(script.iter().copied().collect()),
            usual: Mutex::new(Does::Says(250, "ok")),
            offers: Mutex::default(),
        });
        let outside = Outside { resolver: world.clone(), courier: world.clone(), fetcher: world.clone() };
        let clock = Clock::hand(Moment::from_millis(1_700_000_000_000));
        let office = Office::open(&folder.path().join("office.db"), clock, "hs.example.com", outside).unwrap();
        let made = office.store.write(|tx| {
            people::add_domain(tx, "example.com")?;
            let (name, full_name) = ("alice".to_owned(), "Alice".to_owned());
            let new = NewPerson { name, full_name, role: Role::Admin, password: String::new() };
            let alice = people::add_person(tx, &new)?;
            mail::make_mailbox(tx, alice)
        });
        made.await.unwrap();
        Self { _folder: folder, office: Arc::new(office), world }
    }

    /// Alice sends a message.
    pub(crate) async fn send(&self, text: &str, to: &[&str]) -> DepartureId {
        let to: Vec<EmailAddress> = to.iter().map(|address| address.parse().unwrap()).collect();
        let head = Head::of(&mime::parse(text.as_bytes()), text.len(), self.office.clock.now());
        let bytes = Staged::Carried(pack(text.as_bytes()));
        let sent = self.office.store.write(move |tx| {
            let message = mail::file(tx, &head, &bytes)?;
            let item = mail::deliver(tx, ALICE, FolderRole::Sent, message, &head)?;
            let blob = mail::item(tx, ALICE, item)?.blob.ok_or(MailError::NoItem)?;
            let from = "alice@example.com".parse().unwrap();
            Ok::<_, DepartError>(outbound::queue(tx, ALICE, blob, Some(&from), item, &to)?)
        });
        sent.await.unwrap()
    }

    /// Does once what is due now.
    pub(crate) async fn work(&self) {
        for due in self.office.store.read_here(|tx| due_jobs(tx, 100)).unwrap() {
            jobs::run(&self.office, due).await.unwrap();
        }
    }

    pub(crate) async fn work_after(&self, wait: Duration) {
        self.office.clock.wind(wait);
        self.work().await;
    }

    pub(crate) fn jobs(&self) -> i64 {
        self.office.store.read_here(count_jobs).unwrap()
    }

    pub(crate) fn offers(&self) -> Vec<(String, Parcel)> {
        self.world.offers.lock().unwrap().clone()
    }

    /// How often a message was offered to this server.
    pub(crate) fn offers_to(&self, host: &str) -> usize {
        self.world.offers.lock().unwrap().iter().filter(|(to, _)| to == host).count()
    }

    fn waiting(&self, id: DepartureId) -> Vec<String> {
        let waiting = self.office.store.read_here(|tx| outbound::pending(tx, id, "else.example")).unwrap();
        waiting.into_iter().map(|to| to.address).collect()
    }

    /// Subjects in Alice's inbox, newest first.
    pub(crate) fn inbox(&self) -> Vec<String> {
        let list = |tx: &ReadTx<'_>| {
            let inbox = mail::folder_by_role(tx, ALICE, FolderRole::Inbox)?.id;
            mail::list(tx, ALICE, inbox, 1)
        };
        self.office.store.read_here(list).unwrap().rows.into_iter().map(|row| row.subject).collect()
    }

    /// The text of the newest message that came to Alice.
    fn newest(&self) -> String {
        let raw = |tx: &ReadTx<'_>| {
            let inbox = mail::folder_by_role(tx, ALICE, FolderRole::Inbox)?.id;
            let row = mail::list(tx, ALICE, inbox, 1)?.rows.remove(0);
            let items = mail::thread_items(tx, ALICE, row.thread)?;
            let item = items.iter().rfind(|item| item.folder.id == inbox).ok_or(MailError::NoItem)?;
            mail::raw(tx, ALICE, item.id)
        };
        let raw = self.office.store.read_here(raw).unwrap().unpack().unwrap();
        String::from_utf8(raw).unwrap()
    }

    fn assert_all_gone(&self) {
        assert_eq!(self.jobs(), 0, "no job is left");
        assert_eq!(self.office.store.read_here(outbound::queue_length).unwrap(), 0, "no message is left");
        let found = self.office.store.read_here(|tx| check_store(tx, Depth::Deep)).unwrap();
        assert!(found.is_empty(), "{found:?}");
    }
}

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const A: &str = "a@else.example";
const B: &str = "b@else.example";
const C: &str = "c@else.example";

#[tokio::test]
async fn a_message_leaves_as_it_is_once_for_all_in_a_domain() {
    let scene = Scene::new(&[]).await;
    scene.send(TEXT, &[A, B, "x@two.example"]).await;
    scene.work().await;
    scene.assert_all_gone();
    let offers = scene.offers();
    assert_eq!(offers.len(), 2);
    let first = offers.iter().find(|(host, _)| host == "mx1.else.example").unwrap();
    assert_eq!(first.1.recipients, [A, B]);
    assert_eq!(first.1.reverse_path.as_deref(), Some("alice@example.com"));
    assert_eq!(first.1.bytes, TEXT.as_bytes());
    assert!(scene.inbox().is_empty());
}

#[tokio::test]
async fn our_own_return_path_does_not_leave() {
    let scene = Scene::new(&[]).await;
    scene.send(&format!("Return-Path:\r\n <alice@example.com>\r\n{TEXT}"), &[A]).await;
    scene.work().await;
    assert_eq!(scene.offers()[0].1.bytes, TEXT.as_bytes());
}

#[tokio::test]
async fn a_server_that_is_not_there_gives_way_to_the_next() {
    let scene = Scene::new(&[Does::Breaks("connection refused")]).await;
    scene.send(TEXT, &[A]).await;
    scene.work().await;
    scene.assert_all_gone();
    let hosts: Vec<String> = scene.offers().into_iter().map(|(host, _)| host).collect();
    assert_eq!(hosts, ["mx1.else.example", "mx2.else.example"]);
}

#[tokio::test]
async fn no_answer_421_and_450_are_tried_again_and_nothing_is_lost() {
    let later = [
        Does::Breaks("no answer in time"),
        Does::Breaks("421 busy"),
        Does::Says(421, "4.3.2 closing"),
        Does::Says(450, "4.7.1 come again"),
        Does::Says(451, "the line broke after the message"),
    ];
    let scene = Scene::new(&later).await;
    let id = scene.send(TEXT, &[A, B]).await;
    for tries in 0..4 {
        scene.work_after(if tries == 0 { Duration::ZERO } else { HOUR }).await;
        assert_eq!(scene.waiting(id), [A, B], "after {tries}");
        assert_eq!(scene.jobs(), 1);
    }
    scene.work_after(HOUR).await;
    scene.assert_all_gone();
    assert!(scene.inbox().is_empty());
}

#[tokio::test]
async fn one_refused_of_three_comes_back_once() {
    let scene = Scene::new(&[Does::Refuses(B, 550, "5.1.1 no such user")]).await;
    scene.send(TEXT, &[A, B, C]).await;
    scene.work().await;
    scene.assert_all_gone();
    assert_eq!(scene.inbox(), ["Your message could not be delivered"]);
    let bounce = scene.newest();
    assert!(
        bounce.contains("Final-Recipient: rfc822; b@else.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"),
        "{bounce}"
    );
    assert!(bounce.contains("Diagnostic-Code: smtp; 550 5.1.1 no such user") && !bounce.contains(A));
    assert!(
        bounce.contains("Remote-MTA: dns; mx1.else.example")
            && bounce.contains("mail delivery")
            && bounce.contains("<postmaster@example.com>")
    );
    scene.work_after(HOUR).await;
    assert_eq!(scene.inbox().len(), 1);
}

#[tokio::test]
async fn a_refused_message_comes_back_in_one_bounce_beside_what_was_sent() {
    let scene = Scene::new(&[Does::Says(554, "5.7.1 spam")]).await;
    scene.send(TEXT, &[A, B]).await;
    scene.work().await;
    scene.assert_all_gone();
    let bounce = scene.newest();
    assert!(bounce.contains(A) && bounce.contains(B) && bounce.matches("Status: 5.7.1").count() == 2);
    let threads = scene.office.store.read_here(|tx| {
        let row = |role| mail::folder_by_role(tx, ALICE, role).and_then(|folder| mail::list(tx, ALICE, folder.id, 1));
        Ok::<_, MailError>([row(FolderRole::Inbox)?.rows[0].thread, row(FolderRole::Sent)?.rows[0].thread])
    });
    let threads = threads.unwrap();
    assert_eq!(threads[0], threads[1], "it stands in the conversation");
}

#[tokio::test]
async fn a_server_that_takes_some_gets_the_others_at_once() {
    let full = Does::TakesFirst(5, 452, "4.5.3 too many recipients");
    let scene = Scene::new(&[full, full]).await;
    let to: Vec<String> = (0..12).map(|n| format!("p{n:02}@else.example")).collect();
    let to: Vec<&str> = to.iter().map(String::as_str).collect();
    scene.send(TEXT, &to).await;
    for _ in 0..3 {
        scene.work().await;
    }
    scene.assert_all_gone();
    let counts: Vec<usize> = scene.offers().iter().map(|(_, parcel)| parcel.recipients.len()).collect();
    assert_eq!(counts, [12, 7, 2]);
}

#[tokio::test]
async fn many_recipients_leave_by_hundreds_and_wait_together() {
    let scene = Scene::new(&[Does::Says(450, "later"); 6]).await;
    let to: Vec<String> = (0..250).map(|n| format!("p{n:03}@else.example")).collect();
    let to: Vec<&str> = to.iter().map(String::as_str).collect();
    scene.send(TEXT, &to).await;
    for _ in 0..10 {
        scene.work().await;
    }
    let counts = || scene.offers().iter().map(|(_, parcel)| parcel.recipients.len()).collect::<Vec<_>>();
    assert_eq!(counts(), [100, 100, 100], "the third offer holds some of the first, and then all wait");
    for _ in 0..20 {
        scene.work_after(HOUR).await;
    }
    scene.assert_all_gone();
    assert!(scene.inbox().is_empty());
}

#[tokio::test]
async fn a_domain_without_mail_comes_back_and_a_failed_look_up_waits() {
    let scene = Scene::new(&[]).await;
    let lookups = [LookupError::Failed("else.example".to_owned()), LookupError::NoMail("else.example".to_owned())];
    scene.world.lookups.lock().unwrap().extend(lookups);
    let id = scene.send(TEXT, &[A]).await;
    scene.work().await;
    assert_eq!(scene.waiting(id), [A]);
    scene.work_after(2 * MINUTE).await;
    scene.assert_all_gone();
    assert!(scene.newest().contains("Status: 5.1.2") && scene.offers().is_empty());
}

#[tokio::test]
async fn a_message_is_given_up_after_five_days_with_one_warning_before() {
    let scene = Scene::new(&[]).await;
    *scene.world.usual.lock().unwrap() = Does::Says(450, "4.2.0 not today");
    scene.send(TEXT, &[A]).await;
    scene.work().await;
    for _ in 0..24 * 5 - 1 {
        scene.work_after(HOUR).await;
    }
    assert_eq!(scene.inbox(), ["Your message is delayed"]);
    assert!(scene.newest().contains("Action: delayed\r\nStatus: 4.2.0"));
    let tries = scene.offers().len();
    assert!((30..=50).contains(&tries), "{tries} tries");
    for _ in 0..2 {
        scene.work_after(HOUR).await;
    }
    scene.assert_all_gone();
    assert_eq!(scene.inbox().len(), 1, "both in one conversation");
    let bounce = scene.newest();
    assert!(bounce.contains("Action: failed\r\nStatus: 4.4.7") && bounce.contains("450 4.2.0 not today"), "{bounce}");
}

#[tokio::test]
async fn a_clock_that_jumps_gives_nothing_up() {
    let scene = Scene::new(&[]).await;
    *scene.world.usual.lock().unwrap() = Does::Says(450, "later");
    let id = scene.send(TEXT, &[A]).await;
    scene.work_after(HOUR * 24 * 400).await;
    assert_eq!(scene.waiting(id), [A]);
}

#[tokio::test]
async fn a_fault_of_our_own_puts_a_job_off() {
    let scene = Scene::new(&[Does::Panics]).await;
    let id = scene.send(TEXT, &[A]).await;
    scene.work().await;
    assert_eq!((scene.waiting(id).len(), scene.jobs()), (1, 1));
    scene.work_after(2 * MINUTE).await;
    scene.assert_all_gone();
}

#[tokio::test]
async fn a_departure_done_twice_is_done_once() {
    let scene = Scene::new(&[]).await;
    let id = scene.send(TEXT, &[A]).await;
    assert_eq!(depart(&scene.office, id, "else.example").await.unwrap(), After::Done);
    assert_eq!(depart(&scene.office, id, "else.example").await.unwrap(), After::Done);
    scene.work().await;
    assert_eq!(scene.offers().len(), 1);
    scene.assert_all_gone();
}

#[tokio::test]
async fn a_bounce_never_bounces() {
    let scene = Scene::new(&[]).await;
    let id = scene.send(TEXT, &[A]).await;
    let found = scene.office.store.read_here(|tx| outbound::departure(tx, id)).unwrap().unwrap();
    let recipient = scene.office.store.read_here(|tx| outbound::pending(tx, id, "else.example")).unwrap().remove(0);
    let outcome = answered(&recipient, "mx", &[Receipt { address: A.to_owned(), code: 550, words: "no".to_owned() }]);
    let now = scene.office.clock.now();
    let from_nobody = Departure { reverse_path: String::new(), ..found.clone() };
    let brand = scene.office.store.read_here(settings::brand).unwrap();
    let house = House { hostname: &scene.office.hostname, brand: &brand };
    assert!(reports(house, &from_nobody, std::slice::from_ref(&outcome), b"", now).is_empty());
    assert_eq!(reports(house, &found, &[outcome], b"", now).len(), 1);
}

#[test]
fn waits_double_from_a_minute_to_four_hours() {
    let spans = [(0, MINUTE), (1, 2 * MINUTE), (7, 128 * MINUTE), (8, 4 * HOUR), (90, 4 * HOUR), (i64::MAX, 4 * HOUR)];
    for (tries, about) in spans {
        for _ in 0..50 {
            let wait = back_off(tries);
            assert!(wait >= about * 8 / 10 && wait <= about * 12 / 10, "{tries}: {wait:?}");
        }
    }
}
