//! What a client is told of the network between it and its server.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use super::Client;

impl Client {
    /// How long name lookup and TCP may take, within [`Self::handshake_timeout`]; without a limit
    /// of their own by default.
    #[must_use]
    pub fn connect_timeout(self, timeout: Duration) -> Self {
        self.with(|inner| inner.connect_timeout(timeout))
    }

    /// Looks names up by `resolver`, in place of the operating system's.
    ///
    /// It gets a host and a port, and gives the addresses in the order to try them in; hosts that
    /// are addresses do not come to it. It runs in a thread of its own, so that the time limits
    /// hold however long it takes.
    #[must_use]
    pub fn resolver(
        self,
        resolver: impl Fn(String, u16) -> io::Result<Vec<SocketAddr>> + Send + Sync + 'static,
    ) -> Self {
        let resolver = Arc::new(resolver);
        self.with(|inner| {
            inner.resolver(move |host, port| {
                let resolver = Arc::clone(&resolver);
                blocking::unblock(move || resolver(host, port))
            })
        })
    }

    /// Dials these addresses, whatever the host and the port of the URI are, and uses no proxy.
    #[must_use]
    pub fn connect_to(self, addresses: impl IntoIterator<Item = SocketAddr>) -> Self {
        self.with(|inner| inner.connect_to(addresses))
    }

    /// Connects from an address of this machine's, to servers of its family alone.
    #[must_use]
    pub fn bind_address(self, address: impl Into<IpAddr>) -> Self {
        self.with(|inner| inner.bind_address(address))
    }

    /// Connects by this proxy to all servers, whatever the environment says.
    ///
    /// `proxy` is `http://[user:password@]host[:port]`, or the same with `https` for TLS to the proxy,
    /// with `socks5`, or with `socks5h` for a proxy that looks names up. It is checked when
    /// connecting.
    #[must_use]
    pub fn proxy(self, proxy: impl AsRef<str>) -> Self {
        self.with(|inner| inner.proxy(proxy))
    }

    /// Uses no proxy, whatever the environment says.
    ///
    /// By default a client uses those that the environment names (`HTTP_PROXY` and its like).
    #[must_use]
    pub fn no_proxy(self) -> Self {
        self.with(|inner| inner.no_proxy())
    }

    /// Follows redirects, at most this many for each connection; default none.
    ///
    /// What goes along to other origins is written at the driver's
    /// [`Client::redirects`](sockeye_driver::Client::redirects).
    #[must_use]
    pub fn redirects(self, max: usize) -> Self {
        self.with(|inner| inner.redirects(max))
    }

    /// Sends a user and a password to servers, as HTTP's Basic scheme (RFC 7617).
    #[must_use]
    pub fn basic_auth(self, user: impl Into<String>, password: impl Into<String>) -> Self {
        self.with(|inner| inner.basic_auth(user, password))
    }

    /// Sends a token to servers, as HTTP's Bearer scheme (RFC 6750).
    #[must_use]
    pub fn bearer_auth(self, token: impl Into<String>) -> Self {
        self.with(|inner| inner.bearer_auth(token))
    }

    /// Keeps the cookies that servers set in `jar`, and sends them back.
    #[cfg(feature = "cookies")]
    #[must_use]
    pub fn cookie_jar(self, jar: sockeye_driver::CookieJar) -> Self {
        self.with(|inner| inner.cookie_jar(jar))
    }
}
