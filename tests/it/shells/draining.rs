//! A server that goes away tells every connection so, whatever that is doing.

use std::future::pending;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use sockeye::{CloseCode, DrainReport, Initiator, Role};
use sockeye_tests::{
    AsyncShell, HandleCalls, PATIENCE, RawPeer, RunningServer, Seen, ServerOptions, Shell, Watched,
    WebSocketCalls, bind, echo, frame, header, request, spawn, within,
};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::{Notify, oneshot};

use super::opening::connect;
use crate::sockets::many_sockets;

const N_CLIENTS: usize = 180;

/// Raw peers that are in the middle of something.
const N_BUSY: usize = 20;

pub(super) async fn closes_two_hundred_connections_with_1001<S: Shell>() {
    let _turn = many_sockets().await;
    let mut server = Watched::<S>::echoing(|server| server).await;
    let mut clients = Vec::new();
    for number in 0..N_CLIENTS {
        let mut ws = connect::<S>(&server.url()).await.expect("it serves");
        ws.send(number.to_string()).await.expect("it is open");
        let echo = within("an echo", ws.recv()).await.expect("it is open");
        assert_eq!(echo, Some(number.to_string().into()));
        clients.push(async move { Seen::receive(&mut ws).await });
    }
    let mut busy = Vec::new();
    for number in 0..N_BUSY {
        let mut peer = RawPeer::open(&server).await;
        // Within a message of several frames, or within a frame.
        match number % 2 {
            0 => peer.send(&frame(Role::Client, 0x01, b"first")).await,
            _ => peer.send(&header(Role::Client, 0x82, 100, &[])).await,
        }
        busy.push(peer);
    }
    assert_eq!(server.handle.connections(), N_CLIENTS + N_BUSY);

    let handle = server.handle.clone();
    let draining = async { handle.drain(Duration::from_secs(20)).await };
    let busy_ends = busy.into_iter().map(|mut peer| async move {
        let close = peer.frame().await;
        let going_away = Some((1001, "server is going away"));
        assert_eq!(close.as_close(), going_away, "{close:?}");
        // What is under way is not interrupted by the answer, which is a frame of its own.
        peer.half_close().await;
        peer.rest().await.expect("an orderly end")
    });
    let clients = within("the clients' ends", join_all(clients));
    let (report, seen, _) = tokio::join!(
        within("the end of draining", draining),
        clients,
        join_all(busy_ends)
    );

    let all = DrainReport {
        closed: N_CLIENTS + N_BUSY,
        aborted: 0,
    };
    assert_eq!(report, all);
    assert_eq!(server.handle.connections(), 0);
    for (number, seen) in seen.into_iter().enumerate() {
        assert_eq!(seen.messages, [], "{number}");
        assert!(matches!(seen.end, Ok(())), "{number}: {:?}", seen.end);
        assert_eq!(seen.outcome.code(), CloseCode::GoingAway, "{number}");
        assert_eq!(seen.outcome.first, Some(Initiator::Peer), "{number}");
        assert!(seen.outcome.clean, "{number}");
    }
    let mut n_clean = 0;
    for _ in 0..N_CLIENTS + N_BUSY {
        n_clean += usize::from(server.seen().await.outcome.clean);
    }
    assert_eq!(n_clean, N_CLIENTS);
}

fn report(closed: usize, aborted: usize) -> DrainReport {
    DrainReport { closed, aborted }
}

pub(super) async fn cuts_off_those_that_do_not_leave<S: AsyncShell>() {
    let server = RunningServer::<S>::start(bind::<S>().await, |mut ws, request| async move {
        ws.send("ready").await?;
        match request.uri().path() {
            "/stuck" => pending().await,
            _ => echo(ws).await,
        }
    });
    let mut stuck = connect::<S>(&server.url("stuck")).await.unwrap();
    let ready = within("the handler", stuck.recv()).await.unwrap();
    assert_eq!(ready, Some("ready".into()));
    let draining = server.handle.drain(Duration::from_millis(50));
    assert_eq!(within("the end of draining", draining).await, report(0, 1));
    assert!(within("the end", stuck.recv()).await.is_err());
    let served = within("the end of serving", server.serving).await;
    served.expect("no panic").unwrap();
}

