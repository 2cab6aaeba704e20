//! Telling a person that a price has crossed an alert: once, by the ways that the alert names, also after a restart.

use super::frozen::{in_path, priced};
use crate::domain::chat::{self, ChatError};
use crate::domain::mail::{self as mailbox, FolderRole, Head};
use crate::domain::people::{self, Person};
use crate::domain::quotes::{self, Crossing, QuotesError};
use crate::domain::settings;
use crate::domain::store::{ReadTx, Staged, WriteTx};
use crate::format::mime::{Mailbox, NewMail};
use crate::kernel::clock::Moment;
use crate::kernel::id::CrossingId;
use crate::kernel::zone;
use crate::services::depart::After;
use crate::services::letter::{Letter, LetterError};
use crate::services::office::Office;
use crate::services::push;
use chrono_tz::Tz;

impl From<QuotesError> for LetterError {
    fn from(error: QuotesError) -> Self {
        Self::Store(error.into())
    }
}

impl From<ChatError> for LetterError {
    fn from(error: ChatError) -> Self {
        Self::Store(error.into())
    }
}

/// All that telling needs.
struct Ready {
    crossing: Crossing,
    person: Person,
    zone: Tz,
    company: String,
    /// What ends the mail: who writes, and the imprint.
    imprint: String,
    domain: String,
}

/// Tells of a crossing, where it has not been told yet: what marks it as told and what tells it are one transaction.
///
/// # Errors
/// Where the file cannot be read or written: nothing was told then.
pub async fn deliver(office: &Office, id: CrossingId) -> Result<After, LetterError> {
    let Some(ready) = office.store.read(move |tx| read(tx, id)).await? else { return Ok(After::Done) };
    let letter = match ready.crossing.ways.by_mail {
        true => {
            let mail = mail(&ready, &office.hostname, office.clock.now());
            Some(Letter::write(&mail)?.stage(&office.store).await?)
        }
        false => None,
    };
    office.store.write(move |tx| tell(tx, &ready, letter.as_ref())).await?;
    Ok(After::Done)
}

fn read(tx: &ReadTx<'_>, id: CrossingId) -> Result<Option<Ready>, LetterError> {
    let Some(crossing) = quotes::crossing(tx, id)?.filter(|crossing| crossing.told_at.is_none()) else {
        return Ok(None);
    };
    // Who has left the office is told of nothing.
    let Some(person) = people::person(tx, crossing.owner)?.filter(|person| !person.is_disabled) else {
        return Ok(None);
    };
    let brand = settings::brand(tx)?;
    Ok(Some(Ready {
        imprint: brand.imprint(),
        company: brand.company,
        zone: people::zone(tx, crossing.owner)?.unwrap_or(Tz::UTC),
        domain: people::primary_domain(tx)?.unwrap_or_else(|| "localhost".to_owned()),
        crossing,
        person,
    }))
}

fn tell(tx: &mut WriteTx<'_>, ready: &Ready, letter: Option<&(Head, Staged)>) -> Result<(), LetterError> {
    let Ready { crossing, person, zone, .. } = ready;
    if !quotes::take_crossing(tx, crossing.id)? {
        return Ok(());
    }
    if crossing.ways.by_chat {
        let note = format!("🔔 {} – {}", headline(crossing), facts(crossing, *zone));
        chat::remind(tx, person.id, &note, &format!("alert-{}", crossing.id))?;
    }
    if crossing.ways.by_push {
        push::owe_alert(tx, person.id, crossing.id)?;
    }
    if let Some((head, bytes)) = letter {
        let message = mailbox::file(tx, head, bytes)?;
        mailbox::deliver(tx, person.id, FolderRole::Inbox, message, head)?;
    }
    Ok(())
}

/// What has happened: `MSFT above 450 USD: 451.20 USD`.
#[must_use]
pub fn headline(crossing: &Crossing) -> String {
    let price = crossing.price.map(|price| priced(&price.to_string(), &crossing.currency));
    let colon = if crossing.is_stale { ", last " } else { ": " };
    let price = price.map(|price| format!("{colon}{price}")).unwrap_or_default();
    format!("{} {}{price}", crossing.code, crossing.words)
}

/// When it was so, who told it, and whether it is invented.
#[must_use]
pub fn facts(crossing: &Crossing, zone: Tz) -> String {
    let at = zone::shown(crossing.at.unwrap_or(crossing.crossed_at), zone).format("%-d %B, %H:%M").to_string();
    let simulated = if crossing.is_simulated { "simulated, not a real price" } else { "" };
    let parts = [crossing.name.as_str(), &at, &crossing.source, simulated];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

fn mail(ready: &Ready, hostname: &str, now: Moment) -> NewMail {
    let Ready { crossing, person, zone, company, imprint, domain } = ready;
    let title = headline(crossing);
    let text = format!(
        "{title}\n{}\n\nhttps://{hostname}/quotes/{}\n\n-- \nYou are told by mail because you set this alert.\n\n{imprint}\n",
        facts(crossing, *zone),
        in_path(&crossing.code),
    );
    NewMail {
        from: Mailbox { name: format!("{company} quotes"), address: format!("postmaster@{domain}") },
        to: vec![Mailbox { name: person.full_name.clone(), address: person.address.to_string() }],
        cc: Vec::new(),
        subject: title,
        text,
        in_reply_to: None,
        references: vec![format!("alert-{}@{hostname}", crossing.alert)],
        files: Vec::new(),
        message_id: format!("alert-{}-{}@{hostname}", crossing.alert, crossing.id),
        date: now,
    }
}
