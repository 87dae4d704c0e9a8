//! `X-Forwarded-For` of proxies.
//!
//! `cargo xtask fuzz --target forwarded_for`. The body, and what it promises, is in
//! `crates/sockeye-driver/src/fuzzing/forwarded_for.rs`, where it runs on seeds without libFuzzer.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sockeye_driver::fuzzing::forwarded_for(data));
