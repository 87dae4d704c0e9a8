//! async-std's tasks, and the driver's types with them under short names.
//!
//! What these do is documented where they are defined, in `sockeye-driver`.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};

use ::async_std::task::JoinHandle;
use sockeye_driver::{Error, Spawn};
use sockeye_handshake::IntoClientRequest;

use crate::names::WebSocket;
use crate::numbered::{Numbered, current};
use crate::runtime::AsyncIo;
#[cfg(unix)]
use crate::unix::AsyncIoUnix;

/// The tasks of async-std's global executor.
#[derive(Debug)]
pub enum AsyncStd {}

impl Spawn for AsyncStd {
    type TaskId = u64;
    type Task = JoinHandle<()>;

    fn spawn(work: impl Future<Output = ()> + Send + Unpin + 'static) -> (u64, JoinHandle<()>) {
        let (number, work) = Numbered::new(work);
        (number, ::async_std::task::spawn(work))
    }

    fn current_task() -> Option<u64> {
        current()
    }

    fn abort(task: JoinHandle<()>) {
        // The first poll cancels the task; the others would wait for it to be gone.
        let _ = pin!(task.cancel()).poll(&mut Context::from_waker(Waker::noop()));
    }
}

/// A WebSocket server on async-std, with a task for each connection.
///
/// ```
/// # async_std::task::block_on(async {
/// use sockeye_async_std::{Server, connect};
///
/// let server = Server::bind("127.0.0.1:0").await?;
/// let url = format!("ws://{}", server.local_addr()?);
/// let handle = server.handle();
/// let serving = async_std::task::spawn(server.serve(|mut ws| async move {
///     while let Some(message) = ws.recv().await? {
///         ws.send(message).await?;
///     }
///     Ok(())
/// }));
///
/// let mut ws = connect(&url).await?;
/// ws.send("hello").await?;
/// assert_eq!(ws.recv().await?, Some("hello".into()));
///
/// drop(ws);
/// let report = handle.drain(std::time::Duration::from_secs(5)).await;
/// assert_eq!(report.aborted, 0);
/// serving.await?;
/// # Ok::<_, Box<dyn std::error::Error + Send + Sync>>(())
/// # }).unwrap();
/// ```
pub type Server = sockeye_driver::Server<AsyncIo<AsyncStd>>;

/// A server on a Unix socket.
#[cfg(unix)]
pub type UnixServer = sockeye_driver::Server<AsyncIoUnix<AsyncStd>>;

/// A remote control for one [`Server`]: counts its connections, and ends them with grace.
pub type ServerHandle = sockeye_driver::ServerHandle<AsyncIo<AsyncStd>>;

/// What the connections of a client have in common; connects any number of times.
pub type Client = sockeye_driver::Client<AsyncIo<AsyncStd>>;

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
