//! What deeds in chat promise.

use super::tests::{ALICE, BOB, CARL, DORA, Office, new};
use super::*;
use crate::domain::store::{Staged, pack, put_blob};
use crate::format::file_kind::FileKind;
use crate::kernel::clock::Moment;
use crate::kernel::id::{BlobId, ChatFileId, ConversationId, PersonId};
use crate::kernel::limits;
use std::time::Duration;

fn refused<T: std::fmt::Debug>(result: &Result<T, ChatError>) {
    assert!(matches!(result, Err(ChatError::NotAllowed(_))), "{result:?}");
}

impl Office {
    async fn attach(&self, who: PersonId, at: ConversationId, bytes: &'static [u8]) -> Result<ChatFileId, ChatError> {
        self.write(move |tx| {
            let blob = put_blob(tx, &Staged::Carried(pack(bytes)))?;
            let file = NewFile {
                blob,
                name: "../../Plan \u{202E}of\u{0} house.png".to_owned(),
                media_type: "image/png".to_owned(),
                size: bytes.len() as i64,
                width: 4,
                height: 3,
                preview: None,
                seconds: 0,
                kind: FileKind::Picture,
            };
            attach(tx, who, at, &file)
        })
        .await
    }

    fn blobs(&self) -> i64 {
        let count = |tx: &crate::domain::store::ReadTx<'_>| {
            Ok::<i64, ChatError>(tx.sql().query_row("select count(*) from store_blob", [], |row| row.get(0))?)
        };
        self.store.read_here(count).unwrap()
    }
}

#[tokio::test]
async fn one_edits_ones_own_words_and_how_they_were_stays_in_the_log() {
    let office = Office::open().await;
    let id = office.room("Edits", ConversationKind::Public, &[BOB, CARL]).await;
    let said = office.say(BOB, id, "helo @carl").await;
    assert_eq!(office.unread(CARL, id).1, 1);
    refused(&office.write(move |tx| edit(tx, ALICE, said, "hacked")).await);
    let before = office.message(ALICE, said).revision;
    office.write(move |tx| edit(tx, BOB, said, "hello @alice ")).await.unwrap();
    let message = office.message(ALICE, said);
    assert_eq!((message.text.as_str(), message.pings.as_slice()), ("hello @alice", [ALICE].as_slice()));
    assert!(message.edited_at.is_some() && message.revision > before);
    assert_eq!(office.unread(CARL, id).1, 0);
    office.write(move |tx| edit(tx, BOB, said, "hello @alice")).await.unwrap();
    let log = office.store.read_here(|tx| log_of(tx, ALICE, id)).unwrap();
    assert_eq!((log.len(), log[0].act, log[0].before.as_str()), (1, Act::Edited, "helo @carl"));
    refused(&office.store.read_here(|tx| log_of(tx, BOB, id)));
    let tampered = office.write(|tx| Ok(tx.sql().execute("update chat_log set before = ''", [])?)).await;
    assert!(tampered.is_err(), "the log is never changed");
    office.assert_sound();
}

#[tokio::test]
async fn a_deleted_message_keeps_its_place_and_nothing_else() {
    let office = Office::open().await;
    let id = office.room("Deletes", ConversationKind::Private, &[BOB, CARL]).await;
    let file_id = office.attach(BOB, id, b"bytes of a plan").await.unwrap();
    let with_file = NewMessage { files: vec![file_id], ..new(id, "look @carl @here") };
    let said = office.write(move |tx| say(tx, BOB, &with_file)).await.unwrap().message;
    office.write(move |tx| react(tx, CARL, said, "👍", true)).await.unwrap();
    office.write(move |tx| pin(tx, CARL, said)).await.unwrap();
    office.write(move |tx| star(tx, CARL, said)).await.unwrap();
    office.reply(CARL, id, said, "nice").await;
    office.write(|tx| index(tx, 100)).await.unwrap();
    let number = office.message(ALICE, said).number;
    refused(&office.write(move |tx| delete(tx, CARL, said)).await);
    office.write(move |tx| delete(tx, ALICE, said)).await.unwrap();
    let message = office.message(CARL, said);
    assert!(message.is_deleted && message.text.is_empty() && message.files.is_empty() && message.reactions.is_empty());
    assert!(!message.is_pinned && !message.is_starred && message.pings.is_empty() && !message.pings_all);
    assert_eq!((message.number, message.replies), (number, 1));
    assert!(matches!(office.store.read_here(|tx| file(tx, BOB, file_id)), Err(ChatError::NoFile)));
    assert!(office.store.read_here(|tx| pins(tx, CARL, id)).unwrap().is_empty());
    assert!(office.store.read_here(|tx| starred(tx, CARL)).unwrap().is_empty());
    assert!(office.store.read_here(|tx| files(tx, CARL, id)).unwrap().is_empty());
    assert_eq!(office.write(|tx| empty_deleted(tx, 10)).await.unwrap(), 0, "it can be undone yet");
    office.clock.wind(limits::CHAT_UNDO);
    assert_eq!(office.write(|tx| empty_deleted(tx, 10)).await.unwrap(), 1);
    assert_eq!(office.blobs(), 0);
    let found = office.store.read_here(|tx| search(tx, CARL, &ChatQuery::parse("look"), 1)).unwrap();
    assert!(found.hits.is_empty());
    refused(&office.write(move |tx| edit(tx, BOB, said, "back")).await);
    refused(&office.write(move |tx| react(tx, BOB, said, "👍", true)).await);
    let log = office.store.read_here(|tx| log_of(tx, ALICE, id)).unwrap();
    assert_eq!((log[0].act, log[0].whom, log[0].before.as_str()), (Act::Deleted, Some(BOB), "look @carl @here"));
    let pair = office.write(|tx| direct(tx, ALICE, BOB)).await.unwrap();
    let private = office.say(BOB, pair, "mine").await;
    refused(&office.write(move |tx| delete(tx, ALICE, private)).await);
    office.assert_sound();
}

