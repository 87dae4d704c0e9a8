//! Groups 12 and 13: permessage-deflate in use (RFC 7692).

use crate::{Case, Role};

pub(super) fn cases(_role: Role) -> Vec<Case> {
    Vec::new()
}
