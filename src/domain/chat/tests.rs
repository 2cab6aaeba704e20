//! What `chat` promises.

use super::*;
use crate::domain::people::{self, NewPerson};
use crate::domain::store::{Depth, Store, WriteTx, check_store};
use crate::kernel::clock::{Clock, Moment};
use crate::kernel::id::{ChatMessageId, ConversationId, PersonId};
use std::time::Duration;

pub(super) const ALICE: PersonId = PersonId::new(1);
pub(super) const BOB: PersonId = PersonId::new(2);
pub(super) const CARL: PersonId = PersonId::new(3);
pub(super) const DORA: PersonId = PersonId::new(4);

pub(super) struct Office {
    _folder: tempfile::TempDir,
    pub(super) store: Store,
    pub(super) clock: Clock,
}

pub(super) fn new(to: ConversationId, text: &str) -> NewMessage {
    NewMessage {
        to,
        text: text.to_owned(),
        client_id: String::new(),
        answers: None,
        thread: None,
        files: Vec::new(),
        kind: MessageKind::Text,
    }
}

impl Office {
    /// An office of four: Alice runs it, and none of them has said anything.
    pub(super) async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::hand(Moment::from_millis(1_700_000_000_000));
        let store = Store::open(&folder.path().join("office.db"), clock.clone()).unwrap();
        store
            .write(|tx| {
                people::add_domain(tx, "example.com")?;
                for name in ["alice", "bob", "carl", "dora"] {
                    let role = if name == "alice" { people::Role::Admin } else { people::Role::Member };
                    let full_name = format!("{}{} Office", name[..1].to_uppercase(), &name[1..]);
                    people::add_person(
                        tx,
                        &NewPerson { name: name.to_owned(), full_name, role, password: String::new() },
                    )?;
                }
                Ok::<_, ChatError>(())
            })
            .await
            .unwrap();
        Self { _folder: folder, store, clock }
    }

    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut WriteTx<'_>) -> Result<T, ChatError> + Send + 'static,
    ) -> Result<T, ChatError> {
        self.clock.wind(Duration::from_secs(1));
        self.store.write(work).await
    }

    pub(super) async fn room(&self, name: &'static str, kind: ConversationKind, also: &[PersonId]) -> ConversationId {
        let also = also.to_vec();
        self.write(move |tx| {
            let id = make_room(tx, ALICE, &NewRoom { name: name.to_owned(), topic: String::new(), kind })?;
            for person in also {
                invite(tx, ALICE, id, person, HistoryFrom::Start)?;
            }
            Ok(id)
        })
        .await
        .unwrap()
    }

    pub(super) async fn say(&self, who: PersonId, to: ConversationId, text: &str) -> ChatMessageId {
        let new = new(to, text);
        self.write(move |tx| say(tx, who, &new)).await.unwrap().message
    }

    pub(super) async fn reply(
        &self,
        who: PersonId,
        to: ConversationId,
        root: ChatMessageId,
        text: &str,
    ) -> ChatMessageId {
        let new = NewMessage { thread: Some(root), ..new(to, text) };
        self.write(move |tx| say(tx, who, &new)).await.unwrap().message
    }

    pub(super) fn texts(&self, who: PersonId, id: ConversationId, window: Window) -> Vec<String> {
        let page = self.store.read_here(|tx| log(tx, who, id, window)).unwrap();
        page.messages.into_iter().filter(|one| one.kind != MessageKind::Notice).map(|one| one.text).collect()
    }

    pub(super) fn message(&self, who: PersonId, id: ChatMessageId) -> Message {
        self.store.read_here(|tx| message(tx, who, id)).unwrap()
    }

    pub(super) fn unread(&self, who: PersonId, id: ConversationId) -> (i64, i64) {
        let found = self.store.read_here(|tx| unread(tx, who)).unwrap();
        found.into_iter().find(|(one, _, _)| *one == id).map_or((0, 0), |(_, unread, pings)| (unread, pings))
    }

    pub(super) fn assert_sound(&self) {
        let findings = self.store.read_here(check_chat).unwrap();
        assert!(findings.is_empty(), "{findings:?}");
        let findings = self.store.read_here(|tx| check_store(tx, Depth::Deep)).unwrap();
        assert!(findings.is_empty(), "{findings:?}");
    }
}

