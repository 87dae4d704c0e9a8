//! Prepared messages on connections of every kind: what arrives, what is shared, what is asked of
//! the extensions (RFC 6455 §5.2–5.4).

use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;
use std::thread;

use bytes::Bytes;
use proptest::prelude::*;
use sockeye_extensions::{Chain, Compress};
use sockeye_frame::{CloseCode, CloseFrame, Role, Rsv};

use super::*;
use crate::testing::{Calls, Probe, Takeover, binary, run_length, text};
use crate::{Config, Event, MessageKind, State, Transmit};

const ROLES: [Role; 2] = [Role::Client, Role::Server];

/// Two ends that agreed on [`Takeover`], and what is asked of the first one's.
fn takeover(role: Role, alone_key: Option<u64>) -> (Probe, Probe, Arc<Calls>) {
    let (chain, calls) = Takeover::chain(alone_key);
    let sender = Probe::with(role, Config::default(), chain);
    let (chain, _) = Takeover::chain(None);
    let receiver = Probe::with(role.peer(), Config::default(), chain);
    (sender, receiver, calls)
}

fn send_prepared(probe: &mut Probe, prepared: &PreparedMessage) {
    let sent = probe.connection.send_prepared(prepared, probe.now);
    assert_eq!(sent, Ok(()));
}

/// Where in memory the bytes to write are, and how many slices there are.
fn first_slice(probe: &mut Probe) -> (*const u8, usize) {
    match probe.connection.transmit() {
        Transmit::Bytes(mut slices) => {
            let first = slices.next().expect("not empty").as_ptr();
            (first, 1 + slices.count())
        }
        other => panic!("nothing to write: {other:?}"),
    }
}

/// Messages of each length that the frame or the queue treats differently.
fn messages() -> impl Iterator<Item = Message> {
    let lens = [
        0, 1, 125, 126, 1023, 1024, 2047, 2048, 32_767, 32_768, 65_535, 65_536, 200_000,
    ];
    lens.into_iter().flat_map(|len: u32| {
        let bytes: Vec<u8> = (0..len).map(|n| b'a' + n.to_le_bytes()[0] % 26).collect();
        let text = String::from_utf8(bytes.clone()).expect("ASCII");
        [Message::from(bytes), Message::from(text)]
    })
}

fn received(message: &Message) -> Event<'static> {
    match message {
        Message::Text(words) => text(words.as_str()),
        Message::Binary(bytes) => binary(bytes),
    }
}

#[test]
fn arrives_whatever_was_agreed_on_and_often() {
    let chains: [&dyn Fn() -> Chain; 4] = [
        &Chain::default,
        &run_length,
        &|| Takeover::chain(None).0,
        &|| Takeover::chain(Some(7)).0,
    ];
    for message in messages() {
        let prepared = PreparedMessage::new(message.clone());
        for (role, chain) in ROLES
            .into_iter()
            .flat_map(|role| chains.map(|chain| (role, chain)))
        {
            for _ in 0..2 {
                let mut sender = Probe::with(role, Config::default(), chain());
                let mut receiver = Probe::with(role.peer(), Config::default(), chain());
                for _ in 0..2 {
                    send_prepared(&mut sender, &prepared);
                    let events = receiver.feed(&sender.written());
                    assert_eq!(events, [received(&message)], "{role} {message:.20}");
                }
                let sent = sender.connection.stats().sent;
                assert_eq!((sent.messages, sent.frames), (2, 2));
                assert_eq!(sent.payload_bytes, 2 * message.len() as u64);
                assert_eq!(
                    sent.wire_bytes,
                    receiver.connection.stats().received.wire_bytes
                );
            }
        }
    }
}

#[test]
fn servers_without_extensions_write_the_same_bytes_in_one_piece() {
    let prepared = PreparedMessage::new(vec![7; MIN_SHARED_BYTES]);
    let mut servers = [Probe::new(Role::Server), Probe::new(Role::Server)];
    let places = servers.each_mut().map(|server| {
        send_prepared(server, &prepared);
        first_slice(server)
    });
    assert_eq!(places[0], places[1]);
    assert_eq!(places[0].1, 1, "one slice");

    let short = PreparedMessage::new(vec![7; MIN_SHARED_BYTES - 1]);
    let places = servers.each_mut().map(|server| {
        server.written();
        send_prepared(server, &short);
        first_slice(server)
    });
    assert_ne!(places[0], places[1], "copied");
}

