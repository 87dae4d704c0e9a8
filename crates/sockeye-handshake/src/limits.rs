//! The bounds on what a peer may send during the opening handshake.
//!
//! RFC 6455 §10 asks for limits and names none; these are this stack's own. The deadline on the
//! whole handshake is the driver's, which owns the clock.

/// How much of a request or response is read before the handshake is refused.
///
/// Any value is legal; a limit counts what is allowed, so one byte or field more is refused. At
/// most twice `max_head_bytes` of memory is held, whatever the peer sends.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct HeadLimits {
    /// Bytes of a request or response head, the empty line that ends it included; 16 KiB.
    ///
    /// More is answered with 431. Room for large cookies; the same figure as Node.js, twice nginx.
    pub max_head_bytes: usize,
    /// Bytes of the request target; 8 KiB, the figure of RFC 9112 §3, where 8000 is advised.
    ///
    /// More is answered with 414. Responses have no target.
    pub max_target_bytes: usize,
    /// Header fields, repeated ones counted each; 100, far above what browsers and proxies add.
    ///
    /// More is answered with 431.
    pub max_fields: usize,
    /// Bytes kept of the body of a response that refuses the upgrade; 16 KiB.
    ///
    /// The rest is cut off: the body explains a failure and is never worth more memory.
    pub max_refusal_body_bytes: usize,
}

impl Default for HeadLimits {
    fn default() -> Self {
        Self {
            max_head_bytes: 16 * 1024,
            max_target_bytes: 8 * 1024,
            max_fields: 100,
            max_refusal_body_bytes: 16 * 1024,
        }
    }
}
