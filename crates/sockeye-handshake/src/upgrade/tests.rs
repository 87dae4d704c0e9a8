//! What the 101 grants, and what it cannot be made to say.

use std::sync::Arc;

use http::header::{HeaderName, HeaderValue};
use sockeye_extensions::ServerExtension;

use super::*;
use crate::testing::Toy;
use crate::{HeadLimits, ServerEvent, ServerHandshake};

fn upgrade(fields: &str) -> Box<UpgradeRequest> {
    let mut server = ServerHandshake::new(HeadLimits::default());
    server.handle_input(
        format!(
            "GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\
            {fields}\r\n"
        )
        .as_bytes(),
    );
    match server.poll() {
        Some(ServerEvent::Upgrade(upgrade)) => upgrade,
        other => panic!("{other:?}"),
    }
}

const HEAD: &str = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\n\
    Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";

#[test]
fn the_plain_acceptance_is_the_example_of_the_rfc() {
    // RFC 6455 §1.2
    let (head, established) = upgrade("").accept(Acceptance::new()).unwrap();
    assert_eq!(String::from_utf8(head).unwrap(), format!("{HEAD}\r\n"));
    assert_eq!(established.subprotocol, None);
    assert!(established.extensions.is_empty());
    assert!(established.head.into_request().is_some());
}

#[test]
fn what_was_asked_for_is_granted() {
    let fields =
        "Sec-WebSocket-Protocol: a, b\r\nSec-WebSocket-Extensions: x-other, x-toy; loud\r\n";
    let toy: [Arc<dyn ServerExtension>; 1] = [Arc::new(Toy)];
    let acceptance = Acceptance::new()
        .subprotocol(Some("b".to_owned()))
        .extensions(&toy)
        .header("set-cookie", "a=1")
        .and_then(|acceptance| acceptance.header("set-cookie", "b=2"));
    let (head, established) = upgrade(fields).accept(acceptance.unwrap()).unwrap();
    let expected = format!(
        "{HEAD}Sec-WebSocket-Protocol: b\r\nSec-WebSocket-Extensions: x-toy\r\n\
        set-cookie: a=1\r\nset-cookie: b=2\r\n\r\n"
    );
    assert_eq!(String::from_utf8(head).unwrap(), expected);
    assert_eq!(established.subprotocol.as_deref(), Some("b"));
    assert!(established.extensions.names().eq(["x-toy"]));
}

#[test]
fn what_is_noted_in_the_request_is_there_once_it_is_granted() {
    let mut upgrade = upgrade("");
    upgrade.request_mut().extensions_mut().insert("a note");
    let (_, established) = upgrade.accept(Acceptance::new()).unwrap();
    let request = established.head.into_request().unwrap();
    assert_eq!(request.extensions().get(), Some(&"a note"));
}

#[test]
fn what_was_not_asked_for_cannot_be_granted() {
    for (fields, chosen) in [("", "a"), ("Sec-WebSocket-Protocol: a\r\n", "A")] {
        let acceptance = Acceptance::new().subprotocol(Some(chosen.to_owned()));
        let error = upgrade(fields).accept(acceptance).unwrap_err();
        assert!(matches!(error, HandshakeError::SubprotocolNotOffered));
    }
    let toy: [Arc<dyn ServerExtension>; 1] = [Arc::new(Toy)];
    let (head, established) = upgrade("")
        .accept(Acceptance::new().extensions(&toy))
        .unwrap();
    assert_eq!(String::from_utf8(head).unwrap(), format!("{HEAD}\r\n"));
    assert!(established.extensions.is_empty());
}

#[test]
fn the_101_cannot_be_written_over() {
    let add = |name: &str, value: &[u8]| {
        let name = HeaderName::from_bytes(name.as_bytes());
        Acceptance::new()
            .header(name.unwrap(), HeaderValue::from_bytes(value).unwrap())
            .err()
    };
    for name in [
        "Upgrade",
        "Connection",
        "Sec-WebSocket-Accept",
        "Sec-WebSocket-Protocol",
        "Sec-WebSocket-Extensions",
        "Sec-WebSocket-Anything",
        "Content-Length",
        "Transfer-Encoding",
    ] {
        assert!(
            matches!(add(name, b"x"), Some(HandshakeError::ReservedHeader)),
            "{name}"
        );
    }
    assert!(add("x", b"caf\xe9").is_none());
    for (name, value) in [
        ("a b", "x"),
        ("a\r\n", "x"),
        ("a", "x\r\nb: c"),
        ("a", "x\n"),
        ("a", "\0"),
    ] {
        let error = Acceptance::new().header(name, value).err();
        assert!(
            matches!(error, Some(HandshakeError::InvalidHeader)),
            "{name}"
        );
    }
}

#[test]
fn a_request_can_be_shared_while_it_is_decided_on() {
    fn check<T: Send + Sync>() {}
    check::<UpgradeRequest>();
    check::<Acceptance>();
    check::<crate::Refusal>();
    check::<crate::ClientRequest>();
    check::<HandshakeError>();
}
