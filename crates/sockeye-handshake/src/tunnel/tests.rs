//! Requests as they are written, and answers of all kinds, cut in every way.

use proptest::prelude::*;

use super::*;
use crate::testing::cut_in_all_ways;

fn handshake() -> TunnelHandshake {
    let uri = WsUri::parse("ws://example.com/chat").unwrap();
    TunnelHandshake::new(&uri, None, HeadLimits::default())
}

#[test]
fn the_request_names_host_and_port() {
    #[track_caller]
    fn check(uri: &str, authorization: Option<&str>, expected: &str) {
        let uri = WsUri::parse(uri).unwrap();
        let value = authorization.map(|value| HeaderValue::from_str(value).unwrap());
        let handshake = TunnelHandshake::new(&uri, value.as_ref(), HeadLimits::default());
        assert_eq!(str::from_utf8(handshake.request()).unwrap(), expected);
        let printed = format!("{handshake:?}");
        assert!(printed.starts_with("TunnelHandshake { state: Head"));
        assert!(!printed.contains("Basic") && !printed.contains("66, 97, 115, 105, 99"));
    }
    check(
        "ws://example.com/chat",
        None,
        "CONNECT example.com:80 HTTP/1.1\r\nHost: example.com:80\r\n\r\n",
    );
    check(
        "wss://user:secret@[2001:db8::1]/chat",
        Some("Basic eDp5"),
        "CONNECT [2001:db8::1]:443 HTTP/1.1\r\nHost: [2001:db8::1]:443\r\n\
         Proxy-Authorization: Basic eDp5\r\n\r\n",
    );
}

/// Feeds `response` whole and byte by byte, then the end of the stream.
#[track_caller]
fn check(response: &str, expected: Result<(), TunnelError>) {
    let mut whole = handshake();
    whole.handle_input(response.as_bytes());
    whole.handle_eof();
    assert_eq!(whole.poll(), Some(expected), "{response:?}");
    assert_eq!(whole.poll(), None);
    let mut cut = handshake();
    for byte in response.as_bytes() {
        cut.handle_input(&[*byte]);
    }
    cut.handle_eof();
    assert_eq!(cut.poll(), Some(expected), "{response:?}");
}

#[test]
fn any_success_makes_a_tunnel() {
    check("HTTP/1.1 200 Connection established\r\n\r\n", Ok(()));
    check("HTTP/1.0 200 OK\r\nVia: x\r\n\r\n", Ok(()));
    check("HTTP/1.1 204 \r\n\r\n", Ok(()));
    // RFC 9110 §9.3.6: a client MUST ignore any Content-Length or Transfer-Encoding
    check("HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n", Ok(()));
    check(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        Ok(()),
    );
    check(
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
        Ok(()),
    );
}

#[test]
fn nothing_is_decided_before_the_head_is_complete() {
    let mut handshake = handshake();
    handshake.handle_input(b"HTTP/1.1 200 OK\r\n\r");
    assert_eq!(handshake.poll(), None);
    handshake.handle_input(b"\n");
    assert_eq!(handshake.poll(), Some(Ok(())));
    handshake.handle_input(b"x");
    handshake.handle_eof();
    assert_eq!(handshake.poll(), None);
}

#[test]
fn refusals_keep_their_status() {
    let refused = |status| Err(TunnelError::Refused(StatusCode::from_u16(status).unwrap()));
    let challenge = "HTTP/1.1 407 Proxy Authentication Required\r\n\
                     Proxy-Authenticate: Basic realm=x\r\nContent-Length: 3\r\n\r\nno!";
    check(challenge, refused(407));
    check("HTTP/1.1 502 Bad Gateway\r\n\r\n", refused(502));
    check(
        "HTTP/1.1 302 Found\r\nLocation: http://x/\r\n\r\n",
        refused(302),
    );
    check("HTTP/1.1 101 Switching Protocols\r\n\r\n", refused(101));
}

#[test]
fn what_is_no_answer_is_none() {
    let interim = "HTTP/1.1 100 Continue\r\n\r\n";
    let after = |n| interim.repeat(n) + "HTTP/1.1 200 OK\r\n\r\n";
    check(&after(8), Ok(()));
    check(&after(9), Err(TunnelError::TooManyInterimResponses));
    check("HTTP/1.1 200 OK\r\n\r\nHTTP", Err(TunnelError::EarlyBytes));
    check("SSH-2.0-OpenSSH\r\n\r\n", Err(TunnelError::Malformed));
    check("\0\x01\x02", Err(TunnelError::Malformed));
    check("HTTP/2 200\r\n\r\n", Err(TunnelError::Malformed));
    check("HTTP/1.1 200 OK\n\n", Err(TunnelError::Malformed));
    check("", Err(TunnelError::UnexpectedEof));
    check("HTTP/1.1 200 OK\r\n", Err(TunnelError::UnexpectedEof));
}

#[test]
fn heads_are_limited() {
    let limits = HeadLimits::default();
    let start = "HTTP/1.1 200 OK\r\nx: ";
    let padding = limits.max_head_bytes - start.len() - "\r\n\r\n".len();
    let head = |padding| format!("{start}{}\r\n\r\n", "x".repeat(padding));
    check(&head(padding), Ok(()));
    check(&head(padding + 1), Err(TunnelError::HeadTooLarge));
    let fields = |n| format!("HTTP/1.1 200 OK\r\n{}\r\n", "x: y\r\n".repeat(n));
    check(&fields(limits.max_fields), Ok(()));
    check(
        &fields(limits.max_fields + 1),
        Err(TunnelError::TooManyFields),
    );
}

proptest! {
    #[test]
    fn any_bytes_mean_the_same_however_they_are_cut(
        keep in 0..60_usize,
        input in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let start = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nVia: x\r\n\r\n";
        let bytes = [start.get(..keep).unwrap_or(start), &input].concat();
        let outcomes = cut_in_all_ways(&bytes, |pieces| {
            let mut handshake = handshake();
            for piece in pieces {
                handshake.handle_input(piece);
            }
            handshake.handle_eof();
            handshake.poll()
        });
        prop_assert!(outcomes.windows(2).all(|two| two[0] == two[1]), "{:?}", outcomes);
    }
}
