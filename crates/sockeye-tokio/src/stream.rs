//! The byte stream under the WebSockets that this crate dials and serves itself.
//!
//! TCP today. A type of our own, so that TLS and Unix sockets can come without changing the type
//! of anybody's WebSocket.

use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// A connection made by [`connect`](crate::connect) or taken by [`Server`](crate::Server).
#[derive(Debug)]
pub struct Stream(TcpStream);

impl Stream {
    /// The address of the other end.
    ///
    /// # Errors
    ///
    /// The operating system's, when the connection is gone already.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.0.peer_addr()
    }

    /// The address of this end.
    ///
    /// # Errors
    ///
    /// The operating system's, when the connection is gone already.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

impl From<TcpStream> for Stream {
    /// Takes a connected socket, and asks it to send each write at once (`TCP_NODELAY`).
    fn from(tcp: TcpStream) -> Self {
        // Whole messages are written at once, so Nagle's algorithm could only delay the last part
        // of one. That a socket refuses the option is no reason to refuse the connection: either
        // it still works, or the first read reports why not.
        let _ = tcp.set_nodelay(true);
        let _ = bound_unsent(&tcp);
        Self(tcp)
    }
}

/// Bounds what the operating system takes ahead of what the network carries.
///
/// Without it a socket takes megabytes at once and reports itself writable only when a good part
/// of them has left. Towards a slow reader that takes longer than the write-stall limit, so a peer
/// that reads all the time would be taken for one that does not; and the memory is held for as
/// long. Other systems keep such buffers small.
#[cfg(any(target_os = "android", target_os = "linux"))]
fn bound_unsent(tcp: &TcpStream) -> io::Result<()> {
    socket2::SockRef::from(tcp).set_tcp_notsent_lowat(MAX_UNSENT_BYTES)
}

#[cfg(not(any(target_os = "android", target_os = "linux")))]
fn bound_unsent(_tcp: &TcpStream) -> io::Result<()> {
    Ok(())
}

/// Twice the queue's high-water mark: one write of everything is taken, and the socket is writable
/// again as soon as half of this has left.
#[cfg(any(target_os = "android", target_os = "linux"))]
const MAX_UNSENT_BYTES: u32 = 128 * 1024;

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.0.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests;
