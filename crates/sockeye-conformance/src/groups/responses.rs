//! Group H: the opening handshake, responses (RFC 6455 §4).

use crate::Case;

pub(super) fn cases() -> Vec<Case> {
    Vec::new()
}
