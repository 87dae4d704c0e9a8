//! What a peer can break with permessage-deflate in use, each with bytes that break it (RFC 7692 §6).
//!
//! Written by hand or by zlib, so that nothing of ours has a part in it. Limits are those of the
//! parent module, and a ratio of 5.

use sockeye::connection::ProtocolViolation;
use sockeye::frame::HeaderFault;
use sockeye_tests::Deflate;

use super::cases::{Case, Sender};

/// The rules that compression brings along, where messages refer to nothing before them.
pub(super) fn deflate_cases(sender: Sender) -> Vec<Case> {
    [marks(sender), data(sender), texts(sender), bombs(sender)]
        .into_iter()
        .flatten()
        .collect()
}

fn marks(sender: Sender) -> Vec<Case> {
    let hello = deflated(b"hello hello hello");
    let (start, end) = hello.split_at(3);
    vec![
        // RFC 7692 §6.1: not on non-first fragments, whether the first is compressed or not
        sender.frames(
            ProtocolViolation::MisplacedReservedBits,
            &[(0x41, start), (0xc0, end)],
        ),
        sender.frames(
            ProtocolViolation::MisplacedReservedBits,
            &[(0x01, b"a"), (0xc0, &hello)],
        ),
        // RFC 7692 §6.1: not on control frames, nor between the fragments of a compressed message
        sender.frames(HeaderFault::ReservedBits, &[(0xc9, &hello)]),
        sender.frames(HeaderFault::ReservedBits, &[(0x41, start), (0xca, b"")]),
        sender.frames(HeaderFault::ReservedBits, &[(0x41, start), (0xc8, b"")]),
        // The bits of nobody beside it.
        sender.frames(HeaderFault::ReservedBits, &[(0xe1, &hello)]),
        sender.frames(HeaderFault::ReservedBits, &[(0xd2, &hello)]),
        // Marked or not, a continuation needs a beginning.
        sender.frames(
            ProtocolViolation::ExpectedContinuation,
            &[(0x41, start), (0xc1, end)],
        ),
    ]
}

fn data(sender: Sender) -> Vec<Case> {
    let hello = deflated(b"hello hello hello");
    let mut zlib = Deflate::new(15);
    zlib.message(b"salmon and river");
    let refers_back = zlib.message(b"salmon and river");
    let bad: [&[u8]; 8] = [
        // RFC 1951 §3.2.3: no such kind of block
        &[0x07],
        &[0xff; 20],
        // §3.2.4: a stored block whose lengths do not fit each other
        &[0x00, 0x05, 0x00, 0x05, 0x00, b'h', b'e', b'l', b'l', b'o'],
        // Less than it says.
        &[0x00, 0x05, 0x00, 0xfa, 0xff, b'h'],
        // §3.2.7: more codes for lengths than there are
        &[0xfd, 0xff, 0xff, 0xff],
        // A distance to before the message, where no context is taken over.
        &refers_back,
        // Cut off in the middle of a block.
        &hello[..hello.len() - 2],
        // The bytes of a text that was marked by mistake.
        b"hello",
    ];
    let mut cases = Vec::new();
    for bad in bad {
        let invalid = ProtocolViolation::InvalidExtensionData;
        let (start, end) = bad.split_at(bad.len() / 2);
        cases.push(sender.frames(invalid, &[(0xc2, bad)]));
        cases.push(sender.frames(invalid, &[(0x42, start), (0x00, b""), (0x80, end)]));
    }
    cases
}

fn texts(sender: Sender) -> Vec<Case> {
    let mut cases = Vec::new();
    for text in [&b"\xff"[..], b"salmon \xc3", b"\xed\xa0\x80", b"\xe2\x82"] {
        let invalid = ProtocolViolation::InvalidUtf8;
        let wire = deflated(text);
        let (start, end) = wire.split_at(wire.len() / 2);
        cases.push(sender.frames(invalid, &[(0xc1, &wire)]));
        cases.push(sender.frames(invalid, &[(0x41, start), (0x00, end), (0x80, b"")]));
    }
    cases
}

fn bombs(sender: Sender) -> Vec<Case> {
    let too_big = ProtocolViolation::MessageTooBig;
    // One byte more than the limits, of bytes that do not shrink.
    let text: Vec<u8> = (b'!'..).take(65).collect();
    let (text, binary) = (deflated(&text), deflated(&text[..33]));
    let bomb = deflated(&vec![0; 10_000_000]);
    let (start, end) = bomb.split_at(10);
    // Empty blocks, which become nothing for ever: five bytes each.
    let nothing = [0x00, 0x00, 0x00, 0xff, 0xff].repeat(13_120);
    let (much, more) = nothing.split_at(40_000);
    vec![
        sender.frames(too_big, &[(0xc1, &text)]),
        sender.frames(too_big, &[(0xc2, &binary)]),
        sender.frames(too_big, &[(0xc2, &bomb)]),
        sender.frames(too_big, &[(0x41, start), (0x80, end)]),
        sender.frames(too_big, &[(0x42, much), (0x80, more)]),
        // The header alone says too much, whatever would come of it.
        sender.header(too_big, 0xc2, 127, &(1_u64 << 40).to_be_bytes()),
        // Within the limit, and more than five times as long.
        sender.frames(
            ProtocolViolation::RatioExceeded,
            &[(0xc1, &deflated(&[b'a'; 64])[..])],
        ),
    ]
}

/// By zlib, without what RFC 7692 §7.2.1 leaves out.
fn deflated(message: &[u8]) -> Vec<u8> {
    Deflate::new(15).message(message)
}
