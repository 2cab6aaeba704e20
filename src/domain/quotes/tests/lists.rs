//! Watchlists: own ones, and the company's.

use super::*;
use crate::kernel::limits;

impl Office {
    fn lists(&self, who: PersonId) -> Vec<(String, Vec<String>)> {
        let code = |symbol: SymbolId| self.read(|tx| quote_of(tx, symbol)).unwrap().code;
        let lists = self.read(|tx| lists(tx, who));
        lists.into_iter().map(|list| (list.name, list.symbols.into_iter().map(code).collect())).collect()
    }
}

#[tokio::test]
async fn lists_have_names_and_an_order_and_so_have_their_symbols() {
    let office = Office::open().await;
    let building = office.write(|tx| make_list(tx, BOB, "  Construction\n", false)).await.unwrap();
    let money = office.write(|tx| make_list(tx, BOB, "Currencies", false)).await.unwrap();
    for code in ["ACME", "betn", "HLZ", "ACME"] {
        office.write(move |tx| add_symbol(tx, BOB, building, code)).await.unwrap();
    }
    let all = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let expected = [("Construction".to_owned(), all(&["ACME", "BETN", "HLZ"])), ("Currencies".to_owned(), vec![])];
    assert_eq!(office.lists(BOB), expected);
    let (acme, hlz) = (office.symbol("ACME"), office.symbol("HLZ"));
    let foreign = SymbolId::new(99);
    office.write(move |tx| order_symbols(tx, BOB, building, &[hlz, foreign, acme, hlz])).await.unwrap();
    office.write(move |tx| order_lists(tx, BOB, &[money])).await.unwrap();
    office.write(move |tx| rename_list(tx, BOB, money, "CURRENCIES")).await.unwrap();
    let expected = [("CURRENCIES".to_owned(), vec![]), ("Construction".to_owned(), all(&["HLZ", "ACME", "BETN"]))];
    assert_eq!(office.lists(BOB), expected);
    office.write(move |tx| remove_symbol(tx, BOB, building, acme)).await.unwrap();
    office.write(move |tx| remove_list(tx, BOB, money)).await.unwrap();
    assert_eq!(office.lists(BOB), [("Construction".to_owned(), all(&["HLZ", "BETN"]))]);
}

#[tokio::test]
async fn everybody_reads_the_companys_lists_and_administrators_edit_them() {
    let office = Office::open().await;
    assert!(matches!(office.write(|tx| make_list(tx, BOB, "All", true)).await, Err(QuotesError::NotAllowed)));
    let all = office.write(|tx| make_list(tx, ALICE, "All", true)).await.unwrap();
    office.write(move |tx| add_symbol(tx, ALICE, all, "ACME")).await.unwrap();
    assert_eq!(office.lists(BOB), [("All".to_owned(), vec!["ACME".to_owned()])]);
    assert!(matches!(office.write(move |tx| add_symbol(tx, BOB, all, "X")).await, Err(QuotesError::NotAllowed)));
    assert!(matches!(office.write(move |tx| remove_list(tx, BOB, all)).await, Err(QuotesError::NotAllowed)));
    assert_eq!(office.read(company_lists).len(), 1);
    let own = office.write(|tx| make_list(tx, BOB, "All", false)).await.unwrap();
    assert_eq!(office.lists(ALICE).len(), 1, "another's list is nobody else's");
    assert!(matches!(office.write(move |tx| rename_list(tx, ALICE, own, "x")).await, Err(QuotesError::NoList)));
    assert!(matches!(office.write(move |tx| add_symbol(tx, ALICE, own, "X")).await, Err(QuotesError::NoList)));
    assert!(matches!(office.write(move |tx| order_lists(tx, ALICE, &[all, own])).await, Err(QuotesError::NoList)));
}

#[tokio::test]
async fn names_are_names_once_and_there_is_an_end_to_everything() {
    let office = Office::open().await;
    let first = office.write(|tx| make_list(tx, BOB, "Mine", false)).await.unwrap();
    assert!(matches!(office.write(|tx| make_list(tx, BOB, "MINE", false)).await, Err(QuotesError::Taken(_))));
    let long = "x".repeat(limits::QUOTE_LIST_NAME + 1);
    for bad in ["", " \n", long.as_str()] {
        let bad = bad.to_owned();
        assert!(matches!(office.write(move |tx| make_list(tx, BOB, &bad, false)).await, Err(QuotesError::BadName)));
    }
    for number in 1..limits::QUOTE_LISTS {
        office.write(move |tx| make_list(tx, BOB, &format!("list {number}"), false)).await.unwrap();
    }
    assert!(matches!(office.write(|tx| make_list(tx, BOB, "more", false)).await, Err(QuotesError::TooManyLists)));
    let fill = move |tx: &mut WriteTx<'_>| {
        (0..limits::QUOTE_LISTED).try_for_each(|number| add_symbol(tx, BOB, first, &format!("S{number}")).map(|_| ()))
    };
    office.write(fill).await.unwrap();
    assert!(matches!(office.write(move |tx| add_symbol(tx, BOB, first, "MORE")).await, Err(QuotesError::FullList)));
}

#[tokio::test]
async fn a_page_follows_what_is_listed_waited_for_and_held() {
    let office = Office::open().await;
    let own = office.write(|tx| make_list(tx, BOB, "Mine", false)).await.unwrap();
    let all = office.write(|tx| make_list(tx, ALICE, "All", true)).await.unwrap();
    let theirs = office.write(|tx| make_list(tx, ALICE, "Hers", false)).await.unwrap();
    office.write(move |tx| add_symbol(tx, BOB, own, "OWN")).await.unwrap();
    office.write(move |tx| add_symbol(tx, ALICE, all, "ALL")).await.unwrap();
    office.write(move |tx| add_symbol(tx, ALICE, theirs, "HERS")).await.unwrap();
    let condition = Condition::Above(num("1"));
    let new = NewAlert { code: "WAITED".to_owned(), condition, margin: None, is_repeat: false, ways: Ways::default() };
    office.write(move |tx| set_alert(tx, BOB, &new)).await.unwrap();
    let followed = office.read(|tx| followed(tx, BOB));
    let mut codes: Vec<_> = office.read(|tx| quotes(tx, &followed)).into_iter().map(|quote| quote.code).collect();
    codes.sort();
    assert_eq!(codes, ["ALL", "OWN", "WAITED"]);
    assert_eq!(office.read(wanted).len(), 4);
}
