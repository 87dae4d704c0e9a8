//! What a request says, what it refuses to say, and that a server reads the same.

use proptest::prelude::*;

use super::*;
use crate::testing::Toy;
use crate::{Acceptance, ClientHandshake, HeadLimits, ServerEvent, ServerHandshake};

fn to(uri: &str) -> ClientRequest {
    ClientRequest::new(WsUri::parse(uri).unwrap())
}

#[track_caller]
fn check(request: &ClientRequest, first: &str, last: &str) {
    let head = ClientHandshake::new(request, *b"the sample nonce", HeadLimits::default()).unwrap();
    let expected = format!(
        "{first}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n{last}\r\n"
    );
    assert_eq!(str::from_utf8(head.request()).unwrap(), expected);
}

#[test]
fn a_request_says_what_it_was_built_from() {
    check(&to("ws://h"), "GET / HTTP/1.1\r\nHost: h", "");
    check(&to("wss://h:443/a?b"), "GET /a?b HTTP/1.1\r\nHost: h", "");
    check(
        &to("ws://[::1]:9001"),
        "GET / HTTP/1.1\r\nHost: [::1]:9001",
        "",
    );
    let request = to("ws://h")
        .subprotocol("a")
        .and_then(|it| it.subprotocol("b"))
        .and_then(|it| it.origin("https://example.com"))
        .and_then(|it| it.header("Cookie", "a=1"))
        .and_then(|it| it.header("cookie", "b=2"))
        .unwrap()
        .extension(Arc::new(Toy));
    check(
        &request,
        "GET / HTTP/1.1\r\nHost: h",
        "Sec-WebSocket-Protocol: a, b\r\nSec-WebSocket-Extensions: x-toy; loud\r\n\
        origin: https://example.com\r\ncookie: a=1\r\ncookie: b=2\r\n",
    );
}

#[test]
fn user_information_is_sent_unless_credentials_are_given() {
    let start = "GET / HTTP/1.1\r\nHost: h";
    check(&to("ws://u:p@h"), start, "Authorization: Basic dTpw\r\n");
    let request = to("ws://u:p@h")
        .header("authorization", "Bearer x")
        .unwrap();
    check(&request, start, "authorization: Bearer x\r\n");
}

#[test]
fn credentials_are_not_printed() {
    let request = to("ws://user:secret@h")
        .header("Authorization", "Bearer secret")
        .and_then(|it| it.header("Cookie", "secret"))
        .and_then(|it| it.header("Proxy-Authorization", "secret"))
        .unwrap();
    assert!(!format!("{request:?}").contains("secret"));
    let client = ClientHandshake::new(&request, [0; 16], HeadLimits::default()).unwrap();
    // Neither as text nor as a list of bytes.
    let printed = format!("{client:?}");
    assert!(printed.starts_with("ClientHandshake { state: Head"));
    assert!(!printed.contains("secret") && !printed.contains("115, 101, 99, 114, 101, 116"));
}

#[test]
fn host_can_be_replaced_once_by_a_valid_one() {
    let request = to("ws://127.0.0.1:9001/")
        .header("Host", "Example.com")
        .unwrap();
    check(&request, "GET / HTTP/1.1\r\nHost: Example.com", "");
    assert_eq!(request.uri().host(), "127.0.0.1");
    let again = request.header("host", "example.com").err();
    assert!(matches!(again, Some(HandshakeError::InvalidHost)));
    for host in ["", "a b", "a/b", "u@a", "a:b"] {
        let error = to("ws://h").header("host", host).err();
        assert!(matches!(error, Some(HandshakeError::InvalidHost)), "{host}");
    }
}

#[test]
fn the_handshakes_own_headers_are_refused() {
    for name in [
        "Upgrade",
        "connection",
        "Sec-WebSocket-Key",
        "Sec-WebSocket-Version",
        "Sec-WebSocket-Accept",
        "Sec-WebSocket-Extensions",
        "sec-websocket-x",
        "Content-Length",
        "Transfer-Encoding",
        "TE",
        "Trailer",
        "Expect",
    ] {
        let error = to("ws://h").header(name, "x").err();
        assert!(
            matches!(error, Some(HandshakeError::ReservedHeader)),
            "{name}"
        );
    }
}

