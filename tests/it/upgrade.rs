//! A file of an older version is brought up on a copy: whatever fails, it is as it was, and a newer one is refused.

use crate::program::{Unmount, command, run, set_up};
use hailstone::kernel::secret::{sha256, token};
use rusqlite::Connection;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The version that the old files of these tests have.
const OLD: i64 = 20;

#[expect(clippy::disallowed_methods, reason = "an old program's file is made, and looked at")]
fn sql(path: &Path) -> Connection {
    Connection::open(path).unwrap()
}

fn version(path: &Path) -> i64 {
    sql(path).query_row("pragma user_version", [], |row| row.get(0)).unwrap()
}

/// The migrations that this program knows, by their numbers.
fn migrations() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut found: Vec<(String, String)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(path).unwrap())
        })
        .collect();
    found.sort();
    found
}

fn newest() -> i64 {
    migrations().last().unwrap().0.split('_').next().unwrap().parse().unwrap()
}

/// A folder with an office as an older program left it: a domain, and so many bytes of something to keep.
fn old_office(data: &Path, filler: usize) -> Vec<u8> {
    fs::create_dir_all(data).unwrap();
    let path = data.join("office.db");
    let sql = sql(&path);
    sql.execute_batch("pragma journal_mode = wal").unwrap();
    for ((name, text), number) in migrations().iter().zip(1..=OLD) {
        sql.execute_batch(text).unwrap();
        let row = (number, name, sha256(text.as_bytes()));
        sql.execute("insert into store_migration (number, name, hash, applied_at) values (?1, ?2, ?3, 1)", row)
            .unwrap();
    }
    sql.pragma_update(None, "user_version", OLD).unwrap();
    sql.execute("insert into people_domain (name, is_primary) values ('old.example', 1)", []).unwrap();
    let words: String = std::iter::repeat_with(token).take(filler / 43 + 1).collect();
    sql.execute("insert into settings_value (key, value) values ('filler', ?1)", [words]).unwrap();
    drop(sql);
    fs::read(path).unwrap()
}

/// What lies in the folder, but for the lock, and for what SQLite leaves beside the file and holds nothing.
fn names(data: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(data).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    let is_nothing = |name: &str| fs::metadata(data.join(name)).is_ok_and(|file| file.len() == 0);
    let is_left = |name: &str| name == "office.db-shm" || name == "office.db-wal" && is_nothing(name);
    names.retain(|name| name != "office.lock" && !is_left(name));
    names.sort();
    names
}

/// The one line that a verb fails with.
fn refused(data: &Path, words: &[&str]) -> String {
    let output = run(data, words, "");
    assert_eq!(output.status.code(), Some(1), "{words:?}");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let lines: Vec<&str> = said.lines().filter(|line| line.starts_with("hailstone: ")).collect();
    assert_eq!(lines.len(), 1, "{said}");
    lines[0].to_owned()
}

fn is_brought_up(data: &Path, old: &[u8]) {
    let output = run(data, &["check"], "");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "all is well\n");
    assert_eq!(version(&data.join("office.db")), newest());
    let kept: Vec<String> = names(data).into_iter().filter(|name| name.starts_with("office.db.")).collect();
    assert_eq!(kept, [format!("office.db.before-{OLD}")]);
    assert!(fs::read(data.join(&kept[0])).unwrap() == old, "the file before is not as it was");
    let dns = run(data, &["dns"], "").stdout;
    assert!(String::from_utf8_lossy(&dns).contains("old.example. 3600 IN MX"), "what was in it is gone");
}

#[test]
fn an_old_file_is_brought_up_and_kept_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let old = old_office(folder.path(), 1000);
    fs::write(folder.path().join("office.db.before-3"), "an older one").unwrap();
    fs::write(folder.path().join("office.db.upgrading"), "what a crash left").unwrap();
    is_brought_up(folder.path(), &old);
    // A second time there is nothing to do.
    let before = fs::metadata(folder.path().join(format!("office.db.before-{OLD}"))).unwrap().modified().unwrap();
    is_brought_up(folder.path(), &old);
    let after = fs::metadata(folder.path().join(format!("office.db.before-{OLD}"))).unwrap().modified().unwrap();
    assert_eq!(before, after);
}

