//! Group 2: pings and pongs (RFC 6455 §5.5.2–3).

use crate::{Case, Role};

pub(super) fn cases(_role: Role) -> Vec<Case> {
    Vec::new()
}
