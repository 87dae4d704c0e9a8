//! The close code of every violation, and that the peer is told it once (RFC 6455 §7.1.7, §7.4.1).

use alloc::vec::Vec;
use core::time::Duration;
use std::string::ToString;

use sockeye_extensions::PermessageDeflate;
use sockeye_frame::{CloseCode, CloseFault, HeaderFault, Opcode, Role, Rsv};

use super::*;
use crate::testing::{Probe, deflating, frame, frame_with_rsv, hex, run_length, sent, text};
use crate::{Config, Event, Limits, State};

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
        (ProtocolViolation::RatioExceeded, MessageTooBig),
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
        DecodeError::RatioExceeded,
    ] {
        let violation = ProtocolViolation::from(error);
        assert_eq!(violation.close_code(), error.close_code());
    }
}

#[test]
fn a_violation_is_small() {
    assert!(size_of::<ProtocolViolation>() <= 8);
}

/// Every violation, committed: one event, one Close frame with its code, then silence and the
/// orderly end of the transport.
#[test]
fn each_violation_is_told_once_before_the_transport_goes_down() {
    let server = |opcode, payload: &[u8]| frame(Role::Server, true, opcode, payload);
    let begun = |opcode| frame(Role::Server, false, opcode, b"");
    let coded =
        |fin, rsv, opcode, payload: &[u8]| frame_with_rsv(Role::Server, fin, rsv, opcode, payload);
    let (text, more) = (Opcode::Text, Opcode::Continuation);
    let table: [(Role, Vec<u8>, ProtocolViolation); 18] = [
        (Role::Server, hex("91"), HeaderFault::ReservedBits.into()),
        (Role::Server, hex("83"), HeaderFault::ReservedOpcode.into()),
        (
            Role::Server,
            hex("09"),
            HeaderFault::FragmentedControlFrame.into(),
        ),
        (
            Role::Server,
            hex("89 FE"),
            HeaderFault::ControlFrameTooLong.into(),
        ),
        (
            Role::Server,
            hex("82 FE 00 01"),
            HeaderFault::NonMinimalLength.into(),
        ),
        (
            Role::Server,
            hex("82 FF 80"),
            HeaderFault::LengthTooLarge.into(),
        ),
        (
            Role::Server,
            hex("82 01"),
            HeaderFault::UnmaskedClientFrame.into(),
        ),
        (
            Role::Client,
            hex("82 81"),
            HeaderFault::MaskedServerFrame.into(),
        ),
        (
            Role::Server,
            server(Opcode::Close, b"x"),
            CloseFault::OneByteBody.into(),
        ),
        (
            Role::Server,
            server(Opcode::Close, &[0, 0]),
            CloseFault::InvalidCode(0).into(),
        ),
        (
            Role::Server,
            server(Opcode::Close, b"\x03\xE8\xFF"),
            CloseFault::InvalidUtf8Reason.into(),
        ),
        (
            Role::Server,
            server(more, b""),
            ProtocolViolation::UnexpectedContinuation,
        ),
        (
            Role::Server,
            begun(text).repeat(2),
            ProtocolViolation::ExpectedContinuation,
        ),
        (
            Role::Server,
            server(text, b"\xFF"),
            ProtocolViolation::InvalidUtf8,
        ),
        (
            Role::Server,
            server(text, b"more than ten"),
            ProtocolViolation::MessageTooBig,
        ),
        (
            Role::Server,
            [begun(text), begun(more).repeat(3)].concat(),
            ProtocolViolation::TooManyFragments,
        ),
        (
            Role::Server,
            [
                coded(false, Rsv::RSV1, text, b""),
                coded(true, Rsv::RSV1, more, b""),
            ]
            .concat(),
            ProtocolViolation::MisplacedReservedBits,
        ),
        (
            Role::Server,
            coded(true, Rsv::RSV1, text, b"x"),
            ProtocolViolation::InvalidExtensionData,
        ),
    ];
    let config = Config {
        limits: Limits {
            max_text_bytes: 10,
            max_fragments: Some(3),
            ..Limits::default()
        },
        ..Config::default()
    };
    for (role, bytes, violation) in table {
        let mut probe = Probe::with(role, config, run_length());
        assert_eq!(probe.feed(&bytes), [Event::Violation(violation)]);
        check_told(&mut probe, violation);
    }

    let mut probe = Probe::with(Role::Server, config, run_length());
    probe.feed(&begun(text));
    probe.advance(Duration::from_secs(60));
    let violation = ProtocolViolation::AssemblyTimeout;
    assert_eq!(probe.events(), [Event::Violation(violation)]);
    check_told(&mut probe, violation);
}

#[track_caller]
fn check_told(probe: &mut Probe, violation: ProtocolViolation) {
    let payload = violation.close_frame().encode();
    // The keepalive pings of a long wait are of no interest.
    let mut frames = probe.sent();
    frames.retain(|frame| frame.opcode != Opcode::Ping);
    assert_eq!(frames, [sent(Opcode::Close, &payload)], "{violation:?}");
    let role = probe.connection.role();
    assert_eq!(probe.feed(&frame(role, true, Opcode::Text, b"late")), []);
    assert_eq!(probe.sent(), []);
    assert!(probe.wants_half_close());
    probe.connection.handle_half_closed(probe.now);
    assert_eq!(probe.connection.state(), State::Closing);
    probe.connection.handle_eof(probe.now);
    assert_eq!(probe.connection.state(), State::Closed);
    let outcome = probe.connection.close_outcome().expect("closed");
    assert_eq!(outcome.sent, Some(violation.close_frame()));
    assert!(!outcome.clean);
}

/// RFC 7692 with a ratio: told apart from a message that is longer than its limit.
#[test]
fn a_message_beyond_its_ratio_fails_with_1009() {
    for (max_ratio, is_kept) in [(None, true), (Some(1000), true), (Some(10), false)] {
        let config = PermessageDeflate::default().max_ratio(max_ratio);
        let [mut client, mut server] = deflating(config, Config::default());
        let message = "a".repeat(1000);
        client
            .connection
            .send(message.clone().into(), client.now)
            .unwrap();
        let expected = match is_kept {
            true => text(&message),
            false => Event::Violation(ProtocolViolation::RatioExceeded),
        };
        assert_eq!(server.feed(&client.written()), [expected]);
        if !is_kept {
            let reason = "message grows by more than the allowed ratio";
            let close = CloseFrame::new(CloseCode::MessageTooBig, reason).encode();
            assert_eq!(server.sent(), [sent(Opcode::Close, &close)]);
        }
    }
}
