//! Every time limit fires, on a clock that the test moves.

use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use sockeye_connection::{Config, TimeoutKind};
use sockeye_frame::{CloseCode, Role};

use super::{open, pair};
use crate::testing::{
    Fault, Flag, Manners, Operation, Scripted, VirtualClock, block_on, both, link, poll_and_drop,
};
use crate::{Error, Transport, WebSocket};

#[test]
fn a_peer_that_never_answers_a_ping_is_given_up_after_interval_and_timeout() {
    let clock = VirtualClock::default();
    let (raw, server) = link(1 << 20, Manners::default());
    let mut server = open(&clock, server, Role::Server);
    let error = block_on(&clock, server.recv()).unwrap_err();
    assert!(
        matches!(error, Error::Timeout(TimeoutKind::Keepalive)),
        "{error:?}"
    );
    assert!(error.is_timeout());
    assert_eq!(clock.elapsed(), Duration::from_secs(40));
    assert_eq!(raw.take_incoming()[0], 0x89, "it was asked with a ping");
}

#[test]
fn a_live_peer_is_kept_through_many_intervals() {
    let clock = VirtualClock::default();
    let (mut client, mut server) = pair(&clock, 4096, Manners::default());
    both(
        &clock,
        async { while client.recv().await.unwrap().is_some() {} },
        async {
            // The virtual clock jumps from ping to ping; each is answered.
            while clock.elapsed() < Duration::from_secs(600) {
                let event = server.recv_event().await.unwrap().unwrap();
                assert!(matches!(
                    event,
                    crate::Event::Ping(_) | crate::Event::Pong { .. }
                ));
            }
            assert!(server.stats().rtt.is_some());
            server.close(CloseCode::NormalClosure, "").await.unwrap();
        },
    );
}

#[test]
fn a_peer_that_never_answers_our_close_is_given_up_after_five_seconds() {
    let clock = VirtualClock::default();
    let (_raw, client) = link(1 << 20, Manners::default());
    let mut client = open(&clock, client, Role::Client);
    let outcome = block_on(&clock, client.close(CloseCode::NormalClosure, "")).unwrap();
    assert!(!outcome.clean);
    assert_eq!(outcome.sent.unwrap().code, CloseCode::NormalClosure);
    assert_eq!(outcome.received, None);
    assert_eq!(clock.elapsed(), Duration::from_secs(5));
}

#[test]
fn a_peer_that_takes_nothing_for_thirty_seconds_is_given_up() {
    let clock = VirtualClock::default();
    let (raw, server) = link(100, Manners::default());
    let mut server = open(&clock, server, Role::Server);
    let error = block_on(&clock, async {
        server.send(vec![0; 100_000]).await.unwrap();
        server.flush().await.unwrap_err()
    });
    assert!(
        matches!(error, Error::Timeout(TimeoutKind::WriteStall)),
        "{error:?}"
    );
    assert_eq!(clock.elapsed(), Duration::from_secs(30));
    drop(raw);
}

#[test]
fn a_sender_that_waits_long_does_not_take_a_living_peer_for_dead() {
    let clock = VirtualClock::default();
    let (mut client, mut server) = pair(
        &clock,
        10_000,
        Manners {
            max_step: 100,
            hesitates: false,
        },
    );
    let total = 400_000;
    both(
        &clock,
        async {
            // Takes a little every ten seconds, and answers pings as it goes.
            let mut reader = client.recv_streaming().await.unwrap().unwrap();
            let mut n = 0;
            while let Some(piece) = reader.next().await.unwrap() {
                n += piece.len();
                if n % 10_000 < 100 {
                    clock.advance(Duration::from_secs(10));
                }
            }
            assert_eq!(n, total);
        },
        async {
            server.send(vec![0; total]).await.unwrap();
            server.flush().await.unwrap();
        },
    );
    assert!(clock.elapsed() > Duration::from_secs(100));
}

