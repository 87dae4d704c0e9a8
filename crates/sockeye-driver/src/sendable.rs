//! What can be sent as one message, so that sending is written once.
//!
//! Decides nothing: each of these is one verb of the connection.

use sockeye_connection::{ApiMisuse, Connection, Message, PreparedMessage, SendOptions, Timestamp};

/// A message in one of the forms that applications have it in.
pub(crate) trait Sendable {
    /// Queues it, whole or not at all.
    fn queue(self, connection: &mut Connection, now: Timestamp) -> Result<(), ApiMisuse>;

    /// The message itself, for a caller whom it could not be taken from.
    fn into_message(self) -> Message;
}

impl Sendable for Message {
    #[inline]
    fn queue(self, connection: &mut Connection, now: Timestamp) -> Result<(), ApiMisuse> {
        connection.send(self, now)
    }

    fn into_message(self) -> Message {
        self
    }
}

/// With wishes about how extensions treat it.
impl Sendable for (Message, SendOptions) {
    fn queue(self, connection: &mut Connection, now: Timestamp) -> Result<(), ApiMisuse> {
        let (message, options) = self;
        connection.send_with(message, options, now)
    }

    fn into_message(self) -> Message {
        let (message, _) = self;
        message
    }
}

/// Shared with other connections.
impl Sendable for &PreparedMessage {
    fn queue(self, connection: &mut Connection, now: Timestamp) -> Result<(), ApiMisuse> {
        connection.send_prepared(self, now)
    }

    fn into_message(self) -> Message {
        self.as_message().clone()
    }
}
