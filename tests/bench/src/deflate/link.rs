//! The link of one connection, in memory: what is there to be read, and what was written.
//!
//! Reading never waits while something has been offered, writing never at all. Both copy, as a
//! system call would.

use std::io::{self, IoSlice};
use std::ops::Range;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll};

use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::messages::Messages;

/// A connection's link; clones are the same link.
#[derive(Clone)]
pub struct Link(Arc<Mutex<Inner>>);

struct Inner {
    messages: Arc<Messages>,
    /// Messages that were offered and not taken by [`Link::take_compressed`].
    offered: Range<usize>,
    to_read: Bytes,
    written: Vec<u8>,
}

impl Link {
    pub(super) fn new(messages: &Arc<Messages>) -> Self {
        Self(Arc::new(Mutex::new(Inner {
            messages: Arc::clone(messages),
            offered: 0..0,
            to_read: Bytes::new(),
            written: Vec::new(),
        })))
    }

    /// Gives these bytes to be read, before any message.
    pub fn offer_bytes(&self, bytes: &'static [u8]) {
        self.inner().to_read = Bytes::from_static(bytes);
    }

    /// Gives the frames of these messages to be read.
    pub(super) fn offer(&self, batch: &Range<usize>) {
        let mut inner = self.inner();
        assert!(inner.to_read.is_empty(), "a frame was left unread");
        inner.offered = batch.clone();
        inner.to_read = inner.messages.frames(batch);
    }

    /// The next message that was offered, compressed and without its frame: for who has no
    /// WebSocket.
    pub fn take_compressed(&self) -> Bytes {
        let mut inner = self.inner();
        inner.to_read = Bytes::new();
        let next = inner.offered.next().expect("a message that was offered");
        inner.messages.compressed[next].clone()
    }

    /// Lets `write` append what it has, for who has no frames to put around it.
    pub fn write_frame(&self, write: impl FnOnce(&mut Vec<u8>)) {
        let written = &mut self.inner().written;
        let start = written.len();
        // A frame's header all the same, so that it can be checked like the others'.
        written.extend_from_slice(&[0xC1, 127, 0, 0, 0, 0, 0, 0, 0, 0]);
        let payload_start = written.len();
        write(written);
        let payload_len = (written.len() - payload_start) as u64;
        written[start + 2..payload_start].copy_from_slice(&payload_len.to_be_bytes());
    }

    /// Shows what was written since the last time, and forgets it.
    pub fn take_written<T>(&self, look: impl FnOnce(&[u8]) -> T) -> T {
        let mut inner = self.inner();
        let seen = look(&inner.written);
        inner.written.clear();
        seen
    }

    /// Gives its memory back, so that it is not counted as the connection's.
    pub(super) fn shrink(&self) {
        self.inner().written = Vec::new();
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().expect("nothing panics while it is locked")
    }
}

impl AsyncRead for Link {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut inner = self.inner();
        let n_bytes = buf.remaining().min(inner.to_read.len());
        if n_bytes == 0 {
            return Poll::Pending;
        }
        buf.put_slice(&inner.to_read[..n_bytes]);
        inner.to_read.advance(n_bytes);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Link {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.inner().written.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = &mut self.inner().written;
        let before = written.len();
        slices
            .iter()
            .for_each(|bytes| written.extend_from_slice(bytes));
        Poll::Ready(Ok(written.len() - before))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
