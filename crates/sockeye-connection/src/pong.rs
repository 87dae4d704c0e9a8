//! The pong that could not be sent at once (RFC 6455 §5.5.2–5.5.3).
//!
//! One slot, not a queue: while output is blocked only the newest ping is remembered, so that a
//! peer which sends pings and does not read cannot make the connection hold more. When there is
//! room is decided by the owner of the outbox.

use alloc::boxed::Box;

/// The payload of the newest ping that waits for its answer.
#[derive(Debug, Default)]
pub(crate) struct PongSlot(Option<Box<[u8]>>);

impl PongSlot {
    /// Keeps the answer to a ping in place of the one before.
    pub(crate) fn put(&mut self, payload: &[u8]) {
        // RFC 6455 §5.5.3: if an endpoint receives a Ping frame and has not yet sent Pong frame(s)
        // in response to previous Ping frame(s), it MAY elect to send a Pong frame for only the
        // most recently processed Ping frame
        self.0 = Some(Box::from(payload));
    }

    pub(crate) const fn take(&mut self) -> Option<Box<[u8]>> {
        self.0.take()
    }
}

/// Bytes of queued output below which a ping is answered at once.
pub(crate) const PROMPT_BELOW_BYTES: usize = 4096;
