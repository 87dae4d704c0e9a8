//! Messages on their way out: frames, fragments, masks, refusals (RFC 6455 §5.3–5.6, §6.1).

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use bytes::{Bytes, BytesMut};
use proptest::prelude::*;
use sockeye_extensions::{
    Chain, DecodeError, EncodeError, Extension, FrameStart, FrameToSend, PermessageDeflate,
};
use sockeye_frame::{
    CloseCode, CloseFrame, EncodedHeader, FrameHeader, HeaderRules, Opcode, Role, Rsv,
};

use crate::WriteBuffer;
use crate::testing::{
    Probe, Sent, Takeover, binary, deflating, frame, frames, hex, run_length, sent, text,
};
use crate::{
    ApiMisuse, Compress, Config, Connection, Entropy, Event, IncomingMessage, Input, Limits,
    Message, MessageKind, Payload, SendOptions, State, TextPayload, Timeouts, Timestamp, Transmit,
};

fn fragment(fin: bool, opcode: Opcode, payload: &[u8]) -> Sent {
    Sent {
        fin,
        ..sent(opcode, payload)
    }
}

fn fragmenting(role: Role, max_frame_payload_bytes: usize, extensions: Chain) -> Probe {
    let config = Config {
        max_frame_payload_bytes: Some(max_frame_payload_bytes),
        ..Config::default()
    };
    Probe::with(role, config, extensions)
}

/// RFC 6455 §5.7: the examples, sent by a server.
#[test]
fn rfc_examples_of_frames_from_a_server() {
    let mut probe = Probe::new(Role::Server);
    let now = probe.now;
    probe.connection.send("Hello".into(), now).unwrap();
    assert_eq!(probe.written(), hex("81 05 48 65 6c 6c 6f"));
    let part = |bytes: &'static [u8]| Bytes::from_static(bytes);
    let kind = MessageKind::Text;
    let connection = &mut probe.connection;
    connection
        .send_fragment(kind, part(b"Hel"), false, now)
        .unwrap();
    connection
        .send_fragment(kind, part(b"lo"), true, now)
        .unwrap();
    assert_eq!(probe.written(), hex("01 03 48 65 6c 80 02 6c 6f"));
    probe.connection.ping_with(b"Hello", now).unwrap();
    assert_eq!(probe.written(), hex("89 05 48 65 6c 6c 6f"));
    probe.connection.send(vec![0; 256].into(), now).unwrap();
    assert_eq!(probe.written()[..4], hex("82 7E 01 00"));
    probe.connection.send(vec![0; 65_536].into(), now).unwrap();
    assert_eq!(probe.written()[..10], hex("82 7F 00 00 00 00 00 01 00 00"));
}

/// RFC 6455 §5.7: "A single-frame masked text message", with the key of the example.
#[test]
fn rfc_example_of_a_masked_frame() {
    let key_of_the_example = Box::new(|bytes: &mut [u8]| {
        bytes.copy_from_slice(&[0x37, 0xfa, 0x21, 0x3d]);
    });
    let mut probe = Probe::new(Role::Client);
    probe.connection.entropy = key_of_the_example;
    probe.connection.send("Hello".into(), probe.now).unwrap();
    assert_eq!(probe.written(), hex("81 85 37 fa 21 3d 7f 9f 4d 51 58"));
}

#[test]
fn payloads_of_every_size_arrive_from_both_roles() {
    let lens = [
        0, 1, 125, 126, 2047, 2048, 2049, 32_767, 32_768, 65_535, 65_536, 200_000,
    ];
    for role in [Role::Server, Role::Client] {
        for len in lens {
            let payload: Vec<u8> = (0..len).map(|n: u32| n.to_le_bytes()[0]).collect();
            let expected = [binary(&payload)];
            let shared = Bytes::from(payload.clone());
            let held_elsewhere = shared.clone();
            let ways: [&dyn Fn(&mut Probe); 3] = [
                &|probe| {
                    let message = Message::from(payload.clone());
                    probe.connection.send(message, probe.now).unwrap();
                },
                &|probe| {
                    let message = Message::from(shared.clone());
                    probe.connection.send(message, probe.now).unwrap();
                },
                &|probe| {
                    let kind = MessageKind::Binary;
                    let now = probe.now;
                    probe.connection.send_copy(kind, &payload, now).unwrap();
                },
            ];
            for send in ways {
                let mut probe = Probe::new(role);
                send(&mut probe);
                let mut peer = Probe::new(role.peer());
                assert_eq!(peer.feed(&probe.written()), expected, "{role} {len}");
            }
            assert_eq!(held_elsewhere, payload, "a shared payload is not touched");
        }
    }
}

