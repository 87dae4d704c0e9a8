//! A client reads any bytes as the response to its request (RFC 6455 §4.1).
//!
//! The same result however they are cut. A connection comes only of the right accept value and of
//! what was offered, nothing behind the head is lost, and a refusal's body has its bound.

use std::sync::Arc;

use http::StatusCode;
use sockeye_extensions::PermessageDeflate;
use sockeye_frame::fuzzing::bit;

use super::Heads;
use crate::{ClientHandshake, ClientRequest, Established, HandshakeError, HeadLimits, WsUri};

/// A byte for limits, one for what else happens and is offered, two for the cuts; then what the
/// server sends.
///
/// # Panics
///
/// When a promise is broken.
pub fn response(data: &[u8]) {
    let heads = Heads::new(data);
    let whole = heads.read(read);
    let Heads {
        limits,
        flags,
        input,
        ..
    } = heads;
    match whole {
        None => assert!(!bit(flags, 0), "the end of input is an end"),
        Some(Ok(established)) => check_established(established, input, flags),
        Some(Err(HandshakeError::Refused(response))) => {
            assert_ne!(response.status(), StatusCode::SWITCHING_PROTOCOLS);
            assert!(response.body().len() <= limits.max_refusal_body_bytes);
            // Where it leads is the client's business; here it only must not panic.
            let _ = offer(flags).redirected(&response);
        }
        Some(Err(_)) => {}
    }
}

fn offer(flags: u8) -> ClientRequest {
    let address = WsUri::parse("wss://user:secret@example.com/chat?room=1").expect("an address");
    let mut request = ClientRequest::new(address);
    if bit(flags, 2) {
        request = request
            .subprotocol("chat")
            .and_then(|request| request.subprotocol("superchat"))
            .expect("two tokens");
    }
    if bit(flags, 3) {
        request = request.extension(Arc::new(PermessageDeflate::default()));
    }
    request
}

fn read(
    pieces: &[&[u8]],
    limits: HeadLimits,
    flags: u8,
) -> Option<Result<Established, HandshakeError>> {
    let nonce = *b"the sample nonce";
    let mut client = ClientHandshake::new(&offer(flags), nonce, limits).expect("a request");
    for piece in pieces {
        client.handle_input(piece);
    }
    if bit(flags, 0) {
        client.handle_eof();
    }
    if bit(flags, 1) {
        client.handle_timeout();
    }
    let result = client.poll();
    if result.is_some() {
        client.handle_input(b"more");
        assert!(client.poll().is_none(), "one result, once");
    }
    result
}

fn check_established(established: Established, input: &[u8], flags: u8) {
    let Established {
        subprotocol,
        extensions,
        leftover,
        head,
    } = established;
    let response = head.into_response().expect("a client's");
    assert_eq!(response.status(), StatusCode::SWITCHING_PROTOCOLS);
    let accept = &response.headers()["sec-websocket-accept"];
    // RFC 6455 §1.3: the answer to the sample nonce.
    assert_eq!(accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    let offered: &[&str] = match bit(flags, 2) {
        true => &["chat", "superchat"],
        false => &[],
    };
    assert!(subprotocol.is_none_or(|chosen| offered.contains(&chosen.as_str())));
    assert!(extensions.is_empty() || bit(flags, 3));
    assert!(input.ends_with(&leftover));
    assert!(input[..input.len() - leftover.len()].ends_with(b"\n"));
}
