//! Inflating what a peer sent (RFC 7692 §7.2.2).
//!
//! `cargo xtask fuzz --target inflate`. The body, and what it promises, is in
//! `crates/sockeye-extensions/src/fuzzing/inflate.rs`, where it runs on seeds without libFuzzer.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sockeye_extensions::fuzzing::inflate(data));
