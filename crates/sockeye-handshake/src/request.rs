//! What a client asks for (RFC 6455 §4.1).
//!
//! Every part is checked when it is given, so that writing the request cannot go wrong and
//! nothing that came from elsewhere can add a line to it. Holds no nonce: a request can be used
//! for any number of handshakes.

mod auth;
mod cookies;

use std::sync::Arc;

use http::HeaderMap;
use http::header::{
    AUTHORIZATION, COOKIE, HOST, HeaderName, HeaderValue, ORIGIN, PROXY_AUTHORIZATION,
    SEC_WEBSOCKET_PROTOCOL,
};
use sockeye_extensions::{ClientExtension, client_offer_header};

use crate::authority::Authority;
use crate::field::split_list;
use crate::origin::is_origin;
use crate::own_headers::check_header;
use crate::response::{write_field, write_headers};
use crate::{HandshakeError, WsUri, subprotocol};

/// An opening handshake to be sent to a server: address, headers, and what is offered.
///
/// Its `Debug` leaves out credentials: user information, `Authorization`, `Cookie`,
/// `Proxy-Authorization` and what the caller marked sensitive.
///
/// ```
/// use sockeye_handshake::{ClientRequest, WsUri};
///
/// let request = ClientRequest::new(WsUri::parse("wss://example.com/chat")?)
///     .subprotocol("v2.chat")?
///     .header("cookie", "session=1")?;
/// assert_eq!(request.uri().host(), "example.com");
/// # Ok::<(), sockeye_handshake::HandshakeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct ClientRequest {
    uri: WsUri,
    host: Option<HeaderValue>,
    headers: HeaderMap,
    pub(crate) subprotocols: Vec<String>,
    pub(crate) extensions: Vec<Arc<dyn ClientExtension>>,
}

impl ClientRequest {
    /// A request for the resource at an address, offering nothing.
    #[must_use]
    pub fn new(uri: WsUri) -> Self {
        let (subprotocols, extensions) = (Vec::new(), Vec::new());
        Self {
            uri,
            host: None,
            headers: HeaderMap::new(),
            subprotocols,
            extensions,
        }
    }

    /// Adds a header; the same name may be added more than once.
    ///
    /// Two names are special. `Host` replaces what the address says, for servers that are
    /// reached by another name than their own. `Sec-WebSocket-Protocol` is a list of subprotocols,
    /// each taken as by [`subprotocol`](Self::subprotocol). An `Authorization` given here goes
    /// before the address's user information.
    ///
    /// # Errors
    ///
    /// - [`HandshakeError::InvalidHeader`]: the name or the value is not allowed in HTTP.
    /// - [`HandshakeError::ReservedHeader`]: the handshake writes this header itself, or it would
    ///   announce a body.
    /// - [`HandshakeError::InvalidHost`]: a `Host` that is no host with an optional port.
    /// - [`HandshakeError::InvalidSubprotocol`], [`HandshakeError::RepeatedSubprotocol`]: as in
    ///   [`subprotocol`](Self::subprotocol).
    pub fn header(
        self,
        name: impl TryInto<HeaderName>,
        value: impl TryInto<HeaderValue>,
    ) -> Result<Self, HandshakeError> {
        let name = name.try_into().map_err(|_| HandshakeError::InvalidHeader)?;
        let value = value
            .try_into()
            .map_err(|_| HandshakeError::InvalidHeader)?;
        if name == SEC_WEBSOCKET_PROTOCOL {
            return split_list(value.as_bytes()).try_fold(self, Self::add_subprotocol);
        }
        let (name, value) = check_header(name, value)?;
        self.add_header(name, value)
    }

    /// Offers a subprotocol, after those offered before it (RFC 6455 §1.9).
    ///
    /// # Errors
    ///
    /// - [`HandshakeError::InvalidSubprotocol`]: not a token (RFC 6455 §4.1).
    /// - [`HandshakeError::RepeatedSubprotocol`]: offered already.
    pub fn subprotocol(self, name: &str) -> Result<Self, HandshakeError> {
        self.add_subprotocol(name.as_bytes())
    }

    /// Sets the `Origin` header, as a browser does for a page; other clients need none.
    ///
    /// # Errors
    ///
    /// [`HandshakeError::InvalidOrigin`]: neither `null` nor of the form `scheme://host[:port]`.
    pub fn origin(mut self, origin: &str) -> Result<Self, HandshakeError> {
        let value = HeaderValue::from_str(origin)
            .ok()
            .filter(|_| is_origin(origin));
        self.headers
            .insert(ORIGIN, value.ok_or(HandshakeError::InvalidOrigin)?);
        Ok(self)
    }

