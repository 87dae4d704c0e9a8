//! Proxies with TLS before servers with TLS, and proxies that announce their clients.

use sockeye::driver::{Client, TrustedPeers};
use sockeye::tls::rustls::pki_types::ServerName;
use sockeye::{ClientTls, ServerTls, Stage};
use sockeye_tests::{Authority, RunningServer, request, within};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{TlsAcceptor, TlsConnector};

use super::{Secure, client, echo_server, plain_bind, secure_bind, wss};

/// An HTTP proxy with TLS, for one client; gives its address.
async fn proxy(authority: &Authority) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let certificate = authority.issue("127.0.0.1");
    let tls = ServerTls::from_pem_files(certificate.chain, certificate.key).unwrap();
    tokio::spawn(async move {
        let (tcp, _) = listener.accept().await.unwrap();
        let Ok(mut tls) = TlsAcceptor::from(tls.config()).accept(tcp).await else {
            return;
        };
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(tls.read_u8().await.unwrap());
        }
        let head = String::from_utf8(head).unwrap();
        let target = head.split(' ').nth(1).unwrap();
        assert!(head.starts_with("CONNECT "), "{head}");
        let mut server = TcpStream::connect(target).await.unwrap();
        let answer = b"HTTP/1.1 200 connected\r\n\r\n";
        tls.write_all(answer).await.unwrap();
        let _ = copy_bidirectional(&mut tls, &mut server).await;
    });
    format!("https://{address}")
}

pub(super) async fn with_tls_are_tunnels_to_servers_with_tls<S: Secure>() {
    let authority = Authority::new();
    let server = echo_server::<S>(&authority).await;
    let plain = RunningServer::<S>::echoing(plain_bind().await);
    for url in [wss(&server), format!("ws://{}/", plain.address)] {
        let client = client::<S>(&authority).proxy(proxy(&authority).await);
        let (mut ws, _) = within("a tunnel", client.connect(&url)).await.unwrap();
        ws.send("twice in secret").await.unwrap();
        let echo = within("an echo", ws.recv()).await;
        assert_eq!(echo.unwrap(), Some("twice in secret".into()));
    }
}

pub(super) async fn with_certificates_that_are_no_good_are_refused<S: Secure>() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    let server = echo_server::<S>(&authority).await;
    let client = Client::<S>::new()
        .tls(S::trusting(&stranger))
        .proxy(proxy(&authority).await);
    let opened = within("a refusal", client.connect(wss(&server))).await;
    assert_eq!(opened.map(drop).unwrap_err().stage(), Some(Stage::Tls));
}

/// However much comes at once: what follows the header is TLS's.
pub(super) async fn that_speak_the_proxy_protocol_come_before_tls<S: Secure>() {
    let authority = Authority::new();
    let certificate = authority.issue("127.0.0.1");
    let server = secure_bind::<S>(S::showing(&certificate)).await;
    let trusted = TrustedPeers::new(["127.0.0.0/8"]).unwrap();
    let server = RunningServer::<S>::echoing(server.proxy_protocol(trusted));
    let version_2 = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\x02\x01\x7f\0\0\x01\x11\x11\0\x50";
    for header in [
        &b"PROXY TCP4 192.0.2.1 127.0.0.1 4369 80\r\n"[..],
        b"PROXY UNKNOWN\r\n",
        version_2,
    ] {
        let mut tcp = TcpStream::connect(server.address).await.unwrap();
        tcp.write_all(header).await.unwrap();
        let config = ClientTls::trusting_pem_file(authority.file()).unwrap();
        let name = ServerName::try_from("127.0.0.1").unwrap();
        let connecting = TlsConnector::from(config.config()).connect(name, tcp);
        let mut tls = within("TLS", connecting).await.unwrap();
        tls.write_all(request("").as_bytes()).await.unwrap();
        let mut status = [0; 12];
        within("an answer", tls.read_exact(&mut status))
            .await
            .unwrap();
        assert_eq!(&status, b"HTTP/1.1 101");
    }
}
