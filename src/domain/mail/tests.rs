//! What `mail` promises.

use super::*;
use crate::domain::people::{self, NewPerson, Role};
use crate::domain::store::{Depth, Staged, Store, check_store, pack};
use crate::format::mime::parse;
use crate::kernel::clock::{Clock, Moment};
use crate::kernel::id::{ItemId, PersonId, ThreadId};
use proptest::prelude::*;
use std::time::Duration;

const ALICE: PersonId = PersonId::new(1);

struct Office {
    _folder: tempfile::TempDir,
    store: Store,
    clock: Clock,
}

impl Office {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::hand(Moment::from_millis(1_700_000_000_000));
        let store = Store::open(&folder.path().join("office.db"), clock.clone()).unwrap();
        store
            .write(|tx| {
                people::add_domain(tx, "example.com")?;
                for (name, role) in [("alice", Role::Admin), ("bob", Role::Member)] {
                    let new = NewPerson {
                        name: name.to_owned(),
                        full_name: format!("{name} of the office"),
                        role,
                        password: String::new(),
                    };
                    let id = people::add_person(tx, &new)?;
                    make_mailbox(tx, id)?;
                }
                Ok::<_, MailError>(())
            })
            .await
            .unwrap();
        Self { _folder: folder, store, clock }
    }

    async fn arrives(&self, fields: &str, text: &str) -> ItemId {
        self.clock.wind(Duration::from_secs(1));
        let raw = format!("From: Carl <carl@else.example>\r\nTo: alice@example.com\r\n{fields}\r\n\r\n{text}\r\n");
        let parsed = parse(raw.as_bytes());
        let head = Head::of(&parsed, raw.len(), self.clock.now());
        let bytes = Staged::Carried(pack(raw.as_bytes()));
        self.store
            .write(move |tx| {
                let message = file(tx, &head, &bytes)?;
                deliver(tx, ALICE, FolderRole::Inbox, message, &head)
            })
            .await
            .unwrap()
    }

    async fn index_all(&self) {
        let found = self.store.read_here(|tx| unindexed(tx, 1000)).unwrap();
        let words: Vec<_> =
            found.into_iter().map(|one| (one.message, IndexWords::of(&parse(&one.bytes.unpack().unwrap())))).collect();
        self.store.write(move |tx| index(tx, &words)).await.unwrap();
    }

    fn list(&self, role: FolderRole) -> Vec<Row> {
        self.store.read_here(|tx| list(tx, ALICE, folder_by_role(tx, ALICE, role)?.id, 1)).unwrap().rows
    }

    async fn act(&self, role: FolderRole, threads: Vec<ThreadId>, what: Act) -> Done {
        self.store.write(move |tx| act(tx, ALICE, folder_by_role(tx, ALICE, role)?.id, &threads, what)).await.unwrap()
    }

    fn find(&self, typed: &str) -> Vec<String> {
        let page = self.store.read_here(|tx| search(tx, ALICE, &Query::parse(typed), 1)).unwrap();
        page.rows.into_iter().map(|row| row.subject).collect()
    }

    fn assert_sound(&self) {
        let findings = self.store.read_here(check_mail).unwrap();
        assert!(findings.is_empty(), "{findings:?}");
        let findings = self.store.read_here(|tx| check_store(tx, Depth::Deep)).unwrap();
        assert!(findings.is_empty(), "{findings:?}");
    }
}

#[tokio::test]
async fn an_answer_joins_the_conversation_it_answers() {
    let office = Office::open().await;
    office.arrives("Subject: Offer\r\nMessage-ID: <one@else.example>", "first").await;
    office.arrives("Subject: Other\r\nMessage-ID: <two@else.example>", "other").await;
    office
        .arrives("Subject: Re: Offer\r\nMessage-ID: <three@else.example>\r\nReferences: <one@else.example>", "second")
        .await;
    let rows = office.list(FolderRole::Inbox);
    assert_eq!(
        rows.iter().map(|row| (row.subject.as_str(), row.count)).collect::<Vec<_>>(),
        [("Re: Offer", 2), ("Other", 1)]
    );
    assert_eq!(rows[0].unread, 2);
    office.assert_sound();
}

