//! The short cut beside the long way, which takes one byte at a time.

use alloc::vec;
use alloc::vec::Vec;

use proptest::prelude::*;
use sockeye_extensions::Chain;
use sockeye_frame::{CloseCode, CloseFrame, Opcode, Role};

use crate::testing::{Probe, binary, frame, header, piece, run_length, text};
use crate::{Config, Event, Input, Limits, MessageKind, ProtocolViolation, Transmit};

const SERVER: Role = Role::Server;

/// What the short cut gives, and how many bytes it leaves.
fn short_cut(probe: &mut Probe, bytes: &[u8]) -> (Option<Event<'static>>, usize) {
    let mut bytes = bytes.to_vec();
    let mut input = Input::from(&mut bytes[..]);
    let message = probe.connection.next_whole_message(&mut input);
    let event = message.map(|message| Event::Message(message.into_owned()));
    (event, input.len())
}

/// All events of `bytes`, by the short cut wherever it gives something.
fn feed(probe: &mut Probe, bytes: &[u8]) -> Vec<Event<'static>> {
    let mut bytes = bytes.to_vec();
    let mut input = Input::from(&mut bytes[..]);
    let mut events = Vec::new();
    loop {
        while let Some(message) = probe.connection.next_whole_message(&mut input) {
            events.push(Event::Message(message.into_owned()));
        }
        match probe.connection.next_event(&mut input, probe.now) {
            Some(event) => events.push(event.into_owned()),
            None => return events,
        }
    }
}

#[test]
fn takes_one_whole_message() {
    for role in [Role::Server, Role::Client] {
        let mut bytes = frame(role, true, Opcode::Text, "Tiefe?".as_bytes());
        let n_first = bytes.len();
        bytes.extend(frame(role, true, Opcode::Binary, &[0xFF; 300]));
        let mut probe = Probe::new(role);
        let (message, n_left) = short_cut(&mut probe, &bytes);
        assert_eq!(
            (message, n_left),
            (Some(text("Tiefe?")), bytes.len() - n_first)
        );
        let (message, n_left) = short_cut(&mut probe, &bytes[n_first..]);
        assert_eq!((message, n_left), (Some(binary(&[0xFF; 300])), 0));
        assert_eq!(probe.connection.stats().received.messages, 2);
        assert_eq!(
            probe.connection.stats().received.wire_bytes,
            bytes.len() as u64
        );
        assert_eq!(short_cut(&mut probe, &[]), (None, 0));
    }
}

#[test]
fn leaves_alone_what_is_not_a_whole_message() {
    let whole = frame(SERVER, true, Opcode::Binary, &[7; 200]);
    let mut cases: Vec<Vec<u8>> = (0..whole.len()).map(|n| whole[..n].to_vec()).collect();
    cases.extend([
        frame(SERVER, false, Opcode::Text, b"fragment"),
        frame(SERVER, true, Opcode::Continuation, b"lone"),
        frame(SERVER, true, Opcode::Ping, b"ping"),
        frame(SERVER, true, Opcode::Pong, b"pong"),
        frame(SERVER, true, Opcode::Close, &1000_u16.to_be_bytes()),
        // Not masked, a reserved bit, a reserved opcode, a length in too long a form.
        frame(Role::Client, true, Opcode::Text, b"bare"),
        vec![0xC1, 0x80, 1, 2, 3, 4],
        vec![0x83, 0x80, 1, 2, 3, 4],
        vec![0x82, 0xFE, 0, 1, 1, 2, 3, 4, 5],
        // A length in 64 bits is for the long way.
        frame(SERVER, true, Opcode::Binary, &[7; 0x1_0000]),
        header(
            SERVER,
            true,
            sockeye_frame::Rsv::NONE,
            Opcode::Binary,
            1 << 62,
        ),
    ]);
    for bytes in cases {
        let mut probe = Probe::new(SERVER);
        let before = probe.connection.stats();
        assert_eq!(short_cut(&mut probe, &bytes), (None, bytes.len()));
        assert_eq!(probe.connection.stats(), before);
        let mut other = Probe::new(SERVER);
        assert_eq!(probe.feed(&bytes), other.feed(&bytes), "{bytes:02x?}");
        assert_eq!(probe.sent(), other.sent());
    }
}

