//! Messages in use: marks, fragments, choices, limits and memory (RFC 7692 §6, §7.2).

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use sockeye_frame::{Opcode, Rsv};

use crate::testing::{RunLength, WHOLE, WHOLE_TO_SEND};
use crate::{
    Chain, ClientExtension, Compress, CompressionLevel, DecodeError, FrameStart, FrameToSend,
    PermessageDeflate, ServerExtension, WindowBits,
};

/// A client and a server that have agreed.
pub(super) struct Peers {
    pub(super) client: Chain,
    pub(super) server: Chain,
}

impl Peers {
    /// Both have this configuration.
    pub(super) fn new(config: PermessageDeflate) -> Self {
        let (mut client, mut server) = (Chain::default(), Chain::default());
        let offer = &config.offers()[0];
        let (answer, extension) = config.negotiate(offer).expect("legal");
        server.push(extension).expect("the only one");
        let extension = config.accept(&answer).expect("as offered");
        client.push(extension).expect("the only one");
        Self { client, server }
    }
}

/// A frame on the wire.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Wire {
    pub(super) frame: FrameStart,
    pub(super) payload: Vec<u8>,
}

/// Sends a message in these fragments.
pub(super) fn send(from: &mut Chain, message: &FrameToSend, fragments: &[&[u8]]) -> Vec<Wire> {
    let n_fragments = fragments.len();
    let wires = fragments.iter().enumerate().map(|(at, payload)| {
        let frame = FrameToSend {
            first: at == 0,
            fin: at + 1 == n_fragments,
            ..*message
        };
        let mut out = b"before".to_vec();
        let rsv = from.encode(&frame, payload, &mut out).expect("encodes");
        let encoded = out.split_off(6);
        assert_eq!(out, b"before");
        let payload = match rsv {
            Some(_) => encoded,
            None => {
                assert_eq!(encoded, b"");
                payload.to_vec()
            }
        };
        let frame = FrameStart {
            opcode: frame.opcode,
            first: frame.first,
            fin: frame.fin,
            rsv: rsv.unwrap_or_default(),
        };
        Wire { frame, payload }
    });
    wires.collect()
}

/// Receives a message, in pieces of `n_bytes`.
pub(super) fn receive(
    to: &mut Chain,
    wires: &[Wire],
    n_bytes: usize,
    max_bytes: usize,
) -> Result<Vec<u8>, DecodeError> {
    let mut out = Vec::new();
    for wire in wires {
        if !to.begin_frame(&wire.frame)? {
            out.extend_from_slice(&wire.payload);
            continue;
        }
        let mut rest = &wire.payload[..];
        loop {
            let (piece, behind) = rest.split_at(n_bytes.min(rest.len()));
            to.decode(piece, behind.is_empty(), max_bytes - out.len(), &mut out)?;
            rest = behind;
            if rest.is_empty() {
                break;
            }
        }
    }
    Ok(out)
}

fn always() -> PermessageDeflate {
    PermessageDeflate::default().compress(Compress::Always)
}

const LONG: &[u8] = &[b'a'; 1000];

#[test]
fn only_the_first_frame_is_marked() {
    for config in [always(), always().context_takeover()] {
        let mut peers = Peers::new(config);
        let fragments = [&b"Hel"[..], b"", b"lo", b"", LONG, b""];
        for n_fragments in 1..=fragments.len() {
            let fragments = &fragments[..n_fragments];
            let wires = send(&mut peers.client, &WHOLE_TO_SEND, fragments);
            let is_alone = n_fragments == 1;
            for (at, wire) in wires.iter().enumerate() {
                let is_marked = wire.frame.rsv == Rsv::RSV1;
                assert_eq!(is_marked, at == 0 && !is_alone, "{n_fragments} fragments");
            }
            let received = receive(&mut peers.server, &wires, 2, 2000);
            assert_eq!(received, Ok(fragments.concat()));
        }
    }
}

#[test]
fn each_fragment_can_be_read_when_it_is_there() {
    let mut peers = Peers::new(always());
    let fragments = [&b"one"[..], LONG, b"three", b"four"];
    let wires = send(&mut peers.client, &WHOLE_TO_SEND, &fragments);
    for (wire, fragment) in wires.iter().zip(fragments) {
        let mut out = Vec::new();
        assert_eq!(peers.server.begin_frame(&wire.frame), Ok(true));
        let decoded = peers.server.decode(&wire.payload, true, 1000, &mut out);
        assert_eq!(decoded, Ok(()));
        assert_eq!(out, fragment);
    }
}

