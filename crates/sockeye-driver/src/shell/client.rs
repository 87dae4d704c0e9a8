//! Opening WebSockets as a client.
//!
//! [`Client`] holds what many connections share; dialing and the opening handshake have one time
//! limit together, redirects too. Tries nothing twice.

#[cfg_attr(not(feature = "cookies"), path = "client/no_cookies.rs")]
mod cookies;
mod credentials;
mod dialing;
mod redirects;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use sockeye_connection::Config;
use sockeye_extensions::ClientExtension;
use sockeye_handshake::{ClientRequest, HandshakeError, HeadLimits, IntoClientRequest};

use self::cookies::Cookies;
use self::credentials::Credentials;
use self::redirects::Redirects;
use super::dial::Dialer;
use super::runtime::{Adopt, Runtime};
use super::time_limit::TimeLeft;
use super::tls::{secure, told_or_known};
use crate::client::handshake_until;
use crate::{ClientOptions, Error, Stage, Transport, WebSocket};

/// What the connections of a client have in common; connects any number of times.
///
/// Each shell has this type under the same name for its own runtime, with examples.
pub struct Client<R: Runtime> {
    pub(super) options: ClientOptions,
    subprotocols: Vec<String>,
    headers: Vec<(String, String)>,
    extensions: Vec<Arc<dyn ClientExtension>>,
    cookies: Cookies,
    credentials: Option<Credentials>,
    dialer: Dialer,
    max_redirects: usize,
    tls: Option<R::ClientTls>,
}

impl<R: Runtime> Client<R> {
    /// A client with the defaults: no subprotocol, no extension, ten seconds to connect.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Limits and time limits of each connection; default [`Config::default`].
    #[must_use]
    pub fn config(mut self, config: impl Into<Arc<Config>>) -> Self {
        self.options.config = config.into();
        self
    }

    /// How large the head of a response may be; default [`HeadLimits::default`].
    #[must_use]
    pub fn head_limits(mut self, limits: HeadLimits) -> Self {
        self.options.head_limits = limits;
        self
    }

    /// How long connecting may take, from name lookup to the opening handshake, with proxies, TLS and
    /// redirects; default 10 s.
    #[must_use]
    pub fn handshake_timeout(mut self, timeout: Duration) -> Self {
        self.options.handshake_timeout = timeout;
        self
    }

    /// Whom to trust behind `wss`, and who this client is; by default servers whose certificate one
    /// of the authorities vouches for that the build's features name.
    ///
    /// `https` proxies are judged by it too.
    #[must_use]
    pub fn tls(mut self, tls: impl Into<R::ClientTls>) -> Self {
        self.tls = Some(tls.into());
        self
    }

    /// Offers a subprotocol, after those offered so far (RFC 6455 §1.9).
    #[must_use]
    pub fn subprotocol(mut self, subprotocol: impl Into<String>) -> Self {
        self.subprotocols.push(subprotocol.into());
        self
    }

    /// Sends a header with each request; its name and value are checked when connecting.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Offers an extension, after those offered so far (RFC 6455 §9.1).
    #[must_use]
    pub fn extension(mut self, extension: Arc<dyn ClientExtension>) -> Self {
        self.extensions.push(extension);
        self
    }

    /// Opens a WebSocket; also gives the server's response, for its headers.
    ///
    /// Goes by a proxy if the environment has one for the URI, see [`Self::no_proxy`], and follows
    /// no redirects unless [`Self::redirects`] allows them.
    ///
    /// # Errors
    ///
    /// - [`Error::Handshake`]: `request` is no good, or the server refused it, redirected it to
    ///   where it does not go, or answered nonsense; [`Error::response`] has a refusal.
    /// - [`Error::HandshakeTimeout`]: the server took longer to answer than was left of
    ///   [`Self::handshake_timeout`].
    /// - [`Error::Connect`]: no connection; its [`Stage`] says how far it came, and its kind why. With
    ///   [`TimedOut`](std::io::ErrorKind::TimedOut) the time was over before the opening handshake began.
    ///   With [`Unsupported`](std::io::ErrorKind::Unsupported) the URI is `wss`, and this build has no TLS.
    ///   With [`PermissionDenied`](std::io::ErrorKind::PermissionDenied) at [`Stage::Tls`] the server's
    ///   certificate is not good.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops the connection; nothing is left behind.
    pub async fn connect(
        &self,
        request: impl IntoClientRequest,
    ) -> Result<(WebSocket<R::Transport>, http::Response<()>), Error> {
        let mut request = self.prepare(request)?;
        let mut redirects = Redirects::new(self.max_redirects);
        let time = TimeLeft::new::<R>(self.options.handshake_timeout);
        loop {
            match self.open(&request, &redirects, time.left()).await {
                Ok(opened) => return Ok(opened),
                Err(error) => request = redirects.next(&request, error)?,
            }
        }
    }

