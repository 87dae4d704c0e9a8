//! Messages sent on from where they lie, beside the same messages copied.

use alloc::vec::Vec;
use core::ops::Range;

use bytes::Bytes;
use proptest::prelude::*;
use sockeye_extensions::Chain;
use sockeye_frame::{CloseCode, CloseFrame, Opcode, Role};

use crate::testing::{Probe, frame, frames, run_length, sent};
use crate::{
    ApiMisuse, Config, IncomingMessage, Limits, MessageKind, Payload, State, TextPayload, Transmit,
};

const SERVER: Role = Role::Server;

/// A message whose payload lies in `place` of `buffer`.
fn message_in(buffer: &[u8], kind: MessageKind, place: Range<usize>) -> IncomingMessage<'_> {
    let payload = &buffer[place];
    match kind {
        MessageKind::Text => {
            let text = core::str::from_utf8(payload).expect("the tests lend ASCII");
            IncomingMessage::Text(TextPayload::Borrowed(text))
        }
        MessageKind::Binary => IncomingMessage::Binary(Payload::Borrowed(payload)),
    }
}

/// Bytes of which no two parts are alike, and all are ASCII.
fn ascii(len: usize) -> Vec<u8> {
    (0..len).map(|n| ((n / 97 + n) % 127) as u8).collect()
}

impl Probe {
    fn lend(&mut self, buffer: &[u8], kind: MessageKind, place: Range<usize>) {
        let message = message_in(buffer, kind, place.clone());
        let sent = self.connection.send_lent(&message, place, self.now);
        sent.expect("an open connection sends");
    }

    fn send_received(&mut self, buffer: &[u8], kind: MessageKind, place: Range<usize>) {
        let message = message_in(buffer, kind, place);
        let sent = self.connection.send_received(&message, self.now);
        sent.expect("an open connection sends");
    }

    /// The bytes that could be written now.
    fn output(&mut self) -> Vec<u8> {
        match self.connection.transmit() {
            Transmit::Bytes(slices) => slices.collect::<Vec<_>>().concat(),
            Transmit::Nothing | Transmit::HalfClose => Vec::new(),
        }
    }

    /// Writes at most `n` bytes.
    fn write(&mut self, n: usize) -> Vec<u8> {
        let mut output = self.output();
        output.truncate(n);
        self.connection.handle_transmitted(output.len(), self.now);
        output
    }
}

#[test]
fn suits_long_messages_that_go_out_as_they_are() {
    let server = Probe::new(SERVER);
    for (len, expected) in [(0, false), (2047, false), (2048, true), (usize::MAX, true)] {
        assert_eq!(server.connection.is_lending(len), expected, "{len}");
    }
    assert!(!Probe::new(Role::Client).connection.is_lending(1 << 20));
    let encoded = Probe::with(SERVER, Config::default(), run_length());
    assert!(!encoded.connection.is_lending(1 << 20));
    let config = Config {
        max_frame_payload_bytes: Some(1 << 20),
        ..Config::default()
    };
    let fragmented = Probe::with(SERVER, config, Chain::default());
    assert!(!fragmented.connection.is_lending(1 << 20));
}

/// Whoever cannot lend copies at once, and needs no buffer afterwards.
#[test]
fn what_does_not_suit_is_copied() {
    let buffer = ascii(5000);
    let config = Config {
        max_frame_payload_bytes: Some(1000),
        ..Config::default()
    };
    let probes = [
        (Probe::new(SERVER), 2047),
        (Probe::new(Role::Client), 5000),
        (Probe::with(SERVER, config, Chain::default()), 5000),
    ];
    for (mut probe, len) in probes {
        probe.lend(&buffer, MessageKind::Text, 0..len);
        let role = probe.connection.role();
        let written = frames(role, &probe.written());
        let payloads: Vec<_> = written.into_iter().flat_map(|sent| sent.payload).collect();
        assert_eq!(payloads, &buffer[..len], "{role}");
    }
}

