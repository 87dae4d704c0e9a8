//! Sockeye and tungstenite on the same bytes: the same messages, pongs and closes come of them.
//!
//! The body of the fuzz target `exchange`, in a package of its own so that no crate that users
//! build knows tungstenite. Without extensions, which tungstenite does not have.

mod difference;
mod exchange;
mod seen;
mod theirs;

pub use exchange::exchange;