#[tokio::test]
async fn who_deleted_a_message_brings_it_back_whole_and_the_log_tells_both() {
    let office = Office::open().await;
    let id = office.room("Regrets", ConversationKind::Public, &[BOB, CARL]).await;
    let file_id = office.attach(BOB, id, b"bytes of a plan").await.unwrap();
    let with_file = NewMessage { files: vec![file_id], ..new(id, "look @carl @here") };
    let said = office.write(move |tx| say(tx, BOB, &with_file)).await.unwrap().message;
    office.write(move |tx| react(tx, CARL, said, "👍", true)).await.unwrap();
    office.write(move |tx| pin(tx, CARL, said)).await.unwrap();
    office.write(move |tx| star(tx, CARL, said)).await.unwrap();
    office.write(|tx| index(tx, 100)).await.unwrap();
    let (before, unread) = (office.message(CARL, said), office.unread(CARL, id));
    office.write(move |tx| delete(tx, BOB, said)).await.unwrap();
    office.assert_sound();
    for who in [ALICE, CARL, DORA] {
        let refused = office.write(move |tx| undelete(tx, who, said)).await;
        assert!(matches!(refused, Err(ChatError::TooLate)), "{who}: {refused:?}");
    }
    office.write(move |tx| undelete(tx, BOB, said)).await.unwrap();
    office.write(move |tx| undelete(tx, BOB, said)).await.unwrap();
    let after = office.message(CARL, said);
    assert!(after.revision > before.revision);
    assert_eq!(Message { revision: before.revision, ..after }, before);
    assert_eq!(office.unread(CARL, id), unread);
    let found = office.store.read_here(|tx| search(tx, CARL, &ChatQuery::parse("look"), 1)).unwrap();
    assert_eq!(found.hits.len(), 1);
    let log = office.store.read_here(|tx| log_of(tx, ALICE, id)).unwrap();
    assert_eq!((log.len(), log[0].act, log[1].act), (2, Act::Undeleted, Act::Deleted));
    office.assert_sound();
}

#[tokio::test]
async fn a_deleted_message_comes_back_neither_late_nor_into_an_archive_nor_for_the_muted() {
    let office = Office::open().await;
    let id = office.room("Late", ConversationKind::Public, &[BOB]).await;
    let said = office.say(BOB, id, "never mind").await;
    office.write(move |tx| delete(tx, BOB, said)).await.unwrap();
    office.write(move |tx| mute(tx, ALICE, id, BOB, None)).await.unwrap();
    assert!(matches!(office.write(move |tx| undelete(tx, BOB, said)).await, Err(ChatError::Muted)));
    office.write(move |tx| unmute(tx, ALICE, id, BOB)).await.unwrap();
    office.write(move |tx| archive(tx, ALICE, id, true)).await.unwrap();
    assert!(matches!(office.write(move |tx| undelete(tx, BOB, said)).await, Err(ChatError::Archived)));
    office.write(move |tx| archive(tx, ALICE, id, false)).await.unwrap();
    office.clock.wind(limits::CHAT_UNDO);
    assert!(matches!(office.write(move |tx| undelete(tx, BOB, said)).await, Err(ChatError::TooLate)));
    assert!(office.message(ALICE, said).text.is_empty());
    office.assert_sound();
}

