//! What servers with TLS make of clients, and the other way round.

use std::time::Duration;

use sockeye::{CloseCode, FailureCause, Stage};
use sockeye_tests::{Authority, RawPeer, RunningServer, request, within};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use super::endings::trusting;
use super::{Secure, client, echo_server, plain_bind, secure_bind, wss};

pub(super) async fn agree_on_http_1_1<S: Secure>() {
    let authority = Authority::new();
    let server = echo_server::<S>(&authority).await;
    let tls = trusting(&authority, server.address, &[b"h2", b"http/1.1"]).await;
    assert_eq!(tls.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
}

pub(super) async fn give_up_clients_that_do_not_shake_hands<S: Secure>() {
    let authority = Authority::new();
    let certificate = authority.issue("127.0.0.1");
    let server = secure_bind::<S>(S::showing(&certificate)).await;
    let server = server.handshake_timeout(Duration::from_millis(50));
    let server = RunningServer::<S>::echoing(server);
    let mut silent = RawPeer::connect(server.address).await;
    let rest = within("the end of a silent client", silent.rest()).await;
    assert_eq!(rest.unwrap(), b"");
    // The limit is one for TLS and HTTP, which the driver's own tests show on a virtual clock; here
    // it ends whoever says nothing behind TLS.
    let mut tls = trusting(&authority, server.address, &[]).await;
    within("the end of one that says no more", tls.end()).await;
}

pub(super) async fn cut_off_clients_without_tls<S: Secure>() {
    let authority = Authority::new();
    let certificate = authority.issue("127.0.0.1");
    let (tell, mut told) = mpsc::unbounded_channel();
    let server = secure_bind::<S>(S::showing(&certificate)).await;
    let server = server.on_failure(move |failure| drop(tell.send(failure)));
    let server = RunningServer::<S>::echoing(server);
    let mut plain = RawPeer::connect(server.address).await;
    plain.send(request("").as_bytes()).await;
    let rest = within("an end", plain.rest()).await;
    assert!(!rest.is_ok_and(|rest| rest.starts_with(b"HTTP/1.1 101")));
    let failure = within("a failure", told.recv()).await.expect("it serves");
    match failure.cause {
        FailureCause::Handshake(error) => assert_eq!(error.stage(), Some(Stage::Tls), "{error:?}"),
        cause => panic!("{cause}"),
    }
}

pub(super) async fn are_no_websockets_without_tls<S: Secure>() {
    let authority = Authority::new();
    let server = RunningServer::<S>::echoing(plain_bind().await);
    let opened = client::<S>(&authority).connect(wss(&server)).await;
    let error = opened.map(drop).unwrap_err();
    assert_eq!(error.stage(), Some(Stage::Tls), "{error:?}");
}

/// All that a client writes is in records of TLS (RFC 8446 §5.1), from its first byte to its last.
pub(super) async fn read_nothing_from_clients_but_records_of_tls<S: Secure>() {
    let authority = Authority::new();
    let server = echo_server::<S>(&authority).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("wss://{}/", listener.local_addr().unwrap());
    let address = server.address;
    let relay = tokio::spawn(async move {
        let (mut client, _) = listener.accept().await.unwrap();
        let mut server = TcpStream::connect(address).await.unwrap();
        let (mut from_client, mut to_client) = client.split();
        let (mut from_server, mut to_server) = server.split();
        let upwards = async {
            let (mut read, mut n_passed) = (Vec::new(), 0);
            while let Ok(1..) = from_client.read_buf(&mut read).await {
                to_server.write_all(&read[n_passed..]).await.unwrap();
                n_passed = read.len();
            }
            let _ = to_server.shutdown().await;
            read
        };
        let downwards = async {
            let _ = copy(&mut from_server, &mut to_client).await;
            let _ = to_client.shutdown().await;
        };
        tokio::join!(upwards, downwards).0
    });
    let (mut ws, _) = client::<S>(&authority).connect(&url).await.unwrap();
    ws.send("not for everybody").await.unwrap();
    assert_eq!(ws.recv().await.unwrap(), Some("not for everybody".into()));
    ws.close(CloseCode::NormalClosure, "").await.unwrap();
    drop(ws);
    let read = within("the end of the relay", relay).await.unwrap();
    let mut rest = &read[..];
    let mut n_records = 0;
    while let [20..=23, 3, 1..=4, high, low, behind @ ..] = rest {
        let len = usize::from(u16::from_be_bytes([*high, *low]));
        rest = behind.get(len..).expect("a record has its length");
        n_records += 1;
    }
    assert_eq!(rest, b"", "behind {n_records} records");
    // Its part of the handshake, the request, the message, and the Close frame.
    assert!(n_records >= 4, "{n_records}");
}

pub(super) async fn that_say_nothing_are_given_up<S: Secure>() {
    let authority = Authority::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("wss://{}/", listener.local_addr().unwrap());
    let client = client::<S>(&authority).handshake_timeout(Duration::from_millis(50));
    let opened = within("an end of patience", client.connect(&url)).await;
    let error = opened.map(drop).unwrap_err();
    assert_eq!(error.stage(), Some(Stage::Tls), "{error:?}");
    assert!(error.is_timeout(), "{error:?}");
}
