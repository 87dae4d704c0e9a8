//! The opening handshake over a transport: agreement, refusals, hooks, its time limit.

use std::future::{Future, poll_fn, ready};
use std::io::{self, IoSlice};
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use sockeye_frame::CloseCode;
use sockeye_handshake::{
    Acceptance, ClientRequest, IntoClientRequest, OriginList, OriginPolicy, Refusal, UpgradeRequest,
};

use crate::testing::{Manners, MemoryTransport, VirtualClock, block_on, both, link, poll_and_drop};
use crate::{Acceptor, ClientOptions, Error, Timer, Transport, WebSocket, client_handshake};

fn request() -> ClientRequest {
    "ws://example.com/chat?room=1"
        .into_client_request()
        .unwrap()
}

type Opened = Result<(WebSocket<MemoryTransport>, http::Response<()>), Error>;
type Accepted = Result<Option<(WebSocket<MemoryTransport>, http::Request<()>)>, Error>;

fn shake(clock: &VirtualClock, request: &ClientRequest, acceptor: &Acceptor) -> (Opened, Accepted) {
    let (client, server) = link(
        64,
        Manners {
            max_step: 7,
            hesitates: true,
        },
    );
    let options = ClientOptions::default();
    both(
        clock,
        client_handshake(client, clock.timer(), request, &options),
        acceptor.accept(server, clock.timer()),
    )
}

/// RFC 6455 §4.1: however long the answer takes.
#[test]
fn a_client_sends_its_request_and_nothing_more_before_the_answer() {
    let clock = VirtualClock::default();
    let (raw, client) = link(1 << 20, Manners::default());
    let (request, options) = (request(), ClientOptions::default());
    let mut opening = pin!(client_handshake(client, clock.timer(), &request, &options));
    let mut cx = Context::from_waker(Waker::noop());
    assert!(opening.as_mut().poll(&mut cx).is_pending());
    let sent = raw.take_incoming();
    let end = sent.windows(4).position(|four| four == b"\r\n\r\n");
    assert_eq!(end, Some(sent.len() - 4), "one head");
    for _ in 0..9 {
        clock.advance(Duration::from_secs(1));
        assert!(opening.as_mut().poll(&mut cx).is_pending());
        assert_eq!(raw.take_incoming(), b"");
    }
}

#[test]
fn client_and_server_agree_and_talk() {
    let clock = VirtualClock::default();
    let acceptor = Acceptor::new().subprotocols(["b", "a"]);
    let request = request()
        .subprotocol("a")
        .unwrap()
        .subprotocol("b")
        .unwrap();
    let (opened, accepted) = shake(&clock, &request, &acceptor);
    let (mut client, response) = opened.unwrap();
    let (mut server, request) = accepted.unwrap().unwrap();
    assert_eq!(response.status(), 101);
    assert_eq!(request.uri(), "/chat?room=1");
    assert_eq!(
        (client.subprotocol(), server.subprotocol()),
        (Some("b"), Some("b"))
    );
    both(
        &clock,
        async {
            client.send("hello").await.unwrap();
            client.close(CloseCode::NormalClosure, "").await.unwrap()
        },
        async {
            assert_eq!(server.recv().await.unwrap(), Some("hello".into()));
            assert_eq!(server.recv().await.unwrap(), None);
        },
    );
}

#[test]
fn each_handshake_has_a_key_of_its_own() {
    let clock = VirtualClock::default();
    // RFC 6455 §4.1: the nonce MUST be selected randomly for each connection
    let keys: std::collections::BTreeSet<_> = (0..8)
        .map(|_| {
            let (_, accepted) = shake(&clock, &request(), &Acceptor::new());
            let (_, request) = accepted.unwrap().unwrap();
            request.headers()["sec-websocket-key"].as_bytes().to_vec()
        })
        .collect();
    assert_eq!(keys.len(), 8);
}

#[test]
fn a_foreign_origin_is_refused_by_default_and_told_so() {
    let clock = VirtualClock::default();
    let evil = request().origin("https://evil.example").unwrap();
    let (opened, accepted) = shake(&clock, &evil, &Acceptor::new());
    let error = opened.unwrap_err();
    assert_eq!(error.response().unwrap().status(), 403);
    assert!(!error.is_retryable());
    assert!(matches!(accepted, Err(Error::Refused(status)) if status == 403));

    let (opened, _) = shake(&clock, &evil, &Acceptor::new().origin(OriginPolicy::Any));
    opened.unwrap();
}

