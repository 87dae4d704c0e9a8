//! The answer of `try_send` when the message was not taken.

use std::fmt;

use sockeye_connection::Message;

use crate::Error;

/// Why `try_send` did not send.
#[derive(Debug)]
#[non_exhaustive]
pub enum TrySendError {
    /// The queue is above its high-water mark; the message comes back.
    Full(Message),
    /// It would fail later too.
    Failed(Error),
}

impl fmt::Display for TrySendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full(_) => f.write_str("send queue is full"),
            Self::Failed(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for TrySendError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Full(_) => None,
            Self::Failed(error) => Some(error),
        }
    }
}
