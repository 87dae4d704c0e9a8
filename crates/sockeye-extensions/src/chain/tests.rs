//! The chain with no extension, with one, with two in both orders, and with faulty ones.

use alloc::string::ToString;
use alloc::vec;
use std::mem::size_of;

use super::*;
use crate::testing::{RunLength, WHOLE, WHOLE_TO_SEND, Xor, fragment, to_send};

const RLE_XOR: [&str; 2] = ["x-run-length", "x-xor"];
const XOR_RLE: [&str; 2] = ["x-xor", "x-run-length"];

fn chain<'a>(names: impl IntoIterator<Item = &'a str>) -> Chain {
    let mut chain = Chain::default();
    for name in names {
        let pushed = match name {
            "x-xor" => chain.push(Box::new(Xor::new(7))),
            "x-run-length" => chain.push(Box::new(RunLength::default())),
            other => panic!("no test extension {other}"),
        };
        assert_eq!(pushed, Ok(()));
    }
    chain
}

/// Encodes one frame; gives its bits and payload as they go on the wire.
fn encode(chain: &mut Chain, frame: &FrameStart, payload: &[u8]) -> (Rsv, Vec<u8>) {
    let mut out = b"before".to_vec();
    let rsv = chain
        .encode(&to_send(frame), payload, &mut out)
        .expect("encodes");
    let encoded = out
        .strip_prefix(b"before")
        .expect("what was there stays")
        .to_vec();
    match rsv {
        Some(rsv) => (rsv, encoded),
        None => {
            assert_eq!(encoded, b"", "nothing may be appended");
            (Rsv::NONE, payload.to_vec())
        }
    }
}

/// Decodes one frame whose payload arrives in pieces of `n_bytes`.
fn decode(
    chain: &mut Chain,
    frame: &FrameStart,
    payload: &[u8],
    n_bytes: usize,
    max_bytes: usize,
) -> Result<Vec<u8>, DecodeError> {
    if !chain.begin_frame(frame)? {
        return Ok(payload.to_vec());
    }
    let mut out = b"before".to_vec();
    let mut rest = payload;
    loop {
        let (piece, behind) = rest.split_at(n_bytes.min(rest.len()));
        let room = max_bytes - (out.len() - b"before".len());
        chain.decode(piece, behind.is_empty(), room, &mut out)?;
        if behind.is_empty() {
            return Ok(out
                .strip_prefix(b"before")
                .expect("what was there stays")
                .to_vec());
        }
        rest = behind;
    }
}

/// Sends messages of one frame each through the chain, with each cut of the payload.
#[track_caller]
fn check_round_trip(names: &[&str], messages: &[&[u8]]) {
    for n_bytes in [1, 2, 3, 7, usize::MAX] {
        let mut sender = chain(names.iter().copied());
        let mut receiver = chain(names.iter().copied());
        for message in messages {
            let (rsv, wire) = encode(&mut sender, &WHOLE, message);
            let frame = FrameStart { rsv, ..WHOLE };
            let received = decode(&mut receiver, &frame, &wire, n_bytes, message.len());
            assert_eq!(received.as_deref(), Ok(*message), "in pieces of {n_bytes}");
        }
    }
}

const MESSAGES: [&[u8]; 6] = [
    b"aaaaaaaabbbbbbbb",
    b"mixed",
    b"",
    b"ccccccccccc",
    &[0; 1000],
    b"mixed again",
];

#[test]
fn an_empty_chain_does_nothing() {
    let mut empty = Chain::default();
    assert!(empty.is_empty());
    assert_eq!(empty.rsv(), Rsv::NONE);
    assert_eq!(empty.names().count(), 0);
    for payload in MESSAGES {
        assert_eq!(
            encode(&mut empty, &WHOLE, payload),
            (Rsv::NONE, payload.to_vec())
        );
        assert_eq!(empty.encode(&WHOLE_TO_SEND, payload, &mut vec![]), Ok(None));
        assert_eq!(empty.begin_frame(&WHOLE), Ok(false));
        let mut out = vec![];
        assert_eq!(empty.decode(payload, true, payload.len(), &mut out), Ok(()));
        assert_eq!(out, payload);
    }
    let mut out = vec![];
    assert_eq!(
        empty.decode(b"four", true, 3, &mut out),
        Err(DecodeError::TooBig)
    );
    assert_eq!(out, b"");
}