/// RFC 6454 §4: the scheme is a part of the origin.
#[test]
fn a_page_had_without_tls_is_of_a_foreign_origin_where_the_server_has_tls() {
    #[track_caller]
    fn check(origin: &str, policy: OriginPolicy, expected: u16) {
        let clock = VirtualClock::default();
        let request = request().origin(origin).unwrap();
        let (client, server) = link(1000, Manners::default());
        let (options, acceptor) = (ClientOptions::default(), Acceptor::new().origin(policy));
        let secure = Some(|transport| ready(Ok(transport)));
        let (opened, _) = both(
            &clock,
            client_handshake(client, clock.timer(), &request, &options),
            acceptor.accept_arrival(server, clock.timer(), None, secure),
        );
        let status = match &opened {
            Ok((_, response)) => response.status(),
            Err(error) => error.response().unwrap().status(),
        };
        assert_eq!(status, expected, "{origin}");
    }
    check("https://example.com", OriginPolicy::Same, 101);
    check("http://example.com", OriginPolicy::Same, 403);
    let same = || OriginList::new().allow_same();
    check("http://example.com", OriginPolicy::List(same()), 403);
    let listed = same().allow("http://example.com").unwrap();
    check("http://example.com", OriginPolicy::List(listed), 101);
}

#[test]
fn an_asynchronous_hook_accepts_with_headers_or_refuses() {
    let clock = VirtualClock::default();
    let acceptor = Acceptor::new().accept_with(|request: &UpgradeRequest| {
        let has_cookie = request.request().headers().contains_key("cookie");
        async move {
            if has_cookie {
                Ok(Acceptance::new().header("x-session", "7").unwrap())
            } else {
                Err(Refusal::new(http::StatusCode::UNAUTHORIZED, "log in first"))
            }
        }
    });
    let (opened, _) = shake(
        &clock,
        &request().header("cookie", "s=7").unwrap(),
        &acceptor,
    );
    assert_eq!(opened.unwrap().1.headers()["x-session"], "7");
    let (opened, _) = shake(&clock, &request(), &acceptor);
    let error = opened.unwrap_err();
    assert_eq!(error.response().unwrap().status(), 401);
    assert_eq!(error.response().unwrap().body(), "log in first\n");
}

#[test]
fn the_subprotocol_list_holds_where_the_hook_chooses_none() {
    let clock = VirtualClock::default();
    let request = request().subprotocol("a").unwrap();
    let chosen = |acceptance: fn() -> Acceptance| {
        let acceptor = Acceptor::new()
            .subprotocols(["a"])
            .accept_with(move |_| async move { Ok(acceptance()) });
        let (opened, _) = shake(&clock, &request, &acceptor);
        opened.unwrap().0.subprotocol().map(str::to_owned)
    };
    assert_eq!(chosen(Acceptance::new).as_deref(), Some("a"));
    assert_eq!(chosen(|| Acceptance::new().subprotocol(None)), None);
}

#[test]
fn a_hook_that_chooses_what_was_not_offered_is_our_error_not_the_clients() {
    let clock = VirtualClock::default();
    let acceptor = Acceptor::new()
        .accept_with(|_| async { Ok(Acceptance::new().subprotocol(Some("not offered".into()))) });
    let (opened, accepted) = shake(&clock, &request(), &acceptor);
    assert_eq!(opened.unwrap_err().response().unwrap().status(), 500);
    assert!(matches!(accepted, Err(Error::Handshake(_))), "{accepted:?}");
}

/// What a server answers to `request`, to the end of its bytes.
fn answer(clock: &VirtualClock, request: &[u8], acceptor: &Acceptor) -> String {
    let (raw, server) = link(1 << 20, Manners::default());
    raw.inject(request);
    let _ = block_on(clock, acceptor.accept(server, clock.timer()));
    String::from_utf8(raw.take_incoming()).unwrap()
}

#[test]
fn plain_http_gets_the_hooks_answer_and_else_426() {
    let clock = VirtualClock::default();
    let get = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n";
    let response = answer(&clock, get, &Acceptor::new());
    assert!(response.starts_with("HTTP/1.1 426 "), "{response}");

    let acceptor = Acceptor::new().http(|request: http::Request<()>| async move {
        http::Response::new(Bytes::from(format!("you asked for {}", request.uri())))
    });
    let response = answer(&clock, get, &acceptor);
    assert!(response.starts_with("HTTP/1.1 200 "), "{response}");
    assert!(
        response.ends_with("\r\n\r\nyou asked for /health"),
        "{response}"
    );
    let head = b"HEAD /health HTTP/1.1\r\nHost: x\r\n\r\n";
    let response = answer(&clock, head, &Acceptor::new());
    assert!(response.starts_with("HTTP/1.1 426 ") && response.ends_with("\r\n\r\n"));
    let response = answer(&clock, head, &acceptor);
    assert!(
        response.ends_with("\r\n\r\n"),
        "no body for HEAD: {response}"
    );
}

