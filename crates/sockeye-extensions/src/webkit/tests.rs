//! What is agreed on, and frames compressed one by one, against zlib and one another.

use alloc::string::String;
use alloc::sync::Arc;
use std::format;

use flate2::{Decompress, FlushDecompress};
use proptest::prelude::*;
use sockeye_frame::{Opcode, Rsv};

use super::*;
use crate::extension::{DecodeError, FrameStart, FrameToSend};
use crate::testing::{WHOLE, fragment, to_send};
use crate::{Chain, accept_answer, client_offer_header, negotiate, parse_extensions};

const PLAIN: WebkitDeflateFrame = WebkitDeflateFrame {
    own: FREE,
    peer: FREE,
    tuning: Tuning {
        level: CompressionLevel::SMALLEST,
        compress: Compress::Always,
        threshold_bytes: Some(0),
        max_ratio: None,
    },
};

const FREE: Direction = Direction {
    takeover: true,
    window: WindowBits::MAX,
};

fn bits(bits: u8) -> WindowBits {
    WindowBits::new(bits).expect("a window")
}

/// The answer of a server to offers, empty when it declines.
#[track_caller]
fn check_server(config: WebkitDeflateFrame, offers: &str, expected: &str) {
    let server_has: [Arc<dyn ServerExtension>; 1] = [Arc::new(config)];
    let offers = parse_extensions([offers.as_bytes()]).expect("the offers are well-formed");
    let (answer, chain) = negotiate(&server_has, &offers);
    let answer = crate::format_extensions(&answer).unwrap_or_default();
    assert_eq!(answer, expected);
    assert_eq!(chain.is_empty(), expected.is_empty());
}

#[track_caller]
fn check_client(answer: &str, expected: Result<(), NegotiationError>) {
    let client_has: [Arc<dyn ClientExtension>; 1] = [Arc::new(PLAIN)];
    let answer = parse_extensions([answer.as_bytes()]).expect("the answer is well-formed");
    assert_eq!(accept_answer(&client_has, &answer).map(drop), expected);
}

#[test]
fn a_server_accepts_what_the_draft_allows_and_asks_for_what_it_wants() {
    let default = WebkitDeflateFrame::default();
    let takeover = default.context_takeover();
    let small = takeover.peer_max_window_bits(bits(9));
    for offers in [
        "x-webkit-deflate-frame",
        "x-webkit-deflate-frame; no_context_takeover",
        "x-webkit-deflate-frame; max_window_bits=8",
        "x-webkit-deflate-frame; max_window_bits=\"15\"; no_context_takeover",
        "x-webkit-deflate-frame; no_context_takeover; max_window_bits=10",
        "x-webkit-deflate-frame; other, x-webkit-deflate-frame",
    ] {
        check_server(
            default,
            offers,
            "x-webkit-deflate-frame; no_context_takeover",
        );
        check_server(takeover, offers, "x-webkit-deflate-frame");
        check_server(small, offers, "x-webkit-deflate-frame; max_window_bits=9");
    }
    check_server(
        small.peer_context_takeover(false),
        "x-webkit-deflate-frame",
        "x-webkit-deflate-frame; max_window_bits=9; no_context_takeover",
    );
    check_server(takeover, "deflate-frame, permessage-deflate", "");
}

/// Parameters that neither offer nor answer may have, and why.
const ILLEGAL: [(&str, NegotiationError); 20] = {
    use NegotiationError::{DuplicateParameter, InvalidParameter, UnknownParameter};
    [
        ("max_window_bits", InvalidParameter),
        ("max_window_bits=0", InvalidParameter),
        ("max_window_bits=7", InvalidParameter),
        ("max_window_bits=16", InvalidParameter),
        ("max_window_bits=08", InvalidParameter),
        ("max_window_bits=+9", InvalidParameter),
        ("max_window_bits=-9", InvalidParameter),
        ("max_window_bits=1", InvalidParameter),
        ("max_window_bits=150", InvalidParameter),
        ("max_window_bits=99999999999999999999", InvalidParameter),
        ("max_window_bits=x", InvalidParameter),
        ("no_context_takeover=1", InvalidParameter),
        ("no_context_takeover=true", InvalidParameter),
        ("max_window_bits=9; max_window_bits=9", DuplicateParameter),
        ("max_window_bits=9; max_window_bits=7", InvalidParameter),
        (
            "no_context_takeover; no_context_takeover",
            DuplicateParameter,
        ),
        ("Max_Window_Bits=9", UnknownParameter),
        ("server_max_window_bits=9", UnknownParameter),
        ("client_no_context_takeover", UnknownParameter),
        (
            "max_window_bits=9; no_context_takeover; x",
            UnknownParameter,
        ),
    ]
};

