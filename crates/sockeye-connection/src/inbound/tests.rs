//! Pings, pongs and Close frames of the peer (RFC 6455 §5.5, §7.4).
//!
//! In which state what may happen is tested with `state.rs`.

use alloc::vec::Vec;
use core::time::Duration;

use bytes::Bytes;
use sockeye_frame::{CloseCode, CloseFault, CloseFrame, Opcode, Role};

use crate::testing::{Probe, check, close, frame, hex, ping, pong, sent, text};
use crate::{Event, MessageKind, ProtocolViolation, State};

const TO: Role = Role::Server;

fn server() -> Probe {
    Probe::new(TO)
}

fn close_frame(payload: &[u8]) -> Vec<u8> {
    frame(TO, true, Opcode::Close, payload)
}

#[test]
fn close_is_echoed_with_its_code() {
    for role in [Role::Server, Role::Client] {
        let make = || Probe::new(role);
        let with_reason = frame(role, true, Opcode::Close, b"\x03\xE9going home");
        check(
            make,
            &with_reason,
            &[close(CloseCode::GoingAway, "going home")],
            &[sent(Opcode::Close, b"\x03\xE9")],
        );
        let empty = frame(role, true, Opcode::Close, b"");
        check(
            make,
            &empty,
            &[close(CloseCode::NoStatusReceived, "")],
            &[sent(Opcode::Close, b"")],
        );
    }
}

#[test]
fn nothing_after_the_peers_close_is_looked_at() {
    let bytes = [
        close_frame(b"\x03\xE8"),
        frame(TO, true, Opcode::Text, b"late"),
        frame(TO, true, Opcode::Ping, b"late"),
        close_frame(b"\x03\xE8"),
        hex("FF FF FF"),
    ];
    check(
        server,
        &bytes.concat(),
        &[close(CloseCode::NormalClosure, "")],
        &[sent(Opcode::Close, b"\x03\xE8")],
    );
}

/// RFC 6455 §7.4: which codes may be on the wire, all of them tried.
#[test]
fn all_close_codes() {
    for role in [Role::Server, Role::Client] {
        for code in 0..=u16::MAX {
            let mut probe = Probe::new(role);
            let events = probe.feed(&frame(role, true, Opcode::Close, &code.to_be_bytes()));
            let answer = match &probe.sent()[..] {
                [answer] => CloseFrame::decode(&answer.payload).expect("a legal Close frame"),
                other => panic!("not one frame: {other:?}"),
            };
            if matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999) {
                let known = CloseCode::try_from(code).expect("a known code");
                assert_eq!(events, [close(known, "")]);
                assert_eq!(answer, CloseFrame::from(known));
            } else {
                let fault = CloseFault::InvalidCode(code);
                assert_eq!(events, [Event::Violation(fault.into())]);
                assert_eq!(answer.code, CloseCode::ProtocolError);
            }
        }
    }
}

#[test]
fn malformed_close_frames_are_violations() {
    let table: [(&[u8], CloseFault, CloseCode); 3] = [
        (b"\x03", CloseFault::OneByteBody, CloseCode::ProtocolError),
        (
            b"\x03\xE8\xFF",
            CloseFault::InvalidUtf8Reason,
            CloseCode::InvalidFramePayloadData,
        ),
        (
            b"\x03\xED",
            CloseFault::InvalidCode(1005),
            CloseCode::ProtocolError,
        ),
    ];
    for (payload, fault, code) in table {
        let violation = ProtocolViolation::from(fault);
        assert_eq!(violation.close_code(), code);
        check(
            server,
            &close_frame(payload),
            &[Event::Violation(violation)],
            &[sent(Opcode::Close, &violation.close_frame().encode())],
        );
    }
}

#[test]
fn close_within_a_fragmented_message_ends_it() {
    let bytes = [
        frame(TO, false, Opcode::Text, b"never"),
        close_frame(b"\x03\xE8"),
        frame(TO, true, Opcode::Continuation, b"whole"),
    ];
    check(
        server,
        &bytes.concat(),
        &[close(CloseCode::NormalClosure, "")],
        &[sent(Opcode::Close, b"\x03\xE8")],
    );
}

