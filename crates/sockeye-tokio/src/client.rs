//! The driver's client on tokio, under a short name.
//!
//! What it does is documented where it is defined, in `sockeye-driver`.

use sockeye_driver::Error;
use sockeye_handshake::IntoClientRequest;

use crate::WebSocket;
use crate::runtime::Tokio;

/// What the connections of a client have in common; connects any number of times.
///
/// ```no_run
/// # async fn example() -> Result<(), sockeye_driver::Error> {
/// use sockeye_tokio::Client;
///
/// let client = Client::new().subprotocol("chat.v2").header("authorization", "Bearer 123");
/// let (mut ws, response) = client.connect("ws://example.com/chat").await?;
/// assert_eq!(response.status(), 101);
/// ws.send("hello").await?;
/// # Ok(())
/// # }
/// ```
///
/// # A proxy that refuses
///
/// ```
/// # use tokio::io::{AsyncReadExt, AsyncWriteExt};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// use std::error::Error as _;
///
/// use sockeye_handshake::TunnelError;
/// use sockeye_tokio::Client;
///
/// # let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
/// # let proxy = format!("http://{}", listener.local_addr()?);
/// # tokio::spawn(async move {
/// #     let (mut tcp, _) = listener.accept().await?;
/// #     tcp.read(&mut [0; 1024]).await?;
/// #     tcp.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n").await
/// # });
/// let error = Client::new().proxy(&proxy).connect("ws://chat.example/").await.unwrap_err();
/// let refusal = error.source().and_then(|source| source.downcast_ref());
/// let Some(TunnelError::Refused(status)) = refusal else {
///     panic!("{error}");
/// };
/// assert_eq!(*status, 407);
/// # Ok(())
/// # }
/// ```
pub type Client = sockeye_driver::Client<Tokio>;

/// Opens a WebSocket with the defaults of [`Client`].
///
/// `request` is a `ws` or `wss` URI, or a [`ClientRequest`](sockeye_handshake::ClientRequest) with headers
/// and more.
///
/// # Errors
///
/// As [`Client::connect`].
///
/// # Cancel safety
///
/// Dropping the future drops the connection; nothing is left behind.
pub async fn connect(request: impl IntoClientRequest) -> Result<WebSocket, Error> {
    let (ws, _response) = Client::new().connect(request).await?;
    Ok(ws)
}

#[cfg(test)]
mod tests;
