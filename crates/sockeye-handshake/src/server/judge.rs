//! Tells what a request asks for, and refuses what is no opening handshake (RFC 6455 §4.2.1).
//!
//! The checks stand in the order in which a refusal helps most: what cannot be understood at
//! all, then the method, then whether an upgrade is wanted, then its details. The origin is only
//! read here; whether it is allowed is for `OriginPolicy`.

use http::header::{
    CONNECTION, HOST, HeaderValue, ORIGIN, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use http::{HeaderMap, Method, Request};

use crate::authority::Authority;
use crate::extension_list::extension_list;
use crate::field::{exactly_one, has_protocol, has_token};
use crate::framing::Framing;
use crate::key::{accept_for, is_key};
use crate::subprotocol::parse_offered;
use crate::{Refusal, ServerEvent, UpgradeRequest};

/// Makes an event of a parsed request and the bytes behind its head.
pub(super) fn judge(request: Request<()>, leftover: &[u8]) -> ServerEvent {
    let method = request.method().clone();
    match examine(request, leftover) {
        Ok(event) => event,
        Err(refusal) => ServerEvent::Refuse(refusal.answering(&method)),
    }
}

fn examine(request: Request<()>, leftover: &[u8]) -> Result<ServerEvent, Refusal> {
    let host = host(&request)?;
    let framing = Framing::of(request.headers());
    if framing == Framing::Ambiguous {
        return Err(Refusal::bad_request(
            "the length of the request's body is ambiguous",
        ));
    }
    let wants_upgrade = wants_upgrade(request.headers());
    // RFC 6455 §4.1: the method of the request MUST be GET
    let is_plain = !wants_upgrade && matches!(*request.method(), Method::GET | Method::HEAD);
    if !is_plain && request.method() != Method::GET {
        return Err(Refusal::method_not_allowed());
    }
    match framing {
        Framing::Unsaid | Framing::Length(0) => {}
        // A body would have to be skipped before the first frame, and a proxy may not agree on
        // where it ends.
        Framing::Length(_) | Framing::Chunked | Framing::Ambiguous => {
            return Err(Refusal::bad_request("the request must not have a body"));
        }
    }
    if is_plain {
        return Ok(ServerEvent::Plain(Box::new(request)));
    }
    check_version(request.headers())?;
    let accept = accept(request.headers())?;
    let subprotocols = parse_offered(request.headers())
        .map_err(|_| Refusal::bad_request("sec-websocket-protocol is invalid"))?;
    let offers = extension_list(request.headers())
        .map_err(|_| Refusal::bad_request("sec-websocket-extensions is invalid"))?;
    check_origin(request.headers())?;
    let leftover = leftover.to_vec();
    let upgrade = UpgradeRequest {
        request,
        accept,
        host,
        subprotocols,
        offers,
        leftover,
    };
    Ok(ServerEvent::Upgrade(Box::new(upgrade)))
}

/// The host that the request is addressed to.
fn host(request: &Request<()>) -> Result<String, Refusal> {
    // RFC 9112 §3.2: a server MUST respond with 400 to any HTTP/1.1 request message that lacks a
    // Host header field and to any that contains more than one or an invalid one
    let host = exactly_one(request.headers(), &HOST)
        .ok_or_else(|| Refusal::bad_request("the request must have one host header"))?;
    let invalid = || Refusal::bad_request("the host is invalid");
    let is_valid = |host: &&str| Authority::parse(host).is_some();
    let host = host.to_str().ok().filter(is_valid).ok_or_else(invalid)?;
    // RFC 9112 §3.2.2: with the absolute-form, a server MUST ignore the received Host header field
    let target = request.uri().authority();
    let host = target.map_or(host, |authority| authority.as_str());
    Some(host)
        .filter(is_valid)
        .map(str::to_owned)
        .ok_or_else(invalid)
}

/// Tells an opening handshake from a plain request.
fn wants_upgrade(headers: &HeaderMap) -> bool {
    // RFC 6455 §4.2.1: an |Upgrade| header field containing the value "websocket" and a
    // |Connection| header field that includes the token "Upgrade", both case-insensitive.
    // RFC 9110 §7.8: an Upgrade field without that connection option is for somebody else
    has_protocol(headers, &UPGRADE, "websocket") && has_token(headers, &CONNECTION, "upgrade")
}

fn check_version(headers: &HeaderMap) -> Result<(), Refusal> {
    let version = exactly_one(headers, &SEC_WEBSOCKET_VERSION).ok_or_else(|| {
        Refusal::bad_request("the request must have one sec-websocket-version header")
    })?;
    // RFC 6455 §4.2.1: a |Sec-WebSocket-Version| header field, with a value of 13
    if version == "13" {
        Ok(())
    } else {
        Err(Refusal::unsupported_version())
    }
}

/// The answer to the key.
fn accept(headers: &HeaderMap) -> Result<String, Refusal> {
    // RFC 6455 §11.3.1: the |Sec-WebSocket-Key| header MUST NOT appear more than once
    let key = exactly_one(headers, &SEC_WEBSOCKET_KEY).filter(|key| is_key(key.as_bytes()));
    let key = key.ok_or_else(|| {
        Refusal::bad_request(
            "the request must have one sec-websocket-key header, 16 bytes in base64",
        )
    })?;
    Ok(accept_for(key.as_bytes()))
}

/// Refuses an origin that is no single line of text, whatever the policy.
fn check_origin(headers: &HeaderMap) -> Result<(), Refusal> {
    // RFC 6454 §7.3: the user agent MUST NOT include more than one Origin header field
    let is_text = |origin: &HeaderValue| origin.to_str().is_ok();
    if !headers.contains_key(ORIGIN) || exactly_one(headers, &ORIGIN).is_some_and(is_text) {
        return Ok(());
    }
    Err(Refusal::origin_not_allowed())
}