#[test]
fn a_mark_on_a_continuation_is_refused() {
    for first in [Rsv::NONE, Rsv::RSV1] {
        let mut server = Peers::new(always()).server;
        let start = FrameStart {
            fin: false,
            rsv: first,
            ..WHOLE
        };
        let applies = first == Rsv::RSV1;
        assert_eq!(server.begin_frame(&start), Ok(applies));
        if applies {
            assert_eq!(server.decode(b"", true, 10, &mut vec![]), Ok(()));
        }
        let next = FrameStart {
            first: false,
            rsv: Rsv::RSV1,
            ..WHOLE
        };
        assert_eq!(server.begin_frame(&next), Err(DecodeError::ReservedBits));
    }
    let mut server = Peers::new(always()).server;
    let other = FrameStart {
        rsv: Rsv::RSV2,
        ..WHOLE
    };
    assert_eq!(server.begin_frame(&other), Err(DecodeError::ReservedBits));
}

#[test]
fn what_would_become_longer_is_sent_as_it_is() {
    let noise: Vec<u8> = (0..=255u8).map(|n| n.wrapping_mul(151) ^ n >> 3).collect();
    for config in [always(), always().context_takeover()] {
        let mut peers = Peers::new(config);
        for payload in [b"", &b"x"[..], b"Hello", &noise, LONG, &noise, b"x", LONG] {
            let wires = send(&mut peers.server, &WHOLE_TO_SEND, &[payload]);
            assert!(wires[0].payload.len() <= payload.len());
            assert_eq!(wires[0].frame.rsv == Rsv::RSV1, payload == LONG);
            let received = receive(&mut peers.client, &wires, 7, payload.len());
            assert_eq!(received.as_deref(), Ok(payload));
        }
    }
}

#[test]
fn wishes_of_each_message_are_heeded() {
    let mut client = Peers::new(PermessageDeflate::default()).client;
    for (compress, payload, is_compressed) in [
        (Compress::Auto, LONG, true),
        (Compress::Auto, &LONG[..127], false),
        (Compress::Auto, &LONG[..128], true),
        (Compress::Always, &LONG[..127], true),
        (Compress::Never, LONG, false),
    ] {
        let message = FrameToSend {
            compress,
            ..WHOLE_TO_SEND
        };
        let wires = send(&mut client, &message, &[payload]);
        assert_eq!(wires[0].frame.rsv == Rsv::RSV1, is_compressed);
        // Decided at the first frame for all.
        let fragments = [payload, b"", LONG];
        let wires = send(&mut client, &message, &fragments);
        let is_compressed = compress != Compress::Never;
        assert_eq!(wires[0].frame.rsv == Rsv::RSV1, is_compressed);
        assert_eq!(wires[2].payload.len() < LONG.len(), is_compressed);
    }
    let short = &LONG[..32];
    let mut client = Peers::new(PermessageDeflate::default().context_takeover()).client;
    let wires = send(&mut client, &WHOLE_TO_SEND, &[short]);
    assert_eq!(wires[0].frame.rsv, Rsv::RSV1);
    let wires = send(&mut client, &WHOLE_TO_SEND, &[&short[1..]]);
    assert_eq!(wires[0].frame.rsv, Rsv::NONE);
}

/// A message of zeros, in frames of `n_bytes`.
fn bomb(n_zeros: usize, n_bytes: usize) -> Vec<Wire> {
    let level = CompressionLevel::SMALLEST;
    let mut client = Peers::new(always().level(level)).client;
    let whole = send(&mut client, &WHOLE_TO_SEND, &[&vec![0; n_zeros]]);
    let payload = &whole[0].payload;
    let n_frames = payload.len().div_ceil(n_bytes);
    let frames = payload.chunks(n_bytes).enumerate().map(|(at, piece)| Wire {
        frame: FrameStart {
            first: at == 0,
            fin: at + 1 == n_frames,
            rsv: if at == 0 { Rsv::RSV1 } else { Rsv::NONE },
            ..WHOLE
        },
        payload: piece.to_vec(),
    });
    frames.collect()
}

#[test]
fn a_bomb_ends_at_the_limit_however_it_arrives() {
    const LIMIT: usize = 1 << 20;
    for config in [always(), always().context_takeover()] {
        for n_frame in [1, 100, usize::MAX] {
            for n_piece in [1, 10, usize::MAX] {
                let mut server = Peers::new(config).server;
                let received = receive(&mut server, &bomb(LIMIT, n_frame), n_piece, LIMIT);
                assert_eq!(received.map(|zeros| zeros.len()), Ok(LIMIT));
                // On a used context too.
                let received = receive(&mut server, &bomb(LIMIT + 1, n_frame), n_piece, LIMIT);
                assert_eq!(received, Err(DecodeError::TooBig));
            }
        }
        let mut server = Peers::new(config).server;
        let received = receive(&mut server, &bomb(50 << 20, usize::MAX), 64, LIMIT);
        assert_eq!(received, Err(DecodeError::TooBig));
    }
}

