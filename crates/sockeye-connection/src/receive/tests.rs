//! Which frames are legal, and the same events however they are cut (RFC 6455 §5).
//!
//! Limits and pieces are tested with `assembly.rs`.

use alloc::vec;
use alloc::vec::Vec;

use proptest::prelude::*;
use sockeye_extensions::Chain;
use sockeye_frame::{HeaderFault, Opcode, Role, Rsv};

use crate::testing::{
    Probe, binary, check, frame, frame_with_rsv, header, hex, ping, pong, sent, text,
};
use crate::{Config, Event, Limits, ProtocolViolation};

fn server() -> Probe {
    Probe::new(Role::Server)
}

fn client() -> Probe {
    Probe::new(Role::Client)
}

/// What a connection answers to a violation: the one Close frame.
fn close_for(violation: ProtocolViolation) -> Vec<crate::testing::Sent> {
    vec![sent(Opcode::Close, &violation.close_frame().encode())]
}

#[track_caller]
fn check_violation(make: impl Fn() -> Probe, bytes: &[u8], violation: ProtocolViolation) {
    check(
        make,
        bytes,
        &[Event::Violation(violation)],
        &close_for(violation),
    );
}

/// RFC 6455 §5.7: examples of frames.
#[test]
fn rfc_examples_of_frames() {
    // "A single-frame unmasked text message"
    check(client, &hex("81 05 48 65 6c 6c 6f"), &[text("Hello")], &[]);
    // "A single-frame masked text message"
    let masked = hex("81 85 37 fa 21 3d 7f 9f 4d 51 58");
    check(server, &masked, &[text("Hello")], &[]);
    // "A fragmented unmasked text message"
    let fragmented = hex("01 03 48 65 6c  80 02 6c 6f");
    check(client, &fragmented, &[text("Hello")], &[]);
    // "Unmasked Ping request and masked Ping response"
    check(
        client,
        &hex("89 05 48 65 6c 6c 6f"),
        &[ping(b"Hello")],
        &[sent(Opcode::Pong, b"Hello")],
    );
    let masked_pong = hex("8a 85 37 fa 21 3d 7f 9f 4d 51 58");
    check(server, &masked_pong, &[pong(b"Hello")], &[]);
    // "256 bytes binary message in a single unmasked frame"
    let payload: Vec<u8> = (0..=255).collect();
    let mut bytes = hex("82 7E 01 00");
    bytes.extend(&payload);
    check(client, &bytes, &[binary(&payload)], &[]);
}

/// RFC 6455 §5.7: "64KiB binary message in a single unmasked frame".
#[test]
fn rfc_example_of_a_large_frame() {
    let payload = vec![7; 65_536];
    let mut bytes = hex("82 7F 00 00 00 00 00 01 00 00");
    bytes.extend(&payload);
    for part_len in [bytes.len(), 10_000] {
        let events = client().feed_in_parts(&bytes, part_len);
        assert_eq!(events, [binary(&payload)]);
    }
}

#[test]
fn header_that_lies_whole_in_the_input_is_read_at_once() {
    for (mut probe, role) in [(server(), Role::Server), (client(), Role::Client)] {
        let bytes = frame(role, true, Opcode::Ping, b"");
        assert_eq!(probe.feed(&bytes), [ping(b"")]);
        // One call for the event, and one that finds no more.
        assert_eq!(probe.connection.steps.taken(), 2);
    }
}

#[test]
fn empty_messages_are_messages() {
    for role in [Role::Server, Role::Client] {
        let make = || Probe::new(role);
        let text_frame = frame(role, true, Opcode::Text, b"");
        check(make, &text_frame, &[text("")], &[]);
        let binary_frame = frame(role, true, Opcode::Binary, b"");
        check(make, &binary_frame, &[binary(b"")], &[]);
        let fragments = [
            frame(role, false, Opcode::Text, b""),
            frame(role, false, Opcode::Continuation, b""),
            frame(role, true, Opcode::Continuation, b""),
        ];
        check(make, &fragments.concat(), &[text("")], &[]);
    }
}

