//! The four parameters of permessage-deflate in offers and answers (RFC 7692 §7.1).
//!
//! Reads each value and refuses what may stand in neither. Which answer goes with which offer is
//! in `negotiation.rs`.

use alloc::string::ToString;

use super::NAME;
use crate::client::NegotiationError;
use crate::codec::WindowBits;
use crate::offer::Offer;

/// The parameters of one offer or answer.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Parameters {
    pub(super) server_no_context_takeover: bool,
    pub(super) client_no_context_takeover: bool,
    pub(super) server_max_window_bits: Option<WindowBits>,
    pub(super) client_max_window_bits: Option<ClientWindow>,
}

/// The value of `client_max_window_bits` (RFC 7692 §7.1.2.2).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum ClientWindow {
    /// None: the client can be told. In offers only.
    Any,
    /// The client uses, or is told to use, no more than this.
    AtMost(WindowBits),
}

impl Parameters {
    /// Reads the parameters of an offer or answer.
    ///
    /// # Errors
    ///
    /// Those that make a server decline an offer, and a client fail the handshake.
    pub(super) fn read(element: &Offer) -> Result<Self, NegotiationError> {
        let mut parameters = Self::default();
        for param in element.params() {
            let is_repeated = match (param.name(), param.value()) {
                // RFC 7692 §7.1.1.1 and §7.1.1.2: these parameters have no value
                (SERVER_NO_CONTEXT_TAKEOVER, None) => {
                    core::mem::replace(&mut parameters.server_no_context_takeover, true)
                }
                (CLIENT_NO_CONTEXT_TAKEOVER, None) => {
                    core::mem::replace(&mut parameters.client_no_context_takeover, true)
                }
                // RFC 7692 §7.1.2.1: this parameter has a value in offers and answers
                (SERVER_MAX_WINDOW_BITS, Some(value)) => parameters
                    .server_max_window_bits
                    .replace(window(value)?)
                    .is_some(),
                // RFC 7692 §7.1.2.2: an offer may have it without a value
                (CLIENT_MAX_WINDOW_BITS, None) => parameters
                    .client_max_window_bits
                    .replace(ClientWindow::Any)
                    .is_some(),
                (CLIENT_MAX_WINDOW_BITS, Some(value)) => parameters
                    .client_max_window_bits
                    .replace(ClientWindow::AtMost(window(value)?))
                    .is_some(),
                (SERVER_NO_CONTEXT_TAKEOVER | CLIENT_NO_CONTEXT_TAKEOVER, Some(_))
                | (SERVER_MAX_WINDOW_BITS, None) => return Err(NegotiationError::InvalidParameter),
                _ => return Err(NegotiationError::UnknownParameter),
            };
            // RFC 7692 §7.1: multiple extension parameters with the same name are declined in an
            // offer and fail the connection in an answer
            if is_repeated {
                return Err(NegotiationError::DuplicateParameter);
            }
        }
        Ok(parameters)
    }

    /// The element that says this, in the order of RFC 7692 §7.1.
    pub(super) fn to_element(self) -> Offer {
        let mut element = Offer::new(NAME);
        if self.server_no_context_takeover {
            element = element.flag(SERVER_NO_CONTEXT_TAKEOVER);
        }
        if self.client_no_context_takeover {
            element = element.flag(CLIENT_NO_CONTEXT_TAKEOVER);
        }
        if let Some(window) = self.server_max_window_bits {
            element = element.param(SERVER_MAX_WINDOW_BITS, window.to_string());
        }
        match self.client_max_window_bits {
            None => element,
            Some(ClientWindow::Any) => element.flag(CLIENT_MAX_WINDOW_BITS),
            Some(ClientWindow::AtMost(window)) => {
                element.param(CLIENT_MAX_WINDOW_BITS, window.to_string())
            }
        }
    }
}

fn window(value: &str) -> Result<WindowBits, NegotiationError> {
    WindowBits::parse(value).ok_or(NegotiationError::InvalidParameter)
}

const SERVER_NO_CONTEXT_TAKEOVER: &str = "server_no_context_takeover";
const CLIENT_NO_CONTEXT_TAKEOVER: &str = "client_no_context_takeover";
const SERVER_MAX_WINDOW_BITS: &str = "server_max_window_bits";
const CLIENT_MAX_WINDOW_BITS: &str = "client_max_window_bits";
