//! From the host and port of a URI to a connected TCP socket.
//!
//! Tries the addresses of a host one after another. Racing IPv6 against IPv4 is left to later.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpStream, lookup_host};
use tokio::time::{Instant, timeout};

/// Connects to the first address of `host` that answers within `limit`.
///
/// Each address gets an equal share of the time that is left, so that one that swallows packets
/// leaves time for the others.
///
/// # Errors
///
/// - [`io::ErrorKind::TimedOut`]: `limit` passed.
/// - else that of the last address, or that the host has none.
pub(crate) async fn dial(host: &str, port: u16, limit: Duration) -> io::Result<TcpStream> {
    let start = Instant::now();
    let addresses = timeout(limit, lookup_host((host, port)))
        .await??
        .collect::<Vec<_>>();
    connect_any(&addresses, limit.saturating_sub(start.elapsed())).await
}

async fn connect_any(addresses: &[SocketAddr], limit: Duration) -> io::Result<TcpStream> {
    let start = Instant::now();
    let mut last_error = io::Error::new(io::ErrorKind::NotFound, "host has no address");
    for (n_left, address) in (1..=addresses.len()).rev().zip(addresses) {
        let left = limit.saturating_sub(start.elapsed());
        let share = left / u32::try_from(n_left).unwrap_or(u32::MAX);
        match timeout(share, TcpStream::connect(address)).await {
            Ok(Ok(tcp)) => return Ok(tcp),
            Ok(Err(error)) => last_error = error,
            Err(elapsed) => last_error = elapsed.into(),
        }
    }
    Err(last_error)
}

#[cfg(test)]
mod tests;