#[test]
fn a_long_frame_on_a_slow_line_is_a_sign_of_life_although_no_pong_can_come() {
    let clock = VirtualClock::default();
    let (raw, server) = link(1 << 20, Manners::default());
    let mut server = open(&clock, server, Role::Server);
    raw.inject(&[0x82, 0x80 | 100, 0, 0, 0, 0]);
    raw.inject(&[7]);
    let n_received = block_on(&clock, async {
        let mut reader = server.recv_streaming().await.unwrap().unwrap();
        let mut n_received = 0;
        while let Some(piece) = reader.next().await.unwrap() {
            n_received += piece.len();
            // Less than is waited for a pong.
            clock.advance(Duration::from_secs(9));
            raw.inject(&[7]);
        }
        n_received
    });
    assert_eq!(n_received, 100);
    assert_eq!(clock.elapsed(), Duration::from_secs(900));
    assert_eq!(raw.take_incoming()[0], 0x89, "it was asked with a ping");
}

#[test]
fn a_message_that_never_ends_fails_with_1008_after_a_minute() {
    let clock = VirtualClock::default();
    let (raw, server) = link(1 << 20, Manners::default());
    let mut config = Config::default();
    config.timeouts.ping_interval = None;
    let mut server = WebSocket::from_upgraded(server, clock.timer(), &[], Role::Server, config);
    raw.inject(&[0x01, 0x81, 0, 0, 0, 0, b'a']);
    let error = block_on(&clock, server.recv()).unwrap_err();
    assert_eq!(
        error.close_code(),
        Some(CloseCode::PolicyViolation),
        "{error:?}"
    );
    let elapsed = clock.elapsed();
    assert!((60..=61).contains(&elapsed.as_secs()), "{elapsed:?}");
}

#[test]
fn a_peer_is_not_blamed_for_an_application_that_took_its_time() {
    let clock = VirtualClock::default();
    let (raw, server) = link(1 << 20, Manners::default());
    let mut config = Config::default();
    config.timeouts.ping_interval = None;
    let mut server = WebSocket::from_upgraded(server, clock.timer(), &[], Role::Server, config);
    // A message and half of another in one read.
    raw.inject(&[0x81, 0x81, 0, 0, 0, 0, b'a', 0x81, 0x82, 0, 0, 0, 0, b'b']);
    assert_eq!(block_on(&clock, server.recv()).unwrap(), Some("a".into()));
    clock.advance(Duration::from_secs(61));
    // The other half could not come while nobody read.
    assert!(poll_and_drop(server.recv(), 1).is_none());
    raw.inject(b"c");
    assert_eq!(block_on(&clock, server.recv()).unwrap(), Some("bc".into()));
}

/// The time limit passes where somebody waits on the connection, and nobody receives.
#[test]
fn a_peer_is_not_blamed_for_a_message_whose_rest_nobody_receives() {
    // Read when the message is late, or with an earlier time limit.
    for when in [59, 49] {
        let clock = VirtualClock::default();
        let (raw, server) = link(1 << 20, Manners::default());
        let mut config = Config::default();
        config.timeouts.ping_interval = Some(Duration::from_secs(50));
        config.timeouts.pong = Some(Duration::from_secs(50));
        let ws = WebSocket::from_upgraded(server, clock.timer(), &[], Role::Server, config);
        let (sender, mut receiver) = ws.split();
        raw.inject(&[0x01, 0x81, 0, 0, 0, 0, b'a']);
        assert!(poll_and_drop(receiver.recv(), 1).is_none());
        for second in 1..=70 {
            clock.advance(Duration::from_secs(1));
            if second == when {
                raw.inject(&[0x80, 0x81, 0, 0, 0, 0, b'b']);
            }
            assert!(poll_and_drop(sender.closed(), 1).is_none());
        }
        let received = block_on(&clock, receiver.recv()).unwrap();
        assert_eq!(received, Some("ab".into()), "came after {when} s");
    }
}

/// The bytes that come at each of its time limits do not help a peer whose bytes are received.
#[test]
fn a_message_that_trickles_in_is_late_whoever_keeps_the_time() {
    let clock = VirtualClock::default();
    let (raw, server) = link(1 << 20, Manners::default());
    let (sender, mut receiver) = open(&clock, server, Role::Server).split();
    raw.inject(&[0x01, 0x81, 0, 0, 0, 0, b'a']);
    let (mut closed, mut received) = (pin!(sender.closed()), pin!(receiver.recv()));
    let flag = Flag::new();
    let waker = Waker::from(Arc::clone(&flag));
    let cx = &mut Context::from_waker(&waker);
    for second in 1..=70 {
        while flag.take() {
            let _ = closed.as_mut().poll(cx);
            if let Poll::Ready(received) = received.as_mut().poll(cx) {
                let code = received.unwrap_err().close_code();
                assert_eq!(code, Some(CloseCode::PolicyViolation));
                return;
            }
        }
        clock.advance(Duration::from_secs(1));
        if second % 20 == 0 || second == 65 {
            raw.inject(&[0x00, 0x81, 0, 0, 0, 0, b'b']);
        }
    }
    assert_eq!(raw.take_incoming(), b"", "the Close frame");
    panic!("still open");
}