#[test]
fn servers_that_agreed_alike_write_the_same_encoded_bytes() {
    // One byte of the encoding and four of the header come on top.
    for (len, shared) in [(MIN_SHARED_BYTES - 5, true), (MIN_SHARED_BYTES - 6, false)] {
        let prepared = PreparedMessage::new(vec![7; len]);
        let (mut first, _, first_calls) = takeover(Role::Server, Some(1));
        let (mut second, _, second_calls) = takeover(Role::Server, Some(1));
        let (mut other, _, other_calls) = takeover(Role::Server, Some(2));
        for probe in [&mut first, &mut second, &mut other] {
            send_prepared(probe, &prepared);
        }
        let place = first_slice(&mut first);
        assert_eq!(place == first_slice(&mut second), shared, "{len}");
        assert_ne!(place, first_slice(&mut other));
        assert_eq!((first_calls.n_encoded(), first_calls.n_passed()), (1, 0));
        assert_eq!((second_calls.n_encoded(), second_calls.n_passed()), (0, 1));
        assert_eq!((other_calls.n_encoded(), other_calls.n_passed()), (1, 0));
    }
}

/// The message itself is compressible, so that clients are seen to send the encoding.
#[test]
fn clients_mask_a_copy_of_the_shared_encoding() {
    for len in [10, 100_000] {
        let prepared = PreparedMessage::new(vec![7; len]);
        let (mut first, _, _) = takeover(Role::Server, Some(1));
        send_prepared(&mut first, &prepared);
        let (mut client, mut server, calls) = takeover(Role::Client, Some(1));
        send_prepared(&mut client, &prepared);
        send_prepared(&mut client, &prepared);
        let written = client.written();
        let (one, other) = written.split_at(written.len() / 2);
        assert_ne!(one, other, "each with a key of its own");
        assert_eq!(
            server.feed(&written),
            [binary(&vec![7; len]), binary(&vec![7; len])]
        );
        assert_eq!((calls.n_encoded(), calls.n_passed()), (0, 2));
    }
}

#[test]
fn only_long_messages_that_are_masked_have_memory_of_their_own() {
    for (len, max_capacity) in [(2000, 2017), (40_000, 1000)] {
        let prepared = PreparedMessage::new(vec![7; len]);
        let (encoding, _, _) = takeover(Role::Client, Some(1));
        for mut client in [Probe::new(Role::Client), encoding] {
            send_prepared(&mut client, &prepared);
            client.written();
            let buffer = client.connection.take_buffer().expect("all has left");
            let capacity = buffer.capacity();
            assert!(capacity <= max_capacity, "{capacity} bytes for {len}");
        }
        assert!(prepared.shared.plain.get().is_none(), "each has its own");
    }
}

#[test]
fn that_an_extension_leaves_a_message_as_it_is_is_remembered() {
    let prepared = PreparedMessage::new("# as it is");
    for is_first in [true, false] {
        let (mut sender, mut receiver, calls) = takeover(Role::Server, Some(1));
        for words in ["before", "between"] {
            sender.connection.send(words.into(), sender.now).unwrap();
            send_prepared(&mut sender, &prepared);
            let events = receiver.feed(&sender.written());
            assert_eq!(events, [text(words), text("# as it is")]);
        }
        let n_asked = 2 + usize::from(is_first);
        assert_eq!((calls.n_encoded(), calls.n_passed()), (n_asked, 0));
    }
}

#[test]
fn what_cannot_be_shared_is_sent_as_any_other_message() {
    let prepared = PreparedMessage::new("to all");
    for _ in 0..2 {
        let (mut sender, mut receiver, calls) = takeover(Role::Server, None);
        send_prepared(&mut sender, &prepared);
        send_prepared(&mut sender, &prepared);
        let written = sender.written();
        assert_eq!(receiver.feed(&written), [text("to all"), text("to all")]);
        assert_eq!((calls.n_encoded(), calls.n_passed()), (2, 0));
        assert_eq!(written.get(2), Some(&0), "the first has no context to use");
        assert_eq!(written.get(11), Some(&1), "the second uses it");
    }
    assert!(prepared.shared.encodings.get("x-takeover", 0).is_none());
}

