//! What can be chosen about a connection.
//!
//! One value, cheap to copy and shared behind an `Arc` by the connections of a server. The role
//! and the extensions are not configuration: the opening handshake decides them.

use crate::{Limits, Timeouts};

/// The settings of a connection.
///
/// Any value is legal. The defaults suit a server on the open internet.
///
/// ```
/// use sockeye_connection::{Config, Limits};
///
/// let config = Config {
///     limits: Limits { max_text_bytes: 64 * 1024, ..Limits::default() },
///     ..Config::default()
/// };
/// assert_eq!(config.drain_bytes, 256 * 1024);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Config {
    /// Bounds on memory.
    pub limits: Limits,
    /// Bounds on time.
    pub timeouts: Timeouts,
    /// Longest frame to send, in bytes of payload; a longer message is sent in fragments. `None`,
    /// the default, sends every message in one frame. Zero counts as one.
    ///
    /// With permessage-deflate it is what a message is compressed to that counts. An extension that
    /// [allows no fragmentation](sockeye_extensions::Extension::allows_fragmentation) of what it
    /// encodes gets the fragments instead, and if it makes them longer they are longer.
    pub max_frame_payload_bytes: Option<usize>,
    /// Bytes to read and forget after our last Close frame, so that it reaches a peer that is
    /// still sending; 256 KiB by default.
    pub drain_bytes: usize,
}

impl Config {
    /// As many bytes of a message go into one frame at most.
    pub(crate) fn max_fragment_bytes(&self) -> usize {
        self.max_frame_payload_bytes
            .map_or(usize::MAX, |max| max.max(1))
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            timeouts: Timeouts::default(),
            max_frame_payload_bytes: None,
            drain_bytes: 256 * 1024,
        }
    }
}
