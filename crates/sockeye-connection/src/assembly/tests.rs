//! Limits, fragments, pieces, the lent tail and extensions (RFC 6455 §5.4).
//!
//! What frames are legal at all is tested with `receive.rs`.

use alloc::vec;
use alloc::vec::Vec;
use core::time::Duration;

use proptest::prelude::*;
use sockeye_extensions::Chain;
use sockeye_frame::{Opcode, Role, Rsv};

use super::{Assembly, Progress};
use crate::buffer::Buffer;
use crate::data_frame::DataFrame;
use crate::testing::{
    Probe, Sent, Takeover, at, binary, check, frame, frame_with_rsv, header, piece, ping,
    run_length, sent, text,
};
use crate::{
    Config, Event, IncomingMessage, Input, Limits, MessageKind, ProtocolViolation, State,
    TextPayload, TimeoutKind, Timeouts, Traffic,
};

const TO: Role = Role::Server;

fn limited(limits: Limits) -> Probe {
    limited_with(limits, Chain::default())
}

fn limited_with(limits: Limits, extensions: Chain) -> Probe {
    let config = Config {
        limits,
        ..Config::default()
    };
    Probe::with(TO, config, extensions)
}

/// Text of at most 10 bytes, binary of at most 20.
fn ten_and_twenty() -> Limits {
    Limits {
        max_text_bytes: 10,
        max_binary_bytes: 20,
        ..Limits::default()
    }
}

fn close_for(violation: ProtocolViolation) -> [Sent; 1] {
    [sent(Opcode::Close, &violation.close_frame().encode())]
}

#[track_caller]
fn check_violation(make: impl Fn() -> Probe, bytes: &[u8], violation: ProtocolViolation) {
    let expected = [Event::Violation(violation)];
    check(make, bytes, &expected, &close_for(violation));
}

#[test]
fn messages_at_the_limit_pass_and_one_byte_more_fails_at_the_header() {
    let make = || limited(ten_and_twenty());
    let at_limit = frame(TO, true, Opcode::Text, b"0123456789");
    check(make, &at_limit, &[text("0123456789")], &[]);
    let at_limit = frame(TO, true, Opcode::Binary, &[7; 20]);
    check(make, &at_limit, &[binary(&[7; 20])], &[]);
    for (opcode, len) in [(Opcode::Text, 11), (Opcode::Binary, 21)] {
        let only_header = header(TO, true, Rsv::NONE, opcode, len);
        check_violation(make, &only_header, ProtocolViolation::MessageTooBig);
    }
}

#[test]
fn fragments_together_must_keep_the_limit() {
    let make = || limited(ten_and_twenty());
    let fragments = [
        frame(TO, false, Opcode::Text, b"012345"),
        frame(TO, true, Opcode::Ping, b""),
        frame(TO, true, Opcode::Continuation, b"6789"),
    ];
    let expected = [ping(b""), text("0123456789")];
    check(
        make,
        &fragments.concat(),
        &expected,
        &[sent(Opcode::Pong, b"")],
    );
    let too_long = [
        frame(TO, false, Opcode::Text, b"012345"),
        frame(TO, true, Opcode::Ping, b""),
        header(TO, true, Rsv::NONE, Opcode::Continuation, 5),
    ];
    let violation = ProtocolViolation::MessageTooBig;
    let expected = [ping(b""), Event::Violation(violation)];
    let [close] = close_for(violation);
    check(
        make,
        &too_long.concat(),
        &expected,
        &[sent(Opcode::Pong, b""), close],
    );
}

#[test]
fn limits_hold_for_each_message_anew() {
    let two = [
        frame(TO, false, Opcode::Text, b"01234"),
        frame(TO, true, Opcode::Continuation, b"56789"),
        frame(TO, false, Opcode::Text, b"abcde"),
        frame(TO, true, Opcode::Continuation, b"fghij"),
    ];
    let expected = [text("0123456789"), text("abcdefghij")];
    check(|| limited(ten_and_twenty()), &two.concat(), &expected, &[]);
}

#[test]
fn limit_of_zero_admits_empty_messages() {
    let make = || {
        limited(Limits {
            max_text_bytes: 0,
            ..Limits::default()
        })
    };
    check(make, &frame(TO, true, Opcode::Text, b""), &[text("")], &[]);
    let one = header(TO, true, Rsv::NONE, Opcode::Text, 1);
    check_violation(make, &one, ProtocolViolation::MessageTooBig);
}

fn empty_fragments(n: usize) -> Vec<u8> {
    let mut bytes = frame(TO, false, Opcode::Binary, b"");
    for _ in 1..n {
        bytes.extend(frame(TO, false, Opcode::Continuation, b""));
    }
    bytes
}

#[test]
fn fragments_are_counted_also_when_empty() {
    let make = || {
        limited(Limits {
            max_fragments: Some(5),
            ..Limits::default()
        })
    };
    let mut at_limit = empty_fragments(4);
    at_limit.extend(frame(TO, true, Opcode::Continuation, b"end"));
    check(make, &at_limit, &[binary(b"end")], &[]);
    let mut too_many = empty_fragments(5);
    too_many.extend(frame(TO, true, Opcode::Continuation, b"end"));
    check_violation(make, &too_many, ProtocolViolation::TooManyFragments);
}

