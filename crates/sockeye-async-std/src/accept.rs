//! WebSockets over byte streams that somebody else accepted or upgraded.
//!
//! For Unix sockets, TLS, listeners of one's own and HTTP frameworks; a server of this crate needs
//! none of this. The same for async-std and smol.

use std::sync::Arc;

use futures_io::{AsyncRead, AsyncWrite};
use sockeye_connection::Config;
use sockeye_driver::{Acceptor, Error, WebSocket};
use sockeye_frame::Role;

use crate::io::Io;
use crate::timer::AsyncIoTimer;

/// Answers the opening handshake on `io` as `acceptor` decides (RFC 6455 §4.2).
///
/// # Errors
///
/// - [`Error::Refused`]: the client was refused with this status, 408 if it was too slow.
/// - [`Error::Handshake`]: the client left before its request was complete.
/// - [`Error::Io`]: the stream failed. With `ConnectionAborted`: the acceptor's hook answered a
///   request for something else; [`accept_request`] tells that apart.
///
/// # Cancel safety
///
/// Dropping the future drops `io`.
pub async fn accept<S>(io: S, acceptor: &Acceptor) -> Result<WebSocket<Io<S>>, Error>
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    let timer = AsyncIoTimer::boxed();
    acceptor.accept_websocket(Io::new(io), timer).await
}

/// The same with the request that opened the WebSocket: its path, headers and query.
///
/// `None`: the request asked for no WebSocket, and the acceptor's hook answered it.
///
/// # Errors
///
/// As [`accept`].
///
/// # Cancel safety
///
/// Dropping the future drops `io`.
pub async fn accept_request<S>(
    io: S,
    acceptor: &Acceptor,
) -> Result<Option<(WebSocket<Io<S>>, http::Request<()>)>, Error>
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    acceptor.accept(Io::new(io), AsyncIoTimer::boxed()).await
}

/// Wraps a stream on which somebody else made the opening handshake, such as an HTTP framework.
///
/// `leftover` are the bytes that were read after the head of the handshake; no extension is in
/// use. What was agreed on otherwise is the caller's to remember.
pub fn from_upgraded<S>(
    io: S,
    leftover: &[u8],
    role: Role,
    config: impl Into<Arc<Config>>,
) -> WebSocket<Io<S>>
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    WebSocket::from_upgraded(Io::new(io), AsyncIoTimer::boxed(), leftover, role, config)
}
