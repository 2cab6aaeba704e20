//! What searching in chat promises.

use super::tests::{ALICE, BOB, CARL, DORA, Office, new};
use super::*;
use crate::domain::store::{Staged, pack, put_blob};
use crate::format::file_kind::FileKind;
use crate::kernel::clock::Stopwatch;
use crate::kernel::id::{ConversationId, PersonId};
use proptest::prelude::*;
use std::time::Duration;

impl Office {
    fn find(&self, who: PersonId, typed: &str) -> Vec<String> {
        let found = self.store.read_here(|tx| search(tx, who, &ChatQuery::parse(typed), 1)).unwrap();
        found.hits.into_iter().map(|hit| hit.message.text).collect()
    }
}

/// What finds the message below, and what does not.
const FINDS: [&str; 24] = [
    "treppe",
    "buro",
    "BÜRO",
    "\"treppe bleibt\"",
    "trep*",
    "trep",
    "from:bob",
    "from:@bob treppe",
    "from:office bleibt",
    "in:desk has:link",
    "in:\"front desk\" has:file",
    "in:#1 treppe",
    "grundriss",
    "has:file",
    "has:link bleibt",
    "after:2023-11-01 treppe",
    "-else from:bob",
    "東京",
    "京都",
    "会議",
    "の",
    "明日で",
    "회의",
    "example.com",
];
/// See [`FINDS`].
const FINDS_NOT: [&str; 13] = [
    "-treppe bleibt",
    "from:alice treppe",
    "from:nobody",
    "in:nowhere",
    "before:2023-01-01 treppe",
    "after:2030-01-01",
    "京東",
    "都会",
    "has:file else",
    "c1",
    "p2",
    "place:c1",
    "\"link file\"",
];

#[tokio::test]
async fn a_message_is_found_before_and_after_it_is_indexed() {
    let office = Office::open().await;
    let id = office.room("Front desk", ConversationKind::Public, &[BOB]).await;
    office.say(ALICE, id, "something else").await;
    office
        .write(move |tx| {
            let blob = put_blob(tx, &Staged::Carried(pack(b"plan")))?;
            let file = NewFile {
                blob,
                name: "Grundriss.pdf".to_owned(),
                media_type: "application/pdf".to_owned(),
                size: 4,
                width: 0,
                height: 0,
                preview: None,
                seconds: 0,
                kind: FileKind::Document,
            };
            let file_id = attach(tx, BOB, id, &file)?;
            let text = "Die Büro-Treppe bleibt, siehe https://example.com/stairs 東京都の会議は明日です 회의록";
            say(tx, BOB, &NewMessage { files: vec![file_id], ..new(id, text) })
        })
        .await
        .unwrap();
    for _ in 0..2 {
        for typed in FINDS {
            assert_eq!(office.find(ALICE, typed).len(), 1, "{typed}");
            assert!(office.find(ALICE, typed)[0].starts_with("Die"), "{typed}");
        }
        for typed in FINDS_NOT {
            assert!(office.find(ALICE, typed).is_empty(), "{typed}");
        }
        assert_eq!(office.find(ALICE, "from:me"), ["something else"]);
        office.write(|tx| index(tx, 1)).await.unwrap();
        while office.write(|tx| index(tx, 2)).await.unwrap() > 0 {}
    }
    office.assert_sound();
}

#[tokio::test]
async fn an_edited_message_is_found_by_its_new_words_alone() {
    let office = Office::open().await;
    let id = office.write(|tx| direct(tx, ALICE, BOB)).await.unwrap();
    let said = office.say(ALICE, id, "first wording").await;
    office.write(|tx| index(tx, 10)).await.unwrap();
    office.write(move |tx| edit(tx, ALICE, said, "second version")).await.unwrap();
    assert!(office.find(BOB, "wording").is_empty());
    assert_eq!(office.find(BOB, "version"), ["second version"]);
    office.assert_sound();
}

#[tokio::test]
async fn one_never_finds_what_one_may_not_read() {
    let office = Office::open().await;
    let private = office.room("Board", ConversationKind::Private, &[BOB]).await;
    let public = office.room("Lobby", ConversationKind::Public, &[]).await;
    let pair = office.write(|tx| direct(tx, ALICE, BOB)).await.unwrap();
    let group = office.write(|tx| make_group(tx, ALICE, &[BOB])).await.unwrap();
    for id in [private, public, pair, group] {
        office.say(ALICE, id, "password").await;
    }
    office.write(move |tx| invite(tx, ALICE, group, DORA, HistoryFrom::Now)).await.unwrap();
    for _ in 0..2 {
        assert_eq!(office.find(BOB, "password").len(), 4);
        assert_eq!(office.find(CARL, "password").len(), 1, "of a public room alone");
        assert_eq!(office.find(DORA, "password").len(), 1, "nothing from before one came");
        assert!(office.find(CARL, "password in:board").is_empty());
        assert!(office.find(CARL, &format!("password in:#{private}")).is_empty());
        let inside = ChatQuery::parse("password").within(pair);
        assert!(office.store.read_here(|tx| search(tx, CARL, &inside, 1)).unwrap().hits.is_empty());
        assert_eq!(office.store.read_here(|tx| search(tx, BOB, &inside, 1)).unwrap().hits.len(), 1);
        office.write(|tx| index(tx, 100)).await.unwrap();
    }
    office.write(move |tx| kick(tx, ALICE, private, BOB)).await.unwrap();
    assert_eq!(office.find(BOB, "password").len(), 3);
}