#[test]
fn first_frame_is_not_one_too_many() {
    for max_fragments in [0, 1] {
        let make = || {
            limited(Limits {
                max_fragments: Some(max_fragments),
                ..Limits::default()
            })
        };
        let unfragmented = frame(TO, true, Opcode::Text, b"whole");
        check(make, &unfragmented, &[text("whole")], &[]);
        check_violation(
            make,
            &empty_fragments(2),
            ProtocolViolation::TooManyFragments,
        );
    }
}

#[test]
fn million_empty_fragments_end_at_the_limit_with_1008() {
    let mut probe = limited(Limits::default());
    let max_fragments = 8192;
    assert_eq!(probe.feed(&empty_fragments(max_fragments)), []);
    let next = frame(TO, false, Opcode::Continuation, b"");
    assert_eq!(
        probe.feed(&next),
        [Event::Violation(ProtocolViolation::TooManyFragments)]
    );
    for _ in max_fragments..1_000_000 {
        assert_eq!(probe.feed(&next), []);
    }
    assert!(probe.connection.buffered_bytes() < 128);
}

/// A peer that announces much and sends little gets memory for what it sent.
#[test]
fn memory_follows_what_arrived() {
    let mut probe = limited(Limits::default());
    assert_eq!(
        probe.feed(&header(TO, true, Rsv::NONE, Opcode::Binary, 2 << 20)),
        []
    );
    let capacity = |probe: &mut Probe| {
        let mut tail = probe.connection.message_tail().expect("a large frame");
        tail.buffer().capacity()
    };
    let mut sent_bytes = 0;
    for len in [1_usize, 1, 5000, 20_000, 50_000] {
        probe.feed(&vec![0x37; len]);
        sent_bytes += len;
        let capacity = capacity(&mut probe);
        assert!(
            capacity <= 2 * sent_bytes + 8192,
            "{capacity} bytes held after {sent_bytes}"
        );
    }
}

#[test]
fn kept_messages_hold_at_most_twice_their_size() {
    for len in [5_000_usize, 70_000, 300_001] {
        let mut probe = limited(Limits::default());
        let bytes = frame(TO, true, Opcode::Binary, &vec![1; len]);
        let (start, rest) = bytes.split_at(100);
        assert_eq!(probe.feed(start), []);
        let mut max_capacity = 0;
        let mut rest = rest;
        while let Some(mut tail) = probe.connection.message_tail() {
            let (part, others) = rest.split_at(tail.max_bytes());
            tail.buffer().extend_from_slice(part);
            max_capacity = max_capacity.max(tail.buffer().capacity());
            rest = others;
            probe.events();
        }
        assert!(max_capacity <= 2 * len, "{max_capacity} bytes for {len}");
        probe.feed(rest);
    }
}

/// Memory grows by as much as there is, so that all fragments together are moved about once,
/// however many they are: a peer chooses that.
#[test]
fn memory_grows_seldom_however_many_fragments_there_are() {
    for (fragment_len, whole) in [(64_u32, true), (64, false), (1000, false)] {
        let mut assembly = Assembly::new(MessageKind::Binary, 0);
        let mut traffic = Traffic::default();
        let limits = Limits {
            max_fragments: Some(u32::MAX),
            ..Limits::default()
        };
        let payload = vec![0; fragment_len as usize];
        let (mut n_growths, mut capacity) = (0, 0);
        for index in 0..(2 << 20) / fragment_len {
            if whole && index > 0 {
                let mut bytes = frame(TO, false, Opcode::Continuation, &payload);
                let mut input = Input::from(&mut bytes[..]);
                let taken = assembly.take_fragment(&mut input, TO, &limits, &mut traffic);
                assert_eq!(taken, Ok(Some(false)));
            } else {
                let data_frame = DataFrame {
                    fin: false,
                    mask: None,
                    remaining: fragment_len.into(),
                    offset: 0,
                    encoded: false,
                };
                assert_eq!(assembly.begin_frame(data_frame, &limits), Ok(()));
                let mut bytes = payload.clone();
                let mut input = Input::from(&mut bytes[..]);
                let progress = assembly.advance(&mut input, false, &limits, &mut Chain::default());
                assert!(matches!(progress, Ok(Progress::FrameEnd)), "{progress:?}");
            }
            let Buffer::Plain(bytes) = &assembly.buffer else {
                panic!("nothing was decoded");
            };
            n_growths += u32::from(bytes.capacity() != capacity);
            capacity = bytes.capacity();
            assert!(
                capacity <= 2 * bytes.len(),
                "{capacity} bytes for {}",
                bytes.len()
            );
        }
        assert!(n_growths <= 16, "{n_growths} growths");
    }
}

#[test]
fn tail_is_lent_only_for_large_remainders_of_plain_frames() {
    let lent = |bytes: &[u8], extensions: Chain| {
        let mut probe = limited_with(Limits::default(), extensions);
        probe.feed(bytes);
        probe.connection.message_tail().map(|tail| tail.max_bytes())
    };
    let announce = |rsv, len| header(TO, true, rsv, Opcode::Text, len);
    assert_eq!(lent(b"", Chain::default()), None);
    assert_eq!(lent(&announce(Rsv::NONE, 4095), Chain::default()), None);
    assert_eq!(
        lent(&announce(Rsv::NONE, 4096), Chain::default()),
        Some(4096)
    );
    assert_eq!(
        lent(&announce(Rsv::NONE, 100_000), Chain::default()),
        Some(4096)
    );
    assert!(lent(&announce(Rsv::NONE, 100_000), run_length()).is_some());
    assert_eq!(lent(&announce(Rsv::RSV1, 50_000), run_length()), None);
}