#[test]
fn every_payload_length_around_the_forms_of_the_header() {
    for role in [Role::Server, Role::Client] {
        for len in [1, 2, 124, 125, 126, 127, 128, 65_535, 65_536, 65_537] {
            let payload: Vec<u8> = (0..len).map(|n: u32| n.to_le_bytes()[0]).collect();
            let bytes = frame(role, true, Opcode::Binary, &payload);
            for part_len in [bytes.len(), 4096 + 1] {
                let mut probe = Probe::new(role);
                assert_eq!(probe.feed_in_parts(&bytes, part_len), [binary(&payload)]);
            }
        }
    }
}

#[test]
fn control_frames_stand_between_fragments() {
    let bytes = [
        frame(Role::Server, false, Opcode::Text, "Grüß".as_bytes()),
        frame(Role::Server, true, Opcode::Ping, b"one"),
        frame(Role::Server, false, Opcode::Continuation, b" "),
        frame(Role::Server, true, Opcode::Pong, b"two"),
        frame(Role::Server, true, Opcode::Continuation, b"Gott"),
        frame(Role::Server, true, Opcode::Binary, b"next"),
    ];
    check(
        server,
        &bytes.concat(),
        &[
            ping(b"one"),
            pong(b"two"),
            text("Grüß Gott"),
            binary(b"next"),
        ],
        &[sent(Opcode::Pong, b"one")],
    );
}

#[test]
fn control_payloads_of_up_to_125_bytes() {
    for role in [Role::Server, Role::Client] {
        for len in [0, 1, 124, 125] {
            let payload = vec![b'x'; len];
            let bytes = frame(role, true, Opcode::Ping, &payload);
            let answer = [sent(Opcode::Pong, &payload)];
            check(|| Probe::new(role), &bytes, &[ping(&payload)], &answer);
        }
        let too_long = header(role, true, Rsv::NONE, Opcode::Ping, 126);
        check_violation(
            || Probe::new(role),
            &too_long,
            HeaderFault::ControlFrameTooLong.into(),
        );
    }
}

#[test]
fn reserved_bits_fail_on_every_frame() {
    for rsv in [Rsv::RSV1, Rsv::RSV2, Rsv::RSV3, Rsv::RSV1 | Rsv::RSV3] {
        let first_frames = [
            Opcode::Text,
            Opcode::Binary,
            Opcode::Close,
            Opcode::Ping,
            Opcode::Pong,
        ];
        for opcode in first_frames {
            let bytes = frame_with_rsv(Role::Server, true, rsv, opcode, b"");
            check_violation(server, &bytes, HeaderFault::ReservedBits.into());
        }
        for opcode in [Opcode::Continuation, Opcode::Ping] {
            let bytes = [
                frame(Role::Server, false, Opcode::Text, b"begun"),
                frame_with_rsv(Role::Server, true, rsv, opcode, b""),
            ];
            check_violation(server, &bytes.concat(), HeaderFault::ReservedBits.into());
        }
    }
}

#[test]
fn nothing_follows_a_frame_with_a_reserved_bit() {
    let bytes = [
        frame_with_rsv(Role::Server, true, Rsv::RSV1, Opcode::Ping, b"p"),
        frame(Role::Server, true, Opcode::Binary, b"plain"),
    ];
    check_violation(server, &bytes.concat(), HeaderFault::ReservedBits.into());
}

#[test]
fn reserved_opcodes_fail() {
    for opcode in [0x3, 0x4, 0x5, 0x6, 0x7, 0xB, 0xC, 0xD, 0xE, 0xF] {
        for fin in [0, 0x80] {
            for mask in [0, 0x80] {
                check_violation(
                    server,
                    &[fin | opcode, mask],
                    HeaderFault::ReservedOpcode.into(),
                );
            }
        }
    }
}

