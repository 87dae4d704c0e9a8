//! The same bytes for Sockeye and for tungstenite.
//!
//! `cargo xtask fuzz --target exchange`. The body, and what it promises, is in
//! `tests/differential/src/exchange.rs`, where it runs on seeds without libFuzzer.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sockeye_differential::exchange(data));