#[test]
fn illegal_parameters_are_declined_by_servers_and_fail_clients() {
    for (parameters, error) in ILLEGAL {
        let element = format!("x-webkit-deflate-frame; {parameters}");
        check_server(PLAIN, &element, "");
        check_client(&element, Err(error));
    }
    for answer in [
        "x-webkit-deflate-frame",
        "x-webkit-deflate-frame; max_window_bits=8",
        "x-webkit-deflate-frame; no_context_takeover; max_window_bits=15",
    ] {
        check_client(answer, Ok(()));
    }
    check_client("deflate-frame", Err(NegotiationError::NotOffered));
    check_client("permessage-deflate", Err(NegotiationError::NotOffered));
}

/// Client and server after their opening handshake.
fn agree(client: WebkitDeflateFrame, server: WebkitDeflateFrame) -> (Chain, Chain) {
    let client_has: [Arc<dyn ClientExtension>; 1] = [Arc::new(client)];
    let server_has: [Arc<dyn ServerExtension>; 1] = [Arc::new(server)];
    let request = client_offer_header(&client_has).expect("there is an offer");
    let offers = parse_extensions([request.as_bytes()]).expect("the offer is well-formed");
    let (answer, server) = negotiate(&server_has, &offers);
    let client = accept_answer(&client_has, &answer).expect("the answer is acceptable");
    (client, server)
}

#[test]
fn a_client_offers_what_it_asks_of_the_server() {
    let offer = |config: WebkitDeflateFrame| {
        let client_has: [Arc<dyn ClientExtension>; 1] = [Arc::new(config)];
        client_offer_header(&client_has).expect("there is an offer")
    };
    assert_eq!(offer(PLAIN), "x-webkit-deflate-frame");
    assert_eq!(
        offer(
            PLAIN
                .own_context_takeover(false)
                .own_max_window_bits(bits(8))
        ),
        "x-webkit-deflate-frame",
    );
    assert_eq!(
        offer(WebkitDeflateFrame::default().peer_max_window_bits(bits(12))),
        "x-webkit-deflate-frame; max_window_bits=12; no_context_takeover",
    );
}

/// Encodes one frame; gives it as its receiver sees it.
fn encode(chain: &mut Chain, frame: &FrameToSend, payload: &[u8]) -> (FrameStart, Vec<u8>) {
    let mut out = Vec::new();
    let rsv = chain.encode(frame, payload, &mut out).expect("encodes");
    let payload = match rsv {
        Some(_) => out,
        None => payload.to_vec(),
    };
    let frame = FrameStart {
        opcode: frame.opcode,
        first: frame.first,
        fin: frame.fin,
        rsv: rsv.unwrap_or_default(),
    };
    (frame, payload)
}

/// Decodes one frame that arrives in pieces of `n_bytes`.
fn decode(
    chain: &mut Chain,
    (frame, payload): &(FrameStart, Vec<u8>),
    n_bytes: usize,
    max_bytes: usize,
) -> Result<Vec<u8>, DecodeError> {
    if !chain.begin_frame(frame)? {
        return Ok(payload.clone());
    }
    let mut out = Vec::new();
    let mut rest = &payload[..];
    loop {
        let (piece, behind) = rest.split_at(n_bytes.min(rest.len()));
        chain.decode(piece, behind.is_empty(), max_bytes - out.len(), &mut out)?;
        if behind.is_empty() {
            return Ok(out);
        }
        rest = behind;
    }
}

/// What zlib alone makes of frames, as a peer would have it: one inflater for all, or one for each.
struct Zlib {
    state: Decompress,
    takeover: bool,
}

impl Zlib {
    fn new(window: u8, takeover: bool) -> Self {
        // zlib reads no window of 8 bits either; that distances keep to it is the codec's test.
        let state = Decompress::new_with_window_bits(false, window.max(9));
        Self { state, takeover }
    }

