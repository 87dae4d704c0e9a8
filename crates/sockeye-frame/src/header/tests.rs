//! Headers fed whole, cut at every byte and with bytes trailing; the examples of RFC 6455 §5.7.

use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use proptest::prelude::*;

use super::*;
use crate::Role;
use crate::testing::hex;

const SERVER: HeaderRules = HeaderRules {
    receiver: Role::Server,
    rsv: Rsv::NONE,
};
const CLIENT: HeaderRules = HeaderRules {
    receiver: Role::Client,
    rsv: Rsv::NONE,
};
const ALL_RSV: Rsv = Rsv::RSV1.union(Rsv::RSV2).union(Rsv::RSV3);
const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

const OPCODES: [Opcode; 6] = [
    Opcode::Continuation,
    Opcode::Text,
    Opcode::Binary,
    Opcode::Close,
    Opcode::Ping,
    Opcode::Pong,
];

/// `bytes` are exactly `expected`: whole, from every shorter start, and with bytes trailing.
#[track_caller]
fn check(rules: HeaderRules, bytes: &[u8], expected: FrameHeader) {
    for len in 0..bytes.len() {
        assert_eq!(
            FrameHeader::decode(&bytes[..len], rules),
            Ok(None),
            "first {len} bytes"
        );
    }
    for trailing in [&[][..], &[0x00], &[0xff; 20]] {
        let input = [bytes, trailing].concat();
        let decoded = FrameHeader::decode(&input, rules);
        assert_eq!(
            decoded,
            Ok(Some((expected, bytes.len()))),
            "{trailing:02x?} trailing"
        );
    }
    assert_eq!(&*expected.encode(), bytes);
    let mut out = b"before".to_vec();
    expected.encode().append_to(&mut out);
    assert_eq!(out, [b"before", bytes].concat());
    assert_eq!(expected.encoded_len(), bytes.len());
}

/// The last of `bytes` shows `fault`, none before it does, and no byte after it changes that.
#[track_caller]
fn check_fault(rules: HeaderRules, bytes: &[u8], fault: HeaderFault) {
    for len in 0..bytes.len() {
        assert_eq!(
            FrameHeader::decode(&bytes[..len], rules),
            Ok(None),
            "first {len} bytes"
        );
    }
    assert_eq!(FrameHeader::decode(bytes, rules), Err(fault));
    for next in 0..=u8::MAX {
        let input = [bytes, &[next; 14]].concat();
        assert_eq!(
            FrameHeader::decode(&input, rules),
            Err(fault),
            "{next:02x} trailing"
        );
    }
}

fn header(opcode: Opcode, payload_len: u64) -> FrameHeader {
    FrameHeader {
        fin: true,
        rsv: Rsv::NONE,
        opcode,
        mask: None,
        payload_len,
    }
}

fn masked(header: FrameHeader) -> FrameHeader {
    FrameHeader {
        mask: Some(MaskKey::from(KEY)),
        ..header
    }
}

#[test]
fn the_examples_of_the_rfc() {
    // RFC 6455 §5.7: a single-frame unmasked text message
    check(CLIENT, &hex("81 05"), header(Opcode::Text, 5));
    // RFC 6455 §5.7: a single-frame masked text message
    check(
        SERVER,
        &hex("81 85 37 fa 21 3d"),
        masked(header(Opcode::Text, 5)),
    );
    // RFC 6455 §5.7: a fragmented unmasked text message
    check(
        CLIENT,
        &hex("01 03"),
        FrameHeader {
            fin: false,
            ..header(Opcode::Text, 3)
        },
    );
    check(CLIENT, &hex("80 02"), header(Opcode::Continuation, 2));
    // RFC 6455 §5.7: unmasked Ping request and masked Ping response
    check(CLIENT, &hex("89 05"), header(Opcode::Ping, 5));
    check(
        SERVER,
        &hex("8a 85 37 fa 21 3d"),
        masked(header(Opcode::Pong, 5)),
    );
    // RFC 6455 §5.7: 256 bytes binary message in a single unmasked frame
    check(CLIENT, &hex("82 7e 01 00"), header(Opcode::Binary, 256));
    // RFC 6455 §5.7: 64KiB binary message in a single unmasked frame
    check(
        CLIENT,
        &hex("82 7f 00 00 00 00 00 01 00 00"),
        header(Opcode::Binary, 65536),
    );
}

#[test]
fn each_form_of_the_length_holds_its_range() {
    for (payload_len, unmasked) in [
        (0, "82 00"),
        (1, "82 01"),
        (125, "82 7d"),
        (126, "82 7e 00 7e"),
        (255, "82 7e 00 ff"),
        (0xffff, "82 7e ff ff"),
        (0x1_0000, "82 7f 00 00 00 00 00 01 00 00"),
        (0x0102_0304_0506_0708, "82 7f 01 02 03 04 05 06 07 08"),
        (u64::MAX >> 1, "82 7f 7f ff ff ff ff ff ff ff"),
    ] {
        let mut bytes = hex(unmasked);
        let header = header(Opcode::Binary, payload_len);
        check(CLIENT, &bytes, header);
        bytes[1] |= 0x80;
        bytes.extend(KEY);
        check(SERVER, &bytes, masked(header));
    }
}

