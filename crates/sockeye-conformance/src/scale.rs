//! How much the cases with many messages send.

/// How much the cases with many messages send.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Scale {
    /// Enough to see faults: a mebibyte in each case.
    #[default]
    Quick,
    /// What Autobahn sends: a thousand messages in each case.
    Thorough,
}
