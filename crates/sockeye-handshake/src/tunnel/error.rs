//! Why an HTTP proxy made no tunnel.

use std::error::Error;
use std::fmt;

use http::StatusCode;

use crate::head::HeadFault;
use crate::parse::ParseFault;

/// Why an HTTP proxy made no tunnel.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum TunnelError {
    /// The proxy answered with this status: 407 where it wants other credentials, 502 or the like
    /// where it did not reach the server.
    Refused(StatusCode),
    /// The head of the response is larger than [`HeadLimits`](crate::HeadLimits) allow.
    HeadTooLarge,
    /// The response has more header fields than they allow.
    TooManyFields,
    /// The response is not HTTP/1.1.
    Malformed,
    /// More than eight interim responses.
    TooManyInterimResponses,
    /// The proxy sent more than its response before anything was sent through it.
    EarlyBytes,
    /// The stream ended before the response was complete.
    UnexpectedEof,
}

impl fmt::Display for TunnelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Refused(status) => return write!(f, "the proxy refused with {status}"),
            Self::HeadTooLarge => "the head of the proxy's response is too large",
            Self::TooManyFields => "the proxy's response has too many header fields",
            Self::Malformed => "the proxy's response is not HTTP/1.1",
            Self::TooManyInterimResponses => "the proxy sent too many interim responses",
            Self::EarlyBytes => "the proxy sent bytes that cannot be the server's",
            Self::UnexpectedEof => "the proxy closed the connection before it answered",
        })
    }
}

impl Error for TunnelError {}

impl From<HeadFault> for TunnelError {
    fn from(fault: HeadFault) -> Self {
        match fault {
            HeadFault::HeadTooLarge => Self::HeadTooLarge,
            HeadFault::TooManyFields => Self::TooManyFields,
            // A response has no target.
            HeadFault::Malformed | HeadFault::TargetTooLong => Self::Malformed,
        }
    }
}

impl From<ParseFault> for TunnelError {
    fn from(fault: ParseFault) -> Self {
        match fault {
            ParseFault::Malformed | ParseFault::UnsupportedVersion => Self::Malformed,
        }
    }
}
