//! Keepalive, stalled writes and idle extensions under a clock of the test's own (RFC 6455 §5.5.2).
//!
//! The deadline of a message is tested with `assembly.rs`, that of draining with `state.rs`.

use alloc::format;
use alloc::vec;
use alloc::vec::Vec;
use core::time::Duration;

use bytes::Bytes;
use sockeye_extensions::Chain;
use sockeye_frame::{CloseCode, CloseFrame, Opcode, Role};

use crate::testing::{Probe, Takeover, at, frame};
use crate::timers::Timer;
use crate::{
    ApiMisuse, Compress, Config, Connection, Event, Input, MessageKind, PreparedMessage,
    SendOptions, State, TimeoutKind, Timeouts, Timestamp, Transmit,
};

const TO: Role = Role::Server;

fn server() -> Probe {
    Probe::new(TO)
}

fn with(timeouts: Timeouts) -> Probe {
    let config = Config {
        timeouts,
        ..Config::default()
    };
    Probe::with(TO, config, Chain::default())
}

mod keepalive {
    use super::*;

    fn nonce_of_ping(probe: &mut Probe) -> Vec<u8> {
        match &probe.sent()[..] {
            [ping] if ping.opcode == Opcode::Ping => ping.payload.clone(),
            other => panic!("not one ping: {other:?}"),
        }
    }

    #[test]
    fn pings_at_each_interval_and_lives_on_answers() {
        let mut probe = server();
        for _ in 0..10 {
            probe.advance(Duration::from_millis(19_999));
            assert_eq!(probe.sent(), []);
            probe.advance(Duration::from_millis(1));
            let nonce = nonce_of_ping(&mut probe);
            probe.feed(&frame(TO, true, Opcode::Pong, &nonce));
        }
        assert_eq!(probe.connection.state(), State::Open);
        assert_eq!(probe.connection.stats().rtt, Some(Duration::ZERO));
    }

    #[test]
    fn silence_after_a_ping_ends_the_connection_with_1006() {
        let mut probe = server();
        probe.advance(Duration::from_secs(20));
        nonce_of_ping(&mut probe);
        probe.advance(Duration::from_millis(19_999));
        assert_eq!(probe.connection.state(), State::Open);
        probe.advance(Duration::from_millis(1));
        assert_eq!(probe.events(), [Event::TimedOut(TimeoutKind::Keepalive)]);
        assert!(probe.is_closed());
        let outcome = probe.connection.close_outcome().expect("closed");
        assert_eq!(u16::from(outcome.code()), 1006);
        assert_eq!(outcome.sent, None, "nobody would read a Close");
    }

    #[test]
    fn any_byte_is_a_sign_of_life() {
        let mut probe = with(Timeouts {
            assembly: None,
            ..Timeouts::default()
        });
        let bytes = frame(TO, true, Opcode::Binary, &[0; 100]);
        for byte in bytes.chunks(1) {
            probe.feed(byte);
            probe.advance(Duration::from_secs(19));
            probe.written();
        }
        assert_eq!(probe.connection.state(), State::Open);
    }

    #[test]
    fn whole_messages_are_signs_of_life() {
        let mut probe = server();
        let message = frame(TO, true, Opcode::Text, b"alive");
        for _ in 0..10 {
            probe.advance(Duration::from_secs(10));
            probe.feed(&message);
            probe.advance(Duration::from_secs(10));
            nonce_of_ping(&mut probe);
        }
        assert_eq!(probe.connection.state(), State::Open);
    }

    #[test]
    fn bytes_read_into_the_tail_are_signs_of_life() {
        let mut probe = with(Timeouts {
            assembly: None,
            ..Timeouts::default()
        });
        let bytes = frame(TO, true, Opcode::Binary, &[0; 100_000]);
        probe.feed(&bytes[..100]);
        for part in bytes[100..50_000].chunks(1000) {
            assert_eq!(probe.feed_tail(part, 1000), []);
            probe.advance(Duration::from_secs(19));
            probe.written();
        }
        assert_eq!(probe.connection.state(), State::Open);
    }

    #[test]
    fn bytes_that_nobody_reads_yet_are_signs_of_life() {
        let mut probe = server();
        for _ in 0..5 {
            probe.advance(Duration::from_secs(20));
            nonce_of_ping(&mut probe);
            probe.advance(Duration::from_millis(19_999));
            probe.connection.handle_activity();
            probe.advance(Duration::from_millis(1));
            nonce_of_ping(&mut probe);
            probe.feed(&frame(TO, true, Opcode::Pong, b""));
        }
        assert_eq!(probe.connection.state(), State::Open);
    }

