//! Unix sockets of tokio's: servers on them, and clients.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::Path;

use sockeye_driver::{ConnectUnix, Listen, NoTls, Spawn, Timer};
use tokio::net::{UnixListener, UnixStream};
use tokio::task::{AbortHandle, Id};

use crate::io::Io;
use crate::runtime::Tokio;
use crate::timer::TokioTimer;

/// Stands for tokio with Unix sockets in the types of the driver; has no values.
#[derive(Debug)]
pub enum TokioUnix {}

/// A server on a Unix socket.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// use sockeye_tokio::{Client, UnixServer};
/// use tokio::net::UnixListener;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("chat.sock");
/// let server = UnixServer::from_listener(UnixListener::bind(&path)?);
/// tokio::spawn(server.serve(|mut ws| async move {
///     while let Some(message) = ws.recv().await? {
///         ws.send(message).await?;
///     }
///     Ok(())
/// }));
///
/// // The URI is what the server is told.
/// let (mut ws, _response) = Client::new().connect_unix(&path, "ws://chat.example/").await?;
/// ws.send("hello").await?;
/// assert_eq!(ws.recv().await?, Some("hello".into()));
/// # Ok(())
/// # }
/// ```
pub type UnixServer = sockeye_driver::Server<TokioUnix>;

impl Spawn for TokioUnix {
    type TaskId = Id;
    type Task = AbortHandle;

    fn spawn(work: impl Future<Output = ()> + Send + Unpin + 'static) -> (Id, AbortHandle) {
        Tokio::spawn(work)
    }

    fn current_task() -> Option<Id> {
        Tokio::current_task()
    }

    fn abort(task: AbortHandle) {
        Tokio::abort(task);
    }
}

impl Listen for TokioUnix {
    type Transport = Io<UnixStream>;
    type Listener = UnixListener;
    type ServerTls = NoTls;

    fn timer() -> Box<dyn Timer> {
        TokioTimer::boxed()
    }

    async fn accept(listener: &UnixListener) -> io::Result<Io<UnixStream>> {
        let (stream, _) = listener.accept().await?;
        Ok(Io::new(stream))
    }

    fn peer_addr(_transport: &Io<UnixStream>) -> Option<SocketAddr> {
        None
    }
}

impl ConnectUnix for Tokio {
    type UnixTransport = Io<UnixStream>;

    async fn connect_unix(path: &Path) -> io::Result<Io<UnixStream>> {
        Ok(Io::new(UnixStream::connect(path).await?))
    }
}
