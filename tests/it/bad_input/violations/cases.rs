//! The rules of RFC 6455 that a peer can break, each with bytes that break it.

use std::fmt;

use sockeye::Role;
use sockeye::connection::ProtocolViolation;
use sockeye::frame::{CloseFault, HeaderFault};
use sockeye_tests::{frame, header};

use super::marking::{EXPLODING, INVALID};

/// Bytes that break a rule, and which.
pub(super) struct Case {
    pub(super) bytes: Vec<u8>,
    pub(super) violation: ProtocolViolation,
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} by {:02x?}", self.violation, self.bytes)
    }
}

/// Who breaks the rules, which is to say whether it masks.
#[derive(Clone, Copy)]
pub(super) struct Sender(pub(super) Role);

impl Sender {
    /// Whole frames in a row: their first bytes and their payloads.
    pub(super) fn frames(
        self,
        violation: impl Into<ProtocolViolation>,
        frames: &[(u8, &[u8])],
    ) -> Case {
        let bytes = frames
            .iter()
            .flat_map(|(first_byte, payload)| frame(self.0, *first_byte, payload));
        Case {
            bytes: bytes.collect(),
            violation: violation.into(),
        }
    }

    /// A header alone, and no payload.
    pub(super) fn header(
        self,
        violation: impl Into<ProtocolViolation>,
        first_byte: u8,
        len: u8,
        extended: &[u8],
    ) -> Case {
        Case {
            bytes: header(self.0, first_byte, len, extended),
            violation: violation.into(),
        }
    }

    /// A Close frame with a code.
    fn close(self, violation: CloseFault, code: u16, reason: &[u8]) -> Case {
        let body = [&code.to_be_bytes(), reason].concat();
        self.frames(violation, &[(0x88, &body)])
    }

    /// A frame masked as the other role would.
    fn wrongly_masked(self, first_byte: u8, payload: &[u8]) -> Case {
        let violation = match self.0 {
            Role::Client => HeaderFault::UnmaskedClientFrame,
            Role::Server => HeaderFault::MaskedServerFrame,
        };
        Case {
            bytes: frame(self.0.peer(), first_byte, payload),
            violation: violation.into(),
        }
    }
}

