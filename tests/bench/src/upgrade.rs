//! A bare upgrade (RFC 6455 §4.2) for the libraries that leave the handshake to the application.
//!
//! Checks nothing but that there is a key: the load generator sends nothing else, and no frames
//! before it has read the response.

use std::io;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha1::{Digest, Sha1};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Reads the request and accepts it, with `extension` as the extensions' header if there is one.
pub async fn upgrade(stream: &mut TcpStream, extension: Option<&str>) -> io::Result<()> {
    let mut buf = Vec::with_capacity(1024);
    loop {
        if stream.read_buf(&mut buf).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let Some(end) = head_end(&buf) else { continue };
        let key = header(&buf[..end], "sec-websocket-key")
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "no key"))?;
        let extension = match extension {
            Some(extension) => format!("Sec-WebSocket-Extensions: {extension}\r\n"),
            None => String::new(),
        };
        let response = format!(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Accept: {}\r\n{extension}\r\n",
            accept_key(key)
        );
        return stream.write_all(response.as_bytes()).await;
    }
}

fn accept_key(key: &[u8]) -> String {
    let mut hash = Sha1::new();
    hash.update(key);
    hash.update(b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    STANDARD.encode(hash.finalize())
}

/// The end of the request head, if it is all there.
fn head_end(buf: &[u8]) -> Option<usize> {
    let blank_line = buf.windows(4).position(|window| window == b"\r\n\r\n")?;
    Some(blank_line + 4)
}

/// The value of a header field; `name` in any case.
fn header<'a>(head: &'a [u8], name: &str) -> Option<&'a [u8]> {
    head.split(|byte| *byte == b'\n').skip(1).find_map(|line| {
        let colon = line.iter().position(|byte| *byte == b':')?;
        line[..colon]
            .eq_ignore_ascii_case(name.as_bytes())
            .then(|| line[colon + 1..].trim_ascii())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_of_the_rfc_gets_its_answer() {
        let head =
            b"GET / HTTP/1.1\r\nHost: a\r\nSEC-websocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        assert_eq!(head_end(head), Some(head.len()));
        assert_eq!(head_end(&head[..head.len() - 1]), None);
        let key = header(head, "sec-websocket-key").unwrap();
        assert_eq!(accept_key(key), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assert_eq!(header(head, "origin"), None);
    }
}