#[test]
fn nothing_adds_a_line() {
    for bad in ["a\r\nb: c", "a\rb", "a\nb", "a\0b", "\r\n"] {
        let invalid = |error| matches!(error, Some(HandshakeError::InvalidHeader));
        assert!(invalid(to("ws://h").header("x", bad).err()));
        assert!(invalid(to("ws://h").header(bad, "x").err()));
        assert!(invalid(
            to("ws://h").header("Sec-WebSocket-Protocol", bad).err()
        ));
        let error = to("ws://h").subprotocol(bad).err();
        assert!(matches!(error, Some(HandshakeError::InvalidSubprotocol)));
        let error = to("ws://h").origin(bad).err();
        assert!(matches!(error, Some(HandshakeError::InvalidOrigin)));
    }
    // What is encoded stays encoded.
    check(
        &to("ws://h/%0d%0aa:%20b"),
        "GET /%0d%0aa:%20b HTTP/1.1\r\nHost: h",
        "",
    );
}

#[test]
fn subprotocols_are_unique_tokens() {
    for bad in ["", " ", "a b", " a", "a,b", "a/b", "\"a\"", "caf\u{e9}"] {
        let error = to("ws://h").subprotocol(bad).err();
        assert!(
            matches!(error, Some(HandshakeError::InvalidSubprotocol)),
            "{bad}"
        );
    }
    let again = to("ws://h")
        .subprotocol("a")
        .and_then(|it| it.subprotocol("a"))
        .err();
    assert!(matches!(again, Some(HandshakeError::RepeatedSubprotocol)));
    let listed = to("ws://h")
        .header("Sec-WebSocket-Protocol", "a, B")
        .unwrap();
    assert_eq!(listed.subprotocols, ["a", "B"]);
    let error = to("ws://h")
        .header("Sec-WebSocket-Protocol", "a, b c")
        .err();
    assert!(matches!(error, Some(HandshakeError::InvalidSubprotocol)));
}

#[test]
fn origins_are_null_or_scheme_host_and_port() {
    for origin in ["null", "http://h", "https://h:8443", "http://[::1]"] {
        assert!(to("ws://h").origin(origin).is_ok(), "{origin}");
    }
    for bad in [
        "",
        "h",
        "http://",
        "http://h/",
        "http://a b",
        "http://caf\u{e9}",
    ] {
        let error = to("ws://h").origin(bad).err();
        assert!(
            matches!(error, Some(HandshakeError::InvalidOrigin)),
            "{bad}"
        );
    }
}

proptest! {
    #[test]
    fn a_server_reads_what_the_client_was_given_and_its_answer_is_taken(
        path in "(/[!-\"$-~\u{80}-\u{ff}]{0,10}){0,3}",
        fields in prop::collection::vec((NAME, VALUE), 0..8),
        subprotocols in prop::collection::btree_set("[!#$%&'*+.^_`|~A-Za-z0-9-]{1,8}", 0..4),
        nonce in any::<[u8; 16]>(),
    ) {
        let uri = WsUri::parse(&format!("ws://h{path}"));
        prop_assume!(uri.is_ok()); // a `%` without its digits is refused
        let mut request = ClientRequest::new(uri.unwrap());
        for (name, value) in &fields {
            request = request.header(name.as_str(), value.as_str()).unwrap();
        }
        for name in &subprotocols {
            request = request.subprotocol(name).unwrap();
        }
        let mut client = ClientHandshake::new(&request, nonce, HeadLimits::default()).unwrap();
        let mut server = ServerHandshake::new(HeadLimits::default());
        server.handle_input(client.request());
        let upgrade = match server.poll() {
            Some(ServerEvent::Upgrade(upgrade)) => upgrade,
            other => panic!("{other:?}"),
        };
        prop_assert_eq!(&upgrade.request().uri().to_string(), request.uri().resource());
        prop_assert!(upgrade.subprotocols().iter().eq(&subprotocols));
        let received = upgrade.request().headers().clone();
        let n_own = if subprotocols.is_empty() { 5 } else { 6 };
        prop_assert_eq!(received.len(), fields.len() + n_own);
        for (name, _) in &fields {
            let sent = fields.iter().filter(|(other, _)| other == name);
            let sent = sent.map(|(_, value)| value.as_bytes());
            prop_assert!(received.get_all(name).iter().map(|value| value.as_bytes()).eq(sent));
        }
        let chosen = subprotocols.last().cloned();
        let acceptance = Acceptance::new().subprotocol(chosen.clone());
        let (response, _) = upgrade.accept(acceptance).unwrap();
        client.handle_input(&response);
        prop_assert_eq!(client.poll().unwrap().unwrap().subprotocol, chosen);
    }
}

const NAME: &str = "x-[!#$%&'*+.^_`|~a-z0-9-]{1,8}";
const VALUE: &str = "[!-~]([ -~\t]{0,10}[!-~])?";
