//! Accounts as administrators run them: through the pages, by links that open once, and by the command line.

use crate::http::{Answer, Browser, post};
use crate::office::{PASSWORD, TestOffice};
use hailstone::domain::audit::{self, Actor, Wanted};
use hailstone::domain::people::{self, Role, State};
use hailstone::kernel::clock::Stopwatch;
use hailstone::kernel::id::PersonId;
use hailstone::services::accounts;
use std::time::Duration;

/// The path of the link that a page shows.
fn link(page: &Answer) -> String {
    let address = page.value_of("id=\"link\" value=\"").expect("a link");
    format!("/welcome/{}", address.rsplit('/').next().unwrap())
}

/// Sets a password at a link, in a browser of its own.
fn enter(office: &TestOffice, path: &str, password: &str) -> (Browser, Answer) {
    let mut browser = office.browser();
    let page = browser.get(path);
    if page.status != 200 {
        return (browser, page);
    }
    let answer = browser.post(path, &[("csrf", &page.csrf()), ("password", password)]);
    (browser, answer)
}

impl TestOffice {
    fn state(&self, who: PersonId) -> State {
        self.office.store.read_here(|tx| people::account_of(tx, who)).unwrap().state
    }

    fn who(&self, name: &str) -> PersonId {
        self.office.store.read_here(|tx| people::by_login(tx, name)).unwrap().unwrap().0.id
    }

    fn acts(&self) -> Vec<(String, String, String, String)> {
        let entries = self.office.store.read_here(|tx| audit::entries(tx, &Wanted::default(), 100)).unwrap();
        entries.into_iter().map(|entry| (entry.who, entry.act, entry.before, entry.after)).collect()
    }

    fn set_role(&self, who: PersonId, role: Role) {
        let write = self.office.store.write(move |tx| accounts::set_role(tx, &Actor::console(), who, role));
        self.runtime.block_on(write).unwrap();
    }
}

#[test]
fn who_is_invited_sets_a_password_at_a_link_that_opens_once() {
    let office = TestOffice::open();
    let mut anna = office.signed_in("anna");
    let page = post(&mut anna, "/admin/people/new", &[("name", "Cleo"), ("full_name", "Cleo <Cramer>")]);
    assert_eq!(page.status, 200, "{}", page.body);
    let path = link(&page);
    let cleo = office.who("cleo");
    assert_eq!(office.state(cleo), State::Invited);
    assert!(!page.body.contains("Cleo <Cramer>"), "names are shown as text");

    let (_, short) = enter(&office, &path, "short");
    assert_eq!(short.status, 422);
    let (mut browser, entered) = enter(&office, &path, "long enough to hold");
    assert_eq!((entered.status, entered.header("location")), (303, "/today"));
    assert!(browser.get("/today").body.contains("Cleo &#60;Cramer&#62;"));
    assert_eq!(office.state(cleo), State::Active);
    let (_, again) = enter(&office, &path, "another one entirely");
    assert_eq!(again.status, 404);
}

#[test]
fn a_link_for_a_new_password_ends_every_session() {
    let office = TestOffice::open();
    let (mut anna, mut ben) = (office.signed_in("anna"), office.signed_in("ben"));
    let path = link(&post(&mut anna, &format!("/admin/people/{}/link", office.ben), &[]));
    assert_eq!(ben.get("/today").status, 200, "the old password holds until another is set");
    let (_, entered) = enter(&office, &path, "a new one for Ben");
    assert_eq!(entered.status, 303);
    assert_eq!(ben.get("/today").status, 303);
}

#[test]
fn barred_means_out_at_once_and_mail_still_arrives() {
    let office = TestOffice::open();
    let (mut anna, mut ben) = (office.signed_in("anna"), office.signed_in("ben"));
    let at = format!("/admin/people/{}", office.ben);
    assert_eq!(post(&mut anna, &format!("{at}/disable"), &[]).status, 303);
    assert_eq!(ben.get("/today").status, 303);
    assert!(anna.get(&at).body.contains("Allow signing in"));
    assert!(anna.get("/admin/people?state=disabled").body.contains("ben@example.org"));
    assert_eq!(post(&mut anna, &format!("{at}/enable"), &[]).status, 303);
    office.signed_in("ben");
}