#[test]
fn tail_is_never_short_however_little_is_read_into_it() {
    let mut probe = limited(Limits::default());
    let mut missing = 100_000;
    probe.feed(&header(TO, true, Rsv::NONE, Opcode::Binary, missing));
    while let Some(mut tail) = probe.connection.message_tail() {
        let max_bytes = tail.max_bytes();
        assert!(max_bytes >= 4096, "{max_bytes} bytes lent");
        assert!(max_bytes as u64 <= missing);
        let free = tail.buffer().capacity() - tail.buffer().len();
        assert!(free >= max_bytes, "reading makes nothing grow");
        tail.buffer().extend_from_slice(&[0; 999]);
        missing -= 999;
        assert_eq!(probe.events(), []);
    }
    assert!(missing < 4096);
}

/// Memory ahead of the bytes is at most what the peer has sent in the message before, and none of
/// it is had for a header.
#[test]
fn memory_for_the_next_message_is_earned_by_the_one_before() {
    let earned = vec![7; 100_000];
    for (kind, len, fin, expected) in [
        (Opcode::Binary, 2 << 20, true, 100_000),
        (Opcode::Binary, 20_000, true, 20_000),
        (Opcode::Binary, 20_000, false, 100_000),
        // Not more than a message of its kind may have.
        (Opcode::Text, 20_000, false, 50_000),
    ] {
        let mut probe = limited(Limits {
            max_text_bytes: 50_000,
            ..Limits::default()
        });
        let bytes = frame(TO, true, Opcode::Binary, &earned);
        let (start, rest) = bytes.split_at(1000);
        assert_eq!(probe.feed(start), []);
        assert_eq!(probe.feed(rest), [binary(&earned)]);

        let capacity = |probe: &mut Probe| {
            let mut tail = probe.connection.message_tail().expect("a large frame");
            tail.buffer().capacity()
        };
        assert_eq!(probe.feed(&header(TO, fin, Rsv::NONE, kind, len)), []);
        assert_eq!(capacity(&mut probe), 4096, "for a header");
        // The header's key again and again is text of zero bytes.
        assert_eq!(probe.feed(&[0x37, 0xfa, 0x21, 0x3d].repeat(1024)), []);
        assert_eq!(capacity(&mut probe), expected, "{len} bytes declared");
    }
}

/// Reads all of `bytes` that the tail takes into it, in reads of `read_len`; gives the rest.
fn fill_tail<'a>(probe: &mut Probe, bytes: &'a [u8], read_len: usize) -> (usize, &'a [u8]) {
    let mut rest = bytes;
    let mut n_reads = 0;
    while let Some(mut tail) = probe.connection.message_tail() {
        let (part, others) = rest.split_at(read_len.min(tail.max_bytes()));
        tail.buffer().extend_from_slice(part);
        rest = others;
        n_reads += 1;
        assert_eq!(probe.events(), []);
    }
    (n_reads, rest)
}

#[test]
fn messages_read_into_the_tail_arrive_whole() {
    let payload: Vec<u8> = (0..50_000_u32).map(|n| n.to_le_bytes()[0]).collect();
    for role in [Role::Server, Role::Client] {
        for read_len in [1, 997, 4096, 100_000] {
            let mut probe = Probe::new(role);
            let bytes = [
                frame(role, false, Opcode::Binary, &payload),
                frame(role, true, Opcode::Continuation, &payload),
            ]
            .concat();
            let (start, rest) = bytes.split_at(101);
            assert_eq!(probe.feed(start), []);
            let (n_reads, rest) = fill_tail(&mut probe, rest, read_len);
            assert!(n_reads >= 4);
            let expected = [binary(&payload.repeat(2))];
            assert_eq!(probe.feed_tail(rest, read_len), expected);
            let received = probe.connection.stats().received;
            assert_eq!(received.wire_bytes, bytes.len() as u64);
            assert_eq!(received.payload_bytes, 100_000);
        }
    }
}

#[test]
fn text_in_the_tail_fails_at_its_first_bad_byte() {
    let mut payload = "κόσμε".repeat(2000).into_bytes();
    payload[10_001] = 0xFF;
    let bytes = frame(TO, true, Opcode::Text, &payload);
    let mut probe = limited(Limits::default());
    let (start, rest) = bytes.split_at(508);
    assert_eq!(probe.feed(start), []);
    let mut n_fed = 500;
    for part in rest.chunks(500) {
        let mut tail = probe.connection.message_tail().expect("a large frame");
        tail.buffer().extend_from_slice(part);
        n_fed += part.len();
        let events = probe.events();
        if n_fed > 10_001 {
            let violation = ProtocolViolation::InvalidUtf8;
            assert_eq!(events, [Event::Violation(violation)]);
            return;
        }
        assert_eq!(events, []);
    }
    panic!("no violation");
}

