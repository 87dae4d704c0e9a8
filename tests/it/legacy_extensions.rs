//! The names that WebKit gave compression, end to end: `x-webkit-deflate-frame` and
//! `x-webkit-permessage-deflate`.
//!
//! Ours is one end, client or server, and echoes; the other is made of bytes and zlib. What is
//! agreed on is in the handshake's header, and zlib reads no more than that allows.

use std::sync::Arc;

use sockeye::tokio::Client;
use sockeye::{
    Compress, Message, PermessageDeflate, PreparedMessage, Registry, Role, SendOptions,
    WebkitDeflateFrame, WindowBits,
};
use sockeye_tests::{
    Deflate, Inflate, Random, RawPeer, Seen, Traffic, WatchedServer, frame, request, within,
};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

const HEADER: &str = "Sec-WebSocket-Extensions: ";

/// The value of the header in a head, which ours writes as here.
fn extensions(head: &str) -> Option<&str> {
    let mut lines = head.lines();
    lines.find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        let is_it = name.eq_ignore_ascii_case("sec-websocket-extensions");
        is_it.then_some(value)
    })
}

/// What is given to our end.
fn per_frame(webkit: WebkitDeflateFrame) -> Registry {
    let registry = Registry::default().both(webkit, &[]);
    registry.expect("a name of its own")
}

fn per_message(deflate: PermessageDeflate) -> Registry {
    let registry = Registry::default().both(deflate, &["x-webkit-"]);
    registry.expect("a name of its own")
}

fn window(bits: u8) -> WindowBits {
    WindowBits::new(bits).expect("8 to 15")
}

fn client(registry: &Registry) -> Client {
    let extensions = registry.clients().iter().cloned();
    extensions.fold(Client::new(), Client::extension)
}

async fn server(registry: &Registry) -> WatchedServer {
    let extensions = registry.servers().iter().cloned();
    WatchedServer::echoing(|server| {
        extensions.fold(server, |server, extension| server.extension(extension))
    })
    .await
}

/// A raw client that makes this offer to our server, and the answer.
async fn raw_client(server: &WatchedServer, offer: &str) -> (RawPeer, Option<String>) {
    let mut peer = RawPeer::connect(server.address).await;
    let fields = format!("{HEADER}{offer}\r\n");
    peer.send(request(&fields).as_bytes()).await;
    let head = peer.head().await;
    assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
    let answer = extensions(&head).map(str::to_owned);
    (peer, answer)
}

/// A raw server that gives this answer to our client, its offer, and what comes of the client.
async fn raw_server(
    client: Client,
    answer: &str,
) -> (
    RawPeer,
    Option<String>,
    JoinHandle<Result<Seen, sockeye::Error>>,
) {
    let listener = TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("loopback can be bound");
    let address = listener.local_addr().expect("a listener has an address");
    let seen = tokio::spawn(async move {
        let (mut ws, _response) = client.connect(format!("ws://{address}/")).await?;
        Ok(Seen::echo(&mut ws).await)
    });
    let fields = match answer {
        "" => String::new(),
        answer => format!("{HEADER}{answer}\r\n"),
    };
    let (peer, request) = RawPeer::accept_request(&listener, &fields, &[]).await;
    let offer = extensions(&request).map(str::to_owned);
    (peer, offer, seen)
}

/// How marks and contexts go with frames.
#[derive(Clone, Copy)]
enum Kind {
    PerFrame,
    PerMessage,
}

/// What was agreed on, seen from the raw peer.
#[derive(Clone, Copy)]
struct Agreed {
    kind: Kind,
    /// Of our end: the window, and whether what it sends refers to what it sent before.
    ours: (u8, bool),
    /// Whether our end knows what the raw peer sent before.
    theirs: bool,
}

/// Sends messages to our end and reads their echoes, by the byte.
struct Other {
    peer: RawPeer,
    role: Role,
    agreed: Agreed,
    inflate: Inflate,
    deflate: Deflate,
}

impl Other {
    fn new(peer: RawPeer, role: Role, agreed: Agreed) -> Self {
        let (window, takeover) = agreed.ours;
        Self {
            peer,
            role,
            agreed,
            inflate: Inflate::new(window, takeover),
            deflate: Deflate::new(15),
        }
    }

    async fn send(&mut self, first_byte: u8, payload: &[u8]) {
        let frame = frame(self.role, first_byte, payload);
        self.peer.send(&frame).await;
    }

    /// What follows refers to what was before only where that was agreed on.
    fn deflated(&mut self, payload: &[u8]) -> Vec<u8> {
        if !self.agreed.theirs {
            self.deflate.forget();
        }
        self.deflate.message(payload)
    }

