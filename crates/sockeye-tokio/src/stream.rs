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
        Self(tcp)
    }
}

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