#[test]
fn bytes_read_into_the_tail_count_toward_the_limit() {
    let mut probe = limited(Limits {
        max_binary_bytes: 10_000,
        ..Limits::default()
    });
    let first = frame(TO, false, Opcode::Binary, &[0; 10_000]);
    let (start, rest) = first.split_at(8);
    probe.feed(start);
    let (_, rest) = fill_tail(&mut probe, rest, 4096);
    assert_eq!(probe.feed(rest), []);
    assert_eq!(
        probe.feed(&header(TO, true, Rsv::NONE, Opcode::Continuation, 1)),
        [Event::Violation(ProtocolViolation::MessageTooBig)]
    );
}

#[test]
fn bytes_beyond_the_tail_are_dropped() {
    let mut probe = limited(Limits::default());
    let payload = [b'x'; 5000];
    let bytes = frame(TO, true, Opcode::Text, &payload);
    probe.feed(&bytes[..8]);
    let mut tail = probe.connection.message_tail().expect("a large frame");
    tail.buffer().extend_from_slice(&bytes[8..]);
    tail.buffer().extend_from_slice(b"what is this");
    assert_eq!(
        probe.events(),
        [text(core::str::from_utf8(&payload).unwrap())]
    );
}

#[test]
fn end_of_input_within_a_message_delivers_nothing() {
    let cuts: [&[u8]; 3] = [
        &frame(TO, false, Opcode::Text, b"begun"),
        &frame(TO, true, Opcode::Text, b"begun")[..9],
        &frame(TO, true, Opcode::Text, b"begun")[..1],
    ];
    for bytes in cuts {
        let mut probe = limited(Limits::default());
        assert_eq!(probe.feed(bytes), []);
        probe.connection.handle_eof(probe.now);
        assert!(!probe.connection.is_receiving_message());
        assert_eq!(probe.events(), []);
        let outcome = probe.connection.close_outcome().expect("closed");
        assert_eq!(u16::from(outcome.code()), 1006);
        assert!(!outcome.clean);
    }
}

mod deadline {
    use super::*;

    fn probe() -> Probe {
        let timeouts = Timeouts {
            assembly: Some(Duration::from_secs(60)),
            ping_interval: None,
            ..Timeouts::default()
        };
        let config = Config {
            timeouts,
            ..Config::default()
        };
        Probe::with(TO, config, Chain::default())
    }

    #[test]
    fn silent_peer_is_failed_with_1008() {
        let mut probe = probe();
        assert_eq!(probe.feed(&frame(TO, false, Opcode::Text, b"begun")), []);
        probe.advance(Duration::from_secs(59));
        assert_eq!(probe.events(), []);
        assert_eq!(probe.connection.state(), State::Open);
        probe.advance(Duration::from_secs(1));
        let violation = ProtocolViolation::AssemblyTimeout;
        assert_eq!(probe.events(), [Event::Violation(violation)]);
        assert_eq!(probe.sent(), close_for(violation));
        assert_eq!(u16::from(violation.close_code()), 1008);
    }

    #[test]
    fn begins_anew_when_nobody_was_there_to_receive() {
        let mut probe = probe();
        probe.feed(&frame(TO, false, Opcode::Text, b"begun"));
        probe.advance(Duration::from_secs(65));
        assert_eq!(probe.events(), []);
        probe.advance(Duration::from_secs(60));
        let violation = ProtocolViolation::AssemblyTimeout;
        assert_eq!(probe.events(), [Event::Violation(violation)]);
    }

    #[test]
    fn is_not_moved_by_a_clock_that_is_looked_at_now_and_then() {
        let mut probe = probe();
        probe.feed(&frame(TO, false, Opcode::Text, b"begun"));
        probe.advance(Duration::from_millis(64_999));
        let violation = ProtocolViolation::AssemblyTimeout;
        assert_eq!(probe.events(), [Event::Violation(violation)]);
    }

