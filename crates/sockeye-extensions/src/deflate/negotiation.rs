//! Which answers go with which offers, and what both agree on (RFC 7692 §5, §7.1).
//!
//! A server answers every well-formed offer, because there is no window that it could not keep to.
//! A client checks that the answer goes with one of its offers.

use alloc::vec;
use alloc::vec::Vec;

use super::parameters::{ClientWindow, Parameters};
use crate::client::NegotiationError;
use crate::codec::{Direction, WindowBits};

/// What one peer would like, for both directions.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Wishes {
    pub(super) server: Direction,
    pub(super) client: Direction,
    /// Whether a client takes no answer that does not fulfill all of them.
    pub(super) insist: bool,
}

/// What is agreed on; each peer may do with less.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Agreed {
    pub(super) server: Direction,
    pub(super) client: Direction,
}

impl Wishes {
    /// What a client offers, most wanted first.
    pub(super) fn offers(&self) -> Vec<Parameters> {
        let wanted = Parameters {
            server_no_context_takeover: !self.server.takeover,
            client_no_context_takeover: !self.client.takeover,
            server_max_window_bits: self.server.window.less_than_max(),
            // Always offered, so that a server may ask for less memory on its side.
            client_max_window_bits: Some(match self.client.window.less_than_max() {
                None => ClientWindow::Any,
                Some(window) => ClientWindow::AtMost(window),
            }),
        };
        // What says only what this client does needs no other offer.
        if self.insist || self.server == AS_THE_SERVER_LIKES {
            return vec![wanted];
        }
        let fallback = Parameters {
            server_no_context_takeover: false,
            server_max_window_bits: None,
            ..wanted
        };
        vec![wanted, fallback]
    }

    /// What a server answers to an offer.
    pub(super) fn answer(&self, offered: &Parameters) -> (Parameters, Agreed) {
        let server_window = match offered.server_max_window_bits {
            None => self.server.window,
            Some(most) => most.min(self.server.window),
        };
        let (client_says, client_window) = match offered.client_max_window_bits {
            // RFC 7692 §7.1.2.2: if an offer doesn't have the "client_max_window_bits" extension
            // parameter, the response to it MUST NOT include the parameter
            None => (None, WindowBits::MAX),
            Some(ClientWindow::Any) => (self.client.window.less_than_max(), self.client.window),
            Some(ClientWindow::AtMost(most)) => {
                let window = most.min(self.client.window);
                (Some(window), window)
            }
        };
        let answer = Parameters {
            // RFC 7692 §7.1.1.1: a server accepts the parameter by including it in the response,
            // and may include it even if it was not offered
            server_no_context_takeover: offered.server_no_context_takeover || !self.server.takeover,
            // RFC 7692 §7.1.1.2: in an offer it is a hint that the client will do so whatever the
            // response says, so nothing is lost by accepting it
            client_no_context_takeover: offered.client_no_context_takeover || !self.client.takeover,
            // RFC 7692 §7.1.2.1: a server accepts the parameter by including it with the same or
            // a smaller value, and may include it even if it was not offered
            server_max_window_bits: match offered.server_max_window_bits {
                None => server_window.less_than_max(),
                Some(_) => Some(server_window),
            },
            client_max_window_bits: client_says.map(ClientWindow::AtMost),
        };
        let agreed = Agreed {
            server: Direction {
                takeover: !answer.server_no_context_takeover,
                window: server_window,
            },
            client: Direction {
                takeover: !answer.client_no_context_takeover,
                window: client_window,
            },
        };
        (answer, agreed)
    }

    /// What a client makes of the answer to its offers.
    ///
    /// # Errors
    ///
    /// Why the answer goes with none of the offers, by the first.
    pub(super) fn accept(&self, answer: &Parameters) -> Result<Agreed, NegotiationError> {
        let mut offers = self.offers().into_iter();
        let first = offers.next().ok_or(NegotiationError::NotOffered)?;
        let client_window = match goes_with(&first, answer) {
            Ok(window) => window,
            Err(error) => offers
                .find_map(|offered| goes_with(&offered, answer).ok())
                .ok_or(error)?,
        };
        Ok(Agreed {
            server: Direction {
                takeover: !answer.server_no_context_takeover,
                window: answer.server_max_window_bits.unwrap_or_default(),
            },
            client: Direction {
                // RFC 7692 §7.1.1.2: a client that was told MUST NOT take over; one that was not
                // may leave it all the same
                takeover: !answer.client_no_context_takeover && self.client.takeover,
                // A client may use less than it was told.
                window: client_window.min(self.client.window),
            },
        })
    }
}

/// Whether the answer accepts this offer; gives the largest window the client may use.
pub(super) fn goes_with(
    offered: &Parameters,
    answer: &Parameters,
) -> Result<WindowBits, NegotiationError> {
    // RFC 7692 §7.1.1.1: a server accepts the parameter by including it in the response
    if offered.server_no_context_takeover && !answer.server_no_context_takeover {
        return Err(NegotiationError::MissingParameter);
    }
    match (
        offered.server_max_window_bits,
        answer.server_max_window_bits,
    ) {
        // RFC 7692 §7.1.2.1: with the same or smaller value as the offer
        (Some(_), None) => return Err(NegotiationError::MissingParameter),
        (Some(most), Some(window)) if window > most => {
            return Err(NegotiationError::InvalidParameter);
        }
        (Some(_) | None, Some(_)) | (None, None) => {}
    }
    match (
        offered.client_max_window_bits,
        answer.client_max_window_bits,
    ) {
        (_, None) => Ok(WindowBits::MAX),
        // RFC 7692 §7.1.2.2: in a response the parameter has a value
        (_, Some(ClientWindow::Any)) => Err(NegotiationError::InvalidParameter),
        // RFC 7692 §7.1.2.2: if an offer doesn't have the "client_max_window_bits" extension
        // parameter, the response to it MUST NOT include the parameter
        (None, Some(ClientWindow::AtMost(_))) => Err(NegotiationError::InvalidParameter),
        (Some(ClientWindow::AtMost(most)), Some(ClientWindow::AtMost(window))) if window > most => {
            Err(NegotiationError::InvalidParameter)
        }
        (Some(_), Some(ClientWindow::AtMost(window))) => Ok(window),
    }
}

const AS_THE_SERVER_LIKES: Direction = Direction {
    takeover: true,
    window: WindowBits::MAX,
};
