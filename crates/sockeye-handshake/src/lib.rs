//! WebSocket URIs and both sides of the opening handshake, without I/O (RFC 6455 §3-4).