#[tokio::test]
async fn every_act_can_be_undone_and_leaves_the_counters_true() {
    let office = Office::open().await;
    for number in 0..5 {
        office.arrives(&format!("Subject: Number {number}\r\nMessage-ID: <{number}@else.example>"), "text").await;
    }
    let own = office.store.write(|tx| make_folder(tx, ALICE, "Projects")).await.unwrap();
    let before = office.list(FolderRole::Inbox);
    let threads: Vec<_> = before.iter().take(3).map(|row| row.thread).collect();
    for what in [Act::Archive, Act::Trash, Act::Junk, Act::Move(own), Act::Read, Act::Star] {
        let done = office.act(FolderRole::Inbox, threads.clone(), what).await;
        assert_eq!(done.changed, 3, "{what:?}");
        office.assert_sound();
        let undo_id = done.undo.unwrap();
        assert!(office.store.read_here(|tx| notice(tx, ALICE, undo_id)).unwrap().unwrap().contains("3 conversations"));
        office.store.write(move |tx| undo(tx, ALICE, undo_id)).await.unwrap();
        office.assert_sound();
        let again = office.store.write(move |tx| undo(tx, ALICE, undo_id)).await;
        assert!(matches!(again, Err(MailError::NoUndo)));
        let after = office.list(FolderRole::Inbox);
        let shown = |rows: &[Row]| rows.iter().map(|row| (row.item, row.unread, row.is_starred)).collect::<Vec<_>>();
        assert_eq!(shown(&after), shown(&before), "{what:?}");
    }
}

#[tokio::test]
async fn what_is_deleted_for_good_leaves_nothing_behind() {
    let office = Office::open().await;
    office.arrives("Subject: Gone\r\nMessage-ID: <gone@else.example>", "forgettable words").await;
    office.index_all().await;
    let threads = vec![office.list(FolderRole::Inbox)[0].thread];
    office.act(FolderRole::Inbox, threads.clone(), Act::Trash).await;
    let done = office.act(FolderRole::Trash, threads, Act::Erase).await;
    assert_eq!((done.changed, done.undo), (1, None));
    assert!(office.find("forgettable in:all").is_empty());
    office.assert_sound();
}

#[tokio::test]
async fn what_has_lain_in_junk_or_trash_long_enough_is_deleted_from_there_and_nowhere_else() {
    let office = Office::open().await;
    for number in 0..5 {
        office.arrives(&format!("Subject: Number {number}\r\nMessage-ID: <{number}@else.example>"), "text").await;
    }
    office.index_all().await;
    let threads: Vec<_> = office.list(FolderRole::Inbox).iter().map(|row| row.thread).collect();
    office.act(FolderRole::Inbox, threads[..2].to_vec(), Act::Trash).await;
    let back = office.act(FolderRole::Inbox, threads[2..3].to_vec(), Act::Junk).await.undo.unwrap();
    office.clock.wind(Duration::from_secs(100));
    let between = office.clock.now();
    office.act(FolderRole::Inbox, threads[3..4].to_vec(), Act::Junk).await;
    // From Junk to Trash it begins anew.
    office.act(FolderRole::Trash, threads[1..2].to_vec(), Act::Junk).await;
    office.assert_sound();
    office.store.write(move |tx| undo(tx, ALICE, back)).await.unwrap();
    office.assert_sound();
    let binned = |before| office.store.read_here(|tx| binned_before(tx, before)).unwrap();
    assert_eq!((binned(between), binned(office.clock.now().plus(Duration::from_secs(1)))), (1, 3));
    assert_eq!(office.store.write(move |tx| erase_binned(tx, between, 100)).await.unwrap(), 1);
    assert_eq!(office.list(FolderRole::Trash).len(), 0);
    office.clock.wind(Duration::from_secs(100));
    let now = office.clock.now();
    assert_eq!(office.store.write(move |tx| erase_binned(tx, now, 1)).await.unwrap(), 1, "a slice at a time");
    assert_eq!(office.store.write(move |tx| erase_binned(tx, now, 100)).await.unwrap(), 1);
    assert_eq!(office.store.write(move |tx| erase_binned(tx, now, 100)).await.unwrap(), 0);
    assert_eq!((office.list(FolderRole::Junk).len(), office.list(FolderRole::Inbox).len()), (0, 2));
    office.assert_sound();
}