#[test]
fn a_refused_upgrade_ends_the_connection_whatever_follows() {
    let clock = VirtualClock::default();
    let acceptor = Acceptor::new().http(|_| async { http::Response::new(Bytes::from("internal")) });
    let smuggled = b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 99\r\n\r\n\
        GET /internal HTTP/1.1\r\nHost: x\r\n\r\n";
    let response = answer(&clock, smuggled, &acceptor);
    assert!(response.starts_with("HTTP/1.1 426 "), "{response}");
    assert_eq!(response.matches("HTTP/1.1").count(), 1, "{response}");
}

#[test]
fn a_slow_handshake_gets_408_at_the_absolute_limit() {
    let clock = VirtualClock::default();
    let (raw, server) = link(1 << 20, Manners::default());
    raw.inject(b"GET / HTTP/1.1\r\nHost: x\r\n");
    let error = block_on(&clock, Acceptor::new().accept(server, clock.timer())).unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    let response = String::from_utf8(raw.take_incoming()).unwrap();
    assert!(response.starts_with("HTTP/1.1 408 "), "{response}");
    // Ten seconds for the head, and one in which the peer may still take the answer.
    assert_eq!(clock.elapsed(), Duration::from_secs(11));
}

/// What takes its time and then gives `transport`.
async fn secured_after(
    delay: Duration,
    mut timer: Box<dyn Timer>,
    transport: MemoryTransport,
) -> io::Result<MemoryTransport> {
    let deadline = timer.now() + delay;
    poll_fn(|cx| timer.poll_expired(deadline, cx)).await;
    Ok(transport)
}

#[test]
fn one_limit_holds_for_tls_and_the_head_behind_it() {
    let clock = VirtualClock::default();
    let acceptor = Acceptor::new();
    let (raw, server) = link(1 << 20, Manners::default());
    let secure = |transport| secured_after(Duration::from_secs(9), clock.timer(), transport);
    let accepting = acceptor.accept_arrival(server, clock.timer(), None, Some(secure));
    let error = block_on(&clock, accepting).unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    let response = String::from_utf8(raw.take_incoming()).unwrap();
    assert!(response.starts_with("HTTP/1.1 408 "), "{response}");
    // Ten seconds for both, and one in which the peer may still take the answer.
    assert_eq!(clock.elapsed(), Duration::from_secs(11));

    let start = clock.elapsed();
    let (raw, server) = link(1 << 20, Manners::default());
    let secure = |transport| secured_after(Duration::from_secs(11), clock.timer(), transport);
    let accepting = acceptor.accept_arrival(server, clock.timer(), None, Some(secure));
    let error = block_on(&clock, accepting).unwrap_err();
    assert!(matches!(error, Error::HandshakeTimeout), "{error:?}");
    assert_eq!(raw.take_incoming(), b"");
    assert_eq!(clock.elapsed() - start, Duration::from_secs(10));
}

#[test]
fn a_drain_lets_tls_end_so_that_the_client_is_told() {
    let clock = VirtualClock::default();
    let drain = crate::Drain::new();
    let acceptor = Acceptor::new().drain(drain.clone());
    drain.start("");
    let (raw, server) = link(1 << 20, Manners::default());
    let secure = |transport| secured_after(Duration::from_millis(900), clock.timer(), transport);
    let accepting = acceptor.accept_arrival(server, clock.timer(), None, Some(secure));
    let error = block_on(&clock, accepting).unwrap_err();
    assert!(
        matches!(error, Error::Refused(status) if status == 503),
        "{error:?}"
    );
    let response = String::from_utf8(raw.take_incoming()).unwrap();
    assert!(response.starts_with("HTTP/1.1 503 "), "{response}");

    let start = clock.elapsed();
    let (raw, server) = link(1 << 20, Manners::default());
    let secure = |transport| secured_after(Duration::from_secs(2), clock.timer(), transport);
    let accepting = acceptor.accept_arrival(server, clock.timer(), None, Some(secure));
    let error = block_on(&clock, accepting).unwrap_err();
    assert!(matches!(error, Error::Closed), "{error:?}");
    assert_eq!(raw.take_incoming(), b"");
    assert_eq!(clock.elapsed() - start, Duration::from_secs(1));
}

#[test]
fn a_client_gives_a_silent_server_up_after_ten_seconds() {
    let clock = VirtualClock::default();
    let (_raw, client) = link(1 << 20, Manners::default());
    let options = ClientOptions::default();
    let opened = block_on(
        &clock,
        client_handshake(client, clock.timer(), &request(), &options),
    );
    assert!(matches!(opened, Err(Error::HandshakeTimeout)));
    assert_eq!(clock.elapsed(), Duration::from_secs(10));
}

