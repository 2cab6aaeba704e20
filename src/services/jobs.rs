//! Jobs: one match from what is owed to the service that does it, and the outcome written down.

use crate::domain::job::Job;
use crate::domain::store::{DueJob, StoreError, finish_job, retry_job};
use crate::kernel::id::{CalendarId, ConversationId, JobId};
use crate::kernel::text::cut;
use crate::services::away;
use crate::services::command;
use crate::services::depart::{self, After};
use crate::services::office::Office;
use crate::services::{filter, nudge, push, quotes, rooms};
use futures_util::FutureExt;
use std::collections::{HashMap, HashSet};
use std::panic::AssertUnwindSafe;
use std::time::Duration;

/// Jobs run at once.
pub const AT_ONCE: usize = 16;
/// Jobs of one lane run at once.
const PER_LANE: usize = 2;
/// Wakings run at once: mail goes on beside them.
const PUSHES: usize = 6;
/// Characters kept of why a job is to be done again.
const WHY: usize = 300;

/// Does what is owed, and writes down that it is done or when it is to be done again. A job that panics is put off.
///
/// # Errors
/// Where the outcome could not be written: the job is still due then.
pub async fn run(office: &Office, due: DueJob) -> Result<(), StoreError> {
    let DueJob { id, job, tries } = due;
    let done = AssertUnwindSafe(dispatch(office, &job)).catch_unwind().await;
    let after = done.unwrap_or_else(|_| Err("it panicked".to_owned())).unwrap_or_else(|why| {
        tracing::warn!(job = %id, %why, "a job broke off");
        After::Again { wait: depart::back_off(i64::from(tries)), why }
    });
    office
        .store
        .write(move |tx| match after {
            After::Done => finish_job(tx, id),
            After::Again { wait, why } => {
                let due_at = tx.now().plus(wait);
                retry_job(tx, id, due_at, &cut(&why, WHY))
            }
        })
        .await
}

async fn dispatch(office: &Office, job: &Job) -> Result<After, String> {
    match job {
        Job::Depart { message, domain } => {
            depart::depart(office, *message, domain).await.map_err(|error| error.to_string())
        }
        Job::Filter { person, message } => filter::run(office, *person, *message).await,
        Job::Remind { person, text, once } => {
            let said = command::remind(office, *person, text, once).await;
            said.map(|()| After::Done).map_err(|error| error.to_string())
        }
        Job::Ring { conversation, message } => {
            push::ring(office, *conversation, *message).await.map_err(|error| error.to_string())
        }
        Job::Answer { person, conversation, text, client_id } => {
            let said = nudge::answer(office, *person, *conversation, text, client_id).await;
            said.map_err(|error| error.to_string())
        }
        Job::AnswerAway { person, item, sender, is_inside } => {
            let answered = away::answer(office, *person, *item, sender, *is_inside).await;
            answered.map_err(|error| error.to_string())
        }
        Job::Room { room, text, from, by } => {
            rooms::answer(office, *room, text, from, *by).await.map_err(|error| error.to_string())
        }
        Job::Alert { crossing } => quotes::deliver(office, *crossing).await.map_err(|error| error.to_string()),
        Job::NoRoom { room, item, starts_at } => {
            rooms::tell_missed(office, *room, *item, *starts_at).await.map_err(|error| error.to_string())
        }
        Job::Push { person, device, about, owed_at } => {
            let call = push::Call { person: *person, device: *device, about: *about, owed_at: *owed_at };
            push::push(office, call).await.map_err(|error| error.to_string())
        }
    }
}

/// Jobs that must not crowd out others: those of one lane go a few at a time.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Lane {
    /// Mail for one domain.
    Domain(String),
    /// Waking people.
    Push,
    /// What is said in one conversation, by mail.
    Conversation(ConversationId),
    /// What is said in chat.
    Chat,
    /// Automatic answers.
    Away,
    /// Prices that have crossed an alert.
    Quotes,
    /// What one room is asked.
    Room(CalendarId),
}

impl Lane {
    fn of(job: &Job) -> Self {
        match job {
            Job::Depart { domain, .. } => Self::Domain(domain.clone()),
            Job::Room { room, .. } | Job::NoRoom { room, .. } => Self::Room(*room),
            Job::Ring { .. } | Job::Push { .. } => Self::Push,
            Job::Answer { conversation, .. } => Self::Conversation(*conversation),
            Job::Remind { .. } | Job::Filter { .. } => Self::Chat,
            Job::Alert { .. } => Self::Quotes,
            Job::AnswerAway { .. } => Self::Away,
        }
    }

    /// How many of its jobs run at once.
    const fn width(&self) -> usize {
        match self {
            Self::Domain(_) | Self::Chat | Self::Away => PER_LANE,
            // One after the other: they keep their order.
            Self::Conversation(_) | Self::Room(_) => 1,
            Self::Push | Self::Quotes => PUSHES,
        }
    }
}

/// Which jobs run now: never one twice at once, never too many of one lane.
#[derive(Debug, Default)]
pub struct Running {
    jobs: HashMap<JobId, Lane>,
}

impl Running {
    /// How many more may be started.
    #[must_use]
    pub fn free(&self) -> usize {
        AT_ONCE.saturating_sub(self.jobs.len())
    }

    /// Says which of the jobs it is shown, one after the other, may be started together with those that run.
    pub fn wanted(&self) -> impl FnMut(&DueJob) -> bool + Send + use<> {
        let running: HashSet<JobId> = self.jobs.keys().copied().collect();
        let mut lanes: HashMap<Lane, usize> = HashMap::new();
        for lane in self.jobs.values() {
            *lanes.entry(lane.clone()).or_default() += 1;
        }
        move |due| {
            if running.contains(&due.id) {
                return false;
            }
            let lane = Lane::of(&due.job);
            let width = lane.width();
            let count = lanes.entry(lane).or_default();
            *count += 1;
            *count <= width
        }
    }

    /// Notes that a job was started.
    pub fn begin(&mut self, due: &DueJob) {
        self.jobs.insert(due.id, Lane::of(&due.job));
    }

    /// Notes that a job has ended.
    pub fn end(&mut self, id: JobId) {
        self.jobs.remove(&id);
    }
}

/// How long to leave a job whose outcome could not be written.
pub const UNWRITTEN: Duration = Duration::from_secs(10);
