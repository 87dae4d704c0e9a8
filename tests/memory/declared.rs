//! Lengths that are declared and not sent.

use sockeye::connection::{Connection, Input, Timestamp};
use sockeye::extensions::Chain;
use sockeye::{Config, Limits, Role};
use sockeye_tests::{RawPeer, WatchedServer, header};

use crate::heap::{Mark, alone};
use crate::watched::{Watched, received};

/// No limits at all, so that nothing but the way memory grows is in the way.
fn unlimited() -> Config {
    let limits = Limits {
        max_text_bytes: usize::MAX,
        max_binary_bytes: usize::MAX,
        max_fragments: Some(u32::MAX),
        ..Limits::default()
    };
    Config {
        limits,
        ..Config::default()
    }
}

fn connection(role: Role) -> Connection {
    let entropy = Box::new(|bytes: &mut [u8]| bytes.fill(7));
    Connection::new(
        role,
        unlimited(),
        Chain::default(),
        entropy,
        Timestamp::default(),
    )
}

#[test]
fn alone_take_nothing() {
    alone(async {
        for role in [Role::Client, Role::Server] {
            for first_byte in [0x81, 0x82, 0x01] {
                for len in [1_u64 << 40, (1 << 63) - 1] {
                    let mut connection = connection(role);
                    let mut bytes = header(role.peer(), first_byte, 127, &len.to_be_bytes());
                    let mark = Mark::set();
                    let event = connection.next_event(&mut Input::from(&mut bytes[..]), now());
                    assert!(event.is_none(), "{event:?}");
                    mark.assert_peak(16 * 1024, "a header");
                    // Where the driver would read the payload into: as little.
                    drop(connection.message_tail());
                    mark.assert_peak(16 * 1024, "room for what comes next");
                }
            }
        }
    });
}

#[test]
fn take_what_was_sent_of_them() {
    alone(async {
        let mut connection = connection(Role::Server);
        let mut bytes = header(Role::Client, 0x82, 127, &(1_u64 << 40).to_be_bytes());
        let mut chunk = vec![0; 1024];
        let mark = Mark::set();
        assert!(
            connection
                .next_event(&mut Input::from(&mut bytes[..]), now())
                .is_none()
        );
        for n_chunks in 1..=1024 {
            assert!(
                connection
                    .next_event(&mut Input::from(&mut chunk[..]), now())
                    .is_none()
            );
            // A buffer that doubles holds twice its bytes, and its old half while it moves.
            let most = 3 * n_chunks * 1024 + 16 * 1024;
            let peak = mark.peak();
            assert!(peak <= most, "{n_chunks} KiB: {peak} bytes of heap");
        }
        mark.assert_peak(4 << 20, "2^40 bytes declared and 1 MiB sent");
    });
}

#[test]
fn take_nothing_through_a_socket() {
    alone(async {
        let mut server = Watched::start(unlimited()).await;
        let (mut peer, sender) = server.open().await;
        let before = sender.stats().received.wire_bytes;
        let header = header(Role::Client, 0x82, 127, &(1_u64 << 40).to_be_bytes());
        let begun = [&header[..], b"1"].concat();
        let mark = Mark::set();
        peer.send(&begun).await;
        received(&sender, before + begun.len() as u64).await;
        mark.assert_peak(64 * 1024, "2^40 bytes declared and one sent");
    });
}

#[test]
fn of_a_hundred_connections_at_the_limit_take_little() {
    const N_PEERS: usize = 100;
    alone(async {
        let mut server = Watched::start(Config::default()).await;
        let mut connections = Vec::new();
        for _ in 0..N_PEERS {
            connections.push(server.open().await);
        }
        let limit = Limits::default().max_binary_bytes as u64;
        let header = header(Role::Client, 0x82, 127, &limit.to_be_bytes());
        let begun = [&header[..], b"1"].concat();
        let mark = Mark::set();
        for (peer, sender) in &mut connections {
            let before = sender.stats().received.wire_bytes;
            peer.send(&begun).await;
            received(sender, before + begun.len() as u64).await;
        }
        mark.assert_peak(
            N_PEERS * 9 * 1024,
            "2 MiB declared and one byte sent, by each of a hundred peers",
        );
    });
}

/// One byte more than the limit is refused from the header alone, and takes nothing either.
#[test]
fn above_the_limit_are_answered_with_1009_at_once() {
    alone(async {
        let server = WatchedServer::receiving(|server| server).await;
        let limits = Limits::default();
        for (first_byte, limit) in [
            (0x81, limits.max_text_bytes),
            (0x82, limits.max_binary_bytes),
        ] {
            let mut peer = RawPeer::open(server.address).await;
            let too_long = (limit as u64 + 1).to_be_bytes();
            let mark = Mark::set();
            peer.send(&header(Role::Client, first_byte, 127, &too_long))
                .await;
            assert_eq!(peer.close_and_end("one byte too many").await, 1009);
            mark.assert_peak(16 * 1024, "a message above the limit");
        }
    });
}

fn now() -> Timestamp {
    Timestamp::default()
}
