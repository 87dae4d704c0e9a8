//! The close code of every violation (RFC 6455 §7.4.1).

use std::string::ToString;

use sockeye_frame::{CloseCode, CloseFault, HeaderFault};

use super::*;

/// Every violation and its code.
#[test]
fn each_violation_has_one_close_code() {
    use CloseCode::{InvalidFramePayloadData, MessageTooBig, PolicyViolation, ProtocolError};
    let table = [
        (HeaderFault::ReservedBits.into(), ProtocolError),
        (HeaderFault::ReservedOpcode.into(), ProtocolError),
        (HeaderFault::FragmentedControlFrame.into(), ProtocolError),
        (HeaderFault::ControlFrameTooLong.into(), ProtocolError),
        (HeaderFault::NonMinimalLength.into(), ProtocolError),
        (HeaderFault::LengthTooLarge.into(), ProtocolError),
        (HeaderFault::UnmaskedClientFrame.into(), ProtocolError),
        (HeaderFault::MaskedServerFrame.into(), ProtocolError),
        (CloseFault::OneByteBody.into(), ProtocolError),
        (CloseFault::InvalidCode(1005).into(), ProtocolError),
        (
            CloseFault::InvalidUtf8Reason.into(),
            InvalidFramePayloadData,
        ),
        (ProtocolViolation::UnexpectedContinuation, ProtocolError),
        (ProtocolViolation::ExpectedContinuation, ProtocolError),
        (ProtocolViolation::InvalidUtf8, InvalidFramePayloadData),
        (ProtocolViolation::MessageTooBig, MessageTooBig),
        (ProtocolViolation::TooManyFragments, PolicyViolation),
        (ProtocolViolation::AssemblyTimeout, PolicyViolation),
        (ProtocolViolation::MisplacedReservedBits, ProtocolError),
        (
            ProtocolViolation::InvalidExtensionData,
            InvalidFramePayloadData,
        ),
    ];
    for (violation, code) in table {
        assert_eq!(violation.close_code(), code, "{violation:?}");
        let frame = violation.close_frame();
        assert_eq!(frame.code, code);
        assert_eq!(frame.reason, violation.to_string(), "the reason is not cut");
        assert!(frame.reason.len() > 10 && frame.reason.is_ascii());
    }
}

/// What an extension finds is told with the code that the extension crate has for it.
#[test]
fn faults_of_decoding_keep_their_close_code() {
    for error in [
        DecodeError::ReservedBits,
        DecodeError::InvalidData,
        DecodeError::TooBig,
    ] {
        let violation = ProtocolViolation::from(error);
        assert_eq!(violation.close_code(), error.close_code());
    }
}

#[test]
fn a_violation_is_small() {
    assert!(size_of::<ProtocolViolation>() <= 8);
}
