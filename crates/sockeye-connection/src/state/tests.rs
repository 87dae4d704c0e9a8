//! Every state with everything that can happen in it, and how it ends (RFC 6455 §7.1).

use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::time::Duration;

use sockeye_extensions::Chain;
use sockeye_frame::{CloseCode, CloseFrame, Opcode, Role};

use crate::testing::{Probe, Sent, Takeover, frame};
use crate::{
    ApiMisuse, CloseOutcome, Config, Connection, Event, Initiator, State, Timeouts, Transmit,
};

/// Where a connection can stand.
#[derive(Clone, Copy, Debug)]
enum Standing {
    Open,
    /// We have closed, the frame waits to be sent.
    CloseSent,
    /// The peer has closed, our answer waits to be sent.
    Ending,
    /// The same, sent.
    EndingFlushed,
    /// The same, and the transport half-closed; the peer goes on sending.
    EndingHalfClosed,
    /// The peer broke a rule, our Close waits to be sent.
    Failing,
    FailingFlushed,
    FailingHalfClosed,
    Closed,
}

/// What can happen to it.
#[derive(Clone, Copy, Debug)]
enum Happening {
    Message,
    Ping,
    Close,
    Violation,
    Eof,
    Disconnect,
    Flushed,
    HalfClosed,
    Deadline,
    WeSend,
    WePing,
    WeClose,
}

use Happening::{
    Close, Deadline, Disconnect, Eof, Flushed, HalfClosed, Message, Ping, Violation, WeClose,
    WePing, WeSend,
};

const N_HAPPENINGS: usize = 12;

/// For each standing and happening: state, events, frames that are queued by it.
///
/// `-` is nothing, `!` a refusal.
const TABLE: [(Standing, [(Happening, &str); N_HAPPENINGS]); 9] = [
    (
        Standing::Open,
        [
            (Message, "Open message -"),
            (Ping, "Open ping pong"),
            (Close, "Closing close:1000 close:1000"),
            (Violation, "Closing violation:1002 close:1002"),
            (Eof, "Closed - -"),
            (Disconnect, "Closed - -"),
            (Flushed, "Open - -"),
            (HalfClosed, "Open - -"),
            (Deadline, "Open - -"),
            (WeSend, "Open - text"),
            (WePing, "Open - ping"),
            (WeClose, "Closing - close:1001"),
        ],
    ),
    (
        Standing::CloseSent,
        [
            (Message, "Closing message -"),
            (Ping, "Closing ping -"),
            (Close, "Closing close:1000 -"),
            (Violation, "Closing violation:1002 -"),
            (Eof, "Closed - -"),
            (Disconnect, "Closed - -"),
            (Flushed, "Closing - -"),
            (HalfClosed, "Closing - -"),
            (Deadline, "Closed timeout:Close -"),
            (WeSend, "Closing - !"),
            (WePing, "Closing - !"),
            (WeClose, "Closing - -"),
        ],
    ),
    (
        Standing::Ending,
        [
            (Message, "Closing - -"),
            (Ping, "Closing - -"),
            (Close, "Closing - -"),
            (Violation, "Closing - -"),
            (Eof, "Closing - -"),
            (Disconnect, "Closed - -"),
            (Flushed, "Closing - -"),
            (HalfClosed, "Closing - -"),
            (Deadline, "Closed - -"),
            (WeSend, "Closing - !"),
            (WePing, "Closing - !"),
            (WeClose, "Closing - -"),
        ],
    ),
    (
        Standing::EndingFlushed,
        [
            (Message, "Closing - -"),
            (Ping, "Closing - -"),
            (Close, "Closing - -"),
            (Violation, "Closing - -"),
            (Eof, "Closed - -"),
            (Disconnect, "Closed - -"),
            (Flushed, "Closing - -"),
            (HalfClosed, "Closed - -"),
            (Deadline, "Closed - -"),
            (WeSend, "Closing - !"),
            (WePing, "Closing - !"),
            (WeClose, "Closing - -"),
        ],
    ),
    (
        Standing::EndingHalfClosed,
        [
            (Message, "Closing - -"),
            (Ping, "Closing - -"),
            (Close, "Closing - -"),
            (Violation, "Closing - -"),
            (Eof, "Closed - -"),
            (Disconnect, "Closed - -"),
            (Flushed, "Closing - -"),
            (HalfClosed, "Closing - -"),
            (Deadline, "Closed - -"),
            (WeSend, "Closing - !"),
            (WePing, "Closing - !"),
            (WeClose, "Closing - -"),
        ],
    ),
    (
        Standing::Failing,
        [
            (Message, "Closing - -"),
            (Ping, "Closing - -"),
            (Close, "Closing - -"),
            (Violation, "Closing - -"),
            (Eof, "Closing - -"),
            (Disconnect, "Closed - -"),
            (Flushed, "Closing - -"),
            (HalfClosed, "Closing - -"),
            (Deadline, "Closed - -"),
            (WeSend, "Closing - !"),
            (WePing, "Closing - !"),
            (WeClose, "Closing - -"),
        ],
    ),
    (
        Standing::FailingFlushed,
        [
            (Message, "Closing - -"),
            (Ping, "Closing - -"),
            (Close, "Closing - -"),
            (Violation, "Closing - -"),
            (Eof, "Closed - -"),
            (Disconnect, "Closed - -"),
            (Flushed, "Closing - -"),
            (HalfClosed, "Closing - -"),
            (Deadline, "Closed - -"),
            (WeSend, "Closing - !"),
            (WePing, "Closing - !"),
            (WeClose, "Closing - -"),
        ],
    ),
    (
        Standing::FailingHalfClosed,
        [
            (Message, "Closing - -"),
            (Ping, "Closing - -"),
            (Close, "Closing - -"),
            (Violation, "Closing - -"),
            (Eof, "Closed - -"),
            (Disconnect, "Closed - -"),
            (Flushed, "Closing - -"),
            (HalfClosed, "Closing - -"),
            (Deadline, "Closed - -"),
            (WeSend, "Closing - !"),
            (WePing, "Closing - !"),
            (WeClose, "Closing - -"),
        ],
    ),
    (
        Standing::Closed,
        [
            (Message, "Closed - -"),
            (Ping, "Closed - -"),
            (Close, "Closed - -"),
            (Violation, "Closed - -"),
            (Eof, "Closed - -"),
            (Disconnect, "Closed - -"),
            (Flushed, "Closed - -"),
            (HalfClosed, "Closed - -"),
            (Deadline, "Closed - -"),
            (WeSend, "Closed - !"),
            (WePing, "Closed - !"),
            (WeClose, "Closed - -"),
        ],
    ),
];

