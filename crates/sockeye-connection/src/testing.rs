//! What the tests of this crate have in common: bytes from hex, frames of a peer, one connection
//! to feed.
//!
//! Only compiled for tests. Two whole connections are in `pair.rs`.

mod run_length;
mod takeover;

use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use bytes::Bytes;
use sockeye_extensions::{Chain, ClientExtension, PermessageDeflate, ServerExtension};
use sockeye_frame::{CloseCode, CloseFrame, FrameHeader, HeaderRules, MaskKey, Opcode, Role, Rsv};

use crate::{
    Config, Connection, ControlPayload, Event, IncomingMessage, Input, MessageKind, Pair, Payload,
    Piece, State, TextPayload, Timestamp, Transmit, Utf8Bytes,
};

pub(crate) use run_length::run_length;
pub(crate) use takeover::{Calls, Takeover};

/// Bytes written as pairs of hexadecimal digits with spaces.
#[track_caller]
pub(crate) fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<_> = text.split_whitespace().collect();
    digits
        .iter()
        .map(|byte| u8::from_str_radix(byte, 16).expect("a pair of hexadecimal digits"))
        .collect()
}

pub(crate) fn at(seconds: u64) -> Timestamp {
    Timestamp::from_duration(Duration::from_secs(seconds))
}

/// A frame as a peer of `to` sends it.
pub(crate) fn frame(to: Role, fin: bool, opcode: Opcode, payload: &[u8]) -> Vec<u8> {
    frame_with_rsv(to, fin, Rsv::NONE, opcode, payload)
}

pub(crate) fn frame_with_rsv(
    to: Role,
    fin: bool,
    rsv: Rsv,
    opcode: Opcode,
    payload: &[u8],
) -> Vec<u8> {
    let key = MaskKey::from([0x37, 0xfa, 0x21, 0x3d]);
    let mask = to.peer().masks().then_some(key);
    let mut bytes = header(to, fin, rsv, opcode, payload.len() as u64);
    match mask {
        Some(key) => key.append_masked(payload, &mut bytes),
        None => bytes.extend_from_slice(payload),
    }
    bytes
}

/// The header of a frame as a peer of `to` sends it.
pub(crate) fn header(to: Role, fin: bool, rsv: Rsv, opcode: Opcode, payload_len: u64) -> Vec<u8> {
    let key = MaskKey::from([0x37, 0xfa, 0x21, 0x3d]);
    let header = FrameHeader {
        fin,
        rsv,
        opcode,
        mask: to.peer().masks().then_some(key),
        payload_len,
    };
    header.encode().to_vec()
}

pub(crate) fn text(text: &str) -> Event<'static> {
    let text = Utf8Bytes::from(String::from(text));
    Event::Message(IncomingMessage::Text(TextPayload::Owned(text)))
}

pub(crate) fn binary(bytes: &[u8]) -> Event<'static> {
    Event::Message(IncomingMessage::Binary(owned(bytes)))
}

pub(crate) fn piece(kind: MessageKind, bytes: &[u8], first: bool, last: bool) -> Event<'static> {
    Event::Piece(Piece {
        kind,
        payload: owned(bytes),
        first,
        last,
    })
}

pub(crate) fn ping(payload: &[u8]) -> Event<'static> {
    Event::Ping(ControlPayload::from(owned(payload)))
}

/// A pong that nobody asked for.
pub(crate) fn pong(payload: &[u8]) -> Event<'static> {
    Event::Pong {
        payload: ControlPayload::from(owned(payload)),
        rtt: None,
    }
}

pub(crate) fn close(code: CloseCode, reason: &str) -> Event<'static> {
    Event::Close(CloseFrame::new(code, reason))
}

fn owned(bytes: &[u8]) -> Payload<'static> {
    Payload::Owned(Bytes::copy_from_slice(bytes))
}

/// A client and a server that have agreed on permessage-deflate.
pub(crate) fn deflating(deflate: PermessageDeflate, config: Config) -> [Probe; 2] {
    let [mut client, mut server] = [Chain::default(), Chain::default()];
    let offers = deflate.offers();
    let offer = offers.first().expect("it offers something");
    let (answer, extension) = deflate.negotiate(offer).expect("it accepts its own offer");
    server.push(extension).expect("the only one");
    let extension = deflate.accept(&answer).expect("its own answer");
    client.push(extension).expect("the only one");
    [
        Probe::with(Role::Client, config, client),
        Probe::with(Role::Server, config, server),
    ]
}

/// A frame that a connection has sent, unmasked.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Sent {
    pub(crate) fin: bool,
    pub(crate) rsv: Rsv,
    pub(crate) opcode: Opcode,
    pub(crate) payload: Vec<u8>,
}

/// A frame with FIN.
pub(crate) fn sent(opcode: Opcode, payload: &[u8]) -> Sent {
    Sent {
        fin: true,
        rsv: Rsv::NONE,
        opcode,
        payload: payload.to_vec(),
    }
}

/// One connection, the bytes it wants to send and a clock.
#[derive(Debug)]
pub(crate) struct Probe {
    pub(crate) connection: Connection,
    pub(crate) now: Timestamp,
}

impl Probe {
    pub(crate) fn new(role: Role) -> Self {
        Self::with(role, Config::default(), Chain::default())
    }

