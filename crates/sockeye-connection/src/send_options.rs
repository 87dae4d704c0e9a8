//! What the application may say about a message besides its bytes.
//!
//! Wishes to the extensions, compression above all (RFC 7692); a connection without extensions has
//! no use for them. What comes of them is decided by each extension.

use sockeye_extensions::Compress;

/// Wishes about one message to send.
///
/// The default is what [`Connection::send`](crate::Connection::send) does.
///
/// ```
/// use sockeye_connection::{Compress, SendOptions};
///
/// let token = SendOptions { secret: true, ..SendOptions::default() };
/// assert_eq!(token.compress, Compress::Auto);
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct SendOptions {
    /// Whether to compress the message, if compression was agreed on.
    pub compress: Compress,
    /// Whether the message shares no context with others on this connection; false by default.
    ///
    /// For a message with a secret in it, or with text of somebody who must not learn a secret
    /// that others contain: compressed together, the length would tell how alike they are. It does
    /// not help where both are in the same message; then choose [`Compress::Never`].
    pub secret: bool,
}
