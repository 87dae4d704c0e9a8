//! The server's side of the opening handshake, with all that a server decides in it (RFC 6455
//! §4.2): origin, subprotocol, extensions, an asynchronous veto, and plain HTTP on the same port.
//!
//! Listening is the shell's part, and so is TLS.

use std::fmt;
use std::future::{Future, Ready};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use sockeye_connection::Config;
use sockeye_extensions::ServerExtension;
use sockeye_frame::Role;
use sockeye_handshake::{
    Acceptance, HandshakeError, HeadLimits, OriginPolicy, Refusal, ServerEvent, ServerHandshake,
    UpgradeRequest, encode_response, select_subprotocol,
};

use crate::handshaking::Handshaking;
use crate::shell::Arrival;
use crate::web_socket::Agreement;
use crate::{Drain, Error, Stage, Timer, Transport, WebSocket};

/// Everything a server decides about a connection, ready to accept any number of them.
///
/// Clones are cheap. Built by value:
///
/// ```
/// use sockeye_driver::Acceptor;
/// use sockeye_handshake::OriginPolicy;
///
/// let acceptor = Acceptor::new().origin(OriginPolicy::Any).subprotocols(["chat.v2", "chat.v1"]);
/// # drop(acceptor);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Acceptor {
    options: Arc<Options>,
}

#[derive(Clone)]
struct Options {
    config: Arc<Config>,
    head_limits: HeadLimits,
    handshake_timeout: Duration,
    origin: OriginPolicy,
    subprotocols: Vec<String>,
    select: Option<Arc<Select>>,
    extensions: Vec<Arc<dyn ServerExtension>>,
    http: Option<Arc<HttpHook>>,
    decide: Option<Arc<AcceptHook>>,
    drain: Option<Drain>,
}

type BoxFuture<R> = Pin<Box<dyn Future<Output = R> + Send>>;
type Select = dyn Fn(&[String]) -> Option<String> + Send + Sync;
type HttpHook = dyn Fn(http::Request<()>) -> BoxFuture<http::Response<Bytes>> + Send + Sync;
type AcceptHook = dyn Fn(&UpgradeRequest) -> BoxFuture<Result<Acceptance, Refusal>> + Send + Sync;

impl Acceptor {
    /// Same origin, no subprotocol, no extension, 10 s for the handshake.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the limits and time limits of the open connections.
    #[must_use]
    pub fn config(mut self, config: impl Into<Arc<Config>>) -> Self {
        self.options_mut().config = config.into();
        self
    }

    /// Sets the limits on a request's head.
    #[must_use]
    pub fn head_limits(mut self, limits: HeadLimits) -> Self {
        self.options_mut().head_limits = limits;
        self
    }

    /// Sets the time limit of the opening handshake; 10 s by default.
    ///
    /// It counts from the call of [`accept`](Self::accept), however the bytes trickle in. The time
    /// that hooks take does not count.
    #[must_use]
    pub fn handshake_timeout(mut self, limit: Duration) -> Self {
        self.options_mut().handshake_timeout = limit;
        self
    }

    /// Sets which origins may connect; by default only the server's own (RFC 6455 §10.2).
    #[must_use]
    pub fn origin(mut self, policy: OriginPolicy) -> Self {
        self.options_mut().origin = policy;
        self
    }

    /// Sets the subprotocols, the preferred one first: the first that the client offers is chosen.
    #[must_use]
    pub fn subprotocols(mut self, preferred: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.options_mut().subprotocols = preferred.into_iter().map(Into::into).collect();
        self
    }

    /// Chooses the subprotocol by a function of the offered ones instead of a list.
    #[must_use]
    pub fn select_subprotocol(
        mut self,
        select: impl Fn(&[String]) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        self.options_mut().select = Some(Arc::new(select));
        self
    }

    /// Adds an extension that clients may negotiate (RFC 6455 §9).
    #[must_use]
    pub fn extension(mut self, extension: Arc<dyn ServerExtension>) -> Self {
        self.options_mut().extensions.push(extension);
        self
    }

    /// Answers requests that ask for no upgrade, such as health checks and pages.
    ///
    /// Without this hook they are answered with 426. `Content-Length` and `Connection: close` are
    /// set for the response, and its body is left out for a `HEAD` request. A client that takes
    /// nothing of it for as long as the [`handshake_timeout`](Self::handshake_timeout) is given up.
    #[must_use]
    pub fn http<F, R>(mut self, hook: F) -> Self
    where
        F: Fn(http::Request<()>) -> R + Send + Sync + 'static,
        R: Future<Output = http::Response<Bytes>> + Send + 'static,
    {
        self.options_mut().http = Some(Arc::new(move |request| Box::pin(hook(request))));
        self
    }

