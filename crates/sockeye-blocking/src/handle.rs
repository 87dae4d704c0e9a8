//! Watching a running server, and ending it with grace or by force.

use std::fmt;
use std::time::Duration;

use sockeye_driver::{DrainReport, Listen};

use crate::Blocking;
use crate::wait::wait;

/// A remote control for one [`Server`](crate::Server); clones control the same one.
pub struct ServerHandle<L: Listen = Blocking> {
    inner: sockeye_driver::ServerHandle<L>,
}

impl<L: Listen> ServerHandle<L> {
    pub(crate) fn new(inner: sockeye_driver::ServerHandle<L>) -> Self {
        Self { inner }
    }

    /// Stops listening, closes every connection with code 1001 (going away), and waits until all
    /// have ended, but no longer than `deadline`, counted from now. What is left then is cut off.
    ///
    /// When it returns before the deadline, the listening socket is closed; see the driver's
    /// [`drain`](sockeye_driver::ServerHandle::drain).
    ///
    /// A connection starts its closing handshake as soon as its handler is in a call on it. One
    /// whose handler is in none runs into the deadline; it is cut off too, but its thread goes on
    /// until the handler returns, and so does [`Server::serve`](crate::Server::serve): a thread
    /// cannot be ended by another.
    pub fn drain(&self, deadline: Duration) -> DrainReport {
        wait(self.inner.drain(deadline))
    }

    /// How many connections are served now, those in their opening handshake included.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.inner.connections()
    }

    /// Whether [`drain`](Self::drain) was called on this or another handle of the server.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.inner.is_draining()
    }
}

impl<L: Listen> Clone for ServerHandle<L> {
    fn clone(&self) -> Self {
        Self::new(self.inner.clone())
    }
}

impl<L: Listen> fmt::Debug for ServerHandle<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
