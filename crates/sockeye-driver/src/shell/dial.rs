//! From the host and port of a URI to a connected TCP socket.
//!
//! Tries the addresses of a host one after another. Racing IPv6 against IPv4 is left to later.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use super::Runtime;
use super::time_limit::within;
use crate::{Error, Stage};

/// Connects to the first address of `host` that answers within `limit`.
///
/// Each address gets an equal share of the time that is left, so that one that swallows packets
/// leaves time for the others.
///
/// # Errors
///
/// [`Error::Connect`]: at [`Stage::Resolve`] that of the name lookup, or that the host has no
/// address; at [`Stage::Connect`] that of the last address. [`io::ErrorKind::TimedOut`]: `limit`
/// passed.
pub(super) async fn dial<R: Runtime>(
    host: &str,
    port: u16,
    limit: Duration,
) -> Result<R::Transport, Error> {
    let timer = R::timer();
    let start = timer.now();
    let addresses = lookup::<R>(host, port, limit).await;
    let addresses = addresses.map_err(failure_at(Stage::Resolve))?;
    let left = limit.saturating_sub(timer.now().saturating_since(start));
    let transport = connect_any::<R>(&addresses, left).await;
    transport.map_err(failure_at(Stage::Connect))
}

async fn lookup<R: Runtime>(host: &str, port: u16, limit: Duration) -> io::Result<Vec<SocketAddr>> {
    let addresses = within::<R, _>(limit, R::lookup(host, port)).await;
    match addresses.ok_or(io::ErrorKind::TimedOut)?? {
        none if none.is_empty() => Err(io::Error::new(io::ErrorKind::NotFound, NO_ADDRESS)),
        addresses => Ok(addresses),
    }
}

async fn connect_any<R: Runtime>(
    addresses: &[SocketAddr],
    limit: Duration,
) -> io::Result<R::Transport> {
    let timer = R::timer();
    let start = timer.now();
    let mut last_error = io::Error::new(io::ErrorKind::NotFound, NO_ADDRESS);
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

fn failure_at(stage: Stage) -> impl Fn(io::Error) -> Error {
    move |source| Error::Connect { stage, source }
}

const NO_ADDRESS: &str = "host has no address";

#[cfg(test)]
mod tests;