    /// A message that takes longer to send than the peer has time to answer is no fault of the peer.
    #[test]
    fn does_not_judge_a_peer_by_pings_that_have_not_left() {
        let mut probe = server();
        let now = probe.now;
        probe.connection.send(vec![0; 1 << 20].into(), now).unwrap();
        for _ in 0..60 {
            probe.connection.handle_transmitted(10_000, probe.now);
            probe.advance(Duration::from_secs(10));
        }
        assert_eq!(probe.connection.state(), State::Open);
    }

    #[test]
    fn can_be_switched_off() {
        let mut probe = with(Timeouts {
            ping_interval: None,
            ..Timeouts::default()
        });
        assert_eq!(probe.connection.poll_timeout(), None);
        let mut only_pings = with(Timeouts {
            pong: None,
            ..Timeouts::default()
        });
        for _ in 0..100 {
            only_pings.advance(Duration::from_secs(20));
            nonce_of_ping(&mut only_pings);
        }
        assert_eq!(only_pings.connection.state(), State::Open);
        probe.advance(Duration::from_secs(1 << 40));
        assert_eq!(probe.connection.state(), State::Open);
    }

    #[test]
    fn waits_while_4_kib_are_queued() {
        for (payload_len, n_pings) in [(4091, 1), (4092, 0)] {
            let mut probe = server();
            let payload = "x".repeat(payload_len);
            let now = probe.now;
            probe.connection.send_text_copy(&payload, now).unwrap();
            assert_eq!(probe.connection.buffered_bytes(), payload_len + 4);
            probe.advance(Duration::from_secs(20));
            assert_eq!(probe.sent().len(), 1 + n_pings);
        }
    }

    #[test]
    fn interval_of_zero_is_none() {
        let mut probe = with(Timeouts {
            ping_interval: Some(Duration::ZERO),
            ..Timeouts::default()
        });
        assert_eq!(probe.connection.poll_timeout(), None);
        probe.advance(Duration::from_secs(1));
        assert_eq!(probe.sent(), []);
    }

    #[test]
    fn sends_nothing_after_our_close() {
        let mut probe = server();
        probe.advance(Duration::from_secs(19));
        let normal = CloseFrame::from(CloseCode::NormalClosure);
        probe.connection.close(normal, probe.now).unwrap();
        probe.written();
        probe.advance(Duration::from_secs(1));
        assert_eq!(probe.sent(), []);
    }

    #[test]
    fn leaves_the_judgement_to_the_closing_deadline() {
        let mut probe = server();
        probe.advance(Duration::from_secs(20));
        probe.advance(Duration::from_secs(19));
        let normal = CloseFrame::from(CloseCode::NormalClosure);
        probe.connection.close(normal, probe.now).unwrap();
        probe.written();
        probe.advance(Duration::from_millis(4999));
        assert_eq!(probe.connection.state(), State::Closing);
        probe.advance(Duration::from_millis(1));
        assert_eq!(probe.events(), [Event::TimedOut(TimeoutKind::Close)]);
    }
}

mod stalls {
    use super::*;

    #[test]
    fn end_the_connection_when_nothing_leaves() {
        let mut probe = server();
        probe.connection.send("unread".into(), probe.now).unwrap();
        for _ in 0..3 {
            // A byte now and then is progress.
            probe.advance(Duration::from_secs(15));
            probe.feed(&frame(TO, true, Opcode::Pong, b""));
            probe.advance(Duration::from_millis(14_999));
            probe.feed(&frame(TO, true, Opcode::Pong, b""));
            assert_eq!(probe.connection.state(), State::Open);
            probe.connection.handle_transmitted(1, probe.now);
        }
        for _ in 0..30 {
            assert_eq!(probe.connection.state(), State::Open);
            probe.advance(Duration::from_secs(1));
            probe.connection.handle_transmitted(0, probe.now);
            probe
                .connection
                .next_event(&mut Input::default(), probe.now);
        }
        assert!(probe.is_closed());
    }

    #[test]
    fn are_reported() {
        let mut probe = server();
        probe.advance(Duration::from_secs(19));
        probe.connection.pong(b"", probe.now).unwrap();
        probe.advance(Duration::from_secs(29));
        probe.feed(&frame(TO, true, Opcode::Pong, b""));
        assert_eq!(probe.connection.state(), State::Open);
        probe.advance(Duration::from_secs(1));
        assert_eq!(probe.events(), [Event::TimedOut(TimeoutKind::WriteStall)]);
        assert!(probe.is_closed());
    }

