//! A TCP socket that is written to whenever it takes anything.

use std::io::{self, IoSlice};
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

#[cfg(any(target_os = "android", target_os = "linux"))]
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

#[derive(Debug)]
pub(crate) struct Socket {
    tcp: TcpStream,
    /// The last write was not taken whole, so the socket has just been seen to be full.
    is_full: bool,
}

impl Socket {
    pub(crate) const fn tcp(&self) -> &TcpStream {
        &self.tcp
    }
}

impl From<TcpStream> for Socket {
    /// Takes a connected socket, and asks it to send each write at once (`TCP_NODELAY`).
    fn from(tcp: TcpStream) -> Self {
        // Whole messages are written at once, so Nagle's algorithm could only delay the last part
        // of one. That a socket refuses the option is no reason to refuse the connection: either
        // it still works, or the first read reports why not.
        let _ = tcp.set_nodelay(true);
        Self {
            tcp,
            is_full: false,
        }
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_read(cx, buf)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[IoSlice::new(buf)])
    }

    /// Writes although the runtime has not seen the socket become writable, where that may differ.
    ///
    /// Linux calls a socket writable when a good part of its buffer is free, which can be a
    /// megabyte: towards a slow reader that takes longer than the write-stall limit, and a peer
    /// that reads all the time would be taken for one that does not. A write is taken before that.
    ///
    /// A write is tried before the runtime is asked for a waker, also where the task has used up
    /// its turn: a task that sends one message to thousands would otherwise wake each of their
    /// tasks. The driver sees to it that no task goes on for ever.
    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let Self { tcp, is_full } = self.get_mut();
        loop {
            match try_write(tcp, bufs) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                result => {
                    *is_full = matches!(result, Ok(n) if n < total(bufs));
                    return Poll::Ready(result);
                }
            }
            match tcp.poll_write_ready(cx) {
                Poll::Ready(Ok(())) => {}
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                // Asked behind a write that filled the socket: nothing can have changed since.
                Poll::Pending if mem::take(is_full) => return Poll::Pending,
                // The waker is registered, so that what is not taken now is tried again.
                Poll::Pending => {
                    return match send_unready(tcp, bufs) {
                        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Poll::Pending,
                        result => Poll::Ready(result),
                    };
                }
            }
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.tcp.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(cx)
    }
}

/// Writes if the runtime has seen the socket to be ready.
fn try_write(tcp: &TcpStream, bufs: &[IoSlice<'_>]) -> io::Result<usize> {
    match bufs {
        // One slice costs the system less to take in than a list of one.
        [buf] => tcp.try_write(buf),
        bufs => tcp.try_write_vectored(bufs),
    }
}

fn total(bufs: &[IoSlice<'_>]) -> usize {
    bufs.iter().map(|buf| buf.len()).sum()
}

/// Writes without asking the runtime whether the socket is ready.
#[cfg(any(target_os = "android", target_os = "linux"))]
fn send_unready(tcp: &TcpStream, bufs: &[IoSlice<'_>]) -> io::Result<usize> {
    /// As the standard library has it: a closed connection is an error and no signal.
    const MSG_NOSIGNAL: i32 = 0x4000;
    SockRef::from(tcp).send_vectored_with_flags(bufs, MSG_NOSIGNAL)
}

/// Other systems call a socket writable when it takes a little.
#[cfg(not(any(target_os = "android", target_os = "linux")))]
fn send_unready(_tcp: &TcpStream, _bufs: &[IoSlice<'_>]) -> io::Result<usize> {
    Err(io::ErrorKind::WouldBlock.into())
}

#[cfg(test)]
mod tests;
