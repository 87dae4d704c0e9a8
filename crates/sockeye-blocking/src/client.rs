//! Opening WebSockets as a client: the driver's client, waited for.
//!
//! What the options do is written in `sockeye-driver`.

mod dialing;

use std::sync::Arc;
use std::time::Duration;

use sockeye_connection::Config;
use sockeye_driver::Error;
use sockeye_extensions::ClientExtension;
use sockeye_handshake::{HeadLimits, IntoClientRequest};

use crate::wait::wait;
use crate::{Blocking, IntoStream, Io, WebSocket, WebSocketOver};

/// What the connections of a client have in common; connects any number of times.
///
/// ```no_run
/// # fn main() -> Result<(), sockeye_driver::Error> {
/// use sockeye_blocking::Client;
///
/// let client = Client::new().subprotocol("chat.v2").header("authorization", "Bearer 123");
/// let (mut ws, response) = client.connect("ws://example.com/chat")?;
/// assert_eq!(response.status(), 101);
/// ws.send("hello")?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Client {
    inner: sockeye_driver::Client<Blocking>,
}

impl Client {
    /// A client with the defaults: no subprotocol, no extension, ten seconds to connect.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Limits and time limits of each connection; default [`Config::default`].
    #[must_use]
    pub fn config(self, config: impl Into<Arc<Config>>) -> Self {
        self.with(|inner| inner.config(config))
    }

    /// How large the head of a response may be; default [`HeadLimits::default`].
    #[must_use]
    pub fn head_limits(self, limits: HeadLimits) -> Self {
        self.with(|inner| inner.head_limits(limits))
    }

    /// How long connecting may take, from name lookup to the opening handshake, with proxies, TLS and
    /// redirects; default 10 s.
    #[must_use]
    pub fn handshake_timeout(self, timeout: Duration) -> Self {
        self.with(|inner| inner.handshake_timeout(timeout))
    }

    /// Whom to trust behind `wss`, and who this client is; by default servers whose certificate one
    /// of the authorities vouches for that the build's features name.
    #[cfg(feature = "rustls")]
    #[must_use]
    pub fn tls(self, tls: impl Into<sockeye_tls::ClientTls>) -> Self {
        self.with(|inner| inner.tls(tls))
    }

    /// Offers a subprotocol, after those offered so far (RFC 6455 §1.9).
    #[must_use]
    pub fn subprotocol(self, subprotocol: impl Into<String>) -> Self {
        self.with(|inner| inner.subprotocol(subprotocol))
    }

    /// Sends a header with each request; its name and value are checked when connecting.
    #[must_use]
    pub fn header(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.with(|inner| inner.header(name, value))
    }

    /// Offers an extension, after those offered so far (RFC 6455 §9.1).
    #[must_use]
    pub fn extension(self, extension: Arc<dyn ClientExtension>) -> Self {
        self.with(|inner| inner.extension(extension))
    }

    /// Opens a WebSocket; also gives the server's response, for its headers.
    ///
    /// Goes by a proxy if the environment has one for the URI, see [`Self::no_proxy`], and follows
    /// no redirects unless [`Self::redirects`] allows them.
    ///
    /// # Errors
    ///
    /// Those of the driver's [`Client::connect`](sockeye_driver::Client::connect).
    pub fn connect(
        &self,
        request: impl IntoClientRequest,
    ) -> Result<(WebSocket, http::Response<()>), Error> {
        let (ws, response) = wait(self.inner.connect(request))?;
        Ok((WebSocket::new(ws), response))
    }

    /// Opens a WebSocket over a stream that is connected already: a proxy's, a Unix socket.
    ///
    /// The URI of `request` is what the server is told; nothing is dialed.
    ///
    /// # Errors
    ///
    /// As [`Self::connect`].
    pub fn connect_on<S: IntoStream>(
        &self,
        request: impl IntoClientRequest,
        io: S,
    ) -> Result<(WebSocketOver<S>, http::Response<()>), Error> {
        let stream = io.into_stream()?;
        let (ws, response) = wait(self.inner.connect_on(request, stream))?;
        Ok((WebSocket::new(ws), response))
    }

    /// Opens a WebSocket over the Unix socket at `path`.
    ///
    /// As the driver's [`connect_unix`](sockeye_driver::Client::connect_unix).
    ///
    /// # Errors
    ///
    /// As [`Self::connect`].
    #[cfg(unix)]
    pub fn connect_unix(
        &self,
        path: impl AsRef<std::path::Path>,
        request: impl IntoClientRequest,
    ) -> Result<(WebSocket<Io<crate::UnixStream>>, http::Response<()>), Error> {
        let (ws, response) = wait(self.inner.connect_unix(path, request))?;
        Ok((WebSocket::new(ws), response))
    }

    /// This client with another option.
    fn with(
        self,
        option: impl FnOnce(sockeye_driver::Client<Blocking>) -> sockeye_driver::Client<Blocking>,
    ) -> Self {
        Self {
            inner: option(self.inner),
        }
    }
}

/// Opens a WebSocket with the defaults of [`Client`].
///
/// `request` is a `ws` or `wss` URI, or a [`ClientRequest`](sockeye_handshake::ClientRequest) with headers
/// and more.
///
/// # Errors
///
/// As [`Client::connect`].
pub fn connect(request: impl IntoClientRequest) -> Result<WebSocket, Error> {
    let (ws, _response) = Client::new().connect(request)?;
    Ok(ws)
}