#[test]
fn options_of_a_prepared_message_hold() {
    let options = SendOptions {
        compress: Compress::Never,
        secret: false,
    };
    let prepared = PreparedMessage::with_options("plain", options);
    for alone_key in [None, Some(1)] {
        let (mut sender, _, _) = takeover(Role::Server, alone_key);
        send_prepared(&mut sender, &prepared);
        let [sent] = &sender.sent()[..] else {
            panic!("one frame");
        };
        assert_eq!((sent.rsv, &sent.payload[..]), (Rsv::NONE, &b"plain"[..]));
    }
}

#[test]
fn a_message_longer_than_a_frame_goes_out_in_fragments() {
    for (role, alone_key) in ROLES.into_iter().zip([None, Some(1)]) {
        for (len, n_frames) in [(9, 1), (10, 1), (11, 2)] {
            let config = Config {
                max_frame_payload_bytes: Some(10),
                ..Config::default()
            };
            let prepared = PreparedMessage::new(vec![1; len]);
            let (chain, calls) = Takeover::chain(alone_key);
            for extensions in [chain, Chain::default()] {
                let mut receiver = match extensions.is_empty() {
                    true => Probe::new(role.peer()),
                    false => takeover(role, None).1,
                };
                let mut sender = Probe::with(role, config, extensions);
                send_prepared(&mut sender, &prepared);
                assert_eq!(sender.connection.stats().sent.frames, n_frames);
                assert_eq!(receiver.feed(&sender.written()), [binary(&vec![1; len])]);
            }
            assert_eq!(calls.n_encoded() as u64, n_frames);
        }
    }
}

#[test]
fn is_refused_where_another_message_would_be() {
    let prepared = PreparedMessage::new("late");
    let (mut probe, _, calls) = takeover(Role::Server, Some(1));
    let (connection, now) = (&mut probe.connection, probe.now);
    let kind = MessageKind::Text;
    let begun = connection.send_fragment(kind, Bytes::from_static(b"a"), false, now);
    assert_eq!(begun, Ok(()));
    let refused = connection.send_prepared(&prepared, now);
    assert_eq!(refused, Err(ApiMisuse::MessageUnderWay));
    let ended = connection.send_fragment(kind, Bytes::from_static(b"z"), true, now);
    assert_eq!(ended, Ok(()));
    assert_eq!(connection.send_prepared(&prepared, now), Ok(()));
    let normal = CloseFrame::from(CloseCode::NormalClosure);
    connection.close(normal, now).unwrap();
    let refused = connection.send_prepared(&prepared, now);
    assert_eq!(refused, Err(ApiMisuse::NotOpen));
    assert_eq!((calls.n_encoded(), calls.n_passed()), (3, 0));

    let mut full = Probe::new(Role::Server);
    let large = PreparedMessage::new(vec![0; 5 << 20]);
    send_prepared(&mut full, &large);
    let refused = full.connection.send_prepared(&prepared, full.now);
    assert_eq!(refused, Err(ApiMisuse::QueueFull));
}

#[test]
fn an_extension_that_fails_ends_only_its_own_connection() {
    let prepared = PreparedMessage::new("cannot be encoded!");
    let config = Config::default();
    let mut failing = Probe::with(
        Role::Server,
        config,
        encoding_by(|_| Err(EncodeError::Failed)),
    );
    let refused = failing.connection.send_prepared(&prepared, failing.now);
    assert_eq!(refused, Err(ApiMisuse::ExtensionFailed));
    assert_eq!(failing.connection.state(), State::Closing);
    let mut other = Probe::new(Role::Server);
    send_prepared(&mut other, &prepared);
    assert_eq!(other.sent().len(), 1);
}

