//! What addresses and requests of the `http` crate become.

use super::*;
use crate::{ClientHandshake, HeadLimits, UriError};

/// The first two lines and those behind the five that are always the same.
#[track_caller]
fn head(request: impl IntoClientRequest) -> Vec<String> {
    let request = request.into_client_request().unwrap();
    let client = ClientHandshake::new(&request, [0; 16], HeadLimits::default()).unwrap();
    let head = str::from_utf8(client.request()).unwrap();
    let lines = head.split("\r\n").filter(|line| !line.is_empty());
    lines
        .enumerate()
        .filter(|(n, _)| !(2..6).contains(n))
        .map(|(_, line)| line.into())
        .collect()
}

#[test]
fn addresses_in_every_form_mean_the_same() {
    let text = "wss://u:p@example.com:8443/chat?room=1";
    let expected = [
        "GET /chat?room=1 HTTP/1.1",
        "Host: example.com:8443",
        "Authorization: Basic dTpw",
    ];
    let string = text.to_owned();
    let http_uri: Uri = text.parse().unwrap();
    let uri = WsUri::parse(text).unwrap();
    let request = ClientRequest::new(uri.clone());
    assert_eq!(head(text), expected);
    assert_eq!(head(&string), expected);
    assert_eq!(head(string), expected);
    assert_eq!(head(&http_uri), expected);
    assert_eq!(head(http_uri), expected);
    assert_eq!(head(Request::get(text).body(()).unwrap()), expected);
    assert_eq!(head(&uri), expected);
    assert_eq!(head(&request), expected);
    assert_eq!(head(request), expected);
    assert_eq!(head(uri), expected);
}

#[test]
fn the_headers_of_a_request_are_kept() {
    let request = Request::get("ws://127.0.0.1:9001/")
        .header("Host", "example.com")
        .header("Cookie", "a=1")
        .header("Cookie", "b=2")
        .header("Sec-WebSocket-Protocol", "v1")
        .header("Sec-WebSocket-Protocol", "v2, v3");
    let mut lines = head(request.body(()).unwrap());
    lines.sort();
    let expected = [
        "GET / HTTP/1.1",
        "Host: example.com",
        "Sec-WebSocket-Protocol: v1, v2, v3",
        "cookie: a=1",
        "cookie: b=2",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn requests_of_another_kind_are_refused() {
    #[track_caller]
    fn check(request: http::request::Builder, expected: fn(&HandshakeError) -> bool) {
        let error = request.body(()).unwrap().into_client_request().unwrap_err();
        assert!(expected(&error), "{error:?}");
    }
    let get = || Request::get("ws://h/");
    check(get().method("POST"), |error| {
        matches!(error, HandshakeError::MethodNotGet)
    });
    check(get().version(Version::HTTP_2), |error| {
        matches!(error, HandshakeError::VersionNotHttp11)
    });
    check(get().header("Upgrade", "websocket"), |error| {
        matches!(error, HandshakeError::ReservedHeader)
    });
    check(get().header("Host", "a b"), |error| {
        matches!(error, HandshakeError::InvalidHost)
    });
    check(get().uri("http://h/"), |error| {
        matches!(error, HandshakeError::Uri(UriError::HttpScheme))
    });
    check(get().uri("/"), |error| {
        matches!(error, HandshakeError::Uri(UriError::MissingScheme))
    });
}
