//! Group L: limits (RFC 6455 §10.4).

use crate::{Case, Role};

pub(super) fn cases(_role: Role) -> Vec<Case> {
    Vec::new()
}
