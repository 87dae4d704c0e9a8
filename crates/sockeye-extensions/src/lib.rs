//! WebSocket extensions: trait, header grammar, negotiation and chain (RFC 6455 §9).