    /// A deadline comes after `wait` while bytes wait that nobody takes in.
    fn meets_bytes_that_wait(probe: &mut Probe, wait: u64) -> Vec<Event<'static>> {
        probe.now = probe.now + Duration::from_secs(wait);
        probe.connection.handle_backlog(probe.now);
        probe.advance(Duration::ZERO);
        probe.events()
    }

    #[test]
    fn does_not_run_while_nobody_takes_in_what_has_come() {
        let mut probe = probe();
        probe.feed(&frame(TO, false, Opcode::Text, b"begun"));
        assert_eq!(meets_bytes_that_wait(&mut probe, 60), []);
        assert_eq!(probe.connection.poll_timeout(), Some(at(65)));
        assert_eq!(meets_bytes_that_wait(&mut probe, 5), []);
        assert_eq!(probe.connection.poll_timeout(), None);
        assert_eq!(meets_bytes_that_wait(&mut probe, 1000), []);
        assert_eq!(probe.connection.poll_timeout(), None);
        // All its time from here on, and no more.
        probe.feed(&frame(TO, false, Opcode::Continuation, b"x"));
        assert_eq!(probe.connection.poll_timeout(), Some(at(1125)));
        probe.advance(Duration::from_secs(60));
        let violation = ProtocolViolation::AssemblyTimeout;
        assert_eq!(probe.events(), [Event::Violation(violation)]);
    }

    #[test]
    fn runs_on_while_bytes_wait_before_it() {
        let mut probe = probe();
        probe.feed(&frame(TO, false, Opcode::Text, b"begun"));
        assert_eq!(meets_bytes_that_wait(&mut probe, 59), []);
        assert_eq!(probe.connection.poll_timeout(), Some(at(60)));
        probe.advance(Duration::from_secs(1));
        let violation = ProtocolViolation::AssemblyTimeout;
        assert_eq!(probe.events(), [Event::Violation(violation)]);
    }

    #[test]
    fn passes_where_bytes_wait_that_are_taken_in() {
        let fragment = frame(TO, false, Opcode::Continuation, b"x");
        let ping = frame(TO, true, Opcode::Ping, b"");
        let begun = frame(TO, false, Opcode::Text, b"begun");
        for taken in [&fragment, &ping, &[&fragment[..], &ping].concat()] {
            check_taken(&begun, |probe| drop(probe.feed(taken)), true);
        }
        // A frame whose payload is read into the message.
        let begun = header(TO, true, Rsv::NONE, Opcode::Binary, 100_000);
        let begun = [&begun[..], &[0; 5000]].concat();
        check_taken(&begun, |probe| drop(probe.feed_tail(&[0; 10], 10)), true);
        // A look at what has come about without input takes in nothing.
        check_taken(&begun, |probe| drop(probe.events()), false);
    }

    /// Bytes wait at the deadline, `take` takes something in, and others wait five seconds later:
    /// then the message is late if that `counts`.
    #[track_caller]
    fn check_taken(begun: &[u8], take: impl Fn(&mut Probe), counts: bool) {
        let mut probe = probe();
        probe.feed(begun);
        assert_eq!(meets_bytes_that_wait(&mut probe, 60), []);
        take(&mut probe);
        let violation = ProtocolViolation::AssemblyTimeout;
        let expected = counts.then_some(Event::Violation(violation));
        assert_eq!(
            meets_bytes_that_wait(&mut probe, 5),
            Vec::from_iter(expected)
        );
    }

    /// Who cannot receive since the peer does not take what is sent.
    #[test]
    fn passes_where_the_peer_keeps_the_application_from_receiving() {
        let config = Config {
            limits: Limits {
                high_water_bytes: 10,
                ..Limits::default()
            },
            timeouts: Timeouts {
                assembly: Some(Duration::from_secs(20)),
                ping_interval: None,
                ..Timeouts::default()
            },
            ..Config::default()
        };
        for (len, is_late) in [(8, false), (9, true)] {
            let mut probe = Probe::with(TO, config, Chain::default());
            probe.feed(&frame(TO, false, Opcode::Text, b"begun"));
            let message = vec![b'a'; len].into();
            probe.connection.send(message, probe.now).unwrap();
            assert_eq!(probe.connection.is_writable(), !is_late);
            let events = meets_bytes_that_wait(&mut probe, 20);
            let violation = ProtocolViolation::AssemblyTimeout;
            let expected = is_late.then_some(Event::Violation(violation));
            assert_eq!(events, Vec::from_iter(expected), "{len} bytes");
        }
    }

    #[test]
    fn bytes_that_trickle_in_do_not_move_it() {
        let mut probe = probe();
        probe.feed(&frame(TO, false, Opcode::Text, b"begun"));
        for _ in 0..59 {
            probe.advance(Duration::from_secs(1));
            assert_eq!(
                probe.feed(&frame(TO, false, Opcode::Continuation, b"x")),
                []
            );
        }
        probe.advance(Duration::from_secs(1));
        assert_eq!(
            probe.events(),
            [Event::Violation(ProtocolViolation::AssemblyTimeout)]
        );
    }

    #[test]
    fn each_message_has_its_own() {
        let mut probe = probe();
        for _ in 0..5 {
            probe.advance(Duration::from_secs(40));
            probe.feed(&frame(TO, false, Opcode::Text, b"a"));
            probe.advance(Duration::from_secs(40));
            let end_and_next = [
                frame(TO, true, Opcode::Continuation, b"b"),
                frame(TO, false, Opcode::Text, b"c"),
            ];
            assert_eq!(probe.feed(&end_and_next.concat()), [text("ab")]);
            probe.advance(Duration::from_secs(40));
            assert_eq!(
                probe.feed(&frame(TO, true, Opcode::Continuation, b"d")),
                [text("cd")]
            );
        }
        assert_eq!(probe.connection.poll_timeout(), None);
    }

    #[test]
    fn messages_in_pieces_have_none() {
        let mut probe = probe();
        probe.feed(&frame(TO, false, Opcode::Text, b"a"));
        probe.connection.set_piecewise(true);
        probe.events();
        assert_eq!(probe.connection.poll_timeout(), None);
        probe.feed(&frame(TO, false, Opcode::Continuation, b"b"));
        assert_eq!(probe.connection.poll_timeout(), None);
    }

    #[test]
    fn after_our_close_the_shorter_deadline_of_closing_comes_first() {
        let mut probe = probe();
        probe.feed(&frame(TO, false, Opcode::Text, b"a"));
        let close = sockeye_frame::CloseFrame::from(sockeye_frame::CloseCode::GoingAway);
        probe.connection.close(close, probe.now).unwrap();
        probe.advance(Duration::from_secs(5));
        assert_eq!(probe.events(), [Event::TimedOut(TimeoutKind::Close)]);
    }
}