    /// The next echo: its length on the wire, and the message. It has one frame.
    async fn echo(&mut self) -> (usize, Vec<u8>) {
        let frame = self.peer.frame().await;
        let message = match frame.first_byte {
            0x81 | 0x82 => Some(frame.payload.clone()),
            0xc1 | 0xc2 => self.inflate.message(&frame.payload),
            other => panic!("first byte {other:02x}"),
        };
        (frame.payload.len(), message.expect("as was agreed on"))
    }

    /// Everything that the extensions have to do, then a close.
    async fn check(mut self) {
        let mut random = Random::new(1);
        // Enough to say how far back our end looked.
        let digits: Vec<u8> = (0..700).map(|_| random.pick(b"0123456789")).collect();
        let mut wire_lens = Vec::new();
        for _ in 0..3 {
            let payload = self.deflated(&digits);
            self.send(0xc1, &payload).await;
            let (len, message) = self.echo().await;
            assert_eq!(message, digits);
            assert!(len < 400, "{len} bytes");
            wire_lens.push(len);
        }
        // 9 bits have room for 250 bytes.
        let (window, takeover) = self.agreed.ours;
        let looks_back = takeover && window > 9;
        assert_eq!(wire_lens[1] < 50, looks_back, "{wire_lens:?}");

        // As it is, although it could shrink.
        self.send(0x82, &digits).await;
        assert_eq!(self.echo().await.1, digits);

        let (start, end) = digits.split_at(300);
        match self.agreed.kind {
            // Each frame by itself: compressed, empty, as it is, compressed.
            Kind::PerFrame => {
                let payload = self.deflated(start);
                self.send(0x42, &payload).await;
                self.send(0x00, b"").await;
                self.send(0x00, b"as it is").await;
                let payload = self.deflated(end);
                self.send(0xc0, &payload).await;
                let whole = [start, b"as it is", end].concat();
                assert_eq!(self.echo().await.1, whole);
            }
            // The mark is the first frame's, and the message is cut anywhere.
            Kind::PerMessage => {
                let payload = self.deflated(&digits);
                let (start, end) = payload.split_at(payload.len() / 2);
                self.send(0x42, start).await;
                self.send(0x00, b"").await;
                self.send(0x80, end).await;
                assert_eq!(self.echo().await.1, digits);
            }
        }
        self.send(0x88, &1000_u16.to_be_bytes()).await;
        // RFC 6455 §7.1.1: the server closes the TCP connection first.
        if self.role == Role::Server {
            self.peer.half_close().await;
        }
        assert_eq!(self.peer.close_and_end("a close").await, 1000);
    }
}

/// Our server, given `registry`, with a raw client that offers `offer`.
async fn check_server(registry: Registry, offer: &str, answer: &str, agreed: Agreed) {
    let mut server = server(&registry).await;
    let (peer, answered) = raw_client(&server, offer).await;
    assert_eq!(answered.as_deref(), Some(answer), "to {offer}");
    Other::new(peer, Role::Client, agreed).check().await;
    let seen = server.seen().await;
    assert!(seen.outcome.clean, "{seen:?}");
}

/// Our client, given `registry`, which offers `offer`, with a raw server that answers `answer`.
async fn check_client(registry: Registry, offer: &str, answer: &str, agreed: Agreed) {
    let (peer, offered, seen) = raw_server(client(&registry), answer).await;
    assert_eq!(offered.as_deref(), Some(offer));
    Other::new(peer, Role::Server, agreed).check().await;
    let seen = within("the client's end", seen).await.expect("no panic");
    let seen = seen.expect("it is an answer to its offer");
    assert!(seen.outcome.clean, "{seen:?}");
}

#[tokio::test]
async fn server_speaks_deflate_frame() {
    let webkit = WebkitDeflateFrame::default();
    let check = async |webkit, offer, answer, ours, theirs| {
        let kind = Kind::PerFrame;
        let agreed = Agreed { kind, ours, theirs };
        check_server(per_frame(webkit), offer, answer, agreed).await;
    };
    check(
        webkit,
        "x-webkit-deflate-frame",
        "x-webkit-deflate-frame; no_context_takeover",
        (15, false),
        false,
    )
    .await;
    let webkit = webkit.context_takeover();
    check(
        webkit,
        "x-webkit-deflate-frame",
        "x-webkit-deflate-frame",
        (15, true),
        true,
    )
    .await;
    check(
        webkit,
        "x-webkit-deflate-frame; max_window_bits=9",
        "x-webkit-deflate-frame",
        (9, true),
        true,
    )
    .await;
    check(
        webkit.peer_context_takeover(false),
        "x-webkit-deflate-frame; max_window_bits=10",
        "x-webkit-deflate-frame; no_context_takeover",
        (10, true),
        false,
    )
    .await;
    // What each says is about the other: the client's frames have the larger window here.
    check(
        webkit
            .own_max_window_bits(window(11))
            .peer_max_window_bits(window(15)),
        "x-webkit-deflate-frame; no_context_takeover; max_window_bits=12",
        "x-webkit-deflate-frame",
        (11, false),
        true,
    )
    .await;
}