#[test]
fn a_client_gives_a_refusal_without_end_up_after_ten_seconds() {
    let clock = VirtualClock::default();
    let (raw, client) = link(1 << 20, Manners::default());
    let (options, request) = (ClientOptions::default(), request());
    let opening = client_handshake(client, clock.timer(), &request, &options);
    let mut opening = std::pin::pin!(opening);
    raw.inject(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 10000\r\n\r\n");
    // A byte of the body each half second moves no limit.
    let opened = loop {
        if let Some(opened) = poll_and_drop(opening.as_mut(), 1) {
            break opened;
        }
        clock.advance(Duration::from_millis(500));
        raw.inject(b"x");
    };
    assert_eq!(clock.elapsed(), Duration::from_secs(10));
    let error = opened.unwrap_err();
    assert_eq!(error.response().unwrap().status(), 401);
}

#[test]
fn a_drain_ends_a_handshake_that_waits_for_its_head() {
    let clock = VirtualClock::default();
    let drain = crate::Drain::new();
    let acceptor = Acceptor::new().drain(drain.clone());
    let (raw, server) = link(1 << 20, Manners::default());
    raw.inject(b"GET / HTTP/1.1\r\n");
    let (accepted, ()) = both(&clock, acceptor.accept(server, clock.timer()), async {
        drain.start("");
    });
    assert!(
        matches!(accepted, Err(Error::Refused(status)) if status == 503),
        "{accepted:?}"
    );
    let response = String::from_utf8(raw.take_incoming()).unwrap();
    assert!(response.starts_with("HTTP/1.1 503 "), "{response}");
    assert!(
        clock.elapsed() <= Duration::from_secs(1),
        "what it still sends is drained for 1 s"
    );
}

#[test]
fn a_draining_server_refuses_with_503() {
    let clock = VirtualClock::default();
    let drain = crate::Drain::new();
    drain.start("");
    let (opened, _) = shake(&clock, &request(), &Acceptor::new().drain(drain));
    let error = opened.unwrap_err();
    let response = error.response().unwrap();
    assert_eq!(response.status(), 503);
    assert!(response.headers().contains_key("retry-after"));
    assert!(error.is_retryable());
}

#[test]
fn a_slow_client_gets_the_hooks_whole_answer_while_it_takes_some() {
    let clock = VirtualClock::default();
    let (raw, server) = link(1000, Manners::default());
    raw.inject(b"GET /page HTTP/1.1\r\nHost: x\r\n\r\n");
    let acceptor =
        Acceptor::new().http(|_| async { http::Response::new(vec![b'x'; 50_000].into()) });
    let mut accepting = std::pin::pin!(acceptor.accept(server, clock.timer()));
    let mut n = 0;
    // A little every half second, for longer than any limit of the handshake.
    while poll_and_drop(accepting.as_mut(), 1).is_none() {
        clock.advance(Duration::from_millis(500));
        n += raw.take_incoming().len();
    }
    assert!(n > 50_000, "{n} bytes came");
}

#[test]
fn a_client_that_takes_nothing_of_the_answer_is_given_up() {
    let clock = VirtualClock::default();
    let (raw, server) = link(1000, Manners::default());
    raw.inject(b"GET /page HTTP/1.1\r\nHost: x\r\n\r\n");
    let acceptor =
        Acceptor::new().http(|_| async { http::Response::new(vec![b'x'; 50_000].into()) });
    let result = block_on(&clock, acceptor.accept(server, clock.timer()));
    assert!(matches!(result, Err(Error::HandshakeTimeout)), "{result:?}");
    assert_eq!(clock.elapsed(), Duration::from_secs(10));
}

/// Gives `response` whatever it is asked, and then breaks.
struct Breaking {
    response: &'static [u8],
}

impl Transport for Breaking {
    fn poll_read(
        &mut self,
        _: &mut Context<'_>,
        buf: &mut BytesMut,
        _: usize,
    ) -> Poll<io::Result<usize>> {
        let response = std::mem::take(&mut self.response);
        if response.is_empty() {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        buf.extend_from_slice(response);
        Poll::Ready(Ok(response.len()))
    }

    fn poll_write(
        &mut self,
        _: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(slices.iter().map(|slice| slice.len()).sum()))
    }

    fn poll_flush(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[test]
fn a_refusal_cut_off_by_a_reset_is_still_a_refusal() {
    let clock = VirtualClock::default();
    let refused = |response| {
        let transport = Breaking { response };
        let options = ClientOptions::default();
        let request = request();
        let opened = client_handshake(transport, clock.timer(), &request, &options);
        block_on(&clock, opened).map(drop).unwrap_err()
    };
    let error = refused(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 9\r\n\r\ngo aw");
    let response = error.response().expect("the refusal is kept");
    assert_eq!(
        (response.status(), &response.body()[..]),
        (http::StatusCode::FORBIDDEN, &b"go aw"[..])
    );
    let error = refused(b"HTTP/1.1 403 Forb");
    assert!(matches!(error, Error::Io(_)), "{error:?}");
}
