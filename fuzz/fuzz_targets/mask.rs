//! Masking and unmasking (RFC 6455 §5.3).
//!
//! `cargo xtask fuzz --target mask`. The body, and what it promises, is in
//! `crates/sockeye-frame/src/fuzzing/mask.rs`, where it runs on seeds without libFuzzer.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sockeye_frame::fuzzing::mask(data));
