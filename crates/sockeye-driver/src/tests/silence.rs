//! A peer that says part of something and then nothing: nobody is woken, nothing is polled.
//!
//! Polls and calls of the transport are counted, so that a loop that turns without work shows at
//! once and on any machine.

use std::fmt;
use std::future::Future;
use std::io::{self, IoSlice};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

use bytes::BytesMut;
use sockeye_connection::Config;
use sockeye_frame::Role;
use sockeye_handshake::IntoClientRequest;

use crate::testing::{Flag, Manners, MemoryTransport, VirtualClock, link};
use crate::{Acceptor, ClientOptions, Transport, WebSocket, client_handshake};

#[test]
fn behind_any_part_of_a_frame_costs_nothing() {
    // A message in two fragments with a ping in between: within headers, keys and payloads.
    let to_server = [
        0x01, 0x82, 1, 2, 3, 4, b'a', b'b', 0x89, 0x81, 1, 2, 3, 4, b'p', 0x80, 0xFE, 0, 200, 1, 2,
        3, 4, b'c',
    ];
    let to_client = [
        0x01, 0x02, b'a', b'b', 0x89, 0x01, b'p', 0x80, 0x7E, 0, 200, b'c',
    ];
    let inputs = [(Role::Server, &to_server[..]), (Role::Client, &to_client)];
    for (role, bytes) in inputs {
        for n in 1..=bytes.len() {
            let (peer, counted, n_calls) = counted();
            let clock = VirtualClock::default();
            let config = Config::default();
            let mut ws = WebSocket::from_upgraded(counted, clock.timer(), &[], role, config);
            check(&peer, &bytes[..n], &n_calls, ws.recv());
        }
    }
}

#[test]
fn behind_one_byte_of_a_request_costs_nothing() {
    let (peer, counted, n_calls) = counted();
    let clock = VirtualClock::default();
    let acceptor = Acceptor::new();
    let accepting = acceptor.accept(counted, clock.timer());
    check(&peer, b"G", &n_calls, accepting);
}

#[test]
fn behind_one_byte_of_a_response_costs_nothing() {
    let (peer, counted, n_calls) = counted();
    let clock = VirtualClock::default();
    let request = "ws://example.com/".into_client_request().unwrap();
    let options = ClientOptions::default();
    let connecting = client_handshake(counted, clock.timer(), &request, &options);
    check(&peer, b"H", &n_calls, connecting);
}

/// Waits for more than `bytes`, which come once the other end waits, and sees that it goes on
/// waiting.
fn check<R: fmt::Debug>(
    peer: &MemoryTransport,
    bytes: &[u8],
    n_calls: &AtomicUsize,
    waiting: impl Future<Output = R>,
) {
    let mut waiting = pin!(waiting);
    let flag = Flag::new();
    let waker = Waker::from(Arc::clone(&flag));
    let mut settle = || {
        let mut n_polls = 0;
        while flag.take() {
            n_polls += 1;
            let polled = waiting.as_mut().poll(&mut Context::from_waker(&waker));
            assert!(polled.is_pending(), "{polled:?}");
            assert!(n_polls <= MAX_POLLS, "it wakes itself without end");
        }
    };
    settle();
    n_calls.store(0, Ordering::Relaxed);
    peer.inject(bytes);
    settle();
    let n = n_calls.load(Ordering::Relaxed);
    // One read brings the bytes and one finds no more; a pong is written and flushed.
    assert!((2..=MAX_CALLS).contains(&n), "{n} calls of the transport");
    settle();
    assert_eq!(n_calls.load(Ordering::Relaxed), n, "nobody was woken");
}

/// The two ends of a link, one of which counts the calls of it.
fn counted() -> (MemoryTransport, Counted, Arc<AtomicUsize>) {
    let (transport, peer) = link(usize::MAX, Manners::default());
    let n_calls = Arc::<AtomicUsize>::default();
    let counted = Counted {
        transport,
        n_calls: Arc::clone(&n_calls),
    };
    (peer, counted, n_calls)
}

struct Counted {
    transport: MemoryTransport,
    n_calls: Arc<AtomicUsize>,
}

impl Counted {
    fn count(&mut self) -> &mut MemoryTransport {
        self.n_calls.fetch_add(1, Ordering::Relaxed);
        &mut self.transport
    }
}

impl Transport for Counted {
    fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        buf: &mut BytesMut,
        max: usize,
    ) -> Poll<io::Result<usize>> {
        self.count().poll_read(cx, buf, max)
    }

    fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.count().poll_write(cx, slices)
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.count().poll_flush(cx)
    }

    fn poll_shutdown(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.count().poll_shutdown(cx)
    }
}

const MAX_POLLS: usize = 3;
const MAX_CALLS: usize = 4;