#[test]
fn a_chain_is_small_and_can_change_threads() {
    fn is_send<T: Send>() {}
    is_send::<Chain>();
    assert!(size_of::<Chain>() <= 32);
    assert_eq!(Chain::default().links.capacity(), 0);
}

#[test]
fn one_extension_works_both_ways() {
    check_round_trip(&["x-xor"], &MESSAGES);
    check_round_trip(&["x-run-length"], &MESSAGES);
}

#[test]
fn two_extensions_work_both_ways_in_either_order() {
    check_round_trip(&RLE_XOR, &MESSAGES);
    check_round_trip(&XOR_RLE, &MESSAGES);
}

#[test]
fn the_first_extension_is_applied_first_when_sending() {
    // RFC 6455 §9.1: with "foo, bar" the operations on the data are bar(foo(data))
    let mut both = chain(RLE_XOR);
    assert!(both.names().eq(RLE_XOR));
    assert_eq!(both.rsv(), Rsv::RSV2 | Rsv::RSV3);
    let (rsv, wire) = encode(&mut both, &WHOLE, b"aaaabb");
    assert_eq!(rsv, Rsv::RSV2 | Rsv::RSV3);
    assert_eq!(wire, [4 ^ 7, b'a' ^ 8, 2 ^ 9, b'b' ^ 10]);

    // The other way round the runs are hidden before they are looked for.
    let mut both = chain(XOR_RLE);
    let (rsv, wire) = encode(&mut both, &WHOLE, b"aaaabb");
    assert_eq!(rsv, Rsv::RSV2);
    assert_eq!(
        wire,
        [
            b'a' ^ 7,
            b'a' ^ 8,
            b'a' ^ 9,
            b'a' ^ 10,
            b'b' ^ 11,
            b'b' ^ 12
        ]
    );

    // And runs that only the first one makes are found by the second.
    let (rsv, wire) = encode(&mut chain(XOR_RLE), &WHOLE, &[7, 8, 9, 10]);
    assert_eq!(rsv, Rsv::RSV2 | Rsv::RSV3);
    assert_eq!(wire, [4, 0]);
}

#[test]
fn the_last_extension_is_applied_first_when_receiving() {
    let frame = FrameStart {
        rsv: Rsv::RSV2 | Rsv::RSV3,
        ..WHOLE
    };
    let wire = [4 ^ 7, b'a' ^ 8, 2 ^ 9, b'b' ^ 10];
    assert_eq!(
        decode(&mut chain(RLE_XOR), &frame, &wire, 1, 6).as_deref(),
        Ok(&b"aaaabb"[..])
    );
    let wire = [4, 0];
    assert_eq!(
        decode(&mut chain(XOR_RLE), &frame, &wire, 1, 4).as_deref(),
        Ok(&[7, 8, 9, 10][..])
    );
}

#[test]
fn each_extension_may_leave_a_frame_as_it_is() {
    // The first does not apply.
    let (rsv, wire) = encode(&mut chain(RLE_XOR), &WHOLE, b"ab");
    assert_eq!((rsv, &wire[..]), (Rsv::RSV2, &[b'a' ^ 7, b'b' ^ 8][..]));
    let frame = FrameStart { rsv, ..WHOLE };
    assert_eq!(
        decode(&mut chain(RLE_XOR), &frame, &wire, 1, 2).as_deref(),
        Ok(&b"ab"[..])
    );

    // The last does not apply, to what the first has made.
    let (rsv, wire) = encode(&mut chain(XOR_RLE), &WHOLE, b"aaaa");
    assert_eq!(rsv, Rsv::RSV2);
    let frame = FrameStart { rsv, ..WHOLE };
    assert_eq!(
        decode(&mut chain(XOR_RLE), &frame, &wire, 1, 4).as_deref(),
        Ok(&b"aaaa"[..])
    );

    // Neither applies.
    for names in [RLE_XOR, XOR_RLE] {
        assert_eq!(
            chain(names).encode(&WHOLE_TO_SEND, b"", &mut vec![]),
            Ok(None)
        );
        assert_eq!(chain(names).begin_frame(&WHOLE), Ok(false));
    }
}

