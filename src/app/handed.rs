//! Sockets that systemd holds open and hands over, each by the name of its door: `sd_listen_fds_with_names(3)`.

use super::build::StartError;
use super::config;
use listenfd::ListenFd;
use std::net::TcpListener;

/// The doors that there are.
pub const DOORS: [&str; 5] = ["smtp", "submission", "submissions", "http", "https"];

/// Listening sockets by the names of their doors; a door may have several, such as one for each network.
#[derive(Debug, Default)]
pub struct Handed(Vec<(&'static str, TcpListener)>);

impl Handed {
    /// Takes what this process was handed; nothing where systemd did not start it so.
    ///
    /// # Errors
    /// Where a socket has a name that is no door's, or does not listen for connections.
    pub fn taken() -> Result<Self, StartError> {
        let names = config::socket_names();
        let mut handed = ListenFd::from_env();
        let mut found = Vec::new();
        for index in 0..handed.len() {
            let name = names.get(index).map_or("", String::as_str);
            let Some(door) = DOORS.into_iter().find(|door| *door == name) else {
                return Err(StartError::Handed(format!("named {name:?}, which is no door: {}", DOORS.join(", "))));
            };
            let listener = handed.take_tcp_listener(index);
            let listener = listener.map_err(|error| StartError::Handed(format!("for {door} that is none: {error}")))?;
            let Some(listener) = listener else { continue };
            if !rustix::net::sockopt::socket_acceptconn(&listener).unwrap_or(false) {
                return Err(StartError::Handed(format!("for {door} that does not listen")));
            }
            found.push((door, listener));
        }
        Ok(Self(found))
    }

    /// The sockets of a door.
    pub fn of(&mut self, door: &str) -> Vec<TcpListener> {
        let (of, others) = std::mem::take(&mut self.0).into_iter().partition(|(name, _)| *name == door);
        self.0 = others;
        let of: Vec<(&'static str, TcpListener)> = of;
        of.into_iter().map(|(_, listener)| listener).collect()
    }
}