/// A chain of an extension that shares what it encodes, by this, and lets it be cut.
fn encoding_by(encode: fn(&[u8]) -> Result<Vec<u8>, EncodeError>) -> Chain {
    let mut chain = Chain::default();
    chain
        .push(Box::new(EncodingBy(encode)))
        .expect("nothing to conflict with");
    chain
}

#[derive(Debug)]
struct EncodingBy(fn(&[u8]) -> Result<Vec<u8>, EncodeError>);

impl sockeye_extensions::Extension for EncodingBy {
    fn name(&self) -> &str {
        "x-encoding"
    }

    fn rsv(&self) -> Rsv {
        Rsv::RSV1
    }

    fn begin_frame(
        &mut self,
        _: &sockeye_extensions::FrameStart,
    ) -> Result<bool, sockeye_extensions::DecodeError> {
        Ok(false)
    }

    fn decode(
        &mut self,
        _: &[u8],
        _: bool,
        _: usize,
        _: &mut Vec<u8>,
    ) -> Result<(), sockeye_extensions::DecodeError> {
        Ok(())
    }

    fn encode(
        &mut self,
        _: &sockeye_extensions::FrameToSend,
        payload: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<Option<Rsv>, EncodeError> {
        out.extend(self.0(payload)?);
        Ok(Some(Rsv::RSV1))
    }

    fn allows_fragmentation(&self) -> bool {
        true
    }

    fn alone_key(&self) -> Option<u64> {
        Some(0)
    }
}

#[test]
fn a_message_that_an_extension_makes_longer_than_a_frame_is_cut() {
    let config = Config {
        max_frame_payload_bytes: Some(10),
        ..Config::default()
    };
    let prepared = PreparedMessage::new("12345678");
    // The first connection encodes it, the second finds it encoded.
    for _ in 0..2 {
        let chain = encoding_by(|payload| Ok([payload, payload].concat()));
        let mut sender = Probe::with(Role::Server, config, chain);
        send_prepared(&mut sender, &prepared);
        let sent = sender.sent();
        let lens: Vec<_> = sent.iter().map(|frame| frame.payload.len()).collect();
        assert_eq!(lens, [10, 6]);
    }
}

#[test]
fn frames_of_1_kib_up_to_the_longest_are_shared() {
    let config = Config {
        max_frame_payload_bytes: Some(2000),
        ..Config::default()
    };
    let doubling = || encoding_by(|payload| Ok([payload, payload].concat()));
    let plain: fn() -> Chain = Chain::default;
    for (len, chain, is_shared) in [
        (2000, plain, true),
        (1000, doubling, true),
        // With a header of four bytes.
        (510, doubling, true),
        (509, doubling, false),
    ] {
        let prepared = PreparedMessage::new(vec![7; len]);
        let mut servers = [chain(), chain()].map(|chain| Probe::with(Role::Server, config, chain));
        let places = servers.each_mut().map(|server| {
            send_prepared(server, &prepared);
            first_slice(server)
        });
        assert_eq!(places[0] == places[1], is_shared, "{len} bytes");
    }
}

#[test]
fn threads_that_prepare_at_once_send_the_same() {
    for _ in 0..50 {
        let prepared = PreparedMessage::new(vec![3; 5000]);
        let barrier = std::sync::Barrier::new(4);
        let written: Vec<_> = thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|n| {
                    let (prepared, barrier) = (prepared.clone(), &barrier);
                    scope.spawn(move || {
                        let (mut sender, mut receiver, _) = takeover(Role::Server, Some(n % 2));
                        let mut plain = Probe::new(Role::Server);
                        barrier.wait();
                        send_prepared(&mut sender, &prepared);
                        send_prepared(&mut plain, &prepared);
                        let written = sender.written();
                        assert_eq!(receiver.feed(&written), [binary(&[3; 5000])]);
                        (written, first_slice(&mut plain).0.addr())
                    })
                })
                .collect();
            let join = |thread: thread::ScopedJoinHandle<'_, _>| thread.join().expect("no panic");
            threads.into_iter().map(join).collect()
        });
        let (encoded, place) = &written[0];
        assert!(written.iter().all(|(bytes, _)| bytes == encoded));
        assert!(written.iter().all(|(_, other)| other == place));
        for key in 0..2 {
            let kept = prepared.shared.encodings.get("x-takeover", key);
            assert!(matches!(kept, Some(Some(_))));
        }
    }
}

