//! Group 6: UTF-8 (RFC 6455 §8.1).

use crate::{Case, Role};

pub(super) fn cases(_role: Role) -> Vec<Case> {
    Vec::new()
}