    /// Offers an extension, after those offered before it (RFC 6455 §9.1).
    #[must_use]
    pub fn extension(mut self, extension: Arc<dyn ClientExtension>) -> Self {
        self.extensions.push(extension);
        self
    }

    /// The address to connect to.
    #[must_use]
    pub fn uri(&self) -> &WsUri {
        &self.uri
    }

    /// The same request to another address.
    pub(crate) fn with_uri(&self, uri: WsUri) -> Self {
        Self {
            uri,
            ..self.clone()
        }
    }

    /// Says of the host what the address says.
    pub(crate) fn without_host(mut self) -> Self {
        self.host = None;
        self
    }

    /// Keeps the headers for which `keep` is true.
    pub(crate) fn retain_headers(&mut self, keep: impl Fn(&HeaderName, &HeaderValue) -> bool) {
        let kept = self
            .headers
            .iter()
            .filter(|(name, value)| keep(name, value));
        let mut headers = HeaderMap::with_capacity(self.headers.len());
        for (name, value) in kept {
            headers.append(name, value.clone());
        }
        self.headers = headers;
    }

    /// Writes the request head with a key.
    pub(crate) fn encode(&self, key: &str) -> Result<Vec<u8>, HandshakeError> {
        let mut head = Vec::with_capacity(256);
        // RFC 6455 §4.1: the method MUST be GET, and the HTTP version MUST be at least 1.1
        head.extend_from_slice(format!("GET {} HTTP/1.1\r\n", self.uri.resource()).as_bytes());
        match &self.host {
            Some(host) => write_field("Host", host.as_bytes(), &mut head),
            // RFC 6455 §4.1: a |Host| header whose value contains /host/ plus optionally ":"
            // followed by /port/ (when not using the default port)
            None => write_field("Host", self.uri.authority().as_bytes(), &mut head),
        }
        write_field("Upgrade", b"websocket", &mut head);
        write_field("Connection", b"Upgrade", &mut head);
        write_field("Sec-WebSocket-Key", key.as_bytes(), &mut head);
        write_field("Sec-WebSocket-Version", b"13", &mut head);
        if !self.subprotocols.is_empty() {
            let offer = self.subprotocols.join(", ");
            write_field("Sec-WebSocket-Protocol", offer.as_bytes(), &mut head);
        }
        if let Some(offer) = client_offer_header(&self.extensions) {
            // Extensions come from the application and write their own parameters.
            let offer = HeaderValue::try_from(offer).map_err(|_| HandshakeError::InvalidHeader)?;
            write_field("Sec-WebSocket-Extensions", offer.as_bytes(), &mut head);
        }
        if let Some(value) = self.uri.basic_auth()
            && !self.headers.contains_key(AUTHORIZATION)
        {
            write_field("Authorization", value.as_bytes(), &mut head);
        }
        write_headers(&self.headers, &mut head);
        head.extend_from_slice(b"\r\n");
        Ok(head)
    }

    fn add_header(
        mut self,
        name: HeaderName,
        mut value: HeaderValue,
    ) -> Result<Self, HandshakeError> {
        if name == HOST {
            let is_host = value
                .to_str()
                .is_ok_and(|host| Authority::parse(host).is_some());
            // RFC 9112 §3.2: exactly one Host, and a valid one
            if !is_host || self.host.is_some() {
                return Err(HandshakeError::InvalidHost);
            }
            self.host = Some(value);
            return Ok(self);
        }
        if [AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION].contains(&name) {
            value.set_sensitive(true);
        }
        self.headers
            .try_append(name, value)
            .map_err(|_| HandshakeError::TooManyFields)?;
        Ok(self)
    }

    fn add_subprotocol(mut self, name: &[u8]) -> Result<Self, HandshakeError> {
        let name = subprotocol::check(name)?;
        // RFC 6455 §4.1: the elements MUST all be unique strings
        if self.subprotocols.iter().any(|offered| offered == name) {
            return Err(HandshakeError::RepeatedSubprotocol);
        }
        self.subprotocols.push(name.to_owned());
        Ok(self)
    }
}

#[cfg(test)]
mod tests;
