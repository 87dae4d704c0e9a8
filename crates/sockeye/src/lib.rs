//! WebSockets for Rust: layered, bounded, on any runtime.
