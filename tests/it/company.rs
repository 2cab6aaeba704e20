//! A whole company, from an empty folder to a restored one: by the browser where people work, by the command line where the
//! office is down.

use crate::program::{done, run};
use crate::restart::walk;
use std::fs::{self, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// The copies that an office has made of itself.
fn copies(data: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(data.join("backups")).unwrap();
    entries.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|ext| ext == "db")).collect()
}

/// Loses what was written last, and writes nonsense over a good part of the office's file.
fn wreck(data: &Path) {
    fs::remove_file(data.join("office.db-wal")).unwrap();
    let file = OpenOptions::new().write(true).open(data.join("office.db")).unwrap();
    for page in 2..60 {
        file.write_all_at(&[0xA5; 4096], page * 4096).unwrap();
    }
    let checked = run(data, &["check"], "");
    assert!(!checked.status.success(), "a wrecked file is not taken for a good one");
}

#[test]
fn a_company_is_set_up_branded_policed_backed_up_broken_and_restored() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("office");
    walk("company.mjs", &data, &[], |words| {
        match words {
            ["break"] => wreck(&data),
            ["restore"] => {
                let copies = copies(&data);
                assert_eq!(copies.len(), 1, "{copies:?}");
                done(&data, &["restore", copies[0].to_str().unwrap()], "");
            }
            _ => return false,
        }
        true
    });
}
