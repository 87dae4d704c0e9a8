//! Prepared and other messages in any order on connections that compress, read by flate2's inflate.
//!
//! The reader knows RFC 7692 §7.2.2 and the window that was agreed on, and nothing of ours, but is of
//! the library that compresses: zlib-rs, or zlib-ng with that feature. zlib itself reads prepared
//! messages in `interop/compressed/raw_zlib.rs`. That distances keep to the window within a message
//! as well is tested beside the compressor. The mix of messages follows from a seed.

use sockeye::connection::{Connection, Pair, Timestamp, Transmit};
use sockeye::extensions::{Chain, ClientExtension, ServerExtension};
use sockeye::{
    Compress, Config, Message, MessageKind, PermessageDeflate, PreparedMessage, Role, SendOptions,
    WindowBits,
};
use sockeye_tests::{Inflate, Random, RawFrame};

/// One of ours that sends, and what reads it.
struct Sender {
    connection: Connection,
    inflate: Inflate,
}

impl Sender {
    fn new(window: u8, takeover: bool) -> Self {
        let bits = WindowBits::new(window).expect("9 to 15");
        let config = PermessageDeflate::default()
            .server_context_takeover(takeover)
            .server_max_window_bits(bits);
        let (_, extension) = config.negotiate(&config.offers()[0]).expect("its own");
        let mut chain = Chain::default();
        chain.push(extension).expect("the only one");
        let now = Timestamp::default();
        Self {
            connection: Connection::new(
                Role::Server,
                Config::default(),
                chain,
                Pair::entropy(),
                now,
            ),
            inflate: Inflate::new(window, takeover),
        }
    }

    /// Reads all that waits to be written, which is one message.
    fn written(&mut self) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        while let Transmit::Bytes(slices) = self.connection.transmit() {
            let n_before = bytes.len();
            slices.for_each(|slice| bytes.extend_from_slice(slice));
            let n = bytes.len() - n_before;
            self.connection.handle_transmitted(n, Timestamp::default());
        }
        let frames = RawFrame::read_all(&bytes);
        let payloads: Vec<u8> = frames
            .iter()
            .flat_map(|frame| frame.payload.iter().copied())
            .collect();
        match frames[0].first_byte & RSV1 {
            0 => Some(payloads),
            _ => self.inflate.message(&payloads),
        }
    }

    /// Sends `message` as any other, whole or in two fragments.
    fn send(&mut self, message: &Message, options: SendOptions, cut: Option<usize>) {
        let now = Timestamp::default();
        let Some(cut) = cut else {
            let sent = self.connection.send_with(message.clone(), options, now);
            return sent.expect("it is open");
        };
        let Message::Binary(bytes) = message else {
            panic!("fragments are made of binary messages here");
        };
        for (fragment, fin) in [(bytes.slice(..cut), false), (bytes.slice(cut..), true)] {
            self.connection
                .send_fragment_with(MessageKind::Binary, fragment, fin, options, now)
                .expect("it is open");
        }
    }
}

/// Words that come again and again, some from beyond a small window, or noise.
fn payload(random: &mut Random) -> Vec<u8> {
    let most = random.pick(&[0, 10, 100, 1000, 6000]);
    let len = most + random.below(50);
    if random.below(5) == 0 {
        return random.bytes(len);
    }
    let mut payload = Vec::new();
    while payload.len() < len {
        payload.extend_from_slice(random.pick(&[
            &b"salmon "[..],
            b"{\"id\":",
            b"12",
            b"7",
            b"},",
            b"river ",
        ]));
    }
    payload
}

fn options(random: &mut Random) -> SendOptions {
    SendOptions {
        compress: random.pick(&[
            Compress::Auto,
            Compress::Auto,
            Compress::Always,
            Compress::Never,
        ]),
        secret: random.below(5) == 0,
    }
}

#[test]
fn a_thousand_interleavings_are_read_by_zlib() {
    for seed in 0..1000 {
        let mut random = Random::new(seed);
        // Those that agreed alike share what is prepared.
        let mut senders = [
            (15, true),
            (15, false),
            (10, true),
            (10, true),
            (9, true),
            (9, true),
        ]
        .map(|(window, takeover)| Sender::new(window, takeover));
        let prepared: Vec<_> = (0..3)
            .map(|_| PreparedMessage::with_options(payload(&mut random), options(&mut random)))
            .collect();
        for step in 0..12 {
            let what = random.below(2);
            let (message, options) = (Message::from(payload(&mut random)), options(&mut random));
            for (at, sender) in senders.iter_mut().enumerate() {
                // Not all connections send all messages, so that each has a context of its own.
                if random.below(4) == 0 {
                    continue;
                }
                let expected = if what == 0 {
                    let prepared = random.pick(&prepared);
                    let sent = sender
                        .connection
                        .send_prepared(&prepared, Timestamp::default());
                    sent.expect("it is open");
                    prepared.as_message().clone()
                } else {
                    let cut = random.below(message.len() + 1);
                    let cut = (random.below(3) == 0).then_some(cut);
                    sender.send(&message, options, cut);
                    message.clone()
                };
                let read = sender.written();
                assert!(
                    read.as_deref() == Some(expected.as_bytes()),
                    "seed {seed}, step {step}, connection {at}: zlib reads {read:02x?}"
                );
            }
        }
    }
}

/// What the test above relies on: zlib refuses what reaches farther than its window or its context.
#[test]
fn zlib_notices_a_window_or_a_context_that_was_not_agreed_on() {
    for (n_bytes, window, takeover, is_read) in [
        // zlib looks no farther back than its window less 262 bytes.
        (1500, 11, true, true),
        (1500, 10, true, false),
        (500, 10, true, true),
        (500, 9, true, true),
        (500, 15, false, false),
    ] {
        let mut sender = Sender::new(11, true);
        sender.inflate = Inflate::new(window, takeover);
        let mut random = Random::new(1);
        let digits: Vec<u8> = (0..n_bytes).map(|_| random.pick(b"0123456789")).collect();
        for is_read in [true, is_read] {
            sender.send(&digits.clone().into(), SendOptions::default(), None);
            let read = sender.written();
            assert_eq!(
                read.as_ref() == Some(&digits),
                is_read,
                "{n_bytes} bytes, window {window}"
            );
        }
    }
}

const RSV1: u8 = 0x40;