#[test]
fn masks_are_checked_at_the_second_byte() {
    for first_byte in [0x81, 0x82, 0x01, 0x88, 0x89, 0x8A] {
        check_violation(
            server,
            &[first_byte, 0x05],
            HeaderFault::UnmaskedClientFrame.into(),
        );
        check_violation(
            client,
            &[first_byte, 0x85],
            HeaderFault::MaskedServerFrame.into(),
        );
    }
}

#[test]
fn control_frames_must_not_be_fragmented() {
    for opcode in [Opcode::Close, Opcode::Ping, Opcode::Pong] {
        let bytes = frame(Role::Server, false, opcode, b"");
        check_violation(server, &bytes, HeaderFault::FragmentedControlFrame.into());
    }
}

#[test]
fn lengths_must_have_their_shortest_form() {
    for bytes in [
        "81 FE 00 05",
        "82 FE 00 7D",
        "81 FF 00 00 00 00 00 00 00 05",
    ] {
        check_violation(server, &hex(bytes), HeaderFault::NonMinimalLength.into());
    }
    check_violation(
        client,
        &hex("82 7F 00 00 00 00 00 00 FF FF"),
        HeaderFault::NonMinimalLength.into(),
    );
}

#[test]
fn absurd_lengths_fail_from_the_header_alone() {
    for bytes in [
        "82 FF 80 00 00 00 00 00 00 00",
        "82 FF FF FF FF FF FF FF FF FF",
    ] {
        check_violation(server, &hex(bytes), HeaderFault::LengthTooLarge.into());
    }
    let too_big = [
        "82 FF 7F FF FF FF FF FF FF FF 00 00 00 00",
        "82 FF 00 00 00 01 00 00 00 00 00 00 00 00",
        "82 FF 00 00 01 00 00 00 00 00 00 00 00 00",
    ];
    for bytes in too_big {
        check_violation(server, &hex(bytes), ProtocolViolation::MessageTooBig);
    }
}

#[test]
fn sums_of_lengths_do_not_overflow() {
    let unlimited = || {
        let limits = Limits {
            max_text_bytes: usize::MAX,
            max_binary_bytes: 100,
            ..Limits::default()
        };
        let config = Config {
            limits,
            ..Config::default()
        };
        Probe::with(Role::Client, config, Chain::default())
    };
    let announced = |len: u64| [&[0x00, 0x7f][..], &len.to_be_bytes()].concat();
    // One byte and all that is left, or the longest length there is: unlimited text takes it, and
    // allocates nothing.
    let mut probe = unlimited();
    let rest = u64::try_from(usize::MAX - 1).unwrap_or(u64::MAX);
    assert_eq!(probe.feed(&hex("01 01 61")), []);
    assert_eq!(probe.feed(&announced(rest.min(u64::MAX >> 1))), []);
    assert!(probe.connection.is_receiving_message());
    // One more than a length in memory can be is a length for the wire only on 32 bits.
    if rest < u64::MAX >> 1 {
        let too_many = [hex("01 01 61"), announced(rest + 1)].concat();
        check_violation(unlimited, &too_many, ProtocolViolation::MessageTooBig);
    }
    let mut bounded = hex("02 01 61");
    bounded.extend(hex("00 7F 7F FF FF FF FF FF FF FF"));
    check_violation(unlimited, &bounded, ProtocolViolation::MessageTooBig);
}

#[test]
fn continuations_and_messages_alternate_as_they_must() {
    let lone = frame(Role::Server, true, Opcode::Continuation, b"x");
    check_violation(server, &lone, ProtocolViolation::UnexpectedContinuation);
    let after_fin = [
        frame(Role::Server, false, Opcode::Text, b"a"),
        frame(Role::Server, true, Opcode::Continuation, b"b"),
        frame(Role::Server, true, Opcode::Continuation, b"c"),
    ];
    check(
        server,
        &after_fin.concat(),
        &[
            text("ab"),
            Event::Violation(ProtocolViolation::UnexpectedContinuation),
        ],
        &close_for(ProtocolViolation::UnexpectedContinuation),
    );
    for opcode in [Opcode::Text, Opcode::Binary] {
        let interleaved = [
            frame(Role::Server, false, Opcode::Text, b"a"),
            frame(Role::Server, true, opcode, b"b"),
        ];
        check_violation(
            server,
            &interleaved.concat(),
            ProtocolViolation::ExpectedContinuation,
        );
    }
}

