//! What `policy` promises.

use super::*;
use crate::domain::event::Event;
use crate::domain::people::{self, NewPerson, Role};
use crate::domain::store::{Store, changes_since, revision};
use crate::format::file_kind::FileKind;
use crate::kernel::clock::{Clock, Moment};
use crate::kernel::id::{GroupId, PersonId};
use std::collections::HashSet;

struct Scene {
    _folder: tempfile::TempDir,
    store: Store,
    anna: PersonId,
    ben: PersonId,
    sales: GroupId,
    yard: GroupId,
}

impl Scene {
    /// Anna is in sales and yard, Ben in yard, Cleo in neither.
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::hand(Moment::from_millis(1_000_000));
        let store = Store::open(&folder.path().join("office.db"), clock).unwrap();
        let made = store.write(|tx| {
            people::add_domain(tx, "example.com")?;
            let add = |name: &str| {
                let (full_name, password) = (name.to_uppercase(), "hash".to_owned());
                people::add_person(tx, &NewPerson { name: name.to_owned(), full_name, role: Role::Member, password })
            };
            let (anna, ben) = (add("anna")?, add("ben")?);
            add("cleo")?;
            let (sales, yard) =
                (people::add_group(tx, "sales", &[anna])?, people::add_group(tx, "yard", &[anna, ben])?);
            Ok::<_, people::PeopleError>((anna, ben, sales, yard))
        });
        let (anna, ben, sales, yard) = made.await.unwrap();
        Self { _folder: folder, store, anna, ben, sales, yard }
    }

    fn cleo(&self) -> PersonId {
        PersonId::new(self.ben.get() + 1)
    }

    async fn set(&self, act: Act, group: Option<GroupId>, value: &'static str) -> Result<Option<String>, PolicyError> {
        self.store.write(move |tx| set(tx, act, group, value)).await
    }

    fn of(&self, who: PersonId, act: Act) -> Verdict {
        self.store.read_here(|tx| of(tx, who, act)).unwrap()
    }

    fn talk(&self, who: PersonId, with: PersonId) -> Result<(), PolicyError> {
        self.store.read_here(|tx| talk(tx, who, [with]))
    }
}

#[test]
fn every_act_is_declared_once_takes_its_own_default_and_says_what_each_value_brings() {
    let mut keys = HashSet::new();
    for act in Act::ALL {
        assert!(keys.insert(act.key()), "{}", act.key());
        assert_eq!(Act::named(act.key()), Some(act));
        assert_eq!(act.kind().taken(act.default()).as_deref(), Some(act.default()), "{}", act.key());
        assert_eq!(act.kind().strictness(act.default()), 0, "{} begins with its loosest value", act.key());
        assert!(!act.doors().is_empty() && !act.name().is_empty());
        let values: Vec<&str> = match act.kind() {
            Kind::Words(words) => words.iter().map(|word| word.name).collect(),
            Kind::Number { .. } => vec!["0", "1", "7"],
        };
        let sentences: HashSet<String> = values.iter().map(|value| act.kind().sentence(value)).collect();
        assert_eq!(sentences.len(), values.len(), "{}", act.key());
        assert!(sentences.iter().all(|one| one.ends_with('.') && !one.contains("{}")), "{sentences:?}");
    }
    assert_eq!(Act::named("no.such"), None);
    let kept: HashSet<Door> = Act::ALL.iter().flat_map(|act| act.doors()).copied().collect();
    assert_eq!(kept, HashSet::from(Door::ALL), "every door keeps some rule");
}

#[tokio::test]
async fn where_nobody_has_set_a_rule_the_office_begins_open() {
    let scene = Scene::open().await;
    for act in Act::ALL {
        let verdict = scene.of(scene.anna, act);
        assert_eq!((verdict.value.as_str(), verdict.because), (act.default(), Because::Nobody));
    }
}

