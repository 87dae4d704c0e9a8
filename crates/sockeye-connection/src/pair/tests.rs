//! Stories of two ends: closing, failing, vanishing, streaming, and whatever may happen.

use alloc::vec;
use alloc::vec::Vec;

use bytes::Bytes;
use proptest::prelude::*;
use sockeye_frame::{CloseCode, CloseFrame, Opcode};

use super::*;
use crate::testing::{at, binary, close, frame, text};
use crate::{
    ApiMisuse, CloseOutcome, Initiator, Message, MessageKind, ProtocolViolation, State, TimeoutKind,
};

fn pair() -> Pair {
    Pair::new(Config::default(), Config::default())
}

fn outcome(pair: &mut Pair, role: Role) -> CloseOutcome {
    let connection = pair.connection(role);
    assert_eq!(connection.state(), State::Closed);
    connection.close_outcome().expect("closed")
}

#[test]
fn messages_go_both_ways() {
    let mut pair = pair();
    let now = pair.now();
    let large = vec![5; 1 << 20];
    pair.connection(Role::Client)
        .send("to the server".into(), now)
        .unwrap();
    pair.connection(Role::Server)
        .send(Message::from(large.clone()), now)
        .unwrap();
    for max_read_bytes in [usize::MAX, 1000] {
        pair.set_max_read_bytes(max_read_bytes);
        pair.drive();
    }
    assert_eq!(pair.take_events(Role::Server), [text("to the server")]);
    assert_eq!(pair.take_events(Role::Client), [binary(&large)]);
    assert_eq!(
        pair.connection(Role::Client).stats().sent,
        pair.connection(Role::Server).stats().received
    );
    assert_eq!(
        pair.connection(Role::Server).stats().sent,
        pair.connection(Role::Client).stats().received
    );
}

#[test]
fn entropy_is_the_same_each_time() {
    for mut entropy in [Pair::entropy(), Pair::entropy()] {
        let mut bytes = [0; 8];
        entropy(&mut bytes);
        assert_eq!(bytes, [173, 118, 54, 116, 236, 121, 207, 234]);
    }
}

#[test]
fn reads_are_no_longer_than_they_may_be() {
    for (max_read_bytes, expected) in [
        (usize::MAX, &[8][..]),
        // Two bytes are the header's.
        (3, &[1, 3, 3, 1]),
        (0, &[1; 8]),
    ] {
        let mut pair = pair();
        let now = pair.now();
        pair.set_max_read_bytes(max_read_bytes);
        pair.connection(Role::Client).set_piecewise(true);
        let message = Message::from(b"abcdefgh");
        pair.connection(Role::Server).send(message, now).unwrap();
        pair.drive();
        let lens: Vec<_> = pair
            .take_events(Role::Client)
            .into_iter()
            .map(|event| match event {
                Event::Piece(piece) => piece.payload.as_bytes().len(),
                other => panic!("not a piece: {other:?}"),
            })
            .collect();
        assert_eq!(lens, expected);
    }
}

/// Whoever starts, both ends come to rest with the same view of it, and no time passes.
#[test]
fn closing_from_either_side_is_clean() {
    for (closer, other) in [(Role::Client, Role::Server), (Role::Server, Role::Client)] {
        let mut pair = pair();
        let now = pair.now();
        let going_away = CloseFrame::new(CloseCode::GoingAway, "moving");
        let connection = pair.connection(closer);
        connection.send("last".into(), now).unwrap();
        connection.close(going_away.clone(), now).unwrap();
        assert_eq!(
            connection.send("later".into(), now),
            Err(ApiMisuse::NotOpen)
        );
        pair.drive();
        assert_eq!(
            pair.take_events(other),
            [text("last"), close(CloseCode::GoingAway, "moving")]
        );
        assert_eq!(pair.take_events(closer), [close(CloseCode::GoingAway, "")]);
        let echoed = CloseFrame::from(CloseCode::GoingAway);
        assert_eq!(
            outcome(&mut pair, closer),
            CloseOutcome {
                received: Some(echoed.clone()),
                sent: Some(going_away.clone()),
                first: Some(Initiator::Us),
                clean: true,
            }
        );
        assert_eq!(
            outcome(&mut pair, other),
            CloseOutcome {
                received: Some(going_away),
                sent: Some(echoed),
                first: Some(Initiator::Peer),
                clean: true,
            }
        );
        assert_eq!(pair.now(), now);
    }
}

