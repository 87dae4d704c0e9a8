//! From a connection to a proxy to one to the server behind it.

use std::io;
use std::time::Duration;

use sockeye_handshake::{HeadLimits, ProxyScheme, ProxyUri, TunnelError, TunnelHandshake, WsUri};

use super::proxies::Proxy;
use super::race::race;
use super::socks::{self, Target};
use super::{Dialer, failure_at, in_time, named};
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
    /// for any server, what the proxy says is [`Stage::Proxy`]. Both name the proxy.
    pub(super) async fn dial_by<R: Runtime>(
        &self,
        proxy: &Proxy,
        uri: &WsUri,
        tls: Option<&R::ClientTls>,
        limit: Duration,
    ) -> Result<R::Transport, Error> {
        let dialed = match proxy.uri.scheme() {
            ProxyScheme::Socks5 => return self.race_by_socks::<R>(proxy, uri, limit).await,
            ProxyScheme::Socks5h => {
                let target = Target::Name(uri.host(), uri.port());
                self.dial_by_socks::<R>(&proxy.uri, target, limit).await
            }
            _ => self.dial_by_http::<R>(&proxy.uri, uri, tls, limit).await,
        };
        dialed.map_err(|error| naming(proxy, error))
    }

    /// By a proxy that is to get no name, to whichever of the server's addresses it reaches first.
    ///
    /// A proxy takes one address for each connection, and ends that when it has refused (RFC 1928
    /// §6), so each address has a connection of its own, in the order and at the times of all
    /// dialing.
    async fn race_by_socks<R: Runtime>(
        &self,
        proxy: &Proxy,
        uri: &WsUri,
        limit: Duration,
    ) -> Result<R::Transport, Error> {
        let time = TimeLeft::new::<R>(limit);
        let resolving = self.resolver.resolve::<R>(uri.host(), uri.port());
        let resolved = within::<R, _>(self.connect_limit(limit), resolving).await;
        let addresses = in_time(resolved).map_err(failure_at(Stage::Resolve))?;
        let dial = move |address| {
            let target = Target::Address(address);
            self.dial_by_socks::<R>(&proxy.uri, target, time.left())
        };
        let raced = race(&addresses, R::timer(), dial, is_about_address).await;
        raced.map_err(|error| naming(proxy, error))
    }

    async fn dial_by_socks<R: Runtime>(
        &self,
        proxy: &ProxyUri,
        target: Target<'_>,
        limit: Duration,
    ) -> Result<R::Transport, Error> {
        let time = TimeLeft::new::<R>(limit);
        let dialed = self.dial_host::<R>(proxy.host(), proxy.port(), limit);
        let transport = dialed.await?;
        let connecting = socks::connect(transport, target, proxy.user_and_password());
        let connected = within::<R, _>(time.left(), connecting).await;
        in_time(connected).map_err(failure_at(Stage::Proxy))
    }

    async fn dial_by_http<R: Runtime>(
        &self,
        proxy: &ProxyUri,
        uri: &WsUri,
        tls: Option<&R::ClientTls>,
        limit: Duration,
    ) -> Result<R::Transport, Error> {
        let time = TimeLeft::new::<R>(limit);
        let is_secure = proxy.scheme() == ProxyScheme::Https;
        let tls = is_secure.then(|| told_or_known::<R>(tls)).transpose()?;
        let dialed = self.dial_host::<R>(proxy.host(), proxy.port(), limit);
        let mut transport = dialed.await?;
        if let Some(tls) = tls {
            // Who the client is, is for the server to know.
            let tls = R::without_certificate(&tls);
            transport = secure::<R>(transport, proxy.host(), &tls, time.left()).await?;
        }
        let tunnel = http_tunnel::<R>(transport, proxy, uri, time.left()).await;
        tunnel.map_err(|error| error.at(Stage::Proxy))
    }
}

/// The same error, saying which proxy it is about.
fn naming(proxy: &Proxy, error: Error) -> Error {
    match error {
        Error::Connect { stage, source } => Error::Connect {
            stage,
            source: named(proxy, source),
        },
        error => error,
    }
}

/// Whether the proxy did what it could, so that another address of the server's may be better.
fn is_about_address(error: &Error) -> bool {
    match error {
        Error::Connect {
            stage: Stage::Proxy,
            source,
        } => socks::is_about_target(source),
        _ => false,
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
