//! The header of a frame: any bytes, for any receiver (RFC 6455 §5.2).
//!
//! What is read is what a reader says that was written from the picture in the RFC; each rule that
//! is broken is noticed, none is seen where none is broken, and nothing is taken back when more
//! bytes come. What was read is written as it was, and the short cut agrees.

use super::{Choices, bit};
use crate::{FrameHeader, HeaderRules, PlainHeader, Role, Rsv};

/// A byte for the receiver and the reserved bits it allows, then a header.
///
/// # Panics
///
/// When a promise is broken.
pub fn header(data: &[u8]) {
    let mut choices = Choices::new(data);
    let flags = choices.byte();
    let allowed = [(Rsv::RSV1, 1), (Rsv::RSV2, 2), (Rsv::RSV3, 3)];
    let rules = HeaderRules {
        receiver: if bit(flags, 0) {
            Role::Client
        } else {
            Role::Server
        },
        rsv: allowed
            .into_iter()
            .filter(|(_, at)| bit(flags, *at))
            .fold(Rsv::NONE, |all, (rsv, _)| all.union(rsv)),
    };
    let input = choices.rest;
    let decoded = FrameHeader::decode(input, rules);

    match Naive::read(input) {
        None => assert!(!matches!(decoded, Ok(Some(_))), "made up: {decoded:?}"),
        Some(naive) if naive.is_legal(rules) => {
            let (header, len) = decoded.expect("it is legal").expect("it is whole");
            assert_eq!(naive, Naive::of(&header, len));
            assert_eq!(&*header.encode(), &input[..len], "written as it was");
        }
        Some(naive) => assert!(decoded.is_err(), "{naive:?} is not legal"),
    }
    check_starts(input, rules);
    check_short_cut(input, rules.receiver, FrameHeader::decode(input, rules));
}

/// Until something is known it is not, and then it is what it is with all the bytes.
fn check_starts(input: &[u8], rules: HeaderRules) {
    let decoded = FrameHeader::decode(input, rules);
    let starts = 0..input.len().min(FrameHeader::MAX_LEN);
    for end in starts {
        match FrameHeader::decode(&input[..end], rules) {
            Ok(None) => {}
            known => assert_eq!(known, decoded, "of the first {end} bytes"),
        }
    }
}

fn check_short_cut(
    input: &[u8],
    receiver: Role,
    decoded: Result<Option<(FrameHeader, usize)>, crate::HeaderFault>,
) {
    let message = PlainHeader::decode(input, receiver);
    let continuation = PlainHeader::decode_continuation(input, receiver);
    assert!(message.is_none() || continuation.is_none());
    let Some(plain) = message.or(continuation) else {
        return;
    };
    let (header, len) = decoded.expect("legal").expect("whole");
    assert_eq!(
        (plain.fin, plain.opcode, plain.mask),
        (header.fin, header.opcode, header.mask)
    );
    assert_eq!(plain.payload_len as u64, header.payload_len);
    assert_eq!((plain.len, Rsv::NONE), (len, header.rsv));
}

/// The picture of RFC 6455 §5.2, read field by field, with no rule in mind.
#[derive(Debug, Eq, PartialEq)]
struct Naive {
    first: u8,
    mask: Option<[u8; 4]>,
    payload_len: u64,
    /// Bytes of the length behind the second byte.
    n_len_bytes: usize,
    len: usize,
}

impl Naive {
    fn read(input: &[u8]) -> Option<Self> {
        let second = *input.get(1)?;
        let n_len_bytes = match second & 127 {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        let mut payload_len = u64::from(second & 127);
        if n_len_bytes > 0 {
            let bytes = input.get(2..2 + n_len_bytes)?.iter();
            payload_len = bytes.fold(0, |len, byte| len << 8 | u64::from(*byte));
        }
        let mut len = 2 + n_len_bytes;
        let mut mask = None;
        if second >= 128 {
            let key = input.get(len..len + 4)?;
            mask = Some([key[0], key[1], key[2], key[3]]);
            len += 4;
        }
        Some(Self {
            first: input[0],
            mask,
            payload_len,
            n_len_bytes,
            len,
        })
    }

    /// The same from a header that was read by the code under test.
    fn of(header: &FrameHeader, len: usize) -> Self {
        let mask_len = if header.mask.is_some() { 4 } else { 0 };
        Self {
            first: u8::from(header.fin) << 7 | header.rsv.bits() | header.opcode.bits(),
            mask: header.mask.map(crate::MaskKey::to_bytes),
            payload_len: header.payload_len,
            n_len_bytes: len - 2 - mask_len,
            len,
        }
    }

    fn is_legal(&self, rules: HeaderRules) -> bool {
        let rsv = self.first & 0x70;
        let is_control = self.first & 0x08 != 0;
        let is_known = matches!(self.first & 0x0f, 0..=2 | 8..=10);
        let shortest = match self.payload_len {
            0..126 => 0,
            126..0x1_0000 => 2,
            _ => 8,
        };
        is_known
            && self.mask.is_some() == (rules.receiver == Role::Server)
            && self.n_len_bytes == shortest
            && self.payload_len < 1 << 63
            && match is_control {
                true => self.first >= 0x80 && rsv == 0 && self.payload_len < 126,
                false => rsv & !rules.rsv.bits() == 0,
            }
    }
}