#[tokio::test]
async fn two_people_have_one_conversation_for_ever() {
    let office = Office::open().await;
    let id = office.write(|tx| direct(tx, ALICE, BOB)).await.unwrap();
    assert_eq!(office.write(|tx| direct(tx, BOB, ALICE)).await.unwrap(), id);
    let notes = office.write(|tx| direct(tx, ALICE, ALICE)).await.unwrap();
    assert_ne!(notes, id);
    office.say(ALICE, id, "hello").await;
    assert_eq!(office.unread(BOB, id), (1, 1));
    assert_eq!(office.unread(ALICE, id), (0, 0), "own words are read");
    let listed = office.store.read_here(|tx| conversations(tx, BOB)).unwrap();
    assert_eq!((listed[0].title.as_str(), listed[0].with, listed[0].unread), ("Alice Office", Some(ALICE), 1));
    let of_alice = office.store.read_here(|tx| conversation(tx, ALICE, notes)).unwrap();
    assert_eq!((of_alice.title.as_str(), of_alice.with), ("Notes", Some(ALICE)));
    assert!(matches!(office.write(|tx| direct(tx, ALICE, PersonId::new(99))).await, Err(ChatError::People(_))));
    office.assert_sound();
}

#[tokio::test]
async fn a_retried_message_is_said_once_and_heard_once() {
    let office = Office::open().await;
    let id = office.room("Front desk", ConversationKind::Public, &[BOB]).await;
    let mut ears = office.store.hub().listen();
    ears.follow(id);
    let new = NewMessage { client_id: "c1".to_owned(), ..new(id, "once") };
    let again = new.clone();
    let first = office.write(move |tx| say(tx, BOB, &new)).await.unwrap();
    let second = office.write(move |tx| say(tx, BOB, &again)).await.unwrap();
    assert!(first.is_new && !second.is_new);
    assert_eq!((first.message, first.number), (second.message, second.number));
    assert_eq!(office.texts(ALICE, id, Window::Newest), ["once"]);
    let said = office.say(BOB, id, "next").await;
    let mut heard = Vec::new();
    while heard.last() != Some(&said) {
        let crate::domain::store::Heard::News(news) = ears.next().await else { continue };
        for change in news.changes {
            let crate::domain::event::Event::ChatSaid { message, .. } = change.event else { continue };
            assert_eq!(
                office.message(ALICE, message).revision,
                change.revision,
                "a message bears its event's revision"
            );
            heard.push(message);
        }
    }
    assert_eq!(heard, [first.message, said]);
    let same_id_of_another = NewMessage { client_id: "c1".to_owned(), ..super::tests::new(id, "mine") };
    assert!(office.write(move |tx| say(tx, ALICE, &same_id_of_another)).await.unwrap().is_new);
    office.assert_sound();
}

#[tokio::test]
async fn order_is_dense_and_the_same_for_everybody() {
    let office = Office::open().await;
    let id = office.room("Lively", ConversationKind::Public, &[BOB, CARL]).await;
    let mut writes = Vec::new();
    for number in 0..60 {
        let new = new(id, &format!("{number}"));
        let who = [ALICE, BOB, CARL][number % 3];
        writes.push(office.store.write(move |tx| say(tx, who, &new)));
    }
    let mut numbers = Vec::new();
    for write in futures_util::future::join_all(writes).await {
        numbers.push(write.unwrap().number);
    }
    numbers.sort_unstable();
    assert!(numbers.windows(2).all(|pair| pair[0] + 1 == pair[1]));
    let seen: Vec<_> = [ALICE, BOB, CARL].iter().map(|who| office.texts(*who, id, Window::Newest)).collect();
    assert!(seen[0] == seen[1] && seen[1] == seen[2] && seen[0].len() == 50);
}

