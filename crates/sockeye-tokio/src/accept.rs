//! WebSockets over byte streams that somebody else accepted or upgraded.
//!
//! For Unix sockets, TLS, listeners of one's own and HTTP frameworks;
//! [`Server`](crate::Server) needs none of this.

use std::sync::Arc;

use sockeye_connection::Config;
use sockeye_driver::{Acceptor, Error};
use sockeye_frame::Role;
use tokio::io::{AsyncRead, AsyncWrite};

use crate::WebSocket;
use crate::io::Io;
use crate::timer::TokioTimer;

/// Answers the opening handshake on `io` as `acceptor` decides (RFC 6455 §4.2).
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), sockeye_driver::Error> {
/// use sockeye_driver::Acceptor;
/// use sockeye_tokio::{Client, accept};
///
/// let (near, far) = tokio::io::duplex(4096);
/// let acceptor = Acceptor::new();
/// let client = Client::new();
/// let (server, client) =
///     tokio::join!(accept(far, &acceptor), client.connect_on("ws://localhost/", near));
/// let (mut server, (mut client, _response)) = (server?, client?);
///
/// server.send("over anything").await?;
/// assert_eq!(client.recv().await?, Some("over anything".into()));
/// # Ok(())
/// # }
/// ```
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
pub async fn accept<S>(io: S, acceptor: &Acceptor) -> Result<WebSocket<S>, Error>
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    let timer = TokioTimer::boxed();
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
) -> Result<Option<(WebSocket<S>, http::Request<()>)>, Error>
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    acceptor.accept(Io::new(io), TokioTimer::boxed()).await
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
) -> WebSocket<S>
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    WebSocket::from_upgraded(Io::new(io), TokioTimer::boxed(), leftover, role, config)
}

#[cfg(test)]
mod tests;
