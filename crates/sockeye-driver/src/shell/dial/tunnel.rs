//! From a connection to a proxy to one to the server behind it.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use sockeye_handshake::{HeadLimits, ProxyScheme, ProxyUri, TunnelError, TunnelHandshake, WsUri};

use super::socks;
use super::{Dialer, failure_at, in_time};
use crate::handshaking::Handshaking;
use crate::shell::time_limit::{TimeLeft, within};
use crate::shell::tls::{secure, told_or_known};
use crate::{Error, Runtime, Stage};

impl Dialer {
    /// Connects to `uri` by `proxy`.
    ///
    /// # Errors
    ///
    /// [`Error::Connect`] with its stage: what goes wrong between this machine and the proxy is as
    /// for any server, what the proxy says is [`Stage::Proxy`].
    pub(super) async fn dial_by<R: Runtime>(
        &self,
        proxy: &ProxyUri,
        uri: &WsUri,
        tls: Option<&R::ClientTls>,
        limit: Duration,
    ) -> Result<R::Transport, Error> {
        let time = TimeLeft::new::<R>(limit);
        let socks = match proxy.scheme() {
            ProxyScheme::Socks5 => Some(self.socks_target::<R>(uri, limit).await?),
            ProxyScheme::Socks5h => Some(socks::Target::Name(uri.host(), uri.port())),
            _ => None,
        };
        let is_secure = proxy.scheme() == ProxyScheme::Https;
        let tls = is_secure.then(|| told_or_known::<R>(tls)).transpose()?;
        let dialed = self.dial_host::<R>(proxy.host(), proxy.port(), time.left());
        let mut transport = dialed.await?;
        if let Some(tls) = tls {
            transport = secure::<R>(transport, proxy.host(), &tls, time.left()).await?;
        }
        let Some(target) = socks else {
            let tunnel = http_tunnel::<R>(transport, proxy, uri, time.left()).await;
            return tunnel.map_err(|error| error.at(Stage::Proxy));
        };
        let connecting = socks::connect(transport, target, proxy.user_and_password());
        let connected = within::<R, _>(time.left(), connecting).await;
        in_time(connected).map_err(failure_at(Stage::Proxy))
    }

    /// The server's address, for a proxy that is to get no name.
    async fn socks_target<R: Runtime>(
        &self,
        uri: &WsUri,
        limit: Duration,
    ) -> Result<socks::Target<'static>, Error> {
        let resolving = self.resolver.resolve::<R>(uri.host(), uri.port());
        let addresses = in_time(within::<R, _>(limit, resolving).await);
        let addresses = addresses.map_err(failure_at(Stage::Resolve))?;
        // There is one at least; a proxy takes no more.
        let unspecified = SocketAddr::new(IpAddr::from([0, 0, 0, 0]), uri.port());
        let first = addresses.first().copied().unwrap_or(unspecified);
        Ok(socks::Target::Address(first))
    }
}

async fn http_tunnel<R: Runtime>(
    transport: R::Transport,
    proxy: &ProxyUri,
    uri: &WsUri,
    limit: Duration,
) -> Result<R::Transport, Error> {
    let authorization = proxy.basic_auth();
    let limits = HeadLimits::default();
    let mut handshake = TunnelHandshake::new(uri, authorization.as_ref(), limits);
    let mut link = Handshaking::new(transport, R::timer(), limit);
    link.write(handshake.request()).await.map_err(timed_out)?;
    loop {
        match handshake.poll() {
            Some(Ok(())) => return Ok(link.into_parts().0),
            Some(Err(error)) => return Err(Error::Io(io_error(error))),
            None => {}
        }
        let read = link.read(|bytes| handshake.handle_input(bytes)).await;
        if !read.map_err(timed_out)? {
            handshake.handle_eof();
        }
    }
}

/// It is not the server's handshake that took too long.
fn timed_out(error: Error) -> Error {
    match error {
        Error::HandshakeTimeout => Error::Io(io::ErrorKind::TimedOut.into()),
        error => error,
    }
}

fn io_error(error: TunnelError) -> io::Error {
    let kind = match error {
        // What the proxy does not allow it will not allow later either.
        TunnelError::Refused(status) if status.is_client_error() => io::ErrorKind::PermissionDenied,
        TunnelError::Refused(_) => io::ErrorKind::ConnectionRefused,
        TunnelError::UnexpectedEof => io::ErrorKind::UnexpectedEof,
        _ => io::ErrorKind::InvalidData,
    };
    io::Error::new(kind, error)
}
