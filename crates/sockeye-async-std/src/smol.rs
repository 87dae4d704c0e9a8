//! WebSockets on smol: its tasks, and the types of this crate with them.
//!
//! ```
//! # smol::block_on(async {
//! use sockeye_async_std::smol::{Server, connect};
//!
//! let server = Server::bind("127.0.0.1:0").await?;
//! let url = format!("ws://{}", server.local_addr()?);
//! smol::spawn(server.serve(|mut ws| async move {
//!     while let Some(message) = ws.recv().await? {
//!         ws.send(message).await?;
//!     }
//!     Ok(())
//! }))
//! .detach();
//!
//! let mut ws = connect(&url).await?;
//! ws.send("hello").await?;
//! assert_eq!(ws.recv().await?, Some("hello".into()));
//! # Ok::<_, Box<dyn std::error::Error + Send + Sync>>(())
//! # }).unwrap();
//! ```

use std::future::Future;

use sockeye_driver::{Error, Spawn};
use sockeye_handshake::IntoClientRequest;

pub use crate::accept::{accept, accept_request, from_upgraded};
pub use crate::io::Io;
pub use crate::names::{Receiver, Sender, WebSocket};
use crate::numbered::{Numbered, current};
pub use crate::runtime::AsyncIo;
pub use crate::stream::Stream;
#[cfg(unix)]
pub use crate::unix::{AsyncIoUnix, UnixStream};
#[cfg(feature = "cookies")]
pub use sockeye_driver::CookieJar;
pub use sockeye_driver::{
    ClientAddr, DrainReport, Failure, FailureCause, HandlerError, TrustedPeers,
};
#[cfg(feature = "rustls")]
pub use sockeye_tls::{ClientTls, ServerTls, rustls};

/// The tasks of smol's global executor.
#[derive(Debug)]
pub enum Smol {}

impl Spawn for Smol {
    type TaskId = u64;
    type Task = SmolTask;

    fn spawn(work: impl Future<Output = ()> + Send + Unpin + 'static) -> (u64, SmolTask) {
        let (number, work) = Numbered::new(work);
        (number, SmolTask(Some(::smol::spawn(work))))
    }

    fn current_task() -> Option<u64> {
        current()
    }

    fn abort(mut task: SmolTask) {
        // Dropped, smol's own type ends the task.
        drop(task.0.take());
    }
}

/// One of smol's tasks, which goes on when this is dropped.
#[derive(Debug)]
pub struct SmolTask(Option<::smol::Task<()>>);

impl Drop for SmolTask {
    fn drop(&mut self) {
        if let Some(task) = self.0.take() {
            task.detach();
        }
    }
}

/// A WebSocket server on smol, with a task for each connection.
pub type Server = sockeye_driver::Server<AsyncIo<Smol>>;

/// A server on a Unix socket.
#[cfg(unix)]
pub type UnixServer = sockeye_driver::Server<AsyncIoUnix<Smol>>;

/// A remote control for one [`Server`]: counts its connections, and ends them with grace.
pub type ServerHandle = sockeye_driver::ServerHandle<AsyncIo<Smol>>;

/// What the connections of a client have in common; connects any number of times.
pub type Client = sockeye_driver::Client<AsyncIo<Smol>>;

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
