//! TLS of native-tls around a stream, which tells an end from a goodbye.
//!
//! Libraries differ in what they make of an end without `close_notify`: an error, or an end like any
//! other. Whoever can cut the line could make a part look like the whole, so the stream below is
//! watched. Writes go straight to the library, which wants the same bytes again when it could not
//! write them: the driver gives them so.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_native_tls::{TlsAcceptor, TlsConnector, TlsStream};

use crate::stream::Stream;

/// A stream with TLS.
#[derive(Debug)]
pub(crate) struct NativeTlsStream {
    tls: TlsStream<Watched>,
    /// `close_notify` was sent. A second one would be taken for a wish to read the peer's.
    has_said_goodbye: bool,
}

impl NativeTlsStream {
    pub(super) async fn connect(
        stream: Stream,
        host: &str,
        tls: &TlsConnector,
    ) -> Result<Self, native_tls::Error> {
        tls.connect(host, Watched::from(stream))
            .await
            .map(Self::from)
    }

    pub(super) async fn accept(
        stream: Stream,
        tls: &TlsAcceptor,
    ) -> Result<Self, native_tls::Error> {
        tls.accept(Watched::from(stream)).await.map(Self::from)
    }

    /// What the library knows of it.
    pub(crate) fn library(&self) -> &native_tls::TlsStream<impl io::Read + io::Write> {
        self.tls.get_ref()
    }

    /// The stream below TLS.
    pub(crate) fn below(&self) -> &Stream {
        &self.watched().stream
    }

    fn watched(&self) -> &Watched {
        self.tls.get_ref().get_ref().get_ref()
    }
}

impl From<TlsStream<Watched>> for NativeTlsStream {
    fn from(tls: TlsStream<Watched>) -> Self {
        Self {
            tls,
            has_said_goodbye: false,
        }
    }
}

impl AsyncRead for NativeTlsStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let n_room = buf.remaining();
        let read = ready!(Pin::new(&mut self.tls).poll_read(cx, buf));
        let has_nothing = n_room > 0 && buf.remaining() == n_room;
        // After a goodbye the library reads no further.
        Poll::Ready(match self.watched().has_ended && has_nothing {
            true => Err(io::Error::new(io::ErrorKind::UnexpectedEof, NO_GOODBYE)),
            false => read,
        })
    }
}

impl AsyncWrite for NativeTlsStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.tls).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tls).poll_flush(cx)
    }

    /// Says goodbye, and then closes the stream below, which native-tls does not.
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.has_said_goodbye {
            ready!(Pin::new(&mut self.tls).poll_shutdown(cx))?;
            self.has_said_goodbye = true;
        }
        let below = self.tls.get_mut().get_mut().get_mut();
        Pin::new(below).poll_shutdown(cx)
    }
}

/// The stream below TLS, which remembers that it has ended.
#[derive(Debug)]
struct Watched {
    stream: Stream,
    has_ended: bool,
}

impl From<Stream> for Watched {
    fn from(stream: Stream) -> Self {
        Self {
            stream,
            has_ended: false,
        }
    }
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let n_room = buf.remaining();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buf))?;
        self.has_ended = n_room > 0 && buf.remaining() == n_room;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

const NO_GOODBYE: &str = "the connection ended without close_notify of TLS";
