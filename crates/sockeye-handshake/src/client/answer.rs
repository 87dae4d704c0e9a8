//! Checks that a 101 answers the request that was sent (RFC 6455 §4.1).
//!
//! A client that trusts a wrong 101 can be made to take another protocol's bytes for frames. Each
//! check is one sentence of the RFC, in its order.

use std::sync::Arc;

use http::header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_PROTOCOL, UPGRADE};
use http::{HeaderMap, Response, Version};
use sockeye_extensions::{Chain, ClientExtension, accept_answer};

use crate::extension_list::extension_list;
use crate::field::{exactly_one, has_token, members};
use crate::{Established, HandshakeError, Head};

/// What the request makes the client expect of the response.
#[derive(Debug)]
pub(super) struct Expected {
    pub(super) accept: String,
    pub(super) subprotocols: Vec<String>,
    pub(super) extensions: Vec<Arc<dyn ClientExtension>>,
}

impl Expected {
    /// Checks a response whose status is 101.
    pub(super) fn check(&self, response: Response<()>) -> Result<Established, HandshakeError> {
        // RFC 9110 §7.8: a server MUST ignore an Upgrade header field in HTTP/1.0, so such a
        // response is no upgrade
        if response.version() != Version::HTTP_11 {
            return Err(HandshakeError::Malformed);
        }
        let headers = response.headers();
        check_upgrade(headers)?;
        self.check_accept(headers)?;
        let extensions = self.extensions(headers)?;
        let subprotocol = self.subprotocol(headers)?;
        let head = Box::new(Head::Response(response));
        Ok(Established {
            subprotocol,
            extensions,
            leftover: Vec::new(),
            head,
        })
    }

    fn check_accept(&self, headers: &HeaderMap) -> Result<(), HandshakeError> {
        // RFC 6455 §4.1: if the |Sec-WebSocket-Accept| contains a value other than the
        // base64-encoded SHA-1 of the key and the GUID, the client MUST fail the connection
        match exactly_one(headers, &SEC_WEBSOCKET_ACCEPT) {
            Some(accept) if accept == self.accept.as_str() => Ok(()),
            Some(_) | None => Err(HandshakeError::WrongAccept),
        }
    }

    fn extensions(&self, headers: &HeaderMap) -> Result<Chain, HandshakeError> {
        let answer = extension_list(headers).map_err(HandshakeError::InvalidExtensions)?;
        // RFC 6455 §4.1: an extension that was not present in the client's handshake MUST fail it
        accept_answer(&self.extensions, &answer).map_err(HandshakeError::Extension)
    }

    /// The subprotocol chosen; none is a valid choice (RFC 6455 §4.2.2).
    fn subprotocol(&self, headers: &HeaderMap) -> Result<Option<String>, HandshakeError> {
        if !headers.contains_key(SEC_WEBSOCKET_PROTOCOL) {
            return Ok(None);
        }
        // RFC 6455 §4.1: a subprotocol that was not present in the client's handshake MUST fail it
        // RFC 6455 §11.3.4: the header MUST NOT appear more than once in an HTTP response
        let chosen = exactly_one(headers, &SEC_WEBSOCKET_PROTOCOL).and_then(|chosen| {
            self.subprotocols
                .iter()
                .find(|offered| *chosen == offered.as_str())
        });
        chosen
            .cloned()
            .map(Some)
            .ok_or(HandshakeError::SubprotocolNotOffered)
    }
}

fn check_upgrade(headers: &HeaderMap) -> Result<(), HandshakeError> {
    // RFC 6455 §4.1: if the |Upgrade| header is missing or is not an ASCII case-insensitive match
    // for "websocket", the client MUST fail the connection
    let mut protocols = members(headers, &UPGRADE);
    match (protocols.next(), protocols.next()) {
        (Some(protocol), None) if protocol.eq_ignore_ascii_case(b"websocket") => {}
        (Some(_) | None, _) => return Err(HandshakeError::MissingUpgrade),
    }
    // RFC 6455 §4.1: if the |Connection| header doesn't contain a token that is an ASCII
    // case-insensitive match for "Upgrade", the client MUST fail the connection
    if has_token(headers, &CONNECTION, "upgrade") {
        Ok(())
    } else {
        Err(HandshakeError::MissingConnectionUpgrade)
    }
}
