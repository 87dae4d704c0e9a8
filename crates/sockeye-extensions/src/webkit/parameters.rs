//! The two parameters of x-webkit-deflate-frame, which mean the same in offers and answers.
//!
//! Both are about what the peer sends that they are told to (draft-tyoshino-hybi-websocket-
//! perframe-deflate-06), so an answer neither repeats nor narrows what was offered.

use alloc::string::ToString;

use super::NAME;
use crate::client::NegotiationError;
use crate::codec::WindowBits;
use crate::offer::Offer;

/// What one peer asks of the other.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Parameters {
    pub(super) max_window_bits: Option<WindowBits>,
    pub(super) no_context_takeover: bool,
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
                (MAX_WINDOW_BITS, Some(value)) => {
                    let window =
                        WindowBits::parse(value).ok_or(NegotiationError::InvalidParameter)?;
                    parameters.max_window_bits.replace(window).is_some()
                }
                (NO_CONTEXT_TAKEOVER, None) => {
                    core::mem::replace(&mut parameters.no_context_takeover, true)
                }
                (MAX_WINDOW_BITS, None) | (NO_CONTEXT_TAKEOVER, Some(_)) => {
                    return Err(NegotiationError::InvalidParameter);
                }
                _ => return Err(NegotiationError::UnknownParameter),
            };
            if is_repeated {
                return Err(NegotiationError::DuplicateParameter);
            }
        }
        Ok(parameters)
    }

    /// The element that says this.
    pub(super) fn to_element(self) -> Offer {
        let mut element = Offer::new(NAME);
        if let Some(window) = self.max_window_bits {
            element = element.param(MAX_WINDOW_BITS, window.to_string());
        }
        if self.no_context_takeover {
            element = element.flag(NO_CONTEXT_TAKEOVER);
        }
        element
    }
}

const MAX_WINDOW_BITS: &str = "max_window_bits";
const NO_CONTEXT_TAKEOVER: &str = "no_context_takeover";