#[test]
fn a_deleted_account_is_named_waits_and_is_erased() {
    let office = TestOffice::open();
    let mut anna = office.signed_in("anna");
    let at = format!("/admin/people/{}", office.ben);
    let delete = |anna: &mut Browser, name: &str, password: &str| {
        post(anna, &format!("{at}/delete"), &[("confirm", name), ("password", password)])
    };
    assert!(delete(&mut anna, "anna", PASSWORD).body.contains("Type ben here"));
    assert!(delete(&mut anna, "ben", "a wrong one").body.contains("not your password"));
    assert_eq!(delete(&mut anna, "ben", PASSWORD).status, 303);
    assert!(matches!(office.state(office.ben), State::Leaving(_)));

    assert_eq!(post(&mut anna, &format!("{at}/keep"), &[]).status, 303);
    assert_eq!(office.state(office.ben), State::Active);

    assert_eq!(delete(&mut anna, "ben", PASSWORD).status, 303);
    let ben = office.ben;
    assert_eq!(office.runtime.block_on(accounts::erase_due(&office.office)).unwrap(), 0, "not before its time");
    let hasten = office.office.store.write(move |tx| people::hasten_leaving(tx, ben));
    office.runtime.block_on(hasten).unwrap();
    assert_eq!(office.runtime.block_on(accounts::erase_due(&office.office)).unwrap(), 1);
    assert_eq!(anna.get(&at).status, 404);
    assert!(!anna.get("/admin/people").body.contains("Ben Bauer"));
    office.add("ben", "Another Ben");
}

#[test]
fn roles_are_given_by_owners_alone_and_an_owner_stays() {
    let office = TestOffice::open();
    let cleo = PersonId::new(office.add("cleo", "Cleo Cramer"));
    office.set_role(cleo, Role::Admin);
    let (mut anna, mut cleo_browser) = (office.signed_in("anna"), office.signed_in("cleo"));
    let role = |browser: &mut Browser, who: PersonId, role: &str| {
        post(browser, &format!("/admin/people/{who}/role"), &[("role", role), ("password", PASSWORD)])
    };
    assert!(role(&mut cleo_browser, office.ben, "admin").body.contains("Owners alone"));
    assert!(role(&mut cleo_browser, office.anna, "member").body.contains("changed by owners alone"));
    assert!(role(&mut anna, office.anna, "member").body.contains("Somebody must own the office"));
    assert_eq!(role(&mut anna, office.ben, "owner").status, 303);
    assert_eq!(role(&mut anna, office.anna, "member").status, 303);
    assert_eq!(anna.get("/admin").status, 403);
    let disable = post(&mut cleo_browser, &format!("/admin/people/{}/disable", office.ben), &[]);
    assert_eq!(disable.status, 422);
}

#[test]
fn aliases_groups_and_names_are_changed_and_written_down() {
    let office = TestOffice::open();
    let mut anna = office.signed_in("anna");
    let at = format!("/admin/people/{}", office.ben);
    assert_eq!(post(&mut anna, "/admin/groups", &[("name", "sales")]).status, 303);
    let group = office.office.store.read_here(people::groups).unwrap()[0].id.to_string();
    for (deed, fields) in [
        ("name", [("full_name", "Ben B. Bauer")]),
        ("alias", [("alias", "info@example.org")]),
        ("groups", [("group", group.as_str())]),
    ] {
        assert_eq!(post(&mut anna, &format!("{at}/{deed}"), &fields).status, 303, "{deed}");
    }
    for (alias, words) in
        [("info@example.org", "is taken"), ("info@elsewhere.org", "no such domain"), ("nonsense", "looks like")]
    {
        let refused = post(&mut anna, &format!("{at}/alias"), &[("alias", alias)]);
        assert!(refused.status == 422 && refused.body.contains(words), "{alias}");
    }
    let first = post(&mut anna, &format!("{at}/alias-remove"), &[("alias", "ben@example.org")]);
    assert!(first.body.contains("which stays"));
    assert_eq!(post(&mut anna, &format!("{at}/alias-remove"), &[("alias", "info@example.org")]).status, 303);
    let written: Vec<_> = office.acts().into_iter().map(|(who, act, _, after)| (who, act, after)).take(5).collect();
    let entry = |act: &str, after: &str| ("Anna Arnold".to_owned(), act.to_owned(), after.to_owned());
    assert_eq!(
        written,
        [
            entry("person.alias", ""),
            entry("person.groups", "sales"),
            entry("person.alias", "info@example.org"),
            entry("person.name", "Ben B. Bauer"),
            entry("group.add", ""),
        ]
    );
    let page = anna.get("/admin/audit");
    assert!(page.body.contains("Ben B. Bauer") && page.body.contains("127.0.0.1"));
}

