//! Ten thousand connections of one server on real sockets, and all that can befall them.
//!
//! The clients are processes of their own, some of which are killed. One connection in twenty is no
//! honest one: it resets, stalls, reads slowly, or sends what no peer may. The honest ones send,
//! compare what comes back and close, over and over. At the end the server drains in the middle of
//! it. Then nothing may be wrong with any honest connection, no message that a client saw
//! acknowledged may be missing at the server, and heap, tasks and descriptors are back where they
//! were. Run it by `cargo xtask soak`, which raises the limit on open files.

mod clients;
mod faulty;
mod groups;
mod held;
mod honest;
mod life;
mod message;
mod overseer;
mod record;
mod server;
mod summary;

use std::env;
use std::error::Error;
use std::time::Duration;

use peak_alloc::PeakAlloc;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

const USAGE: &str = "usage: soak [--connections N] [--seconds S] [--seed N]";

fn main() -> Result<()> {
    let args: Vec<_> = env::args().skip(1).collect();
    if let [role, rest @ ..] = &args[..]
        && role == "clients"
    {
        return clients::live(rest);
    }
    let mut plan = overseer::Plan {
        n_connections: 10_000,
        time: Duration::from_secs(60),
        seed: 0,
    };
    for option in args.chunks(2) {
        match option {
            [name, value] if name == "--connections" => plan.n_connections = value.parse()?,
            [name, value] if name == "--seconds" => {
                plan.time = Duration::from_secs(value.parse()?);
            }
            [name, value] if name == "--seed" => plan.seed = value.parse()?,
            _ => return Err(USAGE.into()),
        }
    }
    overseer::run(&plan)
}