#[tokio::test]
async fn reactions_count_once_a_person_and_only_emoji_pass() {
    let office = Office::open().await;
    let id = office.room("Likes", ConversationKind::Public, &[BOB, CARL]).await;
    let said = office.say(ALICE, id, "cake in the kitchen").await;
    for (who, emoji) in [(BOB, "🎂"), (CARL, "🎂"), (BOB, "❤️")] {
        assert!(office.write(move |tx| react(tx, who, said, emoji, true)).await.unwrap());
        assert!(!office.write(move |tx| react(tx, who, said, emoji, true)).await.unwrap());
    }
    let reactions = office.message(DORA, said).reactions;
    assert_eq!(reactions[0], Reaction { emoji: "🎂".to_owned(), people: vec![BOB, CARL] });
    assert_eq!(reactions.len(), 2);
    refused(&office.write(move |tx| react(tx, BOB, said, "<script>", true)).await);
    refused(&office.write(move |tx| react(tx, DORA, said, "🎂", true)).await);
    assert!(office.write(move |tx| react(tx, BOB, said, "❤️", false)).await.unwrap());
    assert_eq!(office.message(DORA, said).reactions.len(), 1);
    for sign in 0..limits_reactions() - 1 {
        let emoji = char::from_u32(0x1F600 + sign).unwrap().to_string();
        office.write(move |tx| react(tx, BOB, said, &emoji, true)).await.unwrap();
    }
    let one_more = office.write(move |tx| react(tx, BOB, said, "🦔", true)).await;
    assert!(matches!(one_more, Err(ChatError::TooMany(..))));
    office.assert_sound();
}

fn limits_reactions() -> u32 {
    u32::try_from(crate::kernel::limits::CHAT_REACTIONS).unwrap()
}

#[tokio::test]
async fn pins_are_for_all_and_stars_for_oneself() {
    let office = Office::open().await;
    let id = office.room("Marks", ConversationKind::Public, &[BOB]).await;
    let first = office.say(ALICE, id, "first").await;
    let second = office.say(BOB, id, "second").await;
    office.write(move |tx| pin(tx, BOB, first)).await.unwrap();
    office.write(move |tx| pin(tx, ALICE, first)).await.unwrap();
    assert!(office.write(move |tx| star(tx, BOB, second)).await.unwrap());
    assert!(!office.write(move |tx| star(tx, BOB, second)).await.unwrap());
    assert!(office.write(move |tx| star(tx, BOB, first)).await.unwrap());
    let texts = |found: Vec<Message>| found.into_iter().map(|one| one.text).collect::<Vec<_>>();
    assert_eq!(texts(office.store.read_here(|tx| pins(tx, DORA, id)).unwrap()), ["first"]);
    assert_eq!(texts(office.store.read_here(|tx| starred(tx, BOB)).unwrap()), ["first", "second"]);
    assert!(office.store.read_here(|tx| starred(tx, ALICE)).unwrap().is_empty());
    assert!(office.message(BOB, second).is_starred && !office.message(ALICE, second).is_starred);
    assert!(office.message(DORA, first).is_pinned);
    office.write(move |tx| unpin(tx, BOB, first)).await.unwrap();
    office.write(move |tx| unstar(tx, BOB, first)).await.unwrap();
    assert!(office.store.read_here(|tx| pins(tx, DORA, id)).unwrap().is_empty());
    refused(&office.write(move |tx| pin(tx, DORA, first)).await);
    office.assert_sound();
}

#[tokio::test]
async fn a_muted_member_hears_but_cannot_speak() {
    let office = Office::open().await;
    let id = office.room("Order", ConversationKind::Public, &[BOB, CARL]).await;
    let own = office.say(BOB, id, "spam").await;
    refused(&office.write(move |tx| mute(tx, CARL, id, BOB, None)).await);
    let until = office.clock.now().plus(Duration::from_secs(600));
    office.write(move |tx| mute(tx, ALICE, id, BOB, Some(until))).await.unwrap();
    let silent = |result: Result<(), ChatError>| assert!(matches!(result, Err(ChatError::Muted)), "{result:?}");
    silent(office.write(move |tx| say(tx, BOB, &new(id, "x")).map(|_| ())).await);
    silent(office.write(move |tx| edit(tx, BOB, own, "x")).await);
    silent(office.write(move |tx| react(tx, BOB, own, "👍", true).map(|_| ())).await);
    silent(office.write(move |tx| set_topic(tx, BOB, id, "x")).await);
    silent(office.write(move |tx| pin(tx, BOB, own)).await);
    silent(office.write(move |tx| invite(tx, BOB, id, DORA, HistoryFrom::Start)).await);
    silent(office.attach(BOB, id, b"x").await.map(|_| ()));
    office.say(ALICE, id, "quiet now").await;
    assert_eq!(office.texts(BOB, id, Window::Newest), ["spam", "quiet now"]);
    office.clock.wind(Duration::from_secs(700));
    office.say(BOB, id, "sorry").await;
    office.write(move |tx| mute(tx, ALICE, id, BOB, None)).await.unwrap();
    silent(office.write(move |tx| say(tx, BOB, &new(id, "x")).map(|_| ())).await);
    office.write(move |tx| unmute(tx, ALICE, id, BOB)).await.unwrap();
    office.say(BOB, id, "back").await;
}

