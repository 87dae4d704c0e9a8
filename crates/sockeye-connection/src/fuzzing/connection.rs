//! A connection of either role: any bytes of a peer, cut anywhere, among any calls and any passing
//! of time.
//!
//! No panic; every bound holds; an end comes; no byte takes more than a few steps. Two connections
//! with the same input, one of them given whole and one in pieces, report and write the same. What is
//! written is read by a peer as the messages that were sent, and a violation is answered with its
//! code.

use alloc::vec::Vec;
use core::time::Duration;

use bytes::Bytes;
use sockeye_extensions::{Chain, ClientExtension, PermessageDeflate, ServerExtension};
use sockeye_frame::fuzzing::{Choices, bit};
use sockeye_frame::{CloseCode, CloseFrame, FrameHeader, MaskKey, Opcode, Role, Rsv};

use super::reader::Reader;
use super::subject::{MAX_SENT_BYTES, Subject};
use crate::{
    ApiMisuse, Config, Message, MessageKind, PreparedMessage, SendOptions, State, WriteBuffer,
};

/// A byte of settings, one for limits, four for the cuts; then calls, a byte for each and behind it
/// what the call needs.
///
/// # Panics
///
/// When a promise is broken.
pub fn connection(data: &[u8]) {
    let mut choices = Choices::new(data);
    let flags = choices.byte();
    let role = match bit(flags, 0) {
        true => Role::Client,
        false => Role::Server,
    };
    let config = config(choices.byte());
    let cuts = (0..4).map(|_| usize::from(choices.byte())).collect();
    let [ours, again, theirs] = chains(role, flags);
    let mut whole = Subject::new(role, config, ours, Vec::new());
    let mut cut = Subject::new(role, config, again, cuts);
    let mut reader = Reader::new(role.peer(), theirs);
    // What is under way in fragments, and how much there is of it.
    let mut under_way = None;
    let mut n_fed = 0;

    for _ in 0..MAX_CALLS {
        if choices.rest.is_empty() {
            break;
        }
        let call = choices.byte();
        match call % 16 {
            0..=2 => both(&mut whole, &mut cut, |it| it.feed(peek(&choices))),
            3 | 4 => {
                let frame = frame(&mut choices, role, call);
                n_fed += frame.len();
                if n_fed <= MAX_FED_BYTES {
                    both(&mut whole, &mut cut, |it| it.feed(&frame));
                }
            }
            5 => {
                let max = match choices.byte() {
                    255 => usize::MAX,
                    max => usize::from(max) << (max % 7),
                };
                both(&mut whole, &mut cut, |it| {
                    it.write(max);
                });
            }
            6 | 7 => {
                let message = message(&mut choices, call);
                let prepared = PreparedMessage::new(message.clone());
                let options = SendOptions {
                    secret: bit(call, 6),
                    ..SendOptions::default()
                };
                let way = choices.byte();
                let sent = agreed(&mut whole, &mut cut, |it| {
                    let now = it.now;
                    match way % 4 {
                        0 => it.connection.send(message.clone(), now),
                        1 => it.connection.send_with(message.clone(), options, now),
                        2 => it.connection.send_prepared(&prepared, now),
                        _ => it
                            .connection
                            .send_copy(message.kind(), message.as_bytes(), now),
                    }
                });
                if sent.is_ok() {
                    reader.expected.push(message);
                }
            }
            8 => {
                let kind = kind(call);
                let fin = bit(call, 5);
                let payload = Bytes::copy_from_slice(choices.short());
                let sent = agreed(&mut whole, &mut cut, |it| {
                    let payload = payload.clone();
                    it.connection.send_fragment(kind, payload, fin, it.now)
                });
                if sent.is_ok() {
                    let (_, mut all) = under_way.take().unwrap_or((kind, Vec::new()));
                    all.extend_from_slice(&payload);
                    match fin {
                        true => reader.expected.push(whole_message(kind, all)),
                        false => under_way = Some((kind, all)),
                    }
                }
            }
            9 => {
                let payload = choices.short();
                let _ = agreed(&mut whole, &mut cut, |it| match call / 16 % 3 {
                    0 => it.connection.ping(it.now).map(drop),
                    1 => it.connection.ping_with(payload, it.now),
                    _ => it.connection.pong(payload, it.now),
                });
            }
            10 => {
                let code = CloseCode::try_from(u16::try_from(choices.number()).expect("two bytes"));
                let reason = alloc::string::String::from_utf8_lossy(choices.short()).into_owned();
                let frame = CloseFrame::new(code.unwrap_or(CloseCode::NoStatusReceived), reason);
                let _ = agreed(&mut whole, &mut cut, |it| {
                    it.connection.close(frame.clone(), it.now)
                });
            }
            11 => {
                let passed = Duration::from_millis(u64::from(choices.byte()) << (call / 16));
                both(&mut whole, &mut cut, |it| {
                    it.now = it.now + passed;
                    it.connection.handle_timeout(it.now);
                    it.take_pending();
                });
            }
            12 => both(&mut whole, &mut cut, |it| {
                it.connection.set_piecewise(bit(call, 5));
                it.take_pending();
            }),
            13 => both(&mut whole, &mut cut, |it| match bit(call, 5) {
                true => it.connection.lend_buffer(WriteBuffer::default()),
                false => drop(it.connection.take_buffer()),
            }),
            14 if bit(call, 7) => {
                both(&mut whole, &mut cut, |it| match bit(call, 6) {
                    true => it.connection.handle_eof(it.now),
                    false => it.connection.handle_disconnect(),
                });
            }
            _ => both(&mut whole, &mut cut, |it| {
                it.connection.handle_backlog(it.now);
                it.connection.handle_activity();
            }),
        }
        if call % 16 <= 2 {
            choices.short();
        }
        compare(&whole, &cut, bit(flags, 1));
        if whole.log.violation() != cut.log.violation() {
            // Compressed data can have several faults; which is found first depends on the cuts.
            return;
        }
    }
    check_code(&whole);
    let is_open = whole.connection.state() == State::Open;
    whole.write_all();
    let newest = whole.log.newest_ping().map(<[u8]>::to_vec);
    whole.end();
    cut.end();
    reader.read(&mut whole.written);
    // One that is ending may leave out what it had not begun to write.
    assert!(!is_open || reader.has_seen_all(), "{reader:?}");
    // RFC 6455 §5.5.3: of pings that wait, the newest is answered.
    if is_open && let Some(newest) = newest {
        assert!(reader.pongs.contains(&newest), "{newest:?} is not answered");
    }
}

