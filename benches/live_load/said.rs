//! Messages: as fast as they are taken, at a steady pace, and in a room where everybody hears them.

use crate::desks::{self, Desk};
use crate::fixture::{Served, load_average, make, settle, spread};
use crate::http::{Client, PLACE, Request};
use crate::live::{Ears, MARK};
use crate::office::Outcome;
use clap::Args;
use hailstone::kernel::clock::Stopwatch;
use hailstone::kernel::id::ConversationId;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::rc::Rc;
use std::time::Duration;
use tokio::task::{JoinSet, spawn_local};

/// What stands in each message behind its number.
const WORDS: &str = "the+quick+brown+fox+jumps+over+the+lazy+dog";

/// A message that this person says in that conversation, but for its number.
pub fn letter(to: SocketAddr, desk: &Desk, conversation: ConversationId) -> Request {
    let fields = format!("csrf={}&client_id={MARK}{PLACE}&text={MARK}{PLACE}+{WORDS}", desk.csrf);
    Request::form(to, &desk.token, &format!("/chat/{conversation}/say"), &fields)
}

/// What the senders share.
#[derive(Default)]
struct Desktop {
    next: Cell<usize>,
    is_over: Cell<bool>,
    acknowledged: RefCell<Vec<usize>>,
    times: RefCell<Vec<Duration>>,
    refused: RefCell<HashMap<u16, usize>>,
}

impl Desktop {
    /// Says one message after the other until it is over.
    async fn send(self: Rc<Self>, to: SocketAddr, mut letter: Request, ears: Rc<Ears>) -> std::io::Result<()> {
        let mut client = Client::open(to).await?;
        while !self.is_over.get() {
            let number = self.next.replace(self.next.get() + 1);
            ears.send(number, None);
            let watch = Stopwatch::start();
            match client.ask(letter.numbered(number)).await?.status {
                200 | 303 => {
                    self.times.borrow_mut().push(watch.elapsed());
                    self.acknowledged.borrow_mut().push(number);
                }
                status => *self.refused.borrow_mut().entry(status).or_default() += 1,
            }
        }
        Ok(())
    }

    /// Lets these letters be sent for so long, each on `window` connections at a time. Returns how many were
    /// acknowledged.
    async fn run(
        self: &Rc<Self>,
        served: &Served,
        letters: &[Request],
        window: usize,
        seconds: u64,
        ears: &Rc<Ears>,
    ) -> Outcome<usize> {
        let before = self.acknowledged.borrow().len();
        self.is_over.set(false);
        let mut senders = JoinSet::new();
        for letter in letters.iter().flat_map(|letter| std::iter::repeat_n(letter, window)) {
            senders.spawn_local(Rc::clone(self).send(served.http, letter.clone(), Rc::clone(ears)));
        }
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        let count = self.acknowledged.borrow().len() - before;
        self.is_over.set(true);
        while let Some(done) = senders.join_next().await {
            done??;
        }
        Ok(count)
    }
}

#[derive(Args)]
pub struct Say {
    #[arg(long, default_value_t = 100)]
    senders: usize,
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Messages of one sender that are on their way together, each on a connection of its own.
    #[arg(long, default_value_t = 1)]
    window: usize,
    /// All in one room instead of two by two.
    #[arg(long)]
    room: bool,
    /// Everybody has an open stream, too.
    #[arg(long)]
    listen: bool,
}

impl Say {
    pub async fn run(&self) -> Outcome<ExitCode> {
        let (folder, office, desks) = make(self.senders * 2).await?;
        let places = if self.room {
            vec![desks::room(&office, &desks).await?; self.senders]
        } else {
            desks::pair(&office, &desks, self.senders).await?
        };
        let served = Served::start(folder, &office, desks)?;
        drop(office);
        let ears = if self.listen { served.listen(1).await? } else { Rc::default() };
        let letters: Vec<_> =
            served.desks.iter().zip(&places).map(|(desk, at)| letter(served.http, desk, *at)).collect();
        let desktop = Rc::new(Desktop::default());
        desktop.run(&served, &letters[..1], 1, 1, &ears).await?; // wakes everything up, and is not counted
        desktop.times.take();
        let cost = served.cost();
        let count = desktop.run(&served, &letters, self.window, self.seconds, &ears).await?;
        let seconds = self.seconds as f64;
        println!(
            "{} senders, {} at a time each: {:.0} messages/s  {}  {}",
            self.senders,
            self.window,
            count as f64 / seconds,
            spread(desktop.times.take()),
            cost.each(count),
        );
        println!("load average {}; refused {:?}", load_average(), desktop.refused.borrow());
        let Served { running, desks, folder, .. } = served;
        running.kill()?;
        let acknowledged = desktop.acknowledged.take();
        let ids: Vec<_> = acknowledged.iter().map(|number| format!("{MARK}{number:08}")).collect();
        look_up(folder.path(), &desks, &places, &ids)
    }
}

