//! Sends random messages to a peer that sends them back, in every way there is, and compares.

use std::fmt::{self, Display};
use std::ops::AddAssign;

use sockeye::tokio::{Receiver, Sender, WebSocket};
use sockeye::{CloseCode, Compress, Message, PreparedMessage, SendOptions, Stats};
use tokio::sync::Semaphore;

use crate::{Random, Traffic, within};

/// Messages that passed there and back, and the bytes they took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Exchanged {
    n_messages: usize,
    payload_bytes: u64,
    sent_wire_bytes: u64,
    received_wire_bytes: u64,
}

impl Exchanged {
    /// Whether fewer bytes came back on the wire than the messages have.
    #[must_use]
    pub const fn peer_compresses(&self) -> bool {
        self.received_wire_bytes < self.payload_bytes
    }

    /// Whether fewer bytes were sent on the wire than the messages have.
    #[must_use]
    pub const fn we_compress(&self) -> bool {
        self.sent_wire_bytes < self.payload_bytes
    }
}

impl AddAssign for Exchanged {
    fn add_assign(&mut self, other: Self) {
        self.n_messages += other.n_messages;
        self.payload_bytes += other.payload_bytes;
        self.sent_wire_bytes += other.sent_wire_bytes;
        self.received_wire_bytes += other.received_wire_bytes;
    }
}

impl Display for Exchanged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} messages of {} bytes both ways, {} bytes on the wire there, {} back",
            self.n_messages, self.payload_bytes, self.sent_wire_bytes, self.received_wire_bytes,
        )
    }
}

/// Sends the first `n_messages` of `seed`, each in a way that the seed decides, receives them again
/// and closes.
///
/// # Panics
///
/// If another message comes back, or none in time; `what` and the seed are in the message.
pub async fn exchange(
    ws: WebSocket,
    what: impl Display,
    seed: u64,
    n_messages: usize,
) -> Exchanged {
    let what = format!("{what}, seed {seed}");
    let (sender, mut receiver) = ws.split();
    let ahead = Semaphore::new(MAX_AHEAD);
    let sending = send_all(&sender, &what, seed, n_messages, &ahead);
    let receiving = receive_all(&mut receiver, &what, seed, n_messages, &ahead);
    tokio::join!(sending, receiving);
    let stats = sender.stats();
    let closing = async {
        // Closing is answered while somebody receives.
        let (outcome, rest) = tokio::join!(
            sender.close(CloseCode::NormalClosure, "that was all"),
            receiver.recv()
        );
        assert!(matches!(rest, Ok(None)), "{what}: {rest:?} at the end");
        outcome
    };
    let outcome = within(format_args!("{what}: the close"), closing).await;
    assert!(
        outcome.as_ref().is_ok_and(|outcome| outcome.clean),
        "{what}: {outcome:?}"
    );
    let Stats { sent, received, .. } = stats;
    assert_eq!(sent.payload_bytes, received.payload_bytes, "{what}");
    Exchanged {
        n_messages,
        payload_bytes: sent.payload_bytes,
        sent_wire_bytes: sent.wire_bytes,
        received_wire_bytes: received.wire_bytes,
    }
}

async fn send_all(sender: &Sender, what: &str, seed: u64, n_messages: usize, ahead: &Semaphore) {
    let mut ways = Random::new(!seed);
    for (number, message) in Traffic::new(seed).take(n_messages).enumerate() {
        let what = format!("{what}: sending message {number}");
        let room = within(&what, ahead.acquire()).await;
        room.expect("nobody closes it").forget();
        let sent = within(&what, send(sender, message, &mut ways)).await;
        sent.unwrap_or_else(|error| panic!("{what}: {error:?}"));
    }
    let flushed = within(what, sender.flush()).await;
    flushed.unwrap_or_else(|error| panic!("{what}: {error:?}"));
}

/// One message, as one of several calls sends it.
async fn send(sender: &Sender, message: Message, ways: &mut Random) -> Result<(), sockeye::Error> {
    let options = SendOptions {
        compress: ways.pick(&[Compress::Auto, Compress::Always, Compress::Never]),
        secret: ways.below(4) == 0,
    };
    match ways.below(8) {
        0..3 => sender.send(message).await,
        3 => sender.feed(message).await,
        4 => sender.send_with(message, options).await,
        5 => {
            let message = PreparedMessage::with_options(message, options);
            sender.send_prepared(&message).await
        }
        _ => {
            let mut writer = sender.send_streaming_with(message.kind(), options).await?;
            for piece in pieces(message.as_bytes(), ways) {
                writer.write(piece.to_vec()).await?;
            }
            writer.finish().await
        }
    }
}

/// Cuts `bytes` at random, into up to six pieces; some are empty.
fn pieces<'a>(mut bytes: &'a [u8], random: &mut Random) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    for _ in 0..random.below(6) {
        let (piece, rest) = bytes.split_at(random.below(bytes.len() + 1));
        pieces.push(piece);
        bytes = rest;
    }
    pieces.push(bytes);
    pieces
}

async fn receive_all(
    receiver: &mut Receiver,
    what: &str,
    seed: u64,
    n_messages: usize,
    ahead: &Semaphore,
) {
    for (number, expected) in Traffic::new(seed).take(n_messages).enumerate() {
        let what = format!("{what}: message {number}, of {} bytes", expected.len());
        let message = match within(&what, receiver.recv()).await {
            Ok(Some(message)) => message,
            other => panic!("{what}: {other:?}"),
        };
        // Not `assert_eq`, which would print a mebibyte.
        assert!(message.kind() == expected.kind(), "{what}: another kind");
        let same = message.as_bytes().iter().zip(expected.as_bytes());
        let n_same = same.take_while(|(one, other)| one == other).count();
        assert!(
            message == expected,
            "{what}: came back with {} bytes, the first {n_same} of them right",
            message.len()
        );
        ahead.add_permits(1);
    }
}

/// Messages that may be under way at a time, so that a slow peer holds few.
const MAX_AHEAD: usize = 32;
