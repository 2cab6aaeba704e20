//! Tells systemd how far the office is, where systemd has started it: `sd_notify(3)`.

use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::Duration;

/// What systemd says to who it starts: where to tell, and how often to say that one is alive.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServiceManager {
    /// `NOTIFY_SOCKET`: a path, or an abstract name behind `@`.
    pub socket: Option<String>,
    /// `WATCHDOG_USEC`.
    pub watchdog: Option<Duration>,
}

/// Tells the service manager; nobody, where there is none.
#[derive(Debug)]
pub struct Notifier {
    to: Option<(UnixDatagram, SocketAddr)>,
    watchdog: Option<Duration>,
}

impl Notifier {
    /// One that tells `manager`.
    pub fn new(manager: ServiceManager) -> Self {
        let address = manager.socket.and_then(|socket| match socket.strip_prefix('@') {
            Some(name) => SocketAddr::from_abstract_name(name).ok(),
            None => SocketAddr::from_pathname(socket).ok(),
        });
        let to = address.and_then(|address| {
            let socket = UnixDatagram::unbound().ok()?;
            // Whoever does not read what is told must not hold the office up.
            socket.set_nonblocking(true).ok()?;
            Some((socket, address))
        });
        Self { to, watchdog: manager.watchdog }
    }

    /// Tells lines of `KEY=value`. That nobody listens is no fault of the office.
    pub fn tell(&self, lines: &str) {
        let Some((socket, address)) = &self.to else { return };
        if let Err(error) = socket.send_to_addr(lines.as_bytes(), address) {
            tracing::warn!(%error, "systemd could not be told");
        }
    }

    /// Says as often as is asked that the office is alive; for ever.
    pub async fn keep_alive(&self) {
        let Some(every) = self.watchdog.filter(|every| !every.is_zero()) else { return std::future::pending().await };
        loop {
            tokio::time::sleep(every / 2).await;
            self.tell("WATCHDOG=1");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(socket: &UnixDatagram) -> String {
        let mut bytes = [0; 200];
        let length = socket.recv(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes[..length]).into_owned()
    }

    #[test]
    fn it_tells_a_path_and_an_abstract_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify").to_string_lossy().into_owned();
        let name = format!("hailstone-test-{}", std::process::id());
        let abstract_name = SocketAddr::from_abstract_name(&name).unwrap();
        for (socket, listener) in [
            (path.clone(), UnixDatagram::bind(&path).unwrap()),
            (format!("@{name}"), UnixDatagram::bind_addr(&abstract_name).unwrap()),
        ] {
            Notifier::new(ServiceManager { socket: Some(socket), watchdog: None }).tell("READY=1");
            assert_eq!(heard(&listener), "READY=1");
        }
        Notifier::new(ServiceManager::default()).tell("READY=1");
    }

    #[tokio::test]
    async fn it_says_that_it_is_alive() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify").to_string_lossy().into_owned();
        let listener = UnixDatagram::bind(&path).unwrap();
        let manager = ServiceManager { socket: Some(path), watchdog: Some(Duration::from_millis(20)) };
        let notifier = Notifier::new(manager);
        let waited = tokio::time::timeout(Duration::from_millis(200), notifier.keep_alive()).await;
        assert!(waited.is_err());
        assert_eq!(heard(&listener), "WATCHDOG=1");
    }
}
