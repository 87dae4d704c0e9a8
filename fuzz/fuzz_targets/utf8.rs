//! UTF-8, whole and in pieces (RFC 6455 §8.1).
//!
//! `cargo xtask fuzz --target utf8`. The body, and what it promises, is in
//! `crates/sockeye-frame/src/fuzzing/utf8.rs`, where it runs on seeds without libFuzzer.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sockeye_frame::fuzzing::utf8(data));
