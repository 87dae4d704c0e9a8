//! The end of connections: who closed, with what, and what the other one saw (RFC 6455 §7).

use std::time::Duration;

use sockeye::{CloseCode, Config, Error, Initiator, Role, State};
use sockeye_tests::{
    ClientCalls, ClientOptions, HandleCalls, RawPeer, RunningServer, Seen, Shell, Watched,
    WebSocketCalls, bind, frame, header, one_close, within,
};
use tokio::net::TcpListener;

use super::opening::{check_echo, connect};

pub(super) async fn by_the_client_is_seen_by_both<S: Shell>() {
    let mut server = Watched::<S>::echoing(|server| server).await;
    let mut ws = connect::<S>(&server.url()).await.unwrap();
    check_echo(&mut ws, "hello").await;
    let closing = ws.close(CloseCode::NormalClosure, "done");
    let ours = within("the closing handshake", closing).await.unwrap();
    let theirs = server.seen().await;
    assert!(matches!(theirs.end, Ok(())), "{theirs:?}");
    for (outcome, first) in [(ours, Initiator::Us), (theirs.outcome, Initiator::Peer)] {
        assert!(outcome.clean, "{outcome:?}");
        assert_eq!(outcome.code(), CloseCode::NormalClosure);
        assert_eq!(outcome.first, Some(first));
    }
}

pub(super) async fn by_the_server_is_seen_by_both<S: Shell>() {
    let (report, reported) = std::sync::mpsc::channel();
    let server = RunningServer::<S>::start(bind::<S>().await, move |mut ws, _request| {
        let report = report.clone();
        async move {
            let outcome = ws.close(CloseCode::PolicyViolation, "not today").await?;
            report.send(outcome)?;
            Ok(())
        }
    });
    let mut ws = connect::<S>(&server.url("")).await.unwrap();
    let seen = within("the end", Seen::receive(&mut ws)).await;
    assert!(matches!(seen.end, Ok(())), "{seen:?}");
    assert!(seen.outcome.clean, "{seen:?}");
    assert_eq!(seen.outcome.code(), CloseCode::PolicyViolation);
    assert_eq!(seen.outcome.reason(), "not today");
    assert_eq!(seen.outcome.first, Some(Initiator::Peer));
    drop(ws);
    within("the end at the server", async {
        while server.handle.connections() > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let theirs = reported.recv().unwrap();
    assert!(theirs.clean, "{theirs:?}");
    assert_eq!(theirs.first, Some(Initiator::Us));
}

pub(super) async fn by_both_at_once_is_clean<S: Shell>() {
    let server = RunningServer::<S>::start(bind::<S>().await, |mut ws, _request| async move {
        ws.close(CloseCode::NormalClosure, "server").await?;
        Ok(())
    });
    let mut ws = connect::<S>(&server.url("")).await.unwrap();
    let closing = ws.close(CloseCode::NormalClosure, "client");
    let outcome = within("the closing handshake", closing).await.unwrap();
    assert!(outcome.clean, "{outcome:?}");
}

pub(super) async fn without_a_word_is_a_lost_connection<S: Shell>() {
    let mut server = Watched::<S>::echoing(|server| server).await;
    let dropped = connect::<S>(&server.url()).await.unwrap();
    drop(dropped);
    let aborted = connect::<S>(&server.url()).await.unwrap();
    aborted.abort();
    for _ in 0..2 {
        let seen = server.seen().await;
        assert!(
            matches!(seen.end, Err(Error::ConnectionLost | Error::Io(_))),
            "{seen:?}"
        );
        assert_eq!(seen.outcome.code(), CloseCode::AbnormalClosure);
        assert!(!seen.outcome.clean, "{seen:?}");
    }
}

pub(super) async fn is_the_end_of_sending_and_receiving<S: Shell>() {
    let server = Watched::<S>::echoing(|server| server).await;
    let mut ws = connect::<S>(&server.url()).await.unwrap();
    let closing = ws.close(CloseCode::NormalClosure, "");
    within("the closing handshake", closing).await.unwrap();
    assert_eq!(ws.state(), State::Closed);
    let sent = ws.send("too late").await;
    assert!(matches!(sent, Err(Error::Closed)), "{sent:?}");
    for _ in 0..2 {
        let received = ws.recv().await;
        assert!(matches!(received, Ok(None)), "{received:?}");
    }
}

pub(super) async fn is_given_up_when_the_peer_does_not_answer<S: Shell>() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}/", listener.local_addr().unwrap());
    let mut config = Config::default();
    config.timeouts.close = Duration::from_millis(50);
    let client = S::client().config(config);
    let (opened, mut peer) = tokio::join!(client.connect(&url), RawPeer::accept(&listener));
    let (mut ws, _) = opened.unwrap();
    let closing = ws.close(CloseCode::NormalClosure, "");
    let outcome = within("the end of patience", closing).await.unwrap();
    assert!(!outcome.clean, "{outcome:?}");
    assert_eq!(outcome.code(), CloseCode::AbnormalClosure);
    assert_eq!(peer.frame().await.as_close(), Some((1000, "")));
}

