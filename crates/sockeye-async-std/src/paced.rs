//! A stream below TLS that now and then has nothing, so that what is above it gives way.
//!
//! TLS reads on until there is plaintext. A peer that sends records without any, of which there are
//! several kinds, would keep the thread as long as it goes on sending: no other task would run and no
//! time limit pass. Sockets of `async-io` know no budget, as those of tokio do.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_io::{AsyncRead, AsyncWrite};

/// A stream that is read from a number of times in a row at most.
#[derive(Debug)]
pub(crate) struct Paced<S> {
    stream: S,
    /// Reads since there was nothing, or since plaintext was last asked for.
    n_reads: u8,
}

impl<S> Paced<S> {
    pub(crate) fn new(stream: S) -> Self {
        Self { stream, n_reads: 0 }
    }

    pub(crate) fn get_ref(&self) -> &S {
        &self.stream
    }

    /// Whoever reads what is above has run in between.
    pub(crate) fn begin_turn(&mut self) {
        self.n_reads = 0;
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        if self.n_reads >= MAX_READS {
            self.n_reads = 0;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.n_reads += 1;
        let read = Pin::new(&mut self.stream).poll_read(cx, buf);
        if read.is_pending() {
            self.n_reads = 0;
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Paced<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_close(cx)
    }
}

/// Reads in a row: enough for a whole record of TLS however it was cut by the network, and few enough
/// that the records in them are a fraction of a millisecond's work.
const MAX_READS: u8 = 16;

#[cfg(test)]
mod tests;
