//! A WebSocket server on TCP: listen, accept, a task for each connection.
//!
//! What a handshake is answered with is decided by the driver's [`Acceptor`], which the options
//! here are handed to.

use std::fmt;
use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use sockeye_connection::Config;
use sockeye_extensions::ServerExtension;
use sockeye_handshake::{Acceptance, HeadLimits, OriginPolicy, Refusal, UpgradeRequest};

use super::accept_loop::accept_until;
use super::bind_address::BindAddress;
use super::connection::{self, HandlerError};
use super::failure::{self, Failure, FailureCause, FailureHook, Reporter};
use super::forwarding::{Forwarding, TrustedPeers};
use super::handle::ServerHandle;
use super::listen::Listen;
use super::runtime::Runtime;
use super::tasks::Listening;
use crate::{Acceptor, WebSocket};

/// A listening server, and what it answers to handshakes.
///
/// Options are set by value before [`serve`](Self::serve); each has a default, so that
/// `Server::bind(addr).await?.serve(handler).await` is a whole server. The defaults are those of
/// [`Acceptor`]: same origin, no subprotocol, no extension, a handshake within ten seconds,
/// and status 426 for plain HTTP.
///
/// Each shell has this type under the same name for its own runtime, with examples.
pub struct Server<R: Listen> {
    listener: R::Listener,
    /// Behind the listener, which is dropped first.
    listening: Listening<R>,
    acceptor: Acceptor,
    forwarding: Forwarding,
    tls: Option<R::ServerTls>,
    max_connections: Option<usize>,
    on_failure: Option<Arc<FailureHook>>,
    handle: ServerHandle<R>,
}

impl<R: Runtime> Server<R> {
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
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves nothing behind.
    pub async fn bind(addr: impl Into<BindAddress>) -> io::Result<Self> {
        let mut last_error = io::Error::new(io::ErrorKind::InvalidInput, "no address to listen on");
        for address in addr.into().resolve::<R>().await? {
            match R::listen(address).await {
                Ok(listener) => return Ok(Self::from_listener(listener)),
                Err(error) => last_error = error,
            }
        }
        Err(last_error)
    }

    /// Where this server listens.
    ///
    /// # Errors
    ///
    /// The operating system's.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        R::local_addr(&self.listener)
    }
}

impl<R: Listen> Server<R> {
    /// Serves a socket that listens already: inherited, or with options of the caller's.
    #[must_use]
    pub fn from_listener(listener: R::Listener) -> Self {
        let handle = ServerHandle::new();
        let acceptor = Acceptor::new().drain(handle.drain.clone());
        Self {
            listener,
            listening: handle.tasks.listening(),
            acceptor,
            forwarding: Forwarding::default(),
            tls: None,
            max_connections: None,
            on_failure: None,
            handle,
        }
    }

    /// Limits and time limits of each connection; default [`Config::default`].
    #[must_use]
    pub fn config(mut self, config: impl Into<Arc<Config>>) -> Self {
        self.acceptor = self.acceptor.config(config);
        self
    }

