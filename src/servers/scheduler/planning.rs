//! Tells presence of meetings, working hours and who is out of office.
//!
//! Of each person it is known when that next changes; until then nobody is looked at, unless something in a calendar of
//! theirs or in their hours does. At the start everybody is looked at once.

use crate::domain::event::Event;
use crate::domain::presence::Source;
use crate::domain::store::{Change, Heard, Owner, StoreError};
use crate::kernel::clock::Moment;
use crate::kernel::id::PersonId;
use crate::servers::net::stop::Stop;
use crate::services::office::Office;
use crate::services::presence::{self, Planned};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;

/// People looked at in one reading transaction.
const AT_ONCE: usize = 100;
/// The wait after the file could not be read.
const UNREAD: Duration = Duration::from_secs(5);

pub(super) async fn run(office: Arc<Office>, mut stop: Stop) {
    tokio::select! {
        () = stop.said() => {}
        () = follow(&office) => {}
    }
}

/// When to look at whom again.
#[derive(Debug, Default)]
struct Turns {
    of: HashMap<PersonId, Moment>,
    order: BTreeSet<(Moment, PersonId)>,
}

impl Turns {
    fn set(&mut self, person: PersonId, at: Moment) {
        if let Some(old) = self.of.insert(person, at) {
            self.order.remove(&(old, person));
        }
        self.order.insert((at, person));
    }

    fn next(&self) -> Option<Moment> {
        self.order.first().map(|(at, _)| *at)
    }

    fn due(&self, now: Moment) -> impl Iterator<Item = PersonId> + '_ {
        self.order.iter().take_while(move |(at, _)| *at <= now).map(|(_, person)| *person)
    }
}

async fn follow(office: &Office) {
    let mut listener = office.store.hub().listen();
    listener.follow_plans();
    let (mut turns, mut stirred) = (Turns::default(), Stirred::Everybody);
    loop {
        let wanted = match stirred {
            Stirred::Everybody => office.store.read(presence::everybody).await,
            Stirred::Some(people) => Ok(people.into_iter().chain(turns.due(office.clock.now())).collect()),
        };
        let looked = match wanted {
            Ok(people) => look(office, &people, &mut turns).await,
            Err(error) => Err(error),
        };
        if let Err(error) = looked {
            tracing::error!(%error, "who is in a meeting cannot be read");
            sleep(UNREAD).await;
            stirred = Stirred::Everybody;
            continue;
        }
        let turn = async {
            match turns.next() {
                Some(at) => office.clock.sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        stirred = tokio::select! {
            heard = listener.next() => match heard {
                Heard::News(news) => Stirred::by(&news.changes),
                Heard::Lagged => Stirred::Everybody,
                Heard::Closed => return,
            },
            () = turn => Stirred::Some(BTreeSet::new()),
        };
    }
}

/// Of whom something may have changed.
enum Stirred {
    Everybody,
    Some(BTreeSet<PersonId>),
}

impl Stirred {
    fn by(changes: &[Change]) -> Self {
        let mut people = BTreeSet::new();
        for change in changes {
            match (change.event, change.owner) {
                (Event::RemindersChanged, _) => {}
                (_, Owner::Person(person)) => {
                    people.insert(person);
                }
                // The office's own calendars keep nobody busy; its holidays are looked at with everybody's hours.
                (Event::CalendarChanged { .. } | Event::CalendarsChanged, Owner::Office) => return Self::Everybody,
                _ => {}
            }
        }
        Self::Some(people)
    }
}

/// Looks at people, tells what presence shows of them, and notes when to look again.
async fn look(office: &Office, people: &BTreeSet<PersonId>, turns: &mut Turns) -> Result<(), StoreError> {
    let people: Vec<PersonId> = people.iter().copied().collect();
    for some in people.chunks(AT_ONCE) {
        let some = some.to_vec();
        let found = office.store.read(move |tx| {
            let planned = |person: PersonId| Ok((person, presence::planned(tx, person)?));
            some.into_iter().map(planned).collect::<Result<Vec<(PersonId, Planned)>, StoreError>>()
        });
        for (person, planned) in found.await? {
            office.presence.tell(person, Source::Calendar, planned.meeting);
            office.presence.tell(person, Source::Hours, planned.hours);
            turns.set(person, planned.turns_at);
        }
    }
    Ok(())
}
