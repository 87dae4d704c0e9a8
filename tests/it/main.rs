//! Behaviour tests, one module per subject.

mod accept_loop;
mod bad_input;
mod blocking;
mod browser;
mod close_delivery;
mod environment;
mod extensions;
mod interop;
#[cfg(target_os = "linux")]
mod interrupted;
mod legacy_extensions;
mod prepared_deflate;
mod private_extension;
mod shells;
mod short_connections;
mod sockets;
mod tls;
#[cfg(unix)]
mod unix_sockets;
