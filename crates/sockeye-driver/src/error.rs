//! What can go wrong on a connection, and the questions a caller asks about it.
//!
//! One variant for each of the four kinds (the peer broke the protocol, nothing in common was
//! found, our caller erred, the transport failed) and one for time limits. A normal close is not
//! among them.

use std::{fmt, io};

use bytes::Bytes;
use sockeye_connection::{ApiMisuse, ProtocolViolation, TimeoutKind};
use sockeye_frame::CloseCode;
use sockeye_handshake::HandshakeError;

use crate::Stage;

/// Why a WebSocket call failed.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The opening handshake found no agreement, or was malformed (RFC 6455 §4).
    Handshake(HandshakeError),
    /// We refused the client's opening handshake with this status; it was told.
    Refused(http::StatusCode),
    /// The opening handshake took longer than its time limit.
    HandshakeTimeout,
    /// The peer broke a rule of the protocol or one of our limits; it was told so with a Close frame
    /// (RFC 6455 §7.1.7).
    Protocol(ProtocolViolation),
    /// A time limit of the open connection passed.
    Timeout(TimeoutKind),
    /// The call does not fit the state of the connection; nothing was sent.
    Misuse(ApiMisuse),
    /// The connection is closed or closing; nothing was sent.
    Closed,
    /// The peer's bytes ended without a Close frame: code 1006 (RFC 6455 §7.1.5).
    ConnectionLost,
    /// A client came no further than this stage, and there is no WebSocket. A server's
    /// [`Failure`](crate::Failure) has it with [`Stage::Tls`].
    Connect {
        /// Where it failed.
        stage: Stage,
        /// Why; with [`io::ErrorKind::TimedOut`], the time for it was over.
        source: io::Error,
    },
    /// The transport failed.
    Io(io::Error),
}

/// The kinds of [`Error`], for a `match` that need not know the details.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The opening handshake failed.
    Handshake,
    /// The peer broke a rule of the protocol or one of our limits.
    Protocol,
    /// A time limit passed.
    Timeout,
    /// The caller erred.
    Misuse,
    /// The connection had ended already, or ended without a Close frame.
    Closed,
    /// The transport failed.
    Io,
}

impl Error {
    /// The kind of this error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Handshake(_) | Self::Refused(_) => ErrorKind::Handshake,
            Self::Protocol(_) => ErrorKind::Protocol,
            Self::HandshakeTimeout | Self::Timeout(_) => ErrorKind::Timeout,
            Self::Misuse(_) => ErrorKind::Misuse,
            Self::Closed | Self::ConnectionLost => ErrorKind::Closed,
            Self::Connect { .. } | Self::Io(_) => ErrorKind::Io,
        }
    }

    /// The stage at which opening a WebSocket failed; `None` when it was open, or the caller erred.
    #[must_use]
    pub fn stage(&self) -> Option<Stage> {
        match self {
            Self::Connect { stage, .. } => Some(*stage),
            Self::Handshake(_) | Self::Refused(_) | Self::HandshakeTimeout => {
                Some(Stage::Handshake)
            }
            Self::Protocol(_)
            | Self::Timeout(_)
            | Self::Misuse(_)
            | Self::Closed
            | Self::ConnectionLost
            | Self::Io(_) => None,
        }
    }

    /// The same error, and a transport error as one that came up at `stage` of connecting.
    pub(crate) fn at(self, stage: Stage) -> Self {
        match self {
            Self::Io(source) => Self::Connect { stage, source },
            error => error,
        }
    }

    /// Whether a time limit passed, ours or the operating system's.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        match self {
            Self::HandshakeTimeout | Self::Timeout(_) => true,
            Self::Connect { source, .. } | Self::Io(source) => {
                source.kind() == io::ErrorKind::TimedOut
            }
            Self::Refused(status) => *status == http::StatusCode::REQUEST_TIMEOUT,
            Self::Handshake(_)
            | Self::Protocol(_)
            | Self::Misuse(_)
            | Self::Closed
            | Self::ConnectionLost => false,
        }
    }

    /// Whether connecting again later may succeed without any change on our side.
    ///
    /// True for lost connections, time limits, transport errors, and answers such as 503.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Handshake(error) => error.is_retryable(),
            Self::HandshakeTimeout | Self::Timeout(_) | Self::ConnectionLost => true,
            // What this build cannot do, or what is not allowed, it will not do later either.
            Self::Connect { source, .. } | Self::Io(source) => !matches!(
                source.kind(),
                io::ErrorKind::Unsupported
                    | io::ErrorKind::InvalidInput
                    | io::ErrorKind::PermissionDenied
            ),
            Self::Refused(_) | Self::Protocol(_) | Self::Misuse(_) | Self::Closed => false,
        }
    }

    /// The close code that stands for this error (RFC 6455 §7.4.1): the one sent to the peer for
    /// a violation, 1006 where the connection ended without a Close frame.
    #[must_use]
    pub fn close_code(&self) -> Option<CloseCode> {
        match self {
            Self::Protocol(violation) => Some(violation.close_code()),
            Self::Timeout(_) | Self::ConnectionLost | Self::Io(_) => {
                Some(CloseCode::AbnormalClosure)
            }
            Self::Handshake(_)
            | Self::Refused(_)
            | Self::HandshakeTimeout
            | Self::Misuse(_)
            | Self::Closed
            | Self::Connect { .. } => None,
        }
    }

    /// The HTTP response of a server that refused the handshake.
    #[must_use]
    pub fn response(&self) -> Option<&http::Response<Bytes>> {
        match self {
            Self::Handshake(error) => error.response(),
            Self::Refused(_)
            | Self::HandshakeTimeout
            | Self::Protocol(_)
            | Self::Timeout(_)
            | Self::Misuse(_)
            | Self::Closed
            | Self::ConnectionLost
            | Self::Connect { .. }
            | Self::Io(_) => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Handshake(error) => write!(f, "opening handshake failed: {error}"),
            Self::Refused(status) => write!(f, "client was refused with {status}"),
            Self::HandshakeTimeout => f.write_str("opening handshake exceeded its time limit"),
            Self::Protocol(violation) => write!(f, "peer broke a rule or a limit: {violation}"),
            Self::Timeout(kind) => write!(f, "time limit passed: {kind}"),
            Self::Misuse(misuse) => misuse.fmt(f),
            Self::Closed => f.write_str("connection is closed"),
            Self::ConnectionLost => f.write_str("connection ended without a close frame"),
            Self::Connect { stage, source } => write!(f, "connecting failed ({stage}): {source}"),
            Self::Io(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            // Display says these errors themselves; the chain goes on behind them.
            Self::Handshake(error) => error.source(),
            Self::Connect { source, .. } | Self::Io(source) => source.source(),
            Self::Protocol(_)
            | Self::Misuse(_)
            | Self::Refused(_)
            | Self::HandshakeTimeout
            | Self::Timeout(_)
            | Self::Closed
            | Self::ConnectionLost => None,
        }
    }
}

impl From<HandshakeError> for Error {
    fn from(error: HandshakeError) -> Self {
        Self::Handshake(error)
    }
}

impl From<ApiMisuse> for Error {
    fn from(misuse: ApiMisuse) -> Self {
        Self::Misuse(misuse)
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}
