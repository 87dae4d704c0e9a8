//! A valid request for an upgrade, and the 101 that grants it (RFC 6455 §4.2.2).
//!
//! The application looks at the request and says what it wants; the answer and all that the
//! connection starts from follow from that. Origins are not checked here: `OriginPolicy` does.

use http::header::ORIGIN;
use http::{Request, StatusCode};
use sockeye_extensions::{Offer, format_extensions, negotiate};

use crate::response::{write_field, write_headers, write_status_line};
use crate::{Acceptance, Established, HandshakeError, Head};

/// A request that is a valid opening handshake and waits for the application's decision.
///
/// Its method, version, host, key and upgrade are right; its origin, if any, is one line of text
/// and nothing more is known of it. Refuse it with a [`Refusal`](crate::Refusal) or
/// [`accept`](Self::accept) it.
#[derive(Debug)]
pub struct UpgradeRequest {
    pub(crate) request: Request<()>,
    pub(crate) accept: String,
    pub(crate) host: String,
    pub(crate) subprotocols: Vec<String>,
    pub(crate) offers: Vec<Offer>,
    pub(crate) leftover: Vec<u8>,
}

impl UpgradeRequest {
    /// Grants the upgrade: gives the response head to send, and what the connection starts from.
    ///
    /// Send the head before the connection's first frame.
    ///
    /// # Errors
    ///
    /// [`HandshakeError::SubprotocolNotOffered`]: the client did not offer the subprotocol that
    /// the acceptance names. The request is gone then; answer with
    /// [`StatusCode::INTERNAL_SERVER_ERROR`].
    pub fn accept(self, acceptance: Acceptance) -> Result<(Vec<u8>, Established), HandshakeError> {
        let Acceptance {
            subprotocol,
            extensions,
            headers,
            ..
        } = acceptance;
        // RFC 6455 §4.2.2: the value chosen MUST be derived from the client's handshake
        if subprotocol
            .as_ref()
            .is_some_and(|chosen| !self.subprotocols.contains(chosen))
        {
            return Err(HandshakeError::SubprotocolNotOffered);
        }
        let (answer, chain) = negotiate(&extensions, &self.offers);
        let mut head = Vec::with_capacity(256);
        write_status_line(StatusCode::SWITCHING_PROTOCOLS, &mut head);
        write_field("Upgrade", b"websocket", &mut head);
        write_field("Connection", b"Upgrade", &mut head);
        write_field("Sec-WebSocket-Accept", self.accept.as_bytes(), &mut head);
        if let Some(chosen) = &subprotocol {
            write_field("Sec-WebSocket-Protocol", chosen.as_bytes(), &mut head);
        }
        if let Some(answer) = format_extensions(&answer) {
            write_field("Sec-WebSocket-Extensions", answer.as_bytes(), &mut head);
        }
        write_headers(&headers, &mut head);
        head.extend_from_slice(b"\r\n");
        let established = Established {
            subprotocol,
            extensions: chain,
            leftover: self.leftover,
            head: Box::new(Head::Request(self.request)),
        };
        Ok((head, established))
    }

    /// The request, with all its headers.
    #[must_use]
    pub fn request(&self) -> &Request<()> {
        &self.request
    }

    /// The request, to note something in its extensions; what was judged already stays as it is.
    pub fn request_mut(&mut self) -> &mut Request<()> {
        &mut self.request
    }

    /// The subprotocols offered, in the client's order of preference; each is a token and unique.
    #[must_use]
    pub fn subprotocols(&self) -> &[String] {
        &self.subprotocols
    }

    /// The extensions offered, in the client's order.
    #[must_use]
    pub fn offers(&self) -> &[Offer] {
        &self.offers
    }

    /// The `Origin` header, which browsers send, for
    /// [`OriginPolicy::check`](crate::OriginPolicy::check) or
    /// [`check_secure`](crate::OriginPolicy::check_secure).
    #[must_use]
    pub fn origin(&self) -> Option<&str> {
        self.request
            .headers()
            .get(ORIGIN)
            .and_then(|origin| origin.to_str().ok())
    }

    /// The host, and port if any, that the request is addressed to: its `Host` header, or the
    /// authority of a target in absolute form.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    pub(crate) fn append_leftover(&mut self, input: &[u8]) {
        self.leftover.extend_from_slice(input);
    }
}

#[cfg(test)]
mod tests;