#[tokio::test]
async fn who_is_removed_neither_speaks_nor_reads_any_more() {
    let office = Office::open().await;
    let id = office.room("Closed", ConversationKind::Private, &[BOB, CARL]).await;
    let said = office.say(BOB, id, "before").await;
    let file_id = office.attach(BOB, id, b"plan").await.unwrap();
    office.write(move |tx| save_draft(tx, BOB, id, "half a")).await.unwrap();
    refused(&office.write(move |tx| kick(tx, BOB, id, CARL)).await);
    refused(&office.write(move |tx| kick(tx, BOB, id, ALICE)).await);
    office.write(move |tx| kick(tx, ALICE, id, BOB)).await.unwrap();
    let gone = |result: Result<(), ChatError>| assert!(matches!(result, Err(ChatError::NoConversation)), "{result:?}");
    gone(office.write(move |tx| say(tx, BOB, &new(id, "still here")).map(|_| ())).await);
    gone(office.write(move |tx| save_draft(tx, BOB, id, "x")).await);
    gone(office.write(move |tx| set_level(tx, BOB, id, Level::All)).await);
    gone(office.write(move |tx| hide(tx, BOB, id)).await);
    gone(office.store.read_here(|tx| files(tx, BOB, id)).map(|_| ()));
    gone(office.store.read_here(|tx| pins(tx, BOB, id)).map(|_| ()));
    gone(office.store.read_here(|tx| export(tx, BOB, id, 0, 100)).map(|_| ()));
    gone(office.store.read_here(|tx| draft(tx, BOB, id)).map(|_| ()));
    let unseen = |result: Result<(), ChatError>| assert!(matches!(result, Err(ChatError::NoMessage)), "{result:?}");
    unseen(office.write(move |tx| edit(tx, BOB, said, "x")).await);
    unseen(office.write(move |tx| delete(tx, BOB, said)).await);
    unseen(office.write(move |tx| star(tx, BOB, said).map(|_| ())).await);
    unseen(office.store.read_here(|tx| readers(tx, BOB, said)).map(|_| ()));
    assert!(matches!(office.store.read_here(|tx| file(tx, BOB, file_id)), Err(ChatError::NoFile)));
    office.write(move |tx| invite(tx, CARL, id, BOB, HistoryFrom::Start)).await.unwrap();
    office.write(move |tx| ban(tx, ALICE, id, BOB)).await.unwrap();
    refused(&office.write(move |tx| invite(tx, CARL, id, BOB, HistoryFrom::Start)).await);
    assert_eq!(office.store.read_here(|tx| banned(tx, ALICE, id)).unwrap(), [BOB]);
    office.write(move |tx| unban(tx, ALICE, id, BOB)).await.unwrap();
    office.write(move |tx| invite(tx, CARL, id, BOB, HistoryFrom::Start)).await.unwrap();
    office.write(|tx| prune_files(tx, Moment::from_millis(i64::MAX), 10)).await.unwrap();
    office.assert_sound();
}

#[tokio::test]
async fn who_is_banned_does_not_even_see_a_public_room() {
    let office = Office::open().await;
    let id = office.room("Open", ConversationKind::Public, &[]).await;
    let said = office.say(ALICE, id, "unusual").await;
    office.write(move |tx| ban(tx, ALICE, id, BOB)).await.unwrap();
    assert!(matches!(office.write(move |tx| join(tx, BOB, id)).await, Err(ChatError::NoConversation)));
    assert!(matches!(office.store.read_here(|tx| message(tx, BOB, said)), Err(ChatError::NoMessage)));
    assert!(office.store.read_here(|tx| rooms_to_join(tx, BOB)).unwrap().is_empty());
    let found = office.store.read_here(|tx| search(tx, BOB, &ChatQuery::parse("unusual"), 1)).unwrap();
    assert!(found.hits.is_empty());
}

