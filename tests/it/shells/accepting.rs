//! The accept loop: it must not end, nor spin, nor disturb the connections it has.

use std::io;
use std::net::TcpListener;

use sockeye::{Error, Role};
use sockeye_tests::{
    HandleCalls, RawPeer, RunningServer, ServerCalls, ServerOptions, Shell, Watched,
    WebSocketCalls, bind, echo, frame, request, within,
};

use super::opening::{check_echo, connect};
use crate::sockets::many_sockets;

/// Clients that are gone before they are accepted are nobody's error.
pub(super) async fn aborted_connections_are_taken_for_what_they_are<S: Shell>() {
    let _turn = many_sockets().await;
    let server = Watched::<S>::echoing(|server| server).await;
    for _ in 0..200 {
        RawPeer::connect(server.address).await.reset();
    }
    let mut peer = RawPeer::open(server.address).await;
    peer.send(&frame(Role::Client, 0x81, b"still")).await;
    assert_eq!(peer.frame().await.payload, b"still");
    within("the end of the aborted ones", async {
        while server.handle.connections() > 1 {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

pub(super) async fn a_socket_that_does_not_listen_ends_serving_with_an_error<S: Shell>() {
    let server = bind::<S>().await;
    let address = server.local_addr().unwrap();
    let connected = std::net::TcpStream::connect(address).unwrap();
    // Its connection is reset, so that there is something to accept, it seems.
    drop(server);
    #[cfg(unix)]
    {
        let no_listener = TcpListener::from(std::os::fd::OwnedFd::from(connected));
        let server = S::serve_on(no_listener);
        let serving = within("the end of serving", server.serve(echo));
        let error = serving.await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    }
}

pub(super) async fn panic_or_error_in_a_handler_ends_only_its_connection<S: Shell>() {
    let server = RunningServer::<S>::start(bind::<S>().await, |ws, request| async move {
        match request.uri().path() {
            "/panic" => panic!("this panic belongs to the test"),
            "/error" => Err("this error too".into()),
            _ => echo(ws).await,
        }
    });
    let mut bystander = connect::<S>(&server.url("")).await.unwrap();
    for path in ["panic", "error"] {
        let mut ws = connect::<S>(&server.url(path)).await.unwrap();
        let end = within("the end of a connection", ws.recv()).await;
        assert!(
            matches!(end, Err(Error::ConnectionLost | Error::Io(_))),
            "{end:?}"
        );
        check_echo(&mut bystander, path).await;
    }
    within("the end of both", async {
        while server.handle.connections() > 1 {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

pub(super) async fn a_thousand_connections_one_after_another<S: Shell>() {
    let _turn = many_sockets().await;
    let server = RunningServer::<S>::echoing(bind::<S>().await);
    for number in 0..1000 {
        let mut ws = connect::<S>(&server.url("")).await.unwrap();
        check_echo(&mut ws, &number.to_string()).await;
    }
    within("the end of all", async {
        while server.handle.connections() > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

pub(super) async fn a_listener_of_the_callers_is_served<S: Shell>() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = S::serve_on(listener);
    let server = RunningServer::<S>::echoing(server);
    check_echo(&mut connect::<S>(&server.url("")).await.unwrap(), "hello").await;
}

pub(super) async fn one_port_is_not_given_twice<S: Shell>() {
    let server = bind::<S>().await;
    let address = server.local_addr().unwrap();
    let error = S::bind(address).await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
    // Of several, the first that can be had.
    let any = "127.0.0.1:0".parse().unwrap();
    let second = S::bind(&[address, any][..]).await.unwrap();
    assert_ne!(second.local_addr().unwrap(), address);
    let by_name = S::bind("localhost:0").await.unwrap();
    assert!(by_name.local_addr().unwrap().ip().is_loopback());
}

pub(super) async fn no_more_are_served_at_once_than_the_server_wants<S: Shell>() {
    let server = RunningServer::<S>::echoing(bind::<S>().await.max_connections(2));
    let mut first = connect::<S>(&server.url("")).await.unwrap();
    let mut second = connect::<S>(&server.url("")).await.unwrap();
    // The third waits in the queue of the system, with what it has sent.
    let mut third = RawPeer::connect(server.address).await;
    third.send(request("").as_bytes()).await;
    for _ in 0..10 {
        check_echo(&mut first, "one").await;
        check_echo(&mut second, "two").await;
        assert_eq!(server.handle.connections(), 2);
    }
    drop(first);
    let head = within("an answer", third.head()).await;
    assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
    check_echo(&mut second, "two").await;
}
