//! The byte stream under the WebSockets that this crate dials and serves itself.
//!
//! One type for all of them, TCP with TLS or without: which it is shows only when it is connected.

use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

#[cfg(feature = "rustls")]
use sockeye_tls::explain_alert;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
#[cfg(feature = "rustls")]
use tokio_rustls::TlsStream;

use crate::socket::Socket;
#[cfg(feature = "native-tls")]
use crate::tls::NativeTlsStream;

/// A connection made by [`connect`](crate::connect) or taken by [`Server`](crate::Server).
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
    Rustls(Box<TlsStream<Stream>>),
    #[cfg(feature = "native-tls")]
    NativeTls(Box<NativeTlsStream>),
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

    /// What rustls knows of the connection, such as the peer's certificates; `None` without TLS of
    /// rustls.
    #[cfg(feature = "rustls")]
    pub fn tls(&self) -> Option<&sockeye_tls::rustls::CommonState> {
        match &self.inner {
            Inner::Plain(_) => None,
            Inner::Rustls(tls) => Some(tls.get_ref().1),
            #[cfg(feature = "native-tls")]
            Inner::NativeTls(_) => None,
        }
    }

    /// What native-tls knows of the connection, such as the server's certificate; `None` without
    /// TLS of native-tls.
    #[cfg(feature = "native-tls")]
    pub fn native_tls(&self) -> Option<&native_tls::TlsStream<impl io::Read + io::Write>> {
        match &self.inner {
            Inner::Plain(_) => None,
            #[cfg(feature = "rustls")]
            Inner::Rustls(_) => None,
            Inner::NativeTls(tls) => Some(tls.library()),
        }
    }

    #[cfg(feature = "rustls")]
    pub(crate) fn by_rustls(stream: TlsStream<Self>) -> Self {
        Self {
            inner: Inner::Rustls(Box::new(stream)),
        }
    }

    #[cfg(feature = "native-tls")]
    pub(crate) fn by_native_tls(stream: NativeTlsStream) -> Self {
        Self {
            inner: Inner::NativeTls(Box::new(stream)),
        }
    }

    fn socket(&self) -> &TcpStream {
        match &self.inner {
            Inner::Plain(socket) => socket.tcp(),
            #[cfg(feature = "rustls")]
            Inner::Rustls(tls) => tls.get_ref().0.socket(),
            #[cfg(feature = "native-tls")]
            Inner::NativeTls(tls) => tls.below().socket(),
        }
    }
}

impl From<TcpStream> for Stream {
    /// Takes a connected socket, and asks it to send each write at once (`TCP_NODELAY`).
    fn from(tcp: TcpStream) -> Self {
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
            Inner::Rustls($stream) => {
                let $stream = Pin::new(&mut **$stream);
                $poll.map_err(explain_alert)
            }
            #[cfg(feature = "native-tls")]
            Inner::NativeTls($stream) => {
                let $stream = Pin::new(&mut **$stream);
                $poll
            }
        }
    };
}

impl AsyncRead for Stream {
    #[inline]
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        poll!(self, stream => stream.poll_read(cx, buf))
    }
}

impl AsyncWrite for Stream {
    #[inline]
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        poll!(self, stream => stream.poll_write(cx, buf))
    }

    #[inline]
    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        poll!(self, stream => stream.poll_write_vectored(cx, bufs))
    }

    fn is_write_vectored(&self) -> bool {
        match &self.inner {
            Inner::Plain(socket) => socket.is_write_vectored(),
            #[cfg(feature = "rustls")]
            Inner::Rustls(tls) => tls.is_write_vectored(),
            #[cfg(feature = "native-tls")]
            Inner::NativeTls(tls) => tls.is_write_vectored(),
        }
    }

    #[inline]
    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        poll!(self, stream => stream.poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        poll!(self, stream => stream.poll_shutdown(cx))
    }
}

#[cfg(test)]
mod tests;
