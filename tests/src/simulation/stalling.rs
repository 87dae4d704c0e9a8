//! Peers that stall without end: up to a stage they do what they should, and then nothing more.
//!
//! They speak raw bytes, and never close what they have opened until they are told to.

use std::future::{Future, poll_fn};
use std::io::IoSlice;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use bytes::BytesMut;
use sockeye_connection::Timeouts;
use sockeye_driver::Transport;
use sockeye_frame::Role;
use tokio::sync::oneshot;

use super::clock::sleep;
use super::network::SimulatedTransport;
use crate::{answer_to, frame, request};

/// Where a peer stalls.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Stage {
    /// Within its part of the opening handshake.
    Handshake,
    /// Behind the opening handshake; it reads, and answers no ping.
    Open,
    /// Amid a message, of which a byte comes now and then.
    Message,
    /// Reading nothing.
    Reading,
    /// Behind our Close frame, which it does not answer.
    Close,
}

impl Stage {
    /// How long the other end may take it, with these limits.
    pub(super) fn limit(self, handshake: Duration, timeouts: &Timeouts) -> Duration {
        let Timeouts {
            assembly,
            close,
            drain,
            write_stall,
            ping_interval,
            pong,
            ..
        } = timeouts;
        let limit = match self {
            Self::Handshake => Some(handshake),
            Self::Open => ping_interval.zip(*pong).map(|(ping, pong)| ping + pong),
            // The peer does not end what it sends after our Close frame either.
            Self::Message => assembly.map(|assembly| assembly + *drain),
            Self::Reading => *write_stall,
            Self::Close => Some(*close),
        };
        limit.expect("those that stall are limited")
    }
}

/// Stalls at `stage` until `done` says that the other side is over, or for longer than it may take.
///
/// Gives what it was sent.
pub(super) async fn stall(
    mut transport: SimulatedTransport,
    role: Role,
    stage: Stage,
    done: oneshot::Receiver<()>,
) -> Vec<u8> {
    let mut seen = Vec::new();
    open(&mut transport, role, stage, &mut seen).await;
    let mut done = pin!(done);
    let mut for_ever = pin!(sleep(FOR_EVER));
    if stage == Stage::Message {
        let message = frame(role, 0x82, &[b'm'; 125]);
        write(&mut transport, &message[..10]).await;
    }
    let mut n_left = if stage == Stage::Message { 100 } else { 0 };
    let mut reads = stage != Stage::Reading;
    loop {
        let mut interval = pin!(sleep(INTERVAL));
        let is_over = poll_fn(|cx| {
            while reads {
                let mut buf = BytesMut::new();
                match transport.poll_read(cx, &mut buf, 4096) {
                    Poll::Ready(Ok(1..)) => seen.extend(&buf),
                    Poll::Ready(_) => reads = false,
                    Poll::Pending => break,
                }
            }
            if done.as_mut().poll(cx).is_ready() || for_ever.as_mut().poll(cx).is_ready() {
                return Poll::Ready(true);
            }
            match n_left > 0 && interval.as_mut().poll(cx).is_ready() {
                true => Poll::Ready(false),
                false => Poll::Pending,
            }
        })
        .await;
        if is_over {
            return seen;
        }
        n_left -= 1;
        write(&mut transport, b"m").await;
    }
}

/// Does this side's part of the opening handshake, or half of it.
async fn open(transport: &mut SimulatedTransport, role: Role, stage: Stage, seen: &mut Vec<u8>) {
    let is_whole = stage != Stage::Handshake;
    let portion = |head: &str| match is_whole {
        true => head.len(),
        false => head.len() / 2,
    };
    if role == Role::Client {
        let head = request("");
        write(transport, &head.as_bytes()[..portion(&head)]).await;
        if !is_whole {
            return;
        }
    }
    while !seen.windows(4).any(|end| end == b"\r\n\r\n") {
        let mut buf = BytesMut::new();
        let read = poll_fn(|cx| transport.poll_read(cx, &mut buf, 4096)).await;
        let Ok(1..) = read else {
            return;
        };
        seen.extend(&buf);
    }
    if role == Role::Server {
        let asked = str::from_utf8(seen).expect("a head is text");
        let head = answer_to(asked, "");
        write(transport, &head.as_bytes()[..portion(&head)]).await;
    }
}

/// Writes all of it, unless the link breaks.
async fn write(transport: &mut SimulatedTransport, mut bytes: &[u8]) {
    while !bytes.is_empty() {
        let written = poll_fn(|cx| transport.poll_write(cx, &[IoSlice::new(bytes)])).await;
        let Ok(n) = written else {
            return;
        };
        bytes = &bytes[n..];
    }
}

/// Between bytes of a message that does not end.
const INTERVAL: Duration = Duration::from_secs(5);

/// Longer than any time limit, with leaps of the clock.
const FOR_EVER: Duration = Duration::from_secs(3600);