mod pieces {
    use super::*;

    fn in_pieces() -> Probe {
        let mut probe = limited(Limits::default());
        probe.connection.set_piecewise(true);
        probe
    }

    #[test]
    fn come_as_the_bytes_come() {
        let mut probe = in_pieces();
        let bytes = frame(TO, false, Opcode::Binary, b"abcdef");
        let (start, rest) = bytes.split_at(8);
        assert_eq!(
            probe.feed(start),
            [piece(MessageKind::Binary, b"ab", true, false)]
        );
        assert_eq!(
            probe.feed(rest),
            [piece(MessageKind::Binary, b"cdef", false, false)]
        );
        let end = [
            frame(TO, false, Opcode::Continuation, b""),
            frame(TO, true, Opcode::Ping, b""),
            frame(TO, true, Opcode::Continuation, b"gh"),
        ];
        let expected = [ping(b""), piece(MessageKind::Binary, b"gh", false, true)];
        assert_eq!(probe.feed(&end.concat()), expected);
    }

    #[test]
    fn empty_messages_are_one_empty_piece() {
        let fragments = [
            frame(TO, false, Opcode::Text, b""),
            frame(TO, false, Opcode::Continuation, b""),
            frame(TO, true, Opcode::Continuation, b""),
        ];
        let expected = [piece(MessageKind::Text, b"", true, true)];
        check(in_pieces, &fragments.concat(), &expected, &[]);
        check(
            in_pieces,
            &frame(TO, true, Opcode::Text, b""),
            &expected,
            &[],
        );
    }

    #[test]
    fn of_text_may_be_cut_within_a_character_but_not_end_so() {
        let mut probe = in_pieces();
        assert_eq!(
            probe.feed(&frame(TO, false, Opcode::Text, b"\xE2\x82")),
            [piece(MessageKind::Text, b"\xE2\x82", true, false)]
        );
        assert_eq!(
            probe.feed(&frame(TO, true, Opcode::Continuation, b"\xAC")),
            [piece(MessageKind::Text, b"\xAC", false, true)]
        );
        assert_eq!(
            probe.feed(&frame(TO, false, Opcode::Text, b"\xE2\x82")),
            [piece(MessageKind::Text, b"\xE2\x82", true, false)]
        );
        assert_eq!(
            probe.feed(&frame(TO, true, Opcode::Continuation, b"")),
            [Event::Violation(ProtocolViolation::InvalidUtf8)]
        );
    }

    #[test]
    fn are_held_to_the_limits() {
        let make = || {
            let mut probe = limited(ten_and_twenty());
            probe.connection.set_piecewise(true);
            probe
        };
        let mut probe = make();
        probe.feed(&frame(TO, false, Opcode::Text, b"0123456789"));
        assert_eq!(
            probe.feed(&header(TO, true, Rsv::NONE, Opcode::Continuation, 1)),
            [Event::Violation(ProtocolViolation::MessageTooBig)]
        );
        check_violation(
            make,
            &header(TO, true, Rsv::NONE, Opcode::Text, 11),
            ProtocolViolation::MessageTooBig,
        );
    }

    #[test]
    fn begin_with_what_was_kept_before() {
        // Between two frames.
        let mut probe = limited(Limits::default());
        assert_eq!(probe.feed(&frame(TO, false, Opcode::Text, b"kept")), []);
        probe.connection.set_piecewise(true);
        assert_eq!(
            probe.events(),
            [piece(MessageKind::Text, b"kept", true, false)]
        );
        assert_eq!(
            probe.feed(&frame(TO, true, Opcode::Continuation, b"new")),
            [piece(MessageKind::Text, b"new", false, true)]
        );
        // Within a frame, and partly in the end of the buffer.
        let mut probe = limited(Limits::default());
        let bytes = frame(TO, true, Opcode::Binary, &[b'x'; 6000]);
        assert_eq!(probe.feed(&bytes[..1000]), []);
        let mut tail = probe.connection.message_tail().expect("a large frame");
        tail.buffer().extend_from_slice(&bytes[1000..1500]);
        probe.connection.set_piecewise(true);
        let (kept, new) = ([b'x'; 1492], [b'x'; 4508]);
        assert_eq!(
            probe.feed(&bytes[1500..]),
            [
                piece(MessageKind::Binary, &kept, true, false),
                piece(MessageKind::Binary, &new, false, true),
            ]
        );
        // Up to the end of the message.
        let mut probe = limited(Limits::default());
        assert_eq!(probe.feed(&bytes[..1000]), []);
        let mut tail = probe.connection.message_tail().expect("a large frame");
        tail.buffer().extend_from_slice(&bytes[1000..]);
        probe.connection.set_piecewise(true);
        assert_eq!(
            probe.events(),
            [piece(MessageKind::Binary, &[b'x'; 6000], true, true)]
        );
    }

    #[test]
    fn go_on_to_the_end_of_a_message_that_was_given_in_part() {
        let mut probe = in_pieces();
        probe.feed(&frame(TO, false, Opcode::Text, b"a"));
        probe.connection.set_piecewise(false);
        let rest = [
            frame(TO, true, Opcode::Continuation, b"b"),
            frame(TO, true, Opcode::Text, b"whole"),
        ];
        assert_eq!(
            probe.feed(&rest.concat()),
            [piece(MessageKind::Text, b"b", false, true), text("whole")]
        );
    }