#[tokio::test]
async fn roles_are_given_by_owners_and_a_room_keeps_one() {
    let office = Office::open().await;
    let id = office
        .write(|tx| {
            let new = NewRoom { name: "Bobs".to_owned(), topic: String::new(), kind: ConversationKind::Private };
            let id = make_room(tx, BOB, &new)?;
            invite(tx, BOB, id, CARL, HistoryFrom::Start)?;
            invite(tx, BOB, id, DORA, HistoryFrom::Start)?;
            Ok(id)
        })
        .await
        .unwrap();
    refused(&office.write(move |tx| set_role(tx, CARL, id, CARL, Role::Owner)).await);
    refused(&office.write(move |tx| set_role(tx, BOB, id, BOB, Role::Member)).await);
    refused(&office.write(move |tx| set_role(tx, BOB, id, ALICE, Role::Member)).await);
    assert!(matches!(office.write(move |tx| kick(tx, ALICE, id, BOB)).await, Err(ChatError::NoConversation)));
    office.write(move |tx| set_role(tx, BOB, id, CARL, Role::Moderator)).await.unwrap();
    office.write(move |tx| kick(tx, CARL, id, DORA)).await.unwrap();
    refused(&office.write(move |tx| kick(tx, CARL, id, BOB)).await);
    refused(&office.write(move |tx| set_role(tx, CARL, id, BOB, Role::Member)).await);
    office.write(move |tx| leave(tx, BOB, id)).await.unwrap();
    let members = office.store.read_here(|tx| members(tx, CARL, id)).unwrap();
    assert_eq!((members.len(), members[0].person.id, members[0].role), (1, CARL, Role::Owner));
    office.assert_sound();
}

#[tokio::test]
async fn a_slow_room_slows_members_and_an_announcing_one_silences_them() {
    let office = Office::open().await;
    let id = office.room("Slow", ConversationKind::Public, &[BOB]).await;
    let slow = Rules { says: Role::Member, slow: 30, keeps_days: 0 };
    refused(&office.write(move |tx| set_rules(tx, BOB, id, slow)).await);
    office.write(move |tx| set_rules(tx, ALICE, id, slow)).await.unwrap();
    office.say(BOB, id, "one").await;
    let early = office.write(move |tx| say(tx, BOB, &new(id, "two"))).await;
    assert!(matches!(early, Err(ChatError::Slow(wait)) if wait == Duration::from_secs(29)), "{early:?}");
    office.say(ALICE, id, "moderators").await;
    office.say(ALICE, id, "are not slowed").await;
    office.clock.wind(Duration::from_secs(30));
    office.say(BOB, id, "two").await;
    let news = Rules { says: Role::Moderator, slow: 0, keeps_days: 0 };
    office.write(move |tx| set_rules(tx, ALICE, id, news)).await.unwrap();
    refused(&office.write(move |tx| say(tx, BOB, &new(id, "me too"))).await);
    refused(&office.write(move |tx| set_topic(tx, BOB, id, "mine")).await);
    assert!(!office.store.read_here(|tx| conversation(tx, BOB, id)).unwrap().may_say);
    office.say(ALICE, id, "news").await;
}

#[tokio::test]
async fn an_archived_room_is_read_but_not_spoken_in() {
    let office = Office::open().await;
    let id = office.room("Old", ConversationKind::Public, &[BOB]).await;
    let said = office.say(BOB, id, "last words").await;
    refused(&office.write(move |tx| archive(tx, BOB, id, true)).await);
    office.write(move |tx| archive(tx, ALICE, id, true)).await.unwrap();
    let closed = |result: Result<(), ChatError>| assert!(matches!(result, Err(ChatError::Archived)), "{result:?}");
    closed(office.write(move |tx| say(tx, BOB, &new(id, "x")).map(|_| ())).await);
    closed(office.write(move |tx| edit(tx, BOB, said, "x")).await);
    closed(office.write(move |tx| delete(tx, BOB, said)).await);
    closed(office.write(move |tx| join(tx, CARL, id)).await);
    assert_eq!(office.texts(CARL, id, Window::Newest), ["last words"]);
    assert!(office.store.read_here(|tx| rooms_to_join(tx, CARL)).unwrap().is_empty());
    office.write(move |tx| archive(tx, ALICE, id, false)).await.unwrap();
    office.say(BOB, id, "again").await;
}