    pub(crate) fn with(role: Role, config: Config, extensions: Chain) -> Self {
        let now = Timestamp::default();
        Self {
            connection: Connection::new(role, config, extensions, Pair::entropy(), now),
            now,
        }
    }

    /// All events that `bytes` bring about.
    pub(crate) fn feed(&mut self, bytes: &[u8]) -> Vec<Event<'static>> {
        let mut bytes = bytes.to_vec();
        let mut input = Input::from(&mut bytes[..]);
        let mut events = Vec::new();
        // Each call consumes a byte or gives an event, so there is no way to go on for ever.
        let max_calls = 2 * input.len() + 64;
        for _ in 0..max_calls {
            let Some(event) = self.connection.next_event(&mut input, self.now) else {
                assert!(input.is_empty(), "all input is consumed at the end");
                return events;
            };
            events.push(event.into_owned());
        }
        panic!("more than {max_calls} events: {events:?}");
    }

    /// All events of `bytes` when they arrive in parts of `len`.
    pub(crate) fn feed_in_parts(&mut self, bytes: &[u8], len: usize) -> Vec<Event<'static>> {
        bytes.chunks(len).flat_map(|part| self.feed(part)).collect()
    }

    /// Events that need no input.
    pub(crate) fn events(&mut self) -> Vec<Event<'static>> {
        self.feed(&[])
    }

    /// Reads `bytes` into the end of the message's buffer as far as that is lent, and feeds the
    /// rest.
    pub(crate) fn feed_tail(&mut self, bytes: &[u8], max: usize) -> Vec<Event<'static>> {
        let mut rest = bytes;
        let mut events = Vec::new();
        while !rest.is_empty() {
            let len = max.min(rest.len());
            let Some(mut tail) = self.connection.message_tail() else {
                let (part, others) = rest.split_at(len);
                events.extend(self.feed(part));
                rest = others;
                continue;
            };
            let (part, others) = rest.split_at(len.min(tail.max_bytes()));
            tail.buffer().extend_from_slice(part);
            rest = others;
            events.extend(self.events());
        }
        events
    }

    /// The bytes to write, all taken.
    pub(crate) fn written(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        while let Transmit::Bytes(slices) = self.connection.transmit() {
            let n_before = bytes.len();
            slices.for_each(|slice| bytes.extend_from_slice(slice));
            let n = bytes.len() - n_before;
            self.connection.handle_transmitted(n, self.now);
        }
        bytes
    }

    /// The frames to write, all taken.
    #[track_caller]
    pub(crate) fn sent(&mut self) -> Vec<Sent> {
        let written = self.written();
        frames(self.connection.role(), &written)
    }

    pub(crate) fn wants_half_close(&mut self) -> bool {
        matches!(self.connection.transmit(), Transmit::HalfClose)
    }

    /// Moves the clock, and tells the connection if a deadline has come.
    pub(crate) fn advance(&mut self, duration: Duration) {
        self.now = self.now + duration;
        self.connection.handle_timeout(self.now);
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.connection.state() == State::Closed
    }
}

/// Takes apart what an endpoint in `role` has written; all of it must be whole, legal frames.
#[track_caller]
pub(crate) fn frames(role: Role, written: &[u8]) -> Vec<Sent> {
    let rules = HeaderRules {
        receiver: role.peer(),
        rsv: Rsv::RSV1 | Rsv::RSV2 | Rsv::RSV3,
    };
    let mut frames = Vec::new();
    let mut rest = written;
    while !rest.is_empty() {
        let (header, len) = FrameHeader::decode(rest, rules)
            .expect("a legal header")
            .expect("a whole header");
        let (payload, others) = rest[len..].split_at(header.payload_len as usize);
        let mut payload = payload.to_vec();
        if let Some(key) = header.mask {
            key.apply(0, &mut payload);
        }
        frames.push(Sent {
            fin: header.fin,
            rsv: header.rsv,
            opcode: header.opcode,
            payload,
        });
        rest = others;
    }
    frames
}

/// Feeds `bytes` to a fresh connection in every way there is, and compares events and answers.
///
/// Whole, byte by byte, in threes, and with a ping behind, which must be seen too unless the
/// connection has ended.
#[track_caller]
pub(crate) fn check(
    make: impl Fn() -> Probe,
    bytes: &[u8],
    expected: &[Event<'_>],
    expected_sent: &[Sent],
) {
    for part_len in [bytes.len().max(1), 1, 3] {
        let mut probe = make();
        let events = probe.feed_in_parts(bytes, part_len);
        assert_eq!(events, expected, "in parts of {part_len} bytes");
        assert_eq!(probe.sent(), expected_sent, "in parts of {part_len} bytes");
    }
    let mut probe = make();
    let goes_on = !matches!(expected.last(), Some(Event::Close(_) | Event::Violation(_)));
    let role = probe.connection.role();
    let mut trailed = bytes.to_vec();
    trailed.extend(frame(role, true, Opcode::Ping, b"behind"));
    let mut events = probe.feed(&trailed);
    let mut sent_frames = probe.sent();
    if goes_on && probe.connection.state() == State::Open {
        assert_eq!(events.pop(), Some(ping(b"behind")));
        assert_eq!(sent_frames.pop(), Some(sent(Opcode::Pong, b"behind")));
    }
    assert_eq!(events, expected, "with bytes behind");
    assert_eq!(sent_frames, expected_sent, "with bytes behind");
}