/// The deadline of the message does not outlive it.
#[test]
fn close_within_a_fragmented_message_lets_go_of_it() {
    let mut probe = server();
    probe.feed(&frame(TO, false, Opcode::Text, b"never whole"));
    assert!(probe.connection.is_receiving_message());
    for _ in 0..58 {
        probe.advance(Duration::from_secs(1));
        probe.connection.handle_activity();
        probe.written();
    }
    probe.feed(&close_frame(b"\x03\xE8"));
    assert!(!probe.connection.is_receiving_message());
    probe.written();
    probe.advance(Duration::from_secs(2));
    assert_eq!(probe.events(), []);
    assert_eq!(probe.connection.state(), State::Closing);
}

#[test]
fn our_answer_goes_out_in_the_middle_of_our_own_message() {
    let mut probe = server();
    let part = Bytes::from_static(b"never whole");
    let kind = MessageKind::Text;
    probe
        .connection
        .send_fragment(kind, part, false, probe.now)
        .unwrap();
    probe.written();
    probe.feed(&close_frame(b"\x03\xE8"));
    assert_eq!(probe.sent(), [sent(Opcode::Close, b"\x03\xE8")]);
}

#[test]
fn data_between_our_close_and_the_peers_is_delivered() {
    let mut probe = server();
    let going_away = CloseFrame::new(CloseCode::GoingAway, "restart");
    probe.connection.close(going_away, probe.now).unwrap();
    let bytes = [
        frame(TO, true, Opcode::Text, b"one"),
        frame(TO, false, Opcode::Text, b"t"),
        frame(TO, true, Opcode::Ping, b"?"),
        frame(TO, true, Opcode::Continuation, b"wo"),
        close_frame(b"\x03\xE9"),
        frame(TO, true, Opcode::Text, b"three"),
    ];
    assert_eq!(
        probe.feed(&bytes.concat()),
        [
            text("one"),
            ping(b"?"),
            text("two"),
            close(CloseCode::GoingAway, "")
        ]
    );
    assert_eq!(
        probe.sent(),
        [sent(Opcode::Close, b"\x03\xE9restart")],
        "no pong and no second Close"
    );
}

#[test]
fn end_of_input_after_a_message_is_abnormal_but_loses_nothing() {
    let mut probe = server();
    assert_eq!(
        probe.feed(&frame(TO, true, Opcode::Text, b"last words")),
        [text("last words")]
    );
    probe.connection.handle_eof(probe.now);
    assert_eq!(probe.connection.poll_timeout(), None);
    assert_eq!(probe.connection.state(), State::Closed);
    let outcome = probe.connection.close_outcome().expect("closed");
    assert_eq!(u16::from(outcome.code()), 1006);
}

mod pings {
    use super::*;

    /// Queues as much output as makes pongs wait, and half-takes it.
    fn blocked() -> Probe {
        let mut probe = server();
        let now = probe.now;
        let payload = "x".repeat(5000);
        probe.connection.send_text_copy(&payload, now).unwrap();
        probe
    }

    #[test]
    fn are_answered_one_by_one_while_output_flows() {
        let mut probe = server();
        for n in 0..20_000_u32 {
            let payload = n.to_be_bytes();
            let events = probe.feed(&frame(TO, true, Opcode::Ping, &payload));
            assert_eq!(events, [ping(&payload)]);
            assert_eq!(probe.sent(), [sent(Opcode::Pong, &payload)]);
        }
    }

    #[test]
    fn of_a_burst_are_answered_in_order_and_the_last_for_sure() {
        let mut probe = server();
        let burst: Vec<u8> = (0..20_000_u32)
            .flat_map(|n| frame(TO, true, Opcode::Ping, &n.to_be_bytes()))
            .collect();
        assert_eq!(probe.feed(&burst).len(), 20_000);
        let pongs = probe.sent();
        assert!(pongs.len() > 500);
        assert!(pongs.is_sorted_by(|a, b| a.payload < b.payload));
        let last = 19_999_u32.to_be_bytes();
        assert_eq!(pongs.last(), Some(&sent(Opcode::Pong, &last)));
        assert_eq!(probe.connection.state(), State::Open);
    }

    #[test]
    fn wait_while_4_kib_are_queued() {
        for (payload_len, is_prompt) in [(4091, true), (4092, false)] {
            let mut probe = server();
            let payload = "x".repeat(payload_len);
            let now = probe.now;
            probe.connection.send_text_copy(&payload, now).unwrap();
            probe.feed(&frame(TO, true, Opcode::Ping, b""));
            let pong_len = if is_prompt { 2 } else { 0 };
            let queued = payload_len + 4 + pong_len;
            assert_eq!(probe.connection.buffered_bytes(), queued);
        }
    }

