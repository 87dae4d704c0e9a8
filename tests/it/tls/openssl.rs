//! OpenSSL at the other end: TLS of another make, what it shows, and what it means when it is gone.
//!
//! Both versions of TLS, each alone, so that what passes has passed by it.

use std::ffi::OsString;
use std::io::ErrorKind;

use sockeye::driver::{Client, WebSocket};
use sockeye::{ClientTls, CloseCode, Error, Role, ServerTls, Stage};
use sockeye_tests::{Authority, OpenSsl, RawPeer, Seen, Watched, frame, request, within};

use super::{Secure, client};

const VERSIONS: [&str; 2] = ["-tls1_2", "-tls1_3"];

/// A client of ours and `openssl s_server` with more `arguments`, which speaks as a WebSocket server.
async fn served<S: Secure>(
    authority: &Authority,
    arguments: &[OsString],
) -> Option<(WebSocket<S::Transport>, RawPeer)> {
    let certificate = authority.issue("127.0.0.1");
    let openssl = OpenSsl::server(&certificate, arguments).await?;
    let url = format!("wss://{}/", openssl.address);
    let mut peer = RawPeer::by(openssl);
    let client = client::<S>(authority);
    let (opened, _) = tokio::join!(client.connect(&url), peer.answer("", b""));
    let (ws, _) = opened.unwrap();
    Some((ws, peer))
}

/// `openssl s_client` with more `arguments` as a client of `server`, which it knows by `authority`;
/// it has opened a WebSocket.
async fn client_of<S: Secure>(
    server: &Watched<S>,
    authority: &Authority,
    arguments: &[OsString],
) -> Option<RawPeer> {
    let trusting = ["-CAfile".into(), authority.file().into()];
    let arguments = [&trusting[..], arguments].concat();
    let mut peer = RawPeer::by(OpenSsl::client(server.address, &arguments)?);
    peer.send(request("").as_bytes()).await;
    let head = peer.head().await;
    assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
    Some(peer)
}

fn server_tls<S: Secure>(authority: &Authority) -> S::ServerTls {
    S::showing(&authority.issue("127.0.0.1"))
}

pub(super) async fn serves_clients_of_ours<S: Secure>() {
    let authority = Authority::new();
    for version in VERSIONS {
        let Some((mut ws, mut peer)) = served::<S>(&authority, &[version.into()]).await else {
            return;
        };
        ws.send("hello").await.unwrap();
        let hello = peer.frame().await;
        assert_eq!(
            (hello.first_byte, &hello.payload[..]),
            (0x81, &b"hello"[..])
        );
        peer.send(&frame(Role::Server, 0x82, &[7; 70_000])).await;
        let received = within("a message", ws.recv()).await.unwrap();
        assert!(received.is_some_and(|message| message.len() == 70_000));
        peer.send(&frame(Role::Server, 0x88, b"\x03\xe8bye")).await;
        peer.half_close().await;
        let seen = within("the end", Seen::receive(&mut ws)).await;
        assert!(seen.end.is_ok() && seen.outcome.clean, "{seen:?}");
        assert_eq!(seen.outcome.reason(), "bye");
    }
}

/// Whoever cuts the line does what the kernel does for a process that is gone: a FIN, and nothing of
/// TLS before it.
pub(super) async fn that_is_killed_while_it_serves_is_a_lost_connection<S: Secure>() {
    let authority = Authority::new();
    for version in VERSIONS {
        let Some((mut ws, mut peer)) = served::<S>(&authority, &[version.into()]).await else {
            return;
        };
        peer.send(&frame(Role::Server, 0x81, b"all is")).await;
        let received = within("a message", ws.recv()).await.unwrap();
        assert_eq!(received, Some("all is".into()));
        drop(peer);
        check_cut_off(version, within("the end", Seen::receive(&mut ws)).await);
    }
}

pub(super) async fn is_a_client_of_servers_of_ours<S: Secure>() {
    let authority = Authority::new();
    let mut server = Watched::<S>::echoing(|server| server.tls(server_tls::<S>(&authority))).await;
    for &version in S::SERVER_VERSIONS {
        let arguments = [version.into(), "-alpn".into(), "http/1.1".into()];
        let Some(mut peer) = client_of(&server, &authority, &arguments).await else {
            return;
        };
        peer.send(&frame(Role::Client, 0x82, &[7; 70_000])).await;
        assert_eq!(peer.frame().await.payload.len(), 70_000);
        peer.send(&frame(Role::Client, 0x88, b"\x03\xe8bye")).await;
        assert_eq!(peer.close_and_end("after a Close").await, 1000);
        let seen = server.seen().await;
        assert!(seen.end.is_ok() && seen.outcome.clean, "{seen:?}");
        assert_eq!(seen.outcome.reason(), "bye");
    }
}

pub(super) async fn that_is_killed_as_a_client_is_a_lost_connection<S: Secure>() {
    let authority = Authority::new();
    let mut server = Watched::<S>::echoing(|server| server.tls(server_tls::<S>(&authority))).await;
    for &version in S::SERVER_VERSIONS {
        let Some(mut peer) = client_of(&server, &authority, &[version.into()]).await else {
            return;
        };
        peer.send(&frame(Role::Client, 0x81, b"all is")).await;
        assert_eq!(peer.frame().await.payload, b"all is");
        drop(peer);
        check_cut_off(version, server.seen().await);
    }
}

