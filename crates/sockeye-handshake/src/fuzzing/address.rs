//! Any text as the address of a server or a proxy (RFC 6455 §3, RFC 3986).
//!
//! What is taken is written so that it is read as the same, cannot put a line of its own into a
//! request, names the host that others read in it, and makes a request that a server of ours takes.

use std::str;

use url::{Host, Url};

use crate::{
    ClientHandshake, ClientRequest, HeadLimits, IntoClientRequest, ProxyUri, ServerEvent,
    ServerHandshake, WsUri,
};

/// The text; other bytes are none.
///
/// # Panics
///
/// When a promise is broken.
pub fn address(data: &[u8]) {
    let Ok(text) = str::from_utf8(&data[..data.len().min(MAX_BYTES)]) else {
        return;
    };
    if let Ok(proxy) = ProxyUri::parse(text) {
        let written = proxy.to_string();
        let again = ProxyUri::parse(&written).expect("what was written can be read");
        assert_eq!(again.to_string(), written);
        assert_eq!((again.host(), again.port()), (proxy.host(), proxy.port()));
        check_plain(&written);
        let _ = (proxy.basic_auth(), proxy.user_and_password());
    }
    if let Ok(uri) = text.parse::<http::Uri>() {
        let _ = uri.into_client_request();
    }
    let Ok(address) = WsUri::parse(text) else {
        return;
    };
    let written = address.to_string();
    let again = WsUri::parse(&written).expect("what was written can be read");
    assert_eq!(again.to_string(), written);
    assert_eq!(
        (again.host(), again.port()),
        (address.host(), address.port())
    );
    assert_eq!(again.resource(), address.resource());
    assert!(address.resource().starts_with('/'));
    check_plain(&written);
    check_host(&address, text);
    check_request(address);
}

/// Nothing that ends a line or a part of one.
fn check_plain(text: &str) {
    assert!(text.bytes().all(|byte| byte.is_ascii_graphic()), "{text:?}");
}

/// A reader by other rules (WHATWG) may refuse the address, but sees no other host in it.
fn check_host(address: &WsUri, text: &str) {
    let Ok(url) = Url::parse(text) else {
        return;
    };
    let host = match url.host() {
        Some(Host::Domain(name)) => name.to_owned(),
        Some(Host::Ipv4(address)) => address.to_string(),
        Some(Host::Ipv6(address)) => address.to_string(),
        None => panic!("a ws address has a host"),
    };
    assert_eq!(address.host(), host, "in {text:?}");
    assert_eq!(Some(address.port()), url.port_or_known_default());
    assert_eq!(address.is_secure(), url.scheme() == "wss");
}

fn check_request(address: WsUri) {
    let authority = address.authority();
    let resource = address.resource().to_owned();
    let request = ClientRequest::new(address);
    let limits = HeadLimits::default();
    let client = ClientHandshake::new(&request, [7; 16], limits).expect("a request");
    let mut server = ServerHandshake::new(limits);
    server.handle_input(client.request());
    match server.poll() {
        Some(ServerEvent::Upgrade(upgrade)) => {
            assert_eq!(upgrade.host(), authority);
            assert_eq!(upgrade.request().uri(), &*resource);
        }
        other => panic!(
            "{other:?} for {:?}",
            client.request().escape_ascii().to_string()
        ),
    }
}

/// Each may become nine, in escapes of escapes, and a target has 8 KiB.
const MAX_BYTES: usize = 800;
