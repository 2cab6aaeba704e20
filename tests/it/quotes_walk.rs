//! Quotes in a real browser: an office of its own, a feed that answers, falls silent and comes back, and a kill in between.

use crate::program::set_up;
use crate::restart::walk;
use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// A provider of numbers.
#[derive(Default)]
struct Provider {
    prices: HashMap<String, String>,
    is_down: bool,
}

/// Serves it on a port of its own until the test ends.
fn provide(provider: Arc<Mutex<Provider>>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            answer(stream, &provider);
        }
    });
    port
}

fn answer(mut stream: TcpStream, provider: &Mutex<Provider>) {
    let mut head = [0; 2048];
    let read = stream.read(&mut head).unwrap_or(0);
    let head = String::from_utf8_lossy(&head[..read]);
    let path = head.split(' ').nth(1).unwrap_or("/").trim_start_matches('/');
    let provider = provider.lock().unwrap();
    let (status, body) = match provider.prices.get(path) {
        _ if provider.is_down => ("503 Service Unavailable", String::new()),
        Some(price) => ("200 OK", format!("{{\"price\":{price},\"previous\":100}}")),
        None => ("404 Not Found", String::new()),
    };
    let length = body.len();
    let kind = "application/json";
    // Whoever asks may have gone.
    let _ = write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
}

#[test]
fn quotes_move_by_themselves_through_a_silent_feed_and_a_kill() {
    let provider = Arc::new(Mutex::new(Provider::default()));
    provider
        .lock()
        .unwrap()
        .prices
        .extend([("TESTA".to_owned(), "100".to_owned()), ("TESTB".to_owned(), "50".to_owned())]);
    let port = provide(provider.clone());
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("office");
    set_up(&data);
    walk("quotes.mjs", &data, &[("HS_FEED", &port.to_string())], |words| {
        let mut provider = provider.lock().unwrap();
        match words {
            ["down"] => provider.is_down = true,
            ["up"] => provider.is_down = false,
            ["price", code, price] => drop(provider.prices.insert((*code).to_owned(), (*price).to_owned())),
            _ => return false,
        }
        true
    });
}
