use super::*;
use crate::domain::mail::Row;
use crate::domain::people::{NewPerson, Role};
use crate::domain::presence::Device;
use crate::domain::push::Choices;
use crate::domain::store::{count_jobs, due_jobs};
use crate::format::mime::ParsedMail;
use crate::services::arrive::{self, Envelope, Peer, RecipientAnswer};
use crate::services::depart::tests::Scene;
use crate::services::{jobs, read};

const HALF_AN_HOUR: Duration = Duration::from_secs(30 * 60);

struct Pair {
    scene: Scene,
    alice: PersonId,
    ben: PersonId,
    room: ConversationId,
}

/// Alice, and Ben who talks to her.
async fn pair() -> Pair {
    let scene = Scene::new(&[]).await;
    let made = scene.office.store.write(|tx| {
        let (name, full_name) = ("ben".to_owned(), "Ben Bauer".to_owned());
        let new = NewPerson { name, full_name, role: Role::Member, password: String::new() };
        let ben = people::add_person(tx, &new)?;
        mail::make_mailbox(tx, ben)?;
        let alice = PersonId::new(1);
        Ok::<_, NudgeError>((alice, ben, chat::direct(tx, ben, alice)?))
    });
    let (alice, ben, room) = made.await.unwrap();
    Pair { scene, alice, ben, room }
}

impl Pair {
    fn office(&self) -> &Office {
        &self.scene.office
    }

    async fn says(&self, who: PersonId, text: &str) {
        let new = NewMessage {
            to: self.room,
            text: text.to_owned(),
            client_id: String::new(),
            answers: None,
            thread: None,
            files: Vec::new(),
            kind: MessageKind::Text,
        };
        self.office().store.write(move |tx| chat::say(tx, who, &new)).await.unwrap();
    }

    fn inbox(&self, who: PersonId) -> Vec<Row> {
        let list = |tx: &ReadTx<'_>| mail::list(tx, who, mail::folder_by_role(tx, who, FolderRole::Inbox)?.id, 1);
        self.office().store.read_here(list).unwrap().rows
    }

    fn said(&self) -> Vec<(Option<PersonId>, String)> {
        let log = self.office().store.read_here(|tx| chat::log(tx, self.ben, self.room, Window::Newest)).unwrap();
        log.messages.into_iter().map(|message| (message.said_by, message.text)).collect()
    }

    async fn nudged(&self) -> ParsedMail {
        self.office().clock.wind(HALF_AN_HOUR);
        assert_eq!(round(self.office()).await.unwrap(), 1);
        let item = self.inbox(self.alice)[0].item;
        read::message(self.office(), self.alice, item).await.unwrap().mail
    }

    /// Alice's answer comes in by SMTP.
    async fn answers(
        &self,
        to: &str,
        by: Option<PersonId>,
        fields: &str,
        text: &str,
    ) -> Result<(), arrive::ArriveError> {
        let peer = Peer { ip: [192, 0, 2, 1].into(), helo: "x".to_owned(), is_tls: true, session: String::new() };
        let from = if by == Some(self.ben) { "ben@example.com" } else { "alice@example.com" };
        let envelope = Envelope {
            peer,
            with: "ESMTPSA",
            reverse_path: Some(from.parse().unwrap()),
            recipients: vec![to.parse().unwrap()],
            by,
        };
        let raw = format!("From: {from}\r\nTo: {to}\r\n{fields}\r\n{}", text.replace('\n', "\r\n"));
        arrive::arrive(self.office(), envelope, raw.into_bytes()).await?;
        self.work().await;
        Ok(())
    }

    async fn work(&self) {
        while let Some(due) = self.office().store.read_here(|tx| due_jobs(tx, 1)).unwrap().pop() {
            jobs::run(self.office(), due).await.unwrap();
        }
        assert_eq!(self.office().store.read_here(count_jobs).unwrap(), 0);
    }
}

#[tokio::test]
async fn what_lies_unread_becomes_one_mail_until_it_is_read() {
    let pair = pair().await;
    pair.says(pair.ben, "are you **there**?").await;
    assert_eq!(round(pair.office()).await.unwrap(), 0, "too early");
    pair.office().clock.wind(Duration::from_secs(60));
    pair.says(pair.ben, "hello?").await;
    let mail = pair.nudged().await;
    assert_eq!(mail.from.as_ref().unwrap().name, "Ben Bauer via Office");
    assert_eq!(mail.subject, "2 unread messages from Ben Bauer");
    assert!(mail.text.contains("are you **there**?") && mail.text.contains("hello?"), "{}", mail.text);
    assert!(mail.is_automatic, "no machine answers it");
    assert_eq!(mail.reply_to[0].address, mail.from.unwrap().address);
    pair.says(pair.ben, "still not?").await;
    pair.office().clock.wind(HALF_AN_HOUR * 10);
    assert_eq!(round(pair.office()).await.unwrap(), 0, "once is enough until it is read");
    let (alice, room) = (pair.alice, pair.room);
    pair.office().store.write(move |tx| chat::mark_read(tx, alice, room, 3)).await.unwrap();
    pair.says(pair.ben, "a new one").await;
    assert_eq!(pair.nudged().await.subject, "An unread message from Ben Bauer");
    assert_eq!(pair.inbox(alice).len(), 2);
    assert!(pair.inbox(pair.ben).is_empty(), "own words are not unread");
}

