//! A WebSocket server with a thread for each connection: the driver's server, waited for.
//!
//! What the options do is written in `sockeye-driver`; here is what they are, and what threads make
//! of them.

use std::fmt;
use std::future::ready;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use async_io::Async;
use bytes::Bytes;
use sockeye_connection::Config;
use sockeye_driver::{BindAddress, Failure, HandlerError, Listen, TrustedPeers};
use sockeye_extensions::ServerExtension;
use sockeye_handshake::{Acceptance, HeadLimits, OriginPolicy, Refusal, UpgradeRequest};

use crate::handle::ServerHandle;
use crate::wait::wait;
use crate::{Blocking, WebSocket};

/// A WebSocket server on TCP, with a thread for each connection.
///
/// ```
/// use std::thread;
/// use std::time::Duration;
///
/// use sockeye_blocking::{Server, connect};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// let server = Server::bind("127.0.0.1:0")?;
/// let url = format!("ws://{}", server.local_addr()?);
/// let handle = server.handle();
/// let serving = thread::spawn(move || {
///     server.serve(|mut ws| {
///         while let Some(message) = ws.recv()? {
///             ws.send(message)?;
///         }
///         Ok(())
///     })
/// });
///
/// let mut ws = connect(&url)?;
/// ws.send("hello")?;
/// assert_eq!(ws.recv()?, Some("hello".into()));
///
/// drop(ws);
/// let report = handle.drain(Duration::from_secs(5));
/// assert_eq!(report.aborted, 0);
/// serving.join().unwrap()?;
/// # Ok(())
/// # }
/// ```
pub type Server = ServerOn<Blocking>;

/// A server on listening sockets of the kind `L`: a [`Server`], or on Unix sockets.
///
/// Options are set by value before [`serve`](Self::serve), and have the defaults of the driver's
/// [`Server`](sockeye_driver::Server), but for the number of connections: 1024 at once, unless
/// [`max_connections`](Self::max_connections) says otherwise.
pub struct ServerOn<L: Listen> {
    inner: sockeye_driver::Server<L>,
}

impl Server {
    /// Listens on `addr`; port 0 lets the operating system choose, and [`local_addr`] tells.
    ///
    /// Of several addresses, or a name that has several, the first that can be had is taken.
    ///
    /// [`local_addr`]: Self::local_addr
    ///
    /// # Errors
    ///
    /// The operating system's: the address is taken, not of this machine, or not allowed.
    /// [`io::ErrorKind::InvalidInput`]: it is no address at all.
    pub fn bind(addr: impl Into<BindAddress>) -> io::Result<Self> {
        wait(sockeye_driver::Server::bind(addr)).map(Self::new)
    }

    /// Serves a socket that listens already: inherited, or with options of the caller's.
    ///
    /// # Errors
    ///
    /// The operating system's, which has to let the socket be waited for.
    pub fn from_listener(listener: TcpListener) -> io::Result<Self> {
        let listener = Async::new(listener)?;
        Ok(Self::new(sockeye_driver::Server::from_listener(listener)))
    }

    /// Where this server listens.
    ///
    /// # Errors
    ///
    /// The operating system's.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.inner.local_addr()
    }
}

impl<L: Listen> ServerOn<L> {
    pub(crate) fn new(inner: sockeye_driver::Server<L>) -> Self {
        Self {
            inner: inner.max_connections(MAX_CONNECTIONS),
        }
    }

    /// Limits and time limits of each connection; default [`Config::default`].
    #[must_use]
    pub fn config(self, config: impl Into<Arc<Config>>) -> Self {
        self.with(|inner| inner.config(config))
    }

    /// Makes every connection one of TLS (`wss`), with this server's certificate; by default none is.
    ///
    /// As the driver's [`tls`](sockeye_driver::Server::tls).
    #[cfg(feature = "rustls")]
    #[must_use]
    pub fn tls(self, tls: impl Into<L::ServerTls>) -> Self {
        self.with(|inner| inner.tls(tls))
    }

    /// How large the head of a request may be; default [`HeadLimits::default`].
    #[must_use]
    pub fn head_limits(self, limits: HeadLimits) -> Self {
        self.with(|inner| inner.head_limits(limits))
    }

    /// How long the opening handshake may take, counted from the accepted socket; default 10 s.
    ///
    /// As the driver's [`handshake_timeout`](sockeye_driver::Server::handshake_timeout).
    #[must_use]
    pub fn handshake_timeout(self, timeout: Duration) -> Self {
        self.with(|inner| inner.handshake_timeout(timeout))
    }

    /// Which pages may connect; default [`OriginPolicy::Same`]. Others get 403 (RFC 6455 §10.2).
    #[must_use]
    pub fn origin(self, policy: OriginPolicy) -> Self {
        self.with(|inner| inner.origin(policy))
    }

    /// The subprotocols this server speaks, best first; default none (RFC 6455 §1.9).
    #[must_use]
    pub fn subprotocols(self, subprotocols: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.with(|inner| inner.subprotocols(subprotocols))
    }

    /// Chooses the subprotocol by a function of the offered ones instead of a list.
    #[must_use]
    pub fn select_subprotocol(
        self,
        select: impl Fn(&[String]) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        self.with(|inner| inner.select_subprotocol(select))
    }