#[tokio::test]
async fn pages_of_a_log_meet_without_gap_or_overlap() {
    let office = Office::open().await;
    let id = office.write(|tx| direct(tx, ALICE, BOB)).await.unwrap();
    let mut roots = Vec::new();
    for number in 1..=120 {
        roots.push(office.say(ALICE, id, &format!("{number}")).await);
        if number % 7 == 0 {
            office.reply(BOB, id, roots[0], "beside").await;
        }
    }
    let newest = office.store.read_here(|tx| log(tx, BOB, id, Window::Newest)).unwrap();
    assert_eq!((newest.messages.len(), newest.has_older, newest.has_newer), (50, true, false));
    assert_eq!(newest.messages[49].text, "120");
    let start = newest.messages[0].number;
    let before = office.store.read_here(|tx| log(tx, BOB, id, Window::Before(start))).unwrap();
    assert_eq!((before.messages[49].text.as_str(), before.has_older, before.has_newer), ("70", true, true));
    let oldest = office.store.read_here(|tx| log(tx, BOB, id, Window::Before(before.messages[0].number))).unwrap();
    assert_eq!((oldest.messages.len(), oldest.has_older), (20, false));
    let after = office.store.read_here(|tx| log(tx, BOB, id, Window::After(oldest.messages[19].number))).unwrap();
    assert_eq!((after.messages[0].text.as_str(), after.has_older, after.has_newer), ("21", true, true));
    let middle = before.messages[10].number;
    let around = office.store.read_here(|tx| log(tx, BOB, id, Window::Around(middle))).unwrap();
    assert_eq!((around.messages.len(), around.has_older, around.has_newer), (50, true, true));
    assert!(around.messages.iter().any(|one| one.number == middle));
    assert!(around.messages.windows(2).all(|pair| pair[0].number < pair[1].number));
    for odd in [Window::Before(i64::MIN), Window::After(i64::MAX), Window::Around(i64::MIN), Window::Around(i64::MAX)] {
        office.store.read_here(|tx| log(tx, BOB, id, odd)).unwrap();
    }
}

#[tokio::test]
async fn what_is_private_does_not_exist_for_others() {
    let office = Office::open().await;
    let secret = office.room("Board", ConversationKind::Private, &[BOB]).await;
    let pair = office.write(|tx| direct(tx, ALICE, BOB)).await.unwrap();
    let group = office.write(|tx| make_group(tx, ALICE, &[BOB, DORA])).await.unwrap();
    for id in [secret, pair, group] {
        let said = office.say(ALICE, id, "for us").await;
        let none = |result: Result<(), ChatError>| assert!(matches!(result, Err(ChatError::NoConversation)));
        none(office.store.read_here(|tx| conversation(tx, CARL, id).map(|_| ())));
        none(office.store.read_here(|tx| log(tx, CARL, id, Window::Newest).map(|_| ())));
        none(office.store.read_here(|tx| members(tx, CARL, id).map(|_| ())));
        none(office.write(move |tx| say(tx, CARL, &new(id, "let me in")).map(|_| ())).await);
        none(office.write(move |tx| join(tx, CARL, id)).await);
        none(office.write(move |tx| leave(tx, CARL, id)).await);
        none(office.write(move |tx| invite(tx, CARL, id, CARL, HistoryFrom::Start)).await);
        none(office.write(move |tx| mark_read(tx, CARL, id, 1).map(|_| ())).await);
        let hidden = office.store.read_here(|tx| message(tx, CARL, said).map(|_| ()));
        assert!(matches!(hidden, Err(ChatError::NoMessage)));
        assert!(matches!(office.store.read_here(|tx| thread(tx, CARL, said)), Err(ChatError::NoMessage)));
    }
    assert!(office.store.read_here(|tx| rooms_to_join(tx, CARL)).unwrap().is_empty());
    assert!(office.store.read_here(|tx| conversations(tx, CARL)).unwrap().is_empty());
}

