//! The masking keys of a client as they leave it (RFC 6455 §5.3, §10.3).
//!
//! A million frames, sent in every way there is, with keys from the operating system's generator.
//! Each bound below is met by a good generator but once in 10⁹ runs, all of them together.

use bytes::Bytes;
use sockeye_connection::{Config, MessageKind, PreparedMessage, SendOptions};
use sockeye_extensions::Chain;
use sockeye_frame::{FrameHeader, HeaderRules, Role, Rsv};

use crate::testing::{Manners, Marking, MemoryTransport, VirtualClock, block_on, link};
use crate::timer::Alarm;
use crate::web_socket::Agreement;
use crate::{Burst, WebSocket};

#[test]
fn of_a_million_frames_are_fresh_and_evenly_distributed() {
    let mut keys = Vec::with_capacity(N_FRAMES + 1000);
    let mut plain = Outlet::new(Chain::default());
    let mut encoding = Outlet::new(Marking::chain().0);
    while keys.len() < N_FRAMES {
        plain.send_in_every_way(&mut keys);
        encoding.send_in_every_way(&mut keys);
        for _ in 0..20 {
            plain.send_small_messages(&mut keys);
        }
    }
    keys.truncate(N_FRAMES);
    let n_zero = keys.iter().filter(|key| **key == [0; 4]).count();
    assert!(n_zero <= 2, "{n_zero} frames have a key of zeros");
    let n_repeated = keys.windows(2).filter(|two| two[0] == two[1]).count();
    assert!(n_repeated <= 2, "{n_repeated} frames have the key before");
    check_bits(&keys);
    check_bytes(&keys);
    check_equal_pairs(keys);
}

/// Each bit of a key is set in half of the keys, within seven standard deviations.
fn check_bits(keys: &[[u8; 4]]) {
    for bit in 0..32 {
        let is_set = |key: &&[u8; 4]| u32::from_be_bytes(**key) >> bit & 1 == 1;
        let n_set = keys.iter().filter(is_set).count();
        let off = n_set.abs_diff(N_FRAMES / 2);
        assert!(off < 7 * 500, "bit {bit} is set in {n_set} keys");
    }
}

/// Each byte of a key has all values equally often: chi² with 255 degrees of freedom.
fn check_bytes(keys: &[[u8; 4]]) {
    for at in 0..4 {
        let mut counts = [0_u32; 256];
        for key in keys {
            counts[usize::from(key[at])] += 1;
        }
        let expected = N_FRAMES as f64 / 256.0;
        let terms = counts.map(|n| (f64::from(n) - expected).powi(2) / expected);
        let chi2: f64 = terms.iter().sum();
        // Laurent and Massart: beyond these with a probability below e⁻²⁴ each.
        let within = 255.0 - 156.5..255.0 + 156.5 + 48.0;
        assert!(within.contains(&chi2), "chi² of byte {at} is {chi2}");
    }
}

/// As many keys are there twice as the birthday bound says: a Poisson distribution around 116.4.
fn check_equal_pairs(mut keys: Vec<[u8; 4]>) {
    keys.sort_unstable();
    let groups = keys.chunk_by(|a, b| a == b).map(<[_]>::len);
    let n_pairs: usize = groups.map(|n| n * (n - 1) / 2).sum();
    assert!((55..192).contains(&n_pairs), "{n_pairs} pairs are equal");
}

/// A client, and what comes out of it.
struct Outlet {
    clock: VirtualClock,
    client: WebSocket<MemoryTransport>,
    wire: MemoryTransport,
    prepared: PreparedMessage,
}

impl Outlet {
    fn new(extensions: Chain) -> Self {
        let clock = VirtualClock::default();
        let (client, wire) = link(usize::MAX, Manners::default());
        let agreement = Agreement {
            role: Role::Client,
            config: Config::default().into(),
            extensions,
            subprotocol: None,
            leftover: &[],
            drain: None,
        };
        let alarm = Alarm::new(clock.timer());
        Self {
            client: WebSocket::new(client, alarm, agreement),
            clock,
            wire,
            prepared: PreparedMessage::new("prepared"),
        }
    }

    fn send_small_messages(&mut self, keys: &mut Vec<[u8; 4]>) {
        block_on(&self.clock, async {
            for _ in 0..1000 {
                self.client.feed("").await.unwrap();
            }
            self.client.flush().await.unwrap();
        });
        self.take_keys(keys);
    }

    /// Once with each call that sends, with payloads that are copied and such that are not.
    fn send_in_every_way(&mut self, keys: &mut Vec<[u8; 4]>) {
        let client = &mut self.client;
        let shared = Bytes::from(vec![b's'; 40_000]);
        let echo = |burst: &mut Burst<'_>| {
            while let Some(message) = burst.next_message() {
                burst.send(&message).unwrap();
                burst.send_text("text").unwrap();
                burst.send_binary(b"binary").unwrap();
            }
        };
        block_on(&self.clock, async {
            client.send("text").await.unwrap();
            client.send(vec![1; 3000]).await.unwrap();
            client.send(shared.clone()).await.unwrap();
            let options = SendOptions::default();
            client.send_with("wishes", options).await.unwrap();
            client.send_prepared(&self.prepared).await.unwrap();
            client.try_send("now").unwrap();
            client.feed_with("later", options).await.unwrap();
            drop(client.ping().await.unwrap());
            let mut writer = client.send_streaming(MessageKind::Binary).await.unwrap();
            for _ in 0..3 {
                writer.write(vec![2; 100]).await.unwrap();
            }
            writer.finish().await.unwrap();
            client.flush().await.unwrap();
            // The peer's, in front of them a ping that is answered.
            self.wire.inject(&[0x89, 0x01, b'p']);
            match client.extensions().count() {
                0 => self.wire.inject(&[0x82, 0x02, b'm', b'b']),
                _ => self.wire.inject(&[0x82 | 0x10, 0x02, b'm', b'b']),
            }
            assert!(client.burst(echo).await.unwrap());
        });
        let n_before = keys.len();
        self.take_keys(keys);
        assert_eq!(keys.len() - n_before, 16, "each of them is a frame");
    }

    /// The keys of the frames that have come out since the last time.
    fn take_keys(&self, keys: &mut Vec<[u8; 4]>) {
        let rules = HeaderRules {
            receiver: Role::Server,
            rsv: Rsv::RSV3,
        };
        let bytes = self.wire.take_incoming();
        let mut rest = &bytes[..];
        while !rest.is_empty() {
            // The rules of a server: a frame without a mask is an error.
            let (header, len) = FrameHeader::decode(rest, rules).unwrap().unwrap();
            keys.push(header.mask.expect("a client masks").to_bytes());
            rest = &rest[len + header.payload_len as usize..];
        }
    }
}

const N_FRAMES: usize = 1_000_000;
