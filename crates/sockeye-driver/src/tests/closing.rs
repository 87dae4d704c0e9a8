//! The end of a connection: handshakes, failures, lost transports, drain.

use std::pin::pin;
use std::task::{Context, Waker};

use sockeye_connection::{Config, ProtocolViolation, State, TimeoutKind};
use sockeye_frame::{CloseCode, Role};

use super::{open, pair};
use crate::testing::{Manners, MemoryTransport, VirtualClock, block_on, both, link};
use crate::timer::Alarm;
use crate::web_socket::Agreement;
use crate::{Burst, Drain, Error, ErrorKind, Transport, WebSocket};

#[test]
fn both_sides_closing_at_once_is_clean() {
    let clock = VirtualClock::default();
    let (mut client, mut server) = pair(&clock, 4096, Manners::default());
    let (a, b) = both(
        &clock,
        async { client.close(CloseCode::NormalClosure, "a").await.unwrap() },
        async { server.close(CloseCode::GoingAway, "b").await.unwrap() },
    );
    assert!(a.clean && b.clean);
    assert_eq!(a.received.unwrap().reason, "b");
    assert_eq!(b.received.unwrap().reason, "a");
    assert_eq!(
        (client.state(), server.state()),
        (State::Closed, State::Closed)
    );
}

#[test]
fn messages_before_the_peers_close_are_still_delivered() {
    let clock = VirtualClock::default();
    let (mut client, mut server) = pair(&clock, 4096, Manners::default());
    both(
        &clock,
        async {
            client.send("last words").await.unwrap();
            client.close(CloseCode::NormalClosure, "").await.unwrap();
        },
        async {
            assert_eq!(server.recv().await.unwrap(), Some("last words".into()));
            assert_eq!(server.recv().await.unwrap(), None);
            assert_eq!(server.recv().await.unwrap(), None, "the end stays the end");
            assert!(matches!(server.send("x").await, Err(Error::Closed)));
        },
    );
}

#[test]
fn end_of_bytes_without_close_is_1006() {
    let clock = VirtualClock::default();
    let (client, mut server) = pair(&clock, 4096, Manners::default());
    client.abort();
    block_on(&clock, async {
        let error = server.recv().await.unwrap_err();
        assert!(matches!(error, Error::ConnectionLost), "{error}");
        assert_eq!(error.close_code(), Some(CloseCode::AbnormalClosure));
        assert_eq!(error.kind(), ErrorKind::Closed);
        assert!(error.is_retryable());
        assert_eq!(
            server.recv().await.unwrap(),
            None,
            "an error is reported once"
        );
    });
    let outcome = server.close_outcome().unwrap();
    assert_eq!(outcome.code(), CloseCode::AbnormalClosure);
    assert!(!outcome.clean);
}

#[test]
fn a_peer_that_breaks_the_protocol_gets_its_close_before_we_report_it() {
    let clock = VirtualClock::default();
    let (raw, server) = link(1 << 20, Manners::default());
    let mut server = open(&clock, server, Role::Server);
    // An unmasked client frame, and then junk without end.
    raw.inject(&[0x81, 0x01, b'x']);
    raw.inject(&[0x55; 300_000]);
    let error = block_on(&clock, server.recv()).unwrap_err();
    assert_eq!(error.close_code(), Some(CloseCode::ProtocolError));
    assert!(
        matches!(error, Error::Protocol(ProtocolViolation::Header(_))),
        "{error:?}"
    );
    let written = raw.take_incoming();
    assert_eq!(written[0], 0x88, "a close frame");
    assert_eq!(written[2..4], 1002_u16.to_be_bytes());
    assert!(
        clock.elapsed() <= std::time::Duration::from_secs(1),
        "junk is drained for 1 s"
    );
}

#[test]
fn a_write_error_is_reported_and_what_arrived_before_is_not_lost() {
    let clock = VirtualClock::default();
    let (client, mut server) = pair(&clock, 4096, Manners::default());
    block_on(&clock, async {
        let mut client = client;
        client.send("before").await.unwrap();
        client.abort();
        assert!(matches!(
            server.send("nobody reads").await,
            Err(Error::Io(_))
        ));
        assert_eq!(server.recv().await.unwrap(), Some("before".into()));
        assert!(matches!(server.recv().await, Err(Error::Io(_))));
    });
}

#[test]
fn a_write_error_does_not_hide_the_close_frame_that_explains_it() {
    let clock = VirtualClock::default();
    let (mut client, mut server) = pair(&clock, 4096, Manners::default());
    {
        let closing = pin!(client.close(CloseCode::MessageTooBig, "no more of that"));
        let mut cx = Context::from_waker(Waker::noop());
        assert!(closing.poll(&mut cx).is_pending());
    }
    client.abort();
    block_on(&clock, async {
        assert!(matches!(
            server.send("the rest of it").await,
            Err(Error::Io(_))
        ));
        assert_eq!(server.recv().await.unwrap(), None);
        let outcome = server.close_outcome().unwrap();
        assert_eq!(outcome.code(), CloseCode::MessageTooBig);
        assert_eq!(outcome.reason(), "no more of that");
    });
}

