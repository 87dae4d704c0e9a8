//! Group X: negotiation of extensions (RFC 6455 §9.1, RFC 7692 §5).

use crate::{Case, Role};

pub(super) fn cases(_role: Role) -> Vec<Case> {
    Vec::new()
}