#[tokio::test]
async fn client_speaks_deflate_frame() {
    let webkit = WebkitDeflateFrame::default();
    let check = async |webkit, offer, answer, ours, theirs| {
        let kind = Kind::PerFrame;
        let agreed = Agreed { kind, ours, theirs };
        check_client(per_frame(webkit), offer, answer, agreed).await;
    };
    check(
        webkit,
        "x-webkit-deflate-frame; no_context_takeover",
        "x-webkit-deflate-frame",
        (15, false),
        false,
    )
    .await;
    let webkit = webkit.context_takeover();
    check(
        webkit,
        "x-webkit-deflate-frame",
        "x-webkit-deflate-frame",
        (15, true),
        true,
    )
    .await;
    check(
        webkit,
        "x-webkit-deflate-frame",
        "x-webkit-deflate-frame; max_window_bits=9",
        (9, true),
        true,
    )
    .await;
    check(
        webkit.peer_context_takeover(false),
        "x-webkit-deflate-frame; no_context_takeover",
        "x-webkit-deflate-frame; max_window_bits=12; no_context_takeover",
        (12, false),
        false,
    )
    .await;
}

#[tokio::test]
async fn server_speaks_prefixed_permessage_deflate() {
    let deflate = PermessageDeflate::default();
    let check = async |deflate, offer, answer, ours, theirs| {
        let kind = Kind::PerMessage;
        let agreed = Agreed { kind, ours, theirs };
        check_server(per_message(deflate), offer, answer, agreed).await;
    };
    check(
        deflate,
        "x-webkit-permessage-deflate",
        "x-webkit-permessage-deflate; server_no_context_takeover; client_no_context_takeover",
        (15, false),
        false,
    )
    .await;
    let deflate = deflate.context_takeover();
    check(
        deflate,
        "x-webkit-permessage-deflate; server_max_window_bits=10",
        "x-webkit-permessage-deflate; server_max_window_bits=10",
        (10, true),
        true,
    )
    .await;
    // Of two names for one extension the first that was offered is accepted.
    check(
        deflate,
        "x-webkit-permessage-deflate; server_no_context_takeover, permessage-deflate",
        "x-webkit-permessage-deflate; server_no_context_takeover",
        (15, false),
        true,
    )
    .await;
}

#[tokio::test]
async fn client_speaks_prefixed_permessage_deflate() {
    let offer = "permessage-deflate; client_max_window_bits, \
                 x-webkit-permessage-deflate; client_max_window_bits";
    for (answer, ours) in [
        ("x-webkit-permessage-deflate", (15, true)),
        (
            "x-webkit-permessage-deflate; client_max_window_bits=9",
            (9, true),
        ),
        (
            "x-webkit-permessage-deflate; client_no_context_takeover",
            (15, false),
        ),
        ("permessage-deflate; client_max_window_bits=11", (11, true)),
    ] {
        let agreed = Agreed {
            kind: Kind::PerMessage,
            ours,
            theirs: true,
        };
        let deflate = PermessageDeflate::default().context_takeover();
        check_client(per_message(deflate), offer, answer, agreed).await;
    }
}

/// Without them, or with the extension that has the standard's name only.
#[tokio::test]
async fn nobody_speaks_either_unless_it_is_given_them() {
    let standard = Registry::default()
        .both(PermessageDeflate::default(), &[])
        .expect("a name of its own");
    for registry in [Registry::default(), standard] {
        let legacy = "x-webkit-deflate-frame, x-webkit-permessage-deflate";
        let server = server(&registry).await;
        let (mut peer, answer) = raw_client(&server, legacy).await;
        assert_eq!(answer, None);
        let hello = Deflate::new(15).message(b"Hello");
        peer.send(&frame(Role::Client, 0xc1, &hello)).await;
        assert_eq!(peer.close_and_end("the mark").await, 1002);

        for answer in ["x-webkit-deflate-frame", "x-webkit-permessage-deflate"] {
            let (_peer, offer, seen) = raw_server(client(&registry), answer).await;
            let offer = offer.unwrap_or_default();
            assert!(!offer.contains("x-webkit"), "{offer}");
            let seen = within("the client's end", seen).await.expect("no panic");
            assert!(seen.is_err(), "{answer} was not offered");
        }
    }
}

