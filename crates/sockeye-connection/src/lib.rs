//! A WebSocket connection without I/O: messages, control frames, closing, keepalive, limits (RFC 6455 §5.4-7).
