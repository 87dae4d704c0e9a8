//! A WebSocket server on TCP: listen, accept, a task for each connection.
//!
//! What a handshake is answered with is decided by the driver's [`Acceptor`], which the options
//! here are handed to.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use sockeye_connection::Config;
use sockeye_driver::Acceptor;
use sockeye_extensions::ServerExtension;
use sockeye_handshake::{Acceptance, HeadLimits, OriginPolicy, Refusal, UpgradeRequest};
use tokio::net::{TcpListener, ToSocketAddrs};

use crate::accept_loop::accept_until;
use crate::connection::{self, HandlerError};
use crate::handle::ServerHandle;
use crate::stream::Stream;
use crate::web_socket::WebSocket;

/// A listening server, and what it answers to handshakes.
///
/// Options are set by value before [`serve`](Self::serve); each has a default, so that
/// `Server::bind(addr).await?.serve(handler).await` is a whole server. The defaults are those of
/// [`Acceptor`]: same origin, no subprotocol, no extension, a handshake within ten seconds,
/// and status 426 for plain HTTP.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// use sockeye_tokio::Server;
///
/// let server = Server::bind("127.0.0.1:0").await?;
/// let url = format!("ws://{}", server.local_addr()?);
/// let handle = server.handle();
/// let serving = tokio::spawn(server.serve(|mut ws| async move {
///     while let Some(message) = ws.recv().await? {
///         ws.send(message).await?;
///     }
///     Ok(())
/// }));
///
/// let mut ws = sockeye_tokio::connect(&url).await?;
/// ws.send("hello").await?;
/// assert_eq!(ws.recv().await?, Some("hello".into()));
///
/// drop(ws);
/// let report = handle.drain(std::time::Duration::from_secs(5)).await;
/// assert_eq!(report.aborted, 0);
/// serving.await??;
/// # Ok(())
/// # }
/// ```
pub struct Server {
    listener: TcpListener,
    acceptor: Acceptor,
    handle: ServerHandle,
}

impl Server {
    /// Listens on `addr`; port 0 lets the operating system choose, and [`local_addr`] tells.
    ///
    /// [`local_addr`]: Self::local_addr
    ///
    /// # Errors
    ///
    /// The operating system's: the address is taken, not of this machine, or not allowed.
    pub async fn bind(addr: impl ToSocketAddrs) -> io::Result<Self> {
        Ok(Self::from_listener(TcpListener::bind(addr).await?))
    }

    /// Serves a socket that listens already: inherited, or with options of the caller's.
    #[must_use]
    pub fn from_listener(listener: TcpListener) -> Self {
        let handle = ServerHandle::new();
        let acceptor = Acceptor::new().drain(handle.drain.clone());
        Self {
            listener,
            acceptor,
            handle,
        }
    }

    /// Limits and time limits of each connection; default [`Config::default`].
    #[must_use]
    pub fn config(mut self, config: impl Into<Arc<Config>>) -> Self {
        self.acceptor = self.acceptor.config(config);
        self
    }

    /// How large the head of a request may be; default [`HeadLimits::default`].
    #[must_use]
    pub fn head_limits(mut self, limits: HeadLimits) -> Self {
        self.acceptor = self.acceptor.head_limits(limits);
        self
    }

    /// How long the opening handshake may take, counted from the accepted socket; default 10 s.
    ///
    /// One time for all of it, so that a byte now and then gains nothing; answered with 408. The
    /// time that hooks take does not count.
    #[must_use]
    pub fn handshake_timeout(mut self, timeout: Duration) -> Self {
        self.acceptor = self.acceptor.handshake_timeout(timeout);
        self
    }

    /// Which pages may connect; default [`OriginPolicy::Same`]. Others get 403 (RFC 6455 §10.2).
    #[must_use]
    pub fn origin(mut self, policy: OriginPolicy) -> Self {
        self.acceptor = self.acceptor.origin(policy);
        self
    }

    /// The subprotocols this server speaks, best first; default none (RFC 6455 §1.9).
    #[must_use]
    pub fn subprotocols(
        mut self,
        subprotocols: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.acceptor = self.acceptor.subprotocols(subprotocols);
        self
    }

    /// Chooses the subprotocol by a function of the offered ones instead of a list.
    #[must_use]
    pub fn select_subprotocol(
        mut self,
        select: impl Fn(&[String]) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        self.acceptor = self.acceptor.select_subprotocol(select);
        self
    }

    /// Adds an extension that clients may negotiate (RFC 6455 §9.1); default none.
    #[must_use]
    pub fn extension(mut self, extension: Arc<dyn ServerExtension>) -> Self {
        self.acceptor = self.acceptor.extension(extension);
        self
    }

