//! Whose certificates are good, and what is said of those that are not.

use std::fs;
use std::io::ErrorKind;

use sockeye::driver::Client;
use sockeye::{ClientTls, Error, ServerTls, Stage};
use sockeye_tests::{Authority, RunningServer, Rustls, TlsLibrary, within};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::{Secure, client, echo_server, secure_bind, wss};

pub(super) async fn of_an_authority_that_is_trusted_open_a_websocket<S: Secure>() {
    let authority = Authority::new();
    let server = echo_server::<S>(&authority).await;
    let opened = client::<S>(&authority).connect(wss(&server)).await;
    let (mut ws, _) = opened.unwrap();
    // Longer than what TLS holds at a time, and than what it takes at a time.
    let long = "in secret ".repeat(100_000);
    for message in ["in secret", &long] {
        ws.send(message).await.unwrap();
        assert!(ws.recv().await.unwrap() == Some(message.into()));
    }
    let outcome = ws.close(sockeye::CloseCode::NormalClosure, "").await;
    assert!(outcome.unwrap().clean);
}

pub(super) async fn that_are_no_good_are_refused_with_the_reason<S: Secure>() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    let for_others = authority.issue("other.example");
    let expired = authority.issue_until("127.0.0.1", 2001);
    let unknown = stranger.issue("127.0.0.1");
    for (certificate, reason) in [
        (for_others, "is for other hosts"),
        (expired, "has expired"),
        (unknown, "comes from an authority that is not trusted"),
    ] {
        let server = secure_bind::<S>(S::showing(&certificate)).await;
        let server = RunningServer::<S>::echoing(server);
        let opened = client::<S>(&authority).connect(wss(&server)).await;
        let error = opened.map(drop).unwrap_err();
        let reason = format!("the certificate of 127.0.0.1 {}", S::in_its_words(reason));
        assert!(error.to_string().contains(&reason), "{error}");
        assert_eq!(error.stage(), Some(Stage::Tls));
        let Error::Connect { source, .. } = error else {
            panic!("{error:?}");
        };
        assert_eq!(source.kind(), ErrorKind::PermissionDenied);
    }
}

/// Addresses have no name to ask for (RFC 6066 §3), and no brackets.
pub(super) async fn are_for_the_host_of_the_address_which_is_named<S: Secure>() {
    let authority = Authority::new();
    for (host, subject, named) in [
        ("chat.example", "chat.example", Some("chat.example")),
        ("[::1]", "::1", None),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let tls = Rustls::showing(&authority.issue(subject));
        let client = client::<S>(&authority).connect_to([address]);
        let url = format!("wss://{host}:{}/", address.port());
        let accepting = async {
            let (tcp, _) = listener.accept().await.unwrap();
            TlsAcceptor::from(tls.config()).accept(tcp).await.unwrap()
        };
        let connecting = within("the end of it", client.connect(&url));
        let (opened, name) = tokio::join!(connecting, async {
            let accepted = within("a client", accepting).await;
            accepted.get_ref().1.server_name().map(str::to_owned)
        });
        // That server speaks TLS alone.
        let error = opened.map(drop).unwrap_err();
        assert_eq!(error.stage(), Some(Stage::Handshake), "{host}: {error:?}");
        assert_eq!(name.as_deref(), named, "{host}");
    }
}

pub(super) async fn are_read_again_while_the_server_serves<S: Secure>() {
    let (old, new) = (Authority::new(), Authority::new());
    let certificate = old.issue("127.0.0.1");
    let tls = ServerTls::from_pem_files(&certificate.chain, &certificate.key).unwrap();
    let server = RunningServer::<S>::echoing(secure_bind::<S>(tls.clone()).await);
    let (mut before, _) = client::<S>(&old).connect(wss(&server)).await.unwrap();
    let renewed = new.issue("127.0.0.1");
    fs::copy(renewed.chain, certificate.chain).unwrap();
    fs::copy(renewed.key, certificate.key).unwrap();
    tls.reload().unwrap();
    assert!(client::<S>(&old).connect(wss(&server)).await.is_err());
    let (mut after, _) = client::<S>(&new).connect(wss(&server)).await.unwrap();
    for ws in [&mut before, &mut after] {
        ws.send("still there").await.unwrap();
        assert_eq!(ws.recv().await.unwrap(), Some("still there".into()));
    }
}

pub(super) async fn of_clients_are_demanded<S: Secure>() {
    let authority = Authority::new();
    let certificate = authority.issue("127.0.0.1");
    let authorities = authority.file();
    let tls = ServerTls::demanding_certificates(certificate.chain, certificate.key, &authorities);
    let server = RunningServer::<S>::echoing(secure_bind::<S>(tls.unwrap()).await);
    let unnamed = client::<S>(&authority).connect(wss(&server)).await;
    let error = unnamed.map(drop).unwrap_err();
    // In TLS 1.3 a client hears of it when it reads for the first time.
    assert!(error.stage() >= Some(Stage::Tls), "{error:?}");
    // Windows forgets what has come when the connection is reset behind it.
    if cfg!(unix) {
        assert!(!error.is_retryable(), "{error:?}");
    }
    let own = authority.issue("client.example");
    let tls = ClientTls::with_certificate(authorities, own.chain, own.key).unwrap();
    let opened = Client::<S>::new().tls(tls).connect(wss(&server)).await;
    let (mut ws, _) = opened.unwrap();
    ws.send("it is me").await.unwrap();
    let echo = within("an echo", ws.recv()).await;
    assert_eq!(echo.unwrap(), Some("it is me".into()));
}
