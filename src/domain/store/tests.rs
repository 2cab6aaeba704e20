//! What the store promises.

use super::*;
use crate::domain::event::{Event, Signal};
use crate::kernel::clock::{Clock, Moment};
use crate::kernel::id::{ConversationId, FolderId, PersonId, ThreadId};
use std::time::Duration;

fn open() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("office.db"), Clock::hand(Moment::from_millis(1_000_000))).unwrap();
    (folder, store)
}

const ALICE: PersonId = PersonId::new(1);
const NEWS: Event = Event::MailArrived { folder: FolderId::new(1), thread: ThreadId::new(2) };

#[tokio::test]
async fn what_was_answered_is_on_the_disk() {
    let (folder, store) = open();
    store.write(|tx| tx.emit(ALICE, NEWS)).await.unwrap();
    let copy = folder.path().join("copy.db");
    std::fs::copy(folder.path().join("office.db"), &copy).unwrap();
    std::fs::copy(folder.path().join("office.db-wal"), folder.path().join("copy.db-wal")).unwrap();
    let other = Store::open(&copy, Clock::Wall).unwrap();
    assert_eq!(other.read_here(revision).unwrap(), 1);
}

#[tokio::test]
async fn a_write_that_fails_or_panics_leaves_its_neighbours_whole() {
    let (_folder, store) = open();
    let good = store.write(|tx| tx.emit(ALICE, NEWS));
    let bad = store.write(|tx| {
        tx.emit(ALICE, NEWS)?;
        Err::<(), StoreError>(StoreError::Busy)
    });
    let broken = store.write(|tx| -> Result<(), StoreError> {
        tx.emit(ALICE, NEWS)?;
        panic!("this write is meant to break")
    });
    let last = store.write(|tx| tx.emit(ALICE, NEWS));
    let (good, bad, broken, last) = tokio::join!(good, bad, broken, last);
    assert_eq!(good.unwrap(), 1);
    assert!(matches!(bad, Err(StoreError::Busy)));
    assert!(matches!(broken, Err(StoreError::Panicked)));
    assert_eq!(last.unwrap(), 2);
}

#[tokio::test]
async fn listeners_hear_what_was_kept_and_nothing_else() {
    let (_folder, store) = open();
    let mut listener = store.hub().listen();
    listener.follow(ALICE);
    let _ = store
        .write(|tx| {
            tx.emit(ALICE, Event::FoldersChanged)?;
            Err::<(), StoreError>(StoreError::Busy)
        })
        .await;
    store.write(|tx| tx.emit(ALICE, NEWS)).await.unwrap();
    let change = Change { owner: ALICE.into(), revision: 1, event: NEWS };
    assert_eq!(listener.next().await, Heard::News(News { changes: vec![change], signals: vec![] }));
}

#[tokio::test]
async fn a_listener_hears_those_it_follows_in_the_order_of_commits() {
    let (_folder, store) = open();
    let (room, other) = (ConversationId::new(7), ConversationId::new(8));
    let mut listener = store.hub().listen();
    listener.follow_only([ALICE.into(), room.into()]);
    for owner in [Owner::from(room), ALICE.into(), other.into(), room.into()] {
        store.write(move |tx| tx.emit(owner, NEWS)).await.unwrap();
    }
    let Heard::News(news) = listener.next().await else { panic!("news were said") };
    assert_eq!(news.changes.iter().map(|change| change.revision).collect::<Vec<_>>(), [1, 2, 4]);
    listener.follow_only([Owner::from(other)]);
    store.write(move |tx| tx.emit(room, NEWS)).await.unwrap();
    store.hub().close();
    assert_eq!(listener.next().await, Heard::Closed);
    assert_eq!(store.hub().listen().next().await, Heard::Closed, "nobody waits for an office that has stopped");
}

