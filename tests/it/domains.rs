//! Mail domains: what the DNS says of each, and the footer of each in mail that leaves.

use crate::http::post;
use crate::office::{Caught, Nobody, TestOffice, wait_until};
use crate::program::{run, set_up};
use hailstone::format::mime;
use hailstone::kernel::clock::{Clock, Moment};
use hailstone::services::office::Outside;
use hailstone::services::outside::{Exchanger, Later, LookupError, RecordKind, Resolver};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A Domain Name System of a few names. One who asks for another hears that there is nothing, or that nobody answers.
#[derive(Default)]
struct Zone {
    records: Mutex<HashMap<(&'static str, String), Vec<String>>>,
    is_away: Mutex<bool>,
}

impl Zone {
    fn publish(&self, kind: RecordKind, name: &str, values: &[&str]) {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        self.records.lock().unwrap().insert((kind.name(), name.to_owned()), values);
    }
}

impl Resolver for Zone {
    fn mail_exchangers<'a>(&'a self, domain: &'a str) -> Later<'a, Result<Vec<Exchanger>, LookupError>> {
        Box::pin(async move { Err(LookupError::NoMail(domain.to_owned())) })
    }

    fn records<'a>(&'a self, kind: RecordKind, name: &'a str) -> Later<'a, Result<Vec<String>, LookupError>> {
        Box::pin(async move {
            if *self.is_away.lock().unwrap() {
                return Err(LookupError::Failed(name.to_owned()));
            }
            Ok(self.records.lock().unwrap().get(&(kind.name(), name.to_owned())).cloned().unwrap_or_default())
        })
    }
}

#[test]
fn what_the_dns_says_is_shown_beside_what_it_must_say() {
    let (zone, caught) = (Arc::new(Zone::default()), Arc::new(Caught::default()));
    let outside = Outside { resolver: zone.clone(), courier: caught.clone(), fetcher: Arc::new(Nobody) };
    let clock = Clock::hand(Moment::from_millis(1_795_780_800_000));
    let office = TestOffice::open_all(outside, caught, &[], clock.clone());
    let mut anna = office.signed_in("anna");
    let looked = |anna: &mut crate::http::Browser| {
        clock.wind(Duration::from_secs(61)); // who asks again at once is shown what was found just now
        assert_eq!(post(anna, "/admin/dns/check", &[]).status, 303);
        (anna.get("/admin/dns").body, anna.get("/admin").body)
    };
    *zone.is_away.lock().unwrap() = true;
    let (page, overview) = looked(&mut anna);
    assert!(page.contains("Nobody answered") && page.contains("no answer"), "{page}");
    assert!(overview.contains("No name server is reached"), "{overview}");

    *zone.is_away.lock().unwrap() = false;
    let (page, overview) = looked(&mut anna);
    assert!(page.contains("3 records are not as they must be") && page.contains("missing"), "{page}");
    assert!(overview.contains("3 records not as it must be"), "{overview}");

    // Another record than the wanted one is shown as it is, as words.
    zone.publish(RecordKind::Mx, "example.org", &["10 mail.elsewhere.example"]);
    zone.publish(RecordKind::Txt, "example.org", &["v=spf1 <b>-all</b>", "some-proof=1"]);
    zone.publish(RecordKind::Address, "mail.example.org", &["192.0.2.7"]);
    let (page, _) = looked(&mut anna);
    assert!(page.contains("2 records are not as they must be") && page.contains("another one"), "{page}");
    assert!(page.contains("mail.elsewhere.example") && page.contains("v=spf1 &#60;b&#62;-all&#60;/b&#62;"), "{page}");
    assert!(!page.contains("some-proof"), "texts for other purposes are nobody's business: {page}");
    assert!(page.contains("7.2.0.192.in-addr.arpa"), "{page}");

    zone.publish(RecordKind::Mx, "example.org", &["5 other.example.", "10 MAIL.example.org."]);
    zone.publish(RecordKind::Txt, "example.org", &["v=spf1 mx include:_spf.else.example ~all"]);
    zone.publish(RecordKind::Ptr, "7.2.0.192.in-addr.arpa", &["mail.example.org."]);
    let (page, overview) = looked(&mut anna);
    assert!(page.contains("All that must be there is"), "{page}");
    assert!(overview.contains("as it must be"), "{overview}");
}

#[test]
fn mail_of_each_domain_leaves_with_the_footer_of_that_domain() {
    let office = TestOffice::open();
    let mut anna = office.signed_in("anna");
    let done = |anna: &mut crate::http::Browser, path: &str, fields: &[(&str, &str)]| {
        let answer = post(anna, path, fields);
        assert_eq!(answer.status, 303, "{path}: {}", answer.body);
    };
    done(&mut anna, "/admin/domains", &[("name", "example.net")]);
    done(&mut anna, "/admin/domains/example.net/footer", &[("footer", "Example Net KG\nHRA 12")]);
    done(&mut anna, "/admin/domains/example.org/footer", &[("footer", "Example & Sons\nHRB 7")]);
    done(&mut anna, "/admin/domains/example.net/first", &[]);
    office.add("nora", "Nora Net");
    let mut nora = office.signed_in("nora");
    for (browser, body) in [(&mut anna, "From the old house."), (&mut nora, "From the new one.")] {
        let fields = [("to", "carol@else.example"), ("subject", "Hello"), ("body", body), ("do", "send")];
        done(browser, "/mail/compose", &fields);
    }
    wait_until("both have left", || office.caught.0.lock().unwrap().len() == 2);
    let left = office.caught.0.lock().unwrap().clone();
    for (from, footer) in
        [("anna@example.org", "Example & Sons\nHRB 7"), ("nora@example.net", "Example Net KG\nHRA 12")]
    {
        let parcel = left.iter().find(|parcel| parcel.reverse_path.as_deref() == Some(from)).expect(from);
        let text = mime::parse(&parcel.bytes).text;
        assert!(text.trim_end().ends_with(&format!("-- \n{footer}")), "{from}: {text}");
        assert_eq!(text.matches("-- \n").count(), 1, "{text}");
    }
}

#[test]
fn the_command_line_prints_what_is_wanted_and_what_is_found() {
    let folder = tempfile::tempdir().unwrap();
    set_up(folder.path());
    let mut check = crate::program::command(folder.path(), &["dns", "--check"]);
    // A port of this machine at which nobody listens.
    let out = check.env("HAILSTONE_DNS_SERVER", "127.0.0.1:9").output().unwrap();
    let said = String::from_utf8_lossy(&out.stdout);
    assert!(said.contains("no answer") && said.contains("MX") && said.contains("mail.example.org"), "{said}");
    let printed = run(folder.path(), &["dns"], "");
    assert!(String::from_utf8_lossy(&printed.stdout).contains("example.org. 3600 IN MX 10 mail.example.org."));
}