#[test]
fn the_longest_header_has_the_maximum_length() {
    let encoded = masked(header(Opcode::Binary, u64::MAX >> 1)).encode();
    assert_eq!(encoded.as_ref().len(), FrameHeader::MAX_LEN);
}

#[test]
fn every_first_byte_is_judged_at_once() {
    for first in 0..=u8::MAX {
        for rsv_bits in 0..8 {
            let rules = HeaderRules {
                receiver: Role::Client,
                rsv: Rsv::from_first_byte(rsv_bits << 4),
            };
            let is_control = first & 0x08 != 0;
            let claimed = if is_control { 0 } else { rsv_bits };
            let fault = if !matches!(first & 0x0f, 0..=2 | 8..=10) {
                Some(HeaderFault::ReservedOpcode)
            } else if (first >> 4) & 0x7 & !claimed != 0 {
                Some(HeaderFault::ReservedBits)
            } else if is_control && first < 0x80 {
                Some(HeaderFault::FragmentedControlFrame)
            } else {
                None
            };
            match fault {
                Some(fault) => check_fault(rules, &[first], fault),
                None => {
                    let expected = FrameHeader {
                        fin: first & 0x80 != 0,
                        rsv: Rsv::from_first_byte(first),
                        opcode: Opcode::from_bits(first & 0x0f).unwrap(),
                        mask: None,
                        payload_len: 0,
                    };
                    check(rules, &[first, 0], expected);
                }
            }
        }
    }
}

#[test]
fn every_second_byte_is_judged_at_once() {
    for receiver in [Role::Client, Role::Server] {
        let rules = HeaderRules {
            receiver,
            rsv: ALL_RSV,
        };
        for opcode in OPCODES {
            for second in 0..=u8::MAX {
                let bytes = [0x80 | opcode.bits(), second];
                let is_masked = second & 0x80 != 0;
                let short_len = second & 0x7f;
                if is_masked && receiver == Role::Client {
                    check_fault(rules, &bytes, HeaderFault::MaskedServerFrame);
                } else if !is_masked && receiver == Role::Server {
                    check_fault(rules, &bytes, HeaderFault::UnmaskedClientFrame);
                } else if opcode.is_control() && short_len > 125 {
                    check_fault(rules, &bytes, HeaderFault::ControlFrameTooLong);
                } else if short_len > 125 {
                    assert_eq!(FrameHeader::decode(&bytes, rules), Ok(None));
                } else if is_masked {
                    let expected = masked(header(opcode, u64::from(short_len)));
                    check(rules, &[&bytes[..], &KEY].concat(), expected);
                } else {
                    check(rules, &bytes, header(opcode, u64::from(short_len)));
                }
            }
        }
    }
}

#[test]
fn a_16_bit_length_must_need_its_bytes() {
    for payload_len in 0..=u16::MAX {
        let [high, low] = payload_len.to_be_bytes();
        let bytes = [0x82, 0x7e, high, low];
        if payload_len < 126 {
            check_fault(CLIENT, &bytes, HeaderFault::NonMinimalLength);
        } else {
            let decoded = FrameHeader::decode(&bytes, CLIENT);
            assert_eq!(
                decoded,
                Ok(Some((header(Opcode::Binary, u64::from(payload_len)), 4)))
            );
        }
    }
}

#[test]
fn a_64_bit_length_must_need_its_bytes() {
    // Six zero bytes are enough to tell: what follows fits the 16-bit form.
    check_fault(
        CLIENT,
        &hex("82 7f 00 00 00 00 00 00"),
        HeaderFault::NonMinimalLength,
    );
    check_fault(
        SERVER,
        &hex("82 ff 00 00 00 00 00 00"),
        HeaderFault::NonMinimalLength,
    );
}

#[test]
fn a_64_bit_length_has_no_most_significant_bit() {
    for high in 0x80..=u8::MAX {
        check_fault(CLIENT, &[0x82, 0x7f, high], HeaderFault::LengthTooLarge);
        check_fault(SERVER, &[0x82, 0xff, high], HeaderFault::LengthTooLarge);
    }
}

#[test]
fn illegal_headers_can_be_written() {
    let too_long = FrameHeader {
        fin: false,
        rsv: ALL_RSV,
        ..header(Opcode::Ping, 126)
    };
    assert_eq!(&*too_long.encode(), hex("79 7e 00 7e"));
    assert_eq!(
        &*header(Opcode::Text, u64::MAX).encode(),
        hex("81 7f ff ff ff ff ff ff ff ff")
    );
}

