//! Connected sockets of the standard library, as streams that can be waited for.

use std::io;
use std::net::TcpStream;

use async_io::Async;
use futures_io::{AsyncRead, AsyncWrite};

use crate::{Io, Stream, WebSocket};

/// What WebSockets can run over: connected sockets, which become non-blocking.
///
/// Another stream of `futures-io` is one in an [`Io`]; a stream that can only block is none, since
/// two threads could not use it at once.
pub trait IntoStream {
    /// The stream that comes of it.
    type Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static;

    /// Makes it.
    ///
    /// # Errors
    ///
    /// The operating system's, which has to let the socket be waited for.
    fn into_stream(self) -> io::Result<Self::Stream>;
}

/// The WebSocket over what a socket `S` becomes.
pub type WebSocketOver<S> = WebSocket<Io<<S as IntoStream>::Stream>>;

impl IntoStream for TcpStream {
    type Stream = Stream;

    fn into_stream(self) -> io::Result<Stream> {
        Async::new(self).map(Stream::from)
    }
}

#[cfg(unix)]
impl IntoStream for std::os::unix::net::UnixStream {
    type Stream = crate::UnixStream;

    fn into_stream(self) -> io::Result<crate::UnixStream> {
        Async::new(self).map(crate::UnixStream::from)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> IntoStream for Io<S> {
    type Stream = S;

    fn into_stream(self) -> io::Result<S> {
        Ok(self.into_inner())
    }
}