    #[test]
    fn begin_with_whatever_is_queued() {
        type Queue = dyn Fn(&mut Connection, Timestamp) -> Result<(), ApiMisuse>;
        const KIND: MessageKind = MessageKind::Text;
        const OPTIONS: SendOptions = SendOptions {
            compress: Compress::Auto,
            secret: false,
        };
        let ways: [&Queue; 11] = [
            &|connection, now| connection.send("".into(), now),
            &|connection, now| connection.send_with("".into(), OPTIONS, now),
            &|connection, now| connection.send_prepared(&PreparedMessage::new(""), now),
            &|connection, now| {
                connection.send_fragment_with(KIND, Bytes::new(), true, OPTIONS, now)
            },
            &|connection, now| connection.send_copy(KIND, b"", now),
            &|connection, now| connection.send_text_copy("", now),
            &|connection, now| connection.send_fragment(KIND, Bytes::new(), false, now),
            &|connection, now| connection.ping(now).map(drop),
            &|connection, now| connection.ping_with(b"", now),
            &|connection, now| connection.pong(b"", now),
            &|connection, now| connection.close(CloseCode::GoingAway.into(), now),
        ];
        for (index, queue) in ways.into_iter().enumerate() {
            let mut probe = with(Timeouts {
                close: Duration::from_secs(1000),
                ping_interval: None,
                ..Timeouts::default()
            });
            probe.advance(Duration::from_secs(7));
            assert_eq!(queue(&mut probe.connection, probe.now), Ok(()));
            assert_eq!(probe.connection.poll_timeout(), Some(at(37)), "{index}");
        }
    }

    #[test]
    fn after_the_last_event_are_the_end_and_none_of_their_own() {
        for last in [
            frame(TO, true, Opcode::Close, b""),
            frame(TO, true, Opcode::Continuation, b"lone"),
        ] {
            let mut probe = with(Timeouts {
                write_stall: Some(Duration::from_secs(1)),
                ..Timeouts::default()
            });
            assert_eq!(probe.feed(&last).len(), 1);
            probe.advance(Duration::from_secs(1));
            assert!(probe.is_closed());
            assert_eq!(probe.events(), []);
        }
    }

    #[test]
    fn of_answers_to_pings_count() {
        let mut probe = server();
        probe.feed(&frame(TO, true, Opcode::Ping, b"and never read"));
        for _ in 0..30 {
            assert_eq!(probe.connection.state(), State::Open);
            probe.advance(Duration::from_secs(1));
            probe.connection.handle_activity();
        }
        assert_eq!(probe.events(), [Event::TimedOut(TimeoutKind::WriteStall)]);
    }

    #[test]
    fn are_over_when_all_has_left() {
        let mut probe = server();
        probe.connection.send("read".into(), probe.now).unwrap();
        probe.advance(Duration::from_secs(10));
        probe.written();
        probe.advance(Duration::from_secs(9));
        // Only the keepalive is left to wait for.
        let keepalive = probe.now + Duration::from_secs(1);
        assert_eq!(probe.connection.poll_timeout(), Some(keepalive));
    }

    /// What was queued before our Close reaches a slow peer, however long that takes.
    #[test]
    fn of_slow_peers_do_not_cut_short_what_was_sent_before_the_close() {
        let mut probe = server();
        let now = probe.now;
        let message = vec![0; 1 << 20];
        probe.connection.send(message.into(), now).unwrap();
        let normal = CloseFrame::from(CloseCode::NormalClosure);
        probe.connection.close(normal, now).unwrap();
        while probe.connection.buffered_bytes() > 0 {
            assert_eq!(probe.connection.state(), State::Closing);
            probe.advance(Duration::from_millis(4999));
            probe.connection.handle_transmitted(10_000, probe.now);
        }
        probe.advance(Duration::from_millis(4999));
        assert_eq!(probe.connection.state(), State::Closing);
        probe.advance(Duration::from_millis(1));
        assert_eq!(probe.events(), [Event::TimedOut(TimeoutKind::Close)]);
    }

