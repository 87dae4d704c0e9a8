//! What can be asked of a connection, and what one costs at rest.

use alloc::sync::Arc;
use core::mem::{align_of, size_of};

use sockeye_extensions::Chain;
use sockeye_frame::Role;

use super::*;
use crate::testing::{Probe, at, frame, text};
use crate::{Event, Limits, Pair, Timeouts};

/// What a connection costs that does nothing; it holds no other memory then.
#[test]
fn an_idle_connection_is_small() {
    // The count of steps is there for tests alone.
    let size =
        size_of::<Connection>() - size_of::<Steps>().next_multiple_of(align_of::<Connection>());
    assert!(size <= 400, "{size} bytes");
    assert!(size_of::<Event<'_>>() <= 64);
}

#[test]
fn a_connection_can_be_sent_to_another_thread() {
    fn check<T: Send>() {}
    check::<Connection>();
    check::<Event<'static>>();
}

#[test]
fn a_new_connection_is_open_and_wants_only_to_send_keepalives() {
    let config = Arc::new(Config {
        drain_bytes: 7,
        ..Config::default()
    });
    let connection = Connection::new(
        Role::Client,
        Arc::clone(&config),
        Chain::default(),
        Pair::entropy(),
        at(7),
    );
    assert_eq!(connection.role(), Role::Client);
    assert_eq!(connection.state(), State::Open);
    assert_eq!(connection.config(), &*config);
    assert!(!connection.has_extensions());
    assert_eq!(connection.stats(), Stats::default());
    assert_eq!(connection.buffered_bytes(), 0);
    assert!(connection.is_writable());
    assert!(connection.wants_input());
    assert!(!connection.is_receiving_message());
    assert_eq!(connection.close_outcome(), None);
    assert_eq!(connection.poll_timeout(), Some(at(27)));
}

#[test]
fn high_water_mark_is_a_matter_of_politeness() {
    let limits = Limits {
        high_water_bytes: 100,
        ..Limits::default()
    };
    let config = Config {
        limits,
        timeouts: Timeouts::default(),
        ..Config::default()
    };
    let mut probe = Probe::with(Role::Server, config, Chain::default());
    let send = |probe: &mut Probe, len: usize| {
        let payload = "x".repeat(len);
        probe.connection.send_text_copy(&payload, probe.now)
    };
    assert_eq!(send(&mut probe, 98), Ok(()));
    assert_eq!(probe.connection.buffered_bytes(), 100);
    assert!(probe.connection.is_writable(), "at the mark");
    assert_eq!(send(&mut probe, 0), Ok(()));
    assert!(!probe.connection.is_writable(), "above the mark");
    assert_eq!(send(&mut probe, 10), Ok(()), "the queue is not full");
    probe.written();
    assert!(probe.connection.is_writable());
}

#[test]
fn stats_count_both_directions() {
    let mut probe = Probe::new(Role::Server);
    let bytes = [
        frame(Role::Server, false, sockeye_frame::Opcode::Text, b"abc"),
        frame(Role::Server, true, sockeye_frame::Opcode::Ping, b""),
        frame(
            Role::Server,
            true,
            sockeye_frame::Opcode::Continuation,
            b"de",
        ),
    ]
    .concat();
    let events = probe.feed(&bytes);
    assert_eq!(events.last(), Some(&text("abcde")));
    probe.connection.send("four".into(), probe.now).unwrap();
    let stats = probe.connection.stats();
    assert_eq!(
        stats.received,
        Traffic {
            messages: 1,
            frames: 3,
            payload_bytes: 5,
            wire_bytes: bytes.len() as u64,
        }
    );
    let queued = Traffic {
        messages: 1,
        frames: 2,
        payload_bytes: 4,
        wire_bytes: 0,
    };
    assert_eq!(stats.sent, queued);
    let wire_bytes = probe.written().len() as u64;
    assert_eq!(wire_bytes, 2 + 6);
    assert_eq!(
        probe.connection.stats().sent,
        Traffic {
            wire_bytes,
            ..queued
        }
    );
}

#[test]
fn says_where_it_stands_and_no_payload() {
    let mut probe = Probe::new(Role::Client);
    let connection = &mut probe.connection;
    connection.send("secret".into(), probe.now).unwrap();
    let shown = alloc::format!("{connection:?}");
    assert!(
        shown.contains("role: Client") && shown.contains("buffered_bytes: 12"),
        "{shown}"
    );
    assert!(!shown.contains("secret"), "{shown}");
}