#[tokio::test]
async fn nobody_compresses_unless_told_to() {
    let offers = "permessage-deflate, permessage-deflate; client_max_window_bits, \
        x-webkit-deflate-frame, x-webkit-permessage-deflate";
    let server = WatchedServer::echoing(|server| server).await;
    let (mut peer, answer) = raw_client(&server, offers).await;
    assert_eq!(answer, None);
    let hello = Deflate::new(15).message(b"Hello");
    peer.send(&frame(Role::Client, 0xc1, &hello)).await;
    assert_eq!(peer.close_and_end("the mark").await, 1002);

    let (_peer, offer, seen) = raw_server(Client::new(), "permessage-deflate").await;
    assert_eq!(offer, None);
    let seen = within("the client's end", seen).await.expect("no panic");
    assert!(seen.is_err(), "it was not offered");
}

#[tokio::test]
async fn client_fails_on_answers_that_are_none() {
    for answer in [
        "x-webkit-deflate-frame; max_window_bits=7",
        "x-webkit-deflate-frame; max_window_bits=16",
        "x-webkit-deflate-frame; max_window_bits",
        "x-webkit-deflate-frame; no_context_takeover=1",
        "x-webkit-deflate-frame; server_no_context_takeover",
        "x-webkit-deflate-frame; no_context_takeover; no_context_takeover",
        "x-webkit-deflate-frame, x-webkit-deflate-frame",
        "permessage-deflate",
    ] {
        let webkit = WebkitDeflateFrame::default().context_takeover();
        let (_peer, _offer, seen) = raw_server(client(&per_frame(webkit)), answer).await;
        let seen = within("the client's end", seen).await.expect("no panic");
        assert!(seen.is_err(), "{answer}");
    }
}

/// Both ends are ours, every message is sent in one of several ways.
async fn check_both(registry: Registry, expected: &str) {
    let mut server = server(&registry).await;
    let client = client(&registry);
    let connected = within("a connection", client.connect(server.url())).await;
    let (mut ws, _response) = connected.expect("the server accepts");
    assert!(ws.extensions().eq([expected]));
    let options = SendOptions {
        compress: Compress::Always,
        secret: true,
    };
    let messages: Vec<Message> = Traffic::new(1).take(60).collect();
    for (number, message) in messages.iter().enumerate() {
        match number % 4 {
            0 => ws.send(message.clone()).await,
            1 => ws.send_with(message.clone(), options).await,
            2 => {
                ws.send_prepared(&PreparedMessage::new(message.clone()))
                    .await
            }
            _ => {
                let mut writer = ws.send_streaming(message.kind()).await.expect("it is open");
                for piece in message.as_bytes().chunks(message.len() / 3 + 1) {
                    writer.write(piece.to_vec()).await.expect("it is open");
                }
                writer.finish().await
            }
        }
        .expect("it is open");
        let echo = within("an echo", ws.recv()).await.expect("it is open");
        assert!(echo.as_ref() == Some(message), "message {number}");
    }
    let stats = ws.stats();
    for traffic in [stats.sent, stats.received] {
        assert!(traffic.wire_bytes < traffic.payload_bytes, "{stats:?}");
    }
    drop(ws);
    assert!(server.seen().await.messages == messages);
}

#[tokio::test]
async fn both_of_ours_speak_them() {
    let webkit = WebkitDeflateFrame::default();
    check_both(per_frame(webkit), "x-webkit-deflate-frame").await;
    let webkit = webkit
        .context_takeover()
        .own_max_window_bits(window(9))
        .peer_max_window_bits(window(8));
    check_both(per_frame(webkit), "x-webkit-deflate-frame").await;
    // Offered by its own name first, which the server knows.
    let deflate = PermessageDeflate::default().context_takeover();
    check_both(per_message(deflate), "permessage-deflate").await;
}

/// It makes each offer, and the server takes the one that it knows.
#[tokio::test]
async fn a_client_of_both_is_understood_by_an_old_server() {
    let registry = Registry::default()
        .both(PermessageDeflate::default(), &["x-webkit-"])
        .and_then(|registry| registry.both(WebkitDeflateFrame::default(), &[]))
        .expect("names of their own");
    let old =
        WatchedServer::echoing(|server| server.extension(Arc::new(WebkitDeflateFrame::default())))
            .await;
    let (ws, response) = client(&registry)
        .connect(old.url())
        .await
        .expect("the server accepts");
    assert!(ws.extensions().eq(["x-webkit-deflate-frame"]));
    let answer = response.headers().get("sec-websocket-extensions");
    assert_eq!(
        answer.map(|value| value.as_bytes()),
        Some(&b"x-webkit-deflate-frame; no_context_takeover"[..])
    );
}