#[tokio::test]
async fn a_groups_rule_stands_in_the_place_of_the_one_for_everybody() {
    let scene = Scene::open().await;
    let act = Act::MailOutside;
    assert_eq!(scene.set(act, None, "off").await.unwrap(), None);
    assert_eq!(scene.of(scene.anna, act).reason(), "the rule for everybody");
    scene.set(act, Some(scene.sales), "on").await.unwrap();
    let verdict = scene.of(scene.anna, act);
    assert!(verdict.is_on(), "sales may, though everybody else may not");
    assert_eq!(verdict.because, Because::Group("sales".to_owned()));
    assert!(!scene.of(scene.ben, act).is_on());
    let refused = scene.store.read_here(|tx| allow(tx, scene.ben, act)).unwrap_err();
    assert_eq!(refused.to_string(), "sending mail to people outside is not allowed, by the rule for everybody");
}

#[tokio::test]
async fn of_several_groups_the_strictest_rule_holds_and_is_named() {
    let scene = Scene::open().await;
    scene.set(Act::MailOutside, Some(scene.sales), "on").await.unwrap();
    scene.set(Act::MailOutside, Some(scene.yard), "off").await.unwrap();
    assert_eq!(scene.of(scene.anna, Act::MailOutside).reason(), "the rule of the group yard");
    for (one, other, holds) in [("0", "5", "5"), ("20", "5", "5"), ("0", "0", "0")] {
        scene.set(Act::FileSize, Some(scene.sales), one).await.unwrap();
        scene.set(Act::FileSize, Some(scene.yard), other).await.unwrap();
        assert_eq!(scene.of(scene.anna, Act::FileSize).value, holds, "of {one} and {other}");
    }
    let levels = scene.store.read_here(|tx| levels(tx, Act::MailOutside)).unwrap();
    for who in [scene.anna, scene.ben, scene.cleo()] {
        assert_eq!(levels.of(who), scene.of(who, Act::MailOutside).value, "asked one by one, and at once");
    }
}

#[tokio::test]
async fn a_group_that_goes_takes_its_rules_along_and_who_leaves_it_is_free_of_them() {
    let scene = Scene::open().await;
    scene.set(Act::Files, Some(scene.yard), "off").await.unwrap();
    let (yard, anna) = (scene.yard, scene.anna);
    scene.store.write(move |tx| people::set_members(tx, yard, &[anna])).await.unwrap();
    assert!(scene.of(scene.ben, Act::Files).is_on() && !scene.of(scene.anna, Act::Files).is_on());
    scene.store.write(move |tx| people::remove_group(tx, yard)).await.unwrap();
    assert!(scene.of(scene.anna, Act::Files).is_on());
    assert!(scene.store.read_here(rules).unwrap().is_empty());
}

#[tokio::test]
async fn what_is_no_rule_is_refused_and_nothing_is_changed() {
    let scene = Scene::open().await;
    let wrong = [
        scene.set(Act::Files, None, "maybe").await,
        scene.set(Act::FileSize, None, "26").await,
        scene.set(Act::FileSize, None, "-1").await,
        scene.set(Act::ChatDays, Some(scene.sales), "7").await,
        scene.set(Act::Files, Some(GroupId::new(99)), "off").await,
    ];
    let words: Vec<String> = wrong.into_iter().map(|one| one.unwrap_err().to_string()).collect();
    assert_eq!(words[0], "files.allowed takes one of: on, off");
    assert_eq!(words[1], "files.size takes a whole number of MB from 0 to 25");
    assert_eq!(words[3], "chat.days is one rule for everybody");
    assert_eq!(words[4], "there is no such group");
    assert!(scene.store.read_here(rules).unwrap().is_empty());
}