#[tokio::test]
async fn who_is_here_or_was_since_or_wants_none_gets_none() {
    let pair = pair().await;
    let alice = pair.alice;
    pair.says(pair.ben, "one").await;
    let here = pair.office().presence.connect(alice, Device { is_phone: false, session: None });
    pair.office().clock.wind(HALF_AN_HOUR);
    assert_eq!(round(pair.office()).await.unwrap(), 0, "she is here");
    drop(here);
    pair.office().clock.wind(HALF_AN_HOUR);
    assert_eq!(round(pair.office()).await.unwrap(), 0, "she was here since");
    pair.says(pair.ben, "two").await;
    let set = |tx: &mut WriteTx<'_>, minutes: &str| settings::set(tx, settings::MAIL_AFTER_MINUTES, minutes);
    pair.office().store.write(move |tx| set(tx, "0")).await.unwrap();
    pair.office().clock.wind(HALF_AN_HOUR);
    assert_eq!(round(pair.office()).await.unwrap(), 0, "switched off by the office");
    pair.office().store.write(move |tx| set(tx, "30")).await.unwrap();
    let none = Choices { is_mailed: false, ..Choices::default() };
    pair.office().store.write(move |tx| push::set_choices(tx, alice, &none)).await.unwrap();
    assert_eq!(round(pair.office()).await.unwrap(), 0, "switched off by her");
    pair.office().store.write(move |tx| push::set_choices(tx, alice, &Choices::default())).await.unwrap();
    let mail = pair.nudged().await;
    assert!(mail.text.contains("two") && !mail.text.contains("one"), "{}", mail.text);
}

#[tokio::test]
async fn an_answer_by_mail_is_said_once_without_what_it_quotes() {
    let pair = pair().await;
    pair.says(pair.ben, "are you there?").await;
    let mail = pair.nudged().await;
    let to = mail.reply_to[0].address.clone();
    let text = "Yes, I am.\n\nSoon.\n\nOn 14 November, Ben Bauer via Office\n<chat+1@example.com> wrote:\n> are you there?\n> \n-- \nAlice\n";
    for by in [Some(pair.alice), None, Some(pair.alice)] {
        pair.answers(&to, by, "Message-ID: <1@x>\r\n", text).await.unwrap();
    }
    let wanted = [(Some(pair.ben), "are you there?".to_owned()), (Some(pair.alice), "Yes, I am.\n\nSoon.".to_owned())];
    assert_eq!(pair.said(), wanted, "signed in, from outside, and again: one message");
    pair.answers(&to.to_uppercase(), None, "Message-ID: <2@x>\r\n", "Another").await.unwrap();
    assert_eq!(pair.said().len(), 3, "whatever the case of its letters");
    assert_eq!(pair.inbox(pair.alice).len(), 1, "nothing came back");
}

#[tokio::test]
async fn no_machine_and_nobody_else_speaks_as_another() {
    let pair = pair().await;
    pair.says(pair.ben, "are you there?").await;
    let to = pair.nudged().await.reply_to[0].address.clone();
    for field in ["Auto-Submitted: auto-replied\r\n", "Precedence: bulk\r\n", "List-Id: <x>\r\n"] {
        pair.answers(&to, None, field, "I am on holiday").await.unwrap();
    }
    let (by, address): (_, EmailAddress) = (Some(pair.ben), to.parse().unwrap());
    assert_eq!(
        arrive::recipient(pair.office(), by, &address, 0).await.unwrap(),
        RecipientAnswer::NoSuchUser,
        "not hers"
    );
    assert_eq!(arrive::recipient(pair.office(), None, &address, 0).await.unwrap(), RecipientAnswer::Ok);
    let (local, domain) = to.split_once('@').unwrap();
    let (front, mark) = local.rsplit_once('.').unwrap();
    let last = if mark.ends_with('0') { '1' } else { '0' };
    for forged in [
        format!("{front}.{}{last}@{domain}", &mark[..mark.len() - 1]),
        format!("{front}@{domain}"),
        format!("{front}.@{domain}").replace(".@", ".x@"),
        format!("{}@{domain}", local.replace("chat+1.1.", "chat+1.2.")),
        format!("{}@{domain}", local.replace("chat+1.", "chat+2.")),
        format!("{local}.x@{domain}"),
    ] {
        let address: EmailAddress = forged.parse().unwrap();
        let answer = arrive::recipient(pair.office(), None, &address, 0).await.unwrap();
        assert_eq!(answer, RecipientAnswer::NoSuchUser, "{forged}");
    }
    assert_eq!(pair.said().len(), 1);
}

#[tokio::test]
async fn what_cannot_be_said_comes_back_once() {
    let mut pair = pair().await;
    let (alice, ben) = (pair.alice, pair.ben);
    let made = pair.office().store.write(move |tx| chat::make_group(tx, ben, &[alice]));
    pair.room = made.await.unwrap();
    pair.says(ben, "are you there?").await;
    let to = pair.nudged().await.reply_to[0].address.clone();
    let room = pair.room;
    pair.office().store.write(move |tx| chat::leave(tx, alice, room)).await.unwrap();
    for _ in 0..2 {
        pair.answers(&to, Some(alice), "Message-ID: <1@x>\r\n", "Yes").await.unwrap();
    }
    let inbox = pair.inbox(alice);
    assert_eq!(inbox.len(), 2, "{inbox:?}");
    let back = inbox.iter().find(|row| row.subject == "Your answer was not said").unwrap();
    let back = read::message(pair.office(), alice, back.item).await.unwrap().mail;
    assert!(back.text.contains("> Yes") && back.is_automatic, "{}", back.text);
    pair.answers(&to, None, "Message-ID: <2@x>\r\n", "> only a quotation\n").await.unwrap();
    assert_eq!(pair.inbox(alice).len(), 3, "nothing of one's own to say");
}
