//! How much heap a peer can make a connection take, by the byte.
//!
//! A binary of its own, because the allocator counts the whole process: its tests take turns, each
//! alone with one runtime of one thread, and raw peers that use threads allocate nothing while it
//! counts. Buffers that connections of a thread share are in use before it begins.

mod bombs;
mod declared;
mod fragments;
mod heads;
mod heap;
mod kept;
mod lingering;
mod pings;
mod readers;
mod watched;
