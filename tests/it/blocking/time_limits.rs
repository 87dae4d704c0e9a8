//! Calls that wait no longer than they are told to, or than the connection's limits let them.

use std::time::Duration;

use sockeye::blocking::Client;
use sockeye::{Config, Error, Role, TimeoutKind, Timeouts};
use sockeye_tests::{PATIENCE, RawPeer, frame};

use super::{Serving, bind, connected, in_thread, result_of};

const SHORT: Duration = Duration::from_millis(50);

fn config(timeouts: Timeouts) -> Config {
    Config {
        timeouts,
        ..Config::default()
    }
}

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

#[tokio::test]
async fn a_silent_peer_is_pinged_and_given_up() {
    let limits = config(Timeouts {
        ping_interval: Some(SHORT),
        pong: Some(SHORT),
        ..Timeouts::default()
    });
    let (mut ws, mut peer) = connected(Client::new().config(limits)).await;
    let end = result_of("the end of patience", in_thread(move || ws.recv())).await;
    assert!(
        matches!(end, Err(Error::Timeout(TimeoutKind::Keepalive))),
        "{end:?}"
    );
    let ping = peer.frame().await;
    assert_eq!(ping.first_byte & 0x0f, 9, "{ping:?}");
}

#[tokio::test]
async fn a_peer_that_does_not_read_is_given_up() {
    let (report, mut reported) = tokio::sync::mpsc::unbounded_channel();
    let server = bind().config(config(Timeouts {
        write_stall: Some(SHORT),
        ..Timeouts::default()
    }));
    let server = Serving::start(server, move |mut ws| {
        while ws.send(vec![7; 60_000]).is_ok() {}
        report.send(ws.recv())?;
        Ok(())
    });
    let _peer = RawPeer::open(server.address).await;
    let end = sockeye_tests::within("the end of patience", reported.recv()).await;
    assert!(
        matches!(end, Some(Err(Error::Timeout(TimeoutKind::WriteStall)))),
        "{end:?}"
    );
}

#[tokio::test]
async fn a_peer_that_does_not_answer_our_close_is_given_up() {
    let limits = config(Timeouts {
        close: SHORT,
        ..Timeouts::default()
    });
    let (mut ws, mut peer) = connected(Client::new().config(limits)).await;
    let closing = in_thread(move || ws.close(sockeye::CloseCode::NormalClosure, "bye"));
    let outcome = result_of("the end of patience", closing).await.unwrap();
    assert!(!outcome.clean, "{outcome:?}");
    assert_eq!(peer.frame().await.as_close(), Some((1000, "bye")));
}