#[test]
fn a_drain_signal_closes_a_waiting_connection_with_its_code() {
    let clock = VirtualClock::default();
    let drain = Drain::new();
    let (client, server) = link(4096, Manners::default());
    let mut client = open(&clock, client, Role::Client);
    let mut server = listening(&clock, server, &drain);
    let (on_server, on_client) = both(
        &clock,
        async {
            assert_eq!(server.recv().await.unwrap(), None);
            server.close_outcome().unwrap()
        },
        async {
            drain.start("server restarts");
            assert_eq!(client.recv().await.unwrap(), None);
            client.close_outcome().unwrap()
        },
    );
    assert!(on_server.clean && on_client.clean);
    assert_eq!(on_client.code(), CloseCode::GoingAway);
    assert_eq!(on_client.reason(), "server restarts");
}

#[test]
fn a_drain_that_finds_replies_waiting_still_ends_a_burst_loop_cleanly() {
    let clock = VirtualClock::default();
    let drain = Drain::new();
    let (client, server) = link(4096, Manners::default());
    let mut client = open(&clock, client, Role::Client);
    let mut server = listening(&clock, server, &drain);
    drain.start("");
    let (open, received) = both(
        &clock,
        async {
            let take = |burst: &mut Burst<'_>| while burst.next_message().is_some() {};
            server.burst(take).await.unwrap()
        },
        async { client.recv().await.unwrap() },
    );
    assert!(!open && received.is_none());
    assert!(client.close_outcome().unwrap().clean);
}

/// A server that listens to `drain`.
fn listening(
    clock: &VirtualClock,
    transport: MemoryTransport,
    drain: &Drain,
) -> WebSocket<MemoryTransport> {
    let agreement = Agreement {
        role: Role::Server,
        config: Config::default().into(),
        extensions: Default::default(),
        subprotocol: None,
        leftover: &[],
        drain: Some(drain),
    };
    WebSocket::new(transport, Alarm::new(clock.timer()), agreement)
}

#[test]
fn into_inner_gives_back_bytes_that_were_read_ahead() {
    let clock = VirtualClock::default();
    let (raw, server) = link(4096, Manners::default());
    let mut server = open(&clock, server, Role::Server);
    let second = [0x82, 0x81, 0, 0, 0, 0, b'2'];
    raw.inject(&[&[0x82, 0x81, 0, 0, 0, 0, b'1'][..], &second].concat());
    assert_eq!(
        block_on(&clock, server.recv()).unwrap(),
        Some(vec![b'1'].into())
    );
    let (_, leftover) = server.into_inner();
    assert_eq!(leftover, second[..]);
}

#[test]
fn leftover_of_the_handshake_comes_before_what_is_read() {
    let clock = VirtualClock::default();
    let (raw, server) = link(4096, Manners::default());
    raw.inject(b"b");
    let leftover = [0x82, 0x82, 0, 0, 0, 0, b'a'];
    let mut server = WebSocket::from_upgraded(
        server,
        clock.timer(),
        &leftover,
        Role::Server,
        Config::default(),
    );
    assert_eq!(
        block_on(&clock, server.recv()).unwrap(),
        Some(vec![b'a', b'b'].into())
    );
}

#[test]
fn flush_does_not_call_it_done_when_the_connection_ended_before() {
    let clock = VirtualClock::default();
    let (mut raw, server) = link(100, Manners::default());
    let (sender, mut receiver) = open(&clock, server, Role::Server).split();
    // The peer sends no more, and what we write it neither takes nor rejects.
    let _ = raw.poll_shutdown(&mut Context::from_waker(Waker::noop()));
    let flushed = both(
        &clock,
        async {
            sender.send(vec![0; 100_000]).await.unwrap();
            sender.flush().await
        },
        async { receiver.recv().await },
    );
    assert!(flushed.0.is_err(), "most of the message was lost");
    let error = flushed
        .1
        .expect_err("the sender's error is not the receiver's");
    assert_eq!(error.close_code(), Some(CloseCode::AbnormalClosure));
}

#[test]
fn an_error_that_flush_reported_is_reported_by_recv_too() {
    let clock = VirtualClock::default();
    let (_raw, server) = link(100, Manners::default());
    let (sender, mut receiver) = open(&clock, server, Role::Server).split();
    block_on(&clock, async {
        sender.send(vec![0; 100_000]).await.unwrap();
        let is_stall = |error| matches!(error, Error::Timeout(TimeoutKind::WriteStall));
        assert!(is_stall(sender.flush().await.unwrap_err()));
        assert!(is_stall(receiver.recv().await.unwrap_err()));
        assert_eq!(receiver.recv().await.unwrap(), None, "once");
    });
}

#[test]
fn abort_of_a_sender_alone_tells_the_peer() {
    let clock = VirtualClock::default();
    let (client, mut server) = pair(&clock, 4096, Manners::default());
    let (sender, receiver) = client.split();
    drop(receiver);
    sender.abort();
    let error = block_on(&clock, server.recv()).unwrap_err();
    assert!(matches!(error, Error::ConnectionLost), "{error:?}");
    assert_eq!(clock.elapsed(), std::time::Duration::ZERO);
}