#[test]
fn what_was_not_folded_in_yet_is_brought_along() {
    let folder = tempfile::tempdir().unwrap();
    let (made, data) = (folder.path().join("made"), folder.path().join("data"));
    old_office(&made, 1000);
    // As a kill leaves it: the last write is in the journal alone.
    let sql = sql(&made.join("office.db"));
    sql.execute_batch("pragma wal_autocheckpoint = 0").unwrap();
    sql.execute("update people_domain set name = 'late.example'", []).unwrap();
    fs::create_dir(&data).unwrap();
    for name in ["office.db", "office.db-wal"] {
        fs::copy(made.join(name), data.join(name)).unwrap();
    }
    assert!(fs::metadata(data.join("office.db-wal")).unwrap().len() > 0);
    assert!(run(&data, &["check"], "").status.success());
    assert!(String::from_utf8_lossy(&run(&data, &["dns"], "").stdout).contains("late.example."));
}

#[test]
fn a_migration_that_fails_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    old_office(folder.path(), 1000);
    let path = folder.path().join("office.db");
    sql(&path)
        .execute_batch("create table quotes_symbol (id integer); create table roster_group (id integer)")
        .unwrap();
    let old = fs::read(&path).unwrap();
    for verb in ["check", "serve"] {
        let said = refused(folder.path(), &[verb]);
        assert!(said.contains(&format!("from version {OLD} to {}", newest())), "{said}");
        assert!(said.contains("roster_group already exists") && said.contains("Nothing was changed"), "{said}");
        assert!(fs::read(&path).unwrap() == old);
        assert_eq!(names(folder.path()), ["office.db"]);
    }
}

#[test]
fn a_copy_that_does_not_pass_its_check_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    old_office(folder.path(), 1000);
    let path = folder.path().join("office.db");
    sql(&path)
        .execute_batch("pragma foreign_keys = off; insert into people_member (in_group, person) values (77, 78)")
        .unwrap();
    let old = fs::read(&path).unwrap();
    let said = refused(folder.path(), &["check"]);
    assert!(said.contains("people_member: a row refers to a missing row"), "{said}");
    assert!(fs::read(&path).unwrap() == old);
    assert_eq!(names(folder.path()), ["office.db"]);
}

#[test]
fn a_newer_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    set_up(folder.path());
    let path = folder.path().join("office.db");
    sql(&path).pragma_update(None, "user_version", 999).unwrap();
    let newer = fs::read(&path).unwrap();
    for verb in ["check", "serve"] {
        let said = refused(folder.path(), &[verb]);
        assert!(said.contains("version 999") && said.contains("use the newer program"), "{said}");
    }
    assert!(fs::read(&path).unwrap() == newer);
}

#[test]
fn a_folder_that_is_served_is_not_brought_up_under_who_serves_it() {
    let folder = tempfile::tempdir().unwrap();
    let old = old_office(folder.path(), 1000);
    let lock = fs::File::create(folder.path().join("office.lock")).unwrap();
    lock.lock().unwrap();
    assert!(refused(folder.path(), &["check"]).contains("stop it first"));
    assert!(fs::read(folder.path().join("office.db")).unwrap() == old);
    drop(lock);
    let other = sql(&folder.path().join("office.db"));
    other.execute_batch("begin; select * from people_domain").unwrap();
    other.query_row("select count(*) from people_domain", [], |_| Ok(())).unwrap();
    assert!(refused(folder.path(), &["check"]).contains("busy"));
    drop(other);
    is_brought_up(folder.path(), &old);
}

#[test]
fn a_disk_without_room_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let disk = folder.path().join("disk");
    fs::create_dir(&disk).unwrap();
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=12m", "tmpfs"]).arg(&disk).output();
    if !mounted.is_ok_and(|output| output.status.success()) {
        eprintln!("SKIPPED: no right to mount a small disk");
        return;
    }
    let unmount = Unmount(disk.clone());
    let data = disk.join("office");
    // Made elsewhere: while it is made it needs the room twice.
    let old = old_office(&folder.path().join("elsewhere"), 6_000_000);
    fs::create_dir(&data).unwrap();
    fs::write(data.join("office.db"), &old).unwrap();
    let said = refused(&data, &["check"]);
    assert!(said.contains("the disk is full") && said.contains("Nothing was changed"), "{said}");
    assert!(fs::read(data.join("office.db")).unwrap() == old);
    assert_eq!(names(&data), ["office.db"]);
    assert!(Command::new("mount").args(["-o", "remount,size=40m"]).arg(&disk).status().unwrap().success());
    is_brought_up(&data, &old);
    drop(unmount);
}