fn probe(role: Role, extensions: Chain) -> Probe {
    // Keepalives have tests of their own and would only disturb the table.
    let timeouts = Timeouts {
        ping_interval: None,
        ..Timeouts::default()
    };
    let config = Config {
        timeouts,
        ..Config::default()
    };
    Probe::with(role, config, extensions)
}

fn reach(role: Role, standing: Standing) -> Probe {
    reach_with(Chain::default(), role, standing)
}

fn reach_with(extensions: Chain, role: Role, standing: Standing) -> Probe {
    let mut probe = probe(role, extensions);
    let happenings: &[Happening] = match standing {
        Standing::Open => &[],
        Standing::CloseSent => &[WeClose],
        Standing::Ending => &[Close],
        Standing::EndingFlushed => &[Close, Flushed],
        Standing::EndingHalfClosed => &[Close, Message, Flushed, HalfClosed],
        Standing::Failing => &[Violation],
        Standing::FailingFlushed => &[Violation, Flushed],
        Standing::FailingHalfClosed => &[Violation, Flushed, HalfClosed],
        Standing::Closed => &[Disconnect],
    };
    for happening in happenings {
        happen(&mut probe, *happening);
    }
    probe
}

/// Lets something happen; gives the events, and whether a wish was refused.
fn happen(probe: &mut Probe, happening: Happening) -> (Vec<Event<'static>>, bool) {
    let role = probe.connection.role();
    let now = probe.now;
    let incoming = match happening {
        Message => frame(role, true, Opcode::Binary, b"data"),
        Ping => frame(role, true, Opcode::Ping, b"ping"),
        Close => frame(role, true, Opcode::Close, &1000_u16.to_be_bytes()),
        Violation => frame(role, true, Opcode::Continuation, b"lone"),
        Eof | Disconnect | Flushed | HalfClosed | Deadline | WeSend | WePing | WeClose => {
            Vec::new()
        }
    };
    let connection = &mut probe.connection;
    let wish: Result<(), ApiMisuse> = match happening {
        Message | Ping | Close | Violation => Ok(()),
        Eof => {
            connection.handle_eof(now);
            Ok(())
        }
        Disconnect => {
            connection.handle_disconnect();
            Ok(())
        }
        Flushed => {
            probe.written();
            Ok(())
        }
        HalfClosed => {
            connection.handle_half_closed(now);
            Ok(())
        }
        Deadline => {
            probe.advance(Duration::from_secs(5));
            Ok(())
        }
        WeSend => connection.send("text".into(), now),
        WePing => connection.ping(now).map(drop),
        WeClose => connection.close(CloseFrame::from(CloseCode::GoingAway), now),
    };
    (probe.feed(&incoming), wish.is_err())
}