#[tokio::test]
async fn a_public_room_may_be_read_by_all_and_spoken_in_by_those_who_join() {
    let office = Office::open().await;
    let id = office.room("Lunch", ConversationKind::Public, &[]).await;
    office.say(ALICE, id, "soup today").await;
    let seen = office.store.read_here(|tx| conversation(tx, BOB, id)).unwrap();
    assert!(!seen.is_member && !seen.may_say && seen.unread == 0);
    assert_eq!(office.texts(BOB, id, Window::Newest), ["soup today"]);
    let refused = office.write(move |tx| say(tx, BOB, &new(id, "yum"))).await;
    assert!(matches!(refused, Err(ChatError::NotAllowed(_))));
    assert_eq!(office.store.read_here(|tx| rooms_to_join(tx, BOB)).unwrap()[0].name, "Lunch");
    office.write(move |tx| join(tx, BOB, id)).await.unwrap();
    office.say(BOB, id, "yum").await;
    assert!(office.store.read_here(|tx| rooms_to_join(tx, BOB)).unwrap().is_empty());
    let log = office.store.read_here(|tx| log(tx, ALICE, id, Window::Newest)).unwrap();
    assert!(log.messages.iter().any(|one| one.kind == MessageKind::Notice && one.text == "Bob Office joined"));
    office.write(move |tx| leave(tx, ALICE, id)).await.unwrap();
    let members = office.store.read_here(|tx| members(tx, BOB, id)).unwrap();
    assert_eq!((members.len(), members[0].role), (1, Role::Owner), "the room never stands without an owner");
    office.assert_sound();
}

#[tokio::test]
async fn a_room_has_its_name_alone() {
    let office = Office::open().await;
    office.room("Sales", ConversationKind::Public, &[]).await;
    for taken in ["sales", " #SALES ", "Sa\u{202E}les"] {
        let new = NewRoom { name: taken.to_owned(), topic: String::new(), kind: ConversationKind::Private };
        assert!(matches!(office.write(move |tx| make_room(tx, BOB, &new)).await, Err(ChatError::Taken(_))), "{taken}");
    }
    for bad in ["", " # ", "\u{200B}", &"x".repeat(61)] {
        let new = NewRoom { name: bad.to_owned(), topic: String::new(), kind: ConversationKind::Public };
        assert!(matches!(office.write(move |tx| make_room(tx, BOB, &new)).await, Err(ChatError::BadName)), "{bad}");
    }
}

#[tokio::test]
async fn who_is_invited_from_now_on_sees_nothing_from_before() {
    let office = Office::open().await;
    let id = office.write(|tx| make_group(tx, ALICE, &[BOB])).await.unwrap();
    let old = office.say(ALICE, id, "before").await;
    office.write(move |tx| invite(tx, BOB, id, CARL, HistoryFrom::Now)).await.unwrap();
    office.write(move |tx| invite(tx, BOB, id, DORA, HistoryFrom::Start)).await.unwrap();
    let answer = NewMessage { answers: Some(old), ..new(id, "after") };
    let answer = office.write(move |tx| say(tx, ALICE, &answer)).await.unwrap().message;
    assert_eq!(office.texts(CARL, id, Window::Newest), ["after"]);
    assert_eq!(office.texts(CARL, id, Window::Around(1)), ["after"]);
    assert_eq!(office.texts(DORA, id, Window::Newest), ["before", "after"]);
    assert!(matches!(office.store.read_here(|tx| message(tx, CARL, old)), Err(ChatError::NoMessage)));
    assert_eq!(office.message(CARL, answer).answers.unwrap().text, "");
    assert_eq!(office.message(DORA, answer).answers.unwrap().text, "before");
    let forged = NewMessage { answers: Some(old), ..new(id, "what was it?") };
    assert!(matches!(office.write(move |tx| say(tx, CARL, &forged)).await, Err(ChatError::NoMessage)));
}

