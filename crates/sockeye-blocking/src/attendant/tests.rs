//! Connections beside one whose transport panics while nobody is in a call on it.

use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::panic::panic_any;
use std::sync::{Condvar, MutexGuard};
use std::task::{Context, Poll, Waker};

use bytes::BytesMut;
use sockeye_connection::{Config, Timeouts};
use sockeye_driver::{Listen, Transport, WebSocket};
use sockeye_frame::{CloseCode, Role};

use super::*;
use crate::Blocking;

const PATIENCE: Duration = Duration::from_secs(20);

/// The peer's end of a [`Line`], and what the test sees of the other.
#[derive(Clone, Default)]
struct Peer(Arc<(Mutex<Shared>, Condvar)>);

#[derive(Default)]
struct Shared {
    incoming: VecDeque<u8>,
    written: Vec<u8>,
    panics: bool,
    has_panicked: bool,
    is_shut_down: bool,
    /// It does not come to an end while this is set.
    is_held: bool,
    waker: Option<Waker>,
}

/// A transport to a [`Peer`].
struct Line(Peer);

impl Peer {
    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes something, and wakes the connection.
    fn with(&self, change: impl FnOnce(&mut Shared)) {
        let mut shared = self.lock();
        change(&mut shared);
        let waker = shared.waker.take();
        drop(shared);
        waker.expect("somebody waits").wake();
    }

    #[track_caller]
    fn wait_until(&self, what: &str, mut condition: impl FnMut(&Shared) -> bool) {
        let pending = |shared: &mut Shared| !condition(shared);
        let (_, changed) = &*self.0;
        let waited = changed.wait_timeout_while(self.lock(), PATIENCE, pending);
        let waited = waited.unwrap_or_else(PoisonError::into_inner).1;
        assert!(!waited.timed_out(), "{what} has not come");
    }

    fn note(&self, change: impl FnOnce(&mut Shared)) {
        change(&mut self.lock());
        self.0.1.notify_all();
    }
}

impl Transport for Line {
    fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        buf: &mut BytesMut,
        max: usize,
    ) -> Poll<io::Result<usize>> {
        let mut shared = self.0.lock();
        let n = shared.incoming.len().min(max);
        if n == 0 {
            drop(shared);
            self.0
                .note(|shared| shared.waker = Some(cx.waker().clone()));
            return Poll::Pending;
        }
        buf.extend(shared.incoming.drain(..n));
        Poll::Ready(Ok(n))
    }

    fn poll_write(
        &mut self,
        _cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.0.lock().panics {
            self.0.note(|shared| shared.has_panicked = true);
            panic_any(Loud);
        }
        let bytes: Vec<u8> = slices.iter().flat_map(|slice| slice.to_vec()).collect();
        self.0.note(|shared| shared.written.extend(&bytes));
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(&mut self, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(&mut self, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.note(|shared| shared.is_shut_down = true);
        self.0.wait_until("the release", |shared| !shared.is_held);
        Poll::Ready(Ok(()))
    }
}

/// What a panic is of that is followed by another when it is forgotten.
struct Loud;

impl Drop for Loud {
    fn drop(&mut self) {
        panic!("this panic belongs to the test too");
    }
}

fn connect(timeouts: Timeouts) -> (crate::WebSocket<Line>, Peer) {
    let peer = Peer::default();
    let line = Line(peer.clone());
    let config = Config {
        timeouts,
        ..Config::default()
    };
    let ws = WebSocket::from_upgraded(line, Blocking::timer(), &[], Role::Client, config);
    (crate::WebSocket::new(ws), peer)
}

fn pinging(pong: Duration) -> Timeouts {
    Timeouts {
        ping_interval: Some(Duration::from_millis(50)),
        pong: Some(pong),
        ..Timeouts::default()
    }
}

#[test]
fn a_panic_ends_its_own_connection_alone() {
    let (_answering, bystander) = connect(Timeouts {
        ping_interval: None,
        ..Timeouts::default()
    });
    // Its first ping cannot be written.
    let (mut panicking, broken) = connect(pinging(PATIENCE));
    broken.note(|shared| shared.panics = true);
    broken.wait_until("a panic", |shared| shared.has_panicked);
    broken.wait_until("an end", |shared| shared.is_shut_down);
    assert!(!matches!(panicking.recv(), Ok(Some(_))));
    let outcome = panicking.close_outcome().expect("it has ended");
    assert_eq!(outcome.code(), CloseCode::AbnormalClosure);

    // Later ones are attended to, and so are earlier ones: the first is looked after from here on.
    let (_silent, limited) = connect(pinging(Duration::from_millis(50)));
    limited.wait_until("a ping", |shared| shared.written.starts_with(&[0x89]));
    limited.wait_until("an end", |shared| shared.is_shut_down);
    bystander.wait_until("the waker", |shared| shared.waker.is_some());
    bystander.with(|shared| shared.incoming.extend([0x89, 0x01, b'x']));
    bystander.wait_until("a pong", |shared| shared.written.starts_with(&[0x8a]));
}

#[test]
fn a_transport_is_taken_out_while_its_panic_is_dealt_with() {
    let (ws, peer) = connect(pinging(PATIENCE));
    let (sender, receiver) = ws.split();
    let attended = Arc::clone(sender.attendance().attended());
    peer.note(|shared| (shared.panics, shared.is_held) = (true, true));
    peer.wait_until("an end", |shared| shared.is_shut_down);
    // Until it is released, so that whoever takes the transport out meanwhile has to wait. That a
    // thread waits cannot be seen; that it will have to can.
    assert!(attended.is_locked());
    let taking = thread::spawn(move || {
        let ws = receiver.unsplit(sender).map_err(drop).expect("its own");
        ws.into_inner().1
    });
    peer.note(|shared| shared.is_held = false);
    assert!(taking.join().expect("no panic").is_empty());
}
