//! The header of the PROXY protocol.
//!
//! `cargo xtask fuzz --target proxy_header`. The body, and what it promises, is in
//! `crates/sockeye-driver/src/fuzzing/proxy_header.rs`, where it runs on seeds without libFuzzer.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sockeye_driver::fuzzing::proxy_header(data));
