//! What is agreed on within TLS (RFC 7301).

/// WebSockets are opened in HTTP/1.1 (RFC 6455 §4.1).
pub(crate) const HTTP_1_1: &[u8] = b"http/1.1";
