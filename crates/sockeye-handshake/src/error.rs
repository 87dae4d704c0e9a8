//! What can go wrong with an opening handshake, on the client above all (RFC 6455 §4.1).
//!
//! A server that refuses a request does not fail: it answers with a `Refusal`. Errors of the
//! transport and deadlines are the driver's.

use std::error::Error;
use std::fmt;

use bytes::Bytes;
use http::{Response, StatusCode};
use sockeye_extensions::{GrammarError, NegotiationError};

use crate::head::HeadFault;
use crate::parse::ParseFault;
use crate::{RedirectError, UriError};

/// Why an opening handshake could not be started or did not end in a connection.
#[derive(Debug)]
#[non_exhaustive]
pub enum HandshakeError {
    /// The address is no `ws` or `wss` URI.
    Uri(UriError),
    /// A header name or value holds what HTTP does not allow, a line end for example.
    InvalidHeader,
    /// A header was given that the handshake itself writes, or that has no place in one.
    ReservedHeader,
    /// The `Host` header that was given is no host with an optional port.
    InvalidHost,
    /// An origin, or a pattern of origins, is not of the form `scheme://host[:port]`, which has no
    /// path and no final slash.
    InvalidOrigin,
    /// A subprotocol is not a token (RFC 6455 §4.1).
    InvalidSubprotocol,
    /// A subprotocol was given twice (RFC 6455 §4.1).
    RepeatedSubprotocol,
    /// The request that was given has a method other than GET.
    MethodNotGet,
    /// The request that was given has a version other than HTTP/1.1.
    VersionNotHttp11,
    /// The response head is larger than [`HeadLimits::max_head_bytes`](crate::HeadLimits).
    HeadTooLarge,
    /// The response has more fields than [`HeadLimits::max_fields`](crate::HeadLimits).
    TooManyFields,
    /// The response is not HTTP/1.1.
    Malformed,
    /// The response is an alert of TLS, which the server speaks on this port: the URI should be `wss`.
    TlsAlert,
    /// More than eight interim responses came before the final one.
    TooManyInterimResponses,
    /// The peer ended the stream before the handshake was complete.
    UnexpectedEof,
    /// The caller's deadline passed before the handshake was complete.
    TimedOut,
    /// The server answered with another status than 101.
    ///
    /// Keeps the status, the headers and, with its transfer coding undone, as much of the body as
    /// came and as [`HeadLimits::max_refusal_body_bytes`](crate::HeadLimits) allows. Redirects
    /// that are not to be followed end here too.
    Refused(Box<Response<Bytes>>),
    /// The server answered with a redirect that could not be followed; it is kept in the same way.
    Redirect(RedirectError, Box<Response<Bytes>>),
    /// The `Upgrade` header of the 101 is not `websocket`, or is missing.
    MissingUpgrade,
    /// The `Connection` header of the 101 does not list `Upgrade`.
    MissingConnectionUpgrade,
    /// `Sec-WebSocket-Accept` is missing, repeated, or does not answer the key.
    WrongAccept,
    /// The subprotocol chosen is none of those offered, or more than one.
    SubprotocolNotOffered,
    /// The `Sec-WebSocket-Extensions` header of the 101 cannot be read.
    InvalidExtensions(GrammarError),
    /// The extensions in the 101 are not an answer to the offer.
    Extension(NegotiationError),
}

impl HandshakeError {
    /// The status of the response that refused the upgrade, or redirected it; `None` for all other errors.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.response().map(Response::status)
    }

    /// The response that refused the upgrade, or redirected it; `None` for all other errors.
    #[must_use]
    pub fn response(&self) -> Option<&Response<Bytes>> {
        match self {
            Self::Refused(response) | Self::Redirect(_, response) => Some(response),
            _ => None,
        }
    }

    /// Tells whether the same request may succeed later: the stream ended, time was up, or the
    /// server answered 408, 425, 429, 500, 502, 503 or 504.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::UnexpectedEof | Self::TimedOut => true,
            Self::Refused(response) => {
                matches!(
                    response.status().as_u16(),
                    408 | 425 | 429 | 500 | 502..=504
                )
            }
            Self::Uri(_)
            | Self::InvalidHeader
            | Self::ReservedHeader
            | Self::InvalidHost
            | Self::InvalidOrigin
            | Self::InvalidSubprotocol
            | Self::RepeatedSubprotocol
            | Self::MethodNotGet
            | Self::VersionNotHttp11
            | Self::Redirect(..)
            | Self::HeadTooLarge
            | Self::TooManyFields
            | Self::Malformed
            | Self::TlsAlert
            | Self::TooManyInterimResponses
            | Self::MissingUpgrade
            | Self::MissingConnectionUpgrade
            | Self::WrongAccept
            | Self::SubprotocolNotOffered
            | Self::InvalidExtensions(_)
            | Self::Extension(_) => false,
        }
    }
}

