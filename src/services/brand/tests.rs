use super::*;
use crate::domain::settings::Brand;

fn brand() -> Brand {
    let folder = tempfile::tempdir().unwrap();
    let clock = crate::kernel::clock::Clock::hand(crate::kernel::clock::Moment::from_millis(0));
    let store = crate::domain::store::Store::open(&folder.path().join("office.db"), clock).unwrap();
    let brand = store.read_here(settings::brand).unwrap();
    store.close();
    brand
}

#[test]
fn a_footer_stands_above_what_a_letter_quotes() {
    let footer = "Kaltenbach Werke\nHRB 7";
    let reply = "Yes.\n\nOn 3 May, Bo wrote:\n> Is it\n>\n> so?\n";
    assert_eq!(
        with_footer(reply, footer),
        "Yes.\n\n-- \nKaltenbach Werke\nHRB 7\n\nOn 3 May, Bo wrote:\n> Is it\n>\n> so?\n"
    );
    let forward = "See:\n\n---------- Forwarded message ----------\nFrom: Bo\n\n> old\nend\n";
    let passed = with_footer(forward, footer);
    assert!(passed.starts_with("See:\n\n-- \nKaltenbach Werke\nHRB 7\n\n---------- Forwarded"), "{passed}");
    assert_eq!(with_footer("Hello", footer), "Hello\n\n-- \nKaltenbach Werke\nHRB 7\n");
    let between = "> one?\nyes\n> two?\nno\n";
    assert!(
        with_footer(between, footer).ends_with("no\n\n-- \nKaltenbach Werke\nHRB 7\n"),
        "below, where all is answered piece by piece"
    );
}

#[test]
fn a_footer_is_not_said_twice_and_none_is_none() {
    let footer = "Kaltenbach Werke\nHRB 7";
    let once = with_footer("Hello", footer);
    assert_eq!(with_footer(&once, footer), once);
    let changed_on_the_way = "Hello\r\n\r\n-- \r\nKaltenbach Werke  \r\nHRB 7\r\n";
    assert_eq!(with_footer(changed_on_the_way, footer), changed_on_the_way);
    let quoted = "Yes.\n\nBo wrote:\n> Kaltenbach Werke\n> HRB 7\n";
    assert!(with_footer(quoted, footer).starts_with("Yes.\n\n-- \nKaltenbach"), "a quoted one is another's");
    assert_eq!(with_footer("Hello", " \n"), "Hello");
}

#[test]
fn an_imprint_says_the_company_s_name_once() {
    let mut brand = brand();
    brand.company = "Kaltenbach Werke".to_owned();
    assert_eq!((brand.imprint(), brand.closing()), ("Kaltenbach Werke".to_owned(), "Kaltenbach Werke".to_owned()));
    brand.legal = "Kaltenbach Werke KG\nAm Kanal 7\n".to_owned();
    assert_eq!(brand.imprint(), "Kaltenbach Werke KG\nAm Kanal 7");
    brand.legal = "HRB 7".to_owned();
    assert_eq!(brand.imprint(), "Kaltenbach Werke\nHRB 7");
}

#[test]
fn a_colour_says_hue_strength_and_tone() {
    let of =
        |given| value("colour", given).map(|values| values.into_iter().map(|(_, value)| value).collect::<Vec<_>>());
    assert_eq!(of("#ffd500").unwrap(), ["94", "181", "bright"]);
    assert_eq!(of("0b2a5b").unwrap().last().unwrap(), "deep");
    assert!(of("").unwrap().is_empty(), "nothing said changes nothing");
    assert_eq!(of("yellow").unwrap_err().0, "colour");
}

#[test]
fn each_domain_has_its_own_footer_or_the_company_s() {
    let mut brand = brand();
    brand.mail_footer = "Kaltenbach Werke".to_owned();
    brand.mail_footers.insert("example.net".to_owned(), "Kaltenbach Net KG".to_owned());
    assert_eq!(brand.footer_of("example.org"), "Kaltenbach Werke");
    assert_eq!(brand.footer_of("Example.NET"), "Kaltenbach Net KG");
}
