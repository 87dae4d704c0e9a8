//! A server fed whole, byte by byte and in pieces; the rules are in the files below.

use super::*;
use crate::testing::cut_in_all_ways;

mod arrival;
mod requests;

/// A request for `/chat` with these field lines.
fn get(fields: &[&str]) -> Vec<u8> {
    format!("GET /chat HTTP/1.1\r\n{}\r\n\r\n", fields.join("\r\n")).into_bytes()
}

/// A valid opening handshake in which the fields named like `fields` are replaced by those.
fn with(fields: &[&str]) -> Vec<u8> {
    let name = |field: &str| field.split(':').next().unwrap().to_ascii_lowercase();
    let is_kept = |valid: &&str| !fields.iter().any(|field| name(field) == name(valid));
    let kept = VALID.iter().copied().filter(is_kept);
    get(&kept.chain(fields.iter().copied()).collect::<Vec<_>>())
}

/// A valid opening handshake without one field.
fn without(name: &str) -> Vec<u8> {
    let kept = VALID
        .iter()
        .copied()
        .filter(|field| !field.starts_with(name));
    get(&kept.collect::<Vec<_>>())
}

/// The event that input gives, the same in whatever way it comes.
#[track_caller]
fn event(input: &[u8]) -> Option<ServerEvent> {
    let mut events = cut_in_all_ways(input, |pieces| {
        let mut server = ServerHandshake::new(HeadLimits::default());
        pieces.for_each(|piece| server.handle_input(piece));
        let event = server.poll();
        assert!(
            event.is_none() || server.poll().is_none(),
            "one event, once"
        );
        event
    });
    let described: Vec<String> = events.iter().map(|event| format!("{event:?}")).collect();
    assert!(
        described.iter().all(|event| *event == described[0]),
        "{described:?}"
    );
    events.swap_remove(0)
}

#[track_caller]
fn accepts(input: &[u8]) -> Box<UpgradeRequest> {
    match event(input) {
        Some(ServerEvent::Upgrade(upgrade)) => upgrade,
        other => panic!("{other:?}"),
    }
}

/// Checks that there is a refusal, which ends the connection, and gives it as text.
#[track_caller]
fn refuses(input: &[u8], status: u16) -> String {
    match event(input) {
        Some(ServerEvent::Refuse(refusal)) => {
            assert_eq!(refusal.status(), status, "{}", input.escape_ascii());
            let text = String::from_utf8(refusal.encode()).unwrap();
            assert!(text.contains("\r\nConnection: close\r\n"));
            text
        }
        other => panic!("{other:?} for {}", input.escape_ascii()),
    }
}

#[track_caller]
fn is_plain(input: &[u8]) -> Box<Request<()>> {
    match event(input) {
        Some(ServerEvent::Plain(request)) => request,
        other => panic!("{other:?} for {}", input.escape_ascii()),
    }
}

const VALID: [&str; 5] = [
    "Host: server.example.com",
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version: 13",
];
