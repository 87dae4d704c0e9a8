//! SOCKS 5 over a transport (RFC 1928, RFC 1929); the protocol is `tokio-socks`'.

use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio_socks::io::AsyncSocket;
use tokio_socks::tcp::Socks5Stream;
use tokio_socks::{Error, IntoTargetAddr, TargetAddr};

use crate::uninterrupted::Uninterrupted;
use crate::{Transport, buffers};

/// The server that the proxy is to connect to.
pub(super) enum Target<'a> {
    Address(SocketAddr),
    /// A host, which may be an address all the same, and a port.
    Name(&'a str, u16),
}

/// Makes of a connection to a proxy one to `target`.
pub(super) async fn connect<T: Transport>(
    transport: T,
    target: Target<'_>,
    user_and_password: Option<(&str, &str)>,
) -> io::Result<T> {
    let target = match target {
        Target::Address(address) => TargetAddr::Ip(address),
        Target::Name(host, port) => (host, port).into_target_addr().map_err(invalid_target)?,
    };
    let mut transport = Uninterrupted(transport);
    let socket = Socket(&mut transport);
    let connected = match user_and_password {
        Some((user, password)) => {
            let connecting =
                Socks5Stream::connect_with_password_and_socket(socket, target, user, password);
            connecting.await.map(drop)
        }
        None => Socks5Stream::connect_with_socket(socket, target)
            .await
            .map(drop),
    };
    match connected {
        // Every answer has a length, of which no byte more is read: what follows is the server's.
        // The address that the proxy has bound is not looked at, and so need not be text: this error
        // comes when all of a successful reply has been read.
        Ok(()) | Err(Error::InvalidTargetAddress(_)) => Ok(transport.0),
        Err(error) => Err(io_error(error)),
    }
}

struct Socket<'a, T>(&'a mut Uninterrupted<T>);

impl<T: Transport> AsyncSocket for Socket<'_, T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        out: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        // Whoever waits for an answer has asked for it.
        ready!(self.0.poll_flush(cx))?;
        buffers::with_receive_buffer(|buf| {
            let n = ready!(self.0.poll_read(cx, buf, out.len()))?;
            let (out, _) = out.split_at_mut(n);
            out.copy_from_slice(buf);
            Poll::Ready(Ok(n))
        })
    }

    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.0.poll_write(cx, &[IoSlice::new(bytes)])
    }
}

/// Whether an error of [`connect`] is a reply to the question for the target (RFC 1928 §6), rather
/// than one about the proxy itself or about who asks.
pub(super) fn is_about_target(error: &io::Error) -> bool {
    let error = error.get_ref().and_then(|error| error.downcast_ref());
    matches!(
        error,
        Some(
            Error::GeneralSocksServerFailure
                | Error::ConnectionNotAllowedByRuleset
                | Error::NetworkUnreachable
                | Error::HostUnreachable
                | Error::ConnectionRefused
                | Error::TtlExpired
                | Error::AddressTypeNotSupported
        )
    )
}

fn invalid_target(error: Error) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, error)
}

fn io_error(error: Error) -> io::Error {
    use io::ErrorKind;

    let kind = match &error {
        Error::Io(error) => error.kind(),
        Error::HostUnreachable | Error::TtlExpired => ErrorKind::HostUnreachable,
        Error::NetworkUnreachable => ErrorKind::NetworkUnreachable,
        Error::ConnectionRefused | Error::GeneralSocksServerFailure => ErrorKind::ConnectionRefused,
        Error::ConnectionNotAllowedByRuleset
        | Error::NoAcceptableAuthMethods
        | Error::PasswordAuthFailure(_)
        | Error::AuthorizationRequired => ErrorKind::PermissionDenied,
        Error::InvalidAuthValues(_) => ErrorKind::InvalidInput,
        Error::CommandNotSupported | Error::AddressTypeNotSupported => ErrorKind::Unsupported,
        _ => ErrorKind::InvalidData,
    };
    io::Error::new(kind, error)
}
