//! Why a connection ends: the close code (RFC 6455 §7.4, IANA WebSocket Close Code registry).
//!
//! Codes have the names of the registry. A value of this type is a code with a meaning; which
//! of them may travel in a Close frame is [`CloseCode::is_sendable`].

#[cfg(test)]
mod tests;

use core::error::Error;
use core::fmt;

/// The reason for a closure, as a number with a name.
///
/// ```
/// use sockeye_frame::CloseCode;
///
/// let kicked = CloseCode::try_from(4000)?; // 4000 to 4999: for the application to give a meaning
/// assert!(matches!(kicked, CloseCode::Application(code) if code.get() == 4000));
/// assert_eq!(u16::from(kicked), 4000);
/// assert!(CloseCode::try_from(5000).is_err());
/// # Ok::<(), sockeye_frame::UnknownCloseCode>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum CloseCode {
    /// 1000: the purpose of the connection has been fulfilled.
    NormalClosure,
    /// 1001: the server goes down, or the browser leaves the page.
    GoingAway,
    /// 1002: the peer broke the protocol.
    ProtocolError,
    /// 1003: a kind of data that this endpoint cannot accept, such as binary.
    UnsupportedData,
    /// 1005: the Close frame carried no code; never on the wire.
    NoStatusReceived,
    /// 1006: the connection ended without a Close frame; never on the wire.
    AbnormalClosure,
    /// 1007: data that does not fit its message's type, such as text that is not UTF-8.
    InvalidFramePayloadData,
    /// 1008: a message that breaks this endpoint's policy.
    PolicyViolation,
    /// 1009: a message too big to process.
    MessageTooBig,
    /// 1010: the server did not accept an extension that the client needs.
    MandatoryExtension,
    /// 1011: an unexpected condition at the server.
    InternalError,
    /// 1012: the service restarts.
    ServiceRestart,
    /// 1013: overload; the client should come back later.
    TryAgainLater,
    /// 1014: a gateway got an invalid response from its upstream.
    BadGateway,
    /// 1015: the TLS handshake failed; never on the wire.
    TlsHandshake,
    /// 3000 to 4999: agreed on by libraries, frameworks and applications.
    Application(ApplicationCode),
}

impl CloseCode {
    /// Whether the code may be in a Close frame, sent or received.
    ///
    /// False for 1005, 1006 and 1015, which only tell the application what happened.
    ///
    /// Source: RFC 6455 §7.4.1.
    #[inline]
    #[must_use]
    pub const fn is_sendable(self) -> bool {
        match self {
            // RFC 6455 §7.4.1: 1005, 1006 and 1015 MUST NOT be set as a status code in a Close
            // control frame by an endpoint
            Self::NoStatusReceived | Self::AbnormalClosure | Self::TlsHandshake => false,
            Self::NormalClosure
            | Self::GoingAway
            | Self::ProtocolError
            | Self::UnsupportedData
            | Self::InvalidFramePayloadData
            | Self::PolicyViolation
            | Self::MessageTooBig
            | Self::MandatoryExtension
            | Self::InternalError
            | Self::ServiceRestart
            | Self::TryAgainLater
            | Self::BadGateway
            | Self::Application(_) => true,
        }
    }
}

impl TryFrom<u16> for CloseCode {
    type Error = UnknownCloseCode;

    /// The code with this number.
    ///
    /// # Errors
    ///
    /// [`UnknownCloseCode`] for numbers without a meaning: below 1000, 1004, 1016 to 2999, and
    /// from 5000 on.
    fn try_from(number: u16) -> Result<Self, UnknownCloseCode> {
        Ok(match number {
            1000 => Self::NormalClosure,
            1001 => Self::GoingAway,
            1002 => Self::ProtocolError,
            1003 => Self::UnsupportedData,
            1005 => Self::NoStatusReceived,
            1006 => Self::AbnormalClosure,
            1007 => Self::InvalidFramePayloadData,
            1008 => Self::PolicyViolation,
            1009 => Self::MessageTooBig,
            1010 => Self::MandatoryExtension,
            1011 => Self::InternalError,
            1012 => Self::ServiceRestart,
            1013 => Self::TryAgainLater,
            1014 => Self::BadGateway,
            1015 => Self::TlsHandshake,
            _ => return ApplicationCode::try_from(number).map(Self::Application),
        })
    }
}

impl From<CloseCode> for u16 {
    #[inline]
    fn from(code: CloseCode) -> Self {
        match code {
            CloseCode::NormalClosure => 1000,
            CloseCode::GoingAway => 1001,
            CloseCode::ProtocolError => 1002,
            CloseCode::UnsupportedData => 1003,
            CloseCode::NoStatusReceived => 1005,
            CloseCode::AbnormalClosure => 1006,
            CloseCode::InvalidFramePayloadData => 1007,
            CloseCode::PolicyViolation => 1008,
            CloseCode::MessageTooBig => 1009,
            CloseCode::MandatoryExtension => 1010,
            CloseCode::InternalError => 1011,
            CloseCode::ServiceRestart => 1012,
            CloseCode::TryAgainLater => 1013,
            CloseCode::BadGateway => 1014,
            CloseCode::TlsHandshake => 1015,
            CloseCode::Application(code) => code.get(),
        }
    }
}

/// Writes the number and, where the registry has one, the name: `1001 going away`.
impl fmt::Display for CloseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::NormalClosure => " normal closure",
            Self::GoingAway => " going away",
            Self::ProtocolError => " protocol error",
            Self::UnsupportedData => " unsupported data",
            Self::NoStatusReceived => " no status received",
            Self::AbnormalClosure => " abnormal closure",
            Self::InvalidFramePayloadData => " invalid frame payload data",
            Self::PolicyViolation => " policy violation",
            Self::MessageTooBig => " message too big",
            Self::MandatoryExtension => " mandatory extension",
            Self::InternalError => " internal error",
            Self::ServiceRestart => " service restart",
            Self::TryAgainLater => " try again later",
            Self::BadGateway => " bad gateway",
            Self::TlsHandshake => " TLS handshake",
            Self::Application(_) => "",
        };
        write!(f, "{}{name}", u16::from(*self))
    }
}

/// A close code in the range 3000 to 4999.
///
/// 3000 to 3999 are registered with IANA by libraries and frameworks, 4000 to 4999 are for
/// private use (RFC 6455 §7.4.2).
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ApplicationCode(u16);

impl ApplicationCode {
    /// The code with this number, or `None` outside of `3000..=4999`.
    ///
    /// Usable in constants, which [`TryFrom`] is not.
    #[inline]
    #[must_use]
    pub const fn new(number: u16) -> Option<Self> {
        match number {
            3000..=4999 => Some(Self(number)),
            _ => None,
        }
    }

    /// The number, `3000..=4999`.
    #[inline]
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl TryFrom<u16> for ApplicationCode {
    type Error = UnknownCloseCode;

    /// The code with this number.
    ///
    /// # Errors
    ///
    /// [`UnknownCloseCode`] outside of `3000..=4999`.
    fn try_from(number: u16) -> Result<Self, UnknownCloseCode> {
        Self::new(number).ok_or(UnknownCloseCode(number))
    }
}

impl From<ApplicationCode> for CloseCode {
    #[inline]
    fn from(code: ApplicationCode) -> Self {
        Self::Application(code)
    }
}

impl fmt::Display for ApplicationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// A number that is no close code; holds that number.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct UnknownCloseCode(pub u16);

impl fmt::Display for UnknownCloseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown close code {}", self.0)
    }
}

impl Error for UnknownCloseCode {}