fn describe_event(event: &Event<'_>) -> String {
    match event {
        Event::Message(_) => "message".into(),
        Event::Piece(_) => "piece".into(),
        Event::Ping(_) => "ping".into(),
        Event::Pong { .. } => "pong".into(),
        Event::Close(frame) => format!("close:{}", u16::from(frame.code)),
        Event::Violation(violation) => {
            format!("violation:{}", u16::from(violation.close_code()))
        }
        Event::TimedOut(kind) => format!("timeout:{kind:?}"),
    }
}

fn describe_sent(sent: &Sent) -> String {
    match sent.opcode {
        Opcode::Close => {
            let frame = CloseFrame::decode(&sent.payload).expect("a legal Close frame");
            format!("close:{}", u16::from(frame.code))
        }
        other => format!("{other}"),
    }
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    let parts: Vec<_> = parts.collect();
    if parts.is_empty() {
        "-".into()
    } else {
        parts.join("+")
    }
}

#[test]
fn every_state_and_event() {
    for role in [Role::Server, Role::Client] {
        for (standing, row) in TABLE {
            for (happening, expected) in row {
                let mut probe = reach(role, standing);
                let queued_before = probe.connection.outbox.len();
                let (events, refused) = happen(&mut probe, happening);
                check_wants_output(&mut probe.connection);
                let state = probe.connection.state();
                let events = joined(events.iter().map(describe_event));
                // What was queued before is not of interest here.
                let mut sent = probe.sent();
                check_wants_output(&mut probe.connection);
                if queued_before > 0 && !sent.is_empty() {
                    sent.remove(0);
                }
                let sent = if refused {
                    "!".into()
                } else {
                    joined(sent.iter().map(describe_sent))
                };
                let actual = format!("{state:?} {events} {sent}");
                assert_eq!(actual, expected, "{role} {standing:?} {happening:?}");
            }
        }
    }
}

/// Asking whether there is output says what asking for it says.
#[track_caller]
fn check_wants_output(connection: &mut Connection) {
    let wants_output = connection.wants_output();
    match connection.transmit() {
        Transmit::Nothing => assert!(!wants_output),
        Transmit::Bytes(mut slices) => assert!(wants_output && slices.next().is_some()),
        Transmit::HalfClose => assert!(wants_output),
    }
}

#[test]
fn rows_of_the_table_are_complete() {
    for (standing, row) in TABLE {
        for (index, (happening, _)) in row.into_iter().enumerate() {
            assert_eq!(happening as usize, index, "{standing:?} {happening:?}");
        }
    }
}

/// A closed connection holds nothing, not even by its extensions, and wants nothing, however it got
/// there.
#[test]
fn closed_connections_are_at_rest() {
    for role in [Role::Server, Role::Client] {
        for (standing, row) in TABLE {
            for (happening, _) in row {
                let (extensions, calls) = Takeover::chain(None);
                let mut probe = reach_with(extensions, role, standing);
                happen(&mut probe, happening);
                let connection = &mut probe.connection;
                assert!(connection.extensions().eq(["x-takeover"]));
                assert!(connection.has_extensions());
                let is_let_go = Arc::strong_count(&calls) == 1;
                assert_eq!(is_let_go, connection.state() == State::Closed);
                assert_eq!(
                    connection.close_outcome().is_some(),
                    connection.state() == State::Closed
                );
                if connection.state() == State::Closed {
                    assert!(matches!(connection.transmit(), Transmit::Nothing));
                    assert_eq!(connection.poll_timeout(), None);
                    assert_eq!(connection.buffered_bytes(), 0);
                    assert!(!connection.wants_input());
                    assert!(!connection.is_writable());
                } else {
                    let at_end = matches!(happening, Eof);
                    assert_eq!(connection.wants_input(), !at_end);
                }
            }
        }
    }
}