#[test]
fn a_ratio_is_kept_at_the_same_place_however_the_bytes_are_cut() {
    // 100 bytes for about one: 3 compressed kilobytes.
    let compressible: Vec<u8> = (0..300_000u32)
        .map(|n| if n % 500 < 497 { 0 } else { (n ^ n >> 7) as u8 })
        .collect();
    let mut client = Peers::new(always()).client;
    let wires = send(&mut client, &WHOLE_TO_SEND, &[&compressible]);
    let n_wire = wires[0].payload.len();
    assert!(n_wire > 3000, "{n_wire}");
    let overall = u32::try_from(compressible.len() / n_wire + 1).expect("small");
    for (max_ratio, is_kept) in [(2 * overall, true), (overall / 2, false)] {
        for n_bytes in [1, 7, 1000, 1024, 1025, usize::MAX] {
            let config = always().max_ratio(Some(max_ratio));
            let mut server = Peers::new(config).server;
            let received = receive(&mut server, &wires, n_bytes, 1 << 20);
            let expected = match is_kept {
                true => Ok(compressible.clone()),
                false => Err(DecodeError::RatioExceeded),
            };
            assert!(received == expected, "{max_ratio} in pieces of {n_bytes}");
        }
    }
}

#[test]
fn a_ratio_is_judged_after_each_1024_bytes_and_at_the_end_alone() {
    // The first compressed bytes become a thousand times as many, the others as many as they are:
    // the first 1024 together about a hundred times as many, all of them twenty times.
    let noise = (0..5000u32).map(|n| (n.wrapping_mul(n).wrapping_mul(0x9e37_79b9) >> 23) as u8);
    let payload: Vec<u8> = core::iter::repeat_n(0, 100_000).chain(noise).collect();
    let mut client = Peers::new(always()).client;
    let wires = send(&mut client, &WHOLE_TO_SEND, &[&payload]);
    let n_wire = wires[0].payload.len();
    assert!((5000..5500).contains(&n_wire), "{n_wire}");
    for (max_ratio, expected) in [
        (200, Ok(payload.len())),
        (50, Err(DecodeError::RatioExceeded)),
    ] {
        for n_bytes in [1, 7, 100, 1000, 1024, 1025, usize::MAX] {
            let config = always().max_ratio(Some(max_ratio));
            let mut server = Peers::new(config).server;
            let received = receive(&mut server, &wires, n_bytes, 1 << 20);
            let received = received.map(|message| message.len());
            assert_eq!(received, expected, "{max_ratio} in pieces of {n_bytes}");
        }
    }
}

#[test]
fn a_ratio_may_be_reached_and_not_exceeded() {
    // 100 zeros become 4 or 5 bytes and the start of the tail.
    let mut client = Peers::new(always()).client;
    for n_zeros in 60..=120usize {
        let wires = send(&mut client, &WHOLE_TO_SEND, &[&vec![0; n_zeros]]);
        let n_wire = wires[0].payload.len();
        if !n_zeros.is_multiple_of(n_wire) {
            continue;
        }
        let ratio = u32::try_from(n_zeros / n_wire).expect("small");
        for (max_ratio, is_kept) in [(ratio, true), (ratio - 1, false)] {
            let config = always().max_ratio(Some(max_ratio));
            let mut server = Peers::new(config).server;
            for _ in 0..3 {
                let received = receive(&mut server, &wires, 3, 1000);
                assert_eq!(received.is_ok(), is_kept);
                if !is_kept {
                    assert_eq!(received, Err(DecodeError::RatioExceeded));
                    break;
                }
            }
        }
    }
}

fn alone(payload: &[u8], chain: &mut Chain) -> Vec<Wire> {
    let message = FrameToSend {
        alone: true,
        ..WHOLE_TO_SEND
    };
    send(chain, &message, &[payload])
}

