//! WebSocket frames: header, masking, close codes and incremental UTF-8 (RFC 6455 §5).
