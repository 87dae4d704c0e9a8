//! Redirects to TLS, within TLS and away from it. What else there is to them is tested without.

use sockeye::driver::Client;
use sockeye::handshake::RedirectError;
use sockeye::{ClientTls, Error, HandshakeError, ServerTls, Stage};
use sockeye_tests::{Authority, RawPeer, RunningServer, within};
use tokio::net::TcpListener;

use super::{Secure, client, secure_bind, wss};

/// A listener and its address without a scheme.
async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address.to_string())
}

fn server_tls(authority: &Authority) -> ServerTls {
    let certificate = authority.issue("127.0.0.1");
    ServerTls::from_pem_files(certificate.chain, certificate.key).unwrap()
}

/// Opens a WebSocket for one client, and gives the head of its request in small letters.
async fn open(listener: &TcpListener, tls: &ServerTls) -> (RawPeer, String) {
    let mut peer = RawPeer::accept_secure(listener, tls).await;
    let head = peer.answer("", b"").await;
    (peer, head.to_lowercase())
}

#[track_caller]
fn check_nothing_secret(head: &str, host: &str) {
    assert!(head.starts_with("get /room http/1.1\r\n"), "{head}");
    assert!(head.contains(&format!("\r\nhost: {host}\r\n")), "{head}");
    assert!(head.contains("\r\nx-name: value\r\n"), "{head}");
    for secret in ["authorization", "cookie", "secret"] {
        assert!(!head.contains(secret), "{head}");
    }
}

/// The same host with TLS is another origin all the same (RFC 6454 §4), and another port besides.
pub(super) async fn lead_to_tls_without_credentials<S: Secure>() {
    let authority = Authority::new();
    let tls = server_tls(&authority);
    let (plain, plain_host) = listen().await;
    let (secure, secure_host) = listen().await;
    for scheme in ["wss", "https"] {
        let location = format!("{scheme}://{secure_host}/room");
        let redirecting = async {
            let peer = RawPeer::accept_silently(&plain).await;
            let first = peer.redirect(&location).await;
            (first, open(&secure, &tls).await)
        };
        let client = client::<S>(&authority)
            .redirects(1)
            .basic_auth("user", "secret")
            .header("cookie", "secret=1")
            .header("x-name", "value");
        let url = format!("ws://{plain_host}/");
        let connecting = within("a connection", client.connect(&url));
        let (opened, (first, (_peer, second))) = tokio::join!(connecting, redirecting);
        opened.unwrap();
        assert!(first.contains("\r\nauthorization: basic "), "{first}");
        check_nothing_secret(&second, &secure_host);
    }
}

pub(super) async fn within_an_origin_keep_credentials<S: Secure>() {
    let authority = Authority::new();
    let tls = server_tls(&authority);
    let (listener, host) = listen().await;
    let location = format!("https://{host}/room");
    let redirecting = async {
        let peer = RawPeer::accept_secure(&listener, &tls).await;
        peer.redirect(&location).await;
        open(&listener, &tls).await
    };
    let client = client::<S>(&authority).redirects(1).bearer_auth("secret");
    let url = format!("wss://{host}/");
    let connecting = within("a connection", client.connect(&url));
    let (opened, (_peer, head)) = tokio::join!(connecting, redirecting);
    opened.unwrap();
    assert!(
        head.contains("\r\nauthorization: bearer secret\r\n"),
        "{head}"
    );
}

pub(super) async fn to_another_origin_take_no_credentials_along<S: Secure>() {
    let authority = Authority::new();
    let tls = server_tls(&authority);
    let (listener, host) = listen().await;
    let (other, other_host) = listen().await;
    let location = format!("wss://{other_host}/room");
    let redirecting = async {
        let peer = RawPeer::accept_secure(&listener, &tls).await;
        let first = peer.redirect(&location).await;
        (first, open(&other, &tls).await)
    };
    let client = client::<S>(&authority)
        .redirects(1)
        .bearer_auth("secret")
        .header("cookie", "secret=1")
        .header("x-name", "value");
    let url = format!("wss://{host}/");
    let connecting = within("a connection", client.connect(&url));
    let (opened, (first, (_peer, second))) = tokio::join!(connecting, redirecting);
    opened.unwrap();
    assert!(
        first.contains("\r\nauthorization: bearer secret\r\n"),
        "{first}"
    );
    check_nothing_secret(&second, &other_host);
}

pub(super) async fn away_from_tls_are_not_followed<S: Secure>() {
    let authority = Authority::new();
    let tls = server_tls(&authority);
    let (listener, host) = listen().await;
    for scheme in ["ws", "http"] {
        // The same port: what has TLS is not asked without.
        let location = format!("{scheme}://{host}/");
        let redirecting = async {
            let peer = RawPeer::accept_secure(&listener, &tls).await;
            peer.redirect(&location).await
        };
        let client = client::<S>(&authority).redirects(10);
        let url = format!("wss://{host}/");
        let connecting = within("an error", client.connect(&url));
        let (result, _) = tokio::join!(connecting, redirecting);
        match result.map(drop) {
            Err(error @ Error::Handshake(HandshakeError::Redirect(why, _))) => {
                assert_eq!(why, RedirectError::Downgrade);
                assert_eq!(error.stage(), Some(Stage::Handshake));
            }
            other => panic!("{other:?}"),
        }
    }
}

pub(super) async fn show_certificates_of_clients_to_their_origin_alone<S: Secure>() {
    let authority = Authority::new();
    let (own, certificate) = (
        authority.issue("client.example"),
        authority.issue("127.0.0.1"),
    );
    let tls = ClientTls::with_certificate(authority.file(), own.chain, own.key).unwrap();
    let client = Client::<S>::new().tls(tls).redirects(1);
    let demanding =
        ServerTls::demanding_certificates(certificate.chain, certificate.key, authority.file());
    let demanding = demanding.unwrap();
    let other = RunningServer::<S>::echoing(secure_bind::<S>(demanding.clone()).await);
    let (listener, host) = listen().await;
    let url = format!("wss://{host}/");
    let redirecting = async {
        let peer = RawPeer::accept_secure(&listener, &demanding).await;
        peer.redirect("/room").await;
        open(&listener, &demanding).await
    };
    let connecting = within("a connection", client.connect(&url));
    let (opened, _peer) = tokio::join!(connecting, redirecting);
    opened.unwrap();
    let redirecting = async {
        let peer = RawPeer::accept_secure(&listener, &demanding).await;
        peer.redirect(&wss(&other)).await
    };
    let connecting = within("an error", client.connect(&url));
    let (refused, _) = tokio::join!(connecting, redirecting);
    let error = refused.map(drop).unwrap_err();
    // In TLS 1.3 a client hears of it when it reads for the first time.
    assert!(error.stage() >= Some(Stage::Tls), "{error:?}");
    // It is not that server's fault.
    within("a connection", client.connect(wss(&other)))
        .await
        .unwrap();
}
