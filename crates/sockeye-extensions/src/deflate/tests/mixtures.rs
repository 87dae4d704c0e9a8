//! Ordinary, secret and prepared messages in any order, read by nothing but zlib's own inflate.

use alloc::vec;
use alloc::vec::Vec;

use flate2::{Decompress, FlushDecompress, Status};
use sockeye_frame::Rsv;

use super::messages::{Peers, Wire, send};
use crate::testing::WHOLE_TO_SEND;
use crate::{Chain, Compress, FrameToSend, PermessageDeflate};

/// A receiver that knows RFC 7692 §7.2.2 and no more.
struct Plain {
    state: Decompress,
    takeover: bool,
}

impl Plain {
    fn read(&mut self, wires: &[Wire]) -> Vec<u8> {
        let mut input: Vec<u8> = Vec::new();
        for wire in wires {
            input.extend_from_slice(&wire.payload);
        }
        if wires[0].frame.rsv != Rsv::RSV1 {
            return input;
        }
        input.extend_from_slice(&[0x00, 0x00, 0xff, 0xff]);
        if !self.takeover {
            self.state.reset(false);
        }
        let mut output = Vec::with_capacity(1 << 16);
        let n_before = self.state.total_in();
        let status = self
            .state
            .decompress_vec(&input, &mut output, FlushDecompress::Sync);
        assert!(matches!(status, Ok(Status::Ok)));
        assert_eq!(self.state.total_in() - n_before, input.len() as u64);
        output
    }
}

/// One of ours that sends, and the one that reads it.
struct Connection {
    chain: Chain,
    reader: Plain,
}

struct Chance(u64);

impl Chance {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }

    /// Words that come again and again, or noise, of up to some kilobytes.
    fn payload(&mut self) -> Vec<u8> {
        let n_bytes = [0, 10, 100, 1000, 8000][self.below(5)] + self.below(50);
        let is_noise = self.below(5) == 0;
        let mut payload = Vec::new();
        while payload.len() < n_bytes {
            match is_noise {
                true => payload.push(self.below(256) as u8),
                false => payload.extend_from_slice(
                    [&b"salmon "[..], b"{\"id\":", b"12", b"7", b"},", b"river "][self.below(6)],
                ),
            }
        }
        payload
    }
}

#[test]
fn a_thousand_mixtures_are_read_by_plain_zlib() {
    for seed in 0..1000 {
        let mut chance = Chance(seed);
        let config = PermessageDeflate::default();
        let configs = [
            config,
            config.context_takeover(),
            config.context_takeover(),
            config.context_takeover().threshold_bytes(Some(0)),
        ];
        let mut connections: Vec<Connection> = configs
            .iter()
            .enumerate()
            .map(|(at, &config)| Connection {
                chain: Peers::new(config).server,
                reader: Plain {
                    state: Decompress::new(false),
                    takeover: at > 0,
                },
            })
            .collect();
        for _ in 0..12 {
            let payload = chance.payload();
            let compress = [
                Compress::Auto,
                Compress::Auto,
                Compress::Always,
                Compress::Never,
            ][chance.below(4)];
            let mut message = FrameToSend {
                compress,
                ..WHOLE_TO_SEND
            };
            let cut = chance.below(payload.len() + 1);
            let (start, end) = payload.split_at(cut);
            let fragments = match chance.below(3) {
                0 => vec![start, end],
                _ => vec![&payload[..]],
            };
            // Another one encodes what is prepared.
            let n_connections = connections.len();
            connections.rotate_left(chance.below(n_connections));
            match chance.below(5) {
                // Prepared: encoded once for those of one key.
                0 | 1 => {
                    message.alone = true;
                    let mut encoded: Vec<(Option<u64>, Vec<Wire>)> = Vec::new();
                    for connection in &mut connections {
                        let chain = &mut connection.chain;
                        let key = chain.alone_key().map(|(_, key)| key);
                        let wires = match encoded.iter().find(|(known, _)| *known == key) {
                            Some((_, wires)) => {
                                chain.pass_alone();
                                wires.clone()
                            }
                            None => {
                                let wires = send(chain, &message, &fragments);
                                encoded.push((key, wires.clone()));
                                wires
                            }
                        };
                        assert!(connection.reader.read(&wires) == payload, "seed {seed}");
                    }
                    assert_eq!(encoded.len(), 2, "three share a key");
                }
                kind => {
                    message.alone = kind == 2;
                    for connection in &mut connections {
                        if chance.below(8) == 0 {
                            connection.chain.release_idle();
                        }
                        let wires = send(&mut connection.chain, &message, &fragments);
                        assert!(connection.reader.read(&wires) == payload, "seed {seed}");
                    }
                }
            }
        }
    }
}
