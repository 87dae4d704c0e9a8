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
