//! TLS by the library of the system, which native-tls calls, on tokio by `tokio-native-tls`.
//!
//! OpenSSL's on most systems, those of Windows and macOS there. Errors say what it says: native-tls
//! tells no more of them than their text.

mod failure;
mod stream;

use std::io;

use tokio_native_tls::{TlsAcceptor, TlsConnector};

pub(crate) use self::stream::NativeTlsStream;
use super::AnyClientTls;
use crate::stream::Stream;

/// A client that trusts whom the system trusts.
///
/// # Errors
///
/// Those of the library.
pub(super) fn trusting_the_system() -> io::Result<AnyClientTls> {
    let mut builder = ::native_tls::TlsConnector::builder();
    let connector = builder.request_alpns(&["http/1.1"]).build();
    connector.map(AnyClientTls::from).map_err(failure::of_tls)
}

/// Makes a client's handshake.
pub(super) async fn connect(stream: Stream, host: &str, tls: &TlsConnector) -> io::Result<Stream> {
    let tls = NativeTlsStream::connect(stream, host, tls).await;
    let tls = tls.map_err(|error| failure::of_connecting(error, host))?;
    Ok(Stream::by_native_tls(tls))
}

/// Makes a server's handshake.
pub(super) async fn accept(stream: Stream, tls: &TlsAcceptor) -> io::Result<Stream> {
    let tls = NativeTlsStream::accept(stream, tls).await;
    Ok(Stream::by_native_tls(tls.map_err(failure::of_tls)?))
}