#[test]
fn a_fragmented_message_passes_with_its_mark_on_the_first_frame() {
    let fragments: [(&FrameStart, &[u8]); 3] = [
        (&fragment(true, false), b"aaaaaaaaaa"),
        (&fragment(false, false), b"not shorter"),
        (&fragment(false, true), b""),
    ];
    let marks = [Rsv::RSV2 | Rsv::RSV3, Rsv::RSV2, Rsv::NONE];
    for n_bytes in [1, 3, usize::MAX] {
        let (mut sender, mut receiver) = (chain(RLE_XOR), chain(RLE_XOR));
        for ((frame, payload), mark) in fragments.into_iter().zip(marks) {
            let (rsv, wire) = encode(&mut sender, frame, payload);
            assert_eq!(rsv, mark);
            let frame = FrameStart { rsv, ..*frame };
            let received = decode(&mut receiver, &frame, &wire, n_bytes, payload.len());
            assert_eq!(received.as_deref(), Ok(payload));
        }
    }
}

#[test]
fn an_extension_may_hold_output_back_until_a_later_frame() {
    // One run, cut between its length and its byte by the end of a frame.
    let mut receiver = chain(["x-run-length"]);
    let first = FrameStart {
        rsv: Rsv::RSV3,
        ..fragment(true, false)
    };
    assert_eq!(
        decode(&mut receiver, &first, &[5], 1, 5).as_deref(),
        Ok(&b""[..])
    );
    let last = fragment(false, true);
    assert_eq!(
        decode(&mut receiver, &last, b"a", 1, 5).as_deref(),
        Ok(&b"aaaaa"[..])
    );

    // The end of the message does not wait for the byte.
    let whole = FrameStart {
        rsv: Rsv::RSV3,
        ..WHOLE
    };
    let received = decode(&mut receiver, &whole, &[5], 1, 5);
    assert_eq!(received, Err(DecodeError::InvalidData));
}

#[test]
fn a_bit_that_is_not_allowed_is_an_error() {
    let all = [Rsv::RSV1, Rsv::RSV2, Rsv::RSV3];
    for rsv in all {
        let frame = FrameStart { rsv, ..WHOLE };
        let refused = Err(DecodeError::ReservedBits);
        assert_eq!(Chain::default().begin_frame(&frame), refused);
        let expected = if rsv == Rsv::RSV2 { Ok(true) } else { refused };
        assert_eq!(chain(["x-xor"]).begin_frame(&frame), expected);
        let expected = if rsv == Rsv::RSV1 { refused } else { Ok(true) };
        assert_eq!(chain(RLE_XOR).begin_frame(&frame), expected);
        let frame = FrameStart {
            rsv: rsv | Rsv::RSV1,
            ..WHOLE
        };
        assert_eq!(chain(RLE_XOR).begin_frame(&frame), refused);
    }
    // Claimed, but not on a continuation: the extension says so itself.
    let mut receiver = chain(RLE_XOR);
    assert_eq!(receiver.begin_frame(&fragment(true, false)), Ok(false));
    let continuation = FrameStart {
        rsv: Rsv::RSV3,
        ..fragment(false, true)
    };
    assert_eq!(
        receiver.begin_frame(&continuation),
        Err(DecodeError::ReservedBits)
    );
}