/// An application that sends whenever it can does not receive while the peer takes nothing.
#[test]
fn a_peer_that_keeps_the_application_from_receiving_is_late() {
    let clock = VirtualClock::default();
    let (raw, server) = link(16, Manners::default());
    let mut server = open(&clock, server, Role::Server);
    raw.inject(&[0x01, 0x81, 0, 0, 0, 0, b'a']);
    assert!(poll_and_drop(server.recv(), 1).is_none());
    assert!(poll_and_drop(server.feed(vec![1; 100_000]), 1).is_some());
    raw.inject(&[0x80]);
    for second in 1..=60 {
        assert!(poll_and_drop(server.send("tick"), 1).is_none(), "{second}");
        clock.advance(Duration::from_secs(1));
        if second % 20 == 0 {
            raw.take_incoming();
        }
    }
    let refused = poll_and_drop(server.send("tick"), 1);
    assert!(matches!(refused, Some(Err(Error::Closed))), "{refused:?}");
}

/// The end is found when a time limit passes and the application only sends.
#[test]
fn what_was_read_is_received_before_the_end_behind_it() {
    let clock = VirtualClock::default();
    let (mut raw, server) = link(1 << 20, Manners::default());
    let (sender, mut receiver) = open(&clock, server, Role::Server).split();
    raw.inject(&[0x81, 0x81, 0, 0, 0, 0, b'a', 0x81, 0x81, 0, 0, 0, 0, b'b']);
    raw.inject(&[0x88, 0x82, 0, 0, 0, 0, 0x03, 0xE8]);
    assert_eq!(block_on(&clock, receiver.recv()).unwrap(), Some("a".into()));
    let shut = raw.poll_shutdown(&mut Context::from_waker(Waker::noop()));
    assert!(matches!(shut, Poll::Ready(Ok(()))), "{shut:?}");
    // Neither the end nor a ping without an answer may lose what is there.
    for _ in 0..4 {
        clock.advance(Duration::from_secs(20));
        assert!(poll_and_drop(sender.closed(), 1).is_none());
    }
    assert_eq!(block_on(&clock, receiver.recv()).unwrap(), Some("b".into()));
    assert_eq!(block_on(&clock, receiver.recv()).unwrap(), None);
    assert!(receiver.close_outcome().unwrap().clean);
}

/// The same of a reset.
#[test]
fn what_was_read_is_received_before_the_failure_behind_it() {
    let clock = VirtualClock::default();
    let input = [
        &[0x81, 0x81, 0, 0, 0, 0, b'a', 0x81, 0x81, 0, 0, 0, 0, b'b'][..],
        &[0x88, 0x82, 0, 0, 0, 0, 0x03, 0xE8],
    ];
    let reset = Fault::Kind(io::ErrorKind::ConnectionReset);
    let fault = Some((Operation::Read, 1, reset));
    for (has_close, input) in [(true, input.concat()), (false, input[0].to_vec())] {
        let (transport, _) = Scripted::new(&input, usize::MAX, fault);
        let (sender, mut receiver) = open(&clock, transport, Role::Server).split();
        assert_eq!(block_on(&clock, receiver.recv()).unwrap(), Some("a".into()));
        clock.advance(Duration::from_secs(20));
        assert!(poll_and_drop(sender.closed(), 1).is_none());
        assert_eq!(block_on(&clock, receiver.recv()).unwrap(), Some("b".into()));
        match block_on(&clock, receiver.recv()) {
            Ok(None) if has_close => assert!(receiver.close_outcome().unwrap().clean),
            Err(Error::Io(error)) if !has_close => {
                assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
            }
            other => panic!("{other:?}"),
        }
    }
}
