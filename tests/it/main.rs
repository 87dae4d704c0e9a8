//! Behaviour tests, one module per subject.

mod accept_loop;
mod backpressure;
mod bad_input;
mod browser;
mod close_delivery;
mod draining;
mod early_frames;
mod extensions;
mod interop;
mod private_extension;
mod sockets;
