//! The header of a frame (RFC 6455 §5.2).
//!
//! `cargo xtask fuzz --target header`. The body, and what it promises, is in
//! `crates/sockeye-frame/src/fuzzing/header.rs`, where it runs on seeds without libFuzzer.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sockeye_frame::fuzzing::header(data));