    #[test]
    fn lend_no_tail() {
        let mut probe = in_pieces();
        probe.feed(&header(TO, true, Rsv::NONE, Opcode::Binary, 100_000));
        assert!(probe.connection.message_tail().is_none());
    }

    #[test]
    fn borrow_from_the_input() {
        let mut probe = in_pieces();
        let mut bytes = frame(TO, false, Opcode::Binary, b"abc");
        let mut input = Input::from(&mut bytes[..]);
        let event = probe.connection.next_event(&mut input, probe.now);
        let Some(Event::Piece(piece)) = event else {
            panic!("not a piece: {event:?}");
        };
        assert!(matches!(piece.payload, crate::Payload::Borrowed(b"abc")));
    }

    proptest! {
        #[test]
        fn together_are_the_message(
            fragments in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..3000), 1..6),
            part_len in 1_usize..4000,
            switch_at in 0_usize..8000,
        ) {
            let mut bytes = Vec::new();
            for (index, fragment) in fragments.iter().enumerate() {
                let opcode = if index == 0 { Opcode::Binary } else { Opcode::Continuation };
                bytes.extend(frame(TO, index + 1 == fragments.len(), opcode, fragment));
            }
            let mut probe = limited(Limits::default());
            let (before, after) = bytes.split_at(switch_at.min(bytes.len()));
            let mut events = probe.feed_in_parts(before, part_len);
            probe.connection.set_piecewise(true);
            events.extend(probe.events());
            events.extend(probe.feed_in_parts(after, part_len));
            let mut together = Vec::new();
            let n_events = events.len();
            for (index, event) in events.into_iter().enumerate() {
                match event {
                    Event::Piece(piece) => {
                        prop_assert_eq!(piece.first, index == 0);
                        prop_assert_eq!(piece.last, index + 1 == n_events);
                        together.extend_from_slice(piece.payload.as_bytes());
                    }
                    Event::Message(message) => {
                        prop_assert_eq!(n_events, 1);
                        together.extend_from_slice(message.as_bytes());
                    }
                    other => prop_assert!(false, "unexpected {:?}", other),
                }
            }
            let received = probe.connection.stats().received;
            prop_assert_eq!(received.payload_bytes, together.len() as u64);
            prop_assert_eq!(received.messages, 1);
            prop_assert_eq!(together, fragments.concat());
        }
    }
}

mod with_extensions {
    use super::*;

    fn coded() -> Probe {
        limited_with(Limits::default(), run_length())
    }

    fn encoded(fin: bool, first: bool, payload: &[u8]) -> Vec<u8> {
        let (rsv, opcode) = if first {
            (Rsv::RSV1, Opcode::Text)
        } else {
            (Rsv::NONE, Opcode::Continuation)
        };
        frame_with_rsv(TO, fin, rsv, opcode, payload)
    }

    #[test]
    fn encoded_and_plain_messages_alternate() {
        let bytes = [
            encoded(true, true, b"\x03a\x01b"),
            frame(TO, true, Opcode::Text, b"plain"),
            frame(TO, true, Opcode::Binary, b"plain"),
            encoded(true, true, b""),
            encoded(true, true, b"\x02c"),
        ];
        let expected = [
            text("aaab"),
            text("plain"),
            binary(b"plain"),
            text(""),
            text("cc"),
        ];
        check(coded, &bytes.concat(), &expected, &[]);
    }

    #[test]
    fn fragments_of_encoded_messages_with_control_frames_between() {
        let payload = b"\x05a\x00x\x02b\x01c";
        for n_fragments in 1..=payload.len() {
            let mut bytes = Vec::new();
            let (mut expected, mut answers) = (Vec::new(), Vec::new());
            for (index, part) in payload
                .chunks(payload.len().div_ceil(n_fragments))
                .enumerate()
            {
                bytes.extend(encoded(false, index == 0, part));
                bytes.extend(frame(TO, true, Opcode::Ping, b"p"));
                expected.push(ping(b"p"));
                answers.push(sent(Opcode::Pong, b"p"));
            }
            bytes.extend(encoded(true, false, b""));
            expected.push(text("aaaaabbc"));
            check(coded, &bytes, &expected, &answers);
        }
    }

    #[test]
    fn reserved_bit_on_a_continuation_fails() {
        let bytes = [
            encoded(false, true, b"\x01a"),
            frame_with_rsv(TO, true, Rsv::RSV1, Opcode::Continuation, b"\x01a"),
        ];
        check_violation(
            coded,
            &bytes.concat(),
            ProtocolViolation::MisplacedReservedBits,
        );
    }

    #[test]
    fn data_that_cannot_be_decoded_fails_with_1007() {
        let violation = ProtocolViolation::InvalidExtensionData;
        check_violation(coded, &encoded(true, true, b"\x01a\x01"), violation);
        assert_eq!(u16::from(violation.close_code()), 1007);
    }

    #[test]
    fn decoded_text_must_be_utf8() {
        let violation = ProtocolViolation::InvalidUtf8;
        check_violation(coded, &encoded(true, true, b"\x01\xFF"), violation);
        check_violation(coded, &encoded(true, true, b"\x01\xC3"), violation);
    }

