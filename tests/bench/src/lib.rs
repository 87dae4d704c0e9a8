//! What the servers of the comparison share: command line, listener, runtime, upgrade, echo loops.
//!
//! None of it runs while messages are echoed, except the two echo loops, which only call the
//! library's own `Stream` and `Sink`, and `Cork`, where a server says that it uses one.

pub mod clock;
pub mod content;
pub mod deflate;
pub mod frame;
pub mod random;

mod arguments;
mod cork;
mod echo;
mod hall;
mod serve;
mod upgrade;

pub use arguments::Arguments;
pub use cork::Cork;
pub use echo::{echo, echo_batched};
pub use hall::Hall;
pub use serve::{listen, run, serve};
pub use upgrade::upgrade;
