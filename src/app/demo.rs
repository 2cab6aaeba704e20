//! A furnished throw-away office: people, what they said in the last days, and mail that came in by the SMTP door.

use super::build::{self, StartError};
use super::config::{Config, Origin};
use super::serve;
use super::verbs::say;
use crate::domain::people::{self, Role};
use crate::domain::store::{StoreError, WriteTx};
use crate::kernel::secret::Secret;
use crate::services::journal::Journal;
use crate::services::office::{Office, Outside};
use crate::services::outside::{
    Answer, Courier, Exchanger, FetchError, Fetcher, Later, LookupError, OfferError, Parcel, Post, Receipt, Resolver,
};
use crate::services::setup::{self, NewAccount, NewOffice, SetupError, Step};
use lettre::message::header::ContentType;
use lettre::message::{Attachment, Mailbox, Message, MultiPart, SinglePart};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

mod letters;
mod plan;
mod presence;
mod quotes;
mod talk;
mod talking;

/// Where the office's people can be written to.
const DOMAIN: &str = "bergmann-roth.example";
/// What everybody signs in with.
const PASSWORD: &str = "demo-office-2026";

const STAFF: [(&str, &str, Role); 8] = [
    ("alice", "Alice Bergmann", Role::Admin),
    ("bob", "Bob Novák", Role::Member),
    ("carla", "Carla Oyelaran", Role::Member),
    ("dan", "Dan Fischer", Role::Admin),
    ("eszter", "Eszter Szabó", Role::Member),
    ("layla", "ليلى حداد", Role::Member),
    ("priya", "Priya Raman", Role::Member),
    ("yuki", "Yuki Tanaka", Role::Member),
];

/// Runs the demo until SIGTERM or SIGINT, then forgets it.
///
/// # Errors
/// Where it cannot start.
pub async fn demo(given: &Config, journal: Arc<Journal>) -> Result<(), StartError> {
    let folder = std::env::temp_dir().join(format!("hailstone-demo-{}", std::process::id()));
    let done = furnished(given, &folder, journal).await;
    let _ = std::fs::remove_dir_all(&folder);
    done
}

async fn furnished(given: &Config, folder: &Path, journal: Arc<Journal>) -> Result<(), StartError> {
    let mut config = given.clone();
    config.put("data", folder.to_string_lossy().into_owned(), Origin::Flag);
    config.put("office.hostname", format!("mail.{DOMAIN}"), Origin::Flag);
    config.put("tls.acme.directory", String::new(), Origin::Flag);
    for door in ["listen.http", "listen.smtp", "listen.submission", "listen.submissions"] {
        config.put(door, free_port(config.get(door)).await, Origin::Flag);
    }
    let office = Arc::new(build::office_with(&config, nowhere())?);
    office.status.with_journal(journal);
    staff(&office).await.map_err(|error| std::io::Error::other(error.to_string()))?;
    talking::say_all(&config.file(), office.clock.now()).await.map_err(std::io::Error::other)?;
    // Before anybody asks the feed: what is written here need not be brought.
    quotes::watch(&office).await?;
    let doors = serve::open(&config, Arc::clone(&office)).await?;
    doors.say()?;
    if let Some(smtp) = doors.address("smtp") {
        deliver(smtp).await?;
    }
    plan::plan(&office).await.map_err(|error| std::io::Error::other(error.to_string()))?;
    if let Some(smtp) = doors.address("smtp") {
        plan::invite(smtp, office.clock.now()).await?;
    }
    read_older(&office).await.map_err(|error| std::io::Error::other(error.to_string()))?;
    let here = presence::come_in(&office).await.map_err(|error| std::io::Error::other(error.to_string()))?;
    if let Some(web) = doors.web() {
        say(&format!("open http://{web}/"))?;
    }
    for (name, _, role) in STAFF {
        say(&format!("login {name} {PASSWORD} {}", role.name()))?;
    }
    say("ready")?;
    serve::told_to_stop().await?;
    drop(here);
    doors.close().await;
    office.store.close();
    Ok(())
}

/// The usual port where it is free, else any.
async fn free_port(usual: &str) -> String {
    match tokio::net::TcpListener::bind(usual).await {
        Ok(_) => usual.to_owned(),
        Err(_) => "127.0.0.1:0".to_owned(),
    }
}

async fn staff(office: &Office) -> Result<(), SetupError> {
    let account = |(name, full_name, role): (&str, &str, Role)| NewAccount {
        name: name.to_owned(),
        full_name: full_name.to_owned(),
        role,
        password: Secret::new(PASSWORD.to_owned()),
    };
    let company = "Bergmann & Roth".to_owned();
    let new = NewOffice { domain: DOMAIN.to_owned(), company, admin: account(STAFF[0]) };
    let alice = setup::set_up(office, new).await?;
    let furnished = |tx: &mut WriteTx<'_>| Step::ALL.into_iter().try_for_each(|step| setup::take(tx, step).map(drop));
    office.store.write(furnished).await?;
    let mut everybody = vec![alice];
    for person in &STAFF[1..] {
        everybody.push(setup::add_account(office, account(*person)).await?);
    }
    office.store.write(move |tx| Ok::<_, SetupError>(people::add_group(tx, "team", &everybody)?)).await?;
    Ok(())
}

