//! A transport and a clock for the driver, in memory: a pass makes bytes arrive, all else is fixed.
//!
//! What is written is counted and dropped. Time moves by a microsecond with each pass, so that no
//! time limit passes and yet none stays where it is.

use std::io::{self, IoSlice};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::BytesMut;
use sockeye_connection::Timestamp;
use sockeye_driver::{Timer, Transport};

/// The peer's end: lets bytes arrive and sees how many came back.
#[derive(Clone, Default)]
pub(crate) struct Peer {
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    /// Bytes that have arrived and were not read.
    n_arrived: AtomicUsize,
    n_written: AtomicUsize,
    now_micros: AtomicUsize,
}

impl Peer {
    /// Lets all of the wire's bytes arrive once more.
    pub(crate) fn send(&self, n: usize) {
        self.state.n_arrived.store(n, Ordering::Relaxed);
        self.state.now_micros.fetch_add(1, Ordering::Relaxed);
    }

    /// How many bytes were written since this was last asked.
    pub(crate) fn received(&self) -> usize {
        self.state.n_written.swap(0, Ordering::Relaxed)
    }
}

/// Reads the same bytes in each pass.
pub(crate) struct Link {
    pub(crate) wire: Vec<u8>,
    pub(crate) peer: Peer,
}

impl Transport for Link {
    fn poll_read(
        &mut self,
        _: &mut Context<'_>,
        buf: &mut BytesMut,
        max: usize,
    ) -> Poll<io::Result<usize>> {
        let n_arrived = self.peer.state.n_arrived.load(Ordering::Relaxed);
        if n_arrived == 0 {
            return Poll::Pending;
        }
        let n = n_arrived.min(max);
        let start = self.wire.len() - n_arrived;
        buf.extend_from_slice(&self.wire[start..start + n]);
        let n_left = n_arrived - n;
        self.peer.state.n_arrived.store(n_left, Ordering::Relaxed);
        Poll::Ready(Ok(n))
    }

    fn poll_write(
        &mut self,
        _: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let n = slices.iter().map(|slice| slice.len()).sum();
        self.peer.state.n_written.fetch_add(n, Ordering::Relaxed);
        Poll::Ready(Ok(n))
    }

    fn poll_flush(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

impl Timer for Peer {
    fn now(&self) -> Timestamp {
        let micros = self.state.now_micros.load(Ordering::Relaxed);
        Timestamp::from_duration(Duration::from_micros(micros as u64))
    }

    fn poll_expired(&mut self, deadline: Timestamp, _: &mut Context<'_>) -> Poll<()> {
        match self.now() < deadline {
            true => Poll::Pending,
            false => Poll::Ready(()),
        }
    }
}