#[test]
fn large_payloads_are_sent_from_where_they_are() {
    for (len, header_len) in [(2048, 4), (100_000, 10)] {
        let payload = Bytes::from(vec![1; len]);
        let mut probe = Probe::new(Role::Server);
        let message = Message::from(payload.clone());
        probe.connection.send(message, probe.now).unwrap();
        let Transmit::Bytes(mut slices) = probe.connection.transmit() else {
            panic!("nothing to send");
        };
        assert_eq!(slices.next().map(<[u8]>::len), Some(header_len));
        assert_eq!(slices.next().map(<[u8]>::as_ptr), Some(payload.as_ptr()));
        assert_eq!(slices.next(), None);
    }
}

/// Also past an extension that leaves them as they are.
#[test]
fn large_payloads_are_sent_past_extensions_from_where_they_are() {
    let options = SendOptions {
        compress: Compress::Never,
        ..SendOptions::default()
    };
    let payload = Bytes::from(vec![1; 100_000]);
    let message = Message::from(payload.clone());
    let [_, mut server] = deflating(PermessageDeflate::default(), Config::default());
    let (connection, now) = (&mut server.connection, server.now);
    connection.send_with(message, options, now).unwrap();
    let Transmit::Bytes(slices) = connection.transmit() else {
        panic!("nothing to send");
    };
    assert_eq!(slices.last().map(<[u8]>::as_ptr), Some(payload.as_ptr()));
}

#[test]
fn queue_takes_no_more_memory_than_it_has_bytes() {
    let config = Config {
        max_frame_payload_bytes: Some(3000),
        ..Config::default()
    };
    let options = SendOptions {
        compress: Compress::Never,
        secret: false,
    };
    let [client, server] = deflating(PermessageDeflate::default(), config);
    for mut probe in [
        Probe::new(Role::Client),
        Probe::new(Role::Server),
        client,
        server,
    ] {
        let (message, now) = (Message::from(vec![1; 2000]), probe.now);
        probe.connection.send_with(message, options, now).unwrap();
        probe.written();
        let buffer = probe.connection.take_buffer().expect("all has left");
        let capacity = buffer.capacity();
        assert!(capacity <= 2000 + EncodedHeader::ROOM, "{capacity} bytes");
    }
}

#[test]
fn payload_that_nobody_else_holds_is_masked_where_it_is() {
    let payload = BytesMut::from(&[1; 100_000][..]).freeze();
    let address = payload.as_ptr();
    let mut probe = Probe::new(Role::Client);
    probe.connection.send(payload.into(), probe.now).unwrap();
    let Transmit::Bytes(mut slices) = probe.connection.transmit() else {
        panic!("nothing to send");
    };
    assert_eq!(slices.next().map(<[u8]>::len), Some(14));
    let masked = slices.next().expect("a payload");
    assert_eq!(masked.as_ptr(), address);
    assert_ne!(masked[..8], [1; 8]);
}

#[test]
fn each_frame_of_a_client_has_a_fresh_mask() {
    let mut probe = Probe::new(Role::Client);
    let mut keys = Vec::new();
    for _ in 0..1000 {
        probe.connection.send("".into(), probe.now).unwrap();
        let [0x81, 0x80, key @ ..] = &probe.written()[..] else {
            panic!("not an empty masked frame");
        };
        keys.push(key.to_vec());
    }
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 1000);
}

