//! A whole exchange: both read the same bytes, and each reads what the other one writes.

use bytes::Bytes;
use sockeye_connection::{
    Config, Connection, Event as Ours, IncomingMessage, Input, Limits, MessageKind, Pair,
    ProtocolViolation, Timestamp, Transmit,
};
use sockeye_extensions::Chain;
use sockeye_frame::fuzzing::{Choices, bit};
use sockeye_frame::{CloseFrame, Role};

use crate::difference::explain;
use crate::seen::{Event, Seen, answers};
use crate::theirs;

/// A byte for the role, one for how messages are cut; then bytes of a peer, which are what messages
/// are made of, too.
///
/// # Panics
///
/// When the two differ and nothing explains it.
pub fn exchange(data: &[u8]) {
    let mut choices = Choices::new(data);
    let role = match bit(choices.byte(), 0) {
        true => Role::Client,
        false => Role::Server,
    };
    let cut = usize::from(choices.byte());
    let bytes = choices.rest;

    let (ours, violation) = read(role, bytes);
    let theirs = theirs::read(role, bytes, MAX_BYTES);
    if ours != theirs {
        let difference = explain(role, bytes, (&ours, violation), &theirs);
        assert!(
            difference.is_some(),
            "{ours:?} ({violation:?}), but {theirs:?}"
        );
    }

    let messages = messages(bytes, cut);
    let (theirs, failed) = read(role, &theirs::write(role.peer(), &messages));
    assert_eq!((&theirs.events, failed), (&messages, None));
    let ours = theirs::read(role, &write(role.peer(), &messages, cut), usize::MAX);
    assert_eq!((ours.events, ours.failed), (messages, None));
}

/// Lets Sockeye read `bytes` as an endpoint of this role.
fn read(role: Role, bytes: &[u8]) -> (Seen, Option<ProtocolViolation>) {
    let mut connection = connection(role);
    let now = Timestamp::default();
    let mut bytes = bytes.to_vec();
    let mut input = Input::from(&mut bytes[..]);
    let (mut events, mut written, mut violation) = (Vec::new(), Vec::new(), None);
    while let Some(event) = connection.next_event(&mut input, now) {
        match event {
            Ours::Message(IncomingMessage::Text(text)) => {
                events.push(Event::Text(text.as_str().to_owned()));
            }
            Ours::Message(IncomingMessage::Binary(bytes)) => {
                events.push(Event::Binary(bytes.as_bytes().to_vec()));
            }
            Ours::Ping(payload) => events.push(Event::Ping(payload.to_vec())),
            Ours::Pong { payload, .. } => events.push(Event::Pong(payload.to_vec())),
            Ours::Close(CloseFrame { code, reason }) => {
                events.push(Event::Close(code.into(), reason));
            }
            // What is written then is our part alone: tungstenite's caller writes its own.
            Ours::Violation(found) => {
                violation = Some(found);
                break;
            }
            other => panic!("without a clock: {other:?}"),
        }
        drain(&mut connection, &mut written);
    }
    let seen = Seen {
        events,
        failed: violation.map(|violation| violation.close_code().into()),
        answers: answers(role, &written),
    };
    (seen, violation)
}

/// The bytes that Sockeye writes for messages, in fragments by one way or another.
fn write(role: Role, messages: &[Event], cut: usize) -> Vec<u8> {
    let mut connection = connection(role);
    let now = Timestamp::default();
    let mut written = Vec::new();
    for message in messages {
        let (kind, payload) = match message {
            Event::Text(text) => (MessageKind::Text, text.as_bytes()),
            Event::Binary(bytes) => (MessageKind::Binary, &bytes[..]),
            other => panic!("no message: {other:?}"),
        };
        let (start, end) = payload.split_at(cut.min(payload.len()));
        let mut send = |part: &[u8], fin| {
            let part = Bytes::copy_from_slice(part);
            let sent = connection.send_fragment(kind, part, fin, now);
            sent.expect("the queue is empty");
        };
        if cut > 0 {
            send(start, false);
        }
        send(end, true);
        drain(&mut connection, &mut written);
    }
    written
}

fn drain(connection: &mut Connection, written: &mut Vec<u8>) {
    while let Transmit::Bytes(slices) = connection.transmit() {
        let n_before = written.len();
        slices.for_each(|slice| written.extend_from_slice(slice));
        connection.handle_transmitted(written.len() - n_before, Timestamp::default());
    }
}

fn connection(role: Role) -> Connection {
    let mut config = Config::default();
    config.limits = Limits {
        max_text_bytes: MAX_BYTES,
        max_binary_bytes: MAX_BYTES,
        max_fragments: Some(u32::MAX),
        ..config.limits
    };
    let now = Timestamp::default();
    Connection::new(role, config, Chain::default(), Pair::entropy(), now)
}

/// The bytes as messages: text where they are, otherwise not.
fn messages(bytes: &[u8], cut: usize) -> Vec<Event> {
    let payloads = bytes[..bytes.len().min(MAX_BYTES)].chunks(cut.max(1) * 7);
    let messages = payloads.map(|payload| match str::from_utf8(payload) {
        Ok(text) => Event::Text(text.to_owned()),
        Err(_) => Event::Binary(payload.to_vec()),
    });
    messages.take(MAX_MESSAGES).collect()
}

/// The limit on messages, in bytes.
pub(crate) const MAX_BYTES: usize = 3000;

/// So that one run stays short.
const MAX_MESSAGES: usize = 20;

#[cfg(test)]
mod tests {
    use sockeye_frame::fuzzing::{parse_seeds, try_out};

    use super::*;

    #[test]
    fn exchange_keeps_its_promises() {
        let seeds = parse_seeds(include_str!("../../../fuzz/seeds/exchange.txt"));
        try_out(exchange, &seeds, 5_000);
    }
}
