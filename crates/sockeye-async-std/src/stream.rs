//! The byte stream under the WebSockets that this crate dials and serves itself.
//!
//! TCP today. A type of our own, so that TLS and Unix sockets can come without changing the type
//! of anybody's WebSocket; and so that closing sends a FIN, which `async-io` leaves to others.

use std::io::{self, IoSlice, IoSliceMut};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::pin::Pin;
use std::task::{Context, Poll};

use async_io::Async;
use futures_io::{AsyncRead, AsyncWrite};

/// A connection made by a client or taken by a server of this crate.
#[derive(Debug)]
pub struct Stream {
    tcp: Async<TcpStream>,
}

impl Stream {
    /// The address of the other end.
    ///
    /// # Errors
    ///
    /// The operating system's, when the connection is gone already.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.get_ref().peer_addr()
    }

    /// The address of this end.
    ///
    /// # Errors
    ///
    /// The operating system's, when the connection is gone already.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.get_ref().local_addr()
    }
}

impl From<Async<TcpStream>> for Stream {
    /// Takes a connected socket, and asks it to send each write at once (`TCP_NODELAY`).
    fn from(tcp: Async<TcpStream>) -> Self {
        // Whole messages are written at once, so Nagle's algorithm could only delay the last part
        // of one. That a socket refuses the option is no reason to refuse the connection: either
        // it still works, or the first read reports why not.
        let _ = tcp.get_ref().set_nodelay(true);
        Self { tcp }
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.tcp).poll_read(cx, buf)
    }

    fn poll_read_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &mut [IoSliceMut<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.tcp).poll_read_vectored(cx, bufs)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.tcp).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.tcp).poll_write_vectored(cx, bufs)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(cx)
    }

    fn poll_close(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.tcp.get_ref().shutdown(Shutdown::Write) {
            // The peer was faster: nobody is left to tell.
            Err(error) if error.kind() == io::ErrorKind::NotConnected => Poll::Ready(Ok(())),
            result => Poll::Ready(result),
        }
    }
}