#[tokio::test]
async fn names_and_topics_change_with_a_notice() {
    let office = Office::open().await;
    let id = office.room("First", ConversationKind::Public, &[BOB]).await;
    office.room("Taken", ConversationKind::Private, &[]).await;
    office.write(move |tx| set_topic(tx, BOB, id, "  what\nfor ")).await.unwrap();
    refused(&office.write(move |tx| rename(tx, BOB, id, "Second")).await);
    assert!(matches!(office.write(move |tx| rename(tx, ALICE, id, "taken")).await, Err(ChatError::Taken(_))));
    office.write(move |tx| rename(tx, ALICE, id, "FIRST")).await.unwrap();
    office.write(move |tx| rename(tx, ALICE, id, "Second")).await.unwrap();
    let page = office.store.read_here(|tx| log(tx, BOB, id, Window::Newest)).unwrap();
    let notices: Vec<_> = page.messages.iter().map(|one| one.text.as_str()).collect();
    assert_eq!(
        notices[2..],
        ["Bob Office set the topic: what for", "Alice Office named this FIRST", "Alice Office named this Second"]
    );
    let group = office.write(|tx| make_group(tx, ALICE, &[BOB, CARL, DORA, BOB])).await.unwrap();
    assert_eq!(office.store.read_here(|tx| conversation(tx, BOB, group)).unwrap().title, "Alice, Carl, Dora");
    office.write(move |tx| rename(tx, CARL, group, "The four")).await.unwrap();
    assert_eq!(office.store.read_here(|tx| conversation(tx, BOB, group)).unwrap().title, "The four");
    let pair = office.write(|tx| direct(tx, ALICE, BOB)).await.unwrap();
    refused(&office.write(move |tx| rename(tx, ALICE, pair, "Us")).await);
    refused(&office.write(move |tx| leave(tx, ALICE, pair)).await);
    refused(&office.write(move |tx| invite(tx, ALICE, pair, CARL, HistoryFrom::Start)).await);
}

#[tokio::test]
async fn files_are_said_once_by_who_added_them() {
    let office = Office::open().await;
    let id = office.room("Files", ConversationKind::Private, &[BOB, CARL]).await;
    let other = office.room("Other", ConversationKind::Private, &[BOB]).await;
    let file_id = office.attach(BOB, id, b"plan").await.unwrap();
    assert!(matches!(office.store.read_here(|tx| file(tx, CARL, file_id)), Err(ChatError::NoFile)), "not said yet");
    assert!(matches!(office.attach(DORA, id, b"x").await, Err(ChatError::NoConversation)));
    for (who, to) in [(CARL, id), (BOB, other)] {
        let forged = NewMessage { files: vec![file_id], ..new(to, "mine") };
        assert!(matches!(office.write(move |tx| say(tx, who, &forged)).await, Err(ChatError::NoFile)));
    }
    let mine = NewMessage { files: vec![file_id], ..new(id, "") };
    let again = mine.clone();
    let said = office.write(move |tx| say(tx, BOB, &mine)).await.unwrap().message;
    assert!(matches!(office.write(move |tx| say(tx, BOB, &again)).await, Err(ChatError::NoFile)));
    let message = office.message(CARL, said);
    assert_eq!((message.text.as_str(), message.files[0].name.as_str()), ("", ".._.._Plan of house.png"));
    let blob: BlobId = office.store.read_here(|tx| file(tx, CARL, file_id)).unwrap().1;
    assert!(blob.get() > 0);
    assert!(matches!(office.store.read_here(|tx| file(tx, DORA, file_id)), Err(ChatError::NoFile)));
    assert_eq!(office.store.read_here(|tx| files(tx, CARL, id)).unwrap()[0].message, said);
    let unsaid = office.attach(BOB, id, b"never said").await.unwrap();
    let dropped = office.attach(BOB, id, b"taken away").await.unwrap();
    assert!(matches!(office.write(move |tx| detach(tx, CARL, dropped)).await, Err(ChatError::NoFile)));
    office.write(move |tx| detach(tx, BOB, dropped)).await.unwrap();
    assert!(matches!(office.write(move |tx| detach(tx, BOB, file_id)).await, Err(ChatError::NoFile)));
    assert_eq!(office.blobs(), 2);
    let day = Duration::from_secs(24 * 3600);
    office.clock.wind(day * 2);
    let before = office.clock.now().minus(day);
    assert_eq!(office.write(move |tx| prune_files(tx, before, 10)).await.unwrap(), 1);
    assert!(matches!(office.store.read_here(|tx| file(tx, BOB, unsaid)), Err(ChatError::NoFile)));
    assert_eq!(office.blobs(), 1);
    let many = NewMessage { files: vec![file_id; 11], ..new(id, "x") };
    assert!(matches!(office.write(move |tx| say(tx, BOB, &many)).await, Err(ChatError::TooMany(..))));
    office.assert_sound();
}