#[test]
fn longest_message_and_one_byte_more() {
    let limits = Limits {
        max_text_bytes: 300,
        max_binary_bytes: 200,
        ..Limits::default()
    };
    let config = Config {
        limits,
        ..Config::default()
    };
    for (opcode, max) in [(Opcode::Text, 300), (Opcode::Binary, 200)] {
        let mut probe = Probe::with(SERVER, config, Chain::default());
        let bytes = frame(SERVER, true, opcode, &vec![b'x'; max]);
        assert!(short_cut(&mut probe, &bytes).0.is_some());
        let bytes = frame(SERVER, true, opcode, &vec![b'x'; max + 1]);
        assert_eq!(short_cut(&mut probe, &bytes), (None, bytes.len()));
        let violation = ProtocolViolation::MessageTooBig;
        assert_eq!(feed(&mut probe, &bytes), [Event::Violation(violation)]);
    }
}

/// In the middle of anything, with an extension and for messages in pieces.
#[test]
fn gives_nothing_where_the_long_way_has_begun() {
    let message = frame(SERVER, true, Opcode::Binary, b"\x82\x80 looks like one");
    let beginnings = [
        message[..1].to_vec(),
        message[..message.len() - 3].to_vec(),
        frame(SERVER, false, Opcode::Binary, b"fragment"),
        frame(SERVER, true, Opcode::Ping, b"ping")[..8].to_vec(),
    ];
    for beginning in beginnings {
        let mut probe = Probe::new(SERVER);
        assert_eq!(probe.feed(&beginning), []);
        assert_eq!(short_cut(&mut probe, &message), (None, message.len()));
    }
    let mut probe = Probe::with(SERVER, Config::default(), run_length());
    assert_eq!(short_cut(&mut probe, &message), (None, message.len()));
}

#[test]
fn gives_nothing_while_messages_come_in_pieces() {
    let bytes = frame(SERVER, true, Opcode::Text, b"whole");
    let mut probe = Probe::new(SERVER);
    probe.connection.set_piecewise(true);
    assert_eq!(short_cut(&mut probe, &bytes), (None, bytes.len()));
    let expected = [piece(MessageKind::Text, b"whole", true, true)];
    assert_eq!(feed(&mut probe, &bytes), expected);
    probe.connection.set_piecewise(false);
    assert_eq!(short_cut(&mut probe, &bytes), (Some(text("whole")), 0));
}

/// RFC 6455 §8.1: text that is not UTF-8 fails the connection.
#[test]
fn invalid_text_is_the_next_event_and_the_last() {
    let bad = frame(SERVER, true, Opcode::Text, b"\xFF");
    let bytes = [&bad[..], &frame(SERVER, true, Opcode::Text, b"behind")].concat();
    for n_behind in [0, bytes.len() - bad.len()] {
        let mut probe = Probe::new(SERVER);
        let mut part = bytes[..bad.len() + n_behind].to_vec();
        let mut input = Input::from(&mut part[..]);
        assert_eq!(probe.connection.next_whole_message(&mut input), None);
        // Asking again gives nothing that stands behind it.
        assert_eq!(probe.connection.next_whole_message(&mut input), None);
        let violation = Event::Violation(ProtocolViolation::InvalidUtf8);
        let event = probe.connection.next_event(&mut input, probe.now);
        assert_eq!(event, Some(violation));
        assert_eq!(probe.connection.next_whole_message(&mut input), None);
        assert_eq!(probe.connection.next_event(&mut input, probe.now), None);
        assert_eq!(short_cut(&mut probe, &bytes).0, None);
        assert_eq!(probe.feed(&frame(SERVER, true, Opcode::Text, b"later")), []);
        let frame = CloseFrame::from(CloseCode::InvalidFramePayloadData);
        assert_eq!(probe.sent()[0].payload[..2], frame.encode()[..2]);
        assert_eq!(probe.connection.stats().received.messages, 0);
    }
}