#[tokio::test]
async fn a_change_is_told_to_all_and_says_what_was_before() {
    let scene = Scene::open().await;
    let before = scene.store.read_here(revision).unwrap();
    scene.set(Act::Push, None, "off").await.unwrap();
    assert_eq!(scene.set(Act::Push, None, "on").await.unwrap().as_deref(), Some("off"));
    assert_eq!(scene.store.write(|tx| unset(tx, Act::Push, None)).await.unwrap().as_deref(), Some("on"));
    assert_eq!(scene.store.write(|tx| unset(tx, Act::Push, None)).await.unwrap(), None);
    let owners = [crate::domain::store::Owner::Office];
    let told = scene.store.read_here(|tx| changes_since(tx, &owners, before)).unwrap().unwrap();
    assert_eq!(told.len(), 3, "taking nothing away tells nothing");
    assert!(told.iter().all(|change| change.event == Event::PoliciesChanged));
}

#[tokio::test]
async fn of_two_who_chat_the_stricter_rule_holds_whoever_speaks() {
    let scene = Scene::open().await;
    let (anna, ben, cleo) = (scene.anna, scene.ben, scene.cleo());
    scene.set(Act::ChatWith, Some(scene.yard), "groups").await.unwrap();
    assert!(scene.talk(anna, ben).is_ok() && scene.talk(ben, anna).is_ok(), "they share the yard");
    for (who, with, name) in [(ben, cleo, "CLEO"), (cleo, ben, "BEN")] {
        let words = scene.talk(who, with).unwrap_err().to_string();
        assert_eq!(words, format!("chatting with {name} is not allowed, by the rule of the group yard"));
    }
    assert!(scene.talk(ben, ben).is_ok(), "own notes stay open");
    scene.set(Act::ChatWith, None, "nobody").await.unwrap();
    assert!(scene.talk(ben, anna).is_ok() && scene.talk(cleo, anna).is_err());
}

#[tokio::test]
async fn files_are_judged_by_size_and_kind() {
    let scene = Scene::open().await;
    let check = |name: &str, size: i64, kind| {
        let files = scene.store.read_here(|tx| files(tx, scene.anna)).unwrap();
        files.check(name, size, kind).map_err(|error| error.to_string())
    };
    assert!(check("setup.exe", 25 << 20, FileKind::Program).is_ok());
    scene.set(Act::FileKinds, None, "documents").await.unwrap();
    scene.set(Act::FileSize, None, "2").await.unwrap();
    let words = check("setup.exe", 10, FileKind::Program).unwrap_err();
    assert_eq!(words, "sending setup.exe, which is a program or a script, is not allowed, by the rule for everybody");
    assert!(check("all.zip", 10, FileKind::Other).is_err());
    assert!(check("a.pdf", 2 << 20, FileKind::Document).is_ok());
    let words = check("a.pdf", (2 << 20) + 1, FileKind::Document).unwrap_err();
    assert_eq!(words, "sending a.pdf, which has more than 2 MB, is not allowed, by the rule for everybody");
    scene.set(Act::Files, None, "off").await.unwrap();
    assert!(check("a.png", 1, FileKind::Picture).is_err());
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the file is put into the state that an older version left")]
async fn what_was_a_setting_is_a_rule_for_everybody_after_the_step_up() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("office.db");
    let clock = Clock::hand(Moment::from_millis(1_000_000));
    drop(Store::open(&path, clock).unwrap());
    // What the migration does to a file that has such settings.
    let sql = rusqlite::Connection::open(&path).unwrap();
    sql.execute_batch("insert into settings_value values ('push.enabled', 'off'), ('brand.company', 'Acme')").unwrap();
    let text = std::fs::read_to_string("migrations/0032_policy.sql").unwrap();
    sql.execute_batch(&text[text.find("insert into policy_rule").unwrap()..]).unwrap();
    let rule: (String, Option<i64>, String) = sql
        .query_row("select act, in_group, value from policy_rule", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .unwrap();
    assert_eq!(rule, ("push.enabled".to_owned(), None, "off".to_owned()));
    let left: i64 = sql.query_row("select count(*) from settings_value", [], |row| row.get(0)).unwrap();
    assert_eq!(left, 1);
}