#[test]
fn both_sides_may_close_at_once() {
    let mut pair = pair();
    let now = pair.now();
    for (role, code) in [
        (Role::Client, CloseCode::NormalClosure),
        (Role::Server, CloseCode::GoingAway),
    ] {
        let frame = CloseFrame::from(code);
        pair.connection(role).close(frame, now).unwrap();
    }
    pair.drive();
    for role in [Role::Client, Role::Server] {
        let outcome = outcome(&mut pair, role);
        assert!(outcome.clean);
        assert_eq!(outcome.first, Some(Initiator::Us));
    }
}

#[test]
fn closing_again_changes_nothing() {
    let mut pair = pair();
    let now = pair.now();
    let client = pair.connection(Role::Client);
    let first = CloseFrame::from(CloseCode::NormalClosure);
    client.close(first.clone(), now).unwrap();
    let second = CloseFrame::from(CloseCode::GoingAway);
    client.close(second.clone(), now).unwrap();
    pair.drive();
    pair.connection(Role::Client).close(second, now).unwrap();
    assert_eq!(outcome(&mut pair, Role::Client).sent, Some(first));
}

#[test]
fn codes_that_must_not_be_sent_are_refused() {
    let mut pair = pair();
    let now = pair.now();
    let client = pair.connection(Role::Client);
    for code in [CloseCode::AbnormalClosure, CloseCode::TlsHandshake] {
        assert_eq!(
            client.close(CloseFrame::from(code), now),
            Err(ApiMisuse::UnsendableCloseCode)
        );
    }
    assert_eq!(client.state(), State::Open);
    let no_code = CloseFrame::from(CloseCode::NoStatusReceived);
    client.close(no_code, now).unwrap();
    pair.drive();
    assert_eq!(
        pair.take_events(Role::Server),
        [close(CloseCode::NoStatusReceived, "")]
    );
    let code = outcome(&mut pair, Role::Server).code();
    assert_eq!(u16::from(code), 1005);
}

#[test]
fn close_that_nobody_answers_ends_at_the_deadline() {
    let mut pair = pair();
    pair.set_blocked(Role::Server, true);
    let now = pair.now();
    let client = pair.connection(Role::Client);
    client
        .close(CloseFrame::from(CloseCode::NormalClosure), now)
        .unwrap();
    pair.advance(Duration::from_millis(4999));
    assert_eq!(pair.connection(Role::Client).state(), State::Closing);
    pair.advance(Duration::from_millis(1));
    assert_eq!(
        pair.take_events(Role::Client),
        [Event::TimedOut(TimeoutKind::Close)]
    );
    assert!(!outcome(&mut pair, Role::Client).clean);
}

#[test]
fn violation_is_told_to_the_peer_that_goes_on_sending() {
    let mut pair = pair();
    let junk = frame(Role::Server, true, Opcode::Continuation, b"lone");
    pair.inject(Role::Server, &junk);
    pair.inject(Role::Server, &[0xFF; 100_000]);
    pair.drive();
    let violation = ProtocolViolation::UnexpectedContinuation;
    assert_eq!(
        pair.take_events(Role::Server),
        [Event::Violation(violation)]
    );
    assert_eq!(
        pair.take_events(Role::Client),
        [Event::Close(violation.close_frame())]
    );
    assert_eq!(
        outcome(&mut pair, Role::Client).code(),
        CloseCode::ProtocolError
    );
    assert!(!outcome(&mut pair, Role::Server).clean);
}

#[test]
fn broken_link_is_1006_for_both() {
    let mut pair = pair();
    pair.disconnect();
    pair.drive();
    for role in [Role::Client, Role::Server] {
        assert_eq!(u16::from(outcome(&mut pair, role).code()), 1006);
        assert_eq!(pair.take_events(role), []);
    }
}