#[tokio::test]
async fn what_another_process_commits_is_heard_once_and_in_order() {
    let (folder, store) = open();
    let other = Store::open(&folder.path().join("office.db"), Clock::Wall).unwrap();
    let mut listener = store.hub().listen();
    listener.follow_only([ALICE.into(), Owner::Office, ConversationId::new(7).into()]);
    let mut revisions = async |store: &Store| {
        store.hear_others().await.unwrap();
        store.hub().signal(Owner::Office, Signal::Presence(ALICE));
        let Heard::News(news) = listener.next().await else { panic!("a signal was said at least") };
        news.changes.iter().map(|change| (change.revision, change.owner)).collect::<Vec<_>>()
    };
    assert_eq!(revisions(&store).await, []);
    for owner in [Owner::Office, ALICE.into(), ConversationId::new(7).into()] {
        other.write(move |tx| tx.emit(owner, NEWS)).await.unwrap();
    }
    store.write(|tx| tx.emit(ALICE, NEWS)).await.unwrap();
    other.write(|tx| tx.emit(PersonId::new(2), NEWS)).await.unwrap();
    other.write(|tx| tx.emit(ALICE, NEWS)).await.unwrap();
    let heard = [(1, Owner::Office), (2, ALICE.into()), (3, ConversationId::new(7).into()), (4, ALICE.into())];
    assert_eq!(revisions(&store).await, [&heard[..], &[(6, ALICE.into())]].concat());
    assert_eq!(revisions(&store).await, []);
}

#[tokio::test]
async fn more_than_a_listener_can_hold_from_another_process_makes_it_read_again() {
    let (folder, store) = open();
    let other = Store::open(&folder.path().join("office.db"), Clock::Wall).unwrap();
    let mut listener = store.hub().listen();
    listener.follow(ALICE);
    other.write(|tx| (0..1200).try_for_each(|_| tx.emit(ALICE, NEWS).map(|_| ()))).await.unwrap();
    store.hear_others().await.unwrap();
    assert_eq!(listener.next().await, Heard::Lagged);
    assert_eq!(store.write(|tx| tx.emit(ALICE, NEWS)).await.unwrap(), 1201);
    assert!(matches!(listener.next().await, Heard::News(news) if news.changes.len() == 1), "it goes on from there");
}

#[tokio::test]
async fn a_listener_that_lags_is_told_once_and_a_signal_is_heard_once() {
    let (_folder, store) = open();
    let mut listener = store.hub().listen();
    listener.follow(Owner::Office);
    let signals = [Signal::Presence(ALICE), Signal::Presence(PersonId::new(2)), Signal::Presence(ALICE)];
    signals.into_iter().for_each(|signal| store.hub().signal(Owner::Office, signal));
    let Heard::News(news) = listener.next().await else { panic!("signals were said") };
    assert_eq!(news.signals, signals[..2]);
    for person in 0..5000 {
        store.hub().signal(Owner::Office, Signal::Presence(PersonId::new(person)));
    }
    assert_eq!(listener.next().await, Heard::Lagged);
    store.hub().signal(Owner::Office, signals[0]);
    assert!(matches!(listener.next().await, Heard::News(_)), "it goes on from there");
}

