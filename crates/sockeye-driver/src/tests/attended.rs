//! Who attends a connection whose receiver is busy: what it takes up, what it leaves, whom it wakes.

use std::future::Future;
use std::io::{self, IoSlice};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use bytes::BytesMut;
use sockeye_frame::Role;

use super::open;
use crate::testing::{
    Flag, Manners, MemoryTransport, Operation, Scripted, VirtualClock, block_on, link,
    poll_and_drop,
};
use crate::{Error, Transport};

#[test]
fn answers_pings_until_a_message_is_in_front_of_them() {
    let clock = VirtualClock::default();
    let (raw, server) = link(1 << 20, Manners::default());
    let (sender, mut receiver) = open(&clock, server, Role::Server).split();
    // Masked with zeros (RFC 6455 §5.3). The second ping comes in two parts, the third one behind a
    // message.
    for part in [
        &b"\x89\x81\0\0\0\0a\x89\x81\0"[..],
        b"\0\0\0b",
        b"\x81\x85\0\0\0\0hello\x89\x81\0\0\0\0c",
    ] {
        raw.inject(part);
        assert!(poll_and_drop(sender.attended(), 1).is_none());
    }
    assert_eq!(raw.take_incoming(), b"\x8a\x01a\x8a\x01b");
    let received = block_on(&clock, receiver.recv()).unwrap();
    assert_eq!(received, Some("hello".into()));
    assert!(poll_and_drop(sender.attended(), 1).is_none());
    assert_eq!(raw.take_incoming(), b"\x8a\x01c");
    // Its Close is answered too, and the end seen.
    raw.inject(b"\x88\x82\0\0\0\0\x03\xe8");
    assert!(poll_and_drop(sender.attended(), 1).is_none_or(|outcome| outcome.clean));
    assert_eq!(raw.take_incoming(), b"\x88\x02\x03\xe8");
    drop(raw);
    let outcome = block_on(&clock, sender.attended());
    assert!(outcome.clean, "{outcome:?}");
    assert_eq!(block_on(&clock, receiver.recv()).unwrap(), None);
}

#[test]
fn takes_up_a_frame_that_a_dropped_recv_has_read_in_part() {
    let ping = &b"\x89\x82\0\0\0\0ab"[..];
    let close = b"\x88\x82\0\0\0\0\x03\xe8";
    let answers = [(ping, &b"\x8a\x02ab"[..]), (close, b"\x88\x02\x03\xe8")];
    for (frame, answer) in answers {
        for n_taken in 1..frame.len() {
            let clock = VirtualClock::default();
            let (raw, server) = link(1 << 20, Manners::default());
            let (sender, mut receiver) = open(&clock, server, Role::Server).split();
            let (taken, rest) = frame.split_at(n_taken);
            raw.inject(taken);
            assert!(poll_and_drop(receiver.recv(), 1).is_none());
            raw.inject(rest);
            poll_and_drop(sender.attended(), 1);
            assert_eq!(raw.take_incoming(), answer, "after {n_taken} bytes");
        }
    }
}

/// Of a message nothing is taken up, however little of it was read.
#[test]
fn a_message_is_left_of_which_one_byte_was_read() {
    let clock = VirtualClock::default();
    let (raw, server) = link(1 << 20, Manners::default());
    let (sender, mut receiver) = open(&clock, server, Role::Server).split();
    raw.inject(b"\x81");
    assert!(poll_and_drop(receiver.recv(), 1).is_none());
    raw.inject(b"\x81\0\0\0\0a\x89\x80\0\0\0\0");
    assert!(poll_and_drop(sender.attended(), 1).is_none());
    assert_eq!(raw.take_incoming(), b"");
    assert_eq!(block_on(&clock, receiver.recv()).unwrap(), Some("a".into()));
    assert!(poll_and_drop(sender.attended(), 1).is_none());
    assert_eq!(raw.take_incoming(), b"\x8a\0");
}

