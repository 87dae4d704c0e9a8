//! Clients on Unix sockets.
//!
//! Servers on them are [`Server`](crate::Server)s of another [`Listen`](crate::Listen).

use std::future::Future;
use std::io;
use std::path::Path;

use sockeye_handshake::IntoClientRequest;

use super::time_limit::{TimeLeft, within};
use super::{Client, Runtime};
use crate::{Error, Stage, Transport, WebSocket};

/// A runtime that has Unix sockets.
pub trait ConnectUnix: Runtime {
    /// A connected Unix socket.
    type UnixTransport: Transport + 'static;

    /// Connects to the socket at `path`, for as long as it takes.
    ///
    /// # Errors
    ///
    /// The operating system's.
    ///
    /// # Cancel safety
    ///
    /// As the futures of [`Runtime`](Runtime#cancel-safety).
    fn connect_unix(path: &Path) -> impl Future<Output = io::Result<Self::UnixTransport>> + Send;
}

impl<R: ConnectUnix> Client<R> {
    /// Opens a WebSocket over the Unix socket at `path`.
    ///
    /// The URI of `request` is what the server is told, its host in `Host`; nothing else is dialed:
    /// no proxy is used, and no redirect followed. A `wss` URI is taken for what the server is
    /// called from outside; there is no TLS on the socket.
    ///
    /// # Errors
    ///
    /// As [`Self::connect`].
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops the connection; nothing is left behind.
    pub async fn connect_unix(
        &self,
        path: impl AsRef<Path>,
        request: impl IntoClientRequest,
    ) -> Result<(WebSocket<R::UnixTransport>, http::Response<()>), Error> {
        let request = self.prepare(request)?;
        let limit = self.options.handshake_timeout;
        let time = TimeLeft::new::<R>(limit);
        let connected = within::<R, _>(limit, R::connect_unix(path.as_ref())).await;
        let connected = connected.unwrap_or_else(|| Err(io::ErrorKind::TimedOut.into()));
        let transport = connected.map_err(|source| Error::Connect {
            stage: Stage::Connect,
            source,
        })?;
        self.shake_hands(transport, &request, time.left()).await
    }
}