    /// Decides on each upgrade that the origin policy lets pass: accept, accept with headers or a
    /// subprotocol of its own choice, or refuse.
    ///
    /// Where the hook chooses no subprotocol, [`subprotocols`](Self::subprotocols) or
    /// [`select_subprotocol`](Self::select_subprotocol) do.
    /// The hook copies what it needs from the request; the future it returns may look up a session.
    #[must_use]
    pub fn accept_with<F, R>(mut self, hook: F) -> Self
    where
        F: Fn(&UpgradeRequest) -> R + Send + Sync + 'static,
        R: Future<Output = Result<Acceptance, Refusal>> + Send + 'static,
    {
        self.options_mut().decide = Some(Arc::new(move |request| Box::pin(hook(request))));
        self
    }

    /// Makes all connections listen to `drain`.
    #[must_use]
    pub fn drain(mut self, drain: Drain) -> Self {
        self.options_mut().drain = Some(drain);
        self
    }

    fn options_mut(&mut self) -> &mut Options {
        Arc::make_mut(&mut self.options)
    }

    /// Makes the server's opening handshake over a connected `transport`.
    ///
    /// Returns the open WebSocket with the request that asked for it, or `None` when the request
    /// was for plain HTTP and has been answered.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] when the client was refused, with the status it was told;
    /// [`Error::Handshake`] when it left before the head was complete; [`Error::Io`].
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops the transport.
    pub async fn accept<T: Transport>(
        &self,
        transport: T,
        timer: Box<dyn Timer>,
    ) -> Result<Option<(WebSocket<T>, http::Request<()>)>, Error> {
        let plain = None::<fn(T) -> Ready<io::Result<T>>>;
        self.accept_arrival(transport, timer, None, plain).await
    }

    /// The same, for callers who want the WebSocket alone.
    ///
    /// # Errors
    ///
    /// As [`accept`](Self::accept), and [`Error::Io`] with [`io::ErrorKind::ConnectionAborted`] when
    /// the request was for plain HTTP and has been answered.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops the transport.
    pub async fn accept_websocket<T: Transport>(
        &self,
        transport: T,
        timer: Box<dyn Timer>,
    ) -> Result<WebSocket<T>, Error> {
        match self.accept(transport, timer).await? {
            Some((ws, _request)) => Ok(ws),
            None => Err(io::Error::new(io::ErrorKind::ConnectionAborted, ANSWERED_BY_HOOK).into()),
        }
    }

    /// The same for a client that may have come by a proxy, and with TLS around the connection if
    /// there is something that puts it there.
    pub(crate) async fn accept_arrival<T, F>(
        &self,
        transport: T,
        timer: Box<dyn Timer>,
        mut arrival: Option<Arrival<'_>>,
        secure: Option<impl FnOnce(T) -> F>,
    ) -> Result<Option<(WebSocket<T>, http::Request<()>)>, Error>
    where
        T: Transport,
        F: Future<Output = io::Result<T>>,
    {
        let options = &*self.options;
        let mut link = Handshaking::new(transport, timer, options.handshake_timeout);
        if let Some(drain) = &options.drain {
            link.listen_to(drain.listen());
        }
        let mut handshake = ServerHandshake::new(options.head_limits);
        let is_secure = secure.is_some();
        if let Some(arrival) = &mut arrival {
            let rest = |bytes: &[u8]| handshake.handle_input(bytes);
            // What follows the header is TLS's to read.
            let exactly = is_secure;
            arrival.read_proxy_header(&mut link, exactly, rest).await?;
        }
        if let Some(secure) = secure {
            link = link
                .wrap(secure)
                .await
                .map_err(|error| error.at(Stage::Tls))?;
        }
        let mut event = read_request(&mut link, handshake).await?;
        if let Some(arrival) = arrival {
            note_client(&mut event, &arrival);
        }
        link.forget_drain();
        match event {
            ServerEvent::Upgrade(request) => {
                options.upgrade(link, *request, is_secure).await.map(Some)
            }
            ServerEvent::Plain(request) => options.respond(link, *request).await.map(|()| None),
            ServerEvent::Refuse(refusal) => refuse(link, &refusal).await,
        }
    }
}

/// Reads until the head is complete, malformed or late, or the server goes away.
async fn read_request<T: Transport>(
    link: &mut Handshaking<T>,
    mut handshake: ServerHandshake,
) -> Result<ServerEvent, Error> {
    loop {
        if let Some(event) = handshake.poll() {
            return Ok(event);
        }
        match link.read(|bytes| handshake.handle_input(bytes)).await {
            Ok(true) => {}
            Ok(false) => {
                handshake.handle_eof();
                return handshake.poll().ok_or(HandshakeError::UnexpectedEof.into());
            }
            Err(Error::HandshakeTimeout) => {
                handshake.handle_timeout();
                return handshake.poll().ok_or(Error::HandshakeTimeout);
            }
            Err(Error::Closed) => return Ok(ServerEvent::Refuse(going_away())),
            Err(error) => return Err(error),
        }
    }
}