#[test]
fn bytes_are_those_of_a_copy_wherever_writes_are_cut() {
    let buffer = ascii(6000);
    let fill = |probe: &mut Probe, lends: bool| {
        let send = if lends {
            Probe::lend
        } else {
            Probe::send_received
        };
        send(probe, &buffer, MessageKind::Text, 10..13);
        send(probe, &buffer, MessageKind::Binary, 0..2048);
        probe.feed(&frame(SERVER, true, Opcode::Ping, b"ping"));
        send(probe, &buffer, MessageKind::Text, 2100..5000);
        send(probe, &buffer, MessageKind::Text, 2100..5000);
        send(probe, &buffer, MessageKind::Binary, 5999..6000);
        let frame = CloseFrame::new(CloseCode::GoingAway, "done");
        probe.connection.close(frame, probe.now).unwrap();
        if lends {
            probe.connection.settle_lent(&Bytes::from(buffer.clone()));
        }
    };
    let mut copied = Probe::new(SERVER);
    fill(&mut copied, false);
    let expected = copied.written();
    for n_first in 0..=expected.len() {
        let mut probe = Probe::new(SERVER);
        fill(&mut probe, true);
        assert_eq!(probe.connection.buffered_bytes(), expected.len());
        let now = probe.now;
        probe.connection.handle_transmitted(n_first, now);
        probe.connection.keep_lent();
        assert_eq!(probe.output(), &expected[n_first..], "cut at {n_first}");
        assert_eq!(probe.written(), &expected[n_first..], "cut at {n_first}");
        assert_eq!(
            probe.connection.stats().sent,
            copied.connection.stats().sent
        );
    }
}

#[test]
fn nothing_from_an_unsettled_message_on_leaves() {
    let buffer = ascii(5000);
    let mut probe = Probe::new(SERVER);
    probe
        .connection
        .send_text_copy("before", probe.now)
        .unwrap();
    probe.lend(&buffer, MessageKind::Binary, 1000..4000);
    probe
        .connection
        .send_text_copy("behind", probe.now)
        .unwrap();
    let n_queued = 8 + 4 + 3000 + 8;
    assert_eq!(probe.connection.buffered_bytes(), n_queued);
    assert!(probe.connection.wants_output());

    // The message before it, and the header that is ours.
    assert_eq!(probe.written().len(), 8 + 4);
    // A driver that writes while there is something to write must come to an end here.
    assert!(!probe.connection.wants_output());
    assert!(matches!(probe.connection.transmit(), Transmit::Nothing));
    assert_eq!(probe.connection.buffered_bytes(), 3000 + 8);
    assert!(probe.connection.take_buffer().is_none());
    let now = probe.now;
    probe.connection.handle_transmitted(100, now);
    assert_eq!(
        probe.connection.buffered_bytes(),
        3000 + 8,
        "none of it was given"
    );
    probe.connection.keep_lent();
    assert!(
        !probe.connection.wants_output(),
        "there is nothing to keep yet"
    );

    probe.connection.settle_lent(&Bytes::from(buffer.clone()));
    assert!(probe.connection.wants_output());
    let expected = [&buffer[1000..4000], b"\x81\x06behind"].concat();
    assert_eq!(probe.written(), expected);
    assert!(!probe.connection.wants_output());
    assert!(probe.connection.take_buffer().is_some());
}

/// A Close waits behind it, and the transport stays up until both have left.
#[test]
fn unsettled_message_holds_back_the_end() {
    let buffer = ascii(3000);
    for fails in [false, true] {
        let mut probe = Probe::new(SERVER);
        probe.lend(&buffer, MessageKind::Binary, 0..3000);
        let opcode = if fails {
            Opcode::Continuation
        } else {
            Opcode::Close
        };
        probe.feed(&frame(SERVER, true, opcode, &1000_u16.to_be_bytes()));
        assert_eq!(probe.connection.state(), State::Closing);
        assert_eq!(probe.written().len(), 4);
        assert!(matches!(probe.connection.transmit(), Transmit::Nothing));
        assert!(!probe.connection.wants_output());
        probe.connection.settle_lent(&Bytes::from(buffer.clone()));
        let written = probe.written();
        assert_eq!(written[..3000], buffer);
        assert_eq!(frames(SERVER, &written[3000..])[0].opcode, Opcode::Close);
        assert!(probe.wants_half_close());
    }
}

#[test]
fn disconnecting_forgets_it() {
    let buffer = Bytes::from(ascii(3000));
    for settles in [false, true] {
        let mut probe = Probe::new(SERVER);
        probe.lend(&buffer, MessageKind::Binary, 0..3000);
        if settles {
            probe.connection.settle_lent(&buffer);
        }
        probe.connection.handle_disconnect();
        probe.connection.settle_lent(&buffer);
        assert!(matches!(probe.connection.transmit(), Transmit::Nothing));
        assert_eq!(probe.connection.buffered_bytes(), 0);
    }
    assert!(buffer.try_into_mut().is_ok(), "nobody else has it");
}

