//! TLS on tokio: by rustls, or by the library of the system, which native-tls calls.
//!
//! What clients and servers are told says which. A client that is told nothing has rustls, as in
//! builds without native-tls; native-tls where the features name nobody for rustls to trust.

#[cfg(feature = "native-tls")]
mod native_tls;
#[cfg(feature = "rustls")]
mod rustls;

use std::io;
#[cfg(feature = "rustls")]
use std::sync::Arc;

#[cfg(feature = "rustls")]
use sockeye_tls::rustls::{ClientConfig, ServerConfig};
#[cfg(feature = "rustls")]
use sockeye_tls::{ClientTls, ServerTls};
#[cfg(feature = "native-tls")]
use tokio_native_tls::{TlsAcceptor, TlsConnector};

#[cfg(feature = "native-tls")]
pub(crate) use self::native_tls::NativeTlsStream;
use crate::stream::Stream;

/// What a client is told of TLS, for the library that it is for.
///
/// [`Client::tls`](crate::Client::tls) makes one of whatever it is given; there is nothing to see.
#[derive(Clone, Debug)]
pub struct AnyClientTls(ForClients);

/// What a server is told of TLS, for the library that it is for.
///
/// [`Server::tls`](crate::Server::tls) makes one of whatever it is given; there is nothing to see.
#[derive(Clone, Debug)]
pub struct AnyServerTls(ForServers);

#[derive(Clone, Debug)]
enum ForClients {
    #[cfg(feature = "rustls")]
    Rustls(ClientTls),
    #[cfg(feature = "native-tls")]
    NativeTls(TlsConnector),
}

#[derive(Clone, Debug)]
enum ForServers {
    #[cfg(feature = "rustls")]
    Rustls(ServerTls),
    #[cfg(feature = "native-tls")]
    NativeTls(TlsAcceptor),
}

/// What a client knows of TLS that was told nothing.
///
/// # Errors
///
/// [`io::ErrorKind::Unsupported`]: the features name nobody to trust. Those of the system, whose
/// certificates cannot be read.
pub(crate) fn by_features() -> io::Result<AnyClientTls> {
    #[cfg(not(feature = "rustls"))]
    return native_tls::trusting_the_system();
    #[cfg(not(feature = "native-tls"))]
    return ClientTls::by_features().map(AnyClientTls::from);
    #[cfg(all(feature = "native-tls", feature = "rustls"))]
    match ClientTls::by_features() {
        // Rustls that others turned on, for configurations of theirs, takes nothing away.
        Err(error) if error.kind() == io::ErrorKind::Unsupported => {
            native_tls::trusting_the_system()
        }
        known => known.map(AnyClientTls::from),
    }
}

/// What a server is to see that the application did not name; a `TlsConnector` shows the certificate
/// that it has to all.
pub(crate) fn without_certificate(tls: &AnyClientTls) -> AnyClientTls {
    match &tls.0 {
        #[cfg(feature = "rustls")]
        ForClients::Rustls(tls) => tls.without_certificate().into(),
        #[cfg(feature = "native-tls")]
        ForClients::NativeTls(_) => tls.clone(),
    }
}

/// Makes a client's handshake with `host`.
pub(crate) async fn connect(stream: Stream, host: &str, tls: &AnyClientTls) -> io::Result<Stream> {
    match &tls.0 {
        #[cfg(feature = "rustls")]
        ForClients::Rustls(tls) => rustls::connect(stream, host, tls).await,
        #[cfg(feature = "native-tls")]
        ForClients::NativeTls(tls) => native_tls::connect(stream, host, tls).await,
    }
}

/// Makes a server's handshake.
pub(crate) async fn accept(stream: Stream, tls: &AnyServerTls) -> io::Result<Stream> {
    match &tls.0 {
        #[cfg(feature = "rustls")]
        ForServers::Rustls(tls) => rustls::accept(stream, tls).await,
        #[cfg(feature = "native-tls")]
        ForServers::NativeTls(tls) => native_tls::accept(stream, tls).await,
    }
}

#[cfg(feature = "rustls")]
impl From<ClientTls> for AnyClientTls {
    fn from(tls: ClientTls) -> Self {
        Self(ForClients::Rustls(tls))
    }
}

/// Taken as it is: what it says of ALPN, too.
#[cfg(feature = "rustls")]
impl From<Arc<ClientConfig>> for AnyClientTls {
    fn from(config: Arc<ClientConfig>) -> Self {
        ClientTls::from(config).into()
    }
}

/// Taken as it is: what it says of ALPN, too.
#[cfg(feature = "native-tls")]
impl From<::native_tls::TlsConnector> for AnyClientTls {
    fn from(tls: ::native_tls::TlsConnector) -> Self {
        Self(ForClients::NativeTls(tls.into()))
    }
}

#[cfg(feature = "rustls")]
impl From<ServerTls> for AnyServerTls {
    fn from(tls: ServerTls) -> Self {
        Self(ForServers::Rustls(tls))
    }
}

/// Taken as it is: what it says of ALPN, too.
#[cfg(feature = "rustls")]
impl From<Arc<ServerConfig>> for AnyServerTls {
    fn from(config: Arc<ServerConfig>) -> Self {
        ServerTls::from(config).into()
    }
}

/// Taken as it is; it cannot be renewed while a server has it.
#[cfg(feature = "native-tls")]
impl From<::native_tls::TlsAcceptor> for AnyServerTls {
    fn from(tls: ::native_tls::TlsAcceptor) -> Self {
        Self(ForServers::NativeTls(tls.into()))
    }
}

#[cfg(test)]
mod tests;
