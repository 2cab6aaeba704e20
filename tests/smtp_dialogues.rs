//! Dialogues with the mail doors of a real office: our own plays, and the shared corpus where it is there.

#[cfg(test)]
#[path = "it/smtp_play.rs"]
mod smtp_play;

#[cfg(test)]
mod dialogues {
    use super::smtp_play::{Dialogue, play};
    use hailstone::domain::mail::{self, FolderRole};
    use hailstone::domain::people::Role;
    use hailstone::kernel::clock::Clock;
    use hailstone::kernel::id::PersonId;
    use hailstone::kernel::secret::Secret;
    use hailstone::servers::net::stop::Stopper;
    use hailstone::servers::net::tls::{Certificate, TlsFiles, ensure_self_signed};
    use hailstone::servers::smtp::{self, Door};
    use hailstone::services::office::{Office, Outside};
    use hailstone::services::outside::{Courier, Exchanger, Later, LookupError, OfferError, Parcel, Receipt, Resolver};
    use hailstone::services::setup::{NewAccount, NewOffice, set_up};
    use std::net::SocketAddr;
    use std::path::{Path, PathBuf};
    use std::sync::Arc;
    use std::time::Duration;
    use tempfile::TempDir;
    use tokio::net::TcpListener;
    use tokio::runtime::Runtime;

    const DOMAIN: &str = "example.org";
    const RECIPIENT: &str = "anna@example.org";

    /// No world outside.
    struct Nowhere;

    impl Resolver for Nowhere {
        fn mail_exchangers<'a>(&'a self, domain: &'a str) -> Later<'a, Result<Vec<Exchanger>, LookupError>> {
            Box::pin(async move { Err(LookupError::Failed(domain.to_owned())) })
        }
    }

