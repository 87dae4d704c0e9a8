//! A peer that sends pings and never reads, and then reads.

use std::io::{Read, Write};
use std::net::TcpStream;

use sockeye::{Config, State};
use sockeye_tests::{RawFrame, within};
use tokio::task::spawn_blocking;

use crate::heap::{Mark, alone};
use crate::watched::{Watched, received};

/// 64 MiB in pings of the largest size: two bytes of header, four of a key that masks nothing, and
/// a payload that begins with the ping's number.
const PING_BYTES: usize = 2 + 4 + 125;
const N_PINGS: u64 = (64 * 1024 * 1024 / PING_BYTES) as u64 + 1;
const PINGS_PER_WRITE: u64 = 500;

#[test]
fn unread_grow_the_heap_by_less_than_256_kib_and_the_last_is_answered() {
    alone(async {
        let mut server = Watched::start(Config::default()).await;
        let (peer, sender) = server.open().await;
        let before = sender.stats().received.wire_bytes;
        let stream = peer.into_blocking();
        let mut buffer = vec![0; PING_BYTES * PINGS_PER_WRITE as usize];

        let mark = Mark::set();
        let sending = spawn_blocking(move || {
            send_pings(&stream, &mut buffer);
            (stream, buffer)
        });
        let (stream, buffer) = within("the end of sending", sending)
            .await
            .expect("no panic");
        received(&sender, before + N_PINGS * PING_BYTES as u64).await;
        mark.assert_peak(256 * 1024, "64 MiB of pings that nobody takes the pongs of");
        let n_sent = sender.stats().sent.frames;
        assert!(
            n_sent < N_PINGS,
            "the peer has read nothing, so most pings found no room"
        );

        // It reads at last: what left while there was room, and then the pong that counts.
        let reading = spawn_blocking(move || {
            read_pongs_to_the_last(&stream, buffer);
            stream
        });
        let reading = within("the pong for the last ping", reading);
        let stream = reading.await.expect("no panic");
        assert_eq!(sender.state(), State::Open, "it is kept");
        drop(stream);
    });
}

fn send_pings(mut stream: &TcpStream, buffer: &mut [u8]) {
    let mut number = 0;
    while number < N_PINGS {
        let n_pings = PINGS_PER_WRITE.min(N_PINGS - number);
        let (pings, _) = buffer.split_at_mut(n_pings as usize * PING_BYTES);
        for ping in pings.chunks_exact_mut(PING_BYTES) {
            ping[..6].copy_from_slice(&[0x89, 0x80 | 125, 0, 0, 0, 0]);
            ping[6..14].copy_from_slice(&number.to_be_bytes());
            number += 1;
        }
        stream.write_all(pings).expect("the server goes on reading");
    }
}

/// Reads pongs, which must be of ever later pings, up to the one for the last.
fn read_pongs_to_the_last(mut stream: &TcpStream, mut buffer: Vec<u8>) {
    let mut last = None;
    let mut received = Vec::new();
    while last != Some(N_PINGS - 1) {
        let n = stream.read(&mut buffer).expect("the connection lives");
        assert!(n > 0, "the end behind the pong for {last:?}");
        received.extend_from_slice(&buffer[..n]);
        let mut rest = &received[..];
        while let Some((pong, len)) = RawFrame::read(rest) {
            rest = &rest[len..];
            assert_eq!(
                (pong.first_byte, pong.payload.len()),
                (0x8a, 125),
                "{pong:?}"
            );
            let number = pong.payload.first_chunk().copied().map(u64::from_be_bytes);
            assert!(last < number, "{number:?} behind {last:?}");
            last = number;
        }
        let rest = rest.len();
        received.drain(..received.len() - rest);
    }
}