/// Looks whether all that was acknowledged is in the file, once.
pub fn look_up(
    data: &std::path::Path,
    desks: &[Desk],
    places: &[ConversationId],
    acknowledged: &[String],
) -> Outcome<ExitCode> {
    let office = desks::open(data)?;
    let (mut stored, mut is_dense, mut seen) = (HashMap::new(), true, Vec::new());
    for (desk, place) in desks.iter().zip(places) {
        if !seen.contains(place) {
            seen.push(*place);
            is_dense &= desks::read_back(&office, desk.person, *place, &mut stored)?;
        }
    }
    office.store.close();
    stored.remove("");
    let lost = acknowledged.iter().filter(|id| !stored.contains_key(*id)).count();
    let doubled = stored.values().filter(|times| **times > 1).count();
    println!(
        "acknowledged {}  stored {}  lost {lost}  doubled {doubled}  numbers without a gap: {is_dense}",
        acknowledged.len(),
        stored.len(),
    );
    Ok(if lost == 0 && doubled == 0 && is_dense { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[derive(Args)]
pub struct Paced {
    /// Everybody with an open stream.
    #[arg(long, default_value_t = 500)]
    people: usize,
    /// Messages a second.
    #[arg(long, default_value_t = 500)]
    rate: usize,
    #[arg(long, default_value_t = 10)]
    seconds: usize,
}

impl Paced {
    pub async fn run(&self) -> Outcome<ExitCode> {
        let (folder, office, desks) = make(self.people).await?;
        let pairs = desks::pair(&office, &desks, self.people / 2).await?;
        let served = Served::start(folder, &office, desks)?;
        let ears = served.listen(1).await?;
        settle(usize::MAX, || ears.presence.get()).await;
        let idle: Rc<RefCell<Vec<Client>>> = Rc::default();
        for _ in 0..64 {
            let client = Client::open(served.http).await?;
            idle.borrow_mut().push(client);
        }
        let mut letters: Vec<_> =
            served.desks.iter().zip(&pairs).map(|(desk, at)| letter(served.http, desk, *at)).collect();
        let (answers, refused): (Rc<RefCell<Vec<Duration>>>, Rc<Cell<usize>>) = Default::default();
        let (cost, total) = (served.cost(), self.rate * self.seconds);
        for number in 0..total {
            let due = Duration::from_nanos(number as u64 * 1_000_000_000 / self.rate as u64);
            tokio::time::sleep(due.saturating_sub(cost.watch.elapsed())).await;
            let one = number * 7919 % pairs.len();
            let bytes = letters[one].numbered(number).to_vec();
            let (ears, idle, answers, refused) = (ears.clone(), idle.clone(), answers.clone(), refused.clone());
            let (http, other) = (served.http, one + self.people / 2);
            spawn_local(async move {
                let free = idle.borrow_mut().pop();
                let client = match free {
                    Some(client) => Ok(client),
                    None => Client::open(http).await,
                };
                let Ok(mut client) = client else { return refused.set(refused.get() + 1) };
                ears.send(number, Some(other));
                let watch = Stopwatch::start();
                let mut answer = client.ask(&bytes).await;
                // A line that was idle for long may have been closed meanwhile; a browser asks again on a new one.
                if answer.is_err()
                    && let Ok(fresh) = Client::open(http).await
                {
                    client = fresh;
                    answer = client.ask(&bytes).await;
                }
                match answer.map(|answer| answer.status) {
                    Ok(200 | 303) => answers.borrow_mut().push(watch.elapsed()),
                    _ => return refused.set(refused.get() + 1),
                }
                idle.borrow_mut().push(client);
            });
        }
        let heard = settle(total, || ears.said.get()).await;
        println!(
            "{total} messages at {}/s, {heard} heard, refused {}; resyncs {}",
            self.rate,
            refused.get(),
            ears.resyncs.get()
        );
        println!("on the other's screen: {}", spread(ears.reset()));
        println!("answered: {}; {}; load average {}", spread(answers.take()), cost.each(total), load_average());
        Ok(ExitCode::SUCCESS)
    }
}

#[derive(Args)]
pub struct Room {
    /// In the room, each with an open stream.
    #[arg(long, default_value_t = 500)]
    people: usize,
    /// How many speak at a time, in turn.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 2, 4, 8, 16])]
    senders: Vec<usize>,
    #[arg(long, default_value_t = 6)]
    seconds: u64,
}

impl Room {
    pub async fn run(&self) -> Outcome<ExitCode> {
        let (folder, office, desks) = make(self.people).await?;
        let room = desks::room(&office, &desks).await?;
        let served = Served::start(folder, &office, desks)?;
        let ears = served.listen(1).await?;
        settle(usize::MAX, || ears.presence.get()).await;
        let letters: Vec<_> = served.desks.iter().map(|desk| letter(served.http, desk, room)).collect();
        let desktop = Rc::new(Desktop::default());
        for senders in &self.senders {
            ears.reset();
            desktop.times.take();
            let cost = served.cost();
            let said = desktop.run(&served, &letters[..*senders], 1, self.seconds, &ears).await?;
            let heard = ears.said.get();
            let each = cost.each(heard);
            println!(
                "{} people, {senders} senders: {:.1} messages/s in, {:.0} deliveries/s  {each}",
                self.people,
                said as f64 / self.seconds as f64,
                heard as f64 / cost.watch.elapsed().as_secs_f64(),
            );
            let sent = desktop.next.get();
            let wanted = (sent - desktop.refused.borrow().values().sum::<usize>()) * self.people;
            let all = settle(wanted, || ears.said.get()).await;
            println!(
                "  heard: {}; {all} of {}; resyncs {}",
                spread(ears.reset()),
                said * self.people,
                ears.resyncs.get()
            );
            println!("  answered: {}; load average {}", spread(desktop.times.take()), load_average());
        }
        println!("refused {:?}, ended {}", desktop.refused.borrow(), ears.ended.get());
        Ok(ExitCode::SUCCESS)
    }
}