#[test]
fn lent_buffer_is_free_once_its_messages_have_left_or_are_kept() {
    for n_written in [0, 3, 4, 2000, 3004, 7000] {
        let mut probe = Probe::new(SERVER);
        let buffer = Bytes::from(ascii(8000));
        probe.lend(&buffer, MessageKind::Binary, 1..3001);
        probe.lend(&buffer, MessageKind::Binary, 4000..8000);
        probe.connection.settle_lent(&buffer);
        let address = buffer.as_ptr();
        let expected = probe.output();
        let now = probe.now;
        probe.connection.handle_transmitted(n_written, now);
        probe.connection.keep_lent();
        let mut buffer = buffer.try_into_mut().expect("nobody else has it");
        assert_eq!(buffer.as_ptr(), address);
        buffer.fill(0xFF);
        assert_eq!(probe.written(), &expected[n_written..]);
    }
}

#[test]
fn refused_where_a_message_is() {
    let buffer = ascii(3000);
    let lend = |probe: &mut Probe| {
        let message = message_in(&buffer, MessageKind::Binary, 0..3000);
        probe.connection.send_lent(&message, 0..3000, probe.now)
    };
    let mut probe = Probe::new(SERVER);
    let (part, now) = (Bytes::from_static(b"part"), probe.now);
    probe
        .connection
        .send_fragment(MessageKind::Text, part.clone(), false, now)
        .unwrap();
    assert_eq!(lend(&mut probe), Err(ApiMisuse::MessageUnderWay));
    probe
        .connection
        .send_fragment(MessageKind::Text, part, true, now)
        .unwrap();
    assert_eq!(lend(&mut probe), Ok(()));
    let frame = CloseFrame::from(CloseCode::GoingAway);
    probe.connection.close(frame, now).unwrap();
    assert_eq!(lend(&mut probe), Err(ApiMisuse::NotOpen));
}

/// Its bytes count before they have come, so that they cannot exceed the bound of the queue.
#[test]
fn full_queue_refuses_it() {
    let limits = Limits {
        max_text_bytes: 3000,
        max_binary_bytes: 3000,
        high_water_bytes: 100,
        ..Limits::default()
    };
    let config = Config {
        limits,
        ..Config::default()
    };
    let mut probe = Probe::with(SERVER, config, Chain::default());
    let buffer = ascii(3096);
    let message = message_in(&buffer, MessageKind::Binary, 0..3096);
    probe.lend(&buffer, MessageKind::Binary, 0..3096);
    assert!(!probe.connection.is_writable());
    let now = probe.now;
    assert_eq!(probe.connection.buffered_bytes(), 3100, "at the bound");
    probe.lend(&buffer, MessageKind::Binary, 0..2048);
    let refused = probe.connection.send_lent(&message, 0..3096, now);
    assert_eq!(refused, Err(ApiMisuse::QueueFull));
    probe.connection.settle_lent(&Bytes::from(buffer.clone()));
    assert_eq!(
        probe.sent(),
        [
            sent(Opcode::Binary, &buffer),
            sent(Opcode::Binary, &buffer[..2048])
        ]
    );
}

#[derive(Clone, Debug)]
enum Step {
    /// Of the buffer, from here and so many.
    SendOn(usize, usize),
    Pong,
    /// So many bytes are written before the buffer goes back, and then holds something else.
    EndOfBurst(usize),
    Write(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0_usize..4000, 0_usize..6000).prop_map(|(start, len)| Step::SendOn(start, len)),
        1 => Just(Step::Pong),
        3 => (0_usize..9000).prop_map(Step::EndOfBurst),
        2 => (0_usize..9000).prop_map(Step::Write),
    ]
}

proptest! {
    #[test]
    fn what_leaves_is_what_copies_would_be(steps in prop::collection::vec(step(), 1..30)) {
        let mut probe = Probe::new(SERVER);
        let mut copied = Probe::new(SERVER);
        let now = probe.now;
        let mut buffer = ascii(10_000);
        let mut written = Vec::new();
        for step in steps.into_iter().chain([Step::EndOfBurst(usize::MAX)]) {
            match step {
                Step::SendOn(start, len) => {
                    let place = start..start + len;
                    probe.lend(&buffer, MessageKind::Binary, place.clone());
                    copied.send_received(&buffer, MessageKind::Binary, place);
                }
                Step::Pong => {
                    probe.connection.pong(b"unasked", now).unwrap();
                    copied.connection.pong(b"unasked", now).unwrap();
                }
                Step::EndOfBurst(n) => {
                    let lent = Bytes::from(buffer);
                    probe.connection.settle_lent(&lent);
                    written.extend(probe.write(n));
                    probe.connection.keep_lent();
                    buffer = lent.try_into_mut().expect("nobody else has it").to_vec();
                    buffer.rotate_left(1);
                }
                Step::Write(n) => written.extend(probe.write(n)),
            }
        }
        prop_assert_eq!(probe.connection.buffered_bytes(), 0);
        prop_assert_eq!(written, copied.written());
        prop_assert_eq!(probe.connection.stats().sent, copied.connection.stats().sent);
    }
}
