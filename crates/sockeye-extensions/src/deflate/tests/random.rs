//! Properties, over payloads, settings and cuts that nobody chose.

use alloc::vec;
use alloc::vec::Vec;

use flate2::{Compress as Zlib, Compression, Decompress, FlushCompress};
use flate2::{FlushDecompress, Status};
use proptest::collection::vec as vec_of;
use proptest::prelude::*;
use sockeye_frame::Rsv;

use super::messages::{Peers, Wire, receive, send};
use crate::testing::{WHOLE, WHOLE_TO_SEND};
use crate::{Compress, CompressionLevel, FrameStart, FrameToSend, PermessageDeflate, WindowBits};

fn configs() -> impl Strategy<Value = PermessageDeflate> {
    (any::<[bool; 3]>(), 8..=15u8, 8..=15u8, 1..=9u8).prop_map(
        |([server, client, always], server_bits, client_bits, level)| {
            PermessageDeflate::default()
                .server_context_takeover(server)
                .client_context_takeover(client)
                .server_max_window_bits(WindowBits::new(server_bits).expect("8 to 15"))
                .client_max_window_bits(WindowBits::new(client_bits).expect("8 to 15"))
                .level(CompressionLevel::new(level).expect("1 to 9"))
                .threshold_bytes(always.then_some(0))
                .insist(true)
        },
    )
}

/// Few different bytes, so that there are repetitions; at times many, at times long.
fn payloads() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec_of(0..4u8, 0..300),
        vec_of(any::<u8>(), 0..300),
        (vec_of(0..4u8, 1..40), 1..500usize).prop_map(|(bytes, n)| bytes.repeat(n)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn messages_arrive_as_they_were_sent(
        config in configs(),
        messages in vec_of((payloads(), any::<[bool; 3]>(), any::<prop::sample::Index>()), 1..8),
        n_bytes in 1..50usize,
    ) {
        let mut peers = Peers::new(config);
        for (payload, [from_client, alone, whole], cut) in messages {
            let message = FrameToSend { alone, ..WHOLE_TO_SEND };
            let (start, end) = payload.split_at(cut.index(payload.len() + 1));
            let fragments = if whole { vec![&payload[..]] } else { vec![start, end, b""] };
            let (from, to) = match from_client {
                true => (&mut peers.client, &mut peers.server),
                false => (&mut peers.server, &mut peers.client),
            };
            let wires = send(from, &message, &fragments);
            prop_assert_eq!(receive(to, &wires, n_bytes, payload.len()), Ok(payload));
        }
    }

    #[test]
    fn what_zlib_compresses_is_read(
        messages in vec_of(payloads(), 1..6),
        level in 0..10u32,
        bits in 9..=15u8,
        takeover in any::<bool>(),
        n_bytes in 1..50usize,
        n_frame in 1..200usize,
    ) {
        let mut config = PermessageDeflate::default();
        if takeover {
            config = config.context_takeover();
        }
        let mut server = Peers::new(config).server;
        let mut zlib = Zlib::new_with_window_bits(Compression::new(level), false, bits);
        for payload in messages {
            if !takeover {
                zlib.reset();
            }
            let mut compressed = Vec::with_capacity(2 * payload.len() + 1000);
            let status = zlib.compress_vec(&payload, &mut compressed, FlushCompress::Sync);
            prop_assert!(status.is_ok());
            match compressed.len() {
                0 => compressed.push(0),
                len => compressed.truncate(len - 4),
            }
            let n_frames = compressed.len().div_ceil(n_frame);
            let wires: Vec<_> = compressed
                .chunks(n_frame)
                .enumerate()
                .map(|(at, piece)| Wire {
                    frame: FrameStart {
                        first: at == 0,
                        fin: at + 1 == n_frames,
                        rsv: if at == 0 { Rsv::RSV1 } else { Rsv::NONE },
                        ..WHOLE
                    },
                    payload: piece.to_vec(),
                })
                .collect();
            prop_assert_eq!(receive(&mut server, &wires, n_bytes, payload.len()), Ok(payload));
        }
    }

    #[test]
    fn zlib_reads_what_is_compressed(
        config in configs(),
        messages in vec_of((payloads(), any::<bool>()), 1..6),
    ) {
        let mut server = Peers::new(config).server;
        let mut zlib = Decompress::new(false);
        for (payload, alone) in messages {
            let message = FrameToSend { alone, compress: Compress::Always, ..WHOLE_TO_SEND };
            let wires = send(&mut server, &message, &[&payload]);
            if wires[0].frame.rsv != Rsv::RSV1 {
                prop_assert_eq!(&wires[0].payload, &payload);
                continue;
            }
            let input = [&wires[0].payload[..], &[0x00, 0x00, 0xff, 0xff]].concat();
            let mut output = Vec::with_capacity(payload.len() + 1);
            let status = zlib.decompress_vec(&input, &mut output, FlushDecompress::Sync);
            prop_assert!(matches!(status, Ok(Status::Ok)));
            prop_assert_eq!(output, payload);
        }
    }

    #[test]
    fn any_bytes_give_the_same_however_they_are_cut(
        messages in vec_of(vec_of(any::<u8>(), 0..200), 1..4),
        takeover in any::<bool>(),
        n_bytes in 1..20usize,
    ) {
        let config = match takeover {
            true => PermessageDeflate::default().context_takeover(),
            false => PermessageDeflate::default(),
        };
        let (mut whole, mut cut) = (Peers::new(config).server, Peers::new(config).server);
        for payload in messages {
            let wires = [Wire { frame: FrameStart { rsv: Rsv::RSV1, ..WHOLE }, payload }];
            let expected = receive(&mut whole, &wires, usize::MAX, 1000);
            let given = receive(&mut cut, &wires, n_bytes, 1000);
            prop_assert_eq!(&given, &expected);
            if given.is_err() {
                break;
            }
        }
    }

    #[test]
    fn what_is_cut_off_is_never_given_as_something_else(
        payload in payloads(),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut peers = Peers::new(PermessageDeflate::default());
        let message = FrameToSend { compress: Compress::Always, ..WHOLE_TO_SEND };
        let mut wires = send(&mut peers.client, &message, &[&payload]);
        let len = wires[0].payload.len();
        if wires[0].frame.rsv == Rsv::RSV1 && len > 1 {
            wires[0].payload.truncate(1 + cut.index(len - 1));
            let received = receive(&mut peers.server, &wires, 9, 1 << 20);
            let is_start = received.is_err() || received.is_ok_and(|start| start == payload);
            prop_assert!(is_start);
        }
    }
}