    /// A peer that broke a rule has no claim to the time that a slow one has.
    #[test]
    fn of_failed_peers_end_at_the_closing_deadline() {
        let mut probe = server();
        let message = vec![0; 1 << 20];
        probe.connection.send(message.into(), probe.now).unwrap();
        probe.feed(&frame(TO, true, Opcode::Continuation, b""));
        for _ in 0..4 {
            probe.advance(Duration::from_secs(1));
            probe.connection.handle_transmitted(1, probe.now);
        }
        assert_eq!(probe.connection.state(), State::Closing);
        probe.advance(Duration::from_secs(1));
        assert!(probe.is_closed());
        assert_eq!(probe.events(), []);
    }

    /// A peer that stops reading when we close costs no more than the closing deadline.
    #[test]
    fn of_our_close_end_at_the_closing_deadline() {
        let mut probe = server();
        let now = probe.now;
        probe.connection.send("unread".into(), now).unwrap();
        let normal = CloseFrame::from(CloseCode::NormalClosure);
        probe.connection.close(normal, now).unwrap();
        probe.connection.handle_transmitted(3, now);
        probe.advance(Duration::from_secs(5));
        assert!(probe.is_closed());
        assert!(matches!(probe.connection.transmit(), Transmit::Nothing));
    }
}

mod idle_release {
    use super::*;

    /// Where a connection can stand, as far as the memory of extensions matters.
    #[derive(Clone, Copy, Debug)]
    enum Standing {
        /// Nothing has been sent.
        Fresh,
        /// A message was sent ten seconds ago.
        Sent,
        /// The first fragment of one was sent ten seconds ago.
        UnderWay,
        /// One was sent long ago, and the memory released.
        Released,
        /// The first fragment of one was sent long ago.
        LeftUnderWay,
        /// A message was sent ten seconds ago, and then we closed.
        Closing,
    }

    #[derive(Clone, Copy, Debug)]
    enum Happening {
        Message,
        Prepared,
        Fragment,
        LastFragment,
        Ping,
        PeerSends,
        PeerFails,
        WeClose,
        FiftySeconds,
        TenMinutes,
    }

    use Happening::{
        FiftySeconds, Fragment, LastFragment, Message, PeerFails, PeerSends, Ping, Prepared,
        TenMinutes, WeClose,
    };

    /// For each standing and happening: seconds until the deadline, and how often memory was
    /// released.
    #[rustfmt::skip]
    const TABLE: [(Standing, [(Happening, &str); 10]); 6] = [
        (Standing::Fresh, [
            (Message, "60 0"), (Prepared, "60 0"), (Fragment, "60 0"), (LastFragment, "60 0"),
            (Ping, "- 0"), (PeerSends, "- 0"), (PeerFails, "- 0"), (WeClose, "- 0"),
            (FiftySeconds, "- 0"), (TenMinutes, "- 0"),
        ]),
        (Standing::Sent, [
            (Message, "60 0"), (Prepared, "60 0"), (Fragment, "60 0"), (LastFragment, "60 0"),
            (Ping, "50 0"), (PeerSends, "50 0"), (PeerFails, "- 0"), (WeClose, "- 0"),
            (FiftySeconds, "- 1"), (TenMinutes, "- 1"),
        ]),
        (Standing::UnderWay, [
            (Message, "50 0"), (Prepared, "50 0"), (Fragment, "60 0"), (LastFragment, "60 0"),
            (Ping, "50 0"), (PeerSends, "50 0"), (PeerFails, "- 0"), (WeClose, "- 0"),
            (FiftySeconds, "- 0"), (TenMinutes, "- 0"),
        ]),
        (Standing::Released, [
            (Message, "60 0"), (Prepared, "60 0"), (Fragment, "60 0"), (LastFragment, "60 0"),
            (Ping, "- 0"), (PeerSends, "- 0"), (PeerFails, "- 0"), (WeClose, "- 0"),
            (FiftySeconds, "- 0"), (TenMinutes, "- 0"),
        ]),
        (Standing::LeftUnderWay, [
            (Message, "- 0"), (Prepared, "- 0"), (Fragment, "60 0"), (LastFragment, "60 0"),
            (Ping, "- 0"), (PeerSends, "- 0"), (PeerFails, "- 0"), (WeClose, "- 0"),
            (FiftySeconds, "- 0"), (TenMinutes, "- 0"),
        ]),
        (Standing::Closing, [
            (Message, "- 0"), (Prepared, "- 0"), (Fragment, "- 0"), (LastFragment, "- 0"),
            (Ping, "- 0"), (PeerSends, "- 0"), (PeerFails, "- 0"), (WeClose, "- 0"),
            (FiftySeconds, "- 0"), (TenMinutes, "- 0"),
        ]),
    ];