    impl Courier for Nowhere {
        fn offer<'a>(&'a self, _: &'a Exchanger, _: &'a Parcel) -> Later<'a, Result<Vec<Receipt>, OfferError>> {
            Box::pin(async { Err(OfferError("no way out".to_owned())) })
        }
    }

    /// An office with one mailbox, and its doors open.
    struct Doors {
        runtime: Runtime,
        office: Arc<Office>,
        stopper: Stopper,
        who: PersonId,
        smtp: SocketAddr,
        submission: SocketAddr,
        _folder: TempDir,
    }

    impl Doors {
        fn open() -> Self {
            let runtime = Runtime::new().unwrap();
            let folder = tempfile::tempdir().unwrap();
            let outside = Outside { resolver: Arc::new(Nowhere), courier: Arc::new(Nowhere) };
            let path = folder.path().join("office.db");
            let office = Arc::new(Office::open(&path, Clock::Wall, "mail.example.org", outside).unwrap());
            let admin = NewAccount {
                name: "anna".to_owned(),
                full_name: "Anna".to_owned(),
                role: Role::Admin,
                password: Secret::new("right and long".to_owned()),
            };
            let new = NewOffice { domain: DOMAIN.to_owned(), company: "Example".to_owned(), admin };
            let who = runtime.block_on(set_up(&office, new)).unwrap();
            let files = TlsFiles { certificate: folder.path().join("cert.pem"), key: folder.path().join("key.pem") };
            ensure_self_signed(&files, "mail.example.org").unwrap();
            let tls = Certificate::load(files).unwrap().server_config(&[]).unwrap();
            let (stopper, stop) = Stopper::new();
            let open = |door| {
                let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
                let at = listener.local_addr().unwrap();
                runtime.spawn(smtp::serve(door, office.clone(), listener, Some(tls.clone()), stop.clone()));
                at
            };
            let (smtp, submission) = (open(Door::Smtp), open(Door::Submission));
            Self { runtime, office, stopper, who, smtp, submission, _folder: folder }
        }

        fn close(self) {
            self.stopper.stop();
            assert!(self.runtime.block_on(self.stopper.drained(Duration::from_secs(10))), "a session did not end");
            self.office.store.close();
        }

        /// Conversations in the one inbox.
        fn in_inbox(&self) -> i64 {
            let who = self.who;
            let folders = self.runtime.block_on(self.office.store.read(move |tx| mail::folders(tx, who))).unwrap();
            folders.iter().find(|folder| folder.role == FolderRole::Inbox).unwrap().total
        }

        /// Plays all at once; returns what went wrong.
        fn play(&self, at: SocketAddr, dialogues: &[Dialogue]) -> Vec<String> {
            std::thread::scope(|scope| {
                let played: Vec<_> =
                    dialogues.iter().map(|d| scope.spawn(move || play(at, d, RECIPIENT, DOMAIN))).collect();
                played.into_iter().filter_map(|p| p.join().unwrap().err()).collect()
            })
        }
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
        let doors = Doors::open();
        assert_eq!(doors.play(doors.smtp, &plays("smtp")), Vec::<String>::new());
        doors.close();
    }

    #[test]
    fn every_play_at_the_submission_door_ends_as_written() {
        let doors = Doors::open();
        assert_eq!(doors.play(doors.submission, &plays("submission")), Vec::<String>::new());
        doors.close();
    }

    #[test]
    fn every_dialogue_of_the_corpus_ends_as_stated() {
        let Some(lines) = corpus() else { return };
        let dialogues: Vec<_> = lines.lines().map(Dialogue::from_json).collect();
        let doors = Doors::open();
        assert_eq!(doors.play(doors.smtp, &dialogues), Vec::<String>::new());
        println!("{} dialogues", dialogues.len());
        doors.close();
    }

    /// The corpus is larger than the repository wants to be; without it our own plays remain.
    #[expect(clippy::disallowed_methods, reason = "where the corpus lies is told to tests alone")]
    fn corpus() -> Option<String> {
        let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
        let folder = std::env::var("HAILSTONE_CORPUS").map_or(beside, PathBuf::from);
        std::fs::read_to_string(folder.join("smtp/dialogues.jsonl")).ok()
    }

    #[test]
    fn a_message_that_was_cut_off_is_no_message() {
        let doors = Doors::open();
        let cut = plays("smtp").into_iter().find(|play| play.absent.is_some()).unwrap();
        assert_eq!(doors.play(doors.smtp, &[cut]), Vec::<String>::new());
        doors.stopper.stop();
        assert!(doors.runtime.block_on(doors.stopper.drained(Duration::from_secs(10))));
        assert_eq!(doors.in_inbox(), 0);
        doors.close();
    }

    #[test]
    fn a_stop_ends_idle_sessions_with_421() {
        let doors = Doors::open();
        let idle = Dialogue::from_play("idle", "S: 220\nC: NOOP\nS: 250\nS: 421\nclosed:\n");
        std::thread::scope(|scope| {
            let played = scope.spawn(|| play(doors.smtp, &idle, RECIPIENT, DOMAIN));
            doors.runtime.block_on(async { tokio::time::sleep(Duration::from_millis(200)).await });
            doors.stopper.stop();
            assert_eq!(played.join().unwrap(), Ok(()));
        });
        doors.close();
    }

    #[test]
    fn a_message_begun_before_a_stop_is_finished() {
        let doors = Doors::open();
        let words = "S: 220\nC: EHLO a\nS: 250\nC: MAIL FROM:<>\nS: 250\nC: RCPT TO:<{RCPT}>\nS: 250\nC: DATA\nS: 354\n\
                     raw: Subject: late\\r\\n\\r\\n\ncollect: 400\nC: .\nS: 250\nS: 421\nclosed:\n";
        let late = Dialogue::from_play("late", words);
        std::thread::scope(|scope| {
            let played = scope.spawn(|| play(doors.smtp, &late, RECIPIENT, DOMAIN));
            doors.runtime.block_on(async { tokio::time::sleep(Duration::from_millis(200)).await });
            doors.stopper.stop();
            assert_eq!(played.join().unwrap(), Ok(()));
        });
        doors.close();
    }

    #[test]
    fn own_people_send_under_their_own_name_alone() {
        let doors = Doors::open();
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
        assert_eq!(doors.play(doors.submission, &[sends]), Vec::<String>::new());
        doors.close();
    }
}
