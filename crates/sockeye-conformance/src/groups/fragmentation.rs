//! Group 5: fragmentation (RFC 6455 §5.4).

use crate::{Case, Role};

pub(super) fn cases(_role: Role) -> Vec<Case> {
    Vec::new()
}
