//! What a client is told of the network between it and its server.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use sockeye_handshake::ProxyUri;

use super::Client;
use crate::Runtime;
use crate::shell::dial::{Proxies, Resolver};

impl<R: Runtime> Client<R> {
    /// How long name lookup and TCP may take, within [`Self::handshake_timeout`]; without a limit
    /// of their own by default.
    ///
    /// For servers that answer slowly but on hosts that are there.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.dialer.connect_timeout = Some(timeout);
        self
    }

    /// Looks names up by `resolver`, in place of the runtime.
    ///
    /// It gets a host and a port, and gives the addresses in the order to try them in; hosts that
    /// are addresses do not come to it.
    #[must_use]
    pub fn resolver<F>(
        mut self,
        resolver: impl Fn(String, u16) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = io::Result<Vec<SocketAddr>>> + Send + 'static,
    {
        self.dialer.resolver = Resolver::new(resolver);
        self
    }

    /// Dials these addresses, whatever the host and the port of the URI are, and uses no proxy.
    ///
    /// The server is still told the URI's: a test can reach the one behind a name without asking
    /// anybody for it.
    #[must_use]
    pub fn connect_to(mut self, addresses: impl IntoIterator<Item = SocketAddr>) -> Self {
        self.dialer.addresses = Some(addresses.into_iter().collect());
        self
    }

    /// Connects from an address of this machine's, to servers of its family alone.
    #[must_use]
    pub fn bind_address(mut self, address: impl Into<IpAddr>) -> Self {
        self.dialer.local = Some(address.into());
        self
    }

    /// Connects by this proxy to all servers, whatever the environment says.
    ///
    /// `proxy` is `http://[user:password@]host[:port]`, or the same with `https` for TLS to the proxy,
    /// with `socks5`, or with `socks5h` for a proxy that looks names up. It is checked when
    /// connecting. An HTTP proxy is asked for a tunnel (CONNECT) for `ws` too, as RFC 6455 §4.1 has
    /// it.
    #[must_use]
    pub fn proxy(mut self, proxy: impl AsRef<str>) -> Self {
        self.dialer.proxies = Proxies::Always(ProxyUri::parse(proxy.as_ref()));
        self
    }

    /// Uses no proxy, whatever the environment says.
    ///
    /// By default a client uses the proxies of the environment: `ws_proxy`, `http_proxy` and
    /// `all_proxy` for `ws`, `wss_proxy`, `https_proxy` and `all_proxy` for `wss`, the first that is
    /// there, in lower case or upper case. It uses none for hosts in `no_proxy`, nor for this
    /// machine itself.
    #[must_use]
    pub fn no_proxy(mut self) -> Self {
        self.dialer.proxies = Proxies::None;
        self
    }
}
