//! Dialogues with the mail doors: our own plays, and the shared corpus where it is there.

use crate::corpus::corpus;
use crate::office::{ANNA, DOMAIN, TestOffice};
use crate::smtp_play::{Dialogue, play};
use hailstone::domain::mail::FolderRole;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

/// Plays all at once; returns what went wrong.
fn played(at: SocketAddr, dialogues: &[Dialogue]) -> Vec<String> {
    std::thread::scope(|scope| {
        let played: Vec<_> = dialogues.iter().map(|d| scope.spawn(move || play(at, d, ANNA, DOMAIN))).collect();
        played.into_iter().filter_map(|p| p.join().unwrap().err()).collect()
    })
}

fn plays(folder: &str) -> Vec<Dialogue> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plays").join(folder);
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let plays = files.filter(|path| path.extension().is_some_and(|end| end == "play"));
    plays
        .map(|path| {
            let id = path.file_stem().unwrap().to_string_lossy().into_owned();
            Dialogue::from_play(&id, &std::fs::read_to_string(path).unwrap())
        })
        .collect()
}

#[test]
fn every_play_at_the_smtp_door_ends_as_written() {
    let doors = TestOffice::open();
    assert_eq!(played(doors.door("smtp"), &plays("smtp")), Vec::<String>::new());
}

#[test]
fn every_play_at_the_submission_door_ends_as_written() {
    let doors = TestOffice::open();
    assert_eq!(played(doors.door("submission"), &plays("submission")), Vec::<String>::new());
}

#[test]
fn every_dialogue_of_the_corpus_ends_as_stated() {
    let Some(corpus) = corpus() else { return };
    let lines = std::fs::read_to_string(corpus.join("smtp/dialogues.jsonl")).unwrap();
    let dialogues: Vec<_> = lines.lines().map(Dialogue::from_json).collect();
    let doors = TestOffice::open();
    assert_eq!(played(doors.door("smtp"), &dialogues), Vec::<String>::new());
}

#[test]
fn a_message_that_was_cut_off_is_no_message() {
    let mut doors = TestOffice::open();
    let cut = plays("smtp").into_iter().find(|play| play.absent.is_some()).unwrap();
    assert_eq!(played(doors.door("smtp"), &[cut]), Vec::<String>::new());
    doors.stop_doors();
    assert!(doors.list(doors.anna, FolderRole::Inbox).is_empty());
}

#[test]
fn a_stop_ends_idle_sessions_with_421() {
    let mut doors = TestOffice::open();
    let idle = Dialogue::from_play("idle", "S: 220\nC: NOOP\nS: 250\nS: 421\nclosed:\n");
    let at = doors.door("smtp");
    std::thread::scope(|scope| {
        let played = scope.spawn(|| play(at, &idle, ANNA, DOMAIN));
        doors.runtime.block_on(async { tokio::time::sleep(Duration::from_millis(200)).await });
        doors.stop_doors();
        assert_eq!(played.join().unwrap(), Ok(()));
    });
}

#[test]
fn a_message_begun_before_a_stop_is_finished() {
    let mut doors = TestOffice::open();
    let words = "S: 220\nC: EHLO a\nS: 250\nC: MAIL FROM:<>\nS: 250\nC: RCPT TO:<{RCPT}>\nS: 250\nC: DATA\nS: 354\n\
                 raw: Subject: late\\r\\n\\r\\n\ncollect: 400\nC: .\nS: 250\nS: 421\nclosed:\n";
    let late = Dialogue::from_play("late", words);
    let at = doors.door("smtp");
    std::thread::scope(|scope| {
        let played = scope.spawn(|| play(at, &late, ANNA, DOMAIN));
        doors.runtime.block_on(async { tokio::time::sleep(Duration::from_millis(200)).await });
        doors.stop_doors();
        assert_eq!(played.join().unwrap(), Ok(()));
    });
}

#[test]
fn own_people_send_under_their_own_name_alone() {
    let doors = TestOffice::open();
    let message =
        |from: &str| format!("C: DATA\nS: 354\nraw: From: {from}\\r\\nSubject: x\\r\\n\\r\\nx\\r\\n.\\r\\n\n");
    let envelope = "C: MAIL FROM:<{RCPT}>\nS: 250\nC: RCPT TO:<carol@elsewhere.example>\nS: 250\n";
    let words = [
        "S: 220\nC: EHLO a\nS: 250\nSTARTTLS:\nC: EHLO a\nS: 250\nC: AUTH PLAIN AGFubmEAcmlnaHQgYW5kIGxvbmc=\nS: 235\n",
        "C: AUTH PLAIN AGFubmEAcmlnaHQgYW5kIGxvbmc=\nS: 503\nC: MAIL FROM:<boss@{DOMAIN}>\nS: 553\n",
        envelope,
        &message("{RCPT}"),
        "S: 250\n",
        envelope,
        &message("boss@{DOMAIN}"),
        "S: 550\nC: QUIT\nS: 221\n",
    ];
    let sends = Dialogue::from_play("sends", &words.concat());
    assert_eq!(played(doors.door("submission"), &[sends]), Vec::<String>::new());
}