#[test]
fn the_end_of_a_frame_reaches_every_extension() {
    let frame = FrameStart {
        rsv: Rsv::RSV2 | Rsv::RSV3,
        ..WHOLE
    };
    // A run without its byte, behind the one extension and before the other.
    for (names, wire) in [(XOR_RLE, [5]), (RLE_XOR, [5 ^ 7])] {
        let received = decode(&mut chain(names), &frame, &wire, 1, 5);
        assert_eq!(received, Err(DecodeError::InvalidData), "{names:?}");
    }
}

#[test]
fn the_bits_of_all_extensions_are_set() {
    let faulty = |claims| Faulty {
        claims,
        encoded: Some(claims),
        ..Faulty::default()
    };
    let mut sender = Chain::default();
    for claims in [Rsv::RSV1, Rsv::RSV3, Rsv::RSV2] {
        sender
            .push(Box::new(faulty(claims)))
            .expect("each has its own");
    }
    let all = Rsv::RSV1 | Rsv::RSV2 | Rsv::RSV3;
    assert_eq!(
        sender.encode(&WHOLE_TO_SEND, b"x", &mut vec![]),
        Ok(Some(all))
    );
}

#[test]
fn the_limit_holds_to_the_byte() {
    let cases: [(&[&str], &[u8], Rsv, usize); 4] = [
        (&["x-xor"], b"abc", Rsv::RSV2, 3),
        (&["x-run-length"], &[255, 0, 45, 1], Rsv::RSV3, 300),
        (
            &RLE_XOR,
            &[255 ^ 7, 8, 45 ^ 9, 1 ^ 10],
            Rsv::RSV2 | Rsv::RSV3,
            300,
        ),
        (&XOR_RLE, &[255, 0, 45, 1], Rsv::RSV2 | Rsv::RSV3, 300),
    ];
    for (names, wire, rsv, len) in cases {
        let frame = FrameStart { rsv, ..WHOLE };
        let receive = |n_bytes, max_bytes| {
            let mut receiver = chain(names.iter().copied());
            decode(&mut receiver, &frame, wire, n_bytes, max_bytes).map(|message| message.len())
        };
        for n_bytes in [1, usize::MAX] {
            assert_eq!(receive(n_bytes, len), Ok(len), "{names:?}");
            assert_eq!(receive(n_bytes, usize::MAX), Ok(len), "{names:?}");
            assert_eq!(
                receive(n_bytes, len - 1),
                Err(DecodeError::TooBig),
                "{names:?}"
            );
            assert_eq!(receive(n_bytes, 0), Err(DecodeError::TooBig), "{names:?}");
        }
    }
}

#[test]
fn the_limit_holds_between_two_extensions() {
    // Run lengths make much, the extension behind makes nothing of it.
    let frame = FrameStart {
        rsv: Rsv::RSV3,
        ..WHOLE
    };
    let receive = |len: usize, max_bytes| {
        let mut receiver = Chain::default();
        receiver
            .push(Box::new(Faulty {
                decoded: 0,
                ..Faulty::default()
            }))
            .expect("claims none");
        receiver
            .push(Box::new(RunLength::default()))
            .expect("claims another bit");
        let wire = [1, 0].repeat(len % 250);
        let wire = [wire, [250, 0].repeat(len / 250)].concat();
        decode(&mut receiver, &frame, &wire, usize::MAX, max_bytes).map(|message| message.len())
    };
    assert_eq!(ENCODED_SLACK_BYTES, 65_536);
    let allowed = 10 + ENCODED_SLACK_BYTES;
    assert_eq!(receive(allowed, 10), Ok(0));
    assert_eq!(receive(allowed + 1, 10), Err(DecodeError::TooBig));
    assert_eq!(receive(allowed + 1, usize::MAX), Ok(0));
}

