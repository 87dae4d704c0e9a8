//! The opening handshake (RFC 6455 §4.1) as the generator makes it.
//!
//! The key and its answer are those of RFC 6455 §1.3: this side needs no secret.

use std::io;
use std::os::fd::OwnedFd;

use crate::options::Target;
use crate::socket;

/// Connects and upgrades, one at a time; the socket comes back nonblocking.
pub(crate) fn open(target: &Target, deflate: bool) -> OwnedFd {
    let socket = socket::connect(target.port).expect("a connection");
    if !target.raw {
        let sent = socket::send(&socket, &request(target.port, deflate));
        sent.expect("the request can be sent");
        let head = read_head(&socket).expect("a response");
        check(&head);
        let has_deflate = contains(&head.to_ascii_lowercase(), b"permessage-deflate");
        assert!(has_deflate == deflate, "{}", head.escape_ascii());
    }
    socket::set_nonblocking(&socket).expect("a socket can be nonblocking");
    socket
}

pub(crate) fn request(port: u16, deflate: bool) -> Vec<u8> {
    let extension = if deflate { EXTENSION } else { "" };
    format!(
        "GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n\
         Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
         Sec-WebSocket-Version: 13\r\n{extension}\r\n"
    )
    .into_bytes()
}

/// Panics unless the head accepts the request.
pub(crate) fn check(head: &[u8]) {
    let accepts = head.starts_with(b"HTTP/1.1 101") && contains(head, ACCEPT);
    assert!(accepts, "{}", head.escape_ascii());
}

fn read_head(socket: &OwnedFd) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    let mut buf = [0; 2048];
    while !contains(&head, b"\r\n\r\n") {
        match socket::recv(socket, &mut buf)? {
            Some(n_bytes @ 1..) => head.extend_from_slice(&buf[..n_bytes]),
            Some(0) | None => return Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
    assert!(head.ends_with(b"\r\n\r\n"), "bytes after the handshake");
    Ok(head)
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

const ACCEPT: &[u8] = b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

const EXTENSION: &str = "Sec-WebSocket-Extensions: permessage-deflate; \
     server_no_context_takeover; client_no_context_takeover\r\n";
