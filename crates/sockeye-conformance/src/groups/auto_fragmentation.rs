//! Group 10: fragmentation by the sender.

use crate::{Case, Role};

pub(super) fn cases(_role: Role) -> Vec<Case> {
    Vec::new()
}