/// The bytes behind the length that comes next, both left where they are.
fn peek<'a>(choices: &Choices<'a>) -> &'a [u8] {
    choices.clone().short()
}

fn both(whole: &mut Subject, cut: &mut Subject, call: impl Fn(&mut Subject)) {
    call(whole);
    call(cut);
}

/// Calls both, which answer the same.
fn agreed(
    whole: &mut Subject,
    cut: &mut Subject,
    call: impl Fn(&mut Subject) -> Result<(), ApiMisuse>,
) -> Result<(), ApiMisuse> {
    let answer = call(whole);
    assert_eq!(call(cut), answer);
    assert_ne!(answer, Err(ApiMisuse::ExtensionFailed));
    answer
}

/// However the input was cut, the connection says and writes the same.
fn compare(whole: &Subject, cut: &Subject, compresses: bool) {
    let is_same_fault = whole.log.violation() == cut.log.violation();
    if !is_same_fault {
        assert!(compresses, "{:?} and {:?}", whole.log, cut.log);
        assert!(whole.log.violation().is_some() && cut.log.violation().is_some());
        let [whole, cut] = [whole, cut].map(|it| it.log.entries.split_last());
        assert_eq!(whole.map(|it| it.1), cut.map(|it| it.1));
        return;
    }
    assert_eq!(whole.log, cut.log);
    let (a, b) = (&whole.written, &cut.written);
    if whole.log.is_over() {
        // From here on what came behind is drained, and where that ends depends on the cuts.
        assert!(a.starts_with(b) || b.starts_with(a));
    } else {
        assert_eq!(a, b);
        assert_eq!(whole.connection.state(), cut.connection.state());
        assert_eq!(
            whole.connection.poll_timeout(),
            cut.connection.poll_timeout()
        );
        assert_eq!(whole.connection.stats(), cut.connection.stats());
    }
}

/// A violation has its own close code, unless a Close of ours had been sent.
fn check_code(subject: &Subject) {
    if let Some(violation) = subject.log.violation()
        && let Some(outcome) = subject.connection.close_outcome()
    {
        assert!(!outcome.clean);
        assert!(outcome.received.is_none());
        let sent = outcome.sent.expect("there is a Close of ours");
        let expected = CloseFrame::new(violation.close_code(), alloc::format!("{violation}"));
        assert!(sent == expected || outcome.first.is_some());
    }
}

