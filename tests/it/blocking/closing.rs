//! The end of connections, as threads see it.

use sockeye::blocking::{Client, connect};
use sockeye::{CloseCode, Error, Initiator, Role, State};
use sockeye_tests::frame;

use super::{Serving, bind, connected, in_thread, result_of};

#[tokio::test]
async fn by_the_client_is_seen_by_both() {
    let (report, mut reported) = tokio::sync::mpsc::unbounded_channel();
    let server = Serving::start(bind(), move |mut ws| {
        let end = ws.recv();
        report.send((end, ws.close_outcome()))?;
        Ok(())
    });
    let url = server.url();
    let client = in_thread(move || {
        let mut ws = connect(url).unwrap();
        let outcome = ws.close(CloseCode::NormalClosure, "done").unwrap();
        assert_eq!(ws.state(), State::Closed);
        let sent = ws.send("too late");
        assert!(matches!(sent, Err(Error::Closed)), "{sent:?}");
        assert_eq!(ws.recv().unwrap(), None);
        assert!(ws.next().is_none());
        outcome
    });
    let ours = result_of("the closing handshake", client).await;
    let (end, theirs) = reported.recv().await.unwrap();
    assert_eq!(end.unwrap(), None);
    for (outcome, first) in [(ours, Initiator::Us), (theirs.unwrap(), Initiator::Peer)] {
        assert!(outcome.clean, "{outcome:?}");
        assert_eq!(outcome.code(), CloseCode::NormalClosure);
        assert_eq!(outcome.first, Some(first));
    }
}

#[tokio::test]
async fn by_the_server_is_seen_by_both() {
    let (report, mut reported) = tokio::sync::mpsc::unbounded_channel();
    let server = Serving::start(bind(), move |mut ws| {
        report.send(ws.close(CloseCode::PolicyViolation, "not today")?)?;
        Ok(())
    });
    let url = server.url();
    let client = in_thread(move || {
        let mut ws = connect(url).unwrap();
        assert_eq!(ws.recv().unwrap(), None);
        ws.close_outcome().unwrap()
    });
    let ours = result_of("the end", client).await;
    assert!(ours.clean, "{ours:?}");
    assert_eq!(ours.code(), CloseCode::PolicyViolation);
    assert_eq!(ours.reason(), "not today");
    let theirs = reported.recv().await.unwrap();
    assert!(theirs.clean, "{theirs:?}");
    assert_eq!(theirs.first, Some(Initiator::Us));
}

#[tokio::test]
async fn by_both_at_once_is_clean() {
    let server = Serving::start(bind(), |mut ws| {
        ws.close(CloseCode::NormalClosure, "server")?;
        Ok(())
    });
    let url = server.url();
    let client = in_thread(move || {
        let mut ws = connect(url).unwrap();
        ws.close(CloseCode::NormalClosure, "client").unwrap()
    });
    let outcome = result_of("the closing handshake", client).await;
    assert!(outcome.clean, "{outcome:?}");
}

#[tokio::test]
async fn drops_messages_that_come_before_the_answer() {
    let (mut ws, mut peer) = connected(Client::new()).await;
    let closing = in_thread(move || ws.close(CloseCode::NormalClosure, ""));
    assert_eq!(peer.frame().await.as_close(), Some((1000, "")));
    for _ in 0..100 {
        peer.send(&frame(Role::Server, 0x81, b"late")).await;
    }
    peer.send(&frame(Role::Server, 0x88, b"\x03\xe8")).await;
    peer.half_close().await;
    let outcome = result_of("the closing handshake", closing).await.unwrap();
    assert!(outcome.clean, "{outcome:?}");
}

#[tokio::test]
async fn without_a_word_is_a_lost_connection() {
    let (report, mut reported) = tokio::sync::mpsc::unbounded_channel();
    let server = Serving::start(bind(), move |mut ws| {
        report.send(ws.recv())?;
        Ok(())
    });
    let url = server.url();
    let client = in_thread(move || {
        drop(connect(&url).unwrap());
        connect(&url).unwrap().abort();
    });
    result_of("two ends", client).await;
    for _ in 0..2 {
        let end = reported.recv().await.unwrap();
        assert!(
            matches!(end, Err(Error::ConnectionLost | Error::Io(_))),
            "{end:?}"
        );
    }
}

#[tokio::test]
async fn a_violation_is_told_to_the_peer() {
    let (mut ws, mut peer) = connected(Client::new()).await;
    // Of a server, with a mask (RFC 6455 §5.1).
    peer.send(&frame(Role::Client, 0x81, b"masked")).await;
    let ends = in_thread(move || (ws.recv(), ws.recv()));
    let close = peer.frame().await;
    assert_eq!(close.as_close().map(|(code, _)| code), Some(1002));
    peer.half_close().await;
    let (first, second) = result_of("the end", ends).await;
    assert!(matches!(first, Err(Error::Protocol(_))), "{first:?}");
    assert_eq!(second.unwrap(), None);
}
