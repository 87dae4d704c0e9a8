//! What a peer can do wrong, and what it is told (RFC 6455 §7.1.7, §7.4.1).
//!
//! One variant for each fault, one close code for each variant. Finding the faults is left to the
//! files that see the bytes; mistakes of our own caller are in `misuse.rs`.

use core::error::Error;
use core::fmt;

use sockeye_extensions::DecodeError;
use sockeye_frame::{CloseCode, CloseFault, CloseFrame, HeaderFault, InvalidUtf8};

/// A rule of the protocol, or a limit of ours, that the peer broke.
///
/// The connection fails: the peer gets one Close frame with [`close_code`](Self::close_code), and
/// nothing else of what it sends is looked at.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ProtocolViolation {
    /// A frame's header breaks a rule (§5.1, §5.2, §5.5).
    Header(HeaderFault),
    /// The body of a Close frame breaks a rule (§5.5.1, §7.4).
    Close(CloseFault),
    /// A continuation frame while no message is under way (§5.4).
    UnexpectedContinuation,
    /// A new message begins while another is under way (§5.4).
    ExpectedContinuation,
    /// Text that is not UTF-8 (§8.1).
    InvalidUtf8,
    /// Longer than [`Limits`](crate::Limits) allow, or on the way to be.
    MessageTooBig,
    /// Decoded, more times as long as it was than an extension allows.
    RatioExceeded,
    /// More fragments than [`Limits`](crate::Limits) allow.
    TooManyFragments,
    /// A message not finished within [`Timeouts::assembly`](crate::Timeouts::assembly).
    AssemblyTimeout,
    /// A reserved bit on a frame where the extension that claims it does not allow it (§5.2).
    MisplacedReservedBits,
    /// A payload that is not what an extension's encoding gives.
    InvalidExtensionData,
}

impl ProtocolViolation {
    /// The code of the Close frame that tells the peer.
    ///
    /// Source: RFC 6455 §7.4.1.
    #[must_use]
    pub fn close_code(self) -> CloseCode {
        match self {
            // RFC 6455 §8.1: on text that is not UTF-8 the endpoint MUST _Fail the WebSocket
            // Connection_; §7.4.1 has 1007 for it
            Self::Close(CloseFault::InvalidUtf8Reason)
            | Self::InvalidUtf8
            | Self::InvalidExtensionData => CloseCode::InvalidFramePayloadData,
            Self::Header(_)
            | Self::Close(_)
            | Self::UnexpectedContinuation
            | Self::ExpectedContinuation
            | Self::MisplacedReservedBits => CloseCode::ProtocolError,
            // RFC 6455 §7.4.1: 1009 indicates a message that is too big to process
            Self::MessageTooBig | Self::RatioExceeded => CloseCode::MessageTooBig,
            // RFC 6455 §7.4.1: 1008 is for when there is no other more suitable status code
            Self::TooManyFragments | Self::AssemblyTimeout => CloseCode::PolicyViolation,
        }
    }

    /// The Close frame that tells the peer: the code, and the fault in words.
    pub(crate) fn close_frame(self) -> CloseFrame {
        CloseFrame::new(self.close_code(), alloc::format!("{self}"))
    }
}

impl From<HeaderFault> for ProtocolViolation {
    fn from(fault: HeaderFault) -> Self {
        Self::Header(fault)
    }
}

impl From<CloseFault> for ProtocolViolation {
    fn from(fault: CloseFault) -> Self {
        Self::Close(fault)
    }
}

impl From<InvalidUtf8> for ProtocolViolation {
    fn from(InvalidUtf8: InvalidUtf8) -> Self {
        Self::InvalidUtf8
    }
}

impl From<DecodeError> for ProtocolViolation {
    fn from(error: DecodeError) -> Self {
        match error {
            DecodeError::ReservedBits => Self::MisplacedReservedBits,
            DecodeError::InvalidData => Self::InvalidExtensionData,
            DecodeError::TooBig => Self::MessageTooBig,
            DecodeError::RatioExceeded => Self::RatioExceeded,
        }
    }
}

impl fmt::Display for ProtocolViolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Header(fault) => return fmt::Display::fmt(fault, f),
            Self::Close(fault) => return fmt::Display::fmt(fault, f),
            Self::UnexpectedContinuation => "continuation frame without a message",
            Self::ExpectedContinuation => "new message before the last one ended",
            Self::InvalidUtf8 => "text that is not UTF-8",
            Self::MessageTooBig => "message too big",
            Self::RatioExceeded => "message grows by more than the allowed ratio",
            Self::TooManyFragments => "too many fragments in one message",
            Self::AssemblyTimeout => "message not finished in time",
            Self::MisplacedReservedBits => "reserved bit on a frame that must not have it",
            Self::InvalidExtensionData => "payload invalid for an extension",
        })
    }
}

impl Error for ProtocolViolation {}

#[cfg(test)]
mod tests;