/// The violation has been found and nobody has asked for it when the transport breaks.
#[test]
fn a_connection_that_ends_before_the_violation_is_told_is_at_rest() {
    let bad = frame(SERVER, true, Opcode::Text, b"\xFF");
    let ends: [fn(&mut Probe); 3] = [
        |probe| probe.connection.handle_disconnect(),
        |probe| probe.connection.handle_eof(probe.now),
        |probe| {
            let frame = frame(SERVER, true, Opcode::Close, &1000_u16.to_be_bytes());
            probe
                .connection
                .close(CloseCode::GoingAway.into(), probe.now)
                .unwrap();
            probe.feed(&frame);
        },
    ];
    for end in ends {
        let mut probe = Probe::new(SERVER);
        assert_eq!(short_cut(&mut probe, &bad), (None, 0));
        end(&mut probe);
        probe.events();
        if probe.is_closed() {
            assert_eq!(probe.connection.poll_timeout(), None);
        }
        probe.written();
        probe.connection.handle_half_closed(probe.now);
        probe.connection.handle_eof(probe.now);
        assert_eq!(probe.events(), []);
        assert!(probe.is_closed());
        assert_eq!(probe.connection.poll_timeout(), None);
        assert!(matches!(probe.connection.transmit(), Transmit::Nothing));
    }
}

#[test]
fn gives_what_comes_before_the_peers_close_and_nothing_behind() {
    let message = frame(SERVER, true, Opcode::Binary, b"data");
    let mut probe = Probe::new(SERVER);
    let now = probe.now;
    let going = CloseFrame::from(CloseCode::GoingAway);
    probe.connection.close(going, now).unwrap();
    // RFC 6455 §1.4: the peer may not have seen our Close yet
    assert_eq!(short_cut(&mut probe, &message).0, Some(binary(b"data")));
    let close = frame(SERVER, true, Opcode::Close, &1001_u16.to_be_bytes());
    let events = feed(&mut probe, &[&close[..], &message].concat());
    assert_eq!(events, [Event::Close(CloseCode::GoingAway.into())]);
    assert_eq!(short_cut(&mut probe, &message), (None, message.len()));
    assert_eq!(feed(&mut probe, &message), []);
    probe.connection.handle_disconnect();
    assert_eq!(short_cut(&mut probe, &message), (None, message.len()));
}

/// Any byte is a sign of life, also where the short cut takes it.
#[test]
fn is_a_sign_of_life() {
    for is_alive in [false, true] {
        let mut probe = Probe::new(SERVER);
        let timeouts = Config::default().timeouts;
        probe.advance(timeouts.ping_interval.expect("on by default"));
        assert_eq!(probe.sent().len(), 1, "a ping");
        let message = frame(SERVER, true, Opcode::Binary, b"alive");
        if is_alive {
            assert!(short_cut(&mut probe, &message).0.is_some());
        }
        probe.advance(timeouts.pong.expect("on by default"));
        assert_eq!(probe.events().is_empty(), is_alive);
    }
}

proptest! {
    #[test]
    fn same_events_with_and_without_it_however_bytes_are_cut(
        frames in prop::collection::vec(
            (
                prop_oneof![
                    8 => Just(Opcode::Text), 8 => Just(Opcode::Binary), 2 => Just(Opcode::Ping),
                    1 => Just(Opcode::Continuation), 1 => Just(Opcode::Close),
                ],
                prop::bool::weighted(0.9),
                prop_oneof![
                    8 => "\\PC{0,60}".prop_map(Vec::from),
                    1 => prop::collection::vec(any::<u8>(), 0..60),
                    1 => (100_usize..2000).prop_map(|len| vec![b'x'; len]),
                ],
            ),
            1..12,
        ),
        from_client in any::<bool>(),
        cuts in prop::collection::vec(1_usize..400, 1..20),
    ) {
        let role = if from_client { Role::Server } else { Role::Client };
        let mut bytes = Vec::new();
        for (opcode, fin, mut payload) in frames {
            if opcode.is_control() {
                payload.truncate(125);
            }
            bytes.extend(frame(role, fin || opcode.is_control(), opcode, &payload));
        }
        let mut bytewise = Probe::new(role);
        let expected = bytewise.feed_in_parts(&bytes, 1);
        let mut probe = Probe::new(role);
        let mut events = Vec::new();
        let mut rest = &bytes[..];
        for cut in cuts.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (part, others) = rest.split_at((*cut).min(rest.len()));
            events.extend(feed(&mut probe, part));
            rest = others;
        }
        prop_assert_eq!(events, expected);
        prop_assert_eq!(probe.sent(), bytewise.sent());
        prop_assert_eq!(
            probe.connection.stats().received,
            bytewise.connection.stats().received
        );
    }
}
