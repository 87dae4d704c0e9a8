//! What a server grants to a client (RFC 6455 §4.2.2).
//!
//! Holds the wishes only; `upgrade` checks them against the request and writes the response.

use std::sync::Arc;

use http::HeaderMap;
use http::header::{HeaderName, HeaderValue};
use sockeye_extensions::ServerExtension;

use crate::HandshakeError;
use crate::own_headers::check_header;

/// How to accept an [`UpgradeRequest`](crate::UpgradeRequest): by default without a subprotocol,
/// extensions or further headers.
#[derive(Clone, Debug, Default)]
pub struct Acceptance {
    pub(crate) subprotocol: Option<String>,
    /// The subprotocol, or that there is none, was chosen expressly.
    has_chosen: bool,
    pub(crate) extensions: Vec<Arc<dyn ServerExtension>>,
    pub(crate) headers: HeaderMap,
}

impl Acceptance {
    /// Accepts and grants nothing beyond the connection.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Names the subprotocol, which must be one that the client offered; see
    /// [`select_subprotocol`](crate::select_subprotocol).
    #[must_use]
    pub fn subprotocol(mut self, subprotocol: Option<String>) -> Self {
        self.subprotocol = subprotocol;
        self.has_chosen = true;
        self
    }

    /// Names the subprotocol by `choose` unless [`subprotocol`](Self::subprotocol) has decided.
    #[must_use]
    pub fn or_subprotocol(self, choose: impl FnOnce() -> Option<String>) -> Self {
        if self.has_chosen {
            self
        } else {
            self.subprotocol(choose())
        }
    }

    /// Sets the extensions that may be agreed on; those that the client offers acceptably are.
    #[must_use]
    pub fn extensions(mut self, extensions: &[Arc<dyn ServerExtension>]) -> Self {
        self.extensions = extensions.to_vec();
        self
    }

    /// Adds a header to the 101 response, a cookie for example.
    ///
    /// # Errors
    ///
    /// - [`HandshakeError::InvalidHeader`]: the name or the value is not allowed in HTTP.
    /// - [`HandshakeError::ReservedHeader`]: the handshake writes this header itself.
    pub fn header(
        mut self,
        name: impl TryInto<HeaderName>,
        value: impl TryInto<HeaderValue>,
    ) -> Result<Self, HandshakeError> {
        let (name, value) = check_header(name, value)?;
        self.headers
            .try_append(name, value)
            .map_err(|_| HandshakeError::TooManyFields)?;
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subprotocol_that_was_chosen_is_not_chosen_again() {
        for chosen in [Some("v2".to_owned()), None] {
            let acceptance = Acceptance::new()
                .header("set-cookie", "a=b")
                .unwrap()
                .subprotocol(chosen.clone())
                .or_subprotocol(|| Some("v1".to_owned()));
            assert_eq!(acceptance.subprotocol, chosen);
            assert_eq!(acceptance.headers["set-cookie"], "a=b");
        }
        let acceptance = Acceptance::new().or_subprotocol(|| Some("v1".to_owned()));
        assert_eq!(acceptance.subprotocol.as_deref(), Some("v1"));
    }
}
