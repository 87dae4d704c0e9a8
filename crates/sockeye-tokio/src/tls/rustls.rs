//! TLS by rustls, on tokio by `tokio-rustls`.

use std::io;

use sockeye_tls::{ClientTls, ServerTls, explain, explain_accepted, server_name};
use tokio_rustls::{TlsAcceptor, TlsConnector};

use crate::stream::Stream;

/// Makes a client's handshake.
pub(super) async fn connect(stream: Stream, host: &str, tls: &ClientTls) -> io::Result<Stream> {
    let name = server_name(host)?;
    let connecting = TlsConnector::from(tls.config()).connect(name, stream);
    match connecting.await {
        Ok(stream) => Ok(Stream::by_rustls(stream.into())),
        Err(error) => Err(explain(error, host)),
    }
}

/// Makes a server's handshake.
pub(super) async fn accept(stream: Stream, tls: &ServerTls) -> io::Result<Stream> {
    let accepting = TlsAcceptor::from(tls.config()).accept(stream);
    let stream = accepting.await.map_err(explain_accepted)?;
    Ok(Stream::by_rustls(stream.into()))
}