    /// Answers requests on this port that ask for no WebSocket: a page, a health check.
    ///
    /// The response is sent with its length and `Connection: close`. Without this hook such
    /// requests get 426.
    ///
    /// ```
    /// # use tokio::io::{AsyncReadExt, AsyncWriteExt};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    /// use bytes::Bytes;
    /// use http::{Request, Response, StatusCode};
    /// use sockeye_tokio::Server;
    ///
    /// async fn page(request: Request<()>) -> Response<Bytes> {
    ///     let (status, body) = match request.uri().path() {
    ///         "/health" => (StatusCode::OK, "well"),
    ///         _ => (StatusCode::NOT_FOUND, "no such page"),
    ///     };
    ///     let mut response = Response::new(Bytes::from_static(body.as_bytes()));
    ///     *response.status_mut() = status;
    ///     response
    /// }
    ///
    /// let server = Server::bind("127.0.0.1:0").await?.http(page);
    /// # let addr = server.local_addr()?;
    /// # tokio::spawn(server.serve(|_ws| async { Ok(()) }));
    /// # let mut tcp = tokio::net::TcpStream::connect(addr).await?;
    /// # tcp.write_all(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n").await?;
    /// # let mut answer = String::new();
    /// # tcp.read_to_string(&mut answer).await?;
    /// # assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("well"), "{answer}");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn http<H, F>(mut self, hook: H) -> Self
    where
        H: Fn(http::Request<()>) -> F + Send + Sync + 'static,
        F: Future<Output = http::Response<Bytes>> + Send + 'static,
    {
        self.acceptor = self.acceptor.http(hook);
        self
    }

    /// Decides about each valid handshake: accept it, with headers perhaps, or refuse it.
    ///
    /// Called after the origin was found acceptable, and free to take its time. An acceptance that
    /// names no subprotocol leaves the choice to [`subprotocols`](Self::subprotocols).
    ///
    /// The hook copies what it needs from the request, before the `async` block: the future that
    /// it returns cannot borrow from it.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    /// use http::StatusCode;
    /// use sockeye_handshake::{Acceptance, Refusal};
    /// use sockeye_tokio::{Client, Server};
    ///
    /// let server = Server::bind("127.0.0.1:0").await?.accept_with(|upgrade| {
    ///     let cookie = upgrade.request().headers().get("cookie").cloned();
    ///     async move {
    ///         match cookie {
    ///             Some(cookie) if cookie == "session=42" => Ok(Acceptance::new()),
    ///             _ => Err(Refusal::new(StatusCode::UNAUTHORIZED, "log in first")),
    ///         }
    ///     }
    /// });
    ///
    /// let url = format!("ws://{}", server.local_addr()?);
    /// tokio::spawn(server.serve(|_ws| async { Ok(()) }));
    /// assert!(Client::new().header("cookie", "session=42").connect(&url).await.is_ok());
    /// let error = Client::new().connect(&url).await.unwrap_err();
    /// assert_eq!(error.response().map(|response| response.status().as_u16()), Some(401));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn accept_with<H, F>(mut self, hook: H) -> Self
    where
        H: Fn(&UpgradeRequest) -> F + Send + Sync + 'static,
        F: Future<Output = Result<Acceptance, Refusal>> + Send + 'static,
    {
        self.acceptor = self.acceptor.accept_with(hook);
        self
    }

    /// Where this server listens.
    ///
    /// # Errors
    ///
    /// The operating system's.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// A handle to count the connections and to end the server while it serves.
    #[must_use]
    pub fn handle(&self) -> ServerHandle {
        self.handle.clone()
    }

    /// Serves until [`ServerHandle::drain`] was called and the last connection has ended.
    ///
    /// `handler` runs for each WebSocket, in a task of its own. An error it returns, or a panic,
    /// ends its connection and nothing else; [`HandlerError`] is made by `?` from any error. A
    /// WebSocket that is dropped open is cut off without a closing handshake: the peer sees 1006,
    /// so a handler that leaves first calls [`close`](sockeye_driver::WebSocket::close).
    ///
    /// The error is dropped silently, and so is what went wrong with a handshake that was refused
    /// or broke off: to log the first, handle it in `handler`; to see the second, accept
    /// connections yourself and hand them to [`accept`](fn@crate::accept).
    ///
    /// # Errors
    ///
    /// The socket does not listen (any more). Connections that fail before they are accepted and
    /// a lack of file descriptors are no errors: accepting goes on, after a pause if need be.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future closes the listening socket; connections go on until they end.
    pub async fn serve<H, F>(self, handler: H) -> io::Result<()>
    where
        H: Fn(WebSocket<Stream>) -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), HandlerError>> + Send + 'static,
    {
        self.serve_requests(move |ws, _request| handler(ws)).await
    }

    /// The same with the request that opened the WebSocket: its path, headers and query.
    ///
    /// # Errors
    ///
    /// As [`serve`](Self::serve).
    ///
    /// # Cancel safety
    ///
    /// As [`serve`](Self::serve).
    pub async fn serve_requests<H, F>(self, handler: H) -> io::Result<()>
    where
        H: Fn(WebSocket<Stream>, http::Request<()>) -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), HandlerError>> + Send + 'static,
    {
        let Self {
            listener,
            acceptor,
            handle,
        } = self;
        let handler = Arc::new(handler);
        let start = |tcp| {
            let connection = connection::serve(acceptor.clone(), tcp, Arc::clone(&handler));
            handle.tasks.spawn(connection);
        };

        let mut stopped = handle.stopped.subscribe();
        // The sender lives in `handle`, so that waiting ends only with the value.
        let stop = async { drop(stopped.wait_for(|stopped| *stopped).await) };
        accept_until(stop, listener, start).await?;
        handle.tasks.none_left().await;
        Ok(())
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("listener", &self.listener)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod pressure;
#[cfg(test)]
mod tests;
