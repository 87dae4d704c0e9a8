//! What the client keeps of a response that refuses, and how it ends when none comes.

use bytes::Bytes;

use super::*;

#[track_caller]
fn refused(outcome: Outcome) -> Response<Bytes> {
    match outcome {
        Some(Err(error)) => {
            assert!(error.status().is_some_and(|status| status != 101));
            match error {
                HandshakeError::Refused(response) => *response,
                other => panic!("{other:?}"),
            }
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_response_is_kept() {
    let response = refused(outcome(
        b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic\r\nX: caf\xe9\r\n\
        Content-Length: 5\r\n\r\nhello",
    ));
    assert_eq!(response.status(), 401);
    assert_eq!(response.headers()["www-authenticate"], "Basic");
    assert_eq!(response.headers()["x"].as_bytes(), b"caf\xe9");
    assert_eq!(response.body(), "hello");
}

#[test]
fn any_status_but_101_refuses() {
    for status in [
        200, 204, 301, 302, 304, 307, 400, 403, 404, 426, 500, 503, 999,
    ] {
        let head = format!("HTTP/1.1 {status} x\r\nContent-Length: 0\r\n\r\n");
        assert_eq!(refused(outcome(head.as_bytes())).status(), status);
    }
    let head = String::from_utf8(with(&["Content-Length: 0"]))
        .unwrap()
        .replace(" 101 ", " 200 ");
    assert_eq!(refused(outcome(head.as_bytes())).status(), 200);
    assert_eq!(
        refused(outcome(b"HTTP/1.0 404 x\r\nContent-Length: 1\r\n\r\nx")).status(),
        404
    );
}

#[test]
fn the_body_is_awaited_until_its_end() {
    let chunked = "HTTP/1.1 403 x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";
    let unsaid = "HTTP/1.1 403 x\r\n\r\nhello";
    let length = "HTTP/1.1 403 x\r\nContent-Length: 6\r\n\r\nhello";
    for input in [chunked, unsaid, length] {
        assert!(outcome(input.as_bytes()).is_none());
        for end in [ClientHandshake::handle_eof, ClientHandshake::handle_timeout] {
            assert_eq!(
                refused(outcome_after(input.as_bytes(), end)).body(),
                "hello"
            );
        }
    }
    let input = format!("{chunked}0\r\n\r\n");
    assert_eq!(refused(outcome(input.as_bytes())).body(), "hello");
    assert_eq!(
        refused(outcome(format!("{length}!?").as_bytes())).body(),
        "hello!"
    );
}

#[test]
fn no_more_than_16_kib_of_the_body_are_kept() {
    let head = b"HTTP/1.1 500 x\r\n\r\n".to_vec();
    let body = |len: usize| [head.clone(), vec![b'x'; len]].concat();
    assert!(outcome(&body(16 * 1024 - 1)).is_none());
    for len in [16 * 1024, 16 * 1024 + 1, 100_000] {
        assert_eq!(refused(outcome(&body(len))).body().len(), 16 * 1024);
    }
}

#[test]
fn a_stream_that_ends_or_takes_too_long_is_an_error() {
    let mut cut = with(&[]);
    cut.truncate(50);
    for input in [&b""[..], b"HTTP/1.1 100 Continue\r\n\r\n", &cut] {
        let eof = outcome_after(input, ClientHandshake::handle_eof);
        assert!(matches!(eof, Some(Err(HandshakeError::UnexpectedEof))));
        let timeout = outcome_after(input, ClientHandshake::handle_timeout);
        assert!(matches!(timeout, Some(Err(HandshakeError::TimedOut))));
    }
    let done = outcome_after(&with(&[]), |client| {
        client.handle_eof();
        client.handle_timeout();
    });
    assert!(matches!(done, Some(Ok(_))));
}

#[test]
fn header_values_are_bytes_and_never_a_panic() {
    let names = [
        "Upgrade",
        "Connection",
        "Sec-WebSocket-Accept",
        "Sec-WebSocket-Protocol",
        "Sec-WebSocket-Extensions",
        "Content-Length",
        "Transfer-Encoding",
        "X",
    ];
    for (name, byte) in names
        .iter()
        .flat_map(|name| (0x80..=0xff_u8).map(move |byte| (name, byte)))
    {
        let mut input = with(&[&format!("{name}: \u{1}")]);
        let position = input.iter().position(|&byte| byte == 1).unwrap();
        input[position] = byte;
        let accepted = matches!(outcome(&input), Some(Ok(_)));
        let means_nothing = ["Content-Length", "Transfer-Encoding", "X"].contains(name);
        assert_eq!(accepted, means_nothing, "{name}: {byte:#x}");
        let status = "HTTP/1.1 ".len();
        input.splice(status..status + 3, *b"400");
        assert_eq!(
            refused(outcome_after(&input, ClientHandshake::handle_eof)).status(),
            400
        );
    }
}

#[test]
fn what_may_pass_can_be_tried_again() {
    let refused = |status: u16| {
        let response = Response::builder()
            .status(status)
            .body(Bytes::new())
            .unwrap();
        HandshakeError::Refused(Box::new(response))
    };
    for status in [408, 425, 429, 500, 502, 503, 504] {
        assert!(refused(status).is_retryable(), "{status}");
    }
    for status in [200, 301, 400, 401, 403, 404, 426, 501, 505] {
        assert!(!refused(status).is_retryable(), "{status}");
    }
    assert!(HandshakeError::UnexpectedEof.is_retryable());
    assert!(HandshakeError::TimedOut.is_retryable());
    assert!(!HandshakeError::WrongAccept.is_retryable());
    assert_eq!(HandshakeError::WrongAccept.status(), None);
    assert_eq!(
        refused(503).to_string(),
        "the server refused the upgrade: 503 Service Unavailable"
    );
}

#[test]
fn the_head_of_a_refusal_is_seen_before_its_body() {
    let status = |client: &ClientHandshake| client.refusal_head().map(Response::status);
    let mut client = client();
    client.handle_input(b"HTTP/1.1 302 Found\r\nLocation: /\r\n");
    assert_eq!(status(&client), None);
    client.handle_input(b"\r\nbo");
    assert_eq!(status(&client), Some(StatusCode::FOUND));
    client.handle_eof();
    assert_eq!(status(&client), None);
    let Some(Err(HandshakeError::Refused(response))) = client.poll() else {
        panic!("a refusal");
    };
    assert_eq!(response.body().as_ref(), b"bo");
    assert_eq!(status(&client), None);
}
