//! Changing between the ways to receive, on one connection, without loss.

use std::time::Duration;

use sockeye_connection::Config;
use sockeye_frame::Role;

use crate::WebSocket;
use crate::testing::{Manners, VirtualClock, block_on, link, poll_and_drop};

#[test]
fn a_pong_to_a_keepalive_ping_answers_the_pings_before_it() {
    let clock = VirtualClock::default();
    let (raw, server) = link(1 << 20, Manners::default());
    let mut server =
        WebSocket::from_upgraded(server, clock.timer(), &[], Role::Server, Config::default());
    let reply = block_on(&clock, server.ping()).unwrap();
    // A peer may answer the newest of several pings only (RFC 6455 §5.5.3): here the keepalive's.
    assert!(poll_and_drop(server.recv(), 1).is_none());
    clock.advance(Duration::from_secs(20));
    assert!(poll_and_drop(server.recv(), 1).is_none());
    let sent = raw.take_incoming();
    let (_, newest) = sent.split_at(sent.len() - 8);
    assert_eq!(sent.len(), 20, "two pings with eight bytes each");
    raw.inject(&[0x8A, 0x88, 0, 0, 0, 0]);
    raw.inject(newest);
    assert!(poll_and_drop(server.recv(), 1).is_none());
    let rtt = poll_and_drop(reply, 1)
        .expect("the reply is there")
        .unwrap();
    assert_eq!(rtt, Duration::from_secs(20));
}