    /// Opens a WebSocket over a stream that is connected already: a proxy's, a Unix socket, TLS.
    ///
    /// The URI of `request` is what the server is told; nothing is dialed.
    ///
    /// # Errors
    ///
    /// As [`Self::connect`].
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops `io`.
    pub async fn connect_on<S>(
        &self,
        request: impl IntoClientRequest,
        io: S,
    ) -> Result<(WebSocket<R::Adopted>, http::Response<()>), Error>
    where
        R: Adopt<S>,
    {
        let request = self.prepare(request)?;
        let limit = self.options.handshake_timeout;
        self.shake_hands(R::adopt(io), &request, limit).await
    }

    /// Makes one connection and one opening handshake on it.
    async fn open(
        &self,
        request: &ClientRequest,
        redirects: &Redirects,
        limit: Duration,
    ) -> Result<(WebSocket<R::Transport>, http::Response<()>), Error> {
        let uri = request.uri();
        let told = self.tls.as_ref();
        let tls = uri.is_secure().then(|| told_or_known::<R>(told));
        let tls = tls.transpose()?;
        let time = TimeLeft::new::<R>(limit);
        let mut transport = self.dialer.dial::<R>(uri, told, limit).await?;
        if let Some(tls) = tls {
            let tls = redirects.leave::<R>(tls);
            transport = secure::<R>(transport, uri.host(), &tls, time.left()).await?;
        }
        // One limit for all of it: what dialing took, the handshake does not get.
        let is_followed = |head: &http::Response<()>| redirects.follow(request, head);
        self.shake_hands_until(transport, request, time.left(), is_followed)
            .await
    }

    /// Makes the opening handshake.
    pub(super) async fn shake_hands<T: Transport>(
        &self,
        transport: T,
        request: &ClientRequest,
        limit: Duration,
    ) -> Result<(WebSocket<T>, http::Response<()>), Error> {
        self.shake_hands_until(transport, request, limit, |_| false)
            .await
    }

    /// The same, but of a refusal for whose head `is_enough` is true the body is not waited for.
    async fn shake_hands_until<T: Transport>(
        &self,
        transport: T,
        request: &ClientRequest,
        limit: Duration,
        is_enough: impl Fn(&http::Response<()>) -> bool,
    ) -> Result<(WebSocket<T>, http::Response<()>), Error> {
        let mut options = self.options.clone();
        options.handshake_timeout = limit;
        let request = self.cookies.add_to(request)?;
        let opened = handshake_until(transport, R::timer(), &request, &options, is_enough).await;
        let headers = match &opened {
            Ok((_, response)) => Some(response.headers()),
            Err(error) => error.response().map(http::Response::headers),
        };
        if let Some(headers) = headers {
            self.cookies.take_from(request.uri(), headers);
        }
        opened.map_err(|error| error.at(Stage::Handshake))
    }

    /// The request with all that this client adds to each.
    pub(super) fn prepare(
        &self,
        request: impl IntoClientRequest,
    ) -> Result<ClientRequest, HandshakeError> {
        let mut request = request.into_client_request()?;
        for (name, value) in &self.headers {
            request = request.header(name, value)?;
        }
        if let Some(credentials) = &self.credentials {
            request = credentials.add_to(request)?;
        }
        for subprotocol in &self.subprotocols {
            request = request.subprotocol(subprotocol)?;
        }
        for extension in &self.extensions {
            request = request.extension(Arc::clone(extension));
        }
        Ok(request)
    }
}

/// Not derived, which would ask for a runtime that can be cloned.
impl<R: Runtime> Clone for Client<R> {
    fn clone(&self) -> Self {
        Self {
            options: self.options.clone(),
            subprotocols: self.subprotocols.clone(),
            headers: self.headers.clone(),
            extensions: self.extensions.clone(),
            cookies: self.cookies.clone(),
            credentials: self.credentials.clone(),
            dialer: self.dialer.clone(),
            max_redirects: self.max_redirects,
            tls: self.tls.clone(),
        }
    }
}

impl<R: Runtime> Default for Client<R> {
    fn default() -> Self {
        Self {
            options: ClientOptions::default(),
            subprotocols: Vec::new(),
            headers: Vec::new(),
            extensions: Vec::new(),
            cookies: Cookies::default(),
            credentials: None,
            dialer: Dialer::default(),
            max_redirects: 0,
            tls: None,
        }
    }
}

/// Without the values of headers, which may be credentials.
impl<R: Runtime> fmt::Debug for Client<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("Client")
            .field("options", &self.options)
            .field("subprotocols", &self.subprotocols)
            .field("headers", &names)
            .field("extensions", &self.extensions)
            .field("cookies", &self.cookies)
            .field("credentials", &self.credentials)
            .field("dialer", &self.dialer)
            .field("max_redirects", &self.max_redirects)
            .field("tls", &self.tls)
            .finish()
    }
}