#[test]
fn keepalive_holds_an_idle_connection_open_and_measures_it() {
    let mut pair = pair();
    pair.advance(Duration::from_secs(3600));
    assert_eq!(pair.now(), at(3600));
    for role in [Role::Client, Role::Server] {
        assert_eq!(pair.connection(role).state(), State::Open);
        assert_eq!(pair.connection(role).stats().rtt, Some(Duration::ZERO));
        let events = pair.take_events(role);
        assert_eq!(events.len(), 2 * 180, "a ping and a pong every 20 seconds");
    }
}

#[test]
fn peer_that_vanishes_is_noticed() {
    let mut pair = pair();
    pair.set_blocked(Role::Server, true);
    pair.advance(Duration::from_millis(39_999));
    assert_eq!(pair.connection(Role::Client).state(), State::Open);
    pair.advance(Duration::from_millis(1));
    let events = pair.take_events(Role::Client);
    assert_eq!(events, [Event::TimedOut(TimeoutKind::Keepalive)]);
}

#[test]
fn slow_reader_holds_the_sender_back() {
    let mut pair = pair();
    pair.set_blocked(Role::Server, true);
    let now = pair.now();
    let mut n_sent = 0;
    let server = pair.connection(Role::Server);
    while server.is_writable() {
        server.send_text_copy(&"x".repeat(1000), now).unwrap();
        n_sent += 1;
    }
    assert!(server.buffered_bytes() <= 64 * 1024 + 1004);
    pair.set_blocked(Role::Server, false);
    pair.drive();
    assert!(pair.connection(Role::Server).is_writable());
    assert_eq!(pair.take_events(Role::Client).len(), n_sent);
}

/// Streams a message of a hundred times what may be kept, in parts, to a receiver in pieces.
#[test]
fn streaming_both_ways_keeps_nothing() {
    let unlimited = Config {
        limits: crate::Limits {
            max_binary_bytes: usize::MAX,
            ..crate::Limits::default()
        },
        ..Config::default()
    };
    for (from, to) in [(Role::Client, Role::Server), (Role::Server, Role::Client)] {
        let mut pair = Pair::new(unlimited, unlimited);
        pair.set_max_read_bytes(16 * 1024);
        pair.connection(to).set_piecewise(true);
        let part = Bytes::from(vec![1; 50_000]);
        let n_parts = 100;
        let (mut n_bytes, mut n_firsts, mut n_lasts) = (0, 0, 0);
        for index in 1..=n_parts {
            let now = pair.now();
            pair.connection(from)
                .send_fragment(MessageKind::Binary, part.clone(), index == n_parts, now)
                .unwrap();
            pair.drive();
            for event in pair.take_events(to) {
                let Event::Piece(piece) = event else {
                    panic!("not a piece: {event:?}");
                };
                n_bytes += piece.payload.as_bytes().len();
                n_firsts += usize::from(piece.first);
                n_lasts += usize::from(piece.last);
            }
            assert_eq!(pair.connection(from).buffered_bytes(), 0);
        }
        assert_eq!((n_bytes, n_firsts, n_lasts), (n_parts * 50_000, 1, 1));
    }
}

/// Numbered messages in both directions through reads of any size: none lost, none twice.
#[test]
fn numbered_messages_arrive_in_order() {
    // Fifty thousand messages each way; ten times as many take forty seconds.
    const N_ROUNDS: u32 = 5000;
    let mut pair = pair();
    let mut next = [0_u32; 2];
    for round in 0..N_ROUNDS {
        let read_len = usize::try_from(round).unwrap() % 37 + 1;
        pair.set_max_read_bytes(read_len);
        let now = pair.now();
        for role in [Role::Client, Role::Server] {
            for n in 0..10_u32 {
                let number = round * 10 + n;
                let mut payload = number.to_be_bytes().to_vec();
                payload.resize(4 + usize::try_from(number).unwrap() % 300, 0);
                pair.connection(role).send(payload.into(), now).unwrap();
            }
        }
        pair.drive();
        for (role, next) in [Role::Client, Role::Server].into_iter().zip(&mut next) {
            for event in pair.take_events(role) {
                let Event::Message(message) = event else {
                    panic!("not a message: {event:?}");
                };
                assert_eq!(message.as_bytes()[..4], next.to_be_bytes());
                *next += 1;
            }
        }
    }
    assert_eq!(next, [10 * N_ROUNDS; 2]);
}

