//! What the bytes of a raw peer go through: TCP, TLS over it, or a program that has TLS.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use sockeye::tls::rustls::pki_types::ServerName;
use sockeye::{ClientTls, ServerTls};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::{TlsAcceptor, TlsConnector, TlsStream};

use crate::secured::rustls_sides;
use crate::{OpenSsl, RunningServer, Shell, Watched, within};

/// A server to connect to, and what is to be known of its TLS if it has that.
#[derive(Debug)]
pub struct Place {
    address: SocketAddr,
    tls: Option<ClientTls>,
}

/// Without TLS.
impl From<SocketAddr> for Place {
    fn from(address: SocketAddr) -> Self {
        Self { address, tls: None }
    }
}

impl<S: Shell> From<&RunningServer<S>> for Place {
    fn from(server: &RunningServer<S>) -> Self {
        Self {
            address: server.address,
            tls: S::IS_SECURE.then(|| rustls_sides().0.clone()),
        }
    }
}

impl<S: Shell> From<&Watched<S>> for Place {
    fn from(server: &Watched<S>) -> Self {
        Self {
            address: server.address,
            tls: S::IS_SECURE.then(|| rustls_sides().0.clone()),
        }
    }
}

#[derive(Debug)]
pub(super) enum Wire {
    Plain(TcpStream),
    Secure(Box<TlsStream<TcpStream>>),
    Program(Box<OpenSsl>),
}

impl Wire {
    pub(super) async fn connect(place: Place) -> Self {
        let Place { address, tls } = place;
        let stream = within("a connection", TcpStream::connect(address)).await;
        let stream = stream.expect("loopback can be reached");
        let Some(tls) = tls else {
            return Self::Plain(stream);
        };
        let name = ServerName::from(address.ip());
        let connecting = TlsConnector::from(tls.config()).connect(name, stream);
        let secure = within("a handshake of TLS", connecting).await;
        let secure = secure.expect("a certificate that is good");
        Self::Secure(Box::new(secure.into()))
    }

    pub(super) async fn accept(stream: TcpStream, tls: &ServerTls) -> Self {
        let accepting = TlsAcceptor::from(tls.config()).accept(stream);
        let secure = within("a handshake of TLS", accepting).await;
        let secure = secure.expect("a client that trusts us");
        Self::Secure(Box::new(secure.into()))
    }

    /// The socket under it all, where it is ours.
    pub(super) fn socket(&self) -> Option<&TcpStream> {
        match self {
            Self::Plain(stream) => Some(stream),
            Self::Secure(stream) => Some(stream.get_ref().0),
            Self::Program(_) => None,
        }
    }

    /// The socket, where that is all there is.
    pub(super) fn into_socket(self) -> TcpStream {
        match self {
            Self::Plain(stream) => stream,
            Self::Secure(_) | Self::Program(_) => {
                panic!("the bytes on the socket are those of TLS")
            }
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(cx, buf),
            Self::Secure(stream) => Pin::new(stream).poll_read(cx, buf),
            Self::Program(program) => Pin::new(program).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(cx, bytes),
            Self::Secure(stream) => Pin::new(stream).poll_write(cx, bytes),
            Self::Program(program) => Pin::new(program).poll_write(cx, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Self::Secure(stream) => Pin::new(stream).poll_flush(cx),
            Self::Program(program) => Pin::new(program).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Secure(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Program(program) => Pin::new(program).poll_shutdown(cx),
        }
    }
}