    /// Adds an extension that clients may negotiate (RFC 6455 §9.1); default none.
    #[must_use]
    pub fn extension(self, extension: Arc<dyn ServerExtension>) -> Self {
        self.with(|inner| inner.extension(extension))
    }

    /// Answers requests on this port that ask for no WebSocket: a page, a health check.
    ///
    /// As the driver's [`http`](sockeye_driver::Server::http); called in the connection's thread, so
    /// it may take its time.
    #[must_use]
    pub fn http(
        self,
        hook: impl Fn(http::Request<()>) -> http::Response<Bytes> + Send + Sync + 'static,
    ) -> Self {
        self.with(|inner| inner.http(move |request| ready(hook(request))))
    }

    /// Decides about each valid handshake: accept it, with headers perhaps, or refuse it.
    ///
    /// As the driver's [`accept_with`](sockeye_driver::Server::accept_with); called in the connection's
    /// thread, so it may take its time.
    #[must_use]
    pub fn accept_with(
        self,
        hook: impl Fn(&UpgradeRequest) -> Result<Acceptance, Refusal> + Send + Sync + 'static,
    ) -> Self {
        self.with(|inner| inner.accept_with(move |upgrade| ready(hook(upgrade))))
    }

    /// Expects the PROXY protocol, version 1 or 2, at the beginning of each connection from these
    /// peers, and from nobody else; default none.
    ///
    /// As the driver's [`proxy_protocol`](sockeye_driver::Server::proxy_protocol).
    #[must_use]
    pub fn proxy_protocol(self, trusted: TrustedPeers) -> Self {
        self.with(|inner| inner.proxy_protocol(trusted))
    }

    /// Believes these peers what they say in `X-Forwarded-For`; default nobody.
    ///
    /// As the driver's [`forwarded_for`](sockeye_driver::Server::forwarded_for).
    #[must_use]
    pub fn forwarded_for(self, trusted: TrustedPeers) -> Self {
        self.with(|inner| inner.forwarded_for(trusted))
    }

    /// Serves no more connections than this at once, those in their opening handshake included;
    /// default 1024, since each is a thread, and as many as files that a process may usually have.
    ///
    /// As the driver's [`max_connections`](sockeye_driver::Server::max_connections).
    #[must_use]
    pub fn max_connections(self, limit: usize) -> Self {
        self.with(|inner| inner.max_connections(limit))
    }

    /// Calls `hook` with what [`serve`](Self::serve) rides over: connections that could not be
    /// accepted, handshakes that were refused or failed, errors and panics of handlers; by default
    /// nobody is told.
    ///
    /// In the connection's thread, or in that which accepts; see the driver's
    /// [`on_failure`](sockeye_driver::Server::on_failure). A connection for which there is no thread
    /// is dropped without a word.
    #[must_use]
    pub fn on_failure(self, hook: impl Fn(Failure) + Send + Sync + 'static) -> Self {
        self.with(|inner| inner.on_failure(hook))
    }

    /// A handle to count the connections and to end the server while it serves.
    #[must_use]
    pub fn handle(&self) -> ServerHandle<L> {
        ServerHandle::new(self.inner.handle())
    }

    /// Serves until [`ServerHandle::drain`] was called and the last connection has ended.
    ///
    /// `handler` runs for each WebSocket, in a thread of its own. An error it returns, or a panic,
    /// ends its connection and nothing else; [`HandlerError`] is made by `?` from any error. A
    /// WebSocket that is dropped open is cut off without a closing handshake: the peer sees 1006,
    /// so a handler that leaves first calls [`close`](WebSocket::close). One that is dropped when it
    /// is closing already, by the peer or by [`ServerHandle::drain`], is closed to the end when the
    /// handler has returned: until then its thread is the handler's.
    ///
    /// # Errors
    ///
    /// The socket does not listen (any more). Connections that fail before they are accepted, and
    /// a lack of file descriptors or threads, are no errors: accepting goes on.
    pub fn serve(
        self,
        handler: impl Fn(WebSocket<L::Transport>) -> Result<(), HandlerError> + Send + Sync + 'static,
    ) -> io::Result<()> {
        self.serve_requests(move |ws, _request| handler(ws))
    }

    /// The same with the request that opened the WebSocket: its path, headers and query.
    ///
    /// # Errors
    ///
    /// As [`serve`](Self::serve).
    pub fn serve_requests(
        self,
        handler: impl Fn(WebSocket<L::Transport>, http::Request<()>) -> Result<(), HandlerError>
        + Send
        + Sync
        + 'static,
    ) -> io::Result<()> {
        let handler = Arc::new(handler);
        wait(self.inner.serve_requests(move |ws, request| {
            let handler = Arc::clone(&handler);
            // The task is a thread, and all its own.
            async move { handler(WebSocket::of_thread(ws), request) }
        }))
    }

    /// This server with another option.
    fn with(
        self,
        option: impl FnOnce(sockeye_driver::Server<L>) -> sockeye_driver::Server<L>,
    ) -> Self {
        Self {
            inner: option(self.inner),
        }
    }
}

impl<L: Listen> fmt::Debug for ServerOn<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

/// A process may have so many files open by default on most systems, and each connection is one.
const MAX_CONNECTIONS: usize = 1024;