    /// A connection whose only deadline is this one, as long as everything leaves at once.
    fn probe(extensions: Chain, idle_release: Option<Duration>) -> Probe {
        let timeouts = Timeouts {
            ping_interval: None,
            idle_release,
            ..Timeouts::default()
        };
        let config = Config {
            timeouts,
            ..Config::default()
        };
        Probe::with(TO, config, extensions)
    }

    const MINUTE: Option<Duration> = Some(Duration::from_secs(60));

    fn reach(standing: Standing, extensions: Chain) -> Probe {
        let mut probe = probe(extensions, MINUTE);
        let happenings: &[Happening] = match standing {
            Standing::Fresh => &[],
            Standing::Sent | Standing::Closing => &[Message],
            Standing::UnderWay => &[Fragment],
            Standing::Released => &[Message, TenMinutes],
            Standing::LeftUnderWay => &[Fragment, TenMinutes],
        };
        for happening in happenings {
            happen(&mut probe, *happening);
        }
        probe.advance(Duration::from_secs(10));
        if matches!(standing, Standing::Closing) {
            happen(&mut probe, WeClose);
        }
        probe
    }

    /// Lets something happen; whether it is refused is tested elsewhere.
    fn happen(probe: &mut Probe, happening: Happening) {
        let (connection, now) = (&mut probe.connection, probe.now);
        let kind = MessageKind::Text;
        let _ = match happening {
            Message => connection.send("message".into(), now),
            Prepared => connection.send_prepared(&PreparedMessage::new("prepared"), now),
            Fragment => connection.send_fragment(kind, Bytes::from_static(b"part"), false, now),
            LastFragment => connection.send_fragment(kind, Bytes::new(), true, now),
            Ping => connection.ping_with(b"", now),
            WeClose => connection.close(CloseCode::NormalClosure.into(), now),
            PeerSends | PeerFails | FiftySeconds | TenMinutes => Ok(()),
        };
        match happening {
            PeerSends => drop(probe.feed(&frame(TO, true, Opcode::Text, b"of the peer's"))),
            PeerFails => drop(probe.feed(&frame(TO, true, Opcode::Continuation, b""))),
            FiftySeconds => probe.advance(Duration::from_secs(50)),
            TenMinutes => probe.advance(Duration::from_secs(600)),
            Message | Prepared | Fragment | LastFragment | Ping | WeClose => {}
        }
        probe.written();
    }

    #[test]
    fn comes_once_after_a_minute_in_which_nothing_was_sent() {
        for (standing, rows) in TABLE {
            for (happening, expected) in rows {
                let (chain, calls) = Takeover::chain(Some(1));
                let mut probe = reach(standing, chain);
                let n_before = calls.n_released();
                happen(&mut probe, happening);
                let deadline = probe.connection.timers.get(Timer::IdleRelease);
                let seconds = deadline.map_or_else(
                    || "-".into(),
                    |deadline| format!("{}", deadline.saturating_since(probe.now).as_secs()),
                );
                let n_released = calls.n_released() - n_before;
                let seen = format!("{seconds} {n_released}");
                assert_eq!(seen, expected, "{standing:?} {happening:?}");
            }
        }
    }

    #[test]
    fn wakes_no_connection_without_extensions() {
        for (standing, rows) in TABLE {
            for (happening, _) in rows {
                let mut probe = reach(standing, Chain::default());
                happen(&mut probe, happening);
                assert_eq!(probe.connection.timers.get(Timer::IdleRelease), None);
            }
        }
    }

    #[test]
    fn is_not_early() {
        let (chain, calls) = Takeover::chain(None);
        let mut probe = probe(chain, MINUTE);
        happen(&mut probe, Message);
        assert_eq!(probe.connection.poll_timeout(), Some(at(60)));
        probe.advance(Duration::from_millis(59_999));
        assert_eq!(calls.n_released(), 0);
        probe.advance(Duration::from_millis(1));
        assert_eq!(calls.n_released(), 1);
        assert_eq!(probe.connection.poll_timeout(), None);
    }

    #[test]
    fn can_be_switched_off() {
        let (chain, calls) = Takeover::chain(None);
        let mut probe = probe(chain, None);
        happen(&mut probe, Message);
        assert_eq!(probe.connection.poll_timeout(), None);
        happen(&mut probe, TenMinutes);
        assert_eq!(calls.n_released(), 0);
    }
}
