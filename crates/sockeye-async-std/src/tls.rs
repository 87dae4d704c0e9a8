//! TLS over `futures-io`, by `futures-rustls`.

use std::io;

use futures_rustls::{TlsAcceptor, TlsConnector};
use sockeye_tls::{ClientTls, ServerTls, explain, explain_accepted, server_name};

use crate::paced::Paced;
use crate::stream::Stream;

/// Makes a client's handshake.
pub(crate) async fn connect(stream: Stream, host: &str, tls: &ClientTls) -> io::Result<Stream> {
    let name = server_name(host)?;
    let connecting = TlsConnector::from(tls.config()).connect(name, Paced::new(stream));
    match connecting.await {
        Ok(stream) => Ok(Stream::secure(stream.into())),
        Err(error) => Err(explain(error, host)),
    }
}

/// Makes a server's handshake.
pub(crate) async fn accept(stream: Stream, tls: &ServerTls) -> io::Result<Stream> {
    let accepting = TlsAcceptor::from(tls.config()).accept(Paced::new(stream));
    let stream = accepting.await.map_err(explain_accepted)?;
    Ok(Stream::secure(stream.into()))
}
