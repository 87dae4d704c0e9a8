//! Group L: limits (RFC 6455 §10.4).
//!
//! "Implementations that have implementation- and/or platform-specific limitations … MUST protect
//! themselves against exceeding those limits." Memory is such a limit on every platform: a subject
//! that a peer can make grow without end fails. Whether it refuses, waits or goes on is its choice.
//!
//! The bound leaves room for what managed languages have not collected yet, measured at up to
//! 25 MiB; each flood is so large that a subject which keeps it grows by far more.

mod backlog;
mod declared;
mod floods;
mod fragments;
mod pace;

use crate::wire::Pen;
use crate::{Case, Role};

pub(super) fn cases(role: Role) -> Vec<Case> {
    let pen = Pen::against(role);
    let sections = [
        declared::cases,
        fragments::cases,
        floods::cases,
        backlog::cases,
        pace::cases,
    ];
    sections.iter().flat_map(|section| section(pen)).collect()
}

/// What a subject may grow by.
const GROWTH: u64 = 32 << 20;

const SECTION: &str = "RFC 6455 §10.4";
