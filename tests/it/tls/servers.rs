//! What servers with TLS make of clients, and the other way round.

use std::time::Duration;

use sockeye::{ServerTls, Stage};
use sockeye_tests::{Authority, RawPeer, RunningServer, bind, request, within};

use super::endings::trusting;
use super::{Secure, client, echo_server, secure_bind, wss};

pub(super) async fn agree_on_http_1_1<S: Secure>() {
    let authority = Authority::new();
    let server = echo_server::<S>(&authority).await;
    let tls = trusting(&authority, server.address, &[b"h2", b"http/1.1"]).await;
    assert_eq!(tls.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
}

pub(super) async fn give_up_clients_that_do_not_shake_hands<S: Secure>() {
    let authority = Authority::new();
    let certificate = authority.issue("127.0.0.1");
    let tls = ServerTls::from_pem_files(certificate.chain, certificate.key).unwrap();
    let server = secure_bind::<S>(tls).await;
    let server = server.handshake_timeout(Duration::from_millis(50));
    let server = RunningServer::echoing(server);
    let mut silent = RawPeer::connect(server.address).await;
    let rest = within("the end of a silent client", silent.rest()).await;
    assert_eq!(rest.unwrap(), b"");
    // The limit is one for TLS and HTTP: what follows TLS does not begin anew.
    let mut tls = trusting(&authority, server.address, &[]).await;
    within("the end of one that says no more", tls.end()).await;
}

pub(super) async fn cut_off_clients_without_tls<S: Secure>() {
    let authority = Authority::new();
    let server = echo_server::<S>(&authority).await;
    let mut plain = RawPeer::connect(server.address).await;
    plain.send(request("").as_bytes()).await;
    let rest = within("an end", plain.rest()).await;
    assert!(!rest.is_ok_and(|rest| rest.starts_with(b"HTTP/1.1 101")));
}

pub(super) async fn are_no_websockets_without_tls<S: Secure>() {
    let authority = Authority::new();
    let server = RunningServer::<S>::echoing(bind().await);
    let opened = client::<S>(&authority).connect(wss(&server)).await;
    let error = opened.map(drop).unwrap_err();
    assert_eq!(error.stage(), Some(Stage::Tls), "{error:?}");
}