#[test]
fn a_list_is_shown_before_anybody_is_added() {
    let office = TestOffice::open();
    let mut anna = office.signed_in("anna");
    let list = "name,full name,groups,password\ncleo,Cleo Cramer,,long enough to hold\ndora,Dora,nowhere,\nben,Ben,,\nemil,Emil,,";
    let csrf = anna.get("/people").csrf();
    let preview = anna.post_parts("/admin/people/import", &[("csrf", &csrf), ("text", list)]);
    assert!(preview.body.contains("2 of 4 lines can be added"), "{}", preview.body);
    assert!(preview.body.contains("there is no group nowhere") && preview.body.contains("ben has an account already"));
    assert!(!anna.get("/admin/people").body.contains("Cleo"), "nothing is done yet");
    let report = anna.post_parts("/admin/people/import", &[("csrf", &csrf), ("text", list), ("sure", "yes")]);
    assert!(report.body.contains("2 of 4 lines added"), "{}", report.body);
    assert_eq!(report.body.matches("/welcome/").count(), 1, "Emil has no password");
    assert_eq!(office.state(office.who("cleo")), State::Active);
    assert_eq!(office.state(office.who("emil")), State::Invited);
}

#[test]
fn nobody_but_administrators_reaches_any_of_it() {
    let office = TestOffice::open();
    let mut ben = office.signed_in("ben");
    let anna = office.anna;
    for path in [
        "/admin",
        "/admin/people",
        "/admin/people/new",
        "/admin/people/import",
        &format!("/admin/people/{anna}"),
        "/admin/groups",
        "/admin/policies",
        "/admin/policies/mail.outside",
        "/admin/policies/as?person=1",
        &format!("/admin/policies/as/{anna}"),
        "/admin/audit",
        "/admin/queue",
    ] {
        assert_eq!(ben.get(path).status, 403, "{path}");
    }
    for path in [
        "/admin/people/new",
        &format!("/admin/people/{anna}/disable"),
        &format!("/admin/people/{anna}/link"),
        &format!("/admin/people/{anna}/name"),
        "/admin/groups",
        "/admin/groups/1/remove",
        "/admin/policies/mail.outside",
        "/admin/queue/1/drop",
    ] {
        assert_eq!(post(&mut ben, path, &[("name", "x"), ("full_name", "x")]).status, 403, "{path}");
    }
}

#[test]
fn the_overview_tells_that_all_is_well() {
    let office = TestOffice::open();
    let page = office.signed_in("anna").get("/admin");
    // The disk that the tests run on may be full.
    let is_well = page.body.contains("All is well") || page.body.contains("<b class=\"strong\">Disk:");
    assert!(is_well && !page.body.contains("class=\"bad\""), "{}", page.body);
    for tile in ["Doors", "Mail queue", "Disk", "Backup", "Late work", "Failed sign-ins", "Signed in"] {
        assert!(page.body.contains(tile), "{tile}");
    }
}

/// Prints its figure; `docs/PERFORMANCE.md` has one.
#[test]
#[ignore = "measures"]
fn a_thousand_people_are_brought_in() {
    let office = TestOffice::open();
    let rows: String = (0..1000).map(|n| format!("person{n},Person {n},,,a long password {n}\n")).collect();
    let sheet = accounts::read_sheet(&rows).unwrap();
    let watch = Stopwatch::start();
    let brought = office.runtime.block_on(accounts::bring(&office.office, &Actor::console(), sheet.rows)).unwrap();
    assert_eq!(brought.iter().filter(|one| one.person.is_some()).count(), 1000);
    let took = watch.elapsed();
    println!("1,000 people with their passwords hashed: {took:?}");
    assert!(took < Duration::from_secs(60));
}