#[test]
fn a_message_alone_refers_to_nothing_and_nothing_to_it() {
    let secret = b"token=0123456789abcdef; token=0123456789abcdef; and some more of the same";
    let takeover = always().context_takeover();
    let mut peers = Peers::new(takeover);
    let by_itself = alone(secret, &mut Peers::new(always()).client);
    let ordinary = send(&mut peers.client, &WHOLE_TO_SEND, &[secret]);
    assert_eq!(ordinary, by_itself, "nothing before it");
    let again = send(&mut peers.client, &WHOLE_TO_SEND, &[secret]);
    assert!(again[0].payload.len() < by_itself[0].payload.len() / 2);
    let lonely = alone(secret, &mut peers.client);
    assert_eq!(lonely, by_itself);
    let after = send(&mut peers.client, &WHOLE_TO_SEND, &[secret]);
    assert_eq!(after, by_itself);
    let after_that = send(&mut peers.client, &WHOLE_TO_SEND, &[secret]);
    assert!(after_that[0].payload.len() < by_itself[0].payload.len() / 2);
    peers.client.pass_alone();
    let after_passing = send(&mut peers.client, &WHOLE_TO_SEND, &[secret]);
    assert_eq!(after_passing, by_itself);
    for wires in [
        ordinary,
        again,
        lonely.clone(),
        after,
        after_that,
        lonely,
        after_passing,
    ] {
        let received = receive(&mut peers.server, &wires, 9, 1000);
        assert_eq!(received.as_deref(), Ok(&secret[..]));
    }
}

#[test]
fn fragments_refer_to_messages_before_theirs_unless_it_is_alone() {
    let text = b"token=0123456789abcdef; token=0123456789abcdef; and some more of the same";
    let mut peers = Peers::new(always().context_takeover());
    let refers = [false, false, true, false, false].map(|alone| {
        let message = FrameToSend {
            alone,
            ..WHOLE_TO_SEND
        };
        let wires = send(&mut peers.client, &message, &[text, text]);
        let received = receive(&mut peers.server, &wires, 9, 1000);
        assert_eq!(received, Ok(text.repeat(2)));
        [0, 1].map(|at| wires[at].payload.len() < text.len() / 2)
    });
    // The second fragment refers to the first in any case.
    let expected = [false, true, false, false, true].map(|first| [first, true]);
    assert_eq!(refers, expected);
}

#[test]
fn a_message_never_compressed_leaves_the_context_alone() {
    let never = FrameToSend {
        compress: Compress::Never,
        ..WHOLE_TO_SEND
    };
    let mut peers = Peers::new(always().context_takeover());
    let text = b"the same words, and again the same words, and then some others";
    let mut lens = Vec::new();
    for message in [WHOLE_TO_SEND, never, WHOLE_TO_SEND] {
        let wires = send(&mut peers.server, &message, &[text]);
        lens.push(wires[0].payload.len());
        let received = receive(&mut peers.client, &wires, 9, 100);
        assert_eq!(received.as_deref(), Ok(&text[..]));
    }
    assert!(lens[2] < lens[0] / 2, "{lens:?}");
}

#[test]
fn an_empty_message_leaves_the_context_alone() {
    let alone = FrameToSend {
        alone: true,
        ..WHOLE_TO_SEND
    };
    let text = b"the same words, and again the same words, and then some others";
    for empty in [WHOLE_TO_SEND, alone] {
        let mut peers = Peers::new(always().context_takeover());
        let mut lens = Vec::new();
        for (message, payload) in [
            (WHOLE_TO_SEND, &text[..]),
            (empty, b""),
            (WHOLE_TO_SEND, text),
        ] {
            let wires = send(&mut peers.server, &message, &[payload]);
            lens.push(wires[0].payload.len());
            assert_eq!(wires[0].frame.rsv == Rsv::RSV1, !payload.is_empty());
            let received = receive(&mut peers.client, &wires, 9, 100);
            assert_eq!(received.as_deref(), Ok(payload));
        }
        assert!(lens[2] < lens[0] / 2, "{lens:?}");
    }
}

