//! Messages in very many very small fragments.

use sockeye::connection::{Connection, Event, Input, ProtocolViolation, Timestamp};
use sockeye::extensions::Chain;
use sockeye::{Config, Limits, Role};
use sockeye_tests::{RawPeer, WatchedServer, frame, one_close};

use crate::heap::{Mark, alone};

fn connection(limits: Limits) -> Connection {
    let entropy = Box::new(|bytes: &mut [u8]| bytes.fill(7));
    let config = Config {
        limits,
        ..Config::default()
    };
    Connection::new(
        Role::Server,
        config,
        Chain::default(),
        entropy,
        Timestamp::default(),
    )
}

/// Feeds the first fragment and then `n_more`; gives the violation that ends this, if one does.
fn feed(connection: &mut Connection, payload: &[u8], n_more: usize) -> Option<ProtocolViolation> {
    let first = frame(Role::Client, 0x02, payload);
    let more = frame(Role::Client, 0x00, payload);
    // Unmasked in place, so each needs a copy; that one is on the stack.
    let mut copy = [0; 16];
    for bytes in std::iter::once(&first).chain(std::iter::repeat_n(&more, n_more)) {
        let copy = &mut copy[..bytes.len()];
        copy.copy_from_slice(bytes);
        match connection.next_event(&mut Input::from(copy), Timestamp::default()) {
            None => {}
            Some(Event::Violation(violation)) => return Some(violation),
            Some(event) => panic!("{event:?}"),
        }
    }
    None
}

#[test]
fn of_one_byte_take_what_their_payload_takes() {
    const N_MORE: usize = 500_000;
    alone(async {
        let mut connection = connection(Limits {
            max_fragments: Some(u32::MAX),
            ..Limits::default()
        });
        let mark = Mark::set();
        assert_eq!(feed(&mut connection, b"x", N_MORE), None);
        // A buffer that doubles holds twice its bytes, and its old half while it moves.
        mark.assert_peak(
            3 * N_MORE + 16 * 1024,
            "half a million bytes in as many fragments",
        );
    });
}

#[test]
fn of_nothing_take_nothing() {
    alone(async {
        let mut connection = connection(Limits {
            max_fragments: Some(u32::MAX),
            ..Limits::default()
        });
        let mark = Mark::set();
        assert_eq!(feed(&mut connection, b"", 1_000_000), None);
        mark.assert_peak(16 * 1024, "a million empty fragments");
    });
}

#[test]
fn end_at_the_limit_by_default() {
    alone(async {
        for payload in [&b""[..], b"x"] {
            let mut connection = connection(Limits::default());
            let mark = Mark::set();
            let end = feed(&mut connection, payload, 1_000_000);
            assert_eq!(end, Some(ProtocolViolation::TooManyFragments));
            assert_eq!(connection.stats().received.frames, 8192 + 1);
            mark.assert_peak(3 * 8192 + 16 * 1024, "as many fragments as there may be");
        }
    });
}

#[test]
fn through_a_socket_take_little_until_they_are_refused() {
    alone(async {
        let server = WatchedServer::receiving(|server| server).await;
        // Once to warm the buffers up, once to count.
        for most in [usize::MAX, 64 * 1024] {
            let mut peer = RawPeer::open(server.address).await;
            peer.send(&frame(Role::Client, 0x01, b"")).await;
            let junk = frame(Role::Client, 0x00, b"").repeat(1000);
            let mark = Mark::set();
            let rest = peer.blast(&junk).await;
            mark.assert_peak(most, "a flood of empty fragments");
            assert_eq!(one_close(&rest), Ok(1008));
        }
    });
}
