//! An accept loop under adverse conditions.
//!
//! It must neither end nor spin, nor disturb the connections it has; and it takes new ones as soon
//! as it can.

#[cfg(target_os = "linux")]
mod starved;

use sockeye::Role;
use sockeye_tests::{RawPeer, frame};

async fn check_echo(peer: &mut RawPeer) {
    peer.send(&frame(Role::Client, 0x81, b"still")).await;
    assert_eq!(peer.frame().await.payload, b"still");
}
