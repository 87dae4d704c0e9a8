//! Calls that wait no longer than they are told to.

use std::time::Duration;

use sockeye::Role;
use sockeye::blocking::Client;
use sockeye_tests::{PATIENCE, frame};

use super::{connected, in_thread, result_of};

const SHORT: Duration = Duration::from_millis(50);

#[tokio::test]
async fn receiving_for_a_while_loses_nothing() {
    let (mut ws, mut peer) = connected(Client::new()).await;
    // In the middle of a frame, and of a message.
    let bytes = [
        frame(Role::Server, 0x01, b"in "),
        frame(Role::Server, 0x80, b"parts"),
    ]
    .concat();
    let (mut ws, waited) = {
        peer.send(&bytes[..7]).await;
        let waiting = in_thread(move || {
            let waited = ws.recv_timeout(SHORT);
            (ws, waited)
        });
        result_of("the end of a while", waiting).await
    };
    assert!(waited.is_none(), "{waited:?}");
    peer.send(&bytes[7..]).await;
    let received = in_thread(move || ws.recv_timeout(PATIENCE));
    let received = result_of("a message", received).await;
    assert_eq!(received.unwrap().unwrap(), Some("in parts".into()));
}