#[test]
fn text_fails_at_the_first_byte_that_is_not_utf8() {
    let valid = "κόσμε".as_bytes();
    let mut bad = valid.to_vec();
    bad.extend(hex("ED A0 80"));
    bad.extend(b"edited");
    let whole = frame(Role::Server, true, Opcode::Text, &bad);
    check_violation(server, &whole, ProtocolViolation::InvalidUtf8);

    // The frame is never finished: the second byte of the surrogate is enough.
    let until_bad = whole.len() - b"edited".len() - 1;
    let mut probe = server();
    assert_eq!(probe.feed_in_parts(&whole[..until_bad - 1], 1), []);
    assert_eq!(
        probe.feed(&whole[until_bad - 1..until_bad]),
        [Event::Violation(ProtocolViolation::InvalidUtf8)]
    );

    let fragments = [
        frame(Role::Server, false, Opcode::Text, valid),
        frame(Role::Server, false, Opcode::Continuation, &hex("F4")),
        frame(Role::Server, false, Opcode::Continuation, &hex("90")),
    ];
    check_violation(server, &fragments.concat(), ProtocolViolation::InvalidUtf8);
}

#[test]
fn text_must_not_end_within_a_character() {
    let cut = frame(Role::Server, true, Opcode::Text, &hex("C3"));
    check_violation(server, &cut, ProtocolViolation::InvalidUtf8);
    let fragments = [
        frame(Role::Server, false, Opcode::Text, &hex("E2 82")),
        frame(Role::Server, true, Opcode::Continuation, b""),
    ];
    check_violation(server, &fragments.concat(), ProtocolViolation::InvalidUtf8);
}

#[test]
fn characters_may_be_cut_by_fragments() {
    let bytes: Vec<u8> = "Ω€𝄞".bytes().collect();
    for role in [Role::Server, Role::Client] {
        let mut fragments = Vec::new();
        for (index, byte) in bytes.iter().enumerate() {
            let opcode = if index == 0 {
                Opcode::Text
            } else {
                Opcode::Continuation
            };
            fragments.extend(frame(role, index + 1 == bytes.len(), opcode, &[*byte]));
        }
        check(|| Probe::new(role), &fragments, &[text("Ω€𝄞")], &[]);
    }
}

/// What comes after part of a header is the rest of the header, whatever it looks like.
#[test]
fn rest_of_a_header_may_look_like_a_whole_frame() {
    // An empty masked frame: the key and the payload below begin like one.
    let bytes = hex("82 85 82 80 00 00 01 02 03 04 05");
    let payload = hex("83 82 03 04 87");
    check(server, &bytes, &[binary(&payload)], &[]);
    let mut probe = server();
    assert_eq!(probe.feed(&bytes[..2]), []);
    assert_eq!(probe.feed(&bytes[2..]), [binary(&payload)]);
}

#[test]
fn binary_messages_hold_any_bytes() {
    let bytes = frame(Role::Server, true, Opcode::Binary, &hex("FF FE 80 00"));
    check(server, &bytes, &[binary(&hex("FF FE 80 00"))], &[]);
}

/// The same bytes give the same events, however they are cut and wherever they are read to.
mod cutting {
    use super::*;

    #[derive(Clone, Debug)]
    struct Script {
        role: Role,
        bytes: Vec<u8>,
    }

