//! The byte stream under the WebSockets that this crate dials and serves itself.
//!
//! One type for all of them, TCP with TLS or without: which it is shows only when it is connected.

use std::io::{self, IoSlice, IoSliceMut};
use std::net::{SocketAddr, TcpStream};
use std::pin::Pin;
use std::task::{Context, Poll};

use async_io::Async;
use futures_io::{AsyncRead, AsyncWrite};
#[cfg(feature = "rustls")]
use futures_rustls::TlsStream;
#[cfg(feature = "rustls")]
use sockeye_tls::explain_alert;

#[cfg(feature = "rustls")]
use crate::paced::Paced;
use crate::socket::Socket;

/// A connection made by a client or taken by a server of this crate.
#[derive(Debug)]
pub struct Stream {
    inner: Inner,
}

#[derive(Debug)]
enum Inner {
    Plain(Socket),
    /// In a box, so that what has no TLS is no larger for it. The stream below may have TLS itself,
    /// to a proxy.
    #[cfg(feature = "rustls")]
    Secure(Box<TlsStream<Paced<Stream>>>),
}

impl Stream {
    /// The address of the other end; behind a proxy that is the proxy's.
    ///
    /// # Errors
    ///
    /// The operating system's, when the connection is gone already.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.socket().peer_addr()
    }

    /// The address of this end.
    ///
    /// # Errors
    ///
    /// The operating system's, when the connection is gone already.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.socket().local_addr()
    }

    /// What rustls knows of the connection, such as the peer's certificates; `None` without TLS.
    #[cfg(feature = "rustls")]
    pub fn tls(&self) -> Option<&sockeye_tls::rustls::CommonState> {
        match &self.inner {
            Inner::Plain(_) => None,
            Inner::Secure(tls) => Some(tls.get_ref().1),
        }
    }

    #[cfg(feature = "rustls")]
    pub(crate) fn secure(stream: TlsStream<Paced<Self>>) -> Self {
        Self {
            inner: Inner::Secure(Box::new(stream)),
        }
    }

    /// Someone asks for bytes, who has run since the last time.
    fn begin_turn(&mut self) {
        #[cfg(feature = "rustls")]
        if let Inner::Secure(tls) = &mut self.inner {
            tls.get_mut().0.begin_turn();
        }
    }

    fn socket(&self) -> &TcpStream {
        match &self.inner {
            Inner::Plain(socket) => socket.tcp(),
            #[cfg(feature = "rustls")]
            Inner::Secure(tls) => tls.get_ref().0.get_ref().socket(),
        }
    }
}

impl From<Async<TcpStream>> for Stream {
    /// Takes a connected socket, and asks it to send each write at once (`TCP_NODELAY`).
    fn from(tcp: Async<TcpStream>) -> Self {
        Self {
            inner: Inner::Plain(Socket::from(tcp)),
        }
    }
}

/// Polls whichever it is, and says of TLS what the other end has against our certificate.
macro_rules! poll {
    ($self:ident, $stream:ident => $poll:expr) => {
        match &mut $self.get_mut().inner {
            Inner::Plain($stream) => {
                let $stream = Pin::new($stream);
                $poll
            }
            #[cfg(feature = "rustls")]
            Inner::Secure($stream) => {
                let $stream = Pin::new(&mut **$stream);
                $poll.map_err(explain_alert)
            }
        }
    };
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let stream = self.get_mut();
        stream.begin_turn();
        let this = Pin::new(stream);
        poll!(this, stream => stream.poll_read(cx, buf))
    }

    fn poll_read_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &mut [IoSliceMut<'_>],
    ) -> Poll<io::Result<usize>> {
        let stream = self.get_mut();
        stream.begin_turn();
        let this = Pin::new(stream);
        poll!(this, stream => stream.poll_read_vectored(cx, bufs))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        poll!(self, stream => stream.poll_write(cx, buf))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        poll!(self, stream => stream.poll_write_vectored(cx, bufs))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        poll!(self, stream => stream.poll_flush(cx))
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        poll!(self, stream => stream.poll_close(cx))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_tls_is_no_larger_for_it() {
        assert_eq!(size_of::<Stream>(), size_of::<Socket>());
    }
}