#[track_caller]
fn check_cut_off(version: &str, seen: Seen) {
    match &seen.end {
        Err(Error::Io(error)) => {
            assert_eq!(
                error.kind(),
                ErrorKind::UnexpectedEof,
                "{version}: {seen:?}"
            );
        }
        _ => panic!("{version}: {seen:?}"),
    }
    assert!(!seen.outcome.clean, "{version}: {seen:?}");
    assert_eq!(seen.outcome.code(), CloseCode::AbnormalClosure, "{version}");
}

pub(super) async fn asks_clients_of_ours_for_certificates<S: Secure>() {
    let authority = Authority::new();
    let certificate = authority.issue("127.0.0.1");
    for version in VERSIONS {
        // `-Verify` is for clients that must have one, `-verify` for those that may.
        let asking = ["-Verify", "1", "-verify_return_error", version, "-CAfile"];
        let mut arguments = asking.map(OsString::from).to_vec();
        arguments.push(authority.file().into());
        let Some(openssl) = OpenSsl::server(&certificate, &arguments).await else {
            return;
        };
        let url = format!("wss://{}/", openssl.address);
        let mut peer = RawPeer::by(openssl);
        let unnamed = within("a refusal", client::<S>(&authority).connect(&url)).await;
        let error = unnamed.map(drop).unwrap_err();
        // In TLS 1.3 a client hears of it when it reads for the first time.
        assert!(error.stage() >= Some(Stage::Tls), "{version}: {error:?}");
        let own = authority.issue("client.example");
        let tls = ClientTls::with_certificate(authority.file(), own.chain, own.key).unwrap();
        let named = Client::<S>::new().tls(tls);
        let (opened, _) = tokio::join!(named.connect(&url), peer.answer("", b""));
        let (mut ws, _) = opened.unwrap();
        peer.send(&frame(Role::Server, 0x81, b"it is you")).await;
        let received = within("a message", ws.recv()).await.unwrap();
        assert_eq!(received, Some("it is you".into()), "{version}");
    }
}

pub(super) async fn shows_certificates_to_servers_of_ours<S: Secure>() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    let certificate = authority.issue("127.0.0.1");
    let tls =
        ServerTls::demanding_certificates(certificate.chain, certificate.key, authority.file());
    let tls = tls.unwrap();
    let mut server = Watched::<S>::echoing(|server| server.tls(tls)).await;
    let own = OpenSsl::showing(&authority.issue("client.example"));
    let others = OpenSsl::showing(&stranger.issue("client.example"));
    for version in VERSIONS {
        for refused in [&[], &others[..]] {
            let arguments = [&[version.into()], refused].concat();
            let Some(openssl) = OpenSsl::client(server.address, &arguments) else {
                return;
            };
            let mut peer = RawPeer::by(openssl);
            peer.try_send(request("").as_bytes()).await;
            let rest = peer.rest().await.unwrap();
            assert!(rest.is_empty(), "{version}: {}", rest.escape_ascii());
        }
        let arguments = [&[version.into()], &own[..]].concat();
        let Some(mut peer) = client_of(&server, &authority, &arguments).await else {
            return;
        };
        peer.send(&frame(Role::Client, 0x81, b"it is me")).await;
        assert_eq!(peer.frame().await.payload, b"it is me");
        drop(peer);
        // Of the others no handler has heard.
        assert_eq!(server.seen().await.messages, ["it is me".into()]);
    }
}

pub(super) async fn with_certificates_that_are_no_good_is_refused_with_the_reason<S: Secure>() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    for (certificate, reason) in [
        (authority.issue("other.example"), "is for other hosts"),
        (authority.issue("127.0.0.2"), "is for other hosts"),
        (authority.issue_until("127.0.0.1", 2001), "has expired"),
        (
            authority.issue_within("127.0.0.1", 2090..2100),
            "is not valid yet",
        ),
        (
            stranger.issue("127.0.0.1"),
            "comes from an authority that is not trusted",
        ),
    ] {
        let Some(openssl) = OpenSsl::server(&certificate, &[]).await else {
            return;
        };
        let url = format!("wss://{}/", openssl.address);
        let opened = within("a refusal", client::<S>(&authority).connect(&url)).await;
        let error = opened.map(drop).unwrap_err();
        let reason = format!("the certificate of 127.0.0.1 {}", S::in_its_words(reason));
        assert!(error.to_string().contains(&reason), "{error}");
        assert_eq!(error.stage(), Some(Stage::Tls), "{error:?}");
        assert!(!error.is_retryable(), "{error:?}");
    }
}

/// The server has a version, or ciphers, that rustls will not have.
pub(super) async fn that_agrees_on_nothing_is_an_error_of_tls<S: Secure>() {
    let authority = Authority::new();
    let certificate = authority.issue("127.0.0.1");
    let weak = ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA"].map(OsString::from);
    let Some(openssl) = OpenSsl::server(&certificate, &weak).await else {
        return;
    };
    let url = format!("wss://{}/", openssl.address);
    let opened = within("a refusal", client::<S>(&authority).connect(&url)).await;
    let error = opened.map(drop).unwrap_err();
    assert_eq!(error.stage(), Some(Stage::Tls), "{error:?}");
}