/// Drains in the background; gives what comes of it.
async fn start_draining<S: Shell>(server: &RunningServer<S>) -> oneshot::Receiver<DrainReport> {
    let handle = server.handle.clone();
    let draining = spawn::<S, _>(async move { handle.drain(PATIENCE).await });
    within("the beginning of draining", async {
        while !server.handle.is_draining() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    draining
}

pub(super) async fn completes_what_a_handler_leaves<S: Shell>() {
    let gate = Arc::new(Notify::new());
    let handlers_gate = Arc::clone(&gate);
    let server = RunningServer::<S>::start(bind::<S>().await, move |mut ws, _request| {
        let gate = Arc::clone(&handlers_gate);
        async move {
            ws.recv().await?;
            gate.notified().await;
            // It is too late to send, so the handler ends here.
            ws.send("answer").await?;
            pending().await
        }
    });
    let mut peer = RawPeer::open(&server).await;
    peer.send(&frame(Role::Client, 0x82, b"question")).await;
    let draining = start_draining(&server).await;
    gate.notify_one();
    let close = peer.frame().await;
    let going_away = Some((1001, "server is going away"));
    assert_eq!(close.as_close(), going_away, "{close:?}");
    // What was on its way meets a reader: the connection is not reset.
    let message = frame(Role::Client, 0x82, &[7; 100_000]);
    let answer = frame(Role::Client, 0x88, &1001u16.to_be_bytes());
    peer.send(&[message, answer].concat()).await;
    let rest = peer.rest().await.expect("an orderly end");
    assert!(rest.is_empty(), "{rest:02x?}");
    let reported = within("the end of draining", draining).await;
    assert_eq!(reported.expect("no panic"), report(1, 0));
}

pub(super) async fn answers_unfinished_handshakes_with_503<S: Shell>() {
    let server = RunningServer::<S>::echoing(bind::<S>().await);
    let mut peer = RawPeer::connect(&server).await;
    peer.send(b"GET / HTTP/1.1\r\nHost: localhost\r\n").await;
    within("the connection at the server", async {
        while server.handle.connections() == 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let draining = start_draining(&server).await;
    // The server may have answered, and closed its direction, before it has read this.
    peer.try_send(
        b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
          Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    )
    .await;
    let head = peer.head().await;
    assert!(head.starts_with("HTTP/1.1 503 "), "{head}");
    drop(peer);
    let reported = within("the end of draining", draining).await;
    assert_eq!(reported.expect("no panic"), report(1, 0));
}

pub(super) async fn frees_the_address<S: Shell>() {
    let mut server = RunningServer::<S>::echoing(bind::<S>().await);
    for _ in 0..20 {
        let draining = server.handle.drain(PATIENCE);
        assert_eq!(within("the end of draining", draining).await, report(0, 0));
        let next = S::bind(server.address).await;
        server = RunningServer::<S>::echoing(next.expect("the address is free"));
    }
}

pub(super) async fn answers_all_that_wait_in_the_queue<S: Shell>() {
    // More than a task of tokio takes in one turn, where the system lets so many wait.
    const N_WAITING: u16 = if cfg!(target_os = "linux") { 300 } else { 50 };
    let _turn = many_sockets().await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let socket = socket.listen(2 * u32::from(N_WAITING)).unwrap();
    let server = S::serve_on(socket.into_std().unwrap()).max_connections(1);
    let server = RunningServer::<S>::echoing(server);
    let mut ws = connect::<S>(&server.url("")).await.unwrap();
    let mut waiting = Vec::new();
    for _ in 0..N_WAITING {
        let mut peer = RawPeer::connect(server.address).await;
        peer.send(request("").as_bytes()).await;
        waiting.push(peer);
    }
    assert_eq!(server.handle.connections(), 1);
    let draining = server.handle.drain(PATIENCE);
    let answers = join_all(waiting.into_iter().map(|mut peer| async move {
        let head = peer.head().await;
        assert!(head.starts_with("HTTP/1.1 503 "), "{head}");
    }));
    let (reported, end, _) = tokio::join!(draining, ws.recv(), answers);
    assert_eq!(reported, report(1 + usize::from(N_WAITING), 0));
    assert!(matches!(end, Ok(None)), "{end:?}");
}

pub(super) async fn without_connections_ends_at_once_and_may_be_repeated<S: Shell>() {
    let server = RunningServer::<S>::echoing(bind::<S>().await);
    for _ in 0..2 {
        let draining = server.handle.drain(PATIENCE);
        assert_eq!(within("the end of draining", draining).await, report(0, 0));
    }
    let served = within("the end of serving", server.serving).await;
    served.expect("no panic").unwrap();
}

pub(super) async fn ends_listening<S: Shell>() {
    let server = RunningServer::<S>::echoing(bind::<S>().await);
    let mut ws = connect::<S>(&server.url("")).await.unwrap();
    let draining = server.handle.drain(PATIENCE);
    let (reported, end) = tokio::join!(draining, ws.recv());
    assert_eq!(reported, report(1, 0));
    assert!(matches!(end, Ok(None)), "{end:?}");
    let served = within("the end of serving", server.serving).await;
    served.expect("no panic").unwrap();
    let refused = TcpStream::connect(server.address).await.unwrap_err();
    assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
}
