//! Behaviour tests, one module per subject.

mod accept_loop;
mod bad_input;
mod browser;
mod close_delivery;
<<<<<<< HEAD
mod draining;
mod early_frames;
mod extensions;
mod interop;
mod private_extension;
=======
mod interop;
mod shells;
>>>>>>> 037cc3c (tests: run one list of behaviours on every shell)
mod sockets;
