//! Watching a running server, and ending it with grace.
//!
//! When a connection closes itself and with which code is the driver's matter ([`Drain`]); here
//! is the waiting for it, and the end by force of those that do not leave in time.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use sockeye_driver::Drain;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::tasks::Tasks;

/// A remote control for one [`Server`](crate::Server); clones control the same one.
#[derive(Clone)]
pub struct ServerHandle {
    pub(crate) tasks: Arc<Tasks>,
    pub(crate) drain: Drain,
    pub(crate) stopped: Arc<watch::Sender<bool>>,
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

impl ServerHandle {
    pub(crate) fn new() -> Self {
        Self {
            tasks: Arc::default(),
            drain: Drain::new(),
            stopped: Arc::new(watch::Sender::new(false)),
        }
    }

    /// Stops listening, closes every connection with code 1001 (going away), and waits until all
    /// have ended, but no longer than `deadline`, counted from now. What is left then is cut off.
    ///
    /// A connection starts its closing handshake as soon as its handler receives or sends; one
    /// whose handler does neither runs into the deadline. Clients whose opening handshake has not
    /// ended get status 503. [`Server::serve`](crate::Server::serve) returns when the last
    /// connection has ended. Calling it twice is allowed; each call reports what it saw itself.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    /// use std::time::Duration;
    ///
    /// use sockeye_tokio::Server;
    ///
    /// # let (interrupt, interrupted) = tokio::sync::oneshot::channel::<()>();
    /// # let ctrl_c = || interrupted;
    /// # /* What a program has instead of the two lines above:
    /// use tokio::signal::ctrl_c;
    /// # */
    /// let server = Server::bind("127.0.0.1:0").await?;
    /// # let url = format!("ws://{}", server.local_addr()?);
    /// let handle = server.handle();
    /// let ending = tokio::spawn(async move {
    ///     ctrl_c().await?;
    ///     let report = handle.drain(Duration::from_secs(6)).await;
    ///     println!("{} connections closed, {} cut off", report.closed, report.aborted);
    /// #   assert_eq!((report.closed, report.aborted), (1, 0));
    ///     Ok::<_, Box<dyn std::error::Error + Send + Sync>>(())
    /// });
    /// # let client = tokio::spawn(async move {
    /// #     let mut ws = sockeye_tokio::connect(&url).await?;
    /// #     ws.send("hello").await?;
    /// #     assert_eq!(ws.recv().await?, Some("hello".into()));
    /// #     let _ = interrupt.send(());
    /// #     assert_eq!(ws.recv().await?, None);
    /// #     Ok::<_, sockeye_driver::Error>(ws.close_outcome().map(|outcome| u16::from(outcome.code())))
    /// # });
    /// server
    ///     .serve(|mut ws| async move {
    ///         while let Some(message) = ws.recv().await? {
    ///             ws.send(message).await?;
    ///         }
    ///         Ok(())
    ///     })
    ///     .await?; // returns when the last connection has ended
    /// ending.await??;
    /// # assert_eq!(client.await??, Some(1001));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the server draining, without the deadline.
    pub async fn drain(&self, deadline: Duration) -> DrainReport {
        let before = self.tasks.counts();
        self.stopped.send_replace(true);
        self.drain.start("server is going away");
        let (after, aborted) = match timeout(deadline, self.tasks.none_left()).await {
            Ok(()) => (self.tasks.counts(), 0),
            Err(_deadline_passed) => {
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
}

impl fmt::Debug for ServerHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerHandle")
            .field("connections", &self.connections())
            .field("draining", &self.drain.is_started())
            .finish()
    }
}

/// A number of connections, none of which can be more than fits into memory.
fn count(n_connections: u64) -> usize {
    usize::try_from(n_connections).unwrap_or(usize::MAX)
}
