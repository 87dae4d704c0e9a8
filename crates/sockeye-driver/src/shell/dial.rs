//! From the host and port of a URI to a connected TCP socket.
//!
//! Tries the addresses of a host one after another. Racing IPv6 against IPv4 is left to later.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use super::Runtime;
use super::time_limit::within;

/// Connects to the first address of `host` that answers within `limit`.
///
/// Each address gets an equal share of the time that is left, so that one that swallows packets
/// leaves time for the others.
///
/// # Errors
///
/// - [`io::ErrorKind::TimedOut`]: `limit` passed.
/// - else that of the last address, or that the host has none.
pub(super) async fn dial<R: Runtime>(
    host: &str,
    port: u16,
    limit: Duration,
) -> io::Result<R::Transport> {
    let timer = R::timer();
    let start = timer.now();
    let addresses = within::<R, _>(limit, R::lookup(host, port)).await;
    let addresses = addresses.ok_or(io::ErrorKind::TimedOut)??;
    let left = limit.saturating_sub(timer.now().saturating_since(start));
    connect_any::<R>(&addresses, left).await
}

async fn connect_any<R: Runtime>(
    addresses: &[SocketAddr],
    limit: Duration,
) -> io::Result<R::Transport> {
    let timer = R::timer();
    let start = timer.now();
    let mut last_error = io::Error::new(io::ErrorKind::NotFound, "host has no address");
    for (n_left, address) in (1..=addresses.len()).rev().zip(addresses) {
        let left = limit.saturating_sub(timer.now().saturating_since(start));
        let share = left / u32::try_from(n_left).unwrap_or(u32::MAX);
        match within::<R, _>(share, R::connect(*address)).await {
            Some(Ok(transport)) => return Ok(transport),
            Some(Err(error)) => last_error = error,
            None => last_error = io::ErrorKind::TimedOut.into(),
        }
    }
    Err(last_error)
}

#[cfg(test)]
mod tests;