/// Sends the letters in by the SMTP door, as any server would.
async fn deliver(door: SocketAddr) -> Result<(), StartError> {
    let mailer = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(door.ip().to_string())
        .port(door.port())
        .timeout(Some(Duration::from_secs(10)))
        .build();
    for letter in letters::ALL {
        let message = written(letter).map_err(std::io::Error::other)?;
        mailer.send(message).await.map_err(std::io::Error::other)?;
    }
    Ok(())
}

fn written(letter: &letters::Letter) -> Result<Message, Box<dyn std::error::Error + Send + Sync>> {
    let mut message = Message::builder().from(mailbox(letter.from)?).subject(letter.subject).date_now();
    for to in letter.to {
        message = message.to(mailbox(to)?);
    }
    message = message.message_id(Some(format!("<{}@demo.{DOMAIN}>", letter.id)));
    if !letter.answers.is_empty() {
        let answered = format!("<{}@demo.{DOMAIN}>", letter.answers);
        message = message.in_reply_to(answered.clone()).references(answered);
    }
    let text = SinglePart::plain(letter.text.replace('\n', "\r\n"));
    let body = match letter.html {
        "" => MultiPart::mixed().singlepart(text),
        html => {
            let both = MultiPart::alternative().singlepart(text).singlepart(SinglePart::html(html.to_owned()));
            MultiPart::mixed().multipart(both)
        }
    };
    let body = letter.files.iter().try_fold(body, |body, (name, media_type, bytes)| {
        let file = Attachment::new((*name).to_owned()).body(bytes.to_vec(), ContentType::parse(media_type)?);
        Ok::<_, Box<dyn std::error::Error + Send + Sync>>(body.singlepart(file))
    })?;
    Ok(message.multipart(body)?)
}

fn mailbox(who: &str) -> Result<Mailbox, Box<dyn std::error::Error + Send + Sync>> {
    let whole = if who.contains('@') {
        who.to_owned()
    } else {
        let full_name = STAFF.iter().find(|(name, ..)| *name == who).map_or(who, |(_, full_name, _)| full_name);
        return Ok(Mailbox::new(Some(full_name.to_owned()), format!("{who}@{DOMAIN}").parse()?));
    };
    Ok(whole.parse()?)
}

/// Marks the older half of everybody's inbox as read, as it would be on a working day.
async fn read_older(office: &Office) -> Result<(), crate::domain::mail::MailError> {
    use crate::domain::mail::{self, FolderRole, MailError};
    let everybody = office.store.read(people::all).await?;
    let marked = office.store.write(move |tx| {
        for person in &everybody {
            let inbox = mail::folder_by_role(tx, person.id, FolderRole::Inbox)?.id;
            let rows = mail::list(tx, person.id, inbox, 1)?.rows;
            for row in rows.iter().skip(5) {
                mail::mark_seen(tx, person.id, row.thread)?;
            }
        }
        Ok::<_, MailError>(())
    });
    marked.await
}

/// Ways out that lead nowhere: every message is taken, and kept by nobody.
fn nowhere() -> Outside {
    Outside { resolver: Arc::new(Nowhere), courier: Arc::new(Nowhere), fetcher: Arc::new(Nowhere) }
}

#[derive(Debug)]
struct Nowhere;

impl Resolver for Nowhere {
    fn mail_exchangers<'a>(&'a self, domain: &'a str) -> Later<'a, Result<Vec<Exchanger>, LookupError>> {
        let host = format!("nowhere.{domain}");
        Box::pin(async move { Ok(vec![Exchanger { host, addresses: Vec::new(), port: 25 }]) })
    }
}

impl Courier for Nowhere {
    fn offer<'a>(&'a self, _: &'a Exchanger, parcel: &'a Parcel) -> Later<'a, Result<Vec<Receipt>, OfferError>> {
        let taken = |address: &String| Receipt {
            address: address.clone(),
            code: 250,
            words: "2.0.0 this is a demo: the message went nowhere".to_owned(),
        };
        Box::pin(async move { Ok(parcel.recipients.iter().map(taken).collect()) })
    }
}

impl Fetcher for Nowhere {
    fn post<'a>(&'a self, _: &'a Post) -> Later<'a, Result<Answer, FetchError>> {
        Box::pin(async move { Ok(Answer { status: 201, retry_after: None, body: Vec::new() }) })
    }
}

impl From<StoreError> for StartError {
    fn from(error: StoreError) -> Self {
        Self::Io(std::io::Error::other(error.to_string()))
    }
}
