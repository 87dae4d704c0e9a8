//! A connection of either role, among any calls (RFC 6455 §5–7).
//!
//! `cargo xtask fuzz --target connection`. The body, and what it promises, is in
//! `crates/sockeye-connection/src/fuzzing/connection.rs`, where it runs on seeds without libFuzzer.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sockeye_connection::fuzzing::connection(data));