/// The rules on frames and messages; limits are those of the parent module.
pub(super) fn frame_cases(sender: Sender) -> Vec<Case> {
    [
        headers(sender),
        lengths(sender),
        closes(sender),
        messages(sender),
        limits(sender),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn headers(sender: Sender) -> Vec<Case> {
    let mut cases = Vec::new();
    // RFC 6455 §5.2: the reserved bits MUST be 0 unless an extension defines them
    for rsv in [0x40, 0x20, 0x10, 0x70] {
        for opcode in [0x1, 0x2, 0x8, 0x9, 0xa] {
            let first_byte = 0x80 | rsv | opcode;
            cases.push(sender.frames(HeaderFault::ReservedBits, &[(first_byte, b"")]));
        }
        let fragments: [(u8, &[u8]); 2] = [(0x01, b"a"), (0x80 | rsv, b"b")];
        cases.push(sender.frames(HeaderFault::ReservedBits, &fragments));
    }
    for opcode in (0x3..=0x7).chain(0xb..=0xf) {
        for fin in [0x80, 0x00] {
            cases.push(sender.frames(HeaderFault::ReservedOpcode, &[(fin | opcode, b"a")]));
        }
    }
    for opcode in [0x8, 0x9, 0xa] {
        // RFC 6455 §5.5: all control frames MUST NOT be fragmented and have at most 125 bytes
        cases.push(sender.frames(HeaderFault::FragmentedControlFrame, &[(opcode, b"")]));
        cases.push(sender.frames(
            HeaderFault::ControlFrameTooLong,
            &[(0x80 | opcode, &[0; 126])],
        ));
        cases.push(sender.header(
            HeaderFault::ControlFrameTooLong,
            0x80 | opcode,
            127,
            &(1_u64 << 40).to_be_bytes(),
        ));
        cases.push(sender.wrongly_masked(0x80 | opcode, b""));
    }
    for first_byte in [0x81, 0x82, 0x01] {
        cases.push(sender.wrongly_masked(first_byte, b"not to be delivered"));
        cases.push(sender.wrongly_masked(first_byte, b""));
    }
    cases
}

fn lengths(sender: Sender) -> Vec<Case> {
    let mut cases = Vec::new();
    // RFC 6455 §5.2: the minimal number of bytes MUST be used to encode the length
    for len in [0_u16, 5, 125] {
        let len = len.to_be_bytes();
        cases.push(sender.header(HeaderFault::NonMinimalLength, 0x82, 126, &len));
    }
    for len in [0_u64, 5, 126, 65_535] {
        let len = len.to_be_bytes();
        cases.push(sender.header(HeaderFault::NonMinimalLength, 0x82, 127, &len));
    }
    // RFC 6455 §5.2: of a 64-bit length the most significant bit MUST be 0
    for len in [1_u64 << 63, u64::MAX] {
        let len = len.to_be_bytes();
        cases.push(sender.header(HeaderFault::LengthTooLarge, 0x82, 127, &len));
    }
    cases
}

fn closes(sender: Sender) -> Vec<Case> {
    let mut cases = vec![
        sender.frames(CloseFault::OneByteBody, &[(0x88, b"\x03")]),
        sender.frames(CloseFault::OneByteBody, &[(0x01, b"a"), (0x88, b"\x03")]),
    ];
    // RFC 6455 §7.4: codes that are nobody's, and those that MUST NOT be sent
    for code in [
        0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535,
    ] {
        cases.push(sender.close(CloseFault::InvalidCode(code), code, b""));
    }
    for reason in [
        &b"\xff"[..],
        b"\xc3",
        b"\xed\xa0\x80",
        b"ok \xf4\x90\x80\x80",
    ] {
        cases.push(sender.close(CloseFault::InvalidUtf8Reason, 1000, reason));
    }
    cases
}

fn messages(sender: Sender) -> Vec<Case> {
    use ProtocolViolation::{ExpectedContinuation, InvalidUtf8, UnexpectedContinuation};
    let mut cases = vec![
        sender.frames(UnexpectedContinuation, &[(0x80, b"x")]),
        sender.frames(UnexpectedContinuation, &[(0x00, b"x")]),
        sender.frames(UnexpectedContinuation, &[(0x8a, b"between"), (0x80, b"")]),
        sender.frames(ExpectedContinuation, &[(0x01, b"a"), (0x81, b"b")]),
        sender.frames(ExpectedContinuation, &[(0x01, b"a"), (0x02, b"b")]),
        sender.frames(ExpectedContinuation, &[(0x02, b""), (0x82, b"")]),
    ];
    // RFC 6455 §8.1: overlong, a surrogate, beyond Unicode, a lone continuation, cut off.
    for text in [
        &b"\xc0\xaf"[..],
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"\xf5",
        b"\x80",
        b"k\xc3",
        b"\xe2\x82",
    ] {
        cases.push(sender.frames(InvalidUtf8, &[(0x81, text)]));
        let (last, begin) = text.split_last().expect("no text is empty");
        cases.push(sender.frames(InvalidUtf8, &[(0x01, begin), (0x80, &[*last])]));
    }
    // The first impossible byte counts, though neither frame nor message is complete.
    let mut unfinished = sender.header(InvalidUtf8, 0x01, 60, &[]);
    let garbled = frame(sender.0, 0x01, b"\xff\xff\xff\xff");
    unfinished.bytes.extend(&garbled[garbled.len() - 4..]);
    cases.push(unfinished);
    cases
}

fn limits(sender: Sender) -> Vec<Case> {
    use ProtocolViolation::{MessageTooBig, TooManyFragments};
    let huge = ((1_u64 << 63) - 1).to_be_bytes();
    let mut overflowing = sender.frames(MessageTooBig, &[(0x02, b"a")]);
    overflowing.bytes.extend(header(sender.0, 0x00, 127, &huge));
    vec![
        // The header alone says too much: the limits are 64 bytes of text and 32 of binary.
        sender.header(MessageTooBig, 0x81, 65, &[]),
        sender.header(MessageTooBig, 0x82, 33, &[]),
        sender.header(MessageTooBig, 0x82, 126, &[0xff; 2]),
        sender.header(MessageTooBig, 0x82, 127, &(1_u64 << 40).to_be_bytes()),
        sender.header(MessageTooBig, 0x82, 127, &huge),
        sender.frames(
            MessageTooBig,
            &[(0x01, &[b'a'; 64]), (0x8a, b""), (0x80, b"b")],
        ),
        overflowing,
        sender.frames(
            TooManyFragments,
            &[(0x01, b""), (0x00, b""), (0x00, b""), (0x80, b"")],
        ),
        sender.frames(
            TooManyFragments,
            &[(0x02, b"a"), (0x00, b"b"), (0x00, b"c"), (0x00, b"d")],
        ),
    ]
}

/// The rules that an extension sees to, with `Marking` in use.
pub(super) fn extension_cases(sender: Sender) -> Vec<Case> {
    use ProtocolViolation::{
        InvalidExtensionData, InvalidUtf8, MessageTooBig, MisplacedReservedBits,
    };
    vec![
        sender.frames(MisplacedReservedBits, &[(0x01, b"a"), (0xc0, b"b")]),
        sender.frames(MisplacedReservedBits, &[(0x41, b"a"), (0xc0, b"b")]),
        // What no extension claims stays forbidden beside one that claims something.
        sender.frames(HeaderFault::ReservedBits, &[(0xa1, b"")]),
        sender.frames(HeaderFault::ReservedBits, &[(0xc9, b"")]),
        sender.frames(InvalidExtensionData, &[(0xc2, INVALID)]),
        sender.frames(InvalidExtensionData, &[(0xc1, INVALID)]),
        sender.frames(MessageTooBig, &[(0xc2, EXPLODING)]),
        sender.frames(MessageTooBig, &[(0xc2, &[0; 33])]),
        sender.frames(InvalidUtf8, &[(0xc1, b"\xff")]),
    ]
}