#[test]
fn faults_are_stated_in_lower_case_without_a_full_stop() {
    let faults = [
        HeaderFault::ReservedBits,
        HeaderFault::ReservedOpcode,
        HeaderFault::FragmentedControlFrame,
        HeaderFault::ControlFrameTooLong,
        HeaderFault::NonMinimalLength,
        HeaderFault::LengthTooLarge,
        HeaderFault::UnmaskedClientFrame,
        HeaderFault::MaskedServerFrame,
    ];
    let texts: Vec<String> = faults.iter().map(ToString::to_string).collect();
    for (n, text) in texts.iter().enumerate() {
        assert!(
            text.starts_with(char::is_lowercase) && !text.ends_with('.'),
            "{text}"
        );
        assert!(!texts[..n].contains(text), "{text} twice");
    }
}

prop_compose! {
    fn any_rules()(is_server: bool, rsv_bits in 0..8_u8) -> HeaderRules {
        let receiver = if is_server { Role::Server } else { Role::Client };
        HeaderRules { receiver, rsv: Rsv::from_first_byte(rsv_bits << 4) }
    }
}

prop_compose! {
    fn legal_data_frame()(
        rules in any_rules(),
        fin: bool,
        rsv_bits in 0..8_u8,
        opcode in prop::sample::select(&[Opcode::Continuation, Opcode::Text, Opcode::Binary][..]),
        key: [u8; 4],
        payload_len: u64,
        shift in 1..64_u32,
    ) -> (HeaderRules, FrameHeader) {
        let rsv = Rsv::from_first_byte(rsv_bits << 4).difference(ALL_RSV.difference(rules.rsv));
        let mask = (rules.receiver == Role::Server).then_some(MaskKey::from(key));
        (rules, FrameHeader { fin, rsv, opcode, mask, payload_len: payload_len >> shift })
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_back((rules, header) in legal_data_frame()) {
        check(rules, &header.encode(), header);
    }

    /// Bytes can only turn "need more" into an answer, never one answer into another.
    #[test]
    fn an_answer_is_final_and_comes_within_the_maximum(
        rules in any_rules(),
        first in prop::sample::select(&[0x01_u8, 0x82, 0x88, 0xc1][..]),
        noise in prop::collection::vec(prop_oneof![Just(0_u8), Just(0x7f), Just(0xff), any::<u8>()], 13..20),
    ) {
        let input = [&[first][..], &noise].concat();
        let mut answer = Ok(None);
        for len in 0..=input.len() {
            let next = FrameHeader::decode(&input[..len], rules);
            if answer != Ok(None) {
                prop_assert_eq!(next, answer);
            }
            answer = next;
        }
        prop_assert_ne!(answer, Ok(None));
        if let Ok(Some((_, len))) = answer {
            prop_assert!((2..=FrameHeader::MAX_LEN).contains(&len));
        }
    }
}

/// Where the short cut gives a header it is the one that the long way gives.
#[track_caller]
fn check_plain(receiver: Role, bytes: &[u8]) -> bool {
    let message = PlainHeader::decode(bytes, receiver);
    let Some(plain) = message.or_else(|| PlainHeader::decode_continuation(bytes, receiver)) else {
        return false;
    };
    assert_eq!(message.is_some(), plain.opcode != Opcode::Continuation);
    let rules = HeaderRules {
        receiver,
        rsv: Rsv::NONE,
    };
    let header = FrameHeader {
        fin: plain.fin,
        rsv: Rsv::NONE,
        opcode: plain.opcode,
        mask: plain.mask,
        payload_len: plain.payload_len as u64,
    };
    let decoded = FrameHeader::decode(bytes, rules);
    assert_eq!(decoded, Ok(Some((header, plain.len))), "{bytes:02x?}");
    true
}

#[test]
fn the_short_cut_agrees_with_the_long_way_on_any_two_bytes() {
    let mut n_plain = 0;
    for first in 0..=u8::MAX {
        for second in 0..=u8::MAX {
            for rest in [[0, 126, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [0; 12]] {
                let bytes = [&[first, second][..], &rest].concat();
                for receiver in [Role::Server, Role::Client] {
                    n_plain += usize::from(check_plain(receiver, &bytes));
                }
            }
        }
    }
    // For two kinds of messages, two continuations and both receivers: 126 short lengths with either
    // rest, and one long length.
    assert_eq!(n_plain, (2 + 2) * 2 * (126 * 2 + 1));
}

#[test]
fn the_short_cut_waits_for_the_whole_header() {
    for bytes in [
        &[0x81, 0x85, 1, 2, 3, 4][..],
        &[0x82, 0xfe, 0, 126, 1, 2, 3, 4],
        &[0x00, 0xfe, 0, 126, 1, 2, 3, 4],
        &[0x80, 0x80, 1, 2, 3, 4],
    ] {
        assert!(check_plain(Role::Server, bytes));
        for len in 0..bytes.len() {
            assert!(!check_plain(Role::Server, &bytes[..len]));
        }
    }
}

#[test]
fn an_encoded_header_is_shown_as_it_is_on_the_wire() {
    let header = FrameHeader {
        fin: true,
        rsv: Rsv::NONE,
        opcode: Opcode::Ping,
        mask: None,
        payload_len: 5,
    };
    assert_eq!(format!("{:?}", header.encode()), "EncodedHeader([89, 05])");
}
