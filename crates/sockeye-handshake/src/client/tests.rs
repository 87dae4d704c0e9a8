//! A client with an offer, fed whole, byte by byte and in pieces; the rules are in the files below.

use std::sync::Arc;

use super::*;
use crate::WsUri;
use crate::testing::{Toy, cut_in_all_ways};

mod answers;
mod refusals;

type Outcome = Option<Result<Established, HandshakeError>>;

/// A client that offers the subprotocols `chat` and `superchat` and the extension `x-toy`.
fn client() -> ClientHandshake {
    let request = ClientRequest::new(WsUri::parse("ws://h").unwrap())
        .subprotocol("chat")
        .and_then(|request| request.subprotocol("superchat"))
        .unwrap()
        .extension(Arc::new(Toy));
    ClientHandshake::new(&request, *b"the sample nonce", HeadLimits::default()).unwrap()
}

/// The outcome of input, then what `end` says happens, the same in whatever way input comes.
#[track_caller]
fn outcome_after(input: &[u8], end: fn(&mut ClientHandshake)) -> Outcome {
    let mut outcomes = cut_in_all_ways(input, |pieces| {
        let mut client = client();
        pieces.for_each(|piece| client.handle_input(piece));
        end(&mut client);
        let outcome = client.poll();
        assert!(
            outcome.is_none() || client.poll().is_none(),
            "one result, once"
        );
        outcome
    });
    let described: Vec<String> = outcomes
        .iter()
        .map(|outcome| format!("{outcome:?}"))
        .collect();
    assert!(
        described.iter().all(|outcome| *outcome == described[0]),
        "{described:?}"
    );
    outcomes.swap_remove(0)
}

#[track_caller]
fn outcome(input: &[u8]) -> Outcome {
    outcome_after(input, |_| {})
}

/// A response with status 101 and these field lines.
fn response(fields: &[&str]) -> Vec<u8> {
    let fields = fields.join("\r\n");
    format!("HTTP/1.1 101 Switching Protocols\r\n{fields}\r\n\r\n").into_bytes()
}

/// A valid response in which the fields named like `fields` are replaced by those.
fn with(fields: &[&str]) -> Vec<u8> {
    let name = |field: &str| field.split(':').next().unwrap().to_ascii_lowercase();
    let is_kept = |valid: &&str| !fields.iter().any(|field| name(field) == name(valid));
    let kept = VALID.iter().copied().filter(is_kept);
    response(&kept.chain(fields.iter().copied()).collect::<Vec<_>>())
}

/// A valid response without one field.
fn without(name: &str) -> Vec<u8> {
    let kept = VALID
        .iter()
        .copied()
        .filter(|field| !field.starts_with(name));
    response(&kept.collect::<Vec<_>>())
}

const VALID: [&str; 3] = [
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
];
