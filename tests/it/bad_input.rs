//! Peers that break the protocol, by mistake or on purpose, over real sockets.
//!
//! What they may make a connection hold is measured in the binary `memory`.

mod close_codes;
mod endings;
mod extension_lists;
mod floods;
mod heads;
mod refusals;
mod smuggling;
mod violations;