#[tokio::test]
async fn the_change_log_tells_all_since_a_revision_or_says_that_it_cannot() {
    let (_folder, store) = open();
    for _ in 0..3 {
        store.write(|tx| tx.emit(ALICE, NEWS)).await.unwrap();
    }
    let since = |revision| store.read_here(move |tx| changes_since(tx, &[ALICE.into()], revision)).unwrap();
    assert_eq!(since(1).unwrap().iter().map(|change| change.revision).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(since(3).unwrap(), []);
    assert_eq!(since(4), None);
    store.write(|tx| prune_changes(tx, Moment::from_millis(i64::MAX), 2)).await.unwrap();
    assert_eq!(since(1), None);
    assert_eq!(since(2).unwrap().len(), 1);
}

#[tokio::test]
async fn a_staged_blob_that_was_forgotten_is_never_taken_for_another() {
    let (_folder, store) = open();
    let noise = |seed: u8| {
        (0..64 * 1024)
            .flat_map(|at: u32| crate::kernel::secret::sha256(&[&at.to_le_bytes()[..], &[seed]].concat()))
            .collect::<Vec<u8>>()
    };
    let first = store.stage(pack(&noise(1))).await.unwrap();
    let again = store.stage(pack(&noise(1))).await.unwrap();
    store.write(move |tx| put_blob(tx, &first).and_then(|id| forget_blob(tx, id))).await.unwrap();
    let other = store.stage(pack(&noise(2))).await.unwrap();
    let taken = store.write(move |tx| put_blob(tx, &again)).await;
    assert!(matches!(taken, Err(StoreError::Busy)), "{taken:?}");
    let id = store.write(move |tx| put_blob(tx, &other)).await.unwrap();
    let kept = store.read_here(|tx| packed(tx, id)).unwrap().unpack().unwrap();
    assert_eq!(kept, noise(2));
}

#[tokio::test]
async fn a_long_blob_is_written_in_parts_and_read_back_whole() {
    let (_folder, store) = open();
    let bytes: Vec<u8> = std::iter::repeat_with(crate::kernel::secret::random::<64>).take(20_000).flatten().collect();
    let staged = store.stage(pack(&bytes)).await.unwrap();
    assert!(matches!(staged, Staged::Written(_, _)));
    let id = store.write(move |tx| put_blob(tx, &staged)).await.unwrap();
    let read = store.read_here(|tx| packed(tx, id)).unwrap().unpack().unwrap();
    assert!(read == bytes);
}

#[tokio::test]
async fn the_same_bytes_are_kept_once_and_a_damaged_blob_is_found() {
    let (_folder, store) = open();
    let staged = Staged::Carried(pack(b"the same bytes the same bytes the same bytes"));
    let again = staged.clone();
    let (first, second) =
        store.write(move |tx| Ok::<_, StoreError>((put_blob(tx, &staged)?, put_blob(tx, &again)?))).await.unwrap();
    assert_eq!(first, second);
    store
        .write(move |tx| {
            Ok::<_, StoreError>(tx.sql().execute("update store_blob set bytes = x'00' where id = ?1", [first])?)
        })
        .await
        .unwrap();
    let findings = store.read_here(|tx| check_store(tx, Depth::Deep)).unwrap();
    assert!(findings.iter().any(|finding| finding.0.starts_with("blob ")), "{findings:?}");
}

#[tokio::test]
async fn a_file_of_a_newer_version_is_refused() {
    let (folder, store) = open();
    store.write(|tx| Ok::<_, StoreError>(tx.sql().pragma_update(None, "user_version", 9999)?)).await.unwrap();
    store.close();
    let again = Store::open(&folder.path().join("office.db"), Clock::Wall);
    assert!(matches!(again, Err(StoreError::Newer { found: 9999, .. })));
}

#[tokio::test]
async fn a_job_put_off_is_due_later_and_counts_its_tries() {
    use crate::domain::job::Job;
    use crate::kernel::id::DepartureId;
    let (_folder, store) = open();
    let job = Job::Depart { message: DepartureId::new(1), domain: "example.com".to_owned() };
    let owed = job.clone();
    let id = store.write(move |tx| tx.enqueue(&owed, Duration::ZERO)).await.unwrap();
    assert_eq!(store.read_here(|tx| due_jobs(tx, 10)).unwrap()[0].job, job);
    store.write(move |tx| retry_job(tx, id, tx.now().plus(Duration::from_secs(60)), "no answer")).await.unwrap();
    assert!(store.read_here(|tx| due_jobs(tx, 10)).unwrap().is_empty());
    assert_eq!(store.read_here(next_due).unwrap(), Some(Moment::from_millis(1_060_000)));
}

#[tokio::test]
async fn who_reads_for_long_holds_up_no_write() {
    let (_folder, store) = open();
    store
        .write(|tx| Ok::<_, StoreError>(tx.sql().execute_batch("create table filler (bytes blob) strict")?))
        .await
        .unwrap();
    let (begun, begins) = std::sync::mpsc::channel();
    let (end, ends) = std::sync::mpsc::channel::<()>();
    let reader = store.clone();
    let reading = std::thread::spawn(move || {
        reader.read_here(|tx| {
            let revision = revision(tx)?;
            begun.send(revision).unwrap();
            ends.recv().unwrap();
            Ok::<_, StoreError>(())
        })
    });
    begins.recv().unwrap();
    // More than the write-ahead log may hold before it is brought back to its beginning, which a reader forbids.
    for _ in 0..14 {
        let fill = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000)
                    insert into filler select randomblob(3900) from n";
        let watch = crate::kernel::clock::Stopwatch::start();
        store.write(move |tx| Ok::<_, StoreError>(tx.sql().execute(fill, [])?)).await.unwrap();
        assert!(watch.elapsed() < Duration::from_secs(3), "a write waited for a reader: {:?}", watch.elapsed());
    }
    end.send(()).unwrap();
    reading.join().unwrap().unwrap();
}

#[test]
fn a_disk_without_reserve_takes_no_mail() {
    let megabyte = 1024 * 1024;
    assert!(Room { free: 100 * megabyte, total: 200 * megabyte }.has_room_for(megabyte));
    assert!(!Room { free: 11 * megabyte, total: 200 * megabyte }.has_room_for(megabyte));
}