#[tokio::test]
async fn forged_ids_of_another_conversation_are_refused() {
    let office = Office::open().await;
    let ours = office.room("Ours", ConversationKind::Public, &[BOB]).await;
    let other = office.room("Other", ConversationKind::Public, &[BOB]).await;
    let said = office.say(ALICE, other, "elsewhere").await;
    for forged in [
        NewMessage { answers: Some(said), ..new(ours, "quote") },
        NewMessage { thread: Some(said), ..new(ours, "reply") },
        NewMessage { thread: Some(ChatMessageId::new(9999)), ..new(ours, "reply") },
    ] {
        assert!(matches!(office.write(move |tx| say(tx, BOB, &forged)).await, Err(ChatError::NoMessage)));
    }
    let notice = NewMessage { kind: MessageKind::Notice, ..new(ours, "Alice left") };
    assert!(matches!(office.write(move |tx| say(tx, BOB, &notice)).await, Err(ChatError::NotAllowed(_))));
    let before = office.store.read_here(|tx| conversation(tx, BOB, ours)).unwrap().last;
    assert!(matches!(office.write(move |tx| say(tx, BOB, &new(ours, " \n"))).await, Err(ChatError::Text(_))));
    let after = office.store.read_here(|tx| conversation(tx, BOB, ours)).unwrap().last;
    assert_eq!(before, after, "what is refused takes no number");
}

#[tokio::test]
async fn reading_moves_the_mark_forward_only_and_past_replies() {
    let office = Office::open().await;
    let id = office.room("Plans", ConversationKind::Public, &[BOB, CARL]).await;
    office.write(|tx| mark_all_read(tx, BOB).map(|_| ())).await.unwrap();
    let root = office.say(ALICE, id, "@bob one").await;
    let number = office.message(BOB, root).number;
    office.say(ALICE, id, "@here two").await;
    office.say(ALICE, id, "three").await;
    assert_eq!(office.unread(BOB, id), (3, 2));
    office.reply(CARL, id, root, "a reply").await;
    assert!(office.write(move |tx| mark_read(tx, BOB, id, number)).await.unwrap());
    assert_eq!(office.unread(BOB, id), (3, 1));
    assert!(!office.write(move |tx| mark_read(tx, BOB, id, number)).await.unwrap());
    assert!(!office.write(move |tx| mark_read(tx, BOB, id, i64::MIN)).await.unwrap());
    let last_shown = number + 2;
    assert!(office.write(move |tx| mark_read(tx, BOB, id, last_shown)).await.unwrap());
    assert_eq!(office.unread(BOB, id), (0, 0), "a reply that no log shows does not stay unread");
    office.say(ALICE, id, "four").await;
    let news = office.write(|tx| mark_all_read(tx, BOB)).await.unwrap();
    assert_eq!(news.len(), 1);
    assert_eq!(office.unread(BOB, id), (0, 0));
}

#[tokio::test]
async fn names_ping_those_who_are_in_it_and_a_thread_pings_those_who_talk_in_it() {
    let office = Office::open().await;
    let id = office.room("Names", ConversationKind::Private, &[BOB, CARL]).await;
    let said = office.say(ALICE, id, "@bob, @Carl, @dora and @alice: see `@here`").await;
    let message = office.message(BOB, said);
    assert_eq!((message.pings, message.pings_all), (vec![BOB, CARL], false));
    let root = office.say(BOB, id, "a question").await;
    let first = office.reply(CARL, id, root, "an answer").await;
    assert_eq!(office.message(ALICE, first).pings, [BOB]);
    let second = office.reply(BOB, id, first, "thanks").await;
    let second = office.message(ALICE, second);
    assert_eq!((second.pings.as_slice(), second.thread), ([CARL].as_slice(), Some(root)), "a thread has one level");
    let root = office.message(ALICE, root);
    assert_eq!((root.replies, root.last_reply_at), (2, Some(second.said_at)));
    let thread = office.store.read_here(|tx| thread(tx, ALICE, second.id)).unwrap();
    assert_eq!(thread.iter().map(|one| one.text.as_str()).collect::<Vec<_>>(), ["a question", "an answer", "thanks"]);
    let everybody = office.say(ALICE, id, &"@nobody ".repeat(400)).await;
    assert!(office.message(BOB, everybody).pings.is_empty());
}
