//! A TCP socket that sends a FIN when it is closed, which `async-io` leaves to others.

use std::io::{self, IoSlice, IoSliceMut};
use std::net::{Shutdown, TcpStream};
use std::pin::Pin;
use std::task::{Context, Poll};

use async_io::Async;
use futures_io::{AsyncRead, AsyncWrite};

#[derive(Debug)]
pub(crate) struct Socket {
    tcp: Async<TcpStream>,
}

impl Socket {
    pub(crate) fn tcp(&self) -> &TcpStream {
        self.tcp.get_ref()
    }
}

impl From<Async<TcpStream>> for Socket {
    /// Takes a connected socket, and asks it to send each write at once (`TCP_NODELAY`).
    fn from(tcp: Async<TcpStream>) -> Self {
        // Whole messages are written at once, so Nagle's algorithm could only delay the last part
        // of one. That a socket refuses the option is no reason to refuse the connection: either
        // it still works, or the first read reports why not.
        let _ = tcp.get_ref().set_nodelay(true);
        Self { tcp }
    }
}

impl AsyncRead for Socket {
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

impl AsyncWrite for Socket {
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
        Poll::Ready(ended(self.tcp.get_ref().shutdown(Shutdown::Write)))
    }
}

/// What comes of closing the direction in which a socket writes.
pub(crate) fn ended(shutdown: io::Result<()>) -> io::Result<()> {
    match shutdown {
        // The peer was faster: nobody is left to tell.
        Err(error) if error.kind() == io::ErrorKind::NotConnected => Ok(()),
        result => result,
    }
}
