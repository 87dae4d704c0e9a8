//! What was read of messages, when the connection is taken apart.

use sockeye::Role;
use sockeye::blocking::Client;
use sockeye_tests::frame;

use super::{connected, in_thread, result_of};

#[tokio::test]
async fn the_transport_comes_out_with_what_was_read_and_not_decoded() {
    let (mut ws, mut peer) = connected(Client::new()).await;
    let both = [frame(Role::Server, 0x81, b"one"), b"\x81".to_vec()];
    peer.send(&both.concat()).await;
    let taken = in_thread(move || {
        assert_eq!(ws.recv().unwrap(), Some("one".into()));
        let address = ws.with_transport(|io| io.get_ref().local_addr().unwrap());
        let (io, leftover) = ws.into_inner();
        assert_eq!(io.get_ref().local_addr().unwrap(), address);
        (io, leftover)
    });
    let (_io, leftover) = result_of("the transport", taken).await;
    assert!(leftover.len() <= 1, "{leftover:?}");
    // Nobody else has the socket.
    drop(_io);
    assert!(peer.rest().await.unwrap_or_default().is_empty());
}