#[tokio::test]
async fn pages_of_hits_meet() {
    let office = Office::open().await;
    let id = office.room("Many", ConversationKind::Public, &[]).await;
    for number in 0..120 {
        office.say(ALICE, id, &format!("needle {number}")).await;
        if number == 70 {
            office.write(|tx| index(tx, 1000)).await.unwrap();
        }
    }
    let mut found = Vec::new();
    for page in 1..=3 {
        let hits = office.store.read_here(|tx| search(tx, ALICE, &ChatQuery::parse("needle"), page)).unwrap();
        assert_eq!(hits.has_older, page < 3);
        found.extend(hits.hits.into_iter().map(|hit| hit.message.text));
    }
    let expected: Vec<_> = (0..120).rev().map(|number| format!("needle {number}")).collect();
    assert_eq!(found, expected);
}

#[test]
fn any_text_is_a_query_and_finds_nothing_of_others() {
    let office = tokio::runtime::Runtime::new().unwrap().block_on(async {
        let office = Office::open().await;
        let secret = office.room("Secret", ConversationKind::Private, &[]).await;
        let lobby = office.room("Lobby", ConversationKind::Public, &[BOB]).await;
        office.say(ALICE, secret, "secret a b c words https://x.example 東京").await;
        office.say(BOB, lobby, "open a b c words https://x.example 東京").await;
        office.write(|tx| index(tx, 100)).await.unwrap();
        office.say(ALICE, secret, "secret later a b c words").await;
        office.say(BOB, lobby, "open later a b c words").await;
        office
    });
    let parts = "([a-c\"'():*^~+{}-]{0,6}|words|secret|OR|NOT|NEAR|from:(alice|me)|in:(secret|lobby|#1|#2)|has:link|\
                 before:20[0-9]{2}|place:c1|\\{place\\}|c1|東|\\PC)";
    proptest!(ProptestConfig::with_cases(300), |(words in proptest::collection::vec(parts, 0..6))| {
        let typed = words.join(" ");
        for text in office.find(BOB, &typed) {
            prop_assert!(text.starts_with("open"), "{} found {}", typed, text);
        }
    });
    for typed in [
        "\"",
        "*",
        "NEAR(a b)",
        "place:c1",
        "a OR place:c1",
        "{place} : c1",
        "-",
        "'; drop table chat_message; --",
        "\0",
    ] {
        assert!(office.find(BOB, typed).iter().all(|text| text.starts_with("open")), "{typed}");
    }
}

/// What a statement of `chat` walks, as SQLite plans it.
fn plan(office: &Office, sql: &str) -> Vec<String> {
    let lines = |tx: &crate::domain::store::ReadTx<'_>| {
        let mut plan = tx.sql().prepare(&format!("explain query plan {sql}"))?;
        let rows = plan.query_map([], |row| row.get::<_, String>(3))?;
        Ok::<_, ChatError>(rows.collect::<Result<Vec<_>, _>>()?)
    };
    office.store.read_here(lines).unwrap()
}

#[tokio::test]
async fn hot_statements_walk_indexes() {
    let office = Office::open().await;
    for sql in [
        "select m.id from chat_message m where m.conversation = 1 and m.number < 9 and m.number >= 1 and m.thread is null
          order by m.number desc limit 51",
        "select m.id from chat_message m where m.thread = 1 order by m.number desc limit 51",
        "select id from chat_message where said_by = 1 and client_id = 'x'",
        "select c.id from chat_member m join chat_conversation c on c.id = m.conversation
          where m.person = 1 and c.last > m.read",
        "select number from chat_message indexed by chat_message_to_all where conversation = 1 and number > 1
            and pings_all = 1",
        "delete from chat_ping where conversation = 1 and number = 1",
        "select f.id from chat_file f where f.conversation = 1 order by f.id desc limit 200",
        "select id, said_at from chat_message where id >= 5 order by id limit 1",
    ] {
        let plan = plan(&office, sql).join("\n");
        assert!(!plan.contains("SCAN") && !plan.contains("TEMP B-TREE"), "{sql}\n{plan}");
    }
}

