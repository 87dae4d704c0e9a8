//! A response at the client (RFC 6455 §4.1).
//!
//! `cargo xtask fuzz --target response`. The body, and what it promises, is in
//! `crates/sockeye-handshake/src/fuzzing/response.rs`, where it runs on seeds without libFuzzer.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sockeye_handshake::fuzzing::response(data));