/// Writes to the request where it comes from.
fn note_client(event: &mut ServerEvent, arrival: &Arrival<'_>) {
    let request = match event {
        ServerEvent::Upgrade(request) => request.request_mut(),
        ServerEvent::Plain(request) => request,
        ServerEvent::Refuse(_) => return,
    };
    if let Some(client) = arrival.client(request.headers()) {
        request.extensions_mut().insert(client);
    }
}

/// What a client hears that comes while the server is going away.
fn going_away() -> Refusal {
    Refusal::service_unavailable(RETRY_AFTER)
}

/// Tells the peer that it is refused, and then the caller.
async fn refuse<T: Transport, R>(link: Handshaking<T>, refusal: &Refusal) -> Result<R, Error> {
    link.finish(&refusal.encode()).await?;
    Err(Error::Refused(refusal.status()))
}

impl Options {
    async fn upgrade<T: Transport>(
        &self,
        mut link: Handshaking<T>,
        request: UpgradeRequest,
        is_secure: bool,
    ) -> Result<(WebSocket<T>, http::Request<()>), Error> {
        let acceptance = match self.decide(&request, is_secure).await {
            Ok(acceptance) => acceptance.extensions(&self.extensions),
            Err(refusal) => return refuse(link, &refusal).await,
        };
        let (response, established) = match request.accept(acceptance) {
            Ok(accepted) => accepted,
            Err(error) => {
                // The hook's mistake, such as a subprotocol that was not offered: the client must
                // not be left to guess, and our caller learns what it was.
                let refusal = Refusal::new(http::StatusCode::INTERNAL_SERVER_ERROR, "server error");
                link.finish(&refusal.encode()).await?;
                return Err(error.into());
            }
        };
        link.extend();
        link.write(&response).await?;
        let (transport, alarm) = link.into_parts();
        let agreement = Agreement {
            role: Role::Server,
            config: Arc::clone(&self.config),
            extensions: established.extensions,
            subprotocol: established.subprotocol,
            leftover: &established.leftover,
            drain: self.drain.as_ref(),
        };
        let request = established.head.into_request().unwrap_or_default();
        Ok((WebSocket::new(transport, alarm, agreement), request))
    }

    async fn decide(
        &self,
        request: &UpgradeRequest,
        is_secure: bool,
    ) -> Result<Acceptance, Refusal> {
        if self.drain.as_ref().is_some_and(Drain::is_started) {
            return Err(going_away());
        }
        let (origin, host) = (request.origin(), request.host());
        match is_secure {
            true => self.origin.check_secure(origin, host)?,
            // TLS may end at a proxy.
            false => self.origin.check(origin, host)?,
        }
        let acceptance = match &self.decide {
            Some(hook) => hook(request).await?,
            None => Acceptance::new(),
        };
        let offered = request.subprotocols();
        Ok(acceptance.or_subprotocol(|| match &self.select {
            Some(select) => select(offered),
            None => select_subprotocol(&self.subprotocols, offered),
        }))
    }

    async fn respond<T: Transport>(
        &self,
        link: Handshaking<T>,
        request: http::Request<()>,
    ) -> Result<(), Error> {
        let Some(hook) = &self.http else {
            let refusal = Refusal::upgrade_required().answering(request.method());
            return refuse(link, &refusal).await;
        };
        let is_head = request.method() == http::Method::HEAD;
        let response = hook(request).await;
        link.finish(&encode_response(&response, is_head)).await
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            config: Arc::default(),
            head_limits: HeadLimits::default(),
            handshake_timeout: HANDSHAKE_TIMEOUT,
            origin: OriginPolicy::default(),
            subprotocols: Vec::new(),
            select: None,
            extensions: Vec::new(),
            http: None,
            decide: None,
            drain: None,
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("config", &self.config)
            .field("head_limits", &self.head_limits)
            .field("handshake_timeout", &self.handshake_timeout)
            .field("origin", &self.origin)
            .field("subprotocols", &self.subprotocols)
            .field("extensions", &self.extensions)
            .finish_non_exhaustive()
    }
}

/// The default time limit of the opening handshake, both roles: longer than any honest peer takes
/// across a bad network, short enough that silent peers cannot pile up.
pub(crate) const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// Why there is no WebSocket where nothing went wrong.
const ANSWERED_BY_HOOK: &str = "the request asked for no websocket and was answered by the hook";

/// What a client that comes while the server is going away is told to wait.
const RETRY_AFTER: Duration = Duration::from_secs(5);
