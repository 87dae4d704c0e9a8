//! WebSockets over byte streams that somebody else accepted or upgraded.
//!
//! For listeners of one's own and HTTP frameworks; a server of this crate needs none of this.

use std::io;
use std::sync::Arc;

use sockeye_async_std as shell;
use sockeye_connection::Config;
use sockeye_driver::{Acceptor, Error};
use sockeye_frame::Role;

use crate::wait::wait;
use crate::{IntoStream, WebSocket, WebSocketOver};

/// Answers the opening handshake on `io` as `acceptor` decides (RFC 6455 §4.2).
///
/// ```
/// use std::net::{TcpListener, TcpStream};
/// use std::thread;
///
/// use sockeye_blocking::{Client, accept};
/// use sockeye_driver::Acceptor;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// let listener = TcpListener::bind("127.0.0.1:0")?;
/// let tcp = TcpStream::connect(listener.local_addr()?)?;
/// let connecting = thread::spawn(move || Client::new().connect_on("ws://localhost/", tcp));
///
/// let (tcp, _address) = listener.accept()?;
/// let mut server = accept(tcp, &Acceptor::new())?;
/// let (mut client, _response) = connecting.join().unwrap()?;
/// server.send("over a socket of yours")?;
/// assert_eq!(client.recv()?, Some("over a socket of yours".into()));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// - [`Error::Refused`]: the client was refused with this status, 408 if it was too slow.
/// - [`Error::Handshake`]: the client left before its request was complete.
/// - [`Error::Io`]: the stream failed. With [`io::ErrorKind::ConnectionAborted`]: the acceptor's
///   hook answered a request for something else; [`accept_request`] tells that apart.
pub fn accept<S: IntoStream>(io: S, acceptor: &Acceptor) -> Result<WebSocketOver<S>, Error> {
    let stream = io.into_stream()?;
    wait(shell::accept(stream, acceptor)).map(WebSocket::new)
}

/// The same with the request that opened the WebSocket: its path, headers and query.
///
/// `None`: the request asked for no WebSocket, and the acceptor's hook answered it.
///
/// # Errors
///
/// As [`accept`].
pub fn accept_request<S: IntoStream>(
    io: S,
    acceptor: &Acceptor,
) -> Result<Option<Accepted<S>>, Error> {
    let stream = io.into_stream()?;
    let accepted = wait(shell::accept_request(stream, acceptor))?;
    Ok(accepted.map(|(ws, request)| (WebSocket::new(ws), request)))
}

/// Wraps a stream on which somebody else made the opening handshake, such as an HTTP framework.
///
/// `leftover` are the bytes that were read after the head of the handshake; no extension is in
/// use. What was agreed on otherwise is the caller's to remember.
///
/// # Errors
///
/// The operating system's, which has to let the socket be waited for.
pub fn from_upgraded<S: IntoStream>(
    io: S,
    leftover: &[u8],
    role: Role,
    config: impl Into<Arc<Config>>,
) -> io::Result<WebSocketOver<S>> {
    let stream = io.into_stream()?;
    let ws = shell::from_upgraded(stream, leftover, role, config);
    Ok(WebSocket::new(ws))
}

/// A WebSocket, and the request that opened it.
type Accepted<S> = (WebSocketOver<S>, http::Request<()>);