#[test]
fn a_bit_has_one_owner() {
    let mut owners = chain(RLE_XOR);
    let conflict = owners
        .push(Box::new(Xor::new(0)))
        .expect_err("RSV2 is taken");
    assert_eq!(conflict.rsv(), Rsv::RSV2);
    assert_eq!(
        conflict.to_string(),
        "two extensions claim the same reserved bit"
    );

    let claims_all = Faulty {
        claims: Rsv::RSV1 | Rsv::RSV2 | Rsv::RSV3,
        ..Faulty::default()
    };
    let conflict = owners
        .push(Box::new(claims_all))
        .expect_err("two are taken");
    assert_eq!(conflict.rsv(), Rsv::RSV2 | Rsv::RSV3);

    // The chain is as it was.
    assert!(owners.names().eq(RLE_XOR));
    assert_eq!(owners.rsv(), Rsv::RSV2 | Rsv::RSV3);
    // Without bits there is no conflict, and a free one can still be had.
    assert_eq!(owners.push(Box::new(Faulty::default())), Ok(()));
    assert_eq!(owners.push(Box::new(Faulty::default())), Ok(()));
    let claims_free = Faulty {
        claims: Rsv::RSV1,
        ..Faulty::default()
    };
    assert_eq!(owners.push(Box::new(claims_free)), Ok(()));
    assert_eq!(owners.names().count(), 5);
    assert_eq!(owners.rsv(), Rsv::RSV1 | Rsv::RSV2 | Rsv::RSV3);
}

/// Does as it is told, whether its contract allows it or not.
#[derive(Debug, Default)]
struct Faulty {
    claims: Rsv,
    /// How many bytes a call of `decode` appends, whatever the limit.
    decoded: usize,
    encoded: Option<Rsv>,
    /// What `encode` appends, whatever it returns.
    appended: &'static [u8],
    /// How many bytes of those before `encode` takes away.
    n_removed: usize,
    fails: bool,
}

impl Extension for Faulty {
    fn name(&self) -> &str {
        "x-faulty"
    }

    fn rsv(&self) -> Rsv {
        self.claims
    }

    fn begin_frame(&mut self, _frame: &FrameStart) -> Result<bool, DecodeError> {
        Ok(true)
    }

    fn decode(
        &mut self,
        _payload: &[u8],
        _end_of_frame: bool,
        _max_bytes: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), DecodeError> {
        out.resize(out.len() + self.decoded, 0);
        Ok(())
    }

