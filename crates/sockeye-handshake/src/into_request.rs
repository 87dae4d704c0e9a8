//! What people have in hand when they want to connect, made into a request.
//!
//! Only conversions; the checks are in `uri` and `request`.

use http::header::HeaderName;
use http::{Method, Request, Uri, Version};

use crate::{ClientRequest, HandshakeError, WsUri};

/// Something that can be connected to: an address as text or [`Uri`], or a request.
///
/// A `http::Request` may carry headers, credentials for example, and `Sec-WebSocket-Protocol`;
/// they are taken as by [`ClientRequest::header`], so `Host` replaces the address's and headers
/// that the handshake writes itself are refused. Its method must be GET and its version HTTP/1.1,
/// as they are by default. [`Uri`] has no place for a fragment and drops it before it comes here.
pub trait IntoClientRequest {
    /// Makes the request.
    ///
    /// # Errors
    ///
    /// - [`HandshakeError::Uri`]: the address is no `ws` or `wss` URI.
    /// - [`HandshakeError::MethodNotGet`], [`HandshakeError::VersionNotHttp11`]: a request of
    ///   another kind.
    /// - The errors of [`ClientRequest::header`] for the headers of a request.
    fn into_client_request(self) -> Result<ClientRequest, HandshakeError>;
}

impl IntoClientRequest for ClientRequest {
    fn into_client_request(self) -> Result<ClientRequest, HandshakeError> {
        Ok(self)
    }
}

impl IntoClientRequest for &ClientRequest {
    fn into_client_request(self) -> Result<ClientRequest, HandshakeError> {
        Ok(self.clone())
    }
}

impl IntoClientRequest for WsUri {
    fn into_client_request(self) -> Result<ClientRequest, HandshakeError> {
        Ok(ClientRequest::new(self))
    }
}

impl IntoClientRequest for &WsUri {
    fn into_client_request(self) -> Result<ClientRequest, HandshakeError> {
        self.clone().into_client_request()
    }
}

impl IntoClientRequest for &str {
    fn into_client_request(self) -> Result<ClientRequest, HandshakeError> {
        WsUri::parse(self)?.into_client_request()
    }
}

impl IntoClientRequest for String {
    fn into_client_request(self) -> Result<ClientRequest, HandshakeError> {
        self.as_str().into_client_request()
    }
}

impl IntoClientRequest for &String {
    fn into_client_request(self) -> Result<ClientRequest, HandshakeError> {
        self.as_str().into_client_request()
    }
}

impl IntoClientRequest for Uri {
    fn into_client_request(self) -> Result<ClientRequest, HandshakeError> {
        self.to_string().into_client_request()
    }
}

impl IntoClientRequest for &Uri {
    fn into_client_request(self) -> Result<ClientRequest, HandshakeError> {
        self.to_string().into_client_request()
    }
}

impl IntoClientRequest for Request<()> {
    fn into_client_request(self) -> Result<ClientRequest, HandshakeError> {
        let (parts, ()) = self.into_parts();
        if parts.method != Method::GET {
            return Err(HandshakeError::MethodNotGet);
        }
        if parts.version != Version::HTTP_11 {
            return Err(HandshakeError::VersionNotHttp11);
        }
        let mut request = parts.uri.into_client_request()?;
        // `HeaderMap` names a repeated header only once, with its first value.
        let mut last: Option<HeaderName> = None;
        for (name, value) in parts.headers {
            last = name.or(last);
            if let Some(name) = &last {
                request = request.header(name.clone(), value)?;
            }
        }
        Ok(request)
    }
}

#[cfg(test)]
mod tests;