#[test]
fn the_key_is_the_same_exactly_if_the_bytes_are() {
    let key = |config: PermessageDeflate| {
        let chain = Peers::new(config).server;
        let (name, key) = chain.alone_key().expect("allows it");
        assert_eq!(name, "permessage-deflate");
        key
    };
    let window = |bits| WindowBits::new(bits).expect("8 to 15");
    let default = PermessageDeflate::default();
    // Nothing that is about other messages, or about receiving.
    assert_eq!(key(default), key(default.context_takeover()));
    assert_eq!(key(default), key(default.max_ratio(Some(10))));
    assert_eq!(key(default), key(default.client_max_window_bits(window(8))));
    assert_eq!(key(default), key(default.threshold_bytes(Some(128))));
    assert_eq!(key(default), key(default.insist(true)));
    let mut keys = vec![
        key(default),
        key(default.compress(Compress::Always)),
        key(default.compress(Compress::Never)),
    ];
    for threshold_bytes in [0, 1, 1 << 20, usize::MAX] {
        keys.push(key(default.threshold_bytes(Some(threshold_bytes))));
    }
    for bits in 8..15 {
        keys.push(key(default.server_max_window_bits(window(bits))));
    }
    for level in (1..=9).filter_map(CompressionLevel::new) {
        if level != CompressionLevel::default() {
            keys.push(key(default.level(level)));
        }
    }
    let n_keys = keys.len();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), n_keys);
    // A client's window is the other one.
    let client = Peers::new(default.client_max_window_bits(window(8))).client;
    let server = Peers::new(default.server_max_window_bits(window(8))).server;
    assert_eq!(client.alone_key(), server.alone_key());
}

#[test]
fn release_starts_anew_and_harms_nothing() {
    let mut empty = Chain::default();
    empty.release_idle();
    empty.pass_alone();
    assert_eq!(empty.alone_key(), None);

    let mut peers = Peers::new(always().context_takeover());
    let text = b"the same words, and again the same words, and then some others";
    let mut wires = Vec::new();
    peers.client.release_idle();
    for _ in 0..3 {
        for _ in 0..2 {
            wires.push(send(&mut peers.client, &WHOLE_TO_SEND, &[text]));
        }
        peers.client.release_idle();
        peers.client.release_idle();
    }
    assert_eq!(wires[0], wires[2]);
    assert!(wires[1][0].payload.len() < wires[0][0].payload.len());
    for wires in wires {
        let received = receive(&mut peers.server, &wires, 9, 100);
        assert_eq!(received.as_deref(), Ok(&text[..]));
        peers.server.release_idle();
    }
}

#[test]
fn two_links_work_together_and_have_no_key() {
    for takeover in [false, true] {
        let mut config = always();
        if takeover {
            config = config.context_takeover();
        }
        let mut peers = Peers::new(config);
        for chain in [&mut peers.client, &mut peers.server] {
            chain.push(Box::new(RunLength::default())).expect("RSV3");
            assert_eq!(chain.alone_key(), None);
        }
        for (at, payload) in [LONG, b"short", b"", LONG, LONG].into_iter().enumerate() {
            let message = FrameToSend {
                alone: at == 3,
                ..WHOLE_TO_SEND
            };
            let half = payload.len() / 2;
            let fragments = [&payload[..half], &payload[half..]];
            let wires = send(&mut peers.client, &message, &fragments);
            let received = receive(&mut peers.server, &wires, 3, 1000);
            assert_eq!(received.as_deref(), Ok(payload));
            peers.client.release_idle();
        }
    }
}

#[test]
fn what_is_corrupt_is_told_as_invalid_data() {
    let mut server = Peers::new(always()).server;
    let frame = FrameStart {
        rsv: Rsv::RSV1,
        opcode: Opcode::Text,
        ..WHOLE
    };
    assert_eq!(server.begin_frame(&frame), Ok(true));
    let decoded = server.decode(b"not DEFLATE", true, 1000, &mut vec![]);
    assert_eq!(decoded, Err(DecodeError::InvalidData));
}

#[test]
fn every_window_works_both_ways() {
    // Repetitions just within each window, and just beyond it.
    let words: Vec<u8> = (0..70_000u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> (8 + n % 17)) as u8 & 0x3f)
        .collect();
    for bits in 8..=15u8 {
        let window = WindowBits::new(bits).expect("8 to 15");
        let n_bytes = 1 << bits;
        let config = always()
            .context_takeover()
            .server_max_window_bits(window)
            .client_max_window_bits(window);
        let mut peers = Peers::new(config);
        let payload = [&words[..n_bytes - 9], &words[..n_bytes + 9], &words].concat();
        for _ in 0..2 {
            let wires = send(&mut peers.client, &WHOLE_TO_SEND, &[&payload]);
            assert_eq!(wires[0].frame.rsv, Rsv::RSV1);
            let received = receive(&mut peers.server, &wires, 1000, payload.len());
            assert!(received.as_ref() == Ok(&payload), "window bits {bits}");
            let wires = send(&mut peers.server, &WHOLE_TO_SEND, &[&payload]);
            let received = receive(&mut peers.client, &wires, 1000, payload.len());
            assert!(received.as_ref() == Ok(&payload), "window bits {bits}");
        }
    }
}
