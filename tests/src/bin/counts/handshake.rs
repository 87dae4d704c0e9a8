//! The opening handshake without I/O (RFC 6455 §4): each side by itself.
//!
//! A pass is one handshake, from the request as text or as bytes to what a connection starts from,
//! with the headers that a browser sends.

use std::hint::black_box;

use sockeye_handshake::{
    Acceptance, ClientHandshake, HeadLimits, IntoClientRequest, OriginPolicy, ServerEvent,
    ServerHandshake,
};

use crate::subject::Subject;

pub(crate) fn subjects() -> Vec<Subject> {
    vec![
        Subject::new("handshake-server", 1, || {
            let policy = OriginPolicy::Same;
            move || {
                let mut server = ServerHandshake::new(HeadLimits::default());
                server.handle_input(black_box(REQUEST));
                let Some(ServerEvent::Upgrade(upgrade)) = server.poll() else {
                    panic!("the request is an upgrade");
                };
                let allowed = policy.check(upgrade.origin(), upgrade.host());
                assert!(allowed.is_ok());
                let accepted = upgrade.accept(Acceptance::new());
                black_box(accepted.expect("nothing was chosen that was not offered"));
            }
        }),
        Subject::new("handshake-client", 1, || {
            // The response is the same each time, as the nonce is.
            let mut server = ServerHandshake::new(HeadLimits::default());
            server.handle_input(client().request());
            let Some(ServerEvent::Upgrade(upgrade)) = server.poll() else {
                panic!("the request is an upgrade");
            };
            let accepted = upgrade.accept(Acceptance::new());
            let (response, _) = accepted.expect("nothing was chosen that was not offered");
            move || {
                let mut client = client();
                black_box(client.request());
                client.handle_input(&response);
                let result = client.poll().expect("the response is complete");
                black_box(result.expect("the response is right"));
            }
        }),
    ]
}

fn client() -> ClientHandshake {
    let request = black_box("ws://example.com/chat").into_client_request();
    let request = request.expect("the address is valid");
    let client = ClientHandshake::new(&request, *b"the sample nonce", HeadLimits::default());
    client.expect("the request has nothing that cannot be written")
}

const REQUEST: &[u8] = b"GET /chat?room=7 HTTP/1.1\r\n\
    Host: example.com\r\n\
    Connection: Upgrade\r\n\
    Pragma: no-cache\r\n\
    Cache-Control: no-cache\r\n\
    User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36\r\n\
    Upgrade: websocket\r\n\
    Origin: http://example.com\r\n\
    Sec-WebSocket-Version: 13\r\n\
    Accept-Encoding: gzip, deflate, br, zstd\r\n\
    Accept-Language: en-US,en;q=0.9\r\n\
    Cookie: session=0123456789abcdef0123456789abcdef\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
    Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n";