/// All that can be said about a connection and about a message: a setting that is added does not
/// compile here, so that nobody adds one that leaves the mask out without seeing this.
#[test]
fn no_setting_leaves_the_mask_out() {
    let Config {
        limits:
            Limits {
                max_text_bytes: _,
                max_binary_bytes: _,
                max_fragments: _,
                high_water_bytes: _,
            },
        timeouts:
            Timeouts {
                assembly: _,
                close: _,
                drain: _,
                write_stall: _,
                ping_interval: _,
                pong: _,
                idle_release: _,
            },
        max_frame_payload_bytes: _,
        drain_bytes: _,
    } = Config::default();
    // Whoever makes a connection gives the role and random bytes, and neither is an option.
    let _: fn(Role, Config, Chain, Entropy, Timestamp) -> Connection = Connection::new;
    for max_frame_payload_bytes in [1, 3, usize::MAX] {
        let config = Config {
            max_frame_payload_bytes: Some(max_frame_payload_bytes),
            ..Config::default()
        };
        let [deflating, _] = deflating(PermessageDeflate::default(), config);
        let plain = Probe::with(Role::Client, config, Chain::default());
        let encoding = Probe::with(Role::Client, config, run_length());
        for probe in [plain, encoding, deflating] {
            check_all_masked(probe);
        }
    }
}

/// Sends a message with each of the wishes there are, and each control frame.
fn check_all_masked(mut probe: Probe) {
    let now = probe.now;
    for compress in [Compress::Auto, Compress::Always, Compress::Never] {
        for secret in [false, true] {
            let options = SendOptions { compress, secret };
            let message = Message::from("aaaaaaaaaaaaaaaaaaaaaaaa");
            probe.connection.send_with(message, options, now).unwrap();
        }
    }
    probe.connection.ping(now).unwrap();
    probe.connection.pong(b"pong", now).unwrap();
    let close = CloseFrame::new(CloseCode::NormalClosure, "");
    probe.connection.close(close, now).unwrap();
    let bytes = probe.written();
    let rules = HeaderRules {
        receiver: Role::Server,
        rsv: Rsv::RSV1,
    };
    let mut rest = &bytes[..];
    while !rest.is_empty() {
        // By the rules of a server: a frame without a mask is an error.
        let (header, len) = FrameHeader::decode(rest, rules).unwrap().unwrap();
        assert!(header.mask.is_some(), "{header:?}");
        rest = &rest[len + header.payload_len as usize..];
    }
}

#[test]
fn long_messages_go_out_in_fragments() {
    for role in [Role::Server, Role::Client] {
        let mut probe = fragmenting(role, 4, Chain::default());
        let now = probe.now;
        probe.connection.send_text_copy("0123456789", now).unwrap();
        let expected = [
            fragment(false, Opcode::Text, b"0123"),
            fragment(false, Opcode::Continuation, b"4567"),
            fragment(true, Opcode::Continuation, b"89"),
        ];
        assert_eq!(probe.sent(), expected);
        probe.connection.send(b"0123".into(), now).unwrap();
        assert_eq!(probe.sent(), [sent(Opcode::Binary, b"0123")]);
        probe.connection.send("".into(), now).unwrap();
        assert_eq!(probe.sent(), [sent(Opcode::Text, b"")]);
        assert_eq!(probe.connection.stats().sent.messages, 3);
    }
}

#[test]
fn large_fragments_are_sent_from_where_they_are() {
    for role in [Role::Server, Role::Client] {
        let payload: Vec<u8> = (0..100_000_u32).map(|n| n.to_le_bytes()[1]).collect();
        let mut probe = fragmenting(role, 30_000, Chain::default());
        let message = Message::from(payload.clone());
        probe.connection.send(message, probe.now).unwrap();
        let mut peer = Probe::new(role.peer());
        assert_eq!(peer.feed(&probe.written()), [binary(&payload)]);
        assert_eq!(peer.connection.stats().received.frames, 4);
    }
}

#[test]
fn fragment_size_of_zero_counts_as_one() {
    let mut probe = fragmenting(Role::Server, 0, Chain::default());
    probe.connection.send("ab".into(), probe.now).unwrap();
    assert_eq!(
        probe.sent(),
        [
            fragment(false, Opcode::Text, b"a"),
            fragment(true, Opcode::Continuation, b"b"),
        ]
    );
}

