//! Watching a running server, and ending it with grace.
//!
//! When a connection closes itself and with which code is the driver's matter ([`Drain`]); here
//! is the waiting for it, and the end by force of those that do not leave in time.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::Listen;
use super::tasks::Tasks;
use super::time_limit::within;
use crate::Drain;

/// A remote control for one [`Server`](crate::Server); clones control the same one.
///
/// [`drain`](Self::drain) ends it with grace. An example is at the shell's name for this type.
pub struct ServerHandle<R: Listen> {
    pub(super) tasks: Arc<Tasks<R>>,
    /// Ends the connections, and before them the listening.
    pub(super) drain: Drain,
}

/// How many connections ended, and how many had to be ended, once [`ServerHandle::drain`] was called.
///
/// Those in their opening handshake are counted too.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct DrainReport {
    /// Connections that were over before the deadline, their handlers too: closed, lost, refused.
    pub closed: usize,
    /// Connections that were cut off at the deadline.
    pub aborted: usize,
}

impl<R: Listen> ServerHandle<R> {
    pub(super) fn new() -> Self {
        Self {
            tasks: Arc::default(),
            drain: Drain::new(),
        }
    }

    /// Stops listening, closes every connection with code 1001 (going away), and waits until all
    /// have ended, but no longer than `deadline`, counted from now. What is left then is cut off.
    ///
    /// When it returns before the deadline, the listening socket is closed, and a port free for the
    /// next server. It is closed by [`Server::serve`](crate::Server::serve), or by dropping that future
    /// or the server: one that is kept and not polled is waited for in vain. Clients in the queue of
    /// the operating system are taken first, and get status 503. Where as many are served as
    /// [`max_connections`](crate::Server::max_connections) allows, this is done one after the other,
    /// and one that does not close then holds the others up for a second, with TLS for two. Where
    /// descriptors are lacking, connections that end have to leave some first. Those that have had no
    /// turn by the deadline are cut off too.
    ///
    /// A connection starts its closing handshake as soon as its handler receives or sends; one
    /// whose handler does neither runs into the deadline. Clients whose opening handshake has not
    /// ended get status 503. [`Server::serve`](crate::Server::serve) returns when the last
    /// connection has ended. Calling it twice is allowed; each call reports what it saw itself.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the server draining, without the deadline.
    pub async fn drain(&self, deadline: Duration) -> DrainReport {
        let before = self.tasks.counts();
        self.drain.start("server is going away");
        let (after, aborted) = match within::<R, _>(deadline, self.tasks.ended()).await {
            Some(()) => (self.tasks.counts(), 0),
            None => {
                let after = self.tasks.abort_all();
                (after, after.running)
            }
        };
        DrainReport {
            closed: count(after.ended - before.ended),
            aborted: count(aborted),
        }
    }

    /// How many connections are served now, those in their opening handshake included.
    #[must_use]
    pub fn connections(&self) -> usize {
        count(self.tasks.counts().running)
    }

    /// Whether [`drain`](Self::drain) was called on this or another handle of the server.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.drain.is_started()
    }
}

/// Not derived, which would ask for a runtime that can be cloned.
impl<R: Listen> Clone for ServerHandle<R> {
    fn clone(&self) -> Self {
        Self {
            tasks: Arc::clone(&self.tasks),
            drain: self.drain.clone(),
        }
    }
}

impl<R: Listen> fmt::Debug for ServerHandle<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerHandle")
            .field("connections", &self.connections())
            .field("draining", &self.is_draining())
            .finish()
    }
}

/// A number of connections, none of which can be more than fits into memory.
fn count(n_connections: u64) -> usize {
    usize::try_from(n_connections).unwrap_or(usize::MAX)
}
