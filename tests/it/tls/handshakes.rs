//! Handshakes of TLS that are cut as small as they can be, broken off in the middle, or none at all.
//!
//! Servers and clients have no time limit here that would end what spins or waits for ever.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use sockeye::driver::Client;
use sockeye::tls::rustls::ClientConnection;
use sockeye::tls::rustls::pki_types::ServerName;
use sockeye::{ClientTls, Role, ServerTls, Stage};
use sockeye_tests::{Authority, RawPeer, RunningServer, answer_to, frame, request, within};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{TlsAcceptor, TlsConnector};

use super::{Secure, client, plain_bind, secure_bind};

pub(super) async fn of_clients_in_single_bytes_open_a_websocket<S: Secure>() {
    for crumbs in [Crumbs::Segments, Crumbs::Records] {
        let authority = Authority::new();
        let server = patient_server::<S>(&authority).await;
        let tcp = Crumbling::new(TcpStream::connect(server.address).await.unwrap(), crumbs);
        let connector = TlsConnector::from(trust(&authority).config());
        let name = ServerName::try_from("127.0.0.1").unwrap();
        let connecting = within("a handshake of TLS", connector.connect(name, tcp));
        let mut tls = connecting.await.unwrap();
        tls.write_all(request("").as_bytes()).await.unwrap();
        tls.write_all(&frame(Role::Client, 0x81, b"hi"))
            .await
            .unwrap();
        tls.flush().await.unwrap();
        let head = head(&mut tls).await;
        assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
        let mut echo = [0; 4];
        within("an echo", tls.read_exact(&mut echo)).await.unwrap();
        assert_eq!(echo, *b"\x81\x02hi");
    }
}

pub(super) async fn of_servers_in_single_bytes_open_a_websocket<S: Secure>() {
    for crumbs in [Crumbs::Segments, Crumbs::Records] {
        let authority = Authority::new();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("wss://{}/", listener.local_addr().unwrap());
        let serving = async {
            let (tcp, _) = listener.accept().await.unwrap();
            let acceptor = TlsAcceptor::from(identity(&authority).config());
            let mut tls = acceptor.accept(Crumbling::new(tcp, crumbs)).await.unwrap();
            let head = head(&mut tls).await;
            let answer = [answer_to(&head, "").as_bytes(), b"\x81\x02hi"].concat();
            tls.write_all(&answer).await.unwrap();
            tls.flush().await.unwrap();
            tls
        };
        let client = patient_client::<S>(&authority);
        let both = async { tokio::join!(client.connect(&url), serving) };
        let (opened, _tls) = within("a WebSocket", both).await;
        let (mut ws, _) = opened.unwrap();
        let message = within("a message", ws.recv()).await.unwrap();
        assert_eq!(message, Some("hi".into()));
    }
}

pub(super) async fn of_clients_that_say_goodbye_within_end_at_once<S: Secure>() {
    let authority = Authority::new();
    let server = patient_server::<S>(&authority).await;
    for said in starts(&authority) {
        let mut peer = RawPeer::connect(server.address).await;
        peer.send(&[&said, CLOSE_NOTIFY].concat()).await;
        peer.half_close().await;
        check_no_websocket(&mut peer).await;
    }
    check_serves(&authority, &server).await;
}

/// What they say means that nothing more comes; should a reader of TLS wait for it nevertheless, it
/// does so at rest and within the time limit.
pub(super) async fn of_clients_that_say_goodbye_and_stay_are_given_up<S: Secure>() {
    let authority = Authority::new();
    let server = secure_bind::<S>(S::showing(&authority.issue("127.0.0.1"))).await;
    let server = server.handshake_timeout(Duration::from_millis(50));
    let server = RunningServer::<S>::echoing(server);
    for said in starts(&authority) {
        let mut peer = RawPeer::connect(server.address).await;
        peer.send(&[&said, CLOSE_NOTIFY].concat()).await;
        check_no_websocket(&mut peer).await;
    }
}

pub(super) async fn of_servers_that_say_goodbye_within_are_errors_of_tls<S: Secure>() {
    // A ServerHello of which one byte comes, or none.
    for said in [&[][..], b"\x16\x03\x03\x00\x01\x02"] {
        let authority = Authority::new();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("wss://{}/", listener.local_addr().unwrap());
        let saying_goodbye = async {
            let (mut tcp, _) = listener.accept().await.unwrap();
            tcp.write_all(&[said, CLOSE_NOTIFY].concat()).await.unwrap();
            tcp.shutdown().await.unwrap();
            tcp
        };
        let client = patient_client::<S>(&authority);
        let both = async { tokio::join!(client.connect(&url), saying_goodbye) };
        let (opened, _tcp) = within("an error", both).await;
        let error = opened.map(drop).unwrap_err();
        assert_eq!(error.stage(), Some(Stage::Tls), "{error:?}");
    }
}

pub(super) async fn that_are_requests_of_http_are_refused_at_once<S: Secure>() {
    let authority = Authority::new();
    let server = patient_server::<S>(&authority).await;
    for said in [request("").as_bytes(), b"GET / HTTP/1.0\r\n\r\n", b"\x80"] {
        let mut peer = RawPeer::connect(server.address).await;
        // Of a record nothing can be said before its header is there.
        peer.send(&[said, &[0; 5]].concat()).await;
        check_no_websocket(&mut peer).await;
    }
    check_serves(&authority, &server).await;
}