    fn payload() -> impl Strategy<Value = Vec<u8>> {
        prop_oneof![
            prop::collection::vec(any::<u8>(), 0..20),
            "\\PC{0,40}".prop_map(Vec::from),
            (4000_usize..12_000, any::<char>())
                .prop_map(|(len, char)| vec![char; len / 4]
                    .iter()
                    .collect::<alloc::string::String>())
                .prop_map(Vec::from),
        ]
    }

    /// Mostly legal frames, now and then an illegal one or rubbish.
    fn script() -> impl Strategy<Value = Script> {
        let opcode = prop_oneof![
            3 => Just(Opcode::Text),
            3 => Just(Opcode::Binary),
            6 => Just(Opcode::Continuation),
            2 => Just(Opcode::Ping),
            1 => Just(Opcode::Pong),
        ];
        let frames = prop::collection::vec((opcode, any::<bool>(), payload()), 1..10);
        let rubbish = prop::collection::vec(any::<u8>(), 0..30);
        let role = prop_oneof![Just(Role::Server), Just(Role::Client)];
        (role, frames, rubbish, any::<bool>()).prop_map(|(role, frames, rubbish, mend)| {
            let mut bytes = Vec::new();
            let mut under_way = false;
            for (mut opcode, mut fin, mut payload) in frames {
                if opcode.is_control() {
                    fin = true;
                    payload.truncate(125);
                } else if mend {
                    // Put the frame where it is legal.
                    opcode = match (under_way, opcode) {
                        (true, _) => Opcode::Continuation,
                        (false, Opcode::Continuation) => Opcode::Binary,
                        (false, other) => other,
                    };
                    under_way = !fin;
                }
                bytes.extend(frame(role, fin, opcode, &payload));
            }
            bytes.extend(rubbish);
            Script { role, bytes }
        })
    }

    proptest! {
        #[test]
        fn does_not_change_events_or_answers(
            script in script(),
            cuts in prop::collection::vec(1_usize..5000, 1..50),
        ) {
            let mut whole = Probe::new(script.role);
            let expected = whole.feed(&script.bytes);
            let expected_sent = whole.sent();

            let mut cut = Probe::new(script.role);
            let mut through_tail = Probe::new(script.role);
            let (mut events, mut tail_events) = (Vec::new(), Vec::new());
            let mut rest = &script.bytes[..];
            let mut cuts = cuts.iter().cycle();
            while !rest.is_empty() {
                let len = cuts.next().map_or(1, |len| (*len).min(rest.len()));
                let (part, others) = rest.split_at(len);
                events.extend(cut.feed(part));
                tail_events.extend(through_tail.feed_tail(part, 3000));
                rest = others;
            }
            prop_assert_eq!(&events, &expected);
            prop_assert_eq!(&tail_events, &expected);
            prop_assert_eq!(&cut.sent(), &expected_sent);
            prop_assert_eq!(&through_tail.sent(), &expected_sent);

            let mut bytewise = Probe::new(script.role);
            prop_assert_eq!(&bytewise.feed_in_parts(&script.bytes, 1), &expected);
            prop_assert_eq!(bytewise.sent(), expected_sent);
            prop_assert_eq!(
                whole.connection.stats().received,
                bytewise.connection.stats().received
            );
        }

        #[test]
        fn rubbish_never_panics(
            bytes in prop::collection::vec(any::<u8>(), 0..400),
            part_len in 1_usize..40,
        ) {
            for role in [Role::Server, Role::Client] {
                let mut probe = Probe::new(role);
                let events = probe.feed_in_parts(&bytes, part_len);
                let n_ends = events
                    .iter()
                    .filter(|event| matches!(event, Event::Violation(_) | Event::Close(_)))
                    .count();
                prop_assert!(n_ends <= 1);
                let n_closes = probe
                    .sent()
                    .iter()
                    .filter(|sent| sent.opcode == Opcode::Close)
                    .count();
                prop_assert_eq!(n_closes, n_ends);
            }
        }
    }
}