#[derive(Clone, Debug)]
enum Step {
    Send(bool, usize),
    Fragment(bool, usize, bool),
    Ping(bool),
    Close(bool),
    Block(bool, bool),
    Advance(u64),
    ReadBytes(usize),
    Inject(bool, Vec<u8>),
    Piecewise(bool, bool),
    Drive,
}

fn step() -> impl Strategy<Value = Step> {
    let end = any::<bool>;
    prop_oneof![
        8 => (end(), 0_usize..9000).prop_map(|(end, len)| Step::Send(end, len)),
        4 => (end(), 0_usize..9000, any::<bool>())
            .prop_map(|(end, len, fin)| Step::Fragment(end, len, fin)),
        2 => end().prop_map(Step::Ping),
        1 => end().prop_map(Step::Close),
        2 => (end(), any::<bool>()).prop_map(|(end, on)| Step::Block(end, on)),
        2 => (0_u64..30).prop_map(Step::Advance),
        2 => (1_usize..5000).prop_map(Step::ReadBytes),
        1 => (end(), prop::collection::vec(any::<u8>(), 1..20))
            .prop_map(|(end, bytes)| Step::Inject(end, bytes)),
        2 => (end(), any::<bool>()).prop_map(|(end, on)| Step::Piecewise(end, on)),
        6 => Just(Step::Drive),
    ]
}

const fn role(client: bool) -> Role {
    if client { Role::Client } else { Role::Server }
}

proptest! {
    /// Whatever happens, every connection comes to its end in bounded time once it is closed, and
    /// never holds more than it may.
    #[test]
    fn every_story_ends(steps in prop::collection::vec(step(), 1..60)) {
        let mut pair = pair();
        for step in steps {
            let now = pair.now();
            match step {
                Step::Send(end, len) => {
                    let _ = pair.connection(role(end)).send(vec![b'x'; len].into(), now);
                }
                Step::Fragment(end, len, fin) => {
                    let part = Bytes::from(vec![b'x'; len]);
                    let kind = MessageKind::Text;
                    let _ = pair.connection(role(end)).send_fragment(kind, part, fin, now);
                }
                Step::Ping(end) => {
                    let _ = pair.connection(role(end)).ping(now);
                }
                Step::Close(end) => {
                    let frame = CloseFrame::from(CloseCode::NormalClosure);
                    prop_assert_eq!(pair.connection(role(end)).close(frame, now), Ok(()));
                }
                Step::Block(end, blocked) => pair.set_blocked(role(end), blocked),
                Step::Advance(seconds) => pair.advance(Duration::from_secs(seconds)),
                Step::ReadBytes(max) => pair.set_max_read_bytes(max),
                Step::Inject(end, bytes) => pair.inject(role(end), &bytes),
                Step::Piecewise(end, on) => pair.connection(role(end)).set_piecewise(on),
                Step::Drive => pair.drive(),
            }
        }
        for role in [Role::Client, Role::Server] {
            let now = pair.now();
            let frame = CloseFrame::from(CloseCode::NormalClosure);
            prop_assert_eq!(pair.connection(role).close(frame, now), Ok(()));
        }
        pair.advance(Duration::from_secs(6));
        for role in [Role::Client, Role::Server] {
            prop_assert_eq!(pair.connection(role).state(), State::Closed);
            let events = pair.take_events(role);
            let n_ends = events
                .iter()
                .filter(|event| matches!(event, Event::Close(_) | Event::Violation(_)))
                .count();
            prop_assert!(n_ends <= 1, "{:?}", events);
        }
    }
}
