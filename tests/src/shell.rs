//! What the list of behaviours asks of a shell: to connect, to serve and to run tests.
//!
//! Shells of futures have it by [`AsyncShell`]; the blocking one is [`Waiting`].

mod calls;
mod futures;
mod threads;

use std::io;
use std::net::{SocketAddr, TcpListener};

use sockeye::driver::BindAddress;
use tokio::sync::oneshot;

pub use calls::{
    ClientCalls, ClientOptions, HandleCalls, ReceiverCalls, SenderCalls, ServerCalls,
    ServerOptions, WebSocketCalls,
};
pub use threads::{Lent, SecureWaiting, Threaded, Waiting};

/// One of our shells, by the types that applications use.
pub trait Shell: Sized + 'static {
    /// What connects.
    type Client: ClientCalls<WebSocket = Self::WebSocket>;
    /// What listens.
    type Server: ServerCalls<WebSocket = Self::WebSocket, Handle = Self::Handle>;
    /// The remote control of a server.
    type Handle: HandleCalls;
    /// An open connection.
    type WebSocket: WebSocketCalls;

    /// Whether all connections have TLS.
    const IS_SECURE: bool;

    /// Whether clients that are told nothing of TLS have somebody to trust.
    const TRUSTS_BY_DEFAULT: bool;

    /// The address of a server of this shell's, with a path that begins behind the slash.
    fn url(address: SocketAddr, path: &str) -> String {
        match Self::IS_SECURE {
            true => format!("wss://{address}/{path}"),
            false => format!("ws://{address}/{path}"),
        }
    }

    /// A client with the defaults, which trusts this shell's servers.
    fn client() -> Self::Client;

    /// Listens on an address.
    fn bind(
        address: impl Into<BindAddress> + Send,
    ) -> impl Future<Output = io::Result<Self::Server>> + Send;

    /// A server on a socket that somebody else made.
    ///
    /// # Panics
    ///
    /// If the shell does not take it.
    fn serve_on(socket: TcpListener) -> Self::Server;

    /// Runs a test on a thread of the runtime's, within reach of tokio, whose sockets raw peers use.
    fn run(test: impl Future<Output = ()>);

    /// Starts `work` in a task, or what the shell has in its place.
    fn start(work: impl Future<Output = ()> + Send + 'static);
}

/// Runs `work` in a task of the shell under test; what it gives can be waited for.
pub fn spawn<S: Shell, T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> oneshot::Receiver<T> {
    let (result, receiver) = oneshot::channel();
    S::start(async move {
        let _ = result.send(work.await);
    });
    receiver
}
