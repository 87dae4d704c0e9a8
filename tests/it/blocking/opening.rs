//! Sockets that others have connected, accepted or upgraded.

use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use sockeye::blocking::{Client, accept_request, connect, from_upgraded};
use sockeye::{Acceptor, Config, Role};
use sockeye_tests::RawPeer;

use super::{Serving, bind, in_thread, result_of};

#[tokio::test]
async fn sockets_of_the_callers_are_used() {
    let server = Serving::echoing(bind());
    let address = server.address;
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
