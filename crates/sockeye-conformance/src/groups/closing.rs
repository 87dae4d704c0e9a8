//! Group 7: the closing handshake (RFC 6455 §7).

use crate::{Case, Role};

pub(super) fn cases(_role: Role) -> Vec<Case> {
    Vec::new()
}
