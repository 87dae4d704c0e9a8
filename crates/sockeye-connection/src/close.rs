//! How a connection ended (RFC 6455 §7.1.4–7.1.6).
//!
//! The record only; `state.rs` fills it in.

use core::fmt;

use sockeye_frame::{CloseCode, CloseFrame};

/// Which endpoint sent its Close frame first.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Initiator {
    /// This one.
    Us,
    /// The other one.
    Peer,
}

/// How a connection ended.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct CloseOutcome {
    /// The Close frame of the peer, if one came.
    pub received: Option<CloseFrame>,
    /// Our Close frame, if one was queued; it may not have left.
    pub sent: Option<CloseFrame>,
    /// Whose Close frame was first; `None` when there was none at all.
    pub first: Option<Initiator>,
    /// Whether both Close frames were exchanged before the transport went down, and neither was
    /// sent because the other endpoint broke a rule (RFC 6455 §7.1.4).
    pub clean: bool,
}

impl CloseOutcome {
    /// The connection's close code: the peer's, 1005 when its Close frame had none, 1006 when no
    /// Close frame came.
    ///
    /// Source: RFC 6455 §7.1.5.
    #[must_use]
    pub fn code(&self) -> CloseCode {
        match &self.received {
            Some(frame) => frame.code,
            // RFC 6455 §7.1.5: if no Close control frame was received, the code is 1006
            None => CloseCode::AbnormalClosure,
        }
    }

    /// The connection's close reason: the peer's, or nothing.
    ///
    /// Source: RFC 6455 §7.1.6.
    #[must_use]
    pub fn reason(&self) -> &str {
        self.received.as_ref().map_or("", |frame| &frame.reason)
    }
}

/// Writes code and reason, as in `1001 going away: restart`.
impl fmt::Display for CloseOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.received {
            Some(frame) => fmt::Display::fmt(frame, f),
            None => fmt::Display::fmt(&self.code(), f),
        }
    }
}
