//! TLS over `futures-io`, by `futures-rustls`.

use std::io;

use futures_rustls::{TlsAcceptor, TlsConnector};
use sockeye_tls::rustls::pki_types::ServerName;
use sockeye_tls::{ClientTls, ServerTls, explain};

use crate::stream::Stream;

/// Makes a client's handshake.
pub(crate) async fn connect(stream: Stream, host: &str, tls: &ClientTls) -> io::Result<Stream> {
    let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned());
    let name = name.map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
    let connecting = TlsConnector::from(tls.config()).connect(name, stream);
    match connecting.await {
        Ok(stream) => Ok(Stream::secure(stream.into())),
        Err(error) => Err(explain(error, host)),
    }
}

/// Makes a server's handshake.
pub(crate) async fn accept(stream: Stream, tls: &ServerTls) -> io::Result<Stream> {
    let stream = TlsAcceptor::from(tls.config()).accept(stream).await?;
    Ok(Stream::secure(stream.into()))
}