/// The program under strace, which does to its calls what `injected` says.
fn traced(data: &Path, injected: &str) -> Command {
    let plain = command(data, &["check"]);
    let mut traced = Command::new("strace");
    traced.args(["-f", "-qq", "-o", "/dev/null", "-e", "trace=pwrite64,fsync,fdatasync,linkat,link,rename,unlink"]);
    traced.args(["-e", injected]).arg(plain.get_program()).args(plain.get_args());
    for (name, value) in plain.get_envs() {
        traced.env(name, value.unwrap());
    }
    traced
}

fn copied(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    fs::copy(from.join("office.db"), to.join("office.db")).unwrap();
}

#[test]
fn a_kill_at_any_moment_leaves_the_old_file_or_the_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let made = folder.path().join("made");
    let old = old_office(&made, 400_000);
    let tried = Command::new("strace").args(["-f", "-qq", "-o", "/dev/null", "true"]).output();
    if !tried.is_ok_and(|output| output.status.success()) {
        eprintln!("SKIPPED: no strace here, or no right to trace");
        return;
    }
    let mut faults: Vec<String> =
        [1, 3, 60, 120, 200, 300].iter().map(|nth| format!("pwrite64:signal=KILL:when={nth}")).collect();
    faults.extend((1..=6).map(|nth| format!("fsync,fdatasync:signal=KILL:when={nth}")));
    faults.extend(["linkat,link:signal=KILL".to_owned(), "rename:signal=KILL".to_owned()]);
    // Disks that fill up, and that fail, on the way.
    faults.extend([2, 50, 150, 250].iter().map(|nth| format!("pwrite64:error=ENOSPC:when={nth}+")));
    faults.extend((1..=3).map(|nth| format!("fsync,fdatasync:error=EIO:when={nth}")));
    let (mut stayed, mut went) = (0, 0);
    for (number, fault) in faults.iter().enumerate() {
        let data: PathBuf = folder.path().join(format!("{number}"));
        copied(&made, &data);
        traced(&data, &format!("inject={fault}")).output().unwrap();
        if fs::read(data.join("office.db")).unwrap() == old {
            stayed += 1;
        } else {
            went += 1;
            let kept = fs::read(data.join(format!("office.db.before-{OLD}"))).unwrap();
            assert!(kept == old, "{fault}: neither the old file nor a kept one");
            assert_eq!(version(&data.join("office.db")), newest(), "{fault}");
        }
        is_brought_up(&data, &old);
        fs::remove_dir_all(&data).unwrap();
    }
    eprintln!("{} faults: {stayed} left the old file, {went} the new one", faults.len());
    assert!(stayed > faults.len() / 2, "only {stayed} of {} faults were met", faults.len());
}

#[test]
fn a_copy_that_is_none_is_not_put_back() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("office");
    set_up(&data);
    let (path, copy) = (data.join("office.db"), folder.path().join("copy.db"));
    let office = fs::read(&path).unwrap();
    let newer = folder.path().join("newer.db");
    fs::write(&newer, &office).unwrap();
    sql(&newer).pragma_update(None, "user_version", 999).unwrap();
    let foreign = folder.path().join("foreign.db");
    sql(&foreign).execute_batch("create table songs (name text)").unwrap();
    for (bytes, words) in [
        (fs::read(&foreign).unwrap(), "no copy of an office"),
        (office[..office.len() / 2].to_vec(), "damaged"),
        (office[..5000].to_vec(), "damaged"),
        (fs::read(&newer).unwrap(), "use the newer program"),
        (b"this is no office, and never was one; ".repeat(1000), "damaged"),
        (b"too short".to_vec(), "damaged"),
        (Vec::new(), "empty"),
    ] {
        fs::write(&copy, &bytes).unwrap();
        let said = refused(&data, &["restore", copy.to_str().unwrap()]);
        assert!(said.contains(words), "{words}: {said}");
        assert!(fs::read(&path).unwrap() == office, "{words}");
        assert_eq!(names(&data), ["office.db"], "{words}");
    }
}

#[test]
fn a_copy_of_an_older_version_is_put_back_and_brought_up() {
    let folder = tempfile::tempdir().unwrap();
    let (data, older) = (folder.path().join("office"), folder.path().join("older"));
    set_up(&data);
    old_office(&older, 1000);
    let copy = older.join("office.db");
    assert!(run(&data, &["restore", copy.to_str().unwrap()], "").status.success());
    assert_eq!(version(&data.join("office.db")), newest());
    assert!(String::from_utf8_lossy(&run(&data, &["dns"], "").stdout).contains("old.example."));
}