    fn inflate(&mut self, payload: &[u8], n_out: usize) -> Vec<u8> {
        if !self.takeover {
            self.state = Decompress::new(false);
        }
        let input = [payload, &[0x00, 0x00, 0xff, 0xff]].concat();
        let mut out = Vec::with_capacity(n_out + 1);
        let n_before = self.state.total_in();
        let status = self
            .state
            .decompress_vec(&input, &mut out, FlushDecompress::Sync);
        assert!(status.is_ok(), "{status:?}");
        assert_eq!(self.state.total_in() - n_before, input.len() as u64);
        out
    }
}

fn prose(seed: u32, n_bytes: usize) -> Vec<u8> {
    let words = ["frame ", "by ", "frame, ", "as ", "WebKit ", "did "];
    let pick = |at: u32| words[(at.wrapping_mul(2_654_435_761) >> 16) as usize % words.len()];
    (seed..)
        .flat_map(|at| pick(at).bytes())
        .take(n_bytes)
        .collect()
}

#[test]
fn every_marked_frame_is_complete_for_zlib() {
    for (window, takeover) in [(8, true), (9, true), (15, true), (8, false), (15, false)] {
        let client = PLAIN
            .peer_max_window_bits(bits(window))
            .peer_context_takeover(takeover);
        let (mut client, mut server) = agree(client, PLAIN);
        let mut zlib = Zlib::new(window, takeover);
        for at in 0..60 {
            let payload = prose(at, 5 + (at as usize * 611) % 3000);
            // Messages of three frames, the middle one empty.
            let frame = to_send(&fragment(at % 3 == 0, at % 3 == 2));
            let payload = match at % 3 {
                1 => Vec::new(),
                _ => payload,
            };
            let sent = encode(&mut server, &frame, &payload);
            let is_marked = sent.0.rsv == Rsv::RSV1;
            assert_eq!(is_marked, payload.len() > 20, "{}", payload.len());
            if is_marked {
                assert_eq!(zlib.inflate(&sent.1, payload.len()), payload);
            }
            let n_bytes = [1, 2, 100, usize::MAX][at as usize % 4];
            let received = decode(&mut client, &sent, n_bytes, payload.len());
            assert_eq!(received, Ok(payload));
        }
    }
}

#[test]
fn a_peer_is_kept_to_what_it_was_told() {
    // Each peer's own choice, and what the other one asks.
    let payload = prose(0, 2000);
    let second_len = |client: WebkitDeflateFrame, server: WebkitDeflateFrame| {
        let (mut client, mut server) = agree(client, server);
        let frame = to_send(&WHOLE);
        let first = encode(&mut client, &frame, &payload);
        let second = encode(&mut client, &frame, &payload);
        for sent in [&first, &second] {
            assert_eq!(decode(&mut server, sent, 7, 2000).as_ref(), Ok(&payload));
        }
        (first.1.len(), second.1.len())
    };
    let (first, second) = second_len(PLAIN, PLAIN);
    assert!(second * 4 < first, "{second} after {first}");
    for (client, server) in [
        (PLAIN.own_context_takeover(false), PLAIN),
        (PLAIN, PLAIN.peer_context_takeover(false)),
    ] {
        let (first, second) = second_len(client, server);
        assert_eq!(first, second);
    }
    // A window too small to see the payload before.
    for (client, server) in [
        (PLAIN.own_max_window_bits(bits(8)), PLAIN),
        (PLAIN, PLAIN.peer_max_window_bits(bits(8))),
    ] {
        let (first, second) = second_len(client, server);
        assert!(second * 2 > first, "{second} after {first}");
    }
}

#[test]
fn frames_of_one_message_are_marked_or_not_each_by_itself() {
    // Compressed by hand: the first frame as it is, the second compressed, and so on.
    let (mut peer, mut receiver) = agree(PLAIN, PLAIN);
    let frames = [
        (Compress::Never, "plain "),
        (Compress::Always, "compressed compressed compressed "),
        (Compress::Never, "plain "),
        (Compress::Always, "compressed compressed compressed "),
    ];
    let mut marks = Vec::new();
    let mut received = Vec::new();
    for (at, (compress, text)) in frames.into_iter().enumerate() {
        let frame = FrameToSend {
            compress,
            ..to_send(&fragment(at == 0, at == 3))
        };
        let sent = encode(&mut peer, &frame, text.as_bytes());
        marks.push(sent.0.rsv == Rsv::RSV1);
        received.extend(decode(&mut receiver, &sent, 1, 100).expect("decodes"));
    }
    assert_eq!(marks, [false, true, false, true]);
    assert_eq!(received, frames.map(|(_, text)| text).concat().as_bytes());
}

