//! The end of connections: what the list in `shells` does not say of calls that wait.

use sockeye::blocking::Client;
use sockeye::{CloseCode, Role};
use sockeye_tests::frame;

use super::{connected, in_thread, result_of};

#[tokio::test]
async fn drops_messages_that_come_before_the_answer() {
    let (mut ws, mut peer) = connected(Client::new()).await;
    let closing = in_thread(move || {
        let outcome = ws.close(CloseCode::NormalClosure, "");
        assert!(ws.next().is_none(), "something behind the end");
        outcome
    });
    assert_eq!(peer.frame().await.as_close(), Some((1000, "")));
    for _ in 0..100 {
        peer.send(&frame(Role::Server, 0x81, b"late")).await;
    }
    peer.send(&frame(Role::Server, 0x88, b"\x03\xe8")).await;
    peer.half_close().await;
    let outcome = result_of("the closing handshake", closing).await.unwrap();
    assert!(outcome.clean, "{outcome:?}");
}
