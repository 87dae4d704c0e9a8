//! Bodies of the fuzz targets: what must hold for any bytes at all.
//!
//! Each takes its choices from the front of the input and panics when a promise is broken. They
//! run on seeds and on changed seeds under `cargo test`; the targets in `fuzz/` call them. What
//! bodies have in common is here too, for those of the other crates. Part of no release: there
//! only with the feature `__fuzzing`.

mod choices;
mod escaped;
mod header;
mod mask;
mod random;
mod seeds;
mod utf8;

pub use choices::{Choices, bit};
pub use escaped::parse_seeds;
pub use header::header;
pub use mask::mask;
pub use random::Random;
pub use seeds::try_out;
pub use utf8::utf8;

#[cfg(test)]
mod tests;