#[test]
fn streamed_message_may_be_interrupted_by_control_frames_only() {
    let mut probe = Probe::new(Role::Server);
    let now = probe.now;
    let connection = &mut probe.connection;
    let part = |bytes: &'static [u8]| Bytes::from_static(bytes);
    connection
        .send_fragment(MessageKind::Binary, part(b"a"), false, now)
        .unwrap();
    assert_eq!(
        connection.send("whole".into(), now),
        Err(ApiMisuse::MessageUnderWay)
    );
    assert_eq!(
        connection.send_copy(MessageKind::Binary, b"whole", now),
        Err(ApiMisuse::MessageUnderWay)
    );
    assert_eq!(
        connection.send_fragment(MessageKind::Text, part(b"b"), false, now),
        Err(ApiMisuse::WrongKind)
    );
    connection.ping_with(b"", now).unwrap();
    connection.pong(b"", now).unwrap();
    connection
        .send_fragment(MessageKind::Binary, part(b""), true, now)
        .unwrap();
    connection.send("whole".into(), now).unwrap();
    let expected = [
        fragment(false, Opcode::Binary, b"a"),
        sent(Opcode::Ping, b""),
        sent(Opcode::Pong, b""),
        fragment(true, Opcode::Continuation, b""),
        sent(Opcode::Text, b"whole"),
    ];
    assert_eq!(probe.sent(), expected);
}

#[test]
fn control_payloads_have_at_most_125_bytes() {
    let mut probe = Probe::new(Role::Server);
    let now = probe.now;
    let payload = [b'x'; 126];
    let (longest, too_long) = (&payload[..125], &payload[..]);
    let refused = Err(ApiMisuse::ControlPayloadTooLong);
    assert_eq!(probe.connection.ping_with(too_long, now), refused);
    assert_eq!(probe.connection.pong(too_long, now), refused);
    assert_eq!(probe.sent(), []);
    assert_eq!(probe.connection.ping_with(longest, now), Ok(()));
    assert_eq!(probe.connection.pong(longest, now), Ok(()));
    let expected = [sent(Opcode::Ping, longest), sent(Opcode::Pong, longest)];
    assert_eq!(probe.sent(), expected);
}

#[test]
fn streamed_text_is_checked_as_it_goes() {
    let mut probe = Probe::new(Role::Server);
    let now = probe.now;
    let mut part = |bytes: &'static [u8], fin| {
        let bytes = Bytes::from_static(bytes);
        probe
            .connection
            .send_fragment(MessageKind::Text, bytes, fin, now)
    };
    assert_eq!(part(b"\xFF", true), Err(ApiMisuse::InvalidUtf8));
    assert_eq!(part(b"\xE2\x82", false), Ok(()));
    assert_eq!(part(b"x", false), Err(ApiMisuse::InvalidUtf8));
    assert_eq!(part(b"", true), Err(ApiMisuse::InvalidUtf8));
    assert_eq!(part(b"\xAC", true), Ok(()), "as if nothing had happened");
    let mut peer = Probe::new(Role::Client);
    assert_eq!(peer.feed(&probe.written()), [text("€")]);
}

#[test]
fn text_from_bytes_must_be_utf8() {
    let mut probe = Probe::new(Role::Server);
    let now = probe.now;
    let kind = MessageKind::Text;
    assert_eq!(
        probe.connection.send_copy(kind, b"\xFF", now),
        Err(ApiMisuse::InvalidUtf8)
    );
    assert_eq!(probe.sent(), []);
    let euro = "€".as_bytes();
    assert_eq!(probe.connection.send_copy(kind, euro, now), Ok(()));
    assert_eq!(probe.sent(), [sent(Opcode::Text, euro)]);
}

