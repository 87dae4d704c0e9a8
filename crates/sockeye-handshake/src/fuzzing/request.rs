//! A server reads any bytes as a request (RFC 6455 §4.2).
//!
//! The same event however they are cut. An upgrade is what it says, nothing of what follows it is
//! lost, and a client of ours takes the answer to it. What is refused gets one whole response.

use std::str;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use http::header::{SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION};
use sockeye_frame::fuzzing::bit;

use super::Heads;
use crate::uri::WsUri;
use crate::{
    Acceptance, ClientHandshake, ClientRequest, HeadLimits, OriginPolicy, Refusal, ServerEvent,
    ServerHandshake, UpgradeRequest, select_subprotocol,
};

/// A byte for limits, one for what else happens, two for the cuts; then what the client sends.
///
/// # Panics
///
/// When a promise is broken.
pub fn request(data: &[u8]) {
    let heads = Heads::new(data);
    // What is refused may be known before the end is reached.
    let whole = heads.read(read);
    let Heads { limits, input, .. } = heads;
    match whole {
        None => assert!(input.len() <= limits.max_head_bytes, "it keeps waiting"),
        Some(ServerEvent::Upgrade(upgrade)) => check_upgrade(*upgrade, input),
        Some(ServerEvent::Plain(request)) => {
            assert!([Method::GET, Method::HEAD].contains(request.method()));
            check_refusal(&Refusal::upgrade_required(), input);
        }
        Some(ServerEvent::Refuse(refusal)) => check_refusal(&refusal, input),
    }
}

fn read(pieces: &[&[u8]], limits: HeadLimits, end: u8) -> Option<ServerEvent> {
    let mut server = ServerHandshake::new(limits);
    for piece in pieces {
        server.handle_input(piece);
    }
    if bit(end, 0) {
        server.handle_eof();
    }
    if bit(end, 1) {
        server.handle_timeout();
    }
    let event = server.poll();
    if event.is_some() {
        server.handle_input(b"more");
        assert!(server.poll().is_none(), "one event, once");
    }
    event
}

fn check_upgrade(upgrade: UpgradeRequest, input: &[u8]) {
    let request = upgrade.request();
    assert_eq!(request.method(), Method::GET);
    let key = request.headers().get_all(SEC_WEBSOCKET_KEY);
    let keys: Vec<_> = key.iter().collect();
    let [key] = keys[..] else {
        panic!("{} keys", keys.len());
    };
    let nonce = STANDARD.decode(key).expect("it was checked");
    let nonce = <[u8; 16]>::try_from(nonce).expect("it was checked");
    assert_eq!(
        request.headers().get(SEC_WEBSOCKET_VERSION).expect("one"),
        "13"
    );
    assert!(!upgrade.host().is_empty() || request.headers().contains_key("host"));
    for policy in [OriginPolicy::Same, OriginPolicy::Any] {
        let checked = policy.check(upgrade.origin(), upgrade.host());
        assert!(checked.is_ok() || upgrade.origin().is_some());
        let secure = policy.check_secure(upgrade.origin(), upgrade.host());
        assert!(checked.is_ok() || secure.is_err());
    }
    let head_len = input.len() - upgrade.leftover.len();
    assert!(input.ends_with(&upgrade.leftover));
    assert!(input[..head_len].ends_with(b"\r\n\r\n"));

    let subprotocols = upgrade.subprotocols().to_vec();
    let chosen = select_subprotocol(&subprotocols, &subprotocols);
    assert_eq!(chosen.is_some(), !subprotocols.is_empty());
    let acceptance = Acceptance::new().subprotocol(chosen.clone());
    let (response, established) = upgrade.accept(acceptance).expect("it was offered");
    assert!(established.extensions.is_empty());

    let address = WsUri::parse("ws://example.com").expect("an address");
    let request = subprotocols
        .iter()
        .try_fold(ClientRequest::new(address), |request, name| {
            request.subprotocol(name)
        })
        .expect("they are tokens and unique");
    let no_limits = HeadLimits {
        max_head_bytes: usize::MAX / 4,
        ..HeadLimits::default()
    };
    let mut client = ClientHandshake::new(&request, nonce, no_limits).expect("a request");
    client.handle_input(&response);
    let on_client = client.poll().expect("all is there").expect("it is right");
    assert_eq!(on_client.subprotocol, chosen);
    assert!(on_client.leftover.is_empty());
}

/// One response that says how long it is; to HEAD, how long it would be (RFC 9110 §9.3.2).
fn check_refusal(refusal: &Refusal, input: &[u8]) {
    let status = refusal.status();
    assert!(status.is_client_error() || status.is_server_error());
    let response = refusal.encode();
    let head_len = 4 + response
        .windows(4)
        .position(|bytes| bytes == b"\r\n\r\n")
        .expect("the head has an end");
    let (head, body) = response.split_at(head_len);
    let head = str::from_utf8(head).expect("text");
    assert!(head.starts_with(&format!("HTTP/1.1 {} ", status.as_u16())));
    assert!(head.contains("\r\nConnection: close\r\n"));
    if body.is_empty() {
        assert!(input.starts_with(b"HEAD "), "{head}");
        return;
    }
    let length = format!("\r\ncontent-length: {}\r\n", body.len());
    assert!(head.to_ascii_lowercase().contains(&length), "{head}");
}