/// A frame of a peer, mostly legal.
fn frame(choices: &mut Choices<'_>, to: Role, call: u8) -> Vec<u8> {
    let first = choices.byte();
    let payload = match bit(call, 4) {
        false => choices.short().to_vec(),
        true => {
            let n_bytes = choices.number();
            let some = choices.short();
            let endless = some.iter().copied().cycle();
            match some {
                [] => alloc::vec![0; n_bytes],
                [_, ..] => endless.take(n_bytes).collect(),
            }
        }
    };
    let key = MaskKey::from([0x37, 0xfa, 0x21, 0x3d]);
    let masks = to.peer().masks() != (call >= 0xf0);
    let header = FrameHeader {
        fin: bit(first, 7),
        rsv: [(Rsv::RSV1, 6), (Rsv::RSV2, 5), (Rsv::RSV3, 4)]
            .into_iter()
            .filter(|(_, at)| bit(first, *at))
            .fold(Rsv::NONE, |all, (rsv, _)| all.union(rsv)),
        opcode: Opcode::from_bits(first & 0x0f).unwrap_or(Opcode::Text),
        mask: masks.then_some(key),
        payload_len: payload.len() as u64,
    };
    let mut bytes = header.encode().to_vec();
    match masks {
        true => key.append_masked(&payload, &mut bytes),
        false => bytes.extend_from_slice(&payload),
    }
    bytes
}

fn kind(call: u8) -> MessageKind {
    match bit(call, 4) {
        true => MessageKind::Text,
        false => MessageKind::Binary,
    }
}

/// A message of up to [`MAX_SENT_BYTES`].
fn message(choices: &mut Choices<'_>, call: u8) -> Message {
    let n_times = match bit(call, 5) {
        true => usize::from(choices.byte()) * 2,
        false => 1,
    };
    let mut payload = choices.short().repeat(n_times);
    payload.truncate(MAX_SENT_BYTES);
    whole_message(kind(call), payload)
}

/// Text where it can be.
fn whole_message(kind: MessageKind, payload: Vec<u8>) -> Message {
    match (kind, alloc::string::String::from_utf8(payload)) {
        (MessageKind::Text, Ok(text)) => Message::from(text),
        (MessageKind::Binary, Ok(text)) => Message::from(text.into_bytes()),
        (_, Err(error)) => Message::from(error.into_bytes()),
    }
}

/// Settings in which limits are met.
fn config(choice: u8) -> Config {
    let mut config = Config::default();
    if bit(choice, 0) {
        config.limits.max_text_bytes = 300;
        config.limits.max_binary_bytes = 5000;
    } else {
        config.limits.max_text_bytes = 100_000;
        config.limits.max_binary_bytes = 70_000;
    }
    if bit(choice, 1) {
        config.limits.max_fragments = Some(u32::from(choice >> 6));
    }
    if bit(choice, 2) {
        config.limits.high_water_bytes = 200;
    }
    if bit(choice, 3) {
        config.max_frame_payload_bytes = Some(50);
    }
    if bit(choice, 4) {
        config.drain_bytes = 100;
    }
    if bit(choice, 5) {
        config.timeouts.ping_interval = None;
    }
    config
}

/// Twice the extensions of the connection, and those of its peer.
fn chains(role: Role, flags: u8) -> [Chain; 3] {
    let mut chains = [Chain::default(), Chain::default(), Chain::default()];
    if !bit(flags, 1) {
        return chains;
    }
    let deflate = PermessageDeflate::default()
        .client_context_takeover(bit(flags, 2))
        .server_context_takeover(bit(flags, 3));
    let offers = deflate.offers();
    let offer = offers.first().expect("it offers something");
    let roles = [role, role, role.peer()];
    for (chain, role) in chains.iter_mut().zip(roles) {
        let (answer, extension) = deflate.negotiate(offer).expect("its own offer");
        let extension = match role {
            Role::Server => extension,
            Role::Client => deflate.accept(&answer).expect("its own answer"),
        };
        chain.push(extension).expect("the only one");
    }
    chains
}

/// So that one run stays short.
const MAX_CALLS: usize = 150;
const MAX_FED_BYTES: usize = 300_000;
