//! [`Transport`] over tokio's byte streams.
//!
//! Reads append to the driver's buffer without clearing it first, writes are vectored. Takes no
//! decision: when to read, write or half-close is the driver's business.

use std::future::Future;
use std::io::{self, IoSlice};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use bytes::{BufMut, BytesMut};
use sockeye_driver::Transport;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};

/// Any of tokio's byte streams, as the driver wants it.
///
/// [`connect`](crate::connect) and [`accept`](fn@crate::accept) wrap streams in it by themselves;
/// it shows up in [`WebSocket::get_ref`](sockeye_driver::WebSocket::get_ref) and
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
        // The future of `read_buf` holds no state between polls, so one that was polled once and
        // dropped has lost nothing; and it hands spare capacity to the stream without zeroing it,
        // which safe code cannot do itself.
        let mut room = buf.limit(max);
        pin!(self.0.read_buf(&mut room)).poll(cx)
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
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests;
