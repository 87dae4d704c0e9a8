//! What the programs need of a library.

use std::error::Error;

use tokio::net::TcpStream;

/// A library with its settings.
///
/// A connection that ends in an error is no matter here: the other end has seen all that counts.
pub(crate) trait Library: Copy + Send + Sync + 'static {
    /// Takes the server's part on a new connection and echoes messages until it has ended.
    fn serve(self, stream: TcpStream) -> impl Future<Output = Outcome> + Send;

    /// Connects, and echoes messages until the connection has ended.
    fn echo(self, url: String) -> impl Future<Output = Outcome> + Send;

    /// Connects, takes one text message, and closes.
    fn ask(self, url: String) -> impl Future<Output = Outcome<String>> + Send;

    /// Connects and closes.
    fn visit(self, url: String) -> impl Future<Output = Outcome> + Send;
}

/// What a library is set to; all else is left at its own defaults.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Settings {
    /// The largest message taken, in bytes.
    pub(crate) max_message_bytes: usize,
    /// Whether to use permessage-deflate (RFC 7692).
    pub(crate) deflate: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            max_message_bytes: 64 << 20,
            deflate: false,
        }
    }
}

pub(crate) type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;
