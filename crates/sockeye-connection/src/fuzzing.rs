//! The body of the fuzz target for a connection: what must hold for any bytes and any calls.
//!
//! It takes its choices from the front of the input and panics when a promise is broken. It runs
//! on seeds and on changed seeds under `cargo test`; the target in `fuzz/` calls it. Part of no
//! release: there only with the feature `__fuzzing`.

mod connection;
mod log;
mod reader;
mod subject;

pub use connection::connection;

#[cfg(test)]
mod tests;