#[test]
fn full_queue_refuses_messages_pings_and_pongs() {
    let limits = Limits {
        max_text_bytes: 1000,
        max_binary_bytes: 500,
        high_water_bytes: 100,
        ..Limits::default()
    };
    let config = Config {
        limits,
        ..Config::default()
    };
    let mut probe = Probe::with(Role::Server, config, Chain::default());
    let now = probe.now;
    let connection = &mut probe.connection;
    connection.send(vec![0; 1096].into(), now).unwrap();
    assert_eq!(connection.buffered_bytes(), 1100);
    connection.send("".into(), now).unwrap();
    assert_eq!(connection.buffered_bytes(), 1102, "one past the limit");
    assert_eq!(connection.send("".into(), now), Err(ApiMisuse::QueueFull));
    assert_eq!(
        connection.send_text_copy("", now),
        Err(ApiMisuse::QueueFull)
    );
    assert_eq!(
        connection.send_fragment(MessageKind::Text, Bytes::new(), true, now),
        Err(ApiMisuse::QueueFull)
    );
    assert_eq!(connection.ping(now), Err(ApiMisuse::QueueFull));
    assert_eq!(connection.pong(b"", now), Err(ApiMisuse::QueueFull));
    let frame = CloseFrame::from(CloseCode::GoingAway);
    assert_eq!(
        connection.close(frame, now),
        Ok(()),
        "the end is always told"
    );
    assert_eq!(connection.state(), State::Closing);
}

/// An echo needs no memory of its own: the event borrows from the input, not the connection.
#[test]
fn borrowed_message_can_be_sent_back() {
    let mut probe = Probe::new(Role::Server);
    probe
        .connection
        .lend_buffer(WriteBuffer::with_capacity(4096));
    let mut wire = [
        frame(Role::Server, true, Opcode::Text, b"one"),
        frame(Role::Server, true, Opcode::Binary, b"two"),
    ]
    .concat();
    let mut input = Input::from(&mut wire[..]);
    while let Some(event) = probe.connection.next_event(&mut input, probe.now) {
        let Event::Message(message) = event else {
            panic!("not a message: {event:?}");
        };
        assert!(matches!(
            message,
            IncomingMessage::Text(TextPayload::Borrowed(_))
                | IncomingMessage::Binary(Payload::Borrowed(_))
        ));
        probe
            .connection
            .send_copy(message.kind(), message.as_bytes(), probe.now)
            .unwrap();
    }
    assert_eq!(
        probe.sent(),
        [sent(Opcode::Text, b"one"), sent(Opcode::Binary, b"two")]
    );
    let buffer = probe.connection.take_buffer().expect("the lent one");
    assert_eq!(buffer.capacity(), 4096);
}

mod with_extensions {
    use super::*;

    fn coded(role: Role) -> Probe {
        Probe::with(role, Config::default(), run_length())
    }

    #[test]
    fn frames_are_encoded_or_left_as_the_extension_decides() {
        for role in [Role::Server, Role::Client] {
            let mut probe = coded(role);
            let now = probe.now;
            probe.connection.send("aaab".into(), now).unwrap();
            probe.connection.send(b"aaab".into(), now).unwrap();
            let expected = [
                Sent {
                    rsv: Rsv::RSV1,
                    ..sent(Opcode::Text, b"\x03a\x01b")
                },
                sent(Opcode::Binary, b"aaab"),
            ];
            let written = probe.written();
            assert_eq!(frames(role, &written), expected);
            let mut peer = coded(role.peer());
            assert_eq!(peer.feed(&written), [text("aaab"), binary(b"aaab")]);
            let stats = probe.connection.stats().sent;
            assert_eq!(
                (stats.messages, stats.frames, stats.payload_bytes),
                (2, 2, 8)
            );
        }
    }

    #[test]
    fn fragments_are_cut_before_they_are_encoded() {
        let mut probe = fragmenting(Role::Client, 3, run_length());
        probe.connection.send("aaaab".into(), probe.now).unwrap();
        let expected = [
            Sent {
                rsv: Rsv::RSV1,
                ..fragment(false, Opcode::Text, b"\x03a")
            },
            fragment(true, Opcode::Continuation, b"\x01a\x01b"),
        ];
        assert_eq!(probe.sent(), expected);
    }

    #[test]
    fn encoded_frames_go_behind_payloads_queued_by_reference() {
        for role in [Role::Server, Role::Client] {
            let mut probe = coded(role);
            let now = probe.now;
            let large = vec![9; 50_000];
            probe.connection.send("aa".into(), now).unwrap();
            probe.connection.send(large.clone().into(), now).unwrap();
            probe.connection.send("bb".into(), now).unwrap();
            let mut peer = coded(role.peer());
            assert_eq!(
                peer.feed(&probe.written()),
                [text("aa"), binary(&large), text("bb")]
            );
        }
    }