#[test]
fn hello_is_as_rfc_7692_shows_it() {
    // RFC 7692 §7.2.3.1: "Hello" compressed; §7.2.3.2: the same again with takeover; §7.2.3.3:
    // a stored block; §7.2.3.4: a final block
    let (_, mut receiver) = agree(PLAIN, PLAIN);
    for payload in [
        &[0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00][..],
        &[0xf2, 0x00, 0x11, 0x00, 0x00],
        &[
            0x00, 0x05, 0x00, 0xfa, 0xff, 0x48, 0x65, 0x6c, 0x6c, 0x6f, 0x00,
        ],
        &[0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00],
    ] {
        let frame = FrameStart {
            rsv: Rsv::RSV1,
            ..WHOLE
        };
        let received = decode(&mut receiver, &(frame, payload.to_vec()), 1, 5);
        assert_eq!(received.as_deref(), Ok(&b"Hello"[..]), "{payload:02x?}");
    }
}

#[test]
fn a_frame_that_ends_too_early_or_is_corrupt_is_refused() {
    // A continuation cannot complete it.
    for (payload, is_refused) in [
        (&[0xf2, 0x48, 0xcd][..], true),
        (&[0x07], true),
        (b"Hello", true),
        (&[0x00], false),
        (&[], false),
    ] {
        for takeover in [true, false] {
            let (_, mut receiver) = agree(PLAIN, PLAIN.peer_context_takeover(takeover));
            let frame = FrameStart {
                rsv: Rsv::RSV1,
                ..fragment(true, false)
            };
            let received = decode(&mut receiver, &(frame, payload.to_vec()), 2, 100);
            match is_refused {
                true => assert_eq!(received, Err(DecodeError::InvalidData)),
                false => assert_eq!(received, Ok(Vec::new())),
            }
        }
    }
}

#[test]
fn a_bomb_is_stopped_at_the_limit_however_it_is_cut() {
    let payload = std::vec![b'a'; 1 << 18];
    let (mut sender, _) = agree(PLAIN, PLAIN);
    let sent = encode(&mut sender, &to_send(&WHOLE), &payload);
    assert!(sent.1.len() < 500, "{}", sent.1.len());
    for n_bytes in [1, 100, usize::MAX] {
        for (max_bytes, expected) in [
            (payload.len(), Ok(payload.len())),
            (payload.len() - 1, Err(DecodeError::TooBig)),
            (1, Err(DecodeError::TooBig)),
            (0, Err(DecodeError::TooBig)),
        ] {
            let (_, mut receiver) = agree(PLAIN, PLAIN);
            let received = decode(&mut receiver, &sent, n_bytes, max_bytes);
            assert_eq!(received.map(|received| received.len()), expected);
        }
    }
}

#[test]
fn a_ratio_is_kept_by_each_frame_however_it_is_cut() {
    // A little more than 100 bytes for each compressed one, in several thousand of these.
    let dense: Vec<u8> = (0..600_000u32)
        .map(|at| {
            if at % 500 < 497 {
                0
            } else {
                (at ^ at >> 7) as u8
            }
        })
        .collect();
    let (mut sender, _) = agree(PLAIN, PLAIN);
    let sent = encode(&mut sender, &to_send(&fragment(true, false)), &dense);
    assert!(sent.1.len() > 3000, "{}", sent.1.len());
    let ratio = u32::try_from(dense.len() / sent.1.len() + 1).expect("small");
    for (max_ratio, is_kept) in [
        (None, true),
        (Some(2 * ratio), true),
        (Some(ratio / 2), false),
    ] {
        for n_bytes in [1, 7, 1024, usize::MAX] {
            let (_, mut receiver) = agree(PLAIN, PLAIN.max_ratio(max_ratio));
            // What is not compressed does not count for it.
            let as_it_is = (fragment(true, false), std::vec![0; 1000]);
            assert!(decode(&mut receiver, &as_it_is, n_bytes, 1000).is_ok());
            let received = decode(&mut receiver, &sent, n_bytes, dense.len());
            let expected = match is_kept {
                true => Ok(dense.len()),
                false => Err(DecodeError::RatioExceeded),
            };
            assert_eq!(
                received.map(|received| received.len()),
                expected,
                "{max_ratio:?}"
            );
        }
    }
}