pub(super) async fn with_servers_without_tls_are_refused_at_once<S: Secure>() {
    let authority = Authority::new();
    let server = plain_bind::<S>().await.handshake_timeout(NEVER);
    let server = RunningServer::<S>::echoing(server);
    let mut peer = RawPeer::connect(server.address).await;
    peer.send(&client_hello(&authority)).await;
    let answer = within("an end", peer.rest()).await.unwrap();
    let answer = String::from_utf8(answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
}

/// The other end closes before long, and has agreed on nothing.
async fn check_no_websocket(peer: &mut RawPeer) {
    let rest = within("an end", peer.rest()).await;
    // At most an alert, or what of a handshake came before; a reset is an end too.
    assert!(!rest.is_ok_and(|rest| rest.starts_with(b"HTTP/1.1 101")));
}

/// Others are served all the same.
async fn check_serves<S: Secure>(authority: &Authority, server: &RunningServer<S>) {
    let url = super::wss(server);
    let (mut ws, _) = client::<S>(authority).connect(url).await.unwrap();
    ws.send("still there").await.unwrap();
    let echo = within("an echo", ws.recv()).await.unwrap();
    assert_eq!(echo, Some("still there".into()));
}

async fn patient_server<S: Secure>(authority: &Authority) -> RunningServer<S> {
    let server = secure_bind::<S>(S::showing(&authority.issue("127.0.0.1"))).await;
    RunningServer::<S>::echoing(server.handshake_timeout(NEVER))
}

fn patient_client<S: Secure>(authority: &Authority) -> Client<S> {
    client::<S>(authority).handshake_timeout(NEVER)
}

fn identity(authority: &Authority) -> ServerTls {
    let certificate = authority.issue("127.0.0.1");
    ServerTls::from_pem_files(certificate.chain, certificate.key).unwrap()
}

fn trust(authority: &Authority) -> ClientTls {
    ClientTls::trusting_pem_file(authority.file()).unwrap()
}

/// The first record of a client.
fn client_hello(authority: &Authority) -> Vec<u8> {
    let name = ServerName::try_from("127.0.0.1").unwrap();
    let mut tls = ClientConnection::new(trust(authority).config(), name).unwrap();
    let mut hello = Vec::new();
    tls.write_tls(&mut hello).unwrap();
    hello
}

/// What a client may have said of its handshake: nothing, a byte, and all of its first words.
fn starts(authority: &Authority) -> [Vec<u8>; 3] {
    let hello = client_hello(authority);
    let byte = [&hello[..3], &[0, 1], &hello[5..6]].concat();
    [Vec::new(), byte, hello]
}

/// Reads a head, the empty line at its end included, and no further.
async fn head(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let byte = within("the end of a head", stream.read_u8()).await;
        head.push(byte.unwrap());
    }
    String::from_utf8(head).unwrap()
}

/// How small the bytes of TLS are cut.
#[derive(Clone, Copy)]
enum Crumbs {
    /// Each byte leaves by itself.
    Segments,
    /// Each byte of a handshake that is not encrypted is in a record by itself.
    Records,
}

/// A socket that cuts what TLS writes to it.
struct Crumbling {
    tcp: TcpStream,
    crumbs: Crumbs,
    /// The other end was told that what follows is encrypted (ChangeCipherSpec).
    is_encrypted: bool,
    /// Part of a record.
    taken: Vec<u8>,
    cut: VecDeque<u8>,
}

impl Crumbling {
    fn new(tcp: TcpStream, crumbs: Crumbs) -> Self {
        tcp.set_nodelay(true).unwrap();
        Self {
            tcp,
            crumbs,
            is_encrypted: false,
            taken: Vec::new(),
            cut: VecDeque::new(),
        }
    }

    fn cut_records(&mut self) {
        while let Some(&[kind, major, minor, high, low]) = self.taken.first_chunk() {
            let len = 5 + usize::from(u16::from_be_bytes([high, low]));
            if self.taken.len() < len {
                return;
            }
            let record: Vec<u8> = self.taken.drain(..len).collect();
            self.is_encrypted |= kind == 0x14;
            match (self.crumbs, kind) {
                (Crumbs::Records, 0x16) if !self.is_encrypted => {
                    for byte in &record[5..] {
                        self.cut.extend([kind, major, minor, 0, 1, *byte]);
                    }
                }
                (Crumbs::Records | Crumbs::Segments, _) => self.cut.extend(record),
            }
        }
    }

    fn poll_drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.cut.is_empty() {
            let (first, _) = self.cut.as_slices();
            let piece = match self.crumbs {
                Crumbs::Segments => &first[..1],
                Crumbs::Records => first,
            };
            let n = ready!(Pin::new(&mut self.tcp).poll_write(cx, piece))?;
            self.cut.drain(..n);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for Crumbling {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().tcp).poll_read(cx, buf)
    }
}

impl AsyncWrite for Crumbling {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.taken.extend_from_slice(bytes);
        self.cut_records();
        if let Poll::Ready(Err(error)) = self.poll_drain(cx) {
            return Poll::Ready(Err(error));
        }
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_drain(cx))?;
        Pin::new(&mut self.tcp).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_drain(cx))?;
        Pin::new(&mut self.tcp).poll_shutdown(cx)
    }
}

/// An alert that ends a connection in order (RFC 8446 §6.1), not encrypted.
const CLOSE_NOTIFY: &[u8] = b"\x15\x03\x03\x00\x02\x01\x00";

/// Longer than any test waits.
const NEVER: Duration = Duration::from_secs(3600);