#[tokio::test]
async fn what_is_put_away_comes_back_with_the_next_word() {
    let office = Office::open().await;
    let pair = office.write(|tx| direct(tx, ALICE, BOB)).await.unwrap();
    let room = office.room("Zoo", ConversationKind::Public, &[BOB]).await;
    let early = office.room("ant", ConversationKind::Public, &[BOB]).await;
    office.say(ALICE, pair, "hello").await;
    let order = |office: &Office| {
        office.store.read_here(|tx| conversations(tx, BOB)).unwrap().iter().map(|one| one.id).collect::<Vec<_>>()
    };
    assert_eq!(order(&office), [early, room, pair]);
    office.write(move |tx| set_favourite(tx, BOB, pair, true)).await.unwrap();
    assert_eq!(order(&office), [pair, early, room]);
    office.write(move |tx| hide(tx, BOB, pair)).await.unwrap();
    assert_eq!(order(&office), [early, room]);
    assert_eq!(office.unread(BOB, pair), (0, 0));
    office.say(ALICE, pair, "still there?").await;
    assert_eq!(order(&office), [pair, early, room]);
    office.write(move |tx| set_level(tx, BOB, room, Level::Nothing)).await.unwrap();
    assert_eq!(office.store.read_here(|tx| conversation(tx, BOB, room)).unwrap().level, Level::Nothing);
    office.write(move |tx| save_draft(tx, BOB, room, "half a sen\0tence")).await.unwrap();
    assert_eq!(office.store.read_here(|tx| draft(tx, BOB, room)).unwrap(), "half a sentence");
    assert_eq!(office.store.read_here(|tx| draft(tx, ALICE, room)).unwrap(), "");
    office.write(move |tx| save_draft(tx, BOB, room, " ")).await.unwrap();
    assert_eq!(office.store.read_here(|tx| draft(tx, BOB, room)).unwrap(), "");
}

#[tokio::test]
async fn what_waits_unread_is_told_of_once() {
    let office = Office::open().await;
    let pair = office.write(|tx| direct(tx, ALICE, BOB)).await.unwrap();
    let room = office.room("Talk", ConversationKind::Public, &[BOB, CARL]).await;
    office.say(ALICE, pair, "are you there?").await;
    office.say(ALICE, room, "@carl look").await;
    let waiting_now = |office: &Office| {
        let before = office.clock.now().minus(Duration::from_secs(600));
        office.store.read_here(|tx| waiting(tx, before)).unwrap()
    };
    assert!(waiting_now(&office).is_empty(), "not yet");
    office.clock.wind(Duration::from_secs(700));
    let found = waiting_now(&office);
    let mut whom: Vec<_> = found.iter().map(|one| (one.person, one.conversation)).collect();
    whom.sort_unstable();
    assert_eq!(whom, [(BOB, pair), (CARL, room)]);
    for one in found {
        office.write(move |tx| mark_told(tx, &one)).await.unwrap();
    }
    assert!(waiting_now(&office).is_empty());
    let said = office.say(ALICE, room, "@here again").await;
    assert!(office.store.read_here(|tx| readers(tx, ALICE, said)).unwrap().is_empty());
    office.write(|tx| mark_all_read(tx, CARL).map(|_| ())).await.unwrap();
    assert_eq!(office.store.read_here(|tx| readers(tx, ALICE, said)).unwrap()[0].id, CARL);
    office.assert_sound();
}

#[tokio::test]
async fn a_poll_takes_one_vote_a_person() {
    let office = Office::open().await;
    let id = office.room("Polls", ConversationKind::Public, &[BOB, CARL]).await;
    let poll = |choices: &[&str]| NewPoll {
        to: id,
        question: "Where to?".to_owned(),
        choices: choices.iter().map(|&choice| choice.to_owned()).collect(),
        client_id: "p1".to_owned(),
    };
    let (too_few, good) = (poll(&["here", " "]), poll(&["Lake", "Hill"]));
    let again = good.clone();
    refused(&office.write(move |tx| ask(tx, BOB, &too_few)).await);
    let said = office.write(move |tx| ask(tx, BOB, &good)).await.unwrap().message;
    assert!(!office.write(move |tx| ask(tx, BOB, &again)).await.unwrap().is_new);
    office.write(move |tx| vote(tx, CARL, said, Some(1))).await.unwrap();
    office.write(move |tx| vote(tx, CARL, said, Some(2))).await.unwrap();
    office.write(move |tx| vote(tx, BOB, said, Some(2))).await.unwrap();
    office.write(move |tx| vote(tx, BOB, said, None)).await.unwrap();
    refused(&office.write(move |tx| vote(tx, BOB, said, Some(3))).await);
    refused(&office.write(move |tx| vote(tx, DORA, said, Some(1))).await);
    let message = office.message(DORA, said);
    let choices: Vec<_> = message.choices.iter().map(|one| (one.text.as_str(), one.people.clone())).collect();
    assert_eq!(choices, [("Lake", vec![]), ("Hill", vec![CARL])]);
    office.assert_sound();
}