#[test]
fn a_message_alone_refers_to_nothing_and_nothing_to_it() {
    for takeover in [true, false] {
        let config = PLAIN.own_context_takeover(takeover);
        let (mut client, mut server) = agree(config, PLAIN);
        let mut zlib = Zlib::new(15, true);
        let payload = prose(3, 500);
        let ordinary = to_send(&WHOLE);
        let alone = FrameToSend {
            alone: true,
            ..ordinary
        };
        let fragments = [(true, false), (false, true)].map(|(first, fin)| FrameToSend {
            alone: true,
            ..to_send(&fragment(first, fin))
        });
        let mut first = None;
        for frame in [
            ordinary,
            alone,
            ordinary,
            ordinary,
            alone,
            alone,
            fragments[0],
            fragments[1],
            ordinary,
        ] {
            let sent = encode(&mut client, &frame, &payload);
            assert_eq!(zlib.inflate(&sent.1, 500), payload);
            assert_eq!(decode(&mut server, &sent, 3, 500).as_ref(), Ok(&payload));
            // All are the same bytes but the ordinary one behind an ordinary one.
            let first = first.get_or_insert_with(|| sent.1.clone());
            if frame.alone {
                assert_eq!(sent.1, *first);
            }
        }
    }
}

#[test]
fn what_was_encoded_alone_elsewhere_can_be_sent_here() {
    // With takeover and without: the keys are equal, the bytes suit both.
    let (mut one, _) = agree(PLAIN, PLAIN);
    for config in [PLAIN, PLAIN.own_context_takeover(false)] {
        let (mut other, mut receiver) = agree(config, PLAIN);
        assert!(one.alone_key().is_some());
        assert_eq!(one.alone_key(), other.alone_key());
        let mut zlib = Zlib::new(15, true);
        let ordinary = to_send(&WHOLE);
        let alone = FrameToSend {
            alone: true,
            ..ordinary
        };
        for at in 0..20 {
            // What is referred to is nowhere else at the same distance.
            let payload = prose(at * 100, 300);
            let sent = match at % 3 {
                1 => {
                    other.pass_alone();
                    encode(&mut one, &alone, &payload)
                }
                _ => encode(&mut other, &ordinary, &payload),
            };
            assert_eq!(zlib.inflate(&sent.1, 300), payload);
            assert_eq!(decode(&mut receiver, &sent, 9, 300).as_ref(), Ok(&payload));
            if at % 7 == 0 {
                other.release_idle();
            }
        }
    }
    for other in [
        PLAIN.own_max_window_bits(bits(9)),
        PLAIN.level(CompressionLevel::FASTEST),
        PLAIN.compress(Compress::Auto),
        PLAIN.threshold_bytes(Some(1)),
    ] {
        assert_ne!(agree(other, PLAIN).0.alone_key(), one.alone_key());
    }
}

#[test]
fn release_starts_anew_and_harms_nothing() {
    let (mut client, mut server) = agree(PLAIN, PLAIN);
    let payload = prose(1, 300);
    let lens = [false, false, true, false].map(|release| {
        if release {
            client.release_idle();
        }
        let sent = encode(&mut client, &to_send(&WHOLE), &payload);
        assert_eq!(decode(&mut server, &sent, 9, 300).as_ref(), Ok(&payload));
        sent.1.len()
    });
    assert!(lens[1] < lens[0] && lens[2..] == lens[..2], "{lens:?}");
}

