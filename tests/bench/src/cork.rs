//! A byte stream that holds small writes back until its owner wants to read.
//!
//! Part of no library: it shows what one that writes once per message would gain from a cork that
//! the application brings along. Larger writes than its buffer go through as they are.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Collects writes up to 16 KiB; they leave with a read, with a flush, or when there is no room.
pub struct Cork<S> {
    inner: S,
    out: Vec<u8>,
    n_sent: usize,
}

impl<S> Cork<S> {
    const LIMIT: usize = 16 * 1024;

    /// Puts a cork on `inner`.
    pub fn new(inner: S) -> Self {
        Self {
            inner,
            out: Vec::new(),
            n_sent: 0,
        }
    }
}

impl<S: AsyncWrite + Unpin> Cork<S> {
    fn drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.n_sent < self.out.len() {
            match ready!(Pin::new(&mut self.inner).poll_write(cx, &self.out[self.n_sent..]))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                n_bytes => self.n_sent += n_bytes,
            }
        }
        self.out.clear();
        self.n_sent = 0;
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Cork<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.n_sent < this.out.len()
            && let Poll::Ready(Err(error)) = this.drain(cx)
        {
            return Poll::Ready(Err(error));
        }
        Pin::new(&mut this.inner).poll_read(cx, buf)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Cork<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[IoSlice::new(buf)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let n_bytes: usize = slices.iter().map(|slice| slice.len()).sum();
        if this.out.len() + n_bytes > Self::LIMIT {
            ready!(this.drain(cx))?;
            if n_bytes > Self::LIMIT {
                return Pin::new(&mut this.inner).poll_write_vectored(cx, slices);
            }
        }
        for slice in slices {
            this.out.extend_from_slice(slice);
        }
        Poll::Ready(Ok(n_bytes))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.drain(cx))?;
        Pin::new(&mut this.inner).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.drain(cx))?;
        Pin::new(&mut this.inner).poll_shutdown(cx)
    }
}