    /// The frames that a takeover extension is shown, as compressed or not and alone or not.
    #[test]
    fn options_of_the_first_fragment_hold_for_the_message() {
        let plain = SendOptions {
            compress: Compress::Never,
            ..SendOptions::default()
        };
        let secret = SendOptions {
            secret: true,
            ..SendOptions::default()
        };
        let default = SendOptions::default();
        // Whether a frame is encoded, and whether it uses the context of those before.
        let cases: [(SendOptions, SendOptions, [Option<u8>; 2]); 4] = [
            (default, plain, [Some(1), Some(1)]),
            (default, secret, [Some(1), Some(1)]),
            (plain, default, [None, None]),
            (secret, default, [Some(0), Some(0)]),
        ];
        for (first, second, expected) in cases {
            let (chain, _) = Takeover::chain(None);
            let mut probe = Probe::with(Role::Server, Config::default(), chain);
            let (connection, now) = (&mut probe.connection, probe.now);
            let part = Bytes::from_static(b"part");
            let kind = MessageKind::Binary;
            connection.send("before".into(), now).unwrap();
            connection
                .send_fragment_with(kind, part.clone(), false, first, now)
                .unwrap();
            connection
                .send_fragment_with(kind, part, true, second, now)
                .unwrap();
            let sent = probe.sent();
            let seen = [&sent[1], &sent[2]]
                .map(|frame| (frame.payload.len() > 4).then(|| frame.payload[0]));
            assert_eq!(seen, expected, "{first:?} {second:?}");
        }
    }

    #[test]
    fn secrets_share_no_context_in_either_direction() {
        let (chain, _) = Takeover::chain(None);
        let mut probe = Probe::with(Role::Client, Config::default(), chain);
        for secret in [false, false, true, true, false, false] {
            let options = SendOptions {
                secret,
                ..SendOptions::default()
            };
            let (connection, now) = (&mut probe.connection, probe.now);
            connection.send_with("token".into(), options, now).unwrap();
        }
        let uses_context = probe
            .sent()
            .iter()
            .map(|sent| sent.payload[0])
            .collect::<Vec<_>>();
        assert_eq!(uses_context, [0, 1, 0, 0, 0, 1]);
    }

    /// The header has room of the length that the payload has before it is encoded.
    #[test]
    fn encoded_frames_may_have_longer_and_shorter_headers_than_their_payloads() {
        // Runs of 255 become two bytes, letters that differ become two bytes each.
        let runs = [0, 1, 125, 126, 300, 65_535, 65_536, 100_000];
        let singles = [62, 63, 100, 125, 126, 32_767, 32_768, 65_535];
        for role in [Role::Server, Role::Client] {
            let texts = runs
                .map(|len| "a".repeat(len))
                .into_iter()
                .chain(singles.map(|len| "ab".repeat(len / 2) + &"a".repeat(len % 2)));
            for words in texts {
                let mut probe = coded(role);
                let now = probe.now;
                probe.connection.send("before".into(), now).unwrap();
                probe.connection.send(words.clone().into(), now).unwrap();
                probe.connection.send("behind".into(), now).unwrap();
                let expected = [text("before"), text(&words), text("behind")];
                assert_eq!(coded(role.peer()).feed(&probe.written()), expected);
            }
        }
    }

    #[test]
    fn counts_tell_payloads_from_what_is_sent_of_them() {
        for role in [Role::Server, Role::Client] {
            let (mut probe, mut peer) = (coded(role), coded(role.peer()));
            assert_eq!(probe.connection.stats().sent.wire_ratio(), None);
            let now = probe.now;
            probe.connection.send("a".repeat(255).into(), now).unwrap();
            assert_eq!(
                probe.connection.stats().sent.wire_bytes,
                0,
                "nothing has left"
            );
            peer.feed(&probe.written());
            let n_wire = 2 + 2 + if role.masks() { 4 } else { 0 };
            let (sent, received) = (
                probe.connection.stats().sent,
                peer.connection.stats().received,
            );
            assert_eq!(sent, received);
            assert_eq!((sent.payload_bytes, sent.wire_bytes), (255, n_wire));
            assert_eq!(sent.wire_ratio(), Some(n_wire as f64 / 255.0));
        }
    }

