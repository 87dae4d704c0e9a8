//! Group C: how connections end, and when (RFC 6455 §7).

use crate::{Case, Role};

pub(super) fn cases(_role: Role) -> Vec<Case> {
    Vec::new()
}
