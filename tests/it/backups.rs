//! Copies that the office makes of itself: proven, kept in number, and told when they fail.

use crate::http::post;
use crate::office::{TestOffice, wait_until};
use crate::program::Unmount;
use hailstone::domain::backup::{self, Copy};
use hailstone::domain::store::Pace;
use hailstone::services::{backup as service, upkeep};
use std::io::Write;
use std::path::Path;
use std::process::Command;

impl TestOffice {
    fn copies(&self) -> Vec<Copy> {
        self.office.store.read_here(|tx| backup::copies(tx, 100)).unwrap()
    }
}

#[test]
fn a_copy_on_a_click_is_proven_and_restores() {
    let office = TestOffice::open();
    let mut anna = office.signed_in("anna");
    assert_eq!(post(&mut anna, "/admin/backups/now", &[]).status, 303);
    wait_until("the copy is proven", || office.copies().first().is_some_and(|copy| copy.proven_at.is_some()));
    let copy = office.copies().remove(0);
    assert!(copy.bytes > 0 && copy.trouble.is_empty());
    let folder = tempfile::tempdir().unwrap();
    let restored = folder.path().join("office.db");
    upkeep::restore(Path::new(&copy.file), &restored, folder.path()).unwrap();
    assert!(upkeep::proven(&restored, Pace::Full).unwrap().is_empty());
    assert!(anna.get("/admin/backups").body.contains("proven"));
    assert!(anna.get("/admin").body.contains("proven to restore"));
}

#[test]
fn more_copies_than_are_kept_go_oldest_first() {
    let office = TestOffice::open();
    let mut anna = office.signed_in("anna");
    let folder = tempfile::tempdir().unwrap();
    let there = folder.path().to_string_lossy().into_owned();
    let set = post(&mut anna, "/admin/backups", &[("at", "04:30"), ("keep", "2"), ("folder", &there)]);
    assert_eq!(set.status, 303, "{}", set.body);
    for _ in 0..4 {
        office.runtime.block_on(service::run(&office.office)).unwrap();
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    let there: Vec<bool> = office.copies().iter().map(|copy| copy.is_there).collect();
    assert_eq!(there, [true, true, false, false]);
}

#[test]
fn a_copy_that_cannot_be_made_is_told() {
    let office = TestOffice::open();
    let mut anna = office.signed_in("anna");
    let file = tempfile::NamedTempFile::new().unwrap();
    let inside = file.path().join("backups").to_string_lossy().into_owned();
    assert_eq!(post(&mut anna, "/admin/backups", &[("at", "off"), ("keep", "2"), ("folder", &inside)]).status, 303);
    let copy = office.runtime.block_on(service::run(&office.office)).unwrap();
    assert!(copy.proven_at.is_none() && !copy.trouble.is_empty());
    assert!(anna.get("/admin").body.contains("<b class=\"strong\">Backup:"));
    assert!(anna.get("/admin/backups").body.contains("failed"));
}

#[test]
fn a_full_disk_is_told_and_takes_no_older_copy() {
    let office = TestOffice::open();
    let mut anna = office.signed_in("anna");
    let folder = tempfile::tempdir().unwrap();
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=16m", "tmpfs"]).arg(folder.path()).output();
    if !mounted.is_ok_and(|output| output.status.success()) {
        eprintln!("SKIPPED: no right to mount a small disk");
        return;
    }
    let unmount = Unmount(folder.path().to_owned());
    let there = folder.path().to_string_lossy().into_owned();
    assert_eq!(post(&mut anna, "/admin/backups", &[("at", "off"), ("keep", "1"), ("folder", &there)]).status, 303);
    let good = office.runtime.block_on(service::run(&office.office)).unwrap();
    assert!(good.proven_at.is_some(), "{}", good.trouble);
    // Room enough that it is begun, and not enough that it ends: what is left is measured before, and shrinks meanwhile.
    let filler = folder.path().join("filler");
    for left in [4_u64, 1] {
        let room = hailstone::domain::store::Room::at(folder.path()).unwrap();
        let bytes = usize::try_from(room.free - left * 512 * 1024).unwrap();
        std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(&filler)
            .unwrap()
            .write_all(&vec![7; bytes])
            .unwrap();
        let copy = office.runtime.block_on(service::run(&office.office)).unwrap();
        assert!(copy.proven_at.is_none() && copy.trouble == "the disk is full", "{}", copy.trouble);
        let page = anna.get("/admin").body;
        assert!(page.contains("<b class=\"strong\">Backup: the disk is full</b>"), "{page}");
        let mut names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        names.sort();
        assert_eq!(names, [filler.clone(), good.file.clone().into()], "the older copy stays, and nothing half-made");
    }
    assert!(upkeep::proven(Path::new(&good.file), Pace::Full).is_ok_and(|findings| findings.is_empty()));
    std::fs::remove_file(&filler).unwrap();
    for tail in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{tail}", good.file));
    }
    let again = office.runtime.block_on(service::run(&office.office)).unwrap();
    assert!(again.proven_at.is_some(), "{}", again.trouble);
    assert!(anna.get("/admin").body.contains("proven to restore"));
    drop(unmount);
}

#[test]
fn a_plan_that_cannot_be_is_refused_beside_its_field() {
    let office = TestOffice::open();
    let mut anna = office.signed_in("anna");
    for (fields, words) in [
        ([("at", "25:00"), ("keep", "7"), ("folder", "")], "a time of day"),
        ([("at", "03:00"), ("keep", "0"), ("folder", "")], "a whole number"),
        ([("at", "03:00"), ("keep", "7"), ("folder", "here")], "a folder from the root on"),
    ] {
        let answer = post(&mut anna, "/admin/backups", &fields);
        assert!(answer.status == 422 && answer.body.contains(words), "{words}: {}", answer.body);
    }
}