/// What is asked of a room of a million messages.
const ASKED: [&str; 18] = [
    "word7",
    "word1 word2 word3",
    "rare99",
    "\"word1 word2\"",
    "from:bob word9",
    "from:alice word1 before:2023-11-20",
    "word1 word2 word7",
    "w",
    "wo",
    "word",
    "it*",
    "word1 -word2",
    "has:link",
    "wor",
    "nothingatall",
    "in:million word5",
    "東京",
    "会",
];

/// Measures a room of a million messages, and saying in it. Run by hand, in release:
/// `cargo test --release --lib a_million -- --ignored --nocapture`.
#[tokio::test]
#[ignore = "takes a minute"]
async fn a_million_messages_open_and_are_searched_at_once() {
    let office = Office::open().await;
    let id = office.room("Million", ConversationKind::Public, &[BOB]).await;
    let total = 1_000_000;
    office.write(move |tx| fill(tx, id, total)).await.unwrap();
    let watch = Stopwatch::start();
    while office.store.write(|tx| index(tx, 1000)).await.unwrap() > 0 {}
    println!("indexing: {:.1} µs a message", watch.elapsed().as_secs_f64() * 1e6 / total as f64);
    for (name, window) in [
        ("newest", Window::Newest),
        ("before the middle", Window::Before(total / 2)),
        ("around the first third", Window::Around(total / 3)),
    ] {
        let watch = Stopwatch::start();
        let page = office.store.read_here(|tx| log(tx, BOB, id, window)).unwrap();
        println!("open, {name}: {:?}, {} messages", watch.elapsed(), page.messages.len());
        assert!(watch.elapsed() < Duration::from_millis(20));
    }
    let watch = Stopwatch::start();
    office.store.read_here(|tx| conversations(tx, BOB)).unwrap();
    office.store.read_here(|tx| unread(tx, BOB)).unwrap();
    println!("lists: {:?}", watch.elapsed());
    for typed in ASKED {
        let watch = Stopwatch::start();
        let found = office.store.read_here(|tx| search(tx, BOB, &ChatQuery::parse(typed), 1)).unwrap();
        println!("search {typed}: {:?}, {} hits", watch.elapsed(), found.hits.len());
    }
    cost_of_saying(&office, id).await;
}

/// Fills a room as `say` would, but for the events.
fn fill(tx: &mut crate::domain::store::WriteTx<'_>, id: ConversationId, total: i64) -> Result<(), ChatError> {
    tx.sql().execute(
        "with recursive n (number) as (select 1 union all select number + 1 from n where number < ?2)
         insert into chat_message (conversation, number, revision, said_by, kind, said_at, thread, text)
         select ?1, number + 2, number, 1 + number % 2, 0, 1700000000000 + number * 1000, null,
                'word' || (number % 10) || ' word' || (number % 7) || ' word' || (number % 100) || ' item' || number
                  || iif(number % 5000 = 0, ' rare' || (number / 5000) || ' https://example.com/' || number, '')
                  || iif(number % 100 = 0, ' 東京都の会議は明日です', '')
           from n",
        (id, total),
    )?;
    tx.sql().execute(
        "update chat_conversation set last = (select max(number) from chat_message where conversation = ?1) where id = ?1",
        [id],
    )?;
    Ok(())
}

async fn cost_of_saying(office: &Office, id: ConversationId) {
    for (name, text) in [("plain", "hello there, how is the plan?"), ("with a ping", "hello @bob, how is the plan?")] {
        let text = text.to_owned();
        let watch = Stopwatch::start();
        let rounds = 20_000;
        office
            .store
            .write(move |tx| {
                for number in 0..rounds {
                    let new = NewMessage { client_id: format!("{text}{number:08}"), ..new(id, &text) };
                    say(tx, ALICE, &new)?;
                }
                Ok::<_, ChatError>(())
            })
            .await
            .unwrap();
        println!("say, {name}: {:.1} µs in one transaction", watch.elapsed().as_secs_f64() * 1e6 / f64::from(rounds));
    }
    let watch = Stopwatch::start();
    let mut tasks = Vec::new();
    for sender in 0..100 {
        let store = office.store.clone();
        tasks.push(tokio::spawn(async move {
            for number in 0..200 {
                let new = NewMessage { client_id: format!("s{sender}-{number}"), ..new(id, "a message of some words") };
                store.write(move |tx| say(tx, ALICE, &new)).await.unwrap();
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    println!("100 senders, durable: {:.0} messages/s", 20_000.0 / watch.elapsed().as_secs_f64());
}