    #[test]
    fn that_wait_are_answered_once_less_than_4_kib_are_queued() {
        let mut probe = blocked();
        probe.feed(&frame(TO, true, Opcode::Ping, b""));
        let n_to_4_kib = probe.connection.buffered_bytes() - 4096;
        probe.connection.handle_transmitted(n_to_4_kib, probe.now);
        assert_eq!(probe.connection.buffered_bytes(), 4096);
        probe.connection.handle_transmitted(1, probe.now);
        assert_eq!(probe.connection.buffered_bytes(), 4095 + 2);
    }

    #[test]
    fn that_wait_for_ever_are_never_answered() {
        let mut probe = blocked();
        probe.feed(&frame(TO, true, Opcode::Ping, b"wait"));
        probe.connection.handle_disconnect();
        probe.connection.handle_transmitted(0, probe.now);
        assert_eq!(probe.sent(), []);
        assert_eq!(probe.connection.poll_timeout(), None);
    }

    #[test]
    fn that_wait_are_answered_by_one_pong_for_the_newest() {
        let mut probe = blocked();
        let queued = probe.connection.buffered_bytes();
        for n in 0..1000_u32 {
            probe.feed(&frame(TO, true, Opcode::Ping, &n.to_be_bytes()));
        }
        assert_eq!(probe.connection.buffered_bytes(), queued);
        probe.connection.handle_transmitted(1000, probe.now);
        let written = probe.written();
        assert!(written.ends_with(b"\x8A\x04\x00\x00\x03\xE7"));
        assert_eq!(written.len(), 5004 - 1000 + 6);
    }

    /// A peer that pings and never reads makes the connection hold a few kilobytes at most.
    #[test]
    fn do_not_grow_the_queue() {
        let mut probe = server();
        let flood = frame(TO, true, Opcode::Ping, &[0; 125]).repeat(1000);
        for _ in 0..50 {
            probe.feed(&flood);
            assert!(probe.connection.buffered_bytes() < 4096 + 127);
        }
        assert_eq!(probe.connection.state(), State::Open);
    }

    #[test]
    fn that_wait_are_answered_before_our_close_and_before_the_answer_to_the_peers() {
        let mut probe = blocked();
        probe.feed(&frame(TO, true, Opcode::Ping, b"wait"));
        let normal = CloseFrame::from(CloseCode::NormalClosure);
        probe.connection.close(normal, probe.now).unwrap();
        let [_, pong, close] = &probe.sent()[..] else {
            panic!("not three frames");
        };
        assert_eq!(*pong, sent(Opcode::Pong, b"wait"));
        assert_eq!(*close, sent(Opcode::Close, b"\x03\xE8"));

        let mut probe = blocked();
        probe.feed(&frame(TO, true, Opcode::Ping, b"wait"));
        probe.feed(&close_frame(b"\x03\xE8"));
        let [_, pong, close] = &probe.sent()[..] else {
            panic!("not three frames");
        };
        assert_eq!(*pong, sent(Opcode::Pong, b"wait"));
        assert_eq!(*close, sent(Opcode::Close, b"\x03\xE8"));
    }

    #[test]
    fn may_stay_unanswered_pongs_may_come_unasked() {
        let mut probe = server();
        assert_eq!(
            probe.feed(&frame(TO, true, Opcode::Pong, b"unasked")),
            [pong(b"unasked")]
        );
        assert_eq!(probe.sent(), []);
    }

    #[test]
    fn of_ours_give_the_round_trip_time() {
        let mut probe = server();
        let first = probe.connection.ping(probe.now).unwrap();
        let second = probe.connection.ping(probe.now).unwrap();
        assert!(first < second);
        let nonces: Vec<_> = probe.sent().into_iter().map(|sent| sent.payload).collect();
        assert!(nonces.iter().all(|nonce| nonce.len() == 8));
        assert_ne!(nonces[0], nonces[1]);
        probe.advance(Duration::from_millis(120));
        // One pong for the newest ping answers both.
        let events = probe.feed(&frame(TO, true, Opcode::Pong, &nonces[1]));
        let [Event::Pong { payload, rtt }] = &events[..] else {
            panic!("not a pong: {events:?}");
        };
        assert_eq!(payload.as_bytes(), nonces[1]);
        assert_eq!(*rtt, Some((second, Duration::from_millis(120))));
        assert_eq!(
            probe.connection.stats().rtt,
            Some(Duration::from_millis(120))
        );
        assert_eq!(
            probe.feed(&frame(TO, true, Opcode::Pong, &nonces[0])),
            [pong(&nonces[0])],
            "answered already"
        );
    }
}
