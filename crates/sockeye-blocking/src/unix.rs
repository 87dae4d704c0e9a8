//! Servers on Unix sockets.

use std::io;
use std::os::unix::net::UnixListener;
use std::path::Path;

use async_io::Async;
use sockeye_async_std::AsyncIoUnix;

use crate::ServerOn;
use crate::threads::Threads;

/// A server on a Unix socket.
pub type UnixServer = ServerOn<AsyncIoUnix<Threads>>;

impl UnixServer {
    /// Listens at `path`, where nothing may be yet.
    ///
    /// # Errors
    ///
    /// The operating system's.
    pub fn bind(path: impl AsRef<Path>) -> io::Result<Self> {
        Self::from_listener(UnixListener::bind(path)?)
    }

    /// Serves a socket that listens already.
    ///
    /// # Errors
    ///
    /// The operating system's, which has to let the socket be waited for.
    pub fn from_listener(listener: UnixListener) -> io::Result<Self> {
        let listener = Async::new(listener)?;
        Ok(Self::new(sockeye_driver::Server::from_listener(listener)))
    }
}
