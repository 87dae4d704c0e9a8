//! A request at the server (RFC 6455 §4.2).
//!
//! `cargo xtask fuzz --target request`. The body, and what it promises, is in
//! `crates/sockeye-handshake/src/fuzzing/request.rs`, where it runs on seeds without libFuzzer.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sockeye_handshake::fuzzing::request(data));
