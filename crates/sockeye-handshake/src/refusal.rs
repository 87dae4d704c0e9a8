//! The responses with which a server refuses an upgrade (RFC 6455 §4.2.2, RFC 9110 §15.5).
//!
//! One constructor per reason, so that each has one status. Decides nothing: the checks are in
//! `server` and `origin`.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::header::{
    ALLOW, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use http::{Method, Response, StatusCode};

use crate::head::HeadFault;
use crate::parse::ParseFault;
use crate::response::is_framing;
use crate::{HandshakeError, encode_response};

/// A refused upgrade: a status, a short text, and headers.
///
/// [`encode`](Self::encode) writes it with `Connection: close` and its exact length. After it the
/// connection must be closed, and nothing that the peer sent behind its request may be looked at:
/// a proxy may believe that the upgrade took place.
///
/// ```
/// use sockeye_handshake::Refusal;
///
/// let refusal = Refusal::new(http::StatusCode::UNAUTHORIZED, "sign in first")
///     .header("www-authenticate", "Bearer")?;
/// let response = String::from_utf8(refusal.encode()).expect("it is text");
/// assert!(response.starts_with("HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n"));
/// assert!(response.ends_with("\r\n\r\nsign in first\n"));
/// # Ok::<(), sockeye_handshake::HandshakeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Refusal {
    response: Box<Response<Bytes>>,
    head_only: bool,
}

impl Refusal {
    /// A refusal with a plain-text body, to which a line end is added.
    ///
    /// A status below 200 becomes 500 when it is encoded, as in [`encode_response`].
    #[must_use]
    pub fn new(status: StatusCode, body: impl Into<String>) -> Self {
        let mut body = body.into();
        body.push('\n');
        let mut response = Response::new(Bytes::from(body));
        *response.status_mut() = status;
        let text = HeaderValue::from_static("text/plain; charset=utf-8");
        response.headers_mut().insert(CONTENT_TYPE, text);
        Self {
            response: Box::new(response),
            head_only: false,
        }
    }

    /// 400: the request is no opening handshake that can be understood; `reason` is the body.
    #[must_use]
    pub fn bad_request(reason: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, reason)
    }

    /// 403: the page that asks belongs to another site (RFC 6455 §4.2.2, §10.2).
    ///
    /// When pages of the own site get it, a proxy in front rewrites `Host`: list their origins in
    /// an [`OriginList`](crate::OriginList).
    #[must_use]
    pub fn origin_not_allowed() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "this origin is not allowed to connect",
        )
    }

    /// 405: the method is not GET; `Allow` says so (RFC 9110 §15.5.6).
    #[must_use]
    pub fn method_not_allowed() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "only GET can open a WebSocket",
        )
        .with(ALLOW, "GET")
    }

    /// 408: the request did not come in time.
    #[must_use]
    pub fn request_timeout() -> Self {
        Self::new(
            StatusCode::REQUEST_TIMEOUT,
            "the request did not come in time",
        )
    }

    /// 414: the request target is too long.
    #[must_use]
    pub fn uri_too_long() -> Self {
        Self::new(StatusCode::URI_TOO_LONG, "the request target is too long")
    }

    /// 426: this is a WebSocket endpoint and the request asks for no upgrade (RFC 9110 §15.5.22).
    ///
    /// The answer to a [`ServerEvent::Plain`](crate::ServerEvent::Plain) that nobody else answers.
    #[must_use]
    pub fn upgrade_required() -> Self {
        // RFC 9110 §15.5.22: the server MUST send an Upgrade header field in a 426 response
        Self::new(StatusCode::UPGRADE_REQUIRED, "this is a WebSocket endpoint")
            .with(UPGRADE, "websocket")
    }

    /// 426: the client wants another version of the protocol than 13.
    #[must_use]
    pub fn unsupported_version() -> Self {
        // RFC 6455 §4.2.2: the server MUST send an appropriate HTTP error code (such as 426
        // Upgrade Required) and a |Sec-WebSocket-Version| header field
        Self::new(
            StatusCode::UPGRADE_REQUIRED,
            "only version 13 of WebSocket is spoken here",
        )
        .with(UPGRADE, "websocket")
        .with(SEC_WEBSOCKET_VERSION, "13")
    }

    /// 431: the head is too large or has too many fields (RFC 6585 §5).
    #[must_use]
    pub fn head_too_large() -> Self {
        Self::new(
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            "the request has too many or too large header fields",
        )
    }

    /// 503: not now; `Retry-After` names the time, rounded up to seconds.
    #[must_use]
    pub fn service_unavailable(retry_after: Duration) -> Self {
        let partial = u64::from(retry_after.subsec_nanos() > 0);
        let seconds = retry_after.as_secs().saturating_add(partial);
        let mut refusal = Self::new(StatusCode::SERVICE_UNAVAILABLE, "try again later");
        refusal
            .response
            .headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from(seconds));
        refusal
    }

    /// 505: the request is of another HTTP version than 1.1.
    #[must_use]
    pub fn http_version_not_supported() -> Self {
        Self::new(
            StatusCode::HTTP_VERSION_NOT_SUPPORTED,
            "only HTTP/1.1 is spoken here",
        )
    }

    /// Adds a header.
    ///
    /// # Errors
    ///
    /// - [`HandshakeError::InvalidHeader`]: the name or the value is not allowed in HTTP.
    /// - [`HandshakeError::ReservedHeader`]: `Connection` or a header that frames the body.
    pub fn header(
        mut self,
        name: impl TryInto<HeaderName>,
        value: impl TryInto<HeaderValue>,
    ) -> Result<Self, HandshakeError> {
        let name = name.try_into().map_err(|_| HandshakeError::InvalidHeader)?;
        let value = value
            .try_into()
            .map_err(|_| HandshakeError::InvalidHeader)?;
        if is_framing(&name) {
            return Err(HandshakeError::ReservedHeader);
        }
        let headers = self.response.headers_mut();
        headers
            .try_append(name, value)
            .map_err(|_| HandshakeError::TooManyFields)?;
        Ok(self)
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// The refusal as a response of the `http` crate; its body ends in a line end.
    #[must_use]
    pub fn response(&self) -> &Response<Bytes> {
        &self.response
    }

    /// The bytes to send before closing the connection.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        encode_response(&self.response, self.head_only)
    }

    /// Leaves the body out if the method of the request that is refused is HEAD.
    ///
    /// Needed for the answer to a [`ServerEvent::Plain`](crate::ServerEvent::Plain) only; the
    /// refusals that a [`ServerHandshake`](crate::ServerHandshake) makes are done.
    #[must_use]
    pub fn answering(mut self, method: &Method) -> Self {
        self.head_only = *method == Method::HEAD;
        self
    }

    /// Adds a header that one of the constructors needs.
    fn with(mut self, name: HeaderName, value: &'static str) -> Self {
        self.response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
        self
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "refused with {}", self.status())
    }
}

impl From<HeadFault> for Refusal {
    fn from(fault: HeadFault) -> Self {
        match fault {
            HeadFault::Malformed => Self::bad_request("the request is not HTTP/1.1"),
            HeadFault::HeadTooLarge | HeadFault::TooManyFields => Self::head_too_large(),
            HeadFault::TargetTooLong => Self::uri_too_long(),
        }
    }
}

impl From<ParseFault> for Refusal {
    fn from(fault: ParseFault) -> Self {
        match fault {
            ParseFault::Malformed => Self::bad_request("the request is not HTTP/1.1"),
            ParseFault::UnsupportedVersion => Self::http_version_not_supported(),
        }
    }
}

#[cfg(test)]
mod tests;
