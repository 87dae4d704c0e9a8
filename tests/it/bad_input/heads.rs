//! Heads that are too large, that come in crumbs, or that never end.
//!
//! What a server reads of them is counted at its socket: in bytes and reads, not in time.

mod counted;

use std::time::Duration;

use sockeye::handshake::HeadLimits;
use sockeye::tokio::{Client, accept};
use sockeye::{Acceptor, Error, HandshakeError, Role};
use sockeye_tests::{PATIENCE, RawPeer, WatchedServer, frame, request, within};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::time::Instant;

use crate::sockets::many_sockets;
use counted::{Counted, Counter, Counts};

/// The limit on a head, and what one read takes at most.
const HEAD_BYTES: usize = 16 * 1024;
const READ_BYTES: usize = 16 * 1024;

/// What a refused peer may go on sending until it is cut off, with the read that passes it.
const LINGER_BYTES: usize = 64 * 1024 + READ_BYTES;

#[tokio::test]
async fn of_a_mebibyte_are_refused_with_431_within_one_read_of_the_limit() {
    let request = format!("GET / HTTP/1.1\r\nHost: x\r\nX: {}", "a".repeat(1 << 20));
    let counts = refuse_blast(&request, 431).await;
    assert!(
        counts.before_answer <= HEAD_BYTES + READ_BYTES,
        "{counts:?}"
    );
    assert!(
        counts.n_bytes <= HEAD_BYTES + READ_BYTES + LINGER_BYTES,
        "{counts:?}"
    );
}

#[tokio::test]
async fn with_a_target_of_a_mebibyte_are_refused_with_414_within_one_read_of_the_limit() {
    let request = format!("GET /{} HTTP/1.1\r\n", "a".repeat(1 << 20));
    let counts = refuse_blast(&request, 414).await;
    assert!(
        counts.before_answer <= HEAD_BYTES / 2 + READ_BYTES,
        "{counts:?}"
    );
    assert!(
        counts.n_bytes <= HEAD_BYTES / 2 + READ_BYTES + LINGER_BYTES,
        "{counts:?}"
    );
}

#[tokio::test]
async fn of_a_hundred_thousand_fields_are_refused_with_431() {
    let request = format!(
        "GET / HTTP/1.1\r\nHost: x\r\n{}",
        "a: b\r\n".repeat(100_000)
    );
    let counts = refuse_blast(&request, 431).await;
    // The hundredth field ends within the first read.
    assert!(counts.before_answer <= READ_BYTES, "{counts:?}");
}

/// Sends `request`, far too large, and checks that it is refused; counts what the server read.
async fn refuse_blast(request: &str, status: u16) -> Counts {
    let (mut peer, stream, counts) = counted_connection().await;
    let acceptor = Acceptor::new();
    let (accepted, answer) = tokio::join!(
        within("the refusal", accept(stream, &acceptor)),
        peer.blast(request.as_bytes()),
    );
    let error = accepted.map(drop).expect_err("it must be refused");
    assert!(
        matches!(error, Error::Refused(refused) if refused == status),
        "{error:?}"
    );
    let answer = answer.expect("the refusal arrives, and then an orderly end");
    let answer = String::from_utf8(answer).expect("a response is text");
    assert!(
        answer.starts_with(&format!("HTTP/1.1 {status} ")),
        "{answer}"
    );
    counts.counts()
}

/// The largest head there may be, one byte at a time: one read for each byte and no more.
#[tokio::test]
async fn are_read_once_however_they_are_cut() {
    let padding = HEAD_BYTES - request("X: \r\n").len();
    for (padding, status) in [(padding, 101), (padding + 1, 431)] {
        let request = request(&format!("X: {}\r\n", "a".repeat(padding)));
        let (mut peer, stream, counts) = counted_connection().await;
        let acceptor = Acceptor::new();
        let accepting = accept(stream.one_byte_per_read(), &acceptor);
        let (accepted, head) = tokio::join!(within("the answer", accepting), async {
            peer.send(request.as_bytes()).await;
            let head = peer.head().await;
            peer.half_close().await;
            head
        });
        assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{head}");
        assert_eq!(accepted.is_ok(), status == 101);
        let counts = counts.counts();
        // One byte past the limit shows that there is more; the answer needs no further one.
        assert_eq!(
            counts.before_answer,
            HEAD_BYTES + usize::from(status == 431)
        );
        // Reads that find nothing come between, one for each wake-up at most.
        assert!(counts.n_reads <= 2 * (counts.n_bytes + 2), "{counts:?}");
    }
}

#[tokio::test]
async fn that_come_byte_by_byte_are_accepted() {
    let server = WatchedServer::echoing(|server| server).await;
    let mut peer = RawPeer::connect(server.address).await;
    for byte in request("Cookie: a=b\r\n").bytes() {
        peer.send(&[byte]).await;
    }
    assert!(peer.head().await.starts_with("HTTP/1.1 101 "));
    for byte in frame(Role::Client, 0x81, b"byte by byte") {
        peer.send(&[byte]).await;
    }
    assert_eq!(peer.frame().await.payload, b"byte by byte");
}

