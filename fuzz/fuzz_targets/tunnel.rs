//! A proxy's answer to CONNECT (RFC 9110 §9.3.6).
//!
//! `cargo xtask fuzz --target tunnel`. The body, and what it promises, is in
//! `crates/sockeye-handshake/src/fuzzing/tunnel.rs`, where it runs on seeds without libFuzzer.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sockeye_handshake::fuzzing::tunnel(data));
