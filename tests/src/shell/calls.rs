//! The calls that all shells have, as traits, so that one test can make them on any.
//!
//! Names and meanings are those of the shells' own types. Streamed messages are passed whole, since
//! writers and readers borrow the connection that they are of.

use std::fmt::Debug;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use sockeye::driver::{DrainReport, TrustedPeers};
use sockeye::extensions::{ClientExtension, ServerExtension};
use sockeye::handshake::IntoClientRequest;
use sockeye::{
    Acceptance, Bytes, CloseCode, CloseOutcome, Config, CookieJar, Error, Event, Failure,
    HandlerError, Message, MessageKind, OriginPolicy, Refusal, State, Stats, TrySendError,
    UpgradeRequest, blocking, driver,
};

/// A trait of options, which both a type of the driver's and one of the blocking shell's have.
macro_rules! options {
    (
        $(#[$doc:meta])* $trait:ident of $type:ident by $bound:ident {
            $($name:ident($($argument:ident: $of:ty),*);)+
        }
    ) => {
        $(#[$doc])*
        #[expect(missing_docs, reason = "the options of the same names")]
        pub trait $trait: Sized {
            $(#[must_use] fn $name(self, $($argument: $of),*) -> Self;)+
        }

        impl<S: driver::$bound> $trait for driver::$type<S> {
            $(fn $name(self, $($argument: $of),*) -> Self { self.$name($($argument),*) })+
        }

        impl $trait for blocking::$type {
            $(fn $name(self, $($argument: $of),*) -> Self { self.$name($($argument),*) })+
        }
    };
}

options! {
    /// What a client can be told without asking it to call back.
    ClientOptions of Client by Runtime {
        config(config: impl Into<Arc<Config>>);
        handshake_timeout(limit: Duration);
        connect_timeout(limit: Duration);
        subprotocol(name: impl Into<String>);
        header(name: impl Into<String>, value: impl Into<String>);
        extension(extension: Arc<dyn ClientExtension>);
        connect_to(addresses: impl IntoIterator<Item = SocketAddr>);
        bind_address(address: impl Into<IpAddr>);
        proxy(proxy: impl AsRef<str>);
        redirects(max: usize);
        basic_auth(user: impl Into<String>, password: impl Into<String>);
        bearer_auth(token: impl Into<String>);
        cookie_jar(jar: CookieJar);
    }
}

options! {
    /// What a server can be told without asking it to call back.
    ServerOptions of Server by Runtime {
        config(config: impl Into<Arc<Config>>);
        handshake_timeout(limit: Duration);
        origin(policy: OriginPolicy);
        subprotocols(names: impl IntoIterator<Item = impl Into<String>>);
        extension(extension: Arc<dyn ServerExtension>);
        proxy_protocol(trusted: TrustedPeers);
        forwarded_for(trusted: TrustedPeers);
        max_connections(limit: usize);
        on_failure(hook: impl Fn(Failure) + Send + Sync + 'static);
    }
}

/// A client.
pub trait ClientCalls: ClientOptions + Clone + Debug + Send + Sync + 'static {
    /// What it opens.
    type WebSocket;

    /// Looks names up by a function.
    #[must_use]
    fn resolver<F>(self, resolver: impl Fn(String, u16) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = io::Result<Vec<SocketAddr>>> + Send + 'static;

    /// Opens a WebSocket; also gives the response.
    fn connect(
        &self,
        request: impl IntoClientRequest + Send,
    ) -> impl Future<Output = Result<(Self::WebSocket, Response<()>), Error>> + Send;
}

/// A server that does not serve yet.
pub trait ServerCalls: ServerOptions + Debug + Send + 'static {
    /// What it gives to its handler.
    type WebSocket;
    /// Its remote control.
    type Handle;

    /// Answers requests for something else.
    #[must_use]
    fn http<F>(self, hook: impl Fn(Request<()>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Response<Bytes>> + Send + 'static;

    /// Decides about handshakes.
    #[must_use]
    fn accept_with<F>(self, hook: impl Fn(&UpgradeRequest) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Acceptance, Refusal>> + Send + 'static;

    /// Where it listens.
    ///
    /// # Errors
    ///
    /// The operating system's.
    fn local_addr(&self) -> io::Result<SocketAddr>;

    /// Its remote control.
    fn handle(&self) -> Self::Handle;

    /// Serves by a handler that wants the WebSocket alone.
    fn serve<F>(
        self,
        handler: impl Fn(Self::WebSocket) -> F + Send + Sync + 'static,
    ) -> impl Future<Output = io::Result<()>> + Send
    where
        F: Future<Output = Result<(), HandlerError>> + Send + 'static;

    /// Serves by a handler that also wants the request.
    fn serve_requests<F>(
        self,
        handler: impl Fn(Self::WebSocket, Request<()>) -> F + Send + Sync + 'static,
    ) -> impl Future<Output = io::Result<()>> + Send
    where
        F: Future<Output = Result<(), HandlerError>> + Send + 'static;
}

/// The remote control of a server.
pub trait HandleCalls: Clone + Debug + Send + Sync + 'static {
    /// How many connections there are.
    fn connections(&self) -> usize;

    /// Whether it drains.
    fn is_draining(&self) -> bool;

    /// Ends the server with grace.
    fn drain(&self, deadline: Duration) -> impl Future<Output = DrainReport> + Send;
}

/// An open connection.
pub trait WebSocketCalls: Debug + Send + 'static {
    /// Its half that sends.
    type Sender: SenderCalls;
    /// Its half that receives.
    type Receiver: ReceiverCalls<Sender = Self::Sender, WebSocket = Self>;

    /// Receives a message.
    fn recv(&mut self) -> impl Future<Output = Result<Option<Message>, Error>> + Send;

    /// Receives an event.
    fn recv_event(&mut self) -> impl Future<Output = Result<Option<Event>, Error>> + Send;

    /// Receives a message in pieces, by `recv_streaming`.
    fn recv_pieces(&mut self) -> impl Future<Output = Result<Option<Vec<Bytes>>, Error>> + Send;

    /// Sends a message.
    fn send(
        &mut self,
        message: impl Into<Message> + Send,
    ) -> impl Future<Output = Result<(), Error>> + Send;

    /// Queues a message.
    fn feed(
        &mut self,
        message: impl Into<Message> + Send,
    ) -> impl Future<Output = Result<(), Error>> + Send;

    /// Sends a message in fragments, by `send_streaming`.
    fn send_fragments(
        &mut self,
        kind: MessageKind,
        fragments: Vec<Bytes>,
    ) -> impl Future<Output = Result<(), Error>> + Send;

    /// Sends what is queued.
    fn flush(&mut self) -> impl Future<Output = Result<(), Error>> + Send;

    /// Sends a message if there is room.
    ///
    /// # Errors
    ///
    /// Those of the shell's.
    fn try_send(&mut self, message: impl Into<Message>) -> Result<(), TrySendError>;

    /// Sends a ping; its answer can be waited for.
    fn ping(&mut self) -> impl Future<Output = Result<Self::Pong, Error>> + Send;

    /// The answer to a ping.
    type Pong: Future<Output = Result<Duration, Error>> + Send + 'static;

    /// Closes the connection.
    fn close(
        &mut self,
        code: CloseCode,
        reason: &str,
    ) -> impl Future<Output = Result<CloseOutcome, Error>> + Send;

    /// Ends the connection without a Close frame.
    fn abort(self);

    /// Where it stands.
    fn state(&self) -> State;

    /// What has passed.
    fn stats(&self) -> Stats;

    /// How it ended.
    fn close_outcome(&self) -> Option<CloseOutcome>;

    /// What the handshake agreed on.
    fn subprotocol(&self) -> Option<&str>;

    /// Makes halves of it.
    fn split(self) -> (Self::Sender, Self::Receiver);
}

/// The half that sends.
pub trait SenderCalls: Clone + Send + Sync + 'static {
    /// Sends a message.
    fn send(
        &self,
        message: impl Into<Message> + Send,
    ) -> impl Future<Output = Result<(), Error>> + Send;

    /// Sends what is queued.
    fn flush(&self) -> impl Future<Output = Result<(), Error>> + Send;

    /// What has passed.
    fn stats(&self) -> Stats;
}

/// The half that receives.
pub trait ReceiverCalls: Sized + Send + 'static {
    /// The other half.
    type Sender;
    /// What they are together.
    type WebSocket;

    /// Receives a message.
    fn recv(&mut self) -> impl Future<Output = Result<Option<Message>, Error>> + Send;

    /// Puts the halves together.
    ///
    /// # Errors
    ///
    /// Both, when they are not all of one connection.
    fn unsplit(self, sender: Self::Sender) -> Result<Self::WebSocket, (Self::Sender, Self)>;
}