    fn encode(
        &mut self,
        _frame: &FrameToSend,
        _payload: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<Option<Rsv>, EncodeError> {
        out.truncate(out.len().saturating_sub(self.n_removed));
        out.extend_from_slice(self.appended);
        if self.fails {
            Err(EncodeError::Failed)
        } else {
            Ok(self.encoded)
        }
    }
}

fn chain_of(extension: Faulty) -> Chain {
    let mut chain = Chain::default();
    chain.push(Box::new(extension)).expect("the only one");
    chain
}

#[test]
fn an_extension_cannot_exceed_the_limit() {
    let receive = |decoded, max_bytes| {
        let mut receiver = chain_of(Faulty {
            decoded,
            ..Faulty::default()
        });
        decode(&mut receiver, &WHOLE, b"x", 1, max_bytes).map(|message| message.len())
    };
    assert_eq!(receive(10, 10), Ok(10));
    assert_eq!(receive(11, 10), Err(DecodeError::TooBig));
}

#[test]
fn what_an_extension_appends_to_a_frame_it_leaves_is_removed() {
    let mut sender = chain_of(Faulty {
        appended: b"rubbish",
        ..Faulty::default()
    });
    assert_eq!(
        encode(&mut sender, &WHOLE, b"x"),
        (Rsv::NONE, b"x".to_vec())
    );
}

#[test]
fn an_extension_cannot_set_a_bit_that_it_does_not_claim() {
    let send = |claims, encoded| {
        let faulty = Faulty {
            claims,
            encoded: Some(encoded),
            ..Faulty::default()
        };
        chain_of(faulty).encode(&WHOLE_TO_SEND, b"x", &mut vec![])
    };
    assert_eq!(send(Rsv::RSV1, Rsv::RSV1), Ok(Some(Rsv::RSV1)));
    assert_eq!(send(Rsv::RSV1, Rsv::NONE), Ok(Some(Rsv::NONE)));
    assert_eq!(
        send(Rsv::RSV1, Rsv::RSV1 | Rsv::RSV2),
        Err(EncodeError::UnclaimedBits)
    );
    assert_eq!(send(Rsv::NONE, Rsv::RSV3), Err(EncodeError::UnclaimedBits));
}

#[test]
fn an_extension_cannot_take_away_what_is_not_its_own() {
    for (encoded, fails) in [(None, false), (Some(Rsv::NONE), false), (None, true)] {
        let send = |n_removed, appended| {
            let mut sender = chain_of(Faulty {
                encoded,
                appended,
                n_removed,
                fails,
                ..Faulty::default()
            });
            let mut out = b"queued".to_vec();
            let result = sender.encode(&WHOLE_TO_SEND, b"x", &mut out);
            (result, out)
        };
        for (n_removed, appended, left) in
            [(6, &b""[..], &b"\0\0\0\0\0\0"[..]), (2, b"x", b"queux\0")]
        {
            let expected = (Err(EncodeError::ShortenedOutput), left.to_vec());
            assert_eq!(send(n_removed, appended), expected);
        }
    }
}

#[test]
fn a_failure_to_encode_is_passed_on() {
    for position in [0, 1] {
        let mut sender = Chain::default();
        for index in [0, 1] {
            let faulty = Faulty {
                fails: index == position,
                ..Faulty::default()
            };
            sender.push(Box::new(faulty)).expect("claims no bit");
        }
        let sent = sender.encode(&WHOLE_TO_SEND, b"x", &mut vec![]);
        assert_eq!(sent, Err(EncodeError::Failed));
    }
}

#[test]
fn invalid_data_is_an_error_of_the_chain() {
    let frame = FrameStart {
        rsv: Rsv::RSV3,
        ..WHOLE
    };
    for wire in [&[0][..], &[0, 1], &[1, 1, 0, 0], &[3]] {
        let received = decode(&mut chain(["x-run-length"]), &frame, wire, 1, 100);
        assert_eq!(received, Err(DecodeError::InvalidData), "{wire:?}");
    }
}

#[test]
fn an_extension_goes_by_the_name_it_was_agreed_on_under() {
    for name in ["x-xor", "x-vendor-x-xor"] {
        let mut chain = Chain::default();
        assert_eq!(chain.push_as(name, Box::new(Xor::new(7))), Ok(()));
        for _ in 0..2 {
            assert!(chain.names().eq([name]));
            chain.end();
        }
    }
}

#[test]
fn a_chain_that_has_ended_keeps_names_and_bits_and_leaves_frames_as_they_are() {
    let mut chain = chain(RLE_XOR);
    let rsv = chain.rsv();
    let received = FrameStart { rsv, ..WHOLE };
    assert_eq!(chain.begin_frame(&received), Ok(true));
    for _ in 0..2 {
        chain.end();
        assert!(chain.names().eq(RLE_XOR));
        assert_eq!(chain.rsv(), rsv);
        let sent = encode(&mut chain, &WHOLE, b"aaaa");
        assert_eq!(sent, (Rsv::NONE, b"aaaa".to_vec()));
        let as_it_is = decode(&mut chain, &received, b"aaaa", 1, 4);
        assert_eq!(as_it_is.as_deref(), Ok(&b"aaaa"[..]));
    }
}

/// Each must allow it, since all see the same frames.
#[cfg(feature = "deflate")]
#[test]
fn a_chain_is_fragmented_afterwards_where_each_extension_allows_it() {
    use crate::{ClientExtension, Offer, PermessageDeflate};

    let mut chain = Chain::default();
    let answer = Offer::new("permessage-deflate");
    let deflate = PermessageDeflate::default().context_takeover();
    let deflate = ClientExtension::accept(&deflate, &answer).expect("no parameter is needed");
    chain.push(deflate).expect("the only one");
    assert!(chain.allows_fragmentation());
    chain.push(Box::new(Xor::new(7))).expect("another bit");
    assert!(!chain.allows_fragmentation());
}
