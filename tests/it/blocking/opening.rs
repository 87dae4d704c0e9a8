//! Clients and servers before there is a WebSocket, and sockets that others have connected.

use std::io;
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use http::StatusCode;
use sockeye::blocking::{Client, Server, accept_request, connect, from_upgraded};
use sockeye::{Acceptance, Acceptor, Bytes, Config, Refusal, Role};
use sockeye_tests::{RawPeer, within};

use super::{Serving, bind, in_thread, result_of};

#[tokio::test]
async fn hooks_decide_in_the_threads_of_their_connections() {
    let server = bind()
        .subprotocols(["v2", "v1"])
        .http(|request| http::Response::new(Bytes::from(format!("no {}", request.uri()))))
        .accept_with(|upgrade| match upgrade.request().headers().get("x-user") {
            Some(user) => {
                let user = user.to_str().unwrap_or_default();
                Ok(Acceptance::new().header("x-hello", user).unwrap())
            }
            None => Err(Refusal::new(StatusCode::UNAUTHORIZED, "who are you?")),
        });
    let server = Serving::echoing(server);
    let url = server.url();
    let client = in_thread(move || {
        let refused = connect(&url).unwrap_err();
        assert_eq!(refused.response().unwrap().status(), 401);
        let client = Client::new().header("x-user", "rosa").subprotocol("v2");
        let (mut ws, response) = client.connect(&url).unwrap();
        assert_eq!(response.headers()["x-hello"], "rosa");
        assert_eq!(ws.subprotocol(), Some("v2"));
        ws.send("come in").unwrap();
        assert_eq!(ws.recv().unwrap(), Some("come in".into()));
    });
    result_of("the client", client).await;
    let mut peer = RawPeer::connect(server.address).await;
    peer.send(b"GET /page HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .await;
    let answer = within("an answer", peer.rest()).await.unwrap();
    assert!(answer.ends_with(b"no /page"), "{}", answer.escape_ascii());
}

#[tokio::test]
async fn the_handler_sees_the_request() {
    let server = bind();
    let url = format!("ws://{}/room/7?name=x", server.local_addr().unwrap());
    let _serving = in_thread(move || {
        server.serve_requests(|mut ws, request| {
            ws.send(request.uri().to_string())?;
            ws.recv()?;
            Ok(())
        })
    });
    let client = in_thread(move || connect(url).unwrap().recv().unwrap());
    let uri = result_of("the URI", client).await;
    assert_eq!(uri, Some("/room/7?name=x".into()));
}

#[tokio::test]
async fn a_listener_and_sockets_of_the_callers_are_used() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let _serving = Serving::echoing(Server::from_listener(listener).unwrap());
    let client = in_thread(move || {
        let tcp = TcpStream::connect(address).unwrap();
        let connected = Client::new().connect_on("ws://chat.example/", tcp);
        let (mut ws, _response) = connected.unwrap();
        ws.send("over it").unwrap();
        ws.recv().unwrap()
    });
    let echo = result_of("an echo", client).await;
    assert_eq!(echo, Some("over it".into()));
}

#[tokio::test]
async fn accepted_and_upgraded_sockets_become_websockets() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}/path", listener.local_addr().unwrap());
    let client = in_thread(move || connect(url).unwrap().recv().unwrap());
    let server = in_thread(move || {
        let (tcp, _) = listener.accept().unwrap();
        let accepted = accept_request(tcp, &Acceptor::new()).unwrap();
        let (mut ws, request) = accepted.unwrap();
        ws.send(request.uri().path()).unwrap();
        ws.recv()
    });
    let path = result_of("the path", client).await;
    assert_eq!(path, Some("/path".into()));
    assert!(result_of("the end", server).await.is_err());

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = in_thread(move || {
        let (tcp, _) = listener.accept().unwrap();
        // The frame was read with the head, by whoever read that.
        let frame = sockeye_tests::frame(Role::Client, 0x81, b"early");
        let mut ws = from_upgraded(tcp, &frame, Role::Server, Config::default()).unwrap();
        ws.recv().unwrap()
    });
    let _peer = RawPeer::connect(address).await;
    assert_eq!(result_of("the frame", server).await, Some("early".into()));
}

#[cfg(unix)]
#[tokio::test]
async fn unix_sockets_are_served() {
    use sockeye::blocking::UnixServer;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sock");
    let server = UnixServer::bind(&path).unwrap();
    let handle = server.handle();
    let served = in_thread(move || {
        server.serve(|mut ws| {
            while let Some(message) = ws.recv()? {
                ws.send(message)?;
            }
            Ok(())
        })
    });
    let client = in_thread(move || {
        let connected = Client::new().connect_unix(&path, "ws://chat.example/");
        let (mut ws, _response) = connected.unwrap();
        ws.send("hello").unwrap();
        assert_eq!(ws.recv().unwrap(), Some("hello".into()));
    });
    result_of("the client", client).await;
    in_thread(move || handle.drain(Duration::from_secs(10)));
    result_of("the end of serving", served).await.unwrap();
}

#[tokio::test]
async fn a_port_is_not_given_twice() {
    let server = bind();
    let error = Server::bind(server.local_addr().unwrap()).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
}
