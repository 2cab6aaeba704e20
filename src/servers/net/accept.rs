//! The accept loop: takes connections, within caps, until the office stops.

use super::rate::owner;
use super::stop::Stop;
use futures_util::FutureExt as _;
use rustix::net::SendFlags;
use std::collections::HashMap;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};

/// Pause after the system gave no socket, such as where all descriptors are in use. The next accept would fail at
/// once again, so without a pause the loop would burn a processor.
const BACK_OFF: Duration = Duration::from_millis(100);

/// How many connections a listener holds at once.
#[derive(Debug, Clone, Copy)]
pub struct Caps {
    /// In all.
    pub total: usize,
    /// From one address; IPv6 by networks of 64 bits. The machine itself is only held by `total`.
    pub per_address: usize,
}

/// What a listener needs beside its socket.
#[derive(Debug)]
pub struct Terms {
    /// The door's name in the log.
    pub name: &'static str,
    /// How many at once.
    pub caps: Caps,
    /// Sent to whoever is one too many, in the protocol's own words; nothing where it is empty.
    pub refusal: &'static [u8],
    /// Ends the loop.
    pub stop: Stop,
}

/// Takes connections and gives each to `session` in a task of its own, until the office stops.
///
/// A session that panics is logged and ends alone.
pub async fn accept<S, F>(listener: TcpListener, terms: Terms, session: S)
where
    S: Fn(TcpStream, SocketAddr) -> F,
    F: Future<Output = ()> + Send + 'static,
{
    let Terms { name, caps, refusal, mut stop } = terms;
    let seats = Seats::new(caps);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.said() => return,
        };
        match accepted {
            Ok((stream, from)) => match Seats::take(&seats, from.ip()) {
                Some(seat) => {
                    let _ = stream.set_nodelay(true); // a connection that is gone already says so when it is read
                    tokio::spawn(alone(name, seat, session(stream, from)));
                }
                None => refuse(name, &stream, from, refusal),
            },
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::warn!(door = name, %error, "no connection could be taken");
                tokio::select! {
                    () = tokio::time::sleep(BACK_OFF) => {}
                    () = stop.said() => return,
                }
            }
        }
    }
}

/// One session: its seat is given back whatever happens in it.
async fn alone(name: &'static str, seat: Seat, session: impl Future<Output = ()>) {
    if AssertUnwindSafe(session).catch_unwind().await.is_err() {
        tracing::error!(door = name, from = %seat.owner, "a session panicked and was ended");
    }
}

fn refuse(name: &'static str, stream: &TcpStream, from: SocketAddr, refusal: &[u8]) {
    tracing::debug!(door = name, from = %from.ip(), "too many connections");
    say_at_once(stream, refusal);
}

/// Says something short to a new connection, whose buffer is empty, and waits for nothing. Not by `try_write`: that
/// sends only where the runtime knows that there is room, and of a new connection it may know nothing yet.
pub fn say_at_once(stream: &TcpStream, words: &[u8]) {
    let _ = rustix::net::send(stream, words, SendFlags::DONTWAIT | SendFlags::NOSIGNAL);
}

/// Whether only the connection was lost, not the means to take the next. accept(2), "Error handling".
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}

/// Who sits where, so that nobody takes all.
#[derive(Debug)]
pub struct Seats {
    caps: Caps,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    total: usize,
    by_owner: HashMap<IpAddr, usize>,
}

/// One connection's place, given back on drop.
#[derive(Debug)]
pub struct Seat {
    seats: Arc<Seats>,
    owner: IpAddr,
}

impl Seats {
    /// All free.
    #[must_use]
    pub fn new(caps: Caps) -> Arc<Self> {
        Arc::new(Self { caps, taken: Mutex::default() })
    }

    /// A place for a connection from this address; `None` where it is one too many.
    #[must_use]
    pub fn take(seats: &Arc<Self>, from: IpAddr) -> Option<Seat> {
        Self::take_within(
            seats,
            from,
            if from.to_canonical().is_loopback() { usize::MAX } else { seats.caps.per_address },
        )
    }

    /// A place for a connection of who comes for many, and is held by the total alone.
    #[must_use]
    pub fn take_any(seats: &Arc<Self>, from: IpAddr) -> Option<Seat> {
        Self::take_within(seats, from, usize::MAX)
    }

    fn take_within(seats: &Arc<Self>, from: IpAddr, per_address: usize) -> Option<Seat> {
        let owner = owner(from);
        let mut taken = seats.lock();
        let by_owner = taken.by_owner.get(&owner).copied().unwrap_or(0);
        if taken.total >= seats.caps.total || by_owner >= per_address {
            return None;
        }
        taken.total += 1;
        taken.by_owner.insert(owner, by_owner + 1);
        drop(taken);
        Some(Seat { seats: Arc::clone(seats), owner })
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.lock();
        taken.total = taken.total.saturating_sub(1);
        match taken.by_owner.get_mut(&self.owner) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(taken.by_owner.remove(&self.owner)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::stop::Stopper;
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    fn seats(total: usize, per_address: usize) -> Arc<Seats> {
        Seats::new(Caps { total, per_address })
    }

    #[test]
    fn nobody_takes_more_than_the_share_of_one() {
        let seats = seats(3, 2);
        let take = |from: &str| Seats::take(&seats, from.parse().unwrap());
        let (first, second) = (take("192.0.2.1"), take("192.0.2.1"));
        assert!(first.is_some() && second.is_some());
        assert!(take("192.0.2.1").is_none());
        let other = take("192.0.2.2");
        assert!(other.is_some());
        assert!(take("192.0.2.3").is_none());
        drop((first, second, other));
        assert!(seats.lock().by_owner.is_empty());
        assert_eq!(seats.lock().total, 0);
    }

    #[test]
    fn the_machine_itself_is_held_by_the_total_alone() {
        let seats = seats(5, 1);
        let taken: Vec<_> = (0..6).map(|_| Seats::take(&seats, "127.0.0.1".parse().unwrap())).collect();
        assert_eq!(taken.iter().flatten().count(), 5);
    }

    #[tokio::test]
    async fn a_panic_ends_one_session_and_a_stop_ends_the_loop() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let (stopper, stop) = Stopper::new();
        let terms = Terms { name: "test", caps: Caps { total: 9, per_address: 9 }, refusal: b"", stop };
        let serving = tokio::spawn(accept(listener, terms, |mut stream, _| async move {
            assert_eq!(stream.read_u8().await.unwrap(), b'!', "a session that panics");
            stream.write_all(b"ok").await.unwrap();
        }));
        for (said, heard) in [(b"?", ""), (b"!", "ok")] {
            let mut stream = TcpStream::connect(at).await.unwrap();
            stream.write_all(said).await.unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.unwrap();
            assert_eq!(answer, heard);
        }
        stopper.stop();
        serving.await.unwrap();
    }

    #[tokio::test]
    async fn one_too_many_is_told_so() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let (_stopper, stop) = Stopper::new();
        let terms = Terms { name: "test", caps: Caps { total: 0, per_address: 0 }, refusal: b"421 full\r\n", stop };
        tokio::spawn(accept(listener, terms, |_, _| async {}));
        let mut answer = String::new();
        TcpStream::connect(at).await.unwrap().read_to_string(&mut answer).await.unwrap();
        assert_eq!(answer, "421 full\r\n");
    }
}