impl fmt::Display for HandshakeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Uri(error) => return error.fmt(f),
            Self::Refused(response) => {
                return write!(f, "the server refused the upgrade: {}", response.status());
            }
            Self::Redirect(error, response) => {
                return write!(f, "the server answered {}: {error}", response.status());
            }
            Self::InvalidExtensions(_) => "the extensions in the response cannot be read",
            Self::Extension(_) => "the extensions in the response do not answer the offer",
            Self::InvalidHeader => "a header name or value is invalid",
            Self::ReservedHeader => "a header was given that belongs to the handshake itself",
            Self::InvalidHost => "the host header is invalid",
            Self::InvalidOrigin => {
                "an origin is not of the form scheme://host[:port]: no path, no final slash"
            }
            Self::InvalidSubprotocol => "a subprotocol is not a token",
            Self::RepeatedSubprotocol => "a subprotocol was given twice",
            Self::MethodNotGet => "the method of the request is not GET",
            Self::VersionNotHttp11 => "the version of the request is not HTTP/1.1",
            Self::HeadTooLarge => "the head of the response is too large",
            Self::TooManyFields => "the response has too many header fields",
            Self::Malformed => "the response is not HTTP/1.1",
            Self::TlsAlert => "the server speaks TLS on this port, which is for wss",
            Self::TooManyInterimResponses => "too many interim responses",
            Self::UnexpectedEof => "the stream ended during the opening handshake",
            Self::TimedOut => "the opening handshake took too long",
            Self::MissingUpgrade => "the response does not upgrade to websocket",
            Self::MissingConnectionUpgrade => "the response does not list upgrade in connection",
            Self::WrongAccept => "the response does not answer the key",
            Self::SubprotocolNotOffered => "a subprotocol was chosen that was not offered",
        })
    }
}

impl Error for HandshakeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Extension(error) => Some(error),
            Self::InvalidExtensions(error) => Some(error),
            _ => None,
        }
    }
}

impl From<UriError> for HandshakeError {
    fn from(error: UriError) -> Self {
        Self::Uri(error)
    }
}

impl From<HeadFault> for HandshakeError {
    fn from(fault: HeadFault) -> Self {
        match fault {
            HeadFault::HeadTooLarge => Self::HeadTooLarge,
            HeadFault::TooManyFields => Self::TooManyFields,
            // A response has no target.
            HeadFault::Malformed | HeadFault::TargetTooLong => Self::Malformed,
        }
    }
}

impl From<ParseFault> for HandshakeError {
    fn from(fault: ParseFault) -> Self {
        match fault {
            ParseFault::Malformed | ParseFault::UnsupportedVersion => Self::Malformed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TunnelError;

    #[test]
    fn errors_say_what_is_wrong() {
        #[track_caller]
        fn check(error: impl Into<HandshakeError>, expected: &str) {
            assert_eq!(error.into().to_string(), expected);
        }
        let answer = |status| {
            let mut response = Response::new(Bytes::new());
            *response.status_mut() = status;
            Box::new(response)
        };
        check(HandshakeError::Malformed, "the response is not HTTP/1.1");
        check(UriError::MissingHost, "the address names no host");
        check(
            HandshakeError::Refused(answer(StatusCode::FORBIDDEN)),
            "the server refused the upgrade: 403 Forbidden",
        );
        check(
            HandshakeError::Redirect(RedirectError::TooMany, answer(StatusCode::FOUND)),
            "the server answered 302 Found: too many redirects",
        );
        let refused = TunnelError::Refused(StatusCode::BAD_GATEWAY);
        assert_eq!(
            refused.to_string(),
            "the proxy refused with 502 Bad Gateway"
        );
    }

    #[test]
    fn faults_of_extensions_have_a_source() {
        let source = |error: &HandshakeError| error.source().map(ToString::to_string);
        let fault = GrammarError::MissingToken;
        let error = HandshakeError::InvalidExtensions(fault);
        assert_eq!(source(&error), Some(fault.to_string()));
        let fault = NegotiationError::UnknownParameter;
        let error = HandshakeError::Extension(fault);
        assert_eq!(source(&error), Some(fault.to_string()));
        assert_eq!(source(&HandshakeError::Malformed), None);
        // It says what it is itself.
        assert_eq!(source(&UriError::Fragment.into()), None);
    }
}
