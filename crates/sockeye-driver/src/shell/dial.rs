//! From the host and port of a URI to a connected TCP socket.
//!
//! Each stage has what is left of one time limit, and its failures say which it was.

mod race;

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use self::race::race;
use super::Runtime;
use super::time_limit::within;
use crate::{Error, Stage};

/// Connects to the address of `host` that answers first, within `limit`.
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
    let attempts = race(&addresses, R::timer(), R::connect);
    let transport = within::<R, _>(left, attempts).await;
    let transport = transport.unwrap_or_else(|| Err(io::ErrorKind::TimedOut.into()));
    transport.map_err(failure_at(Stage::Connect))
}

async fn lookup<R: Runtime>(host: &str, port: u16, limit: Duration) -> io::Result<Vec<SocketAddr>> {
    let addresses = within::<R, _>(limit, R::lookup(host, port)).await;
    match addresses.ok_or(io::ErrorKind::TimedOut)?? {
        none if none.is_empty() => {
            let message = "host has no address";
            Err(io::Error::new(io::ErrorKind::NotFound, message))
        }
        addresses => Ok(addresses),
    }
}

fn failure_at(stage: Stage) -> impl Fn(io::Error) -> Error {
    move |source| Error::Connect { stage, source }
}

#[cfg(test)]
mod tests;
