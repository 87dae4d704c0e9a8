//! Waiting for the answer to a ping.

use std::time::Duration;

use sockeye_driver::Error;

use crate::wait::{wait, within};

/// The answer to a ping, once it has come (RFC 6455 §5.5.3).
///
/// Another thread must receive meanwhile, since that is how pongs are read. A pong for a later ping
/// answers this one too. Dropping it forgets the ping; nothing else changes.
#[derive(Debug)]
#[must_use = "the pong is waited for by `wait`"]
pub struct PongReply {
    inner: sockeye_driver::PongReply,
}

impl PongReply {
    pub(crate) fn new(inner: sockeye_driver::PongReply) -> Self {
        Self { inner }
    }

    /// Waits for the pong, and gives the round-trip time.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`] when the connection ends first.
    pub fn wait(self) -> Result<Duration, Error> {
        wait(self.inner)
    }

    /// Waits for the pong no longer than `limit`; `None` when it did not come.
    ///
    /// # Errors
    ///
    /// Those of [`Self::wait`], within.
    pub fn wait_timeout(&mut self, limit: Duration) -> Option<Result<Duration, Error>> {
        within(limit, &mut self.inner)
    }
}