    #[test]
    fn plain_messages_are_borrowed_up_to_their_limit() {
        let mut probe = limited_with(ten_and_twenty(), run_length());
        for len in [0, 9, 10] {
            let mut bytes = frame(TO, true, Opcode::Text, &b"0123456789"[..len]);
            let mut input = Input::from(&mut bytes[..]);
            let event = probe.connection.next_event(&mut input, probe.now);
            let Some(Event::Message(IncomingMessage::Text(text))) = event else {
                panic!("not a text: {event:?}");
            };
            assert!(matches!(text, TextPayload::Borrowed(text) if text.len() == len));
        }
        let received = probe.connection.stats().received;
        assert_eq!((received.messages, received.payload_bytes), (3, 19));
        assert_eq!(
            probe.feed(&header(TO, true, Rsv::NONE, Opcode::Text, 11)),
            [Event::Violation(ProtocolViolation::MessageTooBig)]
        );
    }

    #[test]
    fn decoded_size_is_limited() {
        let make = || limited_with(ten_and_twenty(), run_length());
        let at_limit = encoded(true, true, b"\x09a\x01b");
        check(make, &at_limit, &[text("aaaaaaaaab")], &[]);
        let too_long = encoded(true, true, b"\x0Aa\x01b");
        check_violation(make, &too_long, ProtocolViolation::MessageTooBig);
        let fragments = [
            encoded(false, true, b"\x0Aa"),
            encoded(true, false, b"\x01b"),
        ];
        check_violation(make, &fragments.concat(), ProtocolViolation::MessageTooBig);
    }

    #[test]
    fn encoded_size_is_limited_even_if_it_decodes_to_nothing() {
        let make = || limited_with(ten_and_twenty(), run_length());
        let limit = 10 + 65_536;
        let mut at_limit = vec![0; limit - 2];
        at_limit.extend(b"\x01a");
        let mut probe = make();
        assert_eq!(probe.feed(&encoded(true, true, &at_limit)), [text("a")]);
        let one_more = header(TO, true, Rsv::RSV1, Opcode::Text, limit as u64 + 1);
        check_violation(make, &one_more, ProtocolViolation::MessageTooBig);
        let mut probe = make();
        probe.feed(&encoded(false, true, &vec![0; limit]));
        assert_eq!(
            probe.feed(&header(TO, true, Rsv::NONE, Opcode::Continuation, 1)),
            [Event::Violation(ProtocolViolation::MessageTooBig)]
        );
    }

    #[test]
    fn pieces_of_encoded_messages_are_bounded() {
        let mut probe = limited_with(
            Limits {
                max_text_bytes: usize::MAX,
                ..Limits::default()
            },
            run_length(),
        );
        probe.connection.set_piecewise(true);
        let bomb: Vec<u8> = b"\xFFa".repeat(50_000);
        let events = probe.feed(&encoded(true, true, &bomb));
        let mut total = 0;
        for event in events {
            let Event::Piece(piece) = event else {
                panic!("not a piece: {event:?}");
            };
            let len = piece.payload.as_bytes().len();
            assert!(len <= 2048 * 255);
            total += len;
        }
        assert_eq!(total, 255 * 50_000);
    }

    #[test]
    fn pieces_that_decode_to_nothing_are_left_out() {
        let mut probe = coded();
        probe.connection.set_piecewise(true);
        let mut payload = vec![0; 10_000];
        payload.extend(b"\x01a");
        assert_eq!(
            probe.feed(&encoded(true, true, &payload)),
            [piece(MessageKind::Text, b"a", true, true)]
        );
    }

    /// An extension has memory for a message from its first byte on, not for a header.
    #[test]
    fn nothing_is_decoded_before_bytes_have_come() {
        let (chain, calls) = Takeover::chain(None);
        let mut probe = limited_with(Limits::default(), chain);
        let bytes = frame_with_rsv(TO, true, Rsv::RSV2, Opcode::Text, b"\x00ab");
        let (start, rest) = bytes.split_at(6);
        assert_eq!(probe.feed(start), []);
        assert_eq!(probe.events(), []);
        assert_eq!(calls.n_decoded(), 0);
        assert_eq!(probe.feed(rest), [text("ab")]);
        assert_eq!(calls.n_decoded(), 1);
    }

    #[test]
    fn kept_bytes_of_an_encoded_message_become_a_piece() {
        let mut probe = coded();
        let bytes = encoded(true, true, b"\x03a\x02b");
        let (start, rest) = bytes.split_at(bytes.len() - 2);
        assert_eq!(probe.feed(start), []);
        probe.connection.set_piecewise(true);
        let mut events = probe.events();
        events.extend(probe.feed(rest));
        assert_eq!(
            events,
            [
                piece(MessageKind::Text, b"aaa", true, false),
                piece(MessageKind::Text, b"bb", false, true),
            ]
        );
        // The end of the frame has come and gone through the extension only with its last byte.
        let mut probe = coded();
        probe.feed(&encoded(false, true, b"\x03a"));
        probe.connection.set_piecewise(true);
        assert_eq!(
            probe.feed(&encoded(true, false, b"")),
            [
                piece(MessageKind::Text, b"aaa", true, false),
                piece(MessageKind::Text, b"", false, true),
            ]
        );
    }
}