#[tokio::test]
async fn old_messages_go_in_slices_and_leave_a_sound_file() {
    let office = Office::open().await;
    let id = office.room("Short", ConversationKind::Public, &[BOB]).await;
    let kept = office.room("Kept", ConversationKind::Public, &[BOB]).await;
    let file_id = office.attach(BOB, id, b"old plan").await.unwrap();
    let with_file = NewMessage { files: vec![file_id], ..new(id, "@alice old plan") };
    let root = office.write(move |tx| say(tx, BOB, &with_file)).await.unwrap().message;
    office.write(move |tx| pin(tx, BOB, root)).await.unwrap();
    office.write(move |tx| star(tx, BOB, root).map(|_| ())).await.unwrap();
    for number in 0..5 {
        office.say(BOB, id, &format!("old {number}")).await;
    }
    office.say(BOB, kept, "kept for ever").await;
    office.write(|tx| index(tx, 100)).await.unwrap();
    office.clock.wind(Duration::from_secs(40 * 24 * 3600));
    let late = office.reply(BOB, id, root, "late reply").await;
    office.say(BOB, id, "young").await;
    let rules = Rules { says: Role::Member, slow: 0, keeps_days: 30 };
    office.write(move |tx| set_rules(tx, ALICE, id, rules)).await.unwrap();
    assert_eq!(office.write(|tx| prune(tx, 0, 5)).await.unwrap(), 5);
    office.assert_sound();
    assert_eq!(office.write(|tx| prune(tx, 0, 100)).await.unwrap(), 3);
    assert_eq!(office.write(|tx| prune(tx, 0, 100)).await.unwrap(), 0);
    assert_eq!(office.texts(ALICE, id, Window::Newest), ["young"]);
    assert!(!office.store.read_here(|tx| log(tx, ALICE, id, Window::Newest)).unwrap().has_older);
    assert_eq!(office.message(ALICE, late).text, "late reply");
    assert_eq!(office.store.read_here(|tx| thread(tx, ALICE, late)).unwrap().len(), 1);
    assert_eq!(office.blobs(), 0);
    assert!(office.store.read_here(|tx| starred(tx, BOB)).unwrap().is_empty());
    office.say(BOB, id, "numbers go on").await;
    office.assert_sound();
    assert_eq!(office.write(|tx| prune(tx, 10, 1)).await.unwrap(), 1);
    assert!(office.write(|tx| prune(tx, 10, 100)).await.unwrap() > 0);
    assert!(office.texts(ALICE, kept, Window::Newest).is_empty());
    office.assert_sound();
}

#[tokio::test]
async fn a_copy_for_the_law_is_taken_by_administrators_and_written_down() {
    let office = Office::open().await;
    let pair = office.write(|tx| direct(tx, BOB, CARL)).await.unwrap();
    let said = office.say(BOB, pair, "secret").await;
    office.say(CARL, pair, "answer").await;
    office.write(move |tx| edit(tx, BOB, said, "harmless")).await.unwrap();
    let filter = LegalFilter { conversation: Some(pair), ..LegalFilter::default() };
    refused(&office.write(move |tx| legal_export(tx, BOB, &filter, 10)).await);
    let part = office.write(move |tx| legal_export(tx, ALICE, &filter, 1)).await.unwrap();
    assert_eq!((part.messages.len(), part.messages[0].text.as_str()), (1, "harmless"));
    assert_eq!((part.log[0].act, part.log[0].made_by), (Act::Exported, ALICE));
    assert_eq!(part.log[1].before, "secret");
    let next = LegalFilter { after: Some(said), ..filter };
    let part = office.write(move |tx| legal_export(tx, ALICE, &next, 10)).await.unwrap();
    assert_eq!((part.messages[0].text.as_str(), part.log.len()), ("answer", 0));
    let copy = office.store.read_here(|tx| export(tx, CARL, pair, 0, 10)).unwrap();
    assert_eq!(copy.len(), 2);
    assert!(matches!(office.store.read_here(|tx| export(tx, ALICE, pair, 0, 10)), Err(ChatError::NoConversation)));
}
