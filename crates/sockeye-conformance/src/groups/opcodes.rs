//! Group 4: reserved opcodes (RFC 6455 §5.2).

use crate::{Case, Role};

pub(super) fn cases(_role: Role) -> Vec<Case> {
    Vec::new()
}