    /// Makes every connection one of TLS (`wss`), with this server's certificate; by default none is.
    ///
    /// The TLS handshake is within the time of [`handshake_timeout`](Self::handshake_timeout). A
    /// client that does not make it right is cut off, after the alert that TLS has for it.
    #[must_use]
    pub fn tls(mut self, tls: impl Into<R::ServerTls>) -> Self {
        self.tls = Some(tls.into());
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
    /// The hook itself has no time limit and keeps its client's place until it returns. A server
    /// that drains with all places taken answers those that wait one after the other, so a hook that
    /// does not return keeps the rest of them waiting until the drain's deadline.
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
    #[must_use]
    pub fn accept_with<H, F>(mut self, hook: H) -> Self
    where
        H: Fn(&UpgradeRequest) -> F + Send + Sync + 'static,
        F: Future<Output = Result<Acceptance, Refusal>> + Send + 'static,
    {
        self.acceptor = self.acceptor.accept_with(hook);
        self
    }

    /// Expects the PROXY protocol, version 1 or 2, at the beginning of each connection from these
    /// peers, and from nobody else; default none.
    ///
    /// The client that it names is in the request's extensions, as [`ClientAddr`]. A trusted peer
    /// that does not begin with the protocol is cut off: what is no header may be a client's, and
    /// is not guessed at. Others are clients themselves, and the protocol is a bad request of
    /// theirs.
    ///
    /// [`ClientAddr`]: crate::ClientAddr
    #[must_use]
    pub fn proxy_protocol(mut self, trusted: TrustedPeers) -> Self {
        self.forwarding.proxy_protocol = Some(trusted);
        self
    }

    /// Believes these peers what they say in `X-Forwarded-For`; default nobody.
    ///
    /// The client is the last address in it that is not one of theirs; it is in the request's
    /// extensions, as [`ClientAddr`]. With [`proxy_protocol`](Self::proxy_protocol) too, a peer is
    /// the one that this names; where it names none, nobody is believed.
    ///
    /// [`ClientAddr`]: crate::ClientAddr
    #[must_use]
    pub fn forwarded_for(mut self, trusted: TrustedPeers) -> Self {
        self.forwarding.forwarded_for = Some(trusted);
        self
    }

    /// Serves no more connections than this at once, those in their opening handshake included;
    /// by default as many as come.
    ///
    /// Who comes when there are so many waits in the operating system's queue, and is taken when
    /// another has ended. When the server [drains](ServerHandle::drain) there may be one more than
    /// this: those in the queue are refused one after the other, without waiting for handlers to
    /// end. At least 1 is served.
    #[must_use]
    pub fn max_connections(mut self, limit: usize) -> Self {
        self.max_connections = Some(limit);
        self
    }

    /// Calls `hook` with what [`serve`](Self::serve) rides over: connections that could not be
    /// accepted, handshakes that were refused or failed, errors and panics of handlers; by default
    /// nobody is told.
    ///
    /// For a log, or to count. It is called within the connection's task, or the one that accepts, and
    /// should not wait; a panic in it is nobody else's. Connections that a
    /// [`drain`](ServerHandle::drain) cuts off are in its report.
    ///
    /// ```
    /// use sockeye_driver::{FailureCause, Listen, Server};
    ///
    /// fn logged<R: Listen>(server: Server<R>) -> Server<R> {
    ///     server.on_failure(|failure| match failure.cause {
    ///         // Clients that leave, or ask for something else.
    ///         FailureCause::Handshake(_) => {}
    ///         _ => eprintln!("{failure}"),
    ///     })
    /// }
    /// ```
    #[must_use]
    pub fn on_failure(mut self, hook: impl Fn(Failure) + Send + Sync + 'static) -> Self {
        self.on_failure = Some(Arc::new(hook));
        self
    }

    /// A handle to count the connections and to end the server while it serves.
    #[must_use]
    pub fn handle(&self) -> ServerHandle<R> {
        self.handle.clone()
    }

    /// Serves until [`ServerHandle::drain`] was called and the last connection has ended.
    ///
    /// `handler` runs for each WebSocket, in a task of its own. An error it returns, or a panic,
    /// ends its connection and nothing else; [`HandlerError`] is made by `?` from any error. A
    /// WebSocket that is dropped open is cut off without a closing handshake: the peer sees 1006,
    /// so a handler that leaves first calls [`close`](WebSocket::close). One that is dropped when it
    /// is closing already, by the peer or by [`ServerHandle::drain`], is closed to the end.
    ///
    /// The error is dropped, and so is what went wrong with a handshake that was refused or broke
    /// off, unless [`on_failure`](Self::on_failure) wants to know.
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
        H: Fn(WebSocket<R::Transport>) -> F + Send + Sync + 'static,
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
        H: Fn(WebSocket<R::Transport>, http::Request<()>) -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), HandlerError>> + Send + 'static,
    {
        let Self {
            listener,
            listening,
            acceptor,
            forwarding,
            tls,
            max_connections,
            on_failure,
            handle,
        } = self;
        let forwarding = Arc::new(forwarding);
        let handler = Arc::new(handler);
        let start = |transport| {
            let reporter = Reporter::new(on_failure.as_ref(), || R::peer_addr(&transport));
            let handler = Arc::clone(&handler);
            let (acceptor, forwarding) = (acceptor.clone(), Arc::clone(&forwarding));
            let tls = tls.clone();
            handle.tasks.spawn(connection::serve::<R, H, F>(
                acceptor, forwarding, tls, transport, handler, reporter,
            ));
        };
        let take = |accepted| match accepted {
            Ok(transport) => start(transport),
            Err(error) => {
                if let Some(hook) = &on_failure {
                    let cause = FailureCause::Accept(error);
                    failure::tell(&**hook, Failure { peer: None, cause });
                }
            }
        };
        let max_others = match max_connections {
            Some(limit) => u64::try_from(limit.saturating_sub(1)).unwrap_or(u64::MAX),
            None => u64::MAX,
        };
        let room = (&*handle.tasks, max_others);
        let mut draining = handle.drain.listen();
        let stop = poll_fn(|cx| match draining.poll(cx) {
            Some(_) => Poll::Ready(()),
            None => Poll::Pending,
        });
        accept_until::<R>(stop, listener, room, take).await?;
        drop(listening);
        handle.tasks.none_left().await;
        Ok(())
    }
}

impl<R: Listen> fmt::Debug for Server<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("listener", &self.listener)
            .finish_non_exhaustive()
    }
}
