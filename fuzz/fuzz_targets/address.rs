//! Addresses of servers and proxies (RFC 6455 §3, RFC 3986).
//!
//! `cargo xtask fuzz --target address`. The body, and what it promises, is in
//! `crates/sockeye-handshake/src/fuzzing/address.rs`, where it runs on seeds without libFuzzer.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sockeye_handshake::fuzzing::address(data));
