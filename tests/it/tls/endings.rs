//! How connections with TLS end: with the goodbye of TLS, without, and with that of WebSocket.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use sockeye::tls::rustls::pki_types::ServerName;
use sockeye::tls::rustls::{ClientConfig, CommonState};
use sockeye::{ClientTls, CloseCode, Error, Role, ServerTls};
use sockeye_tests::{Authority, answer_to, frame, request, within};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{TlsAcceptor, TlsConnector};

use super::{Secure, client, echo_server};

/// A peer that has TLS and knows nothing of WebSocket.
pub(super) struct Peer<T>(T);

impl Peer<tokio_rustls::client::TlsStream<TcpStream>> {
    pub(super) fn get_ref(&self) -> (&TcpStream, &CommonState) {
        let (tcp, tls) = self.0.get_ref();
        (tcp, tls)
    }

    /// Reads until there is no more.
    pub(super) async fn end(&mut self) -> Vec<u8> {
        let mut rest = Vec::new();
        let _ = self.0.read_to_end(&mut rest).await;
        rest
    }
}

/// A client that trusts the authority and speaks some protocols.
pub(super) async fn trusting(
    authority: &Authority,
    address: SocketAddr,
    alpn: &[&[u8]],
) -> Peer<tokio_rustls::client::TlsStream<TcpStream>> {
    let config = ClientTls::trusting_pem_file(authority.file()).unwrap();
    let mut config = ClientConfig::clone(&config.config());
    config.alpn_protocols = alpn.iter().map(|name| name.to_vec()).collect();
    let tcp = TcpStream::connect(address).await.unwrap();
    let connector = TlsConnector::from(Arc::new(config));
    let name = ServerName::try_from("127.0.0.1").unwrap();
    Peer(connector.connect(name, tcp).await.unwrap())
}

/// A server that takes one client, answers its handshake and sends `frames`.
async fn one_answer(
    authority: &Authority,
    listener: TcpListener,
    frames: Vec<u8>,
) -> tokio_rustls::server::TlsStream<TcpStream> {
    let certificate = authority.issue("127.0.0.1");
    let tls = ServerTls::from_pem_files(certificate.chain, certificate.key).unwrap();
    let (tcp, _) = listener.accept().await.unwrap();
    let mut tls = TlsAcceptor::from(tls.config()).accept(tcp).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(tls.read_u8().await.unwrap());
    }
    let head = String::from_utf8(head).unwrap();
    let mut answer = answer_to(&head, "").into_bytes();
    answer.extend(frames);
    tls.write_all(&answer).await.unwrap();
    tls.flush().await.unwrap();
    tls
}

/// Whoever can cut the line could otherwise make a part of all that was sent look like the whole.
pub(super) async fn without_a_word_of_tls_are_lost_connections<S: Secure>() {
    let authority = Authority::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("wss://{}/", listener.local_addr().unwrap());
    let client = client::<S>(&authority);
    let frames = b"\x81\x05hello".to_vec();
    let (opened, tls) = tokio::join!(
        client.connect(&url),
        one_answer(&authority, listener, frames)
    );
    let (mut ws, _) = opened.unwrap();
    assert_eq!(ws.recv().await.unwrap(), Some("hello".into()));
    // Without close_notify.
    let (tcp, _) = tls.into_inner();
    drop(tcp);
    match within("the end", ws.recv()).await {
        Err(Error::Io(error)) => assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof),
        other => panic!("{other:?}"),
    }
    let outcome = ws.close_outcome().unwrap();
    assert_eq!(
        (outcome.code(), outcome.clean),
        (CloseCode::AbnormalClosure, false)
    );
}

/// Many servers close TCP at once then, and nothing is left that could be cut off.
pub(super) async fn after_both_close_frames_need_no_word_of_tls<S: Secure>() {
    let authority = Authority::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("wss://{}/", listener.local_addr().unwrap());
    let client = client::<S>(&authority);
    let close = b"\x88\x02\x03\xe8".to_vec();
    let (opened, mut tls) = tokio::join!(
        client.connect(&url),
        one_answer(&authority, listener, close)
    );
    let (mut ws, _) = opened.unwrap();
    let (received, ()) = tokio::join!(within("the end", ws.recv()), async {
        // Its Close, masked: two bytes, a key and a code.
        let mut close = [0; 8];
        tls.read_exact(&mut close).await.unwrap();
        drop(tls.into_inner());
    });
    assert_eq!(received.unwrap(), None);
    assert!(ws.close_outcome().unwrap().clean);
}

pub(super) async fn of_ours_say_goodbye_in_both_layers<S: Secure>() {
    let authority = Authority::new();
    let server = echo_server::<S>(&authority).await;
    let mut peer = trusting(&authority, server.address, &[]).await;
    let mut sent = request("").into_bytes();
    sent.extend(frame(Role::Client, 0x88, b"\x03\xe8"));
    peer.0.write_all(&sent).await.unwrap();
    let mut rest = Vec::new();
    // An end without close_notify would be an error here.
    let ended = within("an end", peer.0.read_to_end(&mut rest)).await;
    ended.unwrap();
    assert!(
        rest.ends_with(b"\x88\x02\x03\xe8"),
        "{}",
        rest.escape_ascii()
    );
}