    #[test]
    fn extension_that_fails_ends_the_connection_with_1011() {
        let mut probe = coded(Role::Server);
        let now = probe.now;
        probe.connection.send("fine".into(), now).unwrap();
        assert_eq!(
            probe.connection.send("not fine!".into(), now),
            Err(ApiMisuse::ExtensionFailed)
        );
        let [fine, close] = &probe.sent()[..] else {
            panic!("not two frames");
        };
        assert_eq!(fine.opcode, Opcode::Text);
        assert_eq!(close.opcode, Opcode::Close);
        let frame = CloseFrame::decode(&close.payload).unwrap();
        assert_eq!(frame.code, CloseCode::InternalError);
        assert_eq!(
            probe.connection.send("more".into(), now),
            Err(ApiMisuse::NotOpen)
        );
    }
}

/// RFC 7692 §6.1: a message known whole is compressed as one, and fragmented afterwards.
#[test]
fn no_frame_of_a_compressed_message_is_longer_than_the_limit() {
    let always = SendOptions {
        compress: Compress::Always,
        ..SendOptions::default()
    };
    let mut noise = 1_u32;
    let noise = [(); 1000].map(|()| {
        noise = noise.wrapping_mul(0x9e37_79b1) ^ noise >> 15;
        noise as u8
    });
    let words = "some words and ".repeat(20);
    for max_frame_payload_bytes in [1, 16, 125, 126, 999, 1000, 3000] {
        for (payload, most) in [(words.as_bytes(), 60), (&noise, 1000), (b"", 0)] {
            for sender in [Role::Client, Role::Server] {
                let shrinks = most < payload.len();
                let sent = fragments_received(sender, max_frame_payload_bytes, payload, 1, always);
                assert_eq!(sent[0].rsv.contains(Rsv::RSV1), shrinks);
                let n_sent = sent.iter().map(|frame| frame.payload.len()).sum::<usize>();
                assert!(n_sent <= most, "{n_sent} of {}", payload.len());
                let mut more = sent.iter().skip(1);
                assert!(more.all(|frame| !frame.payload.is_empty()));
                for n_parts in 2..4 {
                    let sent = fragments_received(
                        sender,
                        max_frame_payload_bytes,
                        payload,
                        n_parts,
                        always,
                    );
                    assert!(sent[0].rsv.contains(Rsv::RSV1), "its length is not known");
                }
            }
        }
    }
}

/// The frames of a message sent in so many parts, after the peer has read it.
fn fragments_received(
    sender: Role,
    max_frame_payload_bytes: usize,
    payload: &[u8],
    n_parts: usize,
    options: SendOptions,
) -> Vec<Sent> {
    let config = Config {
        max_frame_payload_bytes: Some(max_frame_payload_bytes),
        ..Config::default()
    };
    let deflate = PermessageDeflate::default().context_takeover();
    let mut peers = deflating(deflate, config);
    if sender == Role::Server {
        peers.reverse();
    }
    let [mut from, mut to] = peers;
    let (connection, now) = (&mut from.connection, from.now);
    let kind = MessageKind::Binary;
    let mut rest = Bytes::copy_from_slice(payload);
    let n_part = payload.len() / n_parts;
    for n_behind in (0..n_parts).rev() {
        let part = rest.split_to(if n_behind == 0 { rest.len() } else { n_part });
        let result = match n_parts {
            1 => connection.send_with(Message::Binary(part), options, now),
            _ => connection.send_fragment_with(kind, part, n_behind == 0, options, now),
        };
        result.expect("it is open");
    }
    let written = from.written();
    let frames = frames(sender, &written);
    assert_eq!(from.connection.stats().sent.frames, frames.len() as u64);
    for (index, frame) in frames.iter().enumerate() {
        assert!(frame.payload.len() <= max_frame_payload_bytes);
        assert_eq!(frame.fin, index + 1 == frames.len());
        assert_eq!(frame.opcode == Opcode::Binary, index == 0);
        assert!(index == 0 || frame.rsv.is_empty());
    }
    assert_eq!(to.feed(&written), [binary(payload)]);
    frames
}