#[test]
fn what_is_sent_as_it_is_leaves_no_trace() {
    let (mut client, mut server) = agree(PLAIN, PLAIN);
    let noise: Vec<u8> = (0..200u32)
        .map(|at| (at.wrapping_mul(2_654_435_761) >> 23) as u8)
        .collect();
    let prose = prose(5, 400);
    let frame = to_send(&WHOLE);
    for (payload, is_marked) in [
        (&prose, true),
        (&noise, false),
        (&prose, true),
        (&noise, false),
        (&noise, false),
        (&prose, true),
    ] {
        let sent = encode(&mut client, &frame, payload);
        assert_eq!(sent.0.rsv == Rsv::RSV1, is_marked);
        assert_eq!(decode(&mut server, &sent, 50, 400).as_ref(), Ok(payload));
    }
}

#[test]
fn empty_frames_leave_the_context_alone() {
    let (mut client, mut server) = agree(PLAIN, PLAIN);
    let prose = prose(7, 400);
    let frames = [
        (fragment(true, false), &prose),
        (fragment(false, false), &Vec::new()),
        (fragment(false, true), &prose),
        (WHOLE, &Vec::new()),
        (WHOLE, &prose),
    ];
    let lens = frames.map(|(frame, payload)| {
        let sent = encode(&mut client, &to_send(&frame), payload);
        assert_eq!(decode(&mut server, &sent, 50, 400).as_ref(), Ok(payload));
        sent.1.len()
    });
    assert!(lens[2] * 4 < lens[0] && lens[4] * 4 < lens[0], "{lens:?}");
}

#[test]
fn short_frames_are_left_as_they_are_unless_told_otherwise() {
    let config = WebkitDeflateFrame::default().threshold_bytes(Some(100));
    let len = |compress, config: WebkitDeflateFrame, n_bytes| {
        let (mut client, _) = agree(config, PLAIN);
        let frame = FrameToSend {
            compress,
            ..to_send(&fragment(false, false))
        };
        encode(&mut client, &frame, &std::vec![b'a'; n_bytes])
            .1
            .len()
    };
    assert_eq!(len(Compress::Auto, config, 99), 99);
    assert!(len(Compress::Auto, config, 100) < 20);
    assert!(len(Compress::Always, config, 99) < 20);
    assert_eq!(len(Compress::Never, config, 100), 100);
    assert!(len(Compress::Auto, config.compress(Compress::Always), 99) < 20);
    assert_eq!(
        len(Compress::Auto, config.compress(Compress::Never), 999),
        999
    );
}

proptest! {
    #[test]
    fn frames_go_both_ways_however_they_are_cut(
        frames in prop::collection::vec(
            (any::<bool>(), 0u32..9, 0usize..700, any::<(bool, bool, u8)>(), 1usize..80),
            1..40,
        ),
        config in any::<[bool; 4]>(),
        windows in (8u8..=15, 8u8..=15),
    ) {
        let client = PLAIN
            .own_context_takeover(config[0])
            .peer_context_takeover(config[1])
            .own_max_window_bits(bits(windows.0));
        let server = PLAIN
            .own_context_takeover(config[2])
            .peer_context_takeover(config[3])
            .own_max_window_bits(bits(windows.1));
        let (mut client, mut server) = agree(client, server);
        for (to_server, seed, n_bytes, (fin, alone, compress), cut) in frames {
            let (from, to) = match to_server {
                true => (&mut client, &mut server),
                false => (&mut server, &mut client),
            };
            let frame = FrameToSend {
                opcode: Opcode::Binary,
                first: true,
                fin,
                compress: match compress % 3 {
                    0 => Compress::Never,
                    _ => Compress::Always,
                },
                alone,
            };
            let payload = prose(seed, n_bytes);
            let sent = encode(from, &frame, &payload);
            let received = decode(to, &sent, cut, payload.len());
            prop_assert_eq!(received, Ok(payload));
        }
    }
}

#[test]
fn a_setting_leaves_the_others_as_they_are() {
    let fastest = PLAIN.level(CompressionLevel::FASTEST);
    assert_ne!(fastest, PLAIN);
    assert_eq!(fastest.level(CompressionLevel::SMALLEST), PLAIN);
}

#[test]
fn the_name_is_one_for_both_roles() {
    let names: [String; 2] = [
        ClientExtension::name(&PLAIN).into(),
        ServerExtension::name(&PLAIN).into(),
    ];
    assert_eq!(names, [NAME, NAME]);
    let in_use = PLAIN
        .accept(&Offer::new(NAME))
        .expect("no parameter is needed");
    assert_eq!(in_use.name(), NAME);
}
