//! Connections' lives in a world of our own: virtual time, a virtual network, chance from a seed.
//!
//! The programs are the real ones, client and server with all that lies below them; only what they
//! ask of a runtime is simulated (`runtime`). A world has one thread and one
//! source of chance, so a seed that fails fails again, byte for byte. What must hold whatever
//! happens is in `ledger` and `verdict`.

use std::thread;

mod actor;
mod bounds;
mod clock;
mod ledger;
mod life;
mod loss;
mod network;
mod runtime;
mod stalled;
mod stalling;
mod starvation;
mod tasks;
mod verdict;
mod world;

#[cfg(test)]
mod tests;

pub use loss::Losses;
pub use network::{SimulatedListener, SimulatedTransport};
pub use runtime::Simulated;
pub use verdict::{Failure, Lived};

/// Lets the server and the clients of `seed` live, and judges them.
///
/// # Errors
///
/// What did not hold.
pub fn simulate(seed: u64) -> Result<Lived, Failure> {
    apart(seed, world::Trace::Off)
}

/// The same, telling on standard error what happens.
///
/// # Errors
///
/// As [`simulate`].
pub fn simulate_aloud(seed: u64) -> Result<Lived, Failure> {
    apart(seed, world::Trace::On)
}

/// A thread for each world: what a thread keeps, such as buffers and whose turn it is, would carry
/// over from one to the next.
fn apart(seed: u64, trace: world::Trace) -> Result<Lived, Failure> {
    let world = thread::spawn(move || verdict::judge(seed, trace));
    world
        .join()
        .unwrap_or_else(|_| Err(verdict::panicked(seed)))
}