/// Many clients that begin a head and fall silent keep no honest one out.
#[tokio::test]
async fn that_never_end_do_not_keep_others_out() {
    let _turn = many_sockets().await;
    let server = WatchedServer::echoing(|server| server).await;
    let mut silent = Vec::new();
    for _ in 0..100 {
        let mut peer = RawPeer::connect(server.address).await;
        peer.send(b"GET / HTTP/1.1\r\nHost: x\r\n").await;
        silent.push(peer);
    }
    let mut peer = RawPeer::open(server.address).await;
    peer.send(&frame(Role::Client, 0x81, b"honest")).await;
    assert_eq!(peer.frame().await.payload, b"honest");
    assert!(
        server.handle.connections() > silent.len(),
        "they are all still there"
    );
}

/// The limit is absolute: neither silence nor a byte each second moves it. On a virtual clock.
#[tokio::test(start_paused = true)]
async fn that_take_too_long_are_refused_with_408_at_the_limit() {
    for trickle in [Duration::MAX, Duration::from_secs(1)] {
        let (mut near, far) = tokio::io::duplex(4096);
        let acceptor = Acceptor::new();
        let start = Instant::now();
        let trickling = async {
            near.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nX: ")
                .await
                .expect("it is read");
            while start.elapsed() < PATIENCE.saturating_sub(trickle) {
                tokio::time::sleep(trickle).await;
                near.write_all(b"x").await.expect("it is read");
            }
            std::future::pending().await
        };
        let answer = tokio::select! {
            () = trickling => unreachable!("it never ends"),
            accepted = async {
                let error = accept(far, &acceptor).await.map(drop);
                (error, start.elapsed())
            } => accepted,
        };
        let (accepted, elapsed) = answer;
        let error = accepted.expect_err("it must be refused");
        assert!(
            matches!(error, Error::Refused(status) if status == 408),
            "{error:?}"
        );
        assert!(error.is_timeout());
        // Ten seconds for the request, and one at most to let go of the peer.
        let limit = Duration::from_secs(10)..=Duration::from_secs(11);
        assert!(limit.contains(&elapsed), "{elapsed:?}");
        let mut answer = String::new();
        near.read_to_string(&mut answer)
            .await
            .expect("an orderly end");
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
        assert!(answer.contains("\r\nConnection: close\r\n"), "{answer}");
    }
}

#[tokio::test]
async fn of_responses_are_bounded_likewise() {
    let huge = format!(
        "HTTP/1.1 101 Switching Protocols\r\nX: {}",
        "a".repeat(1 << 20)
    );
    let interim = "HTTP/1.1 100 Continue\r\n\r\n".repeat(100_000);
    for (response, expected) in [
        (huge, HandshakeError::HeadTooLarge),
        (interim, HandshakeError::TooManyInterimResponses),
    ] {
        let (mut peer, stream, counts) = counted_connection().await;
        let client = Client::new();
        let connecting = client.connect_on("ws://localhost/", stream);
        let (connected, _) = tokio::join!(within("the client's error", connecting), async {
            peer.head().await;
            // The client goes without a word, with bytes unread.
            let _ = peer.blast(response.as_bytes()).await;
        });
        let error = connected.map(drop).expect_err("that is no 101");
        assert!(
            matches!(&error, Error::Handshake(error) if format!("{error:?}") == format!("{expected:?}")),
            "{error:?}"
        );
        let counts = counts.counts();
        assert!(counts.n_bytes <= HEAD_BYTES + READ_BYTES, "{counts:?}");
    }
}

#[tokio::test]
async fn of_refusals_with_an_endless_body_are_kept_in_part() {
    let head = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer\r\n\r\n";
    let (mut peer, stream, counts) = counted_connection().await;
    let client = Client::new();
    let connecting = client.connect_on("ws://localhost/", stream);
    let (connected, ()) = tokio::join!(within("the client's error", connecting), async {
        peer.head().await;
        peer.send(head.as_bytes()).await;
        let _ = peer.blast(&[b'x'; 64 * 1024]).await;
    });
    let error = connected.map(drop).expect_err("it was refused");
    let response = error.response().expect("the response is kept");
    assert_eq!(response.status(), 401);
    assert_eq!(response.headers()["www-authenticate"], "Bearer");
    let most = HeadLimits::default().max_refusal_body_bytes;
    assert!(response.body().iter().all(|&byte| byte == b'x'));
    assert_eq!(response.body().len(), most);
    let counts = counts.counts();
    assert!(
        counts.n_bytes <= HEAD_BYTES + most + READ_BYTES,
        "{counts:?}"
    );
}

/// A raw peer, and the other end of its connection with a counter on it.
async fn counted_connection() -> (RawPeer, Counted, Counter) {
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("loopback can be bound");
    let address = listener.local_addr().expect("a listener has an address");
    let (peer, accepted) = tokio::join!(RawPeer::connect(address), listener.accept());
    let (stream, _) = accepted.expect("the listener works");
    let (stream, counts) = Counted::new(stream);
    (peer, stream, counts)
}
