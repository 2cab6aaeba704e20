use super::*;
use crate::domain::store::Store;
use crate::kernel::clock::Clock;

fn written(count: i64) -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("office.db"), Clock::Wall).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let write = store.write(move |tx| {
        for number in 0..count {
            let act = if number % 2 == 0 { "setting" } else { "person.disable" };
            let after = number.to_string();
            note(tx, &Actor::console(), Act { act, subject: "x", before: "", after: &after })?;
        }
        Ok::<_, StoreError>(())
    });
    runtime.block_on(write).unwrap();
    (folder, store)
}

#[test]
fn acts_are_read_newest_first_page_by_page_and_by_kind() {
    let (_folder, store) = written(10);
    let read = |wanted: &Wanted, most| {
        let found = store.read_here(|tx| entries(tx, wanted, most)).unwrap();
        found.into_iter().map(|entry| entry.after).collect::<Vec<_>>()
    };
    assert_eq!(read(&Wanted::default(), 3), ["9", "8", "7"]);
    assert_eq!(read(&Wanted { before: Some(8), ..Wanted::default() }, 2), ["6", "5"]);
    assert_eq!(read(&Wanted { act: "setting".to_owned(), ..Wanted::default() }, 2), ["8", "6"]);
    assert_eq!(store.read_here(acts).unwrap(), ["person.disable", "setting"]);
}

#[test]
fn what_is_written_stays() {
    let (_folder, store) = written(1);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for change in ["update audit_entry set who = 'nobody'", "delete from audit_entry"] {
        let write = store.write(move |tx| Ok::<_, StoreError>(tx.sql().execute(change, [])?));
        assert!(runtime.block_on(write).is_err(), "{change}");
    }
}
