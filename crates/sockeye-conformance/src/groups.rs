//! The cases, by group.
//!
//! Groups 1 to 13 have Autobahn's numbers and mean what Autobahn's cases mean.

mod framing;

use crate::{Case, Role};

/// All groups in order: the start of their cases' numbers, and what they are about.
pub const GROUPS: [(&str, &str); 1] = [("1", "Framing")];

/// All cases for subjects of one role.
#[must_use]
pub fn cases(role: Role) -> Vec<Case> {
    let groups = [framing::cases];
    groups.iter().flat_map(|group| group(role)).collect()
}
