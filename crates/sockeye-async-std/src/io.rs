//! [`Transport`] over the byte streams of `futures-io`.
//!
//! Takes no decision: when to read, write or half-close is the driver's business. Reads go through
//! a buffer of the process, since these streams read into initialized memory only, and clearing
//! the driver's buffer for each read would cost more than copying what came.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::BytesMut;
use futures_io::{AsyncRead, AsyncWrite};
use sockeye_driver::Transport;

/// Any byte stream of `futures-io`, as the driver wants it.
///
/// [`Client`](sockeye_driver::Client) and [`accept`](fn@crate::accept) wrap streams in it by
/// themselves; it shows up in [`WebSocket::get_ref`](sockeye_driver::WebSocket::get_ref) and
/// [`WebSocket::into_inner`](sockeye_driver::WebSocket::into_inner), and whoever uses the
/// `Acceptor` or `client_handshake` of `sockeye-driver` directly makes one.
#[derive(Debug)]
pub struct Io<S>(S);

impl<S> Io<S> {
    /// Wraps a connected stream.
    pub fn new(stream: S) -> Self {
        Self(stream)
    }

    /// The stream inside.
    pub fn into_inner(self) -> S {
        self.0
    }

    /// The stream inside, to ask it something. Reading or writing would break the framing.
    pub fn get_ref(&self) -> &S {
        &self.0
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Transport for Io<S> {
    fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        buf: &mut BytesMut,
        max: usize,
    ) -> Poll<io::Result<usize>> {
        with_scratch(|scratch| {
            let room = scratch.len().min(max);
            let room = &mut scratch[..room];
            let n = ready!(Pin::new(&mut self.0).poll_read(cx, room))?;
            let read = room.get(..n).ok_or(io::ErrorKind::InvalidData)?;
            buf.extend_from_slice(read);
            Poll::Ready(Ok(n))
        })
    }

    fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let stream = Pin::new(&mut self.0);
        match slices {
            [slice] => stream.poll_write(cx, slice),
            slices => stream.poll_write_vectored(cx, slices),
        }
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_close(cx)
    }
}

/// Lends a scratch buffer of the process; a stream that reads from another `Io` gets another one.
///
/// Not of the thread, since the blocking shell has as many threads as connections: nearly all of
/// them wait, and the few that read at one time need as many buffers.
fn with_scratch<R>(read: impl FnOnce(&mut [u8]) -> R) -> R {
    let kept = lock(&SCRATCH).pop();
    let mut scratch = kept.unwrap_or_else(|| vec![0; SCRATCH_BYTES].into_boxed_slice());
    let result = read(&mut scratch);
    let mut kept = lock(&SCRATCH);
    if kept.len() < MAX_KEPT {
        kept.push(scratch);
    }
    result
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

static SCRATCH: Mutex<Vec<Box<[u8]>>> = Mutex::new(Vec::new());

/// Buffers that are kept for the next read: one for each thread that can read at one time, on most
/// machines.
const MAX_KEPT: usize = 32;

/// As much as the driver reads for one `recv`; it calls again for more.
const SCRATCH_BYTES: usize = 64 * 1024;

#[cfg(test)]
mod tests;