pub(super) async fn a_violation_is_told_to_the_peer<S: Shell>() {
    let mut server = Watched::<S>::echoing(|server| server).await;
    let mut peer = RawPeer::open(&server).await;
    // RFC 6455 §8.1: text that is not UTF-8.
    peer.send(&frame(Role::Client, 0x81, &[0xff])).await;
    assert_eq!(peer.close_and_end("after invalid text").await, 1007);
    drop(peer);
    let seen = server.seen().await;
    assert!(matches!(seen.end, Err(Error::Protocol(_))), "{seen:?}");
}

/// A socket that is closed with bytes unread resets the connection, and the reset overtakes the
/// Close frame; so we half-close, and read on within bounds (RFC 6455 §7.1.1, §7.1.7).
pub(super) async fn a_violation_is_told_to_a_peer_that_goes_on_sending<S: Shell>() {
    let server = Watched::<S>::receiving(|server| server).await;
    for _ in 0..20 {
        let mut peer = RawPeer::open(&server).await;
        // RFC 6455 §5.2: an opcode that is reserved.
        peer.send(&header(Role::Client, 0x83, 0, &[])).await;
        let rest = peer.blast(&[0x55; 16 * 1024]).await;
        assert_eq!(one_close(&rest), Ok(1002));
    }
}

/// Within the bounds on what we read on for, the peer is not even reset: it can say all it had to
/// say, and end as if nothing had happened.
pub(super) async fn leaves_time_to_a_peer_that_stops_soon<S: Shell>() {
    // RFC 6455 §5.2: an opcode that is reserved, and then less than the 256 KiB that we drain.
    let violation = header(Role::Client, 0x83, 0, &[]);
    let junk = [0x55; 4096];
    let server = Watched::<S>::receiving(|server| server).await;
    for _ in 0..50 {
        let mut peer = RawPeer::open(&server).await;
        peer.send(&violation).await;
        let close = peer.frame().await;
        assert_eq!(close.as_close().map(|(code, _)| code), Some(1002));
        for _ in 0..48 {
            // The server's task has its turn between any two.
            tokio::task::yield_now().await;
            peer.send(&junk).await;
        }
        peer.half_close().await;
        let rest = peer.rest().await.expect("an orderly end, not a reset");
        assert!(rest.is_empty(), "{rest:02x?} behind the Close");
    }
}

/// RFC 6455 §7.1.1: the server closes first, and the peer sees a FIN before it has ended itself.
pub(super) async fn half_closes_before_it_reads_on<S: Shell>() {
    let server = Watched::<S>::receiving(|server| server).await;
    let mut peer = RawPeer::open(&server).await;
    peer.send(&frame(Role::Client, 0x88, b"\x03\xe8")).await;
    assert_eq!(peer.frame().await.as_close(), Some((1000, "")));
    let rest = within("a FIN", peer.rest()).await;
    assert!(rest.expect("an orderly end").is_empty());
}