/// Whoever receives takes the message in front of a ping away, and nothing else wakes who attends.
#[test]
fn goes_on_when_the_message_in_front_has_been_received() {
    let (message, ping) = (b"\x81\x81\0\0\0\0m", b"\x89\x81\0\0\0\0c");
    for (at_once, later) in [
        (&[&message[..], ping].concat()[..], &b""[..]),
        (message, ping),
    ] {
        let clock = VirtualClock::default();
        let (raw, server) = link(1 << 20, Manners::default());
        let (sender, mut receiver) = open(&clock, server, Role::Server).split();
        let mut attended = pin!(sender.attended());
        let flag = Flag::new();
        let waker = Waker::from(Arc::clone(&flag));
        let cx = &mut Context::from_waker(&waker);
        let mut settle = || {
            while flag.take() {
                assert!(attended.as_mut().poll(cx).is_pending());
            }
        };
        settle();
        raw.inject(at_once);
        settle();
        let received = poll_and_drop(receiver.recv(), 1).unwrap();
        assert_eq!(received.unwrap(), Some("m".into()));
        settle();
        raw.inject(later);
        settle();
        assert_eq!(raw.take_incoming(), b"\x8a\x01c");
    }
}

/// A runtime may look at a socket only after somebody has read it empty, and then wake nobody.
#[test]
fn wakes_who_receives_when_it_has_read_a_message() {
    let clock = VirtualClock::default();
    let (raw, server) = link(1 << 20, Manners::default());
    let (sender, mut receiver) = open(&clock, Unwatched(server), Role::Server).split();
    let flag = Flag::new();
    let waker = Waker::from(Arc::clone(&flag));
    let mut received = pin!(receiver.recv());
    let polled = received.as_mut().poll(&mut Context::from_waker(&waker));
    assert!(polled.is_pending());
    raw.inject(b"\x81\x81\0\0\0\0m");
    flag.take();
    assert!(poll_and_drop(sender.attended(), 1).is_none());
    assert!(flag.take(), "woken");
    let received = block_on(&clock, received).unwrap();
    assert_eq!(received, Some("m".into()));
}

#[test]
fn gives_way_to_others_in_a_flood_of_pings() {
    let clock = VirtualClock::default();
    let (raw, server) = link(1 << 22, Manners::default());
    let (sender, _receiver) = open(&clock, server, Role::Server).split();
    raw.inject(&b"\x89\x80\0\0\0\0".repeat(300_000));
    // One turn does not take up all of them.
    assert!(poll_and_drop(sender.attended(), 1).is_none());
    let n_left = raw.n_outgoing();
    assert!(n_left > 0);
    assert!(poll_and_drop(sender.attended(), 1).is_none());
    assert!(raw.n_outgoing() < n_left);
}

#[test]
fn answers_all_pings_of_a_read_in_one_write() {
    let clock = VirtualClock::default();
    let pings = b"\x89\x80\0\0\0\0".repeat(1000);
    let (transport, record) = Scripted::new(&pings, usize::MAX, None);
    let (sender, _receiver) = open(&clock, transport, Role::Server).split();
    block_on(&clock, sender.attended());
    let record = record.lock().unwrap();
    assert_eq!(record.written, b"\x8a\0".repeat(1000));
    assert_eq!(record.n_calls[Operation::Write as usize], 1);
}

#[test]
fn finds_what_is_wrong_with_control_frames() {
    let clock = VirtualClock::default();
    let (raw, server) = link(1 << 20, Manners::default());
    let (sender, mut receiver) = open(&clock, server, Role::Server).split();
    // A ping of 126 bytes (RFC 6455 §5.5).
    raw.inject(b"\x89\xfe\0\x7e");
    assert!(poll_and_drop(sender.attended(), 1).is_none());
    assert_eq!(raw.take_incoming()[..4], *b"\x88\x25\x03\xea");
    drop(raw);
    block_on(&clock, sender.attended());
    let end = block_on(&clock, receiver.recv());
    assert!(matches!(end, Err(Error::Protocol(_))), "{end:?}");
}

/// A link that wakes nobody who reads from it.
struct Unwatched(MemoryTransport);

impl Transport for Unwatched {
    fn poll_read(
        &mut self,
        _: &mut Context<'_>,
        buf: &mut BytesMut,
        max: usize,
    ) -> Poll<io::Result<usize>> {
        let cx = &mut Context::from_waker(Waker::noop());
        self.0.poll_read(cx, buf, max)
    }

    fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.0.poll_write(cx, slices)
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.poll_flush(cx)
    }

    fn poll_shutdown(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.poll_shutdown(cx)
    }
}