/// An extension that takes away what was queued before.
#[derive(Debug)]
struct Emptying;

impl Extension for Emptying {
    fn name(&self) -> &'static str {
        "x-emptying"
    }

    fn rsv(&self) -> Rsv {
        Rsv::NONE
    }

    fn begin_frame(&mut self, _: &FrameStart) -> Result<bool, DecodeError> {
        Ok(false)
    }

    fn decode(&mut self, _: &[u8], _: bool, _: usize, _: &mut Vec<u8>) -> Result<(), DecodeError> {
        Err(DecodeError::InvalidData)
    }

    fn encode(
        &mut self,
        _: &FrameToSend,
        _: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<Option<Rsv>, EncodeError> {
        out.clear();
        Ok(Some(Rsv::NONE))
    }
}

/// Nothing follows what may be damaged; with nothing queued the peer is told.
#[test]
fn extension_that_takes_away_what_is_queued_ends_the_connection() {
    for role in [Role::Server, Role::Client] {
        for is_queued in [false, true] {
            let mut chain = Chain::default();
            chain.push(Box::new(Emptying)).unwrap();
            let mut probe = Probe::with(role, Config::default(), chain);
            let now = probe.now;
            if is_queued {
                probe.connection.ping_with(b"queued", now).unwrap();
            }
            let result = probe.connection.send("message".into(), now);
            assert_eq!(result, Err(ApiMisuse::ExtensionFailed));
            let reason = "extension took away bytes that were not its own";
            let close = CloseFrame::new(CloseCode::InternalError, reason).encode();
            let expected = match is_queued {
                true => vec![],
                false => vec![sent(Opcode::Close, &close)],
            };
            assert_eq!(probe.sent(), expected);
            assert_eq!(
                probe.connection.send("more".into(), now),
                Err(ApiMisuse::NotOpen)
            );
        }
    }
}

proptest! {
    /// What one end sends is what the other receives, in whatever way it is sent.
    #[test]
    fn messages_arrive_as_they_were_sent(
        messages in prop::collection::vec(
            (any::<bool>(), "\\PC{0,100}", 1_usize..20, any::<bool>()),
            1..8,
        ),
        // So large that no message has more fragments than the peer takes.
        max_frame_payload_bytes in prop::option::of(8_usize..50),
        from_client in any::<bool>(),
        part_len in 1_usize..200,
    ) {
        let role = if from_client { Role::Client } else { Role::Server };
        let config = Config { max_frame_payload_bytes, ..Config::default() };
        let mut probe = Probe::with(role, config, run_length());
        let mut peer = Probe::with(role.peer(), Config::default(), run_length());
        let now = probe.now;
        let mut expected = Vec::new();
        for (is_text, content, repeat, streamed) in messages {
            let content = content.replace('!', "?").repeat(repeat);
            let kind = if is_text { MessageKind::Text } else { MessageKind::Binary };
            if streamed {
                let parts: Vec<_> = content.as_bytes().chunks(97).collect();
                for (index, part) in parts.iter().enumerate() {
                    let part = Bytes::copy_from_slice(part);
                    let fin = index + 1 == parts.len();
                    prop_assert_eq!(probe.connection.send_fragment(kind, part, fin, now), Ok(()));
                }
                if parts.is_empty() {
                    prop_assert_eq!(
                        probe.connection.send_fragment(kind, Bytes::new(), true, now),
                        Ok(())
                    );
                }
            } else {
                prop_assert_eq!(
                    probe.connection.send_copy(kind, content.as_bytes(), now),
                    Ok(())
                );
            }
            expected.push(if is_text { text(&content) } else { binary(content.as_bytes()) });
        }
        let written = probe.written();
        prop_assert_eq!(peer.feed_in_parts(&written, part_len), expected);
        prop_assert_eq!(
            probe.connection.stats().sent,
            peer.connection.stats().received
        );
    }
}
