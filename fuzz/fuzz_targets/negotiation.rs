//! Agreeing on extensions (RFC 6455 §9.1, RFC 7692 §7.1).
//!
//! `cargo xtask fuzz --target negotiation`. The body, and what it promises, is in
//! `crates/sockeye-extensions/src/fuzzing/negotiation.rs`, where it runs on seeds without libFuzzer.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sockeye_extensions::fuzzing::negotiation(data));
