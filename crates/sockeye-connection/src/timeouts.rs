//! How long a connection waits, for a peer above all.
//!
//! Only the durations and their reasons. The deadlines that follow from them are kept in
//! `timers.rs`; the opening handshake has its own, elsewhere.

use core::time::Duration;

/// Bounds on how long a peer may take, and on how long memory is kept for it.
///
/// Any value is legal; `None` switches a timeout off.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Timeouts {
    /// From the header of a message's first frame to its end; 60 s by default. Fails the
    /// connection with 1008, also when the peer is silent.
    ///
    /// Begins anew when [`handle_timeout`](crate::Connection::handle_timeout) comes five
    /// seconds late: an application that does something else is no fault of the peer. Nor does it
    /// run while bytes wait that the application does not take, see
    /// [`handle_backlog`](crate::Connection::handle_backlog); the message may be five seconds late
    /// until that is known.
    /// Messages received in pieces are not held and have no such deadline.
    pub assembly: Option<Duration>,
    /// From the start of the closing handshake until the connection is given up; 5 s by default.
    ///
    /// While output that was queued before is leaving, it begins anew with each byte that leaves,
    /// so that a slow peer gets everything and one that does not read costs no more than this. When
    /// we fail a peer it does not.
    pub close: Duration,
    /// From our half-close until the transport is dropped, although the peer goes on sending; 1 s
    /// by default, which is time enough for the Close frame to be read.
    pub drain: Duration,
    /// Without any queued byte leaving; 30 s by default. The peer has stopped reading.
    pub write_stall: Option<Duration>,
    /// Between two keepalive pings; 20 s by default, below the 60 s after which common proxies
    /// drop an idle tunnel. Zero counts as `None`.
    pub ping_interval: Option<Duration>,
    /// From a keepalive ping until the connection is given up if no byte at all has arrived
    /// since; 20 s by default.
    pub pong: Option<Duration>,
    /// From the last message sent until extensions give up memory that they can do without, such
    /// as the context of a compressor; 60 s by default.
    ///
    /// The next message pays for it: it is compressed as the first one was. So the default is
    /// longer than the pauses of a conversation, and of a feed that sends every half minute. Without
    /// extensions nothing is kept and no deadline set.
    pub idle_release: Option<Duration>,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            assembly: Some(Duration::from_secs(60)),
            close: Duration::from_secs(5),
            drain: Duration::from_secs(1),
            write_stall: Some(Duration::from_secs(30)),
            ping_interval: Some(Duration::from_secs(20)),
            pong: Some(Duration::from_secs(20)),
            idle_release: Some(Duration::from_secs(60)),
        }
    }
}