#[tokio::test]
async fn nobody_reaches_another_persons_mail() {
    let office = Office::open().await;
    let item_id = office.arrives("Subject: Private", "mine").await;
    let bob = PersonId::new(2);
    let inbox = office.store.read_here(|tx| folder_by_role(tx, ALICE, FolderRole::Inbox)).unwrap().id;
    let thread = office.list(FolderRole::Inbox)[0].thread;
    assert!(matches!(office.store.read_here(|tx| item(tx, bob, item_id)), Err(MailError::NoItem)));
    assert!(matches!(office.store.read_here(|tx| list(tx, bob, inbox, 1)), Err(MailError::NoFolder)));
    assert!(office.store.read_here(|tx| thread_items(tx, bob, thread)).unwrap().is_empty());
    assert!(office.store.read_here(|tx| row(tx, bob, inbox, thread)).unwrap().is_none());
    let stolen = office.store.write(move |tx| act(tx, bob, inbox, &[thread], Act::Trash)).await;
    assert!(matches!(stolen, Err(MailError::NoFolder)));
    office.index_all().await;
    assert!(office.store.read_here(|tx| search(tx, bob, &Query::parse("mine"), 1)).unwrap().rows.is_empty());
    assert!(office.store.read_here(|tx| search(tx, bob, &Query::parse("o1"), 1)).unwrap().rows.is_empty());
}

#[tokio::test]
async fn a_message_is_found_before_and_after_it_is_indexed() {
    let office = Office::open().await;
    office.arrives("Subject: Angebot Büro\r\nMessage-ID: <a@else.example>", "Die Treppe bleibt.").await;
    for _ in 0..2 {
        for typed in [
            "treppe",
            "buro",
            "subject:angebot",
            "from:carl",
            "to:alice",
            "\"treppe bleibt\"",
            "trep",
            "in:inbox is:unread",
        ] {
            assert_eq!(office.find(typed), ["Angebot Büro"], "{typed}");
        }
        for typed in [
            "-treppe angebot",
            "from:dora",
            "treppe in:sent",
            "is:read",
            "has:attachment",
            "before:2001-01-01",
            "larger:1M treppe",
        ] {
            assert!(office.find(typed).is_empty(), "{typed}");
        }
        office.index_all().await;
    }
    office.assert_sound();
}

#[tokio::test]
async fn a_draft_is_kept_found_and_ended_once() {
    let office = Office::open().await;
    let typed = DraftText { subject: "Plan".to_owned(), body: "unusual words".to_owned(), ..DraftText::default() };
    let item_id = office
        .store
        .write({
            let typed = typed.clone();
            move |tx| save_draft(tx, ALICE, None, &typed, Answering::New)
        })
        .await
        .unwrap();
    let more = DraftText { to: "bob@example.com".to_owned(), ..typed };
    let same = office.store.write(move |tx| save_draft(tx, ALICE, Some(item_id), &more, Answering::New)).await.unwrap();
    assert_eq!(same, item_id);
    assert_eq!(office.list(FolderRole::Drafts)[0].people, "To: bob@example.com");
    assert_eq!(office.find("unusual"), ["Plan"]);
    let draft = office.store.read_here(|tx| draft(tx, ALICE, item_id)).unwrap();
    let stale = office.store.write(move |tx| take_draft(tx, ALICE, item_id, draft.version - 1)).await;
    assert!(matches!(stale, Err(MailError::NoDraft)));
    office.store.write(move |tx| take_draft(tx, ALICE, item_id, draft.version)).await.unwrap();
    assert!(office.list(FolderRole::Drafts).is_empty());
    office.assert_sound();
}

#[tokio::test]
async fn a_removed_folder_leaves_its_mail_in_the_archive() {
    let office = Office::open().await;
    office.arrives("Subject: Kept", "text").await;
    let own = office.store.write(|tx| make_folder(tx, ALICE, "  Short  lived ")).await.unwrap();
    let twice = office.store.write(|tx| make_folder(tx, ALICE, "short LIVED")).await;
    assert!(matches!(twice, Err(MailError::BadFolderName)));
    let threads = vec![office.list(FolderRole::Inbox)[0].thread];
    office.act(FolderRole::Inbox, threads, Act::Move(own)).await;
    office.store.write(move |tx| remove_folder(tx, ALICE, own)).await.unwrap();
    assert_eq!(office.list(FolderRole::Archive).len(), 1);
    office.assert_sound();
}

#[test]
fn any_text_is_a_query() {
    let office = tokio::runtime::Runtime::new().unwrap().block_on(async {
        let office = Office::open().await;
        office.arrives("Subject: One", "some text").await;
        office.index_all().await;
        office.arrives("Subject: Two", "some text").await;
        office
    });
    proptest!(ProptestConfig::with_cases(300), |(typed in "([a-z\"'():*^~+-]{0,8}|AND|OR|NOT|NEAR|from:|in:|before:|owners:|\\PC){0,6}")| {
        office.find(&typed);
    });
    for typed in
        ["\"", "*", "NEAR(a b)", "owners:o1", "a AND", "{subject}: x", "-", "'; drop table mail_item; --", "\0"]
    {
        office.find(typed);
    }
}
