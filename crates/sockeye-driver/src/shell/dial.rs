//! From the address of a WebSocket to a connected socket.
//!
//! Each stage has what is left of one time limit, and its failures say which it was.

mod environment;
mod named;
mod no_proxy;
mod proxies;
mod race;
mod resolve;
mod socks;
mod tunnel;

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use sockeye_handshake::WsUri;

pub(super) use self::named::named;
pub(super) use self::proxies::Proxies;
use self::race::race;
pub(super) use self::resolve::Resolver;
use super::Runtime;
use super::time_limit::{TimeLeft, within};
use crate::{Error, Stage};

/// How a client finds its way to a server.
#[derive(Clone, Debug, Default)]
pub(super) struct Dialer {
    pub(super) resolver: Resolver,
    /// Dialed whatever the host.
    pub(super) addresses: Option<Arc<[SocketAddr]>>,
    /// Where connections start from; the operating system's choice by default.
    pub(super) local: Option<IpAddr>,
    pub(super) proxies: Proxies,
    /// For name lookup and TCP; within the limit for all.
    pub(super) connect_timeout: Option<Duration>,
}

impl Dialer {
    /// Connects to `uri` within `limit`, up to where its own TLS begins; `tls` is for proxies.
    ///
    /// # Errors
    ///
    /// [`Error::Connect`] with its stage. [`io::ErrorKind::TimedOut`]: the time was over.
    pub(super) async fn dial<R: Runtime>(
        &self,
        uri: &WsUri,
        tls: Option<&R::ClientTls>,
        limit: Duration,
    ) -> Result<R::Transport, Error> {
        let proxy = match &self.addresses {
            // Who names addresses wants those.
            Some(_) => None,
            None => self
                .proxies
                .for_uri(uri)
                .map_err(failure_at(Stage::Proxy))?,
        };
        match proxy {
            Some(proxy) => self.dial_by::<R>(&proxy, uri, tls, limit).await,
            None => self.dial_host::<R>(uri.host(), uri.port(), limit).await,
        }
    }

    /// Connects to the address of `host` that answers first.
    async fn dial_host<R: Runtime>(
        &self,
        host: &str,
        port: u16,
        limit: Duration,
    ) -> Result<R::Transport, Error> {
        let time = TimeLeft::new::<R>(self.connect_limit(limit));
        let addresses = within::<R, _>(time.left(), self.addresses::<R>(host, port)).await;
        let addresses = in_time(addresses).map_err(failure_at(Stage::Resolve))?;
        let connected = within::<R, _>(time.left(), self.connect_any::<R>(&addresses)).await;
        in_time(connected).map_err(failure_at(Stage::Connect))
    }

    /// What name lookup and TCP have of `limit`.
    fn connect_limit(&self, limit: Duration) -> Duration {
        self.connect_timeout.map_or(limit, |own| limit.min(own))
    }

    async fn addresses<R: Runtime>(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        match &self.addresses {
            Some(none) if none.is_empty() => {
                let message = "there is no address to connect to";
                Err(io::Error::new(io::ErrorKind::NotFound, message))
            }
            Some(addresses) => Ok(addresses.to_vec()),
            None => self.resolver.resolve::<R>(host, port).await,
        }
    }

    async fn connect_any<R: Runtime>(&self, addresses: &[SocketAddr]) -> io::Result<R::Transport> {
        let Some(local) = self.local else {
            return race(addresses, R::timer(), R::connect, always).await;
        };
        // From an address of one family there is no way to those of the other.
        let is_reachable = |address: &&SocketAddr| address.is_ipv4() == local.is_ipv4();
        let addresses: Vec<_> = addresses.iter().filter(is_reachable).copied().collect();
        if addresses.is_empty() {
            let message = format!("no address of the host can be reached from {local}");
            return Err(io::Error::new(io::ErrorKind::AddrNotAvailable, message));
        }
        let connect = move |address| R::connect_from(local, address);
        race(&addresses, R::timer(), connect, always).await
    }
}

/// Without a proxy in between, each failure is the address's own.
fn always(_error: &io::Error) -> bool {
    true
}

pub(super) fn in_time<T>(result: Option<io::Result<T>>) -> io::Result<T> {
    result.unwrap_or_else(|| Err(io::ErrorKind::TimedOut.into()))
}

fn failure_at(stage: Stage) -> impl Fn(io::Error) -> Error {
    move |source| Error::Connect { stage, source }
}

#[cfg(test)]
mod tests;