#[derive(Clone, Debug)]
enum Step {
    Ordinary(Vec<u8>, SendOptions),
    Fragments(Vec<Vec<u8>>),
    /// One of a few messages, which have been encoded elsewhere or not.
    Prepared(usize),
    Ping,
    Idle,
}

fn step() -> impl Strategy<Value = Step> {
    let payload = || prop::collection::vec(any::<u8>(), 0..300);
    let compress = prop_oneof![
        3 => Just(Compress::Auto),
        1 => Just(Compress::Always),
        1 => Just(Compress::Never),
    ];
    let options =
        (compress, any::<bool>()).prop_map(|(compress, secret)| SendOptions { compress, secret });
    prop_oneof![
        4 => (payload(), options).prop_map(|(payload, options)| Step::Ordinary(payload, options)),
        2 => prop::collection::vec(payload(), 1..4).prop_map(Step::Fragments),
        4 => (0_usize..4).prop_map(Step::Prepared),
        1 => Just(Step::Ping),
        1 => Just(Step::Idle),
    ]
}

proptest! {
    /// However prepared and other messages follow each other on two connections, all arrive.
    #[test]
    fn interleaved_with_others_all_arrive(
        steps in prop::collection::vec((any::<bool>(), step()), 0..60),
        role in prop_oneof![Just(Role::Client), Just(Role::Server)],
    ) {
        let prepared: Vec<PreparedMessage> = [&b""[..], b"#", b"short", &[7; 3000]]
            .into_iter()
            .map(PreparedMessage::new)
            .collect();
        let mut ends = [takeover(role, Some(5)), takeover(role, Some(5))];
        for (which, step) in steps {
            let (sender, receiver, _) = &mut ends[usize::from(which)];
            let (connection, now) = (&mut sender.connection, sender.now);
            let expected = match step {
                Step::Ordinary(payload, options) => {
                    connection.send_with(payload.clone().into(), options, now).unwrap();
                    vec![payload]
                }
                Step::Fragments(parts) => {
                    let kind = MessageKind::Binary;
                    for (index, part) in parts.iter().enumerate() {
                        let (part, fin) = (Bytes::from(part.clone()), index + 1 == parts.len());
                        connection.send_fragment(kind, part, fin, now).unwrap();
                    }
                    vec![parts.concat()]
                }
                Step::Prepared(index) => {
                    connection.send_prepared(&prepared[index], now).unwrap();
                    vec![prepared[index].as_message().as_bytes().to_vec()]
                }
                Step::Ping => {
                    connection.ping(now).unwrap();
                    Vec::new()
                }
                Step::Idle => {
                    connection.extensions.release_idle();
                    Vec::new()
                }
            };
            let events = receiver.feed(&sender.written());
            let messages: Vec<_> = events
                .into_iter()
                .filter(|event| !matches!(event, Event::Ping(_)))
                .collect();
            let expected: Vec<_> = expected.iter().map(|payload| binary(payload)).collect();
            prop_assert_eq!(messages, expected);
        }
    }
}

/// What the payloads look like on the wire when they share context, and when they do not.
#[test]
fn a_message_after_a_prepared_one_does_without_context() {
    let prepared = PreparedMessage::new("ab");
    let (mut sender, _, _) = takeover(Role::Server, Some(1));
    sender.connection.send("xy".into(), sender.now).unwrap();
    sender.connection.send("xy".into(), sender.now).unwrap();
    send_prepared(&mut sender, &prepared);
    sender.connection.send("xy".into(), sender.now).unwrap();
    let markers: Vec<u8> = sender.sent().iter().map(|sent| sent.payload[0]).collect();
    assert_eq!(markers, [0, 1, 0, 0]);
}

#[test]
fn says_its_length_and_no_payload() {
    let shown = alloc::format!("{:?}", PreparedMessage::new("secret"));
    assert!(
        shown.contains("len: 6") && !shown.contains("secret\""),
        "{shown}"
    );
}
