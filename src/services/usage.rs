//! How much the office is used: what the process has counted is written down each minute, so that days can be compared.
//!
//! A process that is killed loses what it had counted since the last minute.

use crate::domain::chat;
use crate::domain::store::StoreError;
use crate::domain::usage::{self, Amounts, Day, Measure};
use crate::format::csv;
use crate::services::office::Office;
use std::sync::atomic::{AtomicU64, Ordering};

/// The size of the file is noted in steps, so that noting it does not make it worth another note.
const STEP: u64 = 1_000_000;

/// What was written down already.
#[derive(Debug, Default)]
pub struct Meter {
    counted: Amounts,
    /// The most at once, and the hour in which it was.
    peaks: (i64, Amounts),
}

impl Meter {
    /// Counts from now on.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub async fn start(office: &Office) -> Result<Self, StoreError> {
        let said = office.store.read(chat::newest).await?;
        Ok(Self { counted: Amounts::from([(Measure::ChatMessages, said)]), ..Self::default() })
    }

    /// Writes down what has been counted since it was last asked, and what was more at once than before in this hour.
    /// Where that is nothing, nothing is written.
    ///
    /// # Errors
    /// Where the file cannot be read or written; it is written the next time then.
    pub async fn note(&mut self, office: &Office) -> Result<(), StoreError> {
        let counted = counted(office).await?;
        let hour = usage::hour_of(office.clock.now());
        let before = if self.peaks.0 == hour { std::mem::take(&mut self.peaks.1) } else { Amounts::new() };
        let of = |amounts: &Amounts, measure| amounts.get(&measure).copied().unwrap_or_default();
        let grown = counted.iter().map(|(measure, all)| (*measure, all - of(&self.counted, *measure)));
        let at_once = peaks(office);
        let risen =
            at_once.iter().map(|(measure, now)| (*measure, *now)).filter(|(measure, now)| *now > of(&before, *measure));
        let seen: Amounts = grown.chain(risen).filter(|(_, amount)| *amount > 0).collect();
        if !seen.is_empty() {
            office.store.write(move |tx| usage::note(tx, &seen)).await?;
        }
        let most = |(measure, now): (Measure, i64)| (measure, now.max(of(&before, measure)));
        self.peaks = (hour, at_once.into_iter().map(most).collect());
        self.counted = counted;
        Ok(())
    }
}

/// All that was counted since the start.
async fn counted(office: &Office) -> Result<Amounts, StoreError> {
    let said = office.store.read(chat::newest).await?;
    let counters = &office.status.counters;
    let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let read = |counter: &AtomicU64| number(counter.load(Ordering::Relaxed));
    let (right, wrong) = office.gate.tried();
    Ok(Amounts::from([
        (Measure::SignIns, number(right)),
        (Measure::SignInFailures, number(wrong)),
        (Measure::Requests, counters.http.iter().map(read).sum()),
        (Measure::ChatMessages, said),
        (Measure::MailReceived, read(&counters.mail_received)),
        (Measure::MailDelivered, read(&counters.mail_delivered)),
        (Measure::MailBounced, read(&counters.mail_bounced)),
    ]))
}

/// What there is at this moment.
fn peaks(office: &Office) -> Amounts {
    let here = i64::try_from(office.presence.count_here()).unwrap_or(i64::MAX);
    let bytes = i64::try_from(office.store.size().div_ceil(STEP) * STEP).unwrap_or(i64::MAX);
    Amounts::from([(Measure::PeopleHere, here), (Measure::FileBytes, bytes)])
}

/// Days as a table: a line a day, a column a measure under its name.
#[must_use]
pub fn csv(days: &[Day]) -> String {
    let head = std::iter::once("day").chain(Measure::ALL.map(Measure::name)).map(str::to_owned).collect::<Vec<_>>();
    let cells = |day: &Day| {
        let amount = |measure: Measure| day.amounts.get(&measure).copied().unwrap_or_default().to_string();
        std::iter::once(day.date.to_string()).chain(Measure::ALL.map(amount)).collect::<Vec<_>>()
    };
    days.iter().fold(csv::line(&head), |text, day| text + &csv::line(&cells(day)))
}