#[test]
fn server_shuts_the_transport_down_first_and_client_waits() {
    for (role, shuts_down) in [(Role::Server, true), (Role::Client, false)] {
        let mut probe = reach(role, Standing::EndingFlushed);
        assert_eq!(probe.wants_half_close(), shuts_down);
        let mut probe = reach(role, Standing::CloseSent);
        probe.written();
        assert!(
            !probe.wants_half_close(),
            "the peer's Close is not here yet"
        );
        happen(&mut probe, Close);
        assert_eq!(probe.wants_half_close(), shuts_down);
        let mut probe = reach(role, Standing::FailingFlushed);
        assert!(probe.wants_half_close(), "whoever fails shuts down");
        let mut probe = reach(role, Standing::FailingHalfClosed);
        assert!(!probe.wants_half_close(), "only once");
    }
}

/// Nothing has to be called after the last byte for the end to be complete.
#[test]
fn last_byte_after_the_end_of_input_is_the_end() {
    for standing in [Standing::Ending, Standing::Failing] {
        let mut probe = reach(Role::Server, standing);
        probe.connection.handle_eof(probe.now);
        let len = probe.connection.buffered_bytes();
        probe.connection.handle_transmitted(len, probe.now);
        assert!(probe.is_closed());
        assert_eq!(probe.connection.poll_timeout(), None);
    }
}

#[test]
fn half_close_follows_the_last_byte() {
    let mut probe = reach(Role::Server, Standing::Ending);
    assert!(!probe.wants_half_close());
    let len = probe.connection.buffered_bytes();
    probe.connection.handle_transmitted(len - 1, probe.now);
    assert!(!probe.wants_half_close());
    probe.connection.handle_transmitted(1, probe.now);
    assert!(probe.wants_half_close());
}

fn outcome(
    received: Option<u16>,
    sent: Option<u16>,
    first: Option<Initiator>,
    clean: bool,
) -> CloseOutcome {
    let frame = |number| CloseFrame::from(CloseCode::try_from(number).expect("a known code"));
    CloseOutcome {
        received: received.map(frame),
        sent: sent.map(frame),
        first,
        clean,
    }
}

#[track_caller]
fn check_outcome(role: Role, happenings: &[Happening], expected: &CloseOutcome) {
    let mut probe = probe(role, Chain::default());
    for happening in happenings {
        assert_eq!(
            probe.connection.close_outcome(),
            None,
            "before {happening:?}"
        );
        happen(&mut probe, *happening);
    }
    let mut actual = probe.connection.close_outcome().expect("closed");
    // The words for a violation are tested with the violations.
    if let Some(sent) = &mut actual.sent {
        sent.reason.clear();
    }
    assert_eq!(&actual, expected, "{role} {happenings:?}");
}

#[test]
fn outcome_says_how_it_ended() {
    use Initiator::{Peer, Us};
    let peer_first = outcome(Some(1000), Some(1000), Some(Peer), true);
    let we_first = outcome(Some(1000), Some(1001), Some(Us), true);
    for role in [Role::Server, Role::Client] {
        check_outcome(role, &[Close, Flushed, Eof], &peer_first);
        check_outcome(role, &[Close, Eof, Flushed], &peer_first);
        check_outcome(role, &[Close, Flushed, Disconnect], &peer_first);
        check_outcome(role, &[Close, Flushed, Deadline], &peer_first);
        check_outcome(role, &[WeClose, Flushed, Close, Eof], &we_first);
        check_outcome(role, &[WeClose, Close, Flushed, Eof], &we_first);
        check_outcome(role, &[WeClose, Flushed, Message, Close, Eof], &we_first);

        let unsent = outcome(Some(1000), Some(1000), Some(Peer), false);
        check_outcome(role, &[Close, Disconnect], &unsent);
        check_outcome(role, &[Close, Deadline], &unsent);
        let unanswered = outcome(None, Some(1001), Some(Us), false);
        check_outcome(role, &[WeClose, Flushed, Eof], &unanswered);
        check_outcome(role, &[WeClose, Flushed, Deadline], &unanswered);
        check_outcome(role, &[WeClose, Flushed, Disconnect], &unanswered);
        let abnormal = outcome(None, None, None, false);
        check_outcome(role, &[Eof], &abnormal);
        check_outcome(role, &[Message, Disconnect], &abnormal);
        let failed = outcome(None, Some(1002), Some(Us), false);
        check_outcome(role, &[Violation, Flushed, Eof], &failed);
        check_outcome(role, &[Violation, Flushed, HalfClosed, Eof], &failed);
        check_outcome(role, &[Violation, Flushed, Close, Eof], &failed);
        check_outcome(role, &[Violation, Deadline], &failed);
        let failed_later = outcome(None, Some(1001), Some(Us), false);
        check_outcome(role, &[WeClose, Violation, Flushed, Eof], &failed_later);
    }
    check_outcome(Role::Server, &[Close, Flushed, HalfClosed], &peer_first);
    check_outcome(
        Role::Server,
        &[Close, Message, Flushed, HalfClosed, Eof],
        &peer_first,
    );
}

#[test]
fn code_of_the_outcome_is_the_peers_or_1006() {
    let abnormal = CloseOutcome::default();
    assert_eq!(u16::from(abnormal.code()), 1006);
    assert_eq!(abnormal.reason(), "");
    assert_eq!(format!("{abnormal}"), "1006 abnormal closure");
    let closed = CloseOutcome {
        received: Some(CloseFrame::new(CloseCode::GoingAway, "bye")),
        ..abnormal
    };
    assert_eq!(u16::from(closed.code()), 1001);
    assert_eq!(closed.reason(), "bye");
    assert_eq!(format!("{closed}"), "1001 going away: bye");
}

mod draining {
    use super::*;

    fn junk(probe: &mut Probe, len: usize) {
        assert_eq!(probe.feed(&alloc::vec![0xFF; len]), []);
    }

    #[test]
    fn ends_at_its_bound_of_bytes() {
        let after_close = frame(Role::Server, true, Opcode::Binary, b"data").len();
        for (standing, n_drained) in [
            (Standing::FailingHalfClosed, 0),
            (Standing::EndingHalfClosed, after_close),
        ] {
            let mut probe = reach(Role::Server, standing);
            junk(&mut probe, 256 * 1024 - 1 - n_drained);
            assert!(probe.connection.wants_input(), "one byte below the bound");
            junk(&mut probe, 1);
            assert!(!probe.connection.wants_input());
            assert_eq!(probe.events(), []);
            assert_eq!(
                probe.connection.state(),
                State::Closing,
                "the peer still has time to read our Close"
            );
            junk(&mut probe, 1);
            assert!(probe.is_closed(), "nobody listens any more");
            assert_eq!(probe.connection.poll_timeout(), None);
        }
    }

    #[test]
    fn ends_at_its_bound_of_time() {
        for standing in [Standing::FailingFlushed, Standing::EndingFlushed] {
            let mut probe = reach(Role::Server, standing);
            junk(&mut probe, 1);
            probe.connection.handle_half_closed(probe.now);
            probe.advance(Duration::from_millis(999));
            assert!(!probe.is_closed());
            probe.advance(Duration::from_millis(1));
            assert!(probe.is_closed());
            assert_eq!(probe.events(), []);
        }
    }

    /// Only a peer that goes on after its Close frame has anything to be waited for.
    #[test]
    fn is_left_out_after_a_closing_handshake() {
        let mut probe = reach(Role::Server, Standing::EndingFlushed);
        assert!(probe.wants_half_close());
        probe.connection.handle_half_closed(probe.now);
        assert!(probe.is_closed());
        assert_eq!(probe.connection.poll_timeout(), None);
    }

    #[test]
    fn has_its_whole_time_however_late_the_last_bytes_left() {
        let mut probe = reach(Role::Server, Standing::FailingFlushed);
        probe.advance(Duration::from_millis(4500));
        probe.connection.handle_half_closed(probe.now);
        probe.advance(Duration::from_millis(999));
        assert!(!probe.is_closed());
        probe.advance(Duration::from_millis(1));
        assert!(probe.is_closed());
    }

    #[test]
    fn rest_of_the_input_that_ended_it_is_free() {
        for last in [
            frame(Role::Server, true, Opcode::Continuation, b"lone"),
            frame(Role::Server, true, Opcode::Close, b""),
        ] {
            let mut probe = probe(Role::Server, Chain::default());
            let mut bytes = last;
            bytes.resize(1 << 20, 0xFF);
            assert_eq!(probe.feed(&bytes).len(), 1);
            assert!(probe.connection.wants_input());
            let stats = probe.connection.stats();
            assert_eq!(stats.received.wire_bytes, 1 << 20);
        }
    }
}
